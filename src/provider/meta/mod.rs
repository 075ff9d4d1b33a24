//! Meta's Graph API: templates of a WhatsApp Business Account.
//!
//! `capabilities` is what it can do, `wire` is JSON, `error` is what answers mean, `client` is the calls, `list` and `upload` those that take several requests.

mod capabilities;
mod client;
mod error;
mod list;
mod upload;
mod wire;

#[cfg(test)]
mod tests;

pub use capabilities::CAPABILITIES;
pub use client::{Client, Config};

/// The version of the Graph API that requests name: the newest that Meta describes in machine-readable form
/// (business messaging API description v23.0, 2025-11). Versions work for two years after their successor; later ones change
/// only what a wrong cursor answers (131059 from v24, changelog 2025-10-08), which is handled.
pub const VERSION: &str = "v23.0";

/// Meta's own hosts: the Graph API, and where archiving lives (template-archival page, 2026-06-02).
pub const HOSTS: &[&str] = &["graph.facebook.com", "api.facebook.com"];

/// Where the Graph API is.
pub const BASE_URL: &str = "https://graph.facebook.com";
