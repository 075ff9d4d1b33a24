//! Contents there and back again: what is sent comes back as it was, and what cannot be sent is refused by its path.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::template::Extra;
use crate::{
    provider::infobip::wire,
    template::{
        AppDeepLink, FlowReference, MediaFormat, MediaSample, Otp, OtpType, SupportedApp,
        components::fixture,
        normal::{NormalForm, Scope},
    },
};

fn sent(content: &Content) -> Result<Object, Unsendable> {
    edit(None, content)
}

/// What an account shows that gives back what it took; the real one leaves samples out.
fn shown(body: Object) -> Content {
    let mut object = body;
    for (field, value) in
        [("id", "7"), ("name", "a"), ("language", "de"), ("status", "APPROVED"), ("category", "UTILITY")]
    {
        object.insert(field.to_owned(), value.into());
    }
    wire::live(&object, None).unwrap().content
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

fn with(kind: ButtonKind, field: &str, value: Value) -> Content {
    let extra = Extra::from_iter([(field.to_owned(), value)]);
    Content { buttons: vec![Button { kind, extra }], ..text("Your bike is ready.") }
}

fn url_sample() -> MediaSample {
    MediaSample { source: MediaSource::Handle("https://cdn.fernweh.example/hero.png".to_owned()), digest: None }
}

fn media(format: MediaFormat, sample: Option<MediaSample>) -> Header {
    Header::new(HeaderKind::Media { format, sample })
}

fn pictured(sample: Option<MediaSample>) -> Content {
    Content { header: Some(media(MediaFormat::Image, sample)), ..text("Your bike is ready.") }
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
    let body = Body::Authentication { add_security_recommendation: true, extra: Extra::new() };
    Content { body: Some(body), ..buttons(vec![ButtonKind::Otp(otp)]) }
}

fn url(url: &str, sample: Option<&str>) -> ButtonKind {
    let sample = sample.map(str::to_owned);
    ButtonKind::Url { text: "Track".to_owned(), url: url.to_owned(), sample, app_deep_link: None }
}

fn flow(flow: FlowReference, screen: Option<&str>) -> ButtonKind {
    let navigate_screen = screen.map(str::to_owned);
    ButtonKind::Flow { text: "Go".to_owned(), flow, flow_action: None, navigate_screen, icon: None }
}

fn card(label: &str) -> Card {
    Card {
        header: Some(media(MediaFormat::Video, Some(url_sample()))),
        body: Some(plain("Tour {{1}}", Samples::positional(["Graz"]))),
        buttons: vec![Button::new(ButtonKind::QuickReply { text: label.to_owned() })],
        unmodelled: Vec::new(),
        extra: Extra::new(),
    }
}

fn cards(cards: Vec<Card>) -> Content {
    Content { carousel: Some(Carousel { cards, extra: Extra::new() }), ..text("Two tours.") }
}

fn call(extra: Extra) -> Content {
    Content { call_permission_request: Some(CallPermissionRequest { extra }), ..text("May we call?") }
}

fn offered(text: Option<&str>) -> Content {
    let offer = LimitedTimeOffer { text: text.map(str::to_owned), has_expiration: Some(true), extra: Extra::new() };
    Content {
        limited_time_offer: Some(offer),
        ..buttons(vec![ButtonKind::CopyCode { sample: Some("BELL10".to_owned()) }])
    }
}

#[test]
fn each_part_has_the_documented_form() {
    let structure = |content: &Content| sent(content).unwrap()["structure"].clone();
    assert_eq!(
        structure(&pictured(Some(url_sample())))["header"],
        json!({ "format": "IMAGE", "example": "https://cdn.fernweh.example/hero.png" })
    );
    let list = [
        (
            url("https://f.example/{{1}}", Some("A7")),
            json!({ "type": "URL", "text": "Track",
            "url": "https://f.example/{{1}}", "example": "https://f.example/A7" }),
        ),
        (
            url("https://f.example/{{1}}", Some("https://f.example/B8")),
            json!({ "type": "URL", "text": "Track",
            "url": "https://f.example/{{1}}", "example": "https://f.example/B8" }),
        ),
        (
            ButtonKind::CopyCode { sample: Some("BELL10".to_owned()) },
            json!({ "type": "COPY_CODE", "example": "BELL10" }),
        ),
        (
            flow(FlowReference::Id("123456".to_owned()), Some("A")),
            json!({ "type": "FLOW", "text": "Go", "flowId": 123_456,
            "flowAction": "NAVIGATE", "navigateScreen": "A" }),
        ),
        (ButtonKind::Catalog, json!({ "type": "CATALOG" })),
        (ButtonKind::Mpm, json!({ "type": "MULTI_PRODUCT" })),
        (ButtonKind::RequestContactInfo, json!({ "type": "REQUEST_CONTACT_INFO" })),
        (ButtonKind::VoiceCall { text: "Call".to_owned() }, json!({ "type": "VOICE_CALL", "text": "Call" })),
    ];
    for (kind, wanted) in list {
        assert_eq!(structure(&buttons(vec![kind]))["buttons"][0], wanted);
    }
    let call_button = with(ButtonKind::VoiceCall { text: "Call".to_owned() }, "ttl_minutes", json!(1440));
    assert_eq!(structure(&call_button)["buttons"][0]["callValidityPeriod"], 1440);
    let order = with(ButtonKind::OrderDetails { text: "Pay".to_owned() }, "variant", json!("BRAZIL"));
    assert_eq!(structure(&order)["buttons"][0], json!({ "type": "ORDER_DETAILS", "variant": "BRAZIL" }));
    assert_eq!(structure(&call(Extra::new()))["callPermissionRequest"], json!({}));
    assert_eq!(structure(&offered(Some("Soon")))["limitedTimeOffer"], json!({ "text": "Soon", "hasExpiration": true }));
    let one = json!({ "header": { "format": "VIDEO", "example": "https://cdn.fernweh.example/hero.png" },
        "body": { "text": "Tour {{1}}", "examples": ["Graz"] }, "buttons": [{ "type": "QUICK_REPLY", "text": "Go" }] });
    assert_eq!(structure(&cards(vec![card("Go")]))["carousel"], json!({ "cards": [one] }));
}

#[test]
fn codes_have_all_three_parts() {
    let structure = |content: &Content| sent(content).unwrap()["structure"].clone();
    let wanted = json!({ "body": { "addSecurityRecommendation": true }, "footer": {},
        "buttons": [{ "otpType": "COPY_CODE", "text": "Copy" }] });
    assert_eq!(structure(&code(otp(OtpType::CopyCode, None, 0))), wanted);
    let button = json!({ "otpType": "ONE_TAP", "text": "Copy", "autofillText": "Fill",
        "packageName": "example.fernweh0", "signatureHash": "K8a/AINcGX7" });
    assert_eq!(structure(&code(otp(OtpType::OneTap, Some("Fill"), 1)))["buttons"][0], button);
    let timed = Content { message_send_ttl_seconds: Some(-1), ..code(otp(OtpType::CopyCode, None, 0)) };
    let body = edit(Some(&Category::Authentication), &timed).unwrap();
    assert_eq!(body["validityPeriod"], json!({ "amount": -1, "timeUnit": "SECONDS" }));
    assert_eq!(edit(Some(&Category::Utility), &timed).unwrap_err().path, "body");
    let timed = Content { message_send_ttl_seconds: Some(600), ..text("a") };
    assert_eq!(edit(Some(&Category::Marketing), &timed).unwrap_err().path, "message_send_ttl_seconds");
}

#[test]
fn what_is_sent_comes_back() {
    let order = with(ButtonKind::OrderDetails { text: "Review and Pay".to_owned() }, "variant", json!("INDIA"));
    let call_button = with(ButtonKind::VoiceCall { text: "Call".to_owned() }, "ttl_minutes", json!(1440));
    let own = Extra::from_iter([
        ("platform".to_owned(), json!({ "entityId": "graz" })),
        ("shorteningOptions".to_owned(), json!({ "customDomain": "f.example" })),
    ]);
    let footer = Some(Footer::CodeExpiration { code_expiration_minutes: 15, extra: Extra::new() });
    for content in [
        pictured(Some(url_sample())),
        code(otp(OtpType::CopyCode, None, 0)),
        Content { footer, message_send_ttl_seconds: Some(600), ..code(otp(OtpType::OneTap, Some("Fill"), 1)) },
        Content { extra: own, ..buttons(vec![url("https://fernweh.example/{{1}}", Some("A7"))]) },
        Content { sub_category: Some("ORDER_STATUS".to_owned()), ..text("Line one\nline two  *bold*") },
        buttons(vec![ButtonKind::Catalog]),
        buttons(vec![ButtonKind::Mpm, ButtonKind::RequestContactInfo]),
        Content { header: Some(Header::new(HeaderKind::Location)), ..text("Here we are.") },
        cards(vec![card("Go"), card("Stay")]),
        offered(Some("Until Sunday")),
        call(Extra::new()),
        order,
        call_button,
    ] {
        let back = shown(sent(&content).unwrap());
        // The account shows a URL where a URL was handed over.
        let scope = if back.header.is_some() || back.carousel.is_some() { Scope::Content } else { Scope::WithSamples };
        assert_eq!(
            NormalForm::of(&back).fingerprint(scope),
            NormalForm::of(&content).fingerprint(scope),
            "{content:?}"
        );
    }
}

#[test]
fn anything_else_is_refused_by_its_path() {
    let extra = || Extra::from_iter([("x_new".to_owned(), Value::Null)]);
    let header = |kind| Content { header: Some(Header::new(kind)), ..text("Ready.") };
    let button = |kind| buttons(vec![ButtonKind::QuickReply { text: "Yes".to_owned() }, kind]);
    let label = || "Go".to_owned();
    let deep = AppDeepLink {
        meta_app_id: None,
        android_deep_link: None,
        android_fallback_playstore_url: None,
        extra: extra(),
    };
    let sample = |source| Some(MediaSample { source, digest: None });
    let icon = ButtonKind::Flow {
        text: label(),
        flow: FlowReference::Id("1".to_owned()),
        flow_action: None,
        navigate_screen: Some("A".to_owned()),
        icon: Some("REVIEW".to_owned()),
    };
    let two = Header::new(HeaderKind::Text { text: "{{1}}{{2}}".to_owned(), samples: Samples::positional(["a", "b"]) });
    let generated = || code(otp(OtpType::CopyCode, None, 0));
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
        ("header", header(HeaderKind::Product)),
        ("header.format", header(HeaderKind::Unmodelled { format: "HOLOGRAM".to_owned() })),
        (
            "header.extra.x_new",
            Content { header: Some(Header { kind: HeaderKind::Location, extra: extra() }), ..text("a") },
        ),
        ("header.samples", Content { header: Some(two), ..text("a") }),
        ("header.sample", pictured(None)),
        ("header.sample", pictured(sample(MediaSource::Shown("https://media.example/x".to_owned())))),
        ("header.sample", pictured(sample(MediaSource::File("media/a.png".to_owned())))),
        ("header.sample", pictured(sample(MediaSource::Handle("4::aW1h".to_owned())))),
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
        (
            "footer.text",
            Content { footer: Some(Footer::Text { text: "a".into(), extra: Extra::new() }), ..generated() },
        ),
        ("header", Content { header: Some(Header::new(HeaderKind::Location)), ..generated() }),
        ("carousel", Content { carousel: cards(vec![card("Go")]).carousel, ..generated() }),
        ("limited_time_offer", Content { limited_time_offer: offered(None).limited_time_offer, ..generated() }),
        (
            "call_permission_request",
            Content { call_permission_request: Some(CallPermissionRequest::default()), ..generated() },
        ),
        ("buttons", Content { buttons: Vec::new(), ..generated() }),
        ("buttons", Content { buttons: buttons(vec![ButtonKind::Catalog]).buttons, ..generated() }),
        ("buttons[1]", button(ButtonKind::Otp(otp(OtpType::CopyCode, None, 0)))),
        ("buttons[1]", button(ButtonKind::Spm)),
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
        ("buttons[1].flow_name", button(flow(FlowReference::Name("fit".to_owned()), Some("A")))),
        ("buttons[1].flow_json", button(flow(FlowReference::Json("{}".to_owned()), Some("A")))),
        ("buttons[1].flow_id", button(flow(FlowReference::Missing, Some("A")))),
        ("buttons[1].flow_id", button(flow(FlowReference::Id("07".to_owned()), Some("A")))),
        ("buttons[1].navigate_screen", button(flow(FlowReference::Id("7".to_owned()), None))),
        ("buttons[1].icon", button(icon)),
        ("buttons[1].extra.variant", button(ButtonKind::OrderDetails { text: label() })),
        ("buttons[0].extra.variant", with(ButtonKind::OrderDetails { text: label() }, "variant", json!("MARS"))),
        ("buttons[0].extra.ttl_minutes", with(ButtonKind::VoiceCall { text: label() }, "ttl_minutes", json!("1440"))),
        ("buttons[0].extra.ttl_minutes", with(ButtonKind::Catalog, "ttl_minutes", json!(1440))),
        ("buttons[0].extra.x_new", with(ButtonKind::Catalog, "x_new", Value::Null)),
        ("buttons[0].otp_type", code(otp(OtpType::ZeroTap, None, 1))),
        ("buttons[0].otp_type", code(otp(OtpType::Other("MAGIC".to_owned()), None, 0))),
        ("buttons[0].autofill_text", code(otp(OtpType::CopyCode, Some("Fill"), 0))),
        ("buttons[0].supported_apps", code(otp(OtpType::OneTap, Some("Fill"), 2))),
        ("buttons[0].supported_apps", code(otp(OtpType::OneTap, None, 0))),
        ("buttons[0].supported_apps", code(otp(OtpType::CopyCode, None, 1))),
        (
            "buttons[0].zero_tap_terms_accepted",
            code(Otp { zero_tap_terms_accepted: Some(true), ..otp(OtpType::CopyCode, None, 0) }),
        ),
        (
            "carousel.extra.x_new",
            Content { carousel: Some(Carousel { cards: Vec::new(), extra: extra() }), ..text("a") },
        ),
        ("carousel.cards[1].header", cards(vec![card("Go"), Card { header: None, ..card("Go") }])),
        ("carousel.cards[0].body", cards(vec![Card { body: None, ..card("Go") }])),
        ("carousel.cards[0].buttons", cards(vec![Card { buttons: Vec::new(), ..card("Go") }])),
        (
            "carousel.cards[0].header.sample",
            cards(vec![Card { header: Some(media(MediaFormat::Image, None)), ..card("Go") }]),
        ),
        ("carousel.cards[0].unmodelled[0]", cards(vec![Card { unmodelled: vec![json!(5)], ..card("Go") }])),
        ("carousel.cards[0].extra.x_new", cards(vec![Card { extra: extra(), ..card("Go") }])),
        ("limited_time_offer.text", offered(None)),
        ("call_permission_request.extra.x_new", call(extra())),
        ("unmodelled[0]", Content { unmodelled: vec![json!({ "type": "HOLOGRAM" })], ..text("a") }),
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
    ];
    for (path, content) in cases {
        assert_eq!(sent(&content).unwrap_err().path, path, "{content:?}");
    }
    let legacy = Category::Other("TRANSACTIONAL".to_owned());
    assert_eq!(create(&TemplateKey::new("a", "de"), &legacy, &text("a")).unwrap_err().path, "category");
    let off = Content { cta_url_link_tracking_opted_out: Some(false), disable_ios_autofill: Some(false), ..text("a") };
    sent(&off).unwrap();
}

/// Never a part less than there was: a content is sent whole or not at all.
fn whole_or_refused(content: &Content) {
    if let Ok(body) = sent(content) {
        let wanted = NormalForm::of(content);
        let seen = NormalForm::of(&shown(body)).seen_by(&wanted, &BTreeSet::new(), None).normal;
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

proptest! {
    #[test]
    fn arbitrary_contents_are_sent_whole_or_refused(content in fixture::arb_content()) {
        whole_or_refused(&content);
    }

    #[test]
    fn texts_come_back_to_the_letter(
        text in "([ -z|~äß🚲\n]|\\{\\{1\\}\\}){1,20}",
        footer in proptest::option::of("[ -z|~äß🚲]{1,20}"),
        labels in proptest::collection::vec("[ -z|~äß🚲]{1,9}", 0..4),
        sample in "[ -~äß🚲]{1,9}",
    ) {
        let has = placeholder::parameters(&text).contains(&Parameter::Number(1));
        let samples = if has { Samples::positional([sample]) } else { Samples::default() };
        let content = Content {
            body: Some(plain(&text, samples)),
            footer: footer.map(|text| Footer::Text { text, extra: Extra::new() }),
            buttons: labels.into_iter().map(|text| Button::new(ButtonKind::QuickReply { text })).collect(),
            ..Content::default()
        };
        prop_assert_eq!(shown(sent(&content).unwrap()), content);
    }
}
