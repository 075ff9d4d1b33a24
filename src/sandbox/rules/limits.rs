//! How many calls an account, or whoever calls for several, may make in a span of time.
//!
//! Counted in files beside the accounts' documents, so that reading an account stays cheap. A call that is refused counts for
//! nothing. The numbers are the providers' and come from the dialects.

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{
    error::SandboxError,
    files::{lock, read_json, write_json},
    store::Store,
};

/// The file in which the calls of an account are counted.
pub(crate) fn file(store: &Store, account: &str) -> Result<Utf8PathBuf, SandboxError> {
    Ok(store.path(account)?.with_extension("limits"))
}

/// At most so many calls in a span that begins with its first call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FixedWindow {
    /// Tells the windows of one account apart.
    pub(crate) name: &'static str,
    /// Length, seconds.
    pub(crate) seconds: i64,
    /// Calls in it.
    pub(crate) most: u32,
}

impl FixedWindow {
    /// Counts a call of an account; whether there was room for it.
    pub(crate) fn count(&self, store: &Store, account: &str) -> Result<bool, SandboxError> {
        let now = store.now(account)?.as_second();
        change(&file(store, account)?, |windows: &mut BTreeMap<String, Counted>| {
            windows.entry(self.name.to_owned()).or_default().pass(now, self)
        })
    }
}

/// Calls since a second of the account's clock.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Counted {
    since: i64,
    count: u32,
}

impl Counted {
    /// Counts a call. A clock that was reset is behind what it counted: the window begins anew.
    fn pass(&mut self, now: i64, window: &FixedWindow) -> bool {
        if now < self.since || now >= self.since.saturating_add(window.seconds) {
            *self = Self { since: now, count: 0 };
        }
        let room = self.count < window.most;
        self.count = self.count.saturating_add(u32::from(room));
        room
    }
}

/// At most so many calls in the span before each call, counted by steps.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SlidingWindow {
    /// Length.
    pub(crate) span: SignedDuration,
    /// Calls are counted by steps of this length.
    pub(crate) step: SignedDuration,
}

impl SlidingWindow {
    /// Counts a call in a file; whether there was room for it, and if not, in how many steps there is.
    pub(crate) fn count(&self, file: &Utf8Path, most: u32, now: Timestamp) -> Result<Result<(), i64>, SandboxError> {
        let (step, span) = (self.step_of(now), self.steps());
        change(file, |calls: &mut Steps| {
            calls.forget(step, span);
            if calls.total() >= most {
                return Err(calls.until_room(step, span));
            }
            calls.add(step);
            Ok(())
        })
    }

    /// The calls that count now.
    pub(crate) fn used(&self, file: &Utf8Path, now: Timestamp) -> Result<u32, SandboxError> {
        let mut calls: Steps = read_json(file)?.unwrap_or_default();
        calls.forget(self.step_of(now), self.steps());
        Ok(calls.total())
    }

    fn step_of(&self, now: Timestamp) -> i64 {
        now.as_millisecond().div_euclid(millis(self.step))
    }

    fn steps(&self) -> i64 {
        millis(self.span).div_euclid(millis(self.step))
    }
}

/// A length in milliseconds, at least one.
fn millis(length: SignedDuration) -> i64 {
    i64::try_from(length.as_millis()).unwrap_or(i64::MAX).max(1)
}

/// Calls by step, oldest first.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Steps(Vec<(i64, u32)>);

impl Steps {
    /// Forgets what is out of the span before a step, and what a clock that was reset has yet to come to.
    fn forget(&mut self, now: i64, span: i64) {
        self.0.retain(|(step, _)| *step > now.saturating_sub(span) && *step <= now);
    }

    fn total(&self) -> u32 {
        self.0.iter().fold(0, |sum, (_, calls)| sum.saturating_add(*calls))
    }

    fn add(&mut self, now: i64) {
        match self.0.last_mut() {
            Some((last, calls)) if *last == now => *calls = calls.saturating_add(1),
            _ => self.0.push((now, 1)),
        }
    }

    /// Steps until the oldest calls are out of the span.
    fn until_room(&self, now: i64, span: i64) -> i64 {
        self.0.first().map_or(0, |(oldest, _)| oldest.saturating_add(span).saturating_sub(now).max(1))
    }
}

/// Changes what a file counts, under a lock.
fn change<T: Default + Serialize + DeserializeOwned, R>(
    file: &Utf8Path,
    change: impl FnOnce(&mut T) -> R,
) -> Result<R, SandboxError> {
    let _lock = lock(&file.with_extension(format!("{}-lock", file.extension().unwrap_or_default())))?;
    let mut counted: T = read_json(file)?.unwrap_or_default();
    let result = change(&mut counted);
    write_json(file, &counted)?;
    Ok(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_window_is_over_after_its_time() {
        let hourly = FixedWindow { name: "calls", seconds: 3600, most: 3 };
        let mut window = Counted::default();
        assert!((0..3).all(|_| window.pass(7000, &hourly)));
        assert!(!window.pass(7000 + 3599, &hourly));
        assert!(window.pass(7000 + 3600, &hourly));
        assert!(window.pass(10, &hourly), "the clock was reset");
    }

    #[test]
    fn calls_leave_a_sliding_window_step_by_step() {
        let mut calls = Steps::default();
        for minute in [0, 0, 10, 59] {
            calls.add(minute);
        }
        assert_eq!(calls.total(), 4);
        assert_eq!(calls.until_room(59, 60), 1);
        calls.forget(60, 60);
        assert_eq!(calls.total(), 2);
        assert_eq!(calls.until_room(60, 60), 10);
        calls.forget(5, 60);
        assert_eq!(calls.total(), 0, "the clock was reset");
    }

    #[test]
    fn full_windows_refuse_and_say_when_there_is_room() {
        let folder = tempfile::tempdir().unwrap();
        let file = Utf8Path::from_path(folder.path()).unwrap().join("1.limits");
        let minute = SlidingWindow { span: SignedDuration::from_secs(60), step: SignedDuration::from_secs(1) };
        let at = |second| Timestamp::from_second(second).unwrap();
        for second in [100, 110] {
            assert_eq!(minute.count(&file, 2, at(second)).unwrap(), Ok(()));
        }
        assert_eq!(minute.count(&file, 2, at(120)).unwrap(), Err(40));
        assert_eq!(minute.used(&file, at(120)).unwrap(), 2, "what is refused counts for nothing");
        assert_eq!(minute.count(&file, 2, at(160)).unwrap(), Ok(()));
    }
}
