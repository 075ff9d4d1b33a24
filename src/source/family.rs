//! Template files → families.
//!
//! Checks what holds for every account: keys, names, categories, languages. What depends on the account, values and content
//! itself, is read when the family is lowered ([`super::target`]).

use std::sync::Arc;

use super::{
    desired::{Lifecycle, Removal},
    head::{self, Head, head, misspelt, read_removed},
    languages,
    lower::FIELDS,
    overlay::{PARTS, check_keys, lay},
    read,
    selector::Selector,
    tree::{Node, Value},
};
use crate::{
    diagnostic::{Diagnostic, FileId, Severity, Span, dedupe},
    template::Category,
};

pub use super::target::Target;

/// All languages of one name, as a file gives them.
#[derive(Debug, Clone)]
pub struct Family {
    /// Its name.
    pub name: String,
    /// Where the name stands.
    pub name_span: Span,
    /// What is asked for.
    pub category: Category,
    /// What we know the provider made of it.
    pub accept_category: Option<Category>,
    /// For reviewers.
    pub about: Vec<(String, String)>,
    /// Which accounts are asked to hold it; the workspace's default if absent.
    pub accounts: Option<(Selector, Span)>,
    /// `lifecycle:`.
    pub lifecycle: Lifecycle,
    /// Codes of findings that it allows.
    pub allow: Vec<(String, Span)>,
    /// Its file.
    pub file: FileId,
    /// The whole document.
    pub span: Span,
    /// The first key: a short place that stands for the family.
    pub(super) first: Span,
    /// The document without languages and overrides.
    pub(super) base: Arc<Node>,
    pub(super) languages: Vec<LanguageBlock>,
    /// With where each was written.
    pub(crate) overrides: Vec<(Selector, Span, Arc<Node>)>,
}

/// One language of a family: what is laid over it, in order.
#[derive(Debug, Clone)]
pub(super) struct LanguageBlock {
    pub(super) code: String,
    pub(super) span: Span,
    /// Whether the language has a place of its own in the file.
    pub(super) own_place: bool,
    pub(super) layers: Vec<Arc<Node>>,
}

/// Keys that are about the family and not about an account or a language.
pub(super) const FAMILY_ONLY: &[&str] = &["name", "accounts", "per_account", "removed"];
/// Keys of a family that are not content.
pub(super) const HEAD: &[&str] = &["category", "accept_category", "about", "lifecycle", "allow", "languages"];
/// Keys of content that are no part and no setting.
const CONTENT: &[&str] = &["parameter_format", "parameters", "components"];

fn keys(lists: &[&[&'static str]]) -> Vec<&'static str> {
    lists.iter().flat_map(|list| list.iter().copied()).collect()
}

/// All documents of one template file. A document may hold `removed:` alone, or beside a family.
pub fn read_families(documents: &[Arc<Node>], faults: &mut Vec<Diagnostic>) -> (Vec<Family>, Vec<Removal>) {
    let mut families = Vec::new();
    let mut removals = Vec::new();
    for document in documents {
        let entries = match &document.value {
            Value::Mapping(entries) => entries,
            Value::Empty => continue,
            _ if document.is_null() => continue,
            _ => {
                faults.push(read::expected(document, "a template file", "a mapping"));
                continue;
            }
        };
        if let Some(removed) = document.get("removed") {
            removals.extend(read_removed(&removed.value, faults));
        }
        let only_removed =
            document.get("removed").is_some() && entries.iter().all(|e| e.key == "removed" || e.key.starts_with("x-"));
        if !only_removed {
            families.push(Family::read(document, faults));
        }
    }
    dedupe(faults);
    (families, removals)
}

impl Family {
    fn read(node: &Arc<Node>, faults: &mut Vec<Diagnostic>) -> Self {
        let known = keys(&[FAMILY_ONLY, HEAD, CONTENT, PARTS, FIELDS]);
        check_keys(node, "a family", &known, &[WITHOUT_EFFECT], faults);
        let owner = first_place(node);
        let (name, name_span) = name(node, owner, faults);
        let base = lay(None, node, &["languages", "per_account", "removed"], faults);
        let Head { category, accept_category, about, lifecycle, allow } = head(&base, &name, owner, faults);
        let accounts = base.get("accounts").and_then(|entry| {
            let terms = read::texts(&entry.value, "`accounts`", faults);
            if matches!(&entry.value.value, Value::Sequence(items) if items.is_empty()) {
                let fault = Diagnostic::error("LP005", entry.value.span, "`accounts` is empty");
                faults.push(fault.help("name the accounts; leave the key out for the workspace's default"));
            }
            let selector = selector(terms.iter().map(|(text, _)| text.as_str()), entry.value.span, faults)?;
            Some((selector, entry.value.span))
        });
        let codes = faults.len();
        let languages = match node.get("languages") {
            Some(entry) => language_blocks(&entry.value, faults),
            None => {
                if !misspelt(node, "languages") {
                    let fault = Diagnostic::error("LP003", owner, "a family needs `languages`");
                    faults.push(fault.help("a mapping of language codes to texts"));
                }
                Vec::new()
            }
        };
        let overrides = node.get("per_account").map(|entry| overrides(&entry.value, faults)).unwrap_or_default();
        if allow.iter().any(|(code, _)| code == languages::ALLOWED) {
            let codes = faults.iter_mut().skip(codes).filter(|fault| fault.code == languages::ALLOWED);
            codes.for_each(|fault| fault.severity = Severity::Note);
        }
        Self {
            name,
            name_span,
            category,
            accept_category,
            about,
            accounts,
            lifecycle,
            allow,
            file: node.span.file,
            span: node.span,
            first: owner,
            base,
            languages,
            overrides,
        }
    }

    /// The languages that the family lists, with their places. Overrides of an account may add some or take some away.
    #[must_use]
    pub fn languages(&self) -> Vec<(String, Span)> {
        self.languages.iter().map(|language| (language.code.clone(), language.span)).collect()
    }
}

/// A short place that stands for the family: its first key.
fn first_place(node: &Node) -> Span {
    match &node.value {
        Value::Mapping(entries) => entries.first().map_or(node.span, |entry| entry.key_span),
        _ => node.span,
    }
}

fn name(node: &Node, owner: Span, faults: &mut Vec<Diagnostic>) -> (String, Span) {
    let Some(entry) = node.get("name") else {
        if !misspelt(node, "name") {
            let help = "the name that senders use, such as `order_shipped`";
            faults.push(Diagnostic::error("LP003", owner, "a family needs `name`").help(help));
        }
        return (String::new(), owner);
    };
    // An empty or removed name is reported here; laying over reports empty values of all keys once more.
    let text = read::text(&entry.value, "`name`", faults);
    if let Some(text) = &text {
        head::name(text, entry.value.span, faults);
    }
    (text.unwrap_or_default(), entry.value.span)
}

fn selector<'a>(
    terms: impl IntoIterator<Item = &'a str>,
    span: Span,
    faults: &mut Vec<Diagnostic>,
) -> Option<Selector> {
    match Selector::parse(terms) {
        Ok(selector) => Some(selector),
        Err(error) => {
            let help = "a name, a glob, `label=value`, `a=x,b=y` for both, `!x` to exclude";
            faults.push(Diagnostic::error("LP015", span, error.to_string()).help(help));
            None
        }
    }
}

/// A field of the provider that people still find in examples, and what became of it (Meta changelog, 2025-04-09).
const WITHOUT_EFFECT: (&str, &str) = (
    "allow_category_change",
    "it has had no effect since 9 April 2025: the provider always may choose another category. Leave it out; `accept_category` says \
     which one is fine",
);

/// Keys that people look for in a language or an override, and where they are.
const ELSEWHERE: &[(&str, &str)] = &[
    WITHOUT_EFFECT,
    ("category", "a family has one category for all its languages: write it beside `name`"),
    ("name", "a family has one name: another name is another family"),
    ("accounts", "`accounts` stands beside `name`"),
    ("per_account", "`per_account` stands beside `name`"),
    ("removed", "`removed` stands beside `name`, or in letterpress.yaml"),
    ("lifecycle", "`lifecycle` stands beside `name`"),
    ("allow", "`allow` stands beside `name`"),
];

fn language_blocks(node: &Arc<Node>, faults: &mut Vec<Diagnostic>) -> Vec<LanguageBlock> {
    let mut all: Vec<LanguageBlock> = Vec::new();
    match &node.value {
        Value::Sequence(_) => {
            for (code, span) in read::texts(node, "a language", faults) {
                if let Some(first) = all.iter().find(|known| known.code == code) {
                    let fault = Diagnostic::error("LP002", span, format!("the language `{code}` is here twice"));
                    faults.push(fault.related(first.span, "first here").help("leave one out"));
                    continue;
                }
                faults.extend(languages::check(&code, span));
                all.push(LanguageBlock { code, span, own_place: false, layers: Vec::new() });
            }
        }
        Value::Mapping(entries) => {
            for entry in entries.iter().filter(|entry| !entry.key.starts_with("x-")) {
                faults.extend(languages::check(&entry.key, entry.key_span));
                check_language(&entry.key, &entry.value, faults);
                let layers = vec![Arc::clone(&entry.value)];
                all.push(LanguageBlock { code: entry.key.clone(), span: entry.key_span, own_place: true, layers });
            }
        }
        _ => faults.push(read::expected(node, "`languages`", "a mapping of language codes, or a list of them")),
    }
    if all.is_empty() && matches!(node.value, Value::Sequence(_) | Value::Mapping(_)) {
        let fault = Diagnostic::error("LP005", node.span, "`languages` is empty");
        faults.push(fault.help("a family has at least one language"));
    }
    all
}

fn check_language(code: &str, node: &Node, faults: &mut Vec<Diagnostic>) {
    let what = format!("the language `{code}`");
    match &node.value {
        Value::Mapping(_) => check_keys(node, &what, &keys(&[CONTENT, PARTS, FIELDS]), ELSEWHERE, faults),
        Value::Empty => {
            let fault = Diagnostic::error("LP005", node.span, format!("{what} is empty"));
            faults.push(fault.help("write its texts, or `{}` if it has none of its own"));
        }
        _ => faults.push(read::expected(node, &what, "a mapping")),
    }
}

fn overrides(node: &Node, faults: &mut Vec<Diagnostic>) -> Vec<(Selector, Span, Arc<Node>)> {
    let Value::Mapping(entries) = &node.value else {
        faults.push(read::expected(node, "`per_account`", "a mapping of selectors"));
        return Vec::new();
    };
    let mut all = Vec::new();
    for entry in entries.iter().filter(|entry| !entry.key.starts_with("x-")) {
        let what = format!("`per_account` for `{}`", entry.key);
        let Value::Mapping(_) = &entry.value.value else {
            faults.push(read::expected(&entry.value, &what, "a mapping"));
            continue;
        };
        check_keys(&entry.value, &what, &keys(&[HEAD, CONTENT, PARTS, FIELDS]), ELSEWHERE, faults);
        match entry.value.get("languages").map(|found| &found.value) {
            Some(found) if !matches!(found.value, Value::Mapping(_)) => {
                faults.push(read::expected(found, "`languages` of an override", "a mapping of language codes"));
            }
            Some(found) => {
                let Value::Mapping(languages) = &found.value else { continue };
                for language in languages {
                    faults.extend(languages::check(&language.key, language.key_span));
                    if !language.value.is_null() {
                        check_language(&language.key, &language.value, faults);
                    }
                }
            }
            None => {}
        }
        let selector = selector([entry.key.as_str()], entry.key_span, faults);
        all.extend(selector.map(|selector| (selector, entry.key_span, Arc::clone(&entry.value))));
    }
    all
}
