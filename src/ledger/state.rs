//! The ledger's content: what is known about one WABA, and how records of the journal change it. Pure.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::record::{Change, Entry, Event, EventKind, Intent, IntentKind, Outcome, Record};
use crate::template::TemplateKey;

/// Version of the state document.
pub(super) const VERSION: u32 = 2;

/// How long events are kept: the provider's longest window (30 days), with a day to spare.
const KEEP: jiff::SignedDuration = jiff::SignedDuration::from_hours(31 * 24);

/// What is known about one WABA.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// Version of this document.
    pub version: u32,
    /// The WABA, as the provider numbers it.
    pub waba_id: String,
    /// Since when there is a ledger: what happened before is not known.
    pub since: Timestamp,
    /// Sequence number of the last record that is folded in.
    #[serde(rename = "folded")]
    pub last_seq: u64,
    /// Managed templates by `name/language`.
    pub templates: BTreeMap<String, Entry>,
    /// What was done in the last 30 days, oldest first.
    pub events: Vec<Event>,
    /// Writes whose outcome is not known, by the sequence number of their intent.
    pub open: BTreeMap<u64, Intent>,
}

impl State {
    /// A ledger that knows nothing yet.
    #[must_use]
    pub fn new(waba_id: &str, since: Timestamp) -> Self {
        Self {
            version: VERSION,
            waba_id: waba_id.to_owned(),
            since,
            last_seq: 0,
            templates: BTreeMap::new(),
            events: Vec::new(),
            open: BTreeMap::new(),
        }
    }

    /// The managed template of that key.
    #[must_use]
    pub fn entry(&self, key: &TemplateKey) -> Option<&Entry> {
        self.templates.get(&key.to_string())
    }

    /// The managed templates of a name: its languages.
    pub fn of_name<'s>(&'s self, name: &str) -> impl Iterator<Item = &'s Entry> + use<'s> {
        // `/` stands between name and language and in no name, and `0` is the character after it.
        let (from, to) = (format!("{name}/"), format!("{name}0"));
        self.templates.range(from..to).map(|(_, entry)| entry)
    }

    /// Folds a record in. One that is already folded changes nothing.
    pub fn fold(&mut self, record: &Record) {
        if record.seq <= self.last_seq {
            return;
        }
        self.last_seq = record.seq;
        match &record.change {
            Change::Intent(intent) => {
                self.supersede(&intent.key(), record.at);
                self.open.insert(record.seq, (**intent).clone());
            }
            Change::Outcome { intent, outcome } => self.fold_outcome(*intent, outcome, record.at),
            Change::Adopt(entry) => {
                self.supersede(&entry.key(), record.at);
                self.put((**entry).clone(), record.at);
            }
            Change::Approved { name, language } => {
                if let Some(entry) = self.templates.get_mut(&TemplateKey::new(name, language).to_string()) {
                    entry.approved_at.get_or_insert(record.at);
                }
            }
            Change::Redate => self.redate(record.at),
            Change::Protect { name, language, protected } => {
                if let Some(entry) = self.templates.get_mut(&TemplateKey::new(name, language).to_string()) {
                    entry.protected = *protected;
                }
            }
            Change::Release { name, language } => {
                let key = TemplateKey::new(name, language);
                self.supersede(&key, record.at);
                self.templates.remove(&key.to_string());
            }
            Change::HandOver { name, from, to } => {
                for entry in self.templates.values_mut().filter(|entry| entry.name == *name && entry.owner == *from) {
                    entry.owner.clone_from(to);
                }
            }
        }
    }

    /// Writes down what a template holds from now on.
    fn put(&mut self, entry: Entry, at: Timestamp) {
        let key = entry.key().to_string();
        let entry = entry.after(self.templates.get(&key), at);
        self.templates.insert(key, entry);
    }

    /// Something new is done to a template: an edit of it that no look at the account could decide will never be decided.
    /// It may have been one of the provider's few, so it counts.
    fn supersede(&mut self, key: &TemplateKey, at: Timestamp) {
        let (old, open) = std::mem::take(&mut self.open).into_iter().partition(|(_, intent)| intent.key() == *key);
        self.open = open;
        let edited = |intent: Intent| match intent.kind {
            IntentKind::Edit => Some(intent.event(EventKind::Edited, None, at)),
            IntentKind::Reprice => Some(intent.event(EventKind::Repriced, None, at)),
            IntentKind::Create | IntentKind::Delete => None,
        };
        let events: Vec<Event> = old.into_values().filter_map(edited).collect();
        self.events.extend(events);
        self.events.sort_by_key(|event| event.at);
    }

    fn fold_outcome(&mut self, seq: u64, outcome: &Outcome, at: Timestamp) {
        let Some(intent) = self.open.get(&seq) else { return };
        let key = intent.key().to_string();
        let event = |kind, code| intent.event(kind, code, at);
        let done = match intent.kind {
            IntentKind::Create => EventKind::Created,
            IntentKind::Edit => EventKind::Edited,
            IntentKind::Reprice => EventKind::Repriced,
            IntentKind::Delete => EventKind::Deleted,
        };
        let entry = |id: &Option<String>| match (intent.kind, &intent.desired, &intent.category) {
            (IntentKind::Create | IntentKind::Edit | IntentKind::Reprice, Some(desired), Some(category)) => {
                Some(Entry {
                    name: intent.name.clone(),
                    language: intent.language.clone(),
                    id: id.clone().or_else(|| intent.id.clone()).unwrap_or_default(),
                    owner: intent.owner.clone(),
                    category: category.clone(),
                    applied: desired.clone(),
                    applied_at: at,
                    approved_at: None,
                    protected: intent.protect,
                    earlier: Vec::new(),
                })
            }
            _ => None,
        };
        match outcome {
            Outcome::Unknown { .. } => return,
            Outcome::Failed { code, .. } => {
                if code.is_some() {
                    self.events.push(event(EventKind::Refused, *code));
                }
            }
            Outcome::Applied { id } => {
                let entry = entry(id);
                self.events.push(event(done, None));
                match entry {
                    Some(entry) => self.put(entry, at),
                    None => drop(self.templates.remove(&key)),
                }
            }
            Outcome::Counted { .. } => {
                self.events.push(event(done, None));
                // What was applied before stays so: the account is then held against it. A template that was being taken
                // over is ours, and what the account shows instead counts as changed by hand.
                if let Some(entry) = entry(&None) {
                    self.templates.entry(key).or_insert(entry);
                }
            }
        }
        self.open.remove(&seq);
    }

    /// The latest time that it holds.
    #[must_use]
    pub fn latest(&self) -> Option<Timestamp> {
        let events = self.events.iter().map(|event| event.at);
        let open = self.open.values().map(|intent| intent.at);
        let entries = self.templates.values().flat_map(|entry| [Some(entry.applied_at), entry.approved_at]).flatten();
        events.chain(open).chain(entries).max()
    }

    fn redate(&mut self, now: Timestamp) {
        let Self { version: _, waba_id: _, since, last_seq: _, templates, events, open } = self;
        let entries = templates
            .values_mut()
            .flat_map(|entry| [Some(&mut entry.applied_at), entry.approved_at.as_mut()].into_iter().flatten());
        let events = events.iter_mut().map(|event| &mut event.at);
        let open = open.values_mut().map(|intent| &mut intent.at);
        for time in entries.chain(events).chain(open).chain([since]) {
            *time = now.min(*time);
        }
    }

    /// Forgets events that no rule asks for any more.
    pub fn prune(&mut self, now: Timestamp) {
        self.events.retain(|event| now.duration_since(event.at) <= KEEP);
    }
}

#[cfg(test)]
mod tests {
    use super::{super::record::EARLIER, *};
    use crate::template::{
        Category, Content,
        normal::{NormalForm, Scope},
    };

    fn create(at: Timestamp) -> Change {
        Change::Intent(Box::new(Intent {
            kind: IntentKind::Create,
            name: "bell".into(),
            language: "en".into(),
            id: None,
            owner: "shop".into(),
            category: Some(Category::Utility),
            desired: Some(NormalForm::of(&Content::default())),
            before: None,
            protect: false,
            status: None,
            at,
        }))
    }

    #[test]
    fn contents_that_were_replaced_are_remembered_and_bounded() {
        let at = |second: i64| Timestamp::from_second(second).unwrap();
        let normal =
            |which: i64| NormalForm::of(&Content { message_send_ttl_seconds: Some(which), ..Content::default() });
        let mut state = State::new("1", at(0));
        let mut apply = |seq: u64, which: i64| {
            let entry = Entry {
                name: "bell".into(),
                language: "en".into(),
                id: "1".into(),
                owner: "shop".into(),
                category: Category::Utility,
                applied: normal(which),
                applied_at: at(which),
                approved_at: None,
                protected: false,
                earlier: Vec::new(),
            };
            state.fold(&Record::new(seq, at(which), Change::Adopt(Box::new(entry))));
            state.templates["bell/en"].clone()
        };
        assert!(apply(1, 1).earlier.is_empty());
        let second = apply(2, 2);
        let old = second.replaced(&normal(1).fingerprint(Scope::Content)).unwrap();
        assert_eq!((old.applied_at, old.replaced_at), (at(1), at(2)));
        let again = apply(3, 1);
        assert!(again.replaced(&normal(1).fingerprint(Scope::Content)).is_none(), "it is what is applied now");
        assert!(again.replaced(&normal(2).fingerprint(Scope::Content)).is_some());
        let last = (4..200).map(|seq| apply(seq, i64::try_from(seq).unwrap())).last().unwrap();
        assert_eq!(last.earlier.len(), EARLIER);
    }

    #[test]
    fn an_intent_stays_open_until_its_outcome_is_known() {
        let now = Timestamp::UNIX_EPOCH;
        let mut state = State::new("1", now);
        state.fold(&Record::new(1, now, create(now)));
        let unknown = Outcome::Unknown { reason: "lost".into() };
        state.fold(&Record::new(2, now, Change::Outcome { intent: 1, outcome: unknown }));
        assert_eq!((state.open.len(), state.templates.len()), (1, 0));
        let applied = Change::Outcome { intent: 1, outcome: Outcome::Applied { id: Some("9".into()) } };
        let record = Record::new(3, now, applied);
        state.fold(&record);
        state.fold(&record);
        assert_eq!((state.open.len(), state.templates.len(), state.events.len()), (0, 1, 1));
        assert_eq!(state.entry(&TemplateKey::new("bell", "en")).unwrap().id, "9");
    }

    #[test]
    fn times_of_a_clock_that_was_wrong_are_dated_anew() {
        let (now, wrong) = (Timestamp::UNIX_EPOCH, Timestamp::MAX);
        let mut state = State::new("1", wrong);
        state.fold(&Record::new(1, wrong, create(wrong)));
        let applied = Outcome::Applied { id: Some("9".into()) };
        state.fold(&Record::new(2, wrong, Change::Outcome { intent: 1, outcome: applied }));
        state.fold(&Record::new(3, wrong, create(wrong)));
        assert_eq!(state.latest(), Some(wrong));
        state.fold(&Record::new(4, now, Change::Redate));
        assert_eq!((state.latest(), state.since), (Some(now), now));
    }

    #[test]
    fn records_survive_json() {
        let now = Timestamp::UNIX_EPOCH;
        let outcome = Outcome::Failed { code: Some((100, Some(2_388_039))), reason: "no".into() };
        for change in [create(now), Change::Outcome { intent: 1, outcome }, Change::Redate] {
            let record = Record::new(7, now, change);
            let text = serde_json::to_string(&record).unwrap();
            assert_eq!(serde_json::from_str::<Record>(&text).unwrap(), record, "{text}");
        }
    }
}
