//! Apply, then plan, is empty; one changed word is one edit with one change.

use letterpress::sandbox::Operation;
use serde_json::Value;

use crate::{
    fixtures::{EVERY_KIND, media},
    harness::{BELL, Workspace, actions, count, only, writes},
};

/// Every family of every kind in one workspace, applied.
fn every_kind() -> Workspace {
    let workspace = Workspace::of(crate::harness::SHOP);
    media(&workspace);
    for (kind, families) in EVERY_KIND {
        workspace.write(&format!("templates/{kind}.yaml"), families);
    }
    workspace
}

#[test]
fn apply_then_plan_is_empty_for_every_kind_of_component() {
    let workspace = every_kind();
    workspace.run(&["validate"]).ends(0);
    let planned = workspace.plan(&[]);
    let wanted = actions(&planned).len();
    assert!(wanted > 20, "{planned:#}");
    workspace.apply(&[]).ends(0);
    assert_eq!(workspace.holds().len(), wanted);
    workspace.settled();
    let ((), requests) = workspace.requests_of(|| {
        workspace.apply(&[]).ends(0);
    });
    assert_eq!((requests.len(), count(&requests, Operation::List)), (1, 1));
    let ledger = workspace.ledger();
    assert_eq!((ledger.templates.len(), ledger.open.len()), (wanted, 0));
}

#[test]
fn what_the_account_shows_is_not_what_was_sent() {
    let workspace = every_kind();
    workspace.apply(&[]).ends(0);
    // Were the two the same, the test above would prove nothing.
    let sent = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    for (key, part, sent) in [
        ("code_copy/en_US", "BODY", sent(r#"{"type": "BODY", "add_security_recommendation": true}"#)),
        (
            "code_copy/en_US",
            "BUTTONS",
            sent(r#"{"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE"}]}"#),
        ),
        (
            "fit_your_bike/en_US",
            "BUTTONS",
            sent(
                r#"{"type": "BUTTONS", "buttons": [{"type": "FLOW", "text": "Choose", "flow_id": "1020304050",
                    "flow_action": "NAVIGATE", "navigate_screen": "FITTING", "icon": "REVIEW"}]}"#,
            ),
        ),
        (
            "coupon/en_US",
            "BUTTONS",
            sent(
                r#"{"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "No more"},
                    {"type": "COPY_CODE", "example": "BELL10"}]}"#,
            ),
        ),
    ] {
        let live = workspace.live(key);
        let shown = live["components"].as_array().unwrap().iter().find(|shown| shown["type"] == part).unwrap();
        assert_ne!(*shown, sent, "{key}");
    }
    let order: Vec<Value> = workspace.live("word_for_word/en_US")["components"]
        .as_array()
        .unwrap()
        .iter()
        .map(|part| part["type"].clone())
        .collect();
    assert_eq!(order, ["BODY", "FOOTER"], "sent the other way round and in lower case");
}

#[test]
fn one_changed_word_is_one_edit_with_one_change_and_one_request() {
    let workspace = every_kind();
    workspace.apply(&[]).ends(0);
    let (_, text) = EVERY_KIND[0];
    workspace.write("templates/text.yaml", text.replace("looking forward to", "waiting for"));
    let plan = workspace.plan(&[]);
    let action = only(&plan);
    assert_eq!((&action["kind"], &action["name"]), (&"edit".into(), &"service_booked".into()));
    let changes = action["changes"].as_array().unwrap();
    assert_eq!(changes.len(), 1, "{action:#}");
    assert_eq!(changes[0]["path"], "body.text");
    assert!(changes[0]["before"].as_str().unwrap().contains("looking forward to"));
    assert!(changes[0]["after"].as_str().unwrap().contains("waiting for"));
    assert_eq!(workspace.run(&["plan", "--detailed-exitcode"]).code, 2);
    let ((), requests) = workspace.requests_of(|| {
        workspace.apply(&[]).ends(0);
    });
    assert_eq!(writes(&requests), ["edit service_booked/en_US"]);
    assert_eq!(requests.len(), 2, "one list, one edit: {requests:#?}");
    assert!(workspace.body("service_booked/en_US").contains("waiting for"));
    workspace.settled();
}

#[test]
fn every_single_change_of_a_family_is_seen() {
    let (_, text) = EVERY_KIND[0];
    for (from, to, path) in [
        ("Service for {{customer}}", "Repair for {{customer}}", "header.text"),
        ("footer: Fernweh Cycles", "footer: Fernweh", "footer.text"),
        ("text: Confirm", "text: Agree", "buttons[0].text"),
        ("fernweh.example/s/", "fernweh.example/t/", "buttons[2].url"),
        ("316 555010", "316 555011", "buttons[3].phone_number"),
        ("_seconds: 10m", "_seconds: 11m", "message_send_ttl_seconds"),
        ("*lock*  and", "*lock* and", "body.text"),
    ] {
        let workspace = Workspace::new(text);
        workspace.apply(&[]).ends(0);
        assert!(text.contains(from), "{from}");
        workspace.templates(&text.replace(from, to));
        let plan = workspace.plan(&[]);
        let found = actions(&plan).iter().flat_map(|action| action["changes"].as_array().unwrap());
        let paths: Vec<&str> = found.map(|change| change["path"].as_str().unwrap()).collect();
        assert!(!paths.is_empty() && paths.iter().all(|found| *found == path), "{from}: {paths:?}");
    }
}

#[test]
fn a_template_under_review_is_no_drift_and_its_edit_waits() {
    let workspace = Workspace::new(BELL);
    workspace.configure(|config| config.review_delay = jiff::SignedDuration::from_hours(5));
    workspace.apply(&[]).ends(0);
    workspace.settled();
    workspace.templates(&BELL.replace("pick it up", "fetch it"));
    let action = only(&workspace.plan(&[])).clone();
    assert_eq!(action["verdict"]["state"], "waiting", "{action:#}");
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(8);
    assert_eq!(writes(&requests), [] as [&str; 0]);
    letterpress::sandbox::admin::advance(&workspace.sandbox(), None, jiff::SignedDuration::from_hours(6)).unwrap();
    workspace.apply(&[]).ends(0);
    workspace.settled();
}
