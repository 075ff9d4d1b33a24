//! Infobip: templates of a sender, in its own `structure` form.
//!
//! `capabilities` is what it can do, `client` is the calls.

mod capabilities;
mod client;

pub use capabilities::CAPABILITIES;
pub use client::{Client, Config};

/// Infobip's own hosts: one per account, and the shared one that answers too (public clients, 2026-11).
pub const HOSTS: &[&str] = &["*.api.infobip.com", "api.infobip.com"];
