//! Taking the ledgers of a run, and waiting for those that another run holds.

use std::{collections::HashMap, time::Duration};

use jiff::Timestamp;
use tokio::time::{Instant, sleep};

use super::{exit::Exit, failure::Failure, print::Printer};
use crate::{
    account_error::{AccountError, AccountErrorKind},
    ledger::{Directory, Lease, LedgerError, Writer},
    session::{self, Session},
    time::after,
    workspace::Account,
};

/// How often a lock that is waited for is looked at.
const PAUSE: Duration = Duration::from_millis(500);

/// Ledgers that are held, and why others are not, by the account's place in the session.
#[derive(Default)]
pub(super) struct Held {
    /// Held until the run ends.
    pub(super) ledgers: HashMap<usize, Writer>,
    /// Their accounts are not worked on; the others are.
    pub(super) refused: HashMap<usize, AccountError>,
}

/// Takes every account's ledger. In the order of their folders, so that two runs over the same accounts never wait for
/// each other.
pub(super) async fn ledgers(session: &Session, what: &str, limit: Duration, printer: Printer) -> Result<Held, Failure> {
    let mut held = Held::default();
    let Some(workspace) = session.workspace() else { return Ok(held) };
    let accounts = session.participants.iter().map(|participant| &participant.account).enumerate();
    let mut wanted: Vec<_> = accounts
        .map(|(at, account)| (workspace.ledger_directory(account), account.ledger_key.as_str(), at, account))
        .collect();
    wanted.sort_by(|a, b| (&a.0, a.1, a.2).cmp(&(&b.0, b.1, b.2)));
    for pair in wanted.windows(2) {
        if (&pair[0].0, pair[0].1) == (&pair[1].0, pair[1].1) {
            let (one, other) = (&pair[0].3.name, &pair[1].3.name);
            let message = format!("`{one}` and `{other}` are the same WABA: apply one of them at a time (--account)");
            return Err(Failure::new(Exit::Usage, message));
        }
    }
    let end = after(Instant::now(), limit);
    for (.., at, account) in wanted {
        match ledger(&session::ledgers(workspace, account), account, what, end, printer).await {
            Ok(writer) => drop(held.ledgers.insert(at, writer)),
            Err(fault) => drop(held.refused.insert(at, fault)),
        }
    }
    Ok(held)
}

/// Takes one ledger, waiting until `end` for another process to let go of it.
pub(super) async fn ledger(
    directory: &Directory,
    account: &Account,
    what: &str,
    end: Instant,
    printer: Printer,
) -> Result<Writer, AccountError> {
    let purpose = format!("{what} of {}", account.name);
    let mut told = false;
    let mut watched: Option<(Lease, Instant)> = None;
    loop {
        match directory.take(&account.ledger_key, &purpose) {
            Ok(writer) => return Ok(writer),
            Err(error @ LedgerError::Locked { .. }) if Instant::now() < end => {
                if !told {
                    printer.note(&format!("Waiting: {error}"));
                    told = true;
                }
                if is_over(directory, &account.ledger_key, &mut watched) {
                    continue;
                }
                sleep(PAUSE.min(end.saturating_duration_since(Instant::now()))).await;
            }
            // It may be tried again as it is.
            Err(error @ LedgerError::Locked { .. }) => {
                return Err(AccountError::new(AccountErrorKind::Unavailable, error.to_string()));
            }
            Err(error) => return Err(AccountError::new(AccountErrorKind::Other, error.to_string())),
        }
    }
}

/// Whether a lease that is held by a clock ahead of this one's was given up: nobody renewed it for as long as a lease lasts, by
/// a clock that cannot be set. It is then taken away.
fn is_over(directory: &Directory, key: &str, watched: &mut Option<(Lease, Instant)>) -> bool {
    let lease = directory.lease(key).ok().flatten().filter(|lease| lease.is_ahead(Timestamp::now()));
    let Some(lease) = lease else {
        *watched = None;
        return false;
    };
    match watched {
        Some((seen, since)) if *seen == lease => {
            since.elapsed() > Lease::patience() && directory.unlock(key, &lease.id).is_ok()
        }
        _ => {
            *watched = Some((lease, Instant::now()));
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use camino::Utf8Path;
    use jiff::SignedDuration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_lease_of_a_clock_that_is_ahead_is_over_when_nobody_renews_it() {
        let folder = tempfile::tempdir().unwrap();
        let directory = Directory::new(Utf8Path::from_path(folder.path()).unwrap().join("ledger"));
        let path = directory.folder("7").join("lease.json");
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let lease = |hours| {
            let at = (Timestamp::now() + SignedDuration::from_hours(hours)).to_string();
            let lease = serde_json::json!({"version": 1, "id": "0123456789ab", "purpose": "apply of shop", "pid": 7,
                "host": "elsewhere", "kernel": "other", "user": "resi", "since": at, "renewed": at, "until": at});
            std::fs::write(&path, lease.to_string()).unwrap();
        };
        let mut watched = None;
        lease(9);
        assert!(!is_over(&directory, "7", &mut watched));
        tokio::time::advance(Lease::patience()).await;
        lease(10);
        tokio::time::advance(Lease::patience()).await;
        assert!(!is_over(&directory, "7", &mut watched), "it was renewed");
        tokio::time::advance(Lease::patience() - Duration::from_secs(1)).await;
        assert!(!is_over(&directory, "7", &mut watched));
        tokio::time::advance(Duration::from_secs(2)).await;
        assert!(is_over(&directory, "7", &mut watched) && !path.exists());
        // One of a clock that agrees runs out by itself.
        lease(0);
        assert!(!is_over(&directory, "7", &mut watched));
        tokio::time::advance(Lease::patience() * 2).await;
        assert!(!is_over(&directory, "7", &mut watched) && path.exists());
    }
}
