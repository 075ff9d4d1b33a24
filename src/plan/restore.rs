//! A saved plan made into a plan again, for reports: nothing here can be applied.
//!
//! What the JSON form does not hold is missing: what would be sent, what the ledger would keep, purpose and owner. What a
//! stranger may have written into the file stays as it is: reports make it harmless.

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::{
    AccountPlan, Action, ActionKind, Estimate, Observation, Plan, Reason, Refused, Saved, SourceLocation, State,
    Submit, Tier, Verdict, Warning,
    rules::{RULES, overwrites_hand_edit},
};
use crate::template::{Category, Content, Live, Quality, Status, TemplateKey, contract::ContractChange, diff::Change};

#[derive(Deserialize)]
struct PlanV1 {
    created_at: Timestamp,
    at: Option<Timestamp>,
    workspace: String,
    commit: Option<String>,
    selection: SelectionV1,
    /// Plans of before had none.
    #[serde(default)]
    warnings: Vec<WarningV1>,
    accounts: Vec<AccountV1>,
}

#[derive(Deserialize)]
struct WarningV1 {
    code: String,
    message: String,
    source: Option<SourceV1>,
}

#[derive(Deserialize)]
struct SelectionV1 {
    accounts: Vec<String>,
    templates: Vec<String>,
    prune: bool,
}

#[derive(Deserialize)]
struct AccountV1 {
    account: String,
    provider: String,
    scope: String,
    error: Option<String>,
    ledger: String,
    live: usize,
    managed: usize,
    unchanged: usize,
    unmanaged: usize,
    template_limit: Option<u64>,
    requests: u64,
    estimate: EstimateV1,
    actions: Vec<ActionV1>,
    observations: Vec<ObservationV1>,
}

#[derive(Deserialize)]
struct EstimateV1 {
    requests: u64,
    at_least_seconds: u64,
}

#[derive(Deserialize)]
struct ActionV1 {
    id: String,
    kind: String,
    name: String,
    language: String,
    template_id: Option<String>,
    source: Option<SourceV1>,
    live: Option<LiveV1>,
    verdict: VerdictV1,
    live_fingerprint: String,
    desired_fingerprint: String,
    changes: Vec<ChangeV1>,
    breaks_senders: Vec<BreakV1>,
    notes: Vec<String>,
}

#[derive(Deserialize)]
struct SourceV1 {
    file: String,
    line: u32,
}

#[derive(Deserialize)]
struct LiveV1 {
    status: Status,
    category: Category,
    quality: Option<Quality>,
    updated_at: Option<Timestamp>,
}

#[derive(Deserialize)]
struct VerdictV1 {
    state: String,
    until: Option<Timestamp>,
    flags: Vec<String>,
    reasons: Vec<ReasonV1>,
}

#[derive(Deserialize)]
struct ReasonV1 {
    rule: String,
    state: String,
    reason: String,
    until: Option<Timestamp>,
    remedy: Option<String>,
}

#[derive(Deserialize)]
struct ChangeV1 {
    path: String,
    before: Option<Value>,
    after: Option<Value>,
}

#[derive(Deserialize)]
struct BreakV1 {
    part: String,
    kind: String,
    before: Value,
    after: Value,
}

#[derive(Deserialize)]
struct ObservationV1 {
    tier: String,
    rule: String,
    name: Option<String>,
    language: Option<String>,
    detail: String,
}

/// The plan that was saved, as far as reports show it.
///
/// # Errors
/// A field that this version does not understand.
pub fn restore(saved: &Saved) -> Result<Plan, Refused> {
    let plan = PlanV1::deserialize(saved.value()).map_err(|error| Refused::NotAPlan { reason: error.to_string() })?;
    Ok(Plan {
        created_at: plan.created_at,
        at: plan.at,
        workspace: plan.workspace,
        commit: plan.commit,
        selected_accounts: plan.selection.accounts,
        selected_templates: plan.selection.templates,
        prune: plan.selection.prune,
        warnings: plan.warnings.into_iter().map(warning).collect(),
        accounts: plan.accounts.into_iter().map(account).collect::<Result<_, _>>()?,
    })
}

fn warning(saved: WarningV1) -> Warning {
    let place = saved.source.map(|source| SourceLocation { file: source.file, line: source.line });
    Warning { code: saved.code, message: saved.message, place }
}

fn account(saved: AccountV1) -> Result<AccountPlan, Refused> {
    let observations: Vec<Observation> = saved.observations.into_iter().map(observation).collect();
    let key = |seen: &Observation| Some(TemplateKey::new(seen.name.clone()?, seen.language.clone()?));
    Ok(AccountPlan {
        account: saved.account,
        provider: saved.provider,
        sandbox: saved.scope.ends_with(" @ sandbox"),
        scope: saved.scope,
        error: saved.error,
        ledger_present: saved.ledger == "present",
        live: saved.live,
        managed: saved.managed,
        unchanged: saved.unchanged,
        unmanaged: saved.unmanaged,
        template_limit: saved.template_limit,
        requests: saved.requests,
        estimate: Estimate { requests: saved.estimate.requests, at_least_seconds: saved.estimate.at_least_seconds },
        actions: saved.actions.into_iter().map(action).collect::<Result<_, _>>()?,
        released: observations.iter().filter(|seen| seen.rule == "released").filter_map(key).collect(),
        observations,
        protections: Vec::new(),
        approvals: Vec::new(),
        redates: false,
    })
}

fn action(saved: ActionV1) -> Result<Action, Refused> {
    let kind = kind(&saved.kind)?;
    let key = TemplateKey::new(saved.name, saved.language);
    let mut changes: Vec<Change> = saved
        .changes
        .into_iter()
        .map(|change| Change { path: change.path, before: change.before, after: change.after })
        .collect();
    // The form tells the category of a create among its changes, reports in the line of the template.
    let category = changes.iter().position(|change| kind == ActionKind::Create && change.path == "category");
    let category = category.and_then(|at| changes.remove(at).after);
    let category = category.as_ref().and_then(Value::as_str).map(Category::parse);
    let reasons = reasons(saved.verdict.reasons, saved.verdict.flags.clone())?;
    let held = reasons.iter().find(|reason| reason.rule == overwrites_hand_edit::RULE.id);
    let changed_in_git = held.is_none_or(|reason| reason.reason.ends_with(overwrites_hand_edit::GIT_TOO));
    // Where git wants nothing, what would be done is to undo what somebody did.
    let undone = |change: &Change| Change {
        path: change.path.clone(),
        before: change.after.clone(),
        after: change.before.clone(),
    };
    let hand_edit = if changed_in_git { Vec::new() } else { changes.iter().map(undone).collect() };
    let fingerprint = |text: String| (text != "absent").then_some(text);
    Ok(Action {
        id: saved.id,
        kind,
        place: saved.source.map(|source| SourceLocation { file: source.file, line: source.line }),
        live: saved.live.map(|live| shown(live, saved.template_id.clone().unwrap_or_default(), &key)),
        key,
        verdict: Verdict {
            state: state(&saved.verdict.state)?,
            until: saved.verdict.until,
            flags: saved.verdict.flags,
            reasons,
        },
        live_fingerprint: fingerprint(saved.live_fingerprint),
        desired_fingerprint: fingerprint(saved.desired_fingerprint),
        changes,
        hand_edit,
        changed_in_git,
        breaks_senders: saved.breaks_senders.into_iter().map(broken).collect(),
        notes: saved.notes,
        about: Vec::new(),
        submit: category.map(|category| Submit { category: Some(category), content: Content::default() }),
        remember: None,
    })
}

/// Reasons that need a flag get theirs: the form keeps the flags in the same order.
fn reasons(saved: Vec<ReasonV1>, flags: Vec<String>) -> Result<Vec<Reason>, Refused> {
    let mut flags = flags.into_iter();
    saved
        .into_iter()
        .map(|reason| {
            let state = state(&reason.state)?;
            Ok(Reason {
                rule: interned(reason.rule),
                state,
                reason: reason.reason,
                until: reason.until,
                remedy: reason.remedy,
                flag: if state == State::NeedsFlag { flags.next() } else { None },
            })
        })
        .collect()
}

fn shown(saved: LiveV1, id: String, key: &TemplateKey) -> Live {
    Live {
        id,
        key: key.clone(),
        status: saved.status,
        category: saved.category,
        previous_category: None,
        correct_category: None,
        rejected_reason: None,
        quality: saved.quality,
        updated_at: saved.updated_at,
        auto_generated: false,
        content: Content::default(),
        unreadable: BTreeSet::new(),
    }
}

fn broken(saved: BreakV1) -> ContractChange {
    ContractChange { part: saved.part, kind: saved.kind, before: saved.before, after: saved.after }
}

fn observation(saved: ObservationV1) -> Observation {
    Observation {
        tier: if saved.tier == Tier::Gating.as_str() { Tier::Gating } else { Tier::Report },
        rule: interned(saved.rule),
        name: saved.name,
        language: saved.language,
        detail: saved.detail,
    }
}

fn kind(text: &str) -> Result<ActionKind, Refused> {
    const ALL: [ActionKind; 4] = [ActionKind::Create, ActionKind::Edit, ActionKind::Delete, ActionKind::Adopt];
    ALL.into_iter().find(|kind| kind.as_str() == text).ok_or_else(|| newer("kind of action", text))
}

fn state(text: &str) -> Result<State, Refused> {
    const ALL: [State; 4] = [State::Ready, State::NeedsFlag, State::Blocked, State::Waiting];
    ALL.into_iter().find(|state| state.as_str() == text).ok_or_else(|| newer("state", text))
}

fn newer(what: &str, text: &str) -> Refused {
    let text: String = text.chars().take(40).collect();
    Refused::NotAPlan { reason: format!("this version of letterpress knows no {what} `{text}`") }
}

/// Ids of rules live as long as the program. Those that this version does not know are kept once each.
fn interned(id: String) -> &'static str {
    static KEPT: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    if let Some(rule) = RULES.iter().find(|rule| rule.id == id) {
        return rule.id;
    }
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(id) = kept.get(id.as_str()) {
        return id;
    }
    let id: &'static str = Box::leak(id.into_boxed_str());
    kept.insert(id);
    id
}
