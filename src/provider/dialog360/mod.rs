//! 360dialog: the Partner API, and the API at the level of one WABA.
//!
//! `capabilities` is what it can do, `client` is the calls.

mod capabilities;
mod client;

pub use capabilities::{CHANNEL, PARTNER};
pub use client::{Client, Config};

/// 360dialog's own hosts: the Partner API and the API at WABA level (their API references, 2026-11).
pub const HOSTS: &[&str] = &["hub.360dialog.io", "waba-v2.360dialog.io"];

/// Where the Partner API is; `/api/v2` is appended.
pub const PARTNER_URL: &str = "https://hub.360dialog.io";

/// Where the API at WABA level is.
pub const CHANNEL_URL: &str = "https://waba-v2.360dialog.io";
