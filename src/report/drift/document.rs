//! Drift as JSON, version 1.0: frozen. Fields that do not apply are `null`; lists are empty, never absent.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{heartbeat, remedies};
use crate::plan::{AccountDrift, DriftVerdict, Drifted, GitSide, Tier};

/// Version of this form.
pub const FORMAT_VERSION: &str = "1.0";

/// What all forms say about the run.
#[derive(Debug, Clone, Copy)]
pub struct Run<'a> {
    /// When it was.
    pub at: Timestamp,
    /// The workspace.
    pub workspace: &'a str,
    /// The git commit of the workspace.
    pub commit: Option<&'a str>,
    /// Patterns of the selected templates; empty for all.
    pub selected: &'a [String],
    /// Value of `--fail-on`.
    pub fail_on: &'static str,
}

/// The report for programs.
#[must_use]
pub fn json(accounts: &[AccountDrift], run: Run<'_>) -> Value {
    let verdict = |wanted: DriftVerdict| accounts.iter().filter(|account| account.verdict() == wanted).count();
    let tier = |wanted: Tier| {
        accounts.iter().flat_map(|account| &account.observations).filter(|seen| seen.tier == wanted).count()
    };
    let drifted: usize = accounts.iter().map(|account| account.drifted.len()).sum();
    json!({
        "format_version": FORMAT_VERSION,
        "tool_version": env!("CARGO_PKG_VERSION"),
        "created_at": run.at,
        "workspace": run.workspace,
        "commit": run.commit,
        "selection": {
            "accounts": accounts.iter().map(|account| &account.identity.account).collect::<Vec<_>>(),
            "templates": run.selected,
        },
        "fail_on": run.fail_on,
        "accounts": accounts.iter().map(account_json).collect::<Vec<_>>(),
        "summary": {
            "in_sync": verdict(DriftVerdict::InSync),
            "drift": verdict(DriftVerdict::Drift),
            "no_baseline": verdict(DriftVerdict::NoBaseline),
            "unknown": verdict(DriftVerdict::Unknown),
            "managed": accounts.iter().map(|account| account.managed).sum::<usize>(),
            "as_applied": accounts.iter().map(AccountDrift::as_applied).sum::<usize>(),
            "drifted": drifted,
            "gating": drifted + tier(Tier::Gating),
            "report": tier(Tier::Report),
        },
    })
}

fn account_json(account: &AccountDrift) -> Value {
    let keys = |all: &[crate::template::TemplateKey]| -> Vec<Value> {
        all.iter().map(|key| json!({"name": key.name, "language": key.language})).collect()
    };
    json!({
        "account": account.identity.account,
        "provider": account.identity.provider,
        "scope": account.identity.scope,
        "error": account.error,
        "verdict": account.verdict().as_str(),
        "message": heartbeat(account),
        "ledger": if account.error.is_some() { Value::Null } else if account.baseline { "present".into() } else { "absent".into() },
        "live": account.live,
        "managed": account.managed,
        "as_applied": account.as_applied(),
        "unmanaged": account.unmanaged,
        "requests": account.requests,
        "drift": account.drifted.iter().map(|drifted| drifted_json(account, drifted)).collect::<Vec<_>>(),
        "other_owners": super::super::owners_json(&account.other_owners),
        "in_review": keys(&account.in_review),
        "no_baseline": keys(&account.incomparable),
        "observations": account.observations.iter().map(|seen| json!({
            "tier": seen.tier,
            "rule": seen.id,
            "name": seen.name,
            "language": seen.language,
            "detail": seen.detail,
        })).collect::<Vec<_>>(),
    })
}

fn drifted_json(account: &AccountDrift, drifted: &Drifted) -> Value {
    let git = match drifted.git {
        GitSide::AsApplied => "as_applied",
        GitSide::AsShown => "as_live",
        GitSide::Other => "other",
        GitSide::Absent => "absent",
    };
    json!({
        "kind": if drifted.gone { "gone" } else { "changed" },
        "name": drifted.key.name,
        "language": drifted.key.language,
        "template_id": drifted.template_id,
        "source": drifted.location.as_ref().map(|place| json!({"file": place.file, "line": place.line})),
        "applied_at": drifted.applied_at,
        "live": drifted.live.as_ref().map(|live| json!({
            "status": live.status.as_str(),
            "category": live.category.as_str(),
            "quality": live.quality.as_ref().map(crate::template::Quality::as_str),
            "updated_at": live.updated_at,
        })),
        "changes": drifted.changes,
        "git": git,
        "open_write": drifted.open_write,
        "remedies": remedies(account, drifted),
    })
}
