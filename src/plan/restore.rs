//! A saved plan made into a plan again, for reports: nothing here can be applied.
//!
//! What the JSON form does not hold is missing: what would be sent, what the ledger would keep, purpose and owner. What a
//! stranger may have written into the file stays as it is: reports make it harmless.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    AccountPlan, Action, ActionKind, Estimate, Observation, ObservationId, Plan, Reason, Saved, SourceLocation, Submit,
    Verdict, VerdictState, Warning,
    rules::overwrites_hand_edit,
    saved_form::{AccountV1, ActionV1, BreakV1, LiveV1, ObservationV1, ReasonV1, WarningV1},
};
use crate::template::{Category, Content, Live, TemplateKey, contract::ContractChange, diff::Change};

/// The plan that was saved, as far as reports show it.
#[must_use]
pub fn restore(saved: &Saved) -> Plan {
    let plan = saved.plan().clone();
    Plan {
        created_at: plan.created_at,
        at: plan.at,
        workspace: plan.workspace,
        commit: plan.commit,
        selected_accounts: plan.selection.accounts,
        selected_templates: plan.selection.templates,
        prune: plan.selection.prune,
        warnings: plan.warnings.into_iter().map(warning).collect(),
        accounts: plan.accounts.into_iter().map(account).collect(),
    }
}

fn warning(saved: WarningV1) -> Warning {
    let location = saved.source.map(|source| SourceLocation { file: source.file, line: source.line });
    Warning { code: saved.code, message: saved.message, location }
}

fn account(saved: AccountV1) -> AccountPlan {
    let released = saved.observations.iter().filter(|seen| seen.rule == ObservationId::Released);
    AccountPlan {
        released: released.filter_map(ObservationV1::key).collect(),
        identity: saved.identity(),
        error: saved.error,
        ledger_present: saved.ledger == "present",
        live: saved.live,
        managed: saved.managed,
        unchanged: saved.unchanged,
        unmanaged: saved.unmanaged,
        template_limit: saved.template_limit,
        requests: saved.requests,
        estimate: Estimate { requests: saved.estimate.requests, at_least_seconds: saved.estimate.at_least_seconds },
        actions: saved.actions.into_iter().map(action).collect(),
        observations: saved.observations.into_iter().map(observation).collect(),
        protections: Vec::new(),
        approvals: Vec::new(),
        redates: false,
    }
}

fn action(saved: ActionV1) -> Action {
    let (kind, key) = (saved.kind, saved.key());
    let mut changes: Vec<Change> = saved
        .changes
        .into_iter()
        .map(|change| Change { path: change.path, before: change.before, after: change.after })
        .collect();
    // The form tells the category of a create among its changes, reports in the line of the template.
    let category = changes.iter().position(|change| kind == ActionKind::Create && change.path == "category");
    let category = category.and_then(|at| changes.remove(at).after);
    let category = category.as_ref().and_then(Value::as_str).map(Category::parse);
    let reasons = reasons(saved.verdict.reasons, saved.verdict.flags.clone());
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
    Action {
        id: saved.id,
        kind,
        location: saved.source.map(|source| SourceLocation { file: source.file, line: source.line }),
        live: saved.live.map(|live| shown(live, saved.template_id.clone().unwrap_or_default(), &key)),
        key,
        verdict: Verdict {
            state: saved.verdict.state,
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
    }
}

/// Reasons that need a flag get theirs: the form keeps the flags in the same order.
fn reasons(saved: Vec<ReasonV1>, flags: Vec<String>) -> Vec<Reason> {
    let mut flags = flags.into_iter();
    let reason = |reason: ReasonV1| Reason {
        rule: reason.rule,
        state: reason.state,
        reason: reason.reason,
        until: reason.until,
        remedy: reason.remedy,
        flag: if reason.state == VerdictState::NeedsFlag { flags.next() } else { None },
    };
    saved.into_iter().map(reason).collect()
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
    Observation { tier: saved.tier, id: saved.rule, name: saved.name, language: saved.language, detail: saved.detail }
}
