//! What Vonage's answers mean: problem details, sorted by HTTP status and by the fragment of `type`.
//!
//! `title` and `detail` are for people: Meta's own words come through in them, in whatever language.

use serde_json::{Map, Value};

use crate::provider::{
    ErrorKind, ProviderError,
    http::{Http, Reply, retry_after},
};

/// "Throttled" (OpenAPI 1.4.0, `x-errors`).
const THROTTLED: i64 = 1000;
/// "Internal error" (OpenAPI 1.4.0, `x-errors`).
pub(super) const INTERNAL: i64 = 1030;

/// Reads an answer: its JSON object (empty where there is no body), or what is wrong.
pub(super) fn decode_response(reply: &Reply, http: &Http) -> Result<Map<String, Value>, ProviderError> {
    let good = matches!(reply.status, 200..=299);
    if good && reply.body.is_empty() {
        return Ok(Map::new());
    }
    let parsed: Option<Value> = serde_json::from_slice(&reply.body).ok();
    let mut error = match parsed {
        Some(Value::Object(object)) if good => return Ok(object),
        Some(Value::Object(object)) if is_problem(&object) => from_problem(&object, reply, http),
        parsed => without_problem(parsed.is_some(), reply),
    };
    error.http_status = Some(reply.status);
    error.retry_after = retry_after(&reply.headers);
    Err(error)
}

/// `{type, title, detail, instance}`. Real answers leave `type` out at times (seen in public tests of the API, 2026-07).
fn is_problem(object: &Map<String, Value>) -> bool {
    let text = |key: &str| object.get(key).is_some_and(Value::is_string);
    text("title") && ["type", "detail", "instance", "instance_id"].into_iter().any(text)
}

fn from_problem(problem: &Map<String, Value>, reply: &Reply, http: &Http) -> ProviderError {
    let text =
        |key: &str| problem.get(key).and_then(Value::as_str).map(|text| http.clean(text)).filter(|t| !t.is_empty());
    let fragment = problem.get("type").and_then(Value::as_str).and_then(|kind| kind.rsplit_once('#')).map(|(_, id)| id);
    let code: Option<i64> = fragment.and_then(|id| id.parse().ok());
    let message = text("detail").or_else(|| text("title")).unwrap_or_else(|| "no reason is given".to_owned());
    let mut error = ProviderError::new(kind(reply.status, code), message, reply.request.clone());
    error.from_provider = true;
    error.user_title = text("title");
    error.user_message = text("detail");
    error.code = code;
    // The schemas name it `instance_id`, real answers `instance` (public clients, 2026-07).
    let header = || reply.headers.get("x-request-id")?.to_str().ok().map(|id| http.clean(id));
    error.trace_id = text("instance").or_else(|| text("instance_id")).or_else(header);
    error
}

/// The kind of an error in Vonage's own envelope.
const fn kind(status: u16, code: Option<i64>) -> ErrorKind {
    match (status, code) {
        (500.., _) | (408, _) => ErrorKind::Unavailable,
        (429, _) | (_, Some(THROTTLED)) => ErrorKind::RateLimited,
        (_, Some(INTERNAL)) => ErrorKind::Unavailable,
        (401, _) => ErrorKind::Credentials,
        (403, _) => ErrorKind::Permission,
        // Also for what belongs to somebody else.
        (404, _) => ErrorKind::NotFound,
        _ => ErrorKind::Invalid,
    }
}

/// An answer that the API itself would not give: a proxy, a wrong address, a failing edge.
fn without_problem(json: bool, reply: &Reply) -> ProviderError {
    let (kind, message) = match reply.status {
        200..=299 if json => (ErrorKind::Protocol, "the answer is JSON, but not an object".to_owned()),
        200..=299 => (ErrorKind::Protocol, format!("the answer is not JSON ({} bytes)", reply.body.len())),
        300..=399 => (ErrorKind::Protocol, "the answer sends elsewhere, which is not followed".to_owned()),
        401 | 407 => (ErrorKind::Credentials, "refused without a reason".to_owned()),
        403 => (ErrorKind::Permission, "refused without a reason".to_owned()),
        429 => (ErrorKind::RateLimited, "too many requests".to_owned()),
        408 | 500..=599 => (ErrorKind::Unavailable, "the provider's side failed".to_owned()),
        // Also 404: without the envelope it says something about the address, not about a template.
        _ => (ErrorKind::Protocol, "refused without the provider's error object".to_owned()),
    };
    ProviderError::new(kind, message, reply.request.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_go_by_status_and_number() {
        for (status, code, wanted) in [
            (400, None, ErrorKind::Invalid),
            (422, None, ErrorKind::Invalid),
            (409, None, ErrorKind::Invalid),
            (401, None, ErrorKind::Credentials),
            (403, None, ErrorKind::Permission),
            (404, None, ErrorKind::NotFound),
            (429, Some(1000), ErrorKind::RateLimited),
            (429, None, ErrorKind::RateLimited),
            (400, Some(1000), ErrorKind::RateLimited),
            (500, Some(1030), ErrorKind::Unavailable),
            // Whatever it calls itself: nobody knows how far it got.
            (503, Some(1000), ErrorKind::Unavailable),
            (502, None, ErrorKind::Unavailable),
            (400, Some(1030), ErrorKind::Unavailable),
        ] {
            assert_eq!(kind(status, code), wanted, "{status} {code:?}");
        }
    }

    #[test]
    fn a_problem_is_told_from_any_other_object() {
        let is = |text: &str| is_problem(serde_json::from_str::<Value>(text).unwrap().as_object().unwrap());
        assert!(is(r#"{"type": "https://developer.vonage.com/api-errors#not-found", "title": "Not Found"}"#));
        assert!(is(r#"{"title": "Missing required parameter", "detail": "file_type"}"#));
        assert!(!is(r#"{"title": "Not Found"}"#));
        assert!(!is(r#"{"error": "no route"}"#));
    }
}
