//! The rules of the provider and of the user: each a small pure function with an id, a page and the source of its fact.

mod account_capacity;
mod breaks_senders;
mod capability;
mod category_locked;
mod editable_status;
mod family_category;
pub(super) mod overwrites_hand_edit;
mod ownership;
mod refused_content;
mod removal;

use super::{ActionKind, Facts, Reason};
use crate::{
    ledger::Entry,
    source::Desired,
    template::{Category, Live, TemplateKey, contract::Break, diff::Change},
};

/// An action before it is judged.
pub(super) struct Draft<'a> {
    pub(super) kind: ActionKind,
    pub(super) key: TemplateKey,
    pub(super) desired: Option<&'a Desired>,
    pub(super) live: Option<&'a Live>,
    pub(super) entry: Option<&'a Entry>,
    pub(super) changes: Vec<Change>,
    pub(super) hand_edit: Vec<Change>,
    pub(super) changed_in_git: bool,
    pub(super) breaks: Vec<Break>,
    /// The category that the provider would be asked for.
    pub(super) category: Option<Category>,
    /// Whether git asks for another category than was applied.
    pub(super) asks_category: bool,
    /// For creates: how many creates come before it. For deletes: nothing.
    pub(super) rank: usize,
}

/// What rules know beside the draft.
pub(super) struct Context<'a> {
    pub(super) facts: &'a Facts<'a>,
    /// Live categories of each family.
    pub(super) families: &'a std::collections::HashMap<&'a str, Vec<(&'a str, &'a Category)>>,
    /// Names of families that protect themselves.
    pub(super) protected: &'a std::collections::HashSet<&'a str>,
    /// How many templates the account holds.
    pub(super) live: usize,
    /// How many deletions the run has.
    pub(super) deletes: usize,
}

/// What a rule is and where its fact comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Its id.
    pub id: &'static str,
    /// One sentence.
    pub summary: &'static str,
    /// Where the fact comes from, with the date on which it was checked; the workspace's own rules name the design.
    pub source: &'static str,
    /// What the user can do.
    pub remedy: &'static str,
}

/// All rules, by id.
pub const RULES: &[Rule] = &[
    account_capacity::RULE,
    breaks_senders::RULE,
    capability::RULE,
    category_locked::RULE,
    editable_status::RULE,
    family_category::RULE,
    removal::MAX_DELETES,
    removal::NOT_MANAGED,
    ownership::OTHER_OWNER,
    overwrites_hand_edit::RULE,
    removal::PROTECTED,
    refused_content::RULE,
    ownership::TAKE_OVER,
];

/// Asks every rule; all reasons at once.
pub(super) fn judge(draft: &Draft<'_>, context: &Context<'_>) -> Vec<Reason> {
    const CHECKS: &[fn(&Draft<'_>, &Context<'_>) -> Option<Reason>] = &[
        ownership::other_owner,
        ownership::take_over,
        editable_status::check,
        category_locked::check,
        family_category::check,
        account_capacity::check,
        capability::check,
        refused_content::check,
        overwrites_hand_edit::check,
        breaks_senders::check,
        removal::not_managed,
        removal::protected,
        removal::max_deletes,
    ];
    CHECKS.iter().filter_map(|check| check(draft, context)).collect()
}
