//! Arithmetic on times that come from outside: flags, headers, other machines' clocks. It ends at the far end of time
//! instead of in a panic.
//!
//! The lint `arithmetic_side_effects` keeps operators on times and durations out of the rest of the crate.

use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use tokio::time::Instant;

/// The longest that anything waits: what asks for more asks for ever.
pub const LONGEST: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

/// The instant so long after another, or one so far away that nobody sees it.
#[must_use]
pub fn after(start: Instant, by: Duration) -> Instant {
    start.checked_add(by.min(LONGEST)).unwrap_or(start)
}

/// What is wrong with this machine's clock, if it shows a time that nothing can be reckoned with.
#[must_use]
pub fn clock_fault(now: SystemTime) -> Option<&'static str> {
    // The last year that a date of HTTP can name.
    const LAST: i64 = 253_402_300_799;
    match Timestamp::try_from(now) {
        Ok(now) if now < Timestamp::UNIX_EPOCH => Some("shows a time before 1970"),
        Ok(now) if now.as_second() < LAST - 366 * 86_400 => None,
        _ => Some("shows a time beyond the calendar"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_far_end_of_time_is_an_instant_like_others() {
        let now = Instant::now();
        for by in [Duration::MAX, Duration::from_secs(u64::MAX), LONGEST, Duration::from_secs(1), Duration::ZERO] {
            let later = after(now, by);
            assert_eq!(later.duration_since(now), by.min(LONGEST));
            assert!(after(later, Duration::MAX) >= later);
        }
    }

    #[test]
    fn a_clock_that_nothing_can_be_reckoned_with_is_told() {
        let at = |seconds: i64| match u64::try_from(seconds) {
            Ok(seconds) => SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds)).unwrap(),
            Err(_) => SystemTime::UNIX_EPOCH.checked_sub(Duration::from_secs(seconds.unsigned_abs())).unwrap(),
        };
        assert_eq!(clock_fault(at(0)), None);
        assert_eq!(clock_fault(at(1_795_000_000)), None);
        assert!(clock_fault(at(-1)).unwrap().contains("before 1970"));
        assert!(clock_fault(at(-400_000_000_000)).is_some());
        assert!(clock_fault(at(253_402_300_799)).unwrap().contains("beyond"));
        assert!(clock_fault(at(300_000_000_000)).is_some());
    }
}
