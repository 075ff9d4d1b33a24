//! Content → normal form and samples. Exhaustive: a new field of the domain does not compile until it is placed here.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::template::{
    AppDeepLink, Body, Button, ButtonKind, CallPermissionRequest, Card, Carousel, Content, FlowReference, Footer,
    Header, HeaderKind, LimitedTimeOffer, MediaSample, Otp, ParameterFormat, Samples, components::url_sample, phone,
    placeholder,
};

type SampleMap = BTreeMap<String, Value>;

/// Empty collections under these keys mean the same as none.
const OPTIONAL_COLLECTIONS: &[&str] = &["extra", "unmodelled", "buttons", "supported_apps", "samples", "cards"];

/// Fields that are sent and never shown, and mean nothing afterwards (Meta changelog, 2025-04-09).
const WRITE_ONLY: &[&str] = &["allow_category_change"];

/// The canonical JSON without samples, and the samples by path.
pub(super) fn split(content: &Content) -> (Value, SampleMap) {
    let mut samples = SampleMap::new();
    let normal = content_form(content, &mut samples);
    let normal_format = normal.parameter_format;
    let mut form = serde_json::to_value(normal).unwrap_or(Value::Null);
    strip(&mut form);
    if let Some(map) = form.as_object_mut()
        && normal_format == ParameterFormat::default()
    {
        // What every provider takes for granted is not said.
        map.shift_remove("parameter_format");
    }
    (form, samples)
}

fn content_form(content: &Content, out: &mut SampleMap) -> Content {
    let Content {
        parameter_format,
        header,
        body,
        footer,
        buttons,
        carousel,
        limited_time_offer,
        call_permission_request,
        unmodelled,
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
    Content {
        // Without parameters their format means nothing, and providers show the default.
        parameter_format: if uses_parameters(content) { *parameter_format } else { ParameterFormat::default() },
        header: header.as_ref().map(|header| header_form(header, "header", out)),
        body: body.as_ref().map(|body| body_form(body, "body", out)),
        footer: footer.as_ref().map(footer_form),
        buttons: buttons_form(buttons, "buttons", out),
        carousel: carousel.as_ref().map(|carousel| carousel_form(carousel, out)),
        limited_time_offer: limited_time_offer.as_ref().map(offer_form),
        call_permission_request: call_permission_request
            .as_ref()
            .map(|CallPermissionRequest { extra }| CallPermissionRequest { extra: extra.clone() }),
        unmodelled: unmodelled.clone(),
        message_send_ttl_seconds: *message_send_ttl_seconds,
        sub_category: upper(sub_category.as_deref()),
        display_format: upper(display_format.as_deref()),
        cta_url_link_tracking_opted_out: *cta_url_link_tracking_opted_out,
        is_primary_device_delivery_only: *is_primary_device_delivery_only,
        disable_ios_autofill: *disable_ios_autofill,
        send_type: upper(send_type.as_deref()),
        library_template_name: library_template_name.clone(),
        library_template_button_inputs: library_template_button_inputs.clone(),
        library_template_body_inputs: library_template_body_inputs.clone(),
        degrees_of_freedom_spec: degrees_of_freedom_spec.clone(),
        optimization_spec: optimization_spec.clone(),
        extra: extra
            .iter()
            .filter(|(key, _)| !WRITE_ONLY.contains(&key.as_str()))
            .map(|(k, v)| (k.clone(), v.clone()))
            .collect(),
    }
}

fn header_form(header: &Header, path: &str, out: &mut SampleMap) -> Header {
    let Header { kind, extra } = header;
    let kind = match kind {
        HeaderKind::Text { text, samples } => {
            HeaderKind::Text { text: fold(text), samples: take_samples(samples, path, out) }
        }
        HeaderKind::Media { format, sample } => {
            take_media(sample.as_ref(), path, out);
            HeaderKind::Media { format: *format, sample: None }
        }
        HeaderKind::Location => HeaderKind::Location,
        HeaderKind::Product => HeaderKind::Product,
        HeaderKind::Unmodelled { format } => HeaderKind::Unmodelled { format: format.clone() },
    };
    Header { kind, extra: extra.clone() }
}

fn body_form(body: &Body, path: &str, out: &mut SampleMap) -> Body {
    match body {
        Body::Text { text, samples, extra } => {
            Body::Text { text: fold(text), samples: take_samples(samples, path, out), extra: extra.clone() }
        }
        Body::Authentication { add_security_recommendation, extra } => {
            Body::Authentication { add_security_recommendation: *add_security_recommendation, extra: extra.clone() }
        }
    }
}

fn footer_form(footer: &Footer) -> Footer {
    match footer {
        Footer::Text { text, extra } => Footer::Text { text: fold(text), extra: extra.clone() },
        Footer::CodeExpiration { code_expiration_minutes, extra } => {
            Footer::CodeExpiration { code_expiration_minutes: *code_expiration_minutes, extra: extra.clone() }
        }
    }
}

fn buttons_form(buttons: &[Button], path: &str, out: &mut SampleMap) -> Vec<Button> {
    buttons.iter().enumerate().map(|(at, button)| button_form(button, &format!("{path}[{at}]"), out)).collect()
}

fn button_form(button: &Button, path: &str, out: &mut SampleMap) -> Button {
    let Button { kind, extra } = button;
    let kind = match kind {
        ButtonKind::QuickReply { text } => ButtonKind::QuickReply { text: fold(text) },
        ButtonKind::Url { text, url, sample, app_deep_link } => {
            if let Some(sample) = sample {
                out.insert(format!("{path}.sample"), Value::String(url_sample(url, sample)));
            }
            let app_deep_link = app_deep_link.as_ref().map(|link| {
                let AppDeepLink { meta_app_id, android_deep_link, android_fallback_playstore_url, extra } = link;
                AppDeepLink {
                    meta_app_id: meta_app_id.clone(),
                    android_deep_link: android_deep_link.clone(),
                    android_fallback_playstore_url: android_fallback_playstore_url.clone(),
                    extra: extra.clone(),
                }
            });
            ButtonKind::Url { text: fold(text), url: braces(url), sample: None, app_deep_link }
        }
        ButtonKind::PhoneNumber { text, phone_number } => {
            ButtonKind::PhoneNumber { text: fold(text), phone_number: phone::dialled(phone_number) }
        }
        ButtonKind::CopyCode { sample } => {
            if let Some(sample) = sample {
                out.insert(format!("{path}.sample"), Value::String(sample.clone()));
            }
            ButtonKind::CopyCode { sample: None }
        }
        ButtonKind::Otp(Otp { otp_type, text, autofill_text, supported_apps, zero_tap_terms_accepted }) => {
            ButtonKind::Otp(Otp {
                otp_type: otp_type.clone(),
                text: text.clone(),
                autofill_text: autofill_text.clone(),
                supported_apps: supported_apps.clone(),
                zero_tap_terms_accepted: *zero_tap_terms_accepted,
            })
        }
        ButtonKind::Flow { text, flow, flow_action, navigate_screen, icon } => ButtonKind::Flow {
            text: fold(text),
            flow: match flow {
                FlowReference::Id(id) => FlowReference::Id(id.clone()),
                FlowReference::Name(name) => FlowReference::Name(name.clone()),
                FlowReference::Json(json) => FlowReference::Json(json.clone()),
                FlowReference::Missing => FlowReference::Missing,
            },
            flow_action: upper(flow_action.as_deref()).or_else(|| Some("NAVIGATE".to_owned())),
            navigate_screen: navigate_screen.clone(),
            icon: upper(icon.as_deref()),
        },
        ButtonKind::Catalog => ButtonKind::Catalog,
        ButtonKind::Mpm => ButtonKind::Mpm,
        ButtonKind::Spm => ButtonKind::Spm,
        ButtonKind::VoiceCall { text } => ButtonKind::VoiceCall { text: fold(text) },
        ButtonKind::OrderDetails { text } => ButtonKind::OrderDetails { text: fold(text) },
        ButtonKind::RequestContactInfo => ButtonKind::RequestContactInfo,
        ButtonKind::Unmodelled { name } => ButtonKind::Unmodelled { name: name.to_ascii_uppercase() },
    };
    Button { kind, extra: extra.clone() }
}

fn carousel_form(carousel: &Carousel, out: &mut SampleMap) -> Carousel {
    let Carousel { cards, extra } = carousel;
    let cards = cards.iter().enumerate().map(|(at, card)| {
        let Card { header, body, buttons, unmodelled, extra } = card;
        let path = format!("carousel.cards[{at}]");
        Card {
            header: header.as_ref().map(|header| header_form(header, &format!("{path}.header"), out)),
            body: body.as_ref().map(|body| body_form(body, &format!("{path}.body"), out)),
            buttons: buttons_form(buttons, &format!("{path}.buttons"), out),
            unmodelled: unmodelled.clone(),
            extra: extra.clone(),
        }
    });
    Carousel { cards: cards.collect(), extra: extra.clone() }
}

fn offer_form(offer: &LimitedTimeOffer) -> LimitedTimeOffer {
    let LimitedTimeOffer { text, has_expiration, extra } = offer;
    LimitedTimeOffer {
        text: text.as_deref().map(fold),
        has_expiration: Some(has_expiration.unwrap_or(false)),
        extra: extra.clone(),
    }
}

fn take_samples(samples: &Samples, path: &str, out: &mut SampleMap) -> Samples {
    for (parameter, sample) in &samples.0 {
        out.insert(format!("{path}.samples.{parameter}"), Value::String(sample.clone()));
    }
    Samples::default()
}

fn take_media(sample: Option<&MediaSample>, path: &str, out: &mut SampleMap) {
    if let Some(fingerprint) = sample.and_then(MediaSample::fingerprint) {
        out.insert(format!("{path}.sample"), Value::String(fingerprint));
    }
}

fn uses_parameters(content: &Content) -> bool {
    let header = |header: &Option<Header>| match header.as_ref().map(|header| &header.kind) {
        Some(HeaderKind::Text { text, .. }) => !placeholder::parameters(text).is_empty(),
        _ => false,
    };
    let body = |body: &Option<Body>| matches!(body, Some(Body::Text { text, .. }) if !placeholder::parameters(text).is_empty());
    let buttons = |buttons: &[Button]| {
        buttons.iter().any(|button| {
            matches!(&button.kind, ButtonKind::Url { url, .. } if !placeholder::parameters(&braces(url)).is_empty())
        })
    };
    header(&content.header)
        || body(&content.body)
        || buttons(&content.buttons)
        || content
            .carousel
            .iter()
            .flat_map(|carousel| &carousel.cards)
            .any(|card| header(&card.header) || body(&card.body) || buttons(&card.buttons))
}

/// Line breaks of other systems are the same line breaks.
fn fold(text: &str) -> String {
    text.replace("\r\n", "\n")
}

fn upper(value: Option<&str>) -> Option<String> {
    value.map(str::to_ascii_uppercase)
}

/// Braces may come back percent-encoded.
fn braces(url: &str) -> String {
    url.replace("%7B%7B", "{{").replace("%7b%7b", "{{").replace("%7D%7D", "}}").replace("%7d%7d", "}}")
}

/// Removes what means nothing: nulls and empty optional collections.
fn strip(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.values_mut().for_each(strip);
            map.retain(|key, value| {
                let empty = match value {
                    Value::Null => true,
                    Value::Array(items) => items.is_empty() && OPTIONAL_COLLECTIONS.contains(&key.as_str()),
                    Value::Object(fields) => fields.is_empty() && OPTIONAL_COLLECTIONS.contains(&key.as_str()),
                    _ => false,
                };
                !empty
            });
        }
        Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}
