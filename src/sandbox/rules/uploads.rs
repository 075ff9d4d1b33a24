//! Uploads of header media: sessions that take a file in parts, whole files, and the handles that name them in templates.
//!
//! An upload belongs to no account; it lives on the clock that is furthest ahead. Must not look into the bytes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use camino::Utf8PathBuf;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{
    account::plus,
    error::SandboxError,
    files::{lock, read, read_json, replace, write_json},
    refusal::{FieldPath, Refusal},
    store::Store,
};

/// Types that can be uploaded.
const TYPES: [&str; 5] = ["application/pdf", "image/jpeg", "image/jpg", "image/png", "video/mp4"];
/// The largest file that the sandbox takes, bytes.
const MOST_BYTES: u64 = 16 * 1024 * 1024;
/// How long a handle can be used.
const HANDLE_LIVES: SignedDuration = SignedDuration::from_hours(24);

/// One upload, in `<root>/uploads/<session>.json`; its bytes are beside it in `<session>.bin`.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Upload {
    /// Names it: letters and digits.
    pub(crate) session: String,
    /// Has to come with every use of the session.
    pub(crate) signature: String,
    app: String,
    /// Media type.
    pub(crate) kind: String,
    /// Announced bytes.
    length: u64,
    /// Bytes that came.
    pub(crate) received: u64,
    sha256: Option<String>,
    /// Names the file in templates, once it is whole.
    pub(crate) handle: Option<String>,
    expires: Timestamp,
}

impl Upload {
    /// A session without bytes.
    fn new(store: &Store, app: &str, kind: &str, length: u64) -> Result<Self, SandboxError> {
        let random = |n| -> String { std::iter::repeat_with(fastrand::alphanumeric).take(n).collect() };
        Ok(Self {
            session: random(24),
            signature: random(16),
            app: app.to_owned(),
            kind: kind.to_owned(),
            length,
            received: 0,
            sha256: None,
            handle: None,
            expires: plus(store.latest_now()?, HANDLE_LIVES),
        })
    }

    /// All bytes came: the upload gets its handle.
    fn complete(&mut self, store: &Store, bytes: &[u8]) -> Result<(), SandboxError> {
        let digest = Sha256::digest(bytes);
        self.received = bytes.len() as u64;
        self.sha256 = Some(digest.iter().map(|byte| format!("{byte:02x}")).collect());
        self.expires = plus(store.latest_now()?, HANDLE_LIVES);
        self.handle = Some(handle(self));
        Ok(())
    }
}

/// The file of a session; none for what can be no session.
fn file(store: &Store, session: &str) -> Option<Utf8PathBuf> {
    let named = !session.is_empty() && session.bytes().all(|byte| byte.is_ascii_alphanumeric());
    named.then(|| store.root().join("uploads").join(format!("{session}.json")))
}

fn load(store: &Store, session: &str) -> Result<Option<Upload>, SandboxError> {
    match file(store, session) {
        Some(path) => read_json(&path),
        None => Ok(None),
    }
}

/// Opens a session of an app.
pub(crate) fn open(
    store: &Store,
    app: &str,
    file_type: Option<&str>,
    file_length: Option<&str>,
) -> Result<Upload, Refusal> {
    let kind = file_type.unwrap_or_default();
    if !TYPES.contains(&kind) {
        return Err(Refusal::NotOneOf { field: FieldPath::field("file_type"), known: TYPES.to_vec() });
    }
    let length = file_length.and_then(|length| length.parse().ok()).filter(|length| (1..=MOST_BYTES).contains(length));
    let length = length.ok_or(Refusal::UploadLength { most: MOST_BYTES })?;
    let upload = Upload::new(store, app, kind, length)?;
    if let Some(path) = file(store, &upload.session) {
        write_json(&path, &upload)?;
    }
    Ok(upload)
}

/// A session, when its signature is right.
pub(crate) fn session(store: &Store, session: &str, signature: Option<&str>) -> Result<Upload, Refusal> {
    load(store, session)?
        .filter(|upload| signature == Some(upload.signature.as_str()))
        .ok_or_else(|| Refusal::NoSuchUpload { session: session.to_owned() })
}

/// Takes bytes into a session. `offset` says where in the file they begin, and has to be where the last ones ended.
pub(crate) fn receive(
    store: &Store,
    name: &str,
    signature: Option<&str>,
    offset: Option<&str>,
    sent: &[u8],
) -> Result<Upload, Refusal> {
    let path = file(store, name).ok_or_else(|| Refusal::NotAnUpload { session: name.to_owned() })?;
    let _lock = lock(&path.with_extension("lock"))?;
    let mut upload = session(store, name, signature)?;
    if offset.and_then(|offset| offset.parse().ok()) != Some(upload.received) {
        return Err(Refusal::UploadOffset { expected: upload.received });
    }
    let bytes_path = path.with_extension("bin");
    let mut bytes = read(&bytes_path)?.unwrap_or_default();
    bytes.extend_from_slice(sent);
    upload.received = bytes.len() as u64;
    if upload.received > upload.length {
        return Err(Refusal::UploadTooLong);
    }
    replace(&bytes_path, &bytes)?;
    if upload.received == upload.length {
        upload.complete(store, &bytes)?;
    }
    write_json(&path, &upload)?;
    Ok(upload)
}

/// Takes a whole file at once; gives its handle.
pub(crate) fn take_whole(store: &Store, kind: &str, bytes: &[u8]) -> Result<String, SandboxError> {
    let mut upload = Upload::new(store, "0", kind, bytes.len() as u64)?;
    upload.complete(store, bytes)?;
    if let Some(path) = file(store, &upload.session) {
        replace(&path.with_extension("bin"), bytes)?;
        write_json(&path, &upload)?;
    }
    Ok(upload.handle.unwrap_or_default())
}

/// `4::` type `:` token `:e:` expiry `:` app `:` user `:` signature, as the handles of WhatsApp's uploads are.
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

/// The upload of a handle, if that is whole and not expired.
pub(crate) fn by_handle(store: &Store, handle: &str, now: Timestamp) -> Result<Option<Upload>, SandboxError> {
    let session = handle.split(':').nth(3).and_then(|token| token.strip_prefix("AR")).unwrap_or_default();
    Ok(load(store, session)?.filter(|upload| upload.handle.as_deref() == Some(handle) && upload.expires > now))
}

/// Media type and bytes of an upload, if there is one.
pub(crate) fn content(store: &Store, session: &str) -> Result<Option<(String, Vec<u8>)>, SandboxError> {
    let (Some(upload), Some(path)) = (load(store, session)?, file(store, session)) else { return Ok(None) };
    Ok(read(&path.with_extension("bin"))?.map(|bytes| (upload.kind, bytes)))
}
