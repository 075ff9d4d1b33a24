//! Parameters of a request, from its query and its body.
//!
//! Graph takes them from a JSON body, a form body or the query alike; DELETE reads the query only. Must not know
//! which parameters an endpoint has.

use serde_json::{Map, Value};

use crate::sandbox::dialects::wire::Call;

/// Parameters by name. A name with `[]` stands for a list.
#[derive(Clone, Debug, Default)]
pub(crate) struct Params {
    query: Vec<(String, String)>,
    /// The JSON body, when it is an object.
    pub(crate) body: Map<String, Value>,
    /// Whether there was a body that is no JSON object.
    pub(crate) malformed: bool,
}

impl Params {
    /// Reads them.
    pub(crate) fn parse(call: &Call) -> Self {
        let query = url::form_urlencoded::parse(call.query.as_bytes()).into_owned().collect();
        let mut params = Self { query, ..Self::default() };
        let is_upload = call.path.contains("/upload:") || call.path.contains("/upload%3A");
        if call.method != "POST" || call.body.is_empty() || is_upload {
            return params;
        }
        let form = call.content_type.as_deref().is_some_and(|t| t.starts_with("application/x-www-form-urlencoded"));
        if form {
            for (key, value) in url::form_urlencoded::parse(&call.body) {
                let value = serde_json::from_str(&value)
                    .ok()
                    .filter(|v: &Value| v.is_array() || v.is_object())
                    .unwrap_or_else(|| Value::String(value.into_owned()));
                params.body.insert(key.into_owned(), value);
            }
            return params;
        }
        match serde_json::from_slice(&call.body) {
            Ok(Value::Object(body)) => params.body = body,
            _ => params.malformed = true,
        }
        params
    }

    /// One text: from the body, else from the query.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        match self.body.get(name) {
            Some(Value::String(text)) => return Some(text.clone()),
            Some(Value::Number(number)) => return Some(number.to_string()),
            _ => {}
        }
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
    }

    /// A parameter of the query alone.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// All values of a filter: `x=a`, `x=a,b`, `x=["a","b"]`, `x[]=a&x[]=b` or `x[0]=a`.
    pub(crate) fn all(&self, name: &str) -> Vec<String> {
        let prefix = format!("{name}[");
        let mut values = Vec::new();
        for (key, value) in &self.query {
            if key != name && !key.starts_with(&prefix) {
                continue;
            }
            values.extend(split(value));
        }
        values
    }
}

/// A JSON array of texts or numbers, or a list with commas.
pub(crate) fn split(value: &str) -> Vec<String> {
    if let Ok(Value::Array(items)) = serde_json::from_str(value) {
        return items.iter().filter_map(as_id).collect();
    }
    value.split(',').map(|v| v.trim().to_owned()).filter(|v| !v.is_empty()).collect()
}

/// A text or a number as text.
pub(crate) fn as_id(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_come_in_every_form() {
        for query in
            ["status=A,B", "status=%5B%22A%22%2C%22B%22%5D", "status[]=A&status[]=B", "status%5B0%5D=A&status%5B1%5D=B"]
        {
            let call = Call { query: query.into(), ..Call::default() };
            assert_eq!(Params::parse(&call).all("status"), ["A", "B"], "{query}");
        }
    }

    #[test]
    fn a_delete_reads_no_body() {
        let call = Call { method: "DELETE".into(), body: br#"{"name":"x"}"#.to_vec(), ..Call::default() };
        assert_eq!(Params::parse(&call).text("name"), None);
    }
}
