//! What reading undoes, and that nothing is lost on the way there and back.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::{Origin, Read, fixture, media_mut, read, write};
use crate::template::{
    Body, ButtonKind, Content, FlowReference, Footer, HeaderKind, MediaSource, OtpType, ParameterFormat, Samples,
};

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        other => panic!("not an object: {other}"),
    }
}

fn account(value: Value) -> Read {
    read(&object(value), Origin::Account)
}

fn author(value: Value) -> Content {
    let read = read(&object(value), Origin::Author);
    assert!(read.unreadable.is_empty());
    read.content
}

#[allow(clippy::needless_pass_by_value)]
fn components(list: Value) -> Content {
    author(json!({ "components": list }))
}

#[test]
fn every_fixture_survives_write_and_read() {
    for content in fixture::all() {
        let written = write(&content).unwrap();
        assert_eq!(read(&written, Origin::Author).content, content, "{}", Value::Object(written));
    }
}

#[test]
fn components_are_written_in_canonical_order_and_unmodelled_ones_last() {
    let full = fixture::all().swap_remove(2);
    let written = write(&full).unwrap();
    let kinds: Vec<_> = written["components"].as_array().unwrap().iter().map(|c| c["type"].clone()).collect();
    let wanted = ["HEADER", "LIMITED_TIME_OFFER", "BODY", "FOOTER", "BUTTONS", "call_permission_request", "HOLOGRAM"];
    assert_eq!(kinds[..7], wanted.map(Value::from));
}

#[test]
fn authentication_is_recovered_from_what_an_account_generates() {
    let shown = json!({
        "name": "login", "language": "en_US", "status": "APPROVED", "category": "AUTHENTICATION", "id": "7",
        "components": [
            { "type": "BODY", "text": "*{{1}}* is your verification code.", "add_security_recommendation": true,
              "example": { "body_text": [["123456"]] } },
            { "type": "FOOTER", "text": "This code expires in 10 minutes.", "code_expiration_minutes": 10 },
            { "type": "BUTTONS", "buttons": [{ "type": "URL", "text": "Copy code",
              "url": "https://www.whatsapp.com/otp/code/?otp_type=ONE_TAP&code_expiration_minutes=10&code=otp%7B%7B1%7D%7D",
              "example": ["https://www.whatsapp.com/otp/code/?otp_type=ONE_TAP&code=otp123456"] }] },
        ],
    });
    let Read { content, unreadable } = account(shown);
    assert_eq!(
        content.body,
        Some(Body::Authentication { add_security_recommendation: true, extra: Default::default() })
    );
    assert_eq!(content.footer, Some(Footer::CodeExpiration { code_expiration_minutes: 10, extra: Default::default() }));
    let ButtonKind::Otp(otp) = &content.buttons[0].kind else { panic!("{content:?}") };
    assert_eq!((&otp.otp_type, otp.text.as_deref()), (&OtpType::OneTap, Some("Copy code")));
    assert!(content.buttons[0].extra.is_empty() && content.extra.is_empty());
    let hidden: Vec<_> = unreadable.iter().map(String::as_str).filter(|path| path.starts_with("buttons")).collect();
    assert_eq!(hidden, ["buttons[0].autofill_text", "buttons[0].supported_apps", "buttons[0].zero_tap_terms_accepted"]);
}

#[test]
fn what_the_otp_url_form_shows_is_read_and_not_hidden() {
    let Read { content, unreadable } = account(json!({ "components": [{ "type": "BUTTONS", "buttons": [{
        "type": "URL", "text": "Autofill", "autofill_text": "Fill in",
        "supported_apps": [{ "package_name": "example.fernweh", "signature_hash": "K8a/AINcGX7" }],
        "url": "https://www.whatsapp.com/otp/code/?otp_type=ZERO_TAP&code=otp{{1}}" }] }] }));
    let ButtonKind::Otp(otp) = &content.buttons[0].kind else { panic!("{content:?}") };
    assert_eq!(otp.supported_apps.len(), 1);
    assert!(unreadable.contains("buttons[0].zero_tap_terms_accepted"));
    assert!(!unreadable.contains("buttons[0].supported_apps") && !unreadable.contains("buttons[0].autofill_text"));
}

#[test]
fn an_authentication_template_of_old_is_plain_text() {
    let content = account(json!({ "category": "AUTHENTICATION", "components": [
        { "type": "BODY", "text": "Your code is {{1}}.", "example": { "body_text": [["1"]] } },
        { "type": "FOOTER", "text": "Not you? Call us.", "code_expiration_minutes": 5 },
    ] }))
    .content;
    assert!(matches!(content.body, Some(Body::Text { .. })));
    let Some(Footer::Text { extra, .. }) = content.footer else { panic!() };
    assert_eq!(extra["code_expiration_minutes"], 5);
}

#[test]
fn body_samples_are_read_in_all_shapes() {
    for shape in [json!("x"), json!(["x"]), json!([["x"]])] {
        let content = components(json!([{ "type": "body", "text": "a {{1}} b", "example": { "body_text": shape } }]));
        let body =
            Body::Text { text: "a {{1}} b".to_owned(), samples: Samples::positional(["x"]), extra: Default::default() };
        assert_eq!(content.body, Some(body));
    }
    let content =
        components(json!([{ "type": "BODY", "text": "{{7}} {{3}} b", "example": { "body_text": [["c", "g"]] } }]));
    let Some(Body::Text { samples, .. }) = content.body else { panic!() };
    assert_eq!(serde_json::to_value(samples).unwrap(), json!({ "3": "c", "7": "g" }));
}

#[test]
fn strange_samples_stay_verbatim() {
    let example = json!({ "body_text": [["a"], ["b"]], "note": 1 });
    let content = components(json!([{ "type": "BODY", "text": "{{1}} b", "example": example }]));
    let Some(Body::Text { samples, extra, .. }) = &content.body else { panic!() };
    assert!(samples.is_empty());
    assert_eq!(extra["example"], example);
    assert_eq!(write(&content).unwrap()["components"][0]["example"], example);
}

#[test]
fn named_samples_are_written_in_the_order_of_the_text() {
    let content = author(
        json!({ "parameter_format": "named", "components": [{ "type": "BODY", "text": "{{z}} and {{a}}.",
        "example": { "body_text_named_params": [{ "param_name": "a", "example": "1" }, { "param_name": "z", "example": "2" }] } }] }),
    );
    assert_eq!(content.parameter_format, ParameterFormat::Named);
    let written = write(&content).unwrap();
    assert_eq!(
        written["components"][0]["example"],
        json!({ "body_text_named_params": [{ "param_name": "z", "example": "2" }, { "param_name": "a", "example": "1" }] })
    );
}

#[test]
fn media_are_shown_by_accounts_and_meant_by_authors() {
    let template = |sample: &str| {
        json!({ "components": [
            { "type": "HEADER", "format": "IMAGE", "example": { "header_handle": [sample] } },
            { "type": "CAROUSEL", "cards": [
                { "components": [{ "type": "HEADER", "format": "VIDEO", "example": { "header_handle": [sample] } }] },
                { "components": [{ "type": "HEADER", "format": "PRODUCT" }] } ] },
        ] })
    };
    let url = "https://scontent.whatsapp.net/v/t61?oe=1";
    let Read { mut content, unreadable } = account(template(url));
    let media: Vec<_> = unreadable.iter().map(String::as_str).filter(|path| path.contains("sample")).collect();
    assert_eq!(media, ["carousel.cards[0].header.sample", "header.sample"]);
    let slots = media_mut(&mut content);
    assert!(slots.iter().all(|slot| slot.sample.source == MediaSource::Shown(url.to_owned())));
    assert_eq!(slots[1].path, "carousel.cards[0].header.sample");
    assert_eq!(write(&content).unwrap_err().path, "header.sample");
    for slot in media_mut(&mut content).into_iter().take(1) {
        slot.sample.source = MediaSource::Handle("4::a".to_owned());
    }
    assert_eq!(write(&content).unwrap_err().path, "carousel.cards[0].header.sample");
    for odd in ["FOO", "media/hero.jpg", "h:3:aW1h", "4::aW1h:ARY", "12", "ftp://fernweh.example/x", "../x"] {
        let Read { mut content, unreadable } = account(template(odd));
        assert!(unreadable.contains("header.sample"), "{odd}");
        let slots = media_mut(&mut content);
        assert!(slots.iter().all(|slot| slot.sample.source == MediaSource::Shown(odd.to_owned())), "{odd}");
    }

    for example in [
        json!({ "header_handle": ["FOO", "BAR"] }),
        json!({ "header_handle": [["FOO"]] }),
        json!("FOO"),
        json!(["FOO"]),
    ] {
        let header = json!({ "type": "HEADER", "format": "IMAGE", "example": example });
        let Read { content, .. } = account(json!({ "components": [header] }));
        let header = content.header.unwrap();
        assert!(header.extra.is_empty(), "{header:?}");
        let HeaderKind::Media { sample: Some(sample), .. } = header.kind else { panic!() };
        assert_eq!(sample.source, MediaSource::Shown("FOO".to_owned()));
    }

    let mut content = author(template("HTTPS://fernweh.example/a.png"));
    assert!(media_mut(&mut content).iter().all(|slot| matches!(slot.sample.source, MediaSource::Url(_))));
    let content = author(template("4::aW1hZ2U=:ARY\n4::b"));
    assert_eq!(write(&content).unwrap()["components"][0]["example"]["header_handle"], json!(["4::aW1hZ2U=:ARY\n4::b"]));
}

#[test]
fn buttons_are_read_as_sent_however_they_are_shown() {
    let content = account(json!({ "components": [{ "type": "BUTTONS", "buttons": [
        { "type": "url", "text": "Track", "url": "https://fernweh.example/t/%7B%7B1%7D%7D",
          "example": ["https://fernweh.example/t/HW-42"] },
        { "type": "COPY_CODE", "text": "Copy offer code", "example": ["BELL10"] },
        { "type": "FLOW", "text": "Fit", "flow_id": 880_011_223_344_u64, "flow_action": "navigate", "navigate_screen": "FIT" },
        { "type": "voice_call", "text": "Call" },
        { "type": "MPM", "text": "Produkte ansehen" },
        { "type": "TELEPORT", "text": "Beam", "to": 1 },
        { "type": "QUICK_REPLY", "label": "no text" },
    ] }] }))
    .content;
    let kinds: Vec<_> = content.buttons.iter().map(|button| button.kind.clone()).collect();
    assert_eq!(
        kinds[0],
        ButtonKind::Url {
            text: "Track".to_owned(),
            url: "https://fernweh.example/t/{{1}}".to_owned(),
            sample: Some("HW-42".to_owned()),
            app_deep_link: None
        }
    );
    assert_eq!(kinds[1], ButtonKind::CopyCode { sample: Some("BELL10".to_owned()) });
    let ButtonKind::Flow { flow, flow_action, .. } = &kinds[2] else { panic!() };
    assert_eq!((flow, flow_action.as_deref()), (&FlowReference::Id("880011223344".to_owned()), Some("NAVIGATE")));
    assert_eq!(kinds[3], ButtonKind::VoiceCall { text: "Call".to_owned() });
    assert_eq!(kinds[4], ButtonKind::Mpm);
    assert!(content.buttons[4].extra.is_empty());
    assert_eq!(kinds[5], ButtonKind::Unmodelled { name: "TELEPORT".to_owned() });
    let written = write(&content).unwrap();
    let list = &written["components"][0]["buttons"];
    assert_eq!(list[5], json!({ "type": "TELEPORT", "text": "Beam", "to": 1 }));
    assert_eq!(list[6], json!({ "type": "QUICK_REPLY", "label": "no text" }));
}

#[test]
fn samples_of_urls_are_those_of_the_placeholder_where_it_can_be_told() {
    for (url, sample, wanted) in [
        ("https://fernweh.example/{{1}}", "https://fernweh.example/HW-42", "HW-42"),
        ("https://fernweh.example/{{1}}", "HW-42", "HW-42"),
        ("https://fernweh.example/?c={{1}}", "https://fernweh.example/?ref=x", "https://fernweh.example/?ref=x"),
        ("https://fernweh.example/{{1}}", "https://fernweh.example/", "https://fernweh.example/"),
        ("https://fernweh.example/{{id}}", "https://fernweh.example/%7b%7bid%7D%7D", "{{id}}"),
        ("https://fernweh.example/", "a%7Bb", "a%7Bb"),
        ("https://fernweh.example/{{1}}/track", "https://fernweh.example/HW-42/track", "HW-42"),
        ("https://fernweh.example/%7B%7B1%7D%7D/track?a=b", "https://fernweh.example/HW-42/track?a=b", "HW-42"),
        ("https://fernweh.example/{{1}}/track", "https://fernweh.example/HW-42", "HW-42"),
        ("https://fernweh.example/{{1}}/track", "HW-42/track", "HW-42/track"),
        ("https://fernweh.example/{{1}}/track", "https://fernweh.example//track", "/track"),
    ] {
        assert_eq!(super::url_sample(url, sample), wanted, "{url} {sample}");
    }
}

#[test]
fn wrappers_keep_their_unknown_fields() {
    let list = json!([
        { "type": "LIMITED_TIME_OFFER", "limited_time_offer": { "text": "Soon" }, "tone": "loud" },
        { "type": "BUTTONS", "buttons": [{ "type": "QUICK_REPLY", "text": "Yes" }], "layout": "grid" },
    ]);
    let content = components(list.clone());
    assert_eq!(content.buttons.len(), 1);
    assert_eq!(write(&content).unwrap()["components"], list);
}

#[test]
fn misfits_come_back_as_they_came() {
    let list = json!([
        { "type": "BODY" },
        { "type": "HEADER", "format": 5, "text": "x" },
        { "type": "CAROUSEL", "cards": [{ "components": "none" }] },
        { "type": "BUTTONS", "buttons": ["a"] },
        7,
        { "type": "BODY", "text": "first" },
        { "type": "BODY", "text": "second" },
    ]);
    let content = components(list);
    assert_eq!(content.unmodelled.len(), 6);
    let written = write(&content).unwrap();
    assert_eq!(written["components"][0]["text"], "first");
    assert_eq!(content.unmodelled, written["components"].as_array().unwrap()[1..]);
    let content =
        author(json!({ "parameter_format": "ROMAN", "components": "none", "message_send_ttl_seconds": "10m" }));
    let written = write(&content).unwrap();
    assert_eq!(written["parameter_format"], "ROMAN");
    assert_eq!(written["components"], "none");
    assert_eq!(written["message_send_ttl_seconds"], "10m");
}

#[test]
fn template_fields_are_read_and_identity_is_not() {
    let Read { content, unreadable } = account(json!({
        "id": "1", "name": "n", "language": "de", "status": "APPROVED", "category": "MARKETING", "rejected_reason": "NONE",
        "quality_score": { "score": "GREEN" }, "sub_category": "custom", "correct_category": null,
        "library_template_name": "delivery_update_1", "message_send_ttl_seconds": 600,
        "degrees_of_freedom_spec": { "creative_features_spec": [{ "key": "image_touchups", "value": { "enroll_status": "OPT_IN" } }] },
        "is_primary_device_delivery_only": false, "brand_new": 1,
    }));
    assert_eq!(content.sub_category.as_deref(), Some("CUSTOM"));
    assert_eq!(content.extra.keys().collect::<Vec<_>>(), ["brand_new"]);
    assert_eq!(
        content.degrees_of_freedom_spec,
        Some(json!({ "creative_features_spec": { "image_touchups": { "enroll_status": "OPT_IN" } } }))
    );
    for path in ["library_template_button_inputs", "library_template_body_inputs", "send_type", "disable_ios_autofill"]
    {
        assert!(unreadable.contains(path), "{path}");
    }
}

#[test]
fn a_header_without_format_is_text() {
    let content = components(json!([{ "type": "HEADER", "text": "Order {{1}}", "example": { "header_text": "1" } }]));
    let header = content.header.unwrap();
    assert_eq!(header.kind, HeaderKind::Text { text: "Order {{1}}".to_owned(), samples: Samples::positional(["1"]) });
}

/// Real bodies, where they are at hand: nothing is lost, and what is written reads the same.
#[test]
fn corpus() {
    let given = std::env::var_os("LETTERPRESS_CORPUS").map(std::path::PathBuf::from);
    let near = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let Some(root) = given.or(Some(near)).filter(|path| path.is_dir()) else {
        #[allow(clippy::print_stderr)]
        {
            eprintln!("skipped: no corpus (set LETTERPRESS_CORPUS)");
        }
        return;
    };
    let mut count = 0;
    for (folder, origin) in [("meta_create", Origin::Author), ("meta_live", Origin::Account)] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let value: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
            let templates = value.get("data").and_then(Value::as_array).cloned().unwrap_or_else(|| vec![value]);
            for template in templates {
                let mut content = read(&object(template), origin).content;
                assert!(content.unmodelled.is_empty(), "{}: {:?}", path.display(), content.unmodelled);
                for slot in media_mut(&mut content) {
                    slot.sample.source = MediaSource::Handle("4::x".to_owned());
                }
                let written = write(&content).unwrap();
                assert_eq!(read(&written, Origin::Author).content, content, "{}", path.display());
                count += 1;
            }
        }
    }
    assert!(count > 30, "{count}");
}

/// The `at`-th node of a JSON tree.
fn nth<'a>(value: &'a mut Value, at: &mut usize) -> Option<&'a mut Value> {
    if *at == 0 {
        return Some(value);
    }
    *at -= 1;
    match value {
        Value::Array(list) => list.iter_mut().find_map(|item| nth(item, at)),
        Value::Object(object) => object.values_mut().find_map(|item| nth(item, at)),
        _ => None,
    }
}

proptest! {
    /// A template with one wrong node: read without panic, and what is made of it is stable.
    #[test]
    fn one_wrong_node_is_survived(
        content in fixture::arb_content(), at in 1_usize..80, new in fixture::arb_json(), shown in any::<bool>(),
    ) {
        let mut value = Value::Object(write(&content).unwrap());
        let Some(node) = nth(&mut value, &mut at.clone()) else { return Ok(()) };
        *node = new;
        let origin = if shown { Origin::Account } else { Origin::Author };
        let mut content = read(value.as_object().unwrap(), origin).content;
        for slot in media_mut(&mut content) {
            slot.sample.source = MediaSource::Handle("4::x".to_owned());
        }
        let written = write(&content).unwrap();
        let again = read(&written, Origin::Author).content;
        prop_assert_eq!(write(&again).unwrap(), written, "{:?}", content);
    }

    /// A field or value that nobody foresaw is written back, wherever it stands.
    #[test]
    fn nothing_unforeseen_is_lost(content in fixture::arb_content(), at in 0_usize..120, field in any::<bool>()) {
        let mut value = Value::Object(write(&content).unwrap());
        let Some(node) = nth(&mut value, &mut at.clone()) else { return Ok(()) };
        match node {
            Value::Object(object) if field => {
                object.insert("x_unforeseen".to_owned(), json!("UNFORESEEN"));
            }
            // Labels that are the provider's own.
            Value::String(label) if label.starts_with("View") => return Ok(()),
            _ if at == 0 => return Ok(()),
            node => *node = json!("UNFORESEEN"),
        }
        let written = write(&read(value.as_object().unwrap(), Origin::Author).content).unwrap();
        prop_assert!(Value::Object(written.clone()).to_string().contains("UNFORESEEN"), "{}", Value::Object(written));
    }

    #[test]
    fn what_is_written_reads_the_same(content in fixture::arb_content()) {
        let written = write(&content).unwrap();
        prop_assert_eq!(read(&written, Origin::Author).content, content);
    }

    #[test]
    fn any_json_is_read_and_what_was_read_is_stable(json in fixture::arb_json(), list in fixture::arb_json()) {
        for value in [json.clone(), json!({ "components": [json] }), json!({ "components": list })] {
            let Value::Object(template) = value else { continue };
            for origin in [Origin::Account, Origin::Author] {
                let mut content = read(&template, origin).content;
                for slot in media_mut(&mut content) {
                    slot.sample.source = MediaSource::Handle("4::x".to_owned());
                }
                let written = write(&content).unwrap();
                let again = read(&written, Origin::Author).content;
                prop_assert_eq!(write(&again).unwrap(), written, "{:?}", content);
            }
        }
    }
}
