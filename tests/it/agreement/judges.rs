//! The two that must agree: the rules of `validate` and `plan`, and the embedded account.

use std::collections::BTreeMap;

use letterpress::{
    diagnostic::{Diagnostic, FileId, Severity},
    lint,
    plan::{Clocks, Consent, Facts, MediaRoute, Selection, SourceLocation, VerdictState, reconcile},
    provider::meta,
    sandbox::{Config, Running, admin, start},
    source::{Desired, MediaFiles, Target, read_families, tree},
    source::{room::Room, selector::Subject},
    template::components,
    workspace::Policy,
};
use serde_json::{Map, Value};

/// What the rules say about a file.
pub(super) struct Ruling {
    /// The errors of `validate`, each with its code first.
    pub(super) errors: Vec<String>,
    /// The body that `apply` would send, if the plan calls its creation ready.
    pub(super) ready: Option<Value>,
}

struct NoFiles;

impl MediaFiles for NoFiles {
    fn digest(&self, _: &str) -> Result<String, String> {
        Err("no such file".to_owned())
    }
}

/// Reads a file of one family, as `validate` and `plan` do for an empty account of Meta.
pub(super) fn rules(yaml: &str) -> Ruling {
    let mut faults = Vec::new();
    let documents = tree::parse(FileId(0), yaml, &mut faults);
    let (families, _) = read_families(&documents, &mut faults);
    let labels = BTreeMap::new();
    let room = Room::default();
    let target = Target {
        subject: Subject { name: "shop", provider: "meta", labels: &labels },
        values: &[],
        named_parameters: true,
        room: &room,
    };
    let desired: Vec<Desired> =
        families.iter().flat_map(|family| family.lower(&target, &NoFiles, &mut faults)).collect();
    let broken = faults.iter().any(|fault| fault.severity == Severity::Error);
    let ready = desired.first().filter(|one| !broken && is_ready(one)).map(body_of);
    faults.extend(lint::diagnose(&desired));
    let error =
        |fault: Diagnostic| (fault.severity == Severity::Error).then(|| format!("{} {}", fault.code, fault.message));
    Ruling { errors: faults.into_iter().filter_map(error).collect(), ready }
}

fn is_ready(desired: &Desired) -> bool {
    let plan = reconcile(&Facts {
        identity: &letterpress::plan::AccountIdentity {
            account: "shop".to_owned(),
            provider: "meta".to_owned(),
            scope: "1 @ https://example.test".to_owned().into(),
        },
        media: MediaRoute::Upload,
        workspace: "fernweh-crm",
        policy: &Policy::default(),
        capabilities: &meta::CAPABILITIES,
        desired: std::slice::from_ref(desired),
        removed: &[],
        live: &[],
        template_limit: None,
        unknown_fields: &[],
        requests: 1,
        ledger: None,
        consent: &Consent::default(),
        promotion: None,
        selection: &Selection::default(),
        prune: false,
        now: jiff::Timestamp::UNIX_EPOCH,
        clocks: Clocks { at: jiff::Timestamp::UNIX_EPOCH, provider_ahead: None },
        locate: &|_| SourceLocation { file: "templates/families.yaml".to_owned(), line: 1 },
    });
    plan.actions.len() == 1 && plan.actions[0].verdict.state == VerdictState::Ready
}

fn body_of(desired: &Desired) -> Value {
    let mut body = components::write(&desired.content).expect("no sample is a file");
    let head = [("name", &desired.key.name), ("language", &desired.key.language)];
    body.extend(head.map(|(key, text)| (key.to_owned(), text.clone().into())));
    body.insert("category".to_owned(), desired.category.as_str().into());
    Value::Object(body)
}

/// The embedded account, over HTTP on loopback.
pub(super) struct Account {
    runtime: tokio::runtime::Runtime,
    running: Running,
    client: reqwest::Client,
    folder: tempfile::TempDir,
    taken: usize,
}

/// Templates of one account; the next ones go to another.
const BATCH: usize = 50;

impl Account {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let root = camino::Utf8Path::from_path(folder.path()).unwrap();
        let running = runtime.block_on(start(root, "127.0.0.1:0".parse().unwrap())).unwrap();
        Self { runtime, running, client: reqwest::Client::new(), folder, taken: 0 }
    }

    /// Has a template created; the refusal if it is refused.
    pub(super) fn create(&mut self, body: &Value) -> Result<(), String> {
        let waba = (1_000 + self.taken / BATCH).to_string();
        if self.taken.is_multiple_of(BATCH) {
            // Handles are made up here, and an hour has more bodies than an account may have.
            let config = Config { strict_handles: false, ..Config::default() };
            admin::configure(camino::Utf8Path::from_path(self.folder.path()).unwrap(), &waba, config).unwrap();
        }
        let mut body: Map<String, Value> = body.as_object().unwrap().clone();
        // Each sound name once.
        if let Some(name) =
            body.get("name").and_then(Value::as_str).filter(|name| ["bike", "sample_of_ours"].contains(name))
        {
            body.insert("name".to_owned(), format!("{name}_{}", self.taken).into());
        }
        self.taken += 1;
        let url = format!("{}/v23.0/{waba}/message_templates", self.running.url());
        let sent = self.client.post(url).bearer_auth("sandbox").json(&body).send();
        self.runtime.block_on(async {
            let answer = sent.await.unwrap();
            let status = answer.status();
            let text = answer.text().await.unwrap();
            if status.is_success() { Ok(()) } else { Err(text) }
        })
    }
}
