//! The Graph API's envelope: error bodies, and JSON escaped as Graph escapes it.
//!
//! Knows no endpoint. Codes and subcodes: Meta error-codes page, 2026-09-11, and captured answers; wording is our own
//! where no capture exists.

use std::io;
use std::ops::{Deref, DerefMut};

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter};
use serde_json::{Map, Value, json};

/// An error as the API answers it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct GraphError(Box<Parts>);

/// The parts of an error.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Parts {
    /// HTTP status.
    pub(crate) status: u16,
    /// `code`.
    pub(crate) code: i64,
    /// `error_subcode`.
    pub(crate) subcode: Option<i64>,
    /// `type`.
    pub(crate) kind: &'static str,
    /// `message`.
    pub(crate) message: String,
    /// `error_user_title`.
    pub(crate) title: Option<String>,
    /// `error_user_msg`.
    pub(crate) user_message: Option<String>,
    /// `is_transient`.
    pub(crate) transient: bool,
    /// `error_data`.
    pub(crate) data: Option<Value>,
    /// Minutes until the budget is free again; goes into the usage header.
    pub(crate) regain_minutes: Option<i64>,
}

impl Deref for GraphError {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl DerefMut for GraphError {
    fn deref_mut(&mut self) -> &mut Parts {
        &mut self.0
    }
}

impl GraphError {
    /// An error with HTTP 400 and nothing but a code and a message.
    pub(crate) fn new(code: i64, message: impl Into<String>) -> Self {
        Self(Box::new(Parts {
            status: 400,
            code,
            subcode: None,
            kind: "OAuthException",
            message: message.into(),
            title: None,
            user_message: None,
            transient: false,
            data: None,
            regain_minutes: None,
        }))
    }

    /// Code 100, "Invalid parameter", with a subcode, a title and a text for people.
    pub(crate) fn invalid(subcode: i64, title: &str, text: impl Into<String>) -> Self {
        let mut error = Self::refused(title, text);
        error.subcode = Some(subcode);
        error
    }

    /// Code 100, "Invalid parameter", where no subcode is known.
    pub(crate) fn refused(title: &str, text: impl Into<String>) -> Self {
        let mut error = Self::new(100, "Invalid parameter");
        error.title = Some(title.to_owned());
        error.user_message = Some(text.into());
        error
    }

    /// Another HTTP status.
    pub(crate) fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// `error_data.blame_field_specs`.
    pub(crate) fn blaming(mut self, field: &str) -> Self {
        self.data = Some(json!({"blame_field_specs": [[field]]}));
        self
    }

    /// `error_data.details`.
    pub(crate) fn details(mut self, details: &str) -> Self {
        self.data = Some(json!({"messaging_product": "whatsapp", "details": details}));
        self
    }

    /// Worth a retry.
    pub(crate) fn transient(mut self) -> Self {
        self.transient = true;
        self
    }

    /// Too many calls for this account: code 80008.
    pub(crate) fn too_many_calls(text: &str, regain_minutes: i64) -> Self {
        let mut error = Self::new(
            80008,
            "(#80008) There have been too many calls to this WhatsApp Business account. Wait a bit and try again.",
        );
        error.regain_minutes = Some(regain_minutes);
        error.title = Some("Rate limit".into());
        error.user_message = Some(text.to_owned());
        error.transient()
    }

    /// A path that this API does not have.
    pub(crate) fn unknown_path(path: &str) -> Self {
        Self::new(2500, format!("Unknown path components: {path}"))
    }

    /// The body.
    pub(crate) fn body(&self, trace: &str) -> Value {
        let mut error = Map::new();
        error.insert("message".into(), self.message.clone().into());
        error.insert("type".into(), self.kind.into());
        error.insert("code".into(), self.code.into());
        if let Some(data) = &self.data {
            error.insert("error_data".into(), data.clone());
        }
        if let Some(subcode) = self.subcode {
            error.insert("error_subcode".into(), subcode.into());
        }
        error.insert("is_transient".into(), self.transient.into());
        if let Some(title) = &self.title {
            error.insert("error_user_title".into(), title.clone().into());
        }
        if let Some(text) = &self.user_message {
            error.insert("error_user_msg".into(), text.clone().into());
        }
        error.insert("fbtrace_id".into(), trace.into());
        json!({ "error": error })
    }
}

/// Code 100 with subcode 33: the object does not exist or may not be read.
pub(crate) fn no_object(id: &str, verb: &str) -> GraphError {
    let mut error = GraphError::new(
        100,
        format!(
            "Unsupported {verb} request. Object with ID '{id}' does not exist, cannot be loaded due to missing \
             permissions, or does not support this operation."
        ),
    );
    error.subcode = Some(33);
    error.kind = "GraphMethodException";
    error
}

/// A trace id such as Graph gives with every answer.
pub(crate) fn trace_id() -> String {
    let mut id = String::from("A");
    id.extend(std::iter::repeat_with(fastrand::alphanumeric).take(22));
    id
}

/// JSON as Graph writes it: `/` as `\/`, and everything outside ASCII as `\uXXXX`.
pub(crate) fn to_graph_json(value: &impl Serialize) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = Vec::with_capacity(4096);
    value.serialize(&mut serde_json::Serializer::with_formatter(&mut bytes, GraphFormatter(CompactFormatter)))?;
    Ok(bytes)
}

struct GraphFormatter(CompactFormatter);

impl Formatter for GraphFormatter {
    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.bytes().position(|b| b == b'/' || b >= 0x80) {
            self.0.write_string_fragment(writer, &rest[..at])?;
            let Some(c) = rest[at..].chars().next() else {
                break;
            };
            if c == '/' {
                writer.write_all(b"\\/")?;
            } else {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    write!(writer, "\\u{unit:04x}")?;
                }
            }
            rest = &rest[at + c.len_utf8()..];
        }
        self.0.write_string_fragment(writer, rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_escaped_as_graph_escapes_it() {
        let bytes = to_graph_json(&json!({"a/b": "Grüße 🚲\n\"x\""})).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(text, r#"{"a\/b":"Gr\u00fc\u00dfe \ud83d\udeb2\n\"x\""}"#);
        let back: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(back["a/b"], "Grüße 🚲\n\"x\"");
    }

    #[test]
    fn bodies_hold_what_is_known_and_nothing_else() {
        let body = GraphError::invalid(2388046, "Name Format is Incorrect", "text").blaming("name").body("T");
        assert_eq!(body["error"]["error_data"]["blame_field_specs"][0][0], "name");
        assert_eq!(body["error"]["is_transient"], false);
        let body = GraphError::new(100, "x").body("T");
        assert!(body["error"].get("error_subcode").is_none());
        assert!(body["error"].get("error_user_title").is_none());
    }
}
