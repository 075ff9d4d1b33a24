//! Every refusal of content, and what must not be refused.

mod anything;
mod special;

use serde_json::{Value, json};

use super::{Content, check};
use crate::sandbox::{dialects::GraphError, rules::stored_form::fold_enums};

/// Code, subcode and a part of the texts of the refusal; `None` when the content is accepted.
fn verdict(category: &str, named: bool, mut components: Value, ttl: Option<i64>) -> Option<(i64, Option<i64>, String)> {
    fold_enums(&mut components);
    let error = GraphError::from(check(&Content { category, named, components: &components, ttl }).err()?);
    let texts = format!("{} {}", error.message, error.user_message.clone().unwrap_or_default());
    Some((error.code, error.subcode, texts))
}

fn body(text: &str) -> Value {
    json!({"type": "BODY", "text": text})
}

fn buttons(list: &Value) -> Value {
    json!([{"type": "BODY", "text": "Your bike is ready"}, {"type": "BUTTONS", "buttons": list}])
}

fn reply(text: &str) -> Value {
    json!({"type": "QUICK_REPLY", "text": text})
}

fn link(url: &str) -> Value {
    json!({"type": "URL", "text": "Open", "url": url})
}

#[test]
fn texts_are_refused_with_their_codes() {
    let sampled =
        |text: &str, samples: Value| json!([{"type": "BODY", "text": text, "example": {"body_text": [samples]}}]);
    let header = |text: &str| json!([{"type": "HEADER", "format": "TEXT", "text": text}, body("Your bike is ready")]);
    let footer = |text: &str| json!([body("Your bike is ready"), {"type": "FOOTER", "text": text}]);
    let rows = [
        ("long body", json!([body(&"a".repeat(1025))]), 2_388_040),
        ("long header", header(&"a".repeat(61)), 2_388_040),
        ("long footer", footer(&"a".repeat(61)), 2_388_040),
        ("no sample", json!([body("Hello {{1}}, your bike is ready")]), 2_388_043),
        ("too few samples", sampled("Hi {{1}}, bike {{2}} is here", json!(["a"])), 2_388_043),
        ("header without its sample", header("Hello {{1}} there"), 2_388_043),
        ("header with emoji", header("Bikes 🚲"), 2_388_047),
        ("header with asterisks", header("*Bikes*"), 2_388_047),
        ("header with a new line", header("Bikes\nfor you"), 2_388_047),
        ("header with two variables", header("{{1}} and {{2}}"), 2_388_047),
        ("blank header", header(" "), 2_388_047),
        ("three new lines", json!([body("a\n\n\nb")]), 2_388_072),
        ("variables only", sampled("{{1}}, {{2}}", json!(["a", "b"])), 2_388_072),
        ("eleven emoji", json!([body(&"🚲 x ".repeat(11))]), 2_388_072),
        ("empty body", json!([body("  ")]), 2_388_072),
        ("footer with a variable", footer("Bye {{1}}"), 2_388_073),
        ("footer with emoji", footer("Bye 🚲"), 2_388_073),
        ("footer with braces", footer("Bye }}"), 2_388_073),
        ("blank footer", footer(" "), 2_388_073),
        ("footer with a new line", footer("a\nb"), 2_388_073),
        ("ratio of adjacent", sampled("Ho {{1}} {{2}} ho", json!(["a", "b"])), 2_388_293),
        ("variable first", sampled("{{1}} is ready for you", json!(["a"])), 2_388_299),
        ("variable last", sampled("Ready for you is {{1}}\n", json!(["a"])), 2_388_299),
        ("media header without a handle", json!([{"type": "HEADER", "format": "IMAGE"}, body("Your bike")]), 2_388_043),
    ];
    for (what, components, subcode) in rows {
        let found = verdict("UTILITY", false, components, None);
        let (code, found, _) = found.unwrap_or_else(|| panic!("{what} was accepted"));
        assert_eq!((code, found), (100, Some(subcode)), "{what}");
    }
}

#[test]
fn malformed_parameters_are_refused() {
    let sampled = |text: &str| {
        json!([{"type": "BODY", "text": text, "example": {"body_text": [["a", "b"]],
        "body_text_named_params": [{"param_name": "name", "example": "a"}]}}])
    };
    for (what, named, text) in [
        ("a gap", false, "Hello {{1}} and {{3}} there and here"),
        ("a name without NAMED", false, "Hello {{name}} and more"),
        ("a number with NAMED", true, "Hello {{1}} and more"),
        ("both", true, "Hello {{1}} and {{name}} and more and more"),
        ("upper case", true, "Hello {{NAME}} and more"),
        ("one brace", false, "Hello {{1} and more"),
    ] {
        let (code, subcode, _) =
            verdict("UTILITY", named, sampled(text), None).unwrap_or_else(|| panic!("{what} was accepted"));
        assert_eq!((code, subcode), (100, None), "{what}");
    }
    assert_eq!(verdict("UTILITY", true, sampled("Hello {{name}} and more"), None), None);
    assert_eq!(verdict("UTILITY", false, sampled("Hello {{2}} and {{1}} over there in Graz"), None), None);
}

#[test]
fn buttons_are_refused_with_their_codes() {
    let phone = |n: &str| json!({"type": "PHONE_NUMBER", "text": "Call", "phone_number": n});
    let code = |c: &str| json!({"type": "COPY_CODE", "example": c});
    let rows = [
        (
            "phone",
            json!([phone("call me")]),
            192,
            None,
            "Param components[1]['buttons'][0]['phone_number'] is not a valid phone number",
        ),
        ("national phone", json!([phone("0316 000000")]), 192, None, "is not a valid phone number"),
        ("long phone", json!([phone("+1555005131012345678901")]), 100, Some(2_388_040), "phone"),
        ("two phones", json!([phone("+15550051310"), phone("+15550051311")]), 100, None, "at most 1"),
        ("URL", json!([link("fernweh")]), 100, None, "Param components[1]['buttons'][0]['url'] is not a valid URI."),
        ("only a variable", json!([link("{{1}}")]), 100, None, "is not a valid URI"),
        ("long URL", json!([link(&format!("https://x.example/{}", "a".repeat(2000)))]), 100, Some(2_388_040), "URL"),
        ("variable inside", json!([link("https://x.example/{{1}}/y")]), 100, None, "at its end"),
        ("URL without a sample", json!([link("https://x.example/{{1}}")]), 100, Some(2_388_043), ""),
        (
            "three URLs",
            json!([link("https://a.example"), link("https://b.example"), link("https://c.example")]),
            100,
            None,
            "at most 2",
        ),
        ("long label", json!([reply(&"a".repeat(26))]), 100, Some(2_388_040), ""),
        ("label with emoji", json!([reply("Ride 🚲")]), 100, None, "emoji"),
        ("label with a variable", json!([reply("{{1}}")]), 100, None, "variables"),
        ("label with braces", json!([reply("a {{")]), 100, None, "variables"),
        ("label with formatting", json!([reply("_go_")]), 100, None, "formatting"),
        ("blank label", json!([reply(" ")]), 100, None, "empty"),
        ("variable host", json!([link("https://{{1}}")]), 100, None, "is not a valid URI"),
        ("URL with braces", json!([link("https://a.example/{x}")]), 100, None, "is not a valid URI"),
        ("URL with one brace too many", json!([link("https://a.example/{{1}}}")]), 100, None, "is not a valid URI"),
        ("URL with {{01}}", json!([link("https://a.example/{{01}}")]), 100, None, ""),
        ("eleven", json!((0..11).map(|i| reply(&i.to_string())).collect::<Vec<_>>()), 100, None, "at most 10"),
        ("mixed", json!([reply("a"), link("https://a.example"), reply("b")]), 100, None, "invalid combination"),
        (
            "mixed the other way",
            json!([link("https://a.example"), reply("a"), phone("+15550051310")]),
            100,
            None,
            "invalid combination",
        ),
        ("long code", json!([code(&"A".repeat(21))]), 100, Some(2_388_040), "coupon"),
        ("no code", json!([{"type": "COPY_CODE"}]), 100, Some(2_388_043), ""),
        ("flow without a flow", json!([{"type": "FLOW", "text": "Book"}]), 100, None, "flow_id"),
        ("flow id", json!([{"type": "FLOW", "text": "Book", "flow_id": "mine"}]), 100, None, "flow id"),
        ("OTP", json!([{"type": "OTP", "otp_type": "COPY_CODE"}]), 100, None, "OTP"),
        ("catalog", json!([{"type": "CATALOG", "text": "View catalog"}]), 100, None, "CATALOG"),
        ("unknown", json!([{"type": "HOLOGRAM", "text": "x"}]), 100, None, "must be one of"),
        ("none", json!([]), 100, None, "required"),
    ];
    for (what, list, code, subcode, part) in rows {
        let (found, found_subcode, texts) =
            verdict("UTILITY", false, buttons(&list), None).unwrap_or_else(|| panic!("{what} was accepted"));
        assert_eq!((found, found_subcode), (code, subcode), "{what}: {texts}");
        assert!(texts.contains(part), "{what}: {texts}");
    }
}

#[test]
fn what_looks_odd_is_taken() {
    for label in ["4* inn", "✓ Done", "order_no_7", "★"] {
        assert_eq!(verdict("UTILITY", false, buttons(&json!([reply(label)])), None), None, "{label}");
    }
    let header = json!({"type": "HEADER", "format": "TEXT", "text": "{{1}} {{1}}", "example": {"header_text": ["a"]}});
    assert_eq!(verdict("UTILITY", false, json!([header, body("Your bike is ready")]), None), None);
}

#[test]
fn categories_refuse_what_they_cannot_have() {
    let offer = json!({"type": "limited_time_offer", "limited_time_offer": {"text": "Ends soon"}});
    let rows = [
        ("UTILITY", json!([body("x y"), {"type": "CAROUSEL", "cards": []}])),
        ("UTILITY", json!([body("x y"), offer])),
        ("UTILITY", json!([body("x y"), {"type": "HEADER", "format": "GIF", "example": {"header_handle": ["h"]}}])),
        ("UTILITY", json!([{"type": "FOOTER", "text": "no body"}])),
        ("UTILITY", json!([body("x y"), body("x z")])),
        ("UTILITY", json!([body("x y"), {"type": "POEM"}])),
        ("MARKETING", json!([body("x y"), {"type": "HEADER", "format": "PRODUCT"}])),
    ];
    for (category, components) in rows {
        let found = verdict(category, false, components.clone(), None);
        assert!(matches!(found, Some((100, None, _))), "{components}: {found:?}");
    }
}

#[test]
fn times_to_live_have_ranges() {
    let otp = json!([{"type": "BODY"}, {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE"}]}]);
    for (category, seconds, good) in [
        ("AUTHENTICATION", 30, true),
        ("AUTHENTICATION", 901, false),
        ("AUTHENTICATION", -1, true),
        ("UTILITY", 29, false),
        ("UTILITY", 43_200, true),
        ("UTILITY", -1, true),
        ("MARKETING", 43_199, false),
        ("MARKETING", 2_592_000, true),
        ("MARKETING", -1, false),
    ] {
        let components = if category == "AUTHENTICATION" { otp.clone() } else { json!([body("x y")]) };
        let found = verdict(category, false, components, Some(seconds));
        assert_eq!(found.is_none(), good, "{category} {seconds}");
    }
}

#[test]
fn names_and_categories_are_checked() {
    let subcode = |name: &str| GraphError::from(super::name(name).unwrap_err()).subcode;
    for (name, expected) in [("Tour", 2_388_046), ("tour-1", 2_388_046), ("", 2_388_046), ("hello_world", 2_388_155)] {
        assert_eq!(subcode(name), Some(expected), "{name}");
    }
    assert_eq!(subcode(&"a".repeat(513)), Some(2_388_046));
    assert!(super::name("tour_2026").is_ok());
    assert_eq!(super::category("marketing").unwrap(), "MARKETING");
    assert_eq!(GraphError::from(super::category("TRANSACTIONAL").unwrap_err()).code, 100);
}
