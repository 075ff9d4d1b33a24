//! Which creates, edits and adoptions there are, before any rule is asked: what the files ask for.

use std::collections::BTreeSet;

use super::{
    account::Account,
    compare::{compare, is_comparable},
    ids::{ActionKind, ObservationId, Tier},
    observation::Observation,
    proposed_action::{Proposal, ProposedAction},
    rules, submission,
};
use crate::{
    capability::Feature,
    ledger::Entry,
    source::Desired,
    template::{
        Category, Live, Status,
        contract::{self, Contract},
        diff::{self, Change},
        normal::{NormalForm, Scope},
    },
};

impl<'a> Account<'a> {
    /// Actions for the selected templates that the files ask for.
    pub(super) fn propose_desired(&self, observations: &mut Vec<Observation>) -> Vec<Proposal<'a>> {
        let selected = self.facts.desired.iter().filter(|desired| self.facts.selection.takes(&desired.key));
        selected
            .filter_map(|desired| {
                let entry = self.entry(&desired.key);
                match self.shown(&desired.key) {
                    Some(live) if !live.status.is_leaving() => self.existing(desired, live, entry, observations),
                    leaving => Some(self.create(desired, leaving, entry)),
                }
            })
            .collect()
    }

    fn create(&self, desired: &'a Desired, leaving: Option<&'a Live>, entry: Option<&'a Entry>) -> Proposal<'a> {
        let siblings = self.live_languages.get(desired.key.name.as_str());
        let held = |category: &Category| {
            siblings.is_some_and(|siblings| siblings.iter().any(|(_, sibling)| *sibling == category))
        };
        let accepted = desired.accept_category.as_ref().filter(|category| held(category));
        let mut notes = desired.notes.clone();
        if let Some(category) = accepted.filter(|category| **category != desired.category) {
            notes.push(format!("sent as {category}, which the other languages hold"));
        }
        notes.extend(self.possible_lock(desired, leaving, entry));
        notes.extend(self.older_content(desired, leaving, entry));
        notes.extend(rules::notes(desired, self));
        notes.extend(submission::dropped_zeros(&desired.content));
        let action = ProposedAction {
            kind: ActionKind::Create,
            key: desired.key.clone(),
            desired: Some(desired),
            live: leaving,
            // What is gone is nobody's: another workspace's claim on it still counts.
            entry: entry.filter(|_| !self.is_ours(entry)),
            changes: submission::shown(
                diff::changes(&NormalForm::nothing(), &NormalForm::of(&desired.content), Scope::Content),
                &desired.content,
            ),
            hand_edit: Vec::new(),
            changed_in_git: true,
            breaks: Vec::new(),
            category: Some(accepted.unwrap_or(&desired.category).clone()),
            asks_category: false,
            creates_before: 0,
        };
        Proposal { action, comparison: None, notes }
    }

    /// What may lock the name without the ledger knowing: deletions in the account, by hand or on their way. When they
    /// were, and whether the template was approved then, nobody can tell; the provider's refusal is believed afterwards.
    fn possible_lock(&self, desired: &Desired, leaving: Option<&Live>, entry: Option<&Entry>) -> Vec<String> {
        let name = &desired.key.name;
        let mut notes = Vec::new();
        match (leaving, self.is_ours(entry)) {
            (Some(live), _) => notes.push(format!(
                "it is {} in the account: a name that was deleted while approved is locked for 30 days, and the provider \
                 refuses this until then",
                live.status
            )),
            (None, true) => notes.push(
                "was in the account before and is gone: if it was deleted while approved, its name is locked for 30 days, \
                 and the provider refuses this until then"
                    .to_owned(),
            ),
            (None, false) => {}
        }
        let deleted: BTreeSet<&str> =
            self.history.deleted_siblings(&desired.key).into_iter().map(|(language, _)| language).collect();
        for language in &deleted {
            notes.push(format!("{name}/{language} was deleted less than 30 days ago: the whole name may be locked"));
        }
        let managed = self.facts.ledger.into_iter().flat_map(|ledger| ledger.of_name(name));
        let gone = managed.filter(|sibling| {
            let gone = self.present(&sibling.key()).is_none();
            gone && sibling.language != desired.key.language && !deleted.contains(sibling.language.as_str())
        });
        let gone: Vec<&str> = gone.map(|sibling| sibling.language.as_str()).collect();
        if !gone.is_empty() && !self.live_languages.contains_key(name.as_str()) {
            let gone = gone.join(", ");
            notes.push(format!(
                "{gone} of the name is gone from the account too: the whole name may be locked for 30 days"
            ));
        }
        notes
    }

    /// Says so where the ledger knows that exactly this content was applied before and replaced: an old commit may be at
    /// work.
    fn older_content(&self, desired: &Desired, live: Option<&Live>, entry: Option<&Entry>) -> Option<String> {
        let entry = entry.filter(|entry| self.is_ours(Some(*entry)) && !entry.earlier.is_empty())?;
        let sent = NormalForm::of(&submission::content(desired, live));
        let old = entry.replaced(&sent.fingerprint(Scope::Content))?;
        let day = |at: jiff::Timestamp| at.strftime("%Y-%m-%d %H:%M UTC").to_string();
        let (applied, replaced) = (day(old.applied_at), day(old.replaced_at));
        Some(format!(
            "older content: exactly this was applied {applied} and replaced {replaced}; is this an older commit?"
        ))
    }

    fn existing(
        &self,
        desired: &'a Desired,
        live: &'a Live,
        entry: Option<&'a Entry>,
        observations: &mut Vec<Observation>,
    ) -> Option<Proposal<'a>> {
        let ours = self.is_ours(entry);
        let comparison = compare(desired, live, entry.filter(|_| ours), self.scope);
        // Nothing applied yet: what the account holds counts as applied.
        let applied_category = entry.filter(|_| ours).map_or(&live.category, |entry| &entry.category);
        let accepted = desired.accept_category.as_ref() == Some(&live.category);
        let asks_category = desired.category != *applied_category && desired.category != live.category && !accepted;
        let mut changes = submission::shown(comparison.changes.clone(), &desired.content);
        if asks_category {
            changes.push(Change {
                path: "category".to_owned(),
                before: Some(live.category.as_str().into()),
                after: Some(desired.category.as_str().into()),
            });
        }
        // An edit takes them along.
        if !comparison.samples.is_empty() && changes.is_empty() {
            let paths: Vec<&str> = comparison.samples.iter().map(|change| change.path.as_str()).collect();
            let detail = format!("samples changed, which alone is no edit here: {}", paths.join(", "));
            observations.push(Observation::about(Tier::Report, ObservationId::Samples, &desired.key, detail));
        }
        let current = entry.is_some_and(|entry| {
            let held = ours && is_comparable(entry) && entry.id == live.id;
            held && entry.category == desired.category && comparison.git.is_empty()
        });
        if changes.is_empty() && current && comparison.hand_edit.is_empty() {
            return None;
        }
        let kind = if changes.is_empty() { ActionKind::Adopt } else { ActionKind::Edit };
        let mut notes = desired.notes.clone();
        if kind == ActionKind::Edit {
            notes.extend(rules::notes(desired, self));
            notes.extend(submission::dropped_zeros(&desired.content));
        }
        notes.extend(self.older_content(desired, Some(live), entry));
        if !comparison.assumed.is_empty() {
            let paths: Vec<&str> = comparison.assumed.iter().map(String::as_str).collect();
            notes.push(format!("not shown by the account, taken as equal: {}", paths.join(", ")));
        }
        let mut breaks = Contract::of(&live.content).broken_by(&Contract::of(&desired.content));
        // What was applied knows the samples also where the account hides them.
        let applied = entry.filter(|entry| ours && is_comparable(entry)).map(|entry| entry.applied.clone());
        let before = applied.unwrap_or_else(|| NormalForm::of(&live.content));
        breaks.extend(contract::reordered(&before, &NormalForm::of(&desired.content)));
        let action = ProposedAction {
            kind,
            key: desired.key.clone(),
            desired: Some(desired),
            live: Some(live),
            entry,
            changes,
            hand_edit: if ours { comparison.hand_edit.clone() } else { Vec::new() },
            changed_in_git: !comparison.git.is_empty() || asks_category,
            breaks: if kind == ActionKind::Edit { breaks } else { Vec::new() },
            category: Some(desired.category.clone()),
            asks_category,
            creates_before: 0,
        };
        notes.splice(desired.notes.len()..desired.notes.len(), self.budget_note(&action));
        Some(Proposal { action, comparison: Some(comparison), notes })
    }

    /// What an edit of an approved template takes from its budget.
    fn budget_note(&self, proposed: &ProposedAction<'_>) -> Option<String> {
        let approved = proposed.live.is_some_and(|live| live.status == Status::Approved);
        if proposed.kind != ActionKind::Edit || !approved || !self.facts.capabilities.has(Feature::Edit) {
            return None;
        }
        Some(match proposed.is_price_alone(self.facts.capabilities) {
            true => "changes the maximum price alone, which does not count as an edit".to_owned(),
            false => format!("edit {} in 30 days", self.history.budget(&proposed.key).next_of_month()),
        })
    }
}
