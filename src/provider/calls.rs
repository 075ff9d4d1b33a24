//! Calls of a provider: one request and what its answer means, what may be tried again, what is known after a failure.
//!
//! Reads are tried again; a write only when it was surely not processed, because no provider takes an idempotency key and a
//! repeated edit burns the day's allowance (facts of all four providers, 2026-11). Knows no template and no URL.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::{
    Call, ErrorKind, ProviderError, WriteError,
    gate::Gate,
    http::{Http, Payload, Reply, Request},
    retry::Policy,
};

/// Reads an answer: its JSON object (empty where there is no body), or what is wrong.
pub type Judge = fn(&Reply, &Http) -> Result<Map<String, Value>, ProviderError>;

/// Sends the requests of one account.
#[derive(Debug)]
pub struct Calls {
    /// The connection.
    pub http: Http,
    /// How often and how long.
    pub policy: Policy,
    /// The provider's own limits, shared by all that they hold for.
    pub gate: Arc<Gate>,
    /// What the provider's answers mean.
    pub judge: Judge,
}

impl Calls {
    /// HTTP requests sent so far.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.http.requests()
    }

    /// One request and what its answer means.
    async fn once(&self, call: Call, request: &Request) -> Result<Map<String, Value>, Failure> {
        let closed = self.gate.closed_for();
        // A wait that does not fit into the budget is not begun, as for an answer of one's own.
        if closed > self.policy.budget {
            let message = "the provider asked for a pause that is longer than this run may wait";
            let mut error = ProviderError::new(ErrorKind::RateLimited, message, request.shown());
            error.retry_after = Some(closed);
            return Err(Failure::NotSent(error));
        }
        self.gate.pass(call).await;
        match self.http.send(request).await {
            Ok(reply) => (self.judge)(&reply, &self.http).map_err(|error| {
                if error.kind == ErrorKind::RateLimited {
                    error.retry_after.into_iter().for_each(|wait| self.gate.close_for(wait));
                }
                Failure::Answered(error)
            }),
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
        answer.map_err(Failure::effect)
    }

    /// An answer of another shape than the protocol says.
    #[must_use]
    pub fn protocol(&self, what: &str, request: &Request) -> ProviderError {
        ProviderError::new(ErrorKind::Protocol, self.http.clean(what), request.shown())
    }
}

/// What is known of a write that was answered with this error.
#[must_use]
pub fn effect(error: ProviderError) -> WriteError {
    let status = error.http_status.unwrap_or_default();
    let spoken = error.spoken;
    match error.kind {
        // Refused before anything was done, whatever the status.
        ErrorKind::RateLimited if spoken || status == 429 => WriteError::Refused(error),
        ErrorKind::RateLimited | ErrorKind::Unavailable => WriteError::Unknown(error),
        _ if status >= 500 || error.transient || (!spoken && status < 300) => WriteError::Unknown(error),
        _ => WriteError::Refused(error),
    }
}

/// Sorts a failure of an upload: what the provider answered is a refusal, all else did not get there as far as templates go.
#[must_use]
pub fn harmless(error: ProviderError) -> WriteError {
    if error.spoken { WriteError::Refused(error) } else { WriteError::NotSent(error) }
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
            Self::Answered(error) => error.kind == ErrorKind::RateLimited && error.spoken,
            Self::NotSent(error) => error.kind == ErrorKind::Unavailable,
            Self::Lost(_) => false,
        }
    }

    fn effect(self) -> WriteError {
        match self {
            Self::Answered(error) => effect(error),
            Self::Lost(error) => WriteError::Unknown(error),
            Self::NotSent(error) => WriteError::NotSent(error),
        }
    }
}
