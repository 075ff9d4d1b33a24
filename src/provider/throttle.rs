//! Pacing by the provider's usage headers: near the limit each request waits a little, more the longer it stays near.
//!
//! Knows percentages only. Being refused for the rate is [`super::retry`]'s matter.

use std::{sync::Mutex, time::Duration};

/// From this share of the allowance on, requests are spread out (percent).
const NEAR: f64 = 95.0;
/// First pause, and what it shrinks by when usage falls.
const STEP: Duration = Duration::from_millis(250);
/// Longest pause between two requests.
const LONGEST: Duration = Duration::from_secs(8);

/// The pause before the next request: doubled while usage is near the limit, a step less each time that it is not.
#[derive(Debug, Default)]
pub struct Throttle(Mutex<Duration>);

impl Throttle {
    /// Takes note of the usage that an answer shows, in percent.
    pub fn observe(&self, percent: f64) {
        let mut pause = self.lock();
        *pause =
            if percent >= NEAR { pause.saturating_mul(2).clamp(STEP, LONGEST) } else { pause.saturating_sub(STEP) };
    }

    /// The pause that the next request would make.
    #[must_use]
    pub fn pause(&self) -> Duration {
        *self.lock()
    }

    /// Waits as long as usage asks for.
    pub async fn wait(&self) {
        let pause = self.pause();
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Duration> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn waits_only_near_the_limit_and_recovers() {
        let throttle = Throttle::default();
        let took = async || {
            let start = Instant::now();
            throttle.wait().await;
            start.elapsed().as_millis()
        };
        throttle.observe(94.0);
        assert_eq!(took().await, 0);
        throttle.observe(95.0);
        assert_eq!(took().await, 250);
        throttle.observe(99.0);
        assert_eq!(took().await, 500);
        for _ in 0..20 {
            throttle.observe(100.0);
        }
        assert_eq!(took().await, 8000);
        throttle.observe(10.0);
        assert_eq!(took().await, 7750);
    }
}
