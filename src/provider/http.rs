//! One HTTP request, sent once: bounded in time and size, without redirects, counted, logged without secrets.
//!
//! Says for each failure whether the request may have arrived. Tries nothing again and reads no bodies: that is
//! [`super::retry`]'s and the providers' part.

use std::{
    sync::atomic::{AtomicI64, AtomicU64, Ordering},
    time::{Duration, Instant},
};

use jiff::SignedDuration;
use reqwest::header;
use serde_json::{Map, Value};
use url::Url;

use super::{
    ErrorKind, ProviderError,
    authorization::Authorize,
    host::HostPolicy,
    proxy::{self, ProxyAnswer, ProxySettings},
    request::{Payload, Request},
    secret::mask_answer,
    throttle::Throttle,
    tls,
};
use crate::time::LONGEST;

/// Most memory that the values of one answer may take, bytes: 6,000 templates take about 40 MB.
pub const MAX_VALUES: usize = 160 << 20;
/// Largest answer that is read, bytes. Infobip lists a whole account in one answer (OpenAPI 3.210.0): 6,000 templates with room.
pub const MAX_BODY: usize = 64 * 1024 * 1024;
/// How long a connection may take.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a request may take, by default.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// No answer with a date came yet.
const UNKNOWN: i64 = i64::MIN;
/// How long a run of failures may last, by default.
pub const RETRY_BUDGET: Duration = Duration::from_secs(60);

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
pub struct TransportError {
    /// Whether the request may have arrived.
    pub sent: bool,
    /// What happened.
    pub error: ProviderError,
}

/// Sends requests with one credential to one provider.
#[derive(Debug)]
pub struct Http {
    client: reqwest::Client,
    authorize: Box<dyn Authorize>,
    hosts: HostPolicy,
    /// Spreads requests when the allowance runs low.
    pub throttle: Throttle,
    requests: AtomicU64,
    timeout: Duration,
    /// How far the provider's clock is ahead of ours, milliseconds, by the `Date` of the latest answer.
    ahead_ms: AtomicI64,
}

impl Http {
    /// A client for requests below `base`.
    ///
    /// # Errors
    /// [`ErrorKind::HostNotAllowed`] if the host may not be given the credential.
    pub fn new(
        base: &Url,
        hosts: HostPolicy,
        authorize: Box<dyn Authorize>,
        timeout: Duration,
        proxies: &ProxySettings,
    ) -> Result<Self, ProviderError> {
        hosts.check(base)?;
        let fault = |kind, message: String| ProviderError::new(kind, message, String::new());
        let builder = reqwest::Client::builder()
            .user_agent(concat!("letterpress/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(CONNECT_TIMEOUT.min(timeout))
            .timeout(timeout)
            .referer(false)
            .gzip(true)
            // The library's own reading of the variables: see `proxy`.
            .no_proxy();
        let proxy = proxies.client_proxy(base).map_err(|error| fault(ErrorKind::Invalid, error.to_string()))?;
        let builder = proxy.into_iter().fold(builder, reqwest::ClientBuilder::proxy);
        // Without TLS nobody's certificate is looked at: that works on machines without any CA.
        let builder = if base.scheme() == "http" { builder.tls_certs_only([]) } else { builder };
        let client = builder.build().map_err(|error| {
            let (kind, message) = explain(&error);
            fault(kind, format!("no HTTP client: {message}"))
        })?;
        let ahead_ms = AtomicI64::new(UNKNOWN);
        Ok(Self {
            client,
            authorize,
            hosts,
            throttle: Throttle::default(),
            requests: AtomicU64::new(0),
            timeout,
            ahead_ms,
        })
    }

    /// How far the provider's clock is ahead of ours, by the `Date` of its latest answer; a second is as fine as it gets.
    #[must_use]
    pub fn clock_ahead(&self) -> Option<SignedDuration> {
        let ahead = self.ahead_ms.load(Ordering::Relaxed);
        (ahead != UNKNOWN).then(|| SignedDuration::from_millis(ahead))
    }

    /// Requests sent so far.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// A text of the provider, fit for people; see [`Authorize::clean`].
    #[must_use]
    pub fn clean(&self, text: &str) -> String {
        self.authorize.clean(text)
    }

    /// An answer without the secret: what the account shows goes into plans, ledgers and files.
    pub fn mask(&self, answer: &mut Map<String, Value>) {
        mask_answer(answer, &|text| self.authorize.mask(text));
    }

    /// Sends a request once and reads the answer.
    ///
    /// # Errors
    /// [`TransportError`] if there is no whole answer.
    pub async fn send(&self, request: &Request) -> Result<Reply, TransportError> {
        let shown = request.shown();
        let not_sent = |mut error: ProviderError| {
            error.request.clone_from(&shown);
            TransportError { sent: false, error }
        };
        self.hosts.check(&request.url).map_err(not_sent)?;
        let (name, value) = self.authorize.header(request).map_err(not_sent)?;
        self.throttle.wait().await;

        let mut builder = self.client.request(request.method.clone(), request.url.clone());
        builder = builder.header(name, value);
        for (name, value) in &request.headers {
            builder = builder.header(*name, value);
        }
        builder = match &request.payload {
            Payload::Empty => builder,
            Payload::Json(object) => builder.json(object),
            Payload::Bytes(bytes) => builder.timeout(self.patience(bytes)).body(bytes.clone()),
            Payload::Form { field, media } => {
                let part = reqwest::multipart::Part::bytes(media.bytes.clone()).file_name(media.file_name.clone());
                let refuse = |error: reqwest::Error| {
                    not_sent(ProviderError::new(ErrorKind::Invalid, format!("`{}`: {error}", media.mime), ""))
                };
                let part = part.mime_str(&media.mime).map_err(refuse)?;
                let form = reqwest::multipart::Form::new().part(*field, part);
                builder.timeout(self.patience(&media.bytes)).multipart(form)
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

    /// A file may take longer than other requests: a second more for each 128 KiB.
    fn patience(&self, bytes: &[u8]) -> Duration {
        self.timeout.saturating_add(Duration::from_secs(u64::try_from(bytes.len() / (128 * 1024)).unwrap_or(0)))
    }

    /// Takes note of the provider's clock.
    fn look_at_the_clock(&self, headers: &header::HeaderMap) {
        if let Some(date) = date(headers, header::DATE) {
            let ahead = date.duration_since(jiff::Timestamp::now()).as_millis();
            self.ahead_ms.store(i64::try_from(ahead).unwrap_or(UNKNOWN), Ordering::Relaxed);
        }
    }

    async fn receive(&self, builder: reqwest::RequestBuilder, shown: &str) -> Result<Reply, TransportError> {
        let lost = |error: reqwest::Error| {
            let (kind, message) = explain(&error);
            let sent = !(error.is_connect() || error.is_builder());
            TransportError { sent, error: ProviderError::new(kind, self.clean(&message), shown) }
        };
        let mut response = builder.send().await.map_err(lost)?;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| TransportError { sent: true, ..lost(error) })? {
            if body.len() + chunk.len() > MAX_BODY {
                let message = format!("the answer is larger than {} MB", MAX_BODY / 1024 / 1024);
                return Err(TransportError {
                    sent: true,
                    error: ProviderError::new(ErrorKind::Protocol, message, shown),
                });
            }
            body.extend_from_slice(&chunk);
        }
        if crate::json::weight(&body) > MAX_VALUES {
            let message = "the answer holds more than any account";
            return Err(TransportError { sent: true, error: ProviderError::new(ErrorKind::Protocol, message, shown) });
        }
        let (status, headers) = (response.status().as_u16(), std::mem::take(response.headers_mut()));
        self.look_at_the_clock(&headers);
        Ok(Reply { status, headers, body, request: shown.to_owned() })
    }
}

/// What happened, in kind and in words.
fn explain(error: &reqwest::Error) -> (ErrorKind, String) {
    if let Some(fault) = tls::fault(error) {
        return (ErrorKind::Tls, format!("no secure connection: {fault}"));
    }
    match proxy::answer(error) {
        Some(ProxyAnswer::CredentialsWanted) => (
            ErrorKind::ProxyCredentials,
            "the proxy asks for a user and a password, or refuses those it got".to_owned(),
        ),
        Some(ProxyAnswer::NoConnection) => {
            (ErrorKind::Unavailable, format!("the proxy does not connect: {}", reason(error)))
        }
        None => (ErrorKind::Unavailable, reason(error)),
    }
}

/// What happened, down to the cause and without the URL, whose query may hold a secret.
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

/// A header that holds a date.
fn date(headers: &header::HeaderMap, name: header::HeaderName) -> Option<jiff::Timestamp> {
    let value = headers.get(name)?.to_str().ok()?.trim();
    jiff::fmt::rfc2822::parse(value).ok().map(|date| date.timestamp())
}

/// `Retry-After`: seconds, or a date (then from now on, by the clock of whoever says so).
#[must_use]
pub fn retry_after(headers: &header::HeaderMap) -> Option<Duration> {
    let value = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(Duration::from_secs(seconds).min(LONGEST));
    }
    let now = date(headers, header::DATE).unwrap_or_else(jiff::Timestamp::now);
    let wait = date(headers, header::RETRY_AFTER)?.duration_since(now);
    Some(Duration::try_from(wait).unwrap_or_default().min(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let mut headers = header::HeaderMap::new();
        headers.insert(header::RETRY_AFTER, "Wed, 21 Oct 2015 07:28:30 GMT".parse().unwrap());
        headers.insert(header::DATE, "Wed, 21 Oct 2015 07:28:00 GMT".parse().unwrap());
        assert_eq!(retry_after(&headers), Some(Duration::from_secs(30)), "by the provider's clock");
        for far in ["18446744073709551615", "9999999999999"] {
            assert_eq!(read(far), Some(LONGEST), "{far}");
        }
        for odd in ["18446744073709551616", "-1", "1e9", "", "NaN"] {
            assert_eq!(read(odd), None, "{odd}");
        }
    }
}
