//! Calls of a provider: one request and what its answer means, what may be tried again, what is known after a failure.
//!
//! Reads are tried again; a write only when it was surely not processed, because no provider takes an idempotency key and a
//! repeated edit burns the day's allowance (facts of all four providers, 2026-11). Knows no template and no URL.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use serde_json::{Map, Value};

use super::{
    ErrorKind, ProviderError, WriteError,
    http::{Http, Reply},
    rate_limiter::RateLimiter,
    request::{Payload, Request},
    retry::Policy,
};
use crate::capability::Call;

/// Reads an answer: its JSON object (empty where there is no body), or what is wrong.
pub type DecodeResponse = fn(&Reply, &Http) -> Result<Map<String, Value>, ProviderError>;

/// Most memory that the pages of one list may take together as values, bytes: 6,000 templates take about 40 MB.
pub const MAX_LIST: usize = 256 << 20;
/// How long one list may take, all its pages, waits and tries together.
pub const LIST_WITHIN: Duration = Duration::from_secs(600);

/// Sends the requests of one account.
#[derive(Debug)]
pub struct Calls {
    /// The connection.
    pub http: Http,
    /// How often and how long.
    pub policy: Policy,
    /// The provider's own limits, shared by all that they hold for.
    pub rate_limiter: Arc<RateLimiter>,
    /// What the provider's answers mean.
    pub decode_response: DecodeResponse,
    /// What the pages of the list that is being read took so far.
    pub listed: AtomicUsize,
    /// How long one list may take.
    pub list_within: Duration,
}

impl Calls {
    /// HTTP requests sent so far.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.http.requests()
    }

    /// Reads a whole list: within its time, and within the memory that lists may take.
    ///
    /// # Errors
    /// What the list's own reading says, or that it did not come to an end.
    pub async fn listing<T>(&self, read: impl Future<Output = Result<T, ProviderError>>) -> Result<T, ProviderError> {
        self.listed.store(0, Ordering::Relaxed);
        let minutes = self.list_within.as_secs().div_ceil(60);
        tokio::time::timeout(self.list_within, read).await.unwrap_or_else(|_| {
            let message = format!("the list was not read to its end within {minutes} minutes");
            Err(ProviderError::new(ErrorKind::Unavailable, message, ""))
        })
    }

    /// Counts a page; an error once the list is larger than any.
    fn count(&self, call: Call, reply: &Reply) -> Result<(), ProviderError> {
        if call != Call::List {
            return Ok(());
        }
        let weight = crate::json::weight(&reply.body);
        let before = self.listed.fetch_add(weight, Ordering::Relaxed);
        match before.saturating_add(weight) > MAX_LIST {
            true => {
                let message = "the pages of the list hold more than any account";
                Err(ProviderError::new(ErrorKind::Protocol, message, reply.request.clone()))
            }
            false => Ok(()),
        }
    }

    /// One request and what its answer means.
    async fn once(&self, call: Call, request: &Request) -> Result<Map<String, Value>, Failure> {
        let closed = self.rate_limiter.closed_for();
        // A wait that does not fit into the budget is not begun, as for an answer of one's own.
        if closed > self.policy.budget {
            let message = "the provider asked for a pause that is longer than this run may wait";
            let mut error = ProviderError::new(ErrorKind::RateLimited, message, request.shown());
            error.retry_after = Some(closed);
            return Err(Failure::NotSent(error));
        }
        self.rate_limiter.pass(call).await;
        match self.http.send(request).await {
            Ok(reply) => match self.count(call, &reply).and_then(|()| (self.decode_response)(&reply, &self.http)) {
                Ok(mut answer) => {
                    self.http.mask(&mut answer);
                    Ok(answer)
                }
                Err(error) => {
                    if error.kind == ErrorKind::RateLimited {
                        error.retry_after.into_iter().for_each(|wait| self.rate_limiter.close_for(wait));
                    }
                    Err(Failure::Answered(error))
                }
            },
            Err(lost) if lost.sent => Err(Failure::Lost(lost.error)),
            Err(lost) => Err(Failure::NotSent(lost.error)),
        }
    }

    /// A request without effect, tried again while that may help. `give_up` ends it earlier.
    ///
    /// # Errors
    /// After the tries of the policy, or at once when trying again is of no use.
    pub async fn read(
        &self,
        call: Call,
        request: &Request,
        give_up: impl Fn(&ProviderError) -> bool,
    ) -> Result<Map<String, Value>, ProviderError> {
        let again = |failure: &Failure| failure.error().is_transient() && !give_up(failure.error());
        let asked = |failure: &Failure| failure.error().retry_after;
        self.policy.run(|| self.once(call, request), again, asked).await.map_err(Failure::into_error)
    }

    /// A request with an effect, tried again only if it surely had none.
    ///
    /// # Errors
    /// [`WriteError`] says what is known of the effect.
    pub async fn write(&self, call: Call, request: &Request) -> Result<Map<String, Value>, WriteError> {
        debug_assert!(!matches!(request.payload, Payload::Bytes(_) | Payload::Form { .. }));
        let asked = |failure: &Failure| failure.error().retry_after;
        let answer = self.policy.run(|| self.once(call, request), Failure::surely_without_effect, asked).await;
        answer.map_err(Failure::write_outcome)
    }

    /// An answer of another shape than the protocol says.
    #[must_use]
    pub fn protocol(&self, what: &str, request: &Request) -> ProviderError {
        ProviderError::new(ErrorKind::Protocol, self.http.clean(what), request.shown())
    }
}

/// What is known of a write that was answered with this error.
#[must_use]
pub fn write_outcome(error: ProviderError) -> WriteError {
    let status = error.http_status.unwrap_or_default();
    let from_provider = error.from_provider;
    match error.kind {
        // Refused before anything was done, whatever the status.
        ErrorKind::RateLimited if from_provider || status == 429 => WriteError::Refused(error),
        ErrorKind::RateLimited | ErrorKind::Unavailable => WriteError::Unknown(error),
        _ if status >= 500 || error.transient || (!from_provider && status < 300) => WriteError::Unknown(error),
        _ => WriteError::Refused(error),
    }
}

/// Sorts a failure of an upload: what the provider answered is a refusal, all else did not get there as far as templates go.
#[must_use]
pub fn upload_error(error: ProviderError) -> WriteError {
    if error.from_provider { WriteError::Refused(error) } else { WriteError::NotSent(error) }
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
            Self::Answered(error) => error.kind == ErrorKind::RateLimited && error.from_provider,
            Self::NotSent(error) => error.kind == ErrorKind::Unavailable,
            Self::Lost(_) => false,
        }
    }

    fn write_outcome(self) -> WriteError {
        match self {
            Self::Answered(error) => write_outcome(error),
            Self::Lost(error) => WriteError::Unknown(error),
            Self::NotSent(error) => WriteError::NotSent(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::{
        authorization::{Credential, Key},
        connection::Connection,
        test_server::{Answer, TestServer},
    };

    fn calls(base: url::Url) -> Calls {
        let credential = Credential::new(&"a-good-token".into()).unwrap();
        let key = Key { header: "authorization", scheme: "Bearer", credential };
        let decode_response = |_: &Reply, _: &Http| Ok(Map::new());
        Connection::new(base).open(&[], Box::new(key), decode_response).unwrap().1
    }

    #[tokio::test(start_paused = true)]
    async fn a_list_comes_to_an_end() {
        let calls = calls("http://127.0.0.1:9".parse().unwrap());
        let error = calls.listing(std::future::pending::<Result<(), _>>()).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Unavailable);
        assert!(error.message.contains("10 minutes"), "{error}");
    }

    #[tokio::test]
    async fn pages_are_bounded_together() {
        let server = TestServer::start(|_| Answer::bytes(b"[1,2,3]", "application/json")).await;
        let calls = calls(server.url.clone());
        let page = || async {
            calls.read(Call::List, &Request::new(reqwest::Method::GET, server.url.clone()), |_| false).await
        };
        calls.listing(page()).await.unwrap();
        let error = calls.listing(async {
            calls.listed.store(MAX_LIST - 10, Ordering::Relaxed);
            page().await
        });
        assert_eq!(error.await.unwrap_err().kind, ErrorKind::Protocol);
        // Each list counts for itself.
        calls.listing(page()).await.unwrap();
    }
}
