//! Waiting for the provider's documented limits before a write, so that what is known of the template is still fresh when it
//! is sent.
//!
//! Waits no longer than the run may last; what does not fit is left for the next one.

use std::time::Duration;

use tokio::time::Instant;

use super::{Event, Events, Outcome, executor::Executor};
use crate::{
    capability::Call,
    plan::{Action, ActionKind},
    time::after,
};

/// Waits shorter than this are not worth a word.
const NOTABLE: Duration = Duration::from_secs(2);

/// What bounds a wait, and where it is told.
pub(super) struct Throttle {
    pub(super) account: String,
    pub(super) events: Events,
    pub(super) stop: tokio::sync::watch::Receiver<bool>,
    pub(super) deadline: Option<Instant>,
}

impl Throttle {
    /// Waits until the provider's limits have room for an action; `Some` if the run ends before that.
    pub(super) async fn wait(&mut self, executor: &mut Executor<'_>, action: &Action) -> Option<Outcome> {
        let call = match action.kind {
            ActionKind::Create => Call::Create,
            ActionKind::Edit => Call::Edit,
            ActionKind::Delete => Call::Delete,
            ActionKind::Adopt => return None,
        };
        loop {
            let wait = executor.provider.delay(call);
            if wait.is_zero() {
                return None;
            }
            if self.deadline.is_some_and(|deadline| after(Instant::now(), wait) >= deadline) {
                executor.out_of_time();
            } else {
                if wait >= NOTABLE {
                    (self.events)(Event::Pacing { account: self.account.clone(), wait });
                }
                let stopped = tokio::select! {
                    () = tokio::time::sleep(wait) => false,
                    _ = self.stop.wait_for(|stop| *stop) => true,
                };
                if !stopped {
                    continue;
                }
                executor.stop("interrupted", None);
            }
            let stop = executor.stopped.as_ref()?;
            return Some(Outcome::NotAttempted { reason: stop.reason.clone(), later: stop.later });
        }
    }
}
