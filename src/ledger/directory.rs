//! The ledger as a directory: `WABA/state.json`, replaced atomically, and `WABA/journal.jsonl`, one durable line a record.
//!
//! Private to its user (modes 0700 and 0600). Reading takes no lock and writes nothing; writing goes through [`Writer`],
//! which holds the lock of [`super::lease`].

use std::{io, sync::Arc};

use camino::{Utf8Path, Utf8PathBuf};
use jiff::{SignedDuration, Timestamp};

use super::{
    Lease, LedgerError,
    disk::{Disk, FileSystem},
    document, lease,
    lock::{Clock, LeaseLocation},
    permission,
    state::State,
    writer::Writer,
};
use crate::file::Folder;

/// A folder of ledgers.
#[derive(Clone)]
pub struct Directory {
    root: Utf8PathBuf,
    /// The folder that it must not leave, and its path in there.
    within: Option<(Utf8PathBuf, Utf8PathBuf)>,
    disk: Arc<dyn Disk>,
    clock: Clock,
    term: SignedDuration,
}

impl std::fmt::Debug for Directory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Directory").field("root", &self.root).finish_non_exhaustive()
    }
}

impl Directory {
    /// The ledgers below a folder, which need not exist.
    #[must_use]
    pub fn new(root: Utf8PathBuf) -> Self {
        Self { root, within: None, disk: Arc::new(FileSystem), clock: Arc::new(Timestamp::now), term: lease::TERM }
    }

    /// The ledgers below `path` in a folder that they must not leave, whichever links were put there.
    #[must_use]
    pub fn below(folder: &Utf8Path, path: &Utf8Path) -> Self {
        Self { within: Some((folder.to_owned(), path.to_owned())), ..Self::new(folder.join(path)) }
    }

    /// With another clock for leases, which last so long.
    #[cfg(test)]
    pub(crate) fn with_clock(self, clock: Clock, term: SignedDuration) -> Self {
        Self { clock, term, ..self }
    }

    /// With something else in place of the file system.
    #[cfg(test)]
    pub(crate) fn with_disk(self, disk: Arc<dyn Disk>) -> Self {
        Self { disk, ..self }
    }

    /// Where the ledger of a WABA lies.
    #[must_use]
    pub fn folder(&self, waba_id: &str) -> Utf8PathBuf {
        // Ids are digits at every provider; anything else must not become a path.
        let safe: String =
            waba_id.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect();
        self.root.join(safe)
    }

    /// The folder of a WABA's ledger, once it is sure that no link on the way leads out of the workspace.
    fn kept(&self, waba_id: &str, action: &'static str) -> Result<Utf8PathBuf, LedgerError> {
        let folder = self.folder(waba_id);
        let Some((within, path)) = &self.within else { return Ok(folder) };
        let path = path.join(folder.file_name().unwrap_or_default());
        // A workspace that is not there has no links.
        match Folder::new(within.as_std_path()) {
            Ok(within) if !within.keeps(path.as_std_path()) => {
                let source = io::Error::other("a symbolic link on the way leads out of the workspace");
                Err(LedgerError::Io { action, path: folder, source })
            }
            _ => Ok(folder),
        }
    }

    fn lease_location(&self, waba_id: &str, action: &'static str) -> Result<LeaseLocation, LedgerError> {
        Ok(LeaseLocation {
            disk: Arc::clone(&self.disk),
            folder: self.kept(waba_id, action)?,
            waba_id: waba_id.to_owned(),
            clock: Arc::clone(&self.clock),
            term: self.term,
        })
    }

    /// Reads the ledger of a WABA: `None` if there is none.
    ///
    /// # Errors
    /// An unreadable, damaged or too new ledger. Never mistaken for an absent one.
    pub fn read(&self, waba_id: &str) -> Result<Option<State>, LedgerError> {
        Ok(self.load(waba_id)?.0)
    }

    /// State and journal. The journal is read first: an apply that ends meanwhile saves the state before it empties the
    /// journal, so that what is missing from one is in the other.
    fn load(&self, waba_id: &str) -> Result<(Option<State>, Option<Vec<u8>>), LedgerError> {
        let folder = self.kept(waba_id, "read")?;
        let read = |path: &Utf8PathBuf| {
            self.disk.read(path).map_err(|source| LedgerError::Io { action: "read", path: path.clone(), source })
        };
        let (journal_path, path) = (folder.join("journal.jsonl"), folder.join("state.json"));
        let journal = read(&journal_path)?;
        let Some(bytes) = read(&path)? else {
            return match journal {
                None => Ok((None, None)),
                Some(_) => Err(LedgerError::Damaged { path, reason: "there is a journal but no state".to_owned() }),
            };
        };
        let mut state = document::state(&path, &bytes, waba_id)?;
        document::replay(&journal_path, journal.as_deref().unwrap_or_default(), &mut state)?;
        Ok((Some(state), journal))
    }

    /// Takes the ledger of a WABA, for `apply of production`. One that does not exist comes into being with its first
    /// record.
    ///
    /// # Errors
    /// [`LedgerError::Locked`] if another process holds it; else as [`Self::read`].
    pub fn take(&self, waba_id: &str, purpose: &str) -> Result<Writer, LedgerError> {
        let folder = self.kept(waba_id, "create")?;
        self.disk.create_folder(&folder).map_err(|source| LedgerError::Io {
            action: "create",
            path: folder.clone(),
            source,
        })?;
        let held = self.lease_location(waba_id, "lock")?.take(purpose)?;
        let (state, journal) = self.load(waba_id)?;
        let existed = state.is_some();
        let state = state.unwrap_or_else(|| State::new(waba_id, (self.clock)()));
        Writer::open(Arc::clone(&self.disk), folder, state, existed, journal.as_deref(), held)
    }

    /// Who holds the ledger of a WABA; also a lease whose process is gone.
    ///
    /// # Errors
    /// The lease cannot be read.
    pub fn lease(&self, waba_id: &str) -> Result<Option<Lease>, LedgerError> {
        self.lease_location(waba_id, "read")?.read()
    }

    /// Whether an apply could write the ledger of a WABA, as far as permissions tell. Writes nothing.
    ///
    /// # Errors
    /// [`LedgerError::Io`] with what stands in the way.
    pub fn may_write(&self, waba_id: &str) -> Result<(), LedgerError> {
        let folder = self.kept(waba_id, "write")?;
        permission::may_write(&folder).map_err(|(path, source)| LedgerError::Io {
            action: "write",
            path: path.to_owned(),
            source,
        })
    }

    /// Removes the lock of that id and no other. Its holder, if it lives, stops before its next write.
    ///
    /// # Errors
    /// [`LedgerError::NotLocked`] if there is no such lock.
    pub fn unlock(&self, waba_id: &str, id: &str) -> Result<Lease, LedgerError> {
        self.lease_location(waba_id, "unlock")?.unlock(id)
    }
}
