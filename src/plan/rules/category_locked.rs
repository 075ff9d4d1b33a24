//! `category-locked`: the category of an approved template is fixed.

use super::{
    context::Context,
    rule::{Check, Rule},
};
use crate::{
    lint,
    plan::{ActionKind, Reason, RuleId, proposed_action::ProposedAction},
    template::{Category, Status},
};

pub(super) const RULE: Rule = Rule {
    id: RuleId::CategoryLocked,
    summary: "The category of an APPROVED or PAUSED template cannot be changed.",
    source: "Meta, template-management page, 2026-09-11; a rejected one cannot become AUTHENTICATION (seen, subcode 3835031)",
    remedy: "Use a new name with reworded body or footer, and remove the old one when the new one is approved.",
    checks: &[Check::Action(check)],
};

fn check(proposed: &ProposedAction<'_>, _: &Context<'_>) -> Option<Reason> {
    if !proposed.asks_category || !matches!(proposed.kind, ActionKind::Edit) {
        return None;
    }
    let (live, wanted) = (proposed.live?, proposed.category.as_ref()?);
    let from = &live.category;
    // Written as `category`, it would have to fit there too.
    let fits = proposed.desired.is_some_and(|desired| lint::refused(desired, from, &desired.content).is_empty());
    let as_category = if fits { "it as `category`, or " } else { "" };
    let remedy = format!(
        "use a new name with a reworded body or footer; if {from} is right after all, write {as_category}\
         `accept_category: {from}`"
    );
    match &live.status {
        Status::Rejected if *wanted == Category::Authentication => {
            let reason = "a rejected template cannot become AUTHENTICATION";
            Some(Reason::blocked(RULE.id, reason).remedy("use a new name"))
        }
        Status::Rejected => None,
        status => {
            let reason = format!("the category of a template that is {status} is fixed: {from}, wanted {wanted}");
            Some(Reason::blocked(RULE.id, reason).remedy(remedy))
        }
    }
}
