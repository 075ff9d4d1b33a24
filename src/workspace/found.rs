//! A file that was found in the workspace.

use std::path::PathBuf;

use camino::Utf8PathBuf;

/// A file of the workspace, and where it lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundFile {
    /// Relative to the root, with `/`.
    pub path: Utf8PathBuf,
    /// What to open.
    pub file: PathBuf,
}
