//! The lock on a ledger: one apply of one WABA at a time.
//!
//! Two guards, because neither is enough:
//!
//! * **The operating system's lock** on the file `lock`. It goes with its process, whatever ends it, and is the guard
//!   among processes of one machine. On network file systems and in synced folders it may not reach other machines.
//! * **A lease**, `lease.json`: a random id, who, where, what for, since, renewed, until. It is made by an operation that
//!   fails if the file exists, renewed by a thread every third of its term, and removed at the end. Every record of the
//!   journal, and with that every write to a provider, first looks whether the lease is still ours and has not run out;
//!   if not, the holder stops (fencing). A holder that lost its lease does not record the outcome of the call in flight
//!   either: its intent is in the journal, and whoever took over settles it by looking at the account.
//!
//! Taking over: a lease whose process is known to be dead on this machine is taken at once; another one when its time is
//! over by [`GRACE`], which is how far two clocks may differ. One that was written by a clock further ahead is over when
//! somebody who waits has seen it unrenewed for a term and that grace, by a clock that nobody sets. The stale file is first
//! renamed, then read again: of two who take over at once, the one that finds a fresh lease in its hands puts it back. In a
//! synced folder nothing is atomic: there the check before every write finds the other's id as soon as the folder is synced,
//! not sooner.
//!
//! Leases live on the machine's clock, also for sandbox accounts with a clock of their own.

use std::{
    fmt,
    fs::File,
    io,
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread::{self, JoinHandle},
};

use camino::{Utf8Path, Utf8PathBuf};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{
    LedgerError,
    disk::Disk,
    error::second,
    host::{Liveness, Process},
};

/// How long a lease lasts if nobody renews it.
pub(super) const TERM: SignedDuration = SignedDuration::from_secs(120);

/// How far the clocks of two machines may differ.
pub(super) const GRACE: SignedDuration = SignedDuration::from_secs(30);

/// Version of the lease document.
const VERSION: u32 = 1;

/// The machine's clock, or a test's.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

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
    fn new(purpose: &str, process: Process, now: Timestamp, term: SignedDuration) -> Self {
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
    fn is_over(&self, here: &Process, now: Timestamp, has_os_lock: bool) -> bool {
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

/// Where a lease lies and what it is measured by.
#[derive(Clone)]
pub(super) struct Place {
    pub(super) disk: Arc<dyn Disk>,
    pub(super) folder: Utf8PathBuf,
    pub(super) waba_id: String,
    pub(super) clock: Clock,
    pub(super) term: SignedDuration,
}

impl Place {
    fn path(&self) -> Utf8PathBuf {
        self.folder.join("lease.json")
    }

    fn fault(&self, action: &'static str) -> impl Fn(io::Error) -> LedgerError {
        let path = self.path();
        move |source| LedgerError::Io { action, path: path.clone(), source }
    }

    /// The lease that there is.
    pub(super) fn read(&self) -> Result<Option<Lease>, LedgerError> {
        self.read_from(&self.path())
    }

    fn read_from(&self, path: &Utf8Path) -> Result<Option<Lease>, LedgerError> {
        let Some(bytes) = self.disk.read(path).map_err(self.fault("read"))? else { return Ok(None) };
        let damaged =
            |error: serde_json::Error| LedgerError::Damaged { path: path.to_owned(), reason: error.to_string() };
        serde_json::from_slice(&bytes).map(Some).map_err(damaged)
    }

    fn locked(&self, lease: Option<Lease>) -> LedgerError {
        let lease = lease.map(|lease| Box::new(lease.seen_at((self.clock)())));
        LedgerError::Locked { waba_id: self.waba_id.clone(), lease }
    }

    /// Removes the lease of that id and no other.
    pub(super) fn unlock(&self, id: &str) -> Result<Lease, LedgerError> {
        match self.read()? {
            Some(lease) if lease.id == id => {
                self.set_aside(&lease)?;
                Ok(lease)
            }
            lease => Err(LedgerError::NotLocked { waba_id: self.waba_id.clone(), lease: lease.map(Box::new) }),
        }
    }

    /// Takes the lease, or says who has it.
    pub(super) fn take(self, purpose: &str) -> Result<Held, LedgerError> {
        let os_lock = match self.disk.lock(&self.folder.join("lock")) {
            Ok(lock) => lock,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Err(self.locked(self.read()?)),
            Err(source) => {
                return Err(LedgerError::Io { action: "lock", path: self.folder.join("lock"), source });
            }
        };
        let here = Process::this();
        let now = (self.clock)();
        if let Some(found) = self.read()? {
            if !found.is_over(&here, now, os_lock.is_some()) {
                return Err(self.locked(Some(found)));
            }
            self.set_aside(&found)?;
        }
        let lease = Lease::new(purpose, here, now, self.term);
        match self.disk.claim(&self.path(), &document(&lease)) {
            Ok(()) => Ok(Held::new(self, lease, os_lock)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(self.locked(self.read()?)),
            Err(error) => Err(self.fault("lock")(error)),
        }
    }

    /// Takes a stale lease out of the way. Whoever finds that it was another's meanwhile puts it back.
    fn set_aside(&self, stale: &Lease) -> Result<(), LedgerError> {
        let aside = self.folder.join(format!("lease.{}.{:08x}", stale.id, fastrand::u32(..)));
        match self.disk.rename(&self.path(), &aside) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(self.locked(None)),
            Err(error) => return Err(self.fault("unlock")(error)),
        }
        let found = self.read_from(&aside)?;
        if let Some(fresh) = found.filter(|found| found.id != stale.id) {
            // If there is a lease again already, its holder wins and the other stops at its next check.
            let _ = self.disk.claim(&self.path(), &document(&fresh));
            let _ = self.disk.remove(&aside);
            return Err(self.locked(Some(fresh)));
        }
        self.disk.remove(&aside).map_err(self.fault("unlock"))
    }

    /// Whether a lease may still be worked under.
    fn check(&self, held: &Lease) -> Result<(), LedgerError> {
        let lost = |reason: String| Err(LedgerError::Lost { waba_id: self.waba_id.clone(), reason });
        match self.read()? {
            None => lost("somebody unlocked it".to_owned()),
            Some(found) if found.id != held.id => lost(format!("it was taken by {found}")),
            Some(_) if (self.clock)() >= held.until => {
                lost(format!("it could not be renewed since {}", second(held.renewed)))
            }
            Some(_) => Ok(()),
        }
    }

    /// Makes a lease last longer, if it is still ours.
    fn renew(&self, held: &mut Lease) -> Result<(), LedgerError> {
        self.check(held)?;
        let now = (self.clock)();
        let longer = Lease { renewed: now, until: now.saturating_add(self.term).unwrap_or(now), ..held.clone() };
        self.disk.replace(&self.path(), &document(&longer)).map_err(self.fault("renew"))?;
        *held = longer;
        Ok(())
    }
}

fn document(lease: &Lease) -> Vec<u8> {
    // A struct of texts and numbers always serialises.
    let mut bytes = serde_json::to_vec_pretty(lease).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

/// A lease that is held and renewed until this value goes.
pub(super) struct Held {
    place: Place,
    lease: Arc<Mutex<Lease>>,
    /// Dropped to end the renewal.
    stop: Option<mpsc::Sender<()>>,
    renewal: Option<JoinHandle<()>>,
    _os_lock: Option<File>,
}

impl fmt::Debug for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Held").field("lease", &self.lease).finish_non_exhaustive()
    }
}

impl Held {
    fn new(place: Place, lease: Lease, os_lock: Option<File>) -> Self {
        let lease = Arc::new(Mutex::new(lease));
        let (stop, stopped) = mpsc::channel::<()>();
        let pause = std::time::Duration::try_from(place.term / 3).unwrap_or_default();
        let (ours, theirs) = (place.clone(), Arc::clone(&lease));
        let renewal = thread::Builder::new().name("ledger lease".to_owned()).spawn(move || {
            while stopped.recv_timeout(pause) == Err(mpsc::RecvTimeoutError::Timeout) {
                let mut lease = theirs.lock().unwrap_or_else(PoisonError::into_inner);
                match ours.renew(&mut lease) {
                    Ok(()) => {}
                    // Said by the next check. Nothing brings it back.
                    Err(LedgerError::Lost { .. }) => return,
                    // A full disk may pass before the lease does.
                    Err(error) => tracing::warn!(%error, "the lock could not be renewed"),
                }
            }
        });
        // Without a thread the lease ends after one term, and the run with it.
        Self { place, lease, stop: Some(stop), renewal: renewal.ok(), _os_lock: os_lock }
    }

    /// Whether it is still ours.
    pub(super) fn check(&self) -> Result<(), LedgerError> {
        self.place.check(&self.lease())
    }

    fn lease(&self) -> Lease {
        self.lease.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(renewal) = self.renewal.take() {
            let _ = renewal.join();
        }
        let ours = self.lease().id;
        // What cannot be removed is taken over as a dead process's, or runs out.
        if let Ok(Some(found)) = self.place.read()
            && found.id == ours
        {
            let _ = self.place.disk.remove(&self.place.path());
        }
    }
}
