//! Examining accounts: each is listed once, its ledger and lock are looked at, and nothing is judged.
//!
//! Writes nothing, neither to a provider nor to the ledger, and asks for nothing but the list. Unlike a survey it goes on
//! where something is wrong: what ails one part says nothing about the others.

use std::{collections::HashMap, sync::Arc};

use camino::Utf8PathBuf;
use jiff::Timestamp;
use tokio::{sync::Semaphore, task::JoinSet};

use super::{
    Fault, FaultKind, SandboxHost, Session, Wishes,
    connect::{address, connect, here},
    keeping::{Keeping, keeping},
    sandbox_place,
    survey::{SIDE_BY_SIDE, clocks},
};
use crate::{
    ledger::{Lease, LedgerError},
    plan::Clocks,
    provider::ProviderError,
    source::Desired,
    template::{Content, HeaderKind, Live, MediaSource},
    workspace::{Account, Workspace},
};

/// What was found of one account.
#[derive(Debug)]
pub struct Examination {
    /// The account.
    pub account: Account,
    /// Its id at its provider and the host that it is reached through.
    pub scope: String,
    /// The host alone.
    pub address: String,
    /// The variable whose proxy it is reached through; `None` where it is reached directly.
    pub proxy: Option<String>,
    /// What came of asking for the list.
    pub asked: Asked,
    /// The account's clock and the provider's; `None` where nothing was sent.
    pub clocks: Option<Clocks>,
    /// What samples of media the files hand over.
    pub samples: Samples,
    /// Its ledger.
    pub ledger: LedgerLook,
    /// Other accounts that it gets in the way of.
    pub twins: Vec<Twin>,
}

/// What came of asking an account for its list.
#[derive(Debug)]
pub enum Asked {
    /// Nothing was sent.
    NotSent(Fault),
    /// There is no list.
    Failed(ProviderError),
    /// It was listed.
    Listed {
        /// Templates that it holds.
        live: usize,
        /// Those of them that the files ask for.
        wanted: usize,
        /// How many it may hold, where it says so.
        template_limit: Option<u64>,
        /// HTTP requests that this took, tries included.
        requests: u64,
    },
}

/// Which samples of media the files hand over to an account.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Samples {
    /// Some lie in files of the workspace.
    pub files: bool,
    /// Some lie behind a URL.
    pub urls: bool,
}

/// A look at a ledger.
#[derive(Debug)]
pub struct LedgerLook {
    /// Its folder.
    pub folder: Utf8PathBuf,
    /// What it knows; `None` if there is none; or why it cannot be used.
    pub known: Result<Option<Known>, LedgerError>,
    /// Who holds it, or why that cannot be read.
    pub lock: Result<Option<Lock>, LedgerError>,
    /// Whether an apply may write it, as far as permissions tell.
    pub writable: Result<(), LedgerError>,
    /// Whether its folder is there in the next run.
    pub keeping: Keeping,
}

/// What a ledger knows, in short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// Templates that somebody manages.
    pub managed: usize,
    /// Writes without an outcome.
    pub open: usize,
    /// Since when it is kept.
    pub since: Timestamp,
    /// Its latest time, if that has not come yet by the account's clock.
    pub yet_to_come: Option<Timestamp>,
}

/// A lock on a ledger.
#[derive(Debug)]
pub struct Lock {
    /// Who has it.
    pub lease: Lease,
    /// Whether that process is known to be gone.
    pub abandoned: bool,
}

/// Another account of the workspace that is not as separate as it looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Twin {
    /// Its name.
    pub account: String,
    /// In what.
    pub how: Sameness,
}

/// In what two accounts are the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sameness {
    /// The files name the same WABA in both.
    Named {
        /// Whether it has one ledger.
        one_ledger: bool,
    },
    /// Both list the same template, by name, language and the provider's id.
    Listed(String),
    /// They are different accounts, and their ledgers lie in the same folder.
    Ledger,
}

/// Examines every account of the session, side by side.
pub async fn examine(session: &Session, host: Option<&SandboxHost>) -> Vec<Examination> {
    let Some(workspace) = session.workspace() else { return Vec::new() };
    let gate = Arc::new(Semaphore::new(SIDE_BY_SIDE));
    let mut tasks = JoinSet::new();
    let mut answers: HashMap<usize, Answer> = HashMap::new();
    for (at, wishes) in session.wishes.iter().enumerate() {
        match connect(session, &wishes.account, host) {
            Ok(ready) => {
                let gate = Arc::clone(&gate);
                tasks.spawn(async move {
                    let _turn = gate.acquire_owned().await;
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
    let listed = listed_twins(&answers, session);
    let all = session.wishes.iter().enumerate();
    all.map(|(at, wishes)| {
        let mut twins = named_twins(workspace, &wishes.account);
        for twin in listed.get(&at).into_iter().flatten() {
            if !twins.iter().any(|known| known.account == twin.account) {
                twins.push(twin.clone());
            }
        }
        examination(session, workspace, wishes, answers.remove(&at), twins)
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
    NotSent(Fault),
    Provider(ProviderError),
}

fn examination(
    session: &Session,
    workspace: &Workspace,
    wishes: &Wishes,
    answer: Option<Answer>,
    twins: Vec<Twin>,
) -> Examination {
    let Wishes { account, desired } = wishes;
    // A task that panicked brings nothing back.
    let lost = || Fault::new(FaultKind::Other, "listing this account ended unexpectedly; please report this");
    let Answer { listed, clocks } =
        answer.unwrap_or_else(|| Answer { listed: Err(Failure::NotSent(lost())), clocks: None });
    let asked = match listed {
        Ok(listed) => Asked::Listed {
            live: listed.templates.len(),
            wanted: wanted(desired, &listed.templates),
            template_limit: listed.template_limit,
            requests: listed.requests,
        },
        Err(Failure::Provider(error)) => Asked::Failed(error),
        Err(Failure::NotSent(fault)) => Asked::NotSent(fault),
    };
    Examination {
        scope: here(account).scope,
        address: address(account).to_owned(),
        proxy: session.proxy_of(account),
        asked,
        clocks,
        samples: samples(desired.iter().map(|wish| &wish.content)),
        ledger: ledger(session, workspace, account, clocks.as_ref()),
        twins,
        account: account.clone(),
    }
}

/// Templates of an account that the files ask for.
fn wanted(desired: &[Desired], live: &[Live]) -> usize {
    let wanted: std::collections::HashSet<_> = desired.iter().map(|wish| &wish.key).collect();
    live.iter().filter(|live| !live.status.is_leaving() && wanted.contains(&live.key)).count()
}

fn samples<'c>(contents: impl Iterator<Item = &'c Content>) -> Samples {
    let mut found = Samples::default();
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

fn ledger(session: &Session, workspace: &Workspace, account: &Account, clocks: Option<&Clocks>) -> LedgerLook {
    let root = workspace.ledger_directory(account);
    let directory = super::ledgers(workspace, account);
    let key = &account.ledger_key;
    let known = directory.read(key);
    let lock = directory.lease(key);
    let now = Timestamp::now();
    LedgerLook {
        folder: directory.folder(key),
        known: known.map(|state| {
            state.map(|state| Known {
                managed: state.templates.len(),
                open: state.open.len(),
                since: state.since,
                yet_to_come: clocks.and_then(|clocks| clocks.yet_to_come(&state)),
            })
        }),
        lock: lock
            .map(|lease| lease.map(|lease| Lock { abandoned: lease.is_abandoned(now), lease: lease.seen_at(now) })),
        writable: directory.may_write(key),
        keeping: keeping(session, &root),
    }
}

/// Accounts of the workspace that the files make the same as this one, whether they take part or not.
fn named_twins(workspace: &Workspace, account: &Account) -> Vec<Twin> {
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
                (true, one_ledger) => Sameness::Named { one_ledger },
                (false, true) => Sameness::Ledger,
                (false, false) => return None,
            };
            Some(Twin { account: other.name.clone(), how })
        })
        .collect()
}

/// Accounts that show the same template: providers of Meta's own ids tell so that they reach one WABA, whatever the files
/// say. One template is enough, ids are not given twice.
fn listed_twins(answers: &HashMap<usize, Answer>, session: &Session) -> HashMap<usize, Vec<Twin>> {
    let mut places: Vec<usize> = answers.keys().copied().collect();
    places.sort_unstable();
    let mut first: HashMap<(&str, &str, &str), usize> = HashMap::new();
    let mut out: HashMap<usize, Vec<Twin>> = HashMap::new();
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
                let twin = |of: usize| Twin {
                    account: session.wishes[of].account.name.clone(),
                    how: Sameness::Listed(live.key.to_string()),
                };
                out.entry(at).or_default().push(twin(other));
                out.entry(other).or_default().push(twin(at));
            }
        }
    }
    out
}
