//! What `doctor` found, as text (a block for each account, a line for each check) and JSON (version 1.0). Decides nothing.

use std::fmt::Write as _;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::style::{Paint, account_head, count, safe, width};
use crate::{
    account_error::AccountErrorKind,
    capability::{Feature, MediaForm},
    doctor::{
        Check, Diagnosis, Grade, Health,
        inspection::{LedgerInspection, LedgerLock, LedgerSummary, ListOutcome},
        needs,
    },
    ledger::Lease,
};

/// Version of the JSON form.
pub const FORMAT_VERSION: &str = "1.0";

/// Columns of a terminal.
const COLUMNS: usize = 80;
/// Where the text of a check begins: behind the grade and the topic.
const INDENT: usize = 23;

/// The report for people.
#[must_use]
pub fn text(accounts: &[Diagnosis], paint: Paint) -> String {
    let mut out = String::new();
    for diagnosis in accounts {
        let head = account_head(&diagnosis.found.identity);
        let _ = writeln!(out, "{}", paint.bold(&head));
        diagnosis.checks.iter().for_each(|check| check_text(&mut out, check, paint));
        out.push('\n');
    }
    let _ = writeln!(out, "{}", verdict(accounts));
    out
}

fn check_text(out: &mut String, check: &Check, paint: Paint) {
    let word = format!("{:<7}", word(&check.grade));
    let word = match check.grade {
        Grade::Ok => paint.added(&word),
        Grade::Warning { .. } => paint.changed(&word),
        Grade::Fault { .. } => paint.removed(&word),
    };
    let mut lead = format!("  {word}  {:<10}  ", check.topic.as_str());
    for line in wrapped(&safe(&check.text), COLUMNS - INDENT) {
        let _ = writeln!(out, "{lead}{line}");
        lead = " ".repeat(INDENT);
    }
    let mend = check.mend().map(|mend| wrapped(&format!("to do: {}", safe(mend)), COLUMNS - INDENT));
    for line in mend.into_iter().flatten() {
        let _ = writeln!(out, "{lead}{line}");
    }
}

const fn word(grade: &Grade) -> &'static str {
    match grade {
        Grade::Ok => "ok",
        Grade::Warning { .. } => "warning",
        Grade::Fault { .. } => "fault",
    }
}

/// Lines of at most so many columns; a word that is longer has a line of its own.
fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() && width(&line) + 1 + width(word) > columns {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    lines
}

/// `3 accounts: 2 well, 1 with faults.`
fn verdict(accounts: &[Diagnosis]) -> String {
    let of = |health: Health| accounts.iter().filter(|account| account.health() == health).count();
    let parts = [(Health::Well, "well"), (Health::Warnings, "with warnings"), (Health::Faults, "with faults")];
    let parts: Vec<String> = parts
        .into_iter()
        .map(|(health, words)| (of(health), words))
        .filter(|(number, _)| *number > 0)
        .map(|(number, words)| format!("{number} {words}"))
        .collect();
    format!("{}: {}.", count(accounts.len(), "account"), parts.join(", "))
}

/// The report for programs.
#[must_use]
pub fn json(accounts: &[Diagnosis], at: Timestamp, workspace: &str) -> Value {
    let of = |health: Health| accounts.iter().filter(|account| account.health() == health).count();
    json!({
        "format_version": FORMAT_VERSION,
        "tool_version": env!("CARGO_PKG_VERSION"),
        "created_at": at,
        "workspace": workspace,
        "accounts": accounts.iter().map(account_json).collect::<Vec<_>>(),
        "summary": {
            "well": of(Health::Well),
            "warnings": of(Health::Warnings),
            "faults": of(Health::Faults),
        },
    })
}

fn account_json(diagnosis: &Diagnosis) -> Value {
    let found = &diagnosis.found;
    let (live, limit, requests) = match &found.asked {
        ListOutcome::Listed { live, template_limit, requests, wanted: _ } => {
            (Some(live), *template_limit, Some(requests))
        }
        ListOutcome::NotSent(_) | ListOutcome::Failed(_) => (None, None, None),
    };
    let capabilities = found.account.provider().capabilities();
    let media = match capabilities.media {
        MediaForm::Handle => "upload",
        MediaForm::Url => "public_url",
    };
    json!({
        "account": found.account.name,
        "provider": found.account.provider().as_str(),
        "scope": found.identity.scope,
        "sandbox": found.account.sandbox,
        "health": match diagnosis.health() {
            Health::Well => "well",
            Health::Warnings => "warnings",
            Health::Faults => "faults",
        },
        "live": live,
        "template_limit": limit,
        "requests": requests,
        "clock_ahead_seconds": found.clocks.and_then(|clocks| clocks.provider_ahead).map(|ahead| ahead.as_secs()),
        "can": {
            "edit": capabilities.has(Feature::Edit),
            "delete_language": capabilities.has(Feature::DeleteLanguage),
            "media": media,
        },
        "needs_to_write": needs(found.account.provider()).to_write,
        "ledger": ledger(&found.ledger),
        "checks": diagnosis.checks.iter().map(check).collect::<Vec<_>>(),
    })
}

fn ledger(look: &LedgerInspection) -> Value {
    let LedgerInspection { folder, known, lock, writable, location: _ } = look;
    let (word, known) = match known {
        Ok(Some(known)) => ("present", Some(known)),
        Ok(None) => ("absent", None),
        Err(_) => ("unusable", None),
    };
    json!({
        "path": folder,
        "ledger": word,
        "managed": known.map(|LedgerSummary { managed, .. }| managed),
        "open": known.map(|LedgerSummary { open, .. }| open),
        "since": known.map(|LedgerSummary { since, .. }| since),
        "writable": writable.is_ok(),
        "lock": lock.as_ref().ok().and_then(Option::as_ref).map(|LedgerLock { lease, abandoned }| {
            let Lease { version: _, id, purpose, process, since, renewed, until } = lease;
            json!({
                "id": id, "purpose": purpose, "host": process.host, "pid": process.pid, "user": process.user,
                "since": since, "renewed": renewed, "until": until, "abandoned": abandoned,
            })
        }),
    })
}

fn check(check: &Check) -> Value {
    let kind = match &check.grade {
        Grade::Fault { kind: AccountErrorKind::Credentials, .. } => Some("credentials"),
        Grade::Fault { kind: AccountErrorKind::Unavailable, .. } => Some("unavailable"),
        Grade::Fault { kind: AccountErrorKind::Other, .. } => Some("other"),
        Grade::Ok | Grade::Warning { .. } => None,
    };
    json!({
        "check": check.topic.as_str(),
        "grade": word(&check.grade),
        "fault": kind,
        "text": check.text,
        "to_do": check.mend(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_not_longer_than_they_may_be_and_lose_no_word() {
        let text = "Your new bell is ready, pick it up in Graz or have it sent to https://fernweh.example/bells";
        for columns in 5..60 {
            let lines = wrapped(text, columns);
            assert_eq!(lines.join(" "), text);
            assert!(lines.iter().all(|line| width(line) <= columns || !line.contains(' ')), "{lines:?}");
        }
        assert_eq!(wrapped("", 9), [""]);
    }
}
