//! From what was found of an account to checks: what is well, what is worth a warning, what is a fault, and what mends it.
//!
//! Pure: knows no file, network or clock; time is a parameter. Judges accounts, not templates: that is the plan's part.

pub mod inspection;
mod ledger;
mod needs;
mod powers;
mod reach;
#[cfg(test)]
mod tests;

use jiff::Timestamp;

pub use ledger::lasts;
pub use needs::{Needs, needs};

use crate::account_error::AccountErrorKind;
use inspection::{AccountInspection, AccountOverlap, OverlapKind};

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
    fn ok(topic: Topic, text: impl Into<String>) -> Self {
        Self { topic, grade: Grade::Ok, text: text.into() }
    }

    fn warning(topic: Topic, text: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { topic, grade: Grade::Warning { mend: mend.into() }, text: text.into() }
    }

    fn fault(topic: Topic, kind: AccountErrorKind, text: impl Into<String>, mend: impl Into<String>) -> Self {
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

/// How an account is, all in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Health {
    /// Nothing is wrong.
    Well,
    /// There are warnings.
    Warnings,
    /// There are faults.
    Faults,
}

/// An account with its checks.
#[derive(Debug)]
pub struct Diagnosis {
    /// What was found.
    pub found: AccountInspection,
    /// What it means.
    pub checks: Vec<Check>,
}

impl Diagnosis {
    /// Judges what was found. `now` is this machine's time; `ci` says that the machine is one of a pipeline.
    #[must_use]
    pub fn of(found: AccountInspection, ci: bool, now: Timestamp) -> Self {
        let mut checks = reach::checks(&found);
        checks.extend(powers::checks(&found));
        checks.extend(reach::clock(&found));
        checks.extend(ledger::checks(&found, ci, now));
        checks.extend(found.overlaps.iter().map(overlap));
        Self { found, checks }
    }

    /// The first of its faults, which is the one that ends runs.
    #[must_use]
    pub fn fault(&self) -> Option<AccountErrorKind> {
        self.checks.iter().find_map(|check| match check.grade {
            Grade::Fault { kind, .. } => Some(kind),
            Grade::Ok | Grade::Warning { .. } => None,
        })
    }

    /// How it is, all in all.
    #[must_use]
    pub fn health(&self) -> Health {
        let warned = || self.checks.iter().any(|check| matches!(check.grade, Grade::Warning { .. }));
        match self.fault() {
            Some(_) => Health::Faults,
            None if warned() => Health::Warnings,
            None => Health::Well,
        }
    }
}

fn overlap(overlap: &AccountOverlap) -> Check {
    let other = &overlap.account;
    match &overlap.how {
        OverlapKind::Named { one_ledger: true } => Check::warning(
            Topic::AccountOverlap,
            format!("`{other}` is the same WABA; they share one ledger"),
            "apply one of them at a time (--account), or keep one of the two",
        ),
        OverlapKind::Named { one_ledger: false } => Check::warning(
            Topic::AccountOverlap,
            format!("`{other}` is the same WABA, and their ledgers are two: neither knows what the other one did"),
            "give both the same `ledger`, or keep one of the two",
        ),
        OverlapKind::Listed(key) => Check::warning(
            Topic::AccountOverlap,
            format!("`{other}` reaches the same WABA, both hold {key} under one id, and their ledgers are two"),
            "write the same `waba_id` and the same `ledger` into both accounts, so that they share one ledger, or keep \
             one of them",
        ),
        OverlapKind::Ledger => Check::warning(
            Topic::AccountOverlap,
            format!("`{other}` is another account, and the ledgers of both lie in the same folder"),
            "give one of the two a `ledger` of its own: they would take each other's templates for their own",
        ),
    }
}
