//! What a rule is, what it is asked about, and what it may know.

use std::collections::HashSet;

use crate::{
    capability::{Capabilities, Feature},
    ledger::Entry,
    plan::{ActionKind, Facts, RuleId, account::Account, action::PRICE},
    source::Desired,
    template::{Category, Live, Status, TemplateKey, contract::ContractChange, diff::Change, normal},
};

/// An action before it is judged.
pub(in crate::plan) struct ProposedAction<'a> {
    pub(in crate::plan) kind: ActionKind,
    pub(in crate::plan) key: TemplateKey,
    pub(in crate::plan) desired: Option<&'a Desired>,
    pub(in crate::plan) live: Option<&'a Live>,
    pub(in crate::plan) entry: Option<&'a Entry>,
    pub(in crate::plan) changes: Vec<Change>,
    pub(in crate::plan) hand_edit: Vec<Change>,
    pub(in crate::plan) changed_in_git: bool,
    pub(in crate::plan) breaks: Vec<ContractChange>,
    /// The category that the provider would be asked for.
    pub(in crate::plan) category: Option<Category>,
    /// Whether git asks for another category than was applied.
    pub(in crate::plan) asks_category: bool,
    /// For creates: how many creates come before it. For deletes: nothing.
    pub(in crate::plan) rank: usize,
}

impl ProposedAction<'_> {
    /// The setting of an approved template that is the only thing that an edit changes, and that is then sent alone.
    pub(in crate::plan) fn setting_alone(&self, capabilities: &Capabilities) -> Option<&'static str> {
        let edits = self.kind == ActionKind::Edit && !self.asks_category && capabilities.has(Feature::SettingEdit);
        let approved = self.live.is_some_and(|live| live.status == Status::Approved);
        [PRICE, normal::TTL].into_iter().find(|field| edits && approved && self.only_changes(field))
    }

    /// Whether that is the maximum price, which has limits of its own (Meta, marketing-messages changelog, 2026-06-18).
    pub(in crate::plan) fn is_price_alone(&self, capabilities: &Capabilities) -> bool {
        self.setting_alone(capabilities) == Some(PRICE)
    }

    fn only_changes(&self, part: &str) -> bool {
        let of_part = |change: &Change| change.path.split(['.', '[']).next() == Some(part) && change.after.is_some();
        !self.changes.is_empty() && self.changes.iter().all(of_part)
    }

    /// The category under which the provider will judge and hold what is sent: not always the one that the files ask for.
    /// An edit leaves the category as the account has it, unless it changes it; a new language takes that of the others.
    pub(in crate::plan) fn held_as<'d>(&'d self, account: &Account<'d>) -> Option<&'d Category> {
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
    pub(in crate::plan) fn submitted_category(&self) -> Option<Category> {
        self.category.clone().filter(|_| self.kind == ActionKind::Create || self.asks_category)
    }
}

/// What rules know beside the draft.
pub(in crate::plan) struct Context<'a> {
    /// The account.
    pub(in crate::plan) account: &'a Account<'a>,
    /// The templates that the run would delete.
    pub(in crate::plan) deleting: &'a HashSet<(String, String)>,
}

impl<'a> Context<'a> {
    pub(in crate::plan) const fn facts(&self) -> &'a Facts<'a> {
        self.account.facts
    }
}

/// What a rule is and where its fact comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Its name.
    pub id: RuleId,
    /// One sentence.
    pub summary: &'static str,
    /// Where the fact comes from, with the date on which it was checked; the workspace's own rules name the design.
    pub source: &'static str,
    /// What the user can do.
    pub remedy: &'static str,
}
