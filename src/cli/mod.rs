//! The command line: one file per command, which reads flags, calls the library and hands the result to `report/`.

mod apply;
mod doctor;
mod drift;
mod exit;
mod hold;
mod import;
mod interrupt;
mod ledger;
mod plan;
mod print;
mod progress;
mod sandbox;
mod saved;
mod status;
mod validate;

use std::{process::ExitCode, time::Duration};

use camino::Utf8PathBuf;
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum, builder::BoolishValueParser};

pub use exit::Exit;
use print::{Colour, Printer, in_pipeline};

use crate::account_error::AccountError;
use crate::{
    diagnostic::Diagnostic,
    provider::proxy::ProxySettings,
    report::{self, escape::Printable},
    session::{Environment, Options, Participants, Session},
};

/// WhatsApp message templates as code.
///
/// Templates live in YAML in git. `plan` shows, against the live account, exactly what would change and what may not
/// change yet; `apply` does what was reviewed, no more.
#[derive(Debug, Parser)]
#[command(name = "letterpress", version, propagate_version = true, after_help = EXIT_CODES)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// Printed under `--help`; the table with what a pipeline does about each is in docs/exit-codes.md.
const EXIT_CODES: &str = "\
Exit codes:
  0 done    1 unexpected failure    2 changes wanted (plan --detailed-exitcode), or drift
  3 invalid workspace or templates, or drift without a baseline
  4 credentials or permission
  5 provider unavailable            6 a person must give a flag
  7 saved plan stale or refused     8 the rest waits
  9 change the YAML or decide       10 something failed or is unknown
  64 wrong usage";

#[derive(Debug, Args)]
struct Global {
    /// Folder of the workspace
    #[arg(
        short = 'C',
        long = "directory",
        value_name = "DIR",
        default_value = ".",
        global = true,
        env = "LETTERPRESS_DIRECTORY"
    )]
    directory: Utf8PathBuf,
    /// Take letterpress.yaml from elsewhere, such as a trusted checkout; templates still come from -C
    #[arg(long, value_name = "FILE", global = true, env = "LETTERPRESS_CONFIG")]
    config: Option<Utf8PathBuf>,
    /// Accounts: a name, a glob, label=value; !x excludes
    #[arg(
        long = "account",
        value_name = "SELECTOR",
        global = true,
        env = "LETTERPRESS_ACCOUNT",
        value_delimiter = ' '
    )]
    accounts: Vec<String>,
    /// When to colour the output
    #[arg(long, value_enum, default_value_t, global = true, env = "LETTERPRESS_COLOR")]
    color: Colour,
    /// More about what happens, on stderr; twice for requests
    #[arg(short, long, action = ArgAction::Count, global = true, env = "LETTERPRESS_VERBOSE")]
    verbose: u8,
    /// Only data and errors
    #[arg(
        short,
        long,
        global = true,
        env = "LETTERPRESS_QUIET",
        value_parser = BoolishValueParser::new(),
        conflicts_with = "verbose"
    )]
    quiet: bool,
    /// Longest time that a run of failing requests is tried for, such as 60s
    #[arg(long, value_name = "DURATION", default_value = "60s", global = true, env = "LETTERPRESS_RETRY_BUDGET", value_parser = duration)]
    retry_budget: Duration,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check all files without a network
    Validate(validate::Flags),
    /// Show what would change in the accounts
    Plan(plan::Flags),
    /// Change the accounts as planned
    Apply(apply::Flags),
    /// Print a saved plan; needs no workspace and no network
    Show(saved::Show),
    /// Show how the accounts differ from what was last applied to them
    Drift(drift::Flags),
    /// Show where templates stand: review, quality, edits left
    Status(status::Flags),
    /// Check hosts, credentials, clocks and ledgers of the accounts, and say what to do
    Doctor(doctor::Flags),
    /// Write YAML files from what the accounts hold
    Import(import::Flags),
    /// What is remembered of the accounts: owners, edits, the lock
    #[command(subcommand)]
    Ledger(ledger::Command),
    /// The embedded accounts for trying things out
    #[command(subcommand)]
    Sandbox(sandbox::Command),
}

impl Command {
    /// The form of stdout, errors included: who reads JSON or posts a comment gets one whatever happens.
    fn form(&self) -> Report {
        match self {
            Self::Validate(flags) => flags.form(),
            Self::Plan(flags) => flags.format,
            Self::Apply(flags) => flags.format.into(),
            Self::Show(flags) => flags.format,
            Self::Drift(flags) => flags.format,
            Self::Status(flags) => flags.format.into(),
            Self::Doctor(flags) => flags.format.into(),
            Self::Import(flags) => flags.format.into(),
            Self::Ledger(ledger::Command::Show(flags)) => flags.format.into(),
            Self::Ledger(ledger::Command::Unlock(_) | ledger::Command::HandOver(_)) | Self::Sandbox(_) => Report::Text,
        }
    }

    /// Its name where it has comments.
    const fn name(&self) -> &'static str {
        match self {
            Self::Show(_) => "show",
            Self::Drift(_) => "drift",
            _ => "plan",
        }
    }
}

/// Forms of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
}

/// Forms of reports that go into comments too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Report {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
    /// For a comment on a pull request, at most 65,000 bytes
    Markdown,
}

impl From<Format> for Report {
    fn from(format: Format) -> Self {
        match format {
            Format::Text => Self::Text,
            Format::Json => Self::Json,
        }
    }
}

/// Which templates take part.
#[derive(Debug, Args)]
struct Select {
    /// Templates: a glob over `name` or `name/language`
    #[arg(long = "select", value_name = "GLOB", env = "LETTERPRESS_SELECT", value_delimiter = ' ')]
    templates: Vec<String>,
}

/// Why a command ended before its time.
struct Failure {
    exit: Exit,
    /// One line, whatever it quotes.
    message: String,
    /// Further lines.
    details: Vec<String>,
    /// What is wrong with the files, where that is why and stderr has said it.
    files: Option<Box<Session>>,
}

impl Failure {
    fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into(), details: Vec::new(), files: None }
    }

    /// Of several lines that say the same sort of thing.
    fn of_lines(exit: Exit, lines: impl IntoIterator<Item = String>) -> Self {
        let mut lines = lines.into_iter();
        let first = Self::new(exit, lines.next().unwrap_or_default());
        Self { details: lines.collect(), ..first }
    }

    /// For programs and pages: the whole in one text.
    fn whole(&self) -> String {
        let details = self.details.iter().map(|detail| format!("\n  {detail}"));
        std::iter::once(self.message.clone()).chain(details).collect()
    }
}

impl From<AccountError> for Failure {
    fn from(fault: AccountError) -> Self {
        Self::new(Exit::of_faults(&[fault.kind], false), fault.whole())
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::new(Exit::Failure, error.to_string())
    }
}

/// Runs the command line.
#[must_use]
pub fn main() -> ExitCode {
    let command = without_empty_variables(<Cli as clap::CommandFactory>::command());
    let parsed =
        command.try_get_matches().and_then(|matches| <Cli as clap::FromArgMatches>::from_arg_matches(&matches));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are no errors; anything else is wrong usage, which clap would call 2.
            let printer = Printer::new(Colour::Auto, false);
            if error.use_stderr() {
                let message = usage(&error, printer.paint_stderr().colour);
                printer.report(&message);
                let _ = printer.data(&unusable(&usage(&error, false)));
                return Exit::Usage.into();
            }
            let _ = printer.data(&printer.text(&usage(&error, printer.paint().colour)));
            return Exit::Done.into();
        }
    };
    let printer = Printer::new(cli.global.color, cli.global.quiet);
    logs(cli.global.verbose, printer);
    if let Some(fault) = crate::time::clock_fault(std::time::SystemTime::now()) {
        printer.error(&format!("error: this machine's clock {fault}: set it, everything here is reckoned by it"));
        return Exit::Failure.into();
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            printer.error(&format!("error: {error}"));
            return Exit::Failure.into();
        }
    };
    let ended = runtime.block_on(dispatch(&cli, printer));
    // Whoever still reads a terminal that nobody types on must not keep the process.
    runtime.shutdown_background();
    match ended {
        Ok(exit) => exit.into(),
        Err(failure) => {
            let word = printer.paint_stderr().removed("error");
            printer.error(&format!("{word}: {}", failure.message));
            failure.details.iter().for_each(|detail| printer.error(&format!("  {detail}")));
            let exit = failure.exit;
            if !printer.has_written() {
                // Stderr has said it; a closed stdout changes nothing.
                let _ = printer.data(&in_its_place(cli.command.form(), cli.command.name(), &failure));
            }
            exit.into()
        }
    }
}

/// The command line without the variables that are empty: a pipeline hands over an input that was not given as an empty
/// variable, which counts as unset for every flag.
fn without_empty_variables(command: clap::Command) -> clap::Command {
    let command = command.mut_args(|argument| match argument.get_env().is_some_and(is_empty) {
        true => argument.env(clap::builder::Resettable::Reset),
        false => argument,
    });
    let names: Vec<String> = command.get_subcommands().map(|inner| inner.get_name().to_owned()).collect();
    names.iter().fold(command, |command, name| command.mut_subcommand(name, without_empty_variables))
}

/// Values without the empty ones that two blanks in a variable leave. Where all are empty they stay, and are refused.
fn without_blanks(values: &[String]) -> Vec<String> {
    let said = values.iter().any(|value| !value.is_empty());
    values.iter().filter(|value| !said || !value.is_empty()).cloned().collect()
}

/// Whether a variable of the environment is there and says nothing.
fn is_empty(name: &std::ffi::OsStr) -> bool {
    std::env::var_os(name).is_some_and(|value| value.to_string_lossy().trim().is_empty())
}

/// What stdout holds in place of a report where the command line cannot be read: the form that it asks for, as far as that can be
/// told.
fn unusable(message: &str) -> Printable {
    let words: Vec<String> = std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    let mut flag = words.iter().enumerate().filter_map(|(at, word)| match word.as_str() {
        "--format" => words.get(at + 1).cloned(),
        word => word.strip_prefix("--format=").map(str::to_owned),
    });
    let form = flag.next_back().or_else(|| std::env::var("LETTERPRESS_FORMAT").ok()).unwrap_or_default();
    // What follows is for people at a terminal.
    let lines =
        message.lines().map(str::trim).take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more"));
    let lines: Vec<&str> =
        lines.filter(|line| !line.is_empty()).map(|line| line.trim_start_matches("error: ")).collect();
    let form = <Report as ValueEnum>::from_str(&form, true).unwrap_or_default();
    let command =
        words.iter().find_map(|word| ["show", "drift"].into_iter().find(|name| name == word)).unwrap_or("plan");
    in_its_place(form, command, &Failure::new(Exit::Usage, lines.join("; ")))
}

/// What stdout holds in place of a report.
fn in_its_place(form: Report, command: &'static str, failure: &Failure) -> Printable {
    match form {
        Report::Text => Printable::nothing(),
        Report::Json => Printable::json(&serde_json::json!({
            "format_version": "1.0",
            "error": { "exit_code": failure.exit as u8, "message": failure.whole() },
        })),
        Report::Markdown => {
            let files = failure.files.as_deref();
            let (workspace, commit) = (files.and_then(Session::name), files.and_then(Session::commit));
            Printable::markdown(&report::failed::markdown(&report::failed::Failed {
                command,
                workspace: workspace.as_deref(),
                commit: commit.as_deref(),
                message: &failure.whole(),
                files: files.map(|session| (session.diagnostics.as_slice(), &session.sources)),
            }))
        }
    }
}

/// What clap says, with the arguments and variables that it quotes made safe.
fn usage(error: &clap::Error, colour: bool) -> String {
    let variables = std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("LETTERPRESS_"));
    let given = std::env::args_os().skip(1).chain(variables.map(|(_, value)| value));
    let mut text = error.render().ansi().to_string();
    for word in given.map(|word| word.to_string_lossy().into_owned()) {
        let value = word.split_once('=').map_or("", |(_, value)| value);
        for quoted in [word.as_str(), value] {
            let safe = report::escape::inline(quoted);
            if safe != quoted {
                text = text.replace(quoted, &safe);
            }
        }
    }
    let styled = clap::builder::StyledStr::from(text);
    if colour { styled.ansi().to_string() } else { styled.to_string() }
}

async fn dispatch(cli: &Cli, printer: Printer) -> Result<Exit, Failure> {
    let global = &cli.global;
    match &cli.command {
        Command::Validate(flags) => validate::run(global, flags, printer),
        Command::Plan(flags) => plan::run(global, flags, printer).await,
        Command::Apply(flags) => apply::run(global, flags, printer).await,
        Command::Show(flags) => saved::show(flags, printer),
        Command::Drift(flags) => drift::run(global, flags, printer).await,
        Command::Status(flags) => status::run(global, flags, printer).await,
        Command::Doctor(flags) => doctor::run(global, flags, printer).await,
        Command::Import(flags) => import::run(global, flags, printer).await,
        Command::Ledger(command) => ledger::run(global, command, printer).await,
        Command::Sandbox(command) => sandbox::run(global, command, printer).await,
    }
}

/// Logs go to stderr, coloured as other messages there. `LETTERPRESS_LOG` sets them finely.
fn logs(verbose: u8, printer: Printer) {
    use tracing_subscriber::EnvFilter;
    let level = ["warn", "letterpress=info", "letterpress=debug"][usize::from(verbose.min(2))];
    let own = if is_empty("LETTERPRESS_LOG".as_ref()) { None } else { EnvFilter::try_from_env("LETTERPRESS_LOG").ok() };
    let filter = own.unwrap_or_else(|| EnvFilter::new(level));
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(move || printer.log())
        .with_ansi(printer.paint_stderr().colour)
        .with_target(false)
        .try_init();
}

impl Global {
    fn options(&self) -> Options {
        let set = |name: &str| std::env::var(name).unwrap_or_default();
        let words = |text: String| text.split([',', ' ']).filter(|word| !word.is_empty()).map(str::to_owned).collect();
        Options {
            directory: self.directory.clone(),
            config: self.config.clone(),
            accounts: without_blanks(&self.accounts),
            environment: Environment {
                allow_hosts: words(set("LETTERPRESS_ALLOW_HOSTS")),
                proxies: ProxySettings::read(|name| std::env::var_os(name)),
                allow_commands: set("LETTERPRESS_ALLOW_COMMANDS") == "1",
                retry_budget: self.retry_budget,
            },
        }
    }

    /// Reads the files, or says on stderr what is wrong with them; to programs on stdout too, as `validate` does.
    fn session(
        &self,
        participants: Participants,
        form: impl Into<Report>,
        printer: Printer,
    ) -> Result<Session, Failure> {
        Self::checked(Session::read(self.options(), participants), form, printer)
    }

    /// The same for runs that delete what is absent: what the files may lack by accident is an error there.
    fn whole_session(&self, form: impl Into<Report>, printer: Printer) -> Result<Session, Failure> {
        let session = Session::read(self.options(), Participants::Unasked);
        Self::checked_whole(session, form, printer)
    }

    /// The session, unless something is wrong with its files or files that it needs may be missing.
    fn checked_whole(mut session: Session, form: impl Into<Report>, printer: Printer) -> Result<Session, Failure> {
        if !session.has_errors() && session.misses.is_empty() {
            session.diagnostics.extend(session.absences());
        }
        Self::checked(session, form, printer)
    }

    /// Refuses selectors of accounts that cannot be read or match nothing.
    fn needs_hits(session: &Session) -> Result<(), Failure> {
        let say = |miss: &Diagnostic| match &miss.help {
            Some(help) => format!("{}; {help}", miss.message),
            None => miss.message.clone(),
        };
        let misses: Vec<String> = session.misses.iter().map(say).collect();
        if misses.is_empty() { Ok(()) } else { Err(Failure::of_lines(Exit::Usage, misses)) }
    }

    /// The session, unless something is wrong with its files or with the accounts that are selected.
    fn checked(session: Session, form: impl Into<Report>, printer: Printer) -> Result<Session, Failure> {
        Self::needs_hits(&session)?;
        if session.has_errors() {
            if form.into() == Report::Json {
                printer.data(&report::diagnostics::json(&session.diagnostics, &session.sources))?;
            }
            let colour = printer.paint_stderr().colour;
            printer.report(&report::diagnostics::text(&session.diagnostics, &session.sources, colour));
            let failure = Failure::new(Exit::Invalid, "the workspace cannot be used as it is");
            return Err(Failure { files: Some(Box::new(session)), ..failure });
        }
        Ok(session)
    }
}

/// Reads `90s`, `30m`, `1h 30m`.
fn duration(text: &str) -> Result<Duration, String> {
    let parsed: jiff::SignedDuration =
        text.parse().map_err(|_| format!("`{text}` is not a duration such as 30s, 10m or 1h30m"))?;
    let parsed = Duration::try_from(parsed).map_err(|_| "it must not be negative".to_owned())?;
    Ok(parsed.min(crate::time::LONGEST))
}
