//! Files that look like templates and are not read: an ending that no pattern has, a folder that is too deep.
//!
//! Not reading a file must never look like its absence: with `prune`, what is absent is deleted. Reads the beginning of such
//! files and understands no YAML.

use std::io::Read as _;

use camino::{Utf8Path, Utf8PathBuf};

use super::found::FoundFile;
use crate::diagnostic::{Diagnostic, Severity};

/// As many files are looked into; where more lie about, they are something else.
const MOST: usize = 2_000;
/// Bytes of a file that are looked at.
const BEGINNING: u64 = 64 * 1024;

/// Something that looks like a template and is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overlooked {
    /// Relative to the root.
    pub path: Utf8PathBuf,
    /// What is known of it.
    pub content: Content,
}

/// What is known of something that is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// A file that seems to hold families of these names, or `removed`.
    Families(Vec<String>),
    /// A file that cannot be opened.
    Unreadable(String),
    /// A folder that lies too deep.
    TooDeep,
}

impl Overlooked {
    /// Whether it may ask for a template of that name.
    #[must_use]
    pub fn may_ask_for(&self, name: &str) -> bool {
        match &self.content {
            Content::Families(names) => names.iter().any(|known| known == name),
            Content::Unreadable(_) | Content::TooDeep => true,
        }
    }

    /// What is to be said of it.
    #[must_use]
    pub fn warning(&self) -> Diagnostic {
        let path = &self.path;
        let (message, help) = match &self.content {
            Content::Families(_) => (
                format!("`{path}` looks like a template and is not read: no pattern of `templates` matches it"),
                "rename it, or add a pattern that matches it",
            ),
            Content::Unreadable(why) => (
                format!("`{path}` may be a template and is not read: {why}"),
                "make it readable, or move it out of the folder of templates",
            ),
            Content::TooDeep => (
                format!("the folder `{path}` may hold templates and is not read: it lies too deep"),
                "move it up; folders are read to a depth of 32",
            ),
        };
        Diagnostic::new(Severity::Warning, "LP064", None, message).help(help)
    }
}

/// The folder that all files of a pattern lie in: its parts before the first wildcard.
pub(super) fn base(pattern: &str) -> Utf8PathBuf {
    let parts: Vec<&str> = pattern.split('/').collect();
    let fixed = |part: &&str| !part.contains(['*', '?', '[', '{']);
    parts[..parts.len().saturating_sub(1)].iter().copied().take_while(fixed).collect()
}

/// Whether a file's ending says YAML, in any case.
pub(super) fn is_yaml(path: &Utf8Path) -> bool {
    path.extension().is_some_and(|ending| ["yaml", "yml"].iter().any(|known| ending.eq_ignore_ascii_case(known)))
}

/// Those of the files that look like templates, and the folders, sorted.
pub(super) fn overlooked(files: impl Iterator<Item = FoundFile>, too_deep: Vec<Utf8PathBuf>) -> Vec<Overlooked> {
    let look = |found: FoundFile| {
        let content = match beginning(&found) {
            Ok(text) => Content::Families(names(&text)?),
            Err(error) => Content::Unreadable(error.to_string()),
        };
        Some(Overlooked { path: found.path, content })
    };
    let folders = too_deep.into_iter().map(|path| Overlooked { path, content: Content::TooDeep });
    let mut all: Vec<Overlooked> = files.take(MOST).filter_map(look).chain(folders).collect();
    all.sort_by(|a, b| a.path.cmp(&b.path));
    all.dedup();
    all
}

fn beginning(found: &FoundFile) -> std::io::Result<String> {
    let mut bytes = Vec::new();
    std::fs::File::open(&found.file)?.take(BEGINNING).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Names of the families in a text; `None` if it does not look like one.
fn names(text: &str) -> Option<Vec<String>> {
    let top = |key: &'static str| {
        text.lines().filter_map(move |line| {
            let line = line.strip_prefix("--- ").unwrap_or(line);
            let (found, value) = line.split_once(':')?;
            (found.trim_matches(['"', '\'']) == key).then_some(value)
        })
    };
    let is_family = top("name").next().is_some() && top("languages").next().is_some();
    if !is_family && top("removed").next().is_none() {
        return None;
    }
    let name = |value: &str| {
        let value = value.split(" #").next().unwrap_or_default();
        value.trim().trim_matches(['"', '\'']).to_owned()
    };
    Some(top("name").map(name).collect())
}
