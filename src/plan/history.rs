//! What was done to a template in the last 30 days, and what the provider's windows make of it. Pure.
//!
//! The provider tells nobody how many edits are left. What the ledger cannot prove is counted "at least".

use jiff::{SignedDuration, Timestamp};

use crate::{
    ledger::{Event, EventKind, IntentKind, State},
    template::{Status, TemplateKey},
};

/// Edits of an approved template in any 24 hours (Meta, template-management page, 2026-09-11).
pub const EDITS_PER_DAY: usize = 1;
/// Edits of an approved template in any 30 days (the same page).
pub const EDITS_PER_MONTH: usize = 10;
/// The short window.
pub const DAY: SignedDuration = SignedDuration::from_hours(24);
/// The long window, and how long a deleted approved template locks its name (the same page).
pub const MONTH: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Refusal of an edit for its status or its limits (Meta, error codes page, 2026-09-11).
const EDIT_REFUSED: i64 = 2_388_039;
/// Refusal of a create because the language is being deleted (seen in captured answers).
const BEING_DELETED: i64 = 2_388_023;
/// Refusal of a create because the account is full (Meta, error codes page, 2026-09-11).
const FULL: i64 = 2_388_019;

/// What the ledger remembers, seen from a moment.
#[derive(Debug, Clone, Copy)]
pub struct History<'a> {
    ledger: Option<&'a State>,
    now: Timestamp,
}

/// The edits of one approved template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Budget {
    /// Edits in the last 24 hours, as far as is known.
    pub day: usize,
    /// Edits in the last 30 days, as far as is known.
    pub month: usize,
    /// Whether the ledger reaches back 30 days, so that the counts are whole.
    pub proven: bool,
    /// The last edit.
    pub last: Option<Timestamp>,
    /// From when on another edit is possible; `None` for now.
    pub free_at: Option<Timestamp>,
    /// A refusal that shows more edits than are known.
    pub refused_at: Option<Timestamp>,
}

impl Budget {
    /// `4 of 10`, or `1+ of 10` where history does not reach back.
    #[must_use]
    pub fn next_of_month(&self) -> String {
        let more = if self.proven { "" } else { "+" };
        format!("{}{more} of {EDITS_PER_MONTH}", self.month + 1)
    }
}

/// A name that cannot be created again yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lock {
    /// Until when, at the latest.
    pub until: Timestamp,
    /// Why.
    pub why: LockReason,
}

/// Why a name is locked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LockReason {
    /// This language was deleted then.
    Language(Timestamp),
    /// Its last language was deleted then.
    LastLanguage(Timestamp),
    /// The provider refused a create then.
    Refused(Timestamp),
}

impl<'a> History<'a> {
    /// The history of a ledger, seen from `now`.
    #[must_use]
    pub const fn new(ledger: Option<&'a State>, now: Timestamp) -> Self {
        Self { ledger, now }
    }

    /// What was done is done: where a clock went back, or was ahead on another machine, events of the future happened too.
    /// They happened by now, so that none holds anything for longer than its window.
    fn events(&self) -> impl Iterator<Item = (&'a Event, Timestamp)> + use<'a> {
        let now = self.now;
        // Ends are told in whole seconds: a window from this one ends no later than one from now.
        let second = Timestamp::from_second(now.as_second()).unwrap_or(now);
        let by_now = move |at| if at > now { second } else { at };
        self.ledger.into_iter().flat_map(|ledger| &ledger.events).map(move |event| (event, by_now(event.at)))
    }

    fn of(&self, key: &TemplateKey) -> Vec<(&'a Event, Timestamp)> {
        self.events().filter(|(event, _)| event.name == key.name && event.language == key.language).collect()
    }

    /// Edits that were sent, and that looking at the account did not settle.
    fn undecided(&self, key: &TemplateKey) -> impl Iterator<Item = Timestamp> {
        let open = self.ledger.into_iter().flat_map(|ledger| ledger.open.values());
        open.filter(|intent| intent.kind == IntentKind::Edit && intent.status == Some(Status::Approved))
            .filter(move |intent| intent.key() == *key)
            .map(|intent| intent.counted_at(self.now))
    }

    /// The edits of a template that is approved.
    #[must_use]
    pub fn budget(&self, key: &TemplateKey) -> Budget {
        let events = self.of(key);
        // A template that was created since is another one.
        let born = events.iter().rposition(|(event, _)| event.kind == EventKind::Created);
        let created = born.map(|at| events[at].1);
        let events = &events[born.map_or(0, |at| at + 1)..];
        let mut edits: Vec<Timestamp> = events
            .iter()
            .filter(|(event, _)| event.kind == EventKind::Edited && event.status == Some(Status::Approved))
            .map(|(_, at)| *at)
            .collect();
        // One that nobody can tell the outcome of may have been spent.
        edits.extend(self.undecided(key));
        edits.sort();
        let within = |window| edits.iter().filter(|at| self.now.duration_since(**at) < window).count();
        let refused_at = events
            .iter()
            .filter(|(event, _)| {
                event.kind == EventKind::Refused && event.status == Some(Status::Approved) && says(event, EDIT_REFUSED)
            })
            .map(|(_, at)| *at)
            .rfind(|at| self.now.duration_since(*at) < DAY);
        let (day, month) = (within(DAY), within(MONTH));
        let free = [
            // The window is free again when the edit that fills it leaves it.
            nth_last(&edits, EDITS_PER_DAY).map(|at| after(at, DAY)),
            nth_last(&edits, EDITS_PER_MONTH).map(|at| after(at, MONTH)),
            refused_at.map(|at| after(at, DAY)),
        ];
        let since = created.or(self.ledger.map(|ledger| ledger.since));
        Budget {
            day,
            month,
            proven: created.is_some() || since.is_some_and(|since| self.now.duration_since(since) >= MONTH),
            last: edits.last().copied(),
            free_at: free.into_iter().flatten().filter(|at| *at > self.now).max(),
            refused_at,
        }
    }

    /// Whether a template can be created under this key. `others_live`: whether the account holds other languages.
    #[must_use]
    pub fn lock(&self, key: &TemplateKey, others_live: bool) -> Option<Lock> {
        let mut locks = Vec::new();
        for (event, at) in self.events().filter(|(event, _)| event.name == key.name) {
            let deleted = event.kind == EventKind::Deleted && event.status == Some(Status::Approved);
            let same = event.language == key.language;
            let why = match event.kind {
                _ if deleted && same => LockReason::Language(at),
                _ if deleted && !others_live => LockReason::LastLanguage(at),
                EventKind::Refused if same && says(event, BEING_DELETED) => LockReason::Refused(at),
                _ => continue,
            };
            locks.push(Lock { until: after(at, MONTH), why });
        }
        locks.retain(|lock| lock.until > self.now);
        locks.into_iter().max_by_key(|lock| lock.until)
    }

    /// Other languages of the name that were deleted in the last 30 days: their lock may cover the whole name.
    #[must_use]
    pub fn deleted_siblings(&self, key: &TemplateKey) -> Vec<(&'a str, Timestamp)> {
        self.events()
            .filter(|(event, _)| event.name == key.name && event.language != key.language)
            .filter(|(event, _)| event.kind == EventKind::Deleted && event.status == Some(Status::Approved))
            .filter(|(_, at)| self.now.duration_since(*at) < MONTH)
            .map(|(event, at)| (event.language.as_str(), at))
            .collect()
    }

    /// When the provider last said that the account is full, if nothing was deleted since and it is less than a day ago.
    #[must_use]
    pub fn full_since(&self) -> Option<Timestamp> {
        let mut full = None;
        for (event, at) in self.events() {
            match event.kind {
                EventKind::Refused if says(event, FULL) => full = Some(at),
                EventKind::Deleted | EventKind::Created => full = None,
                EventKind::Refused | EventKind::Edited => {}
            }
        }
        full.filter(|at| self.now.duration_since(*at) < DAY)
    }
}

/// The `n`th last of ascending times.
fn nth_last(times: &[Timestamp], n: usize) -> Option<Timestamp> {
    times.len().checked_sub(n).and_then(|at| times.get(at)).copied()
}

/// The first whole second at which a window that began at `at` is over.
fn after(at: Timestamp, window: SignedDuration) -> Timestamp {
    let end = at.saturating_add(window).unwrap_or(at);
    let whole = Timestamp::from_second(end.as_second()).unwrap_or(end);
    if whole < end { whole.saturating_add(SignedDuration::from_secs(1)).unwrap_or(whole) } else { whole }
}

fn says(event: &Event, subcode: i64) -> bool {
    matches!(event.code, Some((100, Some(found))) if found == subcode)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64) -> Timestamp {
        Timestamp::from_second(1_780_000_000 + hours * 3600).unwrap()
    }

    fn event(kind: EventKind, language: &str, hours: i64, code: Option<(i64, Option<i64>)>) -> Event {
        let status = Some(Status::Approved);
        Event { at: at(hours), kind, name: "bell".into(), language: language.into(), status, code }
    }

    fn state(events: Vec<Event>) -> State {
        State { events, ..State::new("1", at(-2000)) }
    }

    fn key() -> TemplateKey {
        TemplateKey::new("bell", "en")
    }

    #[test]
    fn one_edit_a_day_to_the_second() {
        let state = state(vec![event(EventKind::Edited, "en", 0, None)]);
        let budget = |seconds: i64| {
            let now = at(24).saturating_add(SignedDuration::from_secs(seconds)).unwrap();
            History::new(Some(&state), now).budget(&key())
        };
        assert_eq!(budget(-1).free_at, Some(at(24)));
        assert_eq!((budget(0).free_at, budget(0).day, budget(0).month), (None, 0, 1));
    }

    #[test]
    fn a_clock_that_went_back_undoes_nothing() {
        let state = state(vec![event(EventKind::Edited, "en", 5, None), event(EventKind::Deleted, "de", 5, None)]);
        let history = History::new(Some(&state), at(3));
        assert_eq!((history.budget(&key()).day, history.budget(&key()).free_at), (1, Some(at(27))));
        assert!(history.lock(&TemplateKey::new("bell", "de"), true).is_some());
    }

    #[test]
    fn no_event_holds_anything_for_longer_than_its_window() {
        let year = 365 * 24;
        let refused = |subcode| Some((100, Some(subcode)));
        let state = state(vec![
            event(EventKind::Edited, "en", year, None),
            event(EventKind::Refused, "en", year, refused(EDIT_REFUSED)),
            event(EventKind::Deleted, "de", year, None),
            event(EventKind::Refused, "fr", year, refused(BEING_DELETED)),
            event(EventKind::Refused, "it", year, refused(FULL)),
        ]);
        let history = History::new(Some(&state), at(0));
        assert_eq!(history.budget(&key()).free_at, Some(at(24)));
        for language in ["de", "fr"] {
            let lock = history.lock(&TemplateKey::new("bell", language), true).unwrap();
            assert_eq!(lock.until, at(30 * 24), "{language}");
        }
        assert_eq!(history.full_since(), Some(at(0)));
        assert_eq!(history.deleted_siblings(&key()), [("de", at(0))]);
    }

    #[test]
    fn ten_edits_in_thirty_days() {
        let edits = (0..10).map(|n| event(EventKind::Edited, "en", n * 48, None)).collect();
        let state = state(edits);
        let budget = History::new(Some(&state), at(10 * 48)).budget(&key());
        assert_eq!((budget.month, budget.free_at), (10, Some(at(30 * 24))));
        assert_eq!(History::new(Some(&state), at(30 * 24)).budget(&key()).free_at, None);
    }

    #[test]
    fn what_history_cannot_prove_is_at_least() {
        let young = State { events: vec![], ..State::new("1", at(0)) };
        assert_eq!(History::new(Some(&young), at(1)).budget(&key()).next_of_month(), "1+ of 10");
        assert_eq!(History::new(None, at(1)).budget(&key()).next_of_month(), "1+ of 10");
        let born = state(vec![event(EventKind::Created, "en", 0, None)]);
        assert_eq!(History::new(Some(&born), at(1)).budget(&key()).next_of_month(), "1 of 10");
    }

    #[test]
    fn a_refusal_is_believed_for_a_day() {
        let state = state(vec![event(EventKind::Refused, "en", 0, Some((100, Some(EDIT_REFUSED))))]);
        assert_eq!(History::new(Some(&state), at(1)).budget(&key()).free_at, Some(at(24)));
        assert_eq!(History::new(Some(&state), at(24)).budget(&key()).free_at, None);
    }

    #[test]
    fn deleted_names_are_locked() {
        let state = state(vec![event(EventKind::Deleted, "en", 0, None)]);
        let lock = |language: &str, others, hours| {
            History::new(Some(&state), at(hours)).lock(&TemplateKey::new("bell", language), others)
        };
        assert_eq!(lock("en", true, 1).unwrap().until, at(30 * 24));
        assert_eq!(lock("de", true, 1), None);
        assert_eq!(lock("de", false, 1).unwrap().why, LockReason::LastLanguage(at(0)));
        assert_eq!(lock("en", false, 30 * 24), None);
    }
}
