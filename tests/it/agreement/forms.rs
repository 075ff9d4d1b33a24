//! A create body as a person would write it: the provider's JSON word for word, or the parts of a family.

use serde_json::{Map, Value, json};

/// A family whose language holds the components as they are.
pub(super) fn verbatim(body: &Value) -> Option<String> {
    let components = body.get("components").filter(|list| list.is_array())?;
    Some(family(body, &json!({ "components": components })))
}

/// A family in parts; `None` where parts cannot say the same.
pub(super) fn parts(body: &Value) -> Option<String> {
    if body.get("components").is_none() {
        return Some(family(body, &json!({ "body": null })));
    }
    let mut all = Map::new();
    for component in body.get("components")?.as_array()? {
        let kind = component.get("type")?.as_str()?.to_ascii_lowercase();
        let part = match kind.as_str() {
            // Parts have no word for a preset body without the flag but that the flag is off.
            "body" if body["category"] == "AUTHENTICATION" && component.as_object()?.len() == 1 => {
                json!({ "add_security_recommendation": false })
            }
            "header" => header(component)?,
            "body" => text(component, "add_security_recommendation", "body_text")?,
            "footer" => text(component, "code_expiration_minutes", "")?,
            "buttons" => only(component, &["type", "buttons"])?.get("buttons")?.clone(),
            "carousel" => {
                let cards = only(component, &["type", "cards"])?.get("cards")?.as_array()?;
                json!({ "cards": cards.iter().map(card).collect::<Option<Vec<_>>>()? })
            }
            "limited_time_offer" => {
                only(component, &["type", "limited_time_offer"])?.get("limited_time_offer")?.clone()
            }
            "call_permission_request" => {
                only(component, &["type"])?;
                json!({})
            }
            _ => return None,
        };
        if all.insert(kind, part).is_some() {
            return None;
        }
    }
    // A part that is empty is an error of the file form of its own.
    all.values().all(|part| !part.is_null()).then(|| family(body, &Value::Object(all)))
}

fn family(body: &Value, content: &Value) -> String {
    let mut out = Map::new();
    for (key, value) in body.as_object().into_iter().flatten() {
        if !matches!(key.as_str(), "language" | "components") {
            out.insert(key.clone(), value.clone());
        }
    }
    let language = body["language"].as_str().unwrap_or_default();
    out.insert("languages".to_owned(), json!({ language: content }));
    ascii(&Value::Object(out).to_string())
}

/// JSON is YAML; characters that a YAML reader might fold are escaped.
fn ascii(json: &str) -> String {
    json.chars()
        .map(|c| match u32::from(c) {
            code if c.is_ascii() => {
                debug_assert!(code < 0x80);
                c.to_string()
            }
            code if code <= 0xffff => format!("\\u{code:04x}"),
            code => format!("\\U{code:08x}"),
        })
        .collect()
}

/// The fields of a component that has no others.
fn only<'a>(component: &'a Value, keys: &[&str]) -> Option<&'a Map<String, Value>> {
    component.as_object().filter(|fields| fields.keys().all(|key| keys.contains(&key.as_str())))
}

fn header(component: &Value) -> Option<Value> {
    let fields = only(component, &["type", "format", "text", "example"])?;
    let mut out = fields.clone();
    out.shift_remove("type");
    if let Some(example) = fields.get("example") {
        let given = match example.get("header_handle") {
            Some(Value::Array(handles)) if handles.len() == 1 => handles[0].clone(),
            Some(_) => return None,
            None => samples(example, "header_text")?,
        };
        out.insert("example".to_owned(), given);
    }
    Some(Value::Object(out))
}

fn text(component: &Value, other: &str, samples_of: &str) -> Option<Value> {
    let fields = only(component, &["type", "text", "example", other])?;
    let mut out = fields.clone();
    out.shift_remove("type");
    if let Some(example) = fields.get("example") {
        out.insert("example".to_owned(), samples(example, samples_of)?);
    }
    Some(Value::Object(out))
}

/// Samples as a list, or by name.
fn samples(example: &Value, key: &str) -> Option<Value> {
    let named = format!("{key}_named_params");
    let fields = only(example, &[key, &named])?;
    match (fields.get(key), fields.get(&named)) {
        // Several rows of samples have no form in parts.
        (Some(Value::Array(rows)), None) if rows.len() > 1 && rows.iter().any(Value::is_array) => None,
        (Some(list), None) => Some(list.clone()),
        (None, Some(Value::Array(list))) => {
            let mut by_name = Map::new();
            for one in list {
                by_name.insert(one.get("param_name")?.as_str()?.to_owned(), one.get("example")?.clone());
            }
            (by_name.len() == list.len()).then_some(Value::Object(by_name))
        }
        _ => None,
    }
}

fn card(card: &Value) -> Option<Value> {
    let mut out = Map::new();
    for component in only(card, &["components"])?.get("components")?.as_array()? {
        let (key, part) = match component.get("type")?.as_str()?.to_ascii_uppercase().as_str() {
            "HEADER" => ("header", header(component)?),
            "BODY" => ("body", text(component, "", "body_text")?),
            "BUTTONS" => ("buttons", only(component, &["type", "buttons"])?.get("buttons")?.clone()),
            _ => return None,
        };
        if out.insert(key.to_owned(), part).is_some() {
            return None;
        }
    }
    Some(Value::Object(out))
}
