//! `plan`: what would change. Reads accounts and ledgers, writes nothing.

use std::{collections::BTreeSet, time::Duration};

use camino::Utf8PathBuf;
use clap::{Args, builder::BoolishValueParser};
use jiff::{SignedDuration, Timestamp};

use super::{
    exit::Exit,
    failure::Failure,
    global::{Global, Report, Select, duration, without_blanks},
    print::Printer,
    saved,
};
use crate::{
    account_error::AccountErrorKind,
    diagnostic::did_you_mean_name,
    plan::{Consent, Plan, Selection, document},
    report::{self, escape::Printable},
    session::{self, AccountSnapshot, SandboxHost, Session},
    source::languages,
    template::TemplateKey,
};

#[derive(Debug, Args)]
pub(super) struct Flags {
    #[command(flatten)]
    select: Select,
    /// Plan the deletion of managed templates that left the YAML
    #[arg(long, env = "LETTERPRESS_PRUNE", value_parser = BoolishValueParser::new())]
    prune: bool,
    /// Save the plan, for `apply FILE` and `show FILE`
    #[arg(long, value_name = "FILE", env = "LETTERPRESS_OUT")]
    out: Option<Utf8PathBuf>,
    /// How long the saved plan may be applied
    #[arg(long, value_name = "DURATION", default_value = "24h", value_parser = duration, env = "LETTERPRESS_EXPIRES")]
    expires: Duration,
    /// What could be applied at that time, such as 2026-12-01T09:00Z; such a plan is never applied
    #[arg(long, value_name = "TIME", env = "LETTERPRESS_AT", value_parser = moment)]
    at: Option<Timestamp>,
    /// Form of the output
    #[arg(long, value_enum, default_value_t, env = "LETTERPRESS_FORMAT")]
    pub(super) format: Report,
    /// End with 2 when changes are wanted
    #[arg(long, env = "LETTERPRESS_DETAILED_EXITCODE", value_parser = BoolishValueParser::new())]
    detailed_exitcode: bool,
}

pub(super) async fn run(global: &Global, flags: &Flags, printer: Printer) -> Result<Exit, Failure> {
    let selection = selection(&flags.select)?;
    flags.out.as_deref().map_or(Ok(()), saved::can_write)?;
    if flags.expires.is_zero() {
        return Err(Failure::new(Exit::Usage, "--expires: a plan that is over at once serves nobody"));
    }
    let session = global.whole_session(flags.format, printer)?;
    needs_accounts(&session)?;
    flags.out.as_deref().map_or(Ok(()), |path| saved::is_outside_of_state(path, &session))?;
    let host = host(&session).await?;
    let mut snapshots = session::read_accounts(&session, host.as_ref()).await;
    if let Some(at) = flags.at {
        snapshots.iter_mut().for_each(|snapshot| snapshot.look_from(at));
    }
    needs_matches(&session, &snapshots, &selection)?;
    let mut plan = make(&session, &snapshots, &Consent::default(), &selection, flags.prune);
    plan.at = flags.at;
    let document = document::json(&plan, SignedDuration::try_from(flags.expires).unwrap_or(SignedDuration::MAX));
    if let Some(path) = &flags.out {
        saved::write(path, &document)?;
    }
    printer.data(&match flags.format {
        Report::Text => printer.text(&report::plan::text(&plan, printer.paint())),
        Report::Json => Printable::json(&document),
        Report::Markdown => {
            let saved = flags.out.as_deref().map(camino::Utf8Path::as_str);
            Printable::markdown(&report::comment::markdown(&plan, saved))
        }
    })?;
    if let Some(path) = &flags.out {
        let verb = if flags.at.is_some() { "show" } else { "apply" };
        printer.note(&format!("Saved: letterpress {verb} {path}"));
    }
    let faults = faults(&snapshots);
    let changed = flags.detailed_exitcode && plan.has_changes();
    let worked = faults.len() < snapshots.len();
    Ok(Exit::strongest([Exit::of_faults(&faults, worked), if changed { Exit::Changes } else { Exit::Done }]))
}

/// The patterns of `--select`.
pub(super) fn selection(select: &Select) -> Result<Selection, Failure> {
    Selection::new(&without_blanks(&select.templates)).map_err(|error| Failure::new(Exit::Usage, error.to_string()))
}

/// Refuses a run that would look at nothing and call it well.
pub(super) fn needs_accounts(session: &Session) -> Result<(), Failure> {
    if session.participants.is_empty() {
        return Err(Failure::new(Exit::Usage, "no account takes part: name one with --account"));
    }
    Ok(())
}

/// Refuses a pattern that hits no template, neither of the files nor of an account: a run that looks at nothing is no proof
/// that all is well. Where an account could not be asked nothing is said.
pub(super) fn needs_matches(
    session: &Session,
    snapshots: &[AccountSnapshot],
    selection: &Selection,
) -> Result<(), Failure> {
    let found: Vec<_> = snapshots.iter().filter_map(|snapshot| snapshot.found.as_ref().ok()).collect();
    if selection.patterns().is_empty() || found.len() < snapshots.len() {
        return Ok(());
    }
    let wanted =
        session.participants.iter().flat_map(|participant| &participant.desired).map(|desired| desired.key.clone());
    let removed = session.loaded.removed.iter().flat_map(|removal| match removal.languages.is_empty() {
        true => vec![TemplateKey::new(&removal.name, "*")],
        false => removal.languages.iter().map(|language| TemplateKey::new(&removal.name, language)).collect(),
    });
    let live = found.iter().flat_map(|found| &found.listing.templates).map(|live| live.key.clone());
    let ledgers = found.iter().filter_map(|found| found.ledger.as_ref());
    let managed = ledgers.flat_map(|ledger| ledger.templates.values()).map(crate::ledger::Entry::key);
    let known: Vec<TemplateKey> = wanted.chain(removed).chain(live).chain(managed).collect();
    for pattern in selection.patterns() {
        let one = self::selection(&Select { templates: vec![pattern.clone()] })?;
        // A removal without languages means all of them. What stands before the `/` need not be a pattern by itself.
        let name = pattern.split_once('/').and_then(|(name, _)| Selection::new(&[name.to_owned()]).ok());
        let of_name = |key: &TemplateKey| key.language == "*" && name.as_ref().is_some_and(|name| name.takes(key));
        if known.iter().any(|key| one.takes(key) || of_name(key)) {
            continue;
        }
        let place = if snapshots.is_empty() { "in the files" } else { "neither in the files nor in the accounts" };
        let names: BTreeSet<&str> = known.iter().map(|key| key.name.as_str()).collect();
        let near = did_you_mean_name(pattern, &Vec::from_iter(names));
        // Of `name/en-US` it is the code that is wrong.
        let code = pattern.rsplit_once('/').and_then(|(_, language)| languages::hint(language));
        let hint = code.map(|code| format!("; of its language: {code}")).or(near.map(|near| format!("; {near}")));
        let hint = hint.unwrap_or_default();
        let hits = if snapshots.is_empty() { "hits no template" } else { "hits no template," };
        return Err(Failure::new(Exit::Usage, format!("--select `{pattern}` {hits} {place}{hint}")));
    }
    Ok(())
}

/// The embedded server, if an account of the run needs it. Refuses, before anything is sent, a proxy that cannot be used.
pub(super) async fn host(session: &Session) -> Result<Option<SandboxHost>, Failure> {
    session.check_proxies().map_err(|error| Failure::new(Exit::Usage, error.to_string()))?;
    if !session.needs_sandbox() {
        return Ok(None);
    }
    let host = SandboxHost::start(session.sandbox_root()?).await;
    host.map(Some).map_err(|fault| Failure::new(Exit::Failure, fault.whole()))
}

/// The plan of all accounts of a run, its actions numbered through.
pub(super) fn make(
    session: &Session,
    snapshots: &[AccountSnapshot],
    consent: &Consent,
    selection: &Selection,
    prune: bool,
) -> Plan {
    let mut accounts: Vec<_> =
        snapshots.iter().map(|snapshot| session::plan(session, snapshot, consent, selection, prune)).collect();
    let actions = accounts.iter_mut().flat_map(|account| &mut account.actions);
    for (at, action) in actions.enumerate() {
        action.id = (at + 1).to_string();
    }
    Plan {
        created_at: Timestamp::now(),
        at: None,
        workspace: session.workspace().map(|workspace| workspace.name.clone()).unwrap_or_default(),
        commit: session.commit(),
        selected_accounts: session.participants.iter().map(|participant| participant.account.name.clone()).collect(),
        selected_templates: selection.patterns().to_vec(),
        prune,
        warnings: session.warnings(),
        accounts,
    }
}

/// What kept accounts from being planned.
pub(super) fn faults(snapshots: &[AccountSnapshot]) -> Vec<AccountErrorKind> {
    snapshots.iter().filter_map(|snapshot| snapshot.found.as_ref().err()).map(|fault| fault.kind).collect()
}

/// `2026-12-01T09:00Z`, `2026-12-01T09:00+01:00`; a day is its beginning in UTC.
fn moment(text: &str) -> Result<Timestamp, String> {
    let day = text.parse::<jiff::civil::Date>().ok().filter(|_| text.len() == 10);
    let day = day.and_then(|day| day.to_zoned(jiff::tz::TimeZone::UTC).ok()).map(|zoned| zoned.timestamp());
    day.or_else(|| text.parse().ok()).ok_or_else(|| format!("`{text}` is not a time such as 2026-12-01T09:00Z"))
}
