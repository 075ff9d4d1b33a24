//! Opening files: the one way in which every file of a workspace, a ledger or a sandbox is read.
//!
//! A file is opened once and judged by what was opened, so that nobody can put another in its place between a look and a
//! read: a regular file, of bounded size. Nothing waits for a named pipe, and no device is touched.

use std::{
    fs::{File, FileType, Metadata, OpenOptions},
    io::{self, Read as _},
    path::{Component, Path, PathBuf},
};

/// What [`Fault::Kind`] calls a folder.
pub const FOLDER: &str = "a folder";

/// Why a file is not read. Each reads on after the file's name: "`a.yaml` is a named pipe, not a file".
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// There is nothing of that name.
    #[error("is not there")]
    Missing,
    /// A link, or a path, leads out of the folder that it has to stay in.
    #[error("is a link that leads out of the workspace")]
    Outside,
    /// A link leads to a file whose name, or whose folder's name, begins with a dot.
    #[error("is a link to a hidden file, which is never read")]
    Hidden,
    /// It is a symbolic link where none is followed.
    #[error("is a symbolic link, which is not followed here")]
    Link,
    /// It is a folder, a named pipe, a device or a socket.
    #[error("is {0}, not a file")]
    Kind(&'static str),
    /// It is larger than what is read.
    #[error("has more than {0} bytes")]
    TooLarge(u64),
    /// The system says no.
    #[error("cannot be read: {0}")]
    Io(io::Error),
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::Missing,
            _ => Self::Io(error),
        }
    }
}

impl From<Fault> for io::Error {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Io(error) => error,
            Fault::Missing => io::ErrorKind::NotFound.into(),
            fault => Self::other(format!("it {fault}")),
        }
    }
}

/// A regular file that was opened for reading.
#[derive(Debug)]
pub struct Opened {
    file: File,
    length: u64,
}

impl Opened {
    /// Its length when it was opened, bytes.
    #[must_use]
    pub const fn length(&self) -> u64 {
        self.length
    }

    /// Its bytes, at most `most` of them.
    ///
    /// # Errors
    /// [`Fault::TooLarge`], also if it grows meanwhile; nothing of it is kept then.
    pub fn bytes(self, most: u64) -> Result<Vec<u8>, Fault> {
        if self.length > most {
            return Err(Fault::TooLarge(most));
        }
        let mut bytes = Vec::with_capacity(usize::try_from(self.length).unwrap_or_default());
        self.file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
        match bytes.len() as u64 > most {
            true => Err(Fault::TooLarge(most)),
            false => Ok(bytes),
        }
    }

    /// The file itself, for who reads it piece by piece.
    #[must_use]
    pub fn into_file(self) -> File {
        self.file
    }
}

/// Opens a file that may lie anywhere and be reached over links: one that the user of this machine named.
///
/// # Errors
/// [`Fault`].
pub fn open(path: &Path) -> Result<Opened, Fault> {
    regular(&path.metadata()?)?;
    checked(waiting_for_nobody(OpenOptions::new().read(true)).open(path)?)
}

/// Opens a file for reading that must not be a link.
///
/// # Errors
/// [`Fault`].
pub fn open_here(path: &Path) -> Result<Opened, Fault> {
    checked(open_with(OpenOptions::new().read(true), path)?)
}

/// Opens, or makes, a file that must be a regular one and no link, in whatever way the options say.
///
/// # Errors
/// [`Fault`].
pub fn open_with(options: &mut OpenOptions, path: &Path) -> Result<File, Fault> {
    match path.symlink_metadata() {
        Ok(found) if found.is_symlink() => return Err(Fault::Link),
        Ok(found) => regular(&found)?,
        // It may be about to be made.
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error.into()),
    }
    let file = following_no_link(options).open(path).map_err(|error| refused_link(error, path))?;
    regular(&file.metadata()?)?;
    Ok(file)
}

/// Whole content of a file that may lie anywhere, see [`open`].
///
/// # Errors
/// [`Fault`].
pub fn read(path: &Path, most: u64) -> Result<Vec<u8>, Fault> {
    open(path)?.bytes(most)
}

/// Whole content of a file that must not be a link; `None` if there is none.
///
/// # Errors
/// [`Fault`].
pub fn read_here(path: &Path, most: u64) -> Result<Option<Vec<u8>>, Fault> {
    match open_here(path) {
        Ok(opened) => opened.bytes(most).map(Some),
        Err(Fault::Missing) => Ok(None),
        Err(fault) => Err(fault),
    }
}

/// A folder that files have to lie in: links are followed as long as they stay inside and lead to nothing hidden.
#[derive(Debug, Clone)]
pub struct Folder {
    /// Without links.
    root: PathBuf,
}

impl Folder {
    /// The folder of that path; empty for the current one.
    ///
    /// # Errors
    /// It cannot be read, or is none.
    pub fn new(path: &Path) -> io::Result<Self> {
        let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        Ok(Self { root: path.canonicalize()? })
    }

    /// Its path without links.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.root
    }

    /// Opens a file inside.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn open(&self, path: &Path) -> Result<Opened, Fault> {
        let target = self.root.join(path).canonicalize()?;
        let inner = target.strip_prefix(&self.root).map_err(|_| Fault::Outside)?;
        if inner.components().any(|part| part.as_os_str().to_string_lossy().starts_with('.')) {
            return Err(Fault::Hidden);
        }
        regular(&target.symlink_metadata()?)?;
        // The path has no links now. One that came into it since is refused rather than followed.
        checked(below(&self.root, inner)?)
    }

    /// Whether what will be written at a path below this folder stays in it, whichever part of the path is there already.
    #[must_use]
    pub fn keeps(&self, path: &Path) -> bool {
        let mut there = self.root.clone();
        for part in path.components() {
            match part {
                Component::Normal(name) => there.push(name),
                Component::CurDir => continue,
                _ => return false,
            }
            match there.canonicalize() {
                Ok(real) if real.starts_with(&self.root) => there = real,
                Ok(_) => return false,
                // A link to nothing would be followed by whoever writes.
                Err(_) => return there.symlink_metadata().is_err(),
            }
        }
        true
    }
}

/// Opens a path below a folder part by part, so that no link is followed, whenever it came there.
#[cfg(unix)]
fn below(root: &Path, inner: &Path) -> Result<File, Fault> {
    use rustix::fs::{Mode, OFlags, open, openat};
    #[cfg(target_os = "linux")]
    const INNER: OFlags = OFlags::PATH.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC).union(OFlags::NOFOLLOW);
    #[cfg(not(target_os = "linux"))]
    const INNER: OFlags = OFlags::DIRECTORY.union(OFlags::CLOEXEC).union(OFlags::NOFOLLOW);
    let file = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY;
    let system = |error: rustix::io::Errno| match error {
        rustix::io::Errno::LOOP => Fault::Link,
        error => io::Error::from(error).into(),
    };
    let mut folder = open(root, INNER, Mode::empty()).map_err(system)?;
    let mut parts = inner.components().peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return Ok(openat(&folder, part.as_os_str(), file, Mode::empty()).map_err(system)?.into());
        }
        folder = openat(&folder, part.as_os_str(), INNER, Mode::empty()).map_err(system)?;
    }
    Err(Fault::Kind(FOLDER))
}

#[cfg(not(unix))]
fn below(root: &Path, inner: &Path) -> Result<File, Fault> {
    Ok(File::open(root.join(inner))?)
}

/// A named pipe is opened at once instead of when somebody writes into it, and refused then.
fn waiting_for_nobody(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    with_flags(options, rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY);
    options
}

fn following_no_link(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        with_flags(options, OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::NOFOLLOW);
    }
    options
}

#[cfg(unix)]
fn with_flags(options: &mut OpenOptions, flags: rustix::fs::OFlags) {
    use std::os::unix::fs::OpenOptionsExt as _;
    // Flags of open(2) are a C int on every system.
    options.custom_flags(i32::from_ne_bytes(flags.bits().to_ne_bytes()));
}

/// What came in between a look and an opening.
fn refused_link(error: io::Error, path: &Path) -> Fault {
    match path.symlink_metadata() {
        Ok(found) if found.is_symlink() => Fault::Link,
        _ => error.into(),
    }
}

fn checked(file: File) -> Result<Opened, Fault> {
    let found = file.metadata()?;
    regular(&found)?;
    Ok(Opened { file, length: found.len() })
}

fn regular(found: &Metadata) -> Result<(), Fault> {
    if found.is_file() { Ok(()) } else { Err(Fault::Kind(kind(found.file_type()))) }
}

/// What a file that is no regular one is called.
#[cfg(unix)]
fn kind(found: FileType) -> &'static str {
    use std::os::unix::fs::FileTypeExt as _;
    match found {
        found if found.is_dir() => FOLDER,
        found if found.is_fifo() => "a named pipe",
        found if found.is_socket() => "a socket",
        found if found.is_char_device() || found.is_block_device() => "a device",
        _ => "something else",
    }
}

#[cfg(not(unix))]
fn kind(found: FileType) -> &'static str {
    if found.is_dir() { FOLDER } else { "something else" }
}

#[cfg(all(test, unix))]
mod tests {
    use std::{fs, os::unix::fs::symlink, process::Command};

    use super::*;

    fn said(result: Result<Opened, Fault>) -> String {
        result.map_or_else(|fault| fault.to_string(), |opened| format!("{} bytes", opened.length()))
    }

    #[test]
    fn only_regular_files_are_read_and_nothing_waits() {
        let keep = tempfile::tempdir().unwrap();
        let root = keep.path().canonicalize().unwrap();
        fs::write(root.join("file"), "abc").unwrap();
        fs::create_dir(root.join("folder")).unwrap();
        assert!(Command::new("mkfifo").arg(root.join("pipe")).status().unwrap().success());
        symlink("/dev/zero", root.join("zero")).unwrap();
        symlink("pipe", root.join("to-pipe")).unwrap();
        symlink("file", root.join("to-file")).unwrap();
        let folder = Folder::new(&root).unwrap();
        for (name, anywhere, here, inside) in [
            ("file", "3 bytes", "3 bytes", "3 bytes"),
            ("to-file", "3 bytes", "is a symbolic link, which is not followed here", "3 bytes"),
            ("folder", "is a folder, not a file", "is a folder, not a file", "is a folder, not a file"),
            ("pipe", "is a named pipe, not a file", "is a named pipe, not a file", "is a named pipe, not a file"),
            (
                "to-pipe",
                "is a named pipe, not a file",
                "is a symbolic link, which is not followed here",
                "is a named pipe, not a file",
            ),
            (
                "zero",
                "is a device, not a file",
                "is a symbolic link, which is not followed here",
                "is a link that leads out of the workspace",
            ),
            ("none", "is not there", "is not there", "is not there"),
        ] {
            let path = root.join(name);
            assert_eq!(said(open(&path)), anywhere, "{name}");
            assert_eq!(said(open_here(&path)), here, "{name}");
            assert_eq!(said(folder.open(Path::new(name))), inside, "{name}");
        }
        // Not made either where something else lies.
        assert!(matches!(
            open_with(OpenOptions::new().create(true).append(true), &root.join("pipe")),
            Err(Fault::Kind(_))
        ));
        assert!(matches!(
            open_with(OpenOptions::new().create(true).append(true), &root.join("zero")),
            Err(Fault::Link)
        ));
        assert!(open_with(OpenOptions::new().create(true).append(true), &root.join("new")).is_ok());
    }

    #[test]
    fn sizes_are_bounded_before_and_while_a_file_is_read() {
        let keep = tempfile::tempdir().unwrap();
        let path = keep.path().join("file");
        fs::write(&path, "abcd").unwrap();
        assert_eq!(read(&path, 4).unwrap(), b"abcd");
        assert!(matches!(read(&path, 3), Err(Fault::TooLarge(3))));
        let opened = open(&path).unwrap();
        fs::write(&path, "abcdefgh").unwrap();
        assert!(matches!(opened.bytes(4), Err(Fault::TooLarge(4))));
        // A sparse file says its length without taking room.
        File::create(&path).unwrap().set_len(1 << 40).unwrap();
        assert!(matches!(read_here(&path, 1 << 20), Err(Fault::TooLarge(_))));
    }

    #[test]
    fn links_stay_inside_and_lead_to_nothing_hidden() {
        let keep = tempfile::tempdir().unwrap();
        let root = keep.path().canonicalize().unwrap().join("work");
        fs::create_dir_all(root.join("a/b")).unwrap();
        fs::create_dir(root.join(".git")).unwrap();
        fs::write(root.join("../secret"), "x").unwrap();
        fs::write(root.join(".git/config"), "x").unwrap();
        fs::write(root.join("a/b/c"), "x").unwrap();
        symlink("../../secret", root.join("a/out")).unwrap();
        symlink("..", root.join("up")).unwrap();
        symlink(".git/config", root.join("dot")).unwrap();
        symlink(root.join("a/b"), root.join("in")).unwrap();
        let folder = Folder::new(&root).unwrap();
        assert_eq!(said(folder.open(Path::new("in/c"))), "1 bytes");
        for (path, why) in [
            ("a/out", "out of the workspace"),
            ("up/secret", "out of the workspace"),
            ("../secret", "out of the workspace"),
            ("/etc/passwd", "out of the workspace"),
            ("dot", "hidden"),
            ("a/b", FOLDER),
            ("", FOLDER),
        ] {
            assert!(said(folder.open(Path::new(path))).contains(why), "{path}: {}", said(folder.open(Path::new(path))));
        }
        // A link that came into the path after the look.
        assert!(matches!(below(&root, Path::new("in/c")), Err(Fault::Link | Fault::Io(_))));
        assert!(matches!(below(&root, Path::new("a/out")), Err(Fault::Link)));
    }

    #[test]
    fn what_is_written_below_a_folder_stays_there() {
        let keep = tempfile::tempdir().unwrap();
        let root = keep.path().canonicalize().unwrap().join("work");
        fs::create_dir_all(root.join("a")).unwrap();
        symlink("..", root.join("up")).unwrap();
        symlink("../nothing", root.join("gone")).unwrap();
        symlink("a", root.join("in")).unwrap();
        let folder = Folder::new(&root).unwrap();
        for (path, kept) in [
            ("a/b/c", true),
            ("new", true),
            ("in/x", true),
            ("./a", true),
            ("up/x", false),
            ("gone/x", false),
            ("a/../..", false),
            ("/tmp", false),
        ] {
            assert_eq!(folder.keeps(Path::new(path)), kept, "{path}");
        }
    }
}
