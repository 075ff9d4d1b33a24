//! Accounts surveyed at rest: while an apply of ours works on one, its listing and its ledger are of different moments,
//! and a difference between them means nothing.

use std::time::Duration;

use super::{SandboxHost, Session, Survey, ledgers, survey};
use crate::account_error::{AccountError, AccountErrorKind};
use crate::ledger::Directory;

/// How often an account is looked at before the run gives up on it.
const TRIES: usize = 5;
/// Pause between two looks.
const PAUSE: Duration = Duration::from_secs(2);

/// Like [`survey`], but an account whose ledger changed meanwhile is looked at again; one that does not come to rest is
/// a fault, never an answer.
pub async fn survey_at_rest(session: &Session, host: Option<&SandboxHost>) -> Vec<Survey> {
    for _ in 1..TRIES {
        let before = positions(session);
        let surveys = survey(session, host).await;
        if moved(&before, &surveys).is_empty() {
            return surveys;
        }
        tokio::time::sleep(PAUSE).await;
    }
    let before = positions(session);
    let mut surveys = survey(session, host).await;
    for at in moved(&before, &surveys) {
        let message = "an apply is at work on this WABA and changes it while it is read; run again when it has ended";
        surveys[at].found = Err(AccountError::new(AccountErrorKind::Unavailable, message));
    }
    surveys
}

/// Where each account's ledger stands: the number of its last record, or that there is none. What cannot be read is left
/// to the survey, which says why.
fn positions(session: &Session) -> Vec<Option<u64>> {
    let position = |waba: &str, directory: Directory| directory.read(waba).ok().flatten().map(|state| state.folded);
    let Some(workspace) = session.workspace() else { return vec![None; session.wishes.len()] };
    let accounts = session.wishes.iter().map(|wishes| &wishes.account);
    accounts.map(|account| position(&account.ledger_key, ledgers(workspace, account))).collect()
}

/// Surveys whose ledger is not where it stood before.
fn moved(before: &[Option<u64>], surveys: &[Survey]) -> Vec<usize> {
    let after = |survey: &Survey| match &survey.found {
        Ok(found) => found.ledger.as_ref().map(|state| state.folded),
        Err(_) => before[survey.wish],
    };
    let all = surveys.iter().enumerate();
    all.filter(|(_, survey)| after(survey) != before[survey.wish]).map(|(at, _)| at).collect()
}
