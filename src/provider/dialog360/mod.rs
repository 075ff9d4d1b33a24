//! 360dialog: the Partner API, and the API at the level of one WABA.
//!
//! `capabilities` is what they can do, `wire` is JSON → templates, `submit` is templates → JSON, `error` is what answers
//! mean, `client` is the calls, `list` those that take several requests.

mod capabilities;
mod client;
mod error;
mod list;
mod submit;
mod wire;

#[cfg(test)]
mod recorded;
#[cfg(test)]
mod tests;

pub use capabilities::{CHANNEL, PARTNER};
pub use client::{Client, Config};

/// 360dialog's own hosts: the Partner API and the API at WABA level (their API references, 2026-11).
pub const HOSTS: &[&str] = &["hub.360dialog.io", "waba-v2.360dialog.io"];

/// Where the Partner API is; `/api/v2` is appended.
pub const PARTNER_URL: &str = "https://hub.360dialog.io";

/// Where the API at WABA level is.
pub const CHANNEL_URL: &str = "https://waba-v2.360dialog.io";

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Api {
    /// The Partner API: one key for all accounts of a partner, templates by their id.
    Partner,
    /// The API at WABA level: the key of one channel, templates by their name, no edits.
    Channel,
}
