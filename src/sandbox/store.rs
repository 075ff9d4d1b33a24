//! Accounts on disk: `<root>/<provider>/<id>.json`, one JSON document each, replaced atomically. An account is named by its
//! place: `ID` for Meta's, `PROVIDER/ID` for the others.
//!
//! Several processes may use the same root. Every change is made under an advisory lock on `<waba>.lock`: load, change,
//! save. Readers take no lock; they keep the parsed account in memory as long as the file is the same one.
//! Must not know HTTP or any rule of the provider.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use camino::{Utf8Path, Utf8PathBuf};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::account::{Account, Template};
use super::{SandboxError, review};
use crate::file;

/// Largest file of the sandbox that is read, bytes: an account with 6,000 templates has about 20 MB.
const MAX_FILE: u64 = 256 << 20;

/// The longest id.
const ID_LENGTH: usize = 32;

/// Providers whose accounts have a folder, and whether their ids have letters too.
const FOLDERS: [(&str, bool); 4] = [("meta", false), ("infobip", false), ("360dialog", true), ("vonage", false)];

/// What tells one version of a file from the next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Stamp {
    modified: SystemTime,
    size: u64,
    inode: u64,
}

/// A directory of accounts.
#[derive(Debug)]
pub(crate) struct Store {
    root: Utf8PathBuf,
    cache: Mutex<HashMap<String, Cached>>,
}

/// An account as it was when its file had this stamp.
#[derive(Clone, Debug)]
struct Cached {
    stamp: Stamp,
    account: Arc<Account>,
    due: Option<Timestamp>,
}

impl Cached {
    fn new(stamp: Stamp, account: Account) -> Self {
        Self { stamp, due: review::next_due(&account), account: Arc::new(account) }
    }
}

/// The document: account first, then one line per template.
#[derive(Deserialize)]
struct Document {
    account: Account,
    templates: Vec<Template>,
}

/// The clock that every account of a root starts from.
#[derive(Default, Serialize, Deserialize)]
struct Clock {
    offset_ms: i64,
}

impl Store {
    /// A store over a directory, which need not exist yet.
    pub(crate) fn new(root: &Utf8Path) -> Self {
        Self { root: root.to_owned(), cache: Mutex::default() }
    }

    /// The directory.
    pub(crate) fn root(&self) -> &Utf8Path {
        &self.root
    }

    /// The account, with everything that was due by now done; an empty one when nobody spoke to it yet.
    pub(crate) fn read(&self, waba: &str) -> Result<(Arc<Account>, Timestamp), SandboxError> {
        let (account, due) = self.load_with_due(waba)?;
        let now = self.now_of(&account)?;
        if due.is_some_and(|due| due <= now) {
            self.change(waba, |_, _| Ok::<_, SandboxError>(()))?;
            return Ok((self.load(waba)?, now));
        }
        Ok((account, now))
    }

    /// Changes an account under its lock; saves when `change` ends well.
    pub(crate) fn change<T, E: From<SandboxError>>(
        &self,
        waba: &str,
        change: impl FnOnce(&mut Account, Timestamp) -> Result<T, E>,
    ) -> Result<T, E> {
        let path = self.path(waba)?;
        let _lock = lock(&path.with_extension("lock"))?;
        let mut account = Account::clone(&*self.load(waba)?);
        let now = self.now_of(&account)?;
        review::settle(&mut account, now);
        let result = change(&mut account, now)?;
        let text = document(&account).map_err(|source| SandboxError::Damaged { path: path.clone(), source })?;
        replace(&path, text.as_bytes())?;
        if let Some(stamp) = stamp(&path)? {
            self.cached().insert(waba.to_owned(), Cached::new(stamp, account));
        }
        Ok(result)
    }

    /// Makes the account exist.
    pub(crate) fn open(&self, waba: &str) -> Result<(), SandboxError> {
        if self.exists(waba)? {
            return Ok(());
        }
        self.change(waba, |_, _| Ok(()))
    }

    /// Whether somebody spoke to this account before.
    pub(crate) fn exists(&self, waba: &str) -> Result<bool, SandboxError> {
        Ok(stamp(&self.path(waba)?)?.is_some())
    }

    /// All accounts of the root, Meta's first.
    pub(crate) fn accounts(&self) -> Result<Vec<String>, SandboxError> {
        let mut found = Vec::new();
        for (provider, _) in FOLDERS {
            let folder = self.root.join(provider);
            let entries = match fs::read_dir(&folder) {
                Ok(entries) => entries,
                Err(e) if e.kind() == io::ErrorKind::NotFound => continue,
                Err(e) => return Err(SandboxError::io(&folder, e)),
            };
            let start = found.len();
            for entry in entries {
                let entry = entry.map_err(|e| SandboxError::io(&folder, e))?;
                let name = entry.file_name().to_string_lossy().into_owned();
                let place = name.strip_suffix(".json").map(|id| place(provider, id));
                found.extend(place.filter(|place| folder_of(place).is_some()));
            }
            found[start..].sort();
        }
        Ok(found)
    }

    /// Meta's account that holds a template id; elsewhere paths name the account.
    pub(crate) fn owner_of(&self, template_id: &str) -> Result<Option<String>, SandboxError> {
        for waba in self.accounts()?.into_iter().filter(|place| !place.contains('/')) {
            if self.load(&waba)?.by_id(template_id).is_some() {
                return Ok(Some(waba));
            }
        }
        Ok(None)
    }

    /// Removes an account's document; its lock file stays.
    pub(crate) fn remove(&self, waba: &str) -> Result<(), SandboxError> {
        let path = self.path(waba)?;
        let _lock = lock(&path.with_extension("lock"))?;
        for file in [path.clone(), path.with_extension("calls")] {
            remove_file(&file)?;
        }
        self.cached().remove(waba);
        Ok(())
    }

    /// Time on an account's clock.
    pub(crate) fn now(&self, waba: &str) -> Result<Timestamp, SandboxError> {
        self.now_of(&*self.load(waba)?)
    }

    /// Time on the clock that is furthest ahead; uploads belong to no account and live on it.
    pub(crate) fn latest_now(&self) -> Result<Timestamp, SandboxError> {
        let mut ahead = 0;
        for waba in self.accounts()? {
            ahead = ahead.max(self.load(&waba)?.offset_ms);
        }
        Ok(shifted(self.root_offset()?.saturating_add(ahead)))
    }

    /// Moves the clock that every account of the root starts from.
    pub(crate) fn advance_root(&self, by_ms: i64) -> Result<(), SandboxError> {
        let path = self.root.join("clock.json");
        let _lock = lock(&self.root.join("clock.lock"))?;
        let clock = Clock { offset_ms: self.root_offset()?.saturating_add(by_ms) };
        write_json(&path, &clock)
    }

    /// `<root>/<provider>/<id>.json`; nothing but an id makes a name.
    pub(crate) fn path(&self, place: &str) -> Result<Utf8PathBuf, SandboxError> {
        match folder_of(place) {
            Some((provider, id)) => Ok(self.root.join(provider).join(format!("{id}.json"))),
            None => Err(SandboxError::NotAnId { text: place.to_owned() }),
        }
    }

    fn root_offset(&self) -> Result<i64, SandboxError> {
        let clock: Option<Clock> = read_json(&self.root.join("clock.json"))?;
        Ok(clock.unwrap_or_default().offset_ms)
    }

    fn now_of(&self, account: &Account) -> Result<Timestamp, SandboxError> {
        Ok(shifted(self.root_offset()?.saturating_add(account.offset_ms)))
    }

    fn cached(&self) -> MutexGuard<'_, HashMap<String, Cached>> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn load(&self, waba: &str) -> Result<Arc<Account>, SandboxError> {
        Ok(self.load_with_due(waba)?.0)
    }

    /// The account as it is on disk, and when the next thing happens in it by itself.
    fn load_with_due(&self, waba: &str) -> Result<(Arc<Account>, Option<Timestamp>), SandboxError> {
        let path = self.path(waba)?;
        let nobody = || Ok((Arc::new(Account::new(waba)), None));
        let Some(stamp) = stamp(&path)? else {
            return nobody();
        };
        if let Some(cached) = self.cached().get(waba)
            && cached.stamp == stamp
        {
            return Ok((Arc::clone(&cached.account), cached.due));
        }
        let Some(document) = read_json::<Document>(&path)? else {
            return nobody();
        };
        let mut account = document.account;
        account.templates = document.templates.into_iter().map(Arc::new).collect();
        let cached = Cached::new(stamp, account);
        let found = (Arc::clone(&cached.account), cached.due);
        self.cached().insert(waba.to_owned(), cached);
        Ok(found)
    }
}

/// Whether a text can be an id of Meta's: 1 to 32 digits.
pub(crate) fn is_id(text: &str) -> bool {
    (1..=ID_LENGTH).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

/// Folder and id of a place, if it can be one.
fn folder_of(place: &str) -> Option<(&'static str, &str)> {
    let (provider, id) = place.split_once('/').unwrap_or(("meta", place));
    let (folder, letters) = FOLDERS.into_iter().find(|(folder, _)| *folder == provider)?;
    let fits = |byte: u8| byte.is_ascii_digit() || (letters && byte.is_ascii_alphabetic());
    ((1..=ID_LENGTH).contains(&id.len()) && id.bytes().all(fits)).then_some((folder, id))
}

/// The place of an account.
pub(crate) fn place(provider: &str, id: &str) -> String {
    if provider == "meta" { id.to_owned() } else { format!("{provider}/{id}") }
}

fn shifted(offset_ms: i64) -> Timestamp {
    super::account::plus(Timestamp::now(), SignedDuration::from_millis(offset_ms))
}

/// The document's text. Lines of templates that did not change are taken as they were.
fn document(account: &Account) -> Result<String, serde_json::Error> {
    let mut text = String::from("{\"account\":");
    text.push_str(&serde_json::to_string(account)?);
    text.push_str(",\n\"templates\":[");
    for (i, template) in account.templates.iter().enumerate() {
        text.push_str(if i == 0 { "\n" } else { ",\n" });
        match template.line.get() {
            Some(line) => text.push_str(line),
            None => {
                let line = serde_json::to_string(&**template)?;
                text.push_str(&line);
                // Another thread may have been first; its line is the same.
                let _ = template.line.set(line);
            }
        }
    }
    text.push_str("\n]}\n");
    Ok(text)
}

fn stamp(path: &Utf8Path) -> Result<Option<Stamp>, SandboxError> {
    match fs::metadata(path) {
        Ok(meta) => Ok(Some(Stamp {
            modified: meta.modified().map_err(|e| SandboxError::io(path, e))?,
            size: meta.len(),
            inode: inode(&meta),
        })),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(SandboxError::io(path, e)),
    }
}

#[cfg(unix)]
fn inode(meta: &fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(meta)
}

#[cfg(not(unix))]
fn inode(_: &fs::Metadata) -> u64 {
    0
}

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
