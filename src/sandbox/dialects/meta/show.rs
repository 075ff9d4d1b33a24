//! How a kept template is shown: which fields, in which order, with which addresses for its media.
//!
//! What does not change from one look to the next was settled when the template was written, see `shape`.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::fields::{ON_REQUEST, SHOWN};
use crate::sandbox::{
    dialects::media::shown_components,
    rules::{account::Template, creation::PRICE},
};

/// What a template is shown by, besides itself.
pub(crate) struct View<'a> {
    /// The fields that were asked for.
    pub(crate) fields: Option<&'a [String]>,
    /// This server's address.
    pub(crate) server: &'a str,
    /// The account's clock.
    pub(crate) now: Timestamp,
}

/// A template as GET shows it: its fields in order, borrowed where they are shown as they are kept.
#[derive(Debug)]
pub(crate) struct Shown<'a>(Vec<(&'a str, Cow<'a, Value>)>);

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(field, value)| (field, &**value)))
    }
}

/// The fields of a template that are shown.
pub(crate) fn shown<'a>(template: &'a Template, view: &View<'a>) -> Shown<'a> {
    let mut fields = Vec::with_capacity(SHOWN.len());
    let own = template.node.keys().map(String::as_str);
    match view.fields {
        None if template.seeded => {
            fields.extend(own.filter(|k| !ON_REQUEST.contains(k) && *k != "id"));
        }
        None => {
            let others = own.filter(|k| !SHOWN.contains(k) && !ON_REQUEST.contains(k) && *k != "id");
            fields.extend(SHOWN.into_iter().chain(others));
        }
        Some(asked) => fields.extend(asked.iter().map(String::as_str).filter(|f| *f != "id")),
    }
    fields.push("id");
    let values = fields.into_iter().filter_map(|field| Some((field, value_of(template, field, view)?)));
    Shown(values.collect())
}

/// One field, when the template has it.
fn value_of<'a>(template: &'a Template, field: &str, view: &View<'_>) -> Option<Cow<'a, Value>> {
    let kept = template.node.get(if field == PRICE[1] { PRICE[0] } else { field });
    match (field, kept) {
        ("components", Some(components)) if !template.seeded => {
            Some(shown_components(template, components, view.server, view.now))
        }
        (_, Some(value)) => Some(Cow::Borrowed(value)),
        ("quality_score", None) => Some(Cow::Owned(json!({"score": "UNKNOWN", "date": view.now.as_second()}))),
        ("health_status", None) => {
            let sendable = template.status() == "APPROVED";
            let word = if sendable { "AVAILABLE" } else { "BLOCKED" };
            Some(Cow::Owned(json!({"can_send_message": word})))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(template: &Template, view: &View<'_>) -> Value {
        serde_json::to_value(shown(template, view)).unwrap()
    }

    fn view<'a>(fields: Option<&'a [String]>) -> View<'a> {
        View { fields, server: "http://127.0.0.1:1", now: "2026-03-01T00:00:00Z".parse().unwrap() }
    }

    fn template(node: &Value, seeded: bool) -> Template {
        Template { node: node.as_object().cloned().unwrap(), seeded, ..Template::default() }
    }

    #[test]
    fn default_fields_come_in_the_order_that_was_observed() {
        let t = template(
            &json!({"id": "7", "category": "UTILITY", "status": "APPROVED", "language": "en", "components": [],
                "parameter_format": "POSITIONAL", "name": "a", "last_updated_time": 1, "rejected_reason": "SCAM",
                "sub_category": "CUSTOM", "disable_ios_autofill": false, "is_primary_device_delivery_only": false}),
            false,
        );
        let shown = seen(&t, &view(None));
        let keys: Vec<&str> = shown.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(
            keys,
            [
                "name",
                "parameter_format",
                "components",
                "language",
                "status",
                "category",
                "sub_category",
                "disable_ios_autofill",
                "is_primary_device_delivery_only",
                "id"
            ]
        );
    }

    #[test]
    fn asked_fields_come_in_their_order_and_id_last() {
        let t = template(&json!({"id": "7", "name": "a", "language": "en"}), false);
        let fields = ["language".to_owned(), "id".to_owned(), "name".to_owned(), "rejected_reason".to_owned()];
        let shown = seen(&t, &view(Some(&fields)));
        assert_eq!(shown.to_string(), r#"{"language":"en","name":"a","id":"7"}"#);
    }

    #[test]
    fn seeds_are_shown_as_they_came() {
        let node = json!({"zeta": [1], "name": "a", "language": "en", "status": "REJECTED",
            "components": [{"type": "HOLOGRAM", "text": "x", "example": {}}]});
        let mut with_id = node;
        with_id["id"] = json!("7");
        assert_eq!(seen(&template(&with_id, true), &view(None)), with_id);
    }

    #[test]
    fn rejected_templates_show_no_samples() {
        let t = template(
            &json!({"id": "7", "status": "REJECTED", "components": [
                {"type": "BODY", "text": "x", "example": {"body_text": [["y"]]}}]}),
            false,
        );
        assert!(seen(&t, &view(None))["components"][0].get("example").is_none());
    }
}
