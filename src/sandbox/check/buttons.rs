//! Buttons of templates that are not AUTHENTICATION: kinds, numbers, order, labels and targets.
//!
//! Meta components page, 2026-05-06. Must not know OTP buttons; `authentication` does.

use serde_json::Value;

use super::common::{Content, JsonPath, missing_example, required, too_long};
use super::text::{emoji, has_braces, has_line_break, is_formatted, parameters, single_sample};
use crate::sandbox::dialects::meta::GraphError;

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
pub(crate) fn list<'a>(component: &'a Value, place: &JsonPath) -> Result<&'a [Value], GraphError> {
    component["buttons"]
        .as_array()
        .map(Vec::as_slice)
        .filter(|b| !b.is_empty())
        .ok_or_else(|| GraphError::new(100, format!("(#100) The parameter {place}['buttons'] is required.")))
}

/// Checks a BUTTONS component.
pub(crate) fn check(component: &Value, place: &JsonPath, content: &Content<'_>) -> Result<(), GraphError> {
    let buttons = list(component, place)?;
    if buttons.len() > MOST {
        return Err(refused(format!("A template can have at most {MOST} buttons.")));
    }
    for (i, button) in buttons.iter().enumerate() {
        one(button, &place.inside("buttons", i), content)?;
    }
    numbers(buttons)?;
    // Quick replies stand together, and so do all others: the kind of button changes once at most.
    let changes =
        buttons.windows(2).filter(|w| (w[0]["type"] == "QUICK_REPLY") != (w[1]["type"] == "QUICK_REPLY")).count();
    if changes > 1 {
        return Err(GraphError::refused(
            "Invalid combination of buttons",
            "Quick reply buttons and other buttons can't be mixed: invalid combination.",
        ));
    }
    Ok(())
}

/// How many of each kind a template, or a card, can have.
pub(crate) fn numbers(buttons: &[Value]) -> Result<(), GraphError> {
    for (kind, most, _, _) in KINDS {
        let count = buttons.iter().filter(|b| b["type"] == kind).count();
        if count > most {
            return Err(refused(format!("A template can have at most {most} buttons of type {kind}.")));
        }
    }
    Ok(())
}

/// Checks one button.
pub(crate) fn one(button: &Value, place: &JsonPath, content: &Content<'_>) -> Result<(), GraphError> {
    let kind = required(button, "type", place)?;
    let Some((_, _, labelled, in_utility)) = KINDS.iter().find(|(k, ..)| *k == kind) else {
        let kinds: Vec<&str> = KINDS.iter().map(|(k, ..)| *k).collect();
        return Err(GraphError::new(
            100,
            format!("(#100) Param {place}['type'] must be one of {{{}}}", kinds.join(", ")),
        ));
    };
    if kind == "OTP" || (content.category == "UTILITY" && !in_utility) {
        return Err(GraphError::refused(
            "Button does not fit the category",
            format!("A template of category {} can't have a button of type {kind}.", content.category),
        ));
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

fn refused(text: String) -> GraphError {
    GraphError::refused("Too many buttons", text)
}

/// A label: 25 characters, one plain line.
pub(crate) fn label(text: &str) -> Result<(), GraphError> {
    if text.chars().count() > 25 {
        return Err(too_long("A button's text", 25));
    }
    let blank = text.trim().is_empty();
    if blank || has_line_break(text) || has_braces(text) || is_formatted(text) || emoji(text) > 0 {
        return Err(GraphError::refused(
            "Button text format is incorrect",
            "A button's text can't be empty or have variables, new lines, emoji or formatting characters.",
        ));
    }
    Ok(())
}

fn url(button: &Value, place: &JsonPath) -> Result<(), GraphError> {
    let text = required(button, "url", place)?;
    if text.chars().count() > 2000 {
        return Err(too_long("A button's URL", 2000));
    }
    let bad = || GraphError::new(100, format!("Param {place}['url'] is not a valid URI."));
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
        return Err(GraphError::refused(
            "Button URL format is incorrect",
            "A button's URL can have one variable, at its end.",
        ));
    }
    match single_sample(&button["example"]) {
        Some(_) => Ok(()),
        None => Err(missing_example(&format!("{place}"))),
    }
}

fn phone(button: &Value, place: &JsonPath) -> Result<(), GraphError> {
    let number = required(button, "phone_number", place)?;
    if number.chars().count() > 20 {
        return Err(too_long("A button's phone number", 20));
    }
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    let plain =
        number.chars().enumerate().all(|(i, c)| c.is_ascii_digit() || " -().".contains(c) || (c == '+' && i == 0));
    // No country code begins with a zero (ITU E.164).
    let national = number.chars().find(char::is_ascii_digit) == Some('0');
    if !plain || national || !(7..=15).contains(&digits) {
        return Err(GraphError::new(192, format!("(#192) Param {place}['phone_number'] is not a valid phone number.")));
    }
    Ok(())
}

fn code(button: &Value) -> Result<(), GraphError> {
    match single_sample(&button["example"]) {
        None => Err(missing_example("A coupon code")),
        Some(code) if code.chars().count() > CODE_LENGTH => Err(too_long("A coupon code", CODE_LENGTH)),
        Some(_) => Ok(()),
    }
}

fn flow(button: &Value, place: &JsonPath) -> Result<(), GraphError> {
    let given = ["flow_id", "flow_name", "flow_json"].map(|field| &button[field]);
    let blank = |value: &&&Value| value.as_str().is_some_and(|text| text.trim().is_empty());
    let count = given.iter().filter(|value| !value.is_null()).count();
    if count != 1 || given.iter().any(|value| blank(&value)) {
        return Err(GraphError::refused(
            "Flow button is incomplete",
            "A flow button needs one of flow_id, flow_name and flow_json.",
        ));
    }
    let id = &button["flow_id"];
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let is_number = id.is_u64() || id.as_str().is_some_and(digits);
    if !id.is_null() && !is_number {
        return Err(GraphError::new(100, format!("(#100) Param {place}['flow_id'] must be a valid flow id.")));
    }
    match button["flow_action"].as_str() {
        None | Some("NAVIGATE" | "DATA_EXCHANGE") => Ok(()),
        Some(_) => Err(GraphError::new(
            100,
            format!("(#100) Param {place}['flow_action'] must be one of {{NAVIGATE, DATA_EXCHANGE}}"),
        )),
    }
}
