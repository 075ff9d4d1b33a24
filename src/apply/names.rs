//! Deletions where a provider deletes only whole names: one request for all languages of a name, an intent and an outcome
//! for each of them.
//!
//! The plan holds back every name of which a language stays; here it is looked at once more before the request.

use std::{collections::HashMap, time::Duration};

use super::{Outcome, executor::Executor};
use crate::{
    ledger::Change,
    plan::{AccountPlan, Action, ActionKind, State},
    provider::{Capabilities, Deletion, Feature},
};

/// What is known of a name may be this old when all of it is deleted. Less than for other writes: a language that somebody
/// added meanwhile would go too, and nothing brings it back. Long enough that deletions one after the other share a look.
const FRESH: Duration = Duration::from_secs(2);

/// The ready deletions of a plan by name, and what became of those that were done with another language's.
#[derive(Default)]
pub(super) struct Names {
    members: HashMap<String, Vec<Action>>,
    done: HashMap<String, Outcome>,
}

impl Names {
    /// The deletions of a plan that go by name; none where the provider deletes single languages.
    pub(super) fn of(plan: &AccountPlan, capabilities: &Capabilities) -> Self {
        let whole_names = !capabilities.has(Feature::DeleteLanguage);
        let mut names = Self::default();
        let ready = |action: &&Action| action.kind == ActionKind::Delete && action.verdict.state == State::Ready;
        for action in plan.actions.iter().filter(ready).filter(|_| whole_names) {
            names.members.entry(action.key.name.clone()).or_default().push(action.clone());
        }
        names
    }

    /// Whether an action is the deletion of a whole name.
    pub(super) fn applies(&self, action: &Action) -> bool {
        action.kind == ActionKind::Delete && self.members.contains_key(&action.key.name)
    }

    /// What became of an action that was done together with another one.
    pub(super) fn outcome(&self, action: &Action) -> Option<Outcome> {
        self.done.get(&action.id).cloned()
    }
}

impl Executor<'_> {
    /// Deletes a name with all its languages, on behalf of the first of them.
    pub(super) async fn delete_name(&mut self, first: &Action) -> Outcome {
        let name = first.key.name.clone();
        let members = self.names.members.get(&name).cloned().unwrap_or_default();
        let outcomes = self.delete_together(&name, &members).await;
        for (member, outcome) in members.iter().zip(outcomes) {
            self.names.done.insert(member.id.clone(), outcome);
        }
        let nothing = || Outcome::NotAttempted { reason: "nothing to delete".to_owned(), later: false };
        self.names.outcome(first).unwrap_or_else(nothing)
    }

    /// One outcome for each member.
    async fn delete_together(&mut self, name: &str, members: &[Action]) -> Vec<Outcome> {
        let all = |outcome: Outcome| vec![outcome; members.len()];
        for member in members {
            if let Err(reason) = self.is_as_planned_within(FRESH, member).await {
                return all(Outcome::NotAttempted { reason, later: false });
            }
        }
        let of_name = self.fresh.iter().flat_map(HashMap::keys).filter(|key| key.name == name);
        let stranger = of_name.into_iter().find(|key| members.iter().all(|member| member.key != **key));
        if let Some(stranger) = stranger {
            let reason = format!("the account changed since the plan was made: {stranger} is there and would go too");
            return all(Outcome::NotAttempted { reason, later: false });
        }
        let mut intents = Vec::with_capacity(members.len());
        for member in members {
            match self.ledger.record((self.now)(), Change::Intent(Box::new(self.intent(member)))) {
                Ok(intent) => intents.push(intent),
                // Intents that are open already are settled by the next run: nothing was sent.
                Err(error) => return all(self.ledger_fault(&error, false)),
            }
        }
        let answer = self.provider.delete(&Deletion::Name { name: name.to_owned() }).await;
        let mut outcomes = Vec::with_capacity(members.len());
        let silences = self.silences;
        for (member, intent) in members.iter().zip(intents) {
            let answer = answer.clone().map(|()| super::executor::Answer::Deleted);
            // One request that nobody answered is one silence, however many languages it was about.
            self.silences = silences;
            outcomes.push(self.conclude(member, intent, answer).await);
        }
        outcomes
    }
}
