//! The plan as JSON, version 1.0: frozen. Private twins of the internal types, so that neither hinders the other.
//!
//! Fields that do not apply are `null`; lists are empty, never absent. No credential ever gets here, because no plan holds one.

use std::borrow::Cow;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::{
    AccountPlan, AccountScope, Action, ActionKind, Observation, ObservationId, Plan, Reason, RuleId, SourceLocation,
    Tier, VerdictState, Warning,
};
use crate::template::{
    contract::ContractChange,
    diff::Change,
    normal::{canonical, hex},
};

/// Version of this form.
pub const FORMAT_VERSION: &str = "1.0";

#[derive(Serialize)]
struct Document<'a> {
    format_version: &'static str,
    tool_version: &'static str,
    created_at: Timestamp,
    expires_at: Timestamp,
    at: Option<Timestamp>,
    digest: String,
    workspace: &'a str,
    commit: Option<&'a str>,
    selection: SelectionV1<'a>,
    warnings: Vec<WarningV1<'a>>,
    accounts: Vec<AccountV1<'a>>,
    summary: SummaryV1,
}

#[derive(Serialize)]
struct SelectionV1<'a> {
    accounts: &'a [String],
    templates: &'a [String],
    prune: bool,
}

#[derive(Serialize)]
struct WarningV1<'a> {
    code: &'a str,
    message: &'a str,
    source: Option<SourceV1<'a>>,
}

#[derive(Serialize)]
struct AccountV1<'a> {
    account: &'a str,
    provider: &'a str,
    scope: &'a AccountScope,
    error: Option<&'a str>,
    ledger: &'static str,
    live: usize,
    managed: usize,
    unchanged: usize,
    unmanaged: usize,
    template_limit: Option<u64>,
    requests: u64,
    estimate: EstimateV1,
    actions: Vec<ActionV1<'a>>,
    observations: Vec<ObservationV1<'a>>,
}

#[derive(Serialize)]
struct EstimateV1 {
    requests: u64,
    at_least_seconds: u64,
}

#[derive(Serialize)]
struct ActionV1<'a> {
    id: &'a str,
    kind: ActionKind,
    name: &'a str,
    language: &'a str,
    template_id: Option<&'a str>,
    source: Option<SourceV1<'a>>,
    live: Option<LiveV1<'a>>,
    verdict: VerdictV1<'a>,
    live_fingerprint: &'a str,
    desired_fingerprint: &'a str,
    changes: Vec<Cow<'a, Change>>,
    breaks_senders: &'a [ContractChange],
    notes: &'a [String],
}

#[derive(Serialize)]
struct SourceV1<'a> {
    file: &'a str,
    line: u32,
}

#[derive(Serialize)]
struct LiveV1<'a> {
    status: &'a str,
    category: &'a str,
    quality: Option<&'a str>,
    updated_at: Option<Timestamp>,
}

#[derive(Serialize)]
struct VerdictV1<'a> {
    state: VerdictState,
    until: Option<Timestamp>,
    flags: &'a [String],
    reasons: Vec<ReasonV1<'a>>,
}

#[derive(Serialize)]
struct ReasonV1<'a> {
    rule: RuleId,
    state: VerdictState,
    reason: &'a str,
    until: Option<Timestamp>,
    remedy: Option<&'a str>,
    action: Option<&'a str>,
}

#[derive(Serialize)]
struct ObservationV1<'a> {
    tier: Tier,
    rule: ObservationId,
    name: Option<&'a str>,
    language: Option<&'a str>,
    detail: &'a str,
}

#[derive(Serialize)]
struct SummaryV1 {
    kinds: KindsV1,
    states: StatesV1,
    unchanged: usize,
    unmanaged: usize,
}

#[derive(Serialize)]
struct KindsV1 {
    create: usize,
    edit: usize,
    delete: usize,
    adopt: usize,
    unarchive: usize,
    unpause: usize,
}

#[derive(Serialize)]
struct StatesV1 {
    ready: usize,
    needs_flag: usize,
    blocked: usize,
    waiting: usize,
}

/// The plan's JSON, with its digest over everything but itself.
#[must_use]
pub fn json(plan: &Plan, lifetime: SignedDuration) -> Value {
    let summary = plan.summary();
    let [create, edit, delete, adopt] = summary.kinds;
    let [ready, needs_flag, blocked, waiting] = summary.states;
    let document = Document {
        format_version: FORMAT_VERSION,
        tool_version: env!("CARGO_PKG_VERSION"),
        created_at: plan.created_at,
        expires_at: plan.created_at.saturating_add(lifetime).unwrap_or(plan.created_at),
        at: plan.at,
        digest: String::new(),
        workspace: &plan.workspace,
        commit: plan.commit.as_deref(),
        selection: SelectionV1 {
            accounts: &plan.selected_accounts,
            templates: &plan.selected_templates,
            prune: plan.prune,
        },
        warnings: plan.warnings.iter().map(warning).collect(),
        accounts: plan.accounts.iter().map(account).collect(),
        summary: SummaryV1 {
            kinds: KindsV1 { create, edit, delete, adopt, unarchive: 0, unpause: 0 },
            states: StatesV1 { ready, needs_flag, blocked, waiting },
            unchanged: summary.unchanged,
            unmanaged: summary.unmanaged,
        },
    };
    let mut value = serde_json::to_value(document).unwrap_or(Value::Null);
    let digest = digest(&value);
    if let Some(slot) = value.get_mut("digest") {
        *slot = Value::String(digest);
    }
    value
}

/// `sha256:…` over the canonical JSON of a plan without its `digest`.
#[must_use]
pub fn digest(plan: &Value) -> String {
    let mut bare = plan.clone();
    if let Some(map) = bare.as_object_mut() {
        map.shift_remove("digest");
    }
    format!("sha256:{}", hex(&Sha256::digest(canonical(&bare))))
}

fn warning(warning: &Warning) -> WarningV1<'_> {
    WarningV1 { code: &warning.code, message: &warning.message, source: warning.location.as_ref().map(source) }
}

fn source(place: &SourceLocation) -> SourceV1<'_> {
    SourceV1 { file: &place.file, line: place.line }
}

fn account(plan: &AccountPlan) -> AccountV1<'_> {
    AccountV1 {
        account: &plan.identity.account,
        provider: &plan.identity.provider,
        scope: &plan.identity.scope,
        error: plan.error.as_deref(),
        ledger: if plan.ledger_present { "present" } else { "absent" },
        live: plan.live,
        managed: plan.managed,
        unchanged: plan.unchanged,
        unmanaged: plan.unmanaged,
        template_limit: plan.template_limit,
        requests: plan.requests,
        estimate: EstimateV1 { requests: plan.estimate.requests, at_least_seconds: plan.estimate.at_least_seconds },
        actions: plan.actions.iter().map(action).collect(),
        observations: plan.observations.iter().map(observation).collect(),
    }
}

fn action(action: &Action) -> ActionV1<'_> {
    ActionV1 {
        id: &action.id,
        kind: action.kind,
        name: &action.key.name,
        language: &action.key.language,
        template_id: action.live.as_ref().map(|live| live.id.as_str()),
        source: action.location.as_ref().map(source),
        live: action.live.as_ref().map(|live| LiveV1 {
            status: live.status.as_str(),
            category: live.category.as_str(),
            quality: live.quality.as_ref().map(crate::template::Quality::as_str),
            updated_at: live.updated_at,
        }),
        verdict: VerdictV1 {
            state: action.verdict.state,
            until: action.verdict.until,
            flags: &action.verdict.flags,
            reasons: action.verdict.reasons.iter().map(reason).collect(),
        },
        live_fingerprint: action.live_fingerprint.as_deref().unwrap_or("absent"),
        desired_fingerprint: action.desired_fingerprint.as_deref().unwrap_or("absent"),
        changes: changes(action),
        breaks_senders: &action.breaks_senders,
        notes: &action.notes,
    }
}

/// The changes; those of a create with the category that is asked for, which is no part of a fingerprint.
fn changes(action: &Action) -> Vec<Cow<'_, Change>> {
    let asked = action.submit.as_ref().filter(|_| action.kind == ActionKind::Create);
    let category = asked.and_then(|submit| submit.category.as_ref()).map(|category| Change {
        path: "category".to_owned(),
        before: None,
        after: Some(category.as_str().into()),
    });
    action.changes.iter().map(Cow::Borrowed).chain(category.map(Cow::Owned)).collect()
}

fn reason(reason: &Reason) -> ReasonV1<'_> {
    ReasonV1 {
        rule: reason.rule,
        state: reason.state,
        reason: &reason.reason,
        until: reason.until,
        remedy: reason.remedy.as_deref(),
        action: None,
    }
}

fn observation(observation: &Observation) -> ObservationV1<'_> {
    ObservationV1 {
        tier: observation.tier,
        rule: observation.id,
        name: observation.name.as_deref(),
        language: observation.language.as_deref(),
        detail: &observation.detail,
    }
}
