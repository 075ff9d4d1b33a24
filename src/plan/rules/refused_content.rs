//! `refused-content`: content that the provider would refuse is not sent.

use std::collections::BTreeSet;

use super::{
    context::Context,
    rule::{Check, Rule},
};
use crate::{
    lint::{self, Finding},
    plan::{ActionKind, Reason, RuleId, proposed_action::ProposedAction, submission},
    source::Desired,
    template::{Category, Live},
};

pub(super) const RULE: Rule = Rule {
    id: RuleId::RefusedContent,
    summary: "A create or edit whose content breaks a limit for which the provider refuses it. What is sent is judged under the \
        category that it will be held as: an edit under the account's, a new language under that of the others.",
    source: "Meta, pages on components, template review, time to live and error codes, 2026-09-11",
    remedy: "Mend the content; `letterpress validate` shows the line.",
    checks: &[Check::Action(check)],
};

fn check(proposed: &ProposedAction<'_>, context: &Context<'_>) -> Option<Reason> {
    let desired = proposed.desired.filter(|_| matches!(proposed.kind, ActionKind::Create | ActionKind::Edit))?;
    let held = proposed.held_as(context.account)?;
    let mut findings = match (proposed.kind, proposed.live, proposed.entry) {
        (ActionKind::Edit, Some(live), Some(entry)) if !proposed.changed_in_git => {
            by_the_move(desired, live, &entry.category)
        }
        (ActionKind::Edit, Some(live), _) => in_edit(desired, live, held),
        _ => lint::refused(desired, held, &submission::content(desired, proposed.live)),
    };
    // Where a setting is sent alone, nothing else of the template is.
    if let Some(setting) = proposed.setting_alone(context.facts().capabilities) {
        findings.retain(|finding| part(&finding.path) == setting);
    }
    if findings.is_empty() {
        return None;
    }
    let texts = findings.iter().map(|finding| {
        let place = (context.facts().locate)(lint::place(desired, &finding.path));
        format!("{} [{}] at {}:{}", finding.message, finding.code, place.file, place.line)
    });
    let texts = texts.collect::<Vec<_>>().join("; ");
    if *held == desired.category {
        return Some(Reason::blocked(RULE.id, texts).remedy(RULE.remedy));
    }
    let mends: BTreeSet<&str> = findings.iter().map(|finding| finding.help.as_str()).collect();
    let remedy = format!("mend it for {held}: {}", Vec::from_iter(mends).join("; "));
    let why = match proposed.kind {
        ActionKind::Create => format!("the other languages are {held} in the account"),
        _ => format!("the account holds it as {held}"),
    };
    Some(Reason::blocked(RULE.id, format!("{why}: {texts}")).remedy(remedy))
}

/// What stands in the way of an edit, of which name and category are no part.
fn in_edit(desired: &Desired, live: &Live, held: &Category) -> Vec<Finding> {
    let content = submission::content(desired, Some(live));
    let mut findings = lint::refused(desired, held, &content);
    // A part that the files leave to the account is sent as the account holds it, and fits the category that it has there.
    let is_left = |path: &str| desired.lifecycle.ignore.iter().any(|ignored| ignored == part(path));
    let accepted = match *held == live.category {
        true => None,
        false => Some(lint::refused(desired, &live.category, &content)),
    };
    findings.retain(|finding| {
        let held_already = accepted
            .as_ref()
            .is_none_or(|all| all.iter().any(|one| (one.code, &one.path) == (finding.code, &finding.path)));
        let the_accounts = is_left(&finding.path) && !live.unreadable.contains(part(&finding.path));
        finding.scope != lint::Scope::Create && !(the_accounts && held_already)
    });
    findings
}

/// The part that a path leads into.
fn part(path: &str) -> &str {
    path.split(['.', '[']).next().unwrap_or(path)
}

/// What stands in the way of undoing a hand edit. What was accepted before is taken again, unless the provider has moved the
/// template to a category since that does not take it.
pub(in crate::plan) fn by_the_move(desired: &Desired, live: &Live, applied: &Category) -> Vec<Finding> {
    if live.category == *applied {
        return Vec::new();
    }
    let before = in_edit(desired, live, applied);
    let mut findings = in_edit(desired, live, &live.category);
    findings.retain(|found| !before.iter().any(|old| (old.code, &old.path) == (found.code, &found.path)));
    findings
}
