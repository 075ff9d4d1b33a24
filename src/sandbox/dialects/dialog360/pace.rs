//! The Partner API's limits: 400 lists a minute in all, 60 creates and edits a minute for each account (Partner API 2.0.0,
//! 2026-11). None are documented at WABA level, nor for deletions.
//!
//! Kept beside the accounts, apart from their documents. What is refused counts for nothing.

use camino::{Utf8Path, Utf8PathBuf};
use jiff::{SignedDuration, Timestamp};

use super::envelope::ApiError;
use super::{api::Api, context::Context};
use crate::sandbox::rules::account::minus;
use crate::sandbox::rules::error::SandboxError;
use crate::sandbox::rules::operation::Operation;
use crate::sandbox::rules::{
    files::{lock, read_json, write_json},
    store::Store,
};

/// Lists of a partner in a minute.
const READS: usize = 400;
/// Creates and edits of an account in a minute.
const WRITES: usize = 60;

/// Counts a call; refuses it when the last minute is full.
pub(super) fn count(context: &Context<'_>, place: &str) -> Result<(), ApiError> {
    let Api::Partner(partner) = &context.api else { return Ok(()) };
    let store = context.store;
    let free = match context.operation() {
        Operation::List => admit(store, &beside(store, partner, "partner")?, READS)?,
        Operation::Create | Operation::Edit => admit(store, &store.path(place)?.with_extension("calls"), WRITES)?,
        _ => true,
    };
    if free { Ok(()) } else { Err(ApiError::new(429, "Too many requests")) }
}

/// A file beside the accounts, named by an id.
fn beside(store: &Store, id: &str, extension: &str) -> Result<Utf8PathBuf, SandboxError> {
    Ok(store.path(&format!("360dialog/{id}"))?.with_extension(extension))
}

/// Whether the last minute has room, which is then taken.
fn admit(store: &Store, file: &Utf8Path, most: usize) -> Result<bool, SandboxError> {
    let now = store.latest_now()?;
    let _lock = lock(&file.with_extension(format!("{}-lock", file.extension().unwrap_or_default())))?;
    let mut calls: Vec<Timestamp> = read_json(file)?.unwrap_or_default();
    let minute_ago = minus(now, SignedDuration::from_secs(60));
    // A clock that was reset is behind what it counted.
    calls.retain(|call| *call > minute_ago && *call <= now);
    if calls.len() >= most {
        return Ok(false);
    }
    calls.push(now);
    write_json(file, &calls)?;
    Ok(true)
}
