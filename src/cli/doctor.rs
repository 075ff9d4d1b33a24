//! `doctor`: whether each account can be worked on, and what to do where it cannot. Lists each account once, writes nothing.

use clap::Args;
use jiff::Timestamp;

use super::{
    exit::Exit,
    failure::Failure,
    global::{Format, Global},
    plan,
    print::{Printer, in_pipeline},
};
use crate::{
    account_error::AccountErrorKind,
    doctor::Diagnosis,
    report::{self, escape::Printable},
    session::{self, Participants},
};

#[derive(Debug, Args)]
pub(super) struct Flags {
    /// Form of the output
    #[arg(long, value_enum, default_value_t, env = "LETTERPRESS_FORMAT")]
    pub(super) format: Format,
}

pub(super) async fn run(global: &Global, flags: &Flags, printer: Printer) -> Result<Exit, Failure> {
    let mut session = global.session(Participants::Unasked, flags.format, printer)?;
    session.earlier.clear();
    plan::needs_accounts(&session)?;
    let host = plan::host(&session).await?;
    let (ci, now) = (in_pipeline(), Timestamp::now());
    let found = session::inspect(&session, host.as_ref()).await;
    let accounts: Vec<Diagnosis> = found.into_iter().map(|found| Diagnosis::of(found, ci, now)).collect();
    let workspace = session.workspace().map_or("", |workspace| workspace.name.as_str());
    printer.data(&match flags.format {
        Format::Text => printer.text(&report::doctor::text(&accounts, printer.paint())),
        Format::Json => Printable::json(&report::doctor::json(&accounts, now, workspace)),
    })?;
    let faults: Vec<AccountErrorKind> = accounts.iter().filter_map(Diagnosis::fault).collect();
    Ok(Exit::of_faults(&faults, faults.len() < accounts.len()))
}
