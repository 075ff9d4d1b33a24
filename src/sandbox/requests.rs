//! The record of requests: `<root>/requests.jsonl`, one JSON object a line, in the order in which answers were ready.
//!
//! Must never hold a credential: no headers but the content type are recorded, and
//! `access_token` is taken out of queries and bodies.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};

use camino::Utf8Path;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::SandboxError;
use super::store::{make_parent, remove_file};

/// What a request asks for, by method and path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// `GET /{waba}/message_templates`.
    List,
    /// `GET /{template}`.
    Get,
    /// `POST /{waba}/message_templates`.
    Create,
    /// `POST /{template}`.
    Edit,
    /// `DELETE /{waba}/message_templates`.
    Delete,
    /// `POST /{waba}/message_templates/archive`.
    Archive,
    /// `POST /{waba}/message_templates/unarchive`.
    Unarchive,
    /// `POST /{template}/unpause`.
    Unpause,
    /// `POST /{app}/uploads`, and `POST` or `GET` of `/upload:…`.
    Upload,
    /// `GET /{waba}`.
    Account,
    /// `GET /media/…`, the signed addresses of header media.
    Media,
    /// Anything else.
    Other,
}

/// One request as it was recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoggedRequest {
    /// When, on the clock of the account it went to.
    pub time: Timestamp,
    /// The API that it speaks: `meta`, `infobip`, `360dialog` (Partner API), `360dialog-waba`, `vonage`.
    #[serde(default)]
    pub dialect: String,
    /// HTTP method.
    pub method: String,
    /// Path as it was sent, with its version.
    pub path: String,
    /// Query as it was sent, without `access_token`.
    pub query: String,
    /// The `Content-Type` that it came with.
    #[serde(default)]
    pub content_type: Option<String>,
    /// Its body, where that is JSON.
    #[serde(default)]
    pub body: Option<Value>,
    /// What it asked for.
    pub operation: Operation,
    /// The account, when the path or the template tells.
    pub waba: Option<String>,
    /// `name/language`, or the name alone for what concerns all its languages, when known.
    pub template: Option<String>,
    /// HTTP status of the answer; `None` when none was given.
    pub status: Option<u16>,
}

/// Adds a line.
pub(crate) fn record(root: &Utf8Path, request: &LoggedRequest) -> Result<(), SandboxError> {
    let path = root.join("requests.jsonl");
    make_parent(&path)?;
    let mut line =
        serde_json::to_vec(request).map_err(|source| SandboxError::Damaged { path: path.clone(), source })?;
    line.push(b'\n');
    // One write of a whole line: lines of several processes do not mix.
    OpenOptions::new()
        .create(true)
        .append(true)
        .open(&path)
        .and_then(|mut file| file.write_all(&line))
        .map_err(|e| SandboxError::io(&path, e))
}

/// Reads all lines; none when nothing was recorded.
pub(crate) fn read(root: &Utf8Path) -> Result<Vec<LoggedRequest>, SandboxError> {
    let path = root.join("requests.jsonl");
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(SandboxError::io(&path, e)),
    };
    text.lines()
        .map(|line| serde_json::from_str(line).map_err(|source| SandboxError::Damaged { path: path.clone(), source }))
        .collect()
}

/// Forgets all requests.
pub(crate) fn clear(root: &Utf8Path) -> Result<(), SandboxError> {
    remove_file(&root.join("requests.jsonl"))
}

/// A body as it is written down: JSON only, without what Graph takes as credentials.
pub(crate) fn body(bytes: &[u8]) -> Option<Value> {
    let mut body: Value = serde_json::from_slice(bytes).ok()?;
    if let Some(object) = body.as_object_mut() {
        CREDENTIALS.iter().for_each(|key| drop(object.shift_remove(*key)));
    }
    Some(body)
}

/// Parameters that are credentials.
const CREDENTIALS: [&str; 2] = ["access_token", "appsecret_proof"];

/// A query without its credentials, otherwise as it was sent.
pub(crate) fn without_credentials(query: &str) -> String {
    query
        .split('&')
        .filter(|pair| {
            let key = pair.split('=').next().unwrap_or_default();
            let key = url::form_urlencoded::parse(key.as_bytes())
                .next()
                .map(|(k, _)| k.to_ascii_lowercase())
                .unwrap_or_default();
            !CREDENTIALS.contains(&key.as_str())
        })
        .collect::<Vec<_>>()
        .join("&")
}

#[cfg(test)]
mod tests {
    use super::without_credentials;

    #[test]
    fn credentials_leave_the_query() {
        for (query, kept) in [
            ("limit=5&access_token=x&after=y", "limit=5&after=y"),
            ("access_token=x", ""),
            ("access%5Ftoken=x&a=1", "a=1"),
            ("ACCESS_TOKEN=x", ""),
            ("appsecret_proof=x&b", "b"),
            ("fields=a%2Cb", "fields=a%2Cb"),
        ] {
            assert_eq!(without_credentials(query), kept, "{query}");
        }
    }
}
