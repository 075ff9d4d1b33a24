//! Drift: how an account differs from what was last applied to it. Pure; the files take part only by what they say about
//! comparing (`lifecycle.ignore`, `accept_category`).
//!
//! A pending review is a state, never drift; so is a change in git. What cannot be told is never "no drift": an account
//! without a ledger, or an applied form of another version, has no baseline.

use std::collections::HashMap;

use jiff::Timestamp;

use super::{
    account::compared_scope,
    account_identity::AccountIdentity,
    compare::{self, compare},
    facts::Facts,
    history::History,
    ids::{ObservationId, Tier},
    observation::Observation,
    observe,
    owners::{self, OtherOwner},
    rules::refused_content::by_the_move,
    source_location::SourceLocation,
};
use crate::{
    capability::Feature,
    ledger::Entry,
    source::Desired,
    template::{Live, LiveIndex, Quality, TemplateKey, diff::Change, present},
};

/// What drift says about one account.
#[derive(Debug, Clone)]
pub struct AccountDrift {
    /// Which account it is.
    pub identity: AccountIdentity,
    /// Why the account could not be asked.
    pub error: Option<String>,
    /// Whether there is a ledger to compare with.
    pub baseline: bool,
    /// Templates in the account, those on their way out not counted.
    pub live: usize,
    /// Selected templates that this workspace owns, gone ones too.
    pub managed: usize,
    /// Owned by nobody.
    pub unmanaged: usize,
    /// Managed templates under review or appeal: a state, no drift.
    pub in_review: Vec<TemplateKey>,
    /// Managed templates whose applied form has another version: there is nothing to compare them with.
    pub incomparable: Vec<TemplateKey>,
    /// Managed templates that are not as applied.
    pub drifted: Vec<Drifted>,
    /// Whether the provider's API edits templates: else nothing can be put back.
    pub edits: bool,
    /// What else is worth knowing; gating only for a category under `recategorized: fail`.
    pub observations: Vec<Observation>,
    /// Requests that reading took.
    pub requests: u64,
    /// The owners of all that the ledger knows, where this workspace is none of them.
    pub other_owners: Vec<OtherOwner>,
    /// Whether the files ask for what these own: the workspace was renamed.
    pub renamed: bool,
    /// The name of this workspace.
    pub workspace: String,
}

/// A managed template that is not as applied.
#[derive(Debug, Clone)]
pub struct Drifted {
    /// The template.
    pub key: TemplateKey,
    /// The provider's id, as the ledger knows it.
    pub template_id: String,
    /// What the account shows; `None` if it is gone.
    pub live: Option<Live>,
    /// Whether it is gone, or on its way out.
    pub gone: bool,
    /// When it was applied.
    pub applied_at: Timestamp,
    /// From what was applied to what is shown.
    pub changes: Vec<Change>,
    /// What git has to do with it.
    pub git: GitSide,
    /// Where git asks for it.
    pub location: Option<SourceLocation>,
    /// Why the provider would refuse what git asks for: it has moved the template to a category that does not take it.
    pub refused: Option<String>,
    /// A write of ours whose outcome nobody knows is open for it.
    pub open_write: bool,
}

/// What git asks for where an account drifted. Never decides whether something is drift.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GitSide {
    /// What was applied: reverting restores it.
    AsApplied,
    /// What the account shows: the next apply adopts it.
    AsShown,
    /// Something else again: reverting applies that.
    Other,
    /// Nothing: it left the files.
    Absent,
}

/// The result for one account, or for all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DriftVerdict {
    /// Every managed template is as applied.
    InSync,
    /// Something gating was found.
    Drift,
    /// There is nothing to compare with.
    NoBaseline,
    /// The account could not be asked.
    Unknown,
}

impl DriftVerdict {
    /// Its name in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InSync => "in_sync",
            Self::Drift => "drift",
            Self::NoBaseline => "no_baseline",
            Self::Unknown => "unknown",
        }
    }
}

impl AccountDrift {
    /// An account that could not be asked.
    #[must_use]
    pub const fn failed(identity: AccountIdentity, error: String) -> Self {
        Self {
            identity,
            error: Some(error),
            baseline: false,
            live: 0,
            managed: 0,
            unmanaged: 0,
            in_review: Vec::new(),
            incomparable: Vec::new(),
            drifted: Vec::new(),
            edits: true,
            observations: Vec::new(),
            requests: 0,
            other_owners: Vec::new(),
            renamed: false,
            workspace: String::new(),
        }
    }

    /// Managed templates that are as applied.
    #[must_use]
    pub fn as_applied(&self) -> usize {
        self.managed.saturating_sub(self.drifted.len() + self.incomparable.len())
    }

    /// Whether something must be looked at.
    #[must_use]
    pub fn gates(&self) -> bool {
        !self.drifted.is_empty() || self.observations.iter().any(|seen| seen.tier == Tier::Gating)
    }

    /// Whether all managed templates could be compared.
    #[must_use]
    pub const fn has_baseline(&self) -> bool {
        self.baseline && self.incomparable.is_empty() && !self.renamed
    }

    /// The result. Drift that was found counts although something else had no baseline.
    #[must_use]
    pub fn verdict(&self) -> DriftVerdict {
        match self {
            Self { error: Some(_), .. } => DriftVerdict::Unknown,
            Self { baseline: false, .. } => DriftVerdict::NoBaseline,
            _ if self.gates() => DriftVerdict::Drift,
            _ if !self.has_baseline() => DriftVerdict::NoBaseline,
            _ => DriftVerdict::InSync,
        }
    }
}

/// Compares one account with its ledger.
#[must_use]
pub fn drift(facts: &Facts<'_>) -> AccountDrift {
    let live = LiveIndex::new(facts.live);
    let wanted: HashMap<&TemplateKey, &Desired> = facts.desired.iter().map(|desired| (&desired.key, desired)).collect();
    let other_owners = owners::others_alone(facts);
    let mut out = AccountDrift {
        error: None,
        baseline: facts.ledger.is_some(),
        edits: facts.capabilities.has(Feature::Edit),
        live: present(facts.live).count(),
        requests: facts.requests,
        renamed: owners::is_renamed(facts, &other_owners),
        other_owners,
        workspace: facts.workspace.to_owned(),
        ..AccountDrift::failed(facts.identity.clone(), String::new())
    };
    let Some(ledger) = facts.ledger else { return out };
    out.observations.extend(observe::unknown_fields(facts));
    let auto_generated = History::new(facts.ledger, facts.now).auto_generated();
    for entry in ledger.templates.values() {
        let key = entry.key();
        if entry.owner == facts.workspace && facts.selection.takes(&key) {
            out.managed += 1;
            let shown = live.get(&key).copied();
            // Templates that the provider made are observed below, once each: what it changes in them is no drift.
            if !shown.is_some_and(|live| auto_generated.holds(live)) {
                managed(facts, entry, shown, wanted.get(&key).copied(), &mut out);
            }
        }
    }
    for template in present(facts.live) {
        let desired = wanted.get(&template.key).copied();
        let ignored = desired.is_none() && facts.policy.ignore.matches(&template.key.name);
        if ignored || !facts.selection.takes(&template.key) {
            continue;
        }
        let key = &template.key;
        if auto_generated.holds(template) {
            let ours = ledger.entry(key).is_some_and(|entry| entry.owner == facts.workspace);
            out.observations.push(observe::auto_generated(template, ours));
            continue;
        }
        match ledger.entry(key) {
            Some(entry) if entry.owner == facts.workspace => {}
            Some(entry) => {
                let detail = format!("managed by {}", entry.owner);
                out.observations.push(Observation::about(Tier::Report, ObservationId::ManagedByOther, key, detail));
            }
            None => {
                out.unmanaged += 1;
                let in_files = if desired.is_some() { "in the YAML, not adopted yet" } else { "not in the YAML" };
                let detail = format!("{} {}, {in_files}", template.status, template.category);
                out.observations.push(Observation::about(Tier::Report, ObservationId::Unmanaged, key, detail));
            }
        }
    }
    out
}

/// Why what git asks for cannot be put back.
fn refused(desired: &Desired, live: &Live, entry: &Entry) -> Option<String> {
    let found = by_the_move(desired, live, &entry.category).into_iter().next()?;
    Some(format!("{} [{}]", found.message, found.code))
}

/// One managed template: drift, or observations of its state.
fn managed(facts: &Facts<'_>, entry: &Entry, shown: Option<&Live>, desired: Option<&Desired>, out: &mut AccountDrift) {
    let scope = compared_scope(facts);
    let key = entry.key();
    let open_write = facts.ledger.is_some_and(|ledger| ledger.open.values().any(|intent| intent.key() == key));
    let drifted = |live: Option<&Live>, gone: bool, changes: Vec<Change>, git: GitSide| Drifted {
        key: key.clone(),
        template_id: entry.id.clone(),
        live: live.cloned(),
        gone,
        applied_at: entry.applied_at,
        changes,
        git,
        location: desired.map(|desired| (facts.locate)(desired.span)),
        refused: desired.zip(live).and_then(|(desired, live)| refused(desired, live, entry)),
        open_write,
    };
    let Some(live) = shown.filter(|live| !live.status.is_leaving()) else {
        let git = if desired.is_some() { GitSide::AsApplied } else { GitSide::Absent };
        out.drifted.push(drifted(shown, true, Vec::new(), git));
        return;
    };
    if compare::is_comparable(entry) {
        let ignored = desired.map_or(&[][..], |desired| &desired.lifecycle.ignore);
        let changes = compare::hand_edit(live, entry, ignored, scope);
        if !changes.is_empty() {
            let git = desired.map_or(GitSide::Absent, |desired| {
                let comparison = compare(desired, live, Some(entry), scope);
                match (comparison.changes.is_empty(), comparison.git.is_empty()) {
                    (true, _) => GitSide::AsShown,
                    (false, true) => GitSide::AsApplied,
                    (false, false) => GitSide::Other,
                }
            });
            out.drifted.push(drifted(Some(live), false, changes, git));
        }
    } else {
        out.incomparable.push(key.clone());
    }
    if !compare::is_same(entry, live) {
        let detail = format!("deleted and created anew by somebody: id {} is {} now", entry.id, live.id);
        out.observations.push(Observation::about(Tier::Report, ObservationId::Recreated, &key, detail));
    }
    for seen in observe::of_template(facts, live, desired, Some(entry), scope) {
        match seen.id {
            // Already among `drifted`, with its fields.
            ObservationId::Drift => {}
            ObservationId::Pending | ObservationId::InAppeal => out.in_review.push(key.clone()),
            _ => out.observations.push(seen),
        }
    }
    if let Some(quality @ (Quality::Yellow | Quality::Red)) = &live.quality {
        let detail = format!("quality {quality}: bad feedback, a pause may follow");
        out.observations.push(Observation::about(Tier::Report, ObservationId::Quality, &key, detail));
    }
}
