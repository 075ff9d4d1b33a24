//! The only place that writes to stdout and stderr. Data goes to stdout, everything else to stderr.
//!
//! What is written is a [`Printable`], or made one here: see [`escape`](crate::report::escape).

use std::{
    io::{self, IsTerminal as _, Write as _},
    sync::atomic::{AtomicBool, Ordering},
};

use crate::report::{
    escape::{self, Printable},
    style::Paint,
};

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(super) enum Colour {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Writes logs to stderr as messages are written there.
#[derive(Debug)]
pub(super) struct Log(Printer);

impl io::Write for Log {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        self.0.error(&String::from_utf8_lossy(event));
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Stdout is one for the whole process, and so is what is known of it.
static WRITTEN: AtomicBool = AtomicBool::new(false);

/// Where output goes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Printer {
    colour: Colour,
    quiet: bool,
}

impl Printer {
    /// A printer.
    #[must_use]
    pub(super) const fn new(colour: Colour, quiet: bool) -> Self {
        Self { colour, quiet }
    }

    /// How to colour stdout.
    #[must_use]
    pub(super) fn paint(self) -> Paint {
        Paint { colour: self.coloured(io::stdout().is_terminal()) }
    }

    /// How to colour stderr.
    #[must_use]
    pub(super) fn paint_stderr(self) -> Paint {
        Paint { colour: self.coloured(io::stderr().is_terminal()) }
    }

    fn coloured(self, terminal: bool) -> bool {
        match self.colour {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
        }
    }

    /// Whether stderr may be read by the runner of a pipeline.
    fn logs(self) -> bool {
        !io::stderr().is_terminal() || in_pipeline()
    }

    /// A report for people, on stdout.
    #[must_use]
    pub(super) fn text(self, report: &str) -> Printable {
        Printable::text(report, self.paint().colour, !io::stdout().is_terminal() || in_pipeline())
    }

    /// One line for stderr.
    #[must_use]
    pub(super) fn line(self, message: &str) -> String {
        escape::line(message, self.paint_stderr().colour, self.logs())
    }

    /// Whether any data was written in this run.
    pub(super) fn has_written(self) -> bool {
        WRITTEN.load(Ordering::Relaxed)
    }

    /// Writes data. A reader that went away is no error.
    ///
    /// # Errors
    /// Stdout cannot be written.
    pub(super) fn data(self, data: &Printable) -> io::Result<()> {
        let text = data.as_str();
        WRITTEN.fetch_or(!text.is_empty(), Ordering::Relaxed);
        let mut out = io::stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            other => other,
        }
    }

    /// Writes a message of one line; silent under `--quiet`. What stderr does not take is lost: there is nowhere to say so.
    pub(super) fn note(self, message: &str) {
        if !self.quiet {
            self.error(message);
        }
    }

    /// Writes a message of one line that is never silent.
    pub(super) fn error(self, message: &str) {
        Self::write(&self.line(message));
    }

    /// Writes a report of several lines to stderr; silent under `--quiet`.
    pub(super) fn note_report(self, report: &str) {
        if !self.quiet {
            self.report(report);
        }
    }

    /// Writes a report of several lines to stderr, never silent.
    pub(super) fn report(self, report: &str) {
        let shown = Printable::text(report, self.paint_stderr().colour, self.logs());
        Self::write(shown.as_str().trim_end_matches('\n'));
    }

    fn write(text: &str) {
        // In one piece: lines of several processes stay whole.
        let _ = io::stderr().lock().write_all(format!("{text}\n").as_bytes());
    }

    /// A writer of logs: each event is a line.
    pub(super) const fn log(self) -> Log {
        Log(self)
    }
}

/// Whether this is a job of a pipeline, by the variables that pipelines set: most `CI`, Azure `TF_BUILD`, Jenkins
/// `JENKINS_URL`.
pub(super) fn in_pipeline() -> bool {
    let set = |name: &str| std::env::var(name).is_ok_and(|value| !matches!(value.as_str(), "" | "0" | "false"));
    ["CI", "TF_BUILD", "JENKINS_URL"].into_iter().any(set)
}
