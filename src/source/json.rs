//! The provider's JSON written as YAML: the only place where scalars get their types from how they look.
//!
//! Types are resolved as JSON would: `true`, `null` and JSON numbers without quotes; everything else is a text (`no`, `012`
//! and `1_000` too).

use serde_json::{Map, Value as Json};

use super::{
    read,
    tree::{Node, Value},
};
use crate::diagnostic::Diagnostic;

/// A node as JSON. Faults: an empty value, which JSON does not have.
pub(crate) fn value(node: &Node, what: &str, faults: &mut Vec<Diagnostic>) -> Option<Json> {
    match &node.value {
        Value::Empty => {
            let fault = Diagnostic::error("LP005", node.span, format!("{what} has an empty value"));
            faults.push(fault.help("write a value, or `null` if that is meant"));
            None
        }
        Value::Scalar(_) if node.is_null() => Some(Json::Null),
        Value::Scalar(scalar) if scalar.plain => Some(plain(&scalar.text)),
        Value::Scalar(_) => read::text(node, what, faults).map(Json::String),
        Value::Sequence(items) => {
            let items: Vec<_> = items.iter().map(|item| value(item, what, faults)).collect();
            items.into_iter().collect::<Option<_>>().map(Json::Array)
        }
        Value::Mapping(_) => object(node, what, faults).map(Json::Object),
    }
}

/// A mapping as a JSON object.
pub(crate) fn object(node: &Node, what: &str, faults: &mut Vec<Diagnostic>) -> Option<Map<String, Json>> {
    let Value::Mapping(entries) = &node.value else {
        faults.push(read::expected(node, what, "a mapping"));
        return None;
    };
    let fields: Vec<_> =
        entries.iter().map(|entry| Some((entry.key.clone(), value(&entry.value, what, faults)?))).collect();
    fields.into_iter().collect()
}

/// How an unquoted scalar reads.
#[must_use]
pub(crate) fn plain(text: &str) -> Json {
    match text {
        "true" => return Json::Bool(true),
        "false" => return Json::Bool(false),
        "null" | "~" => return Json::Null,
        _ => {}
    }
    let numeric = text.bytes().next().is_some_and(|byte| byte == b'-' || byte.is_ascii_digit());
    match serde_json::from_str::<Json>(text) {
        Ok(number @ Json::Number(_)) if numeric => number,
        _ => Json::String(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_json_literals_are_typed() {
        let texts = ["no", "012", "1_000", "0x1f", ".5", "1.", "True", "+1"];
        for text in texts {
            assert_eq!(plain(text), json!(text));
        }
        assert_eq!(plain("-1.5e3"), json!(-1500.0));
        assert_eq!(plain("true"), json!(true));
        assert_eq!(plain("42"), json!(42));
    }
}
