//! Every exit code, and what programs read: stdout is JSON whatever happens, the plan's form is frozen.

use std::collections::BTreeSet;

use letterpress::{
    plan::document,
    sandbox::{Effect, Fault, Operation, Verdict},
};
use serde_json::{Value, json};

use crate::harness::{BELL, Workspace, actions, only, redacted};

#[test]
fn code_0_nothing_to_do_and_all_applied() {
    let workspace = Workspace::new(BELL);
    workspace.run(&["plan"]).ends(0);
    workspace.apply(&[]).ends(0);
    workspace.apply(&[]).ends(0);
    workspace.run(&["plan", "--detailed-exitcode"]).ends(0);
    workspace.run(&["validate"]).ends(0);
    for help in [&["--help"][..], &["--version"], &["plan", "--help"]] {
        let output = workspace.run(help).ends(0);
        assert!(!output.stdout.is_empty() && output.stderr.is_empty());
    }
}

#[test]
fn code_1_a_failure_that_nobody_foresaw() {
    let workspace = Workspace::new(BELL);
    // A file where the ledger's folder should be.
    workspace.write(".letterpress/ledger", "not a folder");
    workspace.apply(&[]).ends(1).says("ledger");
    assert!(workspace.holds().is_empty(), "without a ledger nothing is sent");
}

#[test]
fn code_2_changes_are_wanted() {
    Workspace::new(BELL).run(&["plan", "--detailed-exitcode"]).ends(2);
}

#[test]
fn code_3_files_that_cannot_be_used() {
    for (path, text) in [
        ("templates/families.yaml", "name: Bell\ncategory: UTILITY\nlanguages: {en_US: {body: Hi}}\n"),
        ("templates/families.yaml", "name: [\n"),
        ("letterpress.yaml", "version: 1\nworkspace: fernweh-crm\nacounts: {}\n"),
        ("letterpress.yaml", ""),
    ] {
        let workspace = Workspace::new(BELL);
        workspace.write(path, text);
        for command in [&["validate"][..], &["plan"], &["apply", "--auto-approve"]] {
            let output = workspace.run(command).ends(3);
            output.says(path);
        }
        assert!(workspace.requests().is_empty(), "nobody is asked");
    }
    let workspace = Workspace::new(BELL);
    std::fs::remove_file(workspace.root.join("letterpress.yaml")).unwrap();
    workspace.run(&["plan"]).ends(3).says("letterpress.yaml");
}

// 4, 5 and 10 for one account of two are in `faults`.
#[test]
fn code_4_before_anything_else_is_known() {
    let workspace = Workspace::new(BELL);
    let denied = Effect::Error { status: 403, code: 200, subcode: None, message: "No".to_owned(), transient: false };
    workspace.faults(vec![Fault::new(denied).on(Operation::List).always()]);
    workspace.run(&["plan"]).ends(4);
    workspace.apply(&[]).ends(4);
}

#[test]
fn code_6_before_8_and_9_and_10_before_6() {
    let horn = BELL.replace("bell", "horn");
    let lamp = BELL.replace("bell", "lamp");
    let workspace = Workspace::new(&format!("{BELL}---\n{horn}---\n{lamp}"));
    workspace.apply(&[]).ends(0);
    // The bell needs a flag, the horn waits, the lamp must be decided.
    workspace.hand_edit("bell_ready", "en_US", &json!([{"type": "BODY", "text": "Somebody was here with a pen."}]));
    workspace.review("horn_ready", &Verdict::Appeal);
    let changed = format!("{}---\n{}", horn.replace("Graz", "Linz"), lamp.replace("UTILITY", "MARKETING"));
    workspace.templates(&format!("{BELL}---\n{changed}"));
    workspace.run(&["plan"]).ends(0);
    workspace.apply(&[]).ends(6);
    workspace.apply(&["--select", "horn_*", "--select", "lamp_*"]).ends(9);
    workspace.apply(&["--select", "horn_*"]).ends(8);
    workspace.apply(&["--select", "lamp_*"]).ends(9);
    let refused =
        Effect::Error { status: 400, code: 100, subcode: Some(1), message: "No".to_owned(), transient: false };
    workspace.faults(vec![Fault::new(refused).on(Operation::Create)]);
    let pump = BELL.replace("bell", "pump");
    workspace.templates(&format!("{BELL}---\n{changed}---\n{pump}"));
    workspace.apply(&[]).ends(10);
}

#[test]
fn code_9_for_a_review_that_ended_badly() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    workspace.templates(&format!("{BELL}---\n{}", BELL.replace("bell", "horn").replace("new horn", "new bell")));
    // The horn has the bell's very words, which the provider rejects.
    workspace.apply(&["--wait=20s"]).ends(9).says("REJECTED");
}

#[test]
fn code_8_for_a_review_that_goes_on() {
    let workspace = Workspace::new(BELL);
    workspace.configure(|config| config.review_delay = jiff::SignedDuration::from_hours(5));
    workspace.apply(&["--wait=1s"]).ends(8).says("PENDING");
}

#[test]
fn code_64_wrong_usage() {
    let workspace = Workspace::new(BELL);
    for wrong in [
        &["paln"][..],
        &["plan", "--dry-run"],
        &["plan", "--format", "xml"],
        &["plan", "--select", "[a"],
        &["apply"],
        &["apply", "--auto-approve", "--allow-deletes", "many"],
        &["plan", "-q", "-v"],
        &["plan", "--retry-budget", "soon"],
        &["sandbox", "advance", "tomorrow"],
        &["sandbox", "review", "nobody", "approve"],
        &["sandbox", "reset", "--waba", "abc"],
        &[],
    ] {
        let output = workspace.run(wrong);
        assert_eq!(output.code, 64, "{wrong:?}: {output}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{wrong:?}: {output}");
    }
    assert!(workspace.holds().is_empty());
}

#[test]
fn an_account_that_nobody_knows_is_told_with_the_nearest_one() {
    let output = Workspace::new(BELL).run(&["plan", "--account", "shpo"]);
    output.ends(64).says("did you mean `shop`");
}

#[test]
fn stdout_is_json_whatever_happens() {
    let workspace = Workspace::new(BELL);
    let json = ["--format", "json"];
    let both = |workspace: &Workspace, codes: [i32; 2]| {
        let plan = workspace.run(&[&["plan"], &json[..]].concat()).ends(codes[0]).json();
        let applied = workspace.apply(&json).ends(codes[1]);
        assert!(applied.json()["summary"]["applied"].is_number(), "{applied}");
        (plan, applied.json())
    };
    both(&workspace, [0, 0]);
    both(&workspace, [0, 0]);
    workspace.hand_edit("bell_ready", "en_US", &json!([{"type": "BODY", "text": "Somebody was here with a pen."}]));
    let (_, held) = both(&workspace, [0, 6]);
    assert_eq!((&held["summary"]["held"], &held["accounts"][0]["results"][0]["outcome"]), (&json!(1), &json!("held")));
    let down = Effect::Error { status: 403, code: 200, subcode: None, message: "No".to_owned(), transient: false };
    workspace.faults(vec![Fault::new(down).on(Operation::List).always()]);
    let (plan, applied) = both(&workspace, [4, 4]);
    assert!(plan["accounts"][0]["error"].is_string());
    assert!(applied["accounts"][0]["stopped"].is_string(), "{applied:#}");
    workspace.run(&[&["validate"], &json[..]].concat()).ends(0).json();
    workspace.templates("name: Bell\n");
    let findings = workspace.run(&[&["validate"], &json[..]].concat()).ends(3);
    findings.json();
    for command in [&["plan"][..], &["apply", "--auto-approve"]] {
        let output = workspace.run(&[command, &json[..]].concat()).ends(3);
        assert_eq!(output.json(), findings.json(), "the findings, as `validate` tells them");
    }
}

/// Holds only if a JSON object has exactly these keys.
#[track_caller]
fn keys(value: &Value, wanted: &str) {
    let found: BTreeSet<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(found, wanted.split(' ').collect::<BTreeSet<_>>(), "{value:#}");
}

#[test]
fn the_plans_form_is_frozen() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    workspace.hand_edit(
        "bell_ready",
        "en_US",
        &json!([{"type": "BODY", "text": "Hello {{1}}, somebody was here with a pen.",
        "example": {"body_text": [["Resi"]]}}]),
    );
    workspace.review("bell_ready", &Verdict::Quality("GREEN".to_owned()));
    workspace.templates(&format!("{BELL}---\n{}", BELL.replace("bell", "horn")));
    let plan = workspace.plan(&["--select", "*_ready"]);
    keys(
        &plan,
        "format_version tool_version created_at expires_at at digest workspace commit selection warnings accounts summary",
    );
    keys(&plan["selection"], "accounts templates prune");
    let account = &plan["accounts"][0];
    keys(
        account,
        "account provider scope error ledger live managed unchanged unmanaged template_limit requests estimate actions \
         observations",
    );
    keys(&account["estimate"], "requests at_least_seconds");
    keys(&plan["summary"], "kinds states unchanged unmanaged");
    keys(&plan["summary"]["kinds"], "create edit delete adopt unarchive unpause");
    keys(&plan["summary"]["states"], "ready needs_flag blocked waiting");
    let [edit, create] = actions(&plan).as_slice() else { panic!("{plan:#}") };
    for action in [edit, create] {
        keys(
            action,
            "id kind name language template_id source live verdict live_fingerprint desired_fingerprint changes \
             breaks_senders notes",
        );
        keys(&action["source"], "file line");
        keys(&action["verdict"], "state until flags reasons");
        assert!(action["desired_fingerprint"].as_str().unwrap().starts_with("n1:sha256:"));
        for change in action["changes"].as_array().unwrap() {
            keys(change, "path before after");
        }
    }
    keys(&edit["live"], "status category quality updated_at");
    assert_eq!((&edit["live"]["quality"], &edit["live"]["status"]), (&json!("GREEN"), &json!("APPROVED")));
    keys(&edit["verdict"]["reasons"][0], "rule state reason until remedy action");
    keys(&edit["breaks_senders"][0], "part kind before after");
    assert_eq!(
        (&create["live"], &create["template_id"], &create["live_fingerprint"]),
        (&Value::Null, &Value::Null, &json!("absent"))
    );
    for seen in account["observations"].as_array().unwrap() {
        keys(seen, "tier rule name language detail");
        assert!(matches!(seen["tier"].as_str(), Some("gating" | "report")));
    }
    assert_eq!((&plan["format_version"], &plan["at"]), (&json!("1.0"), &Value::Null));
    assert_eq!(account["scope"].as_str().unwrap().split(" @ ").next(), Some("100200300"));
    assert_eq!((&edit["id"], &create["id"], &account["ledger"]), (&json!("1"), &json!("2"), &json!("present")));
    let times = ["created_at", "expires_at"].map(|key| plan[key].as_str().unwrap().parse::<jiff::Timestamp>().unwrap());
    assert_eq!(times[1].duration_since(times[0]), jiff::SignedDuration::from_hours(24));
    assert_eq!(
        plan["summary"]["kinds"],
        json!({"create": 1, "edit": 1, "delete": 0, "adopt": 0, "unarchive": 0, "unpause": 0})
    );
    assert_eq!(plan["summary"]["states"], json!({"ready": 1, "needs_flag": 1, "blocked": 0, "waiting": 0}));
}

#[test]
fn the_digest_covers_everything_but_itself() {
    let plan = Workspace::new(BELL).plan(&[]);
    let digest = plan["digest"].as_str().unwrap();
    assert_eq!(document::digest(&plan), digest);
    // Twice by hand, so that the two do not merely agree with each other.
    let mut bare = plan.clone();
    bare.as_object_mut().unwrap().remove("digest");
    let sorted: Value = serde_json::from_str(&serde_json::to_string(&bare).unwrap()).unwrap();
    assert_eq!(document::digest(&sorted), digest);
    for path in ["/workspace", "/accounts/0/actions/0/changes/0/after", "/expires_at", "/summary/kinds/create"] {
        let mut touched = plan.clone();
        *touched.pointer_mut(path).unwrap() = json!("other");
        assert_ne!(document::digest(&touched), digest, "{path}");
    }
}

#[test]
fn fingerprints_are_the_same_every_time_and_follow_the_content() {
    let workspace = Workspace::new(BELL);
    let fingerprint = || only(&workspace.plan(&[]))["desired_fingerprint"].clone();
    let first = fingerprint();
    assert_eq!(fingerprint(), first);
    workspace.templates(&format!("# a comment\n{BELL}about: {{owner: workshop}}\n"));
    assert_eq!(fingerprint(), first, "what is not sent does not count");
    workspace.templates(&BELL.replace("Graz", "Linz"));
    assert_ne!(fingerprint(), first);
}

#[test]
fn data_goes_to_stdout_and_everything_else_to_stderr() {
    let workspace = Workspace::new(BELL);
    let output = workspace.run(&["plan", "-vv"]).ends(0);
    assert!(!output.stdout.contains("GET") && output.stderr.contains("GET /"), "{output}");
    assert!(workspace.run(&["plan"]).stderr.is_empty());
    let output = workspace.apply(&["-q"]).ends(0);
    assert!(output.stderr.is_empty(), "{output}");
}

#[test]
fn what_people_see() {
    let workspace = Workspace::new(BELL);
    let mut seen = String::new();
    let mut show = |title: &str, output| seen.push_str(&format!("## {title}\n{}\n", redacted(&workspace, &output)));
    show("plan", workspace.run(&["plan"]));
    show("apply", workspace.apply(&[]));
    show("apply again", workspace.apply(&[]));
    workspace.templates(&BELL.replace("pick it up", "fetch it"));
    show("one word", workspace.run(&["plan"]));
    workspace.templates("removed: [bell_ready]\n");
    show("removed", workspace.run(&["plan"]));
    workspace.templates("name: bell_ready\ncategory: UTILTY\nlanguages: {en_US: {body: Hi}}\n");
    show("a slip", workspace.run(&["plan"]));
    show("nobody to ask", workspace.run(&["apply"]));
    insta::assert_snapshot!(seen);
}
