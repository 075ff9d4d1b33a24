//! Everything that the plan of one account is made from.

use globset::GlobSet;
use jiff::Timestamp;

use super::{account_identity::AccountIdentity, clocks::Clocks, selection::Selection, source_location::SourceLocation};
use crate::{
    capability::Capabilities,
    diagnostic::Span,
    ledger,
    source::{Desired, Removal},
    template::Live,
    workspace::policy::Policy,
};

/// The facts of one account.
pub struct Facts<'a> {
    /// Which account it is.
    pub identity: &'a AccountIdentity,
    /// How samples of media reach the provider from here.
    pub media: MediaRoute,
    /// The workspace's name: the owner of what it creates.
    pub workspace: &'a str,
    /// What may be done unasked.
    pub policy: &'a Policy,
    /// What the provider can do.
    pub capabilities: &'a Capabilities,
    /// What the files ask for.
    pub desired: &'a [Desired],
    /// What the files ask to remove.
    pub removed: &'a [Removal],
    /// A complete listing of the account.
    pub live: &'a [Live],
    /// How many templates the account may hold, if it says so.
    pub template_limit: Option<u64>,
    /// Fields of templates that the provider's API does not know (any more).
    pub unknown_fields: &'a [&'static str],
    /// Requests that reading took.
    pub requests: u64,
    /// The ledger, open intents settled; `None` if there is none.
    pub ledger: Option<&'a ledger::State>,
    /// What a person allows for this run.
    pub consent: &'a Consent,
    /// What another account must hold first, if this one comes after it.
    pub promotion: Option<&'a Promotion>,
    /// Which templates take part.
    pub selection: &'a Selection,
    /// Whether managed templates that left the YAML are deleted.
    pub prune: bool,
    /// The time that the plan is for: the account's, or the one that was asked about.
    pub now: Timestamp,
    /// The clocks when the account was read.
    pub clocks: Clocks,
    /// Where in the files a span stands.
    pub locate: &'a dyn Fn(Span) -> SourceLocation,
}

/// How samples of media reach the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaRoute {
    /// They are uploaded.
    Upload,
    /// They would be uploaded, and the account names no `app_id`.
    NoApp,
    /// The provider fetches them; local files are public below `media_base_url`.
    Public,
    /// The provider fetches them, and the account names no `media_base_url`: local files are out of its reach.
    NotPublic,
}

/// Flags that allow. Globs over `name` or `name/language`.
#[derive(Debug, Clone, Default)]
pub struct Consent {
    /// `--take-over`.
    pub take_over: GlobSet,
    /// `--revert-drift`.
    pub revert_drift: GlobSet,
    /// `--allow-breaking`.
    pub allow_breaking: GlobSet,
    /// `--allow-deletes`: the exact number.
    pub allow_deletes: Option<u32>,
    /// `--retire`: replaced names whose deletion is asked for.
    pub retire: Vec<String>,
}

/// What the account under `after` lacks.
#[derive(Debug, Clone)]
pub struct Promotion {
    /// That account.
    pub account: String,
    /// Families that it does not hold as wanted and approved, with what is open.
    pub open: std::collections::HashMap<String, String>,
}
