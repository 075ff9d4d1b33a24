//! The plan: what would change, what may not change yet, and why. Pure.
//!
//! (desired, live, applied, now) → actions with verdicts and observations. Nothing here knows a file, a network, a clock or
//! a terminal; whether an action is carried out is [`crate::apply`]'s business.

mod account;
mod action;
pub mod clocks;
mod compare;
pub mod document;
mod drift;
mod facts;
pub mod history;
mod ids;
mod observe;
pub mod owners;
mod proposed_actions;
mod reconcile;
mod restore;
mod review_state;
pub mod rules;
pub mod saved;
mod saved_form;
mod selection;
mod stale;
mod submission;
#[cfg(test)]
mod tests;

pub use action::{Action, Reason, Submit, Verdict};
pub use clocks::Clocks;
pub use compare::{Comparison, compare};
pub use drift::{AccountDrift, DriftVerdict, Drifted, GitSide, drift};
pub use facts::{Consent, Facts, MediaRoute, Promotion, SourceLocation};
pub use ids::{ActionKind, ObservationId, RuleId, Tier, VerdictState};
pub use observe::Observation;
pub use owners::OtherOwner;
pub use reconcile::reconcile;
pub use restore::restore;
pub use review_state::{AccountReviewStates, Edits, Locked, ReviewState, Row, review_states};
pub use saved::{Refused, Saved};
pub use selection::{InvalidPattern, Selection};
pub use stale::withhold_stale;

use jiff::Timestamp;

use crate::template::TemplateKey;

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
    pub place: Option<SourceLocation>,
}

impl std::fmt::Display for Warning {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(SourceLocation { file, line }) = &self.place {
            write!(f, "{file}:{line}: ")?;
        }
        write!(f, "{} [{}]", self.message, self.code)
    }
}

/// The plan of one account.
#[derive(Debug, Clone)]
pub struct AccountPlan {
    /// Its name in the workspace.
    pub account: String,
    /// Its provider.
    pub provider: String,
    /// The WABA and the host that it is reached through.
    pub scope: String,
    /// Whether the embedded sandbox answers for it.
    pub sandbox: bool,
    /// Why there is no plan.
    pub error: Option<String>,
    /// Whether a ledger exists.
    pub ledger_present: bool,
    /// Templates in the account, those on their way out not counted.
    pub live: usize,
    /// Of these, owned by this workspace.
    pub managed: usize,
    /// Managed and without an action.
    pub unchanged: usize,
    /// Owned by nobody, not wanted by the YAML and not ignored.
    pub unmanaged: usize,
    /// How many templates the account may hold, if it says so.
    pub template_limit: Option<u64>,
    /// Requests that reading took.
    pub requests: u64,
    /// What applying would take.
    pub estimate: Estimate,
    /// In the order in which they are applied.
    pub actions: Vec<Action>,
    /// What is worth knowing and is no action.
    pub observations: Vec<Observation>,
    /// Templates that stop being managed and stay live.
    pub released: Vec<TemplateKey>,
    /// Templates whose protection from deletion is to be written down, or taken back.
    pub protections: Vec<Protection>,
    /// Templates whose approval is to be written down, because something waits for it.
    pub approvals: Vec<TemplateKey>,
    /// Whether times of the ledger that are yet to come are to be dated anew.
    pub redates: bool,
}

/// What the ledger is to remember of a template's protection from deletion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Protection {
    /// Which.
    pub key: TemplateKey,
    /// Whether it is protected from now on.
    pub protected: bool,
}

impl Protection {
    /// The observation that says so.
    #[must_use]
    pub const fn observation(&self) -> ObservationId {
        if self.protected { ObservationId::ProtectionAdded } else { ObservationId::ProtectionRemoved }
    }
}

impl AccountPlan {
    /// How many things an apply would write into the ledger without a request to the provider, adoptions not counted.
    #[must_use]
    pub fn notes(&self) -> usize {
        self.released.len() + self.protections.len() + self.approvals.len() + usize::from(self.redates)
    }

    /// An account that could not be planned.
    #[must_use]
    pub fn failed(account: &str, provider: &str, scope: String, sandbox: bool, error: String) -> Self {
        Self {
            account: account.to_owned(),
            provider: provider.to_owned(),
            scope,
            sandbox,
            error: Some(error),
            ledger_present: false,
            live: 0,
            managed: 0,
            unchanged: 0,
            unmanaged: 0,
            template_limit: None,
            requests: 0,
            estimate: Estimate::default(),
            actions: Vec::new(),
            observations: Vec::new(),
            released: Vec::new(),
            protections: Vec::new(),
            approvals: Vec::new(),
            redates: false,
        }
    }
}

/// What applying would take at the least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Estimate {
    /// HTTP requests.
    pub requests: u64,
    /// Seconds, from the provider's rate limits alone.
    pub at_least_seconds: u64,
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
