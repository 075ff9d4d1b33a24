//! The state of one account's run, and what each action needs: whether the account is as planned, intents and outcomes in the
//! ledger, what an error means for the rest.

use std::{collections::HashMap, time::Duration};

use jiff::SignedDuration;
use tokio::time::Instant;

use super::{Library, Now, Outcome, Stop, families::Families};
use crate::{
    ledger::{self, Change, Intent, IntentKind, LedgerError, Writer},
    plan::{AccountPlan, Action, ActionKind, Submit},
    provider::{Created, ErrorKind, Provider, ProviderError, WriteError},
    template::{
        Live, LiveIndex,
        normal::{NormalForm, Scope},
    },
    workspace::policy::Freeze,
};

/// What is known of a template may be this old when it is written.
const FRESH: Duration = Duration::from_secs(60);

/// After so many writes in a row that nobody answered, the rest is not tried.
const MOST_UNANSWERED: usize = 3;

/// One account while its plan is carried out.
pub(super) struct Executor<'p> {
    pub(super) provider: &'p Provider,
    pub(super) ledger: Writer,
    pub(super) workspace: String,
    pub(super) library: Library,
    pub(super) now: Now,
    pub(super) listed_at: Instant,
    /// The account as listed again, if the plan's listing grew old.
    pub(super) fresh: Option<LiveIndex<Live>>,
    /// Intents whose outcome is unknown, by the action's number.
    pub(super) opened: HashMap<String, u64>,
    pub(super) families: Families,
    pub(super) freeze: Vec<Freeze>,
    pub(super) stopped: Option<Stop>,
    /// The account takes no more templates.
    pub(super) full: bool,
    /// Writes in a row that nobody answered.
    pub(super) unanswered: usize,
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
        self.fresh = Some(LiveIndex::new(listing.templates));
        self.listed_at = Instant::now();
        Ok(())
    }

    /// What is other than the plan believed, if the account was listed again.
    fn moved(&self, action: &Action) -> Option<String> {
        let fresh = self.fresh.as_ref()?.present(&action.key);
        let believed = action.live.as_ref().filter(|live| !live.status.is_leaving());
        let print = |live: &Live| NormalForm::of(&live.content).fingerprint(Scope::Content);
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
            before: action.live.as_ref().map(|live| NormalForm::of(&live.content)),
            protect: action.remember.as_ref().is_some_and(|remember| remember.protect),
            status: action.live.as_ref().map(|live| live.status.clone()),
            at: (self.now)(),
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
                self.unanswered = 0;
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
                self.already_exists(action, intent, &error).await
            }
            Err(WriteError::Refused(error)) => {
                self.on_error(&error);
                let reason = error.to_string();
                let code = error.code.map(|code| (code, error.subcode));
                (ledger::Outcome::Failed { code, reason: reason.clone() }, Outcome::Failed { reason })
            }
            Err(WriteError::NotSent(error)) => {
                self.on_error(&error);
                let reason = format!("not sent: {error}");
                (ledger::Outcome::Failed { code: None, reason: reason.clone() }, Outcome::Failed { reason })
            }
            Err(WriteError::Unknown(error)) => {
                self.on_error(&error);
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
    async fn already_exists(
        &mut self,
        action: &Action,
        intent: u64,
        error: &ProviderError,
    ) -> (ledger::Outcome, Outcome) {
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
    pub(super) fn on_error(&mut self, error: &ProviderError) {
        match error.kind {
            ErrorKind::TemplateLimit | ErrorKind::CreateNotAllowed => self.full = true,
            ErrorKind::RateLimited => self.stop(format!("the provider asks to slow down: {error}"), Some(error.kind)),
            ErrorKind::Unavailable => {
                self.unanswered += 1;
                if self.unanswered >= MOST_UNANSWERED {
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
    pub(super) fn protect(&mut self, plan: &AccountPlan) {
        self.write_down(plan.protections.iter().map(|protection| Change::Protect {
            name: protection.key.name.clone(),
            language: protection.key.language.clone(),
            protected: protection.protected,
        }));
    }

    /// Writes down what needs no request: what is no longer managed, approvals that something waits for, and that times of
    /// the ledger are wrong.
    pub(super) fn note(&mut self, plan: &AccountPlan) {
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

    pub(super) fn finish(self) -> Option<Stop> {
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
