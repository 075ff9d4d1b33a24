//! What Meta's answers mean: the error envelope, its codes, the usage headers.
//!
//! Decided by code and subcode alone: titles and messages are localised to the owner of the token (error codes page
//! 2026-09-11; observed in Portuguese and Spanish).

use std::time::Duration;

use serde_json::{Map, Value};

use crate::provider::{
    ErrorKind, ProviderError,
    http::{Http, Reply, retry_after},
};

/// There is no template of that name (seen in the answers to deletions).
pub(super) const NO_SUCH_TEMPLATE: i64 = 2_593_002;

/// Reads an answer: its JSON object, or what is wrong.
pub(super) fn judge(reply: &Reply, http: &Http) -> Result<Map<String, Value>, ProviderError> {
    let usage = Usage::read(reply);
    if let Some(percent) = usage.percent {
        http.pacer.observe(percent);
    }
    let parsed: Option<Value> = serde_json::from_slice(&reply.body).ok();
    let mut error = match (parsed, reply.status) {
        (Some(Value::Object(object)), status) => match object.get("error") {
            Some(Value::Object(envelope)) => from_envelope(envelope, reply, http),
            _ if matches!(status, 200..=299) => return Ok(object),
            _ => without_envelope(status, true, reply),
        },
        (parsed, status) => without_envelope(status, parsed.is_some(), reply),
    };
    error.http_status = Some(reply.status);
    error.retry_after = retry_after(&reply.headers);
    if error.kind == ErrorKind::RateLimited {
        error.retry_after = error.retry_after.max(usage.regain);
    }
    Err(error)
}

fn from_envelope(envelope: &Map<String, Value>, reply: &Reply, http: &Http) -> ProviderError {
    let text =
        |key: &str| envelope.get(key).and_then(Value::as_str).map(|text| http.clean(text)).filter(|t| !t.is_empty());
    let number = |key: &str| envelope.get(key).and_then(|v| v.as_i64().or_else(|| v.as_str()?.parse().ok()));
    let (code, subcode) = (number("code"), number("error_subcode"));
    let transient = envelope.get("is_transient").and_then(Value::as_bool).unwrap_or_default();
    let kind = kind(code, subcode, reply.status, transient);
    let message = text("message").unwrap_or_else(|| "the provider gives no message".to_owned());
    let mut error = ProviderError::new(kind, message, reply.request.clone());
    error.user_title = text("error_user_title");
    error.user_message = text("error_user_msg").or_else(|| {
        let details = envelope.get("error_data")?.get("details")?.as_str()?;
        Some(http.clean(details))
    });
    error.spoken = code.is_some();
    error.code = code;
    error.subcode = subcode;
    error.trace_id = text("fbtrace_id");
    error.transient = transient;
    error
}

/// An answer that Meta itself would not give: a proxy, a wrong address, a failing edge.
fn without_envelope(status: u16, json: bool, reply: &Reply) -> ProviderError {
    let (kind, message) = match status {
        200..=299 if json => (ErrorKind::Protocol, "the answer is JSON, but not an object".to_owned()),
        200..=299 => (ErrorKind::Protocol, format!("the answer is not JSON ({} bytes)", reply.body.len())),
        300..=399 => (ErrorKind::Protocol, "the answer sends elsewhere, which is not followed".to_owned()),
        401 | 407 => (ErrorKind::Credentials, "refused without a reason".to_owned()),
        403 => (ErrorKind::Permission, "refused without a reason".to_owned()),
        429 => (ErrorKind::RateLimited, "too many requests".to_owned()),
        408 | 500..=599 => (ErrorKind::Unavailable, "the provider's side failed".to_owned()),
        // Also 404: without Meta's envelope it says something about the address, not about a template.
        _ => (ErrorKind::Protocol, "refused without the provider's error object".to_owned()),
    };
    ProviderError::new(kind, message, reply.request.clone())
}

/// The kind of an error by its codes (error codes page 2026-09-11; subcodes partly observed only).
pub(super) const fn kind(code: Option<i64>, subcode: Option<i64>, status: u16, transient: bool) -> ErrorKind {
    match (code, subcode) {
        (Some(10), Some(2_388_185)) => ErrorKind::CreateNotAllowed,
        (_, Some(2_388_019)) => ErrorKind::TemplateLimit,
        (_, Some(2_388_023)) => ErrorKind::BeingDeleted,
        (_, Some(2_388_024)) => ErrorKind::AlreadyExists,
        (_, Some(2_388_039)) => ErrorKind::EditLimitOrStatus,
        (_, Some(2_494_102)) => ErrorKind::MediaHandle,
        (_, Some(NO_SUCH_TEMPLATE)) | (Some(100), Some(33)) | (Some(33 | 803), _) => ErrorKind::NotFound,
        (Some(0 | 102 | 104 | 190), _) => ErrorKind::Credentials,
        (Some(200..=299 | 131_005), _) => ErrorKind::Permission,
        (Some(4 | 17 | 32 | 613 | 80_007 | 80_008 | 130_429), _) => ErrorKind::RateLimited,
        (Some(3 | 10 | 368 | 131_031 | 139_000), _) => ErrorKind::StopRun,
        (Some(1 | 2 | 131_000 | 131_016 | 131_057), _) => ErrorKind::Unavailable,
        (Some(2500), _) => ErrorKind::Protocol,
        _ if transient || status >= 500 => ErrorKind::Unavailable,
        _ if status == 429 => ErrorKind::RateLimited,
        _ => ErrorKind::Invalid,
    }
}

/// Usage headers (business messaging API description v23.0, 2025-11): percentages, and minutes until calls go through again.
#[derive(Debug, Default, PartialEq)]
struct Usage {
    percent: Option<f64>,
    regain: Option<Duration>,
}

impl Usage {
    fn read(reply: &Reply) -> Self {
        let mut usage = Self::default();
        let header = |name: &str| -> Option<Value> { serde_json::from_slice(reply.headers.get(name)?.as_bytes()).ok() };
        if let Some(Value::Object(accounts)) = header("x-business-use-case-usage") {
            for entry in accounts.values().filter_map(Value::as_array).flatten() {
                usage.add(entry);
                let minutes = entry.get("estimated_time_to_regain_access").and_then(Value::as_u64).unwrap_or(0);
                usage.regain = usage.regain.max((minutes > 0).then(|| Duration::from_secs(minutes.saturating_mul(60))));
            }
        }
        if let Some(app) = header("x-app-usage") {
            usage.add(&app);
        }
        usage
    }

    fn add(&mut self, entry: &Value) {
        for key in ["call_count", "total_cputime", "total_time"] {
            if let Some(percent) = entry.get(key).and_then(Value::as_f64) {
                self.percent = Some(self.percent.unwrap_or_default().max(percent));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_go_by_code_and_subcode() {
        let cases = [
            (190, Some(463), 401, ErrorKind::Credentials),
            (0, None, 401, ErrorKind::Credentials),
            (200, None, 403, ErrorKind::Permission),
            (294, None, 403, ErrorKind::Permission),
            (10, None, 403, ErrorKind::StopRun),
            (10, Some(2_388_185), 400, ErrorKind::CreateNotAllowed),
            (3, None, 400, ErrorKind::StopRun),
            (368, None, 403, ErrorKind::StopRun),
            (131_031, None, 403, ErrorKind::StopRun),
            (139_000, None, 403, ErrorKind::StopRun),
            (4, None, 400, ErrorKind::RateLimited),
            (80_007, None, 400, ErrorKind::RateLimited),
            (80_008, None, 400, ErrorKind::RateLimited),
            (613, None, 400, ErrorKind::RateLimited),
            (2, None, 500, ErrorKind::Unavailable),
            (1, None, 400, ErrorKind::Unavailable),
            (131_057, None, 500, ErrorKind::Unavailable),
            (100, None, 400, ErrorKind::Invalid),
            (100, Some(33), 400, ErrorKind::NotFound),
            (803, None, 404, ErrorKind::NotFound),
            (100, Some(2_593_002), 400, ErrorKind::NotFound),
            (100, Some(2_388_039), 400, ErrorKind::EditLimitOrStatus),
            (100, Some(2_388_023), 400, ErrorKind::BeingDeleted),
            (100, Some(2_388_024), 400, ErrorKind::AlreadyExists),
            (100, Some(2_388_019), 400, ErrorKind::TemplateLimit),
            (131_009, Some(2_494_102), 400, ErrorKind::MediaHandle),
            (131_009, None, 400, ErrorKind::Invalid),
            (100, Some(2_388_299), 400, ErrorKind::Invalid),
            (77_777, None, 503, ErrorKind::Unavailable),
        ];
        for (code, subcode, status, wanted) in cases {
            assert_eq!(kind(Some(code), subcode, status, false), wanted, "{code}/{subcode:?}");
        }
    }

    #[test]
    fn usage_is_the_highest_share_and_the_longest_wait() {
        let mut reply = Reply { status: 200, headers: Default::default(), body: Vec::new(), request: String::new() };
        assert_eq!(Usage::read(&reply), Usage::default());
        let header = r#"{"7":[{"type":"whatsapp_business_management","call_count":96,"total_cputime":1,"total_time":2,"estimated_time_to_regain_access":3},{"call_count":1,"estimated_time_to_regain_access":0}]}"#;
        reply.headers.insert("x-business-use-case-usage", header.parse().unwrap());
        reply.headers.insert("x-app-usage", r#"{"call_count":10,"total_time":97.5}"#.parse().unwrap());
        assert_eq!(Usage::read(&reply), Usage { percent: Some(97.5), regain: Some(Duration::from_secs(180)) });
    }
}
