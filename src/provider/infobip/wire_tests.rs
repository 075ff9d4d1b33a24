//! What accounts show, read: nothing is lost, nothing is guessed.

use serde_json::json;

use super::*;
use crate::template::{Footer, MediaSource, Otp, OtpType};

#[expect(clippy::needless_pass_by_value, reason = "reads better where it is called")]
fn node(structure: Value) -> Value {
    json!({ "id": "7", "businessAccountId": 1022, "name": "bike_ready", "language": "de", "status": "APPROVED",
        "category": "MARKETING", "structure": structure, "quality": "HIGH", "lastUpdatedAt": "2026-01-02T03:04:05.678+0000" })
}

fn live(node: &Value) -> Live {
    super::live(node.as_object().unwrap(), None).unwrap()
}

fn read(structure: Value) -> Live {
    live(&node(structure))
}

fn hidden(live: &Live) -> Vec<&str> {
    let never = ["send_type", "disable_ios_autofill"];
    live.unreadable.iter().map(String::as_str).filter(|path| !never.contains(path)).collect()
}

#[test]
fn words_and_times_are_brought_to_ours() {
    let one = read(json!({ "body": { "text": "Ready." }, "type": "TEXT" }));
    assert_eq!(one.updated_at, Some("2026-01-02T03:04:05.678Z".parse().unwrap()));
    assert_eq!(one.quality, Some(Quality::Green));
    assert_eq!(one.content.unmodelled, [] as [Value; 0]);
    assert!(one.content.extra.is_empty() && hidden(&one).is_empty());
    for (shown, ours) in [
        ("FIRST_PAUSED", Status::Paused),
        ("SECOND_PAUSED", Status::Paused),
        ("PENDING_DELETION", Status::PendingDeletion),
        ("FLAGGED", Status::Other("FLAGGED".to_owned())),
        ("REINSTATED", Status::Other("REINSTATED".to_owned())),
        ("TOMORROW", Status::Other("TOMORROW".to_owned())),
    ] {
        assert_eq!(status(shown), ours);
    }
    for (shown, ours) in [("MEDIUM", Quality::Yellow), ("LOW", Quality::Red), ("UNKNOWN", Quality::Unknown)] {
        assert_eq!(quality(shown), ours);
    }
    assert_eq!(time("2026-01-02T03:04:05Z"), Some("2026-01-02T03:04:05Z".parse().unwrap()));
    assert_eq!(time("yesterday"), None);
}

#[test]
fn samples_are_named_as_not_shown() {
    let one = read(json!({
        "header": { "format": "TEXT", "text": "For {{1}}" },
        "body": { "text": "{{1}} and {{2}}" },
        "buttons": [
            { "type": "URL", "text": "Way", "url": "https://fernweh.example/{{1}}" },
            { "type": "URL", "text": "Shop", "url": "https://fernweh.example" },
            { "type": "COPY_CODE", "text": "Copy offer code" }],
        "carousel": { "cards": [{ "header": { "format": "IMAGE" }, "body": { "text": "{{1}}" },
            "buttons": [{ "type": "URL", "text": "Way", "url": "https://fernweh.example/{{1}}" }] }] } }));
    let wanted = [
        "body.samples.1",
        "body.samples.2",
        "buttons[0].sample",
        "buttons[2].sample",
        "carousel.cards[0].body.samples.1",
        "carousel.cards[0].buttons[0].sample",
        "carousel.cards[0].header.sample",
        "header.samples.1",
    ];
    assert_eq!(hidden(&one), wanted);
}

#[test]
fn samples_that_are_shown_after_all_are_read() {
    let one = read(json!({
        "header": { "format": "TEXT", "text": "For {{1}}", "example": "Resi" },
        "body": { "text": "{{1}} and {{2}}", "examples": ["Resi", "Monday"] },
        "buttons": [{ "type": "COPY_CODE", "text": "Copy offer code", "example": "BELL10" }] }));
    assert!(hidden(&one).is_empty(), "{:?}", one.unreadable);
    let ButtonKind::CopyCode { sample } = &one.content.buttons[0].kind else { panic!() };
    assert_eq!(sample.as_deref(), Some("BELL10"));
    let picture =
        read(json!({ "header": { "format": "IMAGE", "example": "https://media.example/x" }, "body": { "text": "a" } }));
    let HeaderKind::Media { sample: Some(sample), .. } = picture.content.header.clone().unwrap().kind else { panic!() };
    assert_eq!(sample.source, MediaSource::Shown("https://media.example/x".to_owned()));
    assert_eq!(hidden(&picture), ["header.sample"]);
}

fn code(footer: &str, host: &str) -> Live {
    let url = format!("https://{host}/otp/code/?otp_type=ONE_TAP&code=otp{{{{1}}}}");
    read(json!({ "body": { "text": "*{{1}}* ist dein Code.", "examples": ["123456"] }, "footer": { "text": footer },
        "buttons": [{ "type": "URL", "text": "Kopieren", "url": url }], "type": "MEDIA" }))
}

#[test]
fn generated_texts_are_read_back_into_what_was_asked_for() {
    for host in ["wwww.whatsapp.com", "www.whatsapp.com"] {
        let one = code("Dieser Code läuft in 15 Minuten ab.", host);
        assert!(matches!(&one.content.body, Some(Body::Authentication { extra, .. }) if extra.is_empty()));
        let Some(Footer::CodeExpiration { code_expiration_minutes: 15, .. }) = one.content.footer else { panic!() };
        let ButtonKind::Otp(Otp { otp_type: OtpType::OneTap, text: Some(text), .. }) = &one.content.buttons[0].kind
        else {
            panic!()
        };
        assert_eq!(text, "Kopieren");
        for path in ["body.add_security_recommendation", "buttons[0].supported_apps", "buttons[0].autofill_text"] {
            assert!(one.unreadable.contains(path), "{path}");
        }
        assert!(!one.unreadable.contains("footer"));
    }
    // A page of that host that hands over no code is a page.
    let url = json!([{ "type": "URL", "text": "Join", "url": "https://www.whatsapp.com/channel/1" }]);
    assert!(matches!(read(json!({ "body": { "text": "a" }, "buttons": url })).content.body, Some(Body::Text { .. })));
}

#[test]
fn minutes_are_read_only_where_there_is_no_doubt() {
    for (sentence, wanted) in [
        ("This code expires in 15 minutes.", Some(15)),
        ("1", Some(1)),
        ("Le 10, dans 15 minutes.", None),
        ("In 91 minutes.", None),
        ("In 0 minutes.", None),
        ("في ١٥ دقيقة", Some(15)),
        ("Soon.", None),
        ("In 99999999999999999999 minutes.", None),
    ] {
        let one = code(sentence, "www.whatsapp.com");
        let read = match one.content.footer {
            Some(Footer::CodeExpiration { code_expiration_minutes, .. }) => Some(code_expiration_minutes),
            _ => None,
        };
        assert_eq!(read, wanted, "{sentence}");
        assert_eq!(one.unreadable.contains("footer"), wanted.is_none(), "{sentence}");
    }
    // Outside a generated template a sentence is a sentence.
    let plain = read(json!({ "body": { "text": "a" }, "footer": { "text": "Back in 15 minutes." } }));
    assert!(matches!(plain.content.footer, Some(Footer::Text { .. })));
}

#[test]
fn a_sentence_without_a_number_is_held_against_what_was_applied() {
    use crate::template::normal::{NormalForm, Scope};
    let live = code("في ١٥ دقيقة", "www.whatsapp.com");
    let mut applied = code("15", "www.whatsapp.com").content;
    let same = |applied: &Content, wanted: bool| {
        let applied = NormalForm::of(applied);
        let seen = NormalForm::of(&live.content).seen_by(&applied, &live.unreadable, Some(&applied)).normal;
        assert_eq!(seen.fingerprint(Scope::Content) == applied.fingerprint(Scope::Content), wanted);
    };
    same(&applied, true);
    applied.footer = None;
    same(&applied, false);
}

#[test]
fn validity_is_seconds() {
    for (period, wanted) in [
        (json!({ "amount": 5, "timeUnit": "MINUTES" }), Some(300)),
        (json!({ "amount": 5 }), Some(300)),
        (json!({ "amount": 120, "timeUnit": "SECONDS" }), Some(120)),
        (json!({ "amount": -1, "timeUnit": "MINUTES" }), Some(-1)),
        (json!({ "amount": 1, "timeUnit": "HOURS" }), None),
        (json!({ "amount": 1, "timeUnit": null }), None),
        (json!({ "amount": "1" }), None),
        (json!({ "amount": 1, "until": "x" }), None),
    ] {
        let mut node = node(json!({ "body": { "text": "a" } }));
        node["validityPeriod"] = period.clone();
        let content = live(&node).content;
        assert_eq!(content.message_send_ttl_seconds, wanted, "{period}");
        assert_eq!(content.extra.contains_key("validityPeriod"), wanted.is_none(), "{period}");
    }
}

#[test]
fn what_is_infobips_own_is_kept_under_its_name() {
    let mut node = node(json!({ "body": { "text": "a" }, "shorteningOptions": { "customDomain": "f.example" },
        "buttons": [{ "type": "URL", "text": "Way", "url": "https://f.example/{{1}}", "destinationUrl": "https://fernweh.example/{{1}}" }] }));
    node["platform"] = json!({ "entityId": "graz" });
    node["subCategory"] = "ORDER_STATUS".into();
    node["libraryTemplateName"] = "delivery".into();
    let content = live(&node).content;
    assert_eq!(content.extra.keys().collect::<Vec<_>>(), ["platform", "shorteningOptions"]);
    assert_eq!(content.sub_category.as_deref(), Some("ORDER_STATUS"));
    assert_eq!(content.library_template_name.as_deref(), Some("delivery"));
    let ButtonKind::Url { url, .. } = &content.buttons[0].kind else { panic!() };
    assert_eq!(url, "https://fernweh.example/{{1}}");
    assert!(content.buttons[0].extra.is_empty());
}

#[test]
fn the_deprecated_form_is_read() {
    let one = read(json!({ "body": "example {{1}} body", "footer": "Fernweh Cycles", "type": "MEDIA" }));
    assert!(matches!(&one.content.body, Some(Body::Text { text, .. }) if text == "example {{1}} body"));
    assert!(matches!(&one.content.footer, Some(Footer::Text { text, .. }) if text == "Fernweh Cycles"));
}

#[test]
fn buttons_without_samples_say_what_is_not_shown() {
    let one = read(json!({ "body": { "text": "a" }, "buttons": [
        { "type": "VOICE_CALL", "text": "Call now" }, { "type": "ORDER_DETAILS", "variant": "INDIA" },
        { "type": "MULTI_PRODUCT", "text": "View items" }, { "type": "CATALOG", "text": "View catalog" },
        { "type": "REQUEST_CONTACT_INFO", "text": "Share Contact Info" },
        { "type": "FLOW", "text": "Go", "flowId": 123456, "flowAction": "NAVIGATE", "navigateScreen": "A" }] }));
    assert_eq!(hidden(&one), ["buttons[0].extra", "buttons[1].text"]);
    let kinds: Vec<&ButtonKind> = one.content.buttons.iter().map(|button| &button.kind).collect();
    assert!(matches!(
        kinds[..],
        [
            ButtonKind::VoiceCall { .. },
            ButtonKind::OrderDetails { .. },
            ButtonKind::Mpm,
            ButtonKind::Catalog,
            ButtonKind::RequestContactInfo,
            ButtonKind::Flow { .. }
        ]
    ));
    assert_eq!(one.content.buttons[1].extra["variant"], "INDIA");
}

#[test]
fn everything_else_is_kept_and_nothing_of_it_is_lost() {
    for structure in [
        json!("text"),
        json!(null),
        json!({ "body": { "text": "a" }, "type": "UNSUPPORTED" }),
        json!({ "body": { "text": "a" }, "hologram": { "depth": 3 } }),
        json!({ "body": { "text": "a" }, "hologram": {} }),
        json!({ "body": 5 }),
        json!({ "body": { "text": "a" }, "header": ["x"] }),
        json!({ "body": { "text": "a" }, "carousel": { "cards": [5] } }),
        json!({ "body": { "text": "a" }, "buttons": "x" }),
        json!({ "body": { "text": "a" }, "buttons": [5] }),
        json!({ "body": { "text": "a" }, "limitedTimeOffer": "x" }),
        json!({ "body": { "text": "a" }, "callPermissionRequest": { "days": 3 } }),
        json!({ "body": { "text": "a", "examples": [["x"]] } }),
        json!({ "body": { "text": "a", "tone": "kind" } }),
        json!({ "body": { "text": "a" }, "buttons": [{ "type": "SHAKE", "force": 3 }] }),
        json!({ "body": { "text": "a" }, "header": { "format": "HOLOGRAM" } }),
        json!({ "body": { "text": "a" }, "header": { "format": "IMAGE", "example": ["a", "b"] } }),
    ] {
        let content = read(structure.clone()).content;
        if structure.is_null() {
            continue;
        }
        let refused = crate::provider::infobip::body::edit(None, &content);
        assert!(refused.is_err(), "{structure} would be written as {refused:?}");
    }
}

#[test]
fn named_parameters_of_others_are_seen() {
    let format = |text: &str| read(json!({ "body": { "text": text } })).content.parameter_format;
    assert_eq!(format("Hi {{customer}}"), ParameterFormat::Named);
    assert_eq!(format("Hi {{1}}"), ParameterFormat::Positional);
    assert_eq!(format("Hi"), ParameterFormat::Positional);
}

mod any {
    use proptest::prelude::*;

    use super::*;

    fn json() -> impl Strategy<Value = Value> {
        let keys = prop_oneof![
            Just("header"),
            Just("body"),
            Just("footer"),
            Just("buttons"),
            Just("carousel"),
            Just("cards"),
            Just("text"),
            Just("examples"),
            Just("example"),
            Just("format"),
            Just("type"),
            Just("limitedTimeOffer"),
            Just("url"),
            Just("callPermissionRequest"),
            Just("shorteningOptions"),
            Just("otpType"),
            Just("x"),
        ];
        let words = prop_oneof![Just("TEXT"), Just("IMAGE"), Just("URL"), Just("FLOW"), Just("{{1}}"), Just("")];
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            words.prop_map(Value::from)
        ];
        leaf.prop_recursive(5, 48, 6, move |inner| {
            let map = proptest::collection::vec((keys.clone(), inner.clone()), 0..6);
            prop_oneof![
                proptest::collection::vec(inner, 0..4).prop_map(Value::from),
                map.prop_map(|pairs| Value::Object(pairs.into_iter().map(|(k, v)| (k.to_owned(), v)).collect())),
            ]
        })
    }

    /// Whether there is something that nobody knows; null is nothing.
    fn has_news(value: &Value) -> bool {
        match value {
            Value::Object(object) => {
                object.iter().any(|(key, value)| (key == "x" && !value.is_null()) || has_news(value))
            }
            Value::Array(list) => list.iter().any(has_news),
            _ => false,
        }
    }

    proptest! {
        #[test]
        fn structure_is_read(structure in json()) {
            read(structure);
        }

        #[test]
        fn news_survive_and_are_never_dropped_by_an_edit(mut structure in json()) {
            if let Some(structure) = structure.as_object_mut() {
                structure.shift_remove("shorteningOptions");
                // So that more of them can be written.
                structure.insert("body".to_owned(), json!({ "text": "Ready." }));
            }
            let content = read(structure.clone()).content;
            match crate::provider::infobip::body::edit(None, &content) {
                Ok(body) => {
                    prop_assert!(!has_news(&structure), "{structure} is written as {body:?}");
                    let again = read(body["structure"].clone()).content;
                    prop_assert_eq!(again, content);
                }
                Err(refused) => prop_assert!(!refused.path.is_empty()),
            }
        }
    }
}
