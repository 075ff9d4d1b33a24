//! Samples of media in a template's headers: handles of uploads, or public URLs.
//!
//! Nothing is fetched. In kept components a mark stands for an uploaded file; the dialects show an address in its place.

use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{error::SandboxError, refusal::Refusal, store::Store, uploads};

/// Begins the mark of an uploaded file; its upload follows.
pub(crate) const MARK: &str = "sandbox-media:";

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

/// What samples of media have to be in one account, now.
pub(crate) struct Terms {
    samples: Samples,
    /// Whether a handle has to be of an upload to this sandbox.
    strict: bool,
    /// Time on the account's clock.
    now: Timestamp,
}

impl Terms {
    /// Those of an account.
    pub(crate) fn of(store: &Store, place: &str, samples: Samples) -> Result<Self, SandboxError> {
        let (account, now) = store.read(place)?;
        Ok(Self { samples, strict: account.config.strict_handles, now })
    }
}

/// Puts marks of media in the place of handles; refuses handles that are expired, changed, of another app, or none, and
/// whatever is not of the kind that the provider takes.
pub(crate) fn resolve(store: &Store, components: &mut Value, terms: &Terms) -> Result<(), Refusal> {
    for component in components.as_array_mut().into_iter().flatten() {
        if let Some(cards) = component.get_mut("cards").and_then(Value::as_array_mut) {
            for card in cards {
                if let Some(inner) = card.get_mut("components") {
                    resolve(store, inner, terms)?;
                }
            }
        }
        let format = component["format"].as_str().unwrap_or_default().to_owned();
        let handles = component.get_mut("example").and_then(|e| e.get_mut("header_handle"));
        match handles {
            None => {}
            Some(Value::Array(handles)) => {
                for handle in handles {
                    *handle = kept(store, handle, &format, terms)?.into();
                }
            }
            Some(single) => *single = json!([kept(store, single, &format, terms)?]),
        }
    }
    Ok(())
}

/// A sample as it is kept.
fn kept(store: &Store, sample: &Value, format: &str, terms: &Terms) -> Result<String, Refusal> {
    let text = sample.as_str().unwrap_or_default();
    let is_url = text.starts_with("https://") || text.starts_with("http://");
    match terms.samples {
        Samples::Urls | Samples::Both if is_url => Ok(text.to_owned()),
        Samples::Urls => Err(Refusal::MediaSample),
        Samples::Handles | Samples::Both => mark(store, sample, format, terms),
    }
}

/// The mark of a handle, or of the first of several that newlines join.
fn mark(store: &Store, handle: &Value, format: &str, terms: &Terms) -> Result<String, Refusal> {
    let text = handle.as_str().unwrap_or_default();
    let mut first = None;
    for line in text.split('\n') {
        match uploads::by_handle(store, line, terms.now)? {
            Some(upload) if suits(format, &upload.kind) => {
                first.get_or_insert(upload.session);
            }
            _ if terms.strict || line.is_empty() => return Err(Refusal::MediaSample),
            _ => {
                let digest = Sha256::digest(line.as_bytes());
                let name: String = digest.iter().take(12).map(|b| format!("{b:02x}")).collect();
                first.get_or_insert(name);
            }
        }
    }
    Ok(format!("{MARK}{}", first.unwrap_or_default()))
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
