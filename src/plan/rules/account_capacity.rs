//! `account-capacity`: how many templates an account may hold.

use super::{
    context::Context,
    rule::{Check, Rule},
};
use crate::plan::{ActionKind, Reason, RuleId, proposed_action::ProposedAction};

pub(super) const RULE: Rule = Rule {
    id: RuleId::AccountCapacity,
    summary: "An account holds at most 250 templates, or 6000 when verified; every language counts.",
    source: "Meta, templates overview and changelog of October 2022, 2026-09-11",
    remedy: "Delete templates that are not used any more, or have the business verified.",
    checks: &[Check::Action(check)],
};

/// What an account may hold that does not say its limit.
pub(in crate::plan) const ASSUMED_LIMIT: u64 = 250;

fn check(proposed: &ProposedAction<'_>, context: &Context<'_>) -> Option<Reason> {
    if proposed.kind != ActionKind::Create {
        return None;
    }
    if let Some(at) = context.account.history.full_since() {
        let reason = format!("the provider said at {} that the account is full", at.strftime("%Y-%m-%d %H:%M UTC"));
        return Some(Reason::blocked(RULE.id, reason).remedy(RULE.remedy));
    }
    let limit = context.facts().template_limit.unwrap_or(ASSUMED_LIMIT);
    let place = (context.account.live_count + proposed.creates_before + 1) as u64;
    if place <= limit {
        return None;
    }
    let said =
        if context.facts().template_limit.is_some() { "" } else { " (assumed: the account does not say its limit)" };
    let reason = format!(
        "the account holds {} of {limit} templates{said}; this would be number {place}",
        context.account.live_count
    );
    Some(Reason::blocked(RULE.id, reason).remedy(RULE.remedy))
}
