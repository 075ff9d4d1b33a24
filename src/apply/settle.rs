//! Looking what became of writes that have no answer, or the answer that something of that name exists already.
//!
//! Never sends a write again.

use std::time::Duration;

use super::{ActionResult, Outcome, executor::Executor};
use crate::{
    ledger,
    plan::Action,
    provider::ProviderError,
    template::{Live, LiveIndex},
};

impl Executor<'_> {
    /// Looks what became of writes whose answer did not arrive. Waits a moment where the account does not show them (yet).
    pub(super) async fn settle(&mut self, results: &mut [ActionResult]) {
        if self.opened.is_empty() {
            return;
        }
        // Anything that fails here leaves the intents open: the next run settles them.
        let Ok(settled) = self.look().await else { return };
        for settlement in settled {
            let Some(action) =
                self.opened.iter().find(|(_, intent)| **intent == settlement.intent).map(|(id, _)| id.clone())
            else {
                continue;
            };
            if let Err(error) = self.outcome(settlement.intent, settlement.outcome.clone()) {
                let _ = self.ledger_fault(&error, false);
                return;
            }
            if let Some(result) = results.iter_mut().find(|result| result.id == action) {
                result.outcome = match settlement.outcome {
                    ledger::Outcome::Applied { id } => {
                        Outcome::Applied { template_id: id, status: None, moved_to: None }
                    }
                    ledger::Outcome::Failed { reason, .. } => {
                        Outcome::Failed { reason: format!("the answer did not arrive, and {reason}") }
                    }
                    ledger::Outcome::Unknown { reason } | ledger::Outcome::Counted { reason } => {
                        Outcome::Unknown { reason }
                    }
                };
            }
        }
    }

    async fn look(&self) -> Result<Vec<ledger::Settlement>, ProviderError> {
        let mut listing = self.provider.list().await?;
        loop {
            let shown = LiveIndex::new(&listing.templates);
            let state = self.ledger.state();
            match ledger::patience(state, (self.now)(), &shown) {
                None => return Ok(ledger::settle(state, &shown)),
                Some(pause) => {
                    tokio::time::sleep(Duration::try_from(pause).unwrap_or_default()).await;
                    listing = self.provider.list().await?;
                }
            }
        }
    }

    /// The provider says that what was to be created exists: an earlier create whose trace was lost, or somebody else's.
    /// Ours if it is what was sent; `None` if the account does not show it.
    pub(super) async fn existing(&self, action: &Action) -> Result<Option<(Live, bool)>, ProviderError> {
        let listing = self.provider.list().await?;
        let Some(live) = LiveIndex::new(listing.templates).get(&action.key).cloned() else {
            return Ok(None);
        };
        let intent = self.intent(action);
        let same = ledger::is_as_sent(&intent, &live);
        Ok(Some((live, same)))
    }
}
