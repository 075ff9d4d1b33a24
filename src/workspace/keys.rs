//! Readers of keys that the workspace and its accounts share.

use std::collections::BTreeMap;

use crate::{
    diagnostic::Diagnostic,
    source::{
        languages, read,
        tree::{Entry, Node, Value},
        values::{ValueText, Values},
    },
};

/// Whether this can be the name of a workspace, an account or a label.
pub(super) fn is_word(name: &str) -> bool {
    let inside = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    name.len() <= 64 && name.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric()) && name.bytes().all(inside)
}

/// `values:`: texts, each the same in all languages or one by language.
pub(super) fn values(node: &Node, faults: &mut Vec<Diagnostic>) -> Values {
    let Value::Mapping(entries) = &node.value else {
        faults.push(read::expected(node, "`values`", "a mapping"));
        return Values::default();
    };
    let mut out = BTreeMap::new();
    for entry in entries {
        let what = format!("value `{}`", entry.key);
        if !is_word(&entry.key) {
            faults.push(Diagnostic::error("LP054", entry.key_span, format!("`{}` cannot name a value", entry.key)));
        }
        let value = match &entry.value.value {
            Value::Mapping(languages) => {
                let codes = languages.iter().filter_map(|entry| languages::check(&entry.key, entry.key_span));
                faults.extend(codes);
                let text = |entry: &Entry| Some((entry.key.clone(), read::text(&entry.value, &what, faults)?));
                Some(ValueText::ByLanguage(languages.iter().filter_map(text).collect()))
            }
            _ => read::text(&entry.value, &what, faults).map(ValueText::Same),
        };
        if let Some(value) = value {
            out.insert(entry.key.clone(), value);
        }
    }
    Values(out)
}
