//! One account's plan carried out: every action in order, until the run ends or is stopped.

use std::{collections::HashMap, sync::Arc};

use tokio::time::Instant;

use super::{
    AccountReport, Event, Events, Library, Now, Outcome, executor::Executor, families::Families, held, result,
    throttle::Throttle, whole_name_deletes::WholeNameDeletes,
};
use crate::{
    capability::Capabilities,
    ledger::{self, Writer},
    plan::{AccountPlan, Action, ActionKind, VerdictState},
    provider::Provider,
    workspace::policy::Freeze,
};

/// All that carrying out one account's plan needs.
pub struct Job {
    /// The provider's client.
    pub provider: Arc<Provider>,
    /// What the provider can do.
    pub capabilities: &'static Capabilities,
    /// The plan.
    pub plan: AccountPlan,
    /// When the listing that the plan was made from was complete.
    pub listed_at: Instant,
    /// The account's ledger, held.
    pub ledger: Writer,
    /// What open intents of earlier runs turned out to be.
    pub settled: Vec<ledger::Settlement>,
    /// The owner of what is created.
    pub workspace: String,
    /// Media samples.
    pub library: Library,
    /// The account's clock.
    pub now: Now,
    /// Called with each event of the run, for progress.
    pub events: Events,
    /// Set when the run is to end after the call in flight.
    pub stop: tokio::sync::watch::Receiver<bool>,
    /// After this nothing more is begun.
    pub deadline: Option<Instant>,
    /// Times in which nothing that is live is changed: one may begin while the run lasts.
    pub freeze: Vec<Freeze>,
}

/// Carries the plan of one account out.
pub async fn run(job: Job) -> AccountReport {
    let Job {
        provider,
        capabilities,
        plan,
        listed_at,
        ledger,
        settled,
        workspace,
        library,
        now,
        events,
        stop,
        deadline,
        freeze,
    } = job;
    let mut executor = Executor {
        provider: &provider,
        ledger,
        workspace,
        library,
        now,
        listed_at,
        fresh: None,
        opened: HashMap::new(),
        families: Families::of(&plan),
        freeze,
        stopped: None,
        full: false,
        unanswered: 0,
    };
    let mut whole_names = WholeNameDeletes::of(&plan, capabilities);
    let mut throttle =
        Throttle { account: plan.identity.account.clone(), events: Arc::clone(&events), stop: stop.clone(), deadline };
    for settlement in settled {
        if let Err(error) = executor.outcome(settlement.intent, settlement.outcome) {
            let _ = executor.ledger_fault(&error, false);
        }
    }
    executor.protect(&plan);
    let mut results = Vec::with_capacity(plan.actions.len());
    for action in &plan.actions {
        let outcome = match whole_names.outcome(action) {
            Some(done) => done, // with another language's, whatever ended the run since
            None => {
                if *stop.borrow() {
                    executor.stop("interrupted", None);
                } else if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
                    executor.out_of_time();
                }
                match action.verdict.state {
                    VerdictState::Ready => {
                        events(Event::started(&plan.identity.account, action));
                        attempt(&mut executor, &mut whole_names, &mut throttle, action).await
                    }
                    _ => held(action),
                }
            }
        };
        let result = result(action, outcome);
        if !matches!(result.outcome, Outcome::Held { .. }) {
            events(Event::Finished { account: plan.identity.account.clone(), result: result.clone() });
        }
        results.push(result);
    }
    executor.note(&plan);
    executor.settle(&mut results).await;
    let stopped = executor.finish();
    AccountReport { account: plan.identity.account, results, stopped }
}

/// Does one action, unless the run or its part of the account has ended, or the account is not as planned.
async fn attempt(
    executor: &mut Executor<'_>,
    whole_names: &mut WholeNameDeletes,
    throttle: &mut Throttle,
    action: &Action,
) -> Outcome {
    let skip = |reason: &str| Outcome::NotAttempted { reason: reason.to_owned(), later: false };
    if let Some(stop) = &executor.stopped {
        return Outcome::NotAttempted { reason: stop.reason.clone(), later: stop.later };
    }
    if action.kind == ActionKind::Adopt {
        return executor.adopt(action);
    }
    if action.kind == ActionKind::Create {
        if executor.full {
            return skip("the account holds as many templates as it may");
        }
        if let Some(reason) = executor.families.held(&action.key.name) {
            return skip(reason);
        }
    }
    if let Some(outcome) = throttle.wait(executor, action).await {
        return outcome;
    }
    let changes = matches!(action.kind, ActionKind::Edit | ActionKind::Delete);
    if let Some(freeze) = Freeze::at(&executor.freeze, (executor.now)()).filter(|_| changes) {
        let reason = format!("edits and deletions are frozen until {}", freeze.to);
        return Outcome::NotAttempted { reason, later: true };
    }
    match executor.is_as_planned(action).await {
        Ok(()) if whole_names.applies(action) => whole_names.delete(executor, action).await,
        Ok(()) => executor.write(action).await,
        Err(reason) => skip(&reason),
    }
}
