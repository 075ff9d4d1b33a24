//! Buttons of every kind.

use std::sync::Arc;

use super::Cx;
use crate::{
    diagnostic::Diagnostic,
    source::{
        read::{self, Map},
        tree::{Entry, Node, Value},
    },
    template::{AppDeepLink, Button, ButtonKind, Extra, FlowReference, Otp, OtpType, SupportedApp},
};

/// Kinds of buttons, as the provider writes them.
pub(crate) const TYPES: &[&str] = &[
    "QUICK_REPLY",
    "URL",
    "PHONE_NUMBER",
    "COPY_CODE",
    "OTP",
    "FLOW",
    "CATALOG",
    "MPM",
    "SPM",
    "VOICE_CALL",
    "ORDER_DETAILS",
    "REQUEST_CONTACT_INFO",
];

/// A list of buttons.
pub(super) fn buttons(node: &Arc<Node>, path: &str, cx: &mut Cx<'_>) -> Vec<Button> {
    cx.mark(path, node);
    let Some(items) = read::list(node, &format!("`{path}`"), cx.faults) else { return Vec::new() };
    let one = |(at, item): (usize, &Arc<Node>)| button(item, &format!("{path}[{at}]"), cx).map(Button::new);
    items.iter().enumerate().filter_map(one).collect()
}

fn button(node: &Arc<Node>, path: &str, cx: &mut Cx<'_>) -> Option<ButtonKind> {
    cx.mark(path, node);
    let what = format!("`{path}`");
    let mut map = Map::of(node, &what, cx.faults)?;
    let Some(kind) = map.take("type") else {
        cx.missing(node, path, "type", &format!("one of {}", TYPES.join(", ")));
        return None;
    };
    let kind = cx.word(&kind.value, &format!("{path}.type"), TYPES)?;
    let what = format!("`{path}`, a {kind} button,");
    let button = match kind {
        "QUICK_REPLY" => label(&mut map, node, path, cx).map(|text| ButtonKind::QuickReply { text }),
        "VOICE_CALL" => label(&mut map, node, path, cx).map(|text| ButtonKind::VoiceCall { text }),
        "ORDER_DETAILS" => label(&mut map, node, path, cx).map(|text| ButtonKind::OrderDetails { text }),
        "URL" => url(&mut map, node, path, cx),
        "PHONE_NUMBER" => {
            let text = label(&mut map, node, path, cx);
            let number = needed(&mut map, "phone_number", node, path, cx);
            text.zip(number).map(|(text, phone_number)| ButtonKind::PhoneNumber { text, phone_number })
        }
        "COPY_CODE" => {
            let sample = map.take("example").and_then(|entry| cx.single(&entry.value, &format!("{path}.sample")));
            fixed(&mut map, "Copy offer code", path, cx);
            Some(ButtonKind::CopyCode { sample })
        }
        "OTP" => otp(&mut map, node, path, cx).map(ButtonKind::Otp),
        "FLOW" => flow(&mut map, node, path, cx),
        "CATALOG" => {
            fixed(&mut map, "View catalog", path, cx);
            Some(ButtonKind::Catalog)
        }
        "MPM" => {
            fixed(&mut map, "View items", path, cx);
            Some(ButtonKind::Mpm)
        }
        "SPM" => {
            fixed(&mut map, "View", path, cx);
            Some(ButtonKind::Spm)
        }
        _ => {
            fixed(&mut map, "Share Contact Info", path, cx);
            Some(ButtonKind::RequestContactInfo)
        }
    };
    map.finish(&what, cx.faults);
    button
}

/// The label that a button needs.
fn label(map: &mut Map<'_>, node: &Node, path: &str, cx: &mut Cx<'_>) -> Option<String> {
    needed(map, "text", node, path, cx)
}

fn needed(map: &mut Map<'_>, key: &'static str, node: &Node, path: &str, cx: &mut Cx<'_>) -> Option<String> {
    match map.take(key) {
        Some(entry) => cx.text(&entry.value, &format!("{path}.{key}")),
        None => {
            cx.missing(node, path, key, "");
            None
        }
    }
}

fn optional(map: &mut Map<'_>, key: &'static str, path: &str, cx: &mut Cx<'_>) -> Option<String> {
    map.take(key).and_then(|entry| cx.text(&entry.value, &format!("{path}.{key}")))
}

/// The label of these is the provider's own, in the template's language (Meta components page, 2026-05-06): the one that
/// its samples send along is let pass, another would not be sent.
fn fixed(map: &mut Map<'_>, label: &str, path: &str, cx: &mut Cx<'_>) {
    if let Some(Entry { value, key_span, .. }) = map.take("text")
        && let Some(text) = cx.text(value, &format!("{path}.text"))
        && !text.eq_ignore_ascii_case(label)
    {
        let message = format!("the label of `{path}` cannot be chosen");
        let help = "the provider shows its own in the template's language; leave `text` out";
        cx.faults.push(Diagnostic::error("LP004", *key_span, message).help(help));
    }
}

fn url(map: &mut Map<'_>, node: &Node, path: &str, cx: &mut Cx<'_>) -> Option<ButtonKind> {
    let text = label(map, node, path, cx);
    let url = needed(map, "url", node, path, cx);
    if let Some(example) = map.take("example") {
        cx.mark(&format!("{path}.sample"), &example.value);
        cx.examples.insert(format!("{path}.url"), Arc::clone(&example.value));
    }
    let app_deep_link = map.take("app_deep_link").and_then(|link| deep_link(&link.value, path, cx));
    text.zip(url).map(|(text, url)| ButtonKind::Url { text, url, sample: None, app_deep_link })
}

fn deep_link(node: &Node, path: &str, cx: &mut Cx<'_>) -> Option<AppDeepLink> {
    let path = format!("{path}.app_deep_link");
    cx.mark(&path, node);
    let what = format!("`{path}`");
    let mut map = Map::of(node, &what, cx.faults)?;
    let link = AppDeepLink {
        meta_app_id: optional(&mut map, "meta_app_id", &path, cx),
        android_deep_link: optional(&mut map, "android_deep_link", &path, cx),
        android_fallback_playstore_url: optional(&mut map, "android_fallback_playstore_url", &path, cx),
        extra: Extra::new(),
    };
    map.finish(&what, cx.faults);
    Some(link)
}

fn otp(map: &mut Map<'_>, node: &Node, path: &str, cx: &mut Cx<'_>) -> Option<Otp> {
    let otp_type = match map.take("otp_type") {
        Some(entry) => cx.word(&entry.value, &format!("{path}.otp_type"), OtpType::KNOWN).map(OtpType::parse),
        None => {
            cx.missing(node, path, "otp_type", &format!("one of {}", OtpType::KNOWN.join(", ")));
            None
        }
    };
    let text = optional(map, "text", path, cx);
    let autofill_text = optional(map, "autofill_text", path, cx);
    let supported_apps = map.take("supported_apps").map(|apps| apps_of(&apps.value, path, cx)).unwrap_or_default();
    let app = ["package_name", "signature_hash"].map(|key| map.take(key));
    if let Some(first) = app.iter().flatten().next() {
        let value = |entry: &Option<&Entry>| match entry.map(|entry| &entry.value.value) {
            Some(Value::Scalar(scalar)) => scalar.text.clone(),
            _ => "…".to_owned(),
        };
        let message = format!("`{path}`, an OTP button, has no key `{}`", first.key);
        let help = format!(
            "apps are a list since version 21 of the provider's API (2024-10-02): `supported_apps: [{{package_name: {}, signature_hash: {}}}]`",
            value(&app[0]),
            value(&app[1]),
        );
        cx.faults.push(Diagnostic::error("LP004", first.key_span, message).help(help));
    }
    let terms = map.take("zero_tap_terms_accepted");
    let zero_tap_terms_accepted =
        terms.and_then(|entry| cx.boolean(&entry.value, &format!("{path}.zero_tap_terms_accepted")));
    Some(Otp { otp_type: otp_type?, text, autofill_text, supported_apps, zero_tap_terms_accepted })
}

fn apps_of(node: &Node, path: &str, cx: &mut Cx<'_>) -> Vec<SupportedApp> {
    let path = format!("{path}.supported_apps");
    cx.mark(&path, node);
    let Some(items) = read::list(node, &format!("`{path}`"), cx.faults) else { return Vec::new() };
    let one = |(at, item): (usize, &Arc<Node>)| {
        let path = format!("{path}[{at}]");
        let what = format!("`{path}`");
        let mut map = Map::of(item, &what, cx.faults)?;
        let package_name = needed(&mut map, "package_name", item, &path, cx);
        let signature_hash = needed(&mut map, "signature_hash", item, &path, cx);
        map.finish(&what, cx.faults);
        Some(SupportedApp { package_name: package_name?, signature_hash: signature_hash? })
    };
    items.iter().enumerate().filter_map(one).collect()
}

fn flow(map: &mut Map<'_>, node: &Node, path: &str, cx: &mut Cx<'_>) -> Option<ButtonKind> {
    let text = label(map, node, path, cx);
    let id = optional(map, "flow_id", path, cx).map(FlowReference::Id);
    let name = optional(map, "flow_name", path, cx).map(FlowReference::Name);
    let json = optional(map, "flow_json", path, cx).map(FlowReference::Json);
    let given: Vec<FlowReference> = [id, name, json].into_iter().flatten().collect();
    if given.len() > 1 {
        let message = format!("`{path}` names its flow more than once");
        cx.faults
            .push(Diagnostic::error("LP012", node.span, message).help("give one of flow_id, flow_name, flow_json"));
    }
    if given.is_empty() {
        cx.missing(node, path, "flow_id", "or `flow_name`, or `flow_json`");
    }
    let mut word = |key, known: &[&'static str], cx: &mut Cx<'_>| {
        let entry = map.take(key)?;
        cx.word(&entry.value, &format!("{path}.{key}"), known).map(str::to_owned)
    };
    let flow_action = word("flow_action", &["NAVIGATE", "DATA_EXCHANGE"], cx);
    let icon = word("icon", &["DOCUMENT", "PROMOTION", "REVIEW"], cx);
    let navigate_screen = optional(map, "navigate_screen", path, cx);
    let flow = given.into_iter().next()?;
    Some(ButtonKind::Flow { text: text?, flow, flow_action, navigate_screen, icon })
}
