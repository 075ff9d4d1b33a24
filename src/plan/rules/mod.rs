//! The rules of the provider and of the user: each a small pure function with an id, a page and the source of its fact.

pub(super) mod account_capacity;
mod auto_generated;
mod breaks_senders;
mod capability;
mod category_locked;
pub(super) mod delete_scope;
pub(super) mod duplicate_content;
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

pub use rule::Rule;
pub(super) use rule::{Context, ProposedAction};

use super::Reason;

/// All rules, by id.
pub const RULES: &[Rule] = &[
    account_capacity::RULE,
    auto_generated::RULE,
    breaks_senders::RULE,
    capability::RULE,
    category_locked::RULE,
    delete_scope::RULE,
    duplicate_content::RULE,
    edit_budget::RULE,
    editable_status::RULE,
    family_category::RULE,
    freeze::RULE,
    removal::MAX_DELETES,
    name_locked::RULE,
    removal::NOT_MANAGED,
    ownership::OTHER_OWNER,
    overwrites_hand_edit::RULE,
    promotion::RULE,
    removal::PROTECTED,
    refused_content::RULE,
    replaces::RULE,
    ownership::TAKE_OVER,
];

/// Asks every rule; all reasons at once.
pub(super) fn evaluate(draft: &ProposedAction<'_>, context: &Context<'_>) -> Vec<Reason> {
    const CHECKS: &[fn(&ProposedAction<'_>, &Context<'_>) -> Option<Reason>] = &[
        auto_generated::check,
        ownership::other_owner,
        ownership::take_over,
        editable_status::check,
        edit_budget::check,
        category_locked::check,
        family_category::check,
        name_locked::check,
        account_capacity::check,
        refused_content::check,
        overwrites_hand_edit::check,
        breaks_senders::check,
        removal::not_managed,
        removal::protected,
        removal::max_deletes,
        delete_scope::check,
        replaces::check,
        promotion::check,
        freeze::check,
    ];
    let mut reasons: Vec<Reason> = CHECKS.iter().filter_map(|check| check(draft, context)).collect();
    reasons.extend(capability::check(draft, context));
    reasons
}
