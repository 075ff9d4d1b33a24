//! The clocks that a plan goes by: this machine's or the sandbox account's, the provider's, and those of the machines that wrote
//! the ledger. Pure.

use jiff::{SignedDuration, Timestamp};

use crate::ledger::State;

/// Clocks that differ by more make times in plans wrong by as much.
pub const APART: SignedDuration = SignedDuration::from_secs(60);

/// The clocks at the moment at which an account was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clocks {
    /// The account's time then: this machine's, or the sandbox account's own.
    pub at: Timestamp,
    /// How far the provider's clock was ahead of it, by the `Date` of its answer; `None` if no answer said so.
    pub provider_ahead: Option<SignedDuration>,
}

impl Clocks {
    /// Whether the provider's clock confirms the account's.
    #[must_use]
    pub fn agree(&self) -> bool {
        self.provider_ahead.is_some_and(|ahead| ahead.abs() <= APART)
    }

    /// The latest time of a ledger, if it has not come yet.
    #[must_use]
    pub fn yet_to_come(&self, ledger: &State) -> Option<Timestamp> {
        ledger.latest().filter(|latest| latest.duration_since(self.at) > APART)
    }
}

/// By how much this machine's clock is off, in words.
#[must_use]
pub fn difference(provider_ahead: SignedDuration) -> String {
    let side = if provider_ahead.is_negative() { "ahead of" } else { "behind" };
    format!("this machine's clock is {} s {side} the provider's", provider_ahead.abs().as_secs())
}

/// What is wrong with the times that a ledger holds, in words.
#[must_use]
pub fn wrong_ledger(latest: Timestamp) -> String {
    let latest = latest.strftime("%Y-%m-%d %H:%M UTC");
    format!("the ledger holds times up to {latest}, which are yet to come: a clock was wrong when they were written")
}
