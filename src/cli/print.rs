//! The only place that writes to stdout and stderr. Data goes to stdout, everything else to stderr.

use std::{
    io::{self, IsTerminal as _, Write as _},
    sync::atomic::{AtomicBool, Ordering},
};

use crate::report::style::Paint;

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

    /// Whether any data was written in this run.
    pub(super) fn has_written(self) -> bool {
        WRITTEN.load(Ordering::Relaxed)
    }

    /// Writes data. A reader that went away is no error.
    ///
    /// # Errors
    /// Stdout cannot be written.
    pub(super) fn data(self, text: &str) -> io::Result<()> {
        WRITTEN.fetch_or(!text.is_empty(), Ordering::Relaxed);
        let mut out = io::stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            other => other,
        }
    }

    /// Writes a message; silent under `--quiet`. What stderr does not take is lost: there is nowhere to say so.
    pub(super) fn note(self, text: &str) {
        if !self.quiet {
            self.error(text);
        }
    }

    /// Writes a message that is never silent.
    pub(super) fn error(self, text: &str) {
        let mut out = io::stderr().lock();
        let _ = writeln!(out, "{}", text.trim_end_matches('\n'));
    }
}
