//! Carrying a plan out: one account at a time in order, every write between an intent and an outcome in the ledger.
//!
//! Does what the plan says and no more. A write is reported as applied, failed or unknown, never guessed. Nothing here
//! prints: progress goes out as events.

mod executor;
mod families;
mod media;
mod reviews;
mod run;
mod settle;
#[cfg(test)]
mod tests;
mod throttle;
mod whole_name_deletes;
mod write;

pub(crate) use media::kind;
pub use media::{Library, ReadFile, Route};
pub use reviews::{Review, wait};
pub use run::{Job, run};

use jiff::Timestamp;

use crate::{
    plan::{AccountPlan, Action, ActionKind},
    provider::ErrorKind,
    template::{Category, Status, TemplateKey},
};

/// What became of one account's plan.
#[derive(Debug, Clone)]
pub struct AccountReport {
    /// The account.
    pub account: String,
    /// One for each action of the plan, in order.
    pub results: Vec<ActionResult>,
    /// Why the run of this account ended early.
    pub stopped: Option<Stop>,
}

impl AccountReport {
    /// The report of an account in which nothing was ready, or which could not be planned.
    #[must_use]
    pub fn untried(plan: &AccountPlan) -> Self {
        let results = plan.actions.iter().map(|action| result(action, held(action))).collect();
        let stopped = plan.error.as_ref().map(|error| Stop { reason: error.clone(), kind: None, later: false });
        Self { account: plan.identity.account.clone(), results, stopped }
    }
}

/// Why a run of an account ended early.
#[derive(Debug, Clone)]
pub struct Stop {
    /// In words.
    pub reason: String,
    /// The provider's kind of error, if it was one.
    pub kind: Option<ErrorKind>,
    /// Whether only time was short: a later run will do the rest unchanged.
    pub later: bool,
}

/// What became of one action.
#[derive(Debug, Clone)]
pub struct ActionResult {
    /// The action's number in the plan.
    pub id: String,
    /// What was to be done.
    pub kind: ActionKind,
    /// To which template.
    pub key: TemplateKey,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of an action.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// It took place.
    Applied {
        /// The provider's id, where it is known.
        template_id: Option<String>,
        /// Status that the provider answered.
        status: Option<Status>,
        /// Category that the provider answered, where it is another than asked for.
        moved_to: Option<Category>,
    },
    /// The provider refused it, or it never left.
    Failed {
        /// Why.
        reason: String,
    },
    /// Nobody knows; the ledger keeps the intent open and the next run looks again.
    Unknown {
        /// Why.
        reason: String,
    },
    /// It was ready and not tried.
    NotAttempted {
        /// Why.
        reason: String,
        /// Whether only time was short: a later run will do it unchanged.
        later: bool,
    },
    /// The plan's verdict held it back.
    Held {
        /// All reasons.
        reason: String,
    },
}

impl Outcome {
    /// Its name in JSON.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Applied { .. } => "applied",
            Self::Failed { .. } => "failed",
            Self::Unknown { .. } => "unknown",
            Self::NotAttempted { .. } => "not_attempted",
            Self::Held { .. } => "held",
        }
    }

    /// The words that go with it.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Failed { reason }
            | Self::Unknown { reason }
            | Self::NotAttempted { reason, .. }
            | Self::Held { reason } => Some(reason),
            Self::Applied { .. } => None,
        }
    }
}

/// What happens, as it happens.
#[derive(Debug, Clone)]
pub enum Event {
    /// An action begins.
    Started {
        /// In which account.
        account: String,
        /// What.
        kind: ActionKind,
        /// To which template.
        key: TemplateKey,
    },
    /// An action ended.
    Finished {
        /// In which account.
        account: String,
        /// How.
        result: ActionResult,
    },
    /// The provider's documented limit is being waited for.
    Pacing {
        /// In which account.
        account: String,
        /// For how long.
        wait: std::time::Duration,
    },
    /// Reviews are being waited for.
    Waiting {
        /// In which account.
        account: String,
        /// How many are left.
        left: usize,
    },
}

impl Event {
    fn started(account: &str, action: &Action) -> Self {
        Self::Started { account: account.to_owned(), kind: action.kind, key: action.key.clone() }
    }
}

/// The time of an account: the machine's, or the sandbox's own.
pub type Now = std::sync::Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Where events go.
pub type Events = std::sync::Arc<dyn Fn(Event) + Send + Sync>;

fn result(action: &Action, outcome: Outcome) -> ActionResult {
    ActionResult { id: action.id.clone(), kind: action.kind, key: action.key.clone(), outcome }
}

/// What became of an action that its verdict held back.
fn held(action: &Action) -> Outcome {
    let reasons: Vec<String> =
        action.verdict.reasons.iter().map(|reason| format!("{} [{}]", reason.reason, reason.rule)).collect();
    Outcome::Held { reason: reasons.join("; ") }
}
