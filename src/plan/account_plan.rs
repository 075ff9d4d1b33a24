//! The plan of one account.

use super::{account_identity::AccountIdentity, action::Action, ids::ObservationId, observation::Observation};
use crate::template::TemplateKey;

/// The plan of one account.
#[derive(Debug, Clone)]
pub struct AccountPlan {
    /// Which account it is.
    pub identity: AccountIdentity,
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

impl AccountPlan {
    /// How many things an apply would write into the ledger without a request to the provider, adoptions not counted.
    #[must_use]
    pub fn notes(&self) -> usize {
        self.released.len() + self.protections.len() + self.approvals.len() + usize::from(self.redates)
    }

    /// An account that could not be planned.
    #[must_use]
    pub fn failed(identity: AccountIdentity, error: String) -> Self {
        Self {
            identity,
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

/// What the ledger is to remember of a template's protection from deletion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Protection {
    /// The template.
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

/// What applying would take at the least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Estimate {
    /// HTTP requests.
    pub requests: u64,
    /// Seconds, from the provider's rate limits alone.
    pub at_least_seconds: u64,
}
