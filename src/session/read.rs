//! Reading accounts: their lists and their ledgers; and what is made of them.

use std::{collections::HashMap, sync::Arc};

use jiff::Timestamp;
use tokio::{sync::Semaphore, task::JoinSet, time::Instant};

use super::{
    AccountDesired, SandboxHost, Session,
    connect::Connected,
    connect::{connect, identity},
    folders::ledgers,
    promotion::promotion,
    snapshot::{AccountSnapshot, Found},
};
use crate::{
    account_error::{AccountError, AccountErrorKind},
    apply::Now,
    capability::MediaForm,
    ledger::{self, Change, Directory, LedgerError, Record, State, settle},
    plan::{
        self, AccountDrift, AccountPlan, AccountReviewStates, Clocks, Consent, Facts, MediaRoute, Selection, reconcile,
    },
    provider::{Listing, Provider},
    template::{Live, LiveIndex},
    workspace::{Account, ProviderSettings},
};

/// Accounts that are listed at once.
pub(super) const SIDE_BY_SIDE: usize = 8;

/// Lists every account of the session, side by side, and reads their ledgers.
pub async fn read_accounts(session: &Session, host: Option<&SandboxHost>) -> Vec<AccountSnapshot> {
    let slots = Arc::new(Semaphore::new(SIDE_BY_SIDE));
    let mut tasks = JoinSet::new();
    let mut connected: HashMap<usize, Connected> = HashMap::new();
    let mut out: Vec<AccountSnapshot> = Vec::new();
    for (at, participant) in session.participants.iter().chain(&session.earlier).enumerate() {
        match connect(session, &participant.account, host) {
            Ok(ready) => {
                let ledger = session.workspace().map(|workspace| {
                    let account = &participant.account;
                    (ledgers(workspace, account), account.ledger_key.clone())
                });
                let scope = identity(&participant.account).scope.to_string();
                let (provider, now, slots) = (Arc::clone(&ready.provider), Arc::clone(&ready.now), Arc::clone(&slots));
                connected.insert(at, ready);
                tasks.spawn(async move {
                    let _turn = slots.acquire_owned().await;
                    (at, read(&provider, &scope, &now, ledger).await)
                });
            }
            Err(fault) => out.push(AccountSnapshot { participant: at, found: Err(fault), promotion: None }),
        }
    }
    while let Some(task) = tasks.join_next().await {
        let Ok((at, read)) = task else { continue };
        let Some(connected) = connected.remove(&at) else { continue };
        let found = read.map(|Read { listing, listed_at, clocks, ledger }| Found {
            connected,
            listing,
            listed_at,
            clocks,
            ledger,
        });
        out.push(AccountSnapshot { participant: at, found, promotion: None });
    }
    // A task that panicked left its account behind.
    let lost = "listing this account ended unexpectedly; please report this";
    out.extend(connected.into_keys().map(|at| AccountSnapshot {
        participant: at,
        found: Err(AccountError::new(AccountErrorKind::Other, lost)),
        promotion: None,
    }));
    out.sort_by_key(|snapshot| snapshot.participant);
    promote(session, &mut out);
    out
}

/// Tells every account what the one before it lacks; accounts that are only looked at have then done their part.
fn promote(session: &Session, snapshots: &mut Vec<AccountSnapshot>) {
    let all: Vec<&AccountDesired> = session.participants.iter().chain(&session.earlier).collect();
    let workspace = session.workspace().map_or("", |workspace| workspace.name.as_str());
    for at in 0..session.participants.len().min(snapshots.len()) {
        let Some((name, _)) = &all[at].account.after else { continue };
        let Some(before) = all.iter().position(|participant| participant.account.name == *name) else { continue };
        snapshots[at].promotion = snapshots.get(before).map(|snapshot| promotion(workspace, all[before], snapshot));
    }
    snapshots.truncate(session.participants.len());
}

/// What was read of an account.
struct Read {
    listing: Listing,
    listed_at: Instant,
    clocks: Clocks,
    ledger: Option<State>,
}

/// Lists an account and reads its ledger; lists it again where an earlier run's write is so young that it may not show yet.
async fn read(
    provider: &Provider,
    scope: &str,
    now: &Now,
    ledger: Option<(Directory, String)>,
) -> Result<Read, AccountError> {
    let listing = provider.list().await.map_err(|error| AccountError::from(&error))?;
    let (templates, requests) = (listing.templates.len(), listing.requests);
    tracing::info!(scope, templates, requests, "listed");
    let mut read = Read { listing, listed_at: Instant::now(), clocks: clocks(provider, now), ledger: None };
    if let Some((directory, waba_id)) = ledger {
        read.ledger = directory.read(&waba_id).map_err(|error| ledger_fault(&error))?;
    }
    match &read.ledger {
        Some(state) => tracing::info!(scope, templates = state.templates.len(), "read its ledger"),
        None => tracing::info!(scope, "found no ledger"),
    }
    let shown = LiveIndex::new(&read.listing.templates);
    let young = |state: &State| ledger::patience(state, now(), &shown);
    if let Some(pause) = read.ledger.as_ref().and_then(young) {
        tracing::info!("an earlier run ended in the middle of a write: looking again in {pause:#}");
        tokio::time::sleep(std::time::Duration::try_from(pause).unwrap_or_default()).await;
        let requests = read.listing.requests;
        read.listing = provider.list().await.map_err(|error| AccountError::from(&error))?;
        read.listing.requests = read.listing.requests.saturating_add(requests);
        read.listed_at = Instant::now();
    }
    Ok(read)
}

/// The account's clock and the provider's, after an answer. A sandbox account answers by its own clock, too.
pub(super) fn clocks(provider: &Provider, now: &Now) -> Clocks {
    let at = now();
    let ahead = provider.clock_ahead().and_then(|ahead| Timestamp::now().saturating_add(ahead).ok());
    Clocks { at, provider_ahead: ahead.map(|provider| provider.duration_since(at)) }
}

/// A ledger that cannot be used, as a fault of its account.
#[must_use]
pub fn ledger_fault(error: &LedgerError) -> AccountError {
    // One that another process holds will be free again.
    let kind = if matches!(error, LedgerError::Locked { .. }) {
        AccountErrorKind::Unavailable
    } else {
        AccountErrorKind::Other
    };
    AccountError::new(kind, error.to_string())
}

/// What open intents turned out to be, by the account's listing.
#[must_use]
pub fn settlements(ledger: &State, live: &[Live]) -> Vec<ledger::Settlement> {
    if ledger.open.is_empty() {
        return Vec::new();
    }
    settle(ledger, &LiveIndex::new(live))
}

/// The plan of one surveyed account.
#[must_use]
pub fn plan(
    session: &Session,
    snapshot: &AccountSnapshot,
    consent: &Consent,
    selection: &Selection,
    prune: bool,
) -> AccountPlan {
    with_facts(session, snapshot, consent, selection, prune, reconcile)
        .unwrap_or_else(|fault| failed(session, snapshot.participant, &fault.whole()))
}

/// How one surveyed account differs from what was last applied to it.
#[must_use]
pub fn drift(session: &Session, snapshot: &AccountSnapshot, selection: &Selection) -> AccountDrift {
    with_facts(session, snapshot, &Consent::default(), selection, false, plan::drift).unwrap_or_else(|fault| {
        AccountDrift::failed(identity(&session.participants[snapshot.participant].account), fault.whole())
    })
}

/// Where the wanted and managed templates of one surveyed account stand.
#[must_use]
pub fn review_states(session: &Session, snapshot: &AccountSnapshot, selection: &Selection) -> AccountReviewStates {
    with_facts(session, snapshot, &Consent::default(), selection, false, plan::review_states).unwrap_or_else(|fault| {
        AccountReviewStates::failed(identity(&session.participants[snapshot.participant].account), fault.whole())
    })
}

/// Calls `then` with the facts of one surveyed account; what is there to say if there are none is in the fault.
fn with_facts<T>(
    session: &Session,
    snapshot: &AccountSnapshot,
    consent: &Consent,
    selection: &Selection,
    prune: bool,
    then: impl FnOnce(&Facts<'_>) -> T,
) -> Result<T, AccountError> {
    let participant = &session.participants[snapshot.participant];
    let account = &participant.account;
    let found = snapshot.found.as_ref().map_err(Clone::clone)?;
    let workspace =
        session.workspace().ok_or_else(|| AccountError::new(AccountErrorKind::Other, "there is no workspace"))?;
    let now = (found.connected.now)();
    // In memory only: reading commands write nothing.
    let ledger = found.ledger.clone().map(|mut ledger| {
        for settlement in settlements(&ledger, &found.listing.templates) {
            let change = Change::Outcome { intent: settlement.intent, outcome: settlement.outcome };
            ledger.fold(&Record::new(ledger.last_seq.saturating_add(1), now, change));
        }
        ledger
    });
    Ok(then(&Facts {
        identity: &identity(account),
        media: media(account),
        workspace: &workspace.name,
        policy: &account.policy,
        capabilities: account.provider().capabilities(),
        desired: &participant.desired,
        removed: &session.loaded.removed,
        live: &found.listing.templates,
        template_limit: found.listing.template_limit,
        unknown_fields: &found.listing.unknown_fields,
        requests: found.listing.requests,
        ledger: ledger.as_ref(),
        consent,
        promotion: snapshot.promotion.as_ref(),
        selection,
        prune,
        now,
        clocks: found.clocks,
        locate: &|span| session.place(span),
    }))
}

/// How samples of media reach the provider. The embedded sandbox needs neither an app nor a public address.
fn media(account: &Account) -> MediaRoute {
    match (account.provider().capabilities().media, &account.settings) {
        (MediaForm::Handle, ProviderSettings::Meta { app_id: None, .. }) if !account.sandbox => MediaRoute::NoApp,
        (MediaForm::Handle, _) => MediaRoute::Upload,
        (MediaForm::Url, reach) if reach.media_base_url().is_some() || account.sandbox => MediaRoute::Public,
        (MediaForm::Url, _) => MediaRoute::NotPublic,
    }
}

fn failed(session: &Session, participant: usize, message: &str) -> AccountPlan {
    AccountPlan::failed(identity(&session.participants[participant].account), message.to_owned())
}
