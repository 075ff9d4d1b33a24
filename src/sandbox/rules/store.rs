//! Accounts on disk: `<root>/<provider>/<id>.json`, one JSON document each, replaced atomically. An account is named by its
//! place: `ID` for Meta's, `PROVIDER/ID` for the others.
//!
//! Several processes may use the same root. Every change is made under an advisory lock on `<waba>.lock`: load, change,
//! save. Readers take no lock; they keep the parsed account in memory as long as the file is the same one.
//! Must not know HTTP or any rule of the provider.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use camino::{Utf8Path, Utf8PathBuf};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{
    account::{Account, Template, plus},
    error::SandboxError,
    files::{lock, read_json, remove_file, replace, write_json},
    review,
};

/// The longest id.
const ID_LENGTH: usize = 32;

/// How the accounts of one provider are named and where they lie.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Provider {
    /// The folder under the root.
    pub(crate) folder: &'static str,
    /// Whether an account is named by its id alone, and not by `FOLDER/ID`. Holds for one provider at most.
    pub(crate) bare: bool,
    /// Whether ids have letters besides digits.
    pub(crate) letters: bool,
}

impl Provider {
    /// The name of an account, as the store takes it.
    pub(crate) fn account(&self, id: &str) -> String {
        if self.bare { id.to_owned() } else { format!("{}/{id}", self.folder) }
    }

    /// Whether the store's name of an account is of this provider.
    pub(crate) fn owns(&self, account: &str) -> bool {
        match account.split_once('/') {
            Some((folder, _)) => folder == self.folder,
            None => self.bare,
        }
    }
}

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
    providers: &'static [Provider],
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
    pub(crate) fn new(root: &Utf8Path, providers: &'static [Provider]) -> Self {
        Self { root: root.to_owned(), providers, cache: Mutex::default() }
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

    /// The tokens that accounts ask for.
    pub(crate) fn tokens(&self, accounts: &[String]) -> Result<Vec<String>, SandboxError> {
        let token = |account: &String| Ok(self.read(account)?.0.config.token.clone());
        accounts.iter().filter_map(|account| token(account).transpose()).collect()
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

    /// All accounts of the root, by provider in the order in which the store was given them.
    pub(crate) fn accounts(&self) -> Result<Vec<String>, SandboxError> {
        let mut found = Vec::new();
        for provider in self.providers {
            let folder = self.root.join(provider.folder);
            let entries = match fs::read_dir(&folder) {
                Ok(entries) => entries,
                Err(e) if e.kind() == io::ErrorKind::NotFound => continue,
                Err(e) => return Err(SandboxError::io(&folder, e)),
            };
            let start = found.len();
            for entry in entries {
                let entry = entry.map_err(|e| SandboxError::io(&folder, e))?;
                let name = entry.file_name().to_string_lossy().into_owned();
                let account = name.strip_suffix(".json").map(|id| provider.account(id));
                found.extend(account.filter(|account| self.folder_of(account).is_some()));
            }
            found[start..].sort();
        }
        Ok(found)
    }

    /// Removes an account's document; its lock file stays.
    pub(crate) fn remove(&self, waba: &str) -> Result<(), SandboxError> {
        let path = self.path(waba)?;
        let _lock = lock(&path.with_extension("lock"))?;
        for file in [path.clone(), path.with_extension("limits")] {
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

    /// `<root>/<provider>/<id>.json`; only what can be an id becomes a file's name.
    pub(crate) fn path(&self, account: &str) -> Result<Utf8PathBuf, SandboxError> {
        match self.folder_of(account) {
            Some((folder, id)) => Ok(self.root.join(folder).join(format!("{id}.json"))),
            None => Err(SandboxError::NotAnId { text: account.to_owned() }),
        }
    }

    /// Folder and id of an account, if the name can be one.
    fn folder_of<'a>(&self, account: &'a str) -> Option<(&'static str, &'a str)> {
        let provider = self.providers.iter().find(|provider| provider.owns(account))?;
        let id = account.split_once('/').map_or(account, |(_, id)| id);
        let fits = |byte: u8| byte.is_ascii_digit() || (provider.letters && byte.is_ascii_alphabetic());
        ((1..=ID_LENGTH).contains(&id.len()) && id.bytes().all(fits)).then_some((provider.folder, id))
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

    /// The account as it is on disk, without what was due since.
    pub(crate) fn load(&self, waba: &str) -> Result<Arc<Account>, SandboxError> {
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

/// Whether a text can be an id that is a number: 1 to 32 digits.
pub(crate) fn is_id(text: &str) -> bool {
    (1..=ID_LENGTH).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

fn shifted(offset_ms: i64) -> Timestamp {
    plus(Timestamp::now(), SignedDuration::from_millis(offset_ms))
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
