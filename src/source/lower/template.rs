//! The template level: parts together, settings, and the provider's JSON verbatim.

use std::sync::Arc;

use serde_json::{Map as Object, Value as Json};

use super::{AuthoredContent, Cx, buttons, cards, parts, verbatim};
use crate::{
    diagnostic::Diagnostic,
    source::{
        duration, json, media,
        read::expected,
        tree::{Node, Value},
    },
    template::{
        Content, MediaSource,
        components::{self, Origin, media_mut},
    },
};

/// Template-level settings that stand in a family or a language under the provider's names.
pub(crate) const FIELDS: &[&str] = &[
    "message_send_ttl_seconds",
    "sub_category",
    "display_format",
    "cta_url_link_tracking_opted_out",
    "is_primary_device_delivery_only",
    "disable_ios_autofill",
    "send_type",
    "library_template_name",
    "library_template_button_inputs",
    "library_template_body_inputs",
    "degrees_of_freedom_spec",
    "optimization_spec",
    OLD_SPEC,
    "extra",
];

/// The name of `optimization_spec` until 2026-06-18 (Meta, marketing-messages changelog).
pub(crate) const OLD_SPEC: &str = "bid_spec";

/// Meta's message-template-api reference, 2026-09-11; the last two are set by the provider itself.
pub(crate) const SUB_CATEGORIES: &[&str] = &[
    "BOOKING_STATUS",
    "CALL_PERMISSIONS_REQUEST",
    "FLIGHT_DELAY_AND_GATE_CHANGE_ALERT",
    "FRAUD_ALERT",
    "ORDER_DETAILS",
    "ORDER_STATUS",
    "RICH_ORDER_STATUS",
    "CUSTOM",
    "FORM",
];

/// The only one so far.
pub(crate) const DISPLAY_FORMATS: &[&str] = &["ORDER_DETAILS"];
/// Meta's message-template-api reference, 2026-09-11; in lower case there.
pub(crate) const SEND_TYPES: &[&str] = &["campaign", "direct"];

/// Lowers the merged tree of one language.
pub(crate) fn content(root: &Arc<Node>, cx: Cx<'_>) -> AuthoredContent {
    let mut cx = cx;
    let cx = &mut cx;
    let get = |key: &str| root.get(key).map(|entry| &entry.value);
    let verbatim = get("components").is_some();
    let provider = provider_json(root, cx);
    let mut content = provider;
    if !verbatim {
        content.header = get("header").and_then(|node| parts::header(node, "header", cx));
        content.body = get("body").and_then(|node| parts::body(node, "body", cx));
        content.footer = get("footer").and_then(|node| parts::footer(node, cx));
        content.buttons = get("buttons").map(|node| buttons::buttons(node, "buttons", cx)).unwrap_or_default();
        content.carousel = get("carousel").and_then(|node| cards::carousel(node, cx));
        content.limited_time_offer = get("limited_time_offer").and_then(|node| parts::offer(node, cx));
        content.call_permission_request =
            get("call_permission_request").and_then(|node| parts::call_permission(node, cx));
    }
    settings(root, &mut content, cx);
    AuthoredContent {
        content,
        spans: std::mem::take(&mut cx.spans),
        examples: std::mem::take(&mut cx.examples),
        names: std::collections::BTreeSet::new(),
        verbatim,
    }
}

fn settings(root: &Arc<Node>, content: &mut Content, cx: &mut Cx<'_>) {
    let get = |key: &str| root.get(key).map(|entry| Arc::clone(&entry.value));
    if let Some(node) = get("message_send_ttl_seconds") {
        content.message_send_ttl_seconds = ttl(&node, cx);
    }
    if let Some(node) = get("sub_category") {
        content.sub_category = cx.word(&node, "sub_category", SUB_CATEGORIES).map(str::to_owned);
    }
    if let Some(node) = get("display_format") {
        content.display_format = cx.word(&node, "display_format", DISPLAY_FORMATS).map(str::to_owned);
    }
    if let Some(node) = get("send_type") {
        content.send_type = cx.word(&node, "send_type", SEND_TYPES).map(str::to_owned);
    }
    if let Some(node) = get("library_template_name") {
        content.library_template_name = cx.text(&node, "library_template_name");
    }
    if let Some(node) = get("cta_url_link_tracking_opted_out") {
        content.cta_url_link_tracking_opted_out = cx.boolean(&node, "cta_url_link_tracking_opted_out");
    }
    if let Some(node) = get("is_primary_device_delivery_only") {
        content.is_primary_device_delivery_only = cx.boolean(&node, "is_primary_device_delivery_only");
    }
    if let Some(node) = get("disable_ios_autofill") {
        content.disable_ios_autofill = cx.boolean(&node, "disable_ios_autofill");
    }
}

fn ttl(node: &Node, cx: &mut Cx<'_>) -> Option<i64> {
    let path = "message_send_ttl_seconds";
    cx.mark(path, node);
    let read = match &node.value {
        Value::Scalar(scalar) => duration::seconds(&scalar.text),
        _ => None,
    };
    if read.is_none() {
        let fault = expected(node, &format!("`{path}`"), "seconds, or a duration such as `10m`");
        cx.faults.push(fault.help("-1 is the provider's longest, 30 days"));
    }
    read
}

/// What is written as the provider's JSON: `components`, `extra`, and the settings that are JSON themselves.
fn provider_json(root: &Arc<Node>, cx: &mut Cx<'_>) -> Content {
    let mut object = Object::new();
    if let (Some(old), Some(_)) = (root.get(OLD_SPEC), root.get("optimization_spec")) {
        let fault = Diagnostic::error("LP004", old.key_span, "`bid_spec` is the old name of `optimization_spec`");
        cx.faults.push(fault.help("write one of the two"));
    }
    let keys = [
        ("library_template_button_inputs", "library_template_button_inputs"),
        ("library_template_body_inputs", "library_template_body_inputs"),
        ("degrees_of_freedom_spec", "degrees_of_freedom_spec"),
        (OLD_SPEC, "optimization_spec"),
        ("optimization_spec", "optimization_spec"),
    ];
    for (written, key) in keys {
        if let Some(entry) = root.get(written) {
            cx.mark(key, &entry.value);
            object.extend(json::value(&entry.value, &format!("`{key}`"), cx.faults).map(|json| (key.to_owned(), json)));
        }
    }
    if let Some(entry) = root.get("extra") {
        cx.mark("extra", &entry.value);
        let extra = json::object(&entry.value, "`extra`", cx.faults).unwrap_or_default();
        for (key, json) in extra {
            // What has a key of its own and a value that fits it belongs there: the escape is for the rest.
            if key == "components" || key == "parameter_format" {
                let fault = Diagnostic::error("LP004", entry.key_span, format!("`extra` cannot hold `{key}`"));
                cx.faults.push(fault.help(format!("`{key}` is a key of the family and of a language")));
            } else {
                if key == "allow_category_change" {
                    let message = "`allow_category_change` has had no effect since 9 April 2025";
                    let help = "leave it out; `accept_category` says which category of the provider's choice is fine";
                    cx.faults.push(Diagnostic::warning("LP004", entry.key_span, message).help(help));
                }
                object.insert(key, json);
            }
        }
    }
    if let Some(entry) = root.get("components") {
        cx.mark("components", &entry.value);
        if let Value::Sequence(_) = &entry.value.value {
            let json = json::value(&entry.value, "`components`", cx.faults);
            let json = json.unwrap_or(Json::Null);
            if wants_values(&json) {
                let message = "values are not replaced in `components`: `${…}` is sent as it stands";
                let fault = Diagnostic::warning("LP011", entry.value.span, message);
                cx.faults.push(fault.help("write the text itself, or use the parts of a family"));
            }
            object.insert("components".to_owned(), json);
        } else {
            cx.faults.push(expected(&entry.value, "`components`", "a list"));
        }
    }
    if object.is_empty() {
        return Content::default();
    }
    let mut content = components::read(&object, Origin::Author).content;
    let mut span = root.span;
    if let Some(entry) = root.get("components") {
        span = entry.value.span;
        verbatim::places(&entry.value, &content, cx);
    }
    for slot in media_mut(&mut content) {
        let span = cx.spans.get(&slot.path).copied().unwrap_or(span);
        let text = match &slot.sample.source {
            MediaSource::File(text) | MediaSource::Url(text) | MediaSource::Handle(text) | MediaSource::Shown(text) => {
                text.clone()
            }
        };
        if let Some(sample) = media::sample(&text, span, cx.files, cx.faults) {
            *slot.sample = sample;
        }
    }
    content
}

/// Whether a text looks as if a value of the account was meant.
fn wants_values(json: &Json) -> bool {
    match json {
        Json::String(text) => text.split("${").skip(1).any(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic())),
        Json::Array(items) => items.iter().any(wants_values),
        Json::Object(fields) => fields.values().any(wants_values),
        Json::Null | Json::Bool(_) | Json::Number(_) => false,
    }
}
