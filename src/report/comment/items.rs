//! The actions of a comment, each rendered once: what it is, why it is held, its fields in full and cut short.

use std::fmt::Write as _;

use super::super::{
    markdown::{code, diff, fenced, prose, shortened},
    plan::utc,
};
use crate::{
    plan::{Action, ActionKind, Plan, VerdictState},
    template::diff::Change,
};

/// Lines of a diff that are more are long, and so are characters of a line.
const LONG: (usize, usize) = (8, 160);

/// One action, rendered once.
pub(super) struct Item {
    pub(super) account: usize,
    /// Blocked, waiting, needing a flag, destructive or breaking senders: never folded.
    pub(super) urgent: bool,
    pub(super) kind: ActionKind,
    pub(super) state: VerdictState,
    pub(super) head: String,
    pub(super) reasons: String,
    pub(super) fields: String,
    /// The fields cut short, where they are long.
    pub(super) short: Option<String>,
}

pub(super) fn items(plan: &Plan) -> Vec<Item> {
    let all = plan.accounts.iter().enumerate();
    let mut items: Vec<Item> =
        all.flat_map(|(at, account)| account.actions.iter().map(move |action| item(at, action))).collect();
    // Of what must be seen, what is held comes first, then deletions, then what needs a flag.
    items.sort_by_key(|item| match (item.urgent, item.state, item.kind) {
        (false, ..) => 4,
        (true, VerdictState::Blocked, _) => 0,
        (true, VerdictState::Waiting, _) => 1,
        (true, _, ActionKind::Delete) => 2,
        (true, ..) => 3,
    });
    items
}

fn item(account: usize, action: &Action) -> Item {
    let state = action.verdict.state;
    let urgent = state != VerdictState::Ready || action.kind == ActionKind::Delete || !action.breaks_senders.is_empty();
    let mark = match (state, action.kind) {
        (VerdictState::Blocked, _) => "⛔",
        (VerdictState::Waiting, _) => "⏳",
        (_, ActionKind::Delete) => "🗑️",
        (VerdictState::NeedsFlag, _) => "✋",
        (VerdictState::Ready, ActionKind::Create) => "➕",
        (VerdictState::Ready, ActionKind::Edit) => "✏️",
        (VerdictState::Ready, ActionKind::Adopt) => "🔗",
    };
    let held = match (state, action.verdict.until) {
        (VerdictState::Ready, _) => String::new(),
        (VerdictState::Blocked, Some(until)) => format!(" **blocked until {}**", utc(until)),
        (VerdictState::Blocked, None) => " **blocked**".to_owned(),
        (VerdictState::Waiting, _) => " **waiting**".to_owned(),
        (VerdictState::NeedsFlag, _) => " **needs a flag**".to_owned(),
    };
    let place = action.location.as_ref().map(|place| format!(" · {}", code(&format!("{}:{}", place.file, place.line))));
    let head = format!(
        "- {mark} {} {}{held}{}\n",
        action.kind.as_str(),
        code(&action.key.to_string()),
        place.unwrap_or_default()
    );
    let mut reasons = String::new();
    for reason in &action.verdict.reasons {
        let flag = reason.flag.as_ref().map(|flag| format!("; needs {}", code(flag))).unwrap_or_default();
        let remedy = reason.remedy.as_ref().map(|remedy| format!("; {}", prose(remedy))).unwrap_or_default();
        let _ = writeln!(reasons, "  - {} ({}){flag}{remedy}", prose(&reason.reason), code(reason.rule.as_str()));
    }
    if !action.breaks_senders.is_empty() {
        let parts: Vec<&str> = action.breaks_senders.iter().map(|broken| broken.part.as_str()).collect();
        let _ = writeln!(reasons, "  - code that sends it must change with it: {}", prose(&parts.join(", ")));
    }
    if !action.notes.is_empty() {
        let _ = writeln!(reasons, "  - {}", prose(&action.notes.join("; ")));
    }
    for (key, value) in &action.about {
        let _ = writeln!(reasons, "  - {}", prose(&format!("{key}: {value}")));
    }
    // The default format of parameters says nothing of a new template.
    let silent = |change: &&Change| {
        change.before.is_none()
            && change.path == "parameter_format"
            && change.after.as_ref().is_some_and(|to| to == "POSITIONAL")
    };
    let changes: Vec<Change> = action.changes.iter().filter(|change| !silent(change)).cloned().collect();
    let mut body = diff(&changes);
    if !action.hand_edit.is_empty() && action.changed_in_git {
        let _ = write!(body, "@@ changed in the account since it was applied @@\n{}", diff(&action.hand_edit));
    }
    let block = |body: &str| if body.is_empty() { String::new() } else { fenced("diff", body, "  ") };
    let short = shortened(&body, LONG.0, LONG.1);
    let short = (short.len() < body.len()).then(|| block(&short));
    Item { account, urgent, kind: action.kind, state, head, reasons, fields: block(&body), short }
}
