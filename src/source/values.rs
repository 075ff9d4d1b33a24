//! `${value}` in texts: replaced from the account's values, then the workspace's.
//!
//! `$${` is a literal `${`; `${{1}}` is a dollar sign before a parameter; what a value holds is not scanned again. The
//! provider's verbatim JSON is left alone.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    room::Room,
    tree::{Entry, MAX_TEXT, Node, Scalar, Value},
};
use crate::diagnostic::{Diagnostic, Span, did_you_mean};

/// Keys whose values are the provider's JSON, taken as it stands.
pub const VERBATIM: &[&str] = &[
    "components",
    "extra",
    "library_template_button_inputs",
    "library_template_body_inputs",
    "degrees_of_freedom_spec",
    "optimization_spec",
    "bid_spec",
];

/// The values of the workspace or of one account: texts that may differ by language.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Values(pub BTreeMap<String, ValueText>);

/// One value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ValueText {
    /// The same in every language.
    Same(String),
    /// By language code.
    ByLanguage(BTreeMap<String, String>),
}

impl Values {
    /// The text of a value in a language; `None` if there is none.
    #[must_use]
    pub fn get(&self, name: &str, language: &str) -> Option<&str> {
        match self.0.get(name)? {
            ValueText::Same(text) => Some(text),
            ValueText::ByLanguage(texts) => texts.get(language).map(String::as_str),
        }
    }
}

/// Where values come from.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// The first that knows a value wins.
    pub values: &'a [&'a Values],
    /// The language that is being read.
    pub language: &'a str,
    /// What is left for the texts of the run.
    pub room: &'a Room,
}

/// A tree with all values replaced; shares what has none.
#[must_use]
pub fn fill(node: &Arc<Node>, scope: Scope<'_>, faults: &mut Vec<Diagnostic>) -> Arc<Node> {
    let value = match &node.value {
        Value::Empty => return Arc::clone(node),
        Value::Scalar(scalar) => {
            if !scope.room.take(scalar.text.len().saturating_add(NODE)) {
                faults.push(too_much(node.span));
                return Arc::clone(node);
            }
            if !scalar.text.contains("${") {
                return Arc::clone(node);
            }
            let text = replace(&scalar.text, scope, node.span, faults);
            Value::Scalar(Scalar { text, plain: false, ..*scalar })
        }
        Value::Sequence(items) => Value::Sequence(items.iter().map(|item| fill(item, scope, faults)).collect()),
        Value::Mapping(entries) => Value::Mapping(
            entries
                .iter()
                .map(|entry| {
                    let verbatim = VERBATIM.contains(&entry.key.as_str());
                    let value = if verbatim { Arc::clone(&entry.value) } else { fill(&entry.value, scope, faults) };
                    Entry { key: entry.key.clone(), key_span: entry.key_span, value }
                })
                .collect(),
        ),
    };
    Arc::new(Node { span: node.span, value })
}

/// One text with its values replaced.
fn replace(text: &str, scope: Scope<'_>, span: Span, faults: &mut Vec<Diagnostic>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        let after = &rest[at + 2..];
        if rest[..at].ends_with('$') {
            out.push_str(&rest[..at - 1]);
            out.push_str("${");
            rest = after;
        } else if after.starts_with('{') {
            out.push_str(&rest[..at + 2]);
            rest = after;
        } else {
            out.push_str(&rest[..at]);
            let Some(end) = after.find('}') else {
                faults.push(fault(span, "a `${` is not closed").help("`$${` is a literal `${`"));
                out.push_str("${");
                out.push_str(after);
                return out;
            };
            if let Some(value) = look_up(&after[..end], scope, span, faults) {
                if out.len().saturating_add(value.len()) > MAX_TEXT {
                    let message = format!("the values make this text longer than {MAX_TEXT} bytes");
                    faults.push(fault(span, message).help("no provider takes so long a text"));
                    return out;
                }
                if !scope.room.take(value.len()) {
                    faults.push(too_much(span));
                    return out;
                }
                out.push_str(value);
            }
            rest = &after[end + 1..];
        }
    }
    out.push_str(rest);
    out
}

/// What a node takes besides its text, bytes.
const NODE: usize = 64;

fn too_much(span: Span) -> Diagnostic {
    let message = format!(
        "the texts of all languages and accounts together take more than {} MB, values and aliases put in",
        Room::RUN >> 20
    );
    Diagnostic::error("LP051", span, message).help("work on fewer accounts at once (--account), or split the workspace")
}

fn fault(span: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic::error("LP011", span, message)
}

fn look_up<'a>(name: &str, scope: Scope<'a>, span: Span, faults: &mut Vec<Diagnostic>) -> Option<&'a str> {
    let found = scope.values.iter().find_map(|values| values.get(name, scope.language));
    if found.is_some() {
        return found;
    }
    if scope.values.iter().any(|values| values.0.contains_key(name)) {
        let message = format!("the value `{name}` has no text in `{}`", scope.language);
        faults
            .push(fault(span, message).help("give it one under the account's `values`, or one text for all languages"));
        return None;
    }
    let known: Vec<&str> = scope.values.iter().flat_map(|values| values.0.keys().map(String::as_str)).collect();
    let help = did_you_mean(name, known.iter().copied()).unwrap_or_else(|| {
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        format!("values of this account: {known}; `$${{` is a literal `${{`")
    });
    faults.push(fault(span, format!("there is no value `{name}`")).help(help));
    None
}

/// A text in which nothing is taken for a value: the inverse of filling.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        out.push_str(&rest[..at]);
        let before_parameter = rest[at + 2..].starts_with('{') && !out.ends_with('$');
        out.push_str(if before_parameter { "${" } else { "$${" });
        rest = &rest[at + 2..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::{diagnostic::FileId, source::values::ValueText};

    fn run(text: &str) -> (String, Vec<Diagnostic>) {
        let account = Values(BTreeMap::from([
            ("brand".to_owned(), ValueText::Same("Fernweh ${shop}".into())),
            ("stop".to_owned(), ValueText::ByLanguage(BTreeMap::from([("de".to_owned(), "STOPP".to_owned())]))),
        ]));
        let workspace = Values(BTreeMap::from([
            ("brand".to_owned(), ValueText::Same("hidden".into())),
            ("shop".to_owned(), ValueText::Same("Cycles".into())),
        ]));
        let span = Span { file: FileId(0), start: 0, end: 1 };
        let mut faults = Vec::new();
        let scope = Scope { values: &[&account, &workspace], language: "en", room: &Room::default() };
        (replace(text, scope, span, &mut faults), faults)
    }

    #[test]
    fn values_are_replaced_once() {
        assert_eq!(run("${brand}, ${shop}!").0, "Fernweh ${shop}, Cycles!");
        assert_eq!(run("$${brand} costs ${{1}} or $5").0, "${brand} costs ${{1}} or $5");
        assert_eq!(run("${bran}").1[0].help.as_deref(), Some("did you mean `brand`?"));
        assert!(run("${stop}").1[0].message.contains("`en`"));
        assert!(run("${oh").1[0].message.contains("closed"));
    }

    #[test]
    fn escaping_is_undone_by_filling() {
        for text in ["${a}", "$${a}", "${{1}}", "$${{1}}", "$$${{{", "${", "a$", "${${${", "$$$$"] {
            let (back, faults) = run(&escape(text));
            assert!(faults.is_empty(), "{text}");
            assert_eq!(back, text);
        }
        assert_eq!(escape("pay ${{1}}"), "pay ${{1}}");
    }
}
