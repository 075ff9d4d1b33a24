//! Deletions where a provider deletes only whole names: one request for all languages of a name, an intent and an outcome
//! for each of them.
//!
//! The plan holds back every name of which a language stays; here it is looked at once more before the request.

use std::{collections::HashMap, time::Duration};

use super::{
    Outcome,
    executor::{Answer, Executor},
};
use crate::{
    capability::{Capabilities, Feature},
    ledger::Change,
    plan::{AccountPlan, Action, ActionKind, VerdictState},
    provider::Deletion,
    template::LiveIndex,
};

/// What is known of a name may be this old when all of it is deleted. Less than for other writes: a language that somebody
/// added meanwhile would go too, and nothing brings it back. Long enough that deletions one after the other share a look.
const FRESH: Duration = Duration::from_secs(2);

/// The ready deletions of a plan by name, and what became of those that were done with another language's.
#[derive(Default)]
pub(super) struct WholeNameDeletes {
    members: HashMap<String, Vec<Action>>,
    done: HashMap<String, Outcome>,
}

impl WholeNameDeletes {
    /// The deletions of a plan that go by name; none where the provider deletes single languages.
    pub(super) fn of(plan: &AccountPlan, capabilities: &Capabilities) -> Self {
        let whole_names = !capabilities.has(Feature::DeleteLanguage);
        let mut names = Self::default();
        let ready = |action: &&Action| action.kind == ActionKind::Delete && action.verdict.state == VerdictState::Ready;
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

    /// Deletes a name with all its languages, on behalf of the first of them.
    pub(super) async fn delete(&mut self, executor: &mut Executor<'_>, first: &Action) -> Outcome {
        let name = first.key.name.clone();
        let members = self.members.get(&name).cloned().unwrap_or_default();
        let outcomes = delete_together(executor, &name, &members).await;
        for (member, outcome) in members.iter().zip(outcomes) {
            self.done.insert(member.id.clone(), outcome);
        }
        let nothing = || Outcome::NotAttempted { reason: "nothing to delete".to_owned(), later: false };
        self.outcome(first).unwrap_or_else(nothing)
    }
}

/// One outcome for each member.
async fn delete_together(executor: &mut Executor<'_>, name: &str, members: &[Action]) -> Vec<Outcome> {
    let all = |outcome: Outcome| vec![outcome; members.len()];
    for member in members {
        if let Err(reason) = executor.is_as_planned_within(FRESH, member).await {
            return all(Outcome::NotAttempted { reason, later: false });
        }
    }
    let of_name = executor.fresh.iter().flat_map(LiveIndex::present_keys).filter(|key| key.name == name);
    let stranger = of_name.into_iter().find(|key| members.iter().all(|member| member.key != **key));
    if let Some(stranger) = stranger {
        let reason = format!("the account changed since the plan was made: {stranger} is there and would go too");
        return all(Outcome::NotAttempted { reason, later: false });
    }
    let mut intents = Vec::with_capacity(members.len());
    for member in members {
        match executor.ledger.record((executor.now)(), Change::Intent(Box::new(executor.intent(member)))) {
            Ok(intent) => intents.push(intent),
            // Intents that are open already are settled by the next run: nothing was sent.
            Err(error) => return all(executor.ledger_fault(&error, false)),
        }
    }
    let answer = executor.provider.delete(&Deletion::Name { name: name.to_owned() }).await;
    let mut outcomes = Vec::with_capacity(members.len());
    let unanswered = executor.unanswered;
    for (member, intent) in members.iter().zip(intents) {
        let answer = answer.clone().map(|()| Answer::Deleted);
        // One request that nobody answered counts once, however many languages it was about.
        executor.unanswered = unanswered;
        outcomes.push(executor.conclude(member, intent, answer).await);
    }
    outcomes
}
