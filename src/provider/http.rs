//! One HTTP request, sent once: bounded in time and size, without redirects, counted, logged without secrets.
//!
//! Says for each failure whether the request may have arrived. Tries nothing again and reads no bodies: that is
//! [`super::retry`]'s and the providers' part.

use std::{
    fmt,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use reqwest::{Method, header};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};
use url::Url;

use super::{
    ErrorKind, ProviderError,
    host::{HostPolicy, is_loopback},
    pacing::Pacer,
};

/// Largest answer that is read, bytes.
pub const MAX_BODY: usize = 16 * 1024 * 1024;
/// How long a connection may take.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a request may take, by default.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a run of failures may last, by default.
pub const RETRY_BUDGET: Duration = Duration::from_secs(60);

/// A token. It leaves this type only as a header that is marked sensitive.
#[derive(Clone)]
pub struct Credential(SecretString);

impl Credential {
    /// Takes a token; white space around it (the line break of a file) is not part of it.
    ///
    /// # Errors
    /// [`ErrorKind::Credentials`] if it is empty or holds what no header can carry.
    pub fn new(token: &SecretString) -> Result<Self, ProviderError> {
        let trimmed = token.expose_secret().trim();
        let refuse = |message: &str| Err(ProviderError::new(ErrorKind::Credentials, message, String::new()));
        if trimmed.is_empty() {
            return refuse("the token is empty");
        }
        if !trimmed.bytes().all(|byte| byte.is_ascii_graphic()) {
            return refuse("the token holds blanks, line breaks or characters outside ASCII");
        }
        Ok(Self(SecretString::from(trimmed)))
    }

    /// `SCHEME TOKEN`, marked sensitive.
    fn header(&self, scheme: &str) -> Result<header::HeaderValue, ProviderError> {
        let value = header::HeaderValue::try_from(format!("{scheme} {}", self.0.expose_secret()));
        let mut value = value.map_err(|_| {
            ProviderError::new(ErrorKind::Credentials, "the token cannot be sent as a header", String::new())
        })?;
        value.set_sensitive(true);
        Ok(value)
    }

    /// A text of the provider without the token and without control characters, for people. Tokens of a few characters
    /// (sandboxes) are no secrets and would blot out half the text.
    #[must_use]
    pub fn clean(&self, text: &str) -> String {
        let mut plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let token = self.0.expose_secret();
        if token.len() >= 8 {
            let encoded: String = url::form_urlencoded::byte_serialize(token.as_bytes()).collect();
            plain = plain.replace(token, "***").replace(&encoded, "***");
        }
        plain.chars().take(2000).collect()
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credential(***)")
    }
}

/// What a request carries.
#[derive(Debug, Clone)]
pub enum Payload {
    /// Nothing.
    Empty,
    /// A JSON object.
    Json(Map<String, Value>),
    /// Raw bytes of a file.
    Bytes(Vec<u8>),
}

/// A request.
#[derive(Debug, Clone)]
pub struct Request {
    /// GET, POST, DELETE.
    pub method: Method,
    /// Where to.
    pub url: Url,
    /// Scheme of the Authorization header, `Bearer`.
    pub scheme: &'static str,
    /// Further headers; nothing secret.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub payload: Payload,
}

impl Request {
    /// A request without a body.
    #[must_use]
    pub const fn new(method: Method, url: Url) -> Self {
        Self { method, url, scheme: "Bearer", headers: Vec::new(), payload: Payload::Empty }
    }

    /// With a JSON body.
    #[must_use]
    pub fn json(self, body: Map<String, Value>) -> Self {
        Self { payload: Payload::Json(body), ..self }
    }

    /// Method and path for people and logs. An upload session is cut short: whoever knows it may write to it.
    #[must_use]
    pub fn shown(&self) -> String {
        let path = self.url.path();
        let path = path.split_once("upload:").map_or_else(|| path.to_owned(), |(base, _)| format!("{base}upload:…"));
        format!("{} {path}", self.method)
    }
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Its headers.
    pub headers: header::HeaderMap,
    /// Its body, decompressed.
    pub body: Vec<u8>,
    /// What it answers, see [`Request::shown`].
    pub request: String,
}

/// No answer.
#[derive(Debug, Clone)]
pub struct Lost {
    /// Whether the request may have arrived.
    pub sent: bool,
    /// What happened.
    pub error: ProviderError,
}

/// Sends requests with one credential to one provider.
#[derive(Debug)]
pub struct Http {
    client: reqwest::Client,
    credential: Credential,
    hosts: HostPolicy,
    /// Spreads requests when the allowance runs low.
    pub pacer: Pacer,
    requests: AtomicU64,
    timeout: Duration,
}

impl Http {
    /// A client for requests below `base`.
    ///
    /// # Errors
    /// [`ErrorKind::HostNotAllowed`] if the host may not be given the credential.
    pub fn new(
        base: &Url,
        hosts: HostPolicy,
        credential: Credential,
        timeout: Duration,
    ) -> Result<Self, ProviderError> {
        hosts.check(base)?;
        let builder = reqwest::Client::builder()
            .user_agent(concat!("letterpress/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(CONNECT_TIMEOUT.min(timeout))
            .timeout(timeout)
            .referer(false)
            .gzip(true);
        // A proxy must not see what is meant for this machine.
        let builder = if is_loopback(base) { builder.no_proxy() } else { builder };
        let client = builder.build().map_err(|error| {
            ProviderError::new(ErrorKind::Unavailable, format!("no HTTP client: {}", reason(&error)), String::new())
        })?;
        Ok(Self { client, credential, hosts, pacer: Pacer::default(), requests: AtomicU64::new(0), timeout })
    }

    /// Requests sent so far.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// A text of the provider, fit for people; see [`Credential::clean`].
    #[must_use]
    pub fn clean(&self, text: &str) -> String {
        self.credential.clean(text)
    }

    /// Sends a request once and reads the answer.
    ///
    /// # Errors
    /// [`Lost`] if there is no whole answer.
    pub async fn send(&self, request: &Request) -> Result<Reply, Lost> {
        let shown = request.shown();
        let not_sent = |mut error: ProviderError| {
            error.request.clone_from(&shown);
            Lost { sent: false, error }
        };
        self.hosts.check(&request.url).map_err(not_sent)?;
        let authorization = self.credential.header(request.scheme).map_err(not_sent)?;
        self.pacer.wait().await;

        let mut builder = self.client.request(request.method.clone(), request.url.clone());
        builder = builder.header(header::AUTHORIZATION, authorization);
        for (name, value) in &request.headers {
            builder = builder.header(*name, value);
        }
        builder = match &request.payload {
            Payload::Empty => builder,
            Payload::Json(object) => builder.json(object),
            // A file may take longer than other requests: a second more for each 128 KiB.
            Payload::Bytes(bytes) => {
                let more = Duration::from_secs(u64::try_from(bytes.len() / (128 * 1024)).unwrap_or(0));
                builder.timeout(self.timeout + more).body(bytes.clone())
            }
        };
        self.requests.fetch_add(1, Ordering::Relaxed);
        let start = Instant::now();
        let answer = self.receive(builder, &shown).await;
        let ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
        match &answer {
            Ok(reply) => tracing::debug!(request = %shown, status = reply.status, ms, "answered"),
            Err(lost) => tracing::debug!(request = %shown, ms, error = %lost.error.message, "not answered"),
        }
        answer
    }

    async fn receive(&self, builder: reqwest::RequestBuilder, shown: &str) -> Result<Reply, Lost> {
        let lost = |error: reqwest::Error| {
            let message = self.clean(&reason(&error));
            let sent = !(error.is_connect() || error.is_builder());
            Lost { sent, error: ProviderError::new(ErrorKind::Unavailable, message, shown) }
        };
        let mut response = builder.send().await.map_err(lost)?;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| Lost { sent: true, ..lost(error) })? {
            if body.len() + chunk.len() > MAX_BODY {
                let message = format!("the answer is larger than {} MB", MAX_BODY / 1024 / 1024);
                return Err(Lost { sent: true, error: ProviderError::new(ErrorKind::Protocol, message, shown) });
            }
            body.extend_from_slice(&chunk);
        }
        let (status, headers) = (response.status().as_u16(), std::mem::take(response.headers_mut()));
        Ok(Reply { status, headers, body, request: shown.to_owned() })
    }
}

/// What happened, down to the cause and without the URL (its query is nobody's business).
fn reason(error: &reqwest::Error) -> String {
    let what = if error.is_timeout() {
        "no answer in time"
    } else if error.is_dns() {
        "the host name cannot be resolved"
    } else if error.is_connect() {
        "no connection"
    } else {
        "the connection broke"
    };
    let mut cause: Option<&(dyn std::error::Error + 'static)> = std::error::Error::source(error);
    let mut last = None;
    while let Some(error) = cause {
        last = Some(error.to_string());
        cause = error.source();
    }
    last.map_or_else(|| what.to_owned(), |last| format!("{what} ({last})"))
}

/// `Retry-After`: seconds, or a date (then from now on).
#[must_use]
pub fn retry_after(headers: &header::HeaderMap) -> Option<Duration> {
    let value = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let at = jiff::fmt::rfc2822::parse(value).ok()?.timestamp();
    let wait = at.duration_since(jiff::Timestamp::now());
    Some(Duration::try_from(wait).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_shows_nowhere() {
        let credential = Credential::new(&SecretString::from(" CANARY-7f3a \n")).unwrap();
        assert!(!format!("{credential:?}").contains("CANARY"));
        assert!(!format!("{:?}", credential.header("Bearer").unwrap()).contains("CANARY"));
        assert_eq!(credential.clean("bad token CANARY-7f3a\u{1b}[31m"), "bad token *** [31m");
        for bad in ["", " \n", "a b", "a\nb", "ä"] {
            assert_eq!(Credential::new(&SecretString::from(bad)).unwrap_err().kind, ErrorKind::Credentials);
        }
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let read = |value: &str| {
            let mut headers = header::HeaderMap::new();
            headers.insert(header::RETRY_AFTER, value.parse().unwrap());
            retry_after(&headers)
        };
        assert_eq!(read("7"), Some(Duration::from_secs(7)));
        assert_eq!(read("Wed, 21 Oct 2015 07:28:00 GMT"), Some(Duration::ZERO));
        assert!(read("Fri, 31 Dec 2100 23:59:59 GMT").unwrap() > Duration::from_secs(1000));
        assert_eq!(read("soon"), None);
    }
}
