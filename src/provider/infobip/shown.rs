//! Infobip's `structure` → Meta's component JSON, which the shared reader turns into content.
//!
//! Total: what is of another shape than documented (OpenAPI 3.210.0) goes over as it came, so the shared reader keeps it as
//! something that it does not model, and an edit that would have to write it is refused. Names nothing as unreadable: see
//! `wire`.

use serde_json::{Map, Value, json};

type Object = Map<String, Value>;

/// What an ORDER_DETAILS button says where the account does not show it, as it never does (samples of OpenAPI 3.210.0).
/// The label is Meta's; Infobip is never sent one.
const ORDER_LABEL: &str = "Review and Pay";

/// What a structure holds.
#[derive(Debug, Default)]
pub(super) struct Shown {
    /// Meta's components.
    pub(super) components: Vec<Value>,
    /// `shorteningOptions`, as it came.
    pub(super) shortening: Option<Value>,
}

/// Reads a structure.
pub(super) fn structure(value: &Value) -> Shown {
    let Some(structure) = value.as_object() else {
        return Shown { components: vec![kept("structure", value)], shortening: None };
    };
    let mut out = Shown::default();
    for (part, value) in structure.iter().filter(|(_, value)| !value.is_null()) {
        let component = match part.as_str() {
            "header" | "body" | "footer" | "buttons" | "carousel" | "limitedTimeOffer" if is_empty(value) => continue,
            "header" => header(value),
            "body" => body(value),
            "footer" => footer(value),
            "buttons" => value.as_array().map(|list| json!({ "type": "BUTTONS", "buttons": buttons(list) })),
            "carousel" => carousel(value),
            "limitedTimeOffer" => offer(value),
            // Its presence is all.
            "callPermissionRequest" => value.as_object().map(|object| typed("call_permission_request", object.clone())),
            "shorteningOptions" => {
                out.shortening = Some(value.clone());
                continue;
            }
            "type" if matches!(value.as_str(), Some("TEXT" | "MEDIA")) => continue,
            // `UNSUPPORTED`: there is more in it than is shown.
            "type" => Some(json!({ "type": value })),
            _ => None,
        };
        out.components.push(component.unwrap_or_else(|| kept(part, value)));
    }
    out
}

/// A part that is not as documented, in a form that no component has.
fn kept(part: &str, value: &Value) -> Value {
    json!({ "type": format!("structure.{part}"), "value": value })
}

/// A part without anything in it: the footer of a generated body is sent so.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Object(object) => object.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// An object with its `type` in front.
fn typed(kind: &str, rest: Object) -> Value {
    let head = [("type".to_owned(), Value::from(kind))];
    Value::Object(head.into_iter().chain(rest.into_iter().filter(|(key, _)| key != "type")).collect())
}

/// Gives fields Meta's names. Where a field of that name is there already, both stay as they are.
fn rename(object: &mut Object, names: &[(&str, &str)]) {
    for (ours, metas) in names {
        if !object.contains_key(*metas)
            && let Some(value) = object.shift_remove(*ours)
        {
            object.insert((*metas).to_owned(), value);
        }
    }
}

fn header(value: &Value) -> Option<Value> {
    let mut object = value.as_object()?.clone();
    let field = match object.get("format").and_then(Value::as_str) {
        Some(format) if format.eq_ignore_ascii_case("TEXT") => "header_text",
        None => "header_text",
        Some(_) => "header_handle",
    };
    if let Some(example) = object.get("example").and_then(Value::as_str).map(str::to_owned) {
        object.insert("example".to_owned(), json!({ field: [example] }));
    }
    Some(typed("HEADER", object))
}

/// `{text, examples}`; a bare text in the deprecated form; `{addSecurityRecommendation}` as it is sent.
fn body(value: &Value) -> Option<Value> {
    let mut object = match value {
        Value::String(text) => Object::from_iter([("text".to_owned(), text.as_str().into())]),
        value => value.as_object()?.clone(),
    };
    rename(&mut object, &[("addSecurityRecommendation", "add_security_recommendation")]);
    let row = object.get("examples").and_then(Value::as_array).filter(|list| list.iter().all(Value::is_string));
    if let Some(row) = row.cloned() {
        object.shift_remove("examples");
        if !row.is_empty() {
            object.insert("example".to_owned(), json!({ "body_text": [row] }));
        }
    }
    Some(typed("BODY", object))
}

fn footer(value: &Value) -> Option<Value> {
    let mut object = match value {
        Value::String(text) => Object::from_iter([("text".to_owned(), text.as_str().into())]),
        value => value.as_object()?.clone(),
    };
    rename(&mut object, &[("codeExpirationMinutes", "code_expiration_minutes")]);
    Some(typed("FOOTER", object))
}

fn carousel(value: &Value) -> Option<Value> {
    let mut object = value.as_object()?.clone();
    let cards = object.get("cards").and_then(Value::as_array)?.iter().map(card).collect::<Option<Vec<Value>>>()?;
    object.insert("cards".to_owned(), cards.into());
    Some(typed("CAROUSEL", object))
}

fn card(value: &Value) -> Option<Value> {
    let mut object = value.as_object()?.clone();
    let mut components = Vec::new();
    for part in ["header", "body", "buttons"] {
        let Some(value) = object.shift_remove(part).filter(|value| !value.is_null() && !is_empty(value)) else {
            continue;
        };
        let component = match part {
            "header" => header(&value),
            "body" => body(&value),
            _ => value.as_array().map(|list| json!({ "type": "BUTTONS", "buttons": buttons(list) })),
        };
        components.push(component.unwrap_or_else(|| kept(part, &value)));
    }
    object.insert("components".to_owned(), components.into());
    Some(Value::Object(object))
}

fn offer(value: &Value) -> Option<Value> {
    let mut object = value.as_object()?.clone();
    rename(&mut object, &[("hasExpiration", "has_expiration")]);
    Some(json!({ "type": "LIMITED_TIME_OFFER", "limited_time_offer": object }))
}

fn buttons(list: &[Value]) -> Vec<Value> {
    list.iter()
        .map(|button| button.as_object().map_or_else(|| button.clone(), |object| Value::Object(one(object))))
        .collect()
}

fn one(button: &Object) -> Object {
    let mut out = button.clone();
    let kind = button.get("type").and_then(Value::as_str).unwrap_or_default().to_ascii_uppercase();
    let name = |out: &mut Object, name: &str| drop(out.insert("type".to_owned(), name.into()));
    match kind.as_str() {
        // As it is sent; nobody saw it come back like this.
        "" if button.contains_key("otpType") => {
            name(&mut out, "OTP");
            rename(&mut out, &[("otpType", "otp_type"), ("autofillText", "autofill_text")]);
            rename(&mut out, &[("packageName", "package_name"), ("signatureHash", "signature_hash")]);
        }
        "PHONE_NUMBER" => rename(&mut out, &[("phoneNumber", "phone_number")]),
        "URL" => address(&mut out),
        "FLOW" => {
            let fields = [("flowId", "flow_id"), ("flowAction", "flow_action"), ("navigateScreen", "navigate_screen")];
            rename(&mut out, &fields);
        }
        "MULTI_PRODUCT" => name(&mut out, "MPM"),
        "VOICE_CALL" => rename(&mut out, &[("callValidityPeriod", "ttl_minutes")]),
        "ORDER_DETAILS" if !button.contains_key("text") => drop(out.insert("text".to_owned(), ORDER_LABEL.into())),
        _ => {}
    }
    out
}

/// Where a URL button leads. Behind a custom domain (`shorteningOptions`) that is `destinationUrl`, which is only shown then;
/// `wwww` is the host of one-time codes in the official samples, which four w's can only be by mistake.
fn address(button: &mut Object) {
    if button.get("destinationUrl").is_some_and(Value::is_string)
        && let Some(destination) = button.shift_remove("destinationUrl")
    {
        button.insert("url".to_owned(), destination);
    }
    let code = button
        .get("url")
        .and_then(Value::as_str)
        .and_then(|url| url.strip_prefix("https://wwww.whatsapp.com/otp/code"));
    if let Some(rest) = code.map(|rest| format!("https://www.whatsapp.com/otp/code{rest}")) {
        button.insert("url".to_owned(), rest.into());
    }
}
