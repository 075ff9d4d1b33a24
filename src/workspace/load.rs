//! Loading a workspace: the file itself, its template files, the families in them.
//!
//! Reads files and nothing else; goes on after every fault, so that one run names all of them.

use std::sync::Arc;

use camino::Utf8Path;

use crate::{
    diagnostic::{Diagnostic, FileId, Severity, SourceMap, Span},
    file::{Fault, Folder},
    source::{
        Family, Removal, read_families,
        room::Room,
        tree::{self, Node},
    },
};

use super::{
    assign, config,
    discover::{self, Discovery, Gaps},
    exposed,
    found::FoundFile,
    loaded::Loaded,
    media::WorkspaceFiles,
    proposed, secrets,
    text::{FILE, SPLIT, UTF8, Unreadable, text_of, workspace_text},
};

/// Most text of all template files together, bytes: a thousand families of many languages have a few million.
const MAX_BYTES: usize = 16 << 20;
/// From how many files on several threads read them.
const PARALLEL_FROM: usize = 16;

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
    let file = match path.strip_prefix(dir) {
        Ok(inside) => sources.add(inside, text.as_str()),
        Err(_) => sources.add_given(path.as_path(), text.as_str()),
    };
    let mut secrets = secrets::likely(file, &text);
    let before = faults.len();
    let tree::Parsed { documents, repeated } = tree::parse_whole(file, &text, &loaded.room, faults);
    let readable = faults.len() == before;
    secrets.extend(exposed::places(&documents, &repeated));
    if faults[before..].iter().any(|fault| fault.code == tree::NO_YAML) {
        secrets.extend(secrets::in_broken(file, &text));
    }
    let base = path.parent().filter(|parent| !parent.as_str().is_empty()).unwrap_or(Utf8Path::new("."));
    // Of a file that is no YAML nothing more is to be said.
    let workspace = match documents.is_empty() && !readable {
        true => None,
        false => config::read(&documents, file, dir, base, faults, &mut secrets),
    };
    secrets::mask(sources, &secrets, &exposed::account_names(&documents), faults);
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
