//! Reading `letterpress.yaml` into a [`Workspace`]. Collects every fault and goes on.
//!
//! Touches no file: the text was read by [`super::load()`].

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use camino::{Utf8Path, Utf8PathBuf};

use crate::{
    diagnostic::{Diagnostic, FileId, Span},
    source::{
        languages,
        read::{self, Map},
        read_removed,
        tree::{Node, Value},
    },
};

use super::{
    Workspace,
    account::{self, Account},
    codes::not_yet,
    discover,
    policy::Policy,
    selector::Selector,
    values::{ValueText, Values},
};

/// Where a ledger lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ledger {
    /// A folder, relative to the one of `letterpress.yaml`.
    Directory(Utf8PathBuf),
}

impl Default for Ledger {
    fn default() -> Self {
        Self::Directory(".letterpress/ledger".into())
    }
}

impl Ledger {
    /// Reads a location. Everything that looks like a scheme is refused: a folder of that name would be a ledger that
    /// the next run does not see.
    pub(super) fn from_node(node: &Node, faults: &mut Vec<Diagnostic>) -> Option<Self> {
        let text = read::text(node, "`ledger`", faults)?;
        let scheme = text.split_once(':').map(|(scheme, _)| scheme).filter(|scheme| scheme.len() > 1);
        if let Some(scheme) = scheme {
            let fault = match ["s3", "gs", "az", "git"].contains(&scheme) {
                true => not_yet(node.span, &format!("a ledger at `{scheme}:`")),
                false => Diagnostic::error("LP054", node.span, format!("there is no ledger at `{scheme}:`")),
            };
            faults.push(fault.help("a folder works, such as `.letterpress/ledger`"));
            return None;
        }
        if text.is_empty() {
            faults.push(Diagnostic::error("LP054", node.span, "`ledger` names no folder"));
            return None;
        }
        Some(Self::Directory(text.into()))
    }
}

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
                let text = |entry: &crate::source::tree::Entry| {
                    Some((entry.key.clone(), read::text(&entry.value, &what, faults)?))
                };
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
        faults.push(Diagnostic::error("LP050", start, "the workspace file is empty").help(super::load::HOW));
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
