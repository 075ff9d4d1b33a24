//! What becomes of what was sent: the form in which a template is kept and shown, which differs from the form in which
//! it came in all the ways that have been observed.
//!
//! Takes components that were checked, or that a person put in unchecked: must cope with anything.

use serde_json::{Map, Value, json};

use super::one_time_code;

/// Fields whose values are enums, shown in upper case whatever case they were sent in.
const ENUMS: [&str; 5] = ["type", "format", "otp_type", "flow_action", "icon"];
/// The order in which components are shown.
const ORDER: [&str; 7] =
    ["HEADER", "LIMITED_TIME_OFFER", "BODY", "FOOTER", "BUTTONS", "CAROUSEL", "CALL_PERMISSION_REQUEST"];

/// Writes enum values of components, cards and buttons in upper case.
pub(crate) fn fold_enums(components: &mut Value) {
    for component in components.as_array_mut().into_iter().flatten() {
        let Some(component) = component.as_object_mut() else {
            continue;
        };
        for (field, value) in component.iter_mut() {
            match value {
                Value::String(text) if ENUMS.contains(&field.as_str()) => {
                    *text = text.to_ascii_uppercase();
                }
                Value::Array(_) if field == "buttons" => fold_enums(value),
                Value::Array(cards) if field == "cards" => {
                    for card in cards {
                        if let Some(inner) = card.get_mut("components") {
                            fold_enums(inner);
                        }
                    }
                }
                _ => {}
            }
        }
    }
}

/// Components as they are kept. `expand` shows the example of a dynamic URL as the whole URL.
pub(crate) fn kept_components(components: &Value, category: &str, language: &str, expand: bool) -> Value {
    let Some(items) = components.as_array() else {
        return components.clone();
    };
    let minutes = items.iter().find_map(|c| c["code_expiration_minutes"].as_i64());
    let mut kept: Vec<Value> = items
        .iter()
        .map(|item| match item.as_object() {
            Some(fields) => kept_component(fields, category, language, minutes, expand),
            None => item.clone(),
        })
        .collect();
    kept.sort_by_key(|c| {
        let kind = c["type"].as_str().unwrap_or_default();
        ORDER.iter().position(|o| *o == kind).unwrap_or(ORDER.len())
    });
    Value::Array(kept)
}

fn kept_component(
    sent: &Map<String, Value>,
    category: &str,
    language: &str,
    minutes: Option<i64>,
    expand: bool,
) -> Value {
    let kind = sent.get("type").and_then(Value::as_str).unwrap_or_default();
    let generated = category == "AUTHENTICATION" && !sent.contains_key("text");
    let mut kept = match kind {
        "BODY" if generated => one_time_code::body(sent, language),
        "FOOTER" if generated => one_time_code::footer(sent, language),
        _ => sent.clone(),
    };
    if let Some(Value::Object(example)) = kept.get_mut("example") {
        wrap_examples(example);
    }
    if let Some(Value::Array(buttons)) = kept.get_mut("buttons") {
        for button in buttons {
            if let Some(fields) = button.as_object() {
                *button = kept_button(fields, minutes, language, expand);
            }
        }
    }
    if let Some(Value::Array(cards)) = kept.get_mut("cards") {
        for card in cards {
            if let Some(inner) = card.get_mut("components") {
                *inner = kept_components(inner, category, language, expand);
            }
        }
    }
    Value::Object(kept)
}

/// `body_text` is a list of lists and `header_text` a list, however they were sent.
fn wrap_examples(example: &mut Map<String, Value>) {
    if let Some(body) = example.get_mut("body_text") {
        let wrapped = match body.take() {
            Value::Array(rows) if rows.iter().any(Value::is_array) => Value::Array(rows),
            Value::Array(values) => json!([values]),
            value => json!([[value]]),
        };
        *body = wrapped;
    }
    if let Some(header) = example.get_mut("header_text")
        && !header.is_array()
    {
        *header = json!([header.take()]);
    }
}

fn kept_button(sent: &Map<String, Value>, minutes: Option<i64>, language: &str, expand: bool) -> Value {
    let mut kept = sent.clone();
    let fixed_label = |text: &str, mut kept: Map<String, Value>| {
        kept.insert("text".into(), text.into());
        Value::Object(kept)
    };
    match sent.get("type").and_then(Value::as_str).unwrap_or_default() {
        "OTP" => one_time_code::button(sent, minutes, language),
        "MPM" => fixed_label("View items", kept),
        "SPM" => fixed_label("View", kept),
        "CATALOG" => fixed_label("View catalog", kept),
        "COPY_CODE" => {
            let code = match sent.get("example") {
                Some(Value::Array(items)) => json!(items),
                Some(code) => json!([code]),
                None => json!([]),
            };
            json!({"type": "COPY_CODE", "text": "Copy offer code", "example": code})
        }
        "PHONE_NUMBER" => {
            if let Some(Value::String(number)) = kept.get_mut("phone_number") {
                *number = phone(number);
            }
            Value::Object(kept)
        }
        "URL" => {
            expand_example(&mut kept, expand);
            Value::Object(kept)
        }
        "FLOW" => flow(sent),
        _ => Value::Object(kept),
    }
}

/// A flow button points to its flow by number, however the flow was given.
fn flow(sent: &Map<String, Value>) -> Value {
    let id = sent.get("flow_id").and_then(|id| match id {
        Value::Number(n) => n.as_u64(),
        Value::String(s) => s.parse().ok(),
        _ => None,
    });
    let id = id.unwrap_or_else(|| fastrand::u64(100_000_000_000_000..1_000_000_000_000_000));
    let mut kept = Map::new();
    kept.insert("type".into(), "FLOW".into());
    if let Some(text) = sent.get("text") {
        kept.insert("text".into(), text.clone());
    }
    kept.insert("flow_id".into(), id.into());
    let action = sent.get("flow_action").cloned();
    kept.insert("flow_action".into(), action.unwrap_or_else(|| "NAVIGATE".into()));
    if let Some(screen) = sent.get("navigate_screen").cloned().or_else(|| {
        let json: Value = serde_json::from_str(sent.get("flow_json")?.as_str()?).ok()?;
        json["screens"][0].get("id").cloned()
    }) {
        kept.insert("navigate_screen".into(), screen);
    }
    if let Some(icon) = sent.get("icon") {
        kept.insert("icon".into(), icon.clone());
    }
    Value::Object(kept)
}

/// The example of a dynamic URL: a list, and the whole URL with its braces percent-encoded.
fn expand_example(button: &mut Map<String, Value>, expand: bool) {
    let base =
        button.get("url").and_then(Value::as_str).and_then(|url| url.split_once("{{")).map(|(base, _)| base.to_owned());
    let Some(example) = button.get_mut("example") else {
        return;
    };
    if !example.is_array() {
        *example = json!([example.take()]);
    }
    let Some(base) = base.filter(|_| expand) else {
        return;
    };
    for value in example.as_array_mut().into_iter().flatten() {
        if let Value::String(text) = value {
            if !text.starts_with("http://") && !text.starts_with("https://") {
                *text = format!("{base}{text}");
            }
            *text = text.replace('{', "%7B").replace('}', "%7D");
        }
    }
}

/// Country codes of two digits; those of one digit are 1 and 7, all others have three (ITU-T E.164).
const TWO_DIGIT_COUNTRIES: [u8; 43] = [
    20, 27, 30, 31, 32, 33, 34, 36, 39, 40, 41, 43, 44, 45, 46, 47, 48, 49, 51, 52, 53, 54, 55, 56, 57, 58, 60, 61, 62,
    63, 64, 65, 66, 81, 82, 84, 86, 90, 91, 92, 93, 94, 95,
];

/// A number with `+`, digits only, and without zeros behind its country code.
pub(crate) fn phone(sent: &str) -> String {
    let digits: String = sent.chars().filter(char::is_ascii_digit).collect();
    let country = match digits.get(..2).and_then(|d| d.parse::<u8>().ok()) {
        Some(10..=19 | 70..=79) => 1,
        Some(two) if TWO_DIGIT_COUNTRIES.contains(&two) || two == 98 => 2,
        _ => 3,
    };
    match digits.split_at_checked(country) {
        Some((code, rest)) => format!("+{code}{}", rest.trim_start_matches('0')),
        None => format!("+{digits}"),
    }
}

/// `degrees_of_freedom_spec`: the map of features comes back as a list.
pub(crate) fn degrees_of_freedom(sent: &Value) -> Value {
    let mut shown = sent.clone();
    if let Some(Value::Object(features)) = sent.get("creative_features_spec") {
        let list: Vec<Value> = features.iter().map(|(key, value)| json!({"key": key, "value": value})).collect();
        shown["creative_features_spec"] = list.into();
    }
    shown
}

/// The sub-category that a template gets when none was sent.
pub(crate) fn sub_category(components: &Value, category: &str) -> Option<&'static str> {
    let has_flow = components
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|c| c["buttons"].as_array())
        .flatten()
        .any(|b| b["type"] == "FLOW");
    match category {
        _ if has_flow => Some("FORM"),
        "MARKETING" => Some("CUSTOM"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(components: &Value, category: &str) -> Value {
        let mut components = components.clone();
        fold_enums(&mut components);
        kept_components(&components, category, "en_US", true)
    }

    /// What was sent, and what is shown: one row for each difference that has been observed.
    #[test]
    fn components_come_back_changed() {
        let long = "https://www.whatsapp.com/otp/code/?otp_type=";
        let rows = [
            (
                "AUTH body",
                "AUTHENTICATION",
                json!([{"type": "body", "add_security_recommendation": true}]),
                json!([{"type": "BODY", "text": "*{{1}}* is your verification code. For your security, do not share this code.",
                    "add_security_recommendation": true, "example": {"body_text": [["123456"]]}}]),
            ),
            (
                "AUTH footer and OTP button with its defaults",
                "AUTHENTICATION",
                json!([{"type": "footer", "code_expiration_minutes": 7},
                    {"type": "buttons", "buttons": [{"type": "otp", "otp_type": "copy_code"}]}]),
                json!([{"type": "FOOTER", "text": "This code expires in 7 minutes.", "code_expiration_minutes": 7},
                    {"type": "BUTTONS", "buttons": [{"type": "URL", "text": "Copy code",
                        "url": format!("{long}COPY_CODE&code_expiration_minutes=7&code=otp{{{{1}}}}"),
                        "example": [format!("{long}COPY_CODE&code_expiration_minutes=7&code=otp123456")]}]}]),
            ),
            (
                "one-tap without a footer keeps its type",
                "AUTHENTICATION",
                json!([{"type": "buttons", "buttons": [{"type": "otp", "otp_type": "one_tap", "text": "Copy",
                    "supported_apps": []}]}]),
                json!([{"type": "BUTTONS", "buttons": [{"type": "URL", "text": "Copy",
                    "url": format!("{long}ONE_TAP&code=otp{{{{1}}}}"),
                    "example": [format!("{long}ONE_TAP&code=otp123456")], "autofill_text": "Autofill"}]}]),
            ),
            (
                "flow by id",
                "UTILITY",
                json!([{"type": "BUTTONS", "buttons": [{"type": "flow", "text": "Book", "flow_id": "123456789",
                    "navigate_screen": "START"}]}]),
                json!([{"type": "BUTTONS", "buttons": [{"type": "FLOW", "text": "Book", "flow_id": 123_456_789,
                    "flow_action": "NAVIGATE", "navigate_screen": "START"}]}]),
            ),
            (
                "phone numbers",
                "UTILITY",
                json!([{"type": "BUTTONS", "buttons": [{"type": "PHONE_NUMBER", "text": "Call",
                    "phone_number": "49 0151 5550123"}]}]),
                json!([{"type": "BUTTONS", "buttons": [{"type": "PHONE_NUMBER", "text": "Call",
                    "phone_number": "+491515550123"}]}]),
            ),
            (
                "a body sample as a list",
                "UTILITY",
                json!([{"type": "BODY", "text": "a {{1}} b", "example": {"body_text": ["x"]}}]),
                json!([{"type": "BODY", "text": "a {{1}} b", "example": {"body_text": [["x"]]}}]),
            ),
            (
                "samples as bare texts",
                "UTILITY",
                json!([{"type": "HEADER", "format": "text", "text": "{{1}}", "example": {"header_text": "h"}},
                    {"type": "BODY", "text": "a {{1}} b", "example": {"body_text": "x"}}]),
                json!([{"type": "HEADER", "format": "TEXT", "text": "{{1}}", "example": {"header_text": ["h"]}},
                    {"type": "BODY", "text": "a {{1}} b", "example": {"body_text": [["x"]]}}]),
            ),
            (
                "the example of a dynamic URL",
                "UTILITY",
                json!([{"type": "BUTTONS", "buttons": [{"type": "URL", "text": "Track", "example": "a{b}",
                    "url": "https://fernweh.example/t/{{1}}"}]}]),
                json!([{"type": "BUTTONS", "buttons": [{"type": "URL", "text": "Track",
                    "example": ["https://fernweh.example/t/a%7Bb%7D"], "url": "https://fernweh.example/t/{{1}}"}]}]),
            ),
            (
                "copy code",
                "MARKETING",
                json!([{"type": "BUTTONS", "buttons": [{"type": "COPY_CODE", "example": "RIDE20"}]}]),
                json!([{"type": "BUTTONS", "buttons": [{"type": "COPY_CODE", "text": "Copy offer code",
                    "example": ["RIDE20"]}]}]),
            ),
            (
                "fixed labels",
                "MARKETING",
                json!([{"type": "BUTTONS", "buttons": [{"type": "MPM"}, {"type": "SPM"}, {"type": "CATALOG", "text": "x"}]}]),
                json!([{"type": "BUTTONS", "buttons": [{"type": "MPM", "text": "View items"},
                    {"type": "SPM", "text": "View"}, {"type": "CATALOG", "text": "View catalog"}]}]),
            ),
            (
                "order",
                "MARKETING",
                json!([{"type": "buttons", "buttons": []}, {"type": "footer", "text": "f"}, {"type": "body", "text": "b"},
                    {"type": "header", "format": "location"}]),
                json!([{"type": "HEADER", "format": "LOCATION"}, {"type": "BODY", "text": "b"},
                    {"type": "FOOTER", "text": "f"}, {"type": "BUTTONS", "buttons": []}]),
            ),
            (
                "texts verbatim",
                "UTILITY",
                json!([{"type": "BODY", "text": "a\r\n  b  "}]),
                json!([{"type": "BODY", "text": "a\r\n  b  "}]),
            ),
            (
                "cards",
                "MARKETING",
                json!([{"type": "carousel", "cards": [{"components": [
                    {"type": "buttons", "buttons": [{"type": "quick_reply", "text": "More"}]},
                    {"type": "header", "format": "image"}]}]}]),
                json!([{"type": "CAROUSEL", "cards": [{"components": [
                    {"type": "HEADER", "format": "IMAGE"},
                    {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "More"}]}]}]}]),
            ),
        ];
        for (what, category, sent, shown) in rows {
            assert_eq!(kept(&sent, category), shown, "{what}");
        }
    }

    #[test]
    fn flows_given_otherwise_get_a_number_and_a_screen() {
        let json = r#"{"screens":[{"id":"WELCOME"}]}"#;
        let shown = kept(
            &json!([{"type": "BUTTONS", "buttons": [{"type": "FLOW", "text": "Book", "flow_json": json}]}]),
            "UTILITY",
        );
        let button = &shown[0]["buttons"][0];
        assert!(button["flow_id"].is_u64());
        assert!(button.get("flow_json").is_none());
        assert_eq!(button["navigate_screen"], "WELCOME");
    }

    #[test]
    fn generated_texts_are_in_the_language_of_the_template() {
        let sent = json!([{"type": "BODY"}, {"type": "FOOTER", "code_expiration_minutes": 10}]);
        let shown = kept_components(&sent, "AUTHENTICATION", "es_ES", true);
        assert_eq!(shown[0]["text"], "Tu código de verificación es *{{1}}*.");
        assert_eq!(shown[1]["text"], "Este código caduca en 10 minutos.");
    }

    #[test]
    fn phone_numbers_are_written_alike() {
        for (sent, shown) in [
            ("16467043595", "+16467043595"),
            ("+44 (0)20 7946 0000", "+442079460000"),
            ("+353 087 1234567", "+353871234567"),
            ("+15550051310", "+15550051310"),
        ] {
            assert_eq!(phone(sent), shown);
        }
    }

    #[test]
    fn creative_features_come_back_as_a_list() {
        let sent = json!({"creative_features_spec": {"image_touchups": {"enroll_status": "OPT_IN"}}});
        assert_eq!(
            degrees_of_freedom(&sent),
            json!({"creative_features_spec": [{"key": "image_touchups", "value": {"enroll_status": "OPT_IN"}}]})
        );
    }
}
