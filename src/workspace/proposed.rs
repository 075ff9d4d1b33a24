//! Two workspace files: a trusted one that `--config` names, and the one beside the templates in `-C`.
//!
//! `values` (the workspace's and its accounts') and `removed` are content like templates, so they come from the folder of
//! the templates. Everything else comes from the trusted file; what differs there is said, and does nothing.

use std::sync::Arc;

use camino::Utf8Path;

use super::{
    definition::Workspace,
    exposed,
    keys::values,
    secrets,
    text::{FILE, workspace_text},
};
use crate::{
    diagnostic::{Diagnostic, Severity, SourceMap, Span},
    source::{
        Removal, read_removed,
        room::Room,
        tree::{self, Entry, Node, Value},
        values::Values,
    },
};

/// As many differences are listed; more are counted.
const LISTED: usize = 50;

/// What counts of the workspace file beside the templates.
pub(super) struct Proposed {
    values: Values,
    /// By account; what the file does not have keeps what the trusted file says.
    accounts: Vec<(String, Values)>,
    removed: Vec<Removal>,
}

impl Proposed {
    /// Puts the content in the place of the trusted file's.
    pub(super) fn lay_over(self, workspace: &mut Workspace) {
        workspace.values = self.values;
        workspace.removed = self.removed;
        for (name, values) in self.accounts {
            if let Some(account) = workspace.accounts.iter_mut().find(|account| account.name == name) {
                account.values = values;
            }
        }
    }
}

/// Reads the file in `dir`, if there is one and `config` is another. `trusted` is the document of the latter, shown as
/// `shown`.
pub(super) fn read(
    dir: &Utf8Path,
    config: &Utf8Path,
    trusted: &Node,
    sources: &mut SourceMap,
    faults: &mut Vec<Diagnostic>,
) -> Option<Proposed> {
    let path = dir.join(FILE);
    let real = path.canonicalize_utf8().ok()?;
    if config.canonicalize_utf8().is_ok_and(|config| config == real) {
        return None;
    }
    if !dir.canonicalize_utf8().is_ok_and(|dir| real.starts_with(dir)) {
        let message = format!("`{path}` is a link that leads out of the workspace");
        faults.push(Diagnostic::new(Severity::Error, "LP052", None, message));
        return None;
    }
    let text = workspace_text(dir, &path, false, faults)?;
    // Both files have one name: the folder tells them apart.
    let file = sources.add_given(path, text.as_str());
    let mut hidden = secrets::likely(file, &text);
    let before = faults.len();
    let tree::Parsed { documents, repeated } = tree::parse_whole(file, &text, &Room::default(), faults);
    let accounts: Vec<&Entry> = documents.first().map(|node| accounts(node)).unwrap_or_default();
    hidden.extend(exposed::places(&documents, &repeated));
    if faults[before..].iter().any(|fault| fault.code == tree::NO_YAML) {
        hidden.extend(secrets::in_broken(file, &text));
    }
    // Of a file that is no YAML nothing more is to be said.
    if faults.len() > before {
        secrets::mask(sources, &hidden, &exposed::account_names(&documents), faults);
        return None;
    }
    let nothing = Arc::new(Node { span: Span { file, start: 0, end: 0 }, value: Value::Mapping(Vec::new()) });
    let node = documents.first().unwrap_or(&nothing);
    let value = |node: &Node, key: &str| {
        node.get(key).filter(|entry| !entry.value.is_null()).map(|entry| Arc::clone(&entry.value))
    };
    let proposed = Proposed {
        values: value(node, "values").map(|node| values(&node, faults)).unwrap_or_default(),
        removed: value(node, "removed").map(|node| read_removed(&node, faults)).unwrap_or_default(),
        accounts: accounts
            .iter()
            .map(|entry| {
                let own = value(&entry.value, "values").map(|node| values(&node, faults)).unwrap_or_default();
                (entry.key.clone(), own)
            })
            .collect(),
    };
    let mut differences = Vec::new();
    compare(&[], trusted, node, &mut differences);
    let more = differences.len().saturating_sub(LISTED);
    faults.extend(differences.into_iter().take(LISTED).map(Difference::warning));
    if more > 0 {
        let message = format!("{more} more differences between {config} and this file, which does not count there");
        faults.push(Diagnostic::warning("LP063", node.span, message).help(HELP));
    }
    // Whatever was said of the file by now may quote it.
    secrets::mask(sources, &hidden, &exposed::account_names(&documents), faults);
    Some(proposed)
}

fn accounts(node: &Node) -> Vec<&Entry> {
    match node.get("accounts").map(|entry| &entry.value.value) {
        Some(Value::Mapping(entries)) => entries.iter().filter(|entry| !entry.key.starts_with("x-")).collect(),
        _ => Vec::new(),
    }
}

/// A key in which the two files differ.
enum Difference {
    /// Its value is another. The trusted place, then the proposed one.
    Changed(String, Span, Span),
    /// The proposed file alone has it.
    Added(String, Span),
    /// The trusted file alone has it.
    Gone(String, Span),
}

const HELP: &str = "only `values` and `removed` are taken from the folder of the templates; the rest takes effect once the trusted \
                    file has it";

impl Difference {
    fn warning(self) -> Diagnostic {
        let fault = match self {
            Self::Changed(key, trusted, proposed) => {
                let message = format!("`{key}` is another than in the trusted workspace file, which counts");
                Diagnostic::warning("LP063", proposed, message).related(trusted, "this counts")
            }
            Self::Added(key, proposed) => {
                let message = format!("`{key}` is not in the trusted workspace file, and does nothing");
                Diagnostic::warning("LP063", proposed, message)
            }
            Self::Gone(key, trusted) => {
                let message = format!("`{key}` is missing beside the templates, and counts as it is here");
                Diagnostic::warning("LP063", trusted, message)
            }
        };
        fault.help(HELP)
    }
}

/// Whether a key holds content, or is free for notes.
fn is_passed_over(path: &[&str], key: &str) -> bool {
    let content = match path {
        [] => matches!(key, "values" | "removed"),
        ["accounts", _] => key == "values",
        _ => false,
    };
    // A label may have any name.
    content || (key.starts_with("x-") && path.last() != Some(&"labels"))
}

fn compare(path: &[&str], trusted: &Node, proposed: &Node, out: &mut Vec<Difference>) {
    let (Value::Mapping(ours), Value::Mapping(theirs)) = (&trusted.value, &proposed.value) else {
        if !same(trusted, proposed) {
            out.push(Difference::Changed(path.join("."), trusted.span, proposed.span));
        }
        return;
    };
    for entry in ours.iter().filter(|entry| !is_passed_over(path, &entry.key)) {
        let inner = [path, &[entry.key.as_str()]].concat();
        match proposed.get(&entry.key) {
            Some(other) => compare(&inner, &entry.value, &other.value, out),
            None => out.push(Difference::Gone(inner.join("."), entry.key_span)),
        }
    }
    for entry in theirs.iter().filter(|entry| !is_passed_over(path, &entry.key)) {
        if trusted.get(&entry.key).is_none() {
            out.push(Difference::Added([path, &[entry.key.as_str()]].concat().join("."), entry.key_span));
        }
    }
}

/// Whether two values mean the same: how they are written, and the order of keys, does not matter.
fn same(one: &Node, other: &Node) -> bool {
    match (&one.value, &other.value) {
        (Value::Empty, Value::Empty) => true,
        (Value::Scalar(a), Value::Scalar(b)) => a.text == b.text && one.is_null() == other.is_null(),
        (Value::Sequence(a), Value::Sequence(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Mapping(a), Value::Mapping(b)) => {
            a.len() == b.len()
                && a.iter().all(|entry| other.get(&entry.key).is_some_and(|b| same(&entry.value, &b.value)))
        }
        _ => false,
    }
}
