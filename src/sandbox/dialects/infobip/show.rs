//! A template as Infobip shows it: samples are gone, generated texts stand in the place of what was asked for, statuses and
//! times are in its own words (official samples of OpenAPI 3.210.0).
//!
//! Must not change anything.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

use crate::sandbox::rules::account::Template;

type Object = Map<String, Value>;

/// Where the node keeps what is Infobip's own.
pub(super) const OWN: &str = "infobip";

/// The template; a seed as it came, with today's status and category.
pub(super) fn template(template: &Template, waba: &str, now: Timestamp) -> Value {
    let status = status(template);
    if let Some(seed) = &template.verbatim {
        let mut shown = seed.clone();
        shown.insert("id".to_owned(), template.id().into());
        shown.insert("category".to_owned(), template.category().into());
        // A seed that is in its second pause stays in it.
        let same =
            seed.get("status").and_then(Value::as_str).is_some_and(|seeded| metas_status(seeded) == template.status());
        if !same {
            shown.insert("status".to_owned(), status.into());
        }
        if !has_ttl(template) {
            shown.shift_remove("validityPeriod");
        }
        return Value::Object(shown);
    }
    let own = |field: &str| template.node.get(OWN).and_then(|own| own.get(field)).cloned();
    let changed = template.node.get("last_updated_time").and_then(Value::as_i64);
    let changed = changed.and_then(|seconds| Timestamp::from_second(seconds).ok()).unwrap_or(now);
    let mut out = json!({
        "id": template.id(),
        "businessAccountId": waba.parse::<i64>().unwrap_or_default(),
        "name": template.name(),
        "language": template.language(),
        "status": status,
        "category": template.category(),
        "structure": structure(template, own("shorteningOptions")),
        "quality": quality(template),
        "createdAt": own("createdAt").unwrap_or_else(|| time(changed).into()),
        "lastUpdatedAt": time(changed),
    });
    if let Some(platform) = own("platform") {
        out["platform"] = platform;
    }
    if template.text("sub_category") == "ORDER_STATUS" {
        out["subCategory"] = "ORDER_STATUS".into();
    }
    if let Some(period) = own("validityPeriod").filter(|_| has_ttl(template)) {
        out["validityPeriod"] = period;
    }
    out
}

/// Whether the template still has its time to live, which a move to another category takes away.
fn has_ttl(template: &Template) -> bool {
    template.node.contains_key("message_send_ttl_seconds")
}

/// Pauses are counted, the others are Meta's.
fn status(template: &Template) -> &str {
    match (template.status(), template.pauses) {
        ("PAUSED", 0 | 1) => "FIRST_PAUSED",
        ("PAUSED", _) => "SECOND_PAUSED",
        (other, _) => other,
    }
}

/// Meta's word for a status.
pub(super) fn metas_status(shown: &str) -> &str {
    match shown {
        "FIRST_PAUSED" | "SECOND_PAUSED" => "PAUSED",
        other => other,
    }
}

fn quality(template: &Template) -> &'static str {
    match template.node.get("quality_score").and_then(|quality| quality["score"].as_str()) {
        Some("GREEN") => "HIGH",
        Some("YELLOW") => "MEDIUM",
        Some("RED") => "LOW",
        _ => "UNKNOWN",
    }
}

/// `2024-01-01T00:00:00.000+0000`.
pub(super) fn time(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H:%M:%S.%3N%z").to_string()
}

fn structure(template: &Template, shortening: Option<Value>) -> Value {
    let components = template.node.get("components").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut out = parts(components, template.category() == "AUTHENTICATION");
    out.extend(shortening.map(|options| ("shorteningOptions".to_owned(), options)));
    let plain = out.len() == 1 && out.contains_key("body");
    out.insert("type".to_owned(), if plain { "TEXT" } else { "MEDIA" }.into());
    Value::Object(out)
}

fn parts(components: &[Value], generated: bool) -> Object {
    let mut out = Object::new();
    for component in components {
        let text = &component["text"];
        match component["type"].as_str().unwrap_or_default() {
            "HEADER" => {
                let mut header = json!({ "format": component["format"] });
                if text.is_string() {
                    header["text"] = text.clone();
                }
                out.insert("header".to_owned(), header);
            }
            "BODY" => {
                let mut body = json!({ "text": text });
                // Shown in the samples of generated texts alone.
                if generated && let Some(row) = component["example"]["body_text"].get(0) {
                    body["examples"] = row.clone();
                }
                out.insert("body".to_owned(), body);
            }
            "FOOTER" if text.is_string() => drop(out.insert("footer".to_owned(), json!({ "text": text }))),
            "BUTTONS" => drop(out.insert("buttons".to_owned(), buttons(component).into())),
            "CAROUSEL" => {
                let card =
                    |card: &Value| parts(card["components"].as_array().map(Vec::as_slice).unwrap_or_default(), false);
                let cards: Vec<Object> = component["cards"].as_array().into_iter().flatten().map(card).collect();
                out.insert("carousel".to_owned(), json!({ "cards": cards }));
            }
            "LIMITED_TIME_OFFER" => {
                let offer = &component["limited_time_offer"];
                let expires = offer["has_expiration"].as_bool().unwrap_or_default();
                out.insert("limitedTimeOffer".to_owned(), json!({ "text": offer["text"], "hasExpiration": expires }));
            }
            "CALL_PERMISSION_REQUEST" => drop(out.insert("callPermissionRequest".to_owned(), json!({}))),
            _ => {}
        }
    }
    out
}

fn buttons(component: &Value) -> Vec<Value> {
    component["buttons"].as_array().into_iter().flatten().map(button).collect()
}

fn button(kept: &Value) -> Value {
    let text = &kept["text"];
    match kept["type"].as_str().unwrap_or_default() {
        "URL" => json!({ "type": "URL", "text": text, "url": address(kept["url"].as_str().unwrap_or_default()) }),
        "PHONE_NUMBER" => json!({ "type": "PHONE_NUMBER", "text": text, "phoneNumber": kept["phone_number"] }),
        // Its sample comes back, although the schema says that it does not.
        "COPY_CODE" => json!({ "type": "COPY_CODE", "text": text, "example": kept["example"].get(0) }),
        "FLOW" => {
            let mut out =
                json!({ "type": "FLOW", "text": text, "flowId": kept["flow_id"], "flowAction": kept["flow_action"] });
            if let Some(screen) = kept.get("navigate_screen") {
                out["navigateScreen"] = screen.clone();
            }
            out
        }
        "MPM" => json!({ "type": "MULTI_PRODUCT", "text": text }),
        "ORDER_DETAILS" => json!({ "type": "ORDER_DETAILS", "variant": kept["variant"] }),
        "REQUEST_CONTACT_INFO" => json!({ "type": "REQUEST_CONTACT_INFO", "text": "Share Contact Info" }),
        other => json!({ "type": other, "text": text }),
    }
}

/// The address of a one-time code as the official samples have it: four w's, no minutes and no apps. Others are what they are.
fn address(url: &str) -> String {
    let Some(query) = url.strip_prefix("https://www.whatsapp.com/otp/code/?") else { return url.to_owned() };
    let hidden = ["code_expiration_minutes=", "package_name=", "signature_hash="];
    let kept: Vec<&str> = query.split('&').filter(|pair| !hidden.iter().any(|field| pair.starts_with(field))).collect();
    format!("https://wwww.whatsapp.com/otp/code/?{}", kept.join("&"))
}

/// What the store keeps of a template that is seeded as it is shown: a node in Meta's form, as far as reviews look at it.
pub(super) fn node(shown: &Object) -> Object {
    let text = |field: &str| shown.get(field).and_then(Value::as_str);
    let mut node = Object::new();
    for field in ["id", "name", "language", "category"] {
        node.extend(shown.get(field).map(|value| (field.to_owned(), value.clone())));
    }
    node.extend(text("subCategory").map(|word| ("sub_category".to_owned(), word.into())));
    node.extend(text("status").map(|status| ("status".to_owned(), metas_status(status).into())));
    if let Some(period) = shown.get("validityPeriod").filter(|period| !period.is_null()) {
        let amount = period["amount"].as_i64().unwrap_or_default();
        let factor = if period["timeUnit"] == "SECONDS" { 1 } else { 60 };
        node.insert("message_send_ttl_seconds".to_owned(), amount.saturating_mul(factor).into());
    }
    let part = |part: &str| {
        let value = shown.get("structure")?.get(part)?;
        let text = value.get("text").or(Some(value))?.as_str()?;
        Some(json!({ "type": part.to_ascii_uppercase(), "text": text }))
    };
    let components: Vec<Value> = ["body", "footer"].into_iter().filter_map(part).collect();
    node.insert("components".to_owned(), components.into());
    node
}
