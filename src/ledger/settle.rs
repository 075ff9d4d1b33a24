//! Settling open intents: what became of a write whose answer nobody saw, judged by what the account shows. Pure.
//!
//! Nothing is repeated here; where the account does not decide it, the intent stays open.

use super::{Intent, IntentKind, Outcome, State};
use crate::template::{Live, normal::Normal, normal::Scope};

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
pub fn settle<'l>(state: &State, find: impl Fn(&str, &str) -> Option<&'l Live>) -> Vec<Settlement> {
    state
        .open
        .iter()
        .filter_map(|(seq, intent)| {
            let live = find(&intent.name, &intent.language).filter(|live| !live.status.is_leaving());
            judge(intent, live).map(|outcome| Settlement { intent: *seq, outcome })
        })
        .collect()
}

fn judge(intent: &Intent, live: Option<&Live>) -> Option<Outcome> {
    let failed = |reason: &str| Some(Outcome::Failed { code: None, reason: reason.to_owned() });
    let holds = |wanted: &Option<Normal>, live: &Live| {
        wanted.as_ref().is_some_and(|wanted| {
            let seen = Normal::of(&live.content).seen_by(wanted, &live.unreadable, Some(wanted)).normal;
            seen.fingerprint(Scope::Content) == wanted.fingerprint(Scope::Content)
        })
    };
    match (intent.kind, live) {
        (IntentKind::Create, None) => failed("the account does not show it: it was not created"),
        // Somebody else may have created other content under the name meanwhile: that is not ours.
        (IntentKind::Create, Some(live)) if holds(&intent.desired, live) => {
            Some(Outcome::Applied { id: Some(live.id.clone()) })
        }
        (IntentKind::Create, Some(_)) => failed("the account shows other content under that name"),
        (IntentKind::Edit, None) => failed("the template is gone from the account"),
        (IntentKind::Edit, Some(live)) if holds(&intent.desired, live) => Some(Outcome::Applied { id: None }),
        (IntentKind::Edit, Some(live)) if holds(&intent.before, live) => failed("the account shows the old content"),
        // Neither old nor new: somebody edited after us, or instead of us. It may have cost an edit.
        (IntentKind::Edit, Some(_)) => None,
        (IntentKind::Delete, None) => Some(Outcome::Applied { id: None }),
        (IntentKind::Delete, Some(_)) => failed("the account still shows it"),
    }
}
