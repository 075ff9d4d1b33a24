//! Which provider's API a request speaks.

use super::{
    dialog360,
    exchange::{Answer, Call},
    infobip, meta,
    store::Store,
    vonage,
};

/// Answers one request in the dialect that it speaks, and records it.
pub(crate) fn answer(store: &Store, call: &Call) -> Answer {
    let own = |segments: &[String], at: usize, word: &str| segments.get(at).is_some_and(|segment| segment == word);
    let segments = call.segments();
    if own(&segments, 0, "whatsapp") {
        infobip::answer(store, call)
    } else if call.channel_key.is_some() || own(&segments, 0, "api") || own(&segments, 1, "configs") {
        dialog360::answer(store, call)
    } else if own(&segments, 1, "whatsapp-manager") {
        vonage::answer(store, call)
    } else {
        meta::answer(store, call)
    }
}
