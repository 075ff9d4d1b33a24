//! `status`: the table, edits left, locked names, and the gate for senders.

use std::time::Duration;

use jiff::SignedDuration;
use letterpress::sandbox::{Effect, Fault, Operation, Verdict, admin};
use serde_json::{Value, json};

use crate::harness::{BELL, Output, Workspace, redacted, until, writes};

fn advance(workspace: &Workspace, hours: i64) {
    admin::advance(&workspace.sandbox(), None, SignedDuration::from_hours(hours)).unwrap();
}

fn status(workspace: &Workspace, arguments: &[&str], code: i32) -> Value {
    workspace.run(&[&["status", "--format", "json"], arguments].concat()).ends(code).json()
}

fn row<'d>(document: &'d Value, key: &str) -> &'d Value {
    let (name, language) = key.split_once('/').unwrap();
    let rows = document["accounts"][0]["templates"].as_array().unwrap();
    rows.iter().find(|row| row["name"] == name && row["language"] == language).unwrap()
}

fn family(name: &str) -> String {
    BELL.replace("bell", name)
}

#[test]
fn family_by_language() {
    let workspace = Workspace::new(&format!(
        "{}  de:\n    body: Deine neue Klingel ist fertig, hol sie in Graz ab.\n---\n{}---\n{}---\n{}",
        BELL,
        family("horn"),
        family("lamp"),
        family("pump")
    ));
    workspace.apply(&[]).ends(0);
    workspace.review("horn_ready", &Verdict::Pause);
    workspace.review("lamp_ready", &Verdict::Reject { reason: "INVALID_FORMAT".into() });
    workspace.review("bell_ready", &Verdict::Quality("GREEN".into()));
    let hand = json!([{"type": "BODY", "text": "Somebody was here with a pen."}]);
    workspace.hand_edit("pump_ready", "en_US", &hand);
    let (output, requests) = workspace.requests_of(|| workspace.run(&["status"]));
    assert_eq!((requests.len(), writes(&requests).len()), (1, 0));
    insta::assert_snapshot!(redacted(&workspace, &output.ends(0)));
    let document = status(&workspace, &[], 0);
    assert_eq!(document["format_version"], "1.0");
    assert_eq!(row(&document, "lamp_ready/en_US")["rejected_reason"], "INVALID_FORMAT");
    assert_eq!(row(&document, "horn_ready/en_US")["edits"]["limited"], false);
    assert_eq!(row(&document, "pump_ready/en_US")["as_wanted"], false);
}

#[test]
fn edits_left_today_and_in_thirty_days() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    advance(&workspace, 25);
    for (at, town) in ["Wien", "Linz", "Wels"].into_iter().enumerate() {
        workspace.templates(&BELL.replace("Graz", town));
        workspace.apply(&[]).ends(0);
        advance(&workspace, 1);
        let document = status(&workspace, &[], 0);
        let edits = &row(&document, "bell_ready/en_US")["edits"];
        assert_eq!(
            (&edits["left_today"], &edits["left_30_days"], &edits["exact"]),
            (&json!(0), &json!(9 - at), &json!(true)),
            "{document:#}"
        );
        assert!(edits["next_at"].is_string(), "{document:#}");
        workspace.run(&["status"]).ends(0).says(&format!(", {} of 10 in 30 days", 9 - at));
        advance(&workspace, 24);
    }
    workspace.run(&["status"]).ends(0).says("edits left: 1 today, 7 of 10 in 30 days");
    advance(&workspace, 31 * 24);
    workspace.run(&["status"]).ends(0).says("edits left: 1 today, 10 of 10 in 30 days");
}

#[test]
fn what_history_cannot_prove_is_said_as_the_most_that_is_left() {
    let workspace = Workspace::new(BELL);
    workspace.seed(&[json!({"name": "bell_ready", "language": "en_US", "category": "UTILITY", "status": "APPROVED",
        "parameter_format": "POSITIONAL",
        "components": [{"type": "BODY", "text": "Your new bell is ready, pick it up in Graz."}]})]);
    let output = workspace.run(&["status"]).ends(0);
    output.says("no ledger");
    output.says("edits left: at most 1 today, at most 10 of 10 in 30 days (0+ used)");
    workspace.apply(&[]).ends(0);
    let document = status(&workspace, &[], 0);
    assert_eq!(row(&document, "bell_ready/en_US")["edits"]["exact"], false);
}

#[test]
fn names_of_deleted_templates_are_locked_with_dates() {
    let workspace = Workspace::new(&format!("{BELL}---\n{}", family("horn")));
    workspace.apply(&[]).ends(0);
    workspace.templates(&format!("removed: [bell_ready]\n---\n{}", family("horn")));
    workspace.apply(&[]).ends(0);
    let document = status(&workspace, &[], 0);
    let locked = document["accounts"][0]["locked"].as_array().unwrap();
    assert_eq!(locked.len(), 1, "{document:#}");
    assert_eq!((&locked[0]["name"], &locked[0]["whole_name"]), (&json!("bell_ready"), &json!(true)));
    workspace.run(&["status"]).ends(0).says("bell_ready/en_US  until 20");
    workspace.templates(&format!("{BELL}---\n{}", family("horn")));
    workspace.run(&["status", "--require", "approved"]).ends(9).says("wanted");
    advance(&workspace, 30 * 24 + 1);
    assert_eq!(status(&workspace, &[], 0)["accounts"][0]["locked"], json!([]));
}

#[test]
fn the_gate_opens_when_everything_that_is_wanted_is_approved() {
    let workspace = Workspace::new(&format!("{BELL}---\n{}", family("horn")));
    let gate = &["status", "--require", "approved"][..];
    workspace.run(gate).ends(9).says("0 of 2 wanted templates approved; 2 missing");
    workspace.apply(&["--wait=20s"]).ends(0);
    workspace.run(gate).ends(0).says("2 of 2 wanted templates approved");
    workspace.review("horn_ready", &Verdict::Appeal);
    workspace.run(gate).ends(8).says("1 in review");
    for stop in [Verdict::Reject { reason: "ABUSIVE_CONTENT".into() }, Verdict::Pause, Verdict::Disable] {
        workspace.review("bell_ready", &stop);
        workspace.run(gate).ends(9).says("1 stopped");
        workspace.run(&["status"]).ends(0);
    }
    workspace.run(&[gate, &["--select", "horn_*"]].concat()).ends(8);
    workspace.run(&[gate, &["--select", "hron_*"]].concat()).ends(64).says("hits no template");
}

#[test]
fn the_gate_stays_shut_while_nobody_answers() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&["--wait=20s"]).ends(0);
    let error =
        |status, code| Effect::Error { status, code, subcode: None, message: "No".into(), transient: status > 499 };
    for (effect, code) in [(error(401, 190), 4), (error(500, 2), 5)] {
        workspace.faults(vec![Fault::new(effect).on(Operation::List).always()]);
        workspace.run(&["status", "--require", "approved", "--retry-budget", "1s"]).ends(code);
    }
    let broken = Workspace::new("name: [\n");
    broken.run(&["status", "--require", "approved"]).ends(3);
}

#[test]
fn a_watch_ends_when_the_reviews_do() {
    let workspace = Workspace::new(BELL);
    workspace.configure(|config| config.review_delay = SignedDuration::from_hours(5));
    workspace.apply(&[]).ends(0);
    workspace.run(&["status", "--require", "approved"]).ends(8);
    for (verdict, code) in [(Verdict::Approve, 0), (Verdict::Reject { reason: "SCAM".into() }, 9)] {
        workspace.review("bell_ready", &Verdict::Appeal);
        let asked = workspace.requests().len();
        let child = workspace.command(&["status", "--require", "approved", "--watch", "--format", "json"]);
        let mut child = { child }.spawn().unwrap();
        until("the account is looked at again", || {
            std::thread::sleep(Duration::from_millis(50));
            (workspace.requests().len() > asked + 1).then_some(())
        });
        assert!(child.try_wait().unwrap().is_none(), "it goes on while the review does");
        workspace.review("bell_ready", &verdict);
        let output = Output::of(child.wait_with_output().unwrap()).ends(code);
        let lines: Vec<Value> = output.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let standings: Vec<&Value> =
            lines.iter().map(|line| &line["accounts"][0]["templates"][0]["standing"]).collect();
        assert_eq!(standings.len(), 2, "one line for each change: {output}");
        assert_eq!(standings[0], "in_review");
    }
}

#[test]
#[cfg(unix)]
fn an_interrupted_watch_says_where_things_stand() {
    let workspace = Workspace::new(BELL);
    workspace.configure(|config| config.review_delay = SignedDuration::from_hours(5));
    workspace.apply(&[]).ends(0);
    for (arguments, code) in [(&["status", "--watch"][..], 0), (&["status", "--watch", "--require", "approved"], 8)] {
        let asked = workspace.requests().len();
        let child = workspace.command(arguments).spawn().unwrap();
        until("the account is looked at again", || {
            std::thread::sleep(Duration::from_millis(50));
            (workspace.requests().len() > asked + 1).then_some(())
        });
        let killed = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
        assert!(killed.success());
        Output::of(child.wait_with_output().unwrap()).ends(code).says("PENDING");
    }
}

/// Every path of a document, a line each; of a list only the first item.
pub(crate) fn paths(document: &Value) -> String {
    fn walk(path: &str, value: &Value, out: &mut Vec<String>) {
        match value {
            Value::Object(map) => map.iter().for_each(|(key, value)| walk(&format!("{path}.{key}"), value, out)),
            Value::Array(items) => match items.first() {
                Some(item) => walk(&format!("{path}[]"), item, out),
                None => out.push(format!("{path}[]")),
            },
            _ => out.push(path.to_owned()),
        }
    }
    let mut out = Vec::new();
    walk("", document, &mut out);
    out.join("\n")
}

#[test]
fn the_form_for_programs_is_frozen() {
    let workspace = Workspace::new(&format!("{BELL}---\n{}", family("horn")));
    workspace.apply(&[]).ends(0);
    workspace.templates(&format!("removed: [horn_ready]\n---\n{BELL}"));
    workspace.apply(&[]).ends(0);
    insta::assert_snapshot!(paths(&status(&workspace, &["--require", "approved"], 0)));
}
