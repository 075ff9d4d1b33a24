//! `breaks-senders`: an edit after which code that sends the template as before would be refused.

use super::{
    context::Context,
    rule::{Check, Rule},
};
use crate::{
    plan::{ActionKind, Reason, RuleId, proposed_action::ProposedAction, selection::hits},
    template::{Status, contract},
};

pub(super) const RULE: Rule = Rule {
    id: RuleId::BreaksSenders,
    summary: "An edit of a sendable template that changes its parameters, header kind, dynamic buttons or cards.",
    source: "Meta, error codes 132000 and 132012, 2026-09-11",
    remedy: "Use a new name and move the senders to it, or give --allow-breaking.",
    checks: &[Check::Action(check)],
};

fn check(proposed: &ProposedAction<'_>, context: &Context<'_>) -> Option<Reason> {
    // Nobody sends a template in another status, so no sender breaks.
    let sendable = matches!(proposed.live?.status, Status::Approved | Status::Paused);
    if proposed.kind != ActionKind::Edit || proposed.breaks.is_empty() || !sendable {
        return None;
    }
    if proposed.desired?.lifecycle.allow_breaking || hits(&context.facts().consent.allow_breaking, &proposed.key) {
        return None;
    }
    let reason = contract::sentence(&proposed.breaks);
    Some(Reason::needs(RULE.id, format!("--allow-breaking {}", proposed.key), reason).remedy(RULE.remedy))
}
