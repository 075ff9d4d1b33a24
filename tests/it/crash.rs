//! An apply that dies in its middle, and two at once.

use std::fs;

use letterpress::sandbox::{Effect, Fault, Operation};

use crate::harness::{BELL, Kept, Workspace, actions, count, until, writes};

/// Longer than any test waits.
const FOREVER: Effect = Effect::Slow { millis: 600_000 };

/// Starts an apply that will not end by itself.
fn start(workspace: &Workspace) -> Kept {
    Kept(workspace.command(&["apply", "--auto-approve"]).spawn().unwrap())
}

fn two_bells() -> String {
    format!("{BELL}---\n{}", BELL.replace("bell", "horn"))
}

#[test]
fn killed_after_the_work_was_done_nothing_is_created_twice() {
    let workspace = Workspace::new(&two_bells());
    workspace.faults(vec![Fault::new(FOREVER).on(Operation::Create).template("bell_ready")]);
    let child = start(&workspace);
    until("the bell is created", || workspace.holds().contains(&"bell_ready/en_US".to_owned()).then_some(()));
    drop(child);
    let ledger = workspace.ledger();
    assert_eq!((ledger.open.len(), ledger.templates.len()), (1, 0), "the intent is on disk, its outcome is not");
    let plan = workspace.plan(&[]);
    assert_eq!(actions(&plan).len(), 1, "only the horn is left: {plan:#}");
    assert_eq!(actions(&plan)[0]["name"], "horn_ready");
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(0);
    assert_eq!(writes(&requests), ["create horn_ready/en_US"]);
    let ledger = workspace.ledger();
    assert_eq!((ledger.open.len(), ledger.templates.len(), ledger.events.len()), (0, 2, 2));
    workspace.settled();
}

#[test]
fn killed_before_anything_was_done_it_is_created_once() {
    let workspace = Workspace::new(&two_bells());
    workspace.faults(vec![Fault::new(Effect::Timeout).on(Operation::Create).template("bell_ready")]);
    let child = start(&workspace);
    until("the intent is on disk", || (workspace.has_ledger() && workspace.ledger().open.len() == 1).then_some(()));
    drop(child);
    // It may not have got as far as the request; the fault must not meet the next run.
    workspace.faults(Vec::new());
    assert_eq!(actions(&workspace.plan(&[])).len(), 2);
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(0);
    assert_eq!(count(&requests, Operation::Create), 2);
    assert_eq!((workspace.holds().len(), workspace.ledger().open.len()), (2, 0));
    workspace.settled();
}

#[test]
fn killed_in_an_edit_the_edit_is_counted_and_not_repeated() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    workspace.templates(&BELL.replace("pick it up", "fetch it"));
    workspace.faults(vec![Fault::new(FOREVER).on(Operation::Edit)]);
    let child = start(&workspace);
    until("the bell is edited", || workspace.body("bell_ready/en_US").contains("fetch it").then_some(()));
    drop(child);
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(0);
    assert_eq!(writes(&requests), [] as [&str; 0]);
    let kinds: Vec<_> = workspace.ledger().events.iter().map(|event| event.kind).collect();
    use letterpress::ledger::EventKind::{Created, Edited};
    assert_eq!(kinds, [Created, Edited]);
    workspace.settled();
}

#[test]
fn a_line_of_the_journal_that_was_cut_off_is_no_damage() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    let journal = workspace.root.join(".letterpress/ledger/100200300/journal.jsonl");
    fs::write(&journal, "{\"seq\":99,\"at\":\"2026").unwrap();
    workspace.settled();
    workspace.templates(&two_bells());
    workspace.apply(&[]).ends(0);
    assert_eq!(workspace.ledger().templates.len(), 2);
    workspace.settled();
}

#[test]
fn a_damaged_ledger_stops_the_run_and_is_never_taken_for_an_absent_one() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    let state = workspace.root.join(".letterpress/ledger/100200300/state.json");
    let text = fs::read_to_string(&state).unwrap();
    for damaged in ["", "{}", "{\"version\": 99}", &text[..text.len() / 2]] {
        fs::write(&state, damaged).unwrap();
        let output = workspace.run(&["plan"]).ends(1);
        output.says("state.json");
        let (output, requests) = workspace.requests_of(|| workspace.apply(&["--prune"]));
        output.ends(1);
        assert_eq!(writes(&requests), [] as [&str; 0]);
        assert_eq!(fs::read_to_string(&state).unwrap(), damaged, "kept as it was");
    }
}

#[test]
fn a_second_apply_is_refused_with_who_holds_the_ledger() {
    let workspace = Workspace::new(BELL);
    workspace.faults(vec![Fault::new(FOREVER).on(Operation::Create)]);
    let child = start(&workspace);
    // Its create stands in the account and in the log: nothing of it is still to come.
    until("the first is at work", || workspace.holds().first().cloned());
    until("its request is logged", || writes(&workspace.requests()).first().cloned());
    let pid = child.0.id();
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    assert_ne!(output.code, 0, "{output}");
    output.says(&format!("process {pid} since 20"));
    assert_eq!(writes(&requests), [] as [&str; 0]);
    workspace.run(&["plan"]).ends(0);
    drop(child);
    workspace.apply(&[]).ends(0);
    workspace.settled();
}

#[test]
fn a_lost_edit_that_nobody_can_tell_any_more_counts_and_does_not_stay_open() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    workspace.templates(&BELL.replace("pick it up", "fetch it"));
    workspace.faults(vec![Fault::new(FOREVER).on(Operation::Edit)]);
    let child = start(&workspace);
    until("the bell is edited", || workspace.body("bell_ready/en_US").contains("fetch it").then_some(()));
    drop(child);
    // Before anybody looks, a person writes over it: neither the old nor the new text is there.
    let by_hand = serde_json::json!([{"type": "BODY", "text": "Somebody was here with a pen."}]);
    workspace.hand_edit("bell_ready", "en_US", &by_hand);
    letterpress::sandbox::admin::advance(&workspace.sandbox(), None, jiff::SignedDuration::from_hours(25)).unwrap();
    workspace.apply(&[]).ends(6).says("--revert-drift");
    workspace.apply(&["--revert-drift", "*"]).ends(0);
    let ledger = workspace.ledger();
    let edits = ledger.events.iter().filter(|event| event.kind == letterpress::ledger::EventKind::Edited).count();
    assert_eq!((edits, ledger.open.len()), (2, 0), "the lost edit may have cost one of ten: {:#?}", ledger.open);
    workspace.settled();
}

#[test]
fn an_account_whose_ledger_cannot_be_had_keeps_nobody_else_from_work() {
    let second = "  second: {provider: meta, waba_id: \"7\", sandbox: true}\ndefaults: {accounts: [shop, second]}\n";
    let workspace = Workspace::of(&format!("{}{second}", crate::harness::SHOP));
    workspace.templates(BELL);
    workspace.write(".letterpress/ledger/7/state.json", "{}");
    let both = ["--account", "shop", "--account", "second"];
    let (output, requests) = workspace.requests_of(|| workspace.apply(&both));
    output.ends(10).says("is damaged");
    assert_eq!(writes(&requests), ["create bell_ready/en_US"]);
    assert_eq!((workspace.holds().len(), workspace.ledger().templates.len()), (1, 1));
    workspace.apply(&["--account", "second"]).ends(1);
}

#[test]
fn an_interrupt_lets_the_call_in_flight_end_and_begins_no_other() {
    let workspace = Workspace::new(&two_bells());
    workspace.faults(vec![Fault::new(Effect::Slow { millis: 1500 }).on(Operation::Create).template("bell_ready")]);
    let child = workspace.command(&["apply", "--auto-approve"]).spawn().unwrap();
    until("the bell is created", || workspace.holds().first().cloned());
    let interrupt = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(interrupt.success());
    let output = crate::harness::Output::of(child.wait_with_output().unwrap()).ends(10);
    output.says("interrupted");
    assert_eq!(workspace.holds(), ["bell_ready/en_US"]);
    let ledger = workspace.ledger();
    assert_eq!((ledger.templates.len(), ledger.open.len()), (1, 0), "its answer was waited for");
    workspace.apply(&[]).ends(0);
    workspace.settled();
}
