//! `duplicate-content`: what customers read equals what another name says. Only ever a note of an action.

use super::rule::{Check, Rule};
use crate::{
    plan::{
        RuleId,
        account::{Account, texts},
    },
    source::Desired,
};

pub(super) const RULE: Rule = Rule {
    id: RuleId::DuplicateContent,
    summary: "Body and footer equal those of another name in that language: the review likely rejects it.",
    source: "Meta, template-review page, 2026-09-11",
    remedy: "Reword one of the two.",
    checks: &[Check::Note(note)],
};

/// The note, if another name that is live or wanted says the same.
fn note(desired: &Desired, account: &Account<'_>) -> Option<String> {
    let names = account.texts.get(&texts(&desired.key.language, &desired.content)?)?;
    let mut others: Vec<&str> = names.iter().copied().filter(|name| *name != desired.key.name).collect();
    others.sort_unstable();
    let all = others.join(", ");
    (!others.is_empty()).then(|| format!("body and footer equal those of {all}: likely rejected [{}]", RULE.id))
}
