//! The lock, its commands, interruptions, and a limit of time.

use std::{fs, process::Command, time::Instant};

use letterpress::{
    ledger::Directory,
    sandbox::{Effect, Fault, Operation, admin},
};

use crate::harness::{BELL, Kept, Output, SHOP, WABA, Workspace, count, until, writes};

fn two_bells() -> String {
    format!("{BELL}---\n{}", BELL.replace("bell", "horn"))
}

fn directory(workspace: &Workspace) -> Directory {
    Directory::new(workspace.root.join(".letterpress/ledger"))
}

fn lock_id(workspace: &Workspace) -> String {
    directory(workspace).lease(WABA).unwrap().expect("it is locked").id
}

/// An apply that hangs in its first create, which the account has done.
fn hanging(workspace: &Workspace, millis: u64) -> Kept {
    workspace.faults(vec![Fault::new(Effect::Slow { millis }).on(Operation::Create)]);
    let child = Kept(workspace.command(&["apply", "--auto-approve"]).spawn().unwrap());
    until("it is created", || workspace.holds().first().cloned());
    child
}

fn signal(child: &Kept, name: &str) {
    assert!(Command::new("kill").args([name, &child.0.id().to_string()]).status().unwrap().success());
}

fn output_of(mut child: Kept) -> Output {
    use std::io::Read as _;
    let (mut stdout, mut stderr) = (String::new(), String::new());
    child.0.stdout.take().unwrap().read_to_string(&mut stdout).unwrap();
    child.0.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    Output { code: child.0.wait().unwrap().code().unwrap_or(-1), stdout, stderr }
}

#[test]
fn a_lock_is_shown_waited_for_and_refused_with_the_way_out() {
    let workspace = Workspace::new(BELL);
    let child = hanging(&workspace, 4000);
    let id = lock_id(&workspace);
    let pid = child.0.id();
    let output = workspace.apply(&[]).ends(5);
    for part in
        [&format!("process {pid} since 20"), "(apply of shop)", "until 20", &format!("letterpress ledger unlock {id}")]
    {
        output.says(part);
    }
    let shown = workspace.run(&["ledger", "show"]).ends(0);
    shown.says(&format!("ledger unlock {id}"));
    shown.says("writes without an outcome");
    let json = workspace.run(&["ledger", "show", "--format", "json"]).ends(0).json();
    assert_eq!(
        (json["ledgers"][0]["lock"]["id"].as_str(), json["ledgers"][0]["lock"]["pid"].as_u64()),
        (Some(&*id), Some(u64::from(pid)))
    );
    assert_eq!(json["ledgers"][0]["open"][0]["kind"], "create");
    let (output, requests) = workspace.requests_of(|| workspace.apply(&["--lock-timeout", "1m"]));
    output.ends(0).says("Waiting: another apply works on WABA");
    assert_eq!(count(&requests, Operation::Create), 0, "{requests:?}");
    assert_eq!(output_of(child).ends(0).code, 0);
    workspace.settled();
    assert!(directory(&workspace).lease(WABA).unwrap().is_none());
}

#[test]
fn two_names_of_one_waba_share_its_lock() {
    let workspace =
        Workspace::of(&format!("{SHOP}  boutique: {{provider: meta, waba_id: \"{WABA}\", sandbox: true}}\n"));
    workspace
        .templates(&format!("{BELL}accounts: [shop]\n---\n{}accounts: [boutique]\n", BELL.replace("bell", "horn")));
    workspace.faults(vec![Fault::new(Effect::Slow { millis: 4000 }).on(Operation::Create)]);
    let shop = ["apply", "--auto-approve", "--account", "shop"];
    let child = Kept(workspace.command(&shop).spawn().unwrap());
    until("it is created", || workspace.holds().first().cloned());
    workspace.apply(&["--account", "boutique"]).ends(5).says("(apply of shop)");
    output_of(child).ends(0);
    workspace.apply(&["--account", "boutique"]).ends(0);
    assert_eq!(workspace.holds(), ["bell_ready/en_US", "horn_ready/en_US"]);
    // In one run nobody could say whose turn it is.
    let both = ["--account", "shop", "--account", "boutique"];
    workspace.apply(&both).ends(64).says("are the same WABA");
}

#[test]
fn whoever_is_unlocked_while_it_runs_sends_nothing_more() {
    let workspace = Workspace::new(&two_bells());
    let child = hanging(&workspace, 2000);
    let id = lock_id(&workspace);
    workspace.run(&["ledger", "unlock", "0123456789ab"]).ends(64).says(&format!("under another id, {id}"));
    workspace.run(&["ledger", "unlock", &id]).ends(0).says("stops before its next write");
    output_of(child).ends(10).says("somebody unlocked it");
    assert_eq!(workspace.holds().len(), 1, "the second create was not sent");
    assert_eq!(workspace.ledger().open.len(), 1, "and the first has no outcome on record");
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(0);
    assert_eq!(writes(&requests).len(), 1, "{requests:?}");
    workspace.settled();
}

#[test]
fn ctrl_c_ends_after_the_call_in_flight_and_reports() {
    for name in ["-INT", "-TERM"] {
        let workspace = Workspace::new(&two_bells());
        let child = hanging(&workspace, 1500);
        signal(&child, name);
        let output = output_of(child).ends(10);
        output.says("1 applied");
        output.says("1 not attempted");
        output.says("interrupted");
        assert!(workspace.ledger().open.is_empty(), "the answer was waited for");
        let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
        output.ends(0);
        assert_eq!(writes(&requests).len(), 1);
        workspace.settled();
    }
}

#[test]
fn a_second_ctrl_c_ends_at_once() {
    let workspace = Workspace::new(BELL);
    let child = hanging(&workspace, 600_000);
    let start = Instant::now();
    signal(&child, "-INT");
    std::thread::sleep(std::time::Duration::from_millis(300));
    signal(&child, "-INT");
    output_of(child).ends(10).says("ended at once");
    assert!(start.elapsed().as_secs() < 10);
    assert_eq!(workspace.ledger().open.len(), 1);
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(0);
    assert_eq!(writes(&requests).len(), 0);
    workspace.settled();
}

#[test]
fn a_limit_of_time_stops_cleanly_and_the_rest_goes_through_later() {
    let workspace = Workspace::new(&two_bells());
    workspace.faults(vec![Fault::new(Effect::Slow { millis: 2500 }).on(Operation::Create)]);
    let output = workspace.apply(&["--for", "2s"]).ends(8);
    output.says("1 applied");
    output.says("the time given with --for is over");
    assert!(workspace.ledger().open.is_empty());
    workspace.apply(&["--for", "50m"]).ends(0);
    workspace.settled();
}

#[test]
fn a_create_that_turns_out_to_exist_is_adopted_when_it_is_the_same() {
    let workspace = Workspace::new(BELL);
    let exists = Effect::Error {
        status: 400,
        code: 100,
        subcode: Some(2_388_024),
        message: "Invalid parameter".into(),
        transient: false,
    };
    // Somebody creates the same between the plan and the write: the lock does not keep people out.
    workspace.faults(vec![
        Fault::new(Effect::Slow { millis: 1500 }).on(Operation::List),
        Fault::new(exists).on(Operation::Create),
    ]);
    let child = Kept(workspace.command(&["apply", "--auto-approve"]).spawn().unwrap());
    until("the list is answered", || workspace.requests().iter().any(|r| r.operation == Operation::List).then_some(()));
    let text = "Your new bell is ready, pick it up in Graz.";
    let node = serde_json::json!({"name": "bell_ready", "language": "en_US", "category": "UTILITY",
        "components": [{"type": "BODY", "text": text}]});
    workspace.seed(&[node]);
    output_of(child).ends(0).says("1 applied");
    assert_eq!(workspace.ledger().templates.len(), 1);
    workspace.settled();
}

#[test]
fn a_name_is_handed_over_with_all_its_languages() {
    let workspace = Workspace::new(BELL);
    workspace.run(&["ledger", "show"]).ends(0).says("no ledger");
    workspace.run(&["ledger", "hand-over", "bell_ready", "--to", "fernweh-shop"]).ends(64).says("nobody manages it");
    workspace.apply(&[]).ends(0);
    workspace.run(&["ledger", "hand-over", "bell_ready", "--to", "fernweh-crm"]).ends(64);
    workspace
        .run(&["ledger", "hand-over", "bell_ready", "--to", "fernweh-shop"])
        .ends(0)
        .says("belongs to fernweh-shop");
    assert_eq!(workspace.ledger().templates["bell_ready/en_US"].owner, "fernweh-shop");
    workspace
        .run(&["ledger", "hand-over", "bell_ready", "--to", "fernweh-pos"])
        .ends(64)
        .says("managed by fernweh-shop");
    let shown = workspace.run(&["ledger", "show"]).ends(0);
    shown.says("bell_ready/en_US  fernweh-shop  UTILITY");
    shown.says("created");
    shown.says("not locked");
    let text = fs::read_to_string(workspace.root.join("letterpress.yaml")).unwrap();
    workspace.write("letterpress.yaml", text.replace("fernweh-crm", "fernweh-shop"));
    workspace.settled();
}

#[test]
fn an_empty_and_a_damaged_ledger_are_told_apart() {
    let workspace = Workspace::new(&format!("removed: [bell_ready]\n---\n{}", BELL.replace("bell", "horn")));
    workspace.apply(&[]).ends(0);
    workspace.templates("removed: [{name: horn_ready, keep: true}]\n");
    workspace.apply(&[]).ends(0);
    admin::advance(&workspace.sandbox(), Some(WABA), jiff::SignedDuration::from_hours(32 * 24)).unwrap();
    workspace.run(&["ledger", "show"]).ends(0).says("an empty ledger");
    fs::write(workspace.root.join(format!(".letterpress/ledger/{WABA}/state.json")), "").unwrap();
    workspace.run(&["ledger", "show"]).ends(1).says("damaged: it is an empty file");
}
