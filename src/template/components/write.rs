//! [`Content`] → the content fields of a create or edit body, components in canonical order, enum values in upper case.
//!
//! Everything is destructured in full, so a new field of the model does not compile until it is written. Unmodelled fields
//! win over modelled ones: they stand where the provider's value did not fit the model.

use serde_json::{Map, Value, json};

use super::{Component, Unresolved, card_prefix, handle};
use crate::template::{
    AppDeepLink, Body, Button, ButtonKind, CallPermissionRequest, Card, Carousel, Content, Extra, FlowReference,
    Footer, Header, HeaderKind, LimitedTimeOffer, Otp, Parameter, ParameterFormat, Samples, SupportedApp, placeholder,
};

type Object = Map<String, Value>;

/// Writes a template's content. `components` is left out when there are none (clones of library templates).
///
/// # Errors
/// [`Unresolved`] names the first media sample that is not a handle.
pub fn write(content: &Content) -> Result<Object, Unresolved> {
    let Content {
        parameter_format,
        header,
        body,
        footer,
        buttons: button_list,
        carousel: cards,
        limited_time_offer: offer,
        call_permission_request: call,
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

    let mut components = Vec::new();
    let mut rest = unmodelled.clone();
    if let Some(header) = header {
        components.push(Value::Object(write_header(header, "")?));
    }
    if let Some(offer) = offer {
        components.push(with_wrapper(
            limited_time_offer(offer),
            Component::LimitedTimeOffer,
            "limited_time_offer",
            &mut rest,
        ));
    }
    components.extend(body.as_ref().map(|body| Value::Object(write_body(body))));
    components.extend(footer.as_ref().map(|footer| Value::Object(write_footer(footer))));
    components.extend(buttons(button_list, &mut rest));
    if let Some(cards) = cards {
        components.push(Value::Object(carousel(cards)?));
    }
    if let Some(CallPermissionRequest { extra }) = call {
        components.push(Value::Object(finish(component(Component::CallPermissionRequest), extra)));
    }
    components.append(&mut rest);

    let mut out = Object::new();
    let format = match parameter_format {
        ParameterFormat::Positional => "POSITIONAL",
        ParameterFormat::Named => "NAMED",
    };
    out.insert("parameter_format".to_owned(), format.into());
    if !components.is_empty() {
        out.insert("components".to_owned(), Value::Array(components));
    }
    put(&mut out, "message_send_ttl_seconds", *message_send_ttl_seconds);
    put(&mut out, "sub_category", sub_category.clone());
    put(&mut out, "display_format", display_format.clone());
    put(&mut out, "cta_url_link_tracking_opted_out", *cta_url_link_tracking_opted_out);
    put(&mut out, "is_primary_device_delivery_only", *is_primary_device_delivery_only);
    put(&mut out, "disable_ios_autofill", *disable_ios_autofill);
    put(&mut out, "send_type", send_type.clone());
    put(&mut out, "library_template_name", library_template_name.clone());
    put(&mut out, "library_template_button_inputs", library_template_button_inputs.clone());
    put(&mut out, "library_template_body_inputs", library_template_body_inputs.clone());
    put(&mut out, "degrees_of_freedom_spec", degrees_of_freedom_spec.clone());
    put(&mut out, "optimization_spec", optimization_spec.clone());
    Ok(finish(out, extra))
}

fn put(object: &mut Object, key: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        object.insert(key.to_owned(), value.into());
    }
}

fn component(kind: Component) -> Object {
    Object::from_iter([("type".to_owned(), Value::String(kind.to_string()))])
}

/// Adds the unmodelled fields; inside `example` both sides stay.
fn finish(mut object: Object, extra: &Extra) -> Object {
    for (key, value) in extra {
        match (object.get_mut(key), value) {
            (Some(Value::Object(known)), Value::Object(more)) if key == "example" => {
                known.extend(more.iter().map(|(key, value)| (key.clone(), value.clone())));
            }
            _ => {
                object.insert(key.clone(), value.clone());
            }
        }
    }
    object
}

/// Puts a component's unmodelled wrapper fields, which reading kept apart, back into it.
fn with_wrapper(mut object: Object, kind: Component, content: &str, rest: &mut Vec<Value>) -> Value {
    let is_wrapper = |value: &Value| {
        value.as_object().is_some_and(|object| Component::of(object) == Some(kind) && !object.contains_key(content))
    };
    if let Some(Value::Object(wrapper)) = rest.iter().position(is_wrapper).map(|at| rest.remove(at)) {
        object.extend(wrapper.into_iter().filter(|(key, _)| key != "type"));
    }
    Value::Object(object)
}

fn write_header(header: &Header, prefix: &str) -> Result<Object, Unresolved> {
    let Header { kind, extra } = header;
    let mut out = component(Component::Header);
    match kind {
        HeaderKind::Text { text, samples } => {
            put(&mut out, "format", Some("TEXT"));
            put(&mut out, "text", Some(text.clone()));
            put(&mut out, "example", header_example(samples, text));
        }
        HeaderKind::Media { format, sample } => {
            put(&mut out, "format", Some(format.as_str()));
            if let Some(sample) = sample {
                let path = || Unresolved { path: format!("{prefix}header.sample") };
                put(&mut out, "example", Some(json!({ "header_handle": [handle(sample).ok_or_else(path)?] })));
            }
        }
        HeaderKind::Location => put(&mut out, "format", Some("LOCATION")),
        HeaderKind::Product => put(&mut out, "format", Some("PRODUCT")),
        HeaderKind::Unmodelled { format } => put(&mut out, "format", Some(format.clone())),
    }
    Ok(finish(out, extra))
}

fn write_body(body: &Body) -> Object {
    let mut out = component(Component::Body);
    match body {
        Body::Text { text, samples, extra } => {
            put(&mut out, "text", Some(text.clone()));
            put(&mut out, "example", body_example(samples, text));
            finish(out, extra)
        }
        Body::Authentication { add_security_recommendation, extra } => {
            put(&mut out, "add_security_recommendation", Some(*add_security_recommendation));
            finish(out, extra)
        }
    }
}

fn write_footer(footer: &Footer) -> Object {
    let mut out = component(Component::Footer);
    match footer {
        Footer::Text { text, extra } => {
            put(&mut out, "text", Some(text.clone()));
            finish(out, extra)
        }
        Footer::CodeExpiration { code_expiration_minutes, extra } => {
            put(&mut out, "code_expiration_minutes", Some(*code_expiration_minutes));
            finish(out, extra)
        }
    }
}

/// `{"header_text": ["x"]}`, or the named form.
fn header_example(samples: &Samples, text: &str) -> Option<Value> {
    let (row, named) = split(samples, text);
    example("header_text", (!row.is_empty()).then_some(Value::Array(row)), named)
}

/// `{"body_text": [["x", "y"]]}`, or the named form.
fn body_example(samples: &Samples, text: &str) -> Option<Value> {
    let (row, named) = split(samples, text);
    example("body_text", (!row.is_empty()).then(|| json!([row])), named)
}

fn example(key: &str, row: Option<Value>, named: Vec<Value>) -> Option<Value> {
    let mut out = Object::new();
    put(&mut out, key, row);
    put(&mut out, &format!("{key}_named_params"), (!named.is_empty()).then_some(named));
    (!out.is_empty()).then_some(Value::Object(out))
}

/// Samples by number in their order, and samples by name in the order of the text.
fn split(samples: &Samples, text: &str) -> (Vec<Value>, Vec<Value>) {
    let order = placeholder::parameters(text);
    let mut row = Vec::new();
    let mut named = Vec::new();
    for (parameter, sample) in &samples.0 {
        match parameter {
            Parameter::Number(_) => row.push(Value::String(sample.clone())),
            Parameter::Name(name) => {
                let place = order.iter().position(|used| used == parameter).unwrap_or(usize::MAX);
                named.push((place, json!({ "param_name": name, "example": sample })));
            }
        }
    }
    named.sort_by_key(|(place, _)| *place);
    (row, named.into_iter().map(|(_, value)| value).collect())
}

fn buttons(list: &[Button], rest: &mut Vec<Value>) -> Option<Value> {
    if list.is_empty() {
        return None;
    }
    let mut out = component(Component::Buttons);
    put(&mut out, "buttons", Some(list.iter().map(|one| Value::Object(button(one))).collect::<Vec<_>>()));
    Some(with_wrapper(out, Component::Buttons, "buttons", rest))
}

fn button(button: &Button) -> Object {
    let Button { kind, extra } = button;
    let mut out = Object::new();
    let mut start = |name: &str, text: Option<&str>| {
        put(&mut out, "type", Some(name));
        put(&mut out, "text", text);
    };
    match kind {
        ButtonKind::QuickReply { text } => start("QUICK_REPLY", Some(text)),
        ButtonKind::Url { text, url, sample, app_deep_link } => {
            start("URL", Some(text));
            put(&mut out, "url", Some(url.clone()));
            put(&mut out, "example", sample.as_ref().map(|sample| json!([sample])));
            put(&mut out, "app_deep_link", app_deep_link.as_ref().map(deep_link));
        }
        ButtonKind::PhoneNumber { text, phone_number } => {
            start("PHONE_NUMBER", Some(text));
            put(&mut out, "phone_number", Some(phone_number.clone()));
        }
        ButtonKind::CopyCode { sample } => {
            start("COPY_CODE", None);
            put(&mut out, "example", sample.clone());
        }
        ButtonKind::Otp(otp) => {
            start("OTP", None);
            write_otp(&mut out, otp);
        }
        ButtonKind::Flow { text, flow, flow_action, navigate_screen, icon } => {
            start("FLOW", Some(text));
            match flow {
                FlowReference::Id(id) => put(&mut out, "flow_id", Some(id.clone())),
                FlowReference::Name(name) => put(&mut out, "flow_name", Some(name.clone())),
                FlowReference::Json(json) => put(&mut out, "flow_json", Some(json.clone())),
                FlowReference::Missing => {}
            }
            put(&mut out, "flow_action", flow_action.clone());
            put(&mut out, "navigate_screen", navigate_screen.clone());
            put(&mut out, "icon", icon.clone());
        }
        // Fixed labels that Meta's samples send along (components page, 2026-05-06).
        ButtonKind::Catalog => start("CATALOG", Some("View catalog")),
        ButtonKind::Mpm => start("MPM", Some("View items")),
        ButtonKind::Spm => start("SPM", Some("View")),
        ButtonKind::VoiceCall { text } => start("VOICE_CALL", Some(text)),
        ButtonKind::OrderDetails { text } => start("ORDER_DETAILS", Some(text)),
        ButtonKind::RequestContactInfo => start("REQUEST_CONTACT_INFO", None),
        ButtonKind::Unmodelled { name } => put(&mut out, "type", (!name.is_empty()).then(|| name.clone())),
    }
    finish(out, extra)
}

fn write_otp(out: &mut Object, otp: &Otp) {
    let Otp { otp_type, text, autofill_text, supported_apps, zero_tap_terms_accepted } = otp;
    put(out, "otp_type", Some(otp_type.as_str()));
    put(out, "text", text.clone());
    put(out, "autofill_text", autofill_text.clone());
    if !supported_apps.is_empty() {
        let app = |app: &SupportedApp| {
            let SupportedApp { package_name, signature_hash } = app;
            json!({ "package_name": package_name, "signature_hash": signature_hash })
        };
        put(out, "supported_apps", Some(supported_apps.iter().map(app).collect::<Vec<_>>()));
    }
    put(out, "zero_tap_terms_accepted", *zero_tap_terms_accepted);
}

/// The app id is a number in Meta's samples (marketing messages page, 2026).
fn deep_link(link: &AppDeepLink) -> Value {
    let AppDeepLink { meta_app_id, android_deep_link, android_fallback_playstore_url, extra } = link;
    let mut out = Object::new();
    let id = meta_app_id.as_ref().map(|id| match id.parse::<u64>() {
        Ok(number) if number.to_string() == *id => Value::from(number),
        _ => Value::String(id.clone()),
    });
    put(&mut out, "meta_app_id", id);
    put(&mut out, "android_deep_link", android_deep_link.clone());
    put(&mut out, "android_fallback_playstore_url", android_fallback_playstore_url.clone());
    Value::Object(finish(out, extra))
}

fn limited_time_offer(offer: &LimitedTimeOffer) -> Object {
    let LimitedTimeOffer { text, has_expiration, extra } = offer;
    let mut inner = Object::new();
    put(&mut inner, "text", text.clone());
    put(&mut inner, "has_expiration", *has_expiration);
    let mut out = component(Component::LimitedTimeOffer);
    put(&mut out, "limited_time_offer", Some(Value::Object(finish(inner, extra))));
    out
}

fn carousel(carousel: &Carousel) -> Result<Object, Unresolved> {
    let Carousel { cards, extra } = carousel;
    let cards = cards.iter().enumerate().map(|(i, one)| card(one, i).map(Value::Object));
    let mut out = component(Component::Carousel);
    put(&mut out, "cards", Some(cards.collect::<Result<Vec<_>, _>>()?));
    Ok(finish(out, extra))
}

fn card(card: &Card, index: usize) -> Result<Object, Unresolved> {
    let Card { header, body, buttons: button_list, unmodelled, extra } = card;
    let mut rest = unmodelled.clone();
    let mut components = Vec::new();
    if let Some(header) = header {
        components.push(Value::Object(write_header(header, &card_prefix(index))?));
    }
    components.extend(body.as_ref().map(|body| Value::Object(write_body(body))));
    components.extend(buttons(button_list, &mut rest));
    components.append(&mut rest);
    let out = Object::from_iter([("components".to_owned(), Value::Array(components))]);
    Ok(finish(out, extra))
}
