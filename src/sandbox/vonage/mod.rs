//! Vonage's API over the store.

use serde_json::{Map, Value};

use super::exchange::{Answer, Call};
use super::store::Store;

/// Answers one request and records it.
pub(crate) fn answer(_store: &Store, _call: &Call) -> Answer {
    Answer::empty(404)
}

/// What the store keeps of a template that is seeded as this API shows it: a node in Meta's form.
pub(crate) fn node(shown: &Map<String, Value>) -> Map<String, Value> {
    shown.clone()
}
