//! Finding the template files: patterns below the workspace's root, links only while they stay inside, nothing hidden.
//!
//! Bounded in files, folders and depth. Reads directories; of files that no pattern matches [`super::overlooked`] reads the
//! beginning.

use std::{
    collections::{BTreeMap, HashSet},
    path::{Path, PathBuf},
};

use camino::{Utf8Path, Utf8PathBuf};

use super::{
    found::FoundFile,
    overlooked::{self, Overlooked},
};
use crate::{
    diagnostic::{Diagnostic, Severity, Span},
    pattern::{Invalid, Pattern},
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

fn compile(pattern: &str) -> Result<Pattern, Invalid> {
    Pattern::of_paths(pattern)
}

/// Whether files of a folder are read by some pattern.
#[must_use]
pub fn reads(patterns: &[(String, Option<Span>)], folder: &Utf8Path) -> bool {
    let file = folder.join("x.yaml");
    patterns.iter().filter_map(|(pattern, _)| compile(pattern).ok()).any(|glob| glob.is_match(&file))
}

/// What the patterns find, and what they leave out.
#[derive(Debug, Default)]
pub struct Discovery {
    /// All files that match, sorted by path, each once however many links lead to it.
    pub files: Vec<FoundFile>,
    /// What the templates of the workspace may lack because of that.
    pub gaps: Gaps,
}

/// Reasons to doubt that everything was found that the files of the workspace ask for.
#[derive(Debug, Clone, Default)]
pub struct Gaps {
    /// Patterns that no file matches.
    pub idle: Vec<String>,
    /// Files and folders that look like templates and are not read.
    pub overlooked: Vec<Overlooked>,
}

/// Looks for template files. Those of `except` are never template files.
pub fn files(
    root: &Utf8Path,
    patterns: &[(String, Option<Span>)],
    except: &[&Path],
    faults: &mut Vec<Diagnostic>,
) -> Discovery {
    let fault = |code, message: String| Diagnostic::new(Severity::Error, code, None, message);
    let canonical = match root.as_std_path().canonicalize() {
        Ok(path) => path,
        Err(error) => {
            faults.push(fault("LP051", format!("the folder {root} cannot be read: {error}")));
            return Discovery::default();
        }
    };
    let globs: Vec<_> =
        patterns.iter().filter_map(|(pattern, span)| Some((compile(pattern).ok()?, pattern, span))).collect();
    let except: Vec<PathBuf> = except.iter().filter_map(|path| path.canonicalize().ok()).collect();
    let bases = patterns.iter().map(|(pattern, _)| overlooked::base(pattern)).collect();
    let mut walk = Walk { root: canonical.clone(), bases, ..Walk::default() };
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
        if !except.contains(&file.file) && seen.insert(file.file.clone()) {
            found.insert(file.path.clone(), file);
        }
    }
    let mut gaps = Gaps::default();
    for ((_, pattern, span), hit) in globs.iter().zip(&hits) {
        if *hit || walk.full {
            continue;
        }
        gaps.idle.push((*pattern).clone());
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
    let unread = walk.unread.into_iter().filter(|file| !seen.contains(&file.file) && !except.contains(&file.file));
    gaps.overlooked = overlooked::overlooked(unread, walk.too_deep);
    faults.extend(gaps.overlooked.iter().map(Overlooked::warning));
    Discovery { files: found.into_values().take(MAX_FILES).collect(), gaps }
}

#[derive(Default)]
struct Walk {
    root: PathBuf,
    /// For each pattern the folder that all its files lie in.
    bases: Vec<Utf8PathBuf>,
    /// YAML files where templates are looked for that no pattern matches.
    unread: Vec<FoundFile>,
    /// Folders in which templates could lie, and that are not gone into.
    too_deep: Vec<Utf8PathBuf>,
    /// With whether it was reached over a link.
    files: Vec<(FoundFile, bool)>,
    faults: Vec<Diagnostic>,
    visited: HashSet<PathBuf>,
    /// Links that were judged, so that each fault is said once.
    links: HashSet<PathBuf>,
    entries: usize,
    full: bool,
}

impl Walk {
    /// Real folders first, then those that links lead to, each folder once.
    fn folders(&mut self, start: Vec<(PathBuf, Utf8PathBuf, usize)>, globs: &[&Pattern]) {
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
        globs: &[&Pattern],
        open: &mut Vec<(PathBuf, Utf8PathBuf, usize)>,
        linked: &mut Vec<(PathBuf, Utf8PathBuf, usize)>,
    ) {
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => return self.fault("LP051", format!("the folder `{path}` cannot be read: {error}")),
        };
        for entry in entries {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => return self.fault("LP051", format!("the folder `{path}` cannot be read: {error}")),
            };
            self.entries += 1;
            if self.entries > MAX_ENTRIES {
                self.full = true;
                return;
            }
            let name = entry.file_name();
            if name.to_string_lossy().starts_with('.') {
                continue;
            }
            let kind = match entry.file_type() {
                Ok(kind) => kind,
                Err(error) => {
                    self.fault("LP051", format!("`{}` cannot be read: {error}", path.join(&*name.to_string_lossy())));
                    continue;
                }
            };
            let Some(name) = name.to_str() else {
                let shown = path.join(&*name.to_string_lossy());
                let inside = globs.iter().any(|glob| glob.is_match(shown.join("x.yaml")));
                if overlooked::is_yaml(&shown) || (kind.is_dir() && inside) {
                    self.fault("LP051", format!("the name of `{shown}` is not UTF-8"));
                }
                continue;
            };
            let path = path.join(name);
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
                let inside = || path.join("x.yaml");
                if depth < MAX_DEPTH {
                    let queue = if kind.is_symlink() { &mut *linked } else { &mut *open };
                    queue.push((target, path, depth + 1));
                } else if globs.iter().any(|glob| glob.is_match(inside())) {
                    self.too_deep.push(path);
                }
            } else if matches {
                self.files.push((FoundFile { path, file: target }, over_link || kind.is_symlink()));
            } else if self.is_near(&path, globs) && target.is_file() {
                self.unread.push(FoundFile { path, file: target });
            }
        }
    }

    /// Whether a file that no pattern matches lies where templates lie, or would match by its other ending.
    fn is_near(&self, path: &Utf8Path, globs: &[&Pattern]) -> bool {
        if !overlooked::is_yaml(path) {
            return false;
        }
        let beside = self.bases.iter().any(|base| !base.as_str().is_empty() && path.starts_with(base));
        let otherwise = ["yaml", "yml"].map(|ending| path.with_extension(ending));
        beside || globs.iter().any(|glob| otherwise.iter().any(|path| glob.is_match(path)))
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
    use super::{super::overlooked::Content, *};

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
        let found = files(root, &[(pattern.to_owned(), None)], &[], &mut faults);
        (found.files.into_iter().map(|file| file.path.into_string()).collect(), faults)
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

    #[test]
    fn what_looks_like_a_template_and_is_not_read_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let deep = format!("templates/{}/x.yaml", vec!["d"; 33].join("/"));
        let root = root(&folder, &["templates/a.yaml", "templates/sub/c.yaml", "b.yml", "other/d.yml", &deep]);
        let family =
            "name: \"bell_ready\" # the bell\ncategory: UTILITY\nlanguages: {}\n---\nname: horn\nlanguages: {}\n";
        for file in ["templates/a.yml", "templates/B.YAML", "templates/sub/c.yaml", "b.yml", "other/d.yml"] {
            std::fs::write(root.join(file), family).unwrap();
        }
        std::fs::write(root.join("templates/values.yml"), "name: no template\n").unwrap();
        let overlooked = |pattern: &str| {
            let found = files(&root, &[(pattern.to_owned(), None)], &[], &mut Vec::new());
            let all = found.gaps.overlooked.into_iter();
            all.map(|one| (one.path.into_string(), one.content)).collect::<Vec<_>>()
        };
        let families = || Content::Families(vec!["bell_ready".to_owned(), "horn".to_owned()]);
        let named = |path: &str| (path.to_owned(), families());
        let too_deep = (format!("templates/{}", vec!["d"; 32].join("/")), Content::TooDeep);
        assert_eq!(overlooked("templates/**/*.yaml"), [named("templates/B.YAML"), named("templates/a.yml"), too_deep]);
        let wanted = ["templates/B.YAML", "templates/a.yml", "templates/sub/c.yaml"].map(named);
        assert_eq!(overlooked("templates/*.yaml"), wanted);
        assert_eq!(overlooked("*.yaml"), [named("b.yml")], "what lies elsewhere may be anything");
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
