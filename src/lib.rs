//! WhatsApp message templates as code.
//!
//! Data flows one way: files become desired templates, a provider shows live ones, the ledger remembers what was applied
//! and when; from these a pure function makes the plan, which is reported or applied.

pub mod apply;
pub mod cli;
pub mod diagnostic;
pub mod doctor;
pub mod file;
pub mod import;
pub mod ledger;
pub mod lint;
pub mod plan;
pub mod provider;
pub mod report;
pub mod sandbox;
pub mod session;
pub mod source;
pub mod template;
pub mod workspace;
