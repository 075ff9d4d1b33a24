//! The hourly budget of calls per account, and the header that tells how much of it is used.
//!
//! Must not count creations; the rules of creations do.

use jiff::SignedDuration;
use serde_json::json;

use super::graph::to_graph_json;
use crate::sandbox::rules::{
    error::SandboxError,
    limits::{self, SlidingWindow},
    refusal::Refusal,
    store::Store,
};

/// Calls of the last hour, counted by minutes.
const HOUR: SlidingWindow = SlidingWindow { span: SignedDuration::from_hours(1), step: SignedDuration::from_mins(1) };

/// Counts a call; refuses it when the budget is used up.
pub(crate) fn count(store: &Store, waba: &str) -> Result<(), Refusal> {
    let (account, now) = store.read(waba)?;
    let counted = HOUR.count(&limits::file(store, waba)?, account.config.calls_per_hour, now)?;
    counted.map_err(|minutes| Refusal::CallLimit { minutes })
}

/// The header `x-business-use-case-usage`: percentages of the budget, and minutes until it is free again.
pub(crate) fn header(store: &Store, waba: &str, regain_minutes: Option<i64>) -> Result<String, SandboxError> {
    let (account, now) = store.read(waba)?;
    let used = HOUR.used(&limits::file(store, waba)?, now)?;
    let budget = account.config.calls_per_hour.max(1);
    let percent = u64::from(used).saturating_mul(100).checked_div(u64::from(budget)).unwrap_or_default();
    let value = json!({waba: [{
        "type": "whatsapp_business_management",
        "call_count": percent,
        "total_cputime": percent.div_ceil(4),
        "total_time": percent.div_ceil(4),
        "estimated_time_to_regain_access": regain_minutes.unwrap_or(0),
    }]});
    Ok(to_graph_json(&value).ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default())
}
