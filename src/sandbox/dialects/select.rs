//! Which provider's API a request speaks, by its path and keys.

use super::{dialog360, infobip, meta, request::Request, vonage, wire::Call};
use crate::sandbox::rules::store::Store;

/// Reads a request in the dialect that it speaks.
pub(crate) fn understand<'a>(store: &'a Store, call: &'a Call) -> Box<dyn Request + 'a> {
    let segments = call.segments();
    let is = |at: usize, word: &str| segments.get(at).is_some_and(|segment| segment == word);
    if is(0, "whatsapp") {
        Box::new(infobip::understand(store, call))
    } else if call.channel_key.is_some() || is(0, "api") || is(1, "configs") {
        Box::new(dialog360::understand(store, call))
    } else if is(1, "whatsapp-manager") {
        Box::new(vonage::understand(store, call))
    } else {
        Box::new(meta::understand(store, call))
    }
}
