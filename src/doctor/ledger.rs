//! The ledger of an account: what is in it, whether it can be written, who holds it, whether the next run finds it.

use camino::Utf8Path;
use jiff::{SignedDuration, Timestamp};

use super::{
    check::{Check, Topic},
    inspection::{AccountInspection, LedgerInspection, LedgerLocation, LedgerLock, LedgerSummary, ListOutcome},
};
use crate::{account_error::AccountErrorKind, ledger::LedgerError, plan::clocks::wrong_ledger};

/// A ledger that is kept for longer was there before the job: no hosted pipeline lets one run so long.
const JOB: SignedDuration = SignedDuration::from_hours(24);

/// All checks of the ledger.
pub(super) fn checks(found: &AccountInspection, ci: bool, now: Timestamp) -> Vec<Check> {
    let LedgerInspection { folder, known, lock, writable, location } = &found.ledger;
    let held = match &found.asked {
        ListOutcome::Listed { wanted, .. } => *wanted,
        ListOutcome::NotSent(_) | ListOutcome::Failed(_) => 0,
    };
    let mut out = vec![content(folder, known.as_ref().map(Option::as_ref), held)];
    // What cannot be read is said once.
    if let (Ok(_), Err(error)) = (known, writable) {
        out.push(Check::fault(
            Topic::Ledger,
            AccountErrorKind::Other,
            format!("{error}; `plan`, `drift` and `status` work, `apply` does not"),
            "let the user who runs letterpress write that folder",
        ));
    }
    let lock = lock.as_ref().map(Option::as_ref);
    let is_locked = matches!(lock, Ok(Some(LedgerLock { abandoned: false, .. })));
    out.extend(lock_check(lock));
    if let Ok(Some(LedgerSummary { open: 1.., .. })) = known
        && !is_locked
    {
        let text = "an earlier apply ended in the middle of a write, whose outcome is not known here";
        let mend = "run `letterpress apply`: it looks what became of the write before it does anything else";
        out.push(Check::warning(Topic::Ledger, text, mend));
    }
    if let Ok(Some(LedgerSummary { yet_to_come: Some(latest), .. })) = known {
        let agree = found.clocks.is_some_and(|clocks| clocks.agree());
        out.push(wrong_clock(*latest, agree));
    }
    if let (false, Ok(known)) = (found.account.sandbox, known) {
        out.extend(lasts(*location, ci, known.map(|known| known.since), now));
    }
    out
}

/// Times that are yet to come. `agree` says that the provider's clock confirms this machine's.
pub(super) fn wrong_clock(latest: Timestamp, agree: bool) -> Check {
    let mend = match agree {
        true => {
            "nothing: they count as of now, and the next apply dates them so; set the clock of the machine that wrote them"
        }
        false => "let the network set this machine's clock (NTP); they count as of now until then",
    };
    Check::warning(Topic::Ledger, wrong_ledger(latest), mend)
}

/// What is in it. `held` are the account's templates that the files ask for.
pub(super) fn content(folder: &Utf8Path, known: Result<Option<&LedgerSummary>, &LedgerError>, held: usize) -> Check {
    match known {
        Ok(Some(LedgerSummary { managed, open: _, since, yet_to_come: _ })) => {
            let since = since.strftime("%Y-%m-%d %H:%M UTC");
            Check::ok(Topic::Ledger, format!("{managed} managed, kept since {since} in {folder}"))
        }
        Ok(None) if held == 0 => Check::ok(Topic::Ledger, format!("none yet; the first apply starts it in {folder}")),
        Ok(None) => Check::warning(
            Topic::Ledger,
            format!(
                "there is none in {folder}, and the account holds {held} of the files' templates: who manages them, and \
                 what was edited in 30 days, is not known"
            ),
            "if there was one before, bring it back; if not, the first apply starts it",
        ),
        Err(error) => unusable(Topic::Ledger, error),
    }
}

/// A ledger or a lock that cannot be read. What helps stands beside the error, not in it.
fn unusable(topic: Topic, error: &LedgerError) -> Check {
    let (text, mend) = match error {
        LedgerError::Damaged { path, reason } => (
            format!("{path} is damaged: {reason}"),
            match topic {
                Topic::LedgerLock => "if no apply runs anywhere, take that file away",
                _ => "restore it from a backup, or move it away to start without one",
            },
        ),
        LedgerError::TooNew { path, found, .. } => {
            (format!("{path} has version {found}, which this letterpress does not know"), "use a newer letterpress")
        }
        LedgerError::Io { .. } => {
            (error.to_string(), "see that it is a folder, and that the user who runs letterpress may read and write it")
        }
        LedgerError::Locked { .. }
        | LedgerError::Lost { .. }
        | LedgerError::NotLocked { .. }
        | LedgerError::Broken { .. } => (error.to_string(), "run again"),
    };
    Check::fault(topic, AccountErrorKind::Other, text, mend)
}

fn lock_check(lock: Result<Option<&LedgerLock>, &LedgerError>) -> Option<Check> {
    match lock {
        Ok(None) => None,
        Ok(Some(LedgerLock { lease, abandoned: true })) => Some(Check::warning(
            Topic::LedgerLock,
            format!("left behind by {lease}, which is gone"),
            "nothing: the next apply takes it over",
        )),
        Ok(Some(LedgerLock { lease, abandoned: false })) => Some(Check::warning(
            Topic::LedgerLock,
            format!("held by {lease}"),
            format!("let it end; if it is surely gone: letterpress ledger unlock {}", lease.id),
        )),
        Err(error) => Some(unusable(Topic::LedgerLock, error)),
    }
}

/// Whether the next job of a pipeline finds the ledger again, as far as that can be seen; nothing outside of pipelines.
/// `since` is when it was started, `None` if it is started now.
#[must_use]
pub fn lasts(location: LedgerLocation, ci: bool, since: Option<Timestamp>, now: Timestamp) -> Option<Check> {
    let older = since.is_some_and(|since| now.duration_since(since) > JOB);
    ci.then(|| match location {
        LedgerLocation::Outside => {
            Check::ok(Topic::LedgerLocation, "the ledger lies outside of the checkout of this job")
        }
        LedgerLocation::OwnCheckout => {
            Check::ok(Topic::LedgerLocation, "the ledger lies in a checkout of its own, which the job has to push")
        }
        LedgerLocation::Checkout if older => Check::ok(
            Topic::LedgerLocation,
            "the ledger lies in the checkout of this job and is older than it: it is kept",
        ),
        LedgerLocation::Checkout => Check::warning(
            Topic::LedgerLocation,
            "the ledger lies in the checkout of this job: unless the pipeline keeps it, it is gone when the job ends",
            "keep it in a branch of its own, or set `ledger` to a folder that outlives the job",
        ),
    })
}
