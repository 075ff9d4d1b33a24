//! The nodes of a YAML tree: every scalar kept as it was written, with its place.

use std::sync::Arc;

use crate::diagnostic::Span;

/// A node and where it stands.
#[derive(Debug, Clone)]
pub struct Node {
    /// Its place.
    pub span: Span,
    /// Its value.
    pub value: Value,
}

/// The value of a node.
#[derive(Debug, Clone)]
pub enum Value {
    /// Nothing was written: `footer:`.
    Empty,
    /// Anything that is not a list or a mapping, without a type.
    Scalar(Scalar),
    /// A list.
    Sequence(Vec<Arc<Node>>),
    /// Keys in the order of the file, each once.
    Mapping(Vec<Entry>),
}

/// One `key: value`.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The key's text.
    pub key: String,
    /// The key's place.
    pub key_span: Span,
    /// What stands behind it.
    pub value: Arc<Node>,
}

/// A scalar as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scalar {
    /// Its text after unquoting and unfolding.
    pub text: String,
    /// Whether it was written without quotes and not as a block.
    pub plain: bool,
    /// Whether it was written as a block with `|`; its final line break is still there.
    pub literal: bool,
    /// Whether it was written as a block with `|+`: its final line breaks are meant.
    pub keep: bool,
}

impl Node {
    /// Whether this is a written `null` or `~`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(&self.value, Value::Scalar(scalar) if scalar.plain && matches!(scalar.text.as_str(), "null" | "~" | "Null" | "NULL"))
    }

    /// What kind of node this is, for messages.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match &self.value {
            Value::Empty => "nothing",
            Value::Scalar(_) if self.is_null() => "null",
            Value::Scalar(_) => "a text",
            Value::Sequence(_) => "a list",
            Value::Mapping(_) => "a mapping",
        }
    }

    /// The value of a key, if this is a mapping that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Entry> {
        match &self.value {
            Value::Mapping(entries) => entries.iter().find(|entry| entry.key == key),
            _ => None,
        }
    }
}
