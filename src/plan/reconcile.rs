//! From facts to the plan of one account: which actions there are, in which order, and what every rule says of them.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::{
    AccountPlan, Action, ActionKind, Estimate, Facts, Observation, State, Tier, Verdict,
    action::{Remember, Submit},
    compare::{Comparison, compare, wanted_fingerprint},
    observe,
    rules::{self, Context, Draft},
};
use crate::{
    ledger::Entry,
    source::Desired,
    template::{
        Category, Live, Status, TemplateKey,
        contract::Contract,
        diff::{self, Change},
        normal::{Normal, Scope},
    },
    workspace::policy::Examples,
};

/// Templates that the provider takes in one hour per WABA (Meta, templates overview, 2026-09-11).
const CREATES_PER_HOUR: u64 = 100;

/// Makes the plan of one account.
#[must_use]
pub fn reconcile(facts: &Facts<'_>) -> AccountPlan {
    let account = Account::index(facts);
    let mut observations = Vec::new();
    let mut drafts = account.wished(&mut observations);
    let released = account.removed(&mut drafts);
    account.orphans(&released, &mut drafts, &mut observations);
    drafts.sort_by(|a, b| (order(a.draft.kind), &a.draft.key).cmp(&(order(b.draft.kind), &b.draft.key)));

    let deletes = drafts.iter().filter(|prepared| prepared.draft.kind == ActionKind::Delete).count();
    let mut creates = 0;
    for prepared in &mut drafts {
        if prepared.draft.kind == ActionKind::Create {
            prepared.draft.rank = creates;
            creates += 1;
        }
    }
    let context =
        Context { facts, families: &account.families, protected: &account.protected, live: account.count, deletes };
    let actions: Vec<Action> =
        drafts.into_iter().enumerate().map(|(at, prepared)| account.action(at + 1, prepared, &context)).collect();
    account.plan(actions, released, observations)
}

/// Execution order.
const fn order(kind: ActionKind) -> u8 {
    match kind {
        ActionKind::Edit => 0,
        ActionKind::Create => 1,
        ActionKind::Delete => 2,
        ActionKind::Adopt => 3,
    }
}

/// The facts, indexed once.
struct Account<'a> {
    facts: &'a Facts<'a>,
    scope: Scope,
    live: HashMap<(&'a str, &'a str), &'a Live>,
    wanted: HashMap<(&'a str, &'a str), &'a Desired>,
    families: HashMap<&'a str, Vec<(&'a str, &'a Category)>>,
    protected: HashSet<&'a str>,
    count: usize,
}

/// A draft and what its action will carry.
struct Prepared<'a> {
    draft: Draft<'a>,
    comparison: Option<Comparison>,
    notes: Vec<String>,
}

impl<'a> Account<'a> {
    fn index(facts: &'a Facts<'a>) -> Self {
        let mut live: HashMap<_, &Live> = HashMap::with_capacity(facts.live.len());
        let mut families: HashMap<_, Vec<_>> = HashMap::new();
        let mut count = 0;
        for template in facts.live {
            let key = (template.key.name.as_str(), template.key.language.as_str());
            if template.status.is_leaving() {
                live.entry(key).or_insert(template);
                continue;
            }
            count += 1;
            live.insert(key, template);
            families.entry(key.0).or_default().push((key.1, &template.category));
        }
        let wanted = facts.desired.iter().map(|wish| ((wish.key.name.as_str(), wish.key.language.as_str()), wish));
        let protected = facts.desired.iter().filter(|wish| wish.lifecycle.protect);
        Self {
            facts,
            scope: match facts.policy.examples {
                Examples::Ignore => Scope::Content,
                Examples::Edit => Scope::WithSamples,
            },
            live,
            wanted: wanted.collect(),
            families,
            protected: protected.map(|wish| wish.key.name.as_str()).collect(),
            count,
        }
    }

    fn find(&self, key: &TemplateKey) -> Option<&'a Live> {
        self.live.get(&(key.name.as_str(), key.language.as_str())).copied()
    }

    fn entry(&self, key: &TemplateKey) -> Option<&'a Entry> {
        self.facts.ledger.and_then(|ledger| ledger.entry(key))
    }

    fn is_ours(&self, entry: Option<&Entry>) -> bool {
        entry.is_some_and(|entry| entry.owner == self.facts.workspace)
    }

    /// Actions that wishes ask for.
    fn wished(&self, observations: &mut Vec<Observation>) -> Vec<Prepared<'a>> {
        let selected = self.facts.desired.iter().filter(|wish| self.facts.selection.takes(&wish.key));
        selected
            .filter_map(|wish| {
                let entry = self.entry(&wish.key);
                match self.find(&wish.key) {
                    Some(live) if !live.status.is_leaving() => self.existing(wish, live, entry, observations),
                    leaving => Some(self.create(wish, leaving, entry)),
                }
            })
            .collect()
    }

    fn create(&self, wish: &'a Desired, leaving: Option<&'a Live>, entry: Option<&'a Entry>) -> Prepared<'a> {
        let siblings = self.families.get(wish.key.name.as_str());
        let held = |category: &Category| {
            siblings.is_some_and(|siblings| siblings.iter().any(|(_, sibling)| *sibling == category))
        };
        let accepted = wish.accept_category.as_ref().filter(|category| held(category));
        let mut notes = wish.notes.clone();
        if let Some(category) = accepted.filter(|category| **category != wish.category) {
            notes.push(format!("sent as {category}, which the other languages hold"));
        }
        if self.is_ours(entry) {
            notes.push("was in the account before and is gone".to_owned());
        }
        if self.facts.template_limit.is_none() {
            notes.push("the account does not say how many templates it may hold: 250 assumed".to_owned());
        }
        let draft = Draft {
            kind: ActionKind::Create,
            key: wish.key.clone(),
            desired: Some(wish),
            live: leaving,
            // What is gone is nobody's: another workspace's claim on it still counts.
            entry: entry.filter(|_| !self.is_ours(entry)),
            changes: diff::changes(&Normal::nothing(), &Normal::of(&wish.content), Scope::Content),
            hand_edit: Vec::new(),
            changed_in_git: true,
            breaks: Vec::new(),
            category: Some(accepted.unwrap_or(&wish.category).clone()),
            asks_category: false,
            rank: 0,
        };
        Prepared { draft, comparison: None, notes }
    }

    fn existing(
        &self,
        wish: &'a Desired,
        live: &'a Live,
        entry: Option<&'a Entry>,
        observations: &mut Vec<Observation>,
    ) -> Option<Prepared<'a>> {
        let ours = self.is_ours(entry);
        let comparison = compare(wish, live, entry.filter(|_| ours), self.scope);
        if !comparison.samples.is_empty() {
            let paths: Vec<&str> = comparison.samples.iter().map(|change| change.path.as_str()).collect();
            let detail = format!("samples changed, which alone is no edit here: {}", paths.join(", "));
            observations.push(Observation::about(Tier::Report, "samples", &wish.key, detail));
        }
        // Nothing applied yet: what the account holds counts as applied.
        let applied_category = entry.filter(|_| ours).map_or(&live.category, |entry| &entry.category);
        let accepted = wish.accept_category.as_ref() == Some(&live.category);
        let asks_category = wish.category != *applied_category && wish.category != live.category && !accepted;
        let mut changes = comparison.changes.clone();
        if asks_category {
            changes.push(Change {
                path: "category".to_owned(),
                before: Some(live.category.as_str().into()),
                after: Some(wish.category.as_str().into()),
            });
        }
        let current = entry.is_some_and(|entry| {
            ours && entry.id == live.id && entry.category == wish.category && comparison.git.is_empty()
        });
        if changes.is_empty() && current && comparison.hand_edit.is_empty() {
            return None;
        }
        let kind = if changes.is_empty() { ActionKind::Adopt } else { ActionKind::Edit };
        let mut notes = wish.notes.clone();
        if kind == ActionKind::Edit {
            if live.status == Status::Approved {
                notes.push("in review until approved, possibly not sendable meanwhile".to_owned());
            }
            if !comparison.assumed.is_empty() {
                let paths: Vec<&str> = comparison.assumed.iter().map(String::as_str).collect();
                notes.push(format!("not shown by the account, taken as equal: {}", paths.join(", ")));
            }
        }
        let breaks = Contract::of(&live.content).broken_by(&Contract::of(&wish.content));
        let draft = Draft {
            kind,
            key: wish.key.clone(),
            desired: Some(wish),
            live: Some(live),
            entry,
            changes,
            hand_edit: if ours { comparison.hand_edit.clone() } else { Vec::new() },
            changed_in_git: !comparison.git.is_empty() || asks_category,
            breaks: if kind == ActionKind::Edit { breaks } else { Vec::new() },
            category: Some(wish.category.clone()),
            asks_category,
            rank: 0,
        };
        Some(Prepared { draft, comparison: Some(comparison), notes })
    }

    /// Deletions that `removed` asks for; returns what is released instead.
    fn removed(&self, drafts: &mut Vec<Prepared<'a>>) -> Vec<TemplateKey> {
        let mut released = BTreeSet::new();
        let mut seen = HashSet::new();
        for removal in self.facts.removed {
            let languages: BTreeSet<&str> = match removal.languages.is_empty() {
                false => removal.languages.iter().map(String::as_str).collect(),
                true => {
                    let live = self.families.get(removal.name.as_str()).into_iter().flatten();
                    let managed = self.facts.ledger.into_iter().flat_map(|ledger| ledger.templates.values());
                    let managed = managed.filter(|entry| entry.name == removal.name);
                    live.map(|(language, _)| *language).chain(managed.map(|entry| entry.language.as_str())).collect()
                }
            };
            for language in languages {
                let key = TemplateKey::new(&removal.name, language);
                let wanted = self.wanted.contains_key(&(removal.name.as_str(), language));
                if wanted || !self.facts.selection.takes(&key) || !seen.insert(key.clone()) {
                    continue;
                }
                let live = self.find(&key).filter(|live| !live.status.is_leaving());
                let ours = self.is_ours(self.entry(&key));
                match live {
                    // Gone already: nothing to delete, and nothing left to manage.
                    _ if (removal.keep || live.is_none()) && ours => {
                        released.insert(key);
                    }
                    // Let go already.
                    Some(_) if removal.keep => {}
                    Some(live) => {
                        let notes = removal.reason.iter().map(|reason| format!("reason: {reason}")).collect();
                        drafts.push(self.delete(key, live, notes, Some(removal.span)));
                    }
                    None => {}
                }
            }
        }
        released.into_iter().collect()
    }

    /// Managed templates that left the YAML: deleted when asked, else only said.
    fn orphans(&self, released: &[TemplateKey], drafts: &mut Vec<Prepared<'a>>, observations: &mut Vec<Observation>) {
        let asked: HashSet<TemplateKey> =
            drafts.iter().map(|prepared| prepared.draft.key.clone()).chain(released.iter().cloned()).collect();
        let prune = self.facts.prune || self.facts.policy.prune;
        for entry in self.facts.ledger.into_iter().flat_map(|ledger| ledger.templates.values()) {
            let key = entry.key();
            let wanted = self.wanted.contains_key(&(entry.name.as_str(), entry.language.as_str()));
            if wanted
                || entry.owner != self.facts.workspace
                || asked.contains(&key)
                || !self.facts.selection.takes(&key)
            {
                continue;
            }
            match self.find(&key).filter(|live| !live.status.is_leaving()) {
                Some(live) if prune => {
                    drafts.push(self.delete(key, live, vec!["not in the YAML any more".into()], None));
                }
                Some(_) => observations.push(Observation::about(
                    Tier::Report,
                    "not-in-git",
                    &key,
                    "managed, but not in the YAML any more; --prune deletes it, `removed` says so for good",
                )),
                None => {}
            }
        }
    }

    fn delete(
        &self,
        key: TemplateKey,
        live: &'a Live,
        notes: Vec<String>,
        span: Option<crate::diagnostic::Span>,
    ) -> Prepared<'a> {
        let mut notes = notes;
        if let Some(span) = span {
            let place = (self.facts.place)(span);
            notes.push(format!("asked for at {}:{}", place.file, place.line));
        }
        if live.status == Status::Approved {
            notes
                .push("the name is locked for 30 days in this language, wholly when its last language goes".to_owned());
        }
        let entry = self.entry(&key);
        let draft = Draft {
            kind: ActionKind::Delete,
            key,
            desired: None,
            live: Some(live),
            entry,
            changes: Vec::new(),
            hand_edit: Vec::new(),
            changed_in_git: true,
            breaks: Vec::new(),
            category: None,
            asks_category: false,
            rank: 0,
        };
        Prepared { draft, comparison: None, notes }
    }

    fn action(&self, number: usize, prepared: Prepared<'a>, context: &Context<'_>) -> Action {
        let Prepared { draft, comparison, notes } = prepared;
        let verdict = Verdict::of(rules::judge(&draft, context));
        let content = draft.desired.map(|wish| {
            let mut content = wish.content.clone();
            if let Some(live) = draft.live {
                for part in &wish.lifecycle.ignore {
                    content.take_part(part, &live.content);
                }
            }
            content
        });
        let remember = content
            .as_ref()
            .zip(draft.desired)
            .map(|(content, wish)| Remember { category: wish.category.clone(), applied: Normal::of(content) });
        let submits = matches!(draft.kind, ActionKind::Create | ActionKind::Edit);
        let category = draft.category.clone().filter(|_| draft.kind == ActionKind::Create || draft.asks_category);
        let submit = content.filter(|_| submits).map(|content| Submit { category, content });
        Action {
            id: number.to_string(),
            kind: draft.kind,
            place: draft.desired.map(|wish| (self.facts.place)(wish.span)),
            live: draft.live.cloned(),
            live_fingerprint: match (&comparison, draft.live) {
                (Some(comparison), _) => Some(comparison.live_fingerprint.clone()),
                (None, Some(live)) if draft.kind == ActionKind::Delete => {
                    Some(Normal::of(&live.content).fingerprint(self.scope))
                }
                (None, _) => None,
            },
            desired_fingerprint: draft.desired.map(|wish| wanted_fingerprint(wish, self.scope)),
            about: draft.desired.map(|wish| wish.about.clone()).unwrap_or_default(),
            key: draft.key,
            verdict,
            changes: draft.changes,
            hand_edit: draft.hand_edit,
            changed_in_git: draft.changed_in_git,
            breaks_senders: draft.breaks,
            notes,
            submit,
            remember,
        }
    }

    fn plan(
        &self,
        actions: Vec<Action>,
        released: Vec<TemplateKey>,
        mut observations: Vec<Observation>,
    ) -> AccountPlan {
        let facts = self.facts;
        let acting: HashSet<&TemplateKey> = actions.iter().map(|action| &action.key).collect();
        if facts.ledger.is_none() {
            let detail = "there is no ledger for this WABA: nothing counts as managed, and earlier edits are not known";
            observations.push(Observation::general("no-ledger", detail));
        }
        let (mut managed, mut unchanged, mut unmanaged) = (0, 0, 0);
        for live in facts.live.iter().filter(|live| !live.status.is_leaving()) {
            let entry = self.entry(&live.key);
            let wish = self.wanted.get(&(live.key.name.as_str(), live.key.language.as_str())).copied();
            if self.is_ours(entry) {
                managed += 1;
                unchanged += usize::from(!acting.contains(&live.key));
            } else if wish.is_none() && !facts.policy.ignore.matches(&live.key.name) {
                match entry {
                    Some(entry) => observations.push(Observation::about(
                        Tier::Report,
                        "managed-by-other",
                        &live.key,
                        format!("managed by {}", entry.owner),
                    )),
                    None => {
                        unmanaged += 1;
                        let detail = format!("{} {}, not in the YAML", live.status, live.category);
                        observations.push(Observation::about(Tier::Report, "unmanaged", &live.key, detail));
                    }
                }
            }
            if facts.selection.takes(&live.key) && (self.is_ours(entry) || wish.is_some()) {
                observations.extend(observe::of_template(facts, live, wish, entry, self.scope));
            }
        }
        observations.extend(self.vanished());
        observations.extend(released.iter().map(|key| {
            Observation::about(Tier::Report, "released", key, "no longer managed from the next apply on; it stays live")
        }));
        AccountPlan {
            account: facts.account.to_owned(),
            provider: facts.provider.to_owned(),
            scope: facts.scope.clone(),
            sandbox: facts.sandbox,
            error: None,
            ledger_present: facts.ledger.is_some(),
            live: self.count,
            managed,
            unchanged,
            unmanaged,
            template_limit: facts.template_limit,
            requests: facts.requests,
            estimate: estimate(&actions),
            actions,
            observations,
            released,
        }
    }

    /// Managed templates that the account no longer shows.
    fn vanished(&self) -> Vec<Observation> {
        let managed = self.facts.ledger.into_iter().flat_map(|ledger| ledger.templates.values());
        managed
            .filter(|entry| entry.owner == self.facts.workspace && self.facts.selection.takes(&entry.key()))
            .filter(|entry| self.find(&entry.key()).is_none_or(|live| live.status.is_leaving()))
            .map(|entry| Observation::about(Tier::Gating, "drift", &entry.key(), "managed, but gone from the account"))
            .collect()
    }
}

/// What applying takes at the least: a request for each write and one more listing.
fn estimate(actions: &[Action]) -> Estimate {
    let ready = || actions.iter().filter(|action| action.verdict.state == State::Ready && action.kind.is_change());
    let creates = ready().filter(|action| action.kind == ActionKind::Create).count() as u64;
    let writes = ready().count() as u64;
    Estimate { requests: writes, at_least_seconds: creates.saturating_sub(1) / CREATES_PER_HOUR * 3600 }
}
