//! Samples of media: opening the resumable upload at Meta (upload guide, 2026), which gives the handle that a header takes.

use reqwest::Method;

use super::client::Client;
use crate::provider::{ErrorKind, Media, ProviderError, WriteError, request::Request, resumable::Uploads};

impl Client {
    /// Uploads a file and gives its handle, verbatim: it may hold several, joined by line breaks. It expires after about a
    /// day, so it is not kept.
    ///
    /// # Errors
    /// [`WriteError::NotSent`] or [`WriteError::Refused`]; in both cases no template has changed.
    pub async fn upload(&self, media: &Media) -> Result<String, WriteError> {
        let Media { file_name, mime, bytes } = media;
        let Some(app_id) = &self.app_id else {
            let message = "media samples need the `app_id` of the account";
            return Err(WriteError::NotSent(ProviderError::new(ErrorKind::Invalid, message, "POST")));
        };
        let length = bytes.len().to_string();
        let query = [("file_name", file_name.as_str()), ("file_length", &length), ("file_type", mime)];
        let start = Request::new(Method::POST, self.url(&[app_id, "uploads"], &query));
        // Not "Bearer" for the bytes (upload guide, 2026).
        Uploads { calls: &self.calls, sessions: &self.url(&[], &[]), scheme: Some("OAuth") }.send(start, bytes).await
    }
}
