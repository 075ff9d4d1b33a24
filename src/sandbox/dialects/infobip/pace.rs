//! Infobip's limits (`x-throttling-info`, OpenAPI 3.210.0): 2,500 reads a second; 1,000 creates, 100 edits and 200 deletions
//! an hour.
//!
//! Counted in windows that begin with their first call; which kind of window Infobip has is not said. Kept beside the
//! account, apart from its document.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::service_exception::ServiceException;
use crate::sandbox::rules::operation::Operation;
use crate::sandbox::rules::{
    files::{lock, read_json, write_json},
    store::Store,
};

/// Calls since a second of the account's clock.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Window {
    since: i64,
    count: u32,
}

impl Window {
    /// Counts a call; whether there was room for it. A clock that was reset is behind what it counted.
    fn pass(&mut self, now: i64, length: i64, most: u32) -> bool {
        if now < self.since || now >= self.since.saturating_add(length) {
            *self = Self { since: now, count: 0 };
        }
        let room = self.count < most;
        self.count = self.count.saturating_add(u32::from(room));
        room
    }
}

/// Counts a call; refuses it when the window is full.
pub(super) fn count(store: &Store, place: &str, operation: Operation) -> Result<(), ServiceException> {
    let (name, length, most) = match operation {
        Operation::Create => ("creates", 3600, 1000),
        Operation::Edit => ("edits", 3600, 100),
        Operation::Delete => ("deletions", 3600, 200),
        _ => ("reads", 1, 2500),
    };
    let path = store.path(place)?.with_extension("calls");
    let _lock = lock(&path.with_extension("calls-lock"))?;
    let mut windows: BTreeMap<String, Window> = read_json(&path)?.unwrap_or_default();
    let now = store.now(place)?.as_second();
    if !windows.entry(name.to_owned()).or_default().pass(now, length, most) {
        return Err(ServiceException::too_many());
    }
    Ok(write_json(&path, &windows)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_window_is_over_after_its_time() {
        let mut window = Window::default();
        assert!((0..3).all(|_| window.pass(7000, 3600, 3)));
        assert!(!window.pass(7000 + 3599, 3600, 3));
        assert!(window.pass(7000 + 3600, 3600, 3));
        assert!(window.pass(10, 3600, 3), "the clock was reset");
    }
}
