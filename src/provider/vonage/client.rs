//! The calls: one method each, with what may be tried again and what is known after a failure.

use std::{sync::Arc, time::Duration};

use reqwest::Method;
use secrecy::SecretString;
use serde_json::{Map, Value};
use url::Url;

use super::{
    CAPABILITIES, HOSTS,
    body::body,
    error,
    token::{Signed, Tokens},
    wire,
};
use crate::{
    capability::{Call, Submission, Unsendable},
    provider::{
        Created, Deletion, ErrorKind, Media, ProviderError, WriteError,
        authorization::{Authorize, Credential, Key},
        calls::{Calls, upload_error},
        connection::{Connection, join_url},
        request::{Payload, Request},
    },
    template::{Category, Live},
};

/// How requests are signed.
#[derive(Debug, Clone)]
pub enum Signer {
    /// Tokens that the application's private key signs.
    Application {
        /// The application.
        id: String,
        /// Its private key, PEM.
        private_key: SecretString,
    },
    /// A ready token: only the embedded sandbox takes one.
    Token(SecretString),
}

/// What a client needs to know.
#[derive(Debug, Clone)]
pub struct Config {
    /// The WhatsApp Business Account; digits.
    pub waba_id: String,
    /// Who signs.
    pub signer: Signer,
    /// Where and how.
    pub connection: Connection,
}

/// A client for one account.
#[derive(Debug)]
pub struct Client {
    waba_id: String,
    base: Url,
    pub(super) calls: Calls,
    tokens: Option<Arc<Tokens>>,
}

impl Client {
    /// Checks host and credential; sends nothing.
    ///
    /// # Errors
    /// [`ErrorKind::HostNotAllowed`], [`ErrorKind::Credentials`], or [`ErrorKind::Invalid`] for ids that are no ids.
    pub fn new(config: Config) -> Result<Self, ProviderError> {
        let Config { waba_id, signer, connection } = config;
        if waba_id.is_empty() || !waba_id.bytes().all(|byte| byte.is_ascii_digit()) {
            let message = format!("{waba_id:?} is not the id of a WABA (digits)");
            return Err(ProviderError::new(ErrorKind::Invalid, message, ""));
        }
        let (authorize, tokens): (Box<dyn Authorize>, _) = match signer {
            Signer::Application { id, private_key } => {
                let tokens = Arc::new(Tokens::new(id, &private_key)?);
                (Box::new(Signed(Arc::clone(&tokens))), Some(tokens))
            }
            Signer::Token(token) => {
                let credential = Credential::new(&token)?;
                (Box::new(Key { header: "authorization", scheme: "Bearer", credential }), None)
            }
        };
        let (base, calls) = connection.open(HOSTS, authorize, error::decode_response)?;
        Ok(Self { waba_id, base, calls, tokens })
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

    pub(super) fn templates_url(&self, query: &[(&str, &str)]) -> Url {
        join_url(&self.base, &["wabas", &self.waba_id, "templates"], query)
    }

    fn template_url(&self, id: &str) -> Url {
        join_url(&self.base, &["wabas", &self.waba_id, "templates", id], &[])
    }

    /// A read; once more with another token if this one was refused for a clock that is off.
    pub(super) async fn read(
        &self,
        call: Call,
        request: &Request,
        give_up: impl Fn(&ProviderError) -> bool,
    ) -> Result<Map<String, Value>, ProviderError> {
        match self.calls.read(call, request, &give_up).await {
            Err(error) if self.signs_anew(&error) => self.calls.read(call, request, give_up).await,
            other => other,
        }
    }

    /// A write; likewise. A refused token is refused before anything is done.
    async fn write(&self, call: Call, request: &Request) -> Result<Map<String, Value>, WriteError> {
        match self.calls.write(call, request).await {
            Err(WriteError::Refused(error)) if self.signs_anew(&error) => self.calls.write(call, request).await,
            other => other,
        }
    }

    fn signs_anew(&self, error: &ProviderError) -> bool {
        let refused = error.kind == ErrorKind::Credentials && error.http_status == Some(401);
        refused && self.tokens.as_ref().is_some_and(|tokens| tokens.follow(self.calls.http.clock_ahead()))
    }

    /// Reads one template; `None` if there is none.
    ///
    /// # Errors
    /// After the tries of the policy, or at once when trying again is of no use.
    pub async fn get(&self, id: &str) -> Result<Option<Live>, ProviderError> {
        match self.look(id, |_| false).await {
            Err(error) if error.kind == ErrorKind::NotFound => self.sees_account().await.map(|()| None),
            other => other.map(Some),
        }
    }

    async fn look(&self, id: &str, give_up: impl Fn(&ProviderError) -> bool) -> Result<Live, ProviderError> {
        if id.is_empty() {
            // The path would be the list's.
            return Err(ProviderError::new(ErrorKind::Invalid, "a template without an id cannot be read", ""));
        }
        let request = Request::new(Method::GET, self.template_url(id));
        let body = self.read(Call::Get, &request, give_up).await?;
        wire::live(&body).map_err(|what| self.calls.protocol(&what, &request))
    }

    /// Whether the credential sees the account at all. A 404 is given for a template that is gone, for an account that is
    /// gone and for those of others (Vonage's API standard), in words alone; the account itself tells them apart.
    async fn sees_account(&self) -> Result<(), ProviderError> {
        let request = Request::new(Method::GET, self.templates_url(&[("limit", "1")]));
        self.read(Call::List, &request, |_| false).await.map(drop)
    }

    /// Creates a template and looks at it once: the answer of a create is an id alone (OpenAPI 1.4.0).
    ///
    /// # Errors
    /// [`WriteError`] says what is known of the effect.
    pub async fn create(&self, submission: &Submission) -> Result<Created, WriteError> {
        let Submission { key, category, content } = submission;
        let Some(category) = category else {
            return Err(not_sent(ErrorKind::Invalid, "a create without a category is not sent"));
        };
        let body = body(key, category, content).map_err(|part| unsendable(&part))?;
        let request = Request::new(Method::POST, self.templates_url(&[])).json(body);
        let answer = self.write(Call::Create, &request).await?;
        let id = wire::created(&answer).map_err(|what| WriteError::Unknown(self.calls.protocol(&what, &request)))?;
        // It is there; that it cannot be seen yet is no failure of the create.
        let shown = self.look(&id, |_| true).await.ok();
        Ok(wire::seen(id, shown, submission))
    }

    /// Replaces a template's content. The body needs a category (OpenAPI 1.4.0): one that is not to change is read first.
    ///
    /// # Errors
    /// [`WriteError`] says what is known of the effect.
    pub async fn edit(&self, id: &str, submission: &Submission) -> Result<(), WriteError> {
        let Submission { key, category, content } = submission;
        if id.is_empty() {
            return Err(not_sent(ErrorKind::Invalid, "an edit without an id is not sent"));
        }
        // What cannot be sent is refused before anything is asked.
        body(key, category.as_ref().unwrap_or(&Category::Utility), content).map_err(|part| unsendable(&part))?;
        let category = match category {
            Some(category) => category.clone(),
            None => {
                let live = self.look(id, |_| false).await.map_err(WriteError::NotSent)?;
                if live.key != *key {
                    let message = format!("template {id} is {}, not {key}", live.key);
                    return Err(not_sent(ErrorKind::Invalid, &message));
                }
                live.category
            }
        };
        let body = body(key, &category, content).map_err(|part| unsendable(&part))?;
        let request = Request::new(Method::PUT, self.template_url(id)).json(body);
        let answer = self.write(Call::Edit, &request).await?;
        self.done(&answer, &request)
    }

    /// Deletes: a name alone takes all its languages, with an id only the template that has both (API reference, 2026-11).
    /// What is gone already is a success.
    ///
    /// # Errors
    /// [`WriteError`] says what is known of the effect.
    pub async fn delete(&self, deletion: &Deletion) -> Result<(), WriteError> {
        let url = match deletion {
            Deletion::One { id, key } if !id.is_empty() && !key.name.is_empty() => {
                self.templates_url(&[("name", &key.name), ("hsm_id", id)])
            }
            Deletion::Name { name } if !name.is_empty() => self.templates_url(&[("name", name)]),
            // An empty id would delete every language of the name.
            Deletion::One { id: _, key: _ } | Deletion::Name { name: _ } => {
                return Err(not_sent(ErrorKind::Invalid, "a deletion without an id or a name is not sent"));
            }
        };
        let request = Request::new(Method::DELETE, url);
        match self.write(Call::Delete, &request).await {
            Ok(answer) => self.done(&answer, &request),
            Err(WriteError::Refused(error)) if error.kind == ErrorKind::NotFound => {
                self.sees_account().await.map_err(|_| WriteError::Unknown(error))
            }
            Err(error) => Err(error),
        }
    }

    /// 204 without a body.
    fn done(&self, answer: &Map<String, Value>, request: &Request) -> Result<(), WriteError> {
        if answer.is_empty() {
            return Ok(());
        }
        Err(WriteError::Unknown(self.calls.protocol("there is an answer where none is documented", request)))
    }

    /// Uploads a sample and gives the handle to put into a template; verbatim, it has several forms. Nothing is said about
    /// how long it works: Meta's are good for about a day.
    ///
    /// # Errors
    /// Never [`WriteError::Unknown`]: an upload changes no template.
    pub async fn upload(&self, media: &Media) -> Result<String, WriteError> {
        let types = CAPABILITIES.media_types;
        if !types.contains(&media.mime.as_str()) {
            let message = format!("Vonage takes samples of {}, not of {}", types.join(", "), media.mime);
            return Err(not_sent(ErrorKind::Invalid, &message));
        }
        // Not below the WABA: an upload belongs to none.
        let url = join_url(&self.base, &["media", "uploads"], &[("file_type", &media.mime)]);
        let mut request = Request::new(Method::POST, url);
        request.payload = Payload::Form { field: "mediafile", media: media.clone() };
        let answer = self.read(Call::Upload, &request, |_| false).await.map_err(upload_error)?;
        wire::handle(&answer).map_err(|what| upload_error(self.calls.protocol(&what, &request)))
    }
}

fn not_sent(kind: ErrorKind, message: &str) -> WriteError {
    WriteError::NotSent(ProviderError::new(kind, message, ""))
}

fn unsendable(part: &Unsendable) -> WriteError {
    not_sent(ErrorKind::Invalid, &part.to_string())
}
