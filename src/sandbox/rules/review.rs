//! What happens by itself as an account's clock goes on: reviews end, pauses end, announced categories take effect,
//! archived templates disappear.
//!
//! Evaluated when somebody looks, never by a timer. Must not read files or the real clock.

use jiff::{SignedDuration, Timestamp, ToSpan, tz::TimeZone};
use serde_json::{Value, json};

use super::{
    account::{Account, Archived, Template, minus, plus},
    refusal::Refusal,
};

/// Archived templates are deleted after this (Meta template-archival page, 2026-06-02).
const ARCHIVE_KEEPS: SignedDuration = SignedDuration::from_hours(24 * 28);
/// Notice before an announced category takes effect (Meta template-categorization page).
const CATEGORY_NOTICE: SignedDuration = SignedDuration::from_hours(24);
/// First and second pause for quality (Meta template-pausing page).
const PAUSES: [SignedDuration; 2] = [SignedDuration::from_hours(3), SignedDuration::from_hours(6)];
/// Words that make a UTILITY text a promotion, for accounts that ask for recategorisation.
const PROMOTIONAL: [&str; 8] = ["% off", "sale", "discount", "promo", "coupon", "special offer", "deal", "voucher"];

/// What a review decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Approved as it is.
    Approved,
    /// Approved in another category.
    Moved(&'static str),
    /// Rejected, with `rejected_reason`.
    Rejected(&'static str),
}

/// The next moment at which something happens to a template by itself.
fn next_event(template: &Template) -> Option<Timestamp> {
    let archive_ends = template.archived.as_ref().map(|a| plus(a.at, ARCHIVE_KEEPS));
    [template.review_at, template.paused_until, template.moves_at, archive_ends].into_iter().flatten().min()
}

/// The next moment at which something happens in the account by itself.
pub(crate) fn next_due(account: &Account) -> Option<Timestamp> {
    account.templates.iter().filter_map(|t| next_event(t)).min()
}

/// Does everything that was due by `now`.
pub(crate) fn settle(account: &mut Account, now: Timestamp) {
    account.locks.retain(|l| l.until > now);
    let hour_ago = minus(now, SignedDuration::from_hours(1));
    account.creations.retain(|c| *c > hour_ago);
    if next_due(account).is_none_or(|due| due > now) {
        return;
    }
    account.templates.retain(|t| t.archived.as_ref().is_none_or(|a| plus(a.at, ARCHIVE_KEEPS) > now));
    for i in 0..account.templates.len() {
        let due = |at: Option<Timestamp>| at.filter(|at| *at <= now);
        if let Some(at) = due(account.templates[i].review_at) {
            let outcome = review_verdict(account, i);
            conclude(account.at_mut(i), &outcome, at);
        }
        if due(account.templates[i].paused_until).is_some() {
            let template = account.at_mut(i);
            template.paused_until = None;
            if template.status() == "PAUSED" {
                template.set("status", "APPROVED");
            }
        }
        if let Some(at) = due(account.templates[i].moves_at) {
            move_category(account.at_mut(i), at);
        }
    }
}

/// Writes the end of a review into the template.
fn conclude(template: &mut Template, outcome: &Outcome, at: Timestamp) {
    template.review_at = None;
    template.set("last_updated_time", at.as_second());
    match outcome {
        Outcome::Approved => approve(template),
        Outcome::Moved(category) => {
            change_category(template, category);
            approve(template);
        }
        Outcome::Rejected(reason) => reject(template, reason),
    }
}

/// Makes a template APPROVED.
pub(crate) fn approve(template: &mut Template) {
    template.review_at = None;
    template.paused_until = None;
    template.archived = None;
    template.node.shift_remove("rejected_reason");
    template.set("status", "APPROVED");
}

/// Makes a template REJECTED.
pub(crate) fn reject(template: &mut Template, reason: &str) {
    template.review_at = None;
    template.paused_until = None;
    template.archived = None;
    template.set("status", "REJECTED");
    template.set("rejected_reason", reason);
}

/// Pauses a template: three hours, then six, then disabled for good.
pub(crate) fn pause(template: &mut Template, now: Timestamp) {
    template.review_at = None;
    let length = PAUSES.get(template.pauses as usize);
    template.pauses = template.pauses.saturating_add(1);
    match length {
        Some(length) => {
            template.paused_until = Some(plus(now, *length));
            template.set("status", "PAUSED");
        }
        None => {
            template.paused_until = None;
            template.set("status", "DISABLED");
        }
    }
}

/// Ends a pause.
pub(crate) fn unpause(template: &mut Template) -> Result<(), Refusal> {
    if template.status() != "PAUSED" {
        return Err(Refusal::NotPaused { status: template.status().to_owned() });
    }
    approve(template);
    Ok(())
}

/// Archives a template (Meta template-archival page, 2026-06-02).
pub(crate) fn archive(template: &mut Template, now: Timestamp) -> Result<(), Refusal> {
    let from = template.status().to_owned();
    if !matches!(from.as_str(), "APPROVED" | "REJECTED") {
        return Err(Refusal::NotArchivable);
    }
    template.archived = Some(Archived { at: now, from });
    template.set("status", "ARCHIVED");
    Ok(())
}

/// Brings an archived template back to the status that it had.
pub(crate) fn unarchive(template: &mut Template) -> Result<(), Refusal> {
    if template.status() != "ARCHIVED" {
        return Err(Refusal::NotArchived);
    }
    match template.archived.take() {
        Some(past) => template.set("status", past.from),
        None => approve(template),
    }
    Ok(())
}

/// Announces another category: it takes effect after 24 hours, one that should be AUTHENTICATION on the first of the
/// next month.
pub(crate) fn announce(template: &mut Template, category: &str, now: Timestamp) {
    template.set("correct_category", category);
    template.moves_at =
        Some(if category == "AUTHENTICATION" { first_of_next_month(now) } else { plus(now, CATEGORY_NOTICE) });
}

/// The announced category takes effect.
fn move_category(template: &mut Template, at: Timestamp) {
    template.moves_at = None;
    let target = template.text("correct_category").to_owned();
    if target == "AUTHENTICATION" {
        reject(template, "INCORRECT_CATEGORY");
    } else {
        recategorise(template, &target);
    }
    template.set("last_updated_time", at.as_second());
}

/// Moves a template to another category without a word.
pub(crate) fn recategorise(template: &mut Template, category: &str) {
    change_category(template, category);
    template.set("correct_category", category);
    template.moves_at = None;
}

/// The provider's own change of a category, which clears the time to live (Meta time-to-live page, 2026-09-11).
fn change_category(template: &mut Template, category: &str) {
    let before = template.category().to_owned();
    template.set("previous_category", before);
    template.set("category", category);
    clear_ttl(template);
}

/// Takes the time to live away, also from what a seed shows verbatim.
fn clear_ttl(template: &mut Template) {
    for shown in [Some(&mut template.node), template.verbatim.as_mut()].into_iter().flatten() {
        shown.shift_remove("message_send_ttl_seconds");
    }
}

fn first_of_next_month(now: Timestamp) -> Timestamp {
    let today = now.to_zoned(TimeZone::UTC).date();
    today
        .first_of_month()
        .checked_add(1.month())
        .ok()
        .and_then(|d| d.to_zoned(TimeZone::UTC).ok())
        .map_or(now, |z| z.timestamp())
}

/// The review of one template of an account.
pub(crate) fn review_verdict(account: &Account, position: usize) -> Outcome {
    let template = &account.templates[position];
    if template.category() == "AUTHENTICATION" {
        return Outcome::Approved;
    }
    let body = component_text(template, "BODY");
    if body.contains("}}{{") {
        return Outcome::Rejected("INVALID_FORMAT");
    }
    let footer = component_text(template, "FOOTER");
    let duplicate = |other: &Template| {
        other.name() != template.name()
            && other.language() == template.language()
            && other.category() != "AUTHENTICATION"
            && other.status() != "REJECTED"
            && component_text(other, "BODY") == body
            && component_text(other, "FOOTER") == footer
    };
    if account.config.reject_duplicates
        && !body.is_empty()
        && account.templates.iter().any(|t| t.seq < template.seq && duplicate(t))
    {
        return Outcome::Rejected("INVALID_FORMAT");
    }
    if account.config.recategorise && template.category() == "UTILITY" && is_promotional(body) {
        return Outcome::Moved("MARKETING");
    }
    Outcome::Approved
}

/// Whether a body reads as a promotion.
pub(crate) fn is_promotional(body: &str) -> bool {
    let body = body.to_lowercase();
    PROMOTIONAL.iter().any(|word| {
        body.match_indices(word).any(|(i, _)| {
            let before = body[..i].chars().next_back();
            let after = body[i + word.len()..].chars().next();
            (word.starts_with('%') || before.is_none_or(|c| !c.is_alphabetic()))
                && after.is_none_or(|c| !c.is_alphabetic() || c == 's')
        })
    })
}

/// Text of a template's first component of a kind; empty when there is none.
fn component_text<'a>(template: &'a Template, kind: &str) -> &'a str {
    template
        .node
        .get("components")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .find(|c| c["type"].as_str().is_some_and(|t| t.eq_ignore_ascii_case(kind)))
        .and_then(|c| c["text"].as_str())
        .unwrap_or_default()
}

/// `quality_score` as the node shows it.
pub(crate) fn quality(score: &str, now: Timestamp) -> Value {
    json!({"score": score.to_ascii_uppercase(), "date": now.as_second()})
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(bodies: &[(&str, &str)]) -> Account {
        let mut account = Account::new("1");
        for (name, body) in bodies {
            let node = json!({"name": name, "language": "en", "status": "PENDING", "category": "UTILITY",
                "id": name, "components": [{"type": "BODY", "text": body}]});
            account.push(Template { node: node.as_object().cloned().unwrap_or_default(), ..Template::default() });
        }
        account
    }

    #[test]
    fn reviews_find_adjacent_parameters_and_copies() {
        let a = account(&[
            ("a", "Your bike {{1}}{{2}} is ready at Fernweh"),
            ("b", "Your bike is ready"),
            ("c", "Your bike is ready"),
            ("d", "Your {{1}} bike {{2}} is ready"),
        ]);
        assert_eq!(review_verdict(&a, 0), Outcome::Rejected("INVALID_FORMAT"));
        assert_eq!(review_verdict(&a, 1), Outcome::Approved);
        assert_eq!(review_verdict(&a, 2), Outcome::Rejected("INVALID_FORMAT"));
        assert_eq!(review_verdict(&a, 3), Outcome::Approved);
    }

    #[test]
    fn promotions_move_only_where_asked() {
        let mut a = account(&[("a", "Get 20% off your next tour with Fernweh Cycles")]);
        assert_eq!(review_verdict(&a, 0), Outcome::Approved);
        a.config.recategorise = true;
        assert_eq!(review_verdict(&a, 0), Outcome::Moved("MARKETING"));
        assert!(!is_promotional("Your wholesaler called about the order"));
        assert!(is_promotional("Our discounts end soon"));
    }

    #[test]
    fn pauses_grow_and_end_in_disabled() {
        let now: Timestamp = "2026-03-10T00:00:00Z".parse().unwrap();
        let mut a = account(&[("a", "x")]);
        for (status, hours) in [("PAUSED", 3), ("PAUSED", 6)] {
            pause(a.at_mut(0), now);
            assert_eq!(a.templates[0].status(), status);
            settle(&mut a, plus(now, SignedDuration::from_hours(hours)));
            assert_eq!(a.templates[0].status(), "APPROVED");
        }
        pause(a.at_mut(0), now);
        assert_eq!(a.templates[0].status(), "DISABLED");
    }

    #[test]
    fn announced_categories_take_effect_in_their_time() {
        let now: Timestamp = "2026-03-10T00:00:00Z".parse().unwrap();
        let mut a = account(&[("a", "x"), ("b", "y")]);
        announce(a.at_mut(0), "MARKETING", now);
        announce(a.at_mut(1), "AUTHENTICATION", now);
        settle(&mut a, plus(now, SignedDuration::from_hours(24)));
        assert_eq!(a.templates[0].category(), "MARKETING");
        assert_eq!(a.templates[0].text("previous_category"), "UTILITY");
        assert_eq!(a.templates[1].status(), "PENDING");
        settle(&mut a, "2026-04-01T00:00:00Z".parse().unwrap());
        assert_eq!(a.templates[1].status(), "REJECTED");
        assert_eq!(a.templates[1].category(), "UTILITY");
    }

    #[test]
    fn archived_templates_disappear_after_28_days() {
        let now: Timestamp = "2026-03-10T00:00:00Z".parse().unwrap();
        let mut a = account(&[("a", "x")]);
        a.at_mut(0).archived = Some(Archived { at: now, from: "APPROVED".into() });
        settle(&mut a, plus(now, SignedDuration::from_hours(24 * 27)));
        assert_eq!(a.templates.len(), 1);
        settle(&mut a, plus(now, SignedDuration::from_hours(24 * 28)));
        assert!(a.templates.is_empty());
    }
}
