//! How 360dialog writes answers and errors: keys sorted, everything outside ASCII as `\uXXXX`, a line break at the end
//! (recorded traffic, 2024-10), errors in each API's envelope.
//!
//! Knows no endpoint.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::api::Api;
use crate::sandbox::dialects::meta::GraphError;
use crate::sandbox::dialects::wire::Answer;
use crate::sandbox::rules::error::SandboxError;
use crate::sandbox::rules::refusal::Refusal;

/// What an endpoint gives back: a status and JSON.
pub(super) type Reply = Result<(u16, Value), ApiError>;

/// An error of either API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ApiError {
    /// HTTP status.
    pub(super) status: u16,
    /// In words: `developer_message`, or `error`.
    pub(super) message: String,
    /// More words.
    pub(super) detail: Option<String>,
    /// Meta's code, where Meta refused.
    pub(super) code: Option<i64>,
}

impl ApiError {
    pub(super) fn new(status: u16, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), detail: None, code: None }
    }

    pub(super) fn described(mut self, detail: &str) -> Self {
        self.detail = Some(detail.to_owned());
        self
    }

    /// Partner API: `meta`, with what Meta said in `error_data` (public clients, 2023–2026). WABA level: `error`, as newer
    /// pages have it. Tokens have OAuth's form.
    fn body(&self, api: &Api) -> Value {
        let Self { status, message, detail, code } = self;
        match api {
            Api::Channel => json!({ "error": detail.as_ref().unwrap_or(message) }),
            Api::Partner(_) if message == "invalid_grant" => {
                json!({ "error": message, "error_description": detail })
            }
            Api::Partner(_) => {
                let mut meta = json!({ "success": false, "http_code": status, "developer_message": message });
                if let Some(detail) = detail {
                    meta["details"] = json!([detail]);
                }
                if let Some(code) = code {
                    meta["error_data"] = json!({ "code": code.to_string(), "message": message,
                        "real_message": detail, "status": status });
                }
                json!({ "meta": meta })
            }
        }
    }
}

impl From<Refusal> for ApiError {
    /// What Meta refuses is refused in words; its codes go into `error_data` only. Subcodes are not passed on.
    fn from(refusal: Refusal) -> Self {
        let known_text = match &refusal {
            // The only text of a duplicate that is known (a public client, 2024).
            Refusal::AlreadyExists { .. } => Some(
                "The name that you have provided is already in use. Please choose a different name \
                 for your template.",
            ),
            _ => None,
        };
        let status = match &refusal {
            Refusal::CreationLimit { .. } | Refusal::CallLimit { .. } => Some(429),
            _ => None,
        };
        let refusal = match refusal {
            Refusal::Sandbox(error) => return error.into(),
            other => other,
        };
        let error = GraphError::from(refusal);
        let status = status.unwrap_or(error.status);
        let words = match (known_text, &error.title, &error.user_message) {
            (Some(text), _, _) => text.to_owned(),
            (None, Some(title), Some(text)) => format!("{title}: {text}"),
            (None, None, Some(text)) | (None, Some(text), None) => text.clone(),
            (None, None, None) => error.message.clone(),
        };
        let message = if status == 400 { "Wrong payload".to_owned() } else { error.message.clone() };
        Self { status, message, detail: Some(words), code: Some(error.code) }
    }
}

impl From<SandboxError> for ApiError {
    /// A failing store is a service that is down; an id that is none is an account that does not exist.
    fn from(error: SandboxError) -> Self {
        match error {
            SandboxError::NotAnId { .. } => Self::new(404, "Not found"),
            other => Self::new(500, format!("the sandbox failed: {other}")),
        }
    }
}

/// Turns a result into an answer.
pub(super) fn answer(api: &Api, reply: Reply) -> Answer {
    let (status, body) = reply.unwrap_or_else(|refusal| (refusal.status, refusal.body(api)));
    Answer::new(status, "application/json", written(&body))
}

/// JSON as 360dialog writes it.
pub(super) fn written(value: &Value) -> Vec<u8> {
    let text = sorted(value).to_string();
    let mut out = String::with_capacity(text.len() + 1);
    for c in text.chars() {
        if c.is_ascii() {
            out.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            // Writing into a text cannot fail.
            let _ = write!(out, "\\u{unit:04x}");
        }
    }
    out.push('\n');
    out.into_bytes()
}

/// The same value with its keys in alphabetical order, all the way down.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(sorted).collect(),
        Value::Object(fields) => {
            let mut fields: Vec<(&String, &Value)> = fields.iter().collect();
            fields.sort_unstable_by_key(|(key, _)| *key);
            let fields = fields.into_iter().map(|(key, value)| (key.clone(), sorted(value)));
            Value::Object(fields.collect::<Map<_, _>>())
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_sorted_escaped_and_ends_with_a_line_break() {
        let text = written(&json!({ "b": [{ "z": 1, "a": "a/b \"Grüße\" 🚲\n" }], "a": null }));
        let wanted = "{\"a\":null,\"b\":[{\"a\":\"a/b \\\"Gr\\u00fc\\u00dfe\\\" \\ud83d\\udeb2\\n\",\"z\":1}]}\n";
        assert_eq!(String::from_utf8(text).unwrap(), wanted);
    }

    #[test]
    fn each_api_has_its_envelope() {
        let refusal = ApiError::from(Refusal::Combination("only letters".to_owned()));
        let partner = refusal.body(&Api::Partner("fernPA".to_owned()));
        assert_eq!((&partner["meta"]["success"], &partner["meta"]["http_code"]), (&json!(false), &json!(400)));
        assert_eq!(partner["meta"]["details"], json!(["Invalid combination of components: only letters"]));
        assert!(!partner.to_string().contains("2388046"), "subcodes are not passed on");
        assert_eq!(refusal.body(&Api::Channel), json!({ "error": "Invalid combination of components: only letters" }));
        assert_eq!(ApiError::from(Refusal::CallLimit { minutes: 1 }).status, 429);
    }
}
