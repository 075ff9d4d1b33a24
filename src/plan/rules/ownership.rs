//! `other-owner` and `take-over`: which workspace a template belongs to.

use super::{
    auto_generated,
    context::Context,
    rule::{Check, Rule},
};
use crate::plan::{ActionKind, Reason, RuleId, proposed_action::ProposedAction, selection::hits};

pub(super) const OTHER_OWNER: Rule = Rule {
    id: RuleId::OtherOwner,
    summary: "A template that another workspace manages is never touched.",
    source: "letterpress's own rule",
    remedy: "Ask for it in the other workspace, or release it there first (`removed` with `keep: true`).",
    checks: &[Check::Action(other_owner)],
};

pub(super) const TAKE_OVER: Rule = Rule {
    id: RuleId::TakeOver,
    summary: "A template that nobody manages and that differs is overwritten only when a person says so.",
    source: "letterpress's own rule",
    remedy: "Give --take-over, or import it first.",
    checks: &[Check::Action(take_over)],
};

fn other_owner(proposed: &ProposedAction<'_>, context: &Context<'_>) -> Option<Reason> {
    let owner = &proposed.entry?.owner;
    if owner == context.facts().workspace {
        return None;
    }
    Some(Reason::blocked(OTHER_OWNER.id, format!("managed by {owner}")).remedy(OTHER_OWNER.remedy))
}

fn take_over(proposed: &ProposedAction<'_>, context: &Context<'_>) -> Option<Reason> {
    if proposed.kind != ActionKind::Edit
        || proposed.entry.is_some()
        || hits(&context.facts().consent.take_over, &proposed.key)
    {
        return None;
    }
    // The rule `auto-generated` blocks these: neither the flag nor an import would help.
    let theirs = |live| context.account.auto_generated.holds(live) || auto_generated::is_open(proposed, live, context);
    if proposed.live.is_some_and(theirs) {
        return None;
    }
    let reason = "it is in the account with other content, and letterpress did not put it there";
    let remedy =
        format!("give the flag to overwrite it, or bring it into git: letterpress import --select {}", proposed.key);
    Some(Reason::needs(TAKE_OVER.id, format!("--take-over {}", proposed.key), reason).remedy(remedy))
}
