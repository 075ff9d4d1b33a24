//! `overwrites-hand-edit`: what somebody changed in the account is not lost unasked.

use super::{
    context::Context,
    rule::{Check, Rule},
};
use crate::{
    capability::Feature,
    plan::{ActionKind, Reason, RuleId, compare::is_comparable, proposed_action::ProposedAction, selection::hits},
    workspace::policy::HandEdits,
};

pub(in crate::plan) const RULE: Rule = Rule {
    id: RuleId::OverwritesHandEdit,
    summary: "A template that was changed in the account since it was applied is overwritten only when a person says so.",
    source: "letterpress's own rule",
    remedy: "Give --revert-drift, set `hand_edits: revert`, or bring the change into git.",
    checks: &[Check::Action(check)],
};

/// Ends the reason where git asks for a change of its own.
pub(in crate::plan) const GIT_TOO: &str = "; git wants another change too";

fn check(proposed: &ProposedAction<'_>, context: &Context<'_>) -> Option<Reason> {
    // What is remembered in another form cannot be held against anything: then a hand edit may be there.
    let ours = proposed.entry.filter(|entry| entry.owner == context.facts().workspace);
    let unknown = ours.is_some_and(|entry| !is_comparable(entry));
    if proposed.kind != ActionKind::Edit || (proposed.hand_edit.is_empty() && !unknown) {
        return None;
    }
    if context.facts().policy.hand_edits == HandEdits::Revert
        || hits(&context.facts().consent.revert_drift, &proposed.key)
    {
        return None;
    }
    if unknown {
        let reason =
            "the ledger is of another version of letterpress: nobody can tell whether it changed in the account";
        let remedy = "look at the differences, then give the flag; what is equal is written down anew by itself";
        return Some(Reason::needs(RULE.id, format!("--revert-drift {}", proposed.key), reason).remedy(remedy));
    }
    let parts: Vec<&str> = proposed.hand_edit.iter().map(|change| change.path.as_str()).collect();
    let both = if proposed.changed_in_git { GIT_TOO } else { "" };
    let reason = format!("{} changed in the account since it was applied{both}", parts.join(", "));
    if !context.facts().capabilities.has(Feature::Edit) {
        let remedy = "write it into the template's file: nothing can be put back where there are no edits";
        return Some(Reason::blocked(RULE.id, reason).remedy(remedy));
    }
    let remedy = "give the flag to undo that change, or write it into the template's file";
    Some(Reason::needs(RULE.id, format!("--revert-drift {}", proposed.key), reason).remedy(remedy))
}
