//! The calls: one method each, with what may be tried again and what is known after a failure.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use reqwest::Method;
use secrecy::SecretString;
use url::Url;

use super::{
    Api, HOSTS, error,
    submit::{create_body, edit_body},
    wire,
};
use crate::{
    capability::{Call, Submission, Unsendable},
    provider::{
        Created, Deletion, ErrorKind, Media, ProviderError, WriteError,
        authorization::{Credential, Key},
        calls::Calls,
        connection::{Connection, join_url},
        request::Request,
        resumable::Uploads,
    },
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
    /// Whether that is a token of `POST /api/v2/token`, which lives for a day, in place of the partner's key.
    pub bearer: bool,
    /// Where and how.
    pub connection: Connection,
}

/// A client for one account.
#[derive(Debug)]
pub struct Client {
    partner_id: Option<String>,
    pub(super) waba_account_id: String,
    base: Url,
    pub(super) calls: Calls,
    /// Whether a template was seen, and with it that the credential opens this account.
    pub(super) proven: AtomicBool,
}

impl Client {
    /// Checks host and credential; sends nothing.
    ///
    /// # Errors
    /// [`ErrorKind::HostNotAllowed`], [`ErrorKind::Credentials`], or [`ErrorKind::Invalid`] for ids that are no ids.
    pub fn new(config: Config) -> Result<Self, ProviderError> {
        let Config { partner_id, waba_account_id, api_key, bearer, connection } = config;
        if let Some(id) = partner_id.iter().chain([&waba_account_id]).find(|id| !is_id(id)) {
            let message = format!("{id:?} is not an id of 360dialog (letters and digits)");
            return Err(ProviderError::new(ErrorKind::Invalid, message, ""));
        }
        // The two keys are not interchangeable (both API references, 2026-11).
        let (header, scheme) = match (&partner_id, bearer) {
            (Some(_), true) => ("authorization", "Bearer"),
            (Some(_), false) => ("x-api-key", ""),
            (None, _) => ("d360-api-key", ""),
        };
        let key = Key { header, scheme, credential: Credential::new(&api_key)? };
        let (base, calls) = connection.open(HOSTS, Box::new(key), error::decode_response)?;
        Ok(Self { partner_id, waba_account_id, base, calls, proven: AtomicBool::new(false) })
    }

    /// Another first pause between tries, for tests.
    #[must_use]
    pub const fn with_first_pause(mut self, pause: Duration) -> Self {
        self.calls.policy.first_pause = pause;
        self
    }

    /// The connection, with its pace and clock.
    #[must_use]
    pub const fn calls(&self) -> &Calls {
        &self.calls
    }

    const fn api(&self) -> Api {
        match self.partner_id {
            Some(_) => Api::Partner,
            None => Api::Channel,
        }
    }

    /// The URL of all templates, or of the one that `which` names: by its id in the Partner API, by its name at WABA level.
    pub(super) fn templates_url(&self, which: Option<&str>, query: &[(&str, &str)]) -> Url {
        let mut path = match &self.partner_id {
            Some(partner) => {
                vec!["api", "v2", "partners", partner, "waba_accounts", &self.waba_account_id, "waba_templates"]
            }
            None => vec!["v1", "configs", "templates"],
        };
        path.extend(which);
        join_url(&self.base, &path, query)
    }

    /// Creates a template: 201 in recorded traffic of 2024-10, 200 in the Partner API's description.
    ///
    /// # Errors
    /// [`WriteError`] says what is known of the effect.
    pub async fn create(&self, submission: &Submission) -> Result<Created, WriteError> {
        let body = create_body(self.api(), submission).map_err(|part| not_sent(&part))?;
        let request = Request::new(Method::POST, self.templates_url(None, &[])).json(body);
        let answer = self.calls.write(Call::Create, &request).await?;
        let created =
            wire::created(&answer).map_err(|what| WriteError::Unknown(self.calls.protocol(&what, &request)))?;
        // A channel's key names no account, and an empty list could not tell whose it is: the first template does.
        let proven = self.api() == Api::Partner || self.proven.load(Ordering::Relaxed);
        match if proven { Ok(None) } else { self.get(&created.id).await } {
            Err(error) if error.kind == ErrorKind::Credentials => Err(WriteError::Unknown(error)),
            // What cannot be seen now says nothing; the next list looks again.
            Ok(_) | Err(_) => Ok(created),
        }
    }

    /// Replaces a template's content; only the Partner API can.
    ///
    /// # Errors
    /// [`WriteError`] says what is known of the effect.
    pub async fn edit(&self, id: &str, submission: &Submission) -> Result<(), WriteError> {
        if self.api() == Api::Channel {
            return Err(impossible("360dialog has no edits at WABA level; an account with `partner_id` has them"));
        }
        if !is_id(id) {
            return Err(impossible("an edit without an id of 360dialog is not sent"));
        }
        let body = edit_body(submission).map_err(|part| not_sent(&part))?;
        let request = Request::new(Method::POST, self.templates_url(Some(id), &[])).json(body);
        self.calls.write(Call::Edit, &request).await.map(drop)
    }

    /// Deletes one template (Partner API, by its id) or all languages of a name (WABA level).
    ///
    /// # Errors
    /// [`WriteError`] says what is known of the effect. That there is no such thing may also be said of an account that the
    /// key does not open, so it is [`WriteError::Unknown`]: a look at the account tells.
    pub async fn delete(&self, deletion: &Deletion) -> Result<(), WriteError> {
        let which = match (deletion, self.api()) {
            (Deletion::One { id, key: _ }, Api::Partner) if is_id(id) => id,
            (Deletion::Name { name }, Api::Channel) if !matches!(name.as_str(), "" | "." | "..") => name,
            (Deletion::One { .. }, Api::Channel) => {
                return Err(impossible("360dialog deletes only whole names at WABA level, all languages with them"));
            }
            (Deletion::Name { .. }, Api::Partner) => {
                return Err(impossible("360dialog's Partner API deletes by id, one language at a time"));
            }
            // An empty one would speak of the whole list.
            (Deletion::One { .. } | Deletion::Name { .. }, _) => {
                return Err(impossible("a deletion without an id or a name is not sent"));
            }
        };
        let request = Request::new(Method::DELETE, self.templates_url(Some(which), &[]));
        match self.calls.write(Call::Delete, &request).await {
            Ok(_) => Ok(()),
            Err(WriteError::Refused(error)) if error.kind == ErrorKind::NotFound => Err(WriteError::Unknown(error)),
            Err(error) => Err(error),
        }
    }

    /// Uploads a sample and gives its handle, verbatim; only the API at WABA level takes them.
    ///
    /// # Errors
    /// [`WriteError::NotSent`] or [`WriteError::Refused`]; in both cases no template has changed.
    pub async fn upload(&self, media: &Media) -> Result<String, WriteError> {
        let Media { file_name, mime, bytes } = media;
        if self.api() == Api::Partner {
            return Err(impossible("360dialog's Partner API has no uploads: samples go to it as public URLs"));
        }
        let length = bytes.len().to_string();
        let query = [("file_length", length.as_str()), ("file_type", mime), ("file_name", file_name)];
        let start = Request::new(Method::POST, join_url(&self.base, &["uploads"], &query));
        Uploads { calls: &self.calls, sessions: &self.base, scheme: None }.send(start, bytes).await
    }
}

/// Ids are letters and digits (examples of both references; recorded traffic, 2024-10); anything else would change the path.
fn is_id(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// What this API cannot do.
fn impossible(message: &str) -> WriteError {
    WriteError::NotSent(ProviderError::new(ErrorKind::Invalid, message, ""))
}

fn not_sent(part: &Unsendable) -> WriteError {
    impossible(&part.to_string())
}
