//! AUTHENTICATION templates: no text of one's own, and exactly one OTP button.
//!
//! Meta authentication-templates pages and changelog (`supported_apps` since v21, 2024-10-02). Must not
//! know other categories.

use serde_json::Value;

use super::{buttons, common::find};
use crate::sandbox::rules::refusal::{FieldPath, Part, Refusal};

/// Checks the components of an AUTHENTICATION template.
pub(crate) fn check(components: &[Value]) -> Result<(), Refusal> {
    let Some(body) = find(components, "BODY") else {
        return Err(refused("An authentication template needs a component of type BODY."));
    };
    if !body["text"].is_null() {
        return Err(refused("The body of an authentication template can't have text of its own."));
    }
    if !(body["add_security_recommendation"].is_null() || body["add_security_recommendation"].is_boolean()) {
        return Err(refused("add_security_recommendation must be true or false."));
    }
    for component in components {
        match component["type"].as_str().unwrap_or_default() {
            "BODY" | "BUTTONS" => {}
            "FOOTER" => footer(component)?,
            kind => {
                return Err(refused(&format!("An authentication template can't have {kind}.")));
            }
        }
    }
    let place = components.iter().position(|c| c["type"] == "BUTTONS").map(FieldPath::component);
    let (Some(place), Some(component)) = (place, find(components, "BUTTONS")) else {
        return Err(refused("An authentication template needs one OTP button."));
    };
    match buttons::list(component, &place)? {
        [button] if button["type"] == "OTP" => otp(button, &place.item("buttons", 0)),
        _ => Err(refused("An authentication template needs exactly one OTP button and no other.")),
    }
}

fn refused(text: &str) -> Refusal {
    Refusal::Authentication(text.to_owned())
}

fn footer(footer: &Value) -> Result<(), Refusal> {
    if !footer["text"].is_null() {
        return Err(refused("The footer of an authentication template can't have text of its own."));
    }
    match footer["code_expiration_minutes"].as_i64() {
        Some(1..=90) => Ok(()),
        _ => Err(refused("code_expiration_minutes must be from 1 to 90.")),
    }
}

fn otp(button: &Value, place: &FieldPath) -> Result<(), Refusal> {
    for field in ["text", "autofill_text"] {
        if let Some(text) = button[field].as_str() {
            if text.chars().count() > 25 {
                return Err(Refusal::TooLong { part: Part::At(place.at(field)), most: 25 });
            }
            buttons::label(text)?;
        }
    }
    for field in ["package_name", "signature_hash"] {
        if !button[field].is_null() {
            return Err(refused(&format!("{field} belongs into supported_apps.")));
        }
    }
    match button["otp_type"].as_str() {
        Some("COPY_CODE") if button["supported_apps"].is_null() => Ok(()),
        Some("COPY_CODE") if button["supported_apps"].as_array().is_some_and(Vec::is_empty) => Ok(()),
        Some("COPY_CODE") => apps(button),
        Some("ONE_TAP") => apps(button),
        Some("ZERO_TAP") => {
            if button["zero_tap_terms_accepted"] != true {
                return Err(refused("ZERO_TAP needs zero_tap_terms_accepted to be true."));
            }
            apps(button)
        }
        _ => Err(Refusal::NotOneOf { field: place.at("otp_type"), known: vec!["COPY_CODE", "ONE_TAP", "ZERO_TAP"] }),
    }
}

fn apps(button: &Value) -> Result<(), Refusal> {
    let apps = button["supported_apps"].as_array().map(Vec::as_slice).unwrap_or_default();
    if !(1..=5).contains(&apps.len()) {
        return Err(refused("supported_apps must name 1 to 5 apps."));
    }
    for app in apps {
        let package = app["package_name"].as_str().unwrap_or_default();
        let segment = |s: &str| {
            s.bytes().next().is_some_and(|b| b.is_ascii_alphabetic())
                && s.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        };
        if package.len() > 224 || package.split('.').count() < 2 || !package.split('.').all(segment) {
            return Err(refused("package_name must be an Android package such as com.example.app."));
        }
        let hash = app["signature_hash"].as_str().unwrap_or_default();
        let good = |b: u8| b.is_ascii_alphanumeric() || b"+/=".contains(&b);
        if hash.len() != 11 || !hash.bytes().all(good) {
            return Err(refused("signature_hash must have 11 characters of A-Z, a-z, 0-9, +, / and =."));
        }
    }
    Ok(())
}
