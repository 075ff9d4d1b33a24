//! One enum over the clients of all providers.

use std::collections::HashMap;

use super::{
    dialog360,
    error::{ErrorKind, ProviderError, WriteError},
    infobip, meta,
    types::{Created, Deletion, Listing, Media},
    vonage,
};
use crate::{
    capability::{Call, Capabilities, Submission},
    template::{Live, TemplateKey, present},
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

impl Provider {
    /// How long a call would have to wait for the provider's documented limits.
    #[must_use]
    pub fn delay(&self, call: Call) -> std::time::Duration {
        client!(self, client => client.calls().rate_limiter.delay(call))
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
    present(templates).find_map(|live| seen.insert(&live.key, live).map(|first| (first, live)))
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
