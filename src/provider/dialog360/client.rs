//! The calls.

use secrecy::SecretString;

use crate::{
    provider::{
        Created, Deletion, ErrorKind, Listing, Media, ProviderError, Submission, WriteError, calls::Calls,
        connection::Connection,
    },
    template::Live,
};

/// What a client needs to know.
#[derive(Debug, Clone)]
pub struct Config {
    /// The partner; `None` is the API at the level of one WABA.
    pub partner_id: Option<String>,
    /// 360dialog's own id of the WABA. At WABA level the key opens it; a list of another one is refused.
    pub waba_account_id: String,
    /// The partner's key, or the channel's at WABA level.
    pub api_key: SecretString,
    /// Where and how.
    pub connection: Connection,
}

/// A client for one account.
#[derive(Debug)]
pub struct Client {
    calls: Calls,
}

fn later() -> ProviderError {
    ProviderError::new(ErrorKind::Invalid, "this provider is not built yet", "")
}

impl Client {
    /// Checks host and credential; sends nothing.
    ///
    /// # Errors
    /// [`ErrorKind::HostNotAllowed`], [`ErrorKind::Credentials`], or [`ErrorKind::Invalid`] for ids that are no ids.
    pub fn new(_config: Config) -> Result<Self, ProviderError> {
        Err(later())
    }

    /// The connection, with its pace and clock.
    #[must_use]
    pub const fn calls(&self) -> &Calls {
        &self.calls
    }

    /// Lists all templates of the account.
    ///
    /// # Errors
    /// [`ErrorKind::Protocol`] for a list that is not whole or does not end; otherwise what the failed page says.
    pub async fn list(&self) -> Result<Listing, ProviderError> {
        Err(later())
    }

    /// Reads one template; `None` if there is none.
    ///
    /// # Errors
    /// After the tries of the policy, or at once when trying again is of no use.
    pub async fn get(&self, _id: &str) -> Result<Option<Live>, ProviderError> {
        Err(later())
    }

    /// Creates a template.
    ///
    /// # Errors
    /// [`WriteError`] says what is known of the effect.
    pub async fn create(&self, _submission: &Submission) -> Result<Created, WriteError> {
        Err(WriteError::NotSent(later()))
    }

    /// Replaces a template's content.
    ///
    /// # Errors
    /// [`WriteError`] says what is known of the effect.
    pub async fn edit(&self, _id: &str, _submission: &Submission) -> Result<(), WriteError> {
        Err(WriteError::NotSent(later()))
    }

    /// Deletes; what is gone already is a success.
    ///
    /// # Errors
    /// [`WriteError`] says what is known of the effect.
    pub async fn delete(&self, _deletion: &Deletion) -> Result<(), WriteError> {
        Err(WriteError::NotSent(later()))
    }

    /// Uploads a sample and gives the handle to put into a template.
    ///
    /// # Errors
    /// Never [`WriteError::Unknown`]: an upload changes no template.
    pub async fn upload(&self, _media: &Media) -> Result<String, WriteError> {
        Err(WriteError::NotSent(later()))
    }
}
