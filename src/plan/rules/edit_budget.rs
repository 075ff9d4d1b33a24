//! `edit-budget`: how often an approved template may be edited.

use super::{Context, Draft, Rule};
use crate::{
    plan::{ActionKind, Reason, history::EDITS_PER_MONTH},
    template::Status,
};

pub(super) const RULE: Rule = Rule {
    id: "edit-budget",
    summary: "An APPROVED template can be edited once in 24 hours and ten times in 30 days; rejected and paused ones freely.",
    source: "Meta, template-management page, 2026-09-11",
    remedy: "Wait until the time that the plan names: a nightly apply then does it unchanged.",
};

pub(super) fn check(draft: &Draft<'_>, context: &Context<'_>) -> Option<Reason> {
    if draft.kind != ActionKind::Edit || draft.live?.status != Status::Approved {
        return None;
    }
    let budget = context.account.history.budget(&draft.key);
    let until = budget.free_at?;
    let last = |at: jiff::Timestamp| at.strftime("%Y-%m-%d %H:%M UTC").to_string();
    let mut why = Vec::new();
    if budget.day > 0 {
        let when = budget.last.map(|at| format!("; last edit {}", last(at))).unwrap_or_default();
        why.push(format!("an approved template can be edited once in 24 hours{when}"));
    }
    if budget.month >= EDITS_PER_MONTH {
        why.push(format!("its {EDITS_PER_MONTH} edits in 30 days are used"));
    }
    if let (true, Some(at)) = (why.is_empty(), budget.refused_at) {
        why.push(format!("the provider refused an edit at {}: somebody else has used its edits", last(at)));
    }
    Some(Reason { until: Some(until), ..Reason::blocked(RULE.id, why.join("; ")).remedy(RULE.remedy) })
}
