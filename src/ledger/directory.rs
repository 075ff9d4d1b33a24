//! The ledger as a directory: `WABA/state.json`, replaced atomically, and `WABA/journal.jsonl`, one durable line a record.
//!
//! Private to its user (modes 0700 and 0600). A journal line that was cut off by a crash is the last one and is dropped:
//! nothing was sent on its strength, because a write is only sent once its line is on disk.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
};

use camino::{Utf8Path, Utf8PathBuf};
use jiff::Timestamp;

use super::state::{Change, Record, State, VERSION};

/// A folder of ledgers.
#[derive(Debug, Clone)]
pub struct Directory {
    root: Utf8PathBuf,
}

/// Why a ledger cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The file system says no.
    #[error("cannot {action} the ledger {path}: {source}")]
    Io {
        /// `read`, `write` …
        action: &'static str,
        /// The file.
        path: Utf8PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Its content is not a ledger.
    #[error("the ledger {path} is damaged: {reason}; restore it from a backup, or move it away to start without one")]
    Damaged {
        /// The file.
        path: Utf8PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A newer letterpress wrote it.
    #[error("the ledger {path} has version {found}, this letterpress knows up to {VERSION}: use a newer letterpress")]
    TooNew {
        /// The file.
        path: Utf8PathBuf,
        /// Its version.
        found: u64,
    },
    /// Another apply holds it.
    #[error("another apply works on this WABA: {holder}")]
    Locked {
        /// Who, where, since when.
        holder: String,
    },
}

impl Directory {
    /// The ledgers below a folder, which need not exist.
    #[must_use]
    pub const fn new(root: Utf8PathBuf) -> Self {
        Self { root }
    }

    fn folder(&self, waba_id: &str) -> Utf8PathBuf {
        // Ids are digits at every provider; anything else must not become a path.
        let safe: String =
            waba_id.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect();
        self.root.join(safe)
    }

    /// Reads the ledger of a WABA: `None` if there is none.
    ///
    /// # Errors
    /// An unreadable, damaged or too new ledger. Never mistaken for an absent one.
    pub fn read(&self, waba_id: &str) -> Result<Option<State>, LedgerError> {
        let folder = self.folder(waba_id);
        let path = folder.join("state.json");
        let Some(text) = read_optional(&path)? else {
            return match read_whole_lines(&folder.join("journal.jsonl"))? {
                None => Ok(None),
                Some(_) => Err(LedgerError::Damaged { path, reason: "there is a journal but no state".to_owned() }),
            };
        };
        let damaged = |reason: String| LedgerError::Damaged { path: path.clone(), reason };
        let value: serde_json::Value = serde_json::from_str(&text).map_err(|error| damaged(error.to_string()))?;
        match value.get("version").and_then(serde_json::Value::as_u64) {
            Some(version) if version > u64::from(VERSION) => {
                return Err(LedgerError::TooNew { path: path.clone(), found: version });
            }
            Some(_) => {}
            None => return Err(damaged("it has no version".to_owned())),
        }
        let mut state: State = serde_json::from_value(value).map_err(|error| damaged(error.to_string()))?;
        if state.waba_id != waba_id {
            return Err(damaged(format!("it is of WABA {}, not of {waba_id}", state.waba_id)));
        }
        for record in read_journal(&folder.join("journal.jsonl"))? {
            state.fold(&record);
        }
        Ok(Some(state))
    }

    /// Takes the ledger of a WABA for one apply. One that does not exist comes into being with its first record.
    ///
    /// # Errors
    /// [`LedgerError::Locked`] if another apply holds it; else as [`Self::read`].
    pub fn write(&self, waba_id: &str, now: Timestamp) -> Result<Writer, LedgerError> {
        let folder = self.folder(waba_id);
        create_private(&folder)?;
        let lock_path = folder.join("lock");
        let lock = open_private(&lock_path, false)?;
        if let Err(error) = lock.try_lock() {
            return Err(match error {
                fs::TryLockError::WouldBlock => LedgerError::Locked {
                    holder: fs::read_to_string(folder.join("holder")).unwrap_or_default().trim().to_owned(),
                },
                fs::TryLockError::Error(source) => LedgerError::Io { action: "lock", path: lock_path, source },
            });
        }
        let holder = format!("process {} since {now}\n", std::process::id());
        replace(&folder.join("holder"), holder.as_bytes())?;
        let found = self.read(waba_id)?;
        let existed = found.is_some();
        let state = found.unwrap_or_else(|| State::new(waba_id, now));
        let journal = existed.then(|| open_journal(&folder.join("journal.jsonl"))).transpose()?;
        Ok(Writer { folder, state, journal, existed, _lock: lock })
    }
}

/// The ledger of one WABA, held by one apply.
#[derive(Debug)]
pub struct Writer {
    folder: Utf8PathBuf,
    state: State,
    /// Open from the first record on, or from the start where a ledger exists.
    journal: Option<File>,
    existed: bool,
    _lock: File,
}

impl Writer {
    /// What is known now.
    #[must_use]
    pub const fn state(&self) -> &State {
        &self.state
    }

    /// Whether there was a ledger when this one was taken.
    #[must_use]
    pub const fn existed(&self) -> bool {
        self.existed
    }

    /// Writes a record, durably, before it returns its sequence number.
    ///
    /// # Errors
    /// The journal cannot be written: then nothing may be sent.
    pub fn record(&mut self, now: Timestamp, change: Change) -> Result<u64, LedgerError> {
        let path = self.folder.join("journal.jsonl");
        let record = Record { seq: self.state.folded + 1, at: now, change };
        let fault = |source| LedgerError::Io { action: "write", path: path.clone(), source };
        let mut line = serde_json::to_string(&record).map_err(|error| fault(io::Error::other(error)))?;
        line.push('\n');
        let journal = match &mut self.journal {
            Some(journal) => journal,
            none => {
                // The state first: a journal without one would be a damaged ledger.
                save(&self.folder, &self.state)?;
                none.insert(open_journal(&path)?)
            }
        };
        let whole = journal.metadata().map_err(fault)?.len();
        if let Err(error) = journal.write_all(line.as_bytes()).and_then(|()| journal.sync_data()) {
            // Half a line, or one that nobody counts on, must not stand before the next.
            let _ = journal.set_len(whole);
            return Err(fault(error));
        }
        self.state.fold(&record);
        Ok(record.seq)
    }

    /// Folds the journal into the state document and empties it.
    ///
    /// # Errors
    /// A file cannot be written. What was recorded stays in the journal.
    pub fn finish(mut self, now: Timestamp) -> Result<State, LedgerError> {
        let Some(journal) = &self.journal else { return Ok(self.state) };
        self.state.prune(now);
        save(&self.folder, &self.state)?;
        // A crash before this line leaves records that are already folded: they change nothing.
        let path = self.folder.join("journal.jsonl");
        journal.set_len(0).map_err(|source| LedgerError::Io { action: "empty", path, source })?;
        Ok(self.state)
    }
}

fn read_optional(path: &Utf8Path) -> Result<Option<String>, LedgerError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(LedgerError::Io { action: "read", path: path.to_owned(), source }),
    }
}

/// A file's lines, without the one that a crash cut off, maybe in the middle of a character; and how long it is.
fn read_whole_lines(path: &Utf8Path) -> Result<Option<(String, usize)>, LedgerError> {
    let mut bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(LedgerError::Io { action: "read", path: path.to_owned(), source }),
    };
    let length = bytes.len();
    bytes.truncate(bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1));
    let damaged = |error: std::string::FromUtf8Error| LedgerError::Damaged {
        path: path.to_owned(),
        reason: error.utf8_error().to_string(),
    };
    String::from_utf8(bytes).map(|text| Some((text, length))).map_err(damaged)
}

fn read_journal(path: &Utf8Path) -> Result<Vec<Record>, LedgerError> {
    let (text, _) = read_whole_lines(path)?.unwrap_or_default();
    text.lines()
        .enumerate()
        .map(|(at, line)| {
            serde_json::from_str(line).map_err(|error| LedgerError::Damaged {
                path: path.to_owned(),
                reason: format!("line {}: {error}", at + 1),
            })
        })
        .collect()
}

fn save(folder: &Utf8Path, state: &State) -> Result<(), LedgerError> {
    let path = folder.join("state.json");
    let text = serde_json::to_string_pretty(state).map_err(|error| LedgerError::Io {
        action: "write",
        path: path.clone(),
        source: io::Error::other(error),
    })?;
    replace(&path, format!("{text}\n").as_bytes())
}

/// Replaces a file at once: readers see the old or the new one, whole. New files are private by `tempfile`'s default.
fn replace(path: &Utf8Path, bytes: &[u8]) -> Result<(), LedgerError> {
    let fault = |source| LedgerError::Io { action: "write", path: path.to_owned(), source };
    let folder = path.parent().unwrap_or(Utf8Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(fault)?;
    file.write_all(bytes).map_err(fault)?;
    file.as_file().sync_all().map_err(fault)?;
    file.persist(path).map_err(|error| fault(error.error))?;
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(fault)
}

/// The journal, ready for another line: what a crash cut off is cut away.
fn open_journal(path: &Utf8Path) -> Result<File, LedgerError> {
    let (text, length) = read_whole_lines(path)?.unwrap_or_default();
    let journal = open_private(path, true)?;
    if text.len() < length {
        let fault = |source| LedgerError::Io { action: "mend", path: path.to_owned(), source };
        journal.set_len(text.len() as u64).map_err(fault)?;
    }
    Ok(journal)
}

fn create_private(folder: &Utf8Path) -> Result<(), LedgerError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|source| LedgerError::Io { action: "create", path: folder.to_owned(), source })
}

fn open_private(path: &Utf8Path, append: bool) -> Result<File, LedgerError> {
    let mut options = OpenOptions::new();
    options.create(true).read(true);
    if append {
        options.append(true)
    } else {
        options.write(true).truncate(false)
    };
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|source| LedgerError::Io { action: "open", path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        ledger::Entry,
        template::{Category, Content, TemplateKey, normal::Normal},
    };

    fn scratch() -> (tempfile::TempDir, Directory) {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8PathBuf::from_path_buf(folder.path().join("ledger")).unwrap();
        (folder, Directory::new(root))
    }

    fn entry(now: Timestamp) -> Entry {
        Entry {
            name: "bell".into(),
            language: "en".into(),
            id: "1".into(),
            owner: "shop".into(),
            category: Category::Utility,
            applied: Normal::of(&Content::default()),
            applied_at: now,
            approved_at: None,
        }
    }

    #[test]
    fn none_empty_and_damaged_are_three_things() {
        let (_keep, directory) = scratch();
        let now = Timestamp::UNIX_EPOCH;
        assert!(directory.read("7").unwrap().is_none());
        directory.write("7", now).unwrap().finish(now).unwrap();
        assert!(directory.read("7").unwrap().is_none(), "nothing was recorded");
        let mut writer = directory.write("7", now).unwrap();
        writer.record(now, Change::Release { name: "none".into(), language: "en".into() }).unwrap();
        writer.finish(now).unwrap();
        assert_eq!(directory.read("7").unwrap().unwrap().templates.len(), 0);
        fs::write(directory.folder("7").join("state.json"), "{").unwrap();
        assert!(matches!(directory.read("7"), Err(LedgerError::Damaged { .. })));
        fs::write(directory.folder("7").join("state.json"), r#"{"version":99}"#).unwrap();
        assert!(matches!(directory.read("7"), Err(LedgerError::TooNew { found: 99, .. })));
    }

    #[test]
    fn records_count_before_and_after_the_fold_and_a_torn_line_does_not() {
        let (_keep, directory) = scratch();
        let now = Timestamp::UNIX_EPOCH;
        let mut writer = directory.write("7", now).unwrap();
        writer.record(now, Change::Adopt(Box::new(entry(now)))).unwrap();
        drop(writer);
        let journal = directory.folder("7").join("journal.jsonl");
        // Cut off in the middle of an umlaut.
        OpenOptions::new().append(true).open(&journal).unwrap().write_all(b"{\"seq\":2,\"a\xc3").unwrap();
        let state = directory.read("7").unwrap().unwrap();
        assert!(state.entry(&TemplateKey::new("bell", "en")).is_some());
        let mut writer = directory.write("7", now).unwrap();
        writer.record(now, Change::Release { name: "none".into(), language: "en".into() }).unwrap();
        assert_eq!(directory.read("7").unwrap().unwrap().folded, 2);
        writer.finish(now).unwrap();
        assert_eq!(directory.read("7").unwrap().unwrap(), State { folded: 2, ..state });
    }

    #[test]
    #[cfg(unix)]
    fn files_are_private_and_held_by_one() {
        use std::os::unix::fs::PermissionsExt as _;
        let (_keep, directory) = scratch();
        let now = Timestamp::UNIX_EPOCH;
        let mut held = directory.write("7", now).unwrap();
        held.record(now, Change::Release { name: "none".into(), language: "en".into() }).unwrap();
        assert!(matches!(directory.write("7", now), Err(LedgerError::Locked { .. })));
        for (path, mode) in [("", 0o700), ("state.json", 0o600), ("journal.jsonl", 0o600), ("lock", 0o600)] {
            let found = fs::metadata(directory.folder("7").join(path)).unwrap().permissions().mode() & 0o777;
            assert_eq!(found, mode, "{path}");
        }
        drop(held);
        directory.write("7", now).unwrap();
    }
}
