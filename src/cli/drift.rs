//! `drift`: how the accounts differ from what was last applied to them. Writes nothing.
//!
//! What could not be asked, and what has no baseline, is never "no drift".

use clap::{Args, ValueEnum};
use jiff::Timestamp;

use super::{
    exit::Exit,
    failure::Failure,
    global::{Global, Report, Select},
    plan,
    print::Printer,
};
use crate::{
    plan::{AccountDrift, DriftVerdict},
    report::{self, drift::Run, escape::Printable},
    session::{self, Participants, Session},
};

#[derive(Debug, Args)]
pub(super) struct Flags {
    #[command(flatten)]
    select: Select,
    /// What ends with 2: managed content that is not as applied, whatever is worth a report, or nothing
    #[arg(long, value_enum, default_value_t, value_name = "TIER", env = "LETTERPRESS_FAIL_ON")]
    fail_on: FailOn,
    /// Form of the output
    #[arg(long, value_enum, default_value_t, env = "LETTERPRESS_FORMAT")]
    pub(super) format: Report,
}

/// What ends with 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum FailOn {
    /// Managed templates that are changed or gone, and categories under `recategorized: fail`
    #[default]
    Gating,
    /// These and every observation, such as paused or unmanaged templates
    Report,
    /// Nothing that was found
    Never,
}

impl FailOn {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Gating => "gating",
            Self::Report => "report",
            Self::Never => "never",
        }
    }

    fn hits(self, account: &AccountDrift) -> bool {
        match self {
            Self::Gating => account.gates(),
            Self::Report => account.gates() || !account.observations.is_empty(),
            Self::Never => false,
        }
    }
}

pub(super) async fn run(global: &Global, flags: &Flags, printer: Printer) -> Result<Exit, Failure> {
    let selection = plan::selection(&flags.select)?;
    let mut session = global.session(Participants::Unasked, flags.format, printer)?;
    // What accounts wait for is no drift.
    session.earlier.clear();
    plan::needs_accounts(&session)?;
    let host = plan::host(&session).await?;
    let snapshots = session::snapshot_until_stable(&session, host.as_ref()).await;
    plan::needs_matches(&session, &snapshots, &selection)?;
    let accounts: Vec<AccountDrift> =
        snapshots.iter().map(|snapshot| session::drift(&session, snapshot, &selection)).collect();
    let commit = session.commit();
    let run = Run {
        at: Timestamp::now(),
        workspace: session.workspace().map_or("", |workspace| workspace.name.as_str()),
        commit: commit.as_deref(),
        selected: selection.patterns(),
        fail_on: flags.fail_on.as_str(),
    };
    printer.data(&match flags.format {
        Report::Text => printer.text(&report::drift::text(&accounts, printer.paint())),
        Report::Json => Printable::json(&report::drift::json(&accounts, run)),
        Report::Markdown => Printable::markdown(&report::drift::markdown(&accounts)),
    })?;
    hints(&session, &accounts, printer);
    let faults = plan::faults(&snapshots);
    let worked = faults.len() < snapshots.len();
    let of = |account: &AccountDrift| match account.error {
        Some(_) => Exit::Done,
        None if !account.has_baseline() => Exit::Invalid,
        None if flags.fail_on.hits(account) => Exit::Changes,
        None => Exit::Done,
    };
    Ok(Exit::strongest(accounts.iter().map(of).chain([Exit::of_faults(&faults, worked)])))
}

/// Where a ledger was looked for in vain.
fn hints(session: &Session, accounts: &[AccountDrift], printer: Printer) {
    let Some(workspace) = session.workspace() else { return };
    let missing = session
        .participants
        .iter()
        .zip(accounts)
        .filter(|(_, account)| account.verdict() == DriftVerdict::NoBaseline && !account.baseline);
    for (participant, account) in missing {
        let folder = workspace.ledger_directory(&participant.account);
        printer.note(&format!(
            "{}: looked for a ledger of WABA {} in {folder}",
            account.identity.account, participant.account.ledger_key
        ));
    }
}
