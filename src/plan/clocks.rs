//! The clocks that a plan goes by: this machine's or the sandbox account's, the provider's, and those of the machines that wrote
//! the ledger. Pure.

use jiff::{SignedDuration, Timestamp};

use super::{Facts, Observation};
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

/// Whether the ledger's wrong times may be dated anew: nobody but the provider can say which of two clocks is right.
pub(super) fn redates(facts: &Facts<'_>) -> bool {
    facts.clocks.agree() && facts.ledger.is_some_and(|ledger| facts.clocks.yet_to_come(ledger).is_some())
}

/// What the clocks give to say.
pub(super) fn observations(facts: &Facts<'_>) -> Vec<Observation> {
    let mut out = Vec::new();
    if let Some(ahead) = facts.clocks.provider_ahead.filter(|ahead| ahead.abs() > APART) {
        let text = format!("{}: times here are off by as much", difference(ahead));
        out.push(Observation::general("clock", text));
    }
    if let Some(latest) = facts.ledger.and_then(|ledger| facts.clocks.yet_to_come(ledger)) {
        let next = if facts.clocks.agree() { ", and the next apply dates them so" } else { "" };
        let text = format!("{}; they count as of now{next}", wrong_ledger(latest));
        out.push(Observation::general("ledger-clock", text));
    }
    out
}
