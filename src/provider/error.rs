//! What goes wrong when talking to a provider, typed by the provider's codes and never by its texts (they are localised).
//!
//! Decides nothing about templates. Texts of the provider are for people; they are cleaned before they come here.

use std::{
    fmt,
    ops::{Deref, DerefMut},
    time::Duration,
};

/// The kinds that somebody acts on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The credential is missing, malformed, expired or revoked.
    Credentials,
    /// The credential is good and not allowed to do this.
    Permission,
    /// Too many calls; see [`Details::retry_after`].
    RateLimited,
    /// The network, or the provider's side: may pass by itself.
    Unavailable,
    /// There is no such object, or the credential does not see it (Meta answers both alike).
    NotFound,
    /// What was sent is refused for good.
    Invalid,
    /// The template cannot be edited in its status, or its edits are used up (Meta 100/2388039, error codes page 2026-09-11).
    EditLimitOrStatus,
    /// This language of this name is being deleted; about four weeks (Meta 100/2388023, observed).
    BeingDeleted,
    /// Content in this language exists already (Meta 100/2388024, template management page 2026-09-11).
    AlreadyExists,
    /// The account holds as many templates as it may (Meta 100/2388019, error codes page 2026-09-11).
    TemplateLimit,
    /// The account may not create templates at all (Meta 10/2388185, observed).
    CreateNotAllowed,
    /// A media handle is wrong or expired: upload again (Meta 131009/2494102, observed).
    MediaHandle,
    /// The account is locked, blocked or lacks the capability: nothing else will work either
    /// (Meta 3, 10, 368, 131031, 139000).
    StopRun,
    /// The answer is not what the protocol says: not JSON, another shape, a list that is not whole.
    Protocol,
    /// The host may not be given a credential; nothing was sent.
    HostNotAllowed,
}

/// All that is known of an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Details {
    /// What it is.
    pub kind: ErrorKind,
    /// The technical message.
    pub message: String,
    /// The provider's title for people, in the language of the credential's owner.
    pub user_title: Option<String>,
    /// The provider's explanation for people, likewise.
    pub user_message: Option<String>,
    /// Whether these are the provider's own words, and not those of a proxy or of nobody.
    pub spoken: bool,
    /// The provider's code.
    pub code: Option<i64>,
    /// The provider's finer code.
    pub subcode: Option<i64>,
    /// Names the request in the provider's logs.
    pub trace_id: Option<String>,
    /// HTTP status of the answer, if there was one.
    pub http_status: Option<u16>,
    /// Method and path, `GET /v23.0/102/message_templates`; never a query.
    pub request: String,
    /// How long the provider asks to wait.
    pub retry_after: Option<Duration>,
    /// Whether the provider itself calls it passing.
    pub transient: bool,
}

/// An error of a provider. Boxed, because results carry it everywhere; its fields are those of [`Details`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderError(Box<Details>);

impl ProviderError {
    /// An error with nothing but a kind, a message and the request that it came from.
    pub fn new(kind: ErrorKind, message: impl Into<String>, request: impl Into<String>) -> Self {
        Self(Box::new(Details {
            kind,
            message: message.into(),
            user_title: None,
            user_message: None,
            spoken: false,
            code: None,
            subcode: None,
            trace_id: None,
            http_status: None,
            request: request.into(),
            retry_after: None,
            transient: false,
        }))
    }

    /// Whether nothing else will work for this account either, so that a run should stop.
    #[must_use]
    pub fn is_fatal_for_account(&self) -> bool {
        match self.kind {
            ErrorKind::Credentials | ErrorKind::Permission | ErrorKind::StopRun | ErrorKind::HostNotAllowed => true,
            ErrorKind::RateLimited
            | ErrorKind::Unavailable
            | ErrorKind::NotFound
            | ErrorKind::Invalid
            | ErrorKind::EditLimitOrStatus
            | ErrorKind::BeingDeleted
            | ErrorKind::AlreadyExists
            | ErrorKind::TemplateLimit
            | ErrorKind::CreateNotAllowed
            | ErrorKind::MediaHandle
            | ErrorKind::Protocol => false,
        }
    }

    /// Whether the same request may go through later, unchanged.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        self.transient || matches!(self.kind, ErrorKind::RateLimited | ErrorKind::Unavailable)
    }
}

impl Deref for ProviderError {
    type Target = Details;

    fn deref(&self) -> &Details {
        &self.0
    }
}

impl DerefMut for ProviderError {
    fn deref_mut(&mut self) -> &mut Details {
        &mut self.0
    }
}

impl fmt::Display for ProviderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.user_title, &self.user_message) {
            (Some(title), Some(message)) if title != message => write!(f, "{title}: {message}")?,
            (Some(text), _) | (None, Some(text)) => f.write_str(text)?,
            (None, None) => f.write_str(&self.message)?,
        }
        let mut notes = Vec::new();
        match (self.code, self.subcode) {
            (Some(code), Some(subcode)) => notes.push(format!("{code}/{subcode}")),
            (Some(code), None) => notes.push(code.to_string()),
            (None, _) => notes.extend(self.http_status.map(|status| format!("HTTP {status}"))),
        }
        notes.extend(self.trace_id.as_ref().map(|id| format!("trace {id}")));
        if notes.is_empty() { Ok(()) } else { write!(f, " ({})", notes.join(", ")) }
    }
}

impl std::error::Error for ProviderError {}

/// Why a write did not succeed, by what is known of its effect.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// The provider said no: nothing changed.
    #[error("{0}")]
    Refused(ProviderError),
    /// The answer was lost, late, garbled or a failure of the provider's side: it may have happened. Look before repeating.
    #[error("it is not known whether this was done: {0}")]
    Unknown(ProviderError),
    /// It never left: nothing changed.
    #[error("not sent: {0}")]
    NotSent(ProviderError),
}

impl WriteError {
    /// The error itself.
    #[must_use]
    pub const fn error(&self) -> &ProviderError {
        match self {
            Self::Refused(error) | Self::Unknown(error) | Self::NotSent(error) => error,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_read_the_providers_words_and_the_codes() {
        let mut error =
            ProviderError::new(ErrorKind::AlreadyExists, "Invalid parameter", "POST /v23.0/1/message_templates");
        assert_eq!(error.to_string(), "Invalid parameter");
        error.http_status = Some(400);
        assert_eq!(error.to_string(), "Invalid parameter (HTTP 400)");
        error.code = Some(100);
        error.subcode = Some(2_388_024);
        error.user_title = Some("Exists".to_owned());
        error.user_message = Some("There is English content.".to_owned());
        error.trace_id = Some("Ab1".to_owned());
        assert_eq!(error.to_string(), "Exists: There is English content. (100/2388024, trace Ab1)");
        error.user_message = error.user_title.clone();
        assert_eq!(WriteError::Refused(error).to_string(), "Exists (100/2388024, trace Ab1)");
    }
}
