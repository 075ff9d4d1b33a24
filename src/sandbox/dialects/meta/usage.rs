//! The hourly budget of calls per account, and the header that tells how much of it is used.
//!
//! Kept in `<root>/meta/<waba>.calls`, minutes and counts, apart from the account's document so that reading stays
//! cheap. Must not count creations; the account does.

use camino::Utf8PathBuf;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::graph::{GraphError, to_graph_json};
use crate::sandbox::rules::error::SandboxError;
use crate::sandbox::rules::{
    files::{lock, read_json, write_json},
    refusal::Refusal,
    store::Store,
};

/// Calls of the last hour by minute, oldest first.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Calls {
    minutes: Vec<(i64, u32)>,
}

impl Calls {
    fn forget_before(&mut self, minute: i64) {
        self.minutes.retain(|(m, _)| *m > minute.saturating_sub(60));
    }

    fn total(&self) -> u32 {
        self.minutes.iter().fold(0, |sum, (_, n)| sum.saturating_add(*n))
    }

    fn add(&mut self, minute: i64) {
        match self.minutes.last_mut() {
            Some((last, n)) if *last == minute => *n = n.saturating_add(1),
            _ => self.minutes.push((minute, 1)),
        }
    }

    /// Minutes until the oldest calls leave the hour.
    fn regain(&self, minute: i64) -> i64 {
        self.minutes.first().map_or(0, |(oldest, _)| oldest.saturating_add(60).saturating_sub(minute).max(1))
    }
}

fn file(store: &Store, waba: &str) -> Result<Utf8PathBuf, SandboxError> {
    Ok(store.path(waba)?.with_extension("calls"))
}

fn minute_of(now: Timestamp) -> i64 {
    now.as_second().div_euclid(60)
}

/// Counts a call; refuses it with code 80008 when the budget is used up. A refused call counts for nothing.
pub(crate) fn count(store: &Store, waba: &str) -> Result<(), GraphError> {
    let (account, now) = store.read(waba)?;
    let path = file(store, waba)?;
    let _lock = lock(&path.with_extension("calls-lock"))?;
    let mut calls: Calls = read_json(&path)?.unwrap_or_default();
    let minute = minute_of(now);
    calls.forget_before(minute);
    if calls.total() >= account.config.calls_per_hour {
        return Err(Refusal::CallLimit { minutes: calls.regain(minute) }.into());
    }
    calls.add(minute);
    Ok(write_json(&path, &calls)?)
}

/// The header `x-business-use-case-usage`: percentages of the budget, and minutes until it is free again.
pub(crate) fn header(store: &Store, waba: &str, regain_minutes: Option<i64>) -> Result<String, SandboxError> {
    let (account, now) = store.read(waba)?;
    let mut calls: Calls = read_json(&file(store, waba)?)?.unwrap_or_default();
    calls.forget_before(minute_of(now));
    let budget = account.config.calls_per_hour.max(1);
    let percent = u64::from(calls.total()).saturating_mul(100).checked_div(u64::from(budget)).unwrap_or_default();
    let value = json!({waba: [{
        "type": "whatsapp_business_management",
        "call_count": percent,
        "total_cputime": percent.div_ceil(4),
        "total_time": percent.div_ceil(4),
        "estimated_time_to_regain_access": regain_minutes.unwrap_or(0),
    }]});
    Ok(to_graph_json(&value).ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::Calls;

    #[test]
    fn calls_leave_the_hour_minute_by_minute() {
        let mut calls = Calls::default();
        for minute in [0, 0, 10, 59] {
            calls.add(minute);
        }
        assert_eq!(calls.total(), 4);
        assert_eq!(calls.regain(59), 1);
        calls.forget_before(60);
        assert_eq!(calls.total(), 2);
        assert_eq!(calls.regain(60), 10);
    }
}
