//! Drift as text, JSON (version 1.0, frozen) and Markdown. Decides nothing.

use std::fmt::Write as _;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    markdown::{code, diff, fenced, fit, prose},
    plan::utc,
    style::{Paint, count, line, safe, width},
    texts,
};
use crate::{
    plan::{AccountDrift, DriftVerdict, Drifted, GitSide, Observation, Tier},
    template::{
        diff::Change,
        normal::{Normal, Scope},
    },
};

/// Version of the JSON form.
pub const FORMAT_VERSION: &str = "1.0";

/// How many names of a long list are shown.
const NAMES: usize = 8;

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

/// The heartbeat of one account: one line that can be told from silence.
#[must_use]
pub fn heartbeat(account: &AccountDrift) -> String {
    let managed = count(account.managed, "managed template");
    let is = |number: usize| if number == 1 { "is" } else { "are" };
    let mut parts = match account.verdict() {
        DriftVerdict::Unknown => {
            return format!("not known: {}", safe(account.error.as_deref().unwrap_or_default()));
        }
        DriftVerdict::NoBaseline if !account.baseline => {
            return "no baseline: there is no ledger for this WABA, so nothing is known of what was last applied"
                .to_owned();
        }
        DriftVerdict::NoBaseline => {
            let number = account.incomparable.len();
            let managed = count(account.managed, "managed template");
            vec![format!("no baseline for {number} of {managed}: applied by a letterpress that compared otherwise")]
        }
        DriftVerdict::Drift if account.drifted.is_empty() => {
            vec![format!("recategorised: {managed} {} as applied, but not their category", is(account.managed))]
        }
        DriftVerdict::Drift => {
            let number = account.drifted.len();
            vec![format!("drift: {number} of {managed} {} not as applied", is(number))]
        }
        DriftVerdict::InSync if account.managed == 0 => vec!["in sync: nothing is managed here".to_owned()],
        DriftVerdict::InSync => vec![format!("in sync: {managed} {} as applied", is(account.managed))],
    };
    if account.verdict() == DriftVerdict::Drift && !account.incomparable.is_empty() {
        parts.push(format!("{} without a baseline", account.incomparable.len()));
    }
    if !account.in_review.is_empty() {
        parts.push(format!("{} in review", account.in_review.len()));
    }
    if account.unmanaged > 0 {
        parts.push(format!("{} unmanaged", account.unmanaged));
    }
    parts.join("; ")
}

/// What helps against one drifted template, in words with commands.
fn remedies(account: &AccountDrift, drifted: &Drifted) -> Vec<String> {
    let key = &drifted.key;
    let name = &account.account;
    let import = || format!("bring it into git: letterpress import --select {key} --account {name}");
    let place = drifted.place.as_ref().map(|place| format!("{}:{}", place.file, place.line)).unwrap_or_default();
    match (drifted.gone, drifted.git) {
        (true, GitSide::Absent) => vec![format!(
            "it left the files too: the next apply stops managing it if they say `removed: [{{name: {}, languages: \
             [{}]}}]`",
            key.name, key.language
        )],
        (true, _) => vec![
            format!("create it again: letterpress apply --select {key} --account {name}"),
            "a name that was deleted while approved is locked for 30 days".to_owned(),
            format!(
                "or take it out of {place}, and write `removed: [{{name: {}, languages: [{}]}}]`",
                key.name, key.language
            ),
        ],
        (false, GitSide::AsShown) => {
            vec![format!(
                "{place} asks for what the account shows: letterpress apply --select {key} --account {name} adopts it"
            )]
        }
        (false, GitSide::AsApplied) => vec![
            format!("put it back: letterpress apply --revert-drift {key} --select {key} --account {name}"),
            format!("or keep it: write it into {place}, then letterpress apply adopts it"),
        ],
        (false, GitSide::Other) => vec![
            format!(
                "git asks for something else since: letterpress apply --revert-drift {key} --select {key} --account {name} applies that"
            ),
            format!("or keep it: write it into {place}, then letterpress apply adopts it"),
        ],
        (false, GitSide::Absent) => vec![import(), "or delete it: letterpress apply --prune".to_owned()],
    }
}

/// The report for people.
#[must_use]
pub fn text(accounts: &[AccountDrift], paint: Paint) -> String {
    accounts.iter().map(|account| account_text(account, paint)).collect::<Vec<_>>().join("\n")
}

fn account_text(account: &AccountDrift, paint: Paint) -> String {
    let heartbeat = heartbeat(account);
    let painted = match account.verdict() {
        DriftVerdict::InSync => paint.added(&heartbeat),
        DriftVerdict::Drift | DriftVerdict::NoBaseline | DriftVerdict::Unknown => paint.removed(&heartbeat),
    };
    let mut out = format!("{}: {painted}\n", paint.bold(&account.account));
    if account.error.is_none() && !account.baseline {
        let _ = writeln!(out, "  restore the ledger, or start one: letterpress apply --account {}", account.account);
    }
    for drifted in &account.drifted {
        let what = if drifted.gone { "gone from the account" } else { "changed in the account" };
        let mark = if drifted.gone { "-" } else { "~" };
        let left = format!("  {mark} {}  {what}", drifted.key);
        let place = drifted.place.as_ref().map(|place| format!("{}:{}", place.file, place.line)).unwrap_or_default();
        let painted = format!("  {} {}  {what}", paint.changed(mark), paint.bold(&drifted.key.to_string()));
        let _ = writeln!(out, "\n{}", line(&painted, width(&left), &place));
        out.push_str(&fields(&drifted.changes, paint));
        let _ = writeln!(out, "      {}", paint.dim(&state(drifted)));
        for remedy in remedies(account, drifted) {
            let _ = writeln!(out, "      {remedy}");
        }
    }
    if !account.incomparable.is_empty() {
        let names: Vec<String> = account.incomparable.iter().map(ToString::to_string).collect();
        let _ = writeln!(out, "\n  not comparable until the next apply: {}", listed(&names));
    }
    let told: Vec<&Observation> = account.observations.iter().filter(|seen| seen.rule != "unmanaged").collect();
    if !told.is_empty() {
        out.push('\n');
    }
    for seen in told {
        let mark = if seen.tier == Tier::Gating { paint.removed("!") } else { " ".to_owned() };
        let _ = writeln!(out, "  {mark} {}  {}", subject(seen), safe(&seen.detail));
    }
    let of = |rule: &str| -> Vec<String> {
        account.observations.iter().filter(|seen| seen.rule == rule).map(subject).collect()
    };
    let reviewed: Vec<String> = account.in_review.iter().map(ToString::to_string).collect();
    for (names, words) in [(reviewed, "in review"), (of("unmanaged"), "unmanaged")] {
        if !names.is_empty() {
            let _ = writeln!(out, "  {words}: {}", listed(&names));
        }
    }
    out
}

/// `applied 2026-06-02 09:14 UTC; APPROVED`.
fn state(drifted: &Drifted) -> String {
    let mut parts = vec![format!("applied {}", utc(drifted.applied_at))];
    parts.extend(drifted.live.as_ref().map(|live| live.status.to_string()));
    if drifted.open_write {
        parts.push("a write of ours has an unknown outcome; the next apply settles it".to_owned());
    }
    parts.join("; ")
}

fn fields(changes: &[Change], paint: Paint) -> String {
    let mut out = String::new();
    for change in changes {
        let title = safe(&texts::title(change));
        for (at, text) in texts::lines(change.before.as_ref(), change.after.as_ref(), paint).into_iter().enumerate() {
            let head = if at == 0 { title.clone() } else { " ".repeat(width(&title)) };
            let _ = writeln!(out, "      {head}  {text}");
        }
    }
    out
}

fn subject(seen: &Observation) -> String {
    let parts: Vec<&str> = [seen.name.as_deref(), seen.language.as_deref()].into_iter().flatten().collect();
    if parts.is_empty() { seen.rule.to_owned() } else { safe(&parts.join("/")) }
}

fn listed(all: &[String]) -> String {
    let shown = all.iter().take(NAMES).cloned().collect::<Vec<_>>().join(", ");
    if all.len() > NAMES { format!("{shown} and {} more", all.len() - NAMES) } else { shown }
}

/// The report for an issue or a chat: as long as a comment may be. Left out when it would be longer: observations, then
/// fields, then names; the heartbeats never.
#[must_use]
pub fn markdown(accounts: &[AccountDrift]) -> String {
    let drifted = accounts.iter().map(|account| account.drifted.len()).sum();
    let seen = accounts.iter().map(|account| account.observations.len()).sum();
    let counts = [seen, drifted, drifted, accounts.len()];
    fit(&counts, |limits| page(accounts, limits)).unwrap_or_default()
}

fn page(accounts: &[AccountDrift], limits: &[usize]) -> String {
    let (mut seen_left, mut fields_left, mut names_left, accounts_left) = (limits[0], limits[1], limits[2], limits[3]);
    let mut dropped = 0;
    let mut out = String::new();
    for account in accounts.iter().take(accounts_left) {
        let icon = match account.verdict() {
            DriftVerdict::InSync => "✅",
            DriftVerdict::Drift => "⚠️",
            DriftVerdict::NoBaseline | DriftVerdict::Unknown => "❌",
        };
        let _ = writeln!(out, "{icon} **{}**: {}\n", prose(&account.account), prose(&heartbeat(account)));
        for drifted in &account.drifted {
            if names_left == 0 {
                dropped += 1;
                continue;
            }
            names_left -= 1;
            let what = if drifted.gone { "gone from the account" } else { "changed in the account" };
            let _ = writeln!(out, "- {} {what}; {}", code(&drifted.key.to_string()), prose(&state(drifted)));
            if fields_left == 0 {
                dropped += 1;
                continue;
            }
            fields_left -= 1;
            if !drifted.changes.is_empty() {
                out.push_str(&fenced("diff", &diff(&drifted.changes), "  "));
            }
            for remedy in remedies(account, drifted) {
                let _ = writeln!(out, "  - {}", prose(&remedy));
            }
        }
        for seen in account.observations.iter().filter(|seen| seen.rule != "unmanaged") {
            if seen_left == 0 {
                dropped += 1;
                continue;
            }
            seen_left -= 1;
            let mark = if seen.tier == Tier::Gating { "⚠️ " } else { "" };
            let _ = writeln!(out, "- {mark}{} {}", code(&subject(seen)), prose(&seen.detail));
        }
        out.push('\n');
    }
    if dropped > 0 || accounts.len() > accounts_left {
        let missing = accounts.len().saturating_sub(accounts_left);
        let _ = writeln!(
            out,
            "Left out, to fit a comment: {} and {}. The whole report: `letterpress drift`.",
            count(dropped, "detail"),
            count(missing, "account")
        );
    }
    out
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
            "accounts": accounts.iter().map(|account| &account.account).collect::<Vec<_>>(),
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
        "account": account.account,
        "provider": account.provider,
        "scope": account.scope,
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
        "in_review": keys(&account.in_review),
        "no_baseline": keys(&account.incomparable),
        "observations": account.observations.iter().map(|seen| json!({
            "tier": seen.tier.as_str(),
            "rule": seen.rule,
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
        "source": drifted.place.as_ref().map(|place| json!({"file": place.file, "line": place.line})),
        "applied_at": drifted.applied_at,
        "live": drifted.live.as_ref().map(|live| json!({
            "status": live.status.as_str(),
            "category": live.category.as_str(),
            "quality": live.quality.as_ref().map(crate::template::Quality::as_str),
            "updated_at": live.updated_at,
        })),
        "live_fingerprint": drifted.live.as_ref().filter(|_| !drifted.gone).map_or_else(
            || "absent".to_owned(),
            |live| Normal::of(&live.content).fingerprint(Scope::Content),
        ),
        "changes": drifted.changes,
        "git": git,
        "open_write": drifted.open_write,
        "remedies": remedies(account, drifted),
    })
}
