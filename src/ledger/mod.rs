//! The ledger: per WABA, who owns which template, what was last applied, and what was done when.
//!
//! Providers tell none of it. Losing the ledger leads to "unknown, be careful", never to a wrong write. It holds no
//! credential. Nothing here talks to a provider or knows a plan.

mod directory;
mod settle;
mod state;

pub use directory::{Directory, LedgerError, Writer};
pub use settle::{Settlement, settle};
pub use state::{Change, Entry, Event, EventKind, Intent, IntentKind, Outcome, Record, State};
