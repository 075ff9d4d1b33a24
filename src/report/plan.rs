//! The plan as text for people: 80 columns, readable without colour.
//!
//! Decides nothing: what is ready, blocked or drifted was decided in `plan/`.

use std::fmt::Write as _;

use super::{
    observations::{Heading, subject},
    style::{Paint, account_head, count, line, place, safe, width, wrapped},
    texts,
};
use crate::{
    plan::{AccountPlan, Action, ActionKind, Observation, Plan, RuleId, Submit, VerdictState},
    template::{Status, TemplateKey, contract, diff::Change},
};

/// How many names of a long list are shown.
const NAMES: usize = 8;

/// The whole plan.
#[must_use]
pub fn text(plan: &Plan, paint: Paint) -> String {
    let mut out = String::new();
    if let Some(at) = plan.at {
        let _ = writeln!(out, "{}\n", paint.bold(&format!("As of {}: what could be applied then.", utc(at))));
    }
    out.push_str(&warnings(plan, paint));
    for account in &plan.accounts {
        out.push_str(&account_text(account, paint));
        out.push('\n');
    }
    out.push_str(&closing(plan, paint));
    out
}

/// What casts doubt on the files, before everything that follows from them.
fn warnings(plan: &Plan, paint: Paint) -> String {
    let mut out = String::new();
    for warning in &plan.warnings {
        let text = format!("{}: {}", paint.changed("warning"), safe(&warning.to_string()));
        let _ = writeln!(out, "{}", wrapped("", "  ", &text));
    }
    if out.is_empty() { out } else { format!("{out}\n") }
}

/// The last lines: what would happen.
fn closing(plan: &Plan, paint: Paint) -> String {
    let mut out = String::new();
    if let Some(line) = failed_line(plan) {
        let _ = writeln!(out, "{} `letterpress doctor` says what to do.", paint.removed(&line));
        if plan.accounts.iter().all(|account| account.error.is_some()) {
            return out;
        }
    }
    let _ = writeln!(out, "{}", paint.bold(&plan_line(plan)));
    out
}

/// How many accounts are missing from the plan, if any.
pub(super) fn failed_line(plan: &Plan) -> Option<String> {
    let failed = plan.accounts.iter().filter(|account| account.error.is_some()).count();
    (failed > 0).then(|| format!("{} could not be worked on.", count(failed, "account")))
}

/// The one line that says what would happen, in the accounts that could be worked on.
pub(super) fn plan_line(plan: &Plan) -> String {
    let summary = plan.summary();
    let failed = plan.accounts.iter().filter(|account| account.error.is_some()).count();
    let (the_account, of) = match (failed, plan.accounts.len() - failed) {
        (0, _) => ("the account", ""),
        (_, 1) => ("the other account", " of the other account"),
        _ => ("the other accounts", " of the other accounts"),
    };
    if !plan.has_changes() {
        let adopt = |ready: bool| {
            let meant = |action: &&Action| (action.verdict.state == VerdictState::Ready) == ready;
            plan.actions().filter(|action| action.kind == ActionKind::Adopt).filter(meant).count()
        };
        let adopted = match (adopt(true), adopt(false)) {
            (0, 0) => String::new(),
            (adopt, 0) => format!("; {} will be adopted", count(adopt, "template")),
            (0, held) => format!("; {} cannot be adopted", count(held, "template")),
            (adopt, held) => format!("; {} will be adopted, {held} cannot be", count(adopt, "template")),
        };
        return format!("No changes to {the_account}{adopted}. {} unchanged.", summary.unchanged);
    }
    let part = |kind: ActionKind, words: &str| {
        let all: Vec<&Action> = plan.actions().filter(|action| action.kind == kind).collect();
        let of = |state: VerdictState| all.iter().filter(|action| action.verdict.state == state).count();
        let held: Vec<String> = [
            (VerdictState::Blocked, "blocked"),
            (VerdictState::Waiting, "waiting"),
            (VerdictState::NeedsFlag, "a flag"),
        ]
        .into_iter()
        .filter(|(state, _)| of(*state) > 0)
        .map(|(state, word)| match state {
            VerdictState::NeedsFlag if of(state) == 1 => "1 needs a flag".to_owned(),
            VerdictState::NeedsFlag => format!("{} need {word}", of(state)),
            _ => format!("{} {word}", of(state)),
        })
        .collect();
        let held = if held.is_empty() { String::new() } else { format!(" ({})", held.join(", ")) };
        format!("{} {words}{held}", all.len())
    };
    let mut parts = vec![
        part(ActionKind::Create, "to create"),
        part(ActionKind::Edit, "to edit"),
        part(ActionKind::Delete, "to delete"),
    ];
    if plan.actions().any(|action| action.kind == ActionKind::Adopt) {
        parts.push(part(ActionKind::Adopt, "to adopt"));
    }
    parts.push(format!("{} unchanged", summary.unchanged));
    format!("Plan{of}: {}.", parts.join(", "))
}

fn account_text(account: &AccountPlan, paint: Paint) -> String {
    let mut out = String::new();
    let head = account_head(&account.identity);
    if let Some(error) = &account.error {
        let mut lines = error.lines().map(safe);
        let first = lines.next().unwrap_or_default();
        let _ = writeln!(out, "{}: {}", paint.bold(&head), paint.removed(&first));
        for line in lines {
            let _ = writeln!(out, "  {}", paint.removed(line.trim_start()));
        }
        return out;
    }
    let _ = writeln!(
        out,
        "{}: {} live, {} managed, read in {}",
        paint.bold(&head),
        account.live,
        account.managed,
        count(usize::try_from(account.requests).unwrap_or(usize::MAX), "request"),
    );
    let (drifted, wanted): (Vec<&Action>, Vec<&Action>) = account
        .actions
        .iter()
        .filter(|action| action.kind != ActionKind::Adopt || action.verdict.state != VerdictState::Ready)
        .partition(|action| action.kind == ActionKind::Edit && !action.changed_in_git);
    for action in wanted {
        out.push('\n');
        out.push_str(&action_text(action, paint));
    }
    let adopted = account
        .actions
        .iter()
        .filter(|action| action.kind == ActionKind::Adopt)
        .filter(|action| action.verdict.state == VerdictState::Ready);
    let adopted: Vec<String> = adopted.map(|action| safe(&action.key.to_string())).collect();
    if !adopted.is_empty() {
        let text =
            format!("{} already as wanted, will be adopted: {}", count(adopted.len(), "template"), names(&adopted));
        let _ = writeln!(out, "\n{}", wrapped("  = ", "    ", &text));
    }
    if !drifted.is_empty() {
        let _ = writeln!(out, "\n{}", paint.bold("Changed in the account, not in git"));
        for action in drifted {
            out.push_str(&drift_text(action, paint));
        }
    }
    out.push_str(&observations(account, paint));
    out
}

fn action_text(action: &Action, paint: Paint) -> String {
    let key = safe(&action.key.to_string());
    let held = match (action.verdict.state, action.verdict.until) {
        (VerdictState::Ready, _) => String::new(),
        (VerdictState::Blocked, Some(until)) => format!("  blocked until {}", utc(until)),
        (VerdictState::Blocked, None) => "  blocked".to_owned(),
        (VerdictState::Waiting, Some(until)) => format!("  waiting until {}", utc(until)),
        (VerdictState::Waiting, None) => "  waiting".to_owned(),
        (VerdictState::NeedsFlag, _) => "  needs a flag".to_owned(),
    };
    let (symbol, painted): (&str, fn(Paint, &str) -> String) = match (action.verdict.state, action.kind) {
        (VerdictState::Blocked | VerdictState::Waiting, _) => ("!", Paint::changed),
        (VerdictState::NeedsFlag, _) => ("?", Paint::changed),
        (VerdictState::Ready, ActionKind::Create) => ("+", Paint::added),
        (VerdictState::Ready, ActionKind::Edit) => ("~", Paint::changed),
        (VerdictState::Ready, ActionKind::Delete) => ("-", Paint::removed),
        (VerdictState::Ready, ActionKind::Adopt) => ("=", Paint::dim),
    };
    // A held action says what it would be.
    let kind = match (action.verdict.state, action.kind) {
        (VerdictState::Ready, _) => String::new(),
        (_, kind) => format!(" ({})", kind.as_str()),
    };
    let category = match (&action.submit, action.kind) {
        (Some(Submit { category: Some(category), .. }), ActionKind::Create) => format!("  {}", safe(category.as_str())),
        _ => String::new(),
    };
    let left = format!("  {symbol} {key}{kind}{category}{held}");
    let painted = format!("  {} {}{kind}{category}{}", painted(paint, symbol), paint.bold(&key), paint.changed(&held));
    let place = place(action.location.as_ref());
    let mut out = line(&painted, width(&left), &paint.dim(&place));
    // `line` measured the colours of the place too: they have no width.
    if paint.colour && !place.is_empty() {
        out = line(&painted, width(&left), &place).replace(&place, &paint.dim(&place));
    }
    out.push('\n');
    out.push_str(&changes_text(&action.changes, paint));
    if !action.hand_edit.is_empty() && action.changed_in_git {
        let _ = writeln!(out, "      {}", paint.changed("changed in the account since it was applied:"));
        out.push_str(&changes_text(&action.hand_edit, paint));
    }
    out.push_str(&reasons(action, paint));
    // Allowed, and still to be done; what cannot be sent now breaks nobody.
    let sendable = action.live.as_ref().is_some_and(|live| matches!(live.status, Status::Approved | Status::Paused));
    if sendable
        && !action.breaks_senders.is_empty()
        && !action.verdict.reasons.iter().any(|reason| reason.rule == RuleId::BreaksSenders)
    {
        let _ = writeln!(out, "{}", indented(&paint.changed(&safe(&contract::sentence(&action.breaks_senders)))));
    }
    if !action.notes.is_empty() {
        let _ = writeln!(out, "{}", indented(&paint.dim(&safe(&action.notes.join("; ")))));
    }
    for (key, value) in &action.about {
        let _ = writeln!(out, "{}", indented(&paint.dim(&safe(&format!("{key}: {value}")))));
    }
    out
}

fn drift_text(action: &Action, paint: Paint) -> String {
    let parts: Vec<String> = action.hand_edit.iter().map(|change| safe(&texts::title(change))).collect();
    let left = format!("  ? {}  {}", safe(&action.key.to_string()), parts.join(", "));
    let place = place(action.location.as_ref());
    let mut out = format!("{}\n", line(&left, width(&left), &place));
    out.push_str(&changes_text(&action.hand_edit, paint));
    out.push_str(&reasons(action, paint));
    out
}

fn changes_text(changes: &[Change], paint: Paint) -> String {
    let mut out = String::new();
    for change in changes {
        let title = safe(&texts::title(change));
        for (at, text) in texts::lines(change.before.as_ref(), change.after.as_ref(), paint).into_iter().enumerate() {
            let head = if at == 0 { title.clone() } else { " ".repeat(width(&title)) };
            let indent = " ".repeat(width(&title) + 10);
            let _ = writeln!(out, "{}", wrapped(&format!("      {head}  "), &indent, &text).trim_end());
        }
    }
    out
}

fn reasons(action: &Action, paint: Paint) -> String {
    let mut out = String::new();
    for reason in &action.verdict.reasons {
        let why = format!("{}  {}", paint.changed(&safe(&reason.reason)), paint.dim(&format!("[{}]", reason.rule)));
        let _ = writeln!(out, "{}", indented(&why));
        let advice = match (&reason.flag, &reason.remedy) {
            (Some(flag), Some(remedy)) => format!("needs {flag}: {remedy}"),
            (Some(flag), None) => format!("needs {flag}"),
            (None, Some(remedy)) => remedy.clone(),
            (None, None) => continue,
        };
        let _ = writeln!(out, "{}", indented(&safe(&advice)));
    }
    out
}

/// What belongs to an action, below it.
fn indented(text: &str) -> String {
    wrapped("      ", "      ", text)
}

/// Observations by their headings. Drift that an action shows already is not repeated.
fn observations(account: &AccountPlan, paint: Paint) -> String {
    let mut out = String::new();
    let told: Vec<&TemplateKey> =
        account.actions.iter().filter(|action| !action.hand_edit.is_empty()).map(|action| &action.key).collect();
    for heading in
        [Heading::Drift, Heading::Category, Heading::NotSendable, Heading::Notes, Heading::InReview, Heading::Unmanaged]
    {
        let found = account.observations.iter().filter(|seen| Heading::of(seen.id) == heading);
        let is_told = |seen: &Observation| told.iter().any(|key| seen.is_about(key));
        let found: Vec<&Observation> = found.filter(|seen| heading != Heading::Drift || !is_told(seen)).collect();
        if !found.is_empty() {
            out.push_str(&section(heading, &found, paint));
        }
    }
    out
}

/// The observations of one heading.
fn section(heading: Heading, found: &[&Observation], paint: Paint) -> String {
    let title = match heading {
        Heading::Drift => "Drift",
        Heading::Category => "Category",
        Heading::NotSendable => "Not sendable",
        Heading::Notes => "Notes",
        Heading::InReview => return in_short(found, "in review"),
        Heading::Unmanaged => return in_short(found, "in the account and not in the YAML"),
    };
    let mut out = format!("\n{}\n", paint.bold(title));
    for seen in found {
        let text = format!("{}  {}", safe(&subject(seen)), safe(&seen.detail));
        let _ = writeln!(out, "{}", wrapped("  ", "      ", &text));
    }
    out
}

/// `2 templates in review: a/en, b/en`.
fn in_short(found: &[&Observation], words: &str) -> String {
    let subjects: Vec<String> = found.iter().map(|seen| safe(&subject(seen))).collect();
    let text = format!("{} {words}: {}", count(found.len(), "template"), names(&subjects));
    format!("\n{}\n", wrapped("", "  ", &text))
}

fn names(all: &[String]) -> String {
    let shown = all.iter().take(NAMES).cloned().collect::<Vec<_>>().join(", ");
    if all.len() > NAMES { format!("{shown} and {} more", all.len() - NAMES) } else { shown }
}

/// `2026-06-02 09:14 UTC`.
#[must_use]
pub fn utc(at: jiff::Timestamp) -> String {
    // A minute that has begun is not over: the time that is shown is one at which it works.
    let rest = at.as_second().rem_euclid(60);
    let at = if rest == 0 {
        at
    } else {
        at.saturating_add(jiff::SignedDuration::from_secs(60_i64.saturating_sub(rest))).unwrap_or(at)
    };
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}
