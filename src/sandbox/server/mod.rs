//! The HTTP server of the sandbox on loopback, and what acts on accounts from outside their APIs.
//!
//! Above `dialects` and `rules`, which know nothing of it.

pub mod admin;
pub(crate) mod exchange;
mod form;
mod listener;
mod loopback_guard;
mod request_log;
#[cfg(test)]
mod tests;

pub use listener::{Running, start};
pub use request_log::LoggedRequest;
