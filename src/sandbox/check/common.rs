//! What the checks of all parts share: the content, places in it, and refusals that several of them give.

use std::fmt;

use serde_json::Value;

use crate::sandbox::dialects::meta::GraphError;

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

/// JsonPath in a body something is, as the API names it: `components[2]['buttons'][0]`.
#[derive(Clone, Debug)]
pub(crate) struct JsonPath(String);

impl JsonPath {
    pub(crate) fn component(i: usize) -> Self {
        Self(format!("components[{i}]"))
    }

    pub(crate) fn inside(&self, field: &str, i: usize) -> Self {
        Self(format!("{}['{field}'][{i}]", self.0))
    }
}

impl fmt::Display for JsonPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The first component of a kind.
pub(super) fn find<'a>(components: &'a [Value], kind: &str) -> Option<&'a Value> {
    components.iter().find(|c| c["type"] == kind)
}

/// A field is longer than its limit: subcode 2388040.
pub(super) fn too_long(field: &str, most: usize) -> GraphError {
    GraphError::invalid(2_388_040, "Character limit exceeded", format!("{field} can have at most {most} characters."))
}

/// A sample or another required part is missing: subcode 2388043.
pub(super) fn missing_example(field: &str) -> GraphError {
    GraphError::invalid(
        2_388_043,
        "Message template is missing an example",
        format!("{field} needs an example for each of its variables."),
    )
}

/// A JSON field with text, or the error that it is required.
pub(super) fn required<'a>(value: &'a Value, field: &str, place: &JsonPath) -> Result<&'a str, GraphError> {
    value[field]
        .as_str()
        .filter(|t| !t.is_empty())
        .ok_or_else(|| GraphError::new(100, format!("(#100) The parameter {place}['{field}'] is required.")))
}
