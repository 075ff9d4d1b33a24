//! What a rule is: its words for the reference, and how it is asked.

use super::context::Context;
use crate::{
    plan::{
        account::Account,
        action::{Action, Reason},
        facts::Facts,
        ids::RuleId,
        proposed_action::ProposedAction,
    },
    source::Desired,
};

/// A rule of plans.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Its name.
    pub id: RuleId,
    /// One sentence.
    pub summary: &'static str,
    /// Where the fact comes from, with the date on which it was checked; the workspace's own rules name the design.
    pub source: &'static str,
    /// What the user can do.
    pub remedy: &'static str,
    /// How it is asked.
    pub(in crate::plan) checks: &'static [Check],
}

/// How a rule is asked, and when.
#[derive(Debug, Clone, Copy)]
pub(in crate::plan) enum Check {
    /// Of each action, for at most one reason.
    Action(fn(&ProposedAction<'_>, &Context<'_>) -> Option<Reason>),
    /// Of each action, for one reason for each thing that stands in the way.
    EveryReason(fn(&ProposedAction<'_>, &Context<'_>) -> Vec<Reason>),
    /// Of what a create or edit would send, for a note to the reader: it decides nothing.
    Note(fn(&Desired, &Account<'_>) -> Option<String>),
    /// Of all actions of the account together, once each of them has its verdict.
    WholePlan(fn(&mut [Action], &Facts<'_>)),
}
