//! What the checks of all parts share: the content, and how they look into it.

use serde_json::Value;

use crate::sandbox::rules::refusal::{FieldPath, Refusal};

/// A template's content as it was sent.
pub(crate) struct Content<'a> {
    /// Category, upper case.
    pub(crate) category: &'a str,
    /// Whether `parameter_format` is NAMED.
    pub(crate) named: bool,
    /// The components, enums in upper case.
    pub(crate) components: &'a Value,
    /// `message_send_ttl_seconds`.
    pub(crate) ttl: Option<i64>,
}

/// The first component of a kind.
pub(super) fn find<'a>(components: &'a [Value], kind: &str) -> Option<&'a Value> {
    components.iter().find(|c| c["type"] == kind)
}

/// A JSON field with text, or the refusal that it is missing.
pub(super) fn required<'a>(value: &'a Value, field: &'static str, place: &FieldPath) -> Result<&'a str, Refusal> {
    value[field].as_str().filter(|text| !text.is_empty()).ok_or_else(|| Refusal::Missing(place.at(field)))
}
