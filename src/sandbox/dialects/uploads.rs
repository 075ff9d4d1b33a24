//! Uploads in parts, as Meta's API and 360dialog's at WABA level have them alike: `POST …/uploads`, `POST` and `GET /upload:…`
//! (Meta upload guide, v26.0).

use serde_json::{Value, json};

use super::wire::Call;
use crate::sandbox::rules::{
    refusal::Refusal,
    store::Store,
    uploads::{self, Upload},
};

/// Opens a session of an app.
pub(super) fn open(
    store: &Store,
    app: &str,
    file_type: Option<&str>,
    file_length: Option<&str>,
) -> Result<Value, Refusal> {
    let upload = uploads::open(store, app, file_type, file_length)?;
    Ok(json!({ "id": format!("upload:{}?sig={}", upload.session, upload.signature) }))
}

/// Takes the bytes of a request: the handle when they were the last ones, else how many came.
pub(super) fn receive(store: &Store, session: &str, signature: Option<&str>, call: &Call) -> Result<Value, Refusal> {
    let upload = uploads::receive(store, session, signature, call.file_offset.as_deref(), &call.body)?;
    Ok(match &upload.handle {
        Some(handle) => json!({ "h": handle }),
        None => offset(&upload),
    })
}

/// How many bytes of a session came.
pub(super) fn progress(store: &Store, session: &str, signature: Option<&str>) -> Result<Value, Refusal> {
    Ok(offset(&uploads::session(store, session, signature)?))
}

fn offset(upload: &Upload) -> Value {
    json!({ "id": format!("upload:{}", upload.session), "file_offset": upload.received })
}
