//! Applies in this process against the sandbox, over a ledger whose file system fails or takes the process with it.

mod boundaries;
mod histories;
mod times;

use std::{collections::BTreeMap, fs, sync::Arc, time::Duration};

use camino::{Utf8Path, Utf8PathBuf};
use jiff::SignedDuration;
use serde_json::Value;

use super::{AccountReport, Job, Library, run};
use crate::{
    ledger::{Directory, EventKind, State, disk::Disk, tests::faulty::bury},
    plan::{Consent, Selection},
    provider::{fetch::FetchOptions, proxy::ProxySettings},
    sandbox::{Config, admin},
    session::{self, Environment, Options, Participants, SandboxHost, Session},
    workspace::policy::Freeze,
};

pub(super) const WABA: &str = "100200300";

const WORKSPACE: &str = "\
version: 1
workspace: fernweh-crm
accounts:
  shop: {provider: meta, waba_id: \"100200300\", sandbox: true, timeout: 1s}
";

/// A workspace in a folder of its own.
pub(super) struct Shop {
    _folder: tempfile::TempDir,
    pub(super) root: Utf8PathBuf,
}

/// What an account and its ledger come to, ids and times aside.
#[derive(Debug, PartialEq)]
pub(super) struct Standing {
    /// Components and category by key.
    live: BTreeMap<String, (String, Value)>,
    /// Owner and applied fingerprint by key.
    managed: BTreeMap<String, (String, String)>,
    /// What was done, sorted.
    events: Vec<(String, String)>,
    open: usize,
}

fn copy(from: &Utf8Path, to: &Utf8Path) {
    fs::create_dir_all(to).unwrap();
    for entry in from.read_dir_utf8().unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

impl Shop {
    pub(super) fn new(families: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap().to_owned();
        let shop = Self { _folder: folder, root };
        fs::create_dir(shop.root.join("templates")).unwrap();
        fs::write(shop.root.join("letterpress.yaml"), WORKSPACE).unwrap();
        shop.families(families);
        let config = Config { review_delay: SignedDuration::ZERO, reject_duplicates: false, ..Config::default() };
        admin::configure(&shop.sandbox(), WABA, config).unwrap();
        shop
    }

    /// The same in another folder.
    pub(super) fn twin(&self) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap().to_owned();
        copy(&self.root, &root);
        Self { _folder: folder, root }
    }

    pub(super) fn families(&self, families: &str) {
        fs::write(self.root.join("templates/families.yaml"), families).unwrap();
    }

    pub(super) fn sandbox(&self) -> Utf8PathBuf {
        self.root.join(".letterpress/sandbox")
    }

    pub(super) fn directory(&self) -> Directory {
        Directory::new(self.root.join(".letterpress/ledger"))
    }

    pub(super) fn advance(&self, by: SignedDuration) {
        admin::advance(&self.sandbox(), Some(WABA), by).unwrap();
    }

    pub(super) fn ledger(&self) -> Option<State> {
        self.directory().read(WABA).unwrap()
    }

    fn session(&self) -> Session {
        let environment = Environment {
            allow_hosts: Vec::new(),
            proxies: Ok(ProxySettings::default()),
            allow_commands: false,
            retry_budget: Duration::from_millis(200),
        };
        let accounts = vec!["shop".to_owned()];
        let options = Options { directory: self.root.clone(), config: None, accounts, environment };
        let session = Session::read(options, Participants::Unasked);
        assert!(!session.has_errors(), "{:?}", session.diagnostics);
        session
    }

    /// One apply as `apply --auto-approve` does it; `None` if it died.
    pub(super) async fn apply(&self, disk: Option<Arc<dyn Disk>>) -> Option<AccountReport> {
        let directory = match disk {
            Some(disk) => self.directory().with_disk(disk),
            None => self.directory(),
        };
        let session = self.session();
        // A task: what dies in it dies alone.
        tokio::spawn(async move { apply(&session, &directory, Vec::new()).await }).await.ok().flatten()
    }

    /// One apply with a freeze that begins between its plan and its writes.
    pub(super) async fn apply_into(&self, freeze: Freeze) -> Option<AccountReport> {
        apply(&self.session(), &self.directory(), vec![freeze]).await
    }

    /// How many actions a plan has.
    pub(super) async fn wanted(&self) -> usize {
        let session = self.session();
        let host = SandboxHost::start(session.sandbox_root().map_err(|fault| fault.message).unwrap())
            .await
            .map_err(|fault| fault.message)
            .unwrap();
        let snapshots = session::read_accounts(&session, Some(&host)).await;
        session::plan(&session, &snapshots[0], &Consent::default(), &Selection::default(), false).actions.len()
    }

    /// After a death or a fault: time passes, and the dead are seen to be dead.
    pub(super) fn recover(&self) {
        bury(&self.directory(), WABA);
        self.advance(SignedDuration::from_secs(10));
    }

    pub(super) fn standing(&self) -> Standing {
        let text = |node: &Value, key: &str| node[key].as_str().unwrap_or_default().to_owned();
        let live = admin::templates(&self.sandbox(), WABA).unwrap();
        let ledger = self.ledger();
        let mut events: Vec<_> = ledger
            .iter()
            .flat_map(|state| &state.events)
            .map(|event| (format!("{}/{}", event.name, event.language), format!("{:?}", event.kind)))
            .collect();
        events.sort();
        Standing {
            live: live
                .iter()
                .map(|node| {
                    let key = format!("{}/{}", text(node, "name"), text(node, "language"));
                    (key, (text(node, "category"), node["components"].clone()))
                })
                .collect(),
            managed: ledger
                .iter()
                .flat_map(|state| &state.templates)
                .map(|(key, entry)| {
                    let applied = entry.applied.fingerprint(crate::template::normal::Scope::WithSamples);
                    (key.clone(), (entry.owner.clone(), applied))
                })
                .collect(),
            events,
            open: ledger.map_or(0, |state| state.open.len()),
        }
    }

    pub(super) fn counted(&self, key: &str, kind: EventKind) -> usize {
        let ledger = self.ledger();
        let events = ledger.iter().flat_map(|state| &state.events);
        events.filter(|event| event.kind == kind && format!("{}/{}", event.name, event.language) == key).count()
    }
}

async fn apply(session: &Session, directory: &Directory, freeze: Vec<Freeze>) -> Option<AccountReport> {
    let host = SandboxHost::start(session.sandbox_root().map_err(|fault| fault.message).unwrap())
        .await
        .map_err(|fault| fault.message)
        .unwrap();
    let ledger = directory.take(WABA, "apply of shop").ok()?;
    let snapshot = session::read_accounts(session, Some(&host)).await.remove(0);
    let consent = Consent::default();
    let plan = session::plan(session, &snapshot, &consent, &Selection::default(), false);
    let found = snapshot.found.ok()?;
    let settled = session::settlements(ledger.state(), &found.listing.templates);
    let read_file: super::ReadFile = Arc::new(|path: &str| Err(path.to_owned()));
    let (_keep, stop) = tokio::sync::watch::channel(false);
    let report = run(Job {
        provider: found.connected.provider,
        capabilities: found.connected.capabilities,
        plan,
        listed_at: found.listed_at,
        ledger,
        settled,
        workspace: "fernweh-crm".into(),
        library: Library::new(read_file, FetchOptions::default(), super::Route::Upload, &[]),
        now: found.connected.now,
        events: Arc::new(|_| {}),
        stop,
        deadline: None,
        freeze,
    });
    Some(report.await)
}

/// A family with one language, `en_US`.
pub(super) fn family(name: &str, words: &str) -> String {
    format!("name: {name}\ncategory: UTILITY\nlanguages:\n  en_US:\n    body: Your bike is ready, {words}.\n---\n")
}

/// Whether the long form of a test was asked for.
pub(super) fn long() -> bool {
    std::env::var_os("LETTERPRESS_LONG_TESTS").is_some_and(|value| value == "1")
}
