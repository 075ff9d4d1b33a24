//! Providers: one enum over their clients, the types that they share, and the HTTP plumbing under them.
//!
//! A provider turns live templates into [`Live`] and submissions into requests, and says what each failure means for the
//! account. It knows no plan, prints nothing, and gives its credential to no host but its own.

pub mod calls;
pub mod connection;
pub mod dialog360;
pub mod error;
pub mod fetch;
pub mod gate;
pub mod host;
pub mod http;
pub mod infobip;
pub mod meta;
pub mod pacing;
pub mod proxy;
pub mod resumable;
pub mod retry;
pub mod secret;
pub mod tls;
pub mod vonage;

#[cfg(test)]
pub(crate) mod counterpart;

pub use error::{Details, ErrorKind, ProviderError, WriteError};

use std::collections::HashMap;

use crate::{
    capability::{Call, Capabilities, Submission},
    template::{Category, Live, Status, TemplateKey},
};

/// A provider's client for one account.
#[derive(Debug)]
pub enum Provider {
    /// Meta's Graph API.
    Meta(meta::Client),
    /// Infobip.
    Infobip(infobip::Client),
    /// 360dialog, through the Partner API or at WABA level.
    Dialog360(dialog360::Client),
    /// Vonage.
    Vonage(vonage::Client),
}

/// What the accounts of a provider are named by; `provider` as in the workspace.
#[must_use]
pub fn id_name(provider: &str) -> &'static str {
    all().into_iter().find(|known| known.name == provider).map_or("WABA", |known| known.id_name)
}

/// Every provider, in the order of the documents.
#[must_use]
pub fn all() -> [&'static Capabilities; 5] {
    [&meta::CAPABILITIES, &infobip::CAPABILITIES, &dialog360::PARTNER, &dialog360::CHANNEL, &vonage::CAPABILITIES]
}

/// Calls the client of whichever provider.
macro_rules! client {
    ($provider:expr, $client:ident => $call:expr) => {
        match $provider {
            Provider::Meta($client) => $call,
            Provider::Infobip($client) => $call,
            Provider::Dialog360($client) => $call,
            Provider::Vonage($client) => $call,
        }
    };
}

/// A created template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Created {
    /// The provider's id.
    pub id: String,
    /// Normally PENDING; at times APPROVED or REJECTED at once.
    pub status: Status,
    /// The category that the provider gave it: the truth, whatever was asked for. `None` where the answer does not say
    /// it and a look at the template failed.
    pub category: Option<Category>,
}

/// What to delete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deletion {
    /// One template.
    One {
        /// The provider's id.
        id: String,
        /// Its name and language.
        key: TemplateKey,
    },
    /// Every language of a name.
    Name {
        /// The name.
        name: String,
    },
}

/// Everything that an account holds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Listing {
    /// The templates in the order of the account, each once, whatever their status.
    pub templates: Vec<Live>,
    /// How many the account may hold, where it says so.
    pub template_limit: Option<u64>,
    /// How many the account says that it holds.
    pub total: Option<u64>,
    /// Fields that the API does not know (any more) and that were left out: what they would say is not known.
    pub unknown_fields: Vec<&'static str>,
    /// HTTP requests that this took, tries included.
    pub requests: u64,
}

/// A file to upload as a sample.
#[derive(Clone, PartialEq, Eq)]
pub struct Media {
    /// File name without folders.
    pub file_name: String,
    /// MIME type, `image/png`.
    pub mime: String,
    /// The file.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for Media {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { file_name, mime, bytes } = self;
        write!(f, "Media({file_name}, {mime}, {} bytes)", bytes.len())
    }
}

impl Provider {
    /// How long a call would have to wait for the provider's documented limits.
    #[must_use]
    pub fn delay(&self, call: Call) -> std::time::Duration {
        client!(self, client => client.calls().gate.delay(call))
    }

    /// How far the provider's clock is ahead of ours, by its latest answer.
    #[must_use]
    pub fn clock_ahead(&self) -> Option<jiff::SignedDuration> {
        client!(self, client => client.calls().http.clock_ahead())
    }

    /// Lists all templates of the account.
    ///
    /// # Errors
    /// Any failed page fails the whole: a list is never partial. [`ErrorKind::Protocol`] where it shows two templates of one
    /// name and language, of which nobody knows which is meant.
    pub async fn list(&self) -> Result<Listing, ProviderError> {
        let listing = client!(self, client => client.calls().listing(client.list()).await)?;
        match twice(&listing.templates) {
            None => Ok(listing),
            Some((one, other)) => {
                let message = format!(
                    "the account shows {} twice, as {} and as {}: which one is meant is not known",
                    one.key, one.id, other.id
                );
                Err(ProviderError::new(ErrorKind::Protocol, message, ""))
            }
        }
    }

    /// Reads one template; `None` if there is none.
    ///
    /// # Errors
    /// After the tries of the retry policy, or at once when trying again is of no use.
    pub async fn get(&self, id: &str) -> Result<Option<Live>, ProviderError> {
        client!(self, client => client.calls().listing(client.get(id)).await)
    }

    /// Creates a template.
    ///
    /// # Errors
    /// [`WriteError`] says what is known of the effect.
    pub async fn create(&self, submission: &Submission) -> Result<Created, WriteError> {
        client!(self, client => client.create(submission).await)
    }

    /// Replaces a template's content.
    ///
    /// # Errors
    /// [`WriteError`] says what is known of the effect.
    pub async fn edit(&self, id: &str, submission: &Submission) -> Result<(), WriteError> {
        client!(self, client => client.edit(id, submission).await)
    }

    /// Deletes; what is gone already is a success.
    ///
    /// # Errors
    /// [`WriteError`] says what is known of the effect.
    pub async fn delete(&self, deletion: &Deletion) -> Result<(), WriteError> {
        client!(self, client => client.delete(deletion).await)
    }

    /// Uploads a sample and gives the handle to put into a template.
    ///
    /// # Errors
    /// Never [`WriteError::Unknown`]: an upload changes no template.
    pub async fn upload(&self, media: &Media) -> Result<String, WriteError> {
        client!(self, client => client.upload(media).await)
    }

    /// HTTP requests sent so far.
    #[must_use]
    pub fn requests(&self) -> u64 {
        client!(self, client => client.calls().requests())
    }
}

/// Two templates of one name and language, neither of them on its way out: no account has that (Meta refuses the second).
fn twice(templates: &[Live]) -> Option<(&Live, &Live)> {
    let mut seen: HashMap<&TemplateKey, &Live> = HashMap::with_capacity(templates.len());
    let staying = templates.iter().filter(|live| !live.status.is_leaving());
    staying.into_iter().find_map(|live| seen.insert(&live.key, live).map(|first| (first, live)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capability::Feature;

    /// Runs work on several accounts at once, on several threads.
    #[allow(dead_code)]
    fn futures_may_move_between_threads(
        provider: &Provider,
        submission: &Submission,
        deletion: &Deletion,
        media: &Media,
    ) {
        fn check<T: Send>(_: T) {}
        check(provider.list());
        check(provider.get("1"));
        check(provider.create(submission));
        check(provider.edit("1", submission));
        check(provider.delete(deletion));
        check(provider.upload(media));
    }

    #[test]
    fn bytes_of_media_are_not_printed() {
        let media = Media { file_name: "a.png".to_owned(), mime: "image/png".to_owned(), bytes: vec![7; 9] };
        assert_eq!(format!("{media:?}"), "Media(a.png, image/png, 9 bytes)");
    }

    #[test]
    fn every_provider_says_something_about_every_feature_once() {
        for provider in all() {
            for feature in Feature::ALL {
                let facts = provider.facts.iter().filter(|fact| fact.feature == *feature).count();
                assert_eq!(facts, 1, "{} {feature:?}", provider.title);
            }
            for fact in provider.facts {
                assert!(!fact.source.is_empty() && fact.checked.starts_with("20"), "{} {fact:?}", provider.title);
            }
            for (at, limit) in provider.limits.iter().enumerate() {
                assert!(provider.limits[..at].iter().all(|other| other.name != limit.name), "{limit:?}");
            }
        }
    }

    #[test]
    fn the_least_time_is_that_of_the_tightest_limit() {
        let meta = &meta::CAPABILITIES;
        let hours = |creates| meta.least_time(&[(Call::Create, creates), (Call::Edit, 7)]).as_secs() / 3600;
        assert_eq!([0, 1, 100, 101, 250].map(hours), [0, 0, 0, 1, 2]);
    }
}
