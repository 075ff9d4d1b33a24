//! Whether a plan made now is what a saved plan approved, account by account.
//!
//! The set of (name, language, kind, desired fingerprint, live fingerprint) must be the same, and the category that is
//! asked for. A verdict may differ: what has come free is done, what is held now is skipped.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{
    AccountPlan, Action, ActionKind, ObservationId, Plan, VerdictState,
    saved::Saved,
    saved_form::{AccountV1, ActionV1},
};
use crate::template::TemplateKey;

/// How many templates that differ are named.
const NAMED: usize = 20;

/// One action, as far as it was approved.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Approved<'a> {
    kind: ActionKind,
    desired: &'a str,
    live: &'a str,
    category: Option<&'a str>,
}

/// Holds what was planned again against what was saved. An account that differs loses its actions and says why; releases
/// that were not shown are not done; an action whose verdict changed says so.
///
/// Returns the names of the accounts that are stale.
pub fn withhold_stale(now: &mut Plan, saved: &Saved) -> Vec<String> {
    let mut stale = Vec::new();
    for account in now.accounts.iter_mut().filter(|account| account.error.is_none()) {
        let then = saved.account(&account.identity.account);
        match then.map_or_else(|| Some(" it is not in the saved plan".to_owned()), |then| difference(account, then)) {
            None => {
                let Some(then) = then else { continue };
                account.released.retain(|key| then.shows(ObservationId::Released, key));
                account.protections.retain(|protection| then.shows(protection.observation(), &protection.key));
                account.actions.iter_mut().for_each(|action| tell_verdict(action, then));
            }
            Some(why) => {
                stale.push(account.identity.account.clone());
                let message = format!("nothing was done here, the saved plan is stale:{why}");
                *account = AccountPlan::failed(account.identity.clone(), message);
            }
        }
    }
    stale
}

/// What differs between what was approved and what would be done; `None` if nothing does.
fn difference(now: &AccountPlan, then: &AccountV1) -> Option<String> {
    if let Some(error) = &then.error {
        return Some(format!(" the account could not be planned then: {}", one_line(error)));
    }
    let mut planned: BTreeMap<TemplateKey, Vec<Approved<'_>>> = BTreeMap::new();
    for action in &then.actions {
        planned.entry(action.key()).or_default().push(Approved::then(action));
    }
    let mut wanted: BTreeMap<TemplateKey, Vec<Approved<'_>>> = BTreeMap::new();
    for action in &now.actions {
        wanted.entry(action.key.clone()).or_default().push(Approved::now(action));
    }
    planned.values_mut().chain(wanted.values_mut()).for_each(|all| all.sort());
    let keys: BTreeSet<&TemplateKey> = planned.keys().chain(wanted.keys()).collect();
    let moved: Vec<String> = keys
        .into_iter()
        .filter_map(|key| {
            let [planned, wanted] = [&planned, &wanted].map(|all| all.get(key).map_or(&[][..], Vec::as_slice));
            let drifted = now.actions.iter().any(|action| action.key == *key && !action.changed_in_git);
            let key = one_line(&key.to_string());
            (planned != wanted).then(|| format!("  {key}: {}", moved(planned, wanted, drifted)))
        })
        .collect();
    if moved.is_empty() {
        return None;
    }
    let mut lines = moved.iter().take(NAMED).cloned().collect::<Vec<_>>().join("\n");
    if moved.len() > NAMED {
        lines.push_str(&format!("\n  and {} more", moved.len() - NAMED));
    }
    Some(format!("\n{lines}\n  plan again: letterpress plan --account {} --out FILE", now.identity.account))
}

/// What a file says, on one line: the lines of this message are its own.
fn one_line(text: &str) -> String {
    text.replace('\n', " ")
}

/// How one template moved, in words. What is wanted may have `drifted`: be there only to undo a change in the account.
fn moved(planned: &[Approved<'_>], wanted: &[Approved<'_>], drifted: bool) -> String {
    let (planned, wanted) = match (planned, wanted) {
        ([planned], [wanted]) => (planned, wanted),
        ([planned], []) => return format!("the {} is gone, nothing is to be done there now", planned.kind),
        ([], [wanted]) if drifted && wanted.kind == ActionKind::Edit => {
            return "the account's content changed since the plan".to_owned();
        }
        ([], [wanted]) => return format!("the {} is new", wanted.kind),
        _ => return "the plan names it more than once".to_owned(),
    };
    let absent = |fingerprint: &str| fingerprint == "absent";
    if planned.desired != wanted.desired {
        return "the file asks for something else now".to_owned();
    }
    match (absent(planned.live), absent(wanted.live)) {
        (true, false) => return "it is in the account now".to_owned(),
        (false, true) => return "it is gone from the account".to_owned(),
        _ if planned.live != wanted.live => return "the account's content changed since the plan".to_owned(),
        _ => {}
    }
    match (planned.category, wanted.category) {
        (_, Some(category)) if planned.category != wanted.category => {
            format!("it would be asked for as {category} now")
        }
        _ => format!("it was to {} and is to {} now", planned.kind, wanted.kind),
    }
}

impl<'a> Approved<'a> {
    fn then(action: &'a ActionV1) -> Self {
        let category = action.changes.iter().find(|change| change.path == "category");
        Self {
            kind: action.kind,
            desired: &action.desired_fingerprint,
            live: &action.live_fingerprint,
            category: category.and_then(|change| change.after.as_ref()).and_then(Value::as_str),
        }
    }

    fn now(action: &'a Action) -> Self {
        let category = action.submit.as_ref().and_then(|submit| submit.category.as_ref());
        Self {
            kind: action.kind,
            desired: action.desired_fingerprint.as_deref().unwrap_or("absent"),
            live: action.live_fingerprint.as_deref().unwrap_or("absent"),
            category: category.map(crate::template::Category::as_str),
        }
    }
}

/// Notes where an action was ready and is not now, or the other way round.
fn tell_verdict(action: &mut Action, then: &AccountV1) {
    let planned = then.actions.iter().find(|planned| planned.kind == action.kind && planned.key() == action.key);
    let Some(planned) = planned else { return };
    match (planned.verdict.state == VerdictState::Ready, action.verdict.state == VerdictState::Ready) {
        (true, false) => action.notes.push("ready when the plan was saved".to_owned()),
        (false, true) if action.kind != ActionKind::Adopt => {
            action.notes.push("held when the plan was saved, free now".to_owned());
        }
        _ => {}
    }
}
