//! Taking fields out of a JSON object one by one: what has the expected shape is taken, the rest stays and is kept verbatim.
//!
//! Knows shapes only, no component.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::template::{Extra, Parameter, Samples};

/// A JSON object that is being read.
#[derive(Debug, Clone, Default)]
pub(super) struct Fields(Map<String, Value>);

impl Fields {
    /// Starts on an object without the fields in `done`.
    pub(super) fn new(object: &Map<String, Value>, done: &[&str]) -> Self {
        Self(
            object
                .iter()
                .filter(|(key, _)| !done.contains(&key.as_str()))
                .map(|(k, v)| (k.clone(), v.clone()))
                .collect(),
        )
    }

    /// Takes a field if `shape` accepts it. `null` is an absent field.
    pub(super) fn take<T>(&mut self, key: &str, shape: impl FnOnce(&Value) -> Option<T>) -> Option<T> {
        let value = self.0.get(key)?;
        let taken = if value.is_null() { None } else { Some(shape(value)?) };
        self.0.remove(key);
        taken
    }

    /// Takes a text.
    pub(super) fn text(&mut self, key: &str) -> Option<String> {
        self.take(key, |value| value.as_str().map(str::to_owned))
    }

    /// Looks at a text.
    pub(super) fn peek_text(&self, key: &str) -> Option<String> {
        self.0.get(key).and_then(Value::as_str).map(str::to_owned)
    }

    /// Takes an enum value: a text, in upper case.
    pub(super) fn upper(&mut self, key: &str) -> Option<String> {
        self.take(key, |value| value.as_str().map(str::to_ascii_uppercase)).filter(|value| !value.is_empty())
    }

    /// Takes a text that providers also write as a number: ids.
    pub(super) fn text_or_number(&mut self, key: &str) -> Option<String> {
        self.take(key, scalar)
    }

    /// Takes a truth value.
    pub(super) fn boolean(&mut self, key: &str) -> Option<bool> {
        self.take(key, Value::as_bool)
    }

    /// Takes a whole number.
    pub(super) fn integer(&mut self, key: &str) -> Option<i64> {
        self.take(key, Value::as_i64)
    }

    /// Takes whatever is there.
    pub(super) fn any(&mut self, key: &str) -> Option<Value> {
        self.take(key, |value| Some(value.clone()))
    }

    /// Forgets a field that the provider generates.
    pub(super) fn forget(&mut self, key: &str) {
        self.0.remove(key);
    }

    /// Whether there is a field that is not `null`.
    pub(super) fn has(&self, key: &str) -> bool {
        self.0.get(key).is_some_and(|value| !value.is_null())
    }

    /// Reads inside the `example` object; what is left of it stays, an empty one goes.
    pub(super) fn example<T>(&mut self, inside: impl FnOnce(&mut Self) -> T) -> T {
        let mut example = match self.0.get("example") {
            Some(Value::Object(object)) => Self(object.clone()),
            _ => return inside(&mut Self::default()),
        };
        let taken = inside(&mut example);
        if example.0.is_empty() {
            self.0.remove("example");
        } else {
            self.0.insert("example".to_owned(), Value::Object(example.0));
        }
        taken
    }

    /// What was not taken.
    pub(super) fn rest(self) -> Extra {
        self.0.into_iter().collect()
    }
}

/// A text or a number, as text.
pub(super) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A single text, bare or in a list of one (`"x"`, `["x"]`). An empty list is no text.
pub(super) fn one(value: &Value) -> Option<Option<String>> {
    match value {
        Value::Array(list) => match list.as_slice() {
            [] => Some(None),
            [item] => scalar(item).map(Some),
            _ => None,
        },
        value => scalar(value).map(Some),
    }
}

/// A row of samples in all its shapes: `"x"`, `["x", "y"]`, `[["x", "y"]]`.
fn row(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::Array(list) => match list.as_slice() {
            [Value::Array(row)] => row.iter().map(scalar).collect(),
            flat => flat.iter().map(scalar).collect(),
        },
        value => scalar(value).map(|one| vec![one]),
    }
}

/// Samples by number. The list goes over the numbers that the text uses in ascending order, or else from 1
/// (an approved text may begin with `{{7}}`, and one of old may have gaps).
pub(super) fn positional(value: &Value, text: &str) -> Option<Samples> {
    let row = row(value)?;
    let mut numbers: Vec<u32> = crate::template::placeholder::parameters(text)
        .into_iter()
        .filter_map(|parameter| match parameter {
            Parameter::Number(number) => Some(number),
            Parameter::Name(_) => None,
        })
        .collect();
    numbers.sort_unstable();
    if numbers.len() != row.len() {
        return Some(Samples::positional(row));
    }
    Some(Samples(numbers.into_iter().map(Parameter::Number).zip(row).collect()))
}

/// Samples by name: `[{"param_name": "order_id", "example": "4711"}]`, each name once.
pub(super) fn named(value: &Value) -> Option<Samples> {
    let list = value.as_array()?;
    let mut samples = BTreeMap::new();
    for item in list {
        let object = item.as_object().filter(|object| object.len() == 2)?;
        let name = object.get("param_name")?.as_str()?;
        let sample = object.get("example").and_then(scalar)?;
        if samples.insert(Parameter::Name(name.to_owned()), sample).is_some() {
            return None;
        }
    }
    Some(Samples(samples))
}
