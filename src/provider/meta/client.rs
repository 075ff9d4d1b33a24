//! The calls: one method each, with what may be tried again and what is known after a failure.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use reqwest::Method;
use secrecy::SecretString;
use serde_json::{Map, Value};
use url::Url;

use super::{HOSTS, VERSION, error, wire};
use crate::{
    capability::{Call, Submission},
    provider::{
        Created, Deletion, ErrorKind, ProviderError, WriteError,
        authorization::{Credential, Key},
        calls::Calls,
        connection::{Connection, join_url},
        request::Request,
    },
    template::{Live, components::Unresolved},
};

/// What a client needs to know.
#[derive(Debug, Clone)]
pub struct Config {
    /// The WhatsApp Business Account; digits.
    pub waba_id: String,
    /// The app that media are uploaded to; without one there are no uploads.
    pub app_id: Option<String>,
    /// A system user's token with `whatsapp_business_management`.
    pub token: SecretString,
    /// Where and how.
    pub connection: Connection,
}

/// A client for one account.
#[derive(Debug)]
pub struct Client {
    waba_id: String,
    pub(super) app_id: Option<String>,
    base: Url,
    pub(super) calls: Calls,
    /// Fields that this API does not know; none of them is asked for twice in a run.
    refused: Mutex<wire::Refused>,
}

impl Client {
    /// Checks host and token; sends nothing.
    ///
    /// # Errors
    /// [`ErrorKind::HostNotAllowed`], [`ErrorKind::Credentials`], or [`ErrorKind::Invalid`] for ids that are no ids.
    pub fn new(config: Config) -> Result<Self, ProviderError> {
        let Config { waba_id, app_id, token, connection } = config;
        for id in std::iter::once(&waba_id).chain(&app_id) {
            if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(ProviderError::new(
                    ErrorKind::Invalid,
                    format!("{id:?} is not an id of Meta (digits)"),
                    "",
                ));
            }
        }
        let key = Key { header: "authorization", scheme: "Bearer", credential: Credential::new(&token)? };
        let (base, calls) = connection.open(HOSTS, Box::new(key), error::decode_response)?;
        Ok(Self { waba_id, app_id, base, calls, refused: Mutex::default() })
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

    /// A URL below the pinned version. Segments are encoded; the query is added as it is meant.
    pub(super) fn url(&self, path: &[&str], query: &[(&str, &str)]) -> Url {
        let path: Vec<&str> = std::iter::once(VERSION).chain(path.iter().copied()).collect();
        join_url(&self.base, &path, query)
    }

    pub(super) fn templates_url(&self, query: &[(&str, &str)]) -> Url {
        self.url(&[&self.waba_id, "message_templates"], query)
    }

    /// Reads one template; `None` if there is none.
    ///
    /// # Errors
    /// After the tries of the policy, or at once when trying again is of no use.
    pub async fn get(&self, id: &str) -> Result<Option<Live>, ProviderError> {
        loop {
            let fields = wire::fields(&self.refused());
            let request = Request::new(Method::GET, self.url(&[id], &[("fields", &fields)]));
            match self.calls.read(Call::Get, &request, |_| false).await {
                Ok(body) => {
                    let live = wire::live(&body).map_err(|what| self.calls.protocol(&what, &request))?;
                    return Ok(Some(self.without_refused(live)));
                }
                Err(error) if error.kind == ErrorKind::NotFound => return Ok(None),
                Err(error) if self.leave_out(&error) => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Fields that this API does not know, as far as it has said so.
    pub(super) fn refused(&self) -> wire::Refused {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Leaves the fields out that an error names. Whether there was one that was asked for: then it is worth asking again,
    /// at most once for each field.
    pub(super) fn leave_out(&self, error: &ProviderError) -> bool {
        if error.code != Some(100) {
            return false;
        }
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        let mut again = false;
        for field in wire::refused_by(&error.message) {
            again |= refused.insert(field);
        }
        again
    }

    /// A template as it was read: what the API does not know is hidden, not absent.
    pub(super) fn without_refused(&self, mut live: Live) -> Live {
        live.unreadable.extend(wire::hidden(&self.refused()));
        live
    }

    /// Creates a template.
    ///
    /// # Errors
    /// [`WriteError`] says what is known of the effect.
    pub async fn create(&self, submission: &Submission) -> Result<Created, WriteError> {
        let body = wire::create_body(submission).map_err(unresolved)?;
        let request = Request::new(Method::POST, self.templates_url(&[])).json(body);
        let answer = self.calls.write(Call::Create, &request).await?;
        wire::created(&answer, submission).map_err(|what| WriteError::Unknown(self.calls.protocol(&what, &request)))
    }

    /// Replaces a template's content.
    ///
    /// # Errors
    /// [`WriteError`] says what is known of the effect.
    pub async fn edit(&self, id: &str, submission: &Submission) -> Result<(), WriteError> {
        let body = wire::edit_body(submission).map_err(unresolved)?;
        let request = Request::new(Method::POST, self.url(&[id], &[])).json(body);
        let answer = self.calls.write(Call::Edit, &request).await?;
        self.success(&answer, &request)
    }

    /// Deletes; parameters go in the query, a body is not read (observed). A template that is gone already is a success.
    ///
    /// # Errors
    /// [`WriteError`] says what is known of the effect.
    pub async fn delete(&self, deletion: &Deletion) -> Result<(), WriteError> {
        let url = match deletion {
            // The name goes along although the id is enough: without it the call is refused (template-management, 2026-09-11).
            Deletion::One { id, key } if !id.is_empty() => self.templates_url(&[("hsm_id", id), ("name", &key.name)]),
            Deletion::Name { name } if !name.is_empty() => self.templates_url(&[("name", name)]),
            // An empty id would delete every language of the name.
            Deletion::One { id: _, key: _ } | Deletion::Name { name: _ } => {
                let message = "a deletion without an id or a name is not sent";
                return Err(WriteError::NotSent(ProviderError::new(ErrorKind::Invalid, message, "DELETE")));
            }
        };
        let request = Request::new(Method::DELETE, url);
        match self.calls.write(Call::Delete, &request).await {
            Ok(answer) => self.success(&answer, &request),
            Err(WriteError::Refused(error)) if error.subcode == Some(error::NO_SUCH_TEMPLATE) => Ok(()),
            // The same words for an account that this token does not see any more: only a look at it can tell.
            Err(WriteError::Refused(error)) if error.kind == ErrorKind::NotFound => Err(WriteError::Unknown(error)),
            Err(error) => Err(error),
        }
    }

    /// `{"success": true}`.
    fn success(&self, answer: &Map<String, Value>, request: &Request) -> Result<(), WriteError> {
        match answer.get("success").and_then(Value::as_bool) {
            Some(true) => Ok(()),
            Some(false) => {
                let message = "the provider says that it did not succeed, without a reason";
                Err(WriteError::Refused(ProviderError::new(ErrorKind::Invalid, message, request.shown())))
            }
            None => Err(WriteError::Unknown(self.calls.protocol("the answer has no `success`", request))),
        }
    }
}

/// Media have to be handles before anything is sent.
fn unresolved(Unresolved { path }: Unresolved) -> WriteError {
    let message = format!("the media sample at {path} is not uploaded");
    WriteError::NotSent(ProviderError::new(ErrorKind::Invalid, message, ""))
}
