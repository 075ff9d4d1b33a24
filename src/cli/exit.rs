//! Exit codes, frozen: one enum, one place that ends the process.

use std::process::ExitCode;

use crate::account_error::AccountErrorKind;

/// How a run ended, for pipelines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Exit {
    /// Done; nothing to do, or all applied.
    Done = 0,
    /// Unexpected failure.
    Failure = 1,
    /// Changes are wanted (`plan --detailed-exitcode`).
    Changes = 2,
    /// Invalid workspace or templates.
    Invalid = 3,
    /// Credentials or permission.
    Credentials = 4,
    /// Provider unavailable, or rate-limited past the retry budget.
    Unavailable = 5,
    /// Something needs a flag that a person must give.
    NeedsFlag = 6,
    /// The saved plan is stale, expired, tampered with or not for this workspace.
    Stale = 7,
    /// All that could be done was done; the rest waits for a time or a review and will go through unchanged.
    Later = 8,
    /// Somebody must change the YAML or decide.
    Decide = 9,
    /// Something that was tried failed or is unknown, or an account was stale or not reached while others were done.
    Partial = 10,
    /// Wrong usage.
    Usage = 64,
}

impl Exit {
    /// The order in which they win.
    const ORDER: [Self; 12] = [
        Self::Usage,
        Self::Failure,
        Self::Invalid,
        Self::Stale,
        Self::Credentials,
        Self::Unavailable,
        Self::Partial,
        Self::NeedsFlag,
        Self::Decide,
        Self::Later,
        Self::Changes,
        Self::Done,
    ];

    /// The first in the frozen order of all that are true; done if none is.
    #[must_use]
    pub fn strongest(all: impl IntoIterator<Item = Self>) -> Self {
        let all: Vec<Self> = all.into_iter().collect();
        Self::ORDER.into_iter().find(|exit| all.contains(exit)).unwrap_or(Self::Done)
    }

    /// What accounts make of a run for which the saved plan is stale: partial while others were worked on.
    #[must_use]
    pub const fn of_stale(worked: bool) -> Self {
        if worked { Self::Partial } else { Self::Stale }
    }

    /// What accounts that could not be worked on make of a run: partial while others were, else why the first was not.
    #[must_use]
    pub fn of_faults(faults: &[AccountErrorKind], worked: bool) -> Self {
        if faults.is_empty() {
            return Self::Done;
        }
        if worked {
            return Self::Partial;
        }
        Self::strongest(faults.iter().map(|fault| match fault {
            AccountErrorKind::Credentials => Self::Credentials,
            AccountErrorKind::Unavailable => Self::Unavailable,
            AccountErrorKind::Other => Self::Failure,
        }))
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_frozen() {
        assert_eq!(Exit::strongest([Exit::Later, Exit::NeedsFlag, Exit::Decide]), Exit::NeedsFlag);
        assert_eq!(Exit::strongest([Exit::Changes, Exit::Partial]), Exit::Partial);
        let all = [0, 2, 8, 9, 6, 10, 5, 4, 7, 3, 1, 64];
        assert_eq!(Exit::ORDER.map(|exit| exit as u8), {
            let mut order = all;
            order.reverse();
            order
        });
        assert_eq!(Exit::strongest([]), Exit::Done);
        assert_eq!(
            Exit::of_faults(&[AccountErrorKind::Unavailable, AccountErrorKind::Credentials], false),
            Exit::Credentials
        );
        assert_eq!(Exit::of_faults(&[AccountErrorKind::Credentials], true), Exit::Partial);
    }
}
