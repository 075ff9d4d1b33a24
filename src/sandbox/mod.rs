//! The embedded sandbox: an HTTP server on loopback that behaves as Meta's WhatsApp message-template API does, over
//! accounts kept on disk.
//!
//! It validates and refuses, reviews, keeps every limit, pages, and shows templates as the real one does: not as they
//! were sent. It shares no rule with the rest of the crate, so that each side checks the other. It must never be given
//! a real credential, and never listens outside this machine.
//!
//! - [`start`] runs the server; [`admin`] acts on the store directly, also while servers run in other processes.
//! - Served: listing, reading, creating, editing and deleting templates, archiving, unpausing, resumable uploads with
//!   signed media addresses, and the account node.
//! - Not served, answered as an unknown path: `upsert_message_templates`, `message_template_previews`,
//!   `message_template_library`, `compare`, `migrate_message_templates`, `template_groups`, webhooks, sending.
//! - Not simulated: PENDING_DELETION and LIMIT_EXCEEDED (nothing is ever sent from here), archiving after a year
//!   without use, cloning from the template library.
//!
//! Files under the root: `meta/<waba>.json`, `uploads/`, `clock.json`, `faults.json`, `requests.jsonl`.

mod account;
pub mod admin;
mod check;
mod config;
mod dialect;
mod dialog360;
mod door;
mod error;
mod exchange;
mod fault;
mod infobip;
mod meta;
mod requests;
mod review;
mod server;
pub(crate) mod store;
#[cfg(test)]
mod tests;
mod vonage;

pub use admin::Verdict;
pub use config::{Config, MissingNode};
pub use error::SandboxError;
pub use fault::{Effect, Fault};
pub use requests::{LoggedRequest, Operation};
pub use server::{Running, start};
