//! One account's actions, in order: freshness, intent, call, outcome.

use std::{collections::HashMap, sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use super::{
    AccountReport, Event, Events, Library, Now, Outcome, Stop, families::Families, held, media::MediaFault,
    names::Names, pace::Pace, result,
};
use crate::{
    ledger::{self, Change, Entry, Intent, IntentKind, LedgerError, Writer},
    plan::{AccountPlan, Action, ActionKind, State, Submit},
    provider::{Capabilities, Created, Deletion, ErrorKind, Provider, ProviderError, Submission, WriteError},
    template::{
        Category, Live, TemplateKey,
        normal::{Normal, Scope},
    },
    workspace::policy::Freeze,
};

/// What is known of a template may be this old when it is written.
const FRESH: Duration = Duration::from_secs(60);

/// After so many writes in a row that nobody answered, the rest is not tried.
const SILENCES: usize = 3;

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
    /// Who wants to know.
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
        names: Names::of(&plan, capabilities),
        pace: Pace { account: plan.account.clone(), events: Arc::clone(&events), stop: stop.clone(), deadline },
        stopped: None,
        full: false,
        silences: 0,
    };
    for settlement in settled {
        if let Err(error) = executor.outcome(settlement.intent, settlement.outcome) {
            let _ = executor.ledger_fault(&error, false);
        }
    }
    executor.protect(&plan);
    let mut results = Vec::with_capacity(plan.actions.len());
    for action in &plan.actions {
        let outcome = match executor.names.outcome(action) {
            Some(done) => done, // with another language's, whatever ended the run since
            None => {
                if *stop.borrow() {
                    executor.stop("interrupted", None);
                } else if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
                    executor.out_of_time();
                }
                match action.verdict.state {
                    State::Ready => {
                        events(Event::started(&plan.account, action));
                        executor.attempt(action).await
                    }
                    _ => held(action),
                }
            }
        };
        let result = result(action, outcome);
        if !matches!(result.outcome, Outcome::Held { .. }) {
            events(Event::Finished { account: plan.account.clone(), result: result.clone() });
        }
        results.push(result);
    }
    executor.note(&plan);
    executor.settle(&mut results).await;
    let stopped = executor.finish();
    AccountReport { account: plan.account, results, stopped }
}

pub(super) struct Executor<'p> {
    pub(super) provider: &'p Provider,
    pub(super) ledger: Writer,
    workspace: String,
    library: Library,
    pub(super) now: Now,
    listed_at: Instant,
    /// The account as listed again, if the plan's listing grew old.
    pub(super) fresh: Option<HashMap<TemplateKey, Live>>,
    /// Intents whose outcome is unknown, by the action's number.
    pub(super) opened: HashMap<String, u64>,
    families: Families,
    freeze: Vec<Freeze>,
    pub(super) names: Names,
    pub(super) pace: Pace,
    pub(super) stopped: Option<Stop>,
    /// The account takes no more templates.
    full: bool,
    /// Writes in a row that nobody answered.
    pub(super) silences: usize,
}

/// A call's answer, as far as the ledger and the report need it.
#[derive(Clone)]
pub(super) enum Answer {
    Created(Created),
    Edited,
    Deleted,
}

impl Executor<'_> {
    pub(super) fn stop(&mut self, reason: impl Into<String>, kind: Option<ErrorKind>) {
        self.stopped.get_or_insert(Stop { reason: reason.into(), kind, later: false });
    }

    pub(super) fn out_of_time(&mut self) {
        let reason = "the time given with --for is over".to_owned();
        self.stopped.get_or_insert(Stop { reason, kind: None, later: true });
    }

    async fn attempt(&mut self, action: &Action) -> Outcome {
        let skip = |reason: &str| Outcome::NotAttempted { reason: reason.to_owned(), later: false };
        if let Some(stop) = &self.stopped {
            return Outcome::NotAttempted { reason: stop.reason.clone(), later: stop.later };
        }
        if action.kind == ActionKind::Adopt {
            return self.adopt(action);
        }
        if action.kind == ActionKind::Create {
            if self.full {
                return skip("the account holds as many templates as it may");
            }
            if let Some(reason) = self.families.held(&action.key.name) {
                return skip(reason);
            }
        }
        if let Some(outcome) = self.wait_for_turn(action).await {
            return outcome;
        }
        let changes = matches!(action.kind, ActionKind::Edit | ActionKind::Delete);
        if let Some(freeze) = Freeze::at(&self.freeze, (self.now)()).filter(|_| changes) {
            let reason = format!("edits and deletions are frozen until {}", freeze.to);
            return Outcome::NotAttempted { reason, later: true };
        }
        match self.is_as_planned(action).await {
            Ok(()) if self.names.applies(action) => self.delete_name(action).await,
            Ok(()) => self.write(action).await,
            Err(reason) => skip(&reason),
        }
    }

    /// Looks again where what is known is old, and says what is other than the plan believed.
    pub(super) async fn is_as_planned(&mut self, action: &Action) -> Result<(), String> {
        self.is_as_planned_within(FRESH, action).await
    }

    /// The same, where what is known must not be older than that.
    pub(super) async fn is_as_planned_within(&mut self, age: Duration, action: &Action) -> Result<(), String> {
        if let Err(error) = self.refresh(age).await {
            let reason = format!("the account cannot be listed again: {error}");
            self.stop(reason.clone(), Some(error.kind));
            return Err(reason);
        }
        let moved = |what| format!("the account changed since the plan was made: {what}");
        self.moved(action).map_or(Ok(()), |what| Err(moved(what)))
    }

    /// Lists the account again, once for all that follows, when what is known of it is old.
    async fn refresh(&mut self, age: Duration) -> Result<(), ProviderError> {
        if self.listed_at.elapsed() <= age {
            return Ok(());
        }
        let listing = self.provider.list().await?;
        let live = listing.templates.into_iter().filter(|live| !live.status.is_leaving());
        self.fresh = Some(live.map(|live| (live.key.clone(), live)).collect());
        self.listed_at = Instant::now();
        Ok(())
    }

    /// What is other than the plan believed, if the account was listed again.
    fn moved(&self, action: &Action) -> Option<String> {
        let fresh = self.fresh.as_ref()?.get(&action.key);
        let believed = action.live.as_ref().filter(|live| !live.status.is_leaving());
        let print = |live: &Live| Normal::of(&live.content).fingerprint(Scope::Content);
        match (believed, fresh) {
            (None, None) => None,
            (None, Some(_)) => Some("it exists now".to_owned()),
            (Some(_), None) => Some("it is gone".to_owned()),
            (Some(old), Some(new)) if old.id != new.id => Some("it was deleted and created anew".to_owned()),
            (Some(old), Some(new)) if old.status != new.status => Some(format!("it is {} now", new.status)),
            (Some(old), Some(new)) if old.category != new.category => Some(format!("it is {} now", new.category)),
            (Some(old), Some(new)) if print(old) != print(new) => Some("its content is another".to_owned()),
            (Some(_), Some(_)) => None,
        }
    }

    fn adopt(&mut self, action: &Action) -> Outcome {
        let (Some(live), Some(remember)) = (&action.live, &action.remember) else {
            return Outcome::Failed { reason: "nothing to adopt".to_owned() };
        };
        let at = (self.now)();
        let entry = self.entry(action, &live.id, remember.category.clone(), remember.applied.clone(), at);
        match self.ledger.record(at, Change::Adopt(Box::new(entry))) {
            Ok(_) => Outcome::Applied { template_id: Some(live.id.clone()), status: None, moved_to: None },
            Err(error) => self.ledger_fault(&error, false),
        }
    }

    fn entry(&self, action: &Action, id: &str, category: Category, applied: Normal, at: Timestamp) -> Entry {
        Entry {
            name: action.key.name.clone(),
            language: action.key.language.clone(),
            id: id.to_owned(),
            owner: self.workspace.clone(),
            category,
            applied,
            applied_at: at,
            approved_at: None,
            protected: action.remember.as_ref().is_some_and(|remember| remember.protect),
            earlier: Vec::new(),
        }
    }

    async fn write(&mut self, action: &Action) -> Outcome {
        for again in [false, true] {
            let submission = match self.submission(action).await {
                Ok(submission) => submission,
                Err(outcome) => return outcome,
            };
            // An upload may have taken its time.
            if let Err(reason) = self.is_as_planned(action).await {
                return Outcome::NotAttempted { reason, later: false };
            }
            let intent = match self.ledger.record((self.now)(), Change::Intent(Box::new(self.intent(action)))) {
                Ok(intent) => intent,
                Err(error) => return self.ledger_fault(&error, false),
            };
            let answer = self.call(action, submission.as_ref()).await;
            // An expired handle is no fault of the template: upload once more.
            let expired = matches!(&answer, Err(WriteError::Refused(error)) if error.kind == ErrorKind::MediaHandle);
            if expired && !again && self.library.uploaded() {
                self.library.forget();
                let outcome = ledger::Outcome::Failed { code: None, reason: "the media handle had expired".to_owned() };
                if let Err(error) = self.outcome(intent, outcome) {
                    return self.ledger_fault(&error, false);
                }
                continue;
            }
            return self.conclude(action, intent, answer).await;
        }
        Outcome::Failed { reason: "the media handle is refused again and again".to_owned() }
    }

    /// What a create or edit sends, media uploaded; `None` for deletions.
    async fn submission(&mut self, action: &Action) -> Result<Option<Submission>, Outcome> {
        let Some(submit) = &action.submit else { return Ok(None) };
        match self.library.submit(self.provider, &submit.content).await {
            Ok(content) => Ok(Some(Submission { key: action.key.clone(), category: submit.category.clone(), content })),
            Err(MediaFault::Local(reason)) => Err(Outcome::Failed { reason }),
            Err(MediaFault::Upload(error)) => {
                let error = error.error();
                self.judge(error);
                Err(Outcome::Failed { reason: format!("the media sample could not be uploaded: {error}") })
            }
        }
    }

    pub(super) fn intent(&self, action: &Action) -> Intent {
        Intent {
            kind: match action.kind {
                ActionKind::Edit if action.submit.as_ref().is_some_and(Submit::is_price_alone) => IntentKind::Reprice,
                ActionKind::Edit => IntentKind::Edit,
                ActionKind::Delete => IntentKind::Delete,
                ActionKind::Create | ActionKind::Adopt => IntentKind::Create,
            },
            name: action.key.name.clone(),
            language: action.key.language.clone(),
            id: action.live.as_ref().map(|live| live.id.clone()),
            owner: self.workspace.clone(),
            category: action.remember.as_ref().map(|remember| remember.category.clone()),
            desired: action.remember.as_ref().map(|remember| remember.applied.clone()),
            before: action.live.as_ref().map(|live| Normal::of(&live.content)),
            protect: action.remember.as_ref().is_some_and(|remember| remember.protect),
            status: action.live.as_ref().map(|live| live.status.clone()),
            at: (self.now)(),
        }
    }

    async fn call(&self, action: &Action, submission: Option<&Submission>) -> Result<Answer, WriteError> {
        let id = || action.live.as_ref().map(|live| live.id.clone()).unwrap_or_default();
        match (action.kind, submission) {
            (ActionKind::Edit, Some(submission)) => {
                self.provider.edit(&id(), submission).await.map(|()| Answer::Edited)
            }
            (ActionKind::Create, Some(submission)) => self.provider.create(submission).await.map(Answer::Created),
            (ActionKind::Delete, None) => {
                let deletion = Deletion::One { id: id(), key: action.key.clone() };
                self.provider.delete(&deletion).await.map(|()| Answer::Deleted)
            }
            // Nothing is sent for what does not fit together.
            (kind, _) => Err(WriteError::NotSent(ProviderError::new(
                ErrorKind::Invalid,
                format!("the plan's {} of {} says nothing that could be sent", kind.as_str(), action.key),
                "",
            ))),
        }
    }

    pub(super) fn outcome(&mut self, intent: u64, outcome: ledger::Outcome) -> Result<u64, LedgerError> {
        self.ledger.record((self.now)(), Change::Outcome { intent, outcome })
    }

    pub(super) async fn conclude(
        &mut self,
        action: &Action,
        intent: u64,
        answer: Result<Answer, WriteError>,
    ) -> Outcome {
        let (recorded, outcome) = match answer {
            Ok(answer) => {
                self.silences = 0;
                let outcome = self.applied(action, answer);
                let id = match &outcome {
                    Outcome::Applied { template_id, .. } => template_id.clone(),
                    _ => None,
                };
                (ledger::Outcome::Applied { id }, outcome)
            }
            Err(WriteError::Refused(error))
                if error.kind == ErrorKind::AlreadyExists && action.kind == ActionKind::Create =>
            {
                self.exists(action, intent, &error).await
            }
            Err(WriteError::Refused(error)) => {
                self.judge(&error);
                let reason = error.to_string();
                let code = error.code.map(|code| (code, error.subcode));
                (ledger::Outcome::Failed { code, reason: reason.clone() }, Outcome::Failed { reason })
            }
            Err(WriteError::NotSent(error)) => {
                self.judge(&error);
                let reason = format!("not sent: {error}");
                (ledger::Outcome::Failed { code: None, reason: reason.clone() }, Outcome::Failed { reason })
            }
            Err(WriteError::Unknown(error)) => {
                self.judge(&error);
                self.opened.insert(action.id.clone(), intent);
                self.families.unknown(&action.key.name);
                let reason = format!("sent, and the answer did not arrive: {error}");
                (ledger::Outcome::Unknown { reason: reason.clone() }, Outcome::Unknown { reason })
            }
        };
        match self.outcome(intent, recorded) {
            Ok(_) => outcome,
            // The intent stays open: the next run settles it by looking.
            Err(error) => {
                let applied = matches!(outcome, Outcome::Applied { .. });
                let _ = self.ledger_fault(&error, applied);
                outcome
            }
        }
    }

    /// What is to be created exists already: adopted if it is what was sent.
    async fn exists(&mut self, action: &Action, intent: u64, error: &ProviderError) -> (ledger::Outcome, Outcome) {
        match self.existing(action).await {
            Ok(Some((live, true))) => {
                let (status, category) = (live.status, Some(live.category));
                let created = Created { id: live.id.clone(), status, category };
                (ledger::Outcome::Applied { id: Some(live.id) }, self.applied(action, Answer::Created(created)))
            }
            Ok(Some((_, false))) => {
                let reason = format!("the account holds other content under that name: {error}");
                let code = error.code.map(|code| (code, error.subcode));
                (ledger::Outcome::Failed { code, reason: reason.clone() }, Outcome::Failed { reason })
            }
            // It is said to exist and is not shown: the next run looks again.
            Ok(None) | Err(_) => {
                self.opened.insert(action.id.clone(), intent);
                self.families.unknown(&action.key.name);
                let reason = format!("it exists, and the account does not show it: {error}");
                (ledger::Outcome::Unknown { reason: reason.clone() }, Outcome::Unknown { reason })
            }
        }
    }

    fn applied(&mut self, action: &Action, answer: Answer) -> Outcome {
        match answer {
            Answer::Created(created) => {
                let asked = action.submit.as_ref().and_then(|submit| submit.category.as_ref());
                let moved_to = created.category.as_ref().filter(|category| asked != Some(category)).cloned();
                match &created.category {
                    Some(_) => self.families.created(&action.key, &created.status, moved_to.as_ref()),
                    // How it came out is not known: the other languages wait for somebody who looks.
                    None => self.families.unknown(&action.key.name),
                }
                Outcome::Applied { template_id: Some(created.id), status: Some(created.status), moved_to }
            }
            Answer::Edited | Answer::Deleted => Outcome::Applied {
                template_id: action.live.as_ref().map(|live| live.id.clone()),
                status: None,
                moved_to: None,
            },
        }
    }

    /// What a failure means for what follows.
    fn judge(&mut self, error: &ProviderError) {
        match error.kind {
            ErrorKind::TemplateLimit | ErrorKind::CreateNotAllowed => self.full = true,
            ErrorKind::RateLimited => self.stop(format!("the provider asks to slow down: {error}"), Some(error.kind)),
            ErrorKind::Unavailable => {
                self.silences += 1;
                if self.silences >= SILENCES {
                    self.stop(format!("the provider does not answer: {error}"), Some(error.kind));
                }
            }
            _ if error.is_fatal_for_account() => {
                let remedy = error.remedy().map(|remedy| format!("; {remedy}")).unwrap_or_default();
                self.stop(format!("{error}{remedy}"), Some(error.kind));
            }
            _ => {}
        }
    }

    /// Without a ledger nothing more is sent.
    pub(super) fn ledger_fault(&mut self, error: &LedgerError, applied: bool) -> Outcome {
        let done = if applied { "; the last write took place, and the next run finds it" } else { "" };
        self.stop(format!("{error}{done}"), None);
        Outcome::NotAttempted { reason: error.to_string(), later: false }
    }

    /// Writes down which templates are protected from now on, and which no longer, before anything else is done.
    fn protect(&mut self, plan: &AccountPlan) {
        self.write_down(plan.protections.iter().map(|protection| Change::Protect {
            name: protection.key.name.clone(),
            language: protection.key.language.clone(),
            protected: protection.protected,
        }));
    }

    /// Writes down what needs no request: what is no longer managed, approvals that something waits for, and that times of
    /// the ledger are wrong.
    fn note(&mut self, plan: &AccountPlan) {
        let released =
            plan.released.iter().map(|key| Change::Release { name: key.name.clone(), language: key.language.clone() });
        let approved = plan
            .approvals
            .iter()
            .map(|key| Change::Approved { name: key.name.clone(), language: key.language.clone() });
        let redated = plan.redates.then_some(Change::Redate);
        self.write_down(released.chain(approved).chain(redated));
    }

    fn write_down(&mut self, changes: impl Iterator<Item = Change>) {
        for change in changes {
            if self.stopped.is_some() {
                return;
            }
            if let Err(error) = self.ledger.record((self.now)(), change) {
                let _ = self.ledger_fault(&error, false);
            }
        }
    }

    fn finish(self) -> Option<Stop> {
        // What is forgotten is lost: of two clocks that differ the earlier one says what is old.
        let now = (self.now)();
        let behind = self.provider.clock_ahead().filter(SignedDuration::is_negative).unwrap_or_default();
        let now = now.saturating_add(behind).unwrap_or(now);
        match (self.ledger.finish(now), self.stopped) {
            (_, Some(stop)) => Some(stop),
            (Err(error), None) => Some(Stop { reason: error.to_string(), kind: None, later: false }),
            (Ok(_), None) => None,
        }
    }
}
