//! Kept components as APIs show them: signed addresses in the place of uploaded media.

use std::borrow::Cow;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::sandbox::rules::{
    account::{Template, plus},
    samples::MARK,
};

/// How long a signed address of media works.
const ADDRESS_LIVES: SignedDuration = SignedDuration::from_hours(24 * 7);

/// Components with addresses in the place of media; a rejected template shows no samples of its texts.
pub(super) fn shown_components<'a>(
    template: &Template,
    components: &'a Value,
    server: &str,
    now: Timestamp,
) -> Cow<'a, Value> {
    let rejected = template.status() == "REJECTED";
    if !rejected && !has_media(components) {
        return Cow::Borrowed(components);
    }
    let mut shown = components.clone();
    sign_media(&mut shown, server, now);
    if rejected {
        for component in shown.as_array_mut().into_iter().flatten() {
            let is_text = component.get("text").is_some();
            if let Some(component) = component.as_object_mut().filter(|_| is_text) {
                component.shift_remove("example");
            }
        }
    }
    Cow::Owned(shown)
}

/// Whether there is anything to sign.
fn has_media(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(has_media),
        Value::Object(fields) => fields.values().any(has_media),
        Value::String(text) => text.starts_with(MARK),
        _ => false,
    }
}

/// Replaces marks of media by addresses that are signed anew each time.
pub(super) fn sign_media(value: &mut Value, server: &str, now: Timestamp) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| sign_media(item, server, now)),
        Value::Object(fields) => fields.values_mut().for_each(|v| sign_media(v, server, now)),
        Value::String(text) => {
            if let Some(id) = text.strip_prefix(MARK) {
                let expires = plus(now, ADDRESS_LIVES).as_second();
                let signature: String = std::iter::repeat_with(fastrand::alphanumeric).take(32).collect();
                *text = format!("{server}/media/{id}?ccb=1-7&oh=01_{signature}&oe={expires:X}");
            }
        }
        _ => {}
    }
}
