//! `delete-scope`: providers that delete only whole names.

use std::collections::{BTreeSet, HashMap};

use super::{
    context::Context,
    rule::{Check, Rule},
};
use crate::{
    capability::Feature,
    plan::{Action, ActionKind, Facts, Reason, RuleId, Verdict, VerdictState, proposed_action::ProposedAction},
    template::TemplateKey,
};

pub(super) const RULE: Rule = Rule {
    id: RuleId::DeleteScope,
    summary: "Where a provider deletes only whole names, a deletion that would take other languages along is blocked.",
    source: "The capability tables of the providers, checked 2026-11",
    remedy: "Remove all languages of the name, or keep this one: `keep: true` in `removed` leaves it live and unmanaged.",
    checks: &[Check::Action(check), Check::WholePlan(hold_together)],
};

fn check(proposed: &ProposedAction<'_>, context: &Context<'_>) -> Option<Reason> {
    let account = context.account;
    if proposed.kind != ActionKind::Delete || account.facts.capabilities.has(Feature::DeleteLanguage) {
        return None;
    }
    let name = proposed.key.name.as_str();
    let stays = |language: &&str| !context.deleting.contains(&TemplateKey::new(name, *language));
    let siblings = account.live_languages.get(name).into_iter().flatten().map(|(language, _)| *language);
    // Also those that the files ask for and that are yet to come: a run creates before it deletes.
    let asked = account.desired_languages.get(name).into_iter().flatten().copied();
    let staying: BTreeSet<&str> = siblings.chain(asked).filter(stays).collect();
    if staying.is_empty() {
        return None;
    }
    let staying = Vec::from_iter(staying).join(", ");
    let reason = format!("{} deletes only whole names: {staying} would go too", account.facts.capabilities.title);
    Some(Reason::blocked(RULE.id, reason).remedy(RULE.remedy))
}

/// Holds the deletions of a name together where one of them may not be done: a request for the name would take that language
/// along. What holds the one holds all, until the same time.
fn hold_together(actions: &mut [Action], facts: &Facts<'_>) {
    if facts.capabilities.has(Feature::DeleteLanguage) {
        return;
    }
    let provider = facts.capabilities.title;
    let mut held: HashMap<String, Reason> = HashMap::new();
    let deletions = |action: &&Action| action.kind == ActionKind::Delete && action.verdict.state != VerdictState::Ready;
    for action in actions.iter().filter(deletions) {
        let Verdict { state, until, reasons, .. } = &action.verdict;
        let why = reasons.iter().find(|reason| reason.state == *state).map_or("", |reason| reason.reason.as_str());
        let text = format!("{provider} deletes only whole names, and {} stays: {why}", action.key.language);
        let reason = Reason { state: *state, until: *until, ..Reason::blocked(RULE.id, text).remedy(RULE.remedy) };
        held.entry(action.key.name.clone()).or_insert(reason);
    }
    for action in actions.iter_mut().filter(|action| action.kind == ActionKind::Delete) {
        if let Some(reason) = held.get(&action.key.name).filter(|_| action.verdict.state == VerdictState::Ready) {
            action.verdict = Verdict::of(vec![reason.clone()]);
        }
    }
}
