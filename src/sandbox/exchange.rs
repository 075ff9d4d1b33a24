//! Requests and answers as every dialect knows them; faults and the log around each.
//!
//! Everything here is synchronous and knows no socket; `server` carries requests in and answers out. Must not know what an
//! endpoint does.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use super::fault::{self, Effect};
use super::requests::{self, LoggedRequest, Operation};
use super::store::Store;

/// A request, as far as an API looks at it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Call {
    /// HTTP method.
    pub(crate) method: String,
    /// Path with its version.
    pub(crate) path: String,
    /// Query, raw.
    pub(crate) query: String,
    /// The `Authorization` header.
    pub(crate) authorization: Option<String>,
    /// The `X-API-Key` header.
    pub(crate) api_key: Option<String>,
    /// The `D360-API-KEY` header.
    pub(crate) channel_key: Option<String>,
    /// The `Content-Type` header.
    pub(crate) content_type: Option<String>,
    /// The `User-Agent` header.
    pub(crate) user_agent: Option<String>,
    /// The `file_offset` header of an upload.
    pub(crate) file_offset: Option<String>,
    /// Body.
    pub(crate) body: Vec<u8>,
    /// This server's own address.
    pub(crate) server: String,
}

impl Call {
    /// A parameter of the query.
    pub(crate) fn param(&self, name: &str) -> Option<String> {
        url::form_urlencoded::parse(self.query.as_bytes())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }

    /// The path's segments, decoded.
    pub(crate) fn segments(&self) -> Vec<String> {
        let plain = |segment: &str| {
            // Form decoding would turn a plus into a blank.
            let escaped = segment.replace('+', "%2B");
            url::form_urlencoded::parse(escaped.as_bytes()).next().map_or_else(String::new, |(key, _)| key.into_owned())
        };
        self.path.split('/').filter(|segment| !segment.is_empty()).map(plain).collect()
    }
}

/// An answer and what becomes of it on its way.
#[derive(Debug)]
pub(crate) struct Answer {
    /// HTTP status.
    pub(crate) status: u16,
    /// Headers.
    pub(crate) headers: Vec<(&'static str, String)>,
    /// Body.
    pub(crate) body: Vec<u8>,
    /// What becomes of it.
    pub(crate) delivery: Delivery,
}

impl Answer {
    /// An answer without a body.
    pub(crate) const fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new(), delivery: Delivery::Sent }
    }

    /// An answer that arrives.
    pub(crate) fn new(status: u16, kind: &str, body: Vec<u8>) -> Self {
        Self { status, headers: vec![("content-type", kind.to_owned())], body, delivery: Delivery::Sent }
    }
}

/// What becomes of an answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// It arrives.
    Sent,
    /// It arrives late.
    Late(Duration),
    /// The connection closes instead.
    Lost,
    /// Nothing ever comes.
    Never,
}

/// What a request turned out to be about.
#[derive(Clone, Debug)]
pub(crate) struct About {
    /// The API that it speaks.
    pub(crate) dialect: &'static str,
    /// What it asks for.
    pub(crate) operation: Operation,
    /// The account, as the store names it.
    pub(crate) place: Option<String>,
    /// `name/language`, or the name alone.
    pub(crate) template: Option<String>,
}

/// An error of the provider that a fault asks for; each dialect has its own envelope for it.
#[derive(Clone, Debug)]
pub(crate) struct FaultError {
    /// HTTP status.
    pub(crate) status: u16,
    /// Code and subcode, where the provider has them.
    pub(crate) code: Option<(i64, Option<i64>)>,
    /// In words.
    pub(crate) message: String,
    /// Whether the provider calls it passing.
    pub(crate) transient: bool,
}

/// Does what is asked, unless a fault is in the way; then writes it down.
///
/// `perform` does the work, `envelope` writes an error of the provider, `elsewhere` points a page's successor to another host.
pub(crate) fn with_faults(
    store: &Store,
    call: &Call,
    about: &About,
    perform: impl FnOnce() -> Answer,
    envelope: impl Fn(&FaultError) -> Answer,
    elsewhere: impl FnOnce(&mut Answer, &str),
) -> Answer {
    let effect =
        fault::take(store.root(), about.dialect, about.operation, about.template.as_deref()).unwrap_or_default();
    let mut answer = effect.as_ref().and_then(|effect| instead(effect, &envelope)).unwrap_or_else(perform);
    match &effect {
        Some(Effect::LostAnswer) => answer.delivery = Delivery::Lost,
        Some(Effect::Slow { millis }) => answer.delivery = Delivery::Late(Duration::from_millis(*millis)),
        Some(Effect::Truncated) => answer.body.truncate(answer.body.len() / 2),
        Some(Effect::ForeignNext { origin }) => elsewhere(&mut answer, origin),
        _ => {}
    }
    let time = match &about.place {
        Some(place) => store.now(place),
        None => store.latest_now(),
    };
    let time = time.unwrap_or_else(|_| Timestamp::now());
    // An account lives on its own clock, and says so as any server does.
    answer.headers.push(("date", time.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()));
    record(store, call, about, &answer, time);
    answer
}

/// The answer of an effect that keeps the work from being done.
fn instead(effect: &Effect, envelope: impl Fn(&FaultError) -> Answer) -> Option<Answer> {
    match effect {
        Effect::Http { status, body } => {
            let bytes = match body {
                Value::String(text) => text.clone().into_bytes(),
                other => other.to_string().into_bytes(),
            };
            Some(Answer::new(*status, "application/json; charset=UTF-8", bytes))
        }
        Effect::Error { status, code, subcode, message, transient } => Some(envelope(&FaultError {
            status: *status,
            code: Some((*code, *subcode)),
            message: message.clone(),
            transient: *transient,
        })),
        Effect::Timeout => Some(Answer { delivery: Delivery::Never, ..Answer::empty(500) }),
        Effect::Garbage => {
            let page = b"<!DOCTYPE html><title>Error</title><p>Sorry, something went wrong.";
            Some(Answer::new(200, "text/html; charset=utf-8", page.to_vec()))
        }
        Effect::RateLimited { retry_after } => {
            let message = "Application request limit reached".to_owned();
            let mut answer = envelope(&FaultError { status: 429, code: Some((4, None)), message, transient: true });
            answer.headers.push(("retry-after", retry_after.to_string()));
            Some(answer)
        }
        Effect::LostAnswer | Effect::Slow { .. } | Effect::Truncated | Effect::ForeignNext { .. } => None,
    }
}

/// Writes a request down. That it cannot be written keeps nobody from an answer.
fn record(store: &Store, call: &Call, about: &About, answer: &Answer, time: Timestamp) {
    let About { dialect, operation, place, template } = about;
    let silent = matches!(answer.delivery, Delivery::Lost | Delivery::Never);
    let request = LoggedRequest {
        time,
        dialect: (*dialect).to_owned(),
        method: call.method.clone(),
        path: call.path.clone(),
        query: requests::without_credentials(&call.query),
        content_type: call.content_type.clone(),
        body: requests::body(&call.body),
        parts: requests::parts(call.content_type.as_deref(), &call.body),
        client: call.user_agent.as_deref().and_then(requests::product),
        operation: *operation,
        waba: place.clone(),
        template: template.clone(),
        status: (!silent).then_some(answer.status),
    };
    if let Err(error) = requests::record(store.root(), &request) {
        tracing::warn!(%error, "a request of the sandbox was not recorded");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_taken_apart_and_decoded() {
        let call =
            Call { path: "/upload%3Aa+b//x%2Fy".into(), query: "a=1&b=%7B%22id%22%7D".into(), ..Call::default() };
        assert_eq!(call.segments(), ["upload:a+b", "x/y"]);
        assert_eq!(call.param("b").as_deref(), Some("{\"id\"}"));
    }
}
