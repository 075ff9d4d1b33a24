//! Accounts surveyed at rest: while an apply of ours works on one, its listing and its ledger are of different moments,
//! and a difference between them means nothing.

use std::time::Duration;

use super::{AccountSnapshot, SandboxHost, Session, ledgers, read::read_accounts};
use crate::account_error::{AccountError, AccountErrorKind};
use crate::ledger::Directory;

/// How often an account is looked at before the run gives up on it.
const TRIES: usize = 5;
/// Pause between two looks.
const PAUSE: Duration = Duration::from_secs(2);

/// Like [`read_accounts`], but an account whose ledger changed meanwhile is looked at again; one that does not come to rest is
/// a fault, never an answer.
pub async fn snapshot_until_stable(session: &Session, host: Option<&SandboxHost>) -> Vec<AccountSnapshot> {
    for _ in 1..TRIES {
        let before = positions(session);
        let snapshots = read_accounts(session, host).await;
        if moved(&before, &snapshots).is_empty() {
            return snapshots;
        }
        tokio::time::sleep(PAUSE).await;
    }
    let before = positions(session);
    let mut snapshots = read_accounts(session, host).await;
    for at in moved(&before, &snapshots) {
        let message = "an apply is at work on this WABA and changes it while it is read; run again when it has ended";
        snapshots[at].found = Err(AccountError::new(AccountErrorKind::Unavailable, message));
    }
    snapshots
}

/// Where each account's ledger stands: the number of its last record, or that there is none. What cannot be read is left
/// to the snapshot, which says why.
fn positions(session: &Session) -> Vec<Option<u64>> {
    let position = |waba: &str, directory: Directory| directory.read(waba).ok().flatten().map(|state| state.last_seq);
    let Some(workspace) = session.workspace() else { return vec![None; session.participants.len()] };
    let accounts = session.participants.iter().map(|participant| &participant.account);
    accounts.map(|account| position(&account.ledger_key, ledgers(workspace, account))).collect()
}

/// Surveys whose ledger is not where it stood before.
fn moved(before: &[Option<u64>], snapshots: &[AccountSnapshot]) -> Vec<usize> {
    let after = |snapshot: &AccountSnapshot| match &snapshot.found {
        Ok(found) => found.ledger.as_ref().map(|state| state.last_seq),
        Err(_) => before[snapshot.participant],
    };
    let all = snapshots.iter().enumerate();
    all.filter(|(_, snapshot)| after(snapshot) != before[snapshot.participant]).map(|(at, _)| at).collect()
}
