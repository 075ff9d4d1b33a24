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

use std::collections::HashSet;

use super::{ActionKind, Facts, Reason, account::Account, action::PRICE};
use crate::{
    capability::{Capabilities, Feature},
    ledger::Entry,
    source::Desired,
    template::{Category, Live, Status, TemplateKey, contract::Break, diff::Change, normal},
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

impl Draft<'_> {
    /// The setting of an approved template that is the only thing that an edit changes, and that is then sent alone.
    pub(super) fn setting_alone(&self, capabilities: &Capabilities) -> Option<&'static str> {
        let edits = self.kind == ActionKind::Edit && !self.asks_category && capabilities.has(Feature::SettingEdit);
        let approved = self.live.is_some_and(|live| live.status == Status::Approved);
        [PRICE, normal::TTL].into_iter().find(|field| edits && approved && self.only_changes(field))
    }

    /// Whether that is the maximum price, which has limits of its own (Meta, marketing-messages changelog, 2026-06-18).
    pub(super) fn is_price_alone(&self, capabilities: &Capabilities) -> bool {
        self.setting_alone(capabilities) == Some(PRICE)
    }

    fn only_changes(&self, part: &str) -> bool {
        let of_part = |change: &Change| change.path.split(['.', '[']).next() == Some(part) && change.after.is_some();
        !self.changes.is_empty() && self.changes.iter().all(of_part)
    }

    /// The category under which the provider will judge and hold what is sent: not always the one that the files ask for.
    /// An edit leaves the category as the account has it, unless it changes it; a new language takes that of the others.
    pub(super) fn held_as<'d>(&'d self, account: &Account<'d>) -> Option<&'d Category> {
        let asked = self.category.as_ref()?;
        match self.kind {
            ActionKind::Edit if self.asks_category => Some(asked),
            ActionKind::Create => {
                let siblings = account.families.get(self.key.name.as_str()).map_or(&[][..], Vec::as_slice);
                let held = || siblings.iter().map(|(_, category)| *category);
                Some(if held().any(|category| category == asked) { asked } else { held().next().unwrap_or(asked) })
            }
            ActionKind::Edit | ActionKind::Adopt | ActionKind::Delete => {
                Some(self.live.map_or(asked, |live| &live.category))
            }
        }
    }

    /// The category that goes over the wire: always in a create, in an edit only where it is to change.
    pub(super) fn submitted_category(&self) -> Option<Category> {
        self.category.clone().filter(|_| self.kind == ActionKind::Create || self.asks_category)
    }
}

/// What rules know beside the draft.
pub(super) struct Context<'a> {
    /// The account.
    pub(super) account: &'a Account<'a>,
    /// The templates that the run would delete.
    pub(super) deleting: &'a HashSet<(String, String)>,
}

impl<'a> Context<'a> {
    pub(super) const fn facts(&self) -> &'a Facts<'a> {
        self.account.facts
    }
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
pub(super) fn judge(draft: &Draft<'_>, context: &Context<'_>) -> Vec<Reason> {
    const CHECKS: &[fn(&Draft<'_>, &Context<'_>) -> Option<Reason>] = &[
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
