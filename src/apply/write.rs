//! One action on one account: adopted in the ledger alone, or sent between an intent and an outcome.

use jiff::Timestamp;

use super::{
    Outcome,
    executor::{Answer, Executor},
    media::MediaFault,
};
use crate::{
    capability::Submission,
    ledger::{self, Change, Entry},
    plan::{Action, ActionKind},
    provider::{Deletion, ErrorKind, ProviderError, WriteError},
    template::{Category, normal::NormalForm},
};

impl Executor<'_> {
    /// Takes a template over as it is: nothing is sent.
    pub(super) fn adopt(&mut self, action: &Action) -> Outcome {
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

    fn entry(&self, action: &Action, id: &str, category: Category, applied: NormalForm, at: Timestamp) -> Entry {
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

    /// Sends an action and writes down what became of it.
    pub(super) async fn write(&mut self, action: &Action) -> Outcome {
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
                self.on_error(error);
                Err(Outcome::Failed { reason: format!("the media sample could not be uploaded: {error}") })
            }
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
}
