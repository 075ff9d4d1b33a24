//! `editable-status`: which statuses may be edited, and deleted.

use super::{
    context::Context,
    rule::{Check, Rule},
};
use crate::{
    plan::{ActionKind, Reason, RuleId, proposed_action::ProposedAction},
    template::Status,
};

pub(super) const RULE: Rule = Rule {
    id: RuleId::EditableStatus,
    summary: "Edits need a template that is APPROVED, REJECTED or PAUSED; under review they wait.",
    source: "Meta, template-management page, 2026-09-11",
    remedy: "Wait for the review; for the other statuses see the remedy in the plan.",
    checks: &[Check::Action(check)],
};

fn check(proposed: &ProposedAction<'_>, _: &Context<'_>) -> Option<Reason> {
    let status = &proposed.live?.status;
    match (proposed.kind, status) {
        (ActionKind::Adopt, _) => None,
        (ActionKind::Create, status) if status.is_leaving() => {
            let reason = format!("the account is still deleting the old one ({status})");
            Some(Reason::blocked(RULE.id, reason).remedy("use a new name; this one is free 30 days after its deletion"))
        }
        (ActionKind::Create, _) => None,
        (ActionKind::Delete, Status::Disabled) => {
            let reason = "a DISABLED template cannot be deleted";
            Some(
                Reason::blocked(RULE.id, reason)
                    .remedy("stop asking for its deletion; it can no longer be sent anyway"),
            )
        }
        (ActionKind::Delete, _) => None,
        (ActionKind::Edit, Status::Approved | Status::Rejected | Status::Paused) => None,
        (ActionKind::Edit, Status::Pending | Status::InAppeal) => Some(
            Reason::waiting(RULE.id, format!("it is under review ({status})")).remedy("run again after the review"),
        ),
        (ActionKind::Edit, Status::Disabled) => {
            let reason = "a DISABLED template cannot be edited through the API";
            Some(Reason::blocked(RULE.id, reason).remedy("create a new name with other content"))
        }
        (ActionKind::Edit, Status::Archived) => {
            let reason = "an ARCHIVED template cannot be edited";
            Some(Reason::blocked(RULE.id, reason).remedy("unarchive it in WhatsApp Manager, or use a new name"))
        }
        (ActionKind::Edit, _) => {
            let reason = format!("nothing says that a template with status {status} can be edited");
            Some(Reason::blocked(RULE.id, reason).remedy("look at it in WhatsApp Manager"))
        }
    }
}
