//! Why a command ended before its time.

use super::exit::Exit;
use crate::{account_error::AccountError, session::Session};

/// Why a command ended before its time.
pub(super) struct Failure {
    pub(super) exit: Exit,
    /// One line, whatever it quotes.
    pub(super) message: String,
    /// Further lines.
    pub(super) details: Vec<String>,
    /// What is wrong with the files, where that is why and stderr has said it.
    pub(super) files: Option<Box<Session>>,
}

impl Failure {
    pub(super) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into(), details: Vec::new(), files: None }
    }

    /// Of several lines that say the same sort of thing.
    pub(super) fn of_lines(exit: Exit, lines: impl IntoIterator<Item = String>) -> Self {
        let mut lines = lines.into_iter();
        let first = Self::new(exit, lines.next().unwrap_or_default());
        Self { details: lines.collect(), ..first }
    }

    /// For programs and pages: the whole in one text.
    pub(super) fn whole(&self) -> String {
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
