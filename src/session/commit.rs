//! The git commit of a folder, read from its files. No git is run.

use std::fs;

use camino::Utf8Path;

/// The commit that HEAD names; `None` where there is no git or nothing is committed.
pub(super) fn head(directory: &Utf8Path) -> Option<String> {
    let start = directory.canonicalize_utf8().ok()?;
    let git = start.ancestors().map(|folder| folder.join(".git")).find(|git| git.is_dir())?;
    let head = fs::read_to_string(git.join("HEAD")).ok()?;
    let head = head.trim();
    let Some(name) = head.strip_prefix("ref: ") else { return hash(head) };
    if name.split('/').any(|part| part == "..") {
        return None;
    }
    if let Some(found) = fs::read_to_string(git.join(name)).ok().and_then(|text| hash(text.trim())) {
        return Some(found);
    }
    let packed = fs::read_to_string(git.join("packed-refs")).ok()?;
    packed.lines().find_map(|line| line.strip_suffix(name).and_then(|rest| hash(rest.trim())))
}

fn hash(text: &str) -> Option<String> {
    (text.len() >= 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| text.to_owned())
}
