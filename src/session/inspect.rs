//! Inspecting accounts: each is listed once, its ledger and lock are looked at, and nothing is judged.
//!
//! Writes nothing, neither to a provider nor to the ledger, and asks for nothing but the list. Unlike a snapshot it goes on
//! where something is wrong: what ails one part says nothing about the others.

use std::{collections::HashMap, sync::Arc};

use jiff::Timestamp;
use tokio::{sync::Semaphore, task::JoinSet};

use super::{
    AccountDesired, SandboxHost, Session,
    connect::{address, connect, identity},
    ledger_location::ledger_location,
    read::{SIDE_BY_SIDE, clocks},
    sandbox_place,
};
use crate::{
    account_error::{AccountError, AccountErrorKind},
    doctor::inspection::{
        AccountInspection, AccountOverlap, LedgerInspection, LedgerLock, LedgerSummary, ListOutcome, OverlapKind,
        SampleSources,
    },
    plan::Clocks,
    provider::ProviderError,
    source::Desired,
    template::{Content, HeaderKind, Live, MediaSource, present},
    workspace::{Account, Workspace},
};

/// Inspects every account of the session, side by side.
pub async fn inspect(session: &Session, host: Option<&SandboxHost>) -> Vec<AccountInspection> {
    let Some(workspace) = session.workspace() else { return Vec::new() };
    let slots = Arc::new(Semaphore::new(SIDE_BY_SIDE));
    let mut tasks = JoinSet::new();
    let mut answers: HashMap<usize, Answer> = HashMap::new();
    for (at, participant) in session.participants.iter().enumerate() {
        match connect(session, &participant.account, host) {
            Ok(ready) => {
                let slots = Arc::clone(&slots);
                tasks.spawn(async move {
                    let _turn = slots.acquire_owned().await;
                    let listed = ready.provider.list().await;
                    let clocks = Some(clocks(&ready.provider, &ready.now));
                    let listed = listed.map(|listing| Listed {
                        templates: listing.templates,
                        template_limit: listing.template_limit,
                        requests: listing.requests,
                    });
                    (at, Answer { listed: listed.map_err(Failure::Provider), clocks })
                });
            }
            Err(fault) => drop(answers.insert(at, Answer { listed: Err(Failure::NotSent(fault)), clocks: None })),
        }
    }
    while let Some(task) = tasks.join_next().await {
        answers.extend(task.ok());
    }
    let listed = overlaps_by_list(&answers, session);
    let all = session.participants.iter().enumerate();
    all.map(|(at, participant)| {
        let mut overlaps = overlaps_by_name(workspace, &participant.account);
        for overlap in listed.get(&at).into_iter().flatten() {
            if !overlaps.iter().any(|known| known.account == overlap.account) {
                overlaps.push(overlap.clone());
            }
        }
        inspection(session, workspace, participant, answers.remove(&at), overlaps)
    })
    .collect()
}

/// What a task brings back.
struct Answer {
    listed: Result<Listed, Failure>,
    clocks: Option<Clocks>,
}

/// A list.
struct Listed {
    templates: Vec<Live>,
    template_limit: Option<u64>,
    requests: u64,
}

/// Why there is none.
enum Failure {
    NotSent(AccountError),
    Provider(ProviderError),
}

fn inspection(
    session: &Session,
    workspace: &Workspace,
    participant: &AccountDesired,
    answer: Option<Answer>,
    overlaps: Vec<AccountOverlap>,
) -> AccountInspection {
    let AccountDesired { account, desired } = participant;
    // A task that panicked brings nothing back.
    let lost =
        || AccountError::new(AccountErrorKind::Other, "listing this account ended unexpectedly; please report this");
    let Answer { listed, clocks } =
        answer.unwrap_or_else(|| Answer { listed: Err(Failure::NotSent(lost())), clocks: None });
    let asked = match listed {
        Ok(listed) => ListOutcome::Listed {
            live: listed.templates.len(),
            wanted: wanted(desired, &listed.templates),
            template_limit: listed.template_limit,
            requests: listed.requests,
        },
        Err(Failure::Provider(error)) => ListOutcome::Failed(error),
        Err(Failure::NotSent(fault)) => ListOutcome::NotSent(fault),
    };
    AccountInspection {
        identity: identity(account),
        address: address(account).to_owned(),
        proxy: session.proxy_of(account),
        asked,
        clocks,
        samples: samples(desired.iter().map(|desired| &desired.content)),
        ledger: ledger(session, workspace, account, clocks.as_ref()),
        overlaps,
        account: account.clone(),
    }
}

/// Templates of an account that the files ask for.
fn wanted(desired: &[Desired], live: &[Live]) -> usize {
    let wanted: std::collections::HashSet<_> = desired.iter().map(|desired| &desired.key).collect();
    present(live).filter(|live| wanted.contains(&live.key)).count()
}

fn samples<'c>(contents: impl Iterator<Item = &'c Content>) -> SampleSources {
    let mut found = SampleSources::default();
    for content in contents {
        let cards = content.carousel.iter().flat_map(|carousel| &carousel.cards);
        for header in content.header.iter().chain(cards.filter_map(|card| card.header.as_ref())) {
            if let HeaderKind::Media { sample: Some(sample), .. } = &header.kind {
                found.files |= matches!(sample.source, MediaSource::File(_));
                found.urls |= matches!(sample.source, MediaSource::Url(_));
            }
        }
    }
    found
}

fn ledger(session: &Session, workspace: &Workspace, account: &Account, clocks: Option<&Clocks>) -> LedgerInspection {
    let root = workspace.ledger_directory(account);
    let directory = super::ledgers(workspace, account);
    let key = &account.ledger_key;
    let known = directory.read(key);
    let lock = directory.lease(key);
    let now = Timestamp::now();
    LedgerInspection {
        folder: directory.folder(key),
        known: known.map(|state| {
            state.map(|state| LedgerSummary {
                managed: state.templates.len(),
                open: state.open.len(),
                since: state.since,
                yet_to_come: clocks.and_then(|clocks| clocks.yet_to_come(&state)),
            })
        }),
        lock: lock.map(|lease| {
            lease.map(|lease| LedgerLock { abandoned: lease.is_abandoned(now), lease: lease.seen_at(now) })
        }),
        writable: directory.may_write(key),
        location: ledger_location(session, &root),
    }
}

/// Accounts of the workspace that the files make the same as this one, whether they take part or not.
fn overlaps_by_name(workspace: &Workspace, account: &Account) -> Vec<AccountOverlap> {
    let folder = |account: &Account| (workspace.ledger_directory(account), account.ledger_key.clone());
    let others = workspace.accounts.iter().filter(|other| other.name != account.name);
    others
        .filter_map(|other| {
            let same = match (account.sandbox, other.sandbox) {
                (false, false) => account.ledger_key == other.ledger_key,
                (true, true) => sandbox_place(account) == sandbox_place(other),
                (true, false) | (false, true) => false,
            };
            let how = match (same, folder(account) == folder(other)) {
                (true, one_ledger) => OverlapKind::Named { one_ledger },
                (false, true) => OverlapKind::Ledger,
                (false, false) => return None,
            };
            Some(AccountOverlap { account: other.name.clone(), how })
        })
        .collect()
}

/// Accounts that show the same template: providers of Meta's own ids tell so that they reach one WABA, whatever the files
/// say. One template is enough, ids are not given twice.
fn overlaps_by_list(answers: &HashMap<usize, Answer>, session: &Session) -> HashMap<usize, Vec<AccountOverlap>> {
    let mut places: Vec<usize> = answers.keys().copied().collect();
    places.sort_unstable();
    let mut first: HashMap<(&str, &str, &str), usize> = HashMap::new();
    let mut out: HashMap<usize, Vec<AccountOverlap>> = HashMap::new();
    for at in places {
        let Some(Ok(listed)) = answers.get(&at).map(|answer| &answer.listed) else { continue };
        let mut met = std::collections::HashSet::new();
        for live in &listed.templates {
            let key = (live.id.as_str(), live.key.name.as_str(), live.key.language.as_str());
            if live.id.is_empty() {
                continue;
            }
            let other = *first.entry(key).or_insert(at);
            if other != at && met.insert(other) {
                let overlap = |of: usize| AccountOverlap {
                    account: session.participants[of].account.name.clone(),
                    how: OverlapKind::Listed(live.key.to_string()),
                };
                out.entry(at).or_default().push(overlap(other));
                out.entry(other).or_default().push(overlap(at));
            }
        }
    }
    out
}
