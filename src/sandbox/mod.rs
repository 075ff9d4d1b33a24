//! The embedded sandbox: an HTTP server on loopback that behaves as the providers' WhatsApp template APIs do, over accounts
//! kept on disk.
//!
//! It validates and refuses, reviews, keeps every limit, pages, and shows templates as the real ones do: not as they were
//! sent. It shares no rule with the rest of the crate, so that each side checks the other. It must never be given a real
//! credential, and never listens outside this machine.
//!
//! Three layers, each of which uses only those below it:
//! - `server`: [`start`] listens; [`admin`] acts on the accounts on disk, also while servers run in other processes;
//! - `dialects`: the APIs of Meta, Infobip, 360dialog and Vonage;
//! - `rules`: what holds for an account whichever API it is reached through.
//!
//! Not served, answered as an unknown path: `upsert_message_templates`, `message_template_previews`,
//! `message_template_library`, `compare`, `migrate_message_templates`, `template_groups`, webhooks, sending. Not simulated:
//! PENDING_DELETION and LIMIT_EXCEEDED (nothing is ever sent from here), archiving after a year without use, cloning from the
//! template library.
//!
//! Files under the root: `meta/<waba>.json` and the like for other providers, `uploads/`, `clock.json`, `faults.json`,
//! `requests.jsonl`.

pub(crate) mod dialects;
pub(crate) mod rules;
mod server;

pub use rules::{
    config::{Config, MissingNode},
    error::SandboxError,
    fault::{Effect, Fault},
    operation::Operation,
};
pub use server::{
    LoggedRequest, Running,
    admin::{self, Verdict},
    start,
};
