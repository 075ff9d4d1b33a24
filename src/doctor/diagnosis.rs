//! All checks of one account, and what they say together.

use jiff::Timestamp;

use super::{
    check::{Check, Grade, Topic},
    connection,
    inspection::{AccountInspection, AccountOverlap, OverlapKind},
    ledger, powers,
};
use crate::account_error::AccountErrorKind;

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
        let mut checks = connection::checks(&found);
        checks.extend(powers::checks(&found));
        checks.extend(connection::clock(&found));
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

pub(super) fn overlap(overlap: &AccountOverlap) -> Check {
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
