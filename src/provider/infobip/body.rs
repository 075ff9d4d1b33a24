//! A submission → the body of a create or edit: Infobip's `structure` form.
//!
//! Everything is destructured in full, so a new field of the model does not compile until it is sent or refused here. What
//! the document does not have (OpenAPI 3.210.0) is refused with its path: a template that lost a part on its way would be a
//! wrong write. Checks nothing else: what Meta's review wants is not this file's.

use serde_json::{Value, json};

use super::{
    body_buttons::{buttons, code_button},
    refuse::{Object, UNDOCUMENTED, never, no_extra, refuse},
};
use crate::{
    capability::{Submission, Unsendable},
    template::{
        Body, Button, ButtonKind, CallPermissionRequest, Card, Carousel, Category, Content, Footer, Header, HeaderKind,
        LimitedTimeOffer, Live, MediaSource, Parameter, Samples, TemplateKey, placeholder,
    },
};

/// The languages of a create (OpenAPI 3.210.0): Meta's without `be_BY`, `prs_AF` and `ps_AF`.
const LANGUAGES: &str = "af sq ar ar_EG ar_AE ar_LB ar_MA ar_QA az bn bn_IN bg ca zh_CN zh_HK zh_TW hr cs da nl nl_BE en \
    en_GB en_US en_AE en_AU en_CA en_GH en_IE en_IN en_JM en_MY en_NZ en_QA en_SG en_UG en_ZA et fil fi fr fr_BE fr_CA fr_CH \
    fr_CI fr_MA ka de de_AT de_CH el gu ha he hi hu id ga it ja kn kk rw_RW ko ky_KG lo lv lt mk ms ml mr nb fa pl pt_BR pt_PT \
    pa ro ru sr si_LK sk sl es es_AR es_CL es_CO es_CR es_DO es_EC es_HN es_MX es_PA es_PE es_ES es_UY sw sv ta te th tr uk ur \
    uz vi zu unknown";

/// Fields of Infobip's own that are kept as the account shows them.
const PLATFORM: &str = "platform";
const SHORTENING: &str = "shorteningOptions";

/// Whether a create, or an edit of what the account holds, can be sent.
pub(super) fn sendable(submission: &Submission, held: Option<&Live>) -> Result<(), Unsendable> {
    let Submission { key, category, content } = submission;
    match (held, category) {
        (None, Some(category)) => create(key, category, content).map(drop),
        (None, None) => refuse("category", "a template is not created without one"),
        (Some(held), category) => {
            let sub_category = held.content.sub_category.as_deref();
            // A category that no edit names is Infobip's own affair, but what depends on it is judged.
            let kept = Some(&held.category).filter(|category| category.is_known());
            edit(category.as_ref().or(kept), &with_sub_category(content, sub_category)).map(drop)
        }
    }
}

/// An edit has to say again the sub-category that is there (OpenAPI 3.210.0).
pub(super) fn with_sub_category(content: &Content, held: Option<&str>) -> Content {
    let sub_category = content.sub_category.clone().or_else(|| held.map(str::to_owned));
    Content { sub_category, ..content.clone() }
}

/// The body of a create.
pub(super) fn create(key: &TemplateKey, category: &Category, content: &Content) -> Result<Object, Unsendable> {
    let TemplateKey { name, language } = key;
    if !LANGUAGES.split_whitespace().any(|known| known == language) {
        let why = format!("Infobip does not list the language `{language}`");
        return Err(Unsendable::new("language", why));
    }
    let mut out = Object::new();
    out.insert("name".to_owned(), name.clone().into());
    out.insert("language".to_owned(), language.clone().into());
    out.extend(edit(Some(category), content)?);
    Ok(out)
}

/// The body of an edit: the whole structure; the category only where one is asked for (OpenAPI 3.210.0).
pub(super) fn edit(category: Option<&Category>, content: &Content) -> Result<Object, Unsendable> {
    if category.is_some_and(|category| !category.is_known()) {
        return refuse("category", "Infobip takes UTILITY, MARKETING and AUTHENTICATION only");
    }
    let Content {
        // What matters of it is what stands in the braces: see `row`.
        parameter_format: _,
        header,
        body,
        footer,
        buttons: button_list,
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
    never(!unmodelled.is_empty(), "unmodelled[0]")?;
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
    for field in extra.keys() {
        never(!matches!(field.as_str(), PLATFORM | SHORTENING), format!("extra.{field}"))?;
    }

    let structure = match body {
        None => return refuse("body", "Infobip asks for a body in every template"),
        Some(Body::Authentication { add_security_recommendation, extra: inner }) => {
            no_extra(inner, "body.")?;
            never(header.is_some(), "header")?;
            never(carousel.is_some(), "carousel")?;
            never(limited_time_offer.is_some(), "limited_time_offer")?;
            never(call_permission_request.is_some(), "call_permission_request")?;
            never(extra.contains_key(SHORTENING), format!("extra.{SHORTENING}"))?;
            if category.is_some_and(|category| *category != Category::Authentication) {
                return refuse("body", "only AUTHENTICATION templates have a generated body");
            }
            authentication(*add_security_recommendation, footer.as_ref(), button_list)?
        }
        Some(body) => {
            let mut out = part(header.as_ref(), body, "")?;
            if let Some(footer) = footer {
                out.insert("footer".to_owned(), text_footer(footer)?);
            }
            if !button_list.is_empty() {
                out.insert("buttons".to_owned(), buttons(button_list, "")?.into());
            }
            out.extend(carousel.as_ref().map(cards).transpose()?.map(|cards| ("carousel".to_owned(), cards)));
            let expires = limited_time_offer.as_ref().is_some_and(|offer| offer.has_expiration == Some(true));
            if expires && !matches!(button_list.first().map(|button| &button.kind), Some(ButtonKind::CopyCode { .. })) {
                let why = "Infobip asks for a COPY_CODE button as the first one of an offer with `has_expiration`";
                return refuse("limited_time_offer.has_expiration", why);
            }
            out.extend(limited_time_offer.as_ref().map(offer).transpose()?);
            out.extend(call_permission_request.as_ref().map(call).transpose()?);
            if extra.contains_key(SHORTENING) && !button_list.iter().any(is_dynamic) {
                return refuse(format!("extra.{SHORTENING}"), "Infobip shortens only URL buttons with a parameter");
            }
            out.extend(extra.get(SHORTENING).map(|options| (SHORTENING.to_owned(), options.clone())));
            out
        }
    };

    let mut out = Object::new();
    out.extend(category.map(|category| ("category".to_owned(), category.as_str().into())));
    out.insert("structure".to_owned(), structure.into());
    out.extend(
        validity_period(*message_send_ttl_seconds, category)?.map(|period| ("validityPeriod".to_owned(), period)),
    );
    match sub_category.as_deref() {
        None => {}
        Some(_) if category.is_some_and(|category| *category != Category::Utility) => {
            return refuse("sub_category", "Infobip has sub-categories for UTILITY templates only");
        }
        Some("ORDER_STATUS") => drop(out.insert("subCategory".to_owned(), "ORDER_STATUS".into())),
        Some(_) => return refuse("sub_category", "Infobip takes ORDER_STATUS only"),
    }
    out.extend(extra.get(PLATFORM).map(|platform| (PLATFORM.to_owned(), platform.clone())));
    Ok(out)
}

/// Whether a button opens a URL with a parameter.
fn is_dynamic(button: &Button) -> bool {
    matches!(&button.kind, ButtonKind::Url { url, .. } if !placeholder::parameters(url).is_empty())
}

/// All three parts are required, the footer also where it says nothing (OpenAPI 3.210.0).
fn authentication(
    add_security_recommendation: bool,
    footer: Option<&Footer>,
    buttons: &[Button],
) -> Result<Object, Unsendable> {
    let footer = match footer {
        None => json!({}),
        Some(Footer::CodeExpiration { code_expiration_minutes, extra }) => {
            no_extra(extra, "footer.")?;
            json!({ "codeExpirationMinutes": code_expiration_minutes })
        }
        Some(Footer::Text { text: _, extra: _ }) => return refuse("footer.text", "the footer of a code is generated"),
    };
    let [Button { kind: ButtonKind::Otp(otp), extra }] = buttons else {
        return refuse("buttons", "Infobip asks for exactly one OTP button in an AUTHENTICATION template");
    };
    no_extra(extra, "buttons[0].")?;
    let body = json!({ "addSecurityRecommendation": add_security_recommendation });
    let buttons = json!([code_button(otp)?]);
    Ok([("body", body), ("footer", footer), ("buttons", buttons)]
        .map(|(part, value)| (part.to_owned(), value))
        .into_iter()
        .collect())
}

/// For AUTHENTICATION only; where an edit leaves the category as it is, Infobip knows it.
fn validity_period(seconds: Option<i64>, category: Option<&Category>) -> Result<Option<Value>, Unsendable> {
    let Some(seconds) = seconds else { return Ok(None) };
    if category.is_some_and(|category| *category != Category::Authentication) {
        return refuse("message_send_ttl_seconds", "Infobip has a validity period for AUTHENTICATION templates only");
    }
    Ok(Some(json!({ "amount": seconds, "timeUnit": "SECONDS" })))
}

/// Header and body of a template or card.
fn part(header: Option<&Header>, body: &Body, prefix: &str) -> Result<Object, Unsendable> {
    let mut out = Object::new();
    if let Some(header) = header {
        out.insert("header".to_owned(), header_part(header, prefix)?);
    }
    let Body::Text { text, samples, extra } = body else {
        return refuse(format!("{prefix}body"), "only AUTHENTICATION templates have a generated body");
    };
    no_extra(extra, &format!("{prefix}body."))?;
    let mut body = Object::from_iter([("text".to_owned(), text.clone().into())]);
    body.extend(row(text, samples, &format!("{prefix}body"))?.map(|row| ("examples".to_owned(), row.into())));
    out.insert("body".to_owned(), body.into());
    Ok(out)
}

fn header_part(header: &Header, prefix: &str) -> Result<Value, Unsendable> {
    let Header { kind, extra } = header;
    no_extra(extra, &format!("{prefix}header."))?;
    match kind {
        HeaderKind::Text { text, samples } => {
            let row = row(text, samples, &format!("{prefix}header"))?.unwrap_or_default();
            let mut out = json!({ "format": "TEXT", "text": text });
            match row.as_slice() {
                [] => {}
                [sample] => out["example"] = sample.clone().into(),
                _ => return refuse(format!("{prefix}header.samples"), "Infobip takes one parameter in a header"),
            }
            Ok(out)
        }
        HeaderKind::Media { format, sample } => {
            let path = format!("{prefix}header.sample");
            match sample.as_ref().map(|sample| &sample.source) {
                Some(MediaSource::Handle(url)) if url.starts_with("https://") || url.starts_with("http://") => {
                    Ok(json!({ "format": format.as_str(), "example": url }))
                }
                Some(MediaSource::Handle(_)) => refuse(path, "Infobip takes public URLs of media only"),
                Some(MediaSource::File(_) | MediaSource::Url(_) | MediaSource::Shown(_)) => {
                    refuse(path, "the media sample has no public URL yet")
                }
                None => refuse(path, "Infobip asks for the sample of a media header"),
            }
        }
        HeaderKind::Location => Ok(json!({ "format": "LOCATION" })),
        HeaderKind::Product => refuse(format!("{prefix}header"), UNDOCUMENTED),
        HeaderKind::Unmodelled { format: _ } => refuse(format!("{prefix}header.format"), UNDOCUMENTED),
    }
}

fn text_footer(footer: &Footer) -> Result<Value, Unsendable> {
    match footer {
        Footer::Text { text, extra } => {
            no_extra(extra, "footer.")?;
            Ok(json!({ "text": text }))
        }
        Footer::CodeExpiration { code_expiration_minutes: _, extra: _ } => {
            refuse("footer.code_expiration_minutes", "it belongs to a generated body")
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

fn cards(carousel: &Carousel) -> Result<Value, Unsendable> {
    let Carousel { cards, extra } = carousel;
    no_extra(extra, "carousel.")?;
    let cards = cards.iter().enumerate().map(|(at, one)| card(one, &format!("carousel.cards[{at}].")));
    Ok(json!({ "cards": cards.collect::<Result<Vec<_>, _>>()? }))
}

/// Header, body and buttons are all required (OpenAPI 3.210.0).
fn card(card: &Card, prefix: &str) -> Result<Value, Unsendable> {
    let Card { header, body, buttons: button_list, unmodelled, extra } = card;
    no_extra(extra, prefix)?;
    never(!unmodelled.is_empty(), format!("{prefix}unmodelled[0]"))?;
    if header.is_none() {
        return refuse(format!("{prefix}header"), "Infobip asks for a header in every card");
    }
    let Some(body) = body else { return refuse(format!("{prefix}body"), "Infobip asks for a body in every card") };
    if button_list.is_empty() {
        return refuse(format!("{prefix}buttons"), "Infobip asks for a button in every card");
    }
    let mut out = part(header.as_ref(), body, prefix)?;
    out.insert("buttons".to_owned(), buttons(button_list, prefix)?.into());
    Ok(out.into())
}

fn offer(offer: &LimitedTimeOffer) -> Result<(String, Value), Unsendable> {
    let LimitedTimeOffer { text, has_expiration, extra } = offer;
    no_extra(extra, "limited_time_offer.")?;
    let Some(text) = text else {
        return refuse("limited_time_offer.text", "Infobip asks for the text of an offer");
    };
    let offer = json!({ "text": text, "hasExpiration": has_expiration.unwrap_or(false) });
    Ok(("limitedTimeOffer".to_owned(), offer))
}

fn call(request: &CallPermissionRequest) -> Result<(String, Value), Unsendable> {
    let CallPermissionRequest { extra } = request;
    no_extra(extra, "call_permission_request.")?;
    Ok(("callPermissionRequest".to_owned(), json!({})))
}

#[cfg(test)]
#[path = "body_tests.rs"]
mod tests;
