//! Whether a ledger could be written, as far as permissions tell. Asks the file system and writes nothing.

use std::{fs, io};

use camino::Utf8Path;

/// Files that an apply opens for writing where they are there already; everything else it replaces.
const OPENED: [&str; 2] = ["journal.jsonl", "lock"];

/// Whether this user may write the ledger in a folder: into the folder, and to its files; or, where the folder is not
/// there yet, whether it may be made. A full disk or a quota shows only in writing.
///
/// # Errors
/// Why not, with the path that stands in the way.
pub(super) fn may_write(folder: &Utf8Path) -> Result<(), (&Utf8Path, io::Error)> {
    let Some(nearest) = nearest(folder) else { return Ok(()) };
    match fs::metadata(nearest) {
        Ok(there) if !there.is_dir() => return Err((nearest, io::ErrorKind::NotADirectory.into())),
        Ok(_) => {}
        Err(error) => return Err((nearest, error)),
    }
    allowed(nearest, true).map_err(|error| (nearest, error))?;
    let files = OPENED.iter().map(|name| folder.join(name)).filter(|_| nearest == folder);
    for file in files {
        match allowed(&file, false) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err((folder, error)),
            _ => {}
        }
    }
    Ok(())
}

/// The folder itself, or the nearest one above it that is there.
fn nearest(folder: &Utf8Path) -> Option<&Utf8Path> {
    let here = Utf8Path::new(".");
    let above = folder.ancestors().map(|path| if path.as_str().is_empty() { here } else { path });
    above.into_iter().find(|path| fs::symlink_metadata(path).is_ok())
}

/// Asks the system, which knows about access lists and read-only file systems.
#[cfg(unix)]
fn allowed(path: &Utf8Path, folder: bool) -> io::Result<()> {
    use rustix::fs::{Access, access};
    let wanted = if folder { Access::WRITE_OK | Access::EXEC_OK } else { Access::WRITE_OK };
    Ok(access(path.as_std_path(), wanted)?)
}

/// Only the mark "read-only" of files can be seen: folders carry none that means anything.
#[cfg(not(unix))]
fn allowed(path: &Utf8Path, folder: bool) -> io::Result<()> {
    let read_only = fs::metadata(path)?.permissions().readonly();
    if read_only && !folder { Err(io::ErrorKind::PermissionDenied.into()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scratch() -> (tempfile::TempDir, camino::Utf8PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = camino::Utf8PathBuf::from_path_buf(folder.path().to_owned()).unwrap();
        (folder, path)
    }

    #[test]
    fn a_folder_that_is_not_there_is_judged_by_the_one_above_and_not_made() {
        let (_keep, root) = scratch();
        let deep = root.join("a/b/7");
        assert!(may_write(&deep).is_ok());
        assert!(!root.join("a").exists());
    }

    #[test]
    fn a_file_in_the_way_is_named() {
        let (_keep, root) = scratch();
        fs::write(root.join("a"), "").unwrap();
        let deep = root.join("a/b/7");
        let (path, error) = may_write(&deep).unwrap_err();
        assert_eq!((path, error.kind()), (&*root.join("a"), io::ErrorKind::NotADirectory));
    }

    #[cfg(unix)]
    #[test]
    #[allow(clippy::print_stderr, reason = "a test that is skipped says so")]
    fn permissions_are_asked_for_folder_and_files() {
        use std::os::unix::fs::PermissionsExt as _;
        let (_keep, root) = scratch();
        let mode = |path: &Utf8Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        fs::write(root.join("journal.jsonl"), "").unwrap();
        assert!(may_write(&root).is_ok());
        mode(&root.join("journal.jsonl"), 0o400);
        if fs::OpenOptions::new().append(true).open(root.join("journal.jsonl")).is_ok() {
            eprintln!("skipped: this user may write everything");
            return;
        }
        assert_eq!(may_write(&root).unwrap_err().1.kind(), io::ErrorKind::PermissionDenied);
        fs::remove_file(root.join("journal.jsonl")).unwrap();
        mode(&root, 0o500);
        let refused = may_write(&root.join("7")).map_err(|(path, error)| (path.to_owned(), error.kind()));
        mode(&root, 0o700);
        assert_eq!(refused, Err((root, io::ErrorKind::PermissionDenied)));
    }
}
