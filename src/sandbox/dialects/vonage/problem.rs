//! Vonage's errors: problem details, and the one for each refusal of the rules.
//!
//! Knows no endpoint. Types and titles: OpenAPI 1.4.0; wording is our own where it has none.

use serde_json::{Value, json};

use crate::sandbox::dialects::meta::GraphError;
use crate::sandbox::dialects::{request::InjectedError, wire::Answer};
use crate::sandbox::rules::error::SandboxError;
use crate::sandbox::rules::refusal::Refusal;

/// An error as the API answers it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Problem {
    /// HTTP status.
    pub(super) status: u16,
    /// What follows `/api-errors` in `type`; `None` leaves `type` out.
    pub(super) kind: Option<&'static str>,
    /// `title`.
    pub(super) title: String,
    /// `detail`.
    pub(super) detail: String,
    /// Whether the trace is `instance`, and not `instance_id`: the schemas differ.
    pub(super) short_instance: bool,
}

impl Problem {
    fn new(status: u16, kind: &'static str, title: &str, detail: impl Into<String>) -> Self {
        Self { status, kind: Some(kind), title: title.to_owned(), detail: detail.into(), short_instance: false }
    }

    pub(super) fn invalid_token() -> Self {
        Self::new(401, "#unauthorized", "Unauthorized", "Invalid Token")
    }

    pub(super) fn no_account() -> Self {
        Self { short_instance: true, ..Self::new(404, "#not-found", "Not Found", "Waba was not found.") }
    }

    pub(super) fn no_template() -> Self {
        Self { short_instance: true, ..Self::new(404, "#not-found", "Not Found", "Template was not found.") }
    }

    pub(super) fn throttled() -> Self {
        Self::new(429, "/messages-olympus#1000", "Rate Limit Hit", "Please wait, then retry your request")
    }

    pub(super) fn internal() -> Self {
        let text = "There was an error processing your request in the Platform.";
        Self::new(500, "/messages-olympus#1030", "Internal error", text)
    }

    /// What Meta's validation says without a title; creates answer 422, all else 400 (the statuses that are declared).
    pub(super) fn invalid(detail: impl Into<String>) -> Self {
        Self::new(422, "#invalid-json", "Invalid params", detail)
    }

    /// What Meta's validation says with a title.
    pub(super) fn refused(title: &str, detail: impl Into<String>) -> Self {
        Self::new(422, "#invalid-json", title, detail)
    }

    /// A query parameter that is needed (public tests of the API, 2026-07; without `type`).
    pub(super) fn missing_parameter(name: &str) -> Self {
        let detail = format!("The required query parameter \"{name}\" is missing.");
        Self { kind: None, short_instance: true, ..Self::refused("Missing required parameter", detail) }
    }

    /// For the endpoints that declare no 422.
    pub(super) fn into_bad_request(self) -> Self {
        if self.status == 422 && self.kind.is_some() { Self { status: 400, kind: Some(""), ..self } } else { self }
    }

    /// An error that a fault asks for.
    pub(super) fn of(error: &InjectedError) -> Self {
        let kind = match error.status {
            401 => "#unauthorized",
            404 => "#not-found",
            422 => "#invalid-json",
            429 => "/messages-olympus#1000",
            500.. => "/messages-olympus#1030",
            _ => "",
        };
        Self::new(error.status, kind, "Fault", error.message.clone())
    }

    /// The answer, with its trace.
    pub(super) fn answer(&self, trace: &str) -> Answer {
        let mut body = json!({ "title": self.title, "detail": self.detail });
        if let Some(kind) = self.kind {
            body["type"] = format!("https://developer.vonage.com/api-errors{kind}").into();
        }
        body[if self.short_instance { "instance" } else { "instance_id" }] = trace.into();
        Answer::new(self.status, "application/problem+json", body.to_string().into_bytes())
    }
}

impl From<Refusal> for Problem {
    /// What Meta refuses comes through in its own words.
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Sandbox(error) => error.into(),
            Refusal::CreationLimit { .. } | Refusal::CallLimit { .. } => Self::throttled(),
            Refusal::NoSuchTemplate { .. } => Self::no_template(),
            other => {
                let error = GraphError::from(other);
                match (&error.title, &error.user_message) {
                    (Some(title), Some(text)) => Self::refused(title, text.clone()),
                    _ => Self::invalid(error.message.clone()),
                }
            }
        }
    }
}

impl From<SandboxError> for Problem {
    /// A name that is none is an account that does not exist.
    fn from(error: SandboxError) -> Self {
        match error {
            SandboxError::NotAnId { .. } => Self::no_account(),
            other => Self { detail: format!("the sandbox failed: {other}"), ..Self::internal() },
        }
    }
}

/// A trace id such as the documented ones.
pub(super) fn trace_id() -> String {
    let hex = |n: usize| -> String { (0..n).map(|_| fastrand::digit(16)).collect() };
    [8, 4, 4, 4, 12].map(hex).join("-")
}

/// JSON with HTTP 200.
pub(super) fn ok(body: &Value) -> Answer {
    Answer::new(200, "application/json", body.to_string().into_bytes())
}
