//! What became of the families of an import.

use camino::Utf8PathBuf;

/// What became of one family.
#[derive(Debug, Clone)]
pub struct Written {
    /// The family's name.
    pub name: String,
    /// Its languages.
    pub languages: Vec<String>,
    /// The accounts that hold it so.
    pub accounts: Vec<String>,
    /// Where it lies now.
    pub outcome: FileOutcome,
    /// Where reading the file gives something else than the account holds.
    pub inexact: Vec<String>,
    /// What the account does not show of it and an edit would send: paths in the normal form.
    pub not_shown: Vec<String>,
}

/// Whether a family has a file. Files are relative to the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileOutcome {
    /// It was written.
    Written(Utf8PathBuf),
    /// It was there before, word for word.
    Present(Utf8PathBuf),
    /// It has none, and why.
    LeftOut(String),
}
