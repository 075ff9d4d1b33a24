//! A submission → the body of a create or edit: the documented part of Meta's components, and nothing else.
//!
//! Everything is destructured in full, so a new field of the model does not compile until it is sent or refused here. What
//! the document does not have (OpenAPI 1.4.0) is refused with its path, although Meta's own might pass through: a template
//! that lost a part on its way would be a wrong write.

use serde_json::{Map, Value, json};

use crate::{
    capability::{Submission, Unsendable},
    template::{
        Body, Button, ButtonKind, Category, Content, Extra, Footer, Header, HeaderKind, Live, MediaFormat, MediaSource,
        Otp, OtpType, Parameter, Samples, SupportedApp, TemplateKey, placeholder,
    },
};

type Object = Map<String, Value>;

const UNDOCUMENTED: &str = "Vonage documents no such thing";

fn refuse<T>(path: impl Into<String>, why: &'static str) -> Result<T, Unsendable> {
    Err(Unsendable::new(path, why))
}

fn never(holds: bool, path: impl Into<String>) -> Result<(), Unsendable> {
    if holds { refuse(path, UNDOCUMENTED) } else { Ok(()) }
}

fn no_extra(extra: &Extra, path: &str) -> Result<(), Unsendable> {
    extra.keys().next().map_or(Ok(()), |key| refuse(format!("{path}extra.{key}"), UNDOCUMENTED))
}

/// Whether a create, or an edit of what the account holds, can be sent: an edit says again the category that is there.
pub(super) fn sendable(submission: &Submission, held: Option<&Live>) -> Result<(), Unsendable> {
    let Submission { key, category, content } = submission;
    match category.as_ref().or(held.map(|held| &held.category)) {
        Some(category) => body(key, category, content).map(drop),
        None => refuse("category", "a template is not created without one"),
    }
}

/// The body of a create or edit: both need all of it (OpenAPI 1.4.0).
pub(super) fn body(key: &TemplateKey, category: &Category, content: &Content) -> Result<Object, Unsendable> {
    let TemplateKey { name, language } = key;
    if !category.is_known() {
        return refuse("category", "Vonage takes UTILITY, MARKETING and AUTHENTICATION only");
    }
    let mut out = Object::new();
    out.insert("name".to_owned(), name.clone().into());
    out.insert("language".to_owned(), language.clone().into());
    out.insert("category".to_owned(), category.as_str().into());
    out.insert("components".to_owned(), components(content)?.into());
    if let Some(allow) = content.extra.get("allow_category_change") {
        out.insert("allow_category_change".to_owned(), allow.clone());
    }
    Ok(out)
}

fn components(content: &Content) -> Result<Vec<Value>, Unsendable> {
    let Content {
        // What matters of it is what stands in the braces: see `row`.
        parameter_format: _,
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
    never(carousel.is_some(), "carousel")?;
    never(limited_time_offer.is_some(), "limited_time_offer")?;
    never(call_permission_request.is_some(), "call_permission_request")?;
    never(!unmodelled.is_empty(), "unmodelled[0]")?;
    never(message_send_ttl_seconds.is_some(), "message_send_ttl_seconds")?;
    never(sub_category.is_some(), "sub_category")?;
    never(display_format.is_some(), "display_format")?;
    // `false` is what a template is without it.
    never(*cta_url_link_tracking_opted_out == Some(true), "cta_url_link_tracking_opted_out")?;
    never(*is_primary_device_delivery_only == Some(true), "is_primary_device_delivery_only")?;
    never(*disable_ios_autofill == Some(true), "disable_ios_autofill")?;
    never(send_type.is_some(), "send_type")?;
    never(library_template_name.is_some(), "library_template_name")?;
    never(library_template_button_inputs.is_some(), "library_template_button_inputs")?;
    never(library_template_body_inputs.is_some(), "library_template_body_inputs")?;
    never(degrees_of_freedom_spec.is_some(), "degrees_of_freedom_spec")?;
    never(optimization_spec.is_some(), "optimization_spec")?;
    for (field, value) in extra {
        never(field != "allow_category_change" || !value.is_boolean(), format!("extra.{field}"))?;
    }

    let mut out = Vec::new();
    out.extend(header.as_ref().map(header_component).transpose()?);
    let Some(body) = body else { return refuse("body", "Vonage asks for a BODY in every template") };
    out.push(body_component(body)?);
    out.extend(footer.as_ref().map(footer_component).transpose()?);
    if !buttons.is_empty() {
        let list = buttons.iter().enumerate().map(|(at, one)| button(one, &format!("buttons[{at}]")));
        // Without the `format` that the schema asks of every component: its description gives it to HEADER, BODY and FOOTER
        // alone, public clients send none here, and stray fields of BUTTONS are answered with 400 (OpenAPI 1.4.0).
        out.push(json!({ "type": "BUTTONS", "buttons": list.collect::<Result<Vec<_>, _>>()? }));
    }
    Ok(out)
}

/// A component of text. `format` is asked for by the schema, for BODY and FOOTER too (OpenAPI 1.4.0).
fn text_component(kind: &str, text: Option<&str>, example: Option<Value>) -> Value {
    let mut out = Object::from_iter([("type".to_owned(), kind.into()), ("format".to_owned(), "TEXT".into())]);
    out.extend(text.map(|text| ("text".to_owned(), text.into())));
    out.extend(example.map(|example| ("example".to_owned(), example)));
    Value::Object(out)
}

fn header_component(header: &Header) -> Result<Value, Unsendable> {
    let Header { kind, extra } = header;
    no_extra(extra, "header.")?;
    match kind {
        HeaderKind::Text { text, samples } => {
            // Only `body_text` has a schema, but a placeholder asks for an `example` in a header too, and Meta's name for
            // that is `header_text`.
            let row = row(text, samples, "header")?;
            Ok(text_component("HEADER", Some(text), row.map(|row| json!({ "header_text": row }))))
        }
        HeaderKind::Media { format: MediaFormat::Gif, .. } => refuse("header.format", UNDOCUMENTED),
        HeaderKind::Media { format, sample } => {
            let handle = match sample.as_ref().map(|sample| &sample.source) {
                Some(MediaSource::Handle(handle)) => handle,
                Some(MediaSource::File(_) | MediaSource::Url(_) | MediaSource::Shown(_)) => {
                    return refuse("header.sample", "the media sample is not uploaded");
                }
                None => return refuse("header.sample", "Vonage asks for the sample of a media header"),
            };
            // A text, as the document types it; Meta's own API has a list of one here, and one public client sends that.
            // Where the two differ the document is what Vonage answers for; reading takes both.
            Ok(json!({ "type": "HEADER", "format": format.as_str(), "example": { "header_handle": handle } }))
        }
        HeaderKind::Location | HeaderKind::Product | HeaderKind::Unmodelled { .. } => refuse("header", UNDOCUMENTED),
    }
}

fn body_component(body: &Body) -> Result<Value, Unsendable> {
    match body {
        Body::Text { text, samples, extra } => {
            no_extra(extra, "body.")?;
            let row = row(text, samples, "body")?;
            Ok(text_component("BODY", Some(text), row.map(|row| json!({ "body_text": [row] }))))
        }
        Body::Authentication { add_security_recommendation, extra } => {
            no_extra(extra, "body.")?;
            never(*add_security_recommendation, "body.add_security_recommendation")?;
            Ok(text_component("BODY", None, None))
        }
    }
}

fn footer_component(footer: &Footer) -> Result<Value, Unsendable> {
    match footer {
        Footer::Text { text, extra } => {
            no_extra(extra, "footer.")?;
            Ok(text_component("FOOTER", Some(text), None))
        }
        Footer::CodeExpiration { code_expiration_minutes: _, extra: _ } => {
            refuse("footer.code_expiration_minutes", UNDOCUMENTED)
        }
    }
}

/// The samples of a text by number, if there are any. Names in braces have no way to be said.
fn row(text: &str, samples: &Samples, path: &str) -> Result<Option<Vec<String>>, Unsendable> {
    let named = |parameter: &Parameter| matches!(parameter, Parameter::Name(_));
    never(placeholder::parameters(text).iter().any(named), format!("{path}.text"))?;
    let name = samples.0.keys().find(|parameter| named(parameter));
    never(name.is_some(), name.map_or_else(String::new, |name| format!("{path}.samples.{name}")))?;
    Ok((!samples.is_empty()).then(|| samples.0.values().cloned().collect()))
}

fn button(button: &Button, path: &str) -> Result<Value, Unsendable> {
    let Button { kind, extra } = button;
    no_extra(extra, &format!("{path}."))?;
    match kind {
        ButtonKind::QuickReply { text } => Ok(json!({ "type": "QUICK_REPLY", "text": text })),
        ButtonKind::Url { text, url, sample, app_deep_link } => {
            never(app_deep_link.is_some(), format!("{path}.app_deep_link"))?;
            let named = |parameter| matches!(parameter, Parameter::Name(_));
            never(placeholder::parameters(url).into_iter().any(named), format!("{path}.url"))?;
            let mut out = json!({ "type": "URL", "text": text, "url": url });
            // In no schema, but Meta refuses a placeholder without it, and public clients send it (2026-07).
            if let (Some(sample), Some(out)) = (sample, out.as_object_mut()) {
                out.insert("example".to_owned(), json!([sample]));
            }
            Ok(out)
        }
        ButtonKind::PhoneNumber { text, phone_number } => {
            Ok(json!({ "type": "PHONE_NUMBER", "text": text, "phone_number": phone_number }))
        }
        ButtonKind::Otp(otp) => one_time_code(otp, path),
        ButtonKind::CopyCode { .. }
        | ButtonKind::Flow { .. }
        | ButtonKind::Catalog
        | ButtonKind::Mpm
        | ButtonKind::Spm
        | ButtonKind::VoiceCall { .. }
        | ButtonKind::OrderDetails { .. }
        | ButtonKind::RequestContactInfo
        | ButtonKind::Unmodelled { .. } => refuse(path, UNDOCUMENTED),
    }
}

/// One app at most, its two fields in the button itself; ONE_TAP needs them and `autofill_text` (OpenAPI 1.4.0).
fn one_time_code(otp: &Otp, path: &str) -> Result<Value, Unsendable> {
    let Otp { otp_type, text, autofill_text, supported_apps, zero_tap_terms_accepted } = otp;
    never(*zero_tap_terms_accepted == Some(true), format!("{path}.zero_tap_terms_accepted"))?;
    let mut out =
        Object::from_iter([("type".to_owned(), "OTP".into()), ("otp_type".to_owned(), otp_type.as_str().into())]);
    let mut put = |field: &str, value: &str| drop(out.insert(field.to_owned(), value.into()));
    if let Some(text) = text {
        put("text", text);
    }
    match (otp_type, autofill_text, supported_apps.as_slice()) {
        (OtpType::CopyCode, None, []) => {}
        (OtpType::CopyCode, Some(_), _) => return refuse(format!("{path}.autofill_text"), "it belongs to ONE_TAP"),
        (OtpType::CopyCode, None, [_, ..]) => return refuse(format!("{path}.supported_apps"), "it belongs to ONE_TAP"),
        (OtpType::OneTap, Some(label), [SupportedApp { package_name, signature_hash }]) => {
            put("autofill_text", label);
            put("package_name", package_name);
            put("signature_hash", signature_hash);
        }
        (OtpType::OneTap, None, _) => {
            return refuse(format!("{path}.autofill_text"), "Vonage asks for it with ONE_TAP");
        }
        (OtpType::OneTap, Some(_), _) => {
            return refuse(format!("{path}.supported_apps"), "Vonage asks for exactly one app with ONE_TAP");
        }
        (OtpType::ZeroTap | OtpType::Other(_), _, _) => return refuse(format!("{path}.otp_type"), UNDOCUMENTED),
    }
    Ok(Value::Object(out))
}

#[cfg(test)]
#[path = "body_tests.rs"]
mod tests;
