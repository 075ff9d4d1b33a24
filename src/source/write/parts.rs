//! One language's content as the parts of a family, in full: nothing is shared with other languages yet.
//!
//! Writes what the model knows. Unmodelled fields are not written here: content that has some goes verbatim, and whatever
//! else does not come back as it was is found out by reading it again.

use serde_json::Value as Json;

use super::{samples::Kept, yaml::Y};
use crate::{
    source::values::escape,
    template::{
        AppDeepLink, Body, Button, ButtonKind, Card, Content, FlowReference, Footer, Header, HeaderKind,
        LimitedTimeOffer, MediaSample, MediaSource, Otp, SupportedApp,
    },
};

/// Keys with values, in order.
pub(crate) type Entries = Vec<(String, Y)>;

/// An entry, if there is a value.
fn push(entries: &mut Entries, key: &str, value: Option<Y>) {
    entries.extend(value.map(|value| (key.to_owned(), value)));
}

/// A live text: nothing in it is a value of ours.
fn live(text: &str) -> Y {
    Y::Text(escape(text))
}

fn live_maybe(text: Option<&String>) -> Option<Y> {
    text.map(|text| live(text))
}

/// All parts. `kept` tells which samples stand in the components.
pub(crate) fn parts(content: &Content, kept: &Kept) -> Entries {
    let Content { header, body, footer, buttons, carousel, limited_time_offer, call_permission_request, .. } = content;
    let mut out = Entries::new();
    push(&mut out, "header", header.as_ref().map(|header| self::header(header, "header", kept)));
    push(&mut out, "body", body.as_ref().map(|body| self::body(body, "body", kept)));
    push(&mut out, "limited_time_offer", limited_time_offer.as_ref().map(offer));
    push(&mut out, "footer", footer.as_ref().map(self::footer));
    push(&mut out, "buttons", list(buttons, "buttons", kept));
    let cards = |cards: &[Card]| {
        let card = |(at, card): (usize, &Card)| self::card(card, &format!("carousel.cards[{at}]"), kept);
        Y::Map(vec![("cards".to_owned(), Y::List(cards.iter().enumerate().map(card).collect()))])
    };
    push(&mut out, "carousel", carousel.as_ref().map(|carousel| cards(&carousel.cards)));
    push(&mut out, "call_permission_request", call_permission_request.as_ref().map(|_| Y::raw(true)));
    out
}

fn header(header: &Header, path: &str, kept: &Kept) -> Y {
    let mut out = Entries::new();
    match &header.kind {
        HeaderKind::Text { text, .. } => {
            push(&mut out, "format", Some(Y::text("TEXT")));
            push(&mut out, "text", Some(live(text)));
            push(&mut out, "example", kept.example(&format!("{path}.text")));
        }
        HeaderKind::Media { format, sample } => {
            push(&mut out, "format", Some(Y::text(format.as_str())));
            push(&mut out, "example", sample.as_ref().and_then(reference).map(live));
        }
        HeaderKind::Location => push(&mut out, "format", Some(Y::text("LOCATION"))),
        HeaderKind::Product => push(&mut out, "format", Some(Y::text("PRODUCT"))),
        HeaderKind::Unmodelled { format } => push(&mut out, "format", Some(Y::text(format))),
    }
    Y::Map(out)
}

/// What can be written of a media sample; what an account shows leads nowhere tomorrow.
pub(crate) fn reference(sample: &MediaSample) -> Option<&str> {
    match &sample.source {
        MediaSource::File(text) | MediaSource::Url(text) | MediaSource::Handle(text) => Some(text),
        MediaSource::Shown(_) => None,
    }
}

fn body(body: &Body, path: &str, kept: &Kept) -> Y {
    let mut out = Entries::new();
    match body {
        Body::Text { text, .. } => {
            push(&mut out, "text", Some(live(text)));
            push(&mut out, "example", kept.example(&format!("{path}.text")));
        }
        Body::Authentication { add_security_recommendation, .. } => {
            push(&mut out, "add_security_recommendation", Some(Y::raw(add_security_recommendation)));
        }
    }
    Y::Map(out)
}

fn footer(footer: &Footer) -> Y {
    Y::Map(match footer {
        Footer::Text { text, .. } => vec![("text".to_owned(), live(text))],
        Footer::CodeExpiration { code_expiration_minutes, .. } => {
            vec![("code_expiration_minutes".to_owned(), Y::raw(code_expiration_minutes))]
        }
    })
}

fn offer(offer: &LimitedTimeOffer) -> Y {
    let LimitedTimeOffer { text, has_expiration, .. } = offer;
    let mut out = Entries::new();
    push(&mut out, "text", live_maybe(text.as_ref()));
    push(&mut out, "has_expiration", has_expiration.map(Y::raw));
    Y::Map(out)
}

fn card(card: &Card, path: &str, kept: &Kept) -> Y {
    let Card { header, body, buttons, .. } = card;
    let mut out = Entries::new();
    push(&mut out, "header", header.as_ref().map(|header| self::header(header, &format!("{path}.header"), kept)));
    push(&mut out, "body", body.as_ref().map(|body| self::body(body, &format!("{path}.body"), kept)));
    push(&mut out, "buttons", list(buttons, &format!("{path}.buttons"), kept));
    Y::Map(out)
}

fn list(buttons: &[Button], path: &str, kept: &Kept) -> Option<Y> {
    let button = |(at, button): (usize, &Button)| self::button(button, &format!("{path}[{at}]"), kept);
    (!buttons.is_empty()).then(|| Y::List(buttons.iter().enumerate().map(button).collect()))
}

fn button(button: &Button, path: &str, kept: &Kept) -> Y {
    let mut out = Entries::new();
    let mut start = |kind: &str, text: Option<&String>| {
        push(&mut out, "type", Some(Y::text(kind)));
        push(&mut out, "text", live_maybe(text));
    };
    match &button.kind {
        ButtonKind::QuickReply { text } => start("QUICK_REPLY", Some(text)),
        ButtonKind::VoiceCall { text } => start("VOICE_CALL", Some(text)),
        ButtonKind::OrderDetails { text } => start("ORDER_DETAILS", Some(text)),
        ButtonKind::Catalog => start("CATALOG", None),
        ButtonKind::Mpm => start("MPM", None),
        ButtonKind::Spm => start("SPM", None),
        ButtonKind::RequestContactInfo => start("REQUEST_CONTACT_INFO", None),
        ButtonKind::Unmodelled { name } => start(name, None),
        ButtonKind::Url { text, url, app_deep_link, .. } => {
            start("URL", Some(text));
            push(&mut out, "url", Some(live(url)));
            push(&mut out, "example", kept.example(&format!("{path}.url")));
            push(&mut out, "app_deep_link", app_deep_link.as_ref().map(deep_link));
        }
        ButtonKind::PhoneNumber { text, phone_number } => {
            start("PHONE_NUMBER", Some(text));
            push(&mut out, "phone_number", Some(live(phone_number)));
        }
        ButtonKind::CopyCode { sample } => {
            start("COPY_CODE", None);
            push(&mut out, "example", live_maybe(sample.as_ref()));
        }
        ButtonKind::Otp(otp) => {
            start("OTP", None);
            one_time_code(&mut out, otp);
        }
        ButtonKind::Flow { text, flow, flow_action, navigate_screen, icon } => {
            start("FLOW", Some(text));
            match flow {
                FlowReference::Id(id) => push(&mut out, "flow_id", Some(live(id))),
                FlowReference::Name(name) => push(&mut out, "flow_name", Some(live(name))),
                FlowReference::Json(json) => push(&mut out, "flow_json", Some(live(json))),
                FlowReference::Missing => {}
            }
            push(&mut out, "flow_action", live_maybe(flow_action.as_ref()));
            push(&mut out, "navigate_screen", live_maybe(navigate_screen.as_ref()));
            push(&mut out, "icon", live_maybe(icon.as_ref()));
        }
    }
    Y::Map(out)
}

fn deep_link(link: &AppDeepLink) -> Y {
    let AppDeepLink { meta_app_id, android_deep_link, android_fallback_playstore_url, .. } = link;
    let mut out = Entries::new();
    push(&mut out, "meta_app_id", live_maybe(meta_app_id.as_ref()));
    push(&mut out, "android_deep_link", live_maybe(android_deep_link.as_ref()));
    push(&mut out, "android_fallback_playstore_url", live_maybe(android_fallback_playstore_url.as_ref()));
    Y::Map(out)
}

fn one_time_code(out: &mut Entries, otp: &Otp) {
    let Otp { otp_type, text, autofill_text, supported_apps, zero_tap_terms_accepted } = otp;
    push(out, "otp_type", Some(Y::text(otp_type.as_str())));
    push(out, "text", live_maybe(text.as_ref()));
    push(out, "autofill_text", live_maybe(autofill_text.as_ref()));
    let app = |app: &SupportedApp| {
        let SupportedApp { package_name, signature_hash } = app;
        let entries = [("package_name", package_name), ("signature_hash", signature_hash)];
        Y::Map(entries.map(|(key, text)| (key.to_owned(), live(text))).to_vec())
    };
    let apps = (!supported_apps.is_empty()).then(|| Y::List(supported_apps.iter().map(app).collect()));
    push(out, "supported_apps", apps);
    push(out, "zero_tap_terms_accepted", zero_tap_terms_accepted.map(Y::raw));
}

/// Settings of the template, and what has no key of its own under `extra`.
pub(crate) fn settings(content: &Content) -> Entries {
    let Content {
        parameter_format: _,
        header: _,
        body: _,
        footer: _,
        buttons: _,
        carousel: _,
        limited_time_offer: _,
        call_permission_request: _,
        unmodelled: _,
        message_send_ttl_seconds,
        sub_category,
        display_format,
        cta_url_link_tracking_opted_out,
        is_primary_device_delivery_only,
        disable_ios_autofill,
        send_type,
        library_template_name,
        library_template_button_inputs,
        library_template_body_inputs,
        degrees_of_freedom_spec,
        optimization_spec,
        extra,
    } = content;
    let mut out = Entries::new();
    let mut rest: Entries = Vec::new();
    push(&mut out, "message_send_ttl_seconds", message_send_ttl_seconds.map(Y::raw));
    let words = [
        ("sub_category", sub_category, crate::source::lower::SUB_CATEGORIES),
        ("display_format", display_format, crate::source::lower::DISPLAY_FORMATS),
        ("send_type", send_type, crate::source::lower::SEND_TYPES),
    ];
    for (key, word, known) in words {
        let Some(word) = word else { continue };
        let into = if known.contains(&word.as_str()) { &mut out } else { &mut rest };
        push(into, key, Some(Y::text(word)));
    }
    let flags = [
        ("cta_url_link_tracking_opted_out", cta_url_link_tracking_opted_out),
        ("is_primary_device_delivery_only", is_primary_device_delivery_only),
        ("disable_ios_autofill", disable_ios_autofill),
    ];
    for (key, flag) in flags {
        push(&mut out, key, flag.map(Y::raw));
    }
    push(&mut out, "library_template_name", live_maybe(library_template_name.as_ref()));
    let json: [(&str, &Option<Json>); 4] = [
        ("library_template_button_inputs", library_template_button_inputs),
        ("library_template_body_inputs", library_template_body_inputs),
        ("degrees_of_freedom_spec", degrees_of_freedom_spec),
        ("optimization_spec", optimization_spec),
    ];
    for (key, value) in json {
        push(&mut out, key, value.as_ref().map(Y::json));
    }
    rest.extend(extra.iter().map(|(key, value)| (key.clone(), Y::json(value))));
    push(&mut out, "extra", (!rest.is_empty()).then_some(Y::Map(rest)));
    out
}

/// Whether something in the components has no key of its own.
pub(crate) fn is_unmodelled(content: &Content) -> bool {
    let button = |button: &Button| {
        let link = match &button.kind {
            ButtonKind::Url { app_deep_link: Some(link), .. } => !link.extra.is_empty(),
            ButtonKind::Unmodelled { .. } => true,
            _ => false,
        };
        link || !button.extra.is_empty()
    };
    let header = |header: &Header| matches!(header.kind, HeaderKind::Unmodelled { .. }) || !header.extra.is_empty();
    let body = |body: &Body| match body {
        Body::Text { extra, .. } | Body::Authentication { extra, .. } => !extra.is_empty(),
    };
    let footer = |footer: &Footer| match footer {
        Footer::Text { extra, .. } | Footer::CodeExpiration { extra, .. } => !extra.is_empty(),
    };
    let card = |card: &Card| {
        let parts = card.header.as_ref().is_some_and(header) || card.body.as_ref().is_some_and(body);
        parts || card.buttons.iter().any(button) || !card.unmodelled.is_empty() || !card.extra.is_empty()
    };
    !content.unmodelled.is_empty()
        || content.header.as_ref().is_some_and(header)
        || content.body.as_ref().is_some_and(body)
        || content.footer.as_ref().is_some_and(footer)
        || content.buttons.iter().any(button)
        || content.carousel.as_ref().is_some_and(|all| !all.extra.is_empty() || all.cards.iter().any(card))
        || content.limited_time_offer.as_ref().is_some_and(|offer| !offer.extra.is_empty())
        || content.call_permission_request.as_ref().is_some_and(|call| !call.extra.is_empty())
}
