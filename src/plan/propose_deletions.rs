//! Which deletions there are, before any rule is asked: what `removed`, `--retire` and `--prune` ask for.

use std::collections::{BTreeSet, HashSet};

use super::{
    account::Account,
    ids::{ActionKind, ObservationId, Tier},
    observation::Observation,
    proposed_action::{Proposal, ProposedAction},
};
use crate::{
    diagnostic::{FileId, Span},
    source::Removal,
    template::{Live, TemplateKey},
};

impl<'a> Account<'a> {
    /// Deletions that `removed` and `--retire` ask for; returns what is released from management instead.
    pub(super) fn propose_removed(&self, proposals: &mut Vec<Proposal<'a>>) -> Vec<TemplateKey> {
        let mut released = BTreeSet::new();
        let mut seen = HashSet::new();
        let retired: Vec<Removal> = self.facts.consent.retire.iter().map(|name| retirement(name)).collect();
        for removal in self.facts.removed.iter().chain(&retired) {
            let languages: BTreeSet<&str> = match removal.languages.is_empty() {
                false => removal.languages.iter().map(String::as_str).collect(),
                true => {
                    let live = self.live_languages.get(removal.name.as_str()).into_iter().flatten();
                    let managed = self.entries().filter(|entry| entry.name == removal.name);
                    live.map(|(language, _)| *language).chain(managed.map(|entry| entry.language.as_str())).collect()
                }
            };
            for language in languages {
                let key = TemplateKey::new(&removal.name, language);
                let is_desired = self.desired.contains_key(&key);
                if is_desired || !self.facts.selection.takes(&key) || !seen.insert(key.clone()) {
                    continue;
                }
                let live = self.present(&key);
                let ours = self.is_ours(self.entry(&key));
                match live {
                    // To be kept, or gone from the account already: only the ledger's entry goes.
                    _ if (removal.keep || live.is_none()) && ours => {
                        released.insert(key);
                    }
                    // Released by an earlier apply, or never managed: nothing is left to do.
                    _ if removal.keep => {}
                    Some(live) => {
                        let notes = removal.reason.iter().map(|reason| format!("reason: {reason}")).collect();
                        let span = (!retired.contains(removal)).then_some(removal.span);
                        proposals.push(self.delete(key, live, notes, span));
                    }
                    None => {}
                }
            }
        }
        released.into_iter().collect()
    }

    /// Managed templates that left the files: deleted with `--prune` or `prune: true`, else an observation.
    pub(super) fn propose_left_over(
        &self,
        released: &[TemplateKey],
        proposals: &mut Vec<Proposal<'a>>,
        observations: &mut Vec<Observation>,
    ) {
        let asked: HashSet<TemplateKey> =
            proposals.iter().map(|proposal| proposal.action.key.clone()).chain(released.iter().cloned()).collect();
        let prune = self.facts.prune || self.facts.policy.prune;
        for entry in self.entries() {
            let key = entry.key();
            if self.desired.contains_key(&key)
                || entry.owner != self.facts.workspace
                || asked.contains(&key)
                || !self.facts.selection.takes(&key)
            {
                continue;
            }
            match self.present(&key) {
                // Reported with the other templates that the provider made.
                Some(live) if self.auto_generated.holds(live) => {}
                Some(live) if prune => {
                    proposals.push(self.delete(key, live, vec!["not in the YAML any more".into()], None));
                }
                // A replaced name stays without an observation until its deletion is asked for.
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

    fn delete(&self, key: TemplateKey, live: &'a Live, notes: Vec<String>, span: Option<Span>) -> Proposal<'a> {
        let mut notes = notes;
        if let Some(span) = span {
            notes.push(format!("asked for at {}", (self.facts.locate)(span)));
        }
        if live.status.locks_name() {
            notes
                .push("the name is locked for 30 days in this language, wholly when its last language goes".to_owned());
        }
        let entry = self.entry(&key);
        let action = ProposedAction {
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
            creates_before: 0,
        };
        Proposal { action, comparison: None, notes }
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
