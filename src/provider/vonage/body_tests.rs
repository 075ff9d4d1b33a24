//! Contents there and back again: what is sent comes back as it was, and what cannot be sent is refused by its path.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::{
    provider::vonage::wire,
    template::{
        AppDeepLink, CallPermissionRequest, Carousel, FlowReference, LimitedTimeOffer, MediaSample, ParameterFormat,
        components::fixture,
        normal::{NormalForm, Scope},
    },
};

fn key() -> TemplateKey {
    TemplateKey::new("bike_ready", "en_US")
}

fn sent(content: &Content) -> Result<Object, Unsendable> {
    body(&key(), &Category::Utility, content)
}

/// What an account shows of a body that it took.
fn shown(mut body: Object) -> Content {
    body.insert("id".to_owned(), "7".into());
    body.insert("status".to_owned(), "APPROVED".into());
    wire::live(&body).unwrap().content
}

fn plain(text: &str, samples: Samples) -> Body {
    Body::Text { text: text.to_owned(), samples, extra: Extra::new() }
}

fn text(text: &str) -> Content {
    Content { body: Some(plain(text, Samples::default())), ..Content::default() }
}

fn buttons(kinds: Vec<ButtonKind>) -> Content {
    Content { buttons: kinds.into_iter().map(Button::new).collect(), ..text("Your bike is ready.") }
}

fn handle() -> MediaSample {
    MediaSample { source: MediaSource::Handle("h:3:aW1h".to_owned()), digest: None }
}

fn media(format: MediaFormat, sample: Option<MediaSample>) -> Content {
    Content { header: Some(Header::new(HeaderKind::Media { format, sample })), ..text("Your bike is ready.") }
}

fn otp(otp_type: OtpType, autofill_text: Option<&str>, apps: usize) -> Otp {
    let app = |n: usize| SupportedApp {
        package_name: format!("example.fernweh{n}"),
        signature_hash: "K8a/AINcGX7".to_owned(),
    };
    let autofill_text = autofill_text.map(str::to_owned);
    let supported_apps = (0..apps).map(app).collect();
    Otp { otp_type, text: Some("Copy".to_owned()), autofill_text, supported_apps, zero_tap_terms_accepted: None }
}

fn code(otp: Otp) -> Content {
    let body = Body::Authentication { add_security_recommendation: false, extra: Extra::new() };
    Content { body: Some(body), ..buttons(vec![ButtonKind::Otp(otp)]) }
}

fn url(url: &str, sample: Option<&str>) -> ButtonKind {
    let sample = sample.map(str::to_owned);
    ButtonKind::Url { text: "Track".to_owned(), url: url.to_owned(), sample, app_deep_link: None }
}

#[test]
fn the_documented_body_is_sent() {
    let content = Content {
        header: Some(Header::new(HeaderKind::Text {
            text: "Order {{1}}".to_owned(),
            samples: Samples::positional(["A7"]),
        })),
        body: Some(plain("Hi {{1}}, {{2}}.", Samples::positional(["Resi", "Monday"]))),
        footer: Some(Footer::Text { text: "Fernweh Cycles".to_owned(), extra: Extra::new() }),
        ..buttons(vec![
            ButtonKind::QuickReply { text: "Yes".to_owned() },
            url("https://fernweh.example/{{1}}", Some("A7")),
            ButtonKind::PhoneNumber { text: "Call".to_owned(), phone_number: "+43316555010".to_owned() },
        ])
    };
    let wanted = json!({ "name": "bike_ready", "language": "en_US", "category": "UTILITY", "components": [
        { "type": "HEADER", "format": "TEXT", "text": "Order {{1}}", "example": { "header_text": ["A7"] } },
        { "type": "BODY", "format": "TEXT", "text": "Hi {{1}}, {{2}}.", "example": { "body_text": [["Resi", "Monday"]] } },
        { "type": "FOOTER", "format": "TEXT", "text": "Fernweh Cycles" },
        { "type": "BUTTONS", "buttons": [
            { "type": "QUICK_REPLY", "text": "Yes" },
            { "type": "URL", "text": "Track", "url": "https://fernweh.example/{{1}}", "example": ["A7"] },
            { "type": "PHONE_NUMBER", "text": "Call", "phone_number": "+43316555010" }] }] });
    assert_eq!(Value::Object(sent(&content).unwrap()), wanted);
    assert_eq!(shown(sent(&content).unwrap()), content);
}

#[test]
fn media_and_codes_have_the_documented_fields() {
    let part = |content: &Content, at: usize| sent(content).unwrap()["components"][at].clone();
    let header = json!({ "type": "HEADER", "format": "VIDEO", "example": { "header_handle": "h:3:aW1h" } });
    assert_eq!(part(&media(MediaFormat::Video, Some(handle())), 0), header);
    let one_tap = code(otp(OtpType::OneTap, Some("Fill"), 1));
    assert_eq!(part(&one_tap, 0), json!({ "type": "BODY", "format": "TEXT" }));
    let button = json!({ "type": "OTP", "otp_type": "ONE_TAP", "text": "Copy", "autofill_text": "Fill",
        "package_name": "example.fernweh0", "signature_hash": "K8a/AINcGX7" });
    assert_eq!(part(&one_tap, 1)["buttons"][0], button);
    let mut settled = text("Ready.");
    settled.extra.insert("allow_category_change".to_owned(), true.into());
    assert_eq!(sent(&settled).unwrap()["allow_category_change"], true);
}

#[test]
fn what_is_sent_comes_back() {
    let opaque = || MediaSample { source: MediaSource::Shown("h:3:aW1h".to_owned()), digest: None };
    for format in [MediaFormat::Image, MediaFormat::Document] {
        // What an account shows of a sample is opaque, also where it is the handle that was sent.
        let back = shown(sent(&media(format, Some(handle()))).unwrap());
        assert_eq!(back, media(format, Some(opaque())));
    }
    for content in [
        code(otp(OtpType::CopyCode, None, 0)),
        code(otp(OtpType::OneTap, Some("Fill"), 1)),
        buttons(vec![url("https://fernweh.example/p", None)]),
        Content { parameter_format: ParameterFormat::Positional, ..text("Line one\nline two  *bold*") },
    ] {
        let back = shown(sent(&content).unwrap());
        assert_eq!(back, content);
        assert_eq!(
            NormalForm::of(&back).fingerprint(Scope::WithSamples),
            NormalForm::of(&content).fingerprint(Scope::WithSamples)
        );
    }
}

#[test]
fn anything_else_is_refused_by_its_path() {
    let extra = || Extra::from_iter([("x_new".to_owned(), Value::Null)]);
    let header = |kind| Content { header: Some(Header::new(kind)), ..text("Ready.") };
    let button = |kind| buttons(vec![ButtonKind::QuickReply { text: "Yes".to_owned() }, kind]);
    let label = || "Go".to_owned();
    let flow = FlowReference::Id("1".to_owned());
    let deep = AppDeepLink {
        meta_app_id: None,
        android_deep_link: None,
        android_fallback_playstore_url: None,
        extra: extra(),
    };
    let secure = Body::Authentication { add_security_recommendation: true, extra: Extra::new() };
    let shown = MediaSample { source: MediaSource::Shown("https://media.example/x".to_owned()), digest: None };
    let cases: Vec<(&str, Content)> = vec![
        ("body", Content::default()),
        ("body.text", text("Hi {{customer}}")),
        (
            "body.extra.x_new",
            Content {
                body: Some(Body::Text { text: "a".into(), samples: Samples::default(), extra: extra() }),
                ..Content::default()
            },
        ),
        (
            "body.samples.customer",
            Content { body: Some(plain("Hi", Samples::named([("customer", "Resi")]))), ..Content::default() },
        ),
        ("body.add_security_recommendation", Content { body: Some(secure), ..Content::default() }),
        ("header", header(HeaderKind::Location)),
        ("header", header(HeaderKind::Product)),
        ("header", header(HeaderKind::Unmodelled { format: "HOLOGRAM".to_owned() })),
        (
            "header.extra.x_new",
            Content { header: Some(Header { kind: HeaderKind::Location, extra: extra() }), ..text("a") },
        ),
        ("header.format", media(MediaFormat::Gif, Some(handle()))),
        ("header.sample", media(MediaFormat::Image, None)),
        ("header.sample", media(MediaFormat::Image, Some(shown))),
        (
            "footer.code_expiration_minutes",
            Content {
                footer: Some(Footer::CodeExpiration { code_expiration_minutes: 5, extra: Extra::new() }),
                ..text("a")
            },
        ),
        (
            "footer.extra.x_new",
            Content { footer: Some(Footer::Text { text: "a".into(), extra: extra() }), ..text("a") },
        ),
        ("buttons[1]", button(ButtonKind::CopyCode { sample: None })),
        (
            "buttons[1]",
            button(ButtonKind::Flow { text: label(), flow, flow_action: None, navigate_screen: None, icon: None }),
        ),
        ("buttons[1]", button(ButtonKind::Catalog)),
        ("buttons[1]", button(ButtonKind::Mpm)),
        ("buttons[1]", button(ButtonKind::Spm)),
        ("buttons[1]", button(ButtonKind::VoiceCall { text: label() })),
        ("buttons[1]", button(ButtonKind::OrderDetails { text: label() })),
        ("buttons[1]", button(ButtonKind::RequestContactInfo)),
        ("buttons[1]", button(ButtonKind::Unmodelled { name: "SHAKE".to_owned() })),
        ("buttons[1].url", button(url("https://fernweh.example/{{order}}", None))),
        (
            "buttons[1].app_deep_link",
            button(ButtonKind::Url {
                text: label(),
                url: "https://a.example".into(),
                sample: None,
                app_deep_link: Some(deep),
            }),
        ),
        (
            "buttons[0].extra.x_new",
            Content { buttons: vec![Button { kind: ButtonKind::Catalog, extra: extra() }], ..text("a") },
        ),
        ("buttons[0].otp_type", code(otp(OtpType::ZeroTap, None, 1))),
        ("buttons[0].otp_type", code(otp(OtpType::Other("MAGIC".to_owned()), None, 0))),
        ("buttons[0].autofill_text", code(otp(OtpType::OneTap, None, 1))),
        ("buttons[0].autofill_text", code(otp(OtpType::CopyCode, Some("Fill"), 0))),
        ("buttons[0].supported_apps", code(otp(OtpType::OneTap, Some("Fill"), 2))),
        ("buttons[0].supported_apps", code(otp(OtpType::OneTap, Some("Fill"), 0))),
        ("buttons[0].supported_apps", code(otp(OtpType::CopyCode, None, 1))),
        (
            "buttons[0].zero_tap_terms_accepted",
            code(Otp { zero_tap_terms_accepted: Some(true), ..otp(OtpType::CopyCode, None, 0) }),
        ),
        ("carousel", Content { carousel: Some(Carousel { cards: Vec::new(), extra: Extra::new() }), ..text("a") }),
        (
            "limited_time_offer",
            Content {
                limited_time_offer: Some(LimitedTimeOffer { text: None, has_expiration: None, extra: Extra::new() }),
                ..text("a")
            },
        ),
        (
            "call_permission_request",
            Content { call_permission_request: Some(CallPermissionRequest::default()), ..text("a") },
        ),
        ("unmodelled[0]", Content { unmodelled: vec![json!({ "type": "HOLOGRAM" })], ..text("a") }),
        ("message_send_ttl_seconds", Content { message_send_ttl_seconds: Some(600), ..text("a") }),
        ("sub_category", Content { sub_category: Some("ORDER_DETAILS".to_owned()), ..text("a") }),
        ("display_format", Content { display_format: Some("ORDER_DETAILS".to_owned()), ..text("a") }),
        ("cta_url_link_tracking_opted_out", Content { cta_url_link_tracking_opted_out: Some(true), ..text("a") }),
        ("is_primary_device_delivery_only", Content { is_primary_device_delivery_only: Some(true), ..text("a") }),
        ("disable_ios_autofill", Content { disable_ios_autofill: Some(true), ..text("a") }),
        ("send_type", Content { send_type: Some("direct".to_owned()), ..text("a") }),
        ("library_template_name", Content { library_template_name: Some("x".to_owned()), ..text("a") }),
        ("library_template_button_inputs", Content { library_template_button_inputs: Some(json!([])), ..text("a") }),
        ("library_template_body_inputs", Content { library_template_body_inputs: Some(json!({})), ..text("a") }),
        ("degrees_of_freedom_spec", Content { degrees_of_freedom_spec: Some(json!({})), ..text("a") }),
        ("optimization_spec", Content { optimization_spec: Some(json!({})), ..text("a") }),
        ("extra.x_new", Content { extra: extra(), ..text("a") }),
        (
            "extra.allow_category_change",
            Content { extra: Extra::from_iter([("allow_category_change".to_owned(), json!("yes"))]), ..text("a") },
        ),
    ];
    for (path, content) in cases {
        assert_eq!(sent(&content).unwrap_err().path, path, "{content:?}");
    }
    let legacy = Category::Other("TRANSACTIONAL".to_owned());
    assert_eq!(body(&key(), &legacy, &text("a")).unwrap_err().path, "category");
    let off = Content { cta_url_link_tracking_opted_out: Some(false), disable_ios_autofill: Some(false), ..text("a") };
    sent(&off).unwrap();
}

/// Never a part less than there was: a content is sent whole or not at all.
fn whole_or_refused(content: &Content) {
    if let Ok(body) = sent(content) {
        let mut object = body;
        object.extend([("id".to_owned(), "7".into()), ("status".to_owned(), "APPROVED".into())]);
        let live = wire::live(&object).unwrap();
        let wanted = NormalForm::of(content);
        let seen = NormalForm::of(&live.content).seen_by(&wanted, &BTreeSet::new(), None).normal;
        assert_eq!(seen.form, wanted.form);
    }
}

#[test]
fn every_kind_of_content_is_sent_whole_or_refused() {
    for content in fixture::all() {
        whole_or_refused(&content);
        assert!(sent(&content).is_err(), "each of them has a field of tomorrow");
    }
}

fn arb_text() -> impl Strategy<Value = String> {
    proptest::collection::vec(prop_oneof![Just("{{1}}".to_owned()), "[ -z|~äß🚲\n]{1,8}"], 1..5)
        .prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn arbitrary_contents_are_sent_whole_or_refused(content in fixture::arb_content()) {
        whole_or_refused(&content);
    }

    #[test]
    fn texts_come_back_to_the_letter(
        header in proptest::option::of(arb_text()),
        text in arb_text(),
        footer in proptest::option::of("[ -z|~äß🚲]{1,20}"),
        labels in proptest::collection::vec("[ -z|~äß🚲]{1,9}", 0..4),
        sample in "[ -~äß🚲]{1,9}",
    ) {
        let samples = |text: &str| match placeholder::parameters(text).contains(&Parameter::Number(1)) {
            true => Samples::positional([sample.clone()]),
            false => Samples::default(),
        };
        let content = Content {
            header: header.map(|text| Header::new(HeaderKind::Text { samples: samples(&text), text })),
            body: Some(plain(&text, samples(&text))),
            footer: footer.map(|text| Footer::Text { text, extra: Extra::new() }),
            buttons: labels.into_iter().map(|text| Button::new(ButtonKind::QuickReply { text })).collect(),
            ..Content::default()
        };
        if let Ok(body) = sent(&content) {
            prop_assert_eq!(shown(body), content);
        }
    }
}
