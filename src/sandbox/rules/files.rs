//! Files of the sandbox: private, replaced at once, locked between processes, and never reached through a link.
//!
//! Must not know what a file means.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};

use camino::Utf8Path;
use serde::{Deserialize, Serialize};

use super::error::SandboxError;
use crate::file;

/// Largest file of the sandbox that is read, bytes: an account with 6,000 templates has about 20 MB.
const MAX_FILE: u64 = 256 << 20;

/// Takes an advisory lock for as long as the returned file lives; waits for it.
pub(crate) fn lock(path: &Utf8Path) -> Result<File, SandboxError> {
    make_parent(path)?;
    let file = open(OpenOptions::new().create(true).truncate(false).write(true), path)?;
    file.lock().map_err(|e| SandboxError::io(path, e))?;
    Ok(file)
}

/// Replaces a file at once: nobody reads half of it.
pub(crate) fn replace(path: &Utf8Path, bytes: &[u8]) -> Result<(), SandboxError> {
    let folder = make_parent(path)?;
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(|e| SandboxError::io(path, e))?;
    file.write_all(bytes).map_err(|e| SandboxError::io(path, e))?;
    file.persist(path).map_err(|e| SandboxError::io(path, e.error))?;
    Ok(())
}

/// Opens a private file for writing: never another one over a link, never a named pipe.
pub(crate) fn open(options: &mut OpenOptions, path: &Utf8Path) -> Result<File, SandboxError> {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    file::open_with(options, path.as_std_path()).map_err(|fault| SandboxError::io(path, fault.into()))
}

/// Reads a file; `None` when there is none.
pub(crate) fn read(path: &Utf8Path) -> Result<Option<Vec<u8>>, SandboxError> {
    file::read_here(path.as_std_path(), MAX_FILE).map_err(|fault| SandboxError::io(path, fault.into()))
}

/// Reads a JSON file; `None` when there is none.
pub(crate) fn read_json<T: for<'a> Deserialize<'a>>(path: &Utf8Path) -> Result<Option<T>, SandboxError> {
    let Some(bytes) = read(path)? else { return Ok(None) };
    serde_json::from_slice(&bytes).map(Some).map_err(|source| SandboxError::Damaged { path: path.to_owned(), source })
}

/// Writes a JSON file, replacing the former one at once.
pub(crate) fn write_json<T: Serialize>(path: &Utf8Path, value: &T) -> Result<(), SandboxError> {
    let bytes = serde_json::to_vec(value).map_err(|source| SandboxError::Damaged { path: path.to_owned(), source })?;
    replace(path, &bytes)
}

/// Removes a file; that it is not there is fine.
pub(crate) fn remove_file(path: &Utf8Path) -> Result<(), SandboxError> {
    match fs::remove_file(path) {
        Ok(()) => Ok(()),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(e) => Err(SandboxError::io(path, e)),
    }
}

/// Makes the folder of a file, for its user alone. A link in its place is not followed: it leads out of the sandbox.
pub(crate) fn make_parent(path: &Utf8Path) -> Result<&Utf8Path, SandboxError> {
    let folder = path.parent().unwrap_or(Utf8Path::new("."));
    make_folder(folder)?;
    match folder.symlink_metadata() {
        Ok(found) if found.is_symlink() => Err(SandboxError::io(folder, file::Fault::Link.into())),
        _ => Ok(folder),
    }
}

/// Takes a folder, which an earlier version may have made, from all but its user.
pub(crate) fn make_private(folder: &Utf8Path) -> io::Result<()> {
    #[cfg(unix)]
    fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    Ok(())
}

/// Makes a folder that only its user may enter, and those above it.
pub(crate) fn make_folder(folder: &Utf8Path) -> Result<(), SandboxError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|e| SandboxError::io(folder, e))
}
