//! Taking a body apart field by field: what is missing, of another type, too long or not documented is refused with its path.
//!
//! That fields which are not documented are refused is assumed, so that a client which sends some is found out.

use serde_json::{Map, Value};

use super::service_exception::ServiceException;

/// An object that is being read, and where it stands.
#[derive(Debug)]
pub(super) struct Fields {
    rest: Map<String, Value>,
    path: String,
}

impl Fields {
    /// The body itself.
    pub(super) fn of_body(body: &Map<String, Value>) -> Self {
        Self { rest: body.clone(), path: String::new() }
    }

    /// An object inside.
    pub(super) fn of(value: Value, path: String) -> Result<Self, ServiceException> {
        match value {
            Value::Object(rest) => Ok(Self { rest, path }),
            _ => Err(ServiceException::invalid(path, "must be an object")),
        }
    }

    /// The path of a field.
    pub(super) fn at(&self, field: &str) -> String {
        if self.path.is_empty() { field.to_owned() } else { format!("{}.{field}", self.path) }
    }

    pub(super) fn missing<T>(&self, field: &str) -> Result<T, ServiceException> {
        Err(ServiceException::invalid(self.at(field), "must not be null"))
    }

    /// Takes whatever is there; null is nothing.
    pub(super) fn any(&mut self, field: &str) -> Option<Value> {
        self.rest.shift_remove(field).filter(|value| !value.is_null())
    }

    /// Forgets a field that is read-only: official samples send some (OpenAPI 3.210.0).
    pub(super) fn ignore(&mut self, field: &str) {
        self.rest.shift_remove(field);
    }

    pub(super) fn object(&mut self, field: &str) -> Result<Option<Self>, ServiceException> {
        let path = self.at(field);
        self.any(field).map(|value| Self::of(value, path)).transpose()
    }

    pub(super) fn list(&mut self, field: &str) -> Result<Option<Vec<Value>>, ServiceException> {
        match self.any(field) {
            None => Ok(None),
            Some(Value::Array(list)) => Ok(Some(list)),
            Some(_) => Err(ServiceException::invalid(self.at(field), "must be a list")),
        }
    }

    /// A text of at most so many characters.
    pub(super) fn text(&mut self, field: &str, most: usize) -> Result<Option<String>, ServiceException> {
        match self.any(field) {
            None => Ok(None),
            Some(Value::String(text)) if text.chars().count() > most => {
                Err(ServiceException::invalid(self.at(field), format!("size must be between 0 and {most}")))
            }
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(ServiceException::invalid(self.at(field), "must be a string")),
        }
    }

    pub(super) fn need(&mut self, field: &str, most: usize) -> Result<String, ServiceException> {
        match self.text(field, most)? {
            Some(text) => Ok(text),
            None => self.missing(field),
        }
    }

    /// One of some words.
    pub(super) fn word(&mut self, field: &str, words: &[&str]) -> Result<Option<String>, ServiceException> {
        match self.text(field, usize::MAX)? {
            Some(text) if !words.contains(&text.as_str()) => {
                Err(ServiceException::invalid(self.at(field), format!("must be one of {}", words.join(", "))))
            }
            other => Ok(other),
        }
    }

    pub(super) fn number(&mut self, field: &str) -> Result<Option<i64>, ServiceException> {
        match self.any(field) {
            None => Ok(None),
            Some(value) => match value.as_i64() {
                Some(number) => Ok(Some(number)),
                None => Err(ServiceException::invalid(self.at(field), "must be a whole number")),
            },
        }
    }

    pub(super) fn flag(&mut self, field: &str) -> Result<Option<bool>, ServiceException> {
        match self.any(field) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(flag)),
            Some(_) => Err(ServiceException::invalid(self.at(field), "must be true or false")),
        }
    }

    /// Nothing else may be there.
    pub(super) fn end(self) -> Result<(), ServiceException> {
        match self.rest.keys().next() {
            None => Ok(()),
            Some(field) => Err(ServiceException::invalid(self.at(field), "unrecognized field")),
        }
    }
}
