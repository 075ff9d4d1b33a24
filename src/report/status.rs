//! Where templates stand, as text (family by language) and JSON (version 1.0). Decides nothing.

use std::fmt::Write as _;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    plan::utc,
    style::{Paint, account_head, count, line, place, safe, width, wrapped},
};
use crate::plan::{AccountReviewStates, Edits, ReviewState, Row, history::EDITS_PER_MONTH, owners};

/// Version of the JSON form.
pub const FORMAT_VERSION: &str = "1.0";

/// The report for people.
#[must_use]
pub fn text(accounts: &[AccountReviewStates], paint: Paint) -> String {
    accounts.iter().map(|account| account_text(account, paint)).collect::<Vec<_>>().join("\n")
}

fn account_text(account: &AccountReviewStates, paint: Paint) -> String {
    let head = account_head(&account.identity);
    if let Some(error) = &account.error {
        return format!("{}: {}\n", paint.bold(&head), paint.removed(&safe(error)));
    }
    let mut out = format!("{}: {}\n", paint.bold(&head), counts(account));
    if !account.ledger_present {
        let _ = writeln!(out, "  no ledger: earlier edits and deletions are not known");
    }
    if account.renamed {
        let sentence = owners::sentence(&account.other_owners, &account.workspace);
        let _ = writeln!(out, "{}", wrapped("  ", "  ", &paint.changed(&safe(&sentence))));
    }
    let columns = Columns::of(&account.rows);
    let mut family = None;
    for row in &account.rows {
        if family != Some(&row.key.name) {
            family = Some(&row.key.name);
            let name = safe(&row.key.name);
            let left = format!("  {name}");
            let place = place(row.location.as_ref());
            let painted = format!("  {}", paint.bold(&name));
            let _ = writeln!(out, "\n{}", line(&painted, width(&left), &place));
        }
        let _ = writeln!(out, "{}", row_text(row, &columns, paint));
        for note in notes(row) {
            let _ = writeln!(out, "      {}", paint.changed(&safe(&note)));
        }
    }
    if !account.locked.is_empty() {
        let _ = writeln!(out, "\n  {}", paint.bold("Names that cannot be created yet"));
        for lock in &account.locked {
            let whole = if lock.whole_name { ", in any language" } else { "" };
            let wanted = if lock.wanted { "  wanted" } else { "" };
            let _ = writeln!(out, "    {}  until {}{whole}{wanted}", safe(&lock.key.to_string()), utc(lock.until));
        }
    }
    out
}

/// `5 wanted: 3 approved, 1 in review, 1 missing; 2 unmanaged`.
fn counts(account: &AccountReviewStates) -> String {
    let wanted = account.rows.iter().filter(|row| row.wanted).count();
    let parts: Vec<String> = [
        (ReviewState::Approved, "approved"),
        (ReviewState::InReview, "in review"),
        (ReviewState::Stopped, "stopped"),
        (ReviewState::Missing, "missing"),
    ]
    .into_iter()
    .map(|(review_state, word)| (account.wanted(review_state), word))
    .filter(|(number, _)| *number > 0)
    .map(|(number, word)| format!("{number} {word}"))
    .collect();
    let mut out = format!("{wanted} wanted");
    if !parts.is_empty() {
        let _ = write!(out, ": {}", parts.join(", "));
    }
    let others = account.rows.len() - wanted;
    if others > 0 {
        let _ = write!(out, "; {others} managed and not wanted");
    }
    if account.unmanaged > 0 {
        let _ = write!(out, "; {} unmanaged", account.unmanaged);
    }
    out
}

/// Widths of the columns.
struct Columns {
    language: usize,
    status: usize,
    category: usize,
    quality: usize,
}

impl Columns {
    fn of(rows: &[Row]) -> Self {
        let widest = |cell: &dyn Fn(&Row) -> String| rows.iter().map(|row| width(&cell(row))).max().unwrap_or_default();
        Self {
            language: widest(&|row| safe(&row.key.language)),
            status: widest(&status),
            category: widest(&category),
            quality: widest(&quality),
        }
    }
}

fn row_text(row: &Row, columns: &Columns, paint: Paint) -> String {
    let pad = |text: String, to: usize| format!("{text}{}", " ".repeat(to.saturating_sub(width(&text))));
    let status = pad(status(row), columns.status);
    let status = match row.review_state {
        ReviewState::Approved => paint.added(&status),
        ReviewState::InReview => paint.changed(&status),
        ReviewState::Stopped | ReviewState::Missing => paint.removed(&status),
    };
    let cells = [
        pad(safe(&row.key.language), columns.language),
        status,
        pad(category(row), columns.category),
        pad(quality(row), columns.quality),
        edits(row),
    ];
    format!("    {}", cells.join("  ")).trim_end().to_owned()
}

/// The provider's status with its reason.
fn status(row: &Row) -> String {
    match (&row.status, &row.rejected_reason) {
        (None, _) => "not there".to_owned(),
        (Some(status), Some(reason)) => format!("{} ({})", safe(status.as_str()), safe(reason)),
        (Some(status), None) => safe(status.as_str()),
    }
}

fn category(row: &Row) -> String {
    row.category.as_ref().map_or_else(|| "-".to_owned(), |category| safe(category.as_str()))
}

fn quality(row: &Row) -> String {
    row.quality.as_ref().map_or_else(|| "-".to_owned(), |quality| safe(quality.as_str()))
}

/// Edits left, `1 today, 7 of 10 in 30 days`. What history cannot prove is said as the most that can be left.
fn edits(row: &Row) -> String {
    match &row.edits {
        Edits::None => String::new(),
        Edits::Never => "no edits through this API".to_owned(),
        Edits::Free => "edits are not limited".to_owned(),
        Edits::Left { day, month, budget } => {
            let most = if budget.proven { "" } else { "at most " };
            let used = if budget.proven { String::new() } else { format!(" ({}+ used)", budget.month) };
            match budget.free_at {
                Some(free) => {
                    format!(
                        "edits left: none before {}, {most}{month} of {EDITS_PER_MONTH} in 30 days{used}",
                        utc(free)
                    )
                }
                None => format!("edits left: {most}{day} today, {most}{month} of {EDITS_PER_MONTH} in 30 days{used}"),
            }
        }
    }
}

/// What else a reader must know of a row.
fn notes(row: &Row) -> Vec<String> {
    let mut out = Vec::new();
    if row.as_wanted == Some(false) {
        out.push("holds other content than git asks for: letterpress plan".to_owned());
    }
    if let (Some(wanted), Some(found)) = (&row.wanted_category, &row.category)
        && wanted != found
        && row.accepted_category.as_ref() != Some(found)
    {
        out.push(format!("git asks for {wanted}"));
    }
    if let Some(announced) = &row.announced {
        out.push(format!("the provider will move it to {announced}"));
    }
    if !row.wanted {
        out.push("managed, not in the files any more".to_owned());
    }
    out
}

/// What the gate says, `approved: 4 of 5 …`; nothing without a gate.
#[must_use]
pub fn verdict(accounts: &[AccountReviewStates]) -> String {
    let of = |review_state: ReviewState| accounts.iter().map(|account| account.wanted(review_state)).sum::<usize>();
    let all = [ReviewState::Approved, ReviewState::InReview, ReviewState::Stopped, ReviewState::Missing].map(of);
    let [approved, review, stopped, missing] = all;
    let unknown = accounts.iter().filter(|account| account.error.is_some()).count();
    let total: usize = all.iter().sum();
    let mut parts = vec![format!("{approved} of {} approved", count(total, "wanted template"))];
    for (number, word) in [(review, "in review"), (stopped, "stopped"), (missing, "missing")] {
        if number > 0 {
            parts.push(format!("{number} {word}"));
        }
    }
    if unknown > 0 {
        parts.push(format!("{} not known", count(unknown, "account")));
    }
    let different =
        accounts.iter().flat_map(|account| &account.rows).filter(|row| row.as_wanted == Some(false)).count();
    if different > 0 {
        parts.push(format!("{different} with other content than git asks for"));
    }
    format!("{}.\n", parts.join("; "))
}

/// The report for programs.
#[must_use]
pub fn json(accounts: &[AccountReviewStates], at: Timestamp, workspace: &str, required: Option<&str>) -> Value {
    let of = |review_state: ReviewState| accounts.iter().map(|account| account.wanted(review_state)).sum::<usize>();
    json!({
        "format_version": FORMAT_VERSION,
        "tool_version": env!("CARGO_PKG_VERSION"),
        "created_at": at,
        "workspace": workspace,
        "require": required,
        "accounts": accounts.iter().map(account_json).collect::<Vec<_>>(),
        "summary": {
            "approved": of(ReviewState::Approved),
            "in_review": of(ReviewState::InReview),
            "stopped": of(ReviewState::Stopped),
            "missing": of(ReviewState::Missing),
            "unknown_accounts": accounts.iter().filter(|account| account.error.is_some()).count(),
        },
    })
}

fn account_json(account: &AccountReviewStates) -> Value {
    json!({
        "account": account.identity.account,
        "provider": account.identity.provider,
        "scope": account.identity.scope,
        "error": account.error,
        "ledger": if account.error.is_some() { Value::Null } else if account.ledger_present { "present".into() } else { "absent".into() },
        "live": account.live,
        "unmanaged": account.unmanaged,
        "other_owners": super::owners_json(&account.other_owners),
        "requests": account.requests,
        "templates": account.rows.iter().map(row_json).collect::<Vec<_>>(),
        "locked": account.locked.iter().map(|lock| json!({
            "name": lock.key.name,
            "language": lock.key.language,
            "until": lock.until,
            "whole_name": lock.whole_name,
            "wanted": lock.wanted,
        })).collect::<Vec<_>>(),
    })
}

fn row_json(row: &Row) -> Value {
    let edits = match &row.edits {
        Edits::None | Edits::Never => {
            json!({"limited": true, "left_today": 0, "left_30_days": 0, "exact": true, "next_at": null, "last_at": null})
        }
        Edits::Free => {
            json!({"limited": false, "left_today": null, "left_30_days": null, "exact": true, "next_at": null, "last_at": null})
        }
        Edits::Left { day, month, budget } => json!({
            "limited": true,
            "left_today": day,
            "left_30_days": month,
            // Not exact: these are the most that can be left.
            "exact": budget.proven,
            "next_at": budget.free_at,
            "last_at": budget.last,
        }),
    };
    json!({
        "name": row.key.name,
        "language": row.key.language,
        "wanted": row.wanted,
        "owner": row.owner,
        "standing": row.review_state.as_str(),
        "template_id": row.template_id,
        "status": row.status.as_ref().map(crate::template::Status::as_str),
        "category": row.category.as_ref().map(crate::template::Category::as_str),
        "wanted_category": row.wanted_category.as_ref().map(crate::template::Category::as_str),
        "announced_category": row.announced.as_ref().map(crate::template::Category::as_str),
        "quality": row.quality.as_ref().map(crate::template::Quality::as_str),
        "rejected_reason": row.rejected_reason,
        "as_wanted": row.as_wanted,
        "updated_at": row.updated_at,
        "edits": edits,
        "source": row.location.as_ref().map(|place| json!({"file": place.file, "line": place.line})),
    })
}
