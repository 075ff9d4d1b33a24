//! `promotion`: an account with `after` waits for that account.

use super::{
    context::Context,
    rule::{Check, Rule},
};
use crate::plan::{ActionKind, Reason, RuleId, proposed_action::ProposedAction};

pub(super) const RULE: Rule = Rule {
    id: RuleId::Promotion,
    summary: "An account with `after: NAME` gets a family once NAME holds the same source approved in all its languages.",
    source: "letterpress's own rule",
    remedy: "Apply the other account first and wait for its reviews; then run again.",
    checks: &[Check::Action(check)],
};

fn check(proposed: &ProposedAction<'_>, context: &Context<'_>) -> Option<Reason> {
    if !matches!(proposed.kind, ActionKind::Create | ActionKind::Edit) {
        return None;
    }
    let promotion = context.account.facts.promotion?;
    let open = promotion.open.get(&proposed.key.name)?;
    let reason = format!("{} comes first, and there {open}", promotion.account);
    Some(Reason::waiting(RULE.id, reason).remedy(RULE.remedy))
}
