//! Import: from what accounts hold to files that a person would have written.
//!
//! Writes template files and samples below the workspace and nothing else: no account, no ledger. An existing file is never
//! changed. What was written is read back and held against the account before anybody relies on it.

mod families;
mod proof;
mod samples;

pub use families::{Family, Holding, families};
pub use samples::{Downloads, SampleFault};

use std::io::{self, Write as _};

use camino::{Utf8Path, Utf8PathBuf};

use crate::{
    diagnostic::{FileId, Span},
    source::{head, write::family_yaml},
};

/// What became of one family.
#[derive(Debug, Clone)]
pub struct Written {
    /// The family's name.
    pub name: String,
    /// Its languages.
    pub languages: Vec<String>,
    /// The accounts that hold it so.
    pub accounts: Vec<String>,
    /// The file, relative to the workspace.
    pub file: Utf8PathBuf,
    /// Why it was not written; `None` if it was.
    pub skipped: Option<String>,
    /// Where reading the file gives something else than the account holds.
    pub inexact: Vec<String>,
}

/// Writes families below `into`, one file each.
///
/// # Errors
/// The file system refuses; what was written before stays.
pub fn write(root: &Utf8Path, into: &Utf8Path, families: &[Family]) -> io::Result<Vec<Written>> {
    let mut taken = std::collections::HashSet::new();
    families.iter().map(|family| write_one(root, into, family, &mut taken)).collect()
}

fn write_one(
    root: &Utf8Path,
    into: &Utf8Path,
    family: &Family,
    taken: &mut std::collections::HashSet<Utf8PathBuf>,
) -> io::Result<Written> {
    let mut file = into.join(format!("{}.yaml", file_name(&family.imported.name)));
    if taken.contains(&file) {
        // Accounts that hold a name differently get a file each.
        let account = family.accounts.first().map_or("other", String::as_str);
        file = into.join(format!("{}.{}.yaml", file_name(&family.imported.name), file_name(account)));
    }
    taken.insert(file.clone());
    let mut written = Written {
        name: family.imported.name.clone(),
        languages: family.imported.languages.iter().map(|language| language.language.clone()).collect(),
        accounts: family.accounts.clone(),
        file: file.clone(),
        skipped: None,
        inexact: Vec::new(),
    };
    if !is_writable(&family.imported.name) {
        written.skipped = Some(format!("`{}` cannot be the name of a family", family.imported.name));
        return Ok(written);
    }
    let path = root.join(&file);
    if path.symlink_metadata().is_ok() {
        written.skipped = Some("there is a file of that name already".to_owned());
        return Ok(written);
    }
    let yaml = family_yaml(&family.imported, None);
    written.inexact = proof::differences(&family.imported, &yaml, root);
    replace(root, &path, yaml.as_bytes())?;
    Ok(written)
}

/// Writes a file at once, never over another one, and never outside the workspace.
fn replace(root: &Utf8Path, path: &Utf8Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Utf8Path::new("."));
    std::fs::create_dir_all(folder)?;
    if !folder.canonicalize()?.starts_with(root.canonicalize()?) {
        return Err(io::Error::other(format!("{folder} leads out of the workspace by a link")));
    }
    let mut file = tempfile::Builder::new().permissions(readable()).tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path)?;
    Ok(())
}

/// As an editor would create it; the umask takes away what the user does not want.
fn readable() -> std::fs::Permissions {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::Permissions::from_mode(0o666)
}

/// Whether a file may hold a family of this name: one that may not would make the whole workspace unusable.
fn is_writable(name: &str) -> bool {
    let mut faults = Vec::new();
    head::name(name, Span { file: FileId(0), start: 0, end: 0 }, &mut faults);
    faults.is_empty()
}

/// A name of the account as the name of a file: nothing that leads elsewhere.
fn file_name(name: &str) -> String {
    let safe: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '_' | '-') { c } else { '_' })
        .take(100)
        .collect();
    if safe.is_empty() { "_".to_owned() } else { safe }
}
