//! Where a family's file goes: every family gets one, whatever its name and whatever lies there already.
//!
//! An existing file is never changed. A name counts as taken on every file system as soon as it differs from another one by
//! case alone, because the folder may be checked out elsewhere.

use std::{
    collections::HashSet,
    io::{self, Write as _},
};

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};
use sha2::{Digest as _, Sha256};

use super::{
    families::Family,
    written::{FileOutcome, Written},
};
use crate::{
    diagnostic::Span,
    file::{self, Folder},
    template::normal::hex,
    workspace::discover,
};

/// Longest stem of a file name, in characters: file systems take 255 bytes with all that follows.
const LONGEST: usize = 100;

/// Numbers that are tried once every better name is taken.
const NUMBERS: std::ops::RangeInclusive<u32> = 2..=99;

/// Files of one import.
pub(super) struct Files<'a> {
    root: &'a Utf8Path,
    into: &'a Utf8Path,
    /// What lay in the folder before, in lower case.
    present: HashSet<String>,
    /// Names given in this run, in lower case.
    given: HashSet<String>,
}

impl<'a> Files<'a> {
    /// Files below `into`, a folder relative to `root` that may not be there yet.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub(super) fn new(root: &'a Utf8Path, into: &'a Utf8Path) -> io::Result<Self> {
        let mut present = HashSet::new();
        match root.join(into).as_std_path().read_dir() {
            Ok(entries) => {
                for entry in entries {
                    present.insert(entry?.file_name().to_string_lossy().to_ascii_lowercase());
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        Ok(Self { root, into, present, given: HashSet::new() })
    }

    /// Puts a family's text under the first name that is free or holds exactly this text.
    ///
    /// # Errors
    /// The file system refuses.
    pub(super) fn put(&mut self, family: &Family, text: &str) -> io::Result<FileOutcome> {
        for name in candidates(family) {
            let file = self.into.join(&name);
            let folded = name.to_ascii_lowercase();
            if self.given.contains(&folded) {
                continue;
            }
            let path = self.root.join(&file);
            if self.present.contains(&folded) {
                if !holds(&path, text.as_bytes()) {
                    continue;
                }
                self.given.insert(folded);
                return Ok(FileOutcome::Present(file));
            }
            match create(self.root, &path, text.as_bytes()) {
                Ok(()) => {
                    self.given.insert(folded);
                    return Ok(FileOutcome::Written(file));
                }
                // Somebody was faster.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Ok(FileOutcome::LeftOut("no name is free for its file".to_owned()))
    }
}

/// Files of an import that no pattern of `templates:` finds: no plan reads them.
#[must_use]
pub fn unread<'w>(
    root: &Utf8Path,
    patterns: &[(String, Option<Span>)],
    written: &'w [Written],
) -> Vec<&'w Utf8PathBuf> {
    let read: HashSet<Utf8PathBuf> =
        discover::files(root, patterns, &[], &mut Vec::new()).files.into_iter().map(|found| found.path).collect();
    let plain =
        |file: &Utf8Path| file.components().filter(|part| *part != Utf8Component::CurDir).collect::<Utf8PathBuf>();
    let files = written.iter().filter_map(|family| match &family.outcome {
        FileOutcome::Written(file) | FileOutcome::Present(file) => Some(file),
        FileOutcome::LeftOut(_) => None,
    });
    files.filter(|file| !read.contains(&plain(file))).collect()
}

/// Names for a family's file, best first: its own name, with the first account that holds it so, with a digest, numbered.
fn candidates(family: &Family) -> impl Iterator<Item = String> {
    let name = &family.imported.name;
    let stem = file_name(name);
    let account = file_name(family.accounts.first().map_or("other", String::as_str));
    let digest = digest(std::iter::once(name).chain(&family.accounts));
    let best = [format!("{stem}.yaml"), format!("{stem}.{account}.yaml"), format!("{stem}-{digest}.yaml")];
    best.into_iter().chain(NUMBERS.map(move |number| format!("{stem}-{digest}-{number}.yaml")))
}

/// Whether a file holds exactly this; only regular files are read.
pub(super) fn holds(path: &Utf8Path, wanted: &[u8]) -> bool {
    let found = file::read_here(path.as_std_path(), wanted.len() as u64);
    found.is_ok_and(|found| found.as_deref() == Some(wanted))
}

/// Writes a file at once, never over another one, and never outside the workspace.
pub(super) fn create(root: &Utf8Path, path: &Utf8Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Utf8Path::new("."));
    // Before folders are made, which a link would make elsewhere.
    let within = path.strip_prefix(root).unwrap_or(path);
    if !Folder::new(root.as_std_path())?.keeps(within.as_std_path()) {
        return Err(io::Error::other(format!("{folder} leads out of the workspace by a link")));
    }
    std::fs::create_dir_all(folder)?;
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

/// A name of the account as the name of a file: nothing that leads elsewhere. What is cut off or replaced is told apart by
/// a digest.
pub(super) fn file_name(name: &str) -> String {
    let safe: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '_' | '-') { c } else { '_' })
        .take(LONGEST)
        .collect();
    if safe == name && !safe.is_empty() { safe } else { format!("{safe}-{}", digest([name])) }
}

/// The first eight digits of a digest of names.
fn digest(names: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let mut hash = Sha256::new();
    for name in names {
        hash.update(name.as_ref());
        hash.update([0]);
    }
    hex(&hash.finalize())[..8].to_owned()
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn different_names_are_different_files() {
        assert_eq!(file_name("order_update"), "order_update");
        let long = |end: &str| file_name(&format!("{}{end}", "a".repeat(120)));
        assert_ne!(long("x"), long("y"));
        assert!(long("x").len() < 120);
        for (one, other) in [("a.b", "a_b"), ("a/b", "a:b"), ("", "_"), ("..", "__")] {
            assert_ne!(file_name(one), file_name(other));
            assert!(!file_name(one).contains(['/', '.', ':']), "{one}");
        }
    }
}
