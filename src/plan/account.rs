//! The facts of one account, indexed once: what is live, wanted, owned and remembered under each key.

use std::collections::{HashMap, HashSet};

use jiff::SignedDuration;

use super::{Facts, history::History};
use crate::{
    ledger::Entry,
    source::Desired,
    template::{Body, Category, Content, Footer, Live, TemplateKey, normal::Scope},
    workspace::policy::Examples,
};

/// The facts, indexed once.
pub(super) struct Account<'a> {
    pub(super) facts: &'a Facts<'a>,
    pub(super) scope: Scope,
    pub(super) live: HashMap<(&'a str, &'a str), &'a Live>,
    pub(super) wanted: HashMap<(&'a str, &'a str), &'a Desired>,
    pub(super) families: HashMap<&'a str, Vec<(&'a str, &'a Category)>>,
    /// Languages that the files ask for, by name.
    pub(super) asked: HashMap<&'a str, Vec<&'a str>>,
    pub(super) protected: HashSet<&'a str>,
    pub(super) count: usize,
    pub(super) history: History<'a>,
    /// Old names that wanted families replace.
    pub(super) successors: HashMap<&'a str, Successor<'a>>,
    /// Names by what customers read, for templates that are live or wanted.
    pub(super) texts: HashMap<Texts, HashSet<&'a str>>,
}

/// The family that replaces an old name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Successor<'a> {
    pub(super) name: &'a str,
    pub(super) keep_for: Option<SignedDuration>,
}

/// Language, body and footer.
pub(super) type Texts = (String, String, String);

impl<'a> Account<'a> {
    pub(super) fn index(facts: &'a Facts<'a>) -> Self {
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
        let mut asked: HashMap<_, Vec<_>> = HashMap::new();
        for wish in facts.desired {
            asked.entry(wish.key.name.as_str()).or_default().push(wish.key.language.as_str());
        }
        Self {
            facts,
            scope: match facts.policy.examples {
                Examples::Ignore => Scope::Content,
                Examples::Edit => Scope::WithSamples,
            },
            live,
            wanted: wanted.collect(),
            families,
            asked,
            protected: protected.map(|wish| wish.key.name.as_str()).collect(),
            count,
            history: History::new(facts.ledger, facts.now),
            successors: facts.desired.iter().filter_map(successor).collect(),
            texts: by_texts(facts),
        }
    }

    pub(super) fn find(&self, key: &TemplateKey) -> Option<&'a Live> {
        self.live.get(&(key.name.as_str(), key.language.as_str())).copied()
    }

    pub(super) fn entry(&self, key: &TemplateKey) -> Option<&'a Entry> {
        self.facts.ledger.and_then(|ledger| ledger.entry(key))
    }

    pub(super) fn is_ours(&self, entry: Option<&Entry>) -> bool {
        entry.is_some_and(|entry| entry.owner == self.facts.workspace)
    }
}

fn successor(wish: &Desired) -> Option<(&str, Successor<'_>)> {
    let replaces = wish.lifecycle.replaces.as_ref()?;
    Some((&replaces.name, Successor { name: &wish.key.name, keep_for: replaces.keep_for }))
}

fn by_texts<'a>(facts: &Facts<'a>) -> HashMap<Texts, HashSet<&'a str>> {
    let live = facts.live.iter().filter(|live| !live.status.is_leaving()).map(|live| (&live.key, &live.content));
    let wanted = facts.desired.iter().map(|wish| (&wish.key, &wish.content));
    let mut out: HashMap<Texts, HashSet<&str>> = HashMap::new();
    for (key, content) in live.chain(wanted) {
        if let Some(texts) = texts(&key.language, content) {
            out.entry(texts).or_default().insert(&key.name);
        }
    }
    out
}

/// What a reviewer compares; preset texts of one-time codes are the same everywhere and mean nothing.
pub(super) fn texts(language: &str, content: &Content) -> Option<Texts> {
    let Some(Body::Text { text, .. }) = &content.body else { return None };
    let footer = match &content.footer {
        Some(Footer::Text { text, .. }) => text.clone(),
        Some(Footer::CodeExpiration { .. }) | None => String::new(),
    };
    Some((language.to_owned(), text.clone(), footer))
}
