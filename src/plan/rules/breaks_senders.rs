//! `breaks-senders`: an edit that code which sends the template would not survive.

use super::{Context, ProposedAction, Rule};
use crate::{
    plan::{ActionKind, Reason, RuleId, selection::hits},
    template::{Status, contract},
};

pub(super) const RULE: Rule = Rule {
    id: RuleId::BreaksSenders,
    summary: "An edit of a sendable template that changes its parameters, header kind, dynamic buttons or cards.",
    source: "Meta, error codes 132000 and 132012, 2026-09-11",
    remedy: "Use a new name and move the senders to it, or give --allow-breaking.",
};

pub(super) fn check(draft: &ProposedAction<'_>, context: &Context<'_>) -> Option<Reason> {
    // What cannot be sent now breaks nobody.
    let sendable = matches!(draft.live?.status, Status::Approved | Status::Paused);
    if draft.kind != ActionKind::Edit || draft.breaks.is_empty() || !sendable {
        return None;
    }
    if draft.desired?.lifecycle.allow_breaking || hits(&context.facts().consent.allow_breaking, &draft.key) {
        return None;
    }
    let reason = contract::sentence(&draft.breaks);
    Some(Reason::needs(RULE.id, format!("--allow-breaking {}", draft.key), reason).remedy(RULE.remedy))
}
