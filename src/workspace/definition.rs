//! A workspace as its file defines it.

use camino::Utf8PathBuf;

use super::{account::Account, ledger::Ledger, policy::Policy};
use crate::{
    diagnostic::{FileId, Span},
    source::{desired::Removal, selector::Selector, values::Values},
};

/// One `letterpress.yaml`: the owner of what it creates or takes over.
#[derive(Debug, Clone)]
pub struct Workspace {
    /// Its name, which ledgers record as the owner.
    pub name: String,
    /// The folder that templates and media are read from.
    pub root: Utf8PathBuf,
    /// The folder of `letterpress.yaml`, which credential files and the ledger are relative to. The same as `root`
    /// unless `--config` took the file from elsewhere: what a trusted file names is not looked for in an untrusted
    /// checkout.
    pub base: Utf8PathBuf,
    /// The file itself.
    pub file: FileId,
    /// Patterns of template files, with their places where they were written.
    pub templates: Vec<(String, Option<Span>)>,
    /// Where accounts without a ledger of their own are remembered.
    pub ledger: Ledger,
    /// In the order of the file.
    pub accounts: Vec<Account>,
    /// Accounts of families that name none.
    pub defaults: Option<(Selector, Span)>,
    /// The policy of accounts without keys of their own.
    pub policy: Policy,
    /// Texts for `${…}` that are the same for all accounts.
    pub values: Values,
    /// `removed:` of this file.
    pub removed: Vec<Removal>,
}

impl Workspace {
    /// The folder of an account's ledger.
    #[must_use]
    pub fn ledger_directory(&self, account: &Account) -> Utf8PathBuf {
        let Ledger::Directory(path) = account.ledger.as_ref().unwrap_or(&self.ledger);
        self.base.join(path)
    }
}
