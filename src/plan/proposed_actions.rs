//! Drafts: which actions there are, before any rule is asked.

use std::collections::{BTreeSet, HashSet};

use super::{
    ActionKind, Observation, ObservationId, Tier,
    account::Account,
    compare::{Comparison, compare, is_comparable},
    rules::{ProposedAction, duplicate_content},
    submission,
};
use crate::{
    capability::Feature,
    diagnostic::{FileId, Span},
    ledger::Entry,
    source::{Desired, Removal},
    template::{
        Category, Live, Status, TemplateKey,
        contract::{self, Contract},
        diff::{self, Change},
        normal::{NormalForm, Scope},
    },
};

/// A draft and what its action will carry.
pub(super) struct Prepared<'a> {
    pub(super) draft: ProposedAction<'a>,
    pub(super) comparison: Option<Comparison>,
    pub(super) notes: Vec<String>,
}

impl<'a> Account<'a> {
    /// Actions that wishes ask for.
    pub(super) fn wished(&self, observations: &mut Vec<Observation>) -> Vec<Prepared<'a>> {
        let selected = self.facts.desired.iter().filter(|desired| self.facts.selection.takes(&desired.key));
        selected
            .filter_map(|desired| {
                let entry = self.entry(&desired.key);
                match self.find(&desired.key) {
                    Some(live) if !live.status.is_leaving() => self.existing(desired, live, entry, observations),
                    leaving => Some(self.create(desired, leaving, entry)),
                }
            })
            .collect()
    }

    fn create(&self, desired: &'a Desired, leaving: Option<&'a Live>, entry: Option<&'a Entry>) -> Prepared<'a> {
        let siblings = self.families.get(desired.key.name.as_str());
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
        notes.extend(duplicate_content::note(self, desired));
        notes.extend(submission::dropped_zeros(&desired.content));
        let draft = ProposedAction {
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
            rank: 0,
        };
        Prepared { draft, comparison: None, notes }
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
            let leaving = self.find(&sibling.key()).is_none_or(|live| live.status.is_leaving());
            leaving && sibling.language != desired.key.language && !deleted.contains(sibling.language.as_str())
        });
        let gone: Vec<&str> = gone.map(|sibling| sibling.language.as_str()).collect();
        if !gone.is_empty() && !self.families.contains_key(name.as_str()) {
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
    ) -> Option<Prepared<'a>> {
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
            notes.extend(duplicate_content::note(self, desired));
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
        let draft = ProposedAction {
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
            rank: 0,
        };
        notes.splice(desired.notes.len()..desired.notes.len(), self.budget_note(&draft));
        Some(Prepared { draft, comparison: Some(comparison), notes })
    }

    /// What an edit of an approved template takes from its budget.
    fn budget_note(&self, draft: &ProposedAction<'_>) -> Option<String> {
        let approved = draft.live.is_some_and(|live| live.status == Status::Approved);
        if draft.kind != ActionKind::Edit || !approved || !self.facts.capabilities.has(Feature::Edit) {
            return None;
        }
        Some(match draft.is_price_alone(self.facts.capabilities) {
            true => "changes the maximum price alone, which does not count as an edit".to_owned(),
            false => format!("edit {} in 30 days", self.history.budget(&draft.key).next_of_month()),
        })
    }

    /// Deletions that `removed` asks for; returns what is released instead.
    pub(super) fn removed(&self, drafts: &mut Vec<Prepared<'a>>) -> Vec<TemplateKey> {
        let mut released = BTreeSet::new();
        let mut seen = HashSet::new();
        let retired: Vec<Removal> = self.facts.consent.retire.iter().map(|name| retirement(name)).collect();
        for removal in self.facts.removed.iter().chain(&retired) {
            let languages: BTreeSet<&str> = match removal.languages.is_empty() {
                false => removal.languages.iter().map(String::as_str).collect(),
                true => {
                    let live = self.families.get(removal.name.as_str()).into_iter().flatten();
                    let managed = self.facts.ledger.into_iter().flat_map(|ledger| ledger.templates.values());
                    let managed = managed.filter(|entry| entry.name == removal.name);
                    live.map(|(language, _)| *language).chain(managed.map(|entry| entry.language.as_str())).collect()
                }
            };
            for language in languages {
                let key = TemplateKey::new(&removal.name, language);
                let wanted = self.wanted.contains_key(&(removal.name.as_str(), language));
                if wanted || !self.facts.selection.takes(&key) || !seen.insert(key.clone()) {
                    continue;
                }
                let live = self.find(&key).filter(|live| !live.status.is_leaving());
                let ours = self.is_ours(self.entry(&key));
                match live {
                    // Gone already: nothing to delete, and nothing left to manage.
                    _ if (removal.keep || live.is_none()) && ours => {
                        released.insert(key);
                    }
                    // Released by an earlier apply: it stays, and is nobody's.
                    _ if removal.keep => {}
                    Some(live) => {
                        let notes = removal.reason.iter().map(|reason| format!("reason: {reason}")).collect();
                        let span = (!retired.contains(removal)).then_some(removal.span);
                        drafts.push(self.delete(key, live, notes, span));
                    }
                    None => {}
                }
            }
        }
        released.into_iter().collect()
    }

    /// Managed templates that left the YAML: deleted when asked, else only said.
    pub(super) fn orphans(
        &self,
        released: &[TemplateKey],
        drafts: &mut Vec<Prepared<'a>>,
        observations: &mut Vec<Observation>,
    ) {
        let asked: HashSet<TemplateKey> =
            drafts.iter().map(|prepared| prepared.draft.key.clone()).chain(released.iter().cloned()).collect();
        let prune = self.facts.prune || self.facts.policy.prune;
        for entry in self.facts.ledger.into_iter().flat_map(|ledger| ledger.templates.values()) {
            let key = entry.key();
            let wanted = self.wanted.contains_key(&(entry.name.as_str(), entry.language.as_str()));
            if wanted
                || entry.owner != self.facts.workspace
                || asked.contains(&key)
                || !self.facts.selection.takes(&key)
            {
                continue;
            }
            match self.find(&key).filter(|live| !live.status.is_leaving()) {
                // Told with the account's others of that kind.
                Some(live) if self.auto_generated.holds(live) => {}
                Some(live) if prune => {
                    drafts.push(self.delete(key, live, vec!["not in the YAML any more".into()], None));
                }
                // A replaced name stays, quietly, until somebody asks for its deletion.
                Some(_) if self.successors.contains_key(entry.name.as_str()) => {}
                Some(_) => {
                    let detail = match entry.protected {
                        true => "managed, but not in the YAML any more; `lifecycle.protect` was applied and keeps it",
                        false => {
                            "managed, but not in the YAML any more; --prune deletes it, `removed` says so for good"
                        }
                    };
                    observations.push(Observation::about(Tier::Report, ObservationId::NotInGit, &key, detail));
                }
                None => {}
            }
        }
    }

    fn delete(&self, key: TemplateKey, live: &'a Live, notes: Vec<String>, span: Option<Span>) -> Prepared<'a> {
        let mut notes = notes;
        if let Some(span) = span {
            let place = (self.facts.place)(span);
            notes.push(format!("asked for at {}:{}", place.file, place.line));
        }
        if live.status.locks_name() {
            notes
                .push("the name is locked for 30 days in this language, wholly when its last language goes".to_owned());
        }
        let entry = self.entry(&key);
        let draft = ProposedAction {
            kind: ActionKind::Delete,
            key,
            desired: None,
            live: Some(live),
            entry,
            changes: Vec::new(),
            hand_edit: Vec::new(),
            changed_in_git: true,
            breaks: Vec::new(),
            category: None,
            asks_category: false,
            rank: 0,
        };
        Prepared { draft, comparison: None, notes }
    }
}

/// `--retire NAME` as a removal.
fn retirement(name: &str) -> Removal {
    Removal {
        name: name.to_owned(),
        languages: Vec::new(),
        reason: Some("--retire".to_owned()),
        keep: false,
        span: Span { file: FileId(0), start: 0, end: 0 },
    }
}
