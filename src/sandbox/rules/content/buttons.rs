//! Buttons of templates that are not AUTHENTICATION: kinds, numbers, order, labels and targets.
//!
//! Meta components page, 2026-05-06. Must not know OTP buttons; `authentication` does.

use serde_json::Value;

use super::common::{Content, required};
use super::text::{emoji, has_braces, has_line_break, is_formatted, parameters, single_sample};
use crate::sandbox::rules::refusal::{FieldPath, Part, Refusal};

/// Buttons of all kinds together.
const MOST: usize = 10;
/// Kinds, how many of each, whether a label is needed, and whether UTILITY may have them.
const KINDS: [(&str, usize, bool, bool); 12] = [
    ("QUICK_REPLY", 10, true, true),
    ("URL", 2, true, true),
    ("PHONE_NUMBER", 1, true, true),
    ("COPY_CODE", 1, false, true),
    ("FLOW", 1, true, true),
    ("VOICE_CALL", 1, true, true),
    ("ORDER_DETAILS", 1, true, true),
    ("REQUEST_CONTACT_INFO", 1, false, true),
    ("CATALOG", 1, false, false),
    ("MPM", 1, false, false),
    ("SPM", 1, false, false),
    ("OTP", 0, false, false),
];
/// Characters of a coupon code (Meta changelog, 2025-12-03). The pages on components and on limited-time offers still say
/// 15, which is believed to be out of date.
const CODE_LENGTH: usize = 20;

/// The buttons of a component.
pub(crate) fn list<'a>(component: &'a Value, place: &FieldPath) -> Result<&'a [Value], Refusal> {
    component["buttons"]
        .as_array()
        .map(Vec::as_slice)
        .filter(|b| !b.is_empty())
        .ok_or_else(|| Refusal::Missing(place.at("buttons")))
}

/// Checks a BUTTONS component.
pub(crate) fn check(component: &Value, place: &FieldPath, content: &Content<'_>) -> Result<(), Refusal> {
    let buttons = list(component, place)?;
    if buttons.len() > MOST {
        return Err(Refusal::TooManyButtons { most: MOST, kind: None });
    }
    for (i, button) in buttons.iter().enumerate() {
        one(button, &place.item("buttons", i), content)?;
    }
    numbers(buttons)?;
    // Quick replies stand together, and so do all others: the kind of button changes once at most.
    let changes =
        buttons.windows(2).filter(|w| (w[0]["type"] == "QUICK_REPLY") != (w[1]["type"] == "QUICK_REPLY")).count();
    if changes > 1 {
        return Err(Refusal::ButtonsMixed);
    }
    Ok(())
}

/// How many of each kind a template, or a card, can have.
pub(crate) fn numbers(buttons: &[Value]) -> Result<(), Refusal> {
    for (kind, most, _, _) in KINDS {
        let count = buttons.iter().filter(|b| b["type"] == kind).count();
        if count > most {
            return Err(Refusal::TooManyButtons { most, kind: Some(kind) });
        }
    }
    Ok(())
}

/// Checks one button.
pub(crate) fn one(button: &Value, place: &FieldPath, content: &Content<'_>) -> Result<(), Refusal> {
    let kind = required(button, "type", place)?;
    let Some((_, _, labelled, in_utility)) = KINDS.iter().find(|(k, ..)| *k == kind) else {
        let known = KINDS.iter().map(|(kind, ..)| *kind).collect();
        return Err(Refusal::NotOneOf { field: place.at("type"), known });
    };
    if kind == "OTP" || (content.category == "UTILITY" && !in_utility) {
        return Err(Refusal::ButtonNotInCategory { category: content.category.to_owned(), kind: kind.to_owned() });
    }
    if *labelled {
        label(required(button, "text", place)?)?;
    }
    match kind {
        "URL" => url(button, place),
        "PHONE_NUMBER" => phone(button, place),
        "COPY_CODE" => code(button),
        "FLOW" => flow(button, place),
        _ => Ok(()),
    }
}

/// A label: 25 characters, one plain line.
pub(crate) fn label(text: &str) -> Result<(), Refusal> {
    if text.chars().count() > 25 {
        return Err(Refusal::TooLong { part: Part::ButtonText, most: 25 });
    }
    let blank = text.trim().is_empty();
    if blank || has_line_break(text) || has_braces(text) || is_formatted(text) || emoji(text) > 0 {
        return Err(Refusal::ButtonText);
    }
    Ok(())
}

fn url(button: &Value, place: &FieldPath) -> Result<(), Refusal> {
    let text = required(button, "url", place)?;
    if text.chars().count() > 2000 {
        return Err(Refusal::TooLong { part: Part::ButtonUrl, most: 2000 });
    }
    let bad = || Refusal::InvalidUrl(place.at("url"));
    let named = !text.contains("{{1}}");
    let found = parameters(text, named)?;
    let (base, rest) = text.split_at(text.find("{{").unwrap_or(text.len()));
    let (scheme, _) = base.split_once("://").ok_or_else(bad)?;
    if !matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https") || text.contains(char::is_whitespace) {
        return Err(bad());
    }
    // Up to its variable it must be a URL by itself, with a host.
    if base.contains(['{', '}']) || url::Url::parse(base).is_err() {
        return Err(bad());
    }
    let behind = rest.split_once("}}").map_or(rest, |(_, behind)| behind);
    if behind.contains(['{', '}']) || url::Url::parse(&format!("{base}x{behind}")).is_err() {
        return Err(bad());
    }
    if found.is_empty() {
        return Ok(());
    }
    if found.len() > 1 || !text.ends_with("}}") {
        return Err(Refusal::UrlVariables);
    }
    match single_sample(&button["example"]) {
        Some(_) => Ok(()),
        None => Err(Refusal::MissingExample(Part::At(place.clone()))),
    }
}

fn phone(button: &Value, place: &FieldPath) -> Result<(), Refusal> {
    let number = required(button, "phone_number", place)?;
    if number.chars().count() > 20 {
        return Err(Refusal::TooLong { part: Part::ButtonPhoneNumber, most: 20 });
    }
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    let plain =
        number.chars().enumerate().all(|(i, c)| c.is_ascii_digit() || " -().".contains(c) || (c == '+' && i == 0));
    // No country code begins with a zero (ITU E.164).
    let national = number.chars().find(char::is_ascii_digit) == Some('0');
    if !plain || national || !(7..=15).contains(&digits) {
        return Err(Refusal::PhoneNumber(place.at("phone_number")));
    }
    Ok(())
}

fn code(button: &Value) -> Result<(), Refusal> {
    match single_sample(&button["example"]) {
        None => Err(Refusal::MissingExample(Part::CouponCode)),
        Some(code) if code.chars().count() > CODE_LENGTH => {
            Err(Refusal::TooLong { part: Part::CouponCode, most: CODE_LENGTH })
        }
        Some(_) => Ok(()),
    }
}

fn flow(button: &Value, place: &FieldPath) -> Result<(), Refusal> {
    let given = ["flow_id", "flow_name", "flow_json"].map(|field| &button[field]);
    let blank = |value: &&&Value| value.as_str().is_some_and(|text| text.trim().is_empty());
    let count = given.iter().filter(|value| !value.is_null()).count();
    if count != 1 || given.iter().any(|value| blank(&value)) {
        return Err(Refusal::FlowTarget);
    }
    let id = &button["flow_id"];
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let is_number = id.is_u64() || id.as_str().is_some_and(digits);
    if !id.is_null() && !is_number {
        return Err(Refusal::FlowId(place.at("flow_id")));
    }
    match button["flow_action"].as_str() {
        None | Some("NAVIGATE" | "DATA_EXCHANGE") => Ok(()),
        Some(_) => Err(Refusal::NotOneOf { field: place.at("flow_action"), known: vec!["NAVIGATE", "DATA_EXCHANGE"] }),
    }
}
