//! `replaces`: an old name stays until its successor is approved everywhere and for long enough.

use super::{
    context::Context,
    rule::{Check, Rule},
};
use crate::{
    plan::{ActionKind, Reason, RuleId, proposed_action::ProposedAction},
    template::{Status, TemplateKey},
};

pub(super) const RULE: Rule = Rule {
    id: RuleId::Replaces,
    summary: "The deletion of a replaced name waits until the new one is APPROVED in every language that the old one has, \
        and until `keep_for` has passed since.",
    source: "letterpress's own rule",
    remedy: "Run again later: it goes through unchanged.",
    checks: &[Check::Action(check)],
};

fn check(proposed: &ProposedAction<'_>, context: &Context<'_>) -> Option<Reason> {
    if proposed.kind != ActionKind::Delete {
        return None;
    }
    let account = context.account;
    let successor = account.successors.get(proposed.key.name.as_str())?;
    let languages =
        account.live_languages.get(proposed.key.name.as_str()).into_iter().flatten().map(|(language, _)| *language);
    let mut open = Vec::new();
    let mut approved = None;
    for language in languages {
        let key = TemplateKey::new(successor.name, language);
        match account.shown(&key).map(|live| &live.status) {
            Some(Status::Approved) => {
                // An approval that no apply has seen yet counts from now on.
                let now = account.facts.now;
                let since = account.entry(&key).and_then(|entry| entry.approved_at).map_or(now, |at| at.min(now));
                approved = approved.max(Some(since));
            }
            Some(status) => open.push(format!("{key} is {status}")),
            None => open.push(format!("{key} is not in the account")),
        }
    }
    if !open.is_empty() {
        let reason =
            format!("{} replaces it and is not approved in all its languages: {}", successor.name, open.join(", "));
        return Some(Reason::waiting(RULE.id, reason).remedy(RULE.remedy));
    }
    let keep = successor.keep_for?;
    let until = approved?.saturating_add(keep).ok().filter(|until| *until > account.facts.now)?;
    let reason = format!("{} replaces it, and `keep_for` has not passed since its approval", successor.name);
    Some(Reason { until: Some(until), ..Reason::waiting(RULE.id, reason).remedy(RULE.remedy) })
}
