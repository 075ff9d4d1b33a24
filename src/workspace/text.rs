//! The texts of files: the workspace file's own, and any that is bounded and UTF-8.

use std::path::Path;

use camino::{Utf8Path, Utf8PathBuf};

use crate::{
    diagnostic::{Diagnostic, Severity},
    file::{self, Fault, Folder, Opened},
    source::tree::MAX_FILE,
};

/// The name of the workspace file.
pub const FILE: &str = "letterpress.yaml";
/// How to come by one.
pub(super) const HOW: &str = "a small one: `version: 1`, `workspace: NAME`, and `accounts: {playground: {provider: meta, waba_id: \"1\", \
                              sandbox: true}}`";
pub(super) const UTF8: &str = "save the file as UTF-8";
pub(super) const SPLIT: &str = "split it; one family per file is usual";

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

/// Why a file gives no text.
pub(super) enum Unreadable {
    /// There is none.
    Missing,
    /// It cannot be read.
    Because(Fault),
    /// What follows this text is no UTF-8.
    NotText(String),
}

/// A file's text, bounded, without a byte order mark.
pub(super) fn text_of(opened: Result<Opened, Fault>) -> Result<String, Unreadable> {
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
