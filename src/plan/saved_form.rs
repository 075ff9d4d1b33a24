//! The JSON form of saved plans, version 1.0, as it is read: the counterpart of what [`document`](super::document) writes.
//!
//! Later minor versions add fields, which are passed over here; the digest covers them. Rules, observations, kinds, states and
//! tiers are closed sets: a plan that names another one is refused when it is read.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::{
    account_identity::{AccountIdentity, AccountScope},
    ids::{ActionKind, ObservationId, RuleId, Tier, VerdictState},
};
use crate::template::{Category, Quality, Status, TemplateKey};

#[derive(Debug, Clone, Deserialize)]
pub(super) struct PlanV1 {
    pub(super) created_at: Timestamp,
    pub(super) expires_at: Timestamp,
    pub(super) at: Option<Timestamp>,
    pub(super) workspace: String,
    pub(super) commit: Option<String>,
    pub(super) selection: SelectionV1,
    /// Plans of the first versions had none.
    #[serde(default)]
    pub(super) warnings: Vec<WarningV1>,
    pub(super) accounts: Vec<AccountV1>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct WarningV1 {
    pub(super) code: String,
    pub(super) message: String,
    pub(super) source: Option<SourceV1>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct SelectionV1 {
    pub(super) accounts: Vec<String>,
    pub(super) templates: Vec<String>,
    pub(super) prune: bool,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct AccountV1 {
    pub(super) account: String,
    pub(super) provider: String,
    pub(super) scope: AccountScope,
    pub(super) error: Option<String>,
    pub(super) ledger: String,
    pub(super) live: usize,
    pub(super) managed: usize,
    pub(super) unchanged: usize,
    pub(super) unmanaged: usize,
    pub(super) template_limit: Option<u64>,
    pub(super) requests: u64,
    pub(super) estimate: EstimateV1,
    pub(super) actions: Vec<ActionV1>,
    pub(super) observations: Vec<ObservationV1>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct EstimateV1 {
    pub(super) requests: u64,
    pub(super) at_least_seconds: u64,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct ActionV1 {
    pub(super) id: String,
    pub(super) kind: ActionKind,
    pub(super) name: String,
    pub(super) language: String,
    pub(super) template_id: Option<String>,
    pub(super) source: Option<SourceV1>,
    pub(super) live: Option<LiveV1>,
    pub(super) verdict: VerdictV1,
    pub(super) live_fingerprint: String,
    pub(super) desired_fingerprint: String,
    pub(super) changes: Vec<ChangeV1>,
    pub(super) breaks_senders: Vec<BreakV1>,
    pub(super) notes: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct SourceV1 {
    pub(super) file: String,
    pub(super) line: u32,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct LiveV1 {
    pub(super) status: Status,
    pub(super) category: Category,
    pub(super) quality: Option<Quality>,
    pub(super) updated_at: Option<Timestamp>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct VerdictV1 {
    pub(super) state: VerdictState,
    pub(super) until: Option<Timestamp>,
    pub(super) flags: Vec<String>,
    pub(super) reasons: Vec<ReasonV1>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct ReasonV1 {
    pub(super) rule: RuleId,
    pub(super) state: VerdictState,
    pub(super) reason: String,
    pub(super) until: Option<Timestamp>,
    pub(super) remedy: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct ChangeV1 {
    pub(super) path: String,
    pub(super) before: Option<Value>,
    pub(super) after: Option<Value>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct BreakV1 {
    pub(super) part: String,
    pub(super) kind: String,
    pub(super) before: Value,
    pub(super) after: Value,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct ObservationV1 {
    pub(super) tier: Tier,
    pub(super) rule: ObservationId,
    pub(super) name: Option<String>,
    pub(super) language: Option<String>,
    pub(super) detail: String,
}

impl ActionV1 {
    /// The template that it is about.
    pub(super) fn key(&self) -> TemplateKey {
        TemplateKey::new(&self.name, &self.language)
    }
}

impl ObservationV1 {
    /// The template that it is about; `None` for one about the account.
    pub(super) fn key(&self) -> Option<TemplateKey> {
        Some(TemplateKey::new(self.name.as_ref()?, self.language.as_ref()?))
    }
}

impl AccountV1 {
    /// The account that it is about.
    pub(super) fn identity(&self) -> AccountIdentity {
        AccountIdentity { account: self.account.clone(), provider: self.provider.clone(), scope: self.scope.clone() }
    }

    /// Whether it shows an observation of a template.
    pub(super) fn shows(&self, id: ObservationId, key: &TemplateKey) -> bool {
        self.observations.iter().any(|seen| seen.rule == id && seen.key().as_ref() == Some(key))
    }
}
