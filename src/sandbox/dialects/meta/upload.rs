//! Resumable uploads of header media, their handles, and the addresses under which they can be read back.
//!
//! `POST /{app}/uploads`, `POST` and `GET /upload:{session}` (Meta upload guide, v26.0), `GET /media/{id}`.
//! An upload belongs to no account; it lives on the clock that is furthest ahead. Must not look into
//! the bytes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use camino::Utf8PathBuf;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::graph::{GraphError, no_object};
use super::show::MEDIA;
use super::{
    context::{Context, Reply},
    route::Target,
};
use crate::sandbox::dialects::wire::Call;
use crate::sandbox::rules::account::plus;
use crate::sandbox::rules::error::SandboxError;
use crate::sandbox::rules::{
    files::{lock, read, read_json, replace, write_json},
    store::{Store, is_id},
};

/// Types that can be uploaded.
const TYPES: [&str; 5] = ["application/pdf", "image/jpeg", "image/jpg", "image/png", "video/mp4"];
/// The largest file that the sandbox takes.
const MOST_BYTES: u64 = 16 * 1024 * 1024;
/// How long a handle can be used.
const HANDLE_LIVES: SignedDuration = SignedDuration::from_hours(24);

/// One upload, in `<root>/uploads/<session>.json`; its bytes are beside it.
#[derive(Debug, Serialize, Deserialize)]
struct Upload {
    session: String,
    signature: String,
    app: String,
    kind: String,
    length: u64,
    received: u64,
    sha256: Option<String>,
    handle: Option<String>,
    expires: Timestamp,
}

fn file(store: &Store, session: &str) -> Option<Utf8PathBuf> {
    let named = !session.is_empty() && session.bytes().all(|b| b.is_ascii_alphanumeric());
    named.then(|| store.root().join("uploads").join(format!("{session}.json")))
}

fn load(store: &Store, session: &str) -> Result<Option<Upload>, SandboxError> {
    match file(store, session) {
        Some(path) => read_json(&path),
        None => Ok(None),
    }
}

/// Opens a session, takes bytes, or tells how many came.
pub(crate) fn upload(context: &Context<'_>) -> Result<Reply, GraphError> {
    let Context { store, call, params, .. } = context;
    let json = match (&context.route.target, call.method.as_str()) {
        (Target::App(app), _) if !is_id(app) => return Err(no_object(app, "post")),
        (Target::App(app), _) => open_upload(store, app, params.text("file_type"), params.text("file_length"))?,
        (Target::Session(session), "POST") => receive_upload(store, session, params.query("sig"), call)?,
        (Target::Session(session), _) => upload_progress(store, session, params.query("sig"))?,
        _ => return Err(GraphError::unknown_path(&call.path)),
    };
    Ok(Reply::Json(json))
}

/// How far the upload of a session is.
pub(crate) fn upload_progress(store: &Store, session: &str, signature: Option<&str>) -> Result<Value, GraphError> {
    Ok(progress(&known(store, session, signature)?))
}

/// Opens a session of an app.
pub(crate) fn open_upload(
    store: &Store,
    app: &str,
    file_type: Option<String>,
    file_length: Option<String>,
) -> Result<Value, GraphError> {
    let kind = file_type.unwrap_or_default();
    if !TYPES.contains(&kind.as_str()) {
        return Err(GraphError::new(100, format!("(#100) Param file_type must be one of {{{}}}", TYPES.join(", "))));
    }
    let length =
        file_length.and_then(|l| l.parse::<u64>().ok()).filter(|l| (1..=MOST_BYTES).contains(l)).ok_or_else(|| {
            GraphError::new(100, format!("(#100) Param file_length must be an integer from 1 to {MOST_BYTES}"))
        })?;
    let random = |n| -> String { std::iter::repeat_with(fastrand::alphanumeric).take(n).collect() };
    let upload = Upload {
        session: random(24),
        signature: random(16),
        app: app.to_owned(),
        kind,
        length,
        received: 0,
        sha256: None,
        handle: None,
        expires: plus(store.latest_now()?, HANDLE_LIVES),
    };
    if let Some(path) = file(store, &upload.session) {
        write_json(&path, &upload)?;
    }
    let id = format!("upload:{}?sig={}", upload.session, upload.signature);
    Ok(json!({ "id": id }))
}

fn progress(upload: &Upload) -> Value {
    json!({"id": format!("upload:{}", upload.session), "file_offset": upload.received})
}

/// The session, when its address is whole: it has to be used as it was given, with its signature.
fn known(store: &Store, session: &str, signature: Option<&str>) -> Result<Upload, GraphError> {
    load(store, session)?
        .filter(|u| signature == Some(u.signature.as_str()))
        .ok_or_else(|| no_object(&format!("upload:{session}"), "post"))
}

/// Takes the bytes of a request into a session.
pub(crate) fn receive_upload(
    store: &Store,
    session: &str,
    signature: Option<&str>,
    call: &Call,
) -> Result<Value, GraphError> {
    let Some(path) = file(store, session) else {
        return Err(no_object(session, "post"));
    };
    let _lock = lock(&path.with_extension("lock"))?;
    let mut upload = known(store, session, signature)?;
    let offset = call.file_offset.as_deref().and_then(|o| o.parse::<u64>().ok());
    if offset != Some(upload.received) {
        return Err(GraphError::new(100, format!("(#100) The header file_offset has to be {}", upload.received)));
    }
    let bytes_path = path.with_extension("bin");
    let mut bytes = read(&bytes_path)?.unwrap_or_default();
    bytes.extend_from_slice(&call.body);
    upload.received = bytes.len() as u64;
    if upload.received > upload.length {
        return Err(GraphError::new(100, "(#100) More bytes came than file_length announced"));
    }
    replace(&bytes_path, &bytes)?;
    let whole = upload.received == upload.length;
    if whole {
        let digest = Sha256::digest(&bytes);
        upload.sha256 = Some(digest.iter().map(|b| format!("{b:02x}")).collect());
        upload.expires = plus(store.latest_now()?, HANDLE_LIVES);
        upload.handle = Some(handle(&upload));
    }
    write_json(&path, &upload)?;
    Ok(match &upload.handle {
        Some(handle) => json!({ "h": handle }),
        None => progress(&upload),
    })
}

/// Takes a whole file at once, for providers whose uploads have no sessions; gives its handle.
pub(crate) fn take_whole(store: &Store, kind: &str, bytes: &[u8]) -> Result<String, SandboxError> {
    let random = |n| -> String { std::iter::repeat_with(fastrand::alphanumeric).take(n).collect() };
    let length = bytes.len() as u64;
    let digest = Sha256::digest(bytes);
    let mut upload = Upload {
        session: random(24),
        signature: random(16),
        app: "0".to_owned(),
        kind: kind.to_owned(),
        length,
        received: length,
        sha256: Some(digest.iter().map(|b| format!("{b:02x}")).collect()),
        handle: None,
        expires: plus(store.latest_now()?, HANDLE_LIVES),
    };
    let handle = handle(&upload);
    upload.handle = Some(handle.clone());
    if let Some(path) = file(store, &upload.session) {
        replace(&path.with_extension("bin"), bytes)?;
        write_json(&path, &upload)?;
    }
    Ok(handle)
}

/// `4::` type `:` token `:e:` expiry `:` app `:` user `:` signature.
fn handle(upload: &Upload) -> String {
    let kind = STANDARD.encode(&upload.kind);
    format!(
        "4::{kind}:AR{}:e:{}:{}:100000000000001:AR{}",
        upload.session,
        upload.expires.as_second(),
        upload.app,
        upload.signature
    )
}

/// What a provider takes for samples of media.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Samples {
    /// Handles of uploads.
    Handles,
    /// Public URLs; they are kept as they came, nothing is fetched.
    Urls,
    /// Either.
    Both,
}

/// Puts marks of media in the place of handles; refuses handles that are expired, changed, of another app, or none, and
/// whatever is not of the kind that the provider takes.
pub(crate) fn resolve(
    store: &Store,
    components: &mut Value,
    now: Timestamp,
    strict: bool,
    samples: Samples,
) -> Result<(), GraphError> {
    for component in components.as_array_mut().into_iter().flatten() {
        if let Some(cards) = component.get_mut("cards").and_then(Value::as_array_mut) {
            for card in cards {
                if let Some(inner) = card.get_mut("components") {
                    resolve(store, inner, now, strict, samples)?;
                }
            }
        }
        let format = component["format"].as_str().unwrap_or_default().to_owned();
        let handles = component.get_mut("example").and_then(|e| e.get_mut("header_handle"));
        match handles {
            None => {}
            Some(Value::Array(handles)) => {
                for handle in handles {
                    *handle = kept(store, handle, &format, (now, strict), samples)?.into();
                }
            }
            Some(single) => *single = json!([kept(store, single, &format, (now, strict), samples)?]),
        }
    }
    Ok(())
}

/// A sample as it is kept.
fn kept(
    store: &Store,
    sample: &Value,
    format: &str,
    (now, strict): (Timestamp, bool),
    samples: Samples,
) -> Result<String, GraphError> {
    let text = sample.as_str().unwrap_or_default();
    let is_url = text.starts_with("https://") || text.starts_with("http://");
    match samples {
        Samples::Urls | Samples::Both if is_url => Ok(text.to_owned()),
        Samples::Urls => Err(bad_handle()),
        Samples::Handles | Samples::Both => mark(store, sample, format, now, strict),
    }
}

/// The mark of a handle, or of the first of several that newlines join.
fn mark(store: &Store, handle: &Value, format: &str, now: Timestamp, strict: bool) -> Result<String, GraphError> {
    let text = handle.as_str().unwrap_or_default();
    let mut first = None;
    for line in text.split('\n') {
        match usable(store, line, now)? {
            Some(upload) if suits(format, &upload.kind) => {
                first.get_or_insert(upload.session);
            }
            _ if strict || line.is_empty() => return Err(bad_handle()),
            _ => {
                let digest = Sha256::digest(line.as_bytes());
                let name: String = digest.iter().take(12).map(|b| format!("{b:02x}")).collect();
                first.get_or_insert(name);
            }
        }
    }
    Ok(format!("{MEDIA}{}", first.unwrap_or_default()))
}

fn bad_handle() -> GraphError {
    let mut error = GraphError::new(131_009, "(#131009) Parameter value is not valid")
        .details("The header handle is not valid or has expired. Upload the file again.");
    error.subcode = Some(2_494_102);
    error.title = Some("Invalid media handle".into());
    error
}

/// The upload of a handle, if that is whole and not expired.
fn usable(store: &Store, handle: &str, now: Timestamp) -> Result<Option<Upload>, SandboxError> {
    let session = handle.split(':').nth(3).and_then(|token| token.strip_prefix("AR")).unwrap_or_default();
    Ok(load(store, session)?.filter(|upload| upload.handle.as_deref() == Some(handle) && upload.expires > now))
}

/// Whether a file of this type can be a header of this format.
fn suits(format: &str, kind: &str) -> bool {
    match format {
        "IMAGE" => kind.starts_with("image/"),
        "VIDEO" | "GIF" => kind == "video/mp4",
        "DOCUMENT" => kind == "application/pdf",
        _ => true,
    }
}

/// Serves media that was uploaded, as long as its signed address has not expired.
pub(crate) fn media(context: &Context<'_>) -> Result<Reply, GraphError> {
    let Target::Media(id) = &context.route.target else {
        return Err(GraphError::unknown_path(&context.call.path));
    };
    let expires = context.params.query("oe").and_then(|oe| i64::from_str_radix(oe, 16).ok()).unwrap_or(0);
    let signed = context.params.query("oh").is_some_and(|oh| !oh.is_empty());
    if !signed || expires < context.store.latest_now()?.as_second() {
        return Err(GraphError::new(100, "URL signature expired").status(403));
    }
    let missing = || no_object(id, "get").status(404);
    let upload = load(context.store, id)?.ok_or_else(missing)?;
    let path = file(context.store, id).ok_or_else(missing)?;
    let bytes = read(&path.with_extension("bin"))?.ok_or_else(missing)?;
    Ok(Reply::File { kind: upload.kind, bytes })
}
