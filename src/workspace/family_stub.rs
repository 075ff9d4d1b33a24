//! Stand-in for the reader of families until it is here.
use std::sync::Arc;

use crate::{
    diagnostic::{Diagnostic, FileId, Span},
    source::{
        desired::{Desired, Lifecycle, Removal},
        tree::Node,
    },
    template::Category,
};

use super::{
    selector::{Selector, Subject},
    values::Values,
};

/// Digests of media files.
pub trait MediaFiles {
    /// `sha256:…` of a file of the workspace.
    fn digest(&self, path: &str) -> Result<String, String>;
}

/// A family.
#[derive(Debug, Clone)]
pub struct Family {
    pub name: String,
    pub name_span: Span,
    pub category: Category,
    pub accept_category: Option<Category>,
    pub about: Vec<(String, String)>,
    pub accounts: Option<(Selector, Span)>,
    pub lifecycle: Lifecycle,
    pub allow: Vec<String>,
    pub file: FileId,
    pub span: Span,
    pub languages: Vec<String>,
}

pub struct Target<'a> {
    pub subject: Subject<'a>,
    pub values: &'a [&'a Values],
    pub named_parameters: bool,
}

impl Family {
    pub fn lower(&self, target: &Target<'_>, _media: &dyn MediaFiles, _faults: &mut Vec<Diagnostic>) -> Vec<Desired> {
        let _ = (target.subject, target.values, target.named_parameters);
        self.languages
            .iter()
            .map(|language| Desired {
                key: crate::template::TemplateKey::new(self.name.clone(), language.clone()),
                category: self.category.clone(),
                accept_category: None,
                content: Default::default(),
                lifecycle: self.lifecycle.clone(),
                allow: vec![],
                notes: vec![],
                span: self.span,
                spans: Default::default(),
                about: vec![],
            })
            .collect()
    }
}

pub(super) fn read_families(nodes: &[Arc<Node>], faults: &mut Vec<Diagnostic>) -> (Vec<Family>, Vec<Removal>) {
    let text =
        |node: &Node, key: &str| node.get(key).and_then(|e| crate::source::read::text(&e.value, "x", &mut vec![]));
    let families = nodes.iter().filter(|n| n.get("name").is_some()).map(|node| Family {
        name: text(node, "name").unwrap_or_default(),
        name_span: node.span,
        category: Category::Utility,
        accept_category: None,
        about: vec![],
        accounts: node.get("accounts").map(|e| {
            let terms = crate::source::read::texts(&e.value, "accounts", &mut vec![]);
            (Selector::parse(terms.iter().map(|(t, _)| t.as_str())).unwrap_or_default(), e.value.span)
        }),
        lifecycle: Lifecycle::default(),
        allow: vec![],
        file: node.span.file,
        span: node.span,
        languages: node
            .get("languages")
            .map(|e| match &e.value.value {
                crate::source::tree::Value::Mapping(m) => m.iter().map(|e| e.key.clone()).collect(),
                _ => vec![],
            })
            .unwrap_or_default(),
    });
    let _ = faults;
    (families.collect(), vec![])
}

pub(super) fn read_removed(_node: &Node, _faults: &mut Vec<Diagnostic>) -> Vec<Removal> {
    vec![]
}
