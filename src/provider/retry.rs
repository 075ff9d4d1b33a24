//! Trying again: how often, how long between, and when to stop. The clock is tokio's, so tests can pause it.
//!
//! Which failures deserve it is the caller's knowledge; this decides only about time.

use std::{sync::Mutex, time::Duration};

use backon::{ExponentialBuilder, Retryable};
use tokio::time::Instant;

/// How often and how long something is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// Tries in all, the first included.
    pub tries: usize,
    /// How long a run of failures may last, from the first failure to the start of the last try.
    pub budget: Duration,
    /// First pause; doubled each time, with jitter of up to as much again, at most [`Policy::LONGEST`].
    pub first_pause: Duration,
}

impl Policy {
    /// Longest pause that is not asked for by the provider.
    pub const LONGEST: Duration = Duration::from_secs(16);

    /// Five tries, half a second, one, two, four between them.
    #[must_use]
    pub const fn new(budget: Duration) -> Self {
        Self { tries: 5, budget, first_pause: Duration::from_millis(500) }
    }

    /// Runs `attempt` until it succeeds, fails for good or the policy ends it; gives the last error.
    ///
    /// `again` says of an error whether to try again, and after how long at least if the provider asks for it. A wait that
    /// would not fit into the budget is not begun.
    ///
    /// # Errors
    /// The error of the last attempt.
    pub async fn run<T, E, F>(
        &self,
        attempt: impl FnMut() -> F,
        again: impl Fn(&E) -> bool,
        asked: impl Fn(&E) -> Option<Duration>,
    ) -> Result<T, E>
    where
        F: Future<Output = Result<T, E>>,
    {
        let builder = ExponentialBuilder::new()
            .with_min_delay(self.first_pause)
            .with_max_delay(Self::LONGEST)
            .with_max_times(self.tries.saturating_sub(1))
            .with_jitter();
        let first_failure: Mutex<Option<Instant>> = Mutex::new(None);
        attempt
            .retry(builder)
            .when(again)
            .adjust(|error, pause| {
                let mut first = first_failure.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                let spent = first.get_or_insert_with(Instant::now).elapsed();
                let pause = asked(error).map_or(pause?, |asked| asked.max(pause.unwrap_or_default()));
                (spent.saturating_add(pause) <= self.budget).then_some(pause)
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    async fn tries(policy: Policy, asked: Option<Duration>, succeed_at: usize) -> (usize, Duration, bool) {
        let start = Instant::now();
        let count = Cell::new(0);
        let result = policy
            .run(
                || {
                    count.set(count.get() + 1);
                    let now = count.get();
                    async move { if now >= succeed_at { Ok(()) } else { Err(()) } }
                },
                |()| true,
                |()| asked,
            )
            .await;
        (count.get(), start.elapsed(), result.is_ok())
    }

    #[tokio::test(start_paused = true)]
    async fn five_tries_with_growing_pauses() {
        let (count, took, ok) = tries(Policy::new(Duration::from_secs(60)), None, 99).await;
        assert_eq!((count, ok), (5, false));
        assert!(took >= Duration::from_millis(7500) && took < Duration::from_secs(16), "{took:?}");
        assert_eq!(tries(Policy::new(Duration::from_secs(60)), None, 3).await.0, 3);
    }

    #[tokio::test(start_paused = true)]
    async fn what_the_provider_asks_for_is_waited_for_within_the_budget() {
        let wait = Some(Duration::from_secs(25));
        let (count, took, _) = tries(Policy::new(Duration::from_secs(60)), wait, 99).await;
        assert_eq!(count, 3);
        assert!(took >= Duration::from_secs(50) && took < Duration::from_secs(60), "{took:?}");
        let (count, took, _) = tries(Policy::new(Duration::from_secs(60)), Some(Duration::from_secs(61)), 99).await;
        assert_eq!((count, took), (1, Duration::ZERO));
        assert_eq!(tries(Policy::new(Duration::from_secs(60)), Some(Duration::MAX), 99).await.0, 1);
    }

    #[tokio::test(start_paused = true)]
    async fn no_budget_is_no_second_try() {
        assert_eq!(tries(Policy::new(Duration::ZERO), None, 99).await.0, 1);
    }
}
