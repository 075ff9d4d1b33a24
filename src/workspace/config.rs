//! Reading `letterpress.yaml` into a [`Workspace`]. Collects every fault and goes on.
//!
//! Touches no file: the text was read by [`super::load()`].

use std::{collections::HashMap, sync::Arc};

use camino::Utf8Path;

use crate::{
    diagnostic::{Diagnostic, FileId, Span},
    source::{
        read::{self, Map},
        read_removed,
        selector::Selector,
        tree::{Node, Value},
    },
};

use super::{
    account::{self, Account},
    definition::Workspace,
    discover,
    keys::{is_word, values},
    ledger::Ledger,
    policy::Policy,
    text::HOW,
};

/// The first document of the file as a workspace.
pub(super) fn read(
    documents: &[Arc<Node>],
    file: FileId,
    root: &Utf8Path,
    base: &Utf8Path,
    faults: &mut Vec<Diagnostic>,
    secrets: &mut Vec<Span>,
) -> Option<Workspace> {
    const WHAT: &str = "letterpress.yaml";
    let Some(node) = documents.first() else {
        let start = Span { file, start: 0, end: 0 };
        faults.push(Diagnostic::error("LP050", start, "the workspace file is empty").help(HOW));
        return None;
    };
    if let Some(second) = documents.get(1) {
        faults.push(Diagnostic::error("LP054", second.span, "letterpress.yaml holds one document only"));
    }
    let mut map = Map::of(node, WHAT, faults)?;
    if let Some(version) = map.require("version", node, WHAT, faults)
        && let Some(number) = read::integer(version, "`version`", faults)
        && number != 1
    {
        let fault = Diagnostic::error("LP018", version.span, format!("version {number} of this file is not known"));
        faults.push(fault.help("this letterpress reads version 1"));
        return None;
    }
    let name = map.require("workspace", node, WHAT, faults).and_then(|node| {
        let name = read::text(node, "`workspace`", faults)?;
        if !is_word(&name) {
            let fault = Diagnostic::error("LP054", node.span, "this cannot be the name of a workspace");
            faults.push(fault.help("letters, digits, `.`, `_` and `-`, at most 64"));
        }
        Some(name)
    });
    let templates_entry = map.take("templates");
    let templates = match templates_entry {
        Some(entry) => discover::patterns(&entry.value, faults),
        None => vec![(discover::DEFAULT_PATTERN.to_owned(), None)],
    };
    let ledger = map.take("ledger").and_then(|entry| Ledger::from_node(&entry.value, faults)).unwrap_or_default();
    let values = map.take("values").map(|entry| values(&entry.value, faults)).unwrap_or_default();
    let policy = match map.take("policy") {
        Some(entry) => Policy::default().overlaid(&entry.value, faults),
        None => Policy::default(),
    };
    let accounts = map
        .require("accounts", node, WHAT, faults)
        .map(|node| accounts(node, &policy, faults, secrets))
        .unwrap_or_default();
    let defaults = map.take("defaults").and_then(|entry| {
        let mut inner = Map::of(&entry.value, "`defaults`", faults)?;
        let found = inner.take("accounts").and_then(|entry| selector(&entry.value, "`defaults.accounts`", faults));
        inner.finish("`defaults`", faults);
        found
    });
    let removed = map.take("removed").map(|entry| read_removed(&entry.value, faults)).unwrap_or_default();
    map.finish(WHAT, faults);
    Some(Workspace {
        name: name?,
        root: root.to_owned(),
        base: base.to_owned(),
        file,
        templates,
        ledger,
        accounts,
        defaults,
        policy,
        values,
        removed,
    })
}

/// A selector with its place.
fn selector(node: &Node, what: &str, faults: &mut Vec<Diagnostic>) -> Option<(Selector, Span)> {
    let terms = read::texts(node, what, faults);
    match Selector::parse(terms.iter().map(|(term, _)| term.as_str())) {
        Ok(selector) if !terms.is_empty() => Some((selector, node.span)),
        Ok(_) => {
            faults.push(Diagnostic::error("LP015", node.span, format!("{what} selects nothing")));
            None
        }
        Err(error) => {
            faults.push(Diagnostic::error("LP015", node.span, error.to_string()));
            None
        }
    }
}

fn accounts(node: &Node, policy: &Policy, faults: &mut Vec<Diagnostic>, secrets: &mut Vec<Span>) -> Vec<Account> {
    let Value::Mapping(entries) = &node.value else {
        faults.push(read::expected(node, "`accounts`", "a mapping from names to accounts"));
        return Vec::new();
    };
    if entries.is_empty() {
        faults.push(Diagnostic::error("LP054", node.span, "there is no account"));
    }
    let entries = entries.iter().filter(|entry| !entry.key.starts_with("x-"));
    let accounts: Vec<Account> = entries.filter_map(|entry| account::account(entry, policy, faults, secrets)).collect();
    let mut seen: HashMap<&str, &Account> = HashMap::new();
    for account in accounts.iter().filter(|account| !account.sandbox) {
        if let Some(first) = seen.insert(&account.ledger_key, account) {
            let message = format!("accounts `{}` and `{}` are the same WABA", first.name, account.name);
            faults.push(Diagnostic::warning("LP062", account.span, message).related(first.span, "the other one"));
        }
    }
    accounts
}
