//! One check of an account: what it is about, how it ended, what was found, what mends it.

use crate::account_error::AccountErrorKind;

/// What a check is about, in the order in which checks are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Topic {
    /// Whether it can be read, and what the provider says to it.
    Credential,
    /// Whether it answers.
    Host,
    /// What the list says.
    Reading,
    /// What the provider's API can do to templates.
    Provider,
    /// How samples of media get there.
    Media,
    /// How far the two clocks differ.
    Clock,
    /// What is remembered, and whether it can be written.
    Ledger,
    /// Who holds it.
    LedgerLock,
    /// Whether the next run finds the ledger.
    LedgerLocation,
    /// Other accounts in its way.
    AccountOverlap,
}

impl Topic {
    /// As programs read it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Credential => "credential",
            Self::Host => "host",
            Self::Reading => "reading",
            Self::Provider => "provider",
            Self::Media => "media",
            Self::Clock => "clock",
            Self::Ledger => "ledger",
            Self::LedgerLock => "lock",
            Self::LedgerLocation => "keeping",
            Self::AccountOverlap => "same-waba",
        }
    }
}

/// How a check ended. Nothing is a warning or a fault without something that mends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grade {
    /// As it should be.
    Ok,
    /// Not now in the way of anything, or only of some commands.
    Warning {
        /// What to do.
        mend: String,
    },
    /// Runs of this account end badly.
    Fault {
        /// In which way.
        kind: AccountErrorKind,
        /// What to do.
        mend: String,
    },
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What it is about.
    pub topic: Topic,
    /// How it ended.
    pub grade: Grade,
    /// What was found.
    pub text: String,
}

impl Check {
    pub(super) fn ok(topic: Topic, text: impl Into<String>) -> Self {
        Self { topic, grade: Grade::Ok, text: text.into() }
    }

    pub(super) fn warning(topic: Topic, text: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { topic, grade: Grade::Warning { mend: mend.into() }, text: text.into() }
    }

    pub(super) fn fault(
        topic: Topic,
        kind: AccountErrorKind,
        text: impl Into<String>,
        mend: impl Into<String>,
    ) -> Self {
        Self { topic, grade: Grade::Fault { kind, mend: mend.into() }, text: text.into() }
    }

    /// What to do, if there is something.
    #[must_use]
    pub fn mend(&self) -> Option<&str> {
        match &self.grade {
            Grade::Ok => None,
            Grade::Warning { mend } | Grade::Fault { kind: _, mend } => Some(mend),
        }
    }
}
