//! What a ledger is made of: managed templates, events, intents, and the journal's records. Pure.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::template::{
    Category, Status, TemplateKey,
    normal::{NormalForm, Scope},
};

/// Version of a line of the journal.
pub(super) const RECORD_VERSION: u32 = 2;

/// How many replaced contents of a template are remembered: as many as a pipeline of an old commit is likely to bring back.
pub(super) const EARLIER: usize = 50;

/// No write takes longer than this from its intent to its effect at the provider.
const LONGEST_CALL: jiff::SignedDuration = jiff::SignedDuration::from_mins(5);

/// A managed template.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Name.
    pub name: String,
    /// Language.
    pub language: String,
    /// The provider's id.
    pub id: String,
    /// The workspace that owns it.
    pub owner: String,
    /// Category that was asked for.
    pub category: Category,
    /// What was last applied. Samples hold the digests of media.
    pub applied: NormalForm,
    /// When.
    pub applied_at: Timestamp,
    /// When an apply first saw it approved, where something waits for that.
    #[serde(default)]
    pub approved_at: Option<Timestamp>,
    /// Whether its family said `lifecycle.protect` when that was last applied. It outlives the file.
    #[serde(default)]
    pub protected: bool,
    /// Contents that were applied before and replaced, the last one last; at most fifty.
    #[serde(default)]
    pub earlier: Vec<Replaced>,
}

/// A content that was applied and then replaced by another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replaced {
    /// Fingerprint of its normal form, samples left out.
    pub fingerprint: String,
    /// When it was applied.
    pub applied_at: Timestamp,
    /// When another one took its place.
    pub replaced_at: Timestamp,
}

impl Entry {
    /// The content of that fingerprint, if it was applied before and replaced.
    #[must_use]
    pub fn replaced(&self, fingerprint: &str) -> Option<&Replaced> {
        self.earlier.iter().rfind(|replaced| replaced.fingerprint == fingerprint)
    }

    /// This entry in the place of another one of the same template: what that held is remembered as replaced.
    pub(super) fn after(mut self, before: Option<&Self>, at: Timestamp) -> Self {
        let Some(before) = before else { return self };
        let (old, new) = (before.applied.fingerprint(Scope::Content), self.applied.fingerprint(Scope::Content));
        self.earlier.clone_from(&before.earlier);
        if old != new {
            let (fingerprint, applied_at) = (old, before.applied_at);
            self.earlier.push(Replaced { fingerprint, applied_at, replaced_at: at });
        }
        // What is applied again is no older content.
        self.earlier.retain(|replaced| replaced.fingerprint != new);
        self.earlier.drain(..self.earlier.len().saturating_sub(EARLIER));
        self
    }

    /// Its key.
    #[must_use]
    pub fn key(&self) -> TemplateKey {
        TemplateKey::new(&self.name, &self.language)
    }
}

/// Something that was done to a template.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: EventKind,
    /// Name.
    pub name: String,
    /// Language.
    pub language: String,
    /// Status before it.
    pub status: Option<Status>,
    /// The provider's error code and subcode, for refusals.
    pub code: Option<(i64, Option<i64>)>,
}

/// Kinds of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// Created.
    Created,
    /// Edited.
    Edited,
    /// Edited in nothing but its maximum price, which has limits of its own.
    Repriced,
    /// Deleted.
    Deleted,
    /// The provider refused a write.
    Refused,
}

/// A write that is about to be sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Intent {
    /// What.
    pub kind: IntentKind,
    /// Name.
    pub name: String,
    /// Language.
    pub language: String,
    /// The provider's id, for edits and deletions.
    pub id: Option<String>,
    /// The workspace that does it.
    pub owner: String,
    /// Category that is asked for; absent for deletions.
    pub category: Option<Category>,
    /// What is to be there; absent for deletions.
    pub desired: Option<NormalForm>,
    /// What was there, for edits.
    pub before: Option<NormalForm>,
    /// Whether the family says `lifecycle.protect`.
    #[serde(default)]
    pub protect: bool,
    /// Status before it.
    pub status: Option<Status>,
    /// When.
    pub at: Timestamp,
}

impl Intent {
    /// Its template.
    #[must_use]
    pub fn key(&self) -> TemplateKey {
        TemplateKey::new(&self.name, &self.language)
    }

    /// When the provider counts it at the latest, seen from `now`: some moment between asking and hearing, and the later
    /// one is safe. What was settled days after a crash was answered within minutes all the same.
    #[must_use]
    pub fn counted_at(&self, now: Timestamp) -> Timestamp {
        self.at.saturating_add(LONGEST_CALL).map_or(now, |latest| now.min(latest))
    }

    pub(super) fn event(&self, kind: EventKind, code: Option<(i64, Option<i64>)>, now: Timestamp) -> Event {
        Event {
            at: self.counted_at(now),
            kind,
            name: self.name.clone(),
            language: self.language.clone(),
            status: self.status.clone(),
            code,
        }
    }
}

/// Kinds of writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IntentKind {
    /// Create.
    Create,
    /// Edit.
    Edit,
    /// Edit of nothing but the maximum price.
    Reprice,
    /// Delete.
    Delete,
}

/// How a write ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "result")]
pub enum Outcome {
    /// It took place.
    Applied {
        /// The provider's id.
        id: Option<String>,
    },
    /// It did not take place.
    Failed {
        /// The provider's code and subcode, if it refused.
        code: Option<(i64, Option<i64>)>,
        /// Why.
        reason: String,
    },
    /// Nobody knows yet.
    Unknown {
        /// Why.
        reason: String,
    },
    /// It may have taken place, and nobody will ever know: it counts as done for the provider's limits, and nothing else
    /// follows from it.
    Counted {
        /// Why.
        reason: String,
    },
}

/// One line of the journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Rises by one with every record.
    pub seq: u64,
    /// When it was written.
    pub at: Timestamp,
    /// What it says.
    pub change: Change,
}

/// A record as it is written: with the version of its form.
#[derive(Debug, Serialize)]
pub(super) struct Line<'r> {
    pub(super) version: u32,
    #[serde(flatten)]
    pub(super) record: &'r Record,
}

impl Record {
    /// A record.
    #[must_use]
    pub const fn new(seq: u64, at: Timestamp, change: Change) -> Self {
        Self { seq, at, change }
    }
}

/// What a record says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "record")]
pub enum Change {
    /// A write is about to be sent.
    Intent(Box<Intent>),
    /// How the write of an intent ended.
    Outcome {
        /// Sequence number of the intent.
        intent: u64,
        /// How.
        outcome: Outcome,
    },
    /// A template that already is as desired is owned from now on, or its applied form is brought up to date.
    Adopt(Box<Entry>),
    /// A template was seen approved.
    Approved {
        /// Name.
        name: String,
        /// Language.
        language: String,
    },
    /// Times that had not come yet when this was written are of a clock that was wrong: they count as of now.
    Redate,
    /// A template is protected from deletion from now on, or no longer.
    Protect {
        /// Name.
        name: String,
        /// Language.
        language: String,
        /// Whether it is.
        protected: bool,
    },
    /// A template is no longer managed.
    Release {
        /// Name.
        name: String,
        /// Language.
        language: String,
    },
    /// All languages of a name belong to another workspace from now on.
    HandOver {
        /// Name.
        name: String,
        /// The workspace that owned them.
        from: String,
        /// The workspace that owns them now.
        to: String,
    },
}
