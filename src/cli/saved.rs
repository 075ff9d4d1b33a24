//! Saved plans as files: written by `plan --out`, read by `apply PLAN` and `show PLAN`.

use std::io::{self, Write as _};

use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;
use jiff::Timestamp;
use serde_json::Value;

use super::{
    exit::Exit,
    failure::Failure,
    global::{Format, Global, Report},
    print::Printer,
};
use crate::{
    file::{self, Fault},
    plan::{self, Refused, Saved, saved},
    report::{self, escape::Printable},
    session::{self, Participants, Session},
};

#[derive(Debug, Args)]
pub(super) struct Show {
    /// The file that `plan --out` wrote
    plan: Utf8PathBuf,
    /// Form of the output
    #[arg(long, value_enum, default_value_t, env = "LETTERPRESS_FORMAT")]
    pub(super) format: Report,
}

/// `show`: a saved plan for people, without a workspace and without a network.
pub(super) fn show(flags: &Show, printer: Printer) -> Result<Exit, Failure> {
    let saved = read(&flags.plan)?;
    let plan = plan::restore(&saved);
    printer.data(&match flags.format {
        Report::Json => Printable::json(saved.value()),
        Report::Markdown => Printable::markdown(&report::comment::markdown(&plan, Some(flags.plan.as_str()))),
        Report::Text => {
            let paint = printer.paint();
            let head = report::saved::head(&plan, &saved, Timestamp::now(), paint);
            printer.text(&format!("{head}\n{}", report::plan::text(&plan, paint)))
        }
    })?;
    Ok(Exit::Done)
}

/// Reads a plan whose digest verifies.
pub(super) fn read(path: &Utf8Path) -> Result<Saved, Failure> {
    let bytes = file::read(path.as_std_path(), saved::MAX_BYTES).map_err(|fault| match fault {
        Fault::Missing => Failure::new(Exit::Usage, format!("there is no file {path}")),
        Fault::Kind(_) => Failure::new(Exit::Usage, format!("{path} {fault}")),
        Fault::TooLarge(_) => refusal(path, &Refused::TooLarge),
        fault => Failure::new(Exit::Failure, format!("{path} {fault}")),
    })?;
    Saved::read(&bytes).map_err(|refused| refusal(path, &refused))
}

/// Reads a plan that may be applied now.
pub(super) fn approved(path: &Utf8Path) -> Result<Saved, Failure> {
    let saved = read(path)?;
    saved.is_timely(Timestamp::now()).map_err(|refused| refusal(path, &refused))?;
    Ok(saved)
}

/// Says which flags would change what the plan selects.
pub(super) fn refuse_selection(
    global: &Global,
    templates: &[String],
    prune: bool,
    retire: &[String],
) -> Result<(), Failure> {
    let given = [
        ("--account", "LETTERPRESS_ACCOUNT", !global.accounts.is_empty()),
        ("--select", "LETTERPRESS_SELECT", !templates.is_empty()),
        ("--prune", "LETTERPRESS_PRUNE", prune),
        ("--retire", "LETTERPRESS_RETIRE", !retire.is_empty()),
    ];
    let given: Vec<String> = given
        .into_iter()
        .filter(|(.., given)| *given)
        .map(|(flag, variable, _)| format!("{flag} ({variable})"))
        .collect();
    if given.is_empty() {
        return Ok(());
    }
    let message = format!("a saved plan says itself what it is for: leave out {}", given.join(", "));
    Err(Failure::new(Exit::Usage, message))
}

/// The session of a saved plan: its accounts, and no others, in the workspace that it was made for.
pub(super) fn session(
    global: &Global,
    path: &Utf8Path,
    saved: &Saved,
    format: Format,
    printer: Printer,
) -> Result<Session, Failure> {
    let mut options = global.options();
    options.accounts = saved.accounts();
    let session = Session::read(options, Participants::Unasked);
    let fits = match session.workspace() {
        Some(workspace) => {
            let here: Vec<plan::AccountIdentity> = workspace.accounts.iter().map(session::identity).collect();
            saved.fits(&workspace.name, &here)
        }
        None => Ok(()),
    };
    match fits {
        // The files name no such account: what follows from that is no fault of theirs.
        Err(refused @ (Refused::NoAccount { .. } | Refused::Workspace { .. })) => Err(refusal(path, &refused)),
        fits => {
            let session = Global::checked_whole(session, format, printer)?;
            fits.map(|()| session).map_err(|refused| refusal(path, &refused))
        }
    }
}

fn refusal(path: &Utf8Path, refused: &Refused) -> Failure {
    let message = format!("the plan {path} is refused: {refused}; plan again: letterpress plan --out {path}");
    Failure::new(Exit::Stale, message)
}

/// Whether a plan could be written there: said before accounts are read for it.
pub(super) fn can_write(path: &Utf8Path) -> Result<(), Failure> {
    replaces(path).map(|_| ())
}

/// Refuses a place among the ledgers or in the sandbox: what lies there is theirs alone.
pub(super) fn is_outside_of_state(path: &Utf8Path, session: &Session) -> Result<(), Failure> {
    match session.state_around(folder(path)) {
        Some(folder) => {
            let message = format!("--out {path}: {folder} holds what letterpress remembers; save the plan elsewhere");
            Err(Failure::new(Exit::Usage, message))
        }
        None => Ok(()),
    }
}

/// Whether a plan that is written there replaces an earlier one. Nothing else is replaced; an empty file is nothing, as
/// `mktemp` makes it.
fn replaces(path: &Utf8Path) -> Result<bool, Failure> {
    let wrong = |why: &str| Err(Failure::new(Exit::Usage, format!("--out {path}: {why}")));
    if path.as_str().is_empty() {
        return wrong("name a file");
    }
    if path == "-" {
        return wrong("a plan is saved to a file; for stdout there is --format json");
    }
    if !folder(path).metadata().is_ok_and(|folder| folder.is_dir()) {
        return wrong("there is no such folder");
    }
    let another = "there is a file that is no plan, and it is not overwritten; remove it, or choose another name";
    match file::read(path.as_std_path(), saved::MAX_BYTES) {
        Ok(bytes) if bytes.is_empty() || saved::is_plan(&bytes) => Ok(true),
        Ok(_) | Err(Fault::TooLarge(_)) => wrong(another),
        // A link to nothing would be replaced, too.
        Err(Fault::Missing) if path.symlink_metadata().is_ok() => wrong("that is a link that leads nowhere"),
        Err(Fault::Missing) => Ok(false),
        Err(Fault::Kind(file::FOLDER)) => wrong("that is a folder"),
        Err(Fault::Kind(_)) => wrong("that is no ordinary file, and it would be replaced"),
        Err(fault) => wrong(&format!("the file that is there {fault}")),
    }
}

/// Writes a plan: readers see the old file or the new one, whole. Everybody may read it, unless the umask forbids.
pub(super) fn write(path: &Utf8Path, plan: &Value) -> Result<(), Failure> {
    let fault = |error: io::Error| Failure::new(Exit::Failure, format!("{path} cannot be written: {error}"));
    let text = Printable::json(plan);
    if text.as_str().len() as u64 > saved::MAX_BYTES {
        let most = saved::MAX_BYTES >> 20;
        let message =
            format!("the plan is larger than the {most} MB that apply reads; plan fewer templates at once (--select)");
        return Err(Failure::new(Exit::Failure, message));
    }
    let mut builder = tempfile::Builder::new();
    builder.prefix(".plan-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    let mut file = builder.tempfile_in(folder(path)).map_err(fault)?;
    file.write_all(text.as_str().as_bytes()).and_then(|()| file.as_file().sync_all()).map_err(fault)?;
    // Accounts were read meanwhile: somebody may have put another file there.
    let kept = if replaces(path)? { file.persist(path) } else { file.persist_noclobber(path) };
    kept.map_err(|error| fault(error.error))?;
    Ok(())
}

fn folder(path: &Utf8Path) -> &Utf8Path {
    path.parent().filter(|folder| !folder.as_str().is_empty()).unwrap_or(Utf8Path::new("."))
}
