//! `family-category`: all languages of a name share one category.

use super::{
    context::Context,
    rule::{Check, Rule},
};
use crate::plan::{ActionKind, Reason, RuleId, proposed_action::ProposedAction};

pub(super) const RULE: Rule = Rule {
    id: RuleId::FamilyCategory,
    summary: "A new language must have the category of the languages that the account holds.",
    source: "Meta's refusal \"Template Category Doesn't Match\", seen in captured answers; checked 2026-11",
    remedy: "Write the category that the account holds as `accept_category`, or use a new name.",
    checks: &[Check::Action(check)],
};

fn check(proposed: &ProposedAction<'_>, context: &Context<'_>) -> Option<Reason> {
    if proposed.kind != ActionKind::Create {
        return None;
    }
    let wanted = proposed.category.as_ref()?;
    let siblings = context.account.live_languages.get(proposed.key.name.as_str())?;
    let (language, category) =
        siblings.iter().find(|(language, category)| *language != proposed.key.language && *category != wanted)?;
    let reason =
        format!("{}/{language} is {category} in the account; this language would be {wanted}", proposed.key.name);
    let remedy = format!("write `accept_category: {category}` in the family, or use a new name");
    Some(Reason::blocked(RULE.id, reason).remedy(remedy))
}
