//! An action before any rule was asked, and what follows from its changes alone.

use super::{account::Account, action::PRICE, compare::Comparison, ids::ActionKind};
use crate::{
    capability::{Capabilities, Feature},
    ledger::Entry,
    source::Desired,
    template::{Category, Live, Status, TemplateKey, contract::ContractChange, diff::Change, normal},
};

/// A proposed action with what its final form carries beside it.
pub(super) struct Proposal<'a> {
    pub(super) action: ProposedAction<'a>,
    /// `None` for creates and deletions: there is nothing to compare.
    pub(super) comparison: Option<Comparison>,
    pub(super) notes: Vec<String>,
}

/// An action before any rule was asked.
pub(super) struct ProposedAction<'a> {
    pub(super) kind: ActionKind,
    pub(super) key: TemplateKey,
    pub(super) desired: Option<&'a Desired>,
    pub(super) live: Option<&'a Live>,
    /// What the ledger knows of it; of a template that is gone only another workspace's entry.
    pub(super) entry: Option<&'a Entry>,
    /// From what the account shows to what is desired.
    pub(super) changes: Vec<Change>,
    /// From what was last applied to what the account shows.
    pub(super) hand_edit: Vec<Change>,
    pub(super) changed_in_git: bool,
    /// What senders rely on and would lose.
    pub(super) breaks: Vec<ContractChange>,
    /// The category that the provider would be asked for.
    pub(super) category: Option<Category>,
    /// Whether git asks for another category than was applied.
    pub(super) asks_category: bool,
    /// How many creates come before this one; 0 for other kinds.
    pub(super) creates_before: usize,
}

impl ProposedAction<'_> {
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
                let siblings = account.live_languages.get(self.key.name.as_str()).map_or(&[][..], Vec::as_slice);
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
