//! Vonage: the WhatsApp template management API.
//!
//! `capabilities` is what it can do, `token` signs, `wire` is answers, `body` is what is sent, `error` is what refusals mean,
//! `client` is the calls, `list` the one that takes several requests.

mod body;
mod capabilities;
mod client;
mod error;
mod list;
mod token;
mod wire;

#[cfg(test)]
mod tests;

pub use capabilities::CAPABILITIES;
pub use client::{Client, Config, Signer};

/// Vonage's own hosts (API reference 2026-11; the second from public clients, 2026-07).
pub const HOSTS: &[&str] = &["api.nexmo.com", "api-eu.vonage.com"];

/// Where the template API is.
pub const BASE_URL: &str = "https://api.nexmo.com/v2/whatsapp-manager";
