//! The ledger: per WABA, who owns which template, what was last applied, and what was done when.
//!
//! Providers tell none of it. Losing the ledger leads to "unknown, be careful", never to a wrong write. It holds no
//! credential. Nothing here talks to a provider or knows a plan.
//!
//! Every write to a provider stands between two records: an intent before it, an outcome after it. A run that dies in
//! between leaves an open intent; the next one settles it by looking at the account ([`settle`]) before it does anything
//! else. One process writes at a time (`lock`).

mod directory;
pub(crate) mod disk;
mod document;
mod error;
mod host;
mod lease;
mod lock;
mod permission;
mod record;
mod settle;
mod state;
#[cfg(test)]
pub(crate) mod tests;
mod writer;

pub use directory::Directory;
pub use error::LedgerError;
pub use host::Process;
pub use lease::Lease;
pub use lock::Clock;
pub use record::{Change, Entry, Event, EventKind, Intent, IntentKind, Outcome, Record, Replaced};
pub use settle::{LAG, Settlement, is_as_sent, patience, settle};
pub use state::State;
pub use writer::Writer;
