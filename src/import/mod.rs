//! Import: from what accounts hold to files that a person would have written.
//!
//! Writes template files and samples below the workspace and nothing else: no account, no ledger. An existing file is never
//! changed; a family whose name is taken gets another file. What was written is read back and held against the account before
//! anybody relies on it.

mod families;
mod files;
mod proof;
mod samples;
mod written;

pub use families::{Family, Holding, families};
pub use files::unread;
pub use samples::{Downloads, Left, SampleFault};
pub use written::{FileOutcome, Written};

use std::io;

use camino::Utf8Path;

use files::Files;

use crate::{
    diagnostic::{FileId, Span},
    source::{head, write::family_yaml},
};

/// Writes families below `into`, one file each.
///
/// # Errors
/// The file system refuses; what was written before stays.
pub fn write(root: &Utf8Path, into: &Utf8Path, families: &[Family]) -> io::Result<Vec<Written>> {
    let mut files = Files::new(root, into)?;
    families.iter().map(|family| write_one(root, family, &mut files)).collect()
}

fn write_one(root: &Utf8Path, family: &Family, files: &mut Files<'_>) -> io::Result<Written> {
    let imported = &family.imported;
    let mut written = Written {
        name: imported.name.clone(),
        languages: imported.languages.iter().map(|language| language.language.clone()).collect(),
        accounts: family.accounts.clone(),
        outcome: FileOutcome::LeftOut(format!("`{}` cannot be the name of a family", imported.name)),
        inexact: Vec::new(),
        not_shown: family.not_shown.clone(),
    };
    if !is_writable(&imported.name) {
        return Ok(written);
    }
    let yaml = family_yaml(imported, None);
    written.inexact = proof::differences(imported, &yaml, root);
    written.outcome = files.put(family, &yaml)?;
    Ok(written)
}

/// Whether a file may hold a family of this name: one that may not would make the whole workspace unusable.
fn is_writable(name: &str) -> bool {
    let mut faults = Vec::new();
    head::name(name, Span { file: FileId(0), start: 0, end: 0 }, &mut faults);
    faults.is_empty()
}
