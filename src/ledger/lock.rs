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
//! over by [`super::lease::GRACE`], which is how far two clocks may differ. One that was written by a clock further ahead is over when
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

use super::{
    LedgerError,
    disk::Disk,
    host::Process,
    lease::{Lease, second},
};

/// The machine's clock, or a test's.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Where a lease is kept and the clock that it is measured by.
#[derive(Clone)]
pub(super) struct LeaseLocation {
    pub(super) disk: Arc<dyn Disk>,
    pub(super) folder: Utf8PathBuf,
    pub(super) waba_id: String,
    pub(super) clock: Clock,
    pub(super) term: SignedDuration,
}

impl LeaseLocation {
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
    location: LeaseLocation,
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
    fn new(location: LeaseLocation, lease: Lease, os_lock: Option<File>) -> Self {
        let lease = Arc::new(Mutex::new(lease));
        let (stop, stopped) = mpsc::channel::<()>();
        let pause = std::time::Duration::try_from(location.term).unwrap_or_default().checked_div(3).unwrap_or_default();
        let (ours, theirs) = (location.clone(), Arc::clone(&lease));
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
        Self { location, lease, stop: Some(stop), renewal: renewal.ok(), _os_lock: os_lock }
    }

    /// Whether it is still ours.
    pub(super) fn check(&self) -> Result<(), LedgerError> {
        self.location.check(&self.lease())
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
        if let Ok(Some(found)) = self.location.read()
            && found.id == ours
        {
            let _ = self.location.disk.remove(&self.location.path());
        }
    }
}
