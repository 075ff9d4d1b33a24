//! The Partner API's limits: 400 lists a minute in all, 60 creates and edits a minute for each account (Partner API 2.0.0,
//! 2026-11). None are documented at WABA level, nor for deletions.

use camino::Utf8PathBuf;
use jiff::SignedDuration;

use super::envelope::ApiError;
use super::{api::Api, context::Context};
use crate::sandbox::{
    dialects::provider::DIALOG360,
    rules::{
        error::SandboxError,
        limits::{self, SlidingWindow},
        operation::Operation,
        store::Store,
    },
};

/// Lists of a partner in a minute.
const READS: u32 = 400;
/// Creates and edits of an account in a minute.
const WRITES: u32 = 60;
/// Calls of the last minute, each by itself.
const MINUTE: SlidingWindow =
    SlidingWindow { span: SignedDuration::from_mins(1), step: SignedDuration::from_millis(1) };

/// Counts a call; refuses it when the last minute is full.
pub(super) fn count(context: &Context<'_>, account: &str) -> Result<(), ApiError> {
    let Api::Partner(partner) = &context.api else { return Ok(()) };
    let store = context.store;
    let (file, most) = match context.operation() {
        Operation::List => (partner_file(store, partner)?, READS),
        Operation::Create | Operation::Edit => (limits::file(store, account)?, WRITES),
        _ => return Ok(()),
    };
    let counted = MINUTE.count(&file, most, store.latest_now()?)?;
    counted.map_err(|_| ApiError::new(429, "Too many requests"))
}

/// The file of a partner, beside those of the accounts.
fn partner_file(store: &Store, partner: &str) -> Result<Utf8PathBuf, SandboxError> {
    Ok(store.path(&DIALOG360.account(partner))?.with_extension("partner"))
}
