//! `edit-budget`: how often an approved template may be edited.

use super::{
    context::Context,
    rule::{Check, Rule},
};
use crate::{
    plan::{
        ActionKind, Reason, RuleId,
        history::{EDITS_PER_MONTH, PRICES_PER_DAY, PRICES_PER_HOUR},
        proposed_action::ProposedAction,
    },
    template::Status,
};

pub(super) const RULE: Rule = Rule {
    id: RuleId::EditBudget,
    summary: "An APPROVED template can be edited once in 24 hours and ten times in 30 days; rejected and paused ones freely. \
        An edit of nothing but the maximum price (`optimization_spec`) does not count: of those there are 100 an hour and 2,400 a day.",
    source: "Meta, template-management page, 2026-09-11; marketing-messages changelog, 2026-06-18",
    remedy: "Wait until the time that the plan names: a nightly apply then does it unchanged.",
    checks: &[Check::Action(check)],
};

fn check(proposed: &ProposedAction<'_>, context: &Context<'_>) -> Option<Reason> {
    if proposed.kind != ActionKind::Edit || proposed.live?.status != Status::Approved {
        return None;
    }
    if proposed.is_price_alone(context.facts().capabilities) {
        let until = context.account.history.price_free_at(&proposed.key)?;
        let reason = format!(
            "the maximum price of a template can be changed {PRICES_PER_HOUR} times in an hour and {PRICES_PER_DAY} times in 24"
        );
        return Some(Reason { until: Some(until), ..Reason::blocked(RULE.id, reason).remedy(RULE.remedy) });
    }
    let budget = context.account.history.budget(&proposed.key);
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
