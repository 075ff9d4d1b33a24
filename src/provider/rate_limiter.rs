//! The provider's documented limits, kept on our side: so many calls in so long a time, shared by everything that they hold
//! for. The clock is tokio's, so tests can pause it.
//!
//! Knows only what this run sent. `Retry-After` closes the limiter for all who share the credential; usage headers are
//! [`super::throttle`]'s.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use crate::capability::{Call, Limit, Share};
use crate::time::after;

/// Requests bunch up on their way: a window is kept this much longer than the limit says.
const MARGIN: Duration = Duration::from_millis(50);

/// The rate limiters of a run: accounts that share a limit share its count, and the waits that the provider asks for.
#[derive(Debug, Default)]
pub struct RateLimiters {
    windows: Mutex<HashMap<(String, &'static str), Arc<Window>>>,
    closed: Mutex<HashMap<String, Arc<Closed>>>,
}

/// Until when the provider wants to hear nothing.
type Closed = Mutex<Option<Instant>>;

impl RateLimiters {
    /// The rate limiter of an account. `account` names it among those of its provider and host, `credential` all accounts
    /// whose calls the provider counts together.
    #[must_use]
    pub fn rate_limiter(&self, limits: &'static [Limit], account: &str, credential: &str) -> Arc<RateLimiter> {
        let mut known = lock(&self.windows);
        let windows = limits.iter().map(|limit| {
            let whose = match limit.share {
                Share::Account => account,
                Share::Credential => credential,
            };
            let fresh = || Arc::new(Window { limit, passed: Mutex::default() });
            Arc::clone(known.entry((whose.to_owned(), limit.name)).or_insert_with(fresh))
        });
        let closed = Arc::clone(lock(&self.closed).entry(credential.to_owned()).or_default());
        Arc::new(RateLimiter { windows: windows.collect(), closed })
    }
}

/// All limits of one account.
#[derive(Debug, Default)]
pub struct RateLimiter {
    windows: Vec<Arc<Window>>,
    closed: Arc<Closed>,
}

/// The calls of one limit that still count.
#[derive(Debug)]
struct Window {
    limit: &'static Limit,
    passed: Mutex<VecDeque<Instant>>,
}

impl RateLimiter {
    /// How long a call would have to wait now.
    #[must_use]
    pub fn delay(&self, call: Call) -> Duration {
        let now = Instant::now();
        let room = self.about(call).map(|window| window.delay(&mut lock(&window.passed), now)).max();
        room.unwrap_or_default().max(self.closed_for())
    }

    /// Nobody who shares this limiter passes for so long: the provider asks for it.
    pub fn close_for(&self, wait: Duration) {
        let until = after(Instant::now(), wait);
        let mut closed = lock(&self.closed);
        *closed = Some(closed.map_or(until, |earlier| earlier.max(until)));
    }

    /// For how long the provider wants to hear nothing yet.
    #[must_use]
    pub fn closed_for(&self) -> Duration {
        lock(&self.closed).map_or(Duration::ZERO, |until| until.saturating_duration_since(Instant::now()))
    }

    /// Waits until every limit has room, and takes it.
    pub async fn pass(&self, call: Call) {
        loop {
            let wait = self.enter(call);
            if wait.is_zero() {
                return;
            }
            tracing::debug!(?call, wait_ms = wait.as_millis(), "waiting for the provider's limit");
            tokio::time::sleep(wait).await;
        }
    }

    /// Takes a place in every window, or in none and says how long to wait. Windows are locked in one order.
    fn enter(&self, call: Call) -> Duration {
        let closed = self.closed_for();
        if !closed.is_zero() {
            return closed;
        }
        let now = Instant::now();
        let mut held: Vec<_> = self.about(call).map(|window| (window, lock(&window.passed))).collect();
        let wait = held.iter_mut().map(|(window, passed)| window.delay(passed, now)).max().unwrap_or_default();
        if wait.is_zero() {
            held.iter_mut().for_each(|(_, passed)| passed.push_back(now));
        }
        wait
    }

    fn about(&self, call: Call) -> impl Iterator<Item = &Window> {
        self.windows.iter().map(|window| &**window).filter(move |window| window.limit.calls.contains(&call))
    }
}

impl Window {
    /// How long until there is room; forgets what no longer counts.
    fn delay(&self, passed: &mut VecDeque<Instant>, now: Instant) -> Duration {
        let span = self.limit.per.saturating_add(MARGIN);
        while passed.front().is_some_and(|first| now.duration_since(*first) >= span) {
            passed.pop_front();
        }
        let most = usize::try_from(self.limit.count).unwrap_or(usize::MAX).max(1);
        match passed.len().checked_sub(most).and_then(|over| passed.get(over)) {
            Some(first) => span.saturating_sub(now.duration_since(*first)),
            None => Duration::ZERO,
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    static LIMITS: [Limit; 2] = [
        Limit {
            name: "writes",
            calls: &[Call::Create, Call::Edit],
            count: 2,
            per: Duration::from_secs(60),
            share: Share::Account,
            source: "a test",
            checked: "2026-11",
        },
        Limit {
            name: "all",
            calls: &[Call::List, Call::Create, Call::Edit],
            count: 3,
            per: Duration::from_secs(10),
            share: Share::Credential,
            source: "a test",
            checked: "2026-11",
        },
    ];

    async fn took(rate_limiter: &RateLimiter, call: Call) -> u64 {
        let start = Instant::now();
        rate_limiter.pass(call).await;
        start.elapsed().as_secs()
    }

    #[tokio::test(start_paused = true)]
    async fn calls_wait_for_room_in_every_window() {
        let rate_limiter = RateLimiters::default().rate_limiter(&LIMITS, "a", "k");
        assert_eq!(took(&rate_limiter, Call::Create).await, 0);
        assert_eq!(took(&rate_limiter, Call::Edit).await, 0);
        assert!(rate_limiter.delay(Call::Create) > Duration::from_secs(59));
        assert_eq!(rate_limiter.delay(Call::Delete), Duration::ZERO);
        assert_eq!(took(&rate_limiter, Call::Create).await, 60);
        assert_eq!(took(&rate_limiter, Call::List).await, 0);
        assert_eq!(took(&rate_limiter, Call::List).await, 0);
        assert_eq!(took(&rate_limiter, Call::List).await, 10);
    }

    #[tokio::test(start_paused = true)]
    async fn accounts_share_what_their_credential_shares() {
        let rate_limiters = RateLimiters::default();
        let (one, other) =
            (rate_limiters.rate_limiter(&LIMITS, "a", "k"), rate_limiters.rate_limiter(&LIMITS, "b", "k"));
        one.pass(Call::Create).await;
        one.pass(Call::Create).await;
        // The writes of the other account are its own, its calls are counted with the first one's.
        assert_eq!(other.delay(Call::Create), Duration::ZERO);
        other.pass(Call::Create).await;
        assert!(other.delay(Call::List) > Duration::from_secs(9));
        assert_eq!(rate_limiters.rate_limiter(&LIMITS, "c", "l").delay(Call::List), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn what_the_provider_asks_for_holds_for_all_of_one_credential() {
        let rate_limiters = RateLimiters::default();
        let (one, other) =
            (rate_limiters.rate_limiter(&LIMITS, "a", "k"), rate_limiters.rate_limiter(&LIMITS, "b", "k"));
        one.close_for(Duration::from_secs(30));
        one.close_for(Duration::from_secs(5));
        assert_eq!(took(&other, Call::Delete).await, 30);
        assert_eq!(took(&one, Call::Delete).await, 0);
        one.close_for(Duration::from_secs(30));
        assert_eq!(took(&rate_limiters.rate_limiter(&LIMITS, "c", "l"), Call::List).await, 0);
    }

    #[tokio::test(start_paused = true)]
    async fn many_at_once_never_pass_more_than_the_limit() {
        let rate_limiter = RateLimiters::default().rate_limiter(&LIMITS, "a", "k");
        let start = Instant::now();
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..9 {
            let rate_limiter = Arc::clone(&rate_limiter);
            tasks.spawn(async move {
                rate_limiter.pass(Call::List).await;
                start.elapsed().as_secs() / 10
            });
        }
        let mut by_window = [0; 3];
        while let Some(window) = tasks.join_next().await {
            by_window[usize::try_from(window.unwrap()).unwrap()] += 1;
        }
        assert_eq!(by_window, [3, 3, 3]);
    }
}
