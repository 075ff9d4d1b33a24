//! What Infobip's answers mean: two envelopes, sorted by HTTP status and by their machine-readable ids.
//!
//! `text`, `description` and the reasons below `validationErrors` are for people: Meta's own words may come through in them.

use serde_json::{Map, Value};

use crate::provider::{
    ErrorKind, ProviderError,
    http::{Http, Reply, retry_after},
};

/// Reads an answer: its JSON object (empty where there is no body), or what is wrong.
pub(super) fn decode_response(reply: &Reply, http: &Http) -> Result<Map<String, Value>, ProviderError> {
    let good = matches!(reply.status, 200..=299);
    if good && reply.body.is_empty() {
        return Ok(Map::new());
    }
    let parsed: Option<Value> = serde_json::from_slice(&reply.body).ok();
    let said = parsed.as_ref().and_then(Value::as_object).and_then(|object| Said::read(object, http));
    let mut error = match (said, parsed) {
        (Some(said), _) => said.error(reply),
        (None, Some(Value::Object(object))) if good => return Ok(object),
        (None, parsed) => without_envelope(parsed.is_some(), reply),
    };
    error.http_status = Some(reply.status);
    error.retry_after = retry_after(&reply.headers);
    Err(error)
}

/// What an envelope says.
#[derive(Debug, Default, PartialEq)]
struct Said {
    id: Option<String>,
    text: Option<String>,
    reasons: Vec<String>,
}

impl Said {
    /// `requestError.serviceException` of the sender's calls, or the flat `errorCode` of newer ones (OpenAPI 3.210.0).
    fn read(object: &Map<String, Value>, http: &Http) -> Option<Self> {
        let text = |value: Option<&Value>| value.and_then(Value::as_str).map(|text| http.clean(text));
        let full = |value: Option<&Value>| text(value).filter(|text| !text.is_empty());
        if let Some(exception) = object.get("requestError").and_then(|error| error.get("serviceException")) {
            let errors = exception.get("validationErrors").and_then(Value::as_object).into_iter().flatten();
            let reasons = errors.flat_map(|(field, list)| {
                let list = list.as_array().map_or(std::slice::from_ref(list), Vec::as_slice);
                list.iter().filter_map(Value::as_str).map(move |reason| format!("{field}: {reason}"))
            });
            return Some(Self {
                id: full(exception.get("messageId")),
                text: full(exception.get("text")),
                reasons: reasons.map(|reason| http.clean(&reason)).collect(),
            });
        }
        let id = full(object.get("errorCode"))?;
        let violations = object.get("violations").and_then(Value::as_array).into_iter().flatten();
        let reasons = violations.map(|violation| {
            let part = |key: &str| text(violation.get(key)).unwrap_or_default();
            format!("{}: {}", part("property"), part("violation"))
        });
        let reasons = reasons.collect();
        Some(Self { id: Some(id), text: full(object.get("description")), reasons })
    }

    fn error(self, reply: &Reply) -> ProviderError {
        let Self { id, text, reasons } = self;
        let kind = kind(reply.status, id.as_deref());
        let message = text.or(id).unwrap_or_else(|| "no reason is given".to_owned());
        let mut error = ProviderError::new(kind, message.clone(), reply.request.clone());
        error.from_provider = true;
        if !reasons.is_empty() {
            error.user_title = Some(message);
            error.user_message = Some(reasons.join("; "));
        }
        error
    }
}

/// The kind of an error in one of Infobip's own envelopes.
fn kind(status: u16, id: Option<&str>) -> ErrorKind {
    match (status, id.unwrap_or_default()) {
        // Whatever it calls itself: nobody knows how far it got.
        (500.. | 408, _) => ErrorKind::Unavailable,
        (429, _) | (_, "TOO_MANY_REQUESTS" | "E429") => ErrorKind::RateLimited,
        (401, _) | (_, "UNAUTHORIZED" | "E401") => ErrorKind::Credentials,
        (403, _) | (_, "FORBIDDEN" | "E403") => ErrorKind::Permission,
        (404, _) | (_, "NOT_FOUND" | "E404") => ErrorKind::NotFound,
        (_, "GENERAL_ERROR" | "E500") => ErrorKind::Unavailable,
        _ => ErrorKind::Invalid,
    }
}

/// An answer that the API itself would not give: a proxy, a wrong address, a failing edge.
fn without_envelope(json: bool, reply: &Reply) -> ProviderError {
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
    fn kinds_go_by_status_and_id() {
        for (status, id, wanted) in [
            (400, "BAD_REQUEST", ErrorKind::Invalid),
            (400, "E400", ErrorKind::Invalid),
            (422, "", ErrorKind::Invalid),
            (401, "UNAUTHORIZED", ErrorKind::Credentials),
            (400, "E401", ErrorKind::Credentials),
            (403, "FORBIDDEN", ErrorKind::Permission),
            (404, "NOT_FOUND", ErrorKind::NotFound),
            (400, "E404", ErrorKind::NotFound),
            (429, "TOO_MANY_REQUESTS", ErrorKind::RateLimited),
            (400, "E429", ErrorKind::RateLimited),
            (500, "GENERAL_ERROR", ErrorKind::Unavailable),
            (400, "GENERAL_ERROR", ErrorKind::Unavailable),
            (503, "TOO_MANY_REQUESTS", ErrorKind::Unavailable),
        ] {
            assert_eq!(kind(status, Some(id)), wanted, "{status} {id}");
        }
    }
}
