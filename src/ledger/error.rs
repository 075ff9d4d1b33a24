//! Why a ledger cannot be used, each with what helps.

use std::io;

use camino::Utf8PathBuf;

use super::{lease::Lease, state::VERSION};

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
    #[error("another apply works on WABA {waba_id}: {}", holder(.lease.as_deref()))]
    Locked {
        /// The WABA.
        waba_id: String,
        /// Who, where, since when, until when; `None` while it is just being taken.
        lease: Option<Box<Lease>>,
    },
    /// Somebody else took the lock, or it ran out: nothing more may be written.
    #[error("the lock on WABA {waba_id} is lost: {reason}; nothing more is sent")]
    Lost {
        /// The WABA.
        waba_id: String,
        /// How.
        reason: String,
    },
    /// There is no lock of that id.
    #[error("WABA {waba_id} {}", not_yours(.lease.as_deref()))]
    NotLocked {
        /// The WABA.
        waba_id: String,
        /// The lock that there is.
        lease: Option<Box<Lease>>,
    },
    /// An earlier write could not be recorded.
    #[error("the ledger {path} could not be written before: nothing more is recorded or sent in this run")]
    Broken {
        /// The file.
        path: Utf8PathBuf,
    },
}

fn holder(lease: Option<&Lease>) -> String {
    match lease {
        Some(lease) => format!(
            "{lease}; wait for it with --lock-timeout 10m, or, if it is surely gone: letterpress ledger unlock {}",
            lease.id
        ),
        None => "a process that has only just begun; try again".to_owned(),
    }
}

fn not_yours(lease: Option<&Lease>) -> String {
    match lease {
        Some(lease) => format!("is locked under another id, {}: {lease}", lease.id),
        None => "is not locked".to_owned(),
    }
}
