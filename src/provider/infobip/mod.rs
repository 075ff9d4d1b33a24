//! Infobip: templates of a sender, in its own `structure` form.
//!
//! `capabilities` is what it can do, `shown` and `wire` are answers, `body` is what is sent, `error` is what refusals mean,
//! `client` is the calls. Facts: OpenAPI 3.210.0 (2026-07-23) and the service management page (2026-11).

mod body;
mod body_buttons;
mod capabilities;
mod client;
mod error;
mod refuse;
mod shown;
mod wire;

#[cfg(test)]
mod tests;

pub use capabilities::CAPABILITIES;
pub use client::{Client, Config};

/// Infobip's own hosts: one per account, and the shared one that answers too (public clients, 2026-11).
pub const HOSTS: &[&str] = &["*.api.infobip.com", "api.infobip.com"];
