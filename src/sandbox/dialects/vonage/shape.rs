//! Bodies of creates and edits: the documented shape (OpenAPI 1.4.0), and Meta's body that becomes of it.
//!
//! Fields that no schema has are refused as Meta refuses stray ones, but for `example` of a dynamic URL and `header_text`,
//! which public clients send (2026-07). Must not judge content; the shared rules of an account do.

use serde_json::{Map, Value, json};

use super::problem::Problem;

type Object = Map<String, Value>;
type Checked<T> = Result<T, Problem>;

const CATEGORIES: [&str; 3] = ["UTILITY", "AUTHENTICATION", "MARKETING"];
const COMPONENTS: [&str; 4] = ["HEADER", "BODY", "FOOTER", "BUTTONS"];
const FORMATS: [&str; 4] = ["TEXT", "IMAGE", "DOCUMENT", "VIDEO"];
const BUTTONS: [&str; 4] = ["QUICK_REPLY", "URL", "PHONE_NUMBER", "OTP"];
const OTP_TYPES: [&str; 2] = ["COPY_CODE", "ONE_TAP"];

/// Checks a body, and gives the one that Meta would be sent.
pub(super) fn metas_body(body: &Object) -> Checked<Object> {
    const KNOWN: [&str; 5] = ["name", "language", "category", "allow_category_change", "components"];
    if let Some(stray) = body.keys().find(|key| !KNOWN.contains(&key.as_str())) {
        return Err(Problem::invalid(format!("(#100) Unexpected parameter {stray}.")));
    }
    if body.get("allow_category_change").is_some_and(|allow| !allow.is_boolean()) {
        return Err(Problem::invalid("(#100) Param allow_category_change must be a boolean."));
    }
    for field in ["name", "language", "category"] {
        let text = body.get(field).and_then(Value::as_str).unwrap_or_default();
        if text.is_empty() {
            return Err(Problem::invalid(format!("(#100) The parameter {field} is required.")));
        }
    }
    one_of(body.get("category"), "category", &CATEGORIES)?;
    let list = body.get("components").and_then(Value::as_array);
    let list = list.ok_or_else(|| Problem::invalid("(#100) The parameter components is required."))?;
    let components = list.iter().enumerate().map(|(at, one)| component(one, at)).collect::<Checked<Vec<_>>>()?;
    let mut out = Object::new();
    for field in ["name", "language", "category"] {
        out.extend(body.get(field).map(|value| (field.to_owned(), value.clone())));
    }
    out.insert("components".into(), components.into());
    Ok(out)
}

fn one_of<'a>(value: Option<&'a Value>, what: &str, known: &[&str]) -> Checked<&'a str> {
    value.and_then(Value::as_str).filter(|text| known.contains(text)).ok_or_else(|| {
        let known = known.join(", ");
        Problem::invalid(format!("(#100) Param {what} must be one of {{{known}}}."))
    })
}

fn object<'a>(value: &'a Value, what: &str) -> Checked<&'a Object> {
    value.as_object().ok_or_else(|| Problem::invalid(format!("(#100) Param {what} must be an object.")))
}

/// Refuses fields that do not belong there (Meta's words, OpenAPI 1.4.0).
fn no_strays(fields: &Object, kind: &str, known: &[&str]) -> Checked<()> {
    let strays: Vec<&str> = fields.keys().map(String::as_str).filter(|key| !known.contains(key)).collect();
    if strays.is_empty() {
        return Ok(());
    }
    Err(Problem::refused(
        "Message template \"components\" param contains unexpected field(s)",
        format!("component of type {kind} has unexpected field(s) ({}).", strays.join(", ")),
    ))
}

fn component(value: &Value, at: usize) -> Checked<Value> {
    let place = format!("components[{at}]");
    let fields = object(value, &place)?;
    let kind = one_of(fields.get("type"), &format!("{place}['type']"), &COMPONENTS)?;
    let known: &[&str] = match kind {
        "BUTTONS" => &["type", "format", "buttons"],
        "FOOTER" => &["type", "format", "text"],
        _ => &["type", "format", "text", "example"],
    };
    no_strays(fields, kind, known)?;
    let mut out = fields.clone();
    let format = format!("{place}['format']");
    if kind == "HEADER" {
        one_of(fields.get("format"), &format, &FORMATS)?;
    } else {
        // Asked for by the schema, and left out by public clients without harm (2026-07).
        if fields.contains_key("format") {
            one_of(fields.get("format"), &format, &["TEXT"])?;
        }
        out.shift_remove("format");
    }
    if let Some(sent) = fields.get("example") {
        out.insert("example".into(), example(object(sent, &format!("{place}['example']"))?, kind)?);
    }
    if let Some(buttons) = fields.get("buttons") {
        let list = buttons.as_array();
        let list =
            list.ok_or_else(|| Problem::invalid(format!("(#100) Param {place}['buttons'] must be an array.")))?;
        let kept = list.iter().enumerate().map(|(i, one)| button(one, &format!("{place}['buttons'][{i}]")));
        out.insert("buttons".into(), kept.collect::<Checked<Vec<_>>>()?.into());
    }
    Ok(Value::Object(out))
}

fn example(sent: &Object, kind: &str) -> Checked<Value> {
    let known: &[&str] = if kind == "HEADER" { &["header_handle", "header_text"] } else { &["body_text"] };
    no_strays(sent, kind, known)?;
    let texts = |value: &Value| value.as_array().is_some_and(|list| list.iter().all(Value::is_string));
    let mut out = sent.clone();
    if let Some(rows) = sent.get("body_text")
        && !rows.as_array().is_some_and(|rows| rows.iter().all(texts))
    {
        return Err(Problem::invalid("(#100) Param body_text must be an array of arrays of strings."));
    }
    if let Some(row) = sent.get("header_text")
        && !texts(row)
    {
        return Err(Problem::invalid("(#100) Param header_text must be an array of strings."));
    }
    // A text in the document, a list of one at Meta.
    match sent.get("header_handle") {
        None => {}
        Some(Value::String(handle)) => drop(out.insert("header_handle".into(), json!([handle]))),
        Some(list) if texts(list) => {}
        Some(_) => return Err(Problem::invalid("(#100) Param header_handle must be a string.")),
    }
    Ok(Value::Object(out))
}

fn button(value: &Value, place: &str) -> Checked<Value> {
    let fields = object(value, place)?;
    let kind = one_of(fields.get("type"), &format!("{place}['type']"), &BUTTONS)?;
    let known: &[&str] = match kind {
        "URL" => &["type", "text", "url", "example"],
        "PHONE_NUMBER" => &["type", "text", "phone_number"],
        "OTP" => &["type", "text", "otp_type", "autofill_text", "package_name", "signature_hash"],
        _ => &["type", "text"],
    };
    no_strays(fields, &format!("BUTTONS, {kind},"), known)?;
    if let Some((field, _)) = fields.iter().find(|(field, value)| *field != "example" && !value.is_string()) {
        return Err(Problem::invalid(format!("(#100) Param {place}['{field}'] must be a string.")));
    }
    if kind != "OTP" {
        return Ok(value.clone());
    }
    let otp_type = one_of(fields.get("otp_type"), &format!("{place}['otp_type']"), &OTP_TYPES)?;
    let mut out = fields.clone();
    if otp_type == "ONE_TAP" {
        for field in ["autofill_text", "package_name", "signature_hash"] {
            if !fields.contains_key(field) {
                return Err(Problem::invalid(format!("(#100) The parameter {place}['{field}'] is required.")));
            }
        }
    }
    // Meta takes apps in a list (changelog, 2024-10-02).
    if let (Some(package_name), Some(signature_hash)) =
        (out.shift_remove("package_name"), out.shift_remove("signature_hash"))
    {
        let app = json!({ "package_name": package_name, "signature_hash": signature_hash });
        out.insert("supported_apps".into(), json!([app]));
    }
    Ok(Value::Object(out))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(components: &Value) -> Checked<Value> {
        let body = json!({ "name": "a", "language": "en", "category": "UTILITY", "components": components });
        metas_body(body.as_object().unwrap()).map(|body| body["components"].clone())
    }

    #[test]
    fn the_documented_shape_becomes_metas() {
        let sent = json!([
            { "type": "HEADER", "format": "IMAGE", "example": { "header_handle": "h:3" } },
            { "type": "BODY", "format": "TEXT", "text": "{{1}}", "example": { "body_text": [["x"]] } },
            { "type": "BUTTONS", "buttons": [{ "type": "OTP", "otp_type": "ONE_TAP", "autofill_text": "Fill",
                "package_name": "example.fernweh", "signature_hash": "K8a/AINcGX7" }] }]);
        let metas = json!([
            { "type": "HEADER", "format": "IMAGE", "example": { "header_handle": ["h:3"] } },
            { "type": "BODY", "text": "{{1}}", "example": { "body_text": [["x"]] } },
            { "type": "BUTTONS", "buttons": [{ "type": "OTP", "otp_type": "ONE_TAP", "autofill_text": "Fill",
                "supported_apps": [{ "package_name": "example.fernweh", "signature_hash": "K8a/AINcGX7" }] }] }]);
        assert_eq!(checked(&sent).unwrap(), metas);
    }

    #[test]
    fn anything_else_is_refused() {
        for (sent, says) in [
            (json!([{ "type": "BUTTONS", "text": "x", "buttons": [] }]), "BUTTONS has unexpected field(s) (text)"),
            (json!([{ "type": "BODY", "text": "x", "buttons": [] }]), "BODY has unexpected field(s) (buttons)"),
            (json!([{ "type": "BODY", "text": "x", "add_security_recommendation": true }]), "unexpected field(s)"),
            (json!([{ "type": "HEADER", "text": "x" }]), "components[0]['format']"),
            (json!([{ "type": "HEADER", "format": "LOCATION" }]), "components[0]['format']"),
            (json!([{ "type": "CAROUSEL", "cards": [] }]), "components[0]['type']"),
            (json!([{ "type": "BODY", "text": "x", "example": { "body_text": "[['x']]" } }]), "body_text"),
            (json!([{ "type": "BUTTONS", "buttons": [{ "type": "FLOW", "text": "x" }] }]), "['buttons'][0]['type']"),
            (json!([{ "type": "BUTTONS", "buttons": [{ "type": "OTP", "otp_type": "ZERO_TAP" }] }]), "otp_type"),
            (json!([{ "type": "BUTTONS", "buttons": [{ "type": "OTP", "otp_type": "ONE_TAP" }] }]), "autofill_text"),
            (json!([5]), "must be an object"),
            (json!({}), "components is required"),
        ] {
            let problem = checked(&sent).unwrap_err();
            assert!(problem.detail.contains(says), "{sent}: {problem:?}");
            assert_eq!(problem.status, 422);
        }
    }

    #[test]
    fn the_head_is_checked_too() {
        let good = json!({ "name": "a", "language": "en", "category": "UTILITY", "components": [] });
        for (field, value, says) in [
            ("category", json!("TRANSACTIONAL"), "must be one of {UTILITY, AUTHENTICATION, MARKETING}."),
            ("category", json!(null), "category is required"),
            ("name", json!(""), "name is required"),
            ("parameter_format", json!("POSITIONAL"), "Unexpected parameter parameter_format"),
            ("allow_category_change", json!("yes"), "must be a boolean"),
        ] {
            let mut body = good.clone();
            body[field] = value;
            let problem = metas_body(body.as_object().unwrap()).unwrap_err();
            assert!(problem.detail.contains(says), "{problem:?}");
        }
    }
}
