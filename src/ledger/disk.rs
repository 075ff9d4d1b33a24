//! What a ledger asks of a file system: few operations, each whole or not at all as far as the system allows, so that a
//! test can stand in for it and fail or die at any one of them.
//!
//! Knows nothing of what the files mean.

use std::{
    fmt,
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write as _},
};

use camino::Utf8Path;

use crate::file;

/// Largest file of a ledger that is read, bytes. The state of 6,000 templates, the most of an account, has about 20 MB.
pub(super) const MAX_FILE: u64 = 128 << 20;

/// The operations. Everything that is written is on disk when they return.
pub(crate) trait Disk: fmt::Debug + Send + Sync {
    /// The whole file; `None` if there is none.
    fn read(&self, path: &Utf8Path) -> io::Result<Option<Vec<u8>>>;
    /// Makes a folder that only its user may enter.
    fn create_folder(&self, path: &Utf8Path) -> io::Result<()>;
    /// Replaces a file at once: readers see the old or the new one.
    fn replace(&self, path: &Utf8Path, bytes: &[u8]) -> io::Result<()>;
    /// Makes a file that must not exist yet, whole; [`io::ErrorKind::AlreadyExists`] if it does.
    fn claim(&self, path: &Utf8Path, bytes: &[u8]) -> io::Result<()>;
    /// Adds to the end of a file, which comes into being.
    fn append(&self, path: &Utf8Path, bytes: &[u8]) -> io::Result<()>;
    /// Cuts a file to a length.
    fn cut(&self, path: &Utf8Path, length: u64) -> io::Result<()>;
    /// Renames a file.
    fn rename(&self, from: &Utf8Path, to: &Utf8Path) -> io::Result<()>;
    /// Removes a file; that it is not there is fine.
    fn remove(&self, path: &Utf8Path) -> io::Result<()>;
    /// Takes the operating system's lock on a file for as long as the result lives; `None` where the file system knows no
    /// locks, [`io::ErrorKind::WouldBlock`] if another process has it.
    fn lock(&self, path: &Utf8Path) -> io::Result<Option<File>>;
}

/// The file system.
#[derive(Debug, Clone, Copy)]
pub(super) struct FileSystem;

impl Disk for FileSystem {
    fn read(&self, path: &Utf8Path) -> io::Result<Option<Vec<u8>>> {
        Ok(file::read_here(path.as_std_path(), MAX_FILE)?)
    }

    fn create_folder(&self, path: &Utf8Path) -> io::Result<()> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(path)
    }

    fn replace(&self, path: &Utf8Path, bytes: &[u8]) -> io::Result<()> {
        written(path, bytes)?.persist(path).map_err(|error| error.error)?;
        sync_folder(path)
    }

    fn claim(&self, path: &Utf8Path, bytes: &[u8]) -> io::Result<()> {
        written(path, bytes)?.persist_noclobber(path).map_err(|error| error.error)?;
        sync_folder(path)
    }

    fn append(&self, path: &Utf8Path, bytes: &[u8]) -> io::Result<()> {
        let is_new = !path.exists();
        let mut file = opened(OpenOptions::new().create(true).append(true), path)?;
        file.write_all(bytes)?;
        file.sync_data()?;
        if is_new { sync_folder(path) } else { Ok(()) }
    }

    fn cut(&self, path: &Utf8Path, length: u64) -> io::Result<()> {
        let file = opened(OpenOptions::new().create(true).truncate(false).write(true), path)?;
        file.set_len(length)?;
        file.sync_data()
    }

    fn rename(&self, from: &Utf8Path, to: &Utf8Path) -> io::Result<()> {
        fs::rename(from, to)?;
        sync_folder(to)
    }

    fn remove(&self, path: &Utf8Path) -> io::Result<()> {
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn lock(&self, path: &Utf8Path) -> io::Result<Option<File>> {
        let file = opened(OpenOptions::new().create(true).truncate(false).read(true).write(true), path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(TryLockError::WouldBlock) => Err(io::ErrorKind::WouldBlock.into()),
            Err(TryLockError::Error(error)) if knows_no_locks(&error) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

/// Some network file systems answer that they have no locks: ENOLCK (37 on Linux, 77 on macOS) or "not supported".
fn knows_no_locks(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::Unsupported || matches!(error.raw_os_error(), Some(37 | 77))
}

/// A file beside `path`, written and synced, private by `tempfile`'s default.
fn written(path: &Utf8Path, bytes: &[u8]) -> io::Result<tempfile::NamedTempFile> {
    let mut file = tempfile::NamedTempFile::new_in(folder_of(path))?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    Ok(file)
}

fn folder_of(path: &Utf8Path) -> &Utf8Path {
    path.parent().unwrap_or(Utf8Path::new("."))
}

/// Makes a new name durable. Systems that cannot open folders have no such need.
fn sync_folder(path: &Utf8Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder_of(path)).and_then(|folder| folder.sync_all()) } else { Ok(()) }
}

/// A private file, opened for writing: never another one over a link, never a named pipe.
fn opened(options: &mut OpenOptions, path: &Utf8Path) -> io::Result<File> {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    Ok(file::open_with(options, path.as_std_path())?)
}
