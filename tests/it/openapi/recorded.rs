//! Recorded traffic as a document: the paths, methods and bodies that were seen, and nothing else.
//!
//! What a recording cannot tell (what else may be sent, what has to be) comes from the facts, as patches.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// The operations that were recorded at a host, as an OpenAPI document.
pub(super) fn document(recording: &Value, host: &str) -> Value {
    let mut bodies: BTreeMap<(String, String), Vec<Value>> = BTreeMap::new();
    for exchange in recording.as_array().unwrap() {
        let request = &exchange["request"];
        let url = url::Url::parse(request["uri"].as_str().unwrap()).unwrap();
        if url.host_str() == Some(host) {
            let method = request["method"].as_str().unwrap().to_ascii_lowercase();
            let seen = bodies.entry((template(url.path()), method)).or_default();
            seen.extend(Some(&request["body"]).filter(|body| !body.is_null()).cloned());
        }
    }
    let mut paths = Map::new();
    for ((path, method), bodies) in bodies {
        let parameters = names(&path)
            .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }));
        let mut operation = json!({ "parameters": parameters.collect::<Vec<_>>() });
        if !bodies.is_empty() {
            let schema = shape(&bodies.iter().collect::<Vec<_>>());
            operation["requestBody"] =
                json!({ "required": true, "content": { "application/json": { "schema": schema } } });
        }
        paths.entry(path).or_insert_with(|| json!({}))[method] = operation;
    }
    json!({ "paths": paths })
}

/// Ids were replaced by words in capitals when the traffic was recorded: the parameters of the path.
fn template(path: &str) -> String {
    let word = |segment: &str| segment.contains('_') && segment.chars().all(|c| c.is_ascii_uppercase() || c == '_');
    let part = |segment: &str| if word(segment) { format!("{{{segment}}}") } else { segment.to_owned() };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

fn names(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
}

/// The schema of what all of them have in common: types, properties and items, as far as they were seen.
fn shape(values: &[&Value]) -> Value {
    let mut kinds: Vec<_> = values.iter().map(|value| kind(value)).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let mut schema = Map::new();
    schema.insert("type".to_owned(), if let [kind] = kinds.as_slice() { json!(kind) } else { json!(kinds) });
    let mut members: BTreeMap<&String, Vec<&Value>> = BTreeMap::new();
    for (name, value) in values.iter().filter_map(|value| value.as_object()).flatten() {
        members.entry(name).or_default().push(value);
    }
    if !members.is_empty() {
        let properties: Map<_, _> = members.into_iter().map(|(name, seen)| (name.clone(), shape(&seen))).collect();
        schema.insert("properties".to_owned(), properties.into());
    }
    let items: Vec<_> = values.iter().filter_map(|value| value.as_array()).flatten().collect();
    if !items.is_empty() {
        schema.insert("items".to_owned(), shape(&items));
    }
    schema.into()
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_what_was_seen() {
        let exchange =
            |method: &str, url: &str, body: Value| json!({"request": {"method": method, "uri": url, "body": body}});
        let recording = json!([
            exchange("GET", "https://a.example/v1/SOME_ID/pets", Value::Null),
            exchange("POST", "https://a.example/v1/SOME_ID/pets", json!({"name": "x", "legs": [{"n": 1}]})),
            exchange("POST", "https://a.example/v1/SOME_ID/pets", json!({"name": null, "legs": [{"m": true}]})),
            exchange("GET", "https://b.example/other", Value::Null),
        ]);
        let document = document(&recording, "a.example");
        assert_eq!(document["paths"].as_object().unwrap().keys().collect::<Vec<_>>(), ["/v1/{SOME_ID}/pets"]);
        let pets = &document["paths"]["/v1/{SOME_ID}/pets"];
        assert!(pets["get"].get("requestBody").is_none());
        let schema = &pets["post"]["requestBody"]["content"]["application/json"]["schema"];
        assert_eq!(schema["properties"]["name"]["type"], json!(["null", "string"]));
        let leg = json!({"type": "object", "properties": {"m": {"type": "boolean"}, "n": {"type": "number"}}});
        assert_eq!(schema["properties"]["legs"], json!({"type": "array", "items": leg}));
    }
}
