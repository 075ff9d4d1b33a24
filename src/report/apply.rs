//! What became of an apply, as text and JSON.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::style::{Paint, count, safe};
use crate::{
    apply::{AccountReport, ActionResult, Outcome, Review},
    plan::ActionKind,
    template::Status,
};

/// One account's results and reviews.
pub struct AccountResult {
    /// What was done.
    pub report: AccountReport,
    /// How the reviews ended, where they were waited for; or why that is not known.
    pub reviews: Result<Vec<Review>, String>,
}

/// Counts of outcomes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Took place.
    pub applied: usize,
    /// Did not.
    pub failed: usize,
    /// Nobody knows.
    pub unknown: usize,
    /// Ready, not tried.
    pub not_attempted: usize,
    /// Held by the plan.
    pub held: usize,
}

impl Tally {
    /// Counts.
    #[must_use]
    pub fn of(all: &[AccountResult]) -> Self {
        let mut tally = Self::default();
        for result in all.iter().flat_map(|account| &account.report.results) {
            match result.outcome {
                Outcome::Applied { .. } => tally.applied += 1,
                Outcome::Failed { .. } => tally.failed += 1,
                Outcome::Unknown { .. } => tally.unknown += 1,
                Outcome::NotAttempted { .. } => tally.not_attempted += 1,
                Outcome::Held { .. } => tally.held += 1,
            }
        }
        tally
    }
}

/// One line for one result.
#[must_use]
pub fn result_line(account: &str, result: &ActionResult, paint: Paint) -> String {
    let verb = match (result.kind, matches!(result.outcome, Outcome::Applied { .. })) {
        (ActionKind::Create, true) => "created",
        (ActionKind::Edit, true) => "edited",
        (ActionKind::Delete, true) => "deleted",
        (ActionKind::Adopt, true) => "adopted",
        (kind, false) => kind.as_str(),
    };
    let head = safe(&format!("{account}: {verb} {}", result.key));
    match &result.outcome {
        Outcome::Applied { status, moved_to, .. } => {
            let status = status.as_ref().filter(|status| **status != Status::Pending);
            let mut notes: Vec<String> = status.map(ToString::to_string).into_iter().collect();
            notes.extend(moved_to.as_ref().map(|category| format!("the provider made it {category}")));
            let notes = if notes.is_empty() { String::new() } else { format!("  ({})", notes.join(", ")) };
            format!("{}{}", paint.added(&head), paint.changed(&safe(&notes)))
        }
        Outcome::Failed { reason } => format!("{}: failed: {}", paint.removed(&head), safe(reason)),
        Outcome::Unknown { reason } => format!("{}: unknown: {}", paint.removed(&head), safe(reason)),
        Outcome::NotAttempted { reason, .. } => {
            format!("{}: not attempted: {}", paint.changed(&head), safe(reason))
        }
        Outcome::Held { .. } => format!("{head}: held by the plan"),
    }
}

/// The closing report: what failed, what is unknown, what was not tried, how reviews ended, the counts.
#[must_use]
pub fn text(all: &[AccountResult], paint: Paint) -> String {
    let mut out = String::new();
    let mut section = |title: &str, wanted: &dyn Fn(&Outcome) -> bool| {
        let lines: Vec<String> = all
            .iter()
            .flat_map(|account| account.report.results.iter().map(move |result| (account, result)))
            .filter(|(_, result)| wanted(&result.outcome))
            .map(|(account, result)| {
                let reason = result.outcome.reason().unwrap_or_default();
                let action = format!("{}: {} {}", account.report.account, result.kind.as_str(), result.key);
                format!("  {}  {}", safe(&action), safe(reason))
            })
            .collect();
        if !lines.is_empty() {
            let _ = writeln!(out, "{}\n{}\n", paint.bold(title), lines.join("\n"));
        }
    };
    section("Failed", &|outcome| matches!(outcome, Outcome::Failed { .. }));
    section("Unknown: the next run looks again and settles it", &|outcome| matches!(outcome, Outcome::Unknown { .. }));
    section("Not attempted", &|outcome| matches!(outcome, Outcome::NotAttempted { .. }));
    for account in all {
        let name = &safe(&account.report.account);
        if let Some(stop) = &account.report.stopped {
            let reason = format!("stopped: {}", safe(&stop.reason));
            let _ = writeln!(out, "{}: {}", paint.bold(name), paint.removed(&reason));
        }
        match &account.reviews {
            Ok(reviews) => {
                for review in reviews {
                    let _ = writeln!(out, "{}", review_line(name, review, paint));
                }
            }
            Err(reason) => {
                let _ = writeln!(out, "{name}: the reviews are not known: {}", safe(reason));
            }
        }
    }
    let tally = Tally::of(all);
    let mut parts = vec![format!("{} applied", tally.applied)];
    for (number, word) in [
        (tally.failed, "failed"),
        (tally.unknown, "unknown"),
        (tally.not_attempted, "not attempted"),
        (tally.held, "held by the plan"),
    ] {
        if number > 0 {
            parts.push(format!("{number} {word}"));
        }
    }
    let _ =
        writeln!(out, "{}", paint.bold(&format!("Apply: {} in {}.", parts.join(", "), count(all.len(), "account"))));
    out
}

fn review_line(account: &str, review: &Review, paint: Paint) -> String {
    let status = review.status.as_ref().map_or_else(|| "not shown by the account".to_owned(), ToString::to_string);
    let reason = review.reason.as_ref().map_or_else(String::new, |reason| format!(" ({reason})"));
    let line = format!("{account}: {}", safe(&format!("{}  {status}{reason}", review.key)));
    match &review.status {
        Some(Status::Approved) => paint.added(&line),
        Some(Status::Pending | Status::InAppeal) => paint.changed(&line),
        _ => paint.removed(&line),
    }
}

/// The same for programs.
#[must_use]
pub fn json(all: &[AccountResult]) -> Value {
    let tally = Tally::of(all);
    let accounts: Vec<Value> = all
        .iter()
        .map(|account| {
            let AccountReport { account: name, results, stopped } = &account.report;
            let (reviews, fault) = match &account.reviews {
                Ok(reviews) => (reviews.iter().map(review_json).collect(), None),
                Err(reason) => (Vec::new(), Some(reason)),
            };
            json!({
                "account": name,
                "stopped": stopped.as_ref().map(|stop| &stop.reason),
                "results": results.iter().map(result_json).collect::<Vec<_>>(),
                "reviews": reviews,
                "reviews_error": fault,
            })
        })
        .collect();
    json!({
        "format_version": "1.0",
        "tool_version": env!("CARGO_PKG_VERSION"),
        "accounts": accounts,
        "summary": {
            "applied": tally.applied,
            "failed": tally.failed,
            "unknown": tally.unknown,
            "not_attempted": tally.not_attempted,
            "held": tally.held,
        },
    })
}

fn result_json(result: &ActionResult) -> Value {
    let (template_id, status, moved_to) = match &result.outcome {
        Outcome::Applied { template_id, status, moved_to } => {
            (template_id.as_ref(), status.as_ref().map(Status::as_str), moved_to.as_ref().map(ToString::to_string))
        }
        _ => (None, None, None),
    };
    json!({
        "id": result.id,
        "kind": result.kind.as_str(),
        "name": result.key.name,
        "language": result.key.language,
        "outcome": result.outcome.as_str(),
        "reason": result.outcome.reason(),
        "template_id": template_id,
        "status": status,
        "moved_to": moved_to,
    })
}

fn review_json(review: &Review) -> Value {
    json!({
        "name": review.key.name,
        "language": review.key.language,
        "status": review.status.as_ref().map(Status::as_str),
        "category": review.category.as_ref().map(ToString::to_string),
        "reason": review.reason,
    })
}
