//! `status`: where the wanted and managed templates stand; with `--require`, a gate. Writes nothing.

use std::time::Duration;

use clap::{Args, ValueEnum, builder::BoolishValueParser};
use jiff::Timestamp;

use super::{
    exit::Exit,
    failure::Failure,
    global::{Format, Global, Select},
    plan,
    print::Printer,
};
use crate::{
    account_error::AccountErrorKind,
    plan::{AccountReviewStates, ReviewState, Selection},
    report::{self, escape::Printable, style::Paint},
    session::{self, Participants, SandboxHost, Session},
};

/// First and longest pause between two looks.
const PAUSE: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(15));
/// Looks in a row that no account answered, after which the watch ends.
const SILENCES: usize = 5;

#[derive(Debug, Args)]
pub(super) struct Flags {
    #[command(flatten)]
    select: Select,
    /// End with 0 only if every wanted template of the selection stands so; 8 while reviews go on, 9 if somebody must act
    #[arg(long, value_enum, value_name = "STANDING", env = "LETTERPRESS_REQUIRE")]
    require: Option<Require>,
    /// Look again until all reviews have ended (with --require), or until interrupted
    #[arg(long, env = "LETTERPRESS_WATCH", value_parser = BoolishValueParser::new())]
    watch: bool,
    /// Form of the output
    #[arg(long, value_enum, default_value_t, env = "LETTERPRESS_FORMAT")]
    pub(super) format: Format,
}

/// What the gate asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Require {
    /// Every wanted template may be sent
    Approved,
}

/// One look at all accounts.
struct Look {
    accounts: Vec<AccountReviewStates>,
    exit: Exit,
    /// Whether looking again may change the answer of the gate.
    open: bool,
    silent: bool,
}

pub(super) async fn run(global: &Global, flags: &Flags, printer: Printer) -> Result<Exit, Failure> {
    let selection = plan::selection(&flags.select)?;
    let mut session = global.session(Participants::Unasked, flags.format, printer)?;
    session.earlier.clear();
    plan::needs_accounts(&session)?;
    let host = plan::host(&session).await?;
    let mut look = look(&session, host.as_ref(), &selection, flags.require).await?;
    printer.data(&shown(&session, &look, flags, printer))?;
    if !flags.watch {
        return Ok(look.exit);
    }
    let (mut pause, mut silences) = (PAUSE.0, 0);
    // One listener for all looks: an interruption between two of them is not lost.
    let mut interrupted = std::pin::pin!(tokio::signal::ctrl_c());
    while look.open || flags.require.is_none() {
        silences = if look.silent { silences + 1 } else { 0 };
        if silences >= SILENCES {
            break;
        }
        let reviewed: usize = look.accounts.iter().map(|account| account.wanted(ReviewState::InReview)).sum();
        printer.note(&format!("{reviewed} in review; looking again in {} s", pause.as_secs()));
        let again = async {
            tokio::time::sleep(pause).await;
            self::look(&session, host.as_ref(), &selection, flags.require).await
        };
        let next = tokio::select! {
            next = again => next?,
            _ = &mut interrupted => break,
        };
        let changed = plain(&next) != plain(&look);
        look = next;
        if changed {
            printer.data(&shown(&session, &look, flags, printer))?;
            pause = PAUSE.0;
        } else {
            pause = pause.saturating_mul(2).min(PAUSE.1);
        }
    }
    Ok(look.exit)
}

async fn look(
    session: &Session,
    host: Option<&SandboxHost>,
    selection: &Selection,
    require: Option<Require>,
) -> Result<Look, Failure> {
    let snapshots = session::read_accounts(session, host).await;
    plan::needs_matches(session, &snapshots, selection)?;
    let accounts: Vec<AccountReviewStates> =
        snapshots.iter().map(|snapshot| session::review_states(session, snapshot, selection)).collect();
    let faults = plan::faults(&snapshots);
    let reached = Exit::of_faults(&faults, faults.len() < snapshots.len());
    let any = |review_state: ReviewState| accounts.iter().any(|account| account.wanted(review_state) > 0);
    let gate = match require {
        None => Exit::Done,
        Some(Require::Approved) if any(ReviewState::Stopped) || any(ReviewState::Missing) => Exit::Decide,
        Some(Require::Approved) if any(ReviewState::InReview) => Exit::Later,
        Some(Require::Approved) => Exit::Done,
    };
    let unavailable = !faults.is_empty() && faults.iter().all(|fault| *fault == AccountErrorKind::Unavailable);
    let open = if faults.is_empty() { any(ReviewState::InReview) } else { unavailable };
    Ok(Look { exit: Exit::strongest([reached, gate]), open, silent: unavailable, accounts })
}

fn shown(session: &Session, look: &Look, flags: &Flags, printer: Printer) -> Printable {
    match flags.format {
        Format::Text => {
            let mut text = report::status::text(&look.accounts, printer.paint());
            if flags.require.is_some() {
                text.push_str(&format!("\n{}", report::status::verdict(&look.accounts)));
            }
            printer.text(&text)
        }
        Format::Json => {
            let workspace = session.workspace().map_or("", |workspace| workspace.name.as_str());
            let required = flags.require.map(|Require::Approved| "approved");
            let document = report::status::json(&look.accounts, Timestamp::now(), workspace, required);
            // Watched, each look that saw something new is a line.
            if flags.watch { Printable::json_line(&document) } else { Printable::json(&document) }
        }
    }
}

/// What can change between two looks.
fn plain(look: &Look) -> String {
    report::status::text(&look.accounts, Paint { colour: false })
}
