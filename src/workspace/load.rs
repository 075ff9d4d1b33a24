//! Loading a workspace: the file itself, its template files, the families in them.
//!
//! Reads files and nothing else; goes on after every fault, so that one run names all of them.

use std::{collections::HashSet, path::Path, sync::Arc};

use camino::{Utf8Path, Utf8PathBuf};

use crate::{
    diagnostic::{Diagnostic, FileId, Severity, SourceMap, Span},
    file::{self, Fault, Folder, Opened},
    source::{
        Family, Removal, read_families,
        room::Room,
        tree::{self, MAX_FILE, Node},
    },
};

use super::{
    Workspace, assign, config,
    discover::{self, Discovery, Gaps},
    found::FoundFile,
    media::WorkspaceFiles,
    proposed, secrets,
};

/// The name of the workspace file.
pub const FILE: &str = "letterpress.yaml";
/// How to come by one.
pub(super) const HOW: &str = "a small one: `version: 1`, `workspace: NAME`, and `accounts: {playground: {provider: meta, waba_id: \"1\", \
                              sandbox: true}}`";
const UTF8: &str = "save the file as UTF-8";
const SPLIT: &str = "split it; one family per file is usual";
/// Most text of all template files together, bytes: a thousand families of many languages have a few million.
const MAX_BYTES: usize = 16 << 20;
/// From how many files on several threads read them.
const PARALLEL_FROM: usize = 16;

/// Everything that was read.
#[derive(Debug)]
pub struct Loaded {
    /// The workspace, where its file can be used at all.
    pub workspace: Option<Workspace>,
    /// All families, in the order of the files.
    pub families: Vec<Family>,
    /// All removals, those of the workspace file first.
    pub removed: Vec<Removal>,
    /// What is wrong so far.
    pub diagnostics: Vec<Diagnostic>,
    /// The media files that templates may name.
    pub media: WorkspaceFiles,
    /// Why what the files ask for may not be all of it.
    pub gaps: Gaps,
    /// What is left for what the files grow to.
    pub(super) room: Room,
    /// For each family the names of its accounts.
    pub(super) assigned: Vec<HashSet<String>>,
}

impl Loaded {
    /// Whether some finding is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|finding| finding.severity == Severity::Error)
    }
}

/// Reads the workspace of a folder. `config` takes the workspace file from elsewhere; templates still come from `dir`, and
/// so do `values` and `removed` where it has a workspace file.
pub fn load(dir: &Utf8Path, config: Option<&Utf8Path>, sources: &mut SourceMap) -> Loaded {
    let mut loaded = Loaded {
        workspace: None,
        families: Vec::new(),
        removed: Vec::new(),
        diagnostics: Vec::new(),
        media: WorkspaceFiles::new(dir),
        gaps: Gaps::default(),
        room: Room::default(),
        assigned: Vec::new(),
    };
    let faults = &mut loaded.diagnostics;
    let path = config.map_or_else(|| dir.join(FILE), Utf8Path::to_owned);
    let Some(text) = workspace_text(dir, &path, config.is_some(), faults) else { return loaded };
    let shown = path.strip_prefix(dir).map_or_else(|_| path.clone(), Utf8Path::to_owned);
    let file = sources.add(shown, text.as_str());
    let mut secrets = secrets::likely(file, &text);
    let before = faults.len();
    let documents = tree::parse_within(file, &text, &loaded.room, faults);
    let readable = faults.len() == before;
    secrets.extend(secrets::under_repeated_keys(file, &text, &faults[before..]));
    let base = path.parent().filter(|parent| !parent.as_str().is_empty()).unwrap_or(Utf8Path::new("."));
    // Of a file that is no YAML nothing more is to be said.
    let workspace = match documents.is_empty() && !readable {
        true => None,
        false => config::read(&documents, file, dir, base, faults, &mut secrets),
    };
    secrets::mask(sources, &secrets, faults);
    let Some(mut workspace) = workspace else { return loaded };
    if config.is_some()
        && let Some(trusted) = documents.first()
        && let Some(proposed) = proposed::read(dir, &path, trusted, sources, faults)
    {
        proposed.lay_over(&mut workspace);
    }
    let own = dir.join(FILE);
    let Discovery { files, gaps } =
        discover::files(dir, &workspace.templates, &[path.as_std_path(), own.as_std_path()], faults);
    loaded.gaps = gaps;
    let files = read_all(dir, files, sources, faults);
    for (_, families, removed, mut found) in parse_all(&files, &loaded.room) {
        loaded.families.extend(families);
        loaded.removed.extend(removed);
        faults.append(&mut found);
    }
    loaded.removed.splice(0..0, workspace.removed.iter().cloned());
    assign::check(&workspace, &loaded.families, faults);
    loaded.assigned = assign::assign(&workspace, &loaded.families);
    loaded.workspace = Some(workspace);
    loaded
}

/// The text of the workspace file, or why there is none.
pub(super) fn workspace_text(
    dir: &Utf8Path,
    path: &Utf8Path,
    given: bool,
    faults: &mut Vec<Diagnostic>,
) -> Option<String> {
    // A file that is named from outside may lie anywhere. The one of the folder comes from whoever wrote the folder: it
    // must not have the first lines of another file shown.
    let opened = match given {
        true => file::open(path.as_std_path()),
        false => Folder::new(dir.as_std_path()).map_err(Fault::from).and_then(|dir| dir.open(Path::new(FILE))),
    };
    match text_of(opened) {
        Ok(text) => Some(text),
        Err(Unreadable::Missing) => {
            let message = match given {
                true => format!("there is no file {path}"),
                false => format!("there is no {FILE} in {}", if dir.as_str().is_empty() { "." } else { dir.as_str() }),
            };
            let fault = Diagnostic::new(Severity::Error, "LP050", None, message);
            faults.push(if !given && dir.join("letterpress.yml").exists() {
                fault.help("there is a letterpress.yml: rename it to letterpress.yaml")
            } else if let Some(above) = above(dir).filter(|_| !given) {
                fault.help(format!("there is one in {above}: go there or use -C"))
            } else {
                fault.help(HOW)
            });
            None
        }
        Err(Unreadable::Because(fault)) => {
            let finding = Diagnostic::new(Severity::Error, "LP051", None, format!("{path} {fault}"));
            faults.push(match fault {
                Fault::Outside => finding.help("name the file with --config where it is meant to lie elsewhere"),
                Fault::TooLarge(_) => finding.help(SPLIT),
                _ => finding,
            });
            None
        }
        // Its lines are not shown: nobody looked yet for credentials in them.
        Err(Unreadable::NotText(text)) => {
            let message = format!("{path} is not UTF-8 text (line {})", 1 + text.matches('\n').count());
            faults.push(Diagnostic::new(Severity::Error, "LP051", None, message).help(UTF8));
            None
        }
    }
}

/// The nearest folder above that holds a workspace file: for the advice only, it is never used.
fn above(dir: &Utf8Path) -> Option<Utf8PathBuf> {
    let dir = Utf8PathBuf::from_path_buf(dir.as_std_path().canonicalize().ok()?).ok()?;
    dir.ancestors().skip(1).find(|folder| folder.join(FILE).is_file()).map(Utf8Path::to_owned)
}

enum Unreadable {
    Missing,
    Because(Fault),
    /// What follows this text is no UTF-8.
    NotText(String),
}

/// A file's text, bounded, without a byte order mark.
fn text_of(opened: Result<Opened, Fault>) -> Result<String, Unreadable> {
    let bytes = opened.and_then(|opened| opened.bytes(MAX_FILE as u64)).map_err(|fault| match fault {
        Fault::Missing => Unreadable::Missing,
        fault => Unreadable::Because(fault),
    })?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let sound = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        Unreadable::NotText(String::from_utf8_lossy(sound).into_owned())
    })?;
    Ok(text.strip_prefix('\u{feff}').map_or(text.clone(), str::to_owned))
}

/// Reads the files into the map, in order, as long as they are no more together than a workspace has.
fn read_all(
    dir: &Utf8Path,
    found: Vec<FoundFile>,
    sources: &mut SourceMap,
    faults: &mut Vec<Diagnostic>,
) -> Vec<(FileId, Arc<str>)> {
    let mut files = Vec::with_capacity(found.len());
    let folder = match Folder::new(dir.as_std_path()) {
        Ok(folder) => folder,
        // Said when it was looked through.
        Err(_) => return files,
    };
    let mut bytes = 0_usize;
    for found in found {
        match text_of(folder.open(&found.file)) {
            Ok(text) => {
                bytes = bytes.saturating_add(text.len());
                if bytes > MAX_BYTES {
                    let message = format!("the template files have more than {} MB together", MAX_BYTES >> 20);
                    let fault = Diagnostic::new(Severity::Error, "LP051", None, message);
                    faults.push(
                        fault.help("narrow `templates:` to the files that are templates, or split the workspace"),
                    );
                    break;
                }
                let text: Arc<str> = text.into();
                files.push((sources.add(found.path, Arc::clone(&text)), text));
            }
            Err(unreadable) => {
                let (text, why, help) = match unreadable {
                    Unreadable::Missing => (String::new(), "is gone".to_owned(), None),
                    Unreadable::Because(fault @ Fault::TooLarge(_)) => {
                        (String::new(), fault.to_string(), Some(SPLIT.to_owned()))
                    }
                    Unreadable::Because(fault) => (String::new(), fault.to_string(), None),
                    Unreadable::NotText(text) => (text, "is not UTF-8 text".to_owned(), Some(UTF8.to_owned())),
                };
                let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
                let span = Span { file: sources.add(found.path.clone(), text), start: end, end };
                let fault = Diagnostic::error("LP051", span, format!("{} {why}", found.path));
                faults.push(Diagnostic { help, ..fault });
            }
        }
    }
    files
}

type Parsed = (FileId, Vec<Family>, Vec<Removal>, Vec<Diagnostic>);

/// Parses the files, on several threads where there are many; the result is in the order of the files.
fn parse_all(files: &[(FileId, Arc<str>)], room: &Room) -> Vec<Parsed> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(8);
    if files.len() < PARALLEL_FROM || threads < 2 {
        return files.iter().map(|file| parse(file, room)).collect();
    }
    std::thread::scope(|scope| {
        let chunks = files.chunks(files.len().div_ceil(threads));
        let work: Vec<_> = chunks
            .map(|chunk| scope.spawn(move || chunk.iter().map(|file| parse(file, room)).collect::<Vec<_>>()))
            .collect();
        let joined =
            work.into_iter().map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        joined.flatten().collect()
    })
}

fn parse((file, text): &(FileId, Arc<str>), room: &Room) -> Parsed {
    let mut faults = Vec::new();
    let documents: Vec<Arc<Node>> = tree::parse_within(*file, text, room, &mut faults);
    let (families, removed) = read_families(&documents, &mut faults);
    (*file, families, removed, faults)
}
