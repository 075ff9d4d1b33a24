//! Infobip's errors: `requestError.serviceException`, and the one for each refusal of the rules.
//!
//! Knows no endpoint. Ids and texts: OpenAPI 3.210.0. How a duplicate name, a used-up edit or a blocked name are worded is
//! documented nowhere: Meta's own words below `validationErrors` are assumed.

use serde_json::{Map, Value, json};

use crate::sandbox::dialects::meta::GraphError;
use crate::sandbox::dialects::{request::InjectedError, wire::Answer};
use crate::sandbox::rules::error::SandboxError;
use crate::sandbox::rules::refusal::Refusal;

/// An error as the API answers it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ServiceException {
    /// HTTP status.
    pub(super) status: u16,
    /// `messageId`.
    pub(super) id: &'static str,
    /// `text`.
    pub(super) text: String,
    /// `validationErrors`: field and reason.
    pub(super) errors: Vec<(String, String)>,
}

impl ServiceException {
    fn new(status: u16, id: &'static str, text: &str) -> Self {
        Self { status, id, text: text.to_owned(), errors: Vec::new() }
    }

    pub(super) fn unauthorised() -> Self {
        Self::new(401, "UNAUTHORIZED", "Unauthorized")
    }

    pub(super) fn not_found() -> Self {
        Self::new(404, "NOT_FOUND", "Not found")
    }

    pub(super) fn too_many() -> Self {
        Self::new(429, "TOO_MANY_REQUESTS", "Too many requests")
    }

    pub(super) fn internal() -> Self {
        Self::new(500, "GENERAL_ERROR", "Something went wrong. Please contact support.")
    }

    /// What is wrong with a field of the body or the path.
    pub(super) fn invalid(field: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { errors: vec![(field.into(), reason.into())], ..Self::new(400, "BAD_REQUEST", "Bad request") }
    }

    /// An error that a fault asks for.
    pub(super) fn of(error: &InjectedError) -> Self {
        let InjectedError { status, code: _, message, transient: _ } = error;
        let known = match status {
            401 => Self::unauthorised(),
            403 => Self::new(403, "FORBIDDEN", "Forbidden"),
            404 => Self::not_found(),
            429 => Self::too_many(),
            500.. => Self::internal(),
            _ => Self::new(400, "BAD_REQUEST", "Bad request"),
        };
        Self { status: *status, text: message.clone(), ..known }
    }

    /// The answer.
    pub(super) fn answer(&self) -> Answer {
        let mut exception = json!({ "messageId": self.id, "text": self.text });
        if !self.errors.is_empty() {
            let mut errors: Map<String, Value> = Map::new();
            for (field, reason) in &self.errors {
                let list = errors.entry(field.clone()).or_insert_with(|| json!([]));
                if let Some(list) = list.as_array_mut() {
                    list.push(reason.clone().into());
                }
            }
            exception["validationErrors"] = errors.into();
        }
        let body = json!({ "requestError": { "serviceException": exception } });
        Answer::new(self.status, "application/json", body.to_string().into_bytes())
    }
}

impl From<Refusal> for ServiceException {
    /// What Meta refuses comes through in its own words.
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Sandbox(error) => error.into(),
            Refusal::CreationLimit { .. } | Refusal::CallLimit { .. } => Self::too_many(),
            Refusal::NoSuchTemplate { .. } => Self::not_found(),
            other => {
                let error = GraphError::from(other);
                match (&error.title, &error.user_message) {
                    (Some(title), Some(text)) => Self::invalid("template", format!("{title}: {text}")),
                    _ => Self::invalid("template", error.message.clone()),
                }
            }
        }
    }
}

impl From<SandboxError> for ServiceException {
    /// A sender that can be none does not exist.
    fn from(error: SandboxError) -> Self {
        match error {
            SandboxError::NotAnId { .. } => Self::not_found(),
            other => Self { text: format!("the sandbox failed: {other}"), ..Self::internal() },
        }
    }
}
