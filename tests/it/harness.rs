//! Workspaces in folders of their own, the binary run in them with a clean environment, and a look behind the scenes:
//! the sandbox's accounts and request log, the ledger.

use std::{
    fmt,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use camino::{Utf8Path, Utf8PathBuf};
use jiff::SignedDuration;
use letterpress::{
    ledger::{Directory, State},
    sandbox::{Config, Fault, LoggedRequest, Operation, Running, Verdict, admin, start},
};
use serde_json::Value;

/// The WABA of the account `shop`.
pub(crate) const WABA: &str = "100200300";

/// A workspace with the sandbox account `shop` and nothing else.
pub(crate) const SHOP: &str = "\
version: 1
workspace: fernweh-crm
accounts:
  shop: {provider: meta, waba_id: \"100200300\", sandbox: true}
";

/// A family with one language.
pub(crate) const BELL: &str = "\
name: bell_ready
category: UTILITY
languages:
  en_US:
    body: Your new bell is ready, pick it up in Graz.
";

/// A workspace on disk. It goes with this value.
pub(crate) struct Workspace {
    folder: tempfile::TempDir,
    pub(crate) root: Utf8PathBuf,
    /// Where the sandbox keeps the account `shop`.
    place: &'static str,
}

/// How a command ended.
pub(crate) struct Output {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Output {
    pub(crate) fn of(output: std::process::Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is UTF-8");
        Self { code: output.status.code().unwrap_or(-1), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// The same, once it ended as expected.
    #[track_caller]
    pub(crate) fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self}");
        self
    }

    /// Stdout as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("stdout is no JSON: {error}\n{self}"))
    }

    #[track_caller]
    pub(crate) fn says(&self, part: &str) {
        assert!(self.stdout.contains(part) || self.stderr.contains(part), "`{part}` is not said:\n{self}");
    }
}

impl fmt::Display for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { code, stdout, stderr } = self;
        write!(f, "--- exit code {code}\n--- stdout\n{stdout}--- stderr\n{stderr}")
    }
}

impl Workspace {
    /// The account `shop`, whose reviews take no time, and one file of families.
    pub(crate) fn new(families: &str) -> Self {
        let workspace = Self::of(SHOP);
        workspace.templates(families);
        workspace
    }

    /// A workspace file, and no templates yet.
    pub(crate) fn of(config: &str) -> Self {
        Self::at(WABA, config)
    }

    /// The same where `shop` is an account of another provider.
    pub(crate) fn at(place: &'static str, config: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(&folder.path().canonicalize().unwrap()).unwrap().join("work");
        std::fs::create_dir(&root).unwrap();
        let workspace = Self { folder, root, place };
        workspace.write("letterpress.yaml", config);
        workspace.configure(|_| {});
        workspace
    }

    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    /// Replaces the file of families.
    pub(crate) fn templates(&self, families: &str) {
        self.write("templates/families.yaml", families);
    }

    /// Makes a folder of the workspace the same as another one, as a checkout of its own has it.
    pub(crate) fn mirror(&self, from: &str, to: &str) {
        fn copy(from: &Utf8Path, to: &Utf8Path) {
            std::fs::create_dir_all(to).unwrap();
            for entry in from.read_dir_utf8().unwrap() {
                let entry = entry.unwrap();
                let target = to.join(entry.file_name());
                match entry.file_type().unwrap().is_dir() {
                    true => copy(entry.path(), &target),
                    false => drop(std::fs::copy(entry.path(), target).unwrap()),
                }
            }
        }
        let to = self.root.join(to);
        if to.exists() {
            std::fs::remove_dir_all(&to).unwrap();
        }
        copy(&self.root.join(from), &to);
    }

    /// A folder outside the workspace that goes with it.
    pub(crate) fn outside(&self) -> &Utf8Path {
        self.root.parent().unwrap()
    }

    /// The binary, in this workspace, with nothing of our own environment that matters to it.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_letterpress"));
        command.args(arguments);
        self.at_home(command)
    }

    /// A command in this workspace, with nothing of our own environment that matters to the binary.
    pub(crate) fn at_home(&self, mut command: Command) -> Command {
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy().into_owned();
            let ours = name.starts_with("LETTERPRESS_")
                || name.starts_with("SSL_CERT_")
                || name.to_ascii_lowercase().ends_with("_proxy");
            if ours
                || matches!(
                    name.as_str(),
                    "CI" | "TF_BUILD" | "JENKINS_URL" | "GITHUB_ACTIONS" | "CLICOLOR_FORCE" | "RUST_LOG"
                )
            {
                command.env_remove(name);
            }
        }
        command.env("NO_COLOR", "1").env("HOME", self.folder.path()).env("COLUMNS", "80");
        command.current_dir(&self.root);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        Output::of(self.command(arguments).output().unwrap())
    }

    /// `apply --auto-approve` with further arguments.
    pub(crate) fn apply(&self, arguments: &[&str]) -> Output {
        self.run(&[&["apply", "--auto-approve"], arguments].concat())
    }

    /// A plan as JSON; the command ends with 0.
    #[track_caller]
    pub(crate) fn plan(&self, arguments: &[&str]) -> Value {
        self.run(&[&["plan", "--format", "json"], arguments].concat()).ends(0).json()
    }

    /// Holds only if a plan has nothing to do at all, adoptions included.
    #[track_caller]
    pub(crate) fn settled(&self) {
        let output = self.run(&["plan", "--detailed-exitcode", "--format", "json"]);
        let plan = output.json();
        let actions = plan["accounts"].as_array().unwrap().iter().flat_map(|a| a["actions"].as_array().unwrap());
        assert_eq!((output.code, actions.count()), (0, 0), "{output}");
    }

    pub(crate) fn sandbox(&self) -> Utf8PathBuf {
        self.root.join(".letterpress/sandbox")
    }

    /// Changes the settings of `shop`; reviews take no time unless it says otherwise.
    pub(crate) fn configure(&self, change: impl FnOnce(&mut Config)) {
        let mut config = Config { review_delay: SignedDuration::ZERO, ..Config::default() };
        change(&mut config);
        admin::configure(&self.sandbox(), self.place, config).unwrap();
    }

    pub(crate) fn faults(&self, faults: Vec<Fault>) {
        admin::set_faults(&self.sandbox(), faults).unwrap();
    }

    pub(crate) fn seed(&self, templates: &[Value]) {
        admin::seed(&self.sandbox(), self.place, templates).unwrap();
    }

    pub(crate) fn review(&self, name: &str, verdict: &Verdict) {
        admin::review(&self.sandbox(), self.place, name, None, verdict).unwrap();
    }

    pub(crate) fn hand_edit(&self, name: &str, language: &str, components: &Value) {
        admin::hand_edit(&self.sandbox(), self.place, name, language, components).unwrap();
    }

    /// What `shop` holds, as `name/language`, sorted.
    pub(crate) fn holds(&self) -> Vec<String> {
        let text = |node: &Value, key: &str| node[key].as_str().unwrap().to_owned();
        let all = admin::templates(&self.sandbox(), self.place).unwrap();
        let mut keys: Vec<_> = all.iter().map(|t| format!("{}/{}", text(t, "name"), text(t, "language"))).collect();
        keys.sort();
        keys
    }

    /// One template of `shop` as it is kept.
    #[track_caller]
    pub(crate) fn live(&self, key: &str) -> Value {
        let (name, language) = key.split_once('/').unwrap();
        let all = admin::templates(&self.sandbox(), self.place).unwrap();
        let found = all.into_iter().find(|t| t["name"] == name && t["language"] == language);
        found.unwrap_or_else(|| panic!("{key} is not in the account"))
    }

    /// The text of a template's body in `shop`.
    #[track_caller]
    pub(crate) fn body(&self, key: &str) -> String {
        let live = self.live(key);
        let body = live["components"].as_array().unwrap().iter().find(|part| part["type"] == "BODY").unwrap();
        body["text"].as_str().unwrap().to_owned()
    }

    pub(crate) fn requests(&self) -> Vec<LoggedRequest> {
        admin::requests(&self.sandbox()).unwrap()
    }

    /// Forgets the requests so far, once they were held against the documents.
    #[track_caller]
    pub(crate) fn forget_requests(&self) {
        crate::openapi::check(&self.requests());
        admin::clear_requests(&self.sandbox()).unwrap();
    }

    /// Runs something and gives the requests that it made.
    #[track_caller]
    pub(crate) fn requests_of<T>(&self, run: impl FnOnce() -> T) -> (T, Vec<LoggedRequest>) {
        self.forget_requests();
        let result = run();
        (result, self.requests())
    }

    /// The ledger of `shop`.
    #[track_caller]
    pub(crate) fn ledger(&self) -> State {
        let directory = Directory::new(self.root.join(".letterpress/ledger"));
        directory.read(WABA).unwrap().expect("there is a ledger")
    }

    pub(crate) fn has_ledger(&self) -> bool {
        Directory::new(self.root.join(".letterpress/ledger")).read(WABA).unwrap().is_some()
    }

    /// Every file of the ledger, as one text.
    pub(crate) fn ledger_text(&self) -> String {
        let mut out = String::new();
        for folder in self.root.join(".letterpress/ledger").read_dir_utf8().unwrap() {
            for file in folder.unwrap().path().read_dir_utf8().unwrap() {
                out.push_str(&String::from_utf8_lossy(&std::fs::read(file.unwrap().path()).unwrap()));
            }
        }
        out
    }
}

impl Drop for Workspace {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            crate::openapi::check(&self.requests());
        }
    }
}

/// Requests that change something, as `create bell_ready/en_US`.
pub(crate) fn writes(requests: &[LoggedRequest]) -> Vec<String> {
    let reads = [Operation::List, Operation::Get, Operation::Account, Operation::Media];
    let written = requests.iter().filter(|request| !reads.contains(&request.operation));
    let shown = |request: &LoggedRequest| {
        format!("{:?} {}", request.operation, request.template.as_deref().unwrap_or("-")).to_lowercase()
    };
    written.map(|request| shown(request).replace("en_us", "en_US").replace("es_es", "es_ES")).collect()
}

/// How many requests were of that kind.
pub(crate) fn count(requests: &[LoggedRequest], operation: Operation) -> usize {
    requests.iter().filter(|request| request.operation == operation).count()
}

/// The actions of the first account of a plan.
pub(crate) fn actions(plan: &Value) -> &Vec<Value> {
    plan["accounts"][0]["actions"].as_array().unwrap()
}

/// The only action of a plan.
#[track_caller]
pub(crate) fn only(plan: &Value) -> &Value {
    let actions = actions(plan);
    assert_eq!(actions.len(), 1, "{plan:#}");
    &actions[0]
}

/// Rules of the reasons of an action.
pub(crate) fn rules(action: &Value) -> Vec<&str> {
    action["verdict"]["reasons"].as_array().unwrap().iter().map(|reason| reason["rule"].as_str().unwrap()).collect()
}

/// Rules of the observations about the first account of a plan.
pub(crate) fn observed(plan: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let all = plan["accounts"][0]["observations"].as_array().unwrap().iter();
    all.map(|seen| (text(&seen["rule"]), text(&seen["name"]))).collect()
}

/// The sandbox of a workspace on a port of its own, as any client sees it.
pub(crate) struct Server {
    running: Option<Running>,
    runtime: tokio::runtime::Runtime,
}

impl Server {
    pub(crate) fn of(workspace: &Workspace) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let running = runtime.block_on(start(&workspace.sandbox(), "127.0.0.1:0".parse().unwrap())).unwrap();
        Self { running: Some(running), runtime }
    }

    pub(crate) fn url(&self) -> &str {
        self.running.as_ref().unwrap().url()
    }

    /// A workspace file whose account `shop` is at this server, with a token from `SHOP_TOKEN`.
    pub(crate) fn config(&self) -> String {
        format!(
            "version: 1\nworkspace: fernweh-crm\naccounts:\n  shop:\n    provider: meta\n    waba_id: \"{WABA}\"\n    \
             app_id: \"77\"\n    token: {{env: SHOP_TOKEN}}\n    base_url: {}\n",
            self.url()
        )
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            self.runtime.block_on(running.shutdown());
        }
    }
}

/// A GET, as any client makes it; the answer's JSON.
pub(crate) fn get(url: &str, token: &str) -> Value {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let answer = client.get(url).bearer_auth(token).send().await.unwrap();
        serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap_or_default()
    })
}

/// A child that does not outlive its test.
pub(crate) struct Kept(pub(crate) Child);

impl Drop for Kept {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Looks again and again until something is there; half a minute is a hang.
#[track_caller]
pub(crate) fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + Duration::from_secs(30);
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < end, "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Output for a snapshot: what changes from run to run is replaced.
#[track_caller]
pub(crate) fn redacted(workspace: &Workspace, output: &Output) -> String {
    let mut text = output.to_string().replace(workspace.root.as_str(), "[workspace]");
    for (from, to) in REDACTIONS {
        text = replace(&text, from, to);
    }
    text
}

/// What is replaced: a shape in which `9` is a digit, `x` a hexadecimal digit, `?` anything but a blank, and `*` repeats
/// the shape before it.
const REDACTIONS: &[(Shape, &str)] = &[
    (Shape { before: "sha256:", kind: char_is_hex, least: 64 }, "[digest]"),
    (Shape { before: "127.0.0.1:", kind: char_is_digit, least: 2 }, "[port]"),
    (Shape { before: "", kind: char_is_digit, least: 15 }, "[id]"),
    (Shape { before: "process ", kind: char_is_digit, least: 1 }, "[pid]"),
    (Shape { before: "20", kind: char_is_time, least: 14 }, "[time]"),
];

#[derive(Clone, Copy)]
struct Shape {
    before: &'static str,
    kind: fn(char) -> bool,
    least: usize,
}

fn char_is_hex(c: char) -> bool {
    c.is_ascii_hexdigit()
}

fn char_is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

/// `26-11-22 09:14 UTC` and `26-11-22T09:14:33.123Z`, whose first two digits stand before.
fn char_is_time(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '-' | ':' | 'T' | '.' | 'Z')
}

/// Replaces every longest run of such characters behind `before`.
fn replace(text: &str, shape: &Shape, to: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let run = rest.strip_prefix(shape.before).map(|behind| {
            let end = behind.find(|c| !(shape.kind)(c)).unwrap_or(behind.len());
            (end, &behind[end..])
        });
        let word = out.chars().next_back().is_some_and(char::is_alphanumeric);
        match run {
            Some((length, behind)) if length >= shape.least && !word => {
                out.push_str(if shape.before == "20" { "" } else { shape.before });
                out.push_str(to);
                rest = behind;
            }
            _ => {
                let next = rest.chars().next().unwrap();
                out.push(next);
                rest = &rest[next.len_utf8()..];
            }
        }
    }
    out
}
