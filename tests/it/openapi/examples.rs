//! Requests written by hand: good ones that each document has to allow, and bad ones, each a good one with one thing wrong,
//! that it must not. A checker that finds nothing would be worth nothing.
//!
//! They lie in a YAML file for each document: `good` names requests, `bad` says which one it is `like`, what is `set` or
//! `unset` in it by JSON pointer, and a part of what has to be found.

use std::collections::BTreeMap;

use letterpress::sandbox::{LoggedRequest, Operation};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{document, document::Document, facts, operations};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    good: BTreeMap<String, Value>,
    bad: Vec<Bad>,
}

/// A good request with one thing wrong.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
struct Bad {
    like: String,
    #[serde(default)]
    set: Map<String, Value>,
    #[serde(default)]
    unset: Vec<String>,
    finds: String,
}

/// A request as it is written in the files.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    /// Method, path and query.
    call: String,
    #[serde(rename = "type")]
    kind: Option<String>,
    body: Option<Value>,
    #[serde(default)]
    parts: Vec<String>,
}

/// A bad request and what has to be found in it.
pub(super) struct Wrong {
    pub(super) request: LoggedRequest,
    pub(super) finds: String,
    /// How it is written, for messages.
    pub(super) written: String,
}

/// The examples of a document.
pub(super) fn of(document: Document) -> (Vec<LoggedRequest>, Vec<Wrong>) {
    let File { good, bad } = serde_yaml::from_str(match document {
        Document::Meta => include_str!("examples/meta.yaml"),
        Document::Infobip => include_str!("examples/infobip.yaml"),
        Document::Dialog360 => include_str!("examples/dialog360.yaml"),
        Document::Dialog360Waba => include_str!("examples/dialog360_waba.yaml"),
        Document::Vonage => include_str!("examples/vonage.yaml"),
    })
    .unwrap_or_else(|error| panic!("examples of {document:?}: {error}"));
    let wrong = bad.iter().map(|bad| {
        let mut value = good.get(&bad.like).unwrap_or_else(|| panic!("no good `{}`", bad.like)).clone();
        bad.unset.iter().for_each(|place| unset(&mut value, place));
        bad.set.iter().for_each(|(place, to)| set(&mut value, place, to.clone()));
        Wrong { request: request(document, &value), finds: bad.finds.clone(), written: format!("{bad:?}") }
    });
    let wrong = wrong.collect();
    (good.values().map(|value| request(document, value)).collect(), wrong)
}

fn request(document: Document, written: &Value) -> LoggedRequest {
    let Written { call, kind, body, parts } =
        serde_json::from_value(written.clone()).unwrap_or_else(|error| panic!("{written}: {error}"));
    let (method, target) = call.split_once(' ').unwrap();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    LoggedRequest {
        time: jiff::Timestamp::UNIX_EPOCH,
        dialect: document.dialect().to_owned(),
        method: method.to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        content_type: kind.or_else(|| body.is_some().then(|| "application/json".to_owned())),
        body,
        parts,
        client: Some("letterpress/0.0.0".to_owned()),
        operation: Operation::Other,
        waba: None,
        template: None,
        status: Some(200),
    }
}

fn place<'a>(value: &'a mut Value, pointer: &'a str) -> (&'a mut Value, &'a str) {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    (value.pointer_mut(parent).unwrap_or_else(|| panic!("an example has nothing at {parent}")), key)
}

fn set(value: &mut Value, pointer: &str, to: Value) {
    match place(value, pointer) {
        (Value::Object(object), key) => drop(object.insert(key.to_owned(), to)),
        (Value::Array(items), "-") => items.push(to),
        (Value::Array(items), at) => items[at.parse::<usize>().unwrap()] = to,
        (other, _) => panic!("{pointer}: {other} has no members"),
    }
}

fn unset(value: &mut Value, pointer: &str) {
    match place(value, pointer) {
        (Value::Object(object), key) => drop(object.remove(key).unwrap_or_else(|| panic!("no {pointer}"))),
        (Value::Array(items), at) => drop(items.remove(at.parse::<usize>().unwrap())),
        (other, _) => panic!("{pointer}: {other} has no members"),
    }
}

#[test]
fn good_requests_are_allowed_and_bad_ones_are_found_out() {
    let Some(facts) = facts() else { return };
    let mut wrong = Vec::new();
    for document in Document::ALL {
        let operations = operations(facts, document);
        let (good, bad) = of(document);
        assert!(good.len() > 2 && bad.len() > 5, "{document:?}");
        for request in good {
            for finding in operations.check(&request) {
                wrong.push(format!("{document:?}: good {} {}: {finding}", request.method, request.path));
            }
        }
        for Wrong { request, finds, written } in bad {
            let found: Vec<_> = operations.check(&request).iter().map(ToString::to_string).collect();
            if !found.iter().any(|finding| finding.contains(&finds)) {
                wrong.push(format!("{document:?}: bad {written}: found {found:#?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_list_of_changes_to_the_documents_is_honest() {
    let Some(facts) = facts() else { return };
    let mut idle = Vec::new();
    for document in Document::ALL {
        let (patches, plain) = (document.patches(), document.read(facts));
        let (good, bad) = of(document);
        // As long as there is no client, a request by hand speaks for it.
        let requests = super::driven::requests(document).unwrap_or(good);
        for (at, patch) in patches.iter().enumerate() {
            let needed = match document::operations(&plain, &patches, Some(at)) {
                // Others are made on top of it, or the document cannot be read without it.
                Err(_) => true,
                Ok(without) if patch.demands() => bad.iter().any(|wrong| without.check(&wrong.request).is_empty()),
                Ok(without) => requests.iter().any(|request| !without.check(request).is_empty()),
            };
            if !needed {
                idle.push(format!("{document:?}: {patch}"));
            }
        }
    }
    assert!(idle.is_empty(), "patches that no request and no bad example needs:\n{}", idle.join("\n"));
}
