//! `validate`: all that can be known without a network, for all files at once.

use clap::{Args, ValueEnum};

use super::{
    exit::Exit,
    failure::Failure,
    global::{Global, Report, Select},
    plan,
    print::Printer,
};
use crate::{
    diagnostic::{Diagnostic, Severity, Span, dedupe},
    lint, report,
    session::{Participants, Session},
};

#[derive(Debug, Args)]
pub(super) struct Flags {
    #[command(flatten)]
    select: Select,
    /// Form of the output
    #[arg(long, value_enum, default_value_t, env = "LETTERPRESS_FORMAT")]
    format: Format,
}

/// Forms of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
    /// Annotations of a GitHub workflow
    Github,
}

impl Flags {
    /// The form of errors.
    pub(super) const fn form(&self) -> Report {
        match self.format {
            Format::Json => Report::Json,
            Format::Text | Format::Github => Report::Text,
        }
    }
}

pub(super) fn run(global: &Global, flags: &Flags, printer: Printer) -> Result<Exit, Failure> {
    let selection = plan::selection(&flags.select)?;
    let mut session = Session::read(global.options(), Participants::All);
    Global::needs_hits(&session)?;
    // What cannot be read may be what was meant.
    if !session.has_errors() {
        plan::needs_matches(&session, &[], &selection)?;
    }
    // The form of all files counts; what the rules say of content is of the selected templates.
    for participant in &mut session.participants {
        participant.desired.retain(|desired| selection.takes(&desired.key));
    }
    let mut findings = session.diagnostics.clone();
    let form = wrong_places(&findings);
    for participant in &session.participants {
        // What the rules say of a place whose form is wrong follows from that, and would hide it.
        let follows =
            |finding: &Diagnostic| finding.span.is_some_and(|span| form.iter().any(|wrong| meet(*wrong, span)));
        findings.extend(lint::diagnose(&participant.desired).into_iter().filter(|finding| !follows(finding)));
    }
    dedupe(&mut findings);
    let text = match flags.format {
        Format::Text => printer.text(&report::diagnostics::text(&findings, &session.sources, printer.paint().colour)),
        Format::Json => report::diagnostics::json(&findings, &session.sources),
        Format::Github => {
            report::diagnostics::github(&findings, &session.sources, &|file| session.path_in_repository(file))
        }
    };
    printer.data(&text)?;
    let wrong = |finding: &Diagnostic| finding.severity == Severity::Error;
    Ok(if findings.iter().any(wrong) { Exit::Invalid } else { Exit::Done })
}

/// The places of errors, and those that they point to.
fn wrong_places(findings: &[Diagnostic]) -> Vec<Span> {
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error);
    errors.flat_map(|error| error.span.into_iter().chain(error.related.iter().map(|(span, _)| *span))).collect()
}

const fn meet(one: Span, other: Span) -> bool {
    one.file.0 == other.file.0 && one.start < other.end && other.start < one.end
}
