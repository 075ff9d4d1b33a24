//! What reading a workspace brings together.

use std::collections::HashSet;

use super::{definition::Workspace, discover::Gaps, media::WorkspaceFiles};
use crate::{
    diagnostic::{Diagnostic, Severity},
    source::{Family, Removal, room::Room},
};

/// Everything that was read.
#[derive(Debug)]
pub struct Loaded {
    /// The workspace, where its file can be used at all.
    pub workspace: Option<Workspace>,
    /// All families, in the order of the files.
    pub families: Vec<Family>,
    /// All removals, those of the workspace file first.
    pub removed: Vec<Removal>,
    /// What is wrong so far.
    pub diagnostics: Vec<Diagnostic>,
    /// The media files that templates may name.
    pub media: WorkspaceFiles,
    /// Why what the files ask for may not be all of it.
    pub gaps: Gaps,
    /// What is left for what the files grow to.
    pub(super) room: Room,
    /// For each family the names of its accounts.
    pub(super) assigned: Vec<HashSet<String>>,
}

impl Loaded {
    /// Whether some finding is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|finding| finding.severity == Severity::Error)
    }
}
