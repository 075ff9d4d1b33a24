//! WhatsApp message templates as code.
//!
//! Data flows one way: files become desired templates, a provider shows live ones, the ledger remembers what was applied
//! and when; from these a pure function makes the plan, which is reported or applied.
// Of times and durations, see clippy.toml.
#![cfg_attr(not(test), warn(clippy::arithmetic_side_effects))]

pub mod account_error;
pub mod apply;
pub mod capability;
pub mod characters;
pub mod cli;
pub mod diagnostic;
pub mod doctor;
pub mod file;
pub mod import;
pub mod json;
pub mod ledger;
pub mod lint;
pub mod pattern;
pub mod plan;
pub mod provider;
pub mod report;
pub mod sandbox;
pub mod session;
pub mod source;
pub mod template;
pub mod time;
pub mod workspace;
