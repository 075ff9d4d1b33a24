//! Uploads of header media, and the signed addresses at which they can be read back, `GET /media/{id}`.

use super::{
    context::{Context, Reply},
    graph::{GraphError, no_object},
    route::Target,
};
use crate::sandbox::{
    dialects::uploads,
    rules::{self, store::is_id},
};

/// Opens a session, takes bytes, or tells how many came.
pub(crate) fn upload(context: &Context<'_>) -> Result<Reply, GraphError> {
    let Context { store, call, params, .. } = context;
    let json = match (&context.route.target, call.method.as_str()) {
        (Target::App(app), _) if !is_id(app) => return Err(no_object(app, "post")),
        (Target::App(app), _) => {
            let (kind, length) = (params.text("file_type"), params.text("file_length"));
            uploads::open(store, app, kind.as_deref(), length.as_deref())?
        }
        (Target::Session(session), "POST") => uploads::receive(store, session, params.query("sig"), call)?,
        (Target::Session(session), _) => uploads::progress(store, session, params.query("sig"))?,
        _ => return Err(GraphError::unknown_path(&call.path)),
    };
    Ok(Reply::Json(json))
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
    let content = rules::uploads::content(context.store, id)?;
    let (kind, bytes) = content.ok_or_else(|| no_object(id, "get").status(404))?;
    Ok(Reply::File { kind, bytes })
}
