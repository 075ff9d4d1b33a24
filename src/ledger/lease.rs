//! A lease: who holds a ledger, where, what for, and until when. The document alone; [`super::lock`] takes and renews it.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::host::{Liveness, Process};

/// How long a lease lasts if nobody renews it.
pub(super) const TERM: SignedDuration = SignedDuration::from_secs(120);

/// How far the clocks of two machines may differ.
pub(super) const GRACE: SignedDuration = SignedDuration::from_secs(30);

/// Version of the lease document.
const VERSION: u32 = 1;

/// Who holds a ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// Version of this document.
    pub version: u32,
    /// Random; what `ledger unlock` takes.
    pub id: String,
    /// What it is held for, `apply of production`.
    pub purpose: String,
    /// The process that holds it.
    #[serde(flatten)]
    pub process: Process,
    /// Since when.
    pub since: Timestamp,
    /// When its holder last showed that it lives.
    pub renewed: Timestamp,
    /// When it ends unless it is renewed.
    pub until: Timestamp,
}

impl fmt::Display for Lease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { version: _, id: _, purpose, process, since, renewed, until } = self;
        let Process { host, pid, user, kernel: _, space: _, started: _ } = process;
        let (since, renewed, until) = (second(*since), second(*renewed), second(*until));
        write!(f, "process {pid} since {since} on {host} as {user} ({purpose}), renewed {renewed}, until {until}")
    }
}

impl Lease {
    pub(super) fn new(purpose: &str, process: Process, now: Timestamp, term: SignedDuration) -> Self {
        let id = format!("{:012x}", fastrand::u64(..) >> 16);
        let until = now.saturating_add(term).unwrap_or(now);
        Self { version: VERSION, id, purpose: purpose.to_owned(), process, since: now, renewed: now, until }
    }

    /// The same for people: its times are at most what a clock that is right would have written. A holder whose clock is ahead
    /// keeps nobody waiting for longer than a term.
    #[must_use]
    pub fn seen_at(&self, now: Timestamp) -> Self {
        let latest = now.saturating_add(TERM).unwrap_or(now);
        let Self { since, renewed, until, .. } = self;
        let (since, renewed, until) = (now.min(*since), now.min(*renewed), latest.min(*until));
        Self { since, renewed, until, ..self.clone() }
    }

    /// Whether it was written by a clock that is ahead of that time, so that nothing but watching tells when it is over.
    #[must_use]
    pub fn is_ahead(&self, now: Timestamp) -> bool {
        self.renewed.duration_since(now) > GRACE
    }

    /// How long a lease that nobody renews is watched before it counts as over.
    #[must_use]
    pub fn patience() -> std::time::Duration {
        std::time::Duration::try_from(TERM.saturating_add(GRACE)).unwrap_or_default()
    }

    /// Whether its holder is known to be gone at that time: the next apply takes it over without asking.
    #[must_use]
    pub fn is_abandoned(&self, now: Timestamp) -> bool {
        // Without the operating system's lock, a process of another container counts as alive.
        self.is_over(&Process::this(), now, false)
    }

    /// Whether its holder is gone, seen from a process that has the operating system's lock or, where there is none, not.
    pub(super) fn is_over(&self, here: &Process, now: Timestamp, has_os_lock: bool) -> bool {
        let expired = now.duration_since(self.until) > GRACE;
        expired
            || match self.process.liveness(here) {
                Liveness::Dead => true,
                // Locks reach across the containers of one kernel: it would have it.
                Liveness::OtherContainer => has_os_lock,
                Liveness::Alive | Liveness::Elsewhere => false,
            }
    }
}

/// A time as people read it, to the second.
pub(super) fn second(time: Timestamp) -> Timestamp {
    Timestamp::from_second(time.as_second()).unwrap_or(time)
}
