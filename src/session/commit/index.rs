//! Git's index, as far as it tells whether a folder holds tracked files (gitformat-index(5), versions 2 to 4).

use camino::Utf8Path;

use super::files::text;
use crate::file;

/// Largest index that is read, bytes. One of a million files has about 100 MB.
const MAX_INDEX: u64 = 512 << 20;
/// Largest `config`, bytes.
const MAX_CONFIG: u64 = 1 << 20;

/// Bytes of an entry before the hash: two times of eight bytes, then device, inode, mode, user, group and size.
const STAT: usize = 40;

/// Whether a repository tracks a file below a folder, given relative to its top. `None` if that cannot be told.
pub(super) fn tracks(own: &Utf8Path, common: &Utf8Path, folder: &Utf8Path) -> Option<bool> {
    let sha256 = text(&common.join("config"), MAX_CONFIG).is_ok_and(|config| {
        config.lines().any(|line| {
            line.to_ascii_lowercase()
                .split_once('=')
                .is_some_and(|(key, value)| key.trim() == "objectformat" && value.trim() == "sha256")
        })
    });
    let hash = if sha256 { 32 } else { 20 };
    // Without an index nothing was ever added.
    let index = match file::read(own.join("index").as_std_path(), MAX_INDEX) {
        Ok(index) => index,
        Err(file::Fault::Missing) => return Some(false),
        Err(_) => return None,
    };
    let below = format!("{folder}/").into_bytes();
    let (found, shared) = search(&index, &below, hash)?;
    match (found, shared) {
        (true, _) => Some(true),
        (false, None) => Some(false),
        (false, Some(name)) => {
            let index = file::read(own.join(format!("sharedindex.{name}")).as_std_path(), MAX_INDEX).ok()?;
            search(&index, &below, hash).map(|(found, _)| found)
        }
    }
}

/// Whether a path begins so, and the name of the index that this one is laid over, if any. `None` for what is no index.
fn search(index: &[u8], below: &[u8], hash: usize) -> Option<(bool, Option<String>)> {
    let number = |at: usize| Some(u32::from_be_bytes(index.get(at..at + 4)?.try_into().ok()?));
    let version = number(4)?;
    if index.get(..4)? != b"DIRC" || !(2..=4).contains(&version) {
        return None;
    }
    let (count, mut at, mut found) = (number(8)?, 12, false);
    let mut path: Vec<u8> = Vec::new();
    for _ in 0..count {
        let flags = at + STAT + hash;
        // A second pair of flags follows where the first says so.
        let extended = version >= 3 && index.get(flags)? & 0x40 != 0;
        let mut name = flags + if extended { 4 } else { 2 };
        if version == 4 {
            let (strip, after) = varint(index, name)?;
            path.truncate(path.len().checked_sub(strip)?);
            name = after;
        } else {
            path.clear();
        }
        let length = index.get(name..)?.iter().position(|byte| *byte == 0)?;
        path.extend_from_slice(&index[name..name + length]);
        found |= path.starts_with(below);
        // Up to version 3 an entry ends with one to eight zeros, so that the next begins at a multiple of eight.
        at = if version == 4 { name + length + 1 } else { at + ((name + length - at + 8) & !7) };
    }
    Some((found, base(index, at, hash)))
}

/// A number in git's own form, and where it ends.
fn varint(index: &[u8], mut at: usize) -> Option<(usize, usize)> {
    let mut byte = *index.get(at)?;
    let mut value = usize::from(byte & 0x7f);
    while byte & 0x80 != 0 {
        at += 1;
        byte = *index.get(at)?;
        value = value.checked_add(1)?.checked_mul(128)?.checked_add(usize::from(byte & 0x7f))?;
    }
    Some((value, at + 1))
}

/// The hash in the extension `link`: most entries are in the index of that name.
fn base(index: &[u8], mut at: usize, hash: usize) -> Option<String> {
    loop {
        let size = u32::from_be_bytes(index.get(at + 4..at + 8)?.try_into().ok()?);
        let body = at + 8;
        if index.get(at..at + 4)? == b"link" {
            let hash = index.get(body..body + hash)?;
            let name: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
            return hash.iter().any(|byte| *byte != 0).then_some(name);
        }
        // What is left is the checksum of the file.
        if index.len() - body.min(index.len()) <= hash {
            return None;
        }
        at = body.checked_add(usize::try_from(size).ok()?)?;
    }
}
