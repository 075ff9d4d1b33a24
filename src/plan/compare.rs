//! The three-way comparison of one template: wanted, shown, last applied.

use std::collections::BTreeSet;

use crate::{
    ledger::Entry,
    source::Desired,
    template::{
        Live,
        diff::{self, Change},
        normal::{self, NormalForm, Scope},
    },
};

/// What the three say.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// From what the account shows to what is wanted.
    pub changes: Vec<Change>,
    /// From what was last applied to what the account shows.
    pub hand_edit: Vec<Change>,
    /// From what was last applied to what is wanted; all of `changes` where nothing was applied.
    pub git: Vec<Change>,
    /// Samples that differ from the last applied ones while samples do not count.
    pub samples: Vec<Change>,
    /// Whether the provider cleared the wanted time to live when it moved the template to another category. The
    /// observation of the move says so; it is no change.
    pub ttl_cleared: bool,
    /// Paths that could not be compared with anything and were taken as equal.
    pub assumed: BTreeSet<String>,
    /// Fingerprint of what the account shows, seen through what is wanted.
    pub live_fingerprint: String,
}

/// Compares one template.
#[must_use]
pub fn compare(desired: &Desired, live: &Live, entry: Option<&Entry>, scope: Scope) -> Comparison {
    let ignored = &desired.lifecycle.ignore;
    let wanted = without(NormalForm::of(&desired.content), ignored);
    // An applied form of another version cannot be held against today's.
    let applied = entry.filter(|entry| is_comparable(entry)).map(|entry| without(entry.applied.clone(), ignored));
    let mut shown = without(NormalForm::of(&live.content), ignored);

    // What the account hides of a template that somebody created anew is not what was applied to the old one.
    let same = entry.is_some_and(|entry| is_same(entry, live));
    let hand_edit = entry.map_or_else(Vec::new, |entry| since_applied(&shown, live, entry, ignored, scope));
    let ttl_cleared = is_ttl_cleared(desired, live, entry, &wanted);
    if ttl_cleared {
        shown.take_ttl(&wanted);
    }
    let seen = shown.seen_by(&wanted, &live.unreadable, applied.as_ref().filter(|_| same));
    let changes = diff::changes(&seen.normal, &wanted, scope);
    let git = applied.as_ref().map_or_else(|| changes.clone(), |applied| diff::changes(applied, &wanted, scope));
    let samples = match (scope, &applied) {
        (Scope::Content, Some(applied)) => diff::changes(applied, &wanted, Scope::WithSamples)
            .into_iter()
            .filter(|change| !git.contains(change))
            .collect(),
        _ => Vec::new(),
    };
    // Of a sample that cannot be compared there is a note only where samples count (`examples: edit`).
    let assumed =
        seen.assumed.into_iter().filter(|path| scope == Scope::WithSamples || !wanted.samples.contains_key(path));
    Comparison {
        live_fingerprint: seen.normal.fingerprint(scope),
        changes,
        hand_edit,
        git,
        samples,
        ttl_cleared,
        assumed: assumed.collect(),
    }
}

/// Whether the wanted time to live is the one that went when the provider moved the template. One that git has changed since,
/// or that git wants for the new category, is a change like any other.
fn is_ttl_cleared(desired: &Desired, live: &Live, entry: Option<&Entry>, wanted: &NormalForm) -> bool {
    let ttl = |form: &NormalForm| normal::at(&form.form, normal::TTL).cloned();
    if ttl(wanted).is_none() || !live.may_have_lost_ttl(&desired.category) {
        return false;
    }
    match entry.filter(|entry| is_comparable(entry)) {
        Some(entry) => {
            live.may_have_lost_ttl(&entry.category) && is_same(entry, live) && ttl(&entry.applied) == ttl(wanted)
        }
        // Nothing was applied: only `previous_category` or `accept_category` can say that it was moved.
        None => [&live.previous_category, &desired.accept_category]
            .into_iter()
            .zip([&desired.category, &live.category])
            .any(|(said, category)| said.as_ref() == Some(category)),
    }
}

/// Whether the account's template is the one that was applied, and not another one that was created since.
#[must_use]
pub(super) fn is_same(entry: &Entry, live: &Live) -> bool {
    entry.id == live.id || entry.id.is_empty()
}

/// Whether what was last applied can be held against what is shown today.
#[must_use]
pub(super) const fn is_comparable(entry: &Entry) -> bool {
    entry.applied.version == normal::VERSION
}

/// From what was last applied to what the account shows.
#[must_use]
pub(super) fn hand_edit(live: &Live, entry: &Entry, ignored: &[String], scope: Scope) -> Vec<Change> {
    since_applied(&without(NormalForm::of(&live.content), ignored), live, entry, ignored, scope)
}

/// The same, where what is shown is in normal form already.
fn since_applied(shown: &NormalForm, live: &Live, entry: &Entry, ignored: &[String], scope: Scope) -> Vec<Change> {
    if !is_comparable(entry) {
        return Vec::new();
    }
    let applied = without(entry.applied.clone(), ignored);
    let mut shown = shown.clone();
    if live.may_have_lost_ttl(&entry.category) {
        shown.take_ttl(&applied);
    }
    let seen = shown.seen_by(&applied, &live.unreadable, Some(&applied));
    diff::changes(&applied, &seen.normal, scope)
}

/// Fingerprint of what is wanted.
#[must_use]
pub(super) fn desired_fingerprint(desired: &Desired, scope: Scope) -> String {
    without(NormalForm::of(&desired.content), &desired.lifecycle.ignore).fingerprint(scope)
}

/// A form without the parts whose differences are not changes.
fn without(mut form: NormalForm, parts: &[String]) -> NormalForm {
    for part in parts {
        normal::put(&mut form.form, part, None);
        form.samples.retain(|path, _| path.split(['.', '[']).next() != Some(part));
    }
    form
}
