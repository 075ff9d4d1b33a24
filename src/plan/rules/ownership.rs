//! `other-owner` and `take-over`: whose template it is.

use super::{Context, ProposedAction, Rule, auto_generated};
use crate::plan::{ActionKind, Reason, RuleId, selection::hits};

pub(super) const OTHER_OWNER: Rule = Rule {
    id: RuleId::OtherOwner,
    summary: "A template that another workspace manages is never touched.",
    source: "letterpress's own rule",
    remedy: "Ask for it in the other workspace, or release it there first (`removed` with `keep: true`).",
};

pub(super) const TAKE_OVER: Rule = Rule {
    id: RuleId::TakeOver,
    summary: "A template that nobody manages and that differs is overwritten only when a person says so.",
    source: "letterpress's own rule",
    remedy: "Give --take-over, or import it first.",
};

pub(super) fn other_owner(draft: &ProposedAction<'_>, context: &Context<'_>) -> Option<Reason> {
    let owner = &draft.entry?.owner;
    if owner == context.facts().workspace {
        return None;
    }
    Some(Reason::blocked(OTHER_OWNER.id, format!("managed by {owner}")).remedy(OTHER_OWNER.remedy))
}

pub(super) fn take_over(draft: &ProposedAction<'_>, context: &Context<'_>) -> Option<Reason> {
    if draft.kind != ActionKind::Edit || draft.entry.is_some() || hits(&context.facts().consent.take_over, &draft.key) {
        return None;
    }
    // A flag would not help, and an import leaves it out: that rule says what does.
    let theirs = |live| context.account.auto_generated.holds(live) || auto_generated::is_open(draft, live, context);
    if draft.live.is_some_and(theirs) {
        return None;
    }
    let reason = "it is in the account with other content, and letterpress did not put it there";
    let remedy =
        format!("give the flag to overwrite it, or bring it into git: letterpress import --select {}", draft.key);
    Some(Reason::needs(TAKE_OVER.id, format!("--take-over {}", draft.key), reason).remedy(remedy))
}
