//! The rules of the provider and of the user: one table, and one file for each rule or a few that belong together.
//!
//! A rule is a small pure function with an id, a page and the source of its fact.

pub(super) mod account_capacity;
mod auto_generated;
mod breaks_senders;
mod capability;
mod category_locked;
mod context;
mod delete_scope;
mod duplicate_content;
mod edit_budget;
mod editable_status;
mod family_category;
mod freeze;
mod name_locked;
mod needs;
pub(super) mod overwrites_hand_edit;
mod ownership;
mod promotion;
pub(super) mod refused_content;
mod removal;
mod replaces;
mod rule;

pub(super) use context::Context;
pub use rule::Rule;

use super::{
    account::Account,
    action::{Action, Reason},
    facts::Facts,
    proposed_action::ProposedAction,
};
use crate::source::Desired;
use rule::Check;

/// All rules, in the order in which they are asked; reasons of an action stand in this order. `Check` says of what each is
/// asked: of each action, of what is sent, or of the whole plan at the end.
pub const RULES: &[Rule] = &[
    auto_generated::RULE,
    ownership::OTHER_OWNER,
    ownership::TAKE_OVER,
    editable_status::RULE,
    edit_budget::RULE,
    category_locked::RULE,
    family_category::RULE,
    name_locked::RULE,
    account_capacity::RULE,
    refused_content::RULE,
    overwrites_hand_edit::RULE,
    breaks_senders::RULE,
    removal::NOT_MANAGED,
    removal::PROTECTED,
    removal::MAX_DELETES,
    delete_scope::RULE,
    replaces::RULE,
    promotion::RULE,
    freeze::RULE,
    capability::RULE,
    duplicate_content::RULE,
];

fn checks() -> impl Iterator<Item = Check> {
    RULES.iter().flat_map(|rule| rule.checks).copied()
}

/// Asks every rule about one action; all reasons at once.
pub(super) fn reasons(proposed: &ProposedAction<'_>, context: &Context<'_>) -> Vec<Reason> {
    let mut reasons = Vec::new();
    for check in checks() {
        match check {
            Check::Action(check) => reasons.extend(check(proposed, context)),
            Check::EveryReason(check) => reasons.extend(check(proposed, context)),
            Check::Note(_) | Check::WholePlan(_) => {}
        }
    }
    reasons
}

/// Asks every rule for notes on what would be sent.
pub(super) fn notes(desired: &Desired, account: &Account<'_>) -> Vec<String> {
    let note = |check| match check {
        Check::Note(note) => note(desired, account),
        Check::Action(_) | Check::EveryReason(_) | Check::WholePlan(_) => None,
    };
    checks().filter_map(note).collect()
}

/// Asks the rules that look at all actions of an account together: they may change verdicts.
pub(super) fn review_whole_plan(actions: &mut [Action], facts: &Facts<'_>) {
    for check in checks() {
        match check {
            Check::WholePlan(review) => review(actions, facts),
            Check::Action(_) | Check::EveryReason(_) | Check::Note(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::RuleId;

    #[test]
    fn every_rule_stands_in_the_table_once() {
        let mut ids: Vec<RuleId> = RULES.iter().map(|rule| rule.id).collect();
        ids.sort_unstable();
        assert_eq!(ids, RuleId::ALL);
    }
}
