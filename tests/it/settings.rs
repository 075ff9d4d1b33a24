//! Settings with rules of their own: maximum price, creative features, time to live; and fields that an API does not know.

use jiff::SignedDuration;
use letterpress::sandbox::{Effect, Fault, Operation, admin};
use serde_json::{Value, json};

use crate::harness::{Workspace, actions, count, observed, only, rules, writes};

const OFFER: &str = "\
name: bell_offer
category: MARKETING
languages:
  en_US:
    body: Bells are the best that your shop in Graz has.
";

fn priced(amount: u32) -> String {
    format!("{OFFER}optimization_spec: {{bid_amount: {amount}, bid_strategy: LOWEST_COST_WITH_BID_CAP}}\n")
}

fn price(workspace: &Workspace) -> Value {
    workspace.live("bell_offer/en_US")["optimization_spec"]["bid_amount"].clone()
}

#[test]
fn a_price_is_edited_alone_and_as_often_as_its_own_budget_allows() {
    let workspace = Workspace::new(&priced(100));
    workspace.apply(&[]).ends(0);
    workspace.settled();
    for amount in [101, 102, 103] {
        workspace.templates(&priced(amount));
        let plan = workspace.plan(&[]);
        assert_eq!((rules(only(&plan)), &only(&plan)["kind"]), (vec![], &json!("edit")), "{plan:#}");
        let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
        output.ends(0);
        assert_eq!(writes(&requests), ["edit bell_offer/en_US"]);
        let edit = requests.iter().find(|request| request.operation == Operation::Edit).unwrap();
        let sent = edit.body.as_ref().unwrap().as_object().unwrap();
        assert_eq!(sent.keys().collect::<Vec<_>>(), ["optimization_spec"]);
        assert_eq!(price(&workspace), amount);
        assert_eq!(workspace.live("bell_offer/en_US")["status"], "APPROVED");
        workspace.settled();
    }
    // Its wording has its own budget, which nothing was taken from.
    workspace.templates(&priced(104).replace("Bells", "Our bells"));
    workspace.apply(&[]).ends(0);
    assert_eq!(price(&workspace), 104);
    workspace.templates(&priced(105).replace("Bells", "Our bells"));
    workspace.apply(&[]).ends(0);
    workspace.templates(&priced(106).replace("Bells", "Fine bells"));
    assert_eq!(rules(only(&workspace.plan(&[]))), ["edit-budget"]);
}

#[test]
fn the_hundredth_price_of_an_hour_is_the_last() {
    let workspace = Workspace::new(&priced(100));
    workspace.apply(&[]).ends(0);
    let folder = workspace.root.join(".letterpress/ledger/100200300/state.json");
    let mut state: Value = serde_json::from_slice(&std::fs::read(&folder).unwrap()).unwrap();
    let mut event = state["events"][0].clone();
    event["kind"] = json!("repriced");
    event["status"] = json!("APPROVED");
    for _ in 0..100 {
        state["events"].as_array_mut().unwrap().push(event.clone());
    }
    std::fs::write(folder, state.to_string()).unwrap();
    workspace.templates(&priced(101));
    let plan = workspace.plan(&[]);
    assert_eq!(rules(only(&plan)), ["edit-budget"]);
    workspace.apply(&[]).ends(8).says("100 times in an hour");
    admin::advance(&workspace.sandbox(), None, SignedDuration::from_hours(2)).unwrap();
    workspace.apply(&[]).ends(0);
}

#[test]
fn a_price_is_not_added_later_nor_taken_away() {
    let workspace = Workspace::new(OFFER);
    workspace.apply(&[]).ends(0);
    workspace.templates(&priced(100));
    let plan = workspace.plan(&[]);
    assert_eq!(rules(only(&plan)), ["capability"]);
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(9).says("cannot be added");
    assert_eq!(writes(&requests), [] as [&str; 0]);

    let workspace = Workspace::new(&priced(100));
    workspace.apply(&[]).ends(0);
    workspace.templates(OFFER);
    assert_eq!(rules(only(&workspace.plan(&[]))), ["capability"]);
}

#[test]
fn the_old_name_is_read_everywhere() {
    let old = priced(100).replace("optimization_spec", "bid_spec");
    let workspace = Workspace::new(&old);
    workspace.apply(&[]).ends(0);
    assert_eq!(price(&workspace), 100);
    workspace.settled();
    workspace.templates(&priced(100));
    workspace.settled();
    workspace.templates(&format!("{}bid_spec: {{bid_amount: 1}}\n", priced(100)));
    workspace.run(&["validate"]).ends(3).says("old name");
    // A ledger of before.
    let path = workspace.root.join(".letterpress/ledger/100200300/state.json");
    let text = std::fs::read_to_string(&path).unwrap().replace("optimization_spec", "bid_spec");
    std::fs::write(&path, text).unwrap();
    workspace.templates(&format!("{old}lifecycle: {{ignore: [bid_spec]}}\n"));
    workspace.settled();
    workspace.run(&["drift"]).ends(0);
    // An account that knows one of the two names only.
    for unknown in ["bid_spec", "optimization_spec"] {
        workspace.configure(|config| config.unknown_fields = vec![unknown.to_owned()]);
        let plan = workspace.plan(&[]);
        assert!(actions(&plan).is_empty(), "{plan:#}");
        assert_eq!(observed(&plan), [("unknown-fields".to_owned(), String::new())]);
        workspace.run(&["plan"]).ends(0).says(unknown);
    }
}

#[test]
fn creative_features_are_edited() {
    let features = |word: &str| {
        format!(
            "{OFFER}degrees_of_freedom_spec: {{creative_features_spec: {{image_touchups: {{enroll_status: {word}}}}}}}\n"
        )
    };
    let workspace = Workspace::new(&features("OPT_IN"));
    workspace.apply(&[]).ends(0);
    workspace.templates(&features("OPT_OUT"));
    workspace.apply(&[]).ends(0);
    workspace.settled();
}

#[test]
fn a_field_that_is_refused_is_left_out_once_and_hidden() {
    let workspace = Workspace::new(&format!("{}message_send_ttl_seconds: 43200\n", priced(100)));
    workspace.apply(&[]).ends(0);
    let unknown = ["bid_spec", "optimization_spec", "message_send_ttl_seconds", "quality_score", "source"];
    workspace.configure(|config| config.unknown_fields = unknown.map(str::to_owned).to_vec());
    let (plan, requests) = workspace.requests_of(|| workspace.plan(&[]));
    assert!(actions(&plan).is_empty(), "what is not shown counts as not shown: {plan:#}");
    assert_eq!(count(&requests, Operation::List), unknown.len() + 1);
    let note = &plan["accounts"][0]["observations"][0]["detail"];
    assert!(unknown.iter().all(|field| note.as_str().unwrap().contains(field)), "{note}");
    workspace.run(&["drift"]).ends(0).says("quality_score");
    // Remembered for the run: the looks that follow do not ask again.
    workspace.templates(&format!("{}message_send_ttl_seconds: 43200\n", priced(100)).replace("Bells", "Our bells"));
    let (output, requests) = workspace.requests_of(|| workspace.apply(&["--wait=1m"]));
    output.ends(0);
    let refused = requests.iter().filter(|request| request.status == Some(400)).count();
    assert_eq!(refused, unknown.len(), "{requests:#?}");
    // An essential one fails the list.
    workspace.configure(|config| config.unknown_fields = vec!["components".to_owned()]);
    let (output, requests) = workspace.requests_of(|| workspace.run(&["plan"]));
    assert_ne!(output.code, 0, "{output}");
    assert!(count(&requests, Operation::List) < 6, "{requests:#?}");
}

#[test]
fn an_error_that_names_the_same_field_again_ends_the_list() {
    let workspace = Workspace::new(OFFER);
    workspace.apply(&[]).ends(0);
    let message =
        "(#100) Tried accessing nonexisting field (bid_spec) on node type (WhatsAppMessageTemplate)".to_owned();
    let effect = Effect::Error { status: 400, code: 100, subcode: None, message, transient: false };
    workspace.faults(vec![Fault::new(effect).on(Operation::List).always()]);
    let (output, requests) = workspace.requests_of(|| workspace.run(&["plan"]));
    assert_ne!(output.code, 0, "{output}");
    assert!(count(&requests, Operation::List) < 7, "{requests:#?}");
}

const BELL: &str = crate::harness::BELL;

#[test]
fn thirty_days_are_for_creates() {
    let endless = format!("{BELL}message_send_ttl_seconds: -1\n");
    let workspace = Workspace::new(&endless);
    workspace.apply(&[]).ends(0);
    workspace.settled();
    // Other edits leave it as it is.
    workspace.templates(&endless.replace("pick it up", "fetch it"));
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(0);
    let edit = requests.iter().find(|request| request.operation == Operation::Edit).unwrap();
    assert!(edit.body.as_ref().unwrap().get("message_send_ttl_seconds").is_none(), "{edit:#?}");
    assert_eq!(workspace.live("bell_ready/en_US")["message_send_ttl_seconds"], -1);
    workspace.settled();

    for before in [BELL.to_owned(), format!("{BELL}message_send_ttl_seconds: 600\n")] {
        let workspace = Workspace::new(&before);
        workspace.apply(&[]).ends(0);
        workspace.templates(&endless);
        let plan = workspace.plan(&[]);
        assert_eq!(rules(only(&plan)), ["capability"]);
        let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
        output.ends(9).says("no edit sets `message_send_ttl_seconds` to -1");
        assert_eq!(writes(&requests), [] as [&str; 0]);
    }
}

#[test]
fn a_time_to_live_alone_triggers_no_review() {
    let workspace = Workspace::new(&format!("{BELL}message_send_ttl_seconds: 600\n"));
    workspace.apply(&[]).ends(0);
    workspace.templates(&format!("{BELL}message_send_ttl_seconds: 900\n"));
    let plan = workspace.plan(&[]);
    let notes: Vec<&str> = only(&plan)["notes"].as_array().unwrap().iter().map(|note| note.as_str().unwrap()).collect();
    assert_eq!(notes, ["edit 1 of 10 in 30 days", "a time to live alone triggers no review (one source)"]);
    workspace.apply(&[]).ends(0);
    workspace.settled();
}

#[test]
fn a_setting_that_is_sent_alone_is_judged_alone() {
    // What the account holds breaks a rule of today: a change of the time to live does not send it again.
    let old = "name: old_greeting\ncategory: UTILITY\nlanguages:\n  en_US: {body: {text: \"{{1}}, welcome\", example: [Resi]}}\n";
    let workspace = Workspace::new(&format!("{old}message_send_ttl_seconds: 600\n"));
    workspace.seed(&[json!({"name": "old_greeting", "language": "en_US", "category": "UTILITY", "status": "APPROVED",
        "message_send_ttl_seconds": 600,
        "components": [{"type": "BODY", "text": "{{1}}, welcome", "example": {"body_text": [["Resi"]]}}]})]);
    workspace.apply(&[]).ends(0);
    workspace.templates(&format!("{old}message_send_ttl_seconds: 900\n"));
    workspace.apply(&[]).ends(0);
    assert_eq!(workspace.live("old_greeting/en_US")["message_send_ttl_seconds"], 900);
    workspace.settled();
    workspace.templates(&format!("{old}message_send_ttl_seconds: 86400\n"));
    assert!(rules(only(&workspace.plan(&[]))).contains(&"refused-content"));
}

#[test]
fn a_part_left_to_the_account_has_to_fit_the_category_that_is_asked_for() {
    let family = format!("{BELL}message_send_ttl_seconds: 600\n");
    let workspace = Workspace::new(&family);
    workspace.apply(&[]).ends(0);
    workspace.review("bell_ready", &letterpress::sandbox::Verdict::Reject { reason: "INCORRECT_CATEGORY".to_owned() });
    workspace.templates(&format!(
        "{}lifecycle: {{ignore: [message_send_ttl_seconds]}}\n",
        BELL.replace("UTILITY", "MARKETING")
    ));
    assert_eq!(rules(only(&workspace.plan(&[]))), ["refused-content"]);
}
