//! Reading the command line, running the command that it names, and ending the process with its exit code.

use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

use super::{
    apply, doctor, drift,
    exit::Exit,
    failure::Failure,
    global::{Global, Report},
    import, ledger, plan,
    print::{Colour, Printer},
    sandbox, saved, status, validate,
};
use crate::{
    report::{self, escape::Printable},
    session::Session,
};

/// WhatsApp message templates as code.
///
/// Templates live in YAML in git. `plan` shows, against the live account, exactly what would change and what may not
/// change yet; `apply` does what was reviewed, no more.
#[derive(Debug, Parser)]
#[command(name = "letterpress", version, propagate_version = true, after_help = AFTER_HELP)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// Printed under `--help`. What a pipeline does about each exit code is in docs/exit-codes.md, proxies and certificates are in
/// docs/security.md.
const AFTER_HELP: &str = "\
Exit codes:
  0 done    1 unexpected failure    2 changes wanted (plan --detailed-exitcode), or drift
  3 invalid workspace or templates, or drift without a baseline
  4 credentials or permission
  5 provider unavailable            6 a person must give a flag
  7 saved plan stale or refused     8 the rest waits
  9 change the YAML or decide       10 something failed or is unknown
  64 wrong usage

Environment, beside the variable that each flag names:
  LETTERPRESS_ALLOW_HOSTS     hosts that a credential may go to beside the provider's own
  LETTERPRESS_ALLOW_COMMANDS  1: credentials may come from commands
  LETTERPRESS_LOG             what is logged, finer than -v
  HTTPS_PROXY, ALL_PROXY, NO_PROXY    the proxy, and hosts that are reached without it
  SSL_CERT_FILE, SSL_CERT_DIR         CA certificates in place of the system's (Linux)";

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
    let commented = |word: &str| ["plan", "show", "drift"].into_iter().find(|name| *name == word);
    let command = match named_command() {
        Some(name) => commented(&name),
        None => words.iter().find_map(|word| commented(word)),
    };
    // A comment of another command would take the place of the plan's.
    if form == Report::Markdown && command.is_none() {
        return Printable::nothing();
    }
    in_its_place(form, command.unwrap_or("plan"), &Failure::new(Exit::Usage, lines.join("; ")))
}

/// The command of a command line in which something else cannot be read.
fn named_command() -> Option<String> {
    let command = without_empty_variables(<Cli as clap::CommandFactory>::command());
    let matches = command.ignore_errors(true).try_get_matches().ok()?;
    matches.subcommand_name().map(str::to_owned)
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

/// Whether a variable of the environment is there and says nothing.
fn is_empty(name: &std::ffi::OsStr) -> bool {
    std::env::var_os(name).is_some_and(|value| value.to_string_lossy().trim().is_empty())
}
