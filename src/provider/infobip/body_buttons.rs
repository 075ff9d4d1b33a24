//! Buttons → Infobip's form. Destructured in full, as `body`.

use serde_json::{Map, Value, json};

use super::refuse::{Object, UNDOCUMENTED, never, no_extra, refuse};
use crate::capability::Unsendable;
use crate::template::{Button, ButtonKind, Extra, FlowReference, Otp, OtpType, Parameter, SupportedApp, placeholder};

/// Characters of a coupon code (OpenAPI 3.210.0; Meta takes 20 since 2025-12-03).
const COUPON: usize = 15;
/// How long a call button works, minutes (OpenAPI 3.210.0).
const CALL_MINUTES: std::ops::RangeInclusive<i64> = 1440..=43_200;

/// Buttons of a template or card.
pub(super) fn buttons(list: &[Button], prefix: &str) -> Result<Vec<Value>, Unsendable> {
    list.iter().enumerate().map(|(at, one)| button(one, &format!("{prefix}buttons[{at}]"))).collect()
}

fn button(button: &Button, path: &str) -> Result<Value, Unsendable> {
    let Button { kind, extra } = button;
    let known = match kind {
        ButtonKind::VoiceCall { .. } => "ttl_minutes",
        ButtonKind::OrderDetails { .. } => "variant",
        _ => "",
    };
    let others: Extra = extra.iter().filter(|(key, _)| *key != known).map(|(k, v)| (k.clone(), v.clone())).collect();
    no_extra(&others, &format!("{path}."))?;
    match kind {
        ButtonKind::QuickReply { text } => Ok(json!({ "type": "QUICK_REPLY", "text": text })),
        ButtonKind::Url { text, url, sample, app_deep_link } => {
            never(app_deep_link.is_some(), format!("{path}.app_deep_link"))?;
            let named = |parameter| matches!(parameter, Parameter::Name(_));
            never(placeholder::parameters(url).into_iter().any(named), format!("{path}.url"))?;
            let mut out = json!({ "type": "URL", "text": text, "url": url });
            if let Some(sample) = sample {
                let whole = whole_url(url, sample);
                if !whole.starts_with("https://") && !whole.starts_with("http://") {
                    return refuse(format!("{path}.sample"), "Infobip takes a whole URL as the sample of a URL");
                }
                out["example"] = whole.into();
            }
            Ok(out)
        }
        ButtonKind::PhoneNumber { text, phone_number } => {
            Ok(json!({ "type": "PHONE_NUMBER", "text": text, "phoneNumber": phone_number }))
        }
        ButtonKind::CopyCode { sample } => {
            let mut out = json!({ "type": "COPY_CODE" });
            if let Some(sample) = sample {
                if sample.chars().count() > COUPON {
                    return refuse(format!("{path}.sample"), "Infobip takes coupon codes of at most 15 characters");
                }
                out["example"] = sample.clone().into();
            }
            Ok(out)
        }
        ButtonKind::Flow { text, flow, flow_action, navigate_screen, icon } => {
            never(icon.is_some(), format!("{path}.icon"))?;
            let id = match flow {
                FlowReference::Id(id) => id.parse::<i64>().ok().filter(|number| number.to_string() == *id),
                FlowReference::Name(_) => return refuse(format!("{path}.flow_name"), UNDOCUMENTED),
                FlowReference::Json(_) => return refuse(format!("{path}.flow_json"), UNDOCUMENTED),
                FlowReference::Missing => None,
            };
            let Some(id) = id else { return refuse(format!("{path}.flow_id"), "Infobip takes a flow by its number") };
            // Required here; the default is Meta's.
            let action = flow_action.as_deref().unwrap_or("NAVIGATE");
            if action == "NAVIGATE" && navigate_screen.is_none() {
                return Err(Unsendable::new(
                    format!("{path}.navigate_screen"),
                    "Infobip asks for the first screen of a flow with NAVIGATE",
                )
                .mend("write `navigate_screen` on the button"));
            }
            let mut out = json!({ "type": "FLOW", "text": text, "flowId": id, "flowAction": action });
            if let Some(screen) = navigate_screen {
                out["navigateScreen"] = screen.clone().into();
            }
            Ok(out)
        }
        ButtonKind::Catalog => Ok(json!({ "type": "CATALOG" })),
        ButtonKind::Mpm => Ok(json!({ "type": "MULTI_PRODUCT" })),
        ButtonKind::RequestContactInfo => Ok(json!({ "type": "REQUEST_CONTACT_INFO" })),
        ButtonKind::VoiceCall { text } => {
            let mut out = json!({ "type": "VOICE_CALL", "text": text });
            match extra.get("ttl_minutes") {
                None => {}
                Some(minutes) if minutes.as_i64().is_some_and(|minutes| CALL_MINUTES.contains(&minutes)) => {
                    out["callValidityPeriod"] = minutes.clone();
                }
                Some(_) => {
                    return Err(Unsendable::new(
                        format!("{path}.extra.ttl_minutes"),
                        "Infobip takes whole minutes, from 1440 to 43200",
                    )
                    .mend("write a number of minutes in `components`, or leave `ttl_minutes` out"));
                }
            }
            Ok(out)
        }
        // The label is the provider's: none is sent.
        ButtonKind::OrderDetails { text: _ } => match extra.get("variant").and_then(Value::as_str) {
            Some(variant @ ("BRAZIL" | "INDIA")) => Ok(json!({ "type": "ORDER_DETAILS", "variant": variant })),
            _ => Err(Unsendable::new(
                format!("{path}.extra.variant"),
                "Infobip asks for `variant`: BRAZIL or INDIA",
            )
            .mend(
                "give this account the provider's JSON under `components`, with the button as `{type: ORDER_DETAILS, text: …, \
                 variant: BRAZIL}`",
            )),
        },
        ButtonKind::Otp(_) => refuse(path, "a one-time code needs a generated body"),
        ButtonKind::Spm | ButtonKind::Unmodelled { name: _ } => refuse(path, UNDOCUMENTED),
    }
}

/// The sample of a URL, which is the value of its placeholder or the whole: Infobip asks for the whole (OpenAPI 3.210.0).
fn whole_url(url: &str, sample: &str) -> String {
    match url.split_once("{{") {
        Some((start, rest)) if !sample.starts_with("https://") && !sample.starts_with("http://") => {
            format!("{start}{sample}{}", rest.split_once("}}").map_or("", |(_, behind)| behind))
        }
        _ => sample.to_owned(),
    }
}

/// The one button of an AUTHENTICATION template. One app at most, its fields in the button itself (OpenAPI 3.210.0).
pub(super) fn code_button(otp: &Otp) -> Result<Value, Unsendable> {
    let Otp { otp_type, text, autofill_text, supported_apps, zero_tap_terms_accepted } = otp;
    let path = |field: &str| format!("buttons[0].{field}");
    never(*zero_tap_terms_accepted == Some(true), path("zero_tap_terms_accepted"))?;
    let mut out: Object = Map::new();
    let mut put = |field: &str, value: &str| drop(out.insert(field.to_owned(), value.into()));
    put("otpType", otp_type.as_str());
    if let Some(text) = text {
        put("text", text);
    }
    match (otp_type, autofill_text, supported_apps.as_slice()) {
        (OtpType::CopyCode, None, []) => {}
        (OtpType::CopyCode, Some(_), _) => return refuse(path("autofill_text"), "it belongs to ONE_TAP"),
        (OtpType::CopyCode, None, [_, ..]) => return refuse(path("supported_apps"), "it belongs to ONE_TAP"),
        (OtpType::OneTap, label, [SupportedApp { package_name, signature_hash }]) => {
            if let Some(label) = label {
                put("autofillText", label);
            }
            put("packageName", package_name);
            put("signatureHash", signature_hash);
        }
        (OtpType::OneTap, _, _) => {
            return refuse(path("supported_apps"), "Infobip asks for exactly one app with ONE_TAP");
        }
        (OtpType::ZeroTap | OtpType::Other(_), _, _) => return refuse(path("otp_type"), UNDOCUMENTED),
    }
    Ok(out.into())
}
