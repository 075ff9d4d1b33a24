//! Settling open intents: what became of a write whose answer nobody saw, judged by what the account shows. Pure.
//!
//! Nothing is repeated here. The doubt always falls on the safe side: an edit that may have taken place is counted, a
//! template that may be somebody else's is not taken, and what an account does not show *yet* is not called absent.
//!
//! | intent | the account shows | so |
//! |---|---|---|
//! | create | nothing | it was not created |
//! | create | what was sent | created, and ours |
//! | create | other content | not ours: somebody else was first |
//! | edit | what was sent | edited |
//! | edit | what was there before | not edited |
//! | edit | what was sent, which is what was there before | edited if it is under review now, else counted |
//! | edit | something else | counted: it may have been edited and changed again |
//! | edit | nothing, or a template of another id | it is gone |
//! | delete | nothing, or a template of another id | deleted |
//! | delete | the template | not deleted |
//!
//! An id of another provider's kind is no id of another template.

use std::borrow::Borrow;

use jiff::{SignedDuration, Timestamp};

use super::{Intent, IntentKind, Outcome, State};
use crate::template::{Live, LiveIndex, Status, normal::NormalForm, normal::Scope};

/// How long a write may take to show up: "write-then-list is not guaranteed immediate" (Meta gives no number; assumed).
pub const LAG: SignedDuration = SignedDuration::from_secs(5);

/// What became of one open intent.
#[derive(Debug, Clone, PartialEq)]
pub struct Settlement {
    /// Sequence number of the intent.
    pub intent: u64,
    /// The verdict.
    pub outcome: Outcome,
}

/// Judges every open intent of a ledger by a complete listing of the account.
#[must_use]
pub fn settle<T: Borrow<Live>>(state: &State, shown: &LiveIndex<T>) -> Vec<Settlement> {
    state
        .open
        .iter()
        .map(|(seq, intent)| Settlement {
            intent: *seq,
            outcome: settle_one(intent, shown.present(&intent.key()).map(Borrow::borrow)),
        })
        .collect()
}

/// How long to wait before the account is asked again, because it does not show what was sent only just before; `None`
/// if what it shows can be believed.
#[must_use]
pub fn patience<T: Borrow<Live>>(state: &State, now: Timestamp, shown: &LiveIndex<T>) -> Option<SignedDuration> {
    let young = state.open.values().filter(|intent| {
        !matches!(settle_one(intent, shown.present(&intent.key()).map(Borrow::borrow)), Outcome::Applied { .. })
    });
    // A clock that was set back does not make anybody wait longer.
    let left = young.map(|intent| LAG.saturating_sub(now.duration_since(intent.at)).min(LAG));
    left.filter(SignedDuration::is_positive).max()
}

/// `live`: what the account holds under the intent's key; nothing that is on its way out.
fn settle_one(intent: &Intent, live: Option<&Live>) -> Outcome {
    let failed = |reason: &str| Outcome::Failed { code: None, reason: reason.to_owned() };
    let another = |live: &Live| intent.id.as_ref().is_some_and(|id| is_another(id, &live.id));
    match (intent.kind, live) {
        (IntentKind::Create, None) => failed("the account does not show it: it was not created"),
        (IntentKind::Create, Some(live)) if is_as_sent(intent, live) => Outcome::Applied { id: Some(live.id.clone()) },
        // Somebody else may have created other content under the name meanwhile: that is not ours.
        (IntentKind::Create, Some(_)) => failed("the account shows other content under that name"),
        (IntentKind::Edit | IntentKind::Reprice, None) => failed("the template is gone from the account"),
        // Its limits are its own.
        (IntentKind::Edit | IntentKind::Reprice, Some(live)) if another(live) => {
            failed("the template was deleted and created anew")
        }
        (IntentKind::Edit | IntentKind::Reprice, Some(live)) => edited(intent, live),
        (IntentKind::Delete, None) => Outcome::Applied { id: None },
        (IntentKind::Delete, Some(live)) if another(live) => Outcome::Applied { id: None },
        (IntentKind::Delete, Some(_)) => failed("the account still shows it"),
    }
}

/// Whether two ids are of two templates. Two providers may share the ledger of one WABA: Meta's ids are digits, and so are
/// those of Infobip and Vonage, which are Meta's; 360dialog has its own, with letters (recorded traffic, 2024-10). One of
/// each kind says nothing about the other.
fn is_another(one: &str, other: &str) -> bool {
    let is_metas = |id: &str| id.bytes().all(|byte| byte.is_ascii_digit());
    !one.is_empty() && !other.is_empty() && is_metas(one) == is_metas(other) && one != other
}

/// Whether a template is what a create was to make.
#[must_use]
pub fn is_as_sent(intent: &Intent, live: &Live) -> bool {
    !live.status.is_leaving() && holds_desired(intent, live, Scope::Content)
}

/// Whether the account shows what was sent. The time to live goes when the provider moves a template to another category.
fn holds_desired(intent: &Intent, live: &Live, scope: Scope) -> bool {
    let moved = intent.category.as_ref().is_some_and(|asked| live.may_have_lost_ttl(asked));
    let mut form = intent.desired.clone();
    if let Some(form) = form.as_mut().filter(|_| moved) {
        form.take_ttl(&NormalForm::nothing());
    }
    holds(form.as_ref(), live, scope)
}

/// Whether the account shows that form.
fn holds(form: Option<&NormalForm>, live: &Live, scope: Scope) -> bool {
    form.is_some_and(|form| {
        let seen = NormalForm::of(&live.content).seen_by(form, &live.unreadable, Some(form)).normal;
        seen.fingerprint(scope) == form.fingerprint(scope)
    })
}

fn edited(intent: &Intent, live: &Live) -> Outcome {
    // Content decides; where it did not change, samples may.
    let mut same = false;
    for scope in [Scope::WithSamples, Scope::Content] {
        let (desired, before) = (holds_desired(intent, live, scope), holds(intent.before.as_ref(), live, scope));
        match (desired, before) {
            (true, false) => return Outcome::Applied { id: None },
            (false, true) => {
                return Outcome::Failed { code: None, reason: "the account shows the old content".to_owned() };
            }
            (true, true) => same = true,
            (false, false) => same = false,
        }
    }
    // An accepted edit of an approved template puts it under review (Meta, template management, 2026-09-11).
    if same && intent.status == Some(Status::Approved) && live.status == Status::Pending {
        return Outcome::Applied { id: None };
    }
    let reason = if same {
        "the edit changes nothing that the account shows"
    } else {
        "the account shows neither the old content nor the new"
    };
    Outcome::Counted { reason: format!("{reason}: it may have taken place, and counts as an edit") }
}
