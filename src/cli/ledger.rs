//! `ledger`: what is remembered of the accounts, the lock, and who owns what. Talks to no provider and reads no credential.

use std::time::Duration;

use camino::Utf8PathBuf;
use clap::{Args, Subcommand};
use jiff::Timestamp;
use tokio::time::Instant;

use super::{
    exit::Exit,
    failure::Failure,
    global::{Format, Global, duration},
    lock,
    print::Printer,
};
use crate::{
    ledger::{Change, Directory, LedgerError, State},
    report::{
        self,
        escape::Printable,
        ledger::{Known, Shown},
    },
    sandbox,
    session::{self, Participants, Session, sandbox_place},
    time::after,
    workspace::Account,
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Show owners, what was done in 30 days, open writes, and the lock
    Show(Show),
    /// Remove a lock whose holder is surely gone
    Unlock(Unlock),
    /// Give all languages of a template to another workspace
    HandOver(HandOver),
}

#[derive(Debug, Args)]
pub(super) struct Show {
    /// Form of the output
    #[arg(long, value_enum, default_value_t, env = "LETTERPRESS_FORMAT")]
    pub(super) format: Format,
}

#[derive(Debug, Args)]
pub(super) struct Unlock {
    /// The id that the refusal names
    id: String,
}

#[derive(Debug, Args)]
pub(super) struct HandOver {
    /// The template's name
    name: String,
    /// The workspace that owns it from now on
    #[arg(long, value_name = "WORKSPACE", env = "LETTERPRESS_TO_WORKSPACE")]
    to: String,
    /// Wait so long for an apply of the same WABA
    #[arg(long, value_name = "DURATION", default_value = "0s", value_parser = duration, env = "LETTERPRESS_LOCK_TIMEOUT")]
    lock_timeout: Duration,
}

pub(super) async fn run(global: &Global, command: &Command, printer: Printer) -> Result<Exit, Failure> {
    match command {
        Command::Show(flags) => show(&session(global, Participants::All, printer)?, flags, printer),
        Command::Unlock(flags) => unlock(&session(global, Participants::All, printer)?, flags, printer),
        Command::HandOver(flags) => hand_over(&session(global, Participants::Unasked, printer)?, flags, printer).await,
    }
}

/// The workspace and its accounts. Faults of templates do not matter here.
fn session(global: &Global, participants: Participants, printer: Printer) -> Result<Session, Failure> {
    let session = Session::read(global.options(), participants);
    Global::needs_hits(&session)?;
    if session.workspace().is_none() || session.participants.is_empty() {
        let colour = printer.paint_stderr().colour;
        printer.report(&report::diagnostics::text(&session.diagnostics, &session.sources, colour));
        return Err(Failure::new(Exit::Invalid, "there is no account whose ledger could be looked at"));
    }
    Ok(session)
}

/// One ledger and the accounts that share it.
struct Shared<'s> {
    directory: Directory,
    accounts: Vec<&'s Account>,
}

impl Shared<'_> {
    fn waba_id(&self) -> &str {
        &self.accounts[0].ledger_key
    }

    fn names(&self) -> Vec<String> {
        self.accounts.iter().map(|account| account.name.clone()).collect()
    }
}

fn ledgers(session: &Session) -> Vec<Shared<'_>> {
    let Some(workspace) = session.workspace() else { return Vec::new() };
    let mut out: Vec<Shared<'_>> = Vec::new();
    for participant in &session.participants {
        let directory = session::ledgers(workspace, &participant.account);
        let folder = directory.folder(&participant.account.ledger_key);
        match out.iter_mut().find(|shared| shared.directory.folder(shared.waba_id()) == folder) {
            Some(shared) => shared.accounts.push(&participant.account),
            None => out.push(Shared { directory, accounts: vec![&participant.account] }),
        }
    }
    out
}

fn show(session: &Session, flags: &Show, printer: Printer) -> Result<Exit, Failure> {
    let mut damaged = false;
    let mut all = Vec::new();
    for shared in ledgers(session) {
        let account = shared.accounts[0];
        let now = match account.sandbox {
            true => {
                let now = |root: Utf8PathBuf| sandbox::admin::now(&root, &sandbox_place(account)).ok();
                session.sandbox_root().ok().and_then(now).unwrap_or_else(Timestamp::now)
            }
            false => Timestamp::now(),
        };
        let lease = shared.directory.lease(shared.waba_id());
        let known = match (shared.directory.read(shared.waba_id()), &lease) {
            (Err(error), _) => Known::Unusable(error.to_string()),
            (Ok(_), Err(error)) => Known::Unusable(error.to_string()),
            (Ok(None), Ok(_)) => Known::Nothing,
            (Ok(Some(state)), Ok(_)) => Known::State(Box::new(state)),
        };
        damaged |= matches!(known, Known::Unusable(_));
        all.push(Shown {
            accounts: shared.names(),
            waba_id: shared.waba_id().to_owned(),
            path: shared.directory.folder(shared.waba_id()),
            known,
            lock: lease.ok().flatten(),
            now,
        });
    }
    printer.data(&match flags.format {
        Format::Text => printer.text(&report::ledger::text(&all, printer.paint())),
        Format::Json => Printable::json(&report::ledger::json(&all)),
    })?;
    Ok(if damaged { Exit::Failure } else { Exit::Done })
}

fn unlock(session: &Session, flags: &Unlock, printer: Printer) -> Result<Exit, Failure> {
    let mut locks = Vec::new();
    for shared in ledgers(session) {
        match shared.directory.unlock(shared.waba_id(), &flags.id) {
            Ok(lease) => {
                let waba = shared.waba_id();
                printer
                    .note(&format!("Unlocked WABA {waba}: {lease}. If it still runs, it stops before its next write."));
                return Ok(Exit::Done);
            }
            Err(error @ LedgerError::NotLocked { .. }) => locks.push(error.to_string()),
            Err(error) => return Err(Failure::new(Exit::Failure, error.to_string())),
        }
    }
    let failure = Failure::new(Exit::Usage, format!("there is no lock {}", flags.id));
    Err(Failure { details: locks, ..failure })
}

async fn hand_over(session: &Session, flags: &HandOver, printer: Printer) -> Result<Exit, Failure> {
    let Some(workspace) = session.workspace() else { return Ok(Exit::Invalid) };
    let (name, from, to) = (&flags.name, &workspace.name, &flags.to);
    if to.trim().is_empty() || to == from {
        return Err(Failure::new(Exit::Usage, "--to takes the name of another workspace"));
    }
    let end = after(Instant::now(), flags.lock_timeout);
    let mut given: usize = 0;
    let mut others = Vec::new();
    for shared in ledgers(session) {
        let account = shared.accounts[0];
        let known = shared.directory.read(shared.waba_id());
        let known = known.map_err(|error| Failure::new(Exit::Failure, error.to_string()))?;
        let Some(known) = known.filter(|state| state.templates.values().any(|entry| entry.name == *name)) else {
            continue;
        };
        if owned(&known, name, from).is_empty() {
            let owner = known.templates.values().find(|entry| entry.name == *name).map(|entry| entry.owner.as_str());
            others.push(format!("in {} it is managed by {}", account.name, owner.unwrap_or_default()));
            continue;
        }
        let failed = |error: LedgerError| Failure::new(Exit::Failure, error.to_string());
        let mut writer = lock::ledger(&shared.directory, account, "ledger hand-over", end, printer).await?;
        // What was read before the lock was held may be old.
        let languages = owned(writer.state(), name, from);
        if writer.state().open.values().any(|intent| intent.name == *name) {
            let message = format!(
                "an earlier write of {name} in {} has no outcome yet: run `letterpress apply` first, which settles it",
                account.name
            );
            return Err(Failure::new(Exit::Partial, message));
        }
        let now = Timestamp::now();
        let change = Change::HandOver { name: name.clone(), from: from.clone(), to: to.clone() };
        writer.record(now, change).map_err(failed)?;
        writer.finish(now).map_err(failed)?;
        given += 1;
        printer.note(&format!("{}: {name} ({}) belongs to {to} now", account.name, languages.join(", ")));
    }
    if given == 0 {
        let why = if others.is_empty() { "nobody manages it".to_owned() } else { others.join("; ") };
        return Err(Failure::new(Exit::Usage, format!("{from} does not manage {name}: {why}")));
    }
    Ok(Exit::Done)
}

/// Languages of a name that a workspace owns.
fn owned(state: &State, name: &str, owner: &str) -> Vec<String> {
    let entries = state.templates.values().filter(|entry| entry.name == name && entry.owner == owner);
    entries.map(|entry| entry.language.clone()).collect()
}
