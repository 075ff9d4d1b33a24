//! Flags and forms that commands share, and the files of a run read by them.

use std::time::Duration;

use camino::Utf8PathBuf;
use clap::{ArgAction, Args, ValueEnum, builder::BoolishValueParser};

use super::{
    exit::Exit,
    failure::Failure,
    print::{Colour, Printer},
};
use crate::{
    diagnostic::Diagnostic,
    provider::proxy::ProxySettings,
    report,
    session::{Environment, Options, Participants, Session},
};

#[derive(Debug, Args)]
pub(super) struct Global {
    /// Folder of the workspace
    #[arg(
        short = 'C',
        long = "directory",
        value_name = "DIR",
        default_value = ".",
        global = true,
        env = "LETTERPRESS_DIRECTORY"
    )]
    pub(super) directory: Utf8PathBuf,
    /// Take letterpress.yaml from elsewhere, such as a trusted checkout; templates still come from -C
    #[arg(long, value_name = "FILE", global = true, env = "LETTERPRESS_CONFIG")]
    pub(super) config: Option<Utf8PathBuf>,
    /// Accounts: a name, a glob, label=value; !x excludes
    #[arg(
        long = "account",
        value_name = "SELECTOR",
        global = true,
        env = "LETTERPRESS_ACCOUNT",
        value_delimiter = ' '
    )]
    pub(super) accounts: Vec<String>,
    /// When to colour the output
    #[arg(long, value_enum, default_value_t, global = true, env = "LETTERPRESS_COLOR")]
    pub(super) color: Colour,
    /// More about what happens, on stderr; twice for requests
    #[arg(short, long, action = ArgAction::Count, global = true, env = "LETTERPRESS_VERBOSE")]
    pub(super) verbose: u8,
    /// Only data and errors
    #[arg(
        short,
        long,
        global = true,
        env = "LETTERPRESS_QUIET",
        value_parser = BoolishValueParser::new(),
        conflicts_with = "verbose"
    )]
    pub(super) quiet: bool,
    /// Longest time that a run of failing requests is tried for, such as 60s
    #[arg(long, value_name = "DURATION", default_value = "60s", global = true, env = "LETTERPRESS_RETRY_BUDGET", value_parser = duration)]
    pub(super) retry_budget: Duration,
}

/// Forms of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum Format {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
}

/// Forms of reports that go into comments too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum Report {
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
pub(super) struct Select {
    /// Templates: a glob over `name` or `name/language`
    #[arg(long = "select", value_name = "GLOB", env = "LETTERPRESS_SELECT", value_delimiter = ' ')]
    pub(super) templates: Vec<String>,
}

impl Global {
    pub(super) fn options(&self) -> Options {
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
    pub(super) fn session(
        &self,
        participants: Participants,
        form: impl Into<Report>,
        printer: Printer,
    ) -> Result<Session, Failure> {
        Self::checked(Session::read(self.options(), participants), form, printer)
    }

    /// The same for runs that delete what is absent: what the files may lack by accident is an error there.
    pub(super) fn whole_session(&self, form: impl Into<Report>, printer: Printer) -> Result<Session, Failure> {
        let session = Session::read(self.options(), Participants::Unasked);
        Self::checked_whole(session, form, printer)
    }

    /// The session, unless something is wrong with its files or files that it needs may be missing.
    pub(super) fn checked_whole(
        mut session: Session,
        form: impl Into<Report>,
        printer: Printer,
    ) -> Result<Session, Failure> {
        if !session.has_errors() && session.misses.is_empty() {
            session.diagnostics.extend(session.absences());
        }
        Self::checked(session, form, printer)
    }

    /// Refuses selectors of accounts that cannot be read or match nothing.
    pub(super) fn needs_hits(session: &Session) -> Result<(), Failure> {
        let say = |miss: &Diagnostic| match &miss.help {
            Some(help) => format!("{}; {help}", miss.message),
            None => miss.message.clone(),
        };
        let misses: Vec<String> = session.misses.iter().map(say).collect();
        if misses.is_empty() { Ok(()) } else { Err(Failure::of_lines(Exit::Usage, misses)) }
    }

    /// The session, unless something is wrong with its files or with the accounts that are selected.
    pub(super) fn checked(session: Session, form: impl Into<Report>, printer: Printer) -> Result<Session, Failure> {
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

/// Values without the empty ones that two blanks in a variable leave. Where all are empty they stay, and are refused.
pub(super) fn without_blanks(values: &[String]) -> Vec<String> {
    let said = values.iter().any(|value| !value.is_empty());
    values.iter().filter(|value| !said || !value.is_empty()).cloned().collect()
}

/// Reads `90s`, `30m`, `1h 30m`.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let parsed: jiff::SignedDuration =
        text.parse().map_err(|_| format!("`{text}` is not a duration such as 30s, 10m or 1h30m"))?;
    let parsed = Duration::try_from(parsed).map_err(|_| "it must not be negative".to_owned())?;
    Ok(parsed.min(crate::time::LONGEST))
}
