//! `apply`: plan, show, ask, do. Holds the ledgers from before the plan until after the last write.

use std::{
    collections::{BTreeMap, HashMap},
    io::{BufRead as _, IsTerminal as _},
    sync::Arc,
    time::Duration,
};

use camino::Utf8PathBuf;
use clap::{Args, builder::BoolishValueParser};
use globset::GlobSet;
use jiff::Timestamp;
use tokio::{sync::watch, task::JoinSet, time::Instant};

use super::{
    exit::Exit,
    failure::Failure,
    global::{Format, Global, Select, duration, without_blanks},
    interrupt::Interrupt,
    lock, plan,
    print::{Printer, in_pipeline},
    progress, saved,
};
use crate::{
    apply::{self, AccountReport, Job, Library, Outcome, Review},
    doctor,
    ledger::Writer,
    plan::{AccountPlan, Consent, ObservationId, Plan, Reason, Saved, Selection, Tier, VerdictState, withhold_stale},
    provider::{Provider, fetch::FetchOptions},
    report::{self, apply::AccountResult, escape::Printable},
    session::{self, AccountSnapshot, Found, Session},
    source::Desired,
    time::after,
    workspace::WorkspaceFiles,
};

#[derive(Debug, Args)]
pub(super) struct Flags {
    /// A plan that `plan --out` saved: it is the approval, so nothing is asked
    plan: Option<Utf8PathBuf>,
    #[command(flatten)]
    select: Select,
    /// Do not ask
    #[arg(long, env = "LETTERPRESS_AUTO_APPROVE", value_parser = BoolishValueParser::new())]
    auto_approve: bool,
    /// Delete managed templates that left the YAML
    #[arg(long, env = "LETTERPRESS_PRUNE", value_parser = BoolishValueParser::new())]
    prune: bool,
    /// Wait for the reviews of what was sent
    #[arg(long, value_name = "DURATION", num_args = 0..=1, require_equals = true, default_missing_value = "30m",
          value_parser = duration, env = "LETTERPRESS_WAIT")]
    wait: Option<Duration>,
    /// Begin nothing more after this time, and stop cleanly; the rest is for the next run
    #[arg(long = "for", value_name = "DURATION", value_parser = duration, env = "LETTERPRESS_FOR")]
    limit: Option<Duration>,
    /// Wait so long for another apply of the same WABA
    #[arg(long, value_name = "DURATION", default_value = "0s", value_parser = duration, env = "LETTERPRESS_LOCK_TIMEOUT")]
    lock_timeout: Duration,
    /// Overwrite templates of the account that nobody manages
    #[arg(long, value_name = "GLOB", env = "LETTERPRESS_TAKE_OVER", value_delimiter = ' ')]
    take_over: Vec<String>,
    /// Overwrite what somebody changed in the account
    #[arg(long, value_name = "GLOB", env = "LETTERPRESS_REVERT_DRIFT", value_delimiter = ' ')]
    revert_drift: Vec<String>,
    /// Send edits that senders must follow
    #[arg(long, value_name = "GLOB", env = "LETTERPRESS_ALLOW_BREAKING", value_delimiter = ' ')]
    allow_breaking: Vec<String>,
    /// Allow exactly this many deletions in an account
    #[arg(long, value_name = "N", env = "LETTERPRESS_ALLOW_DELETES")]
    allow_deletes: Option<u32>,
    /// Ask for the deletion of a name that another one replaces
    #[arg(long, value_name = "NAME", env = "LETTERPRESS_RETIRE", value_delimiter = ' ')]
    retire: Vec<String>,
    /// Form of the report; with json the plan goes to stderr
    #[arg(long, value_enum, default_value_t, env = "LETTERPRESS_FORMAT")]
    pub(super) format: Format,
}

pub(super) async fn run(global: &Global, flags: &Flags, printer: Printer) -> Result<Exit, Failure> {
    let unasked = flags.auto_approve || flags.plan.is_some();
    if !unasked && !std::io::stdin().is_terminal() {
        return Err(Failure::new(
            Exit::Usage,
            "nobody can be asked here: look at `letterpress plan`, then give --auto-approve",
        ));
    }
    let interrupt = Interrupt::listen(printer);
    interrupt.or_at_once(apply(global, flags, &interrupt, printer)).await
}

async fn apply(global: &Global, flags: &Flags, interrupt: &Interrupt, printer: Printer) -> Result<Exit, Failure> {
    let unasked = flags.auto_approve || flags.plan.is_some();
    let deadline = flags.limit.map(|limit| after(Instant::now(), limit));
    let consent = consent(flags)?;
    let Base { saved, selection, prune, session } = base(global, flags, printer)?;
    plan::needs_accounts(&session)?;
    let host = plan::host(&session).await?;
    let lock_timeout = flags.limit.unwrap_or(flags.lock_timeout).min(flags.lock_timeout);
    let held = interrupt.before_writing(lock::ledgers(&session, "apply", lock_timeout, printer)).await??;
    let lock::Held { mut ledgers, mut refused } = held;
    let mut snapshots = interrupt.before_writing(session::read_accounts(&session, host.as_ref())).await?;
    for snapshot in &mut snapshots {
        if let Some(fault) = refused.remove(&snapshot.participant) {
            snapshot.found = Err(fault);
        }
    }
    // What a saved plan names and is gone since makes it stale.
    if saved.is_none() {
        plan::needs_matches(&session, &snapshots, &selection)?;
    }
    let mut made = plan::make(&session, &snapshots, &consent, &selection, prune);
    note_idle(flags, &made, printer)?;
    let stale = saved.map_or_else(Vec::new, |saved| withhold_stale(&mut made, &saved));
    // What is not worked on is let go: others may want it, and its ledger is not touched.
    ledgers.retain(|at, _| made.accounts.get(*at).is_some_and(|account| account.error.is_none()));
    match flags.format {
        Format::Text => printer.data(&printer.text(&report::plan::text(&made, printer.paint())))?,
        Format::Json => printer.note_report(&report::plan::text(&made, printer.paint_stderr())),
    }
    let faults = plan::faults(&snapshots);
    let worked = made.accounts.iter().any(|account| account.error.is_none());
    let ready = made.actions().filter(|action| action.verdict.state == VerdictState::Ready).count();
    let settles = ledgers.values().any(|ledger| !ledger.state().open.is_empty());
    let notes: usize = made.accounts.iter().map(AccountPlan::notes).sum();
    let results = if ready == 0 && notes == 0 && !settles {
        Vec::new()
    } else {
        if !unasked && !interrupt.before_writing(agreed(ready, notes, printer)).await? {
            return Err(Failure::new(Exit::Failure, "declined: nothing was done"));
        }
        note_new_ledgers(&session, &ledgers, &made, printer);
        let total = ready;
        let events = progress::events(total, printer, global.quiet);
        let jobs = jobs(&session, snapshots, &made, &mut ledgers, &events, &interrupt.flag(), deadline);
        let waiting = Waiting { limit: flags.wait, deadline, stop: interrupt.flag() };
        carry_out(jobs, &waiting, &events).await
    };
    let of_stale = if stale.is_empty() { Exit::Done } else { Exit::of_stale(worked) };
    let exit = Exit::strongest([Exit::of_faults(&faults, worked), of_stale, left_over(&made), done(&results)]);
    let reported = !results.is_empty();
    let ended = match flags.format {
        Format::Text if results.is_empty() => Printable::nothing(),
        Format::Text => printer.text(&format!("\n{}", report::apply::text(&results, printer.paint()))),
        Format::Json => Printable::json(&report::apply::json(&whole(&made, results))),
    };
    printer.data(&ended)?;
    if reported {
        note_left_out(&made, printer);
    }
    Ok(exit)
}

/// The accounts that the closing report does not speak of: it stands far below the plan that names their errors.
fn note_left_out(made: &Plan, printer: Printer) {
    let failed = made.accounts.iter().filter(|account| account.error.is_some());
    let names: Vec<&str> = failed.map(|account| account.identity.account.as_str()).collect();
    if !names.is_empty() {
        printer.note(&format!("Not worked on: {}; why is said in the plan above.", names.join(", ")));
    }
}

/// Says which ledgers begin with this run, and warns where the next job of a pipeline would not find them.
fn note_new_ledgers(session: &Session, ledgers: &HashMap<usize, Writer>, made: &Plan, printer: Printer) {
    let Some(workspace) = session.workspace() else { return };
    // Where all is held nothing is noted, so no ledger begins.
    let records = |at: &usize| {
        made.accounts.get(*at).is_some_and(|account| {
            let ready = account.actions.iter().any(|action| action.verdict.state == VerdictState::Ready);
            ready || account.notes() > 0
        })
    };
    let mut new: Vec<_> = ledgers.iter().filter(|(at, ledger)| !ledger.existed() && records(at)).collect();
    new.sort_unstable_by_key(|(at, _)| **at);
    for (at, ledger) in new {
        printer
            .note(&format!("A ledger is started for {}: keep it for the next run.", known_as(&ledger.state().waba_id)));
        let account = &session.participants[*at].account;
        // A sandbox goes with its ledger.
        let location = session::ledger_location(session, &workspace.ledger_directory(account));
        let lasts = doctor::lasts(location, in_pipeline() && !account.sandbox, None, Timestamp::now());
        if let Some((check, mend)) = lasts.as_ref().and_then(|check| Some((check, check.mend()?))) {
            printer.note(&format!("warning: {}; {mend}", check.text));
        }
    }
}

/// The WABA as people call it; a ledger that goes by the provider's name for the account says which provider.
fn known_as(waba_id: &str) -> String {
    let is_number = waba_id.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { format!("WABA {waba_id}") } else { waba_id.to_owned() }
}

/// What a run works on: what its flags select, or what a saved plan does.
struct Base {
    saved: Option<Saved>,
    selection: Selection,
    prune: bool,
    session: Session,
}

fn base(global: &Global, flags: &Flags, printer: Printer) -> Result<Base, Failure> {
    let Some(path) = &flags.plan else {
        let selection = plan::selection(&flags.select)?;
        let session = global.whole_session(flags.format, printer)?;
        retirable(&session, &without_blanks(&flags.retire))?;
        return Ok(Base { saved: None, selection, prune: flags.prune, session });
    };
    saved::refuse_selection(global, &flags.select.templates, flags.prune, &flags.retire)?;
    let saved = saved::approved(path)?;
    let selection = saved.selection().map_err(|error| Failure::new(Exit::Stale, error.to_string()))?;
    let session = saved::session(global, path, &saved, flags.format, printer)?;
    Ok(Base { selection, prune: saved.prune(), session, saved: Some(saved) })
}

/// Refuses names that `--retire` cannot mean, so that a slip is not taken for "nothing to do".
fn retirable(session: &Session, names: &[String]) -> Result<(), Failure> {
    let wanted = || session.participants.iter().flat_map(|participant| &participant.desired);
    for name in names {
        let replaced = |desired: &Desired| desired.lifecycle.replaces.as_ref().is_some_and(|old| old.name == *name);
        let why = if wanted().any(|desired| desired.key.name == *name) {
            "the files still ask for it: take it out of them first"
        } else if !wanted().any(replaced) {
            "no family says under `lifecycle.replaces` that it replaces that name; `removed` deletes others"
        } else {
            continue;
        };
        return Err(Failure::new(Exit::Usage, format!("--retire {name}: {why}")));
    }
    Ok(())
}

/// Says which flags that allow something meet nothing in the plan: the name may be misspelt.
fn note_idle(flags: &Flags, made: &Plan, printer: Printer) -> Result<(), Failure> {
    let given = [
        ("--take-over", &flags.take_over),
        ("--revert-drift", &flags.revert_drift),
        ("--allow-breaking", &flags.allow_breaking),
    ];
    for (flag, patterns) in given {
        for pattern in &without_blanks(patterns) {
            let one = Selection::new(std::slice::from_ref(pattern))
                .map_err(|error| Failure::new(Exit::Usage, error.to_string()))?;
            if !made.actions().any(|action| one.takes(&action.key)) {
                printer.note(&format!("warning: {flag} `{pattern}` meets nothing that is to be done"));
            }
        }
    }
    Ok(())
}

fn consent(flags: &Flags) -> Result<Consent, Failure> {
    let set = |patterns: &[String]| -> Result<GlobSet, Failure> {
        let set =
            Selection::new(&without_blanks(patterns)).map_err(|error| Failure::new(Exit::Usage, error.to_string()))?;
        Ok(set.into_set())
    };
    Ok(Consent {
        take_over: set(&flags.take_over)?,
        revert_drift: set(&flags.revert_drift)?,
        allow_breaking: set(&flags.allow_breaking)?,
        allow_deletes: flags.allow_deletes,
        retire: without_blanks(&flags.retire),
    })
}

/// Asks. No answer at all, such as an end of input, is no.
async fn agreed(ready: usize, notes: usize, printer: Printer) -> bool {
    let what = match (ready, notes) {
        (0, 0) => "Settle earlier writes in the ledger".to_owned(),
        (0, notes) => format!("Write {} into the ledger", report::style::count(notes, "note")),
        (ready, _) => format!("Apply {}", report::style::count(ready, "action")),
    };
    printer.error(&format!("{what}? Only `yes` will do: "));
    // On a thread of its own: an interruption does not wait for the answer.
    let read = || {
        let mut answer = String::new();
        std::io::stdin().lock().read_line(&mut answer).is_ok() && answer.trim() == "yes"
    };
    tokio::task::spawn_blocking(read).await.unwrap_or(false)
}

/// A job with the provider that its reviews are waited for at.
type Prepared = (Arc<Provider>, Job);

fn jobs(
    session: &Session,
    snapshots: Vec<AccountSnapshot>,
    made: &Plan,
    ledgers: &mut HashMap<usize, Writer>,
    events: &apply::Events,
    stop: &watch::Receiver<bool>,
    deadline: Option<Instant>,
) -> Vec<Prepared> {
    let Some(workspace) = session.workspace() else { return Vec::new() };
    let files = Arc::new(WorkspaceFiles::new(session.directory()));
    let mut out = Vec::new();
    for (snapshot, account) in snapshots.into_iter().zip(&made.accounts) {
        let (Ok(found), Some(ledger)) = (snapshot.found, ledgers.remove(&snapshot.participant)) else { continue };
        let settled = session::settlements(ledger.state(), &found.listing.templates);
        let Found { connected, listed_at, .. } = found;
        let files = Arc::clone(&files);
        let read_file: apply::ReadFile = Arc::new(move |path: &str| files.bytes(path));
        let options = FetchOptions { same_origin_loopback: connected.loopback, ..FetchOptions::default() };
        let job = Job {
            provider: Arc::clone(&connected.provider),
            capabilities: connected.capabilities,
            plan: account.clone(),
            listed_at,
            ledger,
            settled,
            workspace: workspace.name.clone(),
            library: Library::new(read_file, options, connected.route, connected.capabilities.media_types),
            now: connected.now,
            events: Arc::clone(events),
            stop: stop.clone(),
            deadline,
            freeze: session.participants[snapshot.participant].account.policy.freeze.clone(),
        };
        out.push((connected.provider, job));
    }
    out
}

/// How long reviews are waited for.
#[derive(Clone)]
struct Waiting {
    limit: Option<Duration>,
    deadline: Option<Instant>,
    stop: watch::Receiver<bool>,
}

/// Runs the jobs side by side, each account in its own order, and waits for reviews when asked.
async fn carry_out(jobs: Vec<Prepared>, waiting: &Waiting, events: &apply::Events) -> Vec<AccountResult> {
    let runs = jobs.into_iter().map(|(provider, job)| {
        let (account, events, waiting) = (job.plan.identity.account.clone(), Arc::clone(events), waiting.clone());
        let run = async move {
            let report = apply::run(job).await;
            let reviews = reviews(&provider, &report, waiting, &events).await;
            AccountResult { report, reviews }
        };
        (account, run)
    });
    side_by_side(runs).await
}

/// The results in the order of the accounts. A run that breaks down is a result too: what it had written is in the ledger.
async fn side_by_side(
    runs: impl Iterator<Item = (String, impl Future<Output = AccountResult> + Send + 'static)>,
) -> Vec<AccountResult> {
    let mut tasks = JoinSet::new();
    let mut open: BTreeMap<usize, String> = BTreeMap::new();
    for (at, (account, run)) in runs.enumerate() {
        open.insert(at, account);
        tasks.spawn(async move { (at, run.await) });
    }
    let mut out = BTreeMap::new();
    while let Some(task) = tasks.join_next().await {
        out.extend(task.ok());
    }
    for (at, account) in open {
        out.entry(at).or_insert_with(|| {
            let reason = "the run ended unexpectedly, please report this; the next run looks what became of it";
            let stopped = Some(apply::Stop { reason: reason.to_owned(), kind: None, later: false });
            AccountResult { report: AccountReport { account, results: Vec::new(), stopped }, reviews: Ok(Vec::new()) }
        });
    }
    out.into_values().collect()
}

async fn reviews(
    provider: &Provider,
    report: &AccountReport,
    waiting: Waiting,
    events: &apply::Events,
) -> Result<Vec<Review>, String> {
    let Waiting { limit: Some(limit), deadline, mut stop } = waiting else { return Ok(Vec::new()) };
    let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
    tokio::select! {
        biased;
        _ = stop.wait_for(|stop| *stop) => Err("interrupted while they were waited for".to_owned()),
        ended = apply::wait(provider, report, left.unwrap_or(limit).min(limit), events) => {
            ended.map_err(|error| error.to_string())
        }
    }
}

/// The results in the order of the plan, with the accounts where nothing was tried: programs see no plan beside them.
fn whole(made: &Plan, results: Vec<AccountResult>) -> Vec<AccountResult> {
    let mut tried: HashMap<String, AccountResult> =
        results.into_iter().map(|result| (result.report.account.clone(), result)).collect();
    made.accounts
        .iter()
        .map(|plan| {
            tried
                .remove(&plan.identity.account)
                .unwrap_or_else(|| AccountResult { report: AccountReport::untried(plan), reviews: Ok(Vec::new()) })
        })
        .collect()
}

/// What the plan held back, as an exit code.
fn left_over(made: &Plan) -> Exit {
    let of_reason = |reason: &Reason| match (reason.state, reason.until) {
        (VerdictState::Ready, _) => Exit::Done,
        (VerdictState::NeedsFlag, _) => Exit::NeedsFlag,
        (VerdictState::Waiting, _) | (VerdictState::Blocked, Some(_)) => Exit::Later,
        (VerdictState::Blocked, None) => Exit::Decide,
    };
    // Of one action the strongest reason counts: what is blocked for good is not helped by a flag.
    let held = made.actions().map(|action| {
        let all = action.verdict.reasons.iter().filter(|reason| reason.state == action.verdict.state).map(of_reason);
        let all: Vec<Exit> = all.collect();
        if all.contains(&Exit::Decide) { Exit::Decide } else { Exit::strongest(all) }
    });
    let moved = |account: &AccountPlan| {
        account.observations.iter().any(|seen| seen.id == ObservationId::Recategorized && seen.tier == Tier::Gating)
    };
    let moved = made.accounts.iter().filter(|account| moved(account)).map(|_| Exit::Decide);
    Exit::strongest(held.chain(moved))
}

/// What was tried, as an exit code.
fn done(results: &[AccountResult]) -> Exit {
    let outcomes = results.iter().flat_map(|account| &account.report.results).map(|result| match result.outcome {
        Outcome::Applied { .. } | Outcome::Held { .. } => Exit::Done,
        Outcome::NotAttempted { later: true, .. } => Exit::Later,
        Outcome::Failed { .. } | Outcome::Unknown { .. } | Outcome::NotAttempted { .. } => Exit::Partial,
    });
    let stops = results.iter().filter_map(|account| account.report.stopped.as_ref());
    let stopped = stops.map(|stop| if stop.later { Exit::Later } else { Exit::Partial });
    let reviews =
        results.iter().flat_map(|account| account.reviews.iter().flatten()).map(|review| match &review.status {
            Some(crate::template::Status::Rejected) => Exit::Decide,
            _ if review.is_pending() => Exit::Later,
            _ => Exit::Done,
        });
    let unknown = results.iter().filter(|account| account.reviews.is_err()).map(|_| Exit::Partial);
    Exit::strongest(outcomes.chain(stopped).chain(reviews).chain(unknown))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_run_that_breaks_down_is_told() {
        let run = |fails: bool| async move {
            assert!(!fails, "broken on purpose");
            let report = AccountReport { account: "sound".to_owned(), results: Vec::new(), stopped: None };
            AccountResult { report, reviews: Ok(Vec::new()) }
        };
        let results =
            side_by_side([("broken".to_owned(), run(true)), ("sound".to_owned(), run(false))].into_iter()).await;
        let names: Vec<_> = results.iter().map(|result| result.report.account.as_str()).collect();
        assert_eq!((names, done(&results)), (vec!["broken", "sound"], Exit::Partial));
        assert!(results[0].report.stopped.is_some());
    }
}
