//! A request, before anybody sends it.

use reqwest::Method;
use serde_json::{Map, Value};
use url::Url;

use super::types::Media;

/// What a request carries.
#[derive(Debug, Clone)]
pub enum Payload {
    /// Nothing.
    Empty,
    /// A JSON object.
    Json(Map<String, Value>),
    /// Raw bytes of a file.
    Bytes(Vec<u8>),
    /// A form with one file in it.
    Form {
        /// Name of its field.
        field: &'static str,
        /// The file.
        media: Media,
    },
}

/// A request.
#[derive(Debug, Clone)]
pub struct Request {
    /// GET, POST, DELETE.
    pub method: Method,
    /// Where to.
    pub url: Url,
    /// Another word before the key than the provider's usual one.
    pub scheme: Option<&'static str>,
    /// Further headers; nothing secret.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub payload: Payload,
}

impl Request {
    /// A request without a body.
    #[must_use]
    pub const fn new(method: Method, url: Url) -> Self {
        Self { method, url, scheme: None, headers: Vec::new(), payload: Payload::Empty }
    }

    /// With a JSON body.
    #[must_use]
    pub fn json(self, body: Map<String, Value>) -> Self {
        Self { payload: Payload::Json(body), ..self }
    }

    /// Method and path for people and logs. An upload session is cut short: whoever knows it may write to it.
    #[must_use]
    pub fn shown(&self) -> String {
        let path = self.url.path();
        let path = path.split_once("upload:").map_or_else(|| path.to_owned(), |(base, _)| format!("{base}upload:…"));
        format!("{} {path}", self.method)
    }
}
