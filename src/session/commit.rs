//! The git commit of a folder, read from git's own files. No git is run: what a repository configures could run programs.
//!
//! Knows further work trees and submodules, where `.git` is a file. Says nothing rather than the commit of a repository that
//! the folder only happens to lie in.

mod files;
mod index;

use camino::{Utf8Path, Utf8PathBuf};

use files::text;

use crate::file::{self, Fault};

/// Longest chain of references that name each other; git follows five.
const REFERENCES: usize = 5;
/// Largest file that holds one line: `HEAD`, a branch, the path of another folder, bytes. git's longest path has 4096.
const MAX_LINE: u64 = 64 << 10;
/// Largest `packed-refs`, bytes: a million branches and tags have about 80 MB.
const MAX_REFERENCES: u64 = 128 << 20;

/// Where a repository keeps what.
struct Git {
    /// What belongs to this work tree: `HEAD`, the index.
    own: Utf8PathBuf,
    /// What all work trees share: branches and tags.
    common: Utf8PathBuf,
}

/// The commit that HEAD names; `None` where there is no git, nothing is committed, or the folder is not tracked.
pub(super) fn head(directory: &Utf8Path) -> Option<String> {
    let start = directory.canonicalize_utf8().ok()?;
    // The nearest `.git` decides, also when nothing can be read from it.
    let top = start.ancestors().find(|folder| folder.join(".git").symlink_metadata().is_ok())?;
    let git = Git::at(top)?;
    let inside = start.strip_prefix(top).ok()?;
    if inside.as_str().is_empty() || index::tracks(&git.own, &git.common, inside)? { git.commit() } else { None }
}

/// A file as the repository of a folder names it: relative to the top of the work tree, or to the folder outside of git. `None`
/// for one that lies elsewhere.
pub(super) fn path_in_repository(directory: &Utf8Path, file: &Utf8Path) -> Option<Utf8PathBuf> {
    let here = |path: &Utf8Path| if path.as_str().is_empty() { Utf8PathBuf::from(".") } else { path.to_owned() };
    let start = here(directory).canonicalize_utf8().ok()?;
    let top = start.ancestors().find(|folder| folder.join(".git").symlink_metadata().is_ok()).unwrap_or(&start);
    // git knows a link by the folder that it lies in.
    let folder = here(file.parent()?).canonicalize_utf8().ok()?;
    Some(folder.strip_prefix(top).ok()?.join(file.file_name()?))
}

impl Git {
    fn at(top: &Utf8Path) -> Option<Self> {
        let path = top.join(".git");
        let own = if path.is_dir() {
            path
        } else {
            let text = text(&path, MAX_LINE).ok()?;
            top.join(text.strip_prefix("gitdir:")?.trim())
        };
        let common = match text(&own.join("commondir"), MAX_LINE) {
            Ok(text) => own.join(text.trim()),
            Err(Fault::Missing) => own.clone(),
            Err(_) => return None,
        };
        own.join("HEAD").is_file().then_some(Self { own, common })
    }

    fn commit(&self) -> Option<String> {
        let mut value = text(&self.own.join("HEAD"), MAX_LINE).ok()?;
        for _ in 0..REFERENCES {
            let Some(name) = value.trim().strip_prefix("ref:") else { return hash(value.trim()) };
            value = self.reference(name.trim())?;
        }
        None
    }

    /// What a reference holds: a hash, or another reference.
    fn reference(&self, name: &str) -> Option<String> {
        if name.is_empty() || name.starts_with('/') || name.split('/').any(|part| part == "..") {
            return None;
        }
        for folder in [&self.own, &self.common] {
            match text(&folder.join(name), MAX_LINE) {
                Ok(value) => return Some(value),
                // git leaves empty folders behind when it packs references.
                Err(Fault::Missing | Fault::Kind(file::FOLDER)) => {}
                // What is packed may be older than what cannot be read.
                Err(_) => return None,
            }
        }
        let packed = text(&self.common.join("packed-refs"), MAX_REFERENCES).ok()?;
        let mut lines = packed.lines().filter_map(|line| line.split_once(' '));
        lines.find_map(|(hash, of)| (of == name).then(|| hash.to_owned()))
    }
}

/// SHA-1 has 40 digits, SHA-256 64.
fn hash(text: &str) -> Option<String> {
    (matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| text.to_owned())
}

#[cfg(test)]
mod tests;
