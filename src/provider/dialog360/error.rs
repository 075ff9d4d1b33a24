//! What 360dialog's answers mean: three envelopes of errors, and HTTP statuses.
//!
//! Decided by the HTTP status alone. 360dialog tells why it refuses in words only, also that a name is taken (public
//! clients, 2024–2026); words are for people, so every other refusal stays [`ErrorKind::Invalid`].

use serde_json::{Map, Value};

use crate::provider::{
    ErrorKind, ProviderError,
    http::{Http, Reply, retry_after},
};

/// Reads an answer: its JSON object, empty where there is no body, or what is wrong.
pub(super) fn decode_response(reply: &Reply, http: &Http) -> Result<Map<String, Value>, ProviderError> {
    let fine = matches!(reply.status, 200..=299);
    if fine && reply.body.trim_ascii().is_empty() {
        return Ok(Map::new());
    }
    let parsed: Option<Value> = serde_json::from_slice(&reply.body).ok();
    let mut error = match parsed {
        Some(Value::Object(object)) => match Envelope::read(&object, fine) {
            Some(envelope) => envelope.error(reply, http),
            None if fine => return Ok(object),
            None => without_envelope(reply, true),
        },
        parsed => without_envelope(reply, parsed.is_some()),
    };
    error.http_status = Some(reply.status);
    error.retry_after = retry_after(&reply.headers);
    Err(error)
}

/// What an envelope says.
#[derive(Debug, Default, PartialEq)]
struct Envelope {
    /// `meta.http_code`.
    http_code: Option<u16>,
    /// The code of the first error, a number.
    code: Option<i64>,
    /// Everything that is said, most general first.
    words: Vec<String>,
}

impl Envelope {
    /// Reads any of the three forms; `None` if there is none.
    ///
    /// - Partner API: `{"meta": {"success": false, "http_code", "developer_message", "details", "error_data"}}`
    /// - WABA level, older: `{"meta": {…}, "errors": [{"code", "title", "details"}]}`
    /// - WABA level, newer: `{"error": "…"}` (Messaging API 1.44; the other two from public clients, 2023–2026)
    fn read(body: &Map<String, Value>, fine: bool) -> Option<Self> {
        let meta = body.get("meta").and_then(Value::as_object);
        let failed = meta.filter(|meta| match meta.get("success").and_then(Value::as_bool) {
            Some(success) => !success,
            None => !fine,
        });
        let errors = body.get("errors").and_then(Value::as_array).filter(|errors| !errors.is_empty());
        let error = body.get("error").filter(|error| error.is_string() || error.is_object());
        if failed.is_none() && errors.is_none() && error.is_none() {
            return None;
        }
        let mut envelope = Self::default();
        if let Some(meta) = failed {
            envelope.http_code = meta.get("http_code").and_then(number).and_then(|code| u16::try_from(code).ok());
            envelope.say(meta.get("developer_message"));
            envelope.say(meta.get("details"));
            let data = meta.get("error_data");
            let of = |key: &str| data.and_then(|data| data.get(key));
            envelope.code = of("code").and_then(number);
            envelope.say(of("message"));
            envelope.say(of("real_message"));
        }
        for error in errors.into_iter().flatten() {
            envelope.code = envelope.code.or_else(|| error.get("code").and_then(number));
            envelope.say(error.get("title"));
            envelope.say(error.get("details"));
        }
        envelope.say(error);
        envelope.say(error.and_then(|error| error.get("message")));
        Some(envelope)
    }

    /// Adds what is said somewhere, once.
    fn say(&mut self, value: Option<&Value>) {
        match value {
            Some(Value::String(text)) => {
                let text = text.trim();
                if !text.is_empty() && !self.words.iter().any(|said| said.contains(text)) {
                    self.words.push(text.to_owned());
                }
            }
            Some(Value::Array(items)) => items.iter().for_each(|item| self.say(Some(item))),
            _ => {}
        }
    }

    fn error(self, reply: &Reply, http: &Http) -> ProviderError {
        let Self { http_code, code, words } = self;
        // An error that comes with a good status says its own.
        let status = if reply.status < 300 { http_code.unwrap_or(400) } else { reply.status };
        let kind = match status {
            401 => ErrorKind::Credentials,
            403 => ErrorKind::Permission,
            404 => ErrorKind::NotFound,
            429 => ErrorKind::RateLimited,
            408 | 500..=599 => ErrorKind::Unavailable,
            _ => ErrorKind::Invalid,
        };
        let message = match words.is_empty() {
            true => "360dialog gives no reason".to_owned(),
            false => http.clean(&words.join(": ")),
        };
        let mut error = ProviderError::new(kind, message, reply.request.clone());
        error.from_provider = true;
        error.code = code;
        error
    }
}

fn number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

/// An answer that 360dialog itself would not give: a proxy, a wrong address, a failing edge.
fn without_envelope(reply: &Reply, json: bool) -> ProviderError {
    let (kind, message) = match reply.status {
        200..=299 if json => (ErrorKind::Protocol, "the answer is JSON, but not an object".to_owned()),
        200..=299 => (ErrorKind::Protocol, format!("the answer is not JSON ({} bytes)", reply.body.len())),
        300..=399 => (ErrorKind::Protocol, "the answer sends elsewhere, which is not followed".to_owned()),
        401 | 407 => (ErrorKind::Credentials, "refused without a reason".to_owned()),
        403 => (ErrorKind::Permission, "refused without a reason".to_owned()),
        429 => (ErrorKind::RateLimited, "too many requests".to_owned()),
        408 | 500..=599 => (ErrorKind::Unavailable, "the provider's side failed".to_owned()),
        // Also 404: without an envelope it says something about the address, not about a template.
        _ => (ErrorKind::Protocol, "refused without the provider's error object".to_owned()),
    };
    ProviderError::new(kind, message, reply.request.clone())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(body: &Value, fine: bool) -> Option<Envelope> {
        Envelope::read(body.as_object().unwrap(), fine)
    }

    #[test]
    fn three_envelopes_are_read() {
        let partner = json!({ "meta": { "success": false, "http_code": 404, "developer_message": "Not found",
            "details": ["no such template", "Not found"],
            "error_data": { "code": "100", "message": "Bad", "real_message": "Bad body", "status": 400 } } });
        let words = ["Not found", "no such template", "Bad", "Bad body"].map(str::to_owned).to_vec();
        assert_eq!(read(&partner, false), Some(Envelope { http_code: Some(404), code: Some(100), words }));

        let older = json!({ "meta": { "success": false, "http_code": 400, "developer_message": "Bad request" },
            "errors": [{ "code": 1008, "title": "Required", "details": "name is missing", "href": "x" }] });
        let words = ["Bad request", "Required", "name is missing"].map(str::to_owned).to_vec();
        assert_eq!(read(&older, false), Some(Envelope { http_code: Some(400), code: Some(1008), words }));

        let newer = json!({ "error": "colour: Unknown field." });
        let words = vec!["colour: Unknown field.".to_owned()];
        assert_eq!(read(&newer, false), Some(Envelope { http_code: None, code: None, words }));
    }

    #[test]
    fn a_success_is_no_error() {
        for fine in [
            json!({ "meta": { "success": true, "http_code": 200, "developer_message": "deleted" } }),
            json!({ "meta": { "page": 1 }, "waba_templates": [] }),
            json!({ "status_code": 200 }),
            json!({ "id": "x", "error": null, "errors": [] }),
        ] {
            assert_eq!(read(&fine, true), None, "{fine}");
        }
        assert!(read(&json!({ "meta": { "developer_message": "no" } }), false).is_some());
        assert!(read(&json!({ "meta": { "success": false } }), true).is_some());
        assert_eq!(read(&json!({ "message": "a proxy's" }), false), None);
    }
}
