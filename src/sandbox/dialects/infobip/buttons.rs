//! Buttons that are sent → Meta's, by the documented shape (OpenAPI 3.210.0).

use serde_json::{Value, json};

use super::fields::Fields;
use super::service_exception::ServiceException;

const KINDS: [&str; 10] = [
    "PHONE_NUMBER",
    "URL",
    "QUICK_REPLY",
    "COPY_CODE",
    "FLOW",
    "CATALOG",
    "MULTI_PRODUCT",
    "ORDER_DETAILS",
    "VOICE_CALL",
    "REQUEST_CONTACT_INFO",
];

/// Buttons of a template or card.
pub(super) fn many(list: Vec<Value>, path: &str, most: usize) -> Result<Vec<Value>, ServiceException> {
    if !(1..=most).contains(&list.len()) {
        return Err(ServiceException::invalid(path, format!("size must be between 1 and {most}")));
    }
    list.into_iter().enumerate().map(|(at, value)| one(Fields::of(value, format!("{path}[{at}]"))?)).collect()
}

fn one(mut button: Fields) -> Result<Value, ServiceException> {
    let Some(kind) = button.word("type", &KINDS)? else { return button.missing("type") };
    let metas = match kind.as_str() {
        "PHONE_NUMBER" => {
            let number = button.need("phoneNumber", 20)?;
            json!({ "type": kind, "text": button.need("text", 25)?, "phone_number": number })
        }
        "URL" => {
            let mut out = json!({ "type": kind, "text": button.need("text", 25)?, "url": button.need("url", 2000)? });
            button.ignore("destinationUrl");
            if let Some(example) = button.text("example", 2000)? {
                let whole = example.starts_with("https://") || example.starts_with("http://");
                if !whole || example.contains("{{") {
                    return Err(ServiceException::invalid(button.at("example"), "must be a URL without placeholders"));
                }
                out["example"] = json!([example]);
            }
            out
        }
        "QUICK_REPLY" => json!({ "type": kind, "text": button.need("text", 25)? }),
        "COPY_CODE" => {
            button.ignore("text");
            json!({ "type": kind, "example": button.text("example", 15)? })
        }
        "FLOW" => flow(&mut button)?,
        "MULTI_PRODUCT" => {
            button.ignore("text");
            json!({ "type": "MPM" })
        }
        "ORDER_DETAILS" => {
            let Some(variant) = button.word("variant", &["BRAZIL", "INDIA"])? else { return button.missing("variant") };
            // Meta wants a label, which is not Infobip's to give.
            json!({ "type": kind, "text": "Review and Pay", "variant": variant })
        }
        "VOICE_CALL" => {
            let mut out = json!({ "type": kind, "text": button.need("text", 25)? });
            if let Some(minutes) = button.number("callValidityPeriod")? {
                if !(1440..=43_200).contains(&minutes) {
                    return Err(ServiceException::invalid(
                        button.at("callValidityPeriod"),
                        "must be from 1440 to 43200",
                    ));
                }
                out["ttl_minutes"] = minutes.into();
            }
            out
        }
        _ => {
            button.ignore("text");
            json!({ "type": kind })
        }
    };
    button.end()?;
    Ok(metas)
}

fn flow(button: &mut Fields) -> Result<Value, ServiceException> {
    let text = button.need("text", 25)?;
    let Some(id) = button.number("flowId")? else { return button.missing("flowId") };
    let Some(action) = button.word("flowAction", &["NAVIGATE", "DATA_EXCHANGE"])? else {
        return button.missing("flowAction");
    };
    let mut out = json!({ "type": "FLOW", "text": text, "flow_id": id, "flow_action": action });
    match button.text("navigateScreen", 255)? {
        Some(screen) => out["navigate_screen"] = screen.into(),
        None if action == "NAVIGATE" => return button.missing("navigateScreen"),
        None => {}
    }
    Ok(out)
}

/// The one button of an AUTHENTICATION template.
pub(super) fn code_button(mut button: Fields) -> Result<Value, ServiceException> {
    let Some(kind) = button.word("otpType", &["COPY_CODE", "ONE_TAP"])? else { return button.missing("otpType") };
    let mut out = json!({ "type": "OTP", "otp_type": kind });
    if let Some(text) = button.text("text", 25)? {
        out["text"] = text.into();
    }
    if kind == "ONE_TAP" {
        if let Some(text) = button.text("autofillText", 25)? {
            out["autofill_text"] = text.into();
        }
        let package = button.need("packageName", 255)?;
        // 11 characters by its description, 13 in the official sample, which is percent-encoded: both are taken.
        let hash = button.need("signatureHash", 13)?;
        if hash.chars().count() < 11 {
            return Err(ServiceException::invalid(button.at("signatureHash"), "size must be between 11 and 11"));
        }
        out["supported_apps"] = json!([{ "package_name": package, "signature_hash": hash.replace("%2F", "/") }]);
    }
    button.end()?;
    Ok(out)
}
