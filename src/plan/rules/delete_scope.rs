//! `delete-scope`: providers that delete only whole names.

use super::{Context, Draft, Rule};
use crate::{
    plan::{ActionKind, Reason},
    provider::Feature,
};

pub(super) const RULE: Rule = Rule {
    id: "delete-scope",
    summary: "Where a provider deletes only whole names, a deletion that would take other languages along is blocked.",
    source: "The capability tables of the providers, checked 2026-11",
    remedy: "Remove all languages of the name, or keep all of them.",
};

pub(super) fn check(draft: &Draft<'_>, context: &Context<'_>) -> Option<Reason> {
    let account = context.account;
    if draft.kind != ActionKind::Delete || account.facts.capabilities.has(Feature::DeleteLanguage) {
        return None;
    }
    let name = draft.key.name.as_str();
    let stays = |language: &&str| !context.deleting.contains(&(name.to_owned(), (*language).to_owned()));
    let siblings = account.families.get(name).into_iter().flatten().map(|(language, _)| *language);
    let staying: Vec<&str> = siblings.filter(stays).collect();
    if staying.is_empty() {
        return None;
    }
    let reason = format!("{} deletes only whole names: {} would go too", account.facts.provider, staying.join(", "));
    Some(Reason::blocked(RULE.id, reason).remedy(RULE.remedy))
}
