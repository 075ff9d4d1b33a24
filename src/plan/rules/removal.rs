//! `not-managed`, `protected` and `max-deletes`: what may be deleted.

use super::{
    context::Context,
    rule::{Check, Rule},
};
use crate::plan::{ActionKind, Reason, RuleId, compare::is_same, proposed_action::ProposedAction};

pub(super) const NOT_MANAGED: Rule = Rule {
    id: RuleId::NotManaged,
    summary: "Only templates that this workspace manages are deleted.",
    source: "letterpress's own rule",
    remedy: "Bring it into git first (letterpress import, then apply), or delete it in WhatsApp Manager.",
    checks: &[Check::Action(not_managed)],
};

pub(super) const PROTECTED: Rule = Rule {
    id: RuleId::Protected,
    summary: "Names under `policy.protect` and families with `lifecycle.protect` are never deleted.",
    source: "letterpress's own rule",
    remedy: "Take the protection away in a change of its own, applied before the deletion: a file of that name without \
        `lifecycle.protect`. What was protected when it was last applied stays so when its file is gone.",
    checks: &[Check::Action(protected)],
};

pub(super) const MAX_DELETES: Rule = Rule {
    id: RuleId::MaxDeletes,
    summary: "More deletions in one run than `policy.max_deletes` need their exact number as a flag.",
    source: "letterpress's own rule",
    remedy: "Look at the list; if all are meant, give the number.",
    checks: &[Check::Action(max_deletes)],
};

fn not_managed(proposed: &ProposedAction<'_>, _: &Context<'_>) -> Option<Reason> {
    if proposed.kind != ActionKind::Delete {
        return None;
    }
    let reason = match (proposed.entry, proposed.live) {
        (None, _) => "this workspace does not manage it".to_owned(),
        (Some(entry), Some(live)) if !is_same(entry, live) => format!(
            "what this workspace managed is gone (id {}); somebody created this one since (id {})",
            entry.id, live.id
        ),
        (Some(_), _) => return None,
    };
    Some(Reason::blocked(NOT_MANAGED.id, reason).remedy(NOT_MANAGED.remedy))
}

fn protected(proposed: &ProposedAction<'_>, context: &Context<'_>) -> Option<Reason> {
    if proposed.kind != ActionKind::Delete {
        return None;
    }
    let (account, name) = (context.account, proposed.key.name.as_str());
    let (reason, remedy) = if context.facts().policy.protect.matches(name) {
        ("`policy.protect` forbids its deletion", "take the name out of `policy.protect` in a change of its own")
    } else if account.protected.contains(name) {
        let remedy = "take `lifecycle.protect` away in a change of its own, applied before the deletion";
        ("`lifecycle.protect` forbids its deletion", remedy)
    } else if !account.protected_before.contains(name) {
        return None;
    } else if account.desired_languages.contains_key(name) {
        let remedy = "apply the change that takes the protection away first; the deletion is for the next apply";
        ("`lifecycle.protect` was applied and is remembered, so it forbids its deletion", remedy)
    } else {
        let remedy = "bring the family back without `lifecycle.protect` and apply that; then take it away";
        ("`lifecycle.protect` was applied, and forbids its deletion also without its file", remedy)
    };
    Some(Reason::blocked(PROTECTED.id, reason).remedy(remedy))
}

fn max_deletes(proposed: &ProposedAction<'_>, context: &Context<'_>) -> Option<Reason> {
    let count = u32::try_from(context.deleting.len()).unwrap_or(u32::MAX);
    let limit = context.facts().policy.max_deletes;
    if proposed.kind != ActionKind::Delete || count <= limit || context.facts().consent.allow_deletes == Some(count) {
        return None;
    }
    let deletions = if count == 1 { "deletion" } else { "deletions" };
    let reason = format!("{count} {deletions} in this account; without a flag at most {limit}");
    Some(Reason::needs(MAX_DELETES.id, format!("--allow-deletes {count}"), reason).remedy(MAX_DELETES.remedy))
}
