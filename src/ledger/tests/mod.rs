//! Tests of the ledger's files: what is none, empty and damaged; every place at which a write can end.

pub(crate) mod faulty;
mod lock;
mod settling;

use std::{
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use camino::Utf8PathBuf;
use jiff::Timestamp;

use super::*;
use crate::template::{Category, Content, TemplateKey, normal::NormalForm};
use faulty::{Break, Faulty};

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

pub(super) fn scratch() -> (tempfile::TempDir, Directory) {
    let folder = tempfile::tempdir().unwrap();
    let root = Utf8PathBuf::from_path_buf(folder.path().join("ledger")).unwrap();
    (folder, Directory::new(root))
}

fn take(directory: &Directory) -> Writer {
    directory.take("7", "test").unwrap()
}

fn entry(name: &str) -> Entry {
    Entry {
        name: name.into(),
        language: "en".into(),
        id: "1".into(),
        owner: "shop".into(),
        category: Category::Utility,
        applied: NormalForm::of(&Content::default()),
        applied_at: NOW,
        approved_at: None,
        protected: false,
        earlier: Vec::new(),
    }
}

pub(super) fn release() -> Change {
    Change::Release { name: "none".into(), language: "en".into() }
}

fn intent(kind: IntentKind, name: &str) -> Change {
    let normal = || Some(NormalForm::of(&Content::default()));
    Change::Intent(Box::new(Intent {
        kind,
        name: name.into(),
        language: "en".into(),
        id: None,
        owner: "shop".into(),
        category: Some(Category::Utility),
        desired: normal(),
        before: normal(),
        protect: false,
        status: None,
        at: NOW,
    }))
}

#[test]
fn none_empty_and_damaged_are_three_things() {
    let (_keep, directory) = scratch();
    assert!(directory.read("7").unwrap().is_none());
    take(&directory).finish(NOW).unwrap();
    assert!(directory.read("7").unwrap().is_none(), "nothing was recorded");
    let mut writer = take(&directory);
    writer.record(NOW, release()).unwrap();
    writer.finish(NOW).unwrap();
    assert_eq!(directory.read("7").unwrap().unwrap().templates.len(), 0);
    let state = directory.folder("7").join("state.json");
    let text = fs::read_to_string(&state).unwrap();
    for damage in ["", "{", "null", &text[..text.len() / 2], &text.replace("\"waba_id\": \"7\"", "\"waba_id\": \"8\"")]
    {
        fs::write(&state, damage).unwrap();
        assert!(matches!(directory.read("7"), Err(LedgerError::Damaged { .. })), "{damage}");
        assert!(matches!(directory.take("7", "test"), Err(LedgerError::Damaged { .. })), "{damage}");
    }
    fs::write(&state, r#"{"version":99}"#).unwrap();
    assert!(matches!(directory.read("7"), Err(LedgerError::TooNew { found: 99, .. })));
    fs::remove_file(&state).unwrap();
    let text = directory.read("7").unwrap_err().to_string();
    assert!(text.contains("a journal but no state"), "{text}");
}

#[test]
fn records_count_before_and_after_the_fold_and_a_torn_line_does_not() {
    let (_keep, directory) = scratch();
    let mut writer = take(&directory);
    writer.record(NOW, Change::Adopt(Box::new(entry("bell")))).unwrap();
    drop(writer);
    let journal = directory.folder("7").join("journal.jsonl");
    // Cut off in the middle of a character.
    let torn = [fs::read(&journal).unwrap(), b"{\"seq\":2,\"a\":\"\xc3".to_vec()].concat();
    fs::write(&journal, torn).unwrap();
    let state = directory.read("7").unwrap().unwrap();
    assert!(state.entry(&TemplateKey::new("bell", "en")).is_some());
    let mut writer = take(&directory);
    writer.record(NOW, release()).unwrap();
    assert_eq!(directory.read("7").unwrap().unwrap().last_seq, 2);
    writer.finish(NOW).unwrap();
    assert_eq!(directory.read("7").unwrap().unwrap(), State { last_seq: 2, ..state });
}

#[test]
#[cfg(unix)]
fn files_are_private() {
    use std::os::unix::fs::PermissionsExt as _;
    let (_keep, directory) = scratch();
    let mut held = take(&directory);
    held.record(NOW, release()).unwrap();
    for (path, mode) in
        [("", 0o700), ("state.json", 0o600), ("journal.jsonl", 0o600), ("lock", 0o600), ("lease.json", 0o600)]
    {
        let found = fs::metadata(directory.folder("7").join(path)).unwrap().permissions().mode() & 0o777;
        assert_eq!(found, mode, "{path}");
    }
}

#[test]
fn a_name_goes_to_another_workspace_with_all_its_languages_and_nothing_else() {
    let mut state = State::new("7", NOW);
    let others = Entry { owner: "crm".into(), language: "de".into(), ..entry("bell") };
    for (seq, entry) in [entry("bell"), others, entry("horn")].into_iter().enumerate() {
        state.fold(&Record::new(seq as u64 + 1, NOW, Change::Adopt(Box::new(entry))));
    }
    let change = Change::HandOver { name: "bell".into(), from: "shop".into(), to: "loyalty".into() };
    state.fold(&Record::new(4, NOW, change));
    let owners: Vec<_> = state.templates.values().map(|entry| (entry.key().to_string(), &*entry.owner)).collect();
    assert_eq!(
        owners,
        [("bell/de".to_owned(), "crm"), ("bell/en".to_owned(), "loyalty"), ("horn/en".to_owned(), "shop")]
    );
}

/// All that a run may record.
fn script() -> Vec<Change> {
    let outcome = |intent, outcome| Change::Outcome { intent, outcome };
    vec![
        Change::Adopt(Box::new(entry("bell"))),
        intent(IntentKind::Create, "horn"),
        outcome(2, Outcome::Applied { id: Some("9".into()) }),
        intent(IntentKind::Edit, "horn"),
        outcome(4, Outcome::Unknown { reason: "lost".into() }),
        outcome(4, Outcome::Counted { reason: "changed again".into() }),
        intent(IntentKind::Edit, "bell"),
        outcome(7, Outcome::Failed { code: Some((100, None)), reason: "no".into() }),
        intent(IntentKind::Delete, "horn"),
        outcome(9, Outcome::Applied { id: None }),
        Change::HandOver { name: "bell".into(), from: "shop".into(), to: "crm".into() },
    ]
}

fn last_seq(changes: &[Change]) -> State {
    let mut state = State::new("7", NOW);
    for (at, change) in changes.iter().enumerate() {
        state.fold(&Record::new(at as u64 + 1, NOW, change.clone()));
    }
    state
}

/// Runs the rest of the script; gives how many records were acknowledged, and whether the end was.
fn go_on(directory: &Directory) -> (usize, bool) {
    let mut known = 0;
    let run = || -> Result<(), LedgerError> {
        let mut writer = directory.take("7", "test")?;
        known = usize::try_from(writer.state().last_seq).unwrap();
        for change in &script()[known..] {
            writer.record(NOW, change.clone())?;
            known += 1;
        }
        writer.finish(NOW).map(drop)
    };
    let ended = catch_unwind(AssertUnwindSafe(run));
    (known, matches!(ended, Ok(Ok(()))))
}

/// Wherever a run ends, what it was told is on disk is on disk, and the next run goes on from there.
#[test]
fn at_every_write_that_fails_or_kills_the_next_run_goes_on() {
    let whole = script();
    let mut places = 0;
    for how in Break::ALL {
        for at in 0.. {
            let (_keep, directory) = scratch();
            let disk = Faulty::new(at, how);
            let faulty = directory.clone().with_disk(Arc::clone(&disk) as Arc<dyn disk::Disk>);
            let (acknowledged, ended) = go_on(&faulty);
            let note = format!("{how:?} at write {at}, {acknowledged} acknowledged");
            if !disk.broke() {
                assert!(ended, "{note}");
                break;
            }
            places += 1;
            faulty::bury(&directory, "7");
            let on_disk = directory.read("7").unwrap_or_else(|error| panic!("{note}: {error}"));
            let found = on_disk.as_ref().map_or(0, |state| usize::try_from(state.last_seq).unwrap());
            // The record in flight may have arrived; nothing else.
            assert!((acknowledged..=acknowledged + 1).contains(&found), "{note}: {found} on disk");
            if let Some(state) = on_disk {
                let expected = last_seq(&whole[..found]);
                assert_eq!(state, State { since: state.since, ..expected }, "{note}");
            }
            assert_eq!(go_on(&directory), (whole.len(), true), "{note}");
            let state = directory.read("7").unwrap().unwrap();
            assert_eq!(state, State { since: state.since, ..last_seq(&whole) }, "{note}");
            assert!(directory.lease("7").unwrap().is_none(), "{note}");
            let journal = fs::read(directory.folder("7").join("journal.jsonl")).unwrap();
            assert!(journal.is_empty(), "{note}");
        }
    }
    assert!(places > 60, "{places} places");
}

#[test]
fn a_journal_that_was_folded_already_changes_nothing() {
    let (_keep, directory) = scratch();
    let mut writer = take(&directory);
    for change in script() {
        writer.record(NOW, change).unwrap();
    }
    let journal = directory.folder("7").join("journal.jsonl");
    let lines = fs::read(&journal).unwrap();
    let state = writer.finish(NOW).unwrap();
    // As if the crash came between the state and the journal.
    fs::write(&journal, &lines).unwrap();
    assert_eq!(directory.read("7").unwrap().unwrap(), state);
    let mut writer = take(&directory);
    let seq = writer.record(NOW, release()).unwrap();
    assert_eq!(seq, state.last_seq + 1);
    drop(writer);
    assert_eq!(directory.read("7").unwrap().unwrap(), State { last_seq: seq, ..state });
}

#[test]
fn after_a_record_that_failed_nothing_more_is_recorded() {
    let (_keep, directory) = scratch();
    // Folder, lease, state; then the first line.
    let disk = Faulty::new(3, Break::FullHalfWay);
    let mut writer = directory.clone().with_disk(disk).take("7", "test").unwrap();
    assert!(matches!(writer.record(NOW, release()), Err(LedgerError::Io { .. })));
    assert!(matches!(writer.record(NOW, release()), Err(LedgerError::Broken { .. })));
    drop(writer);
    assert_eq!(directory.read("7").unwrap().unwrap().last_seq, 0);
}
