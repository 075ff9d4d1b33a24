//! Local media files: checked to lie inside the workspace, measured, digested once.
//!
//! Gives digests and places; uploads nothing.

use std::{
    collections::HashMap,
    io::Read,
    path::Path,
    sync::{Mutex, PoisonError},
};

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};
use sha2::{Digest, Sha256};

use crate::{
    file::{Fault, Folder, Opened},
    source::MediaFiles,
};

/// Largest media file, bytes: the ceiling of documents, the largest kind (Meta, media page).
pub const MAX_MEDIA: u64 = 100 * 1024 * 1024;

/// The media files of a workspace.
#[derive(Debug)]
pub struct WorkspaceFiles {
    root: Utf8PathBuf,
    digests: Mutex<HashMap<String, Result<String, String>>>,
}

impl WorkspaceFiles {
    /// Files below a root.
    pub fn new(root: impl Into<Utf8PathBuf>) -> Self {
        Self { root: root.into(), digests: Mutex::default() }
    }

    /// Opens the file that a path of a template means.
    ///
    /// # Errors
    /// What is wrong: outside the workspace (links included), hidden, missing, no file, too large.
    fn open(&self, path: &str) -> Result<Opened, String> {
        let relative = Utf8Path::new(path);
        let mut parts = relative.components();
        if path.is_empty() || !parts.all(|part| matches!(part, Utf8Component::Normal(_) | Utf8Component::CurDir)) {
            return Err(format!("`{path}` is not a path inside the workspace"));
        }
        // A pull request must not be able to have `.env` or `.git/config` uploaded as a sample.
        if relative.components().any(|part| part.as_str() != "." && part.as_str().starts_with('.')) {
            return Err(format!("`{path}` is hidden; hidden files are never read"));
        }
        let folder = Folder::new(self.root.as_std_path())
            .map_err(|error| format!("the workspace folder cannot be read: {error}"))?;
        let opened = folder.open(Path::new(path)).map_err(|fault| said(path, &fault))?;
        match opened.length() > MAX_MEDIA {
            true => Err(format!("`{path}` has {} bytes; at most {MAX_MEDIA} are taken", opened.length())),
            false => Ok(opened),
        }
    }

    /// The bytes of a file that a template names.
    ///
    /// # Errors
    /// What is wrong with it, as a sentence that names it.
    pub fn bytes(&self, path: &str) -> Result<Vec<u8>, String> {
        self.open(path)?.bytes(MAX_MEDIA).map_err(|fault| said(path, &fault))
    }

    fn read(&self, path: &str) -> Result<String, String> {
        let unreadable = |error: std::io::Error| format!("`{path}` cannot be read: {error}");
        let mut file = self.open(path)?.into_file().take(MAX_MEDIA + 1);
        let mut hash = Sha256::new();
        let mut buffer = vec![0; 64 * 1024];
        loop {
            match file.read(&mut buffer).map_err(unreadable)? {
                0 => break,
                count => hash.update(&buffer[..count]),
            }
        }
        let hex: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(format!("sha256:{hex}"))
    }
}

fn said(path: &str, fault: &Fault) -> String {
    match fault {
        Fault::Missing => format!("there is no file `{path}`"),
        fault => format!("`{path}` {fault}"),
    }
}

impl MediaFiles for WorkspaceFiles {
    fn digest(&self, path: &str) -> Result<String, String> {
        if let Some(known) = self.digests.lock().unwrap_or_else(PoisonError::into_inner).get(path) {
            return known.clone();
        }
        let digest = self.read(path);
        self.digests.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), digest.clone());
        digest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_inside_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap();
        std::fs::create_dir(root.join("media")).unwrap();
        std::fs::write(root.join("media/rad.jpg"), "abc").unwrap();
        std::fs::write(root.join(".env"), "TOKEN=1").unwrap();
        let files = WorkspaceFiles::new(root);
        assert_eq!(
            files.digest("./media/rad.jpg").unwrap(),
            "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        for path in ["../x", "/etc/hostname", ".env", "media", "none.jpg", "", "media/../../x"] {
            assert!(files.digest(path).is_err(), "{path}");
        }
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("/etc/hostname", root.join("media/h.jpg")).unwrap();
            std::os::unix::fs::symlink(root.join(".env"), root.join("media/e.jpg")).unwrap();
            assert!(files.digest("media/h.jpg").unwrap_err().contains("out of"));
            assert!(files.digest("media/e.jpg").unwrap_err().contains("hidden"));
        }
        std::fs::remove_file(root.join("media/rad.jpg")).unwrap();
        assert!(files.digest("./media/rad.jpg").is_ok(), "digested once");
    }
}
