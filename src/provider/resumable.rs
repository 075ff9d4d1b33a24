//! The resumable upload of media samples (Meta's upload guide, 2026; 360dialog offers the same, Messaging API 1.44, 2026-11).
//!
//! Three requests at most for a file that goes through; after a break the session says how much arrived and the rest follows.
//! Nothing of it touches a template, so no failure is ever of unknown effect. Knows no provider's addresses.

use reqwest::Method;
use serde_json::{Map, Value};
use url::Url;

use super::{
    ErrorKind, ProviderError, WriteError,
    calls::{Calls, upload_error},
    connection::join_url,
    request::{Payload, Request},
};
use crate::capability::Call;

/// Where one provider takes uploads.
#[derive(Debug)]
pub struct Uploads<'a> {
    /// The connection.
    pub calls: &'a Calls,
    /// What `upload:…` stands below.
    pub sessions: &'a Url,
    /// Another word before the credential than the provider's usual one, for requests to a session.
    pub scheme: Option<&'static str>,
}

impl Uploads<'_> {
    /// Opens a session with `start`, sends the bytes and gives the handle, verbatim: it may hold several, joined by line
    /// breaks. It expires after about a day, so it is not kept.
    ///
    /// # Errors
    /// [`WriteError::NotSent`] or [`WriteError::Refused`]; in both cases no template has changed.
    pub async fn send(&self, start: Request, bytes: &[u8]) -> Result<String, WriteError> {
        let answer = self.calls.read(Call::Upload, &start, |_| false).await.map_err(upload_error)?;
        let session = self.session(&answer, &start).map_err(upload_error)?;

        let mut offset = 0;
        let mut tries = self.calls.policy.tries;
        loop {
            let mut request = Request::new(Method::POST, session.clone());
            request.scheme = self.scheme;
            request.headers = vec![("file_offset", offset.to_string())];
            request.payload = Payload::Bytes(bytes.get(offset..).unwrap_or_default().to_vec());
            tries = tries.saturating_sub(1);
            match self.calls.read(Call::Upload, &request, |error| error.kind != ErrorKind::RateLimited).await {
                Ok(body) => {
                    let handle = body.get("h").and_then(Value::as_str).filter(|handle| !handle.is_empty());
                    return handle
                        .map(str::to_owned)
                        .ok_or_else(|| upload_error(self.calls.protocol("no handle", &request)));
                }
                Err(error) if error.is_transient() && tries > 0 => {
                    tokio::time::sleep(self.calls.policy.first_pause).await;
                    offset = self.arrived(&session, bytes.len()).await.map_err(upload_error)?;
                }
                Err(error) => return Err(upload_error(error)),
            }
        }
    }

    /// The session's URL: its id is used as it came, it may carry a signature as a query.
    fn session(&self, answer: &Map<String, Value>, request: &Request) -> Result<Url, ProviderError> {
        let wrong = || self.calls.protocol("the upload session has another form than `upload:…`", request);
        let id = answer.get("id").and_then(Value::as_str).filter(|id| id.starts_with("upload:")).ok_or_else(wrong)?;
        let (path, query) = id.split_once('?').map_or((id, None), |(path, query)| (path, Some(query)));
        if path.contains(['/', '\\', '#', '%']) || path.contains(char::is_whitespace) {
            return Err(wrong());
        }
        let mut url = join_url(self.sessions, &[path], &[]);
        url.set_query(query);
        let parent = self.sessions.path().trim_end_matches('/');
        if url.path().starts_with(&format!("{parent}/upload:")) { Ok(url) } else { Err(wrong()) }
    }

    /// How much of the file the session has.
    async fn arrived(&self, session: &Url, length: usize) -> Result<usize, ProviderError> {
        let mut request = Request::new(Method::GET, session.clone());
        request.scheme = self.scheme;
        let body = self.calls.read(Call::Upload, &request, |_| false).await?;
        let offset = body.get("file_offset").and_then(|v| v.as_u64().or_else(|| v.as_str()?.parse().ok()));
        offset
            .and_then(|offset| usize::try_from(offset).ok())
            .filter(|offset| *offset <= length)
            .ok_or_else(|| self.calls.protocol("the upload session does not say how much arrived", &request))
    }
}
