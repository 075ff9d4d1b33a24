//! The rules that hold for an account of the sandbox, whichever provider it is reached through: templates, reviews, limits,
//! content, injected failures, the clock, and all of it on disk.
//!
//! Knows no provider's API: no path, no status, no error code. Uses nothing of `dialects` or `server`.

pub(crate) mod account;
pub(crate) mod config;
pub(crate) mod content;
pub(crate) mod creation;
pub(crate) mod deletion;
pub(crate) mod edit;
pub(crate) mod error;
pub(crate) mod fault;
pub(crate) mod files;
pub(crate) mod limits;
mod one_time_code;
pub(crate) mod operation;
pub(crate) mod refusal;
pub(crate) mod review;
pub(crate) mod samples;
pub(crate) mod store;
pub(crate) mod stored_form;
pub(crate) mod uploads;
