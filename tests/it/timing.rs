//! Rules over time: edits in a day and in a month, names that are locked, freezes, successors, one account after another.

use jiff::SignedDuration;
use letterpress::sandbox::{Verdict, admin};
use serde_json::json;

use crate::harness::{BELL, SHOP, Workspace, actions, only, rules, writes};

fn later(workspace: &Workspace, hours: i64) {
    admin::advance(&workspace.sandbox(), None, SignedDuration::from_hours(hours)).unwrap();
}

fn gate(number: usize) -> String {
    BELL.replace("Graz", &format!("hall {number}"))
}

/// Minutes from the account's now until a time of a plan.
fn hours_until(workspace: &Workspace, until: &serde_json::Value) -> i64 {
    let until: jiff::Timestamp = until.as_str().unwrap().parse().unwrap();
    until.duration_since(admin::now(&workspace.sandbox(), crate::harness::WABA).unwrap()).as_hours()
}

#[test]
fn an_approved_template_is_edited_once_a_day() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    workspace.templates(&gate(1));
    workspace.apply(&[]).ends(0);
    workspace.templates(&gate(2));
    let plan = workspace.plan(&[]);
    let action = only(&plan);
    assert_eq!((&action["verdict"]["state"], rules(action)), (&json!("blocked"), vec!["edit-budget"]));
    assert!(matches!(hours_until(&workspace, &action["verdict"]["until"]), 23..=24), "{action:#}");
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(8);
    assert_eq!(writes(&requests), [] as [&str; 0]);
    later(&workspace, 25);
    let ((), requests) = workspace.requests_of(|| {
        workspace.apply(&[]).ends(0);
    });
    assert_eq!(writes(&requests), ["edit bell_ready/en_US"], "unchanged, a day later");
    workspace.settled();
}

#[test]
fn an_approved_template_is_edited_ten_times_a_month() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    for edit in 1..=10 {
        workspace.templates(&gate(edit));
        let notes = only(&workspace.plan(&[]))["notes"].to_string();
        assert!(notes.contains(&format!("edit {edit} of 10 in 30 days")), "{notes}");
        workspace.apply(&[]).ends(0);
        later(&workspace, 26);
    }
    workspace.templates(&gate(11));
    let plan = workspace.plan(&[]);
    assert_eq!(rules(only(&plan)), ["edit-budget"]);
    let hours = hours_until(&workspace, &only(&plan)["verdict"]["until"]);
    assert!((19 * 24..=20 * 24).contains(&hours), "{hours}: ten edits, 26 hours apart, and 30 days after the first");
    workspace.apply(&[]).ends(8);
    later(&workspace, hours + 1);
    workspace.apply(&[]).ends(0);
    assert!(workspace.requests().iter().all(|request| request.status == Some(200)), "nothing was ever refused");
    workspace.settled();
}

#[test]
fn a_rejected_template_is_edited_as_often_as_it_takes() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    for edit in 1..=3 {
        workspace.run(&["plan"]);
        workspace.review("bell_ready", &Verdict::Reject { reason: "INVALID_FORMAT".to_owned() });
        workspace.templates(&gate(edit));
        workspace.apply(&[]).ends(0);
    }
    workspace.settled();
}

#[test]
fn what_the_provider_says_about_edits_is_believed() {
    // Somebody edits by hand: the ledger knows nothing of it, the provider does.
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    workspace.hand_edit("bell_ready", "en_US", &json!([{"type": "BODY", "text": "Somebody was here with a pen."}]));
    workspace.apply(&["--revert-drift", "*"]).ends(10).says("2388039");
    let plan = workspace.plan(&[]);
    assert!(rules(only(&plan)).contains(&"edit-budget"), "{plan:#}");
    let (output, requests) = workspace.requests_of(|| workspace.apply(&["--revert-drift", "*"]));
    output.ends(8);
    assert_eq!(writes(&requests), [] as [&str; 0], "not tried again");
    later(&workspace, 25);
    workspace.apply(&["--revert-drift", "*"]).ends(0);
    workspace.settled();
}

#[test]
fn a_deleted_name_is_locked_for_thirty_days() {
    let horn = BELL.replace("bell", "horn");
    let workspace = Workspace::new(&format!("{BELL}---\n{horn}"));
    workspace.apply(&[]).ends(0);
    workspace.templates(&format!("{BELL}---\nremoved: [horn_ready]\n"));
    workspace.apply(&[]).ends(0);
    workspace.templates(&format!("{BELL}---\n{horn}  de: {{body: Deine neue Hupe liegt zum Abholen bereit.}}\n"));
    let plan = workspace.plan(&[]);
    assert_eq!(actions(&plan).len(), 2);
    assert!(actions(&plan).iter().all(|action| rules(action) == ["name-locked"]), "{plan:#}");
    workspace.apply(&[]).ends(8);
    later(&workspace, 30 * 24 + 1);
    workspace.apply(&[]).ends(0);
    assert!(workspace.requests().iter().all(|request| request.status == Some(200)), "nothing was ever refused");
    workspace.settled();
}

#[test]
fn a_freeze_holds_edits_and_deletions_and_no_creates() {
    let horn = BELL.replace("bell", "horn");
    let workspace = Workspace::new(&format!("{BELL}---\n{horn}"));
    workspace.apply(&[]).ends(0);
    let lamp = BELL.replace("bell", "lamp");
    workspace.templates(&format!("{}---\nremoved: [horn_ready]\n---\n{lamp}", gate(1)));
    let now = admin::now(&workspace.sandbox(), crate::harness::WABA).unwrap();
    let day = |hours| (now + SignedDuration::from_hours(hours)).strftime("%Y-%m-%d").to_string();
    let freeze = format!("policy: {{freeze: [{{from: {}, to: {}, reason: peak}}]}}\n", day(-48), day(48));
    workspace.write("letterpress.yaml", format!("{SHOP}{freeze}"));
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(8).says("peak");
    assert_eq!(writes(&requests), ["create lamp_ready/en_US"]);
    let at = (now + SignedDuration::from_hours(80)).to_string();
    let plan = workspace.plan(&["--at", &at]);
    assert!(actions(&plan).iter().all(|action| action["verdict"]["state"] == "ready"), "{plan:#}");
    assert!(plan["at"].is_string());
    later(&workspace, 80);
    workspace.apply(&[]).ends(0);
    workspace.settled();
}

#[test]
fn a_replaced_name_stays_until_its_successor_is_approved_for_long_enough() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    workspace.configure(|config| config.review_delay = SignedDuration::from_hours(5));
    let new = format!(
        "{}lifecycle: {{replaces: {{name: bell_ready, keep_for: 7d}}}}\n",
        BELL.replace("bell_ready", "bell_ready_2").replace("pick it up", "fetch it")
    );
    workspace.templates(&format!("{new}---\nremoved: [bell_ready]\n"));
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(8);
    assert_eq!(writes(&requests), ["create bell_ready_2/en_US"]);
    let mut waited = Vec::new();
    for hours in [1, 5, 24, 5 * 24] {
        later(&workspace, hours);
        let output = workspace.apply(&[]).ends(8);
        output.says("[replaces]");
        waited.push(workspace.holds().len());
    }
    assert_eq!(waited, [2, 2, 2, 2]);
    later(&workspace, 3 * 24);
    workspace.apply(&[]).ends(0);
    assert_eq!(workspace.holds(), ["bell_ready_2/en_US"]);
    workspace.settled();
}

#[test]
fn one_account_comes_after_another() {
    let workspace = Workspace::of(&format!(
        "{SHOP}  second: {{provider: meta, waba_id: \"7\", sandbox: true, after: shop}}\ndefaults: {{accounts: [shop, second]}}\n"
    ));
    workspace.configure(|config| config.review_delay = SignedDuration::from_hours(5));
    workspace.templates(BELL);
    let both = ["--account", "shop", "--account", "second"];
    let (output, requests) = workspace.requests_of(|| workspace.apply(&both));
    output.ends(8).says("[promotion]");
    assert!(requests.iter().all(|request| request.waba.as_deref() != Some("7") || request.method == "GET"));
    let second = || admin::templates(&workspace.sandbox(), "7").unwrap().len();
    assert_eq!((workspace.holds().len(), second()), (1, 0));
    workspace.apply(&both).ends(8);
    later(&workspace, 6);
    workspace.apply(&both).ends(0);
    assert_eq!(second(), 1);
}
