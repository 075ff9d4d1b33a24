//! An apply of twenty actions, stopped between two records of its ledger and within one: account and ledger come out as
//! those of an apply that nobody disturbed, and no create, edit or deletion is sent twice.
//!
//! Before each record the binary logs a line. Its standard error is a pipe with room for one line that is full already: in
//! its next line it stops, for as long as the test likes. That it did all that comes before is seen in the ledger and in
//! the account, which the test serves. Nothing in the binary knows of it, and only the binary dies.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{Read as _, Write as _},
    process::Command,
    sync::LazyLock,
};

use camino::Utf8PathBuf;
use jiff::SignedDuration;
use letterpress::sandbox::{Operation, admin};
use rustix::pipe::{PipeFlags, fcntl_setpipe_size, pipe_with};
use serde_json::Value;

use crate::{
    harness::{Kept, Output, Server, WABA, Workspace, until},
    killed::{Standing, expected, prepared, standing},
};

/// A pipe that takes a line only when one was taken out of it.
struct Gate {
    reader: File,
}

impl Gate {
    /// A full one, and its end for the process.
    fn shut() -> (Self, File) {
        // Each line is a packet of its own, and there is room for one.
        let (reader, writer) = pipe_with(PipeFlags::DIRECT | PipeFlags::CLOEXEC).unwrap();
        let room = fcntl_setpipe_size(&writer, 4096).unwrap();
        assert_eq!(room, 4096);
        let mut writer = File::from(writer);
        writer.write_all(b"full\n").unwrap();
        (Self { reader: reader.into() }, writer)
    }

    /// Lets one line in; the next one waits again.
    fn pass(&mut self) {
        let mut line = [0; 4096];
        assert_ne!(self.reader.read(&mut line).unwrap(), 0);
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

    /// The whole records in the journal, with what follows them.
    fn seen(&self) -> (Vec<Value>, bool) {
        let journal = self.journal();
        let end = journal.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let lines = journal[..end].split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        (lines.map(|line| serde_json::from_slice::<Value>(line).unwrap()).collect(), end == journal.len())
    }

    /// The records in the journal, each whole.
    fn records(&self) -> Vec<Value> {
        let (records, whole) = self.seen();
        assert!(whole);
        records
    }

    /// The number of the last record in the state document.
    fn last_seq(&self) -> u64 {
        let state = fs::read(self.journal_path().with_file_name("state.json")).unwrap();
        serde_json::from_slice::<Value>(&state).unwrap()["folded"].as_u64().unwrap()
    }

    /// Writes that the account carried out.
    fn written(&self) -> usize {
        let write = |operation| matches!(operation, Operation::Create | Operation::Edit | Operation::Delete);
        self.workspace.requests().iter().filter(|request| write(request.operation)).count()
    }

    /// Starts an apply and kills it before a record, before the state is saved, or before the journal is emptied; told how
    /// many of these it has done, and what it has recorded. All that it does on the strength of its last record is done
    /// by then. Gives its records; nothing if it came to its end.
    fn kill_when(&self, enough: impl Fn(usize, &[Value]) -> bool) -> Option<Vec<Value>> {
        let Self { workspace, .. } = self;
        let number = |record: &Value| record["seq"].as_u64().unwrap();
        let (last_seq, written) = (self.last_seq(), self.written());
        let before = self.records().last().map_or(last_seq, number).max(last_seq);
        let changes = |records: Vec<Value>| -> Vec<Value> {
            let new = records.into_iter().filter(|record| number(record) > before);
            new.map(|mut record| record["change"].take()).collect()
        };
        let (mut gate, writer) = Gate::shut();
        let mut command = workspace.command(&["apply", "--auto-approve", "--quiet"]);
        command.env("LETTERPRESS_LOG", "letterpress::ledger::writer=debug").stderr(writer);
        let mut process = Kept(command.spawn().unwrap());
        // This end of the pipe goes with it.
        drop(command);
        let lease = self.journal_path().with_file_name("lease.json");
        for steps in 0.. {
            let records = until("it is about to take the next step, or ends", || {
                let (records, whole) = self.seen();
                let saved = self.last_seq() != last_seq;
                let records = changes(records);
                let done = records.len() + usize::from(saved);
                assert!(done <= steps);
                let intents = records.iter().filter(|record| text(record, "record") == "intent").count();
                let there = whole && done == steps && self.written() - written == intents && lease.exists();
                let ended = || process.0.try_wait().unwrap().map(|_| None);
                there.then_some(Some(records)).or_else(ended)
            });
            let Some(records) = records else { break };
            if enough(steps, &records) {
                // SIGKILL, while it waits for its line.
                drop(process);
                assert_eq!(changes(self.records()), records);
                self.later();
                return Some(records);
            }
            gate.pass();
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
        if served.kill_when(|steps, _| steps == places).is_none() {
            break;
        }
        served.workspace.apply(&[]).ends(0);
        served.is_done(&format!("after {places} steps"));
        places += 1;
    }
    // Before each of 38 records, before the state is saved, and before the journal is emptied.
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
