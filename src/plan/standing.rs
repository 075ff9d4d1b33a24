//! Where the wanted and managed templates of an account stand: status, category, quality, edits left, names locked. Pure.
//!
//! Judges no action; the gate of `status --require approved` is [`Standing`].

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use jiff::Timestamp;

use super::{
    Facts, Place,
    compare::compare,
    history::{Budget, EDITS_PER_DAY, EDITS_PER_MONTH, History},
};
use crate::{
    ledger::EventKind,
    provider::Feature,
    source::Desired,
    template::{Category, Live, Quality, Status, TemplateKey},
    workspace::policy::Examples,
};

/// One account's templates.
#[derive(Debug, Clone)]
pub struct AccountStanding {
    /// Its name in the workspace.
    pub account: String,
    /// Its provider.
    pub provider: String,
    /// The WABA and the host that it is reached through.
    pub scope: String,
    /// Whether the embedded sandbox answers for it.
    pub sandbox: bool,
    /// Why the account could not be asked.
    pub error: Option<String>,
    /// Whether a ledger exists; without one edits are not known and nothing counts as managed.
    pub ledger_present: bool,
    /// Selected templates that are wanted or managed, by name, then language.
    pub rows: Vec<Row>,
    /// Selected names that cannot be created again yet.
    pub locked: Vec<Locked>,
    /// Templates in the account, those on their way out not counted.
    pub live: usize,
    /// Owned by nobody, not wanted and not ignored.
    pub unmanaged: usize,
    /// Requests that reading took.
    pub requests: u64,
}

/// One template.
#[derive(Debug, Clone)]
pub struct Row {
    /// Which.
    pub key: TemplateKey,
    /// Whether the files ask for it.
    pub wanted: bool,
    /// The workspace that owns it, if any does.
    pub owner: Option<String>,
    /// Where it stands.
    pub standing: Standing,
    /// The provider's id.
    pub template_id: Option<String>,
    /// Its status, in the provider's words.
    pub status: Option<Status>,
    /// What it is billed as.
    pub category: Option<Category>,
    /// Category that the files ask for.
    pub wanted_category: Option<Category>,
    /// Category that the files accept beside it.
    pub accepted_category: Option<Category>,
    /// What the provider will move it to.
    pub announced: Option<Category>,
    /// Rating, where the provider shows it.
    pub quality: Option<Quality>,
    /// Why it was rejected.
    pub rejected_reason: Option<String>,
    /// Whether the account holds what the files ask for; `None` where they ask for nothing or nothing is there.
    pub as_wanted: Option<bool>,
    /// Edits left.
    pub edits: Edits,
    /// When it was last changed, as the provider counts it.
    pub updated_at: Option<Timestamp>,
    /// Where it is written.
    pub place: Option<Place>,
}

/// Where a template stands, as the gate of `status --require approved` sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// May be sent.
    Approved,
    /// Under review or appeal: time decides.
    InReview,
    /// Rejected, paused, disabled, archived, or a status that letterpress does not know: somebody must act.
    Stopped,
    /// Not in the account, or on its way out.
    Missing,
}

/// Edits that the provider still takes (Meta, template-management page, 2026-09-11: an APPROVED template once in 24 hours
/// and ten times in 30 days, rolling; REJECTED and PAUSED as often as wanted).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edits {
    /// No limit in this status.
    Free,
    /// Not in this status.
    None,
    /// Never: the provider's API has no edits.
    Never,
    /// So many.
    Left {
        /// In the next 24 hours from now on.
        day: usize,
        /// In these 30 days.
        month: usize,
        /// What was counted.
        budget: Budget,
    },
}

/// A name that cannot be created again yet (Meta, template-management page, 2026-09-11: 30 days after an approved one
/// was deleted).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Locked {
    /// Which.
    pub key: TemplateKey,
    /// Until when, at the latest.
    pub until: Timestamp,
    /// Whether the files ask for it.
    pub wanted: bool,
    /// Whether no language of the name is left, so that the whole name is locked.
    pub whole_name: bool,
}

impl Standing {
    /// Its name in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::InReview => "in_review",
            Self::Stopped => "stopped",
            Self::Missing => "missing",
        }
    }

    const fn of(status: &Status) -> Self {
        match status {
            Status::Approved => Self::Approved,
            Status::Pending | Status::InAppeal => Self::InReview,
            Status::PendingDeletion | Status::Deleted => Self::Missing,
            Status::Rejected
            | Status::Paused
            | Status::Disabled
            | Status::Archived
            | Status::LimitExceeded
            | Status::Other(_) => Self::Stopped,
        }
    }
}

impl AccountStanding {
    /// An account that could not be asked.
    #[must_use]
    pub fn failed(account: &str, provider: &str, scope: &str, sandbox: bool, error: String) -> Self {
        Self {
            account: account.to_owned(),
            provider: provider.to_owned(),
            scope: scope.to_owned(),
            sandbox,
            error: Some(error),
            ledger_present: false,
            rows: Vec::new(),
            locked: Vec::new(),
            live: 0,
            unmanaged: 0,
            requests: 0,
        }
    }

    /// Wanted templates that stand so.
    #[must_use]
    pub fn wanted(&self, standing: Standing) -> usize {
        self.rows.iter().filter(|row| row.wanted && row.standing == standing).count()
    }
}

/// Looks at one account.
#[must_use]
pub fn standing(facts: &Facts<'_>) -> AccountStanding {
    let mut live: HashMap<&TemplateKey, &Live> = HashMap::with_capacity(facts.live.len());
    for template in facts.live {
        if template.status.is_leaving() {
            live.entry(&template.key).or_insert(template);
        } else {
            live.insert(&template.key, template);
        }
    }
    let wanted: BTreeMap<&TemplateKey, &Desired> = facts.desired.iter().map(|wish| (&wish.key, wish)).collect();
    let owned = facts.ledger.into_iter().flat_map(|ledger| ledger.templates.values());
    let mut keys: BTreeSet<TemplateKey> =
        owned.filter(|entry| entry.owner == facts.workspace).map(crate::ledger::Entry::key).collect();
    keys.extend(wanted.keys().map(|key| (*key).clone()));
    keys.retain(|key| facts.selection.takes(key));
    let rows: Vec<Row> = keys
        .into_iter()
        .map(|key| {
            let (live, wish) = (live.get(&key).copied(), wanted.get(&key).copied());
            row(facts, key, live, wish)
        })
        .collect();
    let present = || facts.live.iter().filter(|live| !live.status.is_leaving());
    let unmanaged = present().filter(|live| {
        let known = wanted.contains_key(&live.key) || facts.ledger.is_some_and(|all| all.entry(&live.key).is_some());
        !known && !facts.policy.ignore.matches(&live.key.name) && facts.selection.takes(&live.key)
    });
    AccountStanding {
        error: None,
        ledger_present: facts.ledger.is_some(),
        locked: locked(facts, &wanted),
        live: present().count(),
        unmanaged: unmanaged.count(),
        requests: facts.requests,
        rows,
        ..AccountStanding::failed(facts.account, facts.provider, &facts.scope, facts.sandbox, String::new())
    }
}

fn row(facts: &Facts<'_>, key: TemplateKey, live: Option<&Live>, wish: Option<&Desired>) -> Row {
    let scope = match facts.policy.examples {
        Examples::Ignore => crate::template::normal::Scope::Content,
        Examples::Edit => crate::template::normal::Scope::WithSamples,
    };
    let entry = facts.ledger.and_then(|ledger| ledger.entry(&key));
    let ours = entry.filter(|entry| entry.owner == facts.workspace);
    let shown = live.filter(|live| !live.status.is_leaving());
    let as_wanted = wish.zip(shown).map(|(wish, live)| compare(wish, live, ours, scope).changes.is_empty());
    Row {
        wanted: wish.is_some(),
        owner: entry.map(|entry| entry.owner.clone()),
        standing: live.map_or(Standing::Missing, |live| Standing::of(&live.status)),
        template_id: live.map(|live| live.id.clone()),
        status: live.map(|live| live.status.clone()),
        category: live.map(|live| live.category.clone()),
        wanted_category: wish.map(|wish| wish.category.clone()),
        accepted_category: wish.and_then(|wish| wish.accept_category.clone()),
        announced: live.and_then(|live| live.correct_category.clone().filter(|other| *other != live.category)),
        quality: live.and_then(|live| live.quality.clone()),
        rejected_reason: live.and_then(|live| live.rejected_reason.clone()),
        as_wanted,
        edits: live.map_or(Edits::None, |live| edits(facts, live)),
        updated_at: live.and_then(|live| live.updated_at),
        place: wish.map(|wish| (facts.place)(wish.span)),
        key,
    }
}

fn edits(facts: &Facts<'_>, live: &Live) -> Edits {
    if !facts.capabilities.has(Feature::Edit) {
        return Edits::Never;
    }
    match live.status {
        Status::Rejected | Status::Paused => Edits::Free,
        Status::Approved => {
            let budget = History::new(facts.ledger, facts.now).budget(&live.key);
            let month = EDITS_PER_MONTH.saturating_sub(budget.month);
            // A refusal by the provider shows an edit that nobody here knows of.
            let day = EDITS_PER_DAY.saturating_sub(budget.day + usize::from(budget.refused_at.is_some())).min(month);
            Edits::Left { day, month, budget }
        }
        _ => Edits::None,
    }
}

/// Names that a deletion locks, wanted or not: the ledger's events of 30 days.
fn locked(facts: &Facts<'_>, wanted: &BTreeMap<&TemplateKey, &Desired>) -> Vec<Locked> {
    let history = History::new(facts.ledger, facts.now);
    let names: HashSet<&str> =
        facts.live.iter().filter(|live| !live.status.is_leaving()).map(|live| live.key.name.as_str()).collect();
    let events = facts.ledger.into_iter().flat_map(|ledger| &ledger.events);
    let mut keys: BTreeSet<TemplateKey> = events
        .filter(|event| matches!(event.kind, EventKind::Deleted | EventKind::Refused))
        .map(|event| TemplateKey::new(&event.name, &event.language))
        .collect();
    keys.extend(wanted.keys().map(|key| (*key).clone()));
    let there: HashSet<&TemplateKey> =
        facts.live.iter().filter(|live| !live.status.is_leaving()).map(|live| &live.key).collect();
    keys.into_iter()
        .filter(|key| facts.selection.takes(key) && !there.contains(key))
        .filter_map(|key| {
            let others = names.contains(key.name.as_str());
            let lock = history.lock(&key, others)?;
            Some(Locked { until: lock.until, wanted: wanted.contains_key(&key), whole_name: !others, key })
        })
        .collect()
}
