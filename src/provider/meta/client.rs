//! The calls: one method each, with what may be tried again and what is known after a failure.
//!
//! Reads are tried again; a write only when it was surely not processed, because there is no idempotency key and a repeated
//! edit burns the day's allowance (template-management page, 2026-09-11).

use std::time::Duration;

use reqwest::Method;
use secrecy::SecretString;
use serde_json::{Map, Value};
use url::Url;

use super::{HOSTS, VERSION, error, wire};
use crate::{
    provider::{
        Created, Deletion, ErrorKind, ProviderError, Submission, WriteError,
        host::HostPolicy,
        http::{Credential, Http, Payload, REQUEST_TIMEOUT, RETRY_BUDGET, Request},
        retry::Policy,
    },
    template::{Live, components::Unresolved},
};

/// What a client needs to know.
#[derive(Debug, Clone)]
pub struct MetaConfig {
    /// The WhatsApp Business Account; digits.
    pub waba_id: String,
    /// The app that media are uploaded to; without one there are no uploads.
    pub app_id: Option<String>,
    /// `https://graph.facebook.com`, or what stands in for it; version and path are appended.
    pub base_url: Url,
    /// A system user's token with `whatsapp_business_management`.
    pub token: SecretString,
    /// How long one request may take.
    pub timeout: Duration,
    /// How long a run of failures may last.
    pub retry_budget: Duration,
    /// Hosts beside Meta's own and loopback that may be given the token.
    pub allow_hosts: Vec<String>,
}

impl MetaConfig {
    /// Where the Graph API is.
    pub const BASE_URL: &'static str = "https://graph.facebook.com";

    /// The defaults: 30 s per request, 60 s per run of failures, no uploads, no further hosts.
    #[must_use]
    pub fn new(waba_id: impl Into<String>, base_url: Url, token: SecretString) -> Self {
        Self {
            waba_id: waba_id.into(),
            app_id: None,
            base_url,
            token,
            timeout: REQUEST_TIMEOUT,
            retry_budget: RETRY_BUDGET,
            allow_hosts: Vec::new(),
        }
    }
}

/// A client for one account.
#[derive(Debug)]
pub struct Client {
    waba_id: String,
    pub(super) app_id: Option<String>,
    base: Url,
    pub(super) http: Http,
    pub(super) policy: Policy,
}

impl Client {
    /// Checks host and token; sends nothing.
    ///
    /// # Errors
    /// [`ErrorKind::HostNotAllowed`], [`ErrorKind::Credentials`], or [`ErrorKind::Invalid`] for ids that are no ids.
    pub fn new(config: MetaConfig) -> Result<Self, ProviderError> {
        let MetaConfig { waba_id, app_id, base_url, token, timeout, retry_budget, allow_hosts } = config;
        for id in std::iter::once(&waba_id).chain(&app_id) {
            if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(ProviderError::new(
                    ErrorKind::Invalid,
                    format!("{id:?} is not an id of Meta (digits)"),
                    "",
                ));
            }
        }
        let mut base = base_url;
        base.set_query(None);
        base.set_fragment(None);
        let credential = Credential::new(&token)?;
        let http = Http::new(&base, HostPolicy::new(HOSTS, &allow_hosts), credential, timeout)?;
        Ok(Self { waba_id, app_id, base, http, policy: Policy::new(retry_budget) })
    }

    /// Another first pause between tries, for tests.
    #[must_use]
    pub const fn with_first_pause(mut self, pause: Duration) -> Self {
        self.policy.first_pause = pause;
        self
    }

    /// `208811029340111 @ https://graph.facebook.com`.
    #[must_use]
    pub fn scope(&self) -> String {
        format!("{} @ {}", self.waba_id, self.base.as_str().trim_end_matches('/'))
    }

    /// HTTP requests sent so far.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.http.requests()
    }

    /// A URL below the pinned version. Segments are encoded; the query is added as it is meant.
    pub(super) fn url(&self, path: &[&str], query: &[(&str, &str)]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().push(VERSION).extend(path);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }

    pub(super) fn templates_url(&self, query: &[(&str, &str)]) -> Url {
        self.url(&[&self.waba_id, "message_templates"], query)
    }

    /// Reads one template; `None` if there is none.
    ///
    /// # Errors
    /// After the tries of the policy, or at once when trying again is of no use.
    pub async fn get(&self, id: &str) -> Result<Option<Live>, ProviderError> {
        let request = Request::new(Method::GET, self.url(&[id], &[("fields", wire::FIELDS)]));
        match self.read(&request, |_| false).await {
            Ok(body) => wire::live(&body).map(Some).map_err(|what| self.protocol(&what, &request)),
            Err(error) if error.kind == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Creates a template.
    ///
    /// # Errors
    /// [`WriteError`] says what is known of the effect.
    pub async fn create(&self, submission: &Submission) -> Result<Created, WriteError> {
        let body = wire::create_body(submission).map_err(unresolved)?;
        let request = Request::new(Method::POST, self.templates_url(&[])).json(body);
        let answer = self.write(&request).await?;
        wire::created(&answer, submission).map_err(|what| WriteError::Unknown(self.protocol(&what, &request)))
    }

    /// Replaces a template's content.
    ///
    /// # Errors
    /// [`WriteError`] says what is known of the effect.
    pub async fn edit(&self, id: &str, submission: &Submission) -> Result<(), WriteError> {
        let body = wire::edit_body(submission).map_err(unresolved)?;
        let request = Request::new(Method::POST, self.url(&[id], &[])).json(body);
        let answer = self.write(&request).await?;
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
        match self.write(&request).await {
            Ok(answer) => self.success(&answer, &request),
            Err(WriteError::Refused(error)) if error.subcode == Some(error::NO_SUCH_TEMPLATE) => Ok(()),
            // The same words for an account that this token does not see any more: only a look at it can tell.
            Err(WriteError::Refused(error)) if error.kind == ErrorKind::NotFound => Err(WriteError::Unknown(error)),
            Err(error) => Err(error),
        }
    }

    /// One request and what its answer means.
    async fn once(&self, request: &Request) -> Result<Map<String, Value>, Failure> {
        match self.http.send(request).await {
            Ok(reply) => error::judge(&reply, &self.http).map_err(Failure::Answered),
            Err(lost) if lost.sent => Err(Failure::Lost(lost.error)),
            Err(lost) => Err(Failure::NotSent(lost.error)),
        }
    }

    /// A request without effect, tried again while that may help. `give_up` ends it earlier.
    pub(super) async fn read(
        &self,
        request: &Request,
        give_up: impl Fn(&ProviderError) -> bool,
    ) -> Result<Map<String, Value>, ProviderError> {
        let again = |failure: &Failure| failure.error().is_transient() && !give_up(failure.error());
        let asked = |failure: &Failure| failure.error().retry_after;
        self.policy.run(|| self.once(request), again, asked).await.map_err(Failure::into_error)
    }

    /// A request with an effect, tried again only if it surely had none.
    async fn write(&self, request: &Request) -> Result<Map<String, Value>, WriteError> {
        debug_assert!(!matches!(request.payload, Payload::Bytes(_)));
        let asked = |failure: &Failure| failure.error().retry_after;
        self.policy.run(|| self.once(request), Failure::surely_without_effect, asked).await.map_err(Failure::effect)
    }

    /// `{"success": true}`.
    fn success(&self, answer: &Map<String, Value>, request: &Request) -> Result<(), WriteError> {
        match answer.get("success").and_then(Value::as_bool) {
            Some(true) => Ok(()),
            Some(false) => {
                let message = "the provider says that it did not succeed, without a reason";
                Err(WriteError::Refused(ProviderError::new(ErrorKind::Invalid, message, request.shown())))
            }
            None => Err(WriteError::Unknown(self.protocol("the answer has no `success`", request))),
        }
    }

    /// An answer of another shape.
    pub(super) fn protocol(&self, what: &str, request: &Request) -> ProviderError {
        ProviderError::new(ErrorKind::Protocol, self.http.clean(what), request.shown())
    }
}

/// Media have to be handles before anything is sent.
fn unresolved(Unresolved { path }: Unresolved) -> WriteError {
    let message = format!("the media sample at {path} is not uploaded");
    WriteError::NotSent(ProviderError::new(ErrorKind::Invalid, message, ""))
}

/// Why one request did not succeed.
#[derive(Debug)]
enum Failure {
    /// The provider answered with an error.
    Answered(ProviderError),
    /// It may have arrived; there is no whole answer.
    Lost(ProviderError),
    /// It did not leave.
    NotSent(ProviderError),
}

impl Failure {
    const fn error(&self) -> &ProviderError {
        match self {
            Self::Answered(error) | Self::Lost(error) | Self::NotSent(error) => error,
        }
    }

    fn into_error(self) -> ProviderError {
        match self {
            Self::Answered(error) | Self::Lost(error) | Self::NotSent(error) => error,
        }
    }

    /// No connection, or refused for the rate in the provider's own words.
    fn surely_without_effect(&self) -> bool {
        match self {
            Self::Answered(error) => error.kind == ErrorKind::RateLimited && error.code.is_some(),
            Self::NotSent(error) => error.kind == ErrorKind::Unavailable,
            Self::Lost(_) => false,
        }
    }

    fn effect(self) -> WriteError {
        match self {
            Self::Answered(error) => error::effect(error),
            Self::Lost(error) => WriteError::Unknown(error),
            Self::NotSent(error) => WriteError::NotSent(error),
        }
    }
}
