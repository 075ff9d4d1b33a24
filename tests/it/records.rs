//! An apply of twenty actions, stopped between two records of its ledger and within one: account and ledger come out as
//! those of an apply that nobody disturbed, and no create, edit or deletion is sent twice.
//!
//! Before every record the binary reads its lease. A FIFO in the lease's place stops it right there, for as long as the
//! test likes, and shows that it is there; nothing in the binary knows of it. The account is served by the test, so that
//! only the binary dies.

use std::{
    cell::Cell,
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::Write as _,
    process::Command,
    sync::{LazyLock, mpsc},
    thread,
};

use camino::{Utf8Path, Utf8PathBuf};
use jiff::SignedDuration;
use letterpress::sandbox::{Operation, admin};
use serde_json::Value;

use crate::{
    harness::{Kept, Output, Server, WABA, Workspace, until},
    killed::{Standing, expected, prepared, standing},
};

/// A file that a process can read only when it is let through.
struct Gate {
    path: Utf8PathBuf,
    content: Vec<u8>,
    /// Where the FIFOs lie: each reader gets its own, so that one who leaves is not taken for one who comes.
    folder: Utf8PathBuf,
    number: Cell<u32>,
}

impl Gate {
    fn shut(path: Utf8PathBuf, content: Vec<u8>, folder: &Utf8Path) -> Self {
        let gate = Self { path, content, folder: folder.to_owned(), number: Cell::new(0) };
        gate.renew();
        gate
    }

    fn fifo(&self) -> Utf8PathBuf {
        self.folder.join(format!("{}.{}", self.path.file_name().unwrap(), self.number.get()))
    }

    fn renew(&self) {
        self.number.set(self.number.get() + 1);
        let (fifo, beside) = (self.fifo(), self.folder.join("beside"));
        // What an earlier gate left.
        let _ = fs::remove_file(&fifo);
        assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
        fs::hard_link(&fifo, &beside).unwrap();
        fs::rename(&beside, &self.path).unwrap();
    }

    /// Waits until the process is about to read; nothing if it ends instead.
    fn reached(&self, process: &mut Kept) -> Option<File> {
        let (sender, opened) = mpsc::channel();
        let fifo = self.fifo();
        // Opening a FIFO for writing waits for its reader.
        thread::spawn(move || sender.send(OpenOptions::new().write(true).open(fifo)));
        let reader = until("it comes to the gate or ends", || match opened.try_recv() {
            Ok(file) => Some(Some(file.unwrap())),
            Err(_) => process.0.try_wait().unwrap().map(|_| None),
        });
        if reader.is_none() {
            // The thread ends too.
            File::open(self.fifo()).unwrap();
        }
        reader
    }

    /// Lets a reader through; the next one waits again.
    fn pass(&self, mut reader: File) {
        self.renew();
        reader.write_all(&self.content).unwrap();
    }

    /// Puts the file back.
    fn open(&self) {
        let beside = self.folder.join("beside");
        fs::write(&beside, &self.content).unwrap();
        fs::rename(&beside, &self.path).unwrap();
    }
}

/// What an apply comes to that nobody disturbs.
static EXPECTED: LazyLock<Standing> = LazyLock::new(expected);

/// Twenty actions ahead, in an account that the test serves.
struct Served {
    workspace: Workspace,
    _server: Server,
}

impl Served {
    fn new() -> Self {
        let workspace = prepared();
        let server = Server::of(&workspace);
        workspace.write("letterpress.yaml", server.config().replace("env: SHOP_TOKEN", "file: token"));
        workspace.write("token", "a-good-token\n");
        workspace.forget_requests();
        Self { workspace, _server: server }
    }

    fn journal_path(&self) -> Utf8PathBuf {
        self.workspace.root.join(format!(".letterpress/ledger/{WABA}/journal.jsonl"))
    }

    fn journal(&self) -> Vec<u8> {
        fs::read(self.journal_path()).unwrap()
    }

    /// The records in the journal, each whole.
    fn records(&self) -> Vec<Value> {
        let journal = self.journal();
        assert!(journal.is_empty() || journal.ends_with(b"\n"));
        let lines = journal.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        lines.map(|line| serde_json::from_slice::<Value>(line).unwrap()["change"].clone()).collect()
    }

    /// Starts an apply and kills it at a look at its lease, told how often it looked before and what it has recorded.
    /// Gives these records; nothing if it came to its end.
    fn kill_when(&self, enough: impl Fn(usize, &[Value]) -> bool) -> Option<Vec<Value>> {
        let Self { workspace, .. } = self;
        let earlier = self.records().len();
        // The token is read after the lease is taken and before anything is sent: time to change the lease.
        let token = Gate::shut(workspace.root.join("token"), b"a-good-token\n".to_vec(), workspace.outside());
        let mut process = Kept(workspace.command(&["apply", "--auto-approve"]).spawn().unwrap());
        let mut reader = token.reached(&mut process).expect("it asks for the token");
        token.open();
        let lease = self.journal_path().with_file_name("lease.json");
        let lease = Gate::shut(lease.clone(), fs::read(lease).unwrap(), workspace.outside());
        reader.write_all(&token.content).unwrap();
        drop(reader);
        for looks in 0.. {
            let Some(reader) = lease.reached(&mut process) else { break };
            let all = self.records();
            // An apply that ends empties the journal.
            let records = all.get(earlier..).unwrap_or_default();
            if enough(looks, records) {
                // SIGKILL, while it waits for its lease.
                drop(process);
                drop(reader);
                lease.open();
                assert_eq!(self.records(), all);
                self.later();
                return Some(records.to_vec());
            }
            lease.pass(reader);
        }
        assert_eq!(process.0.wait().unwrap().code(), Some(0));
        None
    }

    /// The lag of the account passes.
    fn later(&self) {
        admin::advance(&self.workspace.sandbox(), Some(WABA), SignedDuration::from_secs(10)).unwrap();
    }

    /// Everything is done, as by an apply that nobody disturbed, and sent once.
    #[track_caller]
    fn is_done(&self, note: &str) {
        assert_eq!(standing(&self.workspace), *EXPECTED, "{note}");
        let mut sent: BTreeMap<String, usize> = BTreeMap::new();
        for request in self.workspace.requests() {
            if matches!(request.operation, Operation::Create | Operation::Edit | Operation::Delete) {
                assert_eq!(request.status, Some(200), "{note}");
                *sent.entry(format!("{:?} {}", request.operation, request.template.unwrap())).or_default() += 1;
            }
        }
        assert!(sent.len() == 18 && sent.values().all(|times| *times == 1), "{note}: {sent:#?}");
        self.workspace.settled();
    }
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

/// What records did, as a sorted list: `adopt`, `create`, `delete` or `edit` for one action each.
fn actions(records: &[Value]) -> Vec<&str> {
    let kind = |record| match text(record, "record") {
        "intent" => text(record, "kind"),
        other => other,
    };
    let mut kinds: Vec<_> = records.iter().map(kind).filter(|kind| !matches!(*kind, "outcome" | "approved")).collect();
    kinds.sort_unstable();
    kinds
}

fn twenty() -> Vec<&'static str> {
    [vec!["adopt"; 2], vec!["create"; 8], vec!["delete"; 4], vec!["edit"; 6]].concat()
}

#[test]
fn killed_between_any_two_actions_an_apply_goes_on_where_it_was() {
    let served = Served::new();
    let mut all = Vec::new();
    // One action a run, from its first record to its last, and nothing of the next.
    while let Some(records) = served.kill_when(|_, records| {
        let last = records.last().map(|record| text(record, "record"));
        matches!(last, Some("outcome" | "adopt" | "approved"))
    }) {
        assert!(served.workspace.ledger().open.is_empty());
        let expected = if text(&records[0], "record") == "intent" { 2 } else { 1 };
        assert_eq!(records.len(), expected, "{records:#?}");
        all.extend(records);
    }
    assert_eq!(actions(&all), twenty());
    served.is_done("in the end");
}

#[test]
fn killed_after_every_record_an_apply_goes_on_where_it_was() {
    let served = Served::new();
    let mut all = Vec::new();
    // One record a run: an intent, and all that is sent on its strength; or what the next one finds has become of it.
    while let Some(records) = served.kill_when(|_, records| !records.is_empty()) {
        assert_eq!(records.len(), 1, "{records:#?}");
        assert_eq!(served.workspace.ledger().open.len(), usize::from(text(&records[0], "record") == "intent"));
        all.extend(records);
    }
    assert_eq!(actions(&all), twenty());
    served.is_done("in the end");
}

/// Each place on its own, killed once, and finished by one run: minutes, so only when asked for.
#[test]
fn killed_once_between_any_two_records_the_next_run_does_the_rest() {
    if std::env::var("LETTERPRESS_LONG_TESTS").as_deref() != Ok("1") {
        return;
    }
    let mut places = 0;
    loop {
        let served = Served::new();
        if served.kill_when(|looks, _| looks == places).is_none() {
            break;
        }
        served.workspace.apply(&[]).ends(0);
        served.is_done(&format!("at look {places}"));
        places += 1;
    }
    // Before each of 38 records, before the state is saved, and before the lease is given back.
    assert_eq!(places, 40);
}

/// A limit on the size of files cuts the journal within a record, and SIGXFSZ ends the binary there.
#[test]
fn killed_within_a_record_an_apply_goes_on_where_it_was() {
    let mut torn: BTreeMap<String, usize> = BTreeMap::new();
    // The limit is counted in blocks; blank lines say nothing and shift what follows below it. A cut every 128 bytes
    // leaves out no record.
    for shift in [0, 128, 256, 384] {
        let served = Served::new();
        fs::write(served.journal_path(), "\n".repeat(shift)).unwrap();
        let ended = (1..100).find(|blocks| {
            let script = format!("ulimit -c 0; ulimit -f {blocks}; exec \"$0\" apply --auto-approve");
            let mut command = Command::new("sh");
            command.args(["-c", &script, env!("CARGO_BIN_EXE_letterpress")]);
            let output = Output::of(served.workspace.at_home(command).output().unwrap());
            if served.journal().last().is_some_and(|byte| *byte != b'\n') {
                // After a whole intent comes its outcome.
                let open = served.workspace.ledger().open.into_values().next();
                *torn.entry(open.map_or("begin".to_owned(), |open| format!("{:?}", open.kind))).or_default() += 1;
            }
            served.later();
            output.code == 0
        });
        assert!(ended.is_some());
        served.is_done(&format!("shifted by {shift}"));
    }
    assert!(["begin", "Create", "Delete", "Edit"].iter().all(|kind| torn.contains_key(*kind)), "{torn:?}");
}
