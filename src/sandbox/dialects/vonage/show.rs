//! Templates as this API shows them.

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::sandbox::{
    dialects::{media::shown_components, wire::Call},
    rules::account::Template,
};

/// A template as this API shows it: six fields and the components, with a `format` in texts; a seed as it came, with
/// today's status and category.
pub(super) fn shown(template: &Template, call: &Call, now: Timestamp) -> Value {
    const HEAD: [&str; 6] = ["id", "name", "language", "status", "category", "previous_category"];
    let head = HEAD.into_iter().filter_map(|field| Some((field.to_owned(), template.node.get(field)?.clone())));
    if let Some(seed) = &template.verbatim {
        let mut shown = seed.clone();
        shown.extend(head);
        return Value::Object(shown);
    }
    let mut out: Map<String, Value> = head.collect();
    let kept = template.node.get("components").unwrap_or(&Value::Null);
    let mut components = match template.seeded {
        true => kept.clone(),
        false => shown_components(template, kept, &call.server, now).into_owned(),
    };
    for component in components.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
        let kind = component.get("type").and_then(Value::as_str).unwrap_or_default();
        if matches!(kind, "BODY" | "FOOTER") && !component.contains_key("format") {
            component.insert("format".to_owned(), "TEXT".into());
        }
    }
    out.insert("components".to_owned(), components);
    Value::Object(out)
}

/// What the store keeps of a template that is seeded as this API shows it: a node in Meta's form.
pub(crate) fn node(shown: &Map<String, Value>) -> Map<String, Value> {
    let mut node = shown.clone();
    for component in node.get_mut("components").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(component) = component.as_object_mut()
            && component.get("type").and_then(Value::as_str) != Some("HEADER")
        {
            component.shift_remove("format");
        }
    }
    node
}
