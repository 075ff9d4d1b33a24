//! Drift as text, [JSON](json) and [Markdown](markdown). Decides nothing.

mod document;
mod page;

use std::fmt::Write as _;

use super::{
    observations::{Heading, subject},
    plan::utc,
    style::{Paint, count, line, place, safe, width},
    texts,
};
use crate::{
    plan::{AccountDrift, DriftVerdict, Drifted, GitSide, Observation, Tier, owners},
    template::diff::Change,
};
pub use document::{FORMAT_VERSION, Run, json};
pub use page::markdown;

/// How many names of a long list are shown.
const NAMES: usize = 8;

/// The heartbeat of one account: one line that can be told from silence.
#[must_use]
pub fn heartbeat(account: &AccountDrift) -> String {
    let managed = count(account.managed, "managed template");
    let is = |number: usize| if number == 1 { "is" } else { "are" };
    let mut parts = match account.verdict() {
        DriftVerdict::Unknown => {
            return format!("not known: {}", account.error.as_deref().unwrap_or_default());
        }
        DriftVerdict::NoBaseline if !account.baseline => {
            return "no baseline: there is no ledger for this WABA, so nothing is known of what was last applied"
                .to_owned();
        }
        DriftVerdict::NoBaseline if account.renamed => {
            return format!("no baseline: {}", owners::sentence(&account.other_owners, &account.workspace));
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
        DriftVerdict::InSync if account.managed == 0 && !account.other_owners.is_empty() => {
            let known = owners::named(&account.other_owners);
            vec![format!("in sync: nothing is managed here; the ledger knows {known}")]
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
    let name = &account.identity.account;
    let import = || format!("bring it into git: letterpress import --select {key} --account {name}");
    let place = drifted.location.as_ref().map(|place| format!("{}:{}", place.file, place.line)).unwrap_or_default();
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
        (false, GitSide::AsApplied | GitSide::Other) if !account.edits => vec![
            format!("keep it: write it into {place}, then letterpress apply adopts it"),
            "this API has no edits, so it cannot be put back; another wording needs a new name with `lifecycle: \
             {replaces: …}`"
                .to_owned(),
        ],
        (false, GitSide::AsApplied | GitSide::Other) if let Some(refused) = &drifted.refused => vec![
            format!("keep it: write it into {place}, then letterpress apply adopts it"),
            format!("or mend {place} first, because the provider would refuse what it asks for now: {refused}"),
        ],
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
    let heartbeat = safe(&heartbeat(account));
    let painted = match account.verdict() {
        DriftVerdict::InSync => paint.added(&heartbeat),
        DriftVerdict::Drift | DriftVerdict::NoBaseline | DriftVerdict::Unknown => paint.removed(&heartbeat),
    };
    let mut out = format!("{}: {painted}\n", paint.bold(&safe(&account.identity.account)));
    if account.error.is_none() && !account.baseline {
        let _ = writeln!(
            out,
            "  restore the ledger, or start one: letterpress apply --account {}",
            safe(&account.identity.account)
        );
    }
    for drifted in &account.drifted {
        let what = if drifted.gone { "gone from the account" } else { "changed in the account" };
        let mark = if drifted.gone { "-" } else { "~" };
        let key = safe(&drifted.key.to_string());
        let left = format!("  {mark} {key}  {what}");
        let place = place(drifted.location.as_ref());
        let painted = format!("  {} {}  {what}", paint.changed(mark), paint.bold(&key));
        let _ = writeln!(out, "\n{}", line(&painted, width(&left), &place));
        out.push_str(&fields(&drifted.changes, paint));
        let _ = writeln!(out, "      {}", paint.dim(&safe(&state(drifted))));
        for remedy in remedies(account, drifted) {
            let _ = writeln!(out, "      {}", safe(&remedy));
        }
    }
    if !account.incomparable.is_empty() {
        let names: Vec<String> = account.incomparable.iter().map(ToString::to_string).collect();
        let _ = writeln!(out, "\n  not comparable until the next apply: {}", listed(&names));
    }
    let told: Vec<&Observation> = account.observations.iter().filter(|seen| has_own_line(seen)).collect();
    if !told.is_empty() {
        out.push('\n');
    }
    for seen in told {
        let mark = if seen.tier == Tier::Gating { paint.removed("!") } else { " ".to_owned() };
        let _ = writeln!(out, "  {mark} {}  {}", safe(&subject(seen)), safe(&seen.detail));
    }
    let reviewed: Vec<String> = account.in_review.iter().map(ToString::to_string).collect();
    let unmanaged: Vec<String> = account.observations.iter().filter(|seen| !has_own_line(seen)).map(subject).collect();
    for (names, words) in [(reviewed, "in review"), (unmanaged, "unmanaged")] {
        if !names.is_empty() {
            let _ = writeln!(out, "  {words}: {}", listed(&names));
        }
    }
    out
}

/// Whether an observation has its own line. Of unmanaged templates a count or a list of names is enough.
const fn has_own_line(seen: &Observation) -> bool {
    match Heading::of(seen.id) {
        Heading::Drift | Heading::Category | Heading::NotSendable | Heading::Notes | Heading::InReview => true,
        Heading::Unmanaged => false,
    }
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

fn listed(all: &[String]) -> String {
    let shown = all.iter().take(NAMES).map(|name| safe(name)).collect::<Vec<_>>().join(", ");
    if all.len() > NAMES { format!("{shown} and {} more", all.len() - NAMES) } else { shown }
}
