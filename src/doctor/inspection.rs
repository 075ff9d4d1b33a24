//! What was found of one account, before anything is made of it.

use camino::Utf8PathBuf;
use jiff::Timestamp;

use crate::{
    account_error::AccountError,
    ledger::{Lease, LedgerError},
    plan::{AccountIdentity, Clocks},
    provider::ProviderError,
    workspace::Account,
};

/// What was found of one account.
#[derive(Debug)]
pub struct AccountInspection {
    /// The account.
    pub account: Account,
    /// Which account it is, as plans name it.
    pub identity: AccountIdentity,
    /// The host alone.
    pub address: String,
    /// The variable whose proxy it is reached through; `None` where it is reached directly.
    pub proxy: Option<String>,
    /// What came of asking for the list.
    pub asked: ListOutcome,
    /// The account's clock and the provider's; `None` where nothing was sent.
    pub clocks: Option<Clocks>,
    /// What samples of media the files hand over.
    pub samples: SampleSources,
    /// Its ledger.
    pub ledger: LedgerInspection,
    /// Other accounts that it gets in the way of.
    pub overlaps: Vec<AccountOverlap>,
}

/// What came of asking an account for its list.
#[derive(Debug)]
pub enum ListOutcome {
    /// Nothing was sent.
    NotSent(AccountError),
    /// There is no list.
    Failed(ProviderError),
    /// It was listed.
    Listed {
        /// Templates that it holds.
        live: usize,
        /// Those of them that the files ask for.
        wanted: usize,
        /// How many it may hold, where it says so.
        template_limit: Option<u64>,
        /// HTTP requests that this took, tries included.
        requests: u64,
    },
}

/// Which samples of media the files hand over to an account.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SampleSources {
    /// Some lie in files of the workspace.
    pub files: bool,
    /// Some lie behind a URL.
    pub urls: bool,
}

/// A look at a ledger.
#[derive(Debug)]
pub struct LedgerInspection {
    /// Its folder.
    pub folder: Utf8PathBuf,
    /// What it knows; `None` if there is none; or why it cannot be used.
    pub known: Result<Option<LedgerSummary>, LedgerError>,
    /// Who holds it, or why that cannot be read.
    pub lock: Result<Option<LedgerLock>, LedgerError>,
    /// Whether an apply may write it, as far as permissions tell.
    pub writable: Result<(), LedgerError>,
    /// Where its folder lies, which tells whether the next run finds it.
    pub location: LedgerLocation,
}

/// What a ledger knows, in short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LedgerSummary {
    /// Templates that somebody manages.
    pub managed: usize,
    /// Writes without an outcome.
    pub open: usize,
    /// Since when it is kept.
    pub since: Timestamp,
    /// Its latest time, if that has not come yet by the account's clock.
    pub yet_to_come: Option<Timestamp>,
}

/// A lock on a ledger.
#[derive(Debug)]
pub struct LedgerLock {
    /// Who has it.
    pub lease: Lease,
    /// Whether that process is known to be gone.
    pub abandoned: bool,
}

/// Another account of the workspace that is not as separate as it looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountOverlap {
    /// Its name.
    pub account: String,
    /// In what.
    pub how: OverlapKind,
}

/// In what two accounts are the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OverlapKind {
    /// The files name the same WABA in both.
    Named {
        /// Whether it has one ledger.
        one_ledger: bool,
    },
    /// Both list the same template, by name, language and the provider's id.
    Listed(String),
    /// They are different accounts, and their ledgers lie in the same folder.
    Ledger,
}

/// Where a ledger's folder lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LedgerLocation {
    /// In the checkout of the workspace: a CI job starts from a fresh one.
    Checkout,
    /// In a checkout of its own, such as a branch for the ledger: it is kept if the job pushes it.
    OwnCheckout,
    /// Elsewhere on the machine.
    Outside,
}
