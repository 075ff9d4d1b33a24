//! WhatsApp message templates as code.
//!
//! Data flows one way: files become desired templates, a provider shows live ones, the ledger remembers what was applied
//! and when; from these a pure function makes the plan, which is reported or applied.

pub mod provider;
pub mod template;
