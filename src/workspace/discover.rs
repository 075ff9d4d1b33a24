//! Finding the template files: patterns below the workspace's root, links only while they stay inside, nothing hidden.
//!
//! Bounded in files, folders and depth. Reads directories, never the content of files.

use std::{
    collections::{BTreeMap, HashSet},
    path::{Path, PathBuf},
};

use camino::{Utf8Path, Utf8PathBuf};
use globset::{GlobBuilder, GlobMatcher};

use crate::{
    diagnostic::{Diagnostic, Severity, Span},
    source::{read, tree::Node},
};

/// Where templates lie if nothing is said.
pub const DEFAULT_PATTERN: &str = "templates/**/*.yaml";
/// Most files of one workspace.
pub const MAX_FILES: usize = 10_000;
/// Most entries of folders that are looked at.
const MAX_ENTRIES: usize = 300_000;
/// Deepest folder.
const MAX_DEPTH: usize = 32;

/// `templates:` of the file.
pub(super) fn patterns(node: &Node, faults: &mut Vec<Diagnostic>) -> Vec<(String, Option<Span>)> {
    let mut out = Vec::new();
    for (pattern, span) in read::texts(node, "`templates`", faults) {
        let pattern = pattern.strip_prefix("./").map_or(pattern.clone(), str::to_owned);
        let outside = pattern.starts_with('/') || pattern.split('/').any(|part| part == "..");
        if outside || pattern.is_empty() {
            let message = "patterns of templates are relative to the workspace and stay inside it";
            faults.push(Diagnostic::error("LP053", span, message));
        } else if let Err(error) = compile(&pattern) {
            faults.push(Diagnostic::error("LP053", span, format!("this pattern is broken: {error}")));
        } else {
            out.push((pattern, Some(span)));
        }
    }
    out
}

fn compile(pattern: &str) -> Result<GlobMatcher, globset::Error> {
    Ok(GlobBuilder::new(pattern).literal_separator(true).build()?.compile_matcher())
}

/// A file that some pattern matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Relative to the root, with `/`.
    pub path: Utf8PathBuf,
    /// What to open.
    pub file: PathBuf,
}

/// All files that match, sorted by path, each once however many links lead to it. `except` is never a template file.
pub fn files(
    root: &Utf8Path,
    patterns: &[(String, Option<Span>)],
    except: Option<&Path>,
    faults: &mut Vec<Diagnostic>,
) -> Vec<Found> {
    let fault = |code, message: String| Diagnostic::new(Severity::Error, code, None, message);
    let canonical = match root.as_std_path().canonicalize() {
        Ok(path) => path,
        Err(error) => {
            faults.push(fault("LP051", format!("the folder {root} cannot be read: {error}")));
            return Vec::new();
        }
    };
    let globs: Vec<_> =
        patterns.iter().filter_map(|(pattern, span)| Some((compile(pattern).ok()?, pattern, span))).collect();
    let except = except.and_then(|path| path.canonicalize().ok());
    let mut walk = Walk { root: canonical.clone(), entries: 0, ..Walk::default() };
    walk.folders(vec![(canonical, Utf8PathBuf::new(), 0)], &globs.iter().map(|(glob, ..)| glob).collect::<Vec<_>>());
    faults.append(&mut walk.faults);
    let mut hits = vec![false; globs.len()];
    let mut found = BTreeMap::new();
    let mut seen = HashSet::new();
    // Real files first, so that a link to one is not taken in its place.
    walk.files.sort_by(|a, b| (a.1, &a.0.path).cmp(&(b.1, &b.0.path)));
    for (file, _) in walk.files {
        for (hit, (glob, ..)) in hits.iter_mut().zip(&globs) {
            *hit |= glob.is_match(&file.path);
        }
        if except.as_deref() != Some(&file.file) && seen.insert(file.file.clone()) {
            found.insert(file.path.clone(), file);
        }
    }
    for ((_, pattern, span), hit) in globs.iter().zip(&hits) {
        if *hit || walk.full {
            continue;
        }
        let message = format!("no file matches `{pattern}`");
        let fault = match span {
            Some(span) => Diagnostic::error("LP053", *span, message),
            None => Diagnostic::new(Severity::Warning, "LP053", None, message),
        };
        faults.push(fault.help("patterns are relative to the workspace; hidden files and folders are not read"));
    }
    if found.len() > MAX_FILES || walk.full {
        let message = format!("more than {MAX_FILES} template files, or far more files than a workspace has");
        faults.push(fault("LP051", message).help("narrow `templates:` to the folders that hold templates"));
    }
    found.into_values().take(MAX_FILES).collect()
}

#[derive(Default)]
struct Walk {
    root: PathBuf,
    /// With whether it was reached over a link.
    files: Vec<(Found, bool)>,
    faults: Vec<Diagnostic>,
    visited: HashSet<PathBuf>,
    /// Links that were judged, so that each fault is said once.
    links: HashSet<PathBuf>,
    entries: usize,
    full: bool,
}

impl Walk {
    /// Real folders first, then those that links lead to, each folder once.
    fn folders(&mut self, start: Vec<(PathBuf, Utf8PathBuf, usize)>, globs: &[&GlobMatcher]) {
        let mut linked = Vec::new();
        let mut over_link = false;
        let mut open = start;
        loop {
            while let Some((folder, path, depth)) = open.pop() {
                if self.visited.insert(folder.clone()) {
                    self.folder(&folder, &path, depth, over_link, globs, &mut open, &mut linked);
                }
            }
            if linked.is_empty() || self.full {
                return;
            }
            linked.sort();
            if !over_link {
                // A folder may match nothing where it lies and something where a link shows it: once each.
                self.visited.clear();
            }
            over_link = true;
            open = std::mem::take(&mut linked);
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the two queues belong to the loop")]
    fn folder(
        &mut self,
        folder: &Path,
        path: &Utf8Path,
        depth: usize,
        over_link: bool,
        globs: &[&GlobMatcher],
        open: &mut Vec<(PathBuf, Utf8PathBuf, usize)>,
        linked: &mut Vec<(PathBuf, Utf8PathBuf, usize)>,
    ) {
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => return self.fault("LP051", format!("the folder `{path}` cannot be read: {error}")),
        };
        for entry in entries.flatten() {
            self.entries += 1;
            if self.entries > MAX_ENTRIES {
                self.full = true;
                return;
            }
            let name = entry.file_name();
            if name.to_string_lossy().starts_with('.') {
                continue;
            }
            let Some(name) = name.to_str() else {
                if name.to_string_lossy().ends_with(".yaml") {
                    self.fault("LP051", format!("the name of `{path}/{}` is not UTF-8", name.to_string_lossy()));
                }
                continue;
            };
            let path = path.join(name);
            let Ok(kind) = entry.file_type() else { continue };
            let matches = globs.iter().any(|glob| glob.is_match(&path));
            let (target, is_dir) = if kind.is_symlink() {
                // A folder is of interest when a template could lie in it.
                let inside = path.join("x.yaml");
                let wanted = matches || globs.iter().any(|glob| glob.is_match(&inside));
                let Some(target) = self.link(&entry.path(), &path, wanted) else { continue };
                let is_dir = target.is_dir();
                (target, is_dir)
            } else {
                (folder.join(name), kind.is_dir())
            };
            if is_dir {
                if depth < MAX_DEPTH {
                    let queue = if kind.is_symlink() { &mut *linked } else { &mut *open };
                    queue.push((target, path, depth + 1));
                }
            } else if matches {
                self.files.push((Found { path, file: target }, over_link || kind.is_symlink()));
            }
        }
    }

    /// Where a link leads, if that is inside. Links that no pattern is interested in are passed over in silence.
    fn link(&mut self, link: &Path, path: &Utf8Path, wanted: bool) -> Option<PathBuf> {
        let wanted = wanted && self.links.insert(link.to_owned());
        match link.canonicalize() {
            Ok(target) if target.starts_with(&self.root) => {
                let inner = target.strip_prefix(&self.root).ok()?;
                let hidden = inner.components().any(|part| part.as_os_str().to_string_lossy().starts_with('.'));
                if hidden && wanted {
                    self.fault("LP052", format!("`{path}` is a link to a hidden file, which is never read"));
                }
                (!hidden).then_some(target)
            }
            Ok(_) if wanted => {
                self.fault("LP052", format!("`{path}` is a link that leads out of the workspace"));
                None
            }
            Err(error) if wanted => {
                self.fault("LP051", format!("`{path}` is a link that leads nowhere: {error}"));
                None
            }
            _ => None,
        }
    }

    fn fault(&mut self, code: &'static str, message: String) {
        self.faults.push(Diagnostic::new(Severity::Error, code, None, message));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root(folder: &tempfile::TempDir, files: &[&str]) -> Utf8PathBuf {
        let root = Utf8Path::from_path(folder.path()).unwrap().to_owned();
        for file in files {
            std::fs::create_dir_all(root.join(file).parent().unwrap()).unwrap();
            std::fs::write(root.join(file), "x").unwrap();
        }
        root
    }

    fn found(root: &Utf8Path, pattern: &str) -> (Vec<String>, Vec<Diagnostic>) {
        let mut faults = Vec::new();
        let files = files(root, &[(pattern.to_owned(), None)], None, &mut faults);
        (files.into_iter().map(|file| file.path.into_string()).collect(), faults)
    }

    #[test]
    fn sorted_matching_and_never_hidden() {
        let folder = tempfile::tempdir().unwrap();
        let root = root(
            &folder,
            &[
                "templates/b.yaml",
                "templates/a/z.yaml",
                "templates/.c.yaml",
                "templates/.git/d.yaml",
                "templates/e.yml",
                "f.yaml",
            ],
        );
        assert_eq!(found(&root, "templates/**/*.yaml").0, ["templates/a/z.yaml", "templates/b.yaml"]);
        assert_eq!(found(&root, "*.yaml").0, ["f.yaml"]);
        let (files, faults) = found(&root, "nowhere/*.yaml");
        assert!(files.is_empty() && faults[0].code == "LP053");
    }

    #[cfg(unix)]
    #[test]
    fn links_stay_inside_and_loops_end() {
        use std::os::unix::fs::symlink;
        let outside = tempfile::tempdir().unwrap();
        std::fs::write(outside.path().join("secret.yaml"), "x").unwrap();
        let folder = tempfile::tempdir().unwrap();
        let root = root(&folder, &["templates/a.yaml", "shared/b.yaml", ".git/c.yaml"]);
        let at = |path: &str| root.join(path).into_std_path_buf();
        symlink(at("templates"), at("templates/loop")).unwrap();
        symlink(at("shared"), at("templates/shared")).unwrap();
        symlink(at("templates/a.yaml"), at("templates/0.yaml")).unwrap();
        symlink(at(".git/c.yaml"), at("templates/c.yaml")).unwrap();
        symlink(outside.path().join("secret.yaml"), at("templates/s.yaml")).unwrap();
        symlink(outside.path(), at("templates/out")).unwrap();
        let (files, faults) = found(&root, "templates/**/*.yaml");
        assert_eq!(files, ["templates/a.yaml", "templates/shared/b.yaml"]);
        let codes: Vec<_> = faults.iter().map(|fault| fault.code).collect();
        assert_eq!(codes, ["LP052", "LP052", "LP052"], "{faults:?}");
    }
}
