//! What nobody can know is not guessed: templates that somebody created anew, answers that may mean two things, ledgers
//! in another form, accounts that show less than they hold.

use std::fs;

use letterpress::sandbox::{Effect, Fault, Operation};
use serde_json::{Value, json};

use crate::harness::{BELL, Workspace, actions, observed, only, rules, writes};

const TEXT: &str = "Your new bell is ready, pick it up in Graz.";

fn bell(id: &str, text: &str) -> Value {
    json!({"id": id, "name": "bell_ready", "language": "en_US", "category": "UTILITY", "status": "APPROVED",
           "parameter_format": "POSITIONAL", "components": [{"type": "BODY", "text": text}]})
}

/// A bell that was applied, deleted by hand and created anew by hand.
fn created_anew(text: &str) -> Workspace {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    letterpress::sandbox::admin::reset(&workspace.sandbox(), Some(crate::harness::WABA)).unwrap();
    workspace.seed(&[bell("424242424242424242", text)]);
    workspace
}

#[test]
fn what_somebody_created_anew_is_not_deleted() {
    let horn = BELL.replace("bell", "horn");
    for families in ["removed: [bell_ready]\n", &horn] {
        let workspace = created_anew("Written by hand, and nobody else has this text.");
        workspace.templates(families);
        let flags = ["--prune", "--select", "bell_ready"];
        let plan = workspace.plan(&flags);
        assert_eq!((&only(&plan)["kind"], rules(only(&plan))), (&json!("delete"), vec!["not-managed"]));
        let (output, requests) = workspace.requests_of(|| workspace.apply(&flags));
        output.ends(9);
        assert_eq!((writes(&requests).len(), workspace.holds().len()), (0, 1));
    }
}

#[test]
fn what_somebody_created_anew_as_wanted_is_adopted() {
    let workspace = created_anew(TEXT);
    workspace.apply(&[]).ends(0);
    assert_eq!(workspace.ledger().templates["bell_ready/en_US"].id, "424242424242424242");
    workspace.settled();
    // From then on it is managed.
    workspace.templates("removed: [bell_ready]\n");
    workspace.apply(&[]).ends(0);
    assert_eq!(workspace.holds(), [] as [&str; 0]);
}

#[test]
fn what_is_released_stays_released() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    workspace.templates("removed: [{name: bell_ready, keep: true}]\n");
    workspace.apply(&[]).ends(0);
    assert!(actions(&workspace.plan(&["--prune"])).is_empty(), "the line may stay in the file");
    workspace.apply(&[]).ends(0);
    workspace.settled();
    assert_eq!(workspace.holds(), ["bell_ready/en_US"]);
}

/// A workspace whose ledger remembers its bell in another form.
fn of_another_version() -> Workspace {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    let path = workspace.root.join(".letterpress/ledger/100200300/state.json");
    let mut state: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    state["templates"]["bell_ready/en_US"]["applied"]["version"] = json!(0);
    fs::write(&path, state.to_string()).unwrap();
    workspace
}

#[test]
fn what_is_remembered_in_another_form_is_written_down_anew() {
    let workspace = of_another_version();
    assert_eq!(only(&workspace.plan(&[]))["kind"], "adopt");
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(0);
    assert_eq!(writes(&requests), [] as [&str; 0]);
    workspace.settled();
    // Now a hand edit is seen again.
    workspace.hand_edit("bell_ready", "en_US", &json!([{"type": "BODY", "text": "Somebody was here with a pen."}]));
    assert!(observed(&workspace.plan(&[])).contains(&("drift".to_owned(), "bell_ready".to_owned())));
}

#[test]
fn what_is_remembered_in_another_form_is_not_overwritten_unasked() {
    let workspace = of_another_version();
    workspace.hand_edit("bell_ready", "en_US", &json!([{"type": "BODY", "text": "Somebody was here with a pen."}]));
    assert_eq!(rules(only(&workspace.plan(&[]))), ["overwrites-hand-edit"]);
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(6);
    assert_eq!(writes(&requests), [] as [&str; 0]);
    letterpress::sandbox::admin::advance(&workspace.sandbox(), None, jiff::SignedDuration::from_hours(25)).unwrap();
    workspace.apply(&["--revert-drift", "*"]).ends(0);
    assert_eq!(workspace.body("bell_ready/en_US"), TEXT);
}

#[test]
fn a_deletion_that_meets_no_account_has_deleted_nothing() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    workspace.templates("removed: [bell_ready]\n");
    // What Meta answers where a token has lost sight of the account.
    let unseen = Effect::Error {
        status: 400,
        code: 100,
        subcode: Some(33),
        message: "Unsupported delete request".to_owned(),
        transient: false,
    };
    workspace.faults(vec![Fault::new(unseen).on(Operation::Delete)]);
    workspace.apply(&[]).ends(10).says("the account still shows it");
    assert_eq!(workspace.holds(), ["bell_ready/en_US"]);
    assert!(workspace.ledger().templates.contains_key("bell_ready/en_US"), "still managed");
    workspace.apply(&[]).ends(0);
    assert_eq!(workspace.holds(), [] as [&str; 0]);
}

#[test]
fn what_an_account_hides_is_not_promoted_before_it_was_applied_there() {
    let workspace = Workspace::of(
        "version: 1\nworkspace: fernweh-crm\naccounts:\n  staging: {provider: meta, waba_id: \"100200300\", sandbox: true}\n  \
         production: {provider: meta, waba_id: \"100200301\", sandbox: true, after: staging}\n",
    );
    let instant = letterpress::sandbox::Config { review_delay: jiff::SignedDuration::ZERO, ..Default::default() };
    letterpress::sandbox::admin::configure(&workspace.sandbox(), "100200301", instant).unwrap();
    let code = "\
name: login_code
category: AUTHENTICATION
accounts: [staging, production]
languages: [en_US]
body: {add_security_recommendation: true}
buttons:
  - type: OTP
    otp_type: ONE_TAP
    supported_apps: [{package_name: example.fernweh.app, signature_hash: K8a/AINcGX7}]
";
    workspace.templates(code);
    workspace.apply(&[]).ends(8);
    workspace.apply(&[]).ends(0);
    workspace.settled();
    letterpress::sandbox::admin::advance(&workspace.sandbox(), None, jiff::SignedDuration::from_hours(25)).unwrap();
    workspace.templates(&code.replace("K8a/AINcGX7", "K8a/AINcGX8"));
    let plan = workspace.plan(&[]);
    let action = &plan["accounts"][1]["actions"][0];
    assert_eq!((&action["kind"], rules(action)), (&json!("edit"), vec!["promotion"]), "{plan:#}");
}

#[test]
fn a_setting_that_no_edit_takes_away_is_not_said_to_be_gone() {
    let lasting = format!("{BELL}message_send_ttl_seconds: 600\n");
    let workspace = Workspace::new(&lasting);
    workspace.apply(&[]).ends(0);
    letterpress::sandbox::admin::advance(&workspace.sandbox(), None, jiff::SignedDuration::from_hours(25)).unwrap();
    workspace.templates(BELL);
    assert_eq!(rules(only(&workspace.plan(&[]))), ["capability"]);
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(9).says("message_send_ttl_seconds");
    assert_eq!(writes(&requests), [] as [&str; 0]);
    for files in [lasting.replace("600", "900"), format!("{BELL}lifecycle: {{ignore: [message_send_ttl_seconds]}}\n")] {
        workspace.templates(&files);
        workspace.apply(&[]).ends(0);
        workspace.settled();
    }
}
