//! Surveying an account: its listing and its ledger; and the plan that follows.

use std::{collections::HashMap, sync::Arc};

use tokio::{sync::Semaphore, task::JoinSet, time::Instant};

use super::{Connected, Fault, FaultKind, SandboxHost, Session, connect::connect};
use crate::{
    apply::Now,
    ledger::{self, Change, Directory, LedgerError, Record, State, settle},
    plan::{AccountPlan, Consent, Facts, Selection, reconcile},
    provider::{Listing, Provider},
    template::Live,
};

/// Accounts that are listed at once.
const SIDE_BY_SIDE: usize = 8;

/// One account as it was found.
pub struct Survey {
    /// Its place in [`Session::wishes`].
    pub wish: usize,
    /// Its client and clock, and what it holds; or why not.
    pub found: Result<Found, Fault>,
}

/// What was found of an account.
pub struct Found {
    /// Client and clock.
    pub connected: Connected,
    /// Everything that it holds.
    pub listing: Listing,
    /// When the listing was complete.
    pub listed_at: Instant,
    /// Its ledger, open intents not settled yet; `None` if there is none.
    pub ledger: Option<State>,
}

/// Lists every account of the session, side by side, and reads their ledgers.
pub async fn survey(session: &Session, host: Option<&SandboxHost>) -> Vec<Survey> {
    let gate = Arc::new(Semaphore::new(SIDE_BY_SIDE));
    let mut tasks = JoinSet::new();
    let mut connected: HashMap<usize, Connected> = HashMap::new();
    let mut out: Vec<Survey> = Vec::new();
    for (at, wishes) in session.wishes.iter().enumerate() {
        match connect(session, &wishes.account, host) {
            Ok(ready) => {
                let ledger = session.workspace().map(|workspace| {
                    let account = &wishes.account;
                    (Directory::new(workspace.ledger_directory(account)), account.waba_id.clone())
                });
                let (provider, now, gate) = (Arc::clone(&ready.provider), Arc::clone(&ready.now), Arc::clone(&gate));
                connected.insert(at, ready);
                tasks.spawn(async move {
                    let _turn = gate.acquire_owned().await;
                    (at, read(&provider, &now, ledger).await)
                });
            }
            Err(fault) => out.push(Survey { wish: at, found: Err(fault) }),
        }
    }
    while let Some(task) = tasks.join_next().await {
        let Ok((at, read)) = task else { continue };
        let Some(connected) = connected.remove(&at) else { continue };
        let found = read.map(|Read { listing, listed_at, ledger }| Found { connected, listing, listed_at, ledger });
        out.push(Survey { wish: at, found });
    }
    // A task that panicked left its account behind.
    let lost = "listing this account ended unexpectedly; please report this";
    out.extend(connected.into_keys().map(|at| Survey { wish: at, found: Err(Fault::new(FaultKind::Other, lost)) }));
    out.sort_by_key(|survey| survey.wish);
    out
}

/// What was read of an account.
struct Read {
    listing: Listing,
    listed_at: Instant,
    ledger: Option<State>,
}

/// Lists an account and reads its ledger; lists it again where an earlier run's write is so young that it may not show yet.
async fn read(provider: &Provider, now: &Now, ledger: Option<(Directory, String)>) -> Result<Read, Fault> {
    let listing = provider.list().await.map_err(|error| Fault::from(&error))?;
    let mut read = Read { listing, listed_at: Instant::now(), ledger: None };
    if let Some((directory, waba_id)) = ledger {
        read.ledger = directory.read(&waba_id).map_err(|error| ledger_fault(&error))?;
    }
    let shown = by_key(&read.listing.templates);
    let young = |state: &State| ledger::patience(state, now(), |name, language| shown.get(&(name, language)).copied());
    if let Some(pause) = read.ledger.as_ref().and_then(young) {
        tracing::info!("an earlier run ended in the middle of a write: looking again in {pause:#}");
        tokio::time::sleep(std::time::Duration::try_from(pause).unwrap_or_default()).await;
        let requests = read.listing.requests;
        read.listing = provider.list().await.map_err(|error| Fault::from(&error))?;
        read.listing.requests += requests;
        read.listed_at = Instant::now();
    }
    Ok(read)
}

fn by_key(live: &[Live]) -> HashMap<(&str, &str), &Live> {
    let mut shown: HashMap<_, &Live> = HashMap::with_capacity(live.len());
    for template in live {
        let key = (template.key.name.as_str(), template.key.language.as_str());
        // Of a template on its way out and its successor the successor counts.
        if !template.status.is_leaving() || !shown.contains_key(&key) {
            shown.insert(key, template);
        }
    }
    shown
}

/// A ledger that cannot be used, as a fault of its account.
#[must_use]
pub fn ledger_fault(error: &LedgerError) -> Fault {
    Fault::new(FaultKind::Other, error.to_string())
}

/// What open intents turned out to be, by the account's listing.
#[must_use]
pub fn settlements(ledger: &State, live: &[Live]) -> Vec<ledger::Settlement> {
    if ledger.open.is_empty() {
        return Vec::new();
    }
    let shown = by_key(live);
    settle(ledger, |name, language| shown.get(&(name, language)).copied())
}

/// The plan of one surveyed account.
#[must_use]
pub fn plan(session: &Session, survey: &Survey, consent: &Consent, selection: &Selection, prune: bool) -> AccountPlan {
    let wishes = &session.wishes[survey.wish];
    let account = &wishes.account;
    let (found, workspace) = match (&survey.found, session.workspace()) {
        (Ok(found), Some(workspace)) => (found, workspace),
        (Ok(_), None) => return failed(session, survey.wish, "there is no workspace"),
        (Err(fault), _) => return failed(session, survey.wish, &fault.message),
    };
    let now = (found.connected.now)();
    // In memory only: reading commands write nothing.
    let ledger = found.ledger.clone().map(|mut ledger| {
        for settlement in settlements(&ledger, &found.listing.templates) {
            let change = Change::Outcome { intent: settlement.intent, outcome: settlement.outcome };
            ledger.fold(&Record::new(ledger.folded + 1, now, change));
        }
        ledger
    });
    reconcile(&Facts {
        account: &account.name,
        provider: account.provider.as_str(),
        scope: found.connected.provider.scope(),
        sandbox: account.sandbox,
        has_app: account.app_id.is_some(),
        workspace: &workspace.name,
        policy: &account.policy,
        capabilities: found.connected.provider.capabilities(),
        desired: &wishes.desired,
        removed: &session.loaded.removed,
        live: &found.listing.templates,
        template_limit: found.listing.template_limit,
        requests: found.listing.requests,
        ledger: ledger.as_ref(),
        consent,
        selection,
        prune,
        now,
        place: &|span| session.place(span),
    })
}

fn failed(session: &Session, wish: usize, message: &str) -> AccountPlan {
    let account = &session.wishes[wish].account;
    let provider = account.provider.as_str();
    AccountPlan::failed(&account.name, provider, account.waba_id.clone(), account.sandbox, message.to_owned())
}
