//! What somebody changed in the account: held and shown, overwritten only when a person or the policy says so.

use jiff::SignedDuration;
use letterpress::sandbox::admin;
use serde_json::json;

use crate::harness::{BELL, SHOP, Workspace, only, redacted, rules, writes};

const TEXT: &str = "Your new bell is ready, pick it up in Graz.";
const BY_HAND: &str = "Your new bell is ready, pick it up in Linz.";

/// The bell applied, then edited in WhatsApp Manager, then a day on: the edit counted.
fn edited_by_hand() -> Workspace {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    by_hand(&workspace);
    workspace
}

fn by_hand(workspace: &Workspace) {
    workspace.hand_edit("bell_ready", "en_US", &json!([{"type": "BODY", "text": BY_HAND}]));
    admin::advance(&workspace.sandbox(), None, SignedDuration::from_hours(25)).unwrap();
}

#[test]
fn it_is_held_and_shown() {
    let workspace = edited_by_hand();
    let plan = workspace.plan(&[]);
    let action = only(&plan);
    assert_eq!(action["verdict"]["state"], "needs_flag");
    assert_eq!(action["verdict"]["flags"], json!(["--revert-drift bell_ready/en_US"]));
    assert_eq!(rules(action), ["overwrites-hand-edit"]);
    let drift = plan["accounts"][0]["observations"].as_array().unwrap().iter().find(|seen| seen["rule"] == "drift");
    assert_eq!(drift.unwrap()["tier"], "gating");
    let output = workspace.run(&["plan"]).ends(0);
    assert!(output.stdout.contains("Changed in the account, not in git"), "{output}");
    insta::assert_snapshot!(redacted(&workspace, &output));
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(6).says("--revert-drift bell_ready/en_US");
    assert_eq!(writes(&requests), [] as [&str; 0]);
    assert_eq!(workspace.body("bell_ready/en_US"), BY_HAND);
}

#[test]
fn a_flag_overwrites_it_and_a_flag_for_another_template_does_not() {
    let workspace = edited_by_hand();
    workspace.apply(&["--revert-drift", "bell_late"]).ends(6);
    assert_eq!(workspace.body("bell_ready/en_US"), BY_HAND);
    let (output, requests) = workspace.requests_of(|| workspace.apply(&["--revert-drift", "bell_*"]));
    output.ends(0);
    assert_eq!(writes(&requests), ["edit bell_ready/en_US"]);
    assert_eq!(workspace.body("bell_ready/en_US"), TEXT);
    workspace.settled();
}

#[test]
fn the_policy_overwrites_it() {
    let workspace = edited_by_hand();
    workspace.write("letterpress.yaml", format!("{SHOP}policy: {{hand_edits: revert}}\n"));
    workspace.apply(&[]).ends(0);
    assert_eq!(workspace.body("bell_ready/en_US"), TEXT);
    workspace.settled();
}

#[test]
fn changed_in_both_places_shows_all_three() {
    let workspace = edited_by_hand();
    workspace.templates(&BELL.replace("Graz", "Wels"));
    let plan = workspace.plan(&[]);
    let action = only(&plan);
    assert_eq!(rules(action), ["overwrites-hand-edit"]);
    assert_eq!(
        action["changes"],
        json!([{"path": "body.text", "before": BY_HAND, "after": TEXT.replace("Graz", "Wels")}])
    );
    let output = workspace.run(&["plan"]).ends(0);
    for place in ["Linz", "Wels", "Graz"] {
        assert!(output.stdout.contains(place), "{place}: {output}");
    }
    insta::assert_snapshot!(redacted(&workspace, &output));
    workspace.apply(&[]).ends(6);
    assert_eq!(workspace.body("bell_ready/en_US"), BY_HAND);
    workspace.apply(&["--revert-drift", "*"]).ends(0);
    assert_eq!(workspace.body("bell_ready/en_US"), TEXT.replace("Graz", "Wels"));
    workspace.settled();
}

#[test]
fn brought_into_git_it_is_adopted() {
    let workspace = edited_by_hand();
    workspace.templates(&BELL.replace("Graz", "Linz"));
    let plan = workspace.plan(&[]);
    assert_eq!((&only(&plan)["kind"], &only(&plan)["verdict"]["state"]), (&json!("adopt"), &json!("ready")));
    workspace.run(&["plan", "--detailed-exitcode"]).ends(0).says("1 template will be adopted");
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(0);
    assert_eq!(writes(&requests), [] as [&str; 0]);
    workspace.settled();
    // From now on this is what was applied.
    by_hand_back(&workspace);
    assert_eq!(rules(only(&workspace.plan(&[]))), ["overwrites-hand-edit"]);
}

fn by_hand_back(workspace: &Workspace) {
    workspace.hand_edit("bell_ready", "en_US", &json!([{"type": "BODY", "text": TEXT}]));
}

#[test]
fn gone_from_the_account_it_is_created_again_and_said() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    admin::reset(&workspace.sandbox(), Some(crate::harness::WABA)).unwrap();
    workspace.configure(|_| {});
    let plan = workspace.plan(&[]);
    let action = only(&plan);
    assert_eq!(action["kind"], "create");
    assert!(action["notes"].to_string().contains("gone"), "{action:#}");
    assert!(plan["accounts"][0]["observations"].to_string().contains("gone from the account"));
    workspace.apply(&[]).ends(0);
    workspace.settled();
}
