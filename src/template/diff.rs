//! Differences of two normal forms, field by field.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value;

use super::normal::{NormalForm, Scope};

/// One difference.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// Path of the field, `body.text`.
    pub path: String,
    /// What was there; `None` if nothing.
    pub before: Option<Value>,
    /// What is to be there; `None` if nothing.
    pub after: Option<Value>,
}

/// All differences, in the order in which a reader meets them on the phone.
#[must_use]
pub fn changes(before: &NormalForm, after: &NormalForm, scope: Scope) -> Vec<Change> {
    let mut out = Vec::new();
    walk("", Some(&before.form), Some(&after.form), &mut out);
    if scope == Scope::WithSamples {
        let paths: BTreeSet<&String> = before.samples.keys().chain(after.samples.keys()).collect();
        for path in paths {
            let (old, new) = (before.samples.get(path), after.samples.get(path));
            if old != new {
                out.push(Change { path: path.clone(), before: old.cloned(), after: new.cloned() });
            }
        }
    }
    out.sort_by_key(|change| rank(&change.path));
    out
}

/// Reading order of the parts.
fn rank(path: &str) -> usize {
    const ORDER: &[&str] = &["header", "limited_time_offer", "body", "footer", "buttons", "carousel"];
    let part = path.split(['.', '[']).next().unwrap_or_default();
    ORDER.iter().position(|known| *known == part).unwrap_or(ORDER.len())
}

fn walk(path: &str, before: Option<&Value>, after: Option<&Value>, out: &mut Vec<Change>) {
    match (before, after) {
        (Some(before), Some(after)) if before == after => {}
        (Some(Value::Object(old)), Some(Value::Object(new))) if same_kind(old, new) => {
            let mut keys: Vec<&String> = old.keys().collect();
            keys.extend(new.keys().filter(|key| !old.contains_key(*key)));
            for key in keys {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                walk(&path, old.get(key), new.get(key), out);
            }
        }
        (Some(Value::Array(old)), Some(Value::Array(new))) => {
            for at in 0..old.len().max(new.len()) {
                walk(&format!("{path}[{at}]"), old.get(at), new.get(at), out);
            }
        }
        _ => out.push(Change { path: path.to_owned(), before: before.cloned(), after: after.cloned() }),
    }
}

/// A button of another type or a header of another format is another thing, not the same thing with other fields.
fn same_kind(old: &serde_json::Map<String, Value>, new: &serde_json::Map<String, Value>) -> bool {
    ["kind", "type"].iter().all(|key| old.get(*key) == new.get(*key))
}
