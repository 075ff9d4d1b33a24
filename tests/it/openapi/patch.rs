//! Changes to a document where the facts say that it is wrong, silent or in conflict: one rule each, with its fact.
//!
//! They lie in a YAML file for each document, in groups that share a place and a fact:
//!
//! - `add`: members that the document lacks; `replace`: members that it has otherwise; `remove`: members that must go;
//!   `append`: items at the end of a list. Each lets in what the document refuses, and is there only as long as a request of
//!   the client needs it.
//! - `demand`: members that make the document stricter, because the facts know more than it says. Each is there only as long
//!   as a bad example needs it to be found out.

use std::{collections::BTreeMap, fmt};

use serde::Deserialize;
use serde_json::{Map, Value};

/// The patches of a document.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// Short names for the beginnings of places, used as `[name]`.
    #[serde(default)]
    places: BTreeMap<String, String>,
    patches: Vec<Group>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    at: String,
    fact: String,
    #[serde(default)]
    add: Map<String, Value>,
    #[serde(default)]
    replace: Map<String, Value>,
    #[serde(default)]
    remove: Vec<String>,
    #[serde(default)]
    append: Vec<Value>,
    #[serde(default)]
    demand: Map<String, Value>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Act {
    Add,
    Replace,
    Remove,
    Append,
    Demand,
}

/// One rule that is changed.
#[derive(Clone, Debug)]
pub(super) struct Patch {
    /// JSON pointer to the object or list that changes.
    at: String,
    /// The member; empty for an item.
    key: String,
    value: Value,
    act: Act,
    /// Where the facts say so, and how sure they are.
    fact: String,
}

impl fmt::Display for Patch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { at, key, value, act, fact } = self;
        let name = if key.is_empty() { &value["name"] } else { &Value::Null };
        write!(f, "{act:?} {at}/{key}{} ({fact})", name.as_str().unwrap_or_default())
    }
}

impl Patch {
    /// Whether it makes the document stricter.
    pub(super) fn demands(&self) -> bool {
        self.act == Act::Demand
    }

    /// Makes the change. A place that is not there, or is not as the patch takes it to be, is an error: the document is
    /// another than the one that the patch was written for.
    fn apply(&self, document: &mut Value) -> Result<(), String> {
        let Self { at, key, value, act, fact: _ } = self;
        let place = document.pointer_mut(at).ok_or("nothing is there")?;
        if *act == Act::Append {
            place.as_array_mut().ok_or("it is no list")?.push(value.clone());
            return Ok(());
        }
        let object = place.as_object_mut().ok_or("it is no object")?;
        match (act, object.contains_key(key)) {
            (Act::Add, true) => return Err("it is there already".to_owned()),
            (Act::Replace | Act::Remove, false) => return Err("it is not there".to_owned()),
            (Act::Remove, true) => drop(object.remove(key)),
            _ => drop(object.insert(key.clone(), value.clone())),
        }
        Ok(())
    }
}

/// Reads the patches of a document, in order.
pub(super) fn parse(yaml: &str) -> Vec<Patch> {
    let File { places, patches } = serde_yaml::from_str(yaml).unwrap();
    patches.into_iter().flat_map(|group| of_group(group, &places)).collect()
}

fn of_group(group: Group, places: &BTreeMap<String, String>) -> Vec<Patch> {
    let Group { at, fact, add, replace, remove, append, demand } = group;
    let at = match at.strip_prefix('[').and_then(|at| at.split_once(']')) {
        Some((name, rest)) => format!("{}{rest}", places.get(name).unwrap_or_else(|| panic!("no place `{name}`"))),
        None => at,
    };
    let patch = |act, key: String, value| Patch { at: at.clone(), key, value, act, fact: fact.clone() };
    let members = |act, members: Map<String, Value>| members.into_iter().map(move |(key, value)| (act, key, value));
    let all = members(Act::Add, add).chain(members(Act::Replace, replace)).chain(members(Act::Demand, demand));
    let mut patches: Vec<_> = all.map(|(act, key, value)| patch(act, key, value)).collect();
    patches.extend(remove.into_iter().map(|key| patch(Act::Remove, key, Value::Null)));
    patches.extend(append.into_iter().map(|value| patch(Act::Append, String::new(), value)));
    assert!(!patches.is_empty(), "a group at {at} changes nothing");
    patches
}

/// The document with all patches, or all but one.
pub(super) fn patched(document: &Value, patches: &[Patch], but: Option<usize>) -> Result<Value, String> {
    let mut document = document.clone();
    for (_, patch) in patches.iter().enumerate().filter(|(at, _)| Some(*at) != but) {
        patch.apply(&mut document).map_err(|what| format!("{patch} does not fit: {what}"))?;
    }
    Ok(document)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_act_changes_one_rule() {
        let document = json!({"a": {"b": 1, "c": 2}, "list": [{"name": "x"}]});
        let patches = parse(
            "places: {inner: /a}\npatches:\n\
             - {at: '[inner]', fact: f, add: {d: 3}, replace: {b: 4}, remove: [c]}\n\
             - {at: /list, fact: f, append: [{name: y}]}\n- {at: '', fact: f, demand: {e: 5}}\n",
        );
        let all = patched(&document, &patches, None).unwrap();
        assert_eq!(all, json!({"a": {"b": 4, "d": 3}, "list": [{"name": "x"}, {"name": "y"}], "e": 5}));
        let but = patched(&document, &patches, Some(0)).unwrap();
        assert!(but["a"].get("d").is_none(), "{but}");
        assert_eq!(patches.iter().filter(|patch| patch.demands()).count(), 1);
    }

    #[test]
    fn a_patch_for_another_document_does_not_fit() {
        let document = json!({"a": {"b": 1}});
        for wrong in ["add: {b: 2}", "replace: {c: 2}", "remove: [c]", "append: [2]"] {
            let patches = parse(&format!("patches:\n- {{at: /a, fact: f, {wrong}}}\n"));
            assert!(patched(&document, &patches, None).unwrap_err().contains("does not fit"), "{wrong}");
        }
        let patches = parse("patches:\n- {at: /z, fact: f, add: {b: 2}}\n");
        assert!(patched(&document, &patches, None).is_err());
    }
}
