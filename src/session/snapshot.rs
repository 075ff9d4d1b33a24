//! One account of a run as it was read: its client, its templates, its ledger.

use std::sync::Arc;

use jiff::Timestamp;
use tokio::time::Instant;

use super::connect::Connected;
use crate::{
    account_error::AccountError,
    ledger::State,
    plan::{Clocks, Promotion},
    provider::Listing,
};

/// One account as it was found.
pub struct AccountSnapshot {
    /// Its place in [`super::Session::participants`].
    pub participant: usize,
    /// Its client and clock, and what it holds; or why not.
    pub found: Result<Found, AccountError>,
    /// What the account under its `after` lacks.
    pub promotion: Option<Promotion>,
}

impl AccountSnapshot {
    /// The same account, seen from another moment.
    pub fn look_from(&mut self, at: Timestamp) {
        if let Ok(found) = &mut self.found {
            found.connected.now = Arc::new(move || at);
        }
    }
}

/// What was found of an account.
pub struct Found {
    /// Client and clock.
    pub connected: Connected,
    /// Everything that it holds.
    pub listing: Listing,
    /// When the listing was complete.
    pub listed_at: Instant,
    /// The clocks then.
    pub clocks: Clocks,
    /// Its ledger, open intents not settled yet; `None` if there is none.
    pub ledger: Option<State>,
}
