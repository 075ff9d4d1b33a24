//! `not-managed`, `protected` and `max-deletes`: what may be deleted.

use super::{Context, Draft, Rule};
use crate::plan::{ActionKind, Reason, compare::is_same};

pub(super) const NOT_MANAGED: Rule = Rule {
    id: "not-managed",
    summary: "Only templates that this workspace manages are deleted.",
    source: "letterpress's own rule",
    remedy: "Bring it into git first (letterpress import, then apply), or delete it in WhatsApp Manager.",
};

pub(super) const PROTECTED: Rule = Rule {
    id: "protected",
    summary: "Names under `policy.protect` and families with `lifecycle.protect` are never deleted.",
    source: "letterpress's own rule",
    remedy: "Take the protection away in a change of its own.",
};

pub(super) const MAX_DELETES: Rule = Rule {
    id: "max-deletes",
    summary: "More deletions in one run than `policy.max_deletes` need their exact number as a flag.",
    source: "letterpress's own rule",
    remedy: "Look at the list; if all are meant, give the number.",
};

pub(super) fn not_managed(draft: &Draft<'_>, _: &Context<'_>) -> Option<Reason> {
    if draft.kind != ActionKind::Delete {
        return None;
    }
    let reason = match (draft.entry, draft.live) {
        (None, _) => "this workspace does not manage it".to_owned(),
        (Some(entry), Some(live)) if !is_same(entry, live) => format!(
            "what this workspace managed is gone (id {}); somebody created this one since (id {})",
            entry.id, live.id
        ),
        (Some(_), _) => return None,
    };
    Some(Reason::blocked(NOT_MANAGED.id, reason).remedy(NOT_MANAGED.remedy))
}

pub(super) fn protected(draft: &Draft<'_>, context: &Context<'_>) -> Option<Reason> {
    if draft.kind != ActionKind::Delete {
        return None;
    }
    let by_family = context.account.protected.contains(draft.key.name.as_str());
    let by = match (context.facts().policy.protect.matches(&draft.key.name), by_family) {
        (true, _) => "`policy.protect`",
        (false, true) => "`lifecycle.protect`",
        (false, false) => return None,
    };
    Some(Reason::blocked(PROTECTED.id, format!("{by} forbids its deletion")).remedy(PROTECTED.remedy))
}

pub(super) fn max_deletes(draft: &Draft<'_>, context: &Context<'_>) -> Option<Reason> {
    let count = u32::try_from(context.deleting.len()).unwrap_or(u32::MAX);
    let limit = context.facts().policy.max_deletes;
    if draft.kind != ActionKind::Delete || count <= limit || context.facts().consent.allow_deletes == Some(count) {
        return None;
    }
    let deletions = if count == 1 { "deletion" } else { "deletions" };
    let reason = format!("{count} {deletions} in this account; without a flag at most {limit}");
    Some(Reason::needs(MAX_DELETES.id, format!("--allow-deletes {count}"), reason).remedy(MAX_DELETES.remedy))
}
