//! `freeze`: times in which nothing that is live is changed.

use super::{
    context::Context,
    rule::{Check, Rule},
};
use crate::{
    plan::{ActionKind, Reason, RuleId, proposed_action::ProposedAction},
    workspace::policy::Freeze,
};

pub(super) const RULE: Rule = Rule {
    id: RuleId::Freeze,
    summary: "Edits and deletions inside a time under `policy.freeze` wait until its end; new templates do not.",
    source: "letterpress's own rule",
    remedy: "Wait for the end of the freeze, or change `policy.freeze`.",
    checks: &[Check::Action(check)],
};

fn check(proposed: &ProposedAction<'_>, context: &Context<'_>) -> Option<Reason> {
    if !matches!(proposed.kind, ActionKind::Edit | ActionKind::Delete) {
        return None;
    }
    let facts = context.account.facts;
    let freeze = Freeze::at(&facts.policy.freeze, facts.now)?;
    let why = freeze.reason.as_ref().map_or_else(String::new, |reason| format!(" ({reason})"));
    let reason = format!("edits and deletions are frozen{why}");
    Some(Reason { until: Some(freeze.to), ..Reason::blocked(RULE.id, reason).remedy(RULE.remedy) })
}
