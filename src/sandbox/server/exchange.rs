//! One request from its bytes to its answer: the dialect that it speaks, the injected failure that it meets, the request log.
//!
//! Everything here is synchronous and knows no socket; `listener` carries requests in and answers out. Must not know what an
//! endpoint does.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use super::request_log::{self, LoggedRequest};
use crate::sandbox::{
    dialects::{
        self,
        credentials::without_credentials,
        request::{InjectedError, Subject},
        wire::{Answer, Call},
    },
    rules::{
        fault::{self, Effect},
        store::Store,
    },
};

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

/// Answers one request and records it. An injected failure takes effect before the work, in its place, or on its answer.
pub(crate) fn answer(store: &Store, call: &Call) -> (Answer, Delivery) {
    let request = dialects::understand(store, call);
    let subject = request.subject();
    let effect =
        fault::take(store.root(), subject.dialect, subject.operation, subject.template.as_deref()).unwrap_or_default();
    let replaced = effect.as_ref().and_then(|effect| instead(effect, |error| request.error(error)));
    let mut answer = replaced.unwrap_or_else(|| request.perform());
    match &effect {
        Some(Effect::Truncated) => answer.body.truncate(answer.body.len() / 2),
        Some(Effect::ForeignNext { origin }) => request.redirect_next_page(&mut answer, origin),
        _ => {}
    }
    let delivery = delivery(effect.as_ref());
    let time = match &subject.account {
        Some(account) => store.now(account),
        None => store.latest_now(),
    };
    let time = time.unwrap_or_else(|_| Timestamp::now());
    // An account has its own clock, and `Date` tells it, as any server tells its own.
    answer.headers.push(("date", time.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()));
    answer.headers.extend(request.headers());
    record(store, call, &subject, &answer, &delivery, time);
    (answer, delivery)
}

/// What an effect does to the delivery of an answer.
fn delivery(effect: Option<&Effect>) -> Delivery {
    match effect {
        Some(Effect::LostAnswer) => Delivery::Lost,
        Some(Effect::Timeout) => Delivery::Never,
        Some(Effect::Slow { millis }) => Delivery::Late(Duration::from_millis(*millis)),
        _ => Delivery::Sent,
    }
}

/// The answer of an effect that keeps the work from being done.
fn instead(effect: &Effect, error: impl Fn(&InjectedError) -> Answer) -> Option<Answer> {
    match effect {
        Effect::Http { status, body } => {
            let bytes = match body {
                Value::String(text) => text.clone().into_bytes(),
                other => other.to_string().into_bytes(),
            };
            Some(Answer::new(*status, "application/json; charset=UTF-8", bytes))
        }
        Effect::Error { status, code, subcode, message, transient } => Some(error(&InjectedError {
            status: *status,
            code: Some((*code, *subcode)),
            message: message.clone(),
            transient: *transient,
        })),
        Effect::Timeout => Some(Answer::empty(500)),
        Effect::Garbage => {
            let page = b"<!DOCTYPE html><title>Error</title><p>Sorry, something went wrong.";
            Some(Answer::new(200, "text/html; charset=utf-8", page.to_vec()))
        }
        Effect::RateLimited { retry_after } => {
            let message = "Application request limit reached".to_owned();
            let mut answer = error(&InjectedError { status: 429, code: Some((4, None)), message, transient: true });
            answer.headers.push(("retry-after", retry_after.to_string()));
            Some(answer)
        }
        Effect::LostAnswer | Effect::Slow { .. } | Effect::Truncated | Effect::ForeignNext { .. } => None,
    }
}

/// Writes a request down. That it cannot be written keeps nobody from an answer.
fn record(store: &Store, call: &Call, subject: &Subject, answer: &Answer, delivery: &Delivery, time: Timestamp) {
    let Subject { dialect, operation, account, template } = subject;
    let silent = matches!(delivery, Delivery::Lost | Delivery::Never);
    let request = LoggedRequest {
        time,
        dialect: (*dialect).to_owned(),
        method: call.method.clone(),
        path: call.path.clone(),
        query: without_credentials(&call.query),
        content_type: call.content_type.clone(),
        body: request_log::body(&call.body),
        parts: request_log::part_names(&call.parts),
        client: call.user_agent.as_deref().and_then(request_log::product),
        operation: *operation,
        waba: account.clone(),
        template: template.clone(),
        status: (!silent).then_some(answer.status),
    };
    if let Err(error) = request_log::record(store.root(), &request) {
        tracing::warn!(%error, "a request of the sandbox was not recorded");
    }
}
