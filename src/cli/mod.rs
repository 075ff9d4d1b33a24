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
use print::{Colour, Printer};

use crate::{
    diagnostic::Diagnostic,
    report,
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
    /// Whether stdout is read by a program: then it holds JSON whatever happens.
    fn is_for_programs(&self) -> bool {
        match self {
            Self::Validate(flags) => flags.is_for_programs(),
            Self::Plan(flags) => flags.format == Report::Json,
            Self::Apply(flags) => flags.format == Format::Json,
            Self::Show(flags) => flags.format == Report::Json,
            Self::Drift(flags) => flags.format == Report::Json,
            Self::Status(flags) => flags.format == Format::Json,
            Self::Doctor(flags) => flags.format == Format::Json,
            Self::Import(flags) => flags.format == Format::Json,
            Self::Ledger(ledger::Command::Show(flags)) => flags.format == Format::Json,
            Self::Ledger(ledger::Command::Unlock(_) | ledger::Command::HandOver(_)) | Self::Sandbox(_) => false,
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

impl From<Report> for Format {
    /// The form of errors.
    fn from(report: Report) -> Self {
        match report {
            Report::Json => Self::Json,
            Report::Text | Report::Markdown => Self::Text,
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
#[derive(Debug)]
struct Failure {
    exit: Exit,
    message: String,
}

impl Failure {
    fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into() }
    }
}

impl From<crate::session::Fault> for Failure {
    fn from(fault: crate::session::Fault) -> Self {
        Self::new(Exit::of_faults(&[fault.kind], false), fault.message)
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
            let _ = error.print();
            return if error.use_stderr() { Exit::Usage.into() } else { Exit::Done.into() };
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
        Err(Failure { exit, message }) => {
            let word = printer.paint_stderr().removed("error");
            printer.error(&format!("{word}: {message}"));
            if cli.command.is_for_programs() && !printer.has_written() {
                let document = serde_json::json!({
                    "format_version": "1.0",
                    "error": { "exit_code": exit as u8, "message": message },
                });
                // Stderr has said it; a closed stdout changes nothing.
                let _ = printer.data(&format!("{document:#}\n"));
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

/// Whether a variable of the environment is there and says nothing.
fn is_empty(name: &std::ffi::OsStr) -> bool {
    std::env::var_os(name).is_some_and(|value| value.to_string_lossy().trim().is_empty())
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
        .with_writer(std::io::stderr)
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
            accounts: self.accounts.clone(),
            environment: Environment {
                allow_hosts: words(set("LETTERPRESS_ALLOW_HOSTS")),
                allow_commands: set("LETTERPRESS_ALLOW_COMMANDS") == "1",
                retry_budget: self.retry_budget,
            },
        }
    }

    /// Reads the files, or says on stderr what is wrong with them; to programs on stdout too, as `validate` does.
    fn session(&self, participants: Participants, format: Format, printer: Printer) -> Result<Session, Failure> {
        Self::checked(Session::read(self.options(), participants), format, printer)
    }

    /// The same for runs that delete what is absent: what the files may lack by accident is an error there.
    fn whole_session(&self, format: Format, printer: Printer) -> Result<Session, Failure> {
        let session = Session::read(self.options(), Participants::Unasked);
        Self::checked_whole(session, format, printer)
    }

    /// The session, unless something is wrong with its files or files that it needs may be missing.
    fn checked_whole(mut session: Session, format: Format, printer: Printer) -> Result<Session, Failure> {
        if !session.has_errors() && session.misses.is_empty() {
            session.diagnostics.extend(session.absences());
        }
        Self::checked(session, format, printer)
    }

    /// Refuses selectors of accounts that cannot be read or match nothing.
    fn needs_hits(session: &Session) -> Result<(), Failure> {
        let say = |miss: &Diagnostic| match &miss.help {
            Some(help) => format!("{}; {help}", miss.message),
            None => miss.message.clone(),
        };
        let misses: Vec<String> = session.misses.iter().map(say).collect();
        if misses.is_empty() { Ok(()) } else { Err(Failure::new(Exit::Usage, misses.join("\n"))) }
    }

    /// The session, unless something is wrong with its files or with the accounts that are selected.
    fn checked(session: Session, format: Format, printer: Printer) -> Result<Session, Failure> {
        Self::needs_hits(&session)?;
        if session.has_errors() {
            if format == Format::Json {
                printer.data(&report::diagnostics::json(&session.diagnostics, &session.sources))?;
            }
            let colour = printer.paint_stderr().colour;
            printer.error(&report::diagnostics::text(&session.diagnostics, &session.sources, colour));
            return Err(Failure::new(Exit::Invalid, "the workspace cannot be used as it is"));
        }
        Ok(session)
    }
}

/// Whether this is a job of a pipeline, by the variables that pipelines set: most `CI`, Azure `TF_BUILD`, Jenkins
/// `JENKINS_URL`.
fn in_pipeline() -> bool {
    let set = |name: &str| std::env::var(name).is_ok_and(|value| !matches!(value.as_str(), "" | "0" | "false"));
    ["CI", "TF_BUILD", "JENKINS_URL"].into_iter().any(set)
}

/// Reads `90s`, `30m`, `1h 30m`.
fn duration(text: &str) -> Result<Duration, String> {
    let parsed: jiff::SignedDuration =
        text.parse().map_err(|_| format!("`{text}` is not a duration such as 30s, 10m or 1h30m"))?;
    let parsed = Duration::try_from(parsed).map_err(|_| "it must not be negative".to_owned())?;
    Ok(parsed.min(crate::time::LONGEST))
}
