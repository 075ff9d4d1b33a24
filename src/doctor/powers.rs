//! What an account can be asked to do: the provider's API by its table, media by what the workspace gives.

use super::{
    check::{Check, Topic},
    inspection::{AccountInspection, SampleSources},
};
use crate::{
    capability::{Capabilities, Feature, MediaForm},
    workspace::ProviderSettings,
};

/// What is done to templates; the rest of the table is for plans, template by template.
pub(super) const OPERATIONS: [Feature; 2] = [Feature::Edit, Feature::DeleteLanguage];

/// The provider's API, and the way of media to it.
pub(super) fn checks(found: &AccountInspection) -> Vec<Check> {
    let account = &found.account;
    let capabilities = account.provider().capabilities();
    vec![Check::ok(Topic::Provider, provider(capabilities)), media(&account.settings, account.sandbox, found.samples)]
}

/// `Meta has edits and deletion of one language`.
pub(super) fn provider(capabilities: &Capabilities) -> String {
    let words = |holds: bool| {
        let features = OPERATIONS.iter().filter(|feature| capabilities.has(**feature) == holds);
        features.map(|feature| feature.words()).collect::<Vec<_>>()
    };
    let (has, lacks) = (words(true), words(false));
    let title = capabilities.title;
    let blocks = "plans block what needs it";
    match (has.is_empty(), lacks.is_empty()) {
        (_, true) => format!("{title} has {}", has.join(" and ")),
        (true, false) => format!("{title} has no {}; {blocks}", lacks.join(" and no ")),
        (false, false) => format!("{title} has {}, but no {}; {blocks}", has.join(" and "), lacks.join(" and no ")),
    }
}

/// How samples get there, and what the workspace lacks for those that its files hand over.
pub(super) fn media(reach: &ProviderSettings, sandbox: bool, wanted: SampleSources) -> Check {
    if sandbox {
        return Check::ok(Topic::Media, "samples of media are taken as they come: the account is embedded");
    }
    let form = reach.provider().capabilities().media;
    match (form, reach, reach.media_base_url()) {
        (MediaForm::Handle, ProviderSettings::Meta { app_id: None, .. }, _) => lacking(
            wanted.files || wanted.urls,
            "without `app_id` samples of media cannot be uploaded",
            "write `app_id` into the account: the app that the token belongs to",
        ),
        (MediaForm::Handle, _, _) => Check::ok(Topic::Media, "samples of media are uploaded"),
        (MediaForm::Url, _, Some(base)) => {
            Check::ok(Topic::Media, format!("the provider fetches samples of media; those of files from {base}"))
        }
        (MediaForm::Url, _, None) => lacking(
            wanted.files,
            "the provider fetches samples of media, and without `media_base_url` those of files are nowhere public",
            "write `media_base_url` into the account: the https address below which the files of the workspace are public",
        ),
    }
}

/// What is lacking is in the way only of files that need it.
fn lacking(needed: bool, text: &str, mend: &str) -> Check {
    match needed {
        true => Check::warning(Topic::Media, format!("{text}; templates of the files need it"), mend),
        false => Check::ok(Topic::Media, format!("{text}; no template of the files needs it")),
    }
}
