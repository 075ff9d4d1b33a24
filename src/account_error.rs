//! Why an account cannot be worked on: the one error that a run keeps for an account, and that exit codes are made of.

use crate::provider::{ErrorKind, ProviderError};

/// Why an account cannot be worked on.
#[derive(Debug, Clone)]
pub struct AccountError {
    /// The kind, as exit codes tell kinds apart.
    pub kind: AccountErrorKind,
    /// What is wrong, for people.
    pub message: String,
    /// What to do, where that is known and not part of the message.
    pub remedy: Option<&'static str>,
}

/// Kinds of errors of accounts, as exit codes tell them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountErrorKind {
    /// Credential or permission.
    Credentials,
    /// The provider does not answer, or asks to slow down.
    Unavailable,
    /// Anything else.
    Other,
}

impl AccountError {
    /// An error with its message.
    pub fn new(kind: AccountErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), remedy: None }
    }

    /// What is wrong and what to do.
    #[must_use]
    pub fn whole(&self) -> String {
        self.remedy.map_or_else(|| self.message.clone(), |remedy| format!("{}; {remedy}", self.message))
    }
}

impl From<&ProviderError> for AccountError {
    fn from(error: &ProviderError) -> Self {
        let kind = match error.kind {
            ErrorKind::Credentials | ErrorKind::Permission | ErrorKind::StopRun | ErrorKind::ProxyCredentials => {
                AccountErrorKind::Credentials
            }
            // A garbled answer or a list that is not whole is a failure of the provider's side, and often passes.
            ErrorKind::RateLimited | ErrorKind::Unavailable | ErrorKind::Protocol => AccountErrorKind::Unavailable,
            _ => AccountErrorKind::Other,
        };
        let request = if error.request.is_empty() { String::new() } else { format!(" [{}]", error.request) };
        Self { remedy: error.remedy(), ..Self::new(kind, format!("{error}{request}")) }
    }
}
