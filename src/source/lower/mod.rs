//! A merged tree of one language → [`Content`]: types come from the fields that are read.
//!
//! Texts are taken as authored; parameters are settled afterwards ([`super::parameters`]), for they concern all languages
//! of a family at once. Notes where each part stands, by its path in the normal form.

mod buttons;
mod cards;
mod parts;
mod template;
mod verbatim;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{
    media::MediaFiles,
    read,
    tree::{Node, Value},
};
use crate::{
    diagnostic::{Diagnostic, Span, did_you_mean},
    template::{Content, Parameter},
};

pub(crate) use template::{DISPLAY_FORMATS, FIELDS, OLD_SPEC, SEND_TYPES, SUB_CATEGORIES, content};

/// What lowering one language needs and gathers.
pub(crate) struct Cx<'a> {
    /// Digests of local samples.
    pub files: &'a dyn MediaFiles,
    /// What is wrong.
    pub faults: &'a mut Vec<Diagnostic>,
    /// Where each part stands.
    pub spans: BTreeMap<String, Span>,
    /// `example` of texts with parameters, by the text's path.
    pub examples: BTreeMap<String, Arc<Node>>,
}

/// One language, its parameters not settled yet.
#[derive(Debug, Clone)]
pub(crate) struct AuthoredContent {
    /// As written.
    pub content: Content,
    /// Where each part stands.
    pub spans: BTreeMap<String, Span>,
    /// `example` of texts with parameters, by the text's path.
    pub examples: BTreeMap<String, Arc<Node>>,
    /// The parameters that its texts use, as authored; known once they are settled.
    pub names: BTreeSet<Parameter>,
    /// Whether it was given as the provider's JSON: its parameters and samples are as they stand.
    pub verbatim: bool,
}

impl Cx<'_> {
    /// Notes where a part stands.
    fn mark(&mut self, path: &str, node: &Node) {
        self.spans.insert(path.to_owned(), node.span);
    }

    /// A text of a field, noted under `path`.
    fn text(&mut self, node: &Node, path: &str) -> Option<String> {
        self.mark(path, node);
        read::text(node, &format!("`{path}`"), self.faults)
    }

    /// A truth value of a field.
    fn boolean(&mut self, node: &Node, path: &str) -> Option<bool> {
        self.mark(path, node);
        read::boolean(node, &format!("`{path}`"), self.faults)
    }

    /// One of the known words, in any case; gives the provider's spelling.
    fn word(&mut self, node: &Node, path: &str, known: &[&'static str]) -> Option<&'static str> {
        let text = self.text(node, path)?;
        let found = known.iter().find(|word| word.eq_ignore_ascii_case(&text));
        if found.is_none() {
            self.faults.push(unknown_word(&text, node.span, path, known));
        }
        found.copied()
    }

    /// A field that a part must have.
    fn missing(&mut self, owner: &Node, path: &str, key: &str, help: &str) {
        let help = if help.is_empty() { "write it in the family, or under each language" } else { help };
        self.faults.push(Diagnostic::error("LP003", owner.span, format!("`{path}` needs `{key}`")).help(help));
    }

    /// A sample that is one text, bare or in a list of one.
    fn single(&mut self, node: &Node, path: &str) -> Option<String> {
        match &node.value {
            Value::Sequence(items) if items.len() == 1 => self.text(items.first()?, path),
            Value::Sequence(_) => {
                self.faults.push(read::expected(node, &format!("`{path}`"), "one text"));
                None
            }
            _ => self.text(node, path),
        }
    }
}

/// "… is not known here", with what is.
pub(crate) fn unknown_word(text: &str, span: Span, path: &str, known: &[&str]) -> Diagnostic {
    let help = did_you_mean(&text.to_ascii_uppercase(), known.iter().copied())
        .unwrap_or_else(|| format!("known: {}", known.join(", ")));
    Diagnostic::error("LP007", span, format!("`{path}` cannot be `{text}`")).help(help)
}
