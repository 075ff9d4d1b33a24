//! Contents for tests: every component kind with every field set, and a strategy for arbitrary ones.
//!
//! All of them come back unchanged from `read(write(…))` as an author's. Invented data only.

use proptest::{collection, option, prelude::*};
use serde_json::{Value, json};

use crate::template::{
    AppDeepLink, Body, Button, ButtonKind, CallPermissionRequest, Card, Carousel, Content, Extra, FlowReference,
    Footer, Header, HeaderKind, LimitedTimeOffer, MediaFormat, MediaSample, MediaSource, Otp, OtpType, ParameterFormat,
    Samples, SupportedApp,
};

/// One unmodelled field.
pub(crate) fn extra() -> Extra {
    Extra::from_iter([("x_new".to_owned(), json!({ "of": ["tomorrow", 7, null] }))])
}

/// A sample that is uploaded.
pub(crate) fn handle(name: &str) -> MediaSample {
    MediaSample { source: MediaSource::Handle(format!("4::{name}\n4::second")), digest: None }
}

fn header(kind: HeaderKind) -> Option<Header> {
    Some(Header { kind, extra: extra() })
}

fn body(text: &str, samples: Samples) -> Option<Body> {
    Some(Body::Text { text: text.to_owned(), samples, extra: extra() })
}

fn url(sample: Option<&str>, app_deep_link: Option<AppDeepLink>) -> ButtonKind {
    let (text, url) = ("Track".to_owned(), "https://fernweh.example/t/{{1}}".to_owned());
    ButtonKind::Url { text, url, sample: sample.map(str::to_owned), app_deep_link }
}

/// Every kind of button with every field set, but one-time codes, which change what the other components are.
pub(crate) fn every_button() -> Vec<Button> {
    let text = || "Label".to_owned();
    let flow = |flow| ButtonKind::Flow {
        text: text(),
        flow,
        flow_action: Some("DATA_EXCHANGE".to_owned()),
        navigate_screen: Some("FITTING".to_owned()),
        icon: Some("REVIEW".to_owned()),
    };
    let link = AppDeepLink {
        meta_app_id: Some("634974688087057".to_owned()),
        android_deep_link: Some("fernweh://summer".to_owned()),
        android_fallback_playstore_url: Some("https://fernweh.example/app".to_owned()),
        extra: extra(),
    };
    let kinds = vec![
        ButtonKind::QuickReply { text: text() },
        url(Some("HW-42"), Some(link)),
        ButtonKind::PhoneNumber { text: text(), phone_number: "+49 30 555 0100".to_owned() },
        ButtonKind::CopyCode { sample: Some("BELL10".to_owned()) },
        flow(FlowReference::Id("880011223344".to_owned())),
        flow(FlowReference::Name("fitting".to_owned())),
        flow(FlowReference::Json("{\"version\":\"7.0\"}".to_owned())),
        flow(FlowReference::Missing),
        ButtonKind::Catalog,
        ButtonKind::Mpm,
        ButtonKind::Spm,
        ButtonKind::VoiceCall { text: text() },
        ButtonKind::OrderDetails { text: text() },
        ButtonKind::RequestContactInfo,
        ButtonKind::Unmodelled { name: "TELEPORT".to_owned() },
    ];
    kinds.into_iter().map(|kind| Button { kind, extra: extra() }).collect()
}

/// A one-time-code button with every field set.
pub(crate) fn otp(otp_type: OtpType) -> Button {
    let app = |n: u32| SupportedApp {
        package_name: format!("example.fernweh.app{n}"),
        signature_hash: "K8a/AINcGX7".to_owned(),
    };
    let kind = ButtonKind::Otp(Otp {
        otp_type,
        text: Some("Copy".to_owned()),
        autofill_text: Some("Fill in".to_owned()),
        supported_apps: vec![app(1), app(2)],
        zero_tap_terms_accepted: Some(true),
    });
    Button { kind, extra: extra() }
}

/// Every template-level field set.
pub(crate) fn settings() -> Content {
    Content {
        message_send_ttl_seconds: Some(-1),
        sub_category: Some("ORDER_DETAILS".to_owned()),
        display_format: Some("ORDER_DETAILS".to_owned()),
        cta_url_link_tracking_opted_out: Some(true),
        is_primary_device_delivery_only: Some(true),
        disable_ios_autofill: Some(true),
        send_type: Some("campaign".to_owned()),
        library_template_name: Some("delivery_update_1".to_owned()),
        library_template_button_inputs: Some(
            json!([{ "type": "URL", "url": { "base_url": "https://fernweh.example" } }]),
        ),
        library_template_body_inputs: Some(json!({ "add_track_package_link": true })),
        degrees_of_freedom_spec: Some(json!({
            "creative_features_spec": { "image_touchups": { "enroll_status": "OPT_IN" } }
        })),
        optimization_spec: Some(json!({ "bid_amount": 5, "bid_strategy": "LOWEST_COST" })),
        extra: extra(),
        body: body("Hi.", Samples::default()),
        ..Content::default()
    }
}

/// A set of contents that together hold every component, header, button and field.
pub(crate) fn all() -> Vec<Content> {
    let mut out = vec![Content::default(), settings()];
    out.push(Content {
        header: header(HeaderKind::Text { text: "Bike {{1}}".to_owned(), samples: Samples::positional(["Tourer"]) }),
        body: body("Hi {{1}}, bike {{2}} is ready.", Samples::positional(["Ada", "HW-42"])),
        footer: Some(Footer::Text { text: "Fernweh Cycles".to_owned(), extra: extra() }),
        buttons: every_button(),
        limited_time_offer: Some(LimitedTimeOffer {
            text: Some("Ends soon".to_owned()),
            has_expiration: Some(true),
            extra: extra(),
        }),
        call_permission_request: Some(CallPermissionRequest { extra: extra() }),
        unmodelled: vec![json!({ "type": "HOLOGRAM", "depth": 3 }), json!("a text"), json!({ "no": "type" })],
        ..Content::default()
    });
    out.push(Content {
        parameter_format: ParameterFormat::Named,
        header: header(HeaderKind::Text {
            text: "For {{rider}}".to_owned(),
            samples: Samples::named([("rider", "Ada")]),
        }),
        body: body("{{rider}}: {{bike}}.", Samples::named([("rider", "Ada"), ("bike", "Tourer")])),
        buttons: vec![Button::new(url(None, None))],
        ..Content::default()
    });
    for format in [MediaFormat::Image, MediaFormat::Video, MediaFormat::Document, MediaFormat::Gif] {
        for sample in [Some(handle("aW1hZ2U=")), None] {
            out.push(Content { header: header(HeaderKind::Media { format, sample }), ..Content::default() });
        }
    }
    for kind in [HeaderKind::Location, HeaderKind::Product, HeaderKind::Unmodelled { format: "SCENT".to_owned() }] {
        out.push(Content { header: header(kind), ..Content::default() });
    }
    for otp_type in [OtpType::CopyCode, OtpType::OneTap, OtpType::ZeroTap, OtpType::Other("TELEPATHY".to_owned())] {
        out.push(Content {
            body: Some(Body::Authentication { add_security_recommendation: true, extra: extra() }),
            footer: Some(Footer::CodeExpiration { code_expiration_minutes: 10, extra: extra() }),
            buttons: vec![otp(otp_type)],
            message_send_ttl_seconds: Some(300),
            ..Content::default()
        });
    }
    let card = |header, buttons| Card {
        header,
        body: body("Bike {{1}}", Samples::positional(["Tourer"])),
        buttons,
        unmodelled: vec![json!({ "type": "FOOTER", "text": "not in cards" })],
        extra: extra(),
    };
    let picture = || header(HeaderKind::Media { format: MediaFormat::Image, sample: Some(handle("Y2FyZA==")) });
    out.push(Content {
        body: body("Our bikes, {{1}}.", Samples::positional(["Ada"])),
        carousel: Some(Carousel {
            cards: vec![
                card(picture(), every_button()),
                card(header(HeaderKind::Product), vec![Button::new(ButtonKind::Spm)]),
            ],
            extra: extra(),
        }),
        ..Content::default()
    });
    out
}

/// Arbitrary JSON.
pub(crate) fn arb_json() -> impl Strategy<Value = Value> {
    let words = prop_oneof![
        "[a-zA-Z{}0-9 %]{0,12}",
        Just("https://fernweh.example/{{1}}".to_owned()),
        Just("https://www.whatsapp.com/otp/code/?otp_type=ONE_TAP&code=otp{{1}}".to_owned()),
        Just("HEADER".to_owned()),
        Just("buttons".to_owned()),
        Just("URL".to_owned()),
        Just("IMAGE".to_owned()),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        words.prop_map(Value::from)
    ];
    leaf.prop_recursive(5, 60, 6, |inner| {
        let key = proptest::sample::select(KEYS.to_vec()).prop_map(str::to_owned);
        prop_oneof![
            collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            collection::vec((key, inner), 0..6).prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

const KEYS: &[&str] = &[
    "components",
    "type",
    "format",
    "text",
    "example",
    "body_text",
    "header_text",
    "header_handle",
    "body_text_named_params",
    "param_name",
    "buttons",
    "url",
    "cards",
    "limited_time_offer",
    "otp_type",
    "supported_apps",
    "add_security_recommendation",
    "code_expiration_minutes",
    "parameter_format",
    "degrees_of_freedom_spec",
    "x_new",
];

fn arb_extra() -> impl Strategy<Value = Extra> {
    prop_oneof![4 => Just(Extra::new()), 1 => Just(extra())]
}

fn arb_text() -> impl Strategy<Value = String> {
    "[a-zA-ZäÄ🚲%. \n]{1,20}"
}

/// Text with its samples, by number or by name, all or none.
fn arb_sampled() -> impl Strategy<Value = (String, Samples)> {
    (0_usize..4, any::<bool>(), any::<bool>(), collection::vec(arb_text(), 4)).prop_map(
        |(n, by_name, sampled, texts)| {
            let names = |i: usize| if by_name { format!("p{i}") } else { (i + 1).to_string() };
            let text = (0..n).fold(texts[3].clone(), |text, i| format!("{text} {{{{{}}}}} .", names(i)));
            let samples = match (sampled, by_name) {
                (false, _) => Samples::default(),
                (true, true) => Samples::named((0..n).map(|i| (names(i), texts[i].clone()))),
                (true, false) => Samples::positional(texts[..n].iter().cloned()),
            };
            (text, samples)
        },
    )
}

fn arb_header() -> impl Strategy<Value = Header> {
    let format =
        proptest::sample::select(vec![MediaFormat::Image, MediaFormat::Video, MediaFormat::Document, MediaFormat::Gif]);
    let kind = prop_oneof![
        arb_sampled().prop_map(|(text, samples)| HeaderKind::Text { text, samples }),
        (format, option::of(Just(handle("eA==")))).prop_map(|(format, sample)| HeaderKind::Media { format, sample }),
        Just(HeaderKind::Location),
        Just(HeaderKind::Product),
        Just(HeaderKind::Unmodelled { format: "Scent".to_owned() }),
    ];
    (kind, arb_extra()).prop_map(|(kind, extra)| Header { kind, extra })
}

fn arb_body() -> impl Strategy<Value = Body> {
    (arb_sampled(), arb_extra()).prop_map(|((text, samples), extra)| Body::Text { text, samples, extra })
}

fn arb_buttons() -> impl Strategy<Value = Vec<Button>> {
    let one =
        (proptest::sample::select(every_button()), arb_extra()).prop_map(|(button, extra)| Button { extra, ..button });
    collection::vec(one, 0..4)
}

fn arb_card() -> impl Strategy<Value = Card> {
    (option::of(arb_header()), option::of(arb_body()), arb_buttons(), arb_extra())
        .prop_map(|(header, body, buttons, extra)| Card { header, body, buttons, unmodelled: Vec::new(), extra })
}

/// Arbitrary content in the shape that reading gives.
pub(crate) fn arb_content() -> impl Strategy<Value = Content> {
    let plain = (
        option::of(arb_header()),
        option::of(arb_body()),
        option::of((arb_text(), arb_extra()).prop_map(|(text, extra)| Footer::Text { text, extra })),
        arb_buttons(),
        option::of(
            (collection::vec(arb_card(), 0..4), arb_extra()).prop_map(|(cards, extra)| Carousel { cards, extra }),
        ),
        arb_extra(),
    );
    let plain = plain.prop_map(|(header, body, footer, buttons, carousel, extra)| Content {
        header,
        body,
        footer,
        buttons,
        carousel,
        extra,
        ..Content::default()
    });
    prop_oneof![3 => plain, 1 => proptest::sample::select(all())]
}
