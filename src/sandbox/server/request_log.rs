//! The record of requests: `<root>/requests.jsonl`, one JSON object a line, in the order in which answers were ready. A record
//! that has grown to [`ROTATE_AT`] becomes `requests.1.jsonl`, in the place of the one before it.
//!
//! Must never hold a credential: of the headers only the content type and the product of the user agent are recorded, and
//! `access_token` is taken out of queries and bodies.

use std::fs::OpenOptions;
use std::io::Write;

use camino::Utf8Path;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::sandbox::{
    dialects::{credentials::names_credential, wire::FormPart},
    rules::{
        error::SandboxError,
        files::{self, make_parent, remove_file},
        operation::Operation,
    },
};

/// From this size on a record is set aside and a new one begun, bytes: some 50,000 requests.
const ROTATE_AT: u64 = 32 << 20;

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
    /// Names of the parts of its body, where that is a form of several parts; their content is not kept.
    #[serde(default)]
    pub parts: Vec<String>,
    /// The program that sent it: the first product of its `User-Agent`, e.g. `letterpress/0.1.0`.
    #[serde(default)]
    pub client: Option<String>,
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
    rotate(root, ROTATE_AT)?;
    // One write of a whole line: lines of several processes do not mix.
    let mut file = files::open(OpenOptions::new().create(true).append(true), &path)?;
    file.write_all(&line).map_err(|e| SandboxError::io(&path, e))
}

/// Sets the record aside once it has that size. Of several processes that do it at once the last one's record counts: none
/// of them is needed for anything but looking back.
fn rotate(root: &Utf8Path, at: u64) -> Result<(), SandboxError> {
    let path = root.join("requests.jsonl");
    match path.symlink_metadata() {
        Ok(found) if found.len() >= at => match std::fs::rename(&path, root.join("requests.1.jsonl")) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(SandboxError::io(&path, error)),
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}

/// Reads all lines, those set aside first; none when nothing was recorded.
pub(crate) fn read(root: &Utf8Path) -> Result<Vec<LoggedRequest>, SandboxError> {
    let mut all = read_one(&root.join("requests.1.jsonl"))?;
    all.extend(read_one(&root.join("requests.jsonl"))?);
    Ok(all)
}

fn read_one(path: &Utf8Path) -> Result<Vec<LoggedRequest>, SandboxError> {
    let Some(bytes) = files::read(path)? else { return Ok(Vec::new()) };
    bytes
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| {
            serde_json::from_slice(line).map_err(|source| SandboxError::Damaged { path: path.to_owned(), source })
        })
        .collect()
}

/// Forgets all requests.
pub(crate) fn clear(root: &Utf8Path) -> Result<(), SandboxError> {
    remove_file(&root.join("requests.1.jsonl"))?;
    remove_file(&root.join("requests.jsonl"))
}

/// A body as it is written down: JSON only, without what is a credential by its name, however deep.
pub(crate) fn body(bytes: &[u8]) -> Option<Value> {
    let mut body: Value = serde_json::from_slice(bytes).ok()?;
    strip(&mut body);
    Some(body)
}

fn strip(value: &mut Value) {
    match value {
        Value::Object(object) => {
            object.retain(|key, _| !names_credential(key));
            object.values_mut().for_each(strip);
        }
        Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}

/// The first product of a user agent with its version; nothing where it has another form, which might hold anything.
pub(crate) fn product(user_agent: &str) -> Option<String> {
    let product = user_agent.split(' ').next().unwrap_or_default();
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '-' | '_' | '+');
    (!product.is_empty() && product.len() <= 64 && product.chars().all(plain)).then(|| product.to_owned())
}

/// Names of the parts of a form, in order; a part without a name is `?`.
pub(crate) fn part_names(parts: &[FormPart]) -> Vec<String> {
    parts.iter().map(|part| part.name.clone().unwrap_or_else(|| "?".to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_record_does_not_grow_without_bound() {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap();
        let add = |number: u16| {
            rotate(root, 1_000).unwrap();
            let request = LoggedRequest {
                time: Timestamp::UNIX_EPOCH,
                dialect: "meta".to_owned(),
                method: "GET".to_owned(),
                path: "/".to_owned(),
                query: "x".repeat(100),
                content_type: None,
                body: None,
                parts: Vec::new(),
                client: None,
                operation: Operation::List,
                waba: None,
                template: None,
                status: Some(number),
            };
            record(root, &request).unwrap();
        };
        (0..200).for_each(add);
        let kept: Vec<u16> = read(root).unwrap().iter().filter_map(|request| request.status).collect();
        assert!(kept.len() >= 3 && kept.len() < 10, "{kept:?}");
        assert!(kept.ends_with(&[197, 198, 199]) && kept.windows(2).all(|pair| pair[0] + 1 == pair[1]), "{kept:?}");
        clear(root).unwrap();
        assert!(read(root).unwrap().is_empty());
    }

    #[test]
    fn credentials_leave_the_body_however_deep() {
        let sent = br#"{"name": "a", "access_token": "x", "batch": [{"Access-Token": "x", "body": {"apiKey": 1, "text": "token"}}]}"#;
        let kept = super::body(sent).unwrap();
        assert_eq!(kept, serde_json::json!({"name": "a", "batch": [{"body": {"text": "token"}}]}));
    }

    #[test]
    fn of_a_user_agent_only_a_plain_product_is_kept() {
        for (agent, kept) in [
            ("letterpress/0.1.0", Some("letterpress/0.1.0")),
            ("curl/8.5.0 (linux) token=secret", Some("curl/8.5.0")),
            ("", None),
            ("token=secret", None),
            (&"x".repeat(65), None),
        ] {
            assert_eq!(product(agent).as_deref(), kept, "{agent}");
        }
    }
}
