//! The plan of a run: all accounts, and what counts over all of them.

use jiff::Timestamp;

use super::{account_plan::AccountPlan, action::Action, source_location::SourceLocation};

/// A plan for all accounts of a run.
#[derive(Debug, Clone)]
pub struct Plan {
    /// When it was made.
    pub created_at: Timestamp,
    /// The moment that it answers for, if that is not when it was made. Such a plan is never applied.
    pub at: Option<Timestamp>,
    /// The workspace that it is for.
    pub workspace: String,
    /// The git commit of the workspace, where it is one.
    pub commit: Option<String>,
    /// Names of the selected accounts.
    pub selected_accounts: Vec<String>,
    /// Patterns of the selected templates; empty for all.
    pub selected_templates: Vec<String>,
    /// Whether managed templates that left the YAML are deleted.
    pub prune: bool,
    /// What casts doubt on the files that it was made from.
    pub warnings: Vec<Warning>,
    /// Account by account, in the order of the workspace file.
    pub accounts: Vec<AccountPlan>,
}

/// A finding about the files that whoever reads the plan must know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// The finding's code, `LP063`.
    pub code: String,
    /// What is wrong, one sentence without a full stop.
    pub message: String,
    /// Where; `None` for what has no place in a file.
    pub location: Option<SourceLocation>,
}

impl std::fmt::Display for Warning {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(SourceLocation { file, line }) = &self.location {
            write!(f, "{file}:{line}: ")?;
        }
        write!(f, "{} [{}]", self.message, self.code)
    }
}

/// Counts of actions by kind and by state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    /// Creates, edits, deletes, adoptions.
    pub kinds: [usize; 4],
    /// Ready, needs a flag, blocked, waiting.
    pub states: [usize; 4],
    /// Managed without an action.
    pub unchanged: usize,
    /// Unmanaged.
    pub unmanaged: usize,
}

impl Plan {
    /// All actions of all accounts.
    pub fn actions(&self) -> impl Iterator<Item = &Action> {
        self.accounts.iter().flat_map(|account| &account.actions)
    }

    /// Whether anything in an account would change.
    #[must_use]
    pub fn has_changes(&self) -> bool {
        self.actions().any(|action| action.kind.is_change())
    }

    /// The counts.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let mut summary = Summary::default();
        for action in self.actions() {
            summary.kinds[action.kind as usize] += 1;
            summary.states[action.verdict.state as usize] += 1;
        }
        summary.unchanged = self.accounts.iter().map(|account| account.unchanged).sum();
        summary.unmanaged = self.accounts.iter().map(|account| account.unmanaged).sum();
        summary
    }
}
