//! New families: their first language goes first, and the others follow only if it came out as wanted.

use std::collections::{HashMap, HashSet};

use crate::{
    plan::{AccountPlan, ActionKind},
    template::{Category, Status, TemplateKey},
};

/// Which families are new, and which are held.
pub(super) struct Families {
    new: HashSet<String>,
    held: HashMap<String, String>,
}

impl Families {
    /// Families of which the plan creates several languages.
    pub(super) fn of(plan: &AccountPlan) -> Self {
        let mut creates: HashMap<&str, usize> = HashMap::new();
        for action in plan.actions.iter().filter(|action| action.kind == ActionKind::Create) {
            *creates.entry(action.key.name.as_str()).or_default() += 1;
        }
        let new = creates.into_iter().filter(|(_, count)| *count > 1).map(|(name, _)| name.to_owned()).collect();
        Self { new, held: HashMap::new() }
    }

    pub(super) fn held(&self, name: &str) -> Option<&str> {
        self.held.get(name).map(String::as_str)
    }

    pub(super) fn created(&mut self, key: &TemplateKey, status: &Status, moved_to: Option<&Category>) {
        if !self.new.remove(&key.name) {
            return;
        }
        let why = match (moved_to, status) {
            (Some(category), _) => {
                format!("{key} came out as {category}: decide first (`accept_category`, or other words)")
            }
            (None, Status::Rejected) => format!("{key} was rejected at once: mend it first"),
            (None, _) => return,
        };
        self.held.insert(key.name.clone(), why);
    }

    pub(super) fn unknown(&mut self, name: &str) {
        if self.new.remove(name) {
            self.held.insert(name.to_owned(), "it is not known how the family's first language came out".to_owned());
        }
    }
}
