//! A ledger that is held: records go to the journal, durably, before anything is sent on their strength.
//!
//! Whatever fails leaves a ledger that the next run can read. After a record that could not be written nothing more is
//! recorded: half a line may be on disk, and a line after it would be lost with it.

use std::{io, sync::Arc};

use camino::Utf8PathBuf;
use jiff::Timestamp;

use super::{
    LedgerError,
    disk::Disk,
    document,
    lock::Held,
    record::{Change, Line, RECORD_VERSION, Record},
    state::State,
};

/// The ledger of one WABA, held by one process.
#[derive(Debug)]
pub struct Writer {
    disk: Arc<dyn Disk>,
    folder: Utf8PathBuf,
    state: State,
    existed: bool,
    /// Whether there is a state document.
    started: bool,
    /// A record could not be written.
    broken: bool,
    held: Held,
}

impl Writer {
    /// Opens a ledger for writing: what a crash cut off is cut away.
    pub(super) fn open(
        disk: Arc<dyn Disk>,
        folder: Utf8PathBuf,
        state: State,
        existed: bool,
        journal: Option<&[u8]>,
        held: Held,
    ) -> Result<Self, LedgerError> {
        let writer = Self { disk, folder, state, existed, started: existed, broken: false, held };
        if let Some(journal) = journal
            && document::whole(journal) < journal.len()
        {
            writer.cut(document::whole(journal), "mend")?;
        }
        Ok(writer)
    }

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
    /// The lock is lost, or the journal cannot be written: then nothing may be sent.
    pub fn record(&mut self, now: Timestamp, change: Change) -> Result<u64, LedgerError> {
        let path = self.journal();
        if self.broken {
            return Err(LedgerError::Broken { path });
        }
        self.held.check()?;
        let fault = |source| LedgerError::Io { action: "write", path: path.clone(), source };
        if !self.started {
            // The state first: a journal without one would be a damaged ledger.
            self.state.since = now;
            self.save()?;
            self.started = true;
        }
        let record = Record::new(self.state.last_seq.saturating_add(1), now, change);
        let mut line = serde_json::to_string(&Line { version: RECORD_VERSION, record: &record })
            .map_err(|error| fault(io::Error::other(error)))?;
        line.push('\n');
        tracing::debug!(seq = record.seq, "recording");
        if let Err(error) = self.disk.append(&path, line.as_bytes()) {
            self.broken = true;
            return Err(fault(error));
        }
        self.state.fold(&record);
        Ok(record.seq)
    }

    /// Folds the journal into the state document and empties it.
    ///
    /// # Errors
    /// The lock is lost, or a file cannot be written. What was recorded stays in the journal.
    pub fn finish(mut self, now: Timestamp) -> Result<State, LedgerError> {
        if !self.started {
            return Ok(self.state);
        }
        self.held.check()?;
        self.state.prune(now);
        tracing::debug!(last_seq = self.state.last_seq, "saving the state");
        self.save()?;
        // A crash before this line leaves records that are already folded: they change nothing.
        tracing::debug!("emptying the journal");
        self.cut(0, "empty")?;
        Ok(self.state)
    }

    fn journal(&self) -> Utf8PathBuf {
        self.folder.join("journal.jsonl")
    }

    fn cut(&self, length: usize, action: &'static str) -> Result<(), LedgerError> {
        let path = self.journal();
        self.disk.cut(&path, length as u64).map_err(|source| LedgerError::Io { action, path, source })
    }

    fn save(&self) -> Result<(), LedgerError> {
        let path = self.folder.join("state.json");
        let fault = |source| LedgerError::Io { action: "write", path: path.clone(), source };
        let text = serde_json::to_string_pretty(&self.state).map_err(|error| fault(io::Error::other(error)))?;
        self.disk.replace(&path, format!("{text}\n").as_bytes()).map_err(fault)
    }
}
