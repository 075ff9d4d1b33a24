//! Refusing what Infobip's document does not have.

use serde_json::{Map, Value};

use crate::{capability::Unsendable, template::Extra};

/// A JSON object.
pub(super) type Object = Map<String, Value>;

/// Why most of it is refused.
pub(super) const UNDOCUMENTED: &str = "Infobip documents no such thing";

/// A part that cannot be sent.
pub(super) fn refuse<T>(path: impl Into<String>, why: &'static str) -> Result<T, Unsendable> {
    Err(Unsendable::new(path, why))
}

/// Refuses a part that is there and that nobody documents.
pub(super) fn never(holds: bool, path: impl Into<String>) -> Result<(), Unsendable> {
    if holds { refuse(path, UNDOCUMENTED) } else { Ok(()) }
}

/// Refuses fields that letterpress does not know.
pub(super) fn no_extra(extra: &Extra, path: &str) -> Result<(), Unsendable> {
    extra.keys().next().map_or(Ok(()), |key| refuse(format!("{path}extra.{key}"), UNDOCUMENTED))
}
