//! Every request of the client, as the sandbox logged it, against the provider's own documents: method, path, query and body,
//! by a schema validator that knows none of our types.
//!
//! The documents are not part of the project: `$LETTERPRESS_FACTS/openapi` holds them. Without that variable nothing is
//! checked, and one test says so. Where the facts beside them say that a document is wrong, silent or in conflict, a copy with
//! that one rule changed is used; the changes are listed in `patches/`, each with its fact, and each has to be needed.
//!
//! Requests that a test sends by itself, to see what the sandbox says to nonsense, are not the client's and do not count.

mod document;
mod driven;
mod examples;
mod findings;
mod operation;
mod patch;
mod recorded;
mod schema;

use std::{collections::BTreeMap, fmt::Write as _, io::Write as _, sync::OnceLock};

use camino::{Utf8Path, Utf8PathBuf};
use letterpress::sandbox::{LoggedRequest, Operation};

use document::Document;
use operation::{Finding, Operations};

/// The folder of the facts, where there is one.
fn facts() -> Option<&'static Utf8Path> {
    static FACTS: OnceLock<Option<Utf8PathBuf>> = OnceLock::new();
    FACTS
        .get_or_init(|| {
            let folder = Utf8PathBuf::from(std::env::var("LETTERPRESS_FACTS").ok().filter(|path| !path.is_empty())?);
            assert!(folder.join("openapi").is_dir(), "LETTERPRESS_FACTS={folder}: there is no folder `openapi` in it");
            Some(folder)
        })
        .as_deref()
}

/// What a document allows, made once per process.
fn operations(facts: &Utf8Path, document: Document) -> &'static Operations {
    static MADE: [OnceLock<Operations>; Document::ALL.len()] = [const { OnceLock::new() }; Document::ALL.len()];
    MADE[document as usize].get_or_init(|| document.operations(facts))
}

/// Whether a request is the client's own call of a provider's API.
fn is_a_call(request: &LoggedRequest) -> bool {
    let ours = request.client.as_deref().is_some_and(|client| client.starts_with("letterpress/"));
    // Samples lie on servers for files; that is no call of the API, and no document says a word about it.
    let file = request.operation == Operation::Media && request.method == "GET" && request.body.is_none();
    ours && !file
}

/// Holds only if the documents allow each request of the client. Nothing is checked where there are no documents.
#[track_caller]
pub(crate) fn check(requests: &[LoggedRequest]) {
    let Some(facts) = facts() else { return };
    let mut wrong: BTreeMap<Vec<Finding>, &LoggedRequest> = BTreeMap::new();
    for request in requests.iter().filter(|request| is_a_call(request)) {
        let document = Document::of(&request.dialect);
        let document = document.unwrap_or_else(|| panic!("no document for the dialect `{}`", request.dialect));
        let found = operations(facts, document).check(request);
        if !found.is_empty() {
            wrong.entry(found).or_insert(request);
        }
    }
    let mut told = String::new();
    for (found, request) in &wrong {
        let LoggedRequest { dialect, method, path, query, body, .. } = request;
        let body = body.as_ref().map_or_else(String::new, |body| format!("\n  {body}"));
        let _ = write!(told, "\n{dialect}: {method} {path}?{query}{body}");
        for finding in found {
            let _ = write!(told, "\n  {finding}");
        }
    }
    assert!(wrong.is_empty(), "requests that the provider's document does not allow:{told}");
}

#[test]
fn requests_are_checked_against_the_documents_of_the_providers_if_they_are_there() {
    let Some(facts) = facts() else {
        // Not through the macros, whose output a passing test keeps to itself.
        let _ =
            writeln!(std::io::stderr(), "skipped: requests are not checked, set LETTERPRESS_FACTS to their documents");
        return;
    };
    for document in Document::ALL {
        assert!(operations(facts, document).count() > 1, "{document:?}");
    }
}

#[test]
fn a_test_fails_at_the_end_of_its_workspace_for_requests_of_the_client_alone() {
    if facts().is_none() {
        return;
    }
    let requests = crate::harness::Workspace::new(crate::harness::BELL);
    requests.run(&["plan"]).ends(0);
    let listed = requests.requests().pop().unwrap();
    assert!(is_a_call(&listed), "{listed:?}");
    let ends_well = |change: fn(&mut LoggedRequest)| {
        let workspace = crate::harness::Workspace::new(crate::harness::BELL);
        let mut request = listed.clone();
        change(&mut request);
        let line = serde_json::to_string(&request).unwrap();
        workspace.write(".letterpress/sandbox/requests.jsonl", format!("{line}\n"));
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(workspace))).is_ok()
    };
    assert!(ends_well(|_| ()));
    assert!(!ends_well(|request| request.path.push_str("/more")));
    assert!(!ends_well(|request| request.method = "PUT".to_owned()));
    assert!(!ends_well(|request| request.query.push_str("&colour=red")));
    assert!(!ends_well(|request| request.body = Some(serde_json::json!({}))));
    assert!(!ends_well(|request| request.dialect = "unheard".to_owned()));
    assert!(ends_well(|request| {
        request.client = Some("curl/8.5.0".to_owned());
        request.path.push_str("/more");
    }));
}
