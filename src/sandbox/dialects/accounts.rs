//! Which accounts each provider has, and what becomes of templates that are seeded as a provider shows them.

use camino::Utf8Path;
use serde_json::{Map, Value};

use super::{dialog360, infobip, provider::PROVIDERS, vonage};
use crate::sandbox::rules::store::Store;

/// A store over a directory, for the accounts of all providers.
pub(crate) fn open(root: &Utf8Path) -> Store {
    Store::new(root, &PROVIDERS)
}

/// What the store keeps of a template that is seeded as the account's provider shows it, and whether the seed has to be kept
/// beside that, because the provider shows other fields than the store keeps.
pub(crate) fn stored_node(account: &str, shown: &Map<String, Value>) -> (Map<String, Value>, bool) {
    match account.split_once('/').map(|(folder, _)| folder) {
        Some("infobip") => (infobip::node(shown), true),
        Some("360dialog") => (dialog360::node(shown), true),
        Some("vonage") => (vonage::node(shown), true),
        _ => (shown.clone(), false),
    }
}
