//! What an account takes, what its senders survive, and what cannot be edited.

use letterpress::sandbox::Verdict;
use serde_json::json;

use crate::harness::{BELL, Workspace, actions, only, rules, writes};

fn bells(count: usize) -> String {
    let family = |at: usize| BELL.replace("bell_ready", &format!("bell_{at}")).replace("Graz", &format!("hall {at}"));
    (0..count).map(family).collect::<Vec<_>>().join("---\n")
}

#[test]
fn creates_beyond_the_accounts_capacity_are_blocked_and_the_others_done() {
    let workspace = Workspace::new(&bells(5));
    workspace.configure(|config| config.template_limit = 3);
    let plan = workspace.plan(&[]);
    assert_eq!(plan["accounts"][0]["template_limit"], 3);
    let blocked: Vec<_> = actions(&plan).iter().filter(|action| !rules(action).is_empty()).collect();
    assert_eq!(blocked.len(), 2);
    assert!(blocked.iter().all(|action| rules(action) == ["account-capacity"]));
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(9);
    assert_eq!((writes(&requests).len(), workspace.holds().len()), (3, 3));
    workspace.configure(|config| config.template_limit = 6);
    workspace.apply(&[]).ends(0);
    workspace.settled();
}

#[test]
fn refused_content_blocks_only_what_would_send_it() {
    let wrong = BELL
        .replace("bell_ready", "bell_wrong")
        .replace("Graz.", "Graz, {{1}}")
        .replace("body: ", "body: \"")
        .replace("{{1}}", "{{1}}\"");
    let wrong = format!("{wrong}parameters: [Resi]\n");
    let workspace = Workspace::new(&format!("{BELL}---\n{wrong}"));
    workspace.run(&["validate"]).ends(3);
    let plan = workspace.plan(&[]);
    let states: Vec<_> =
        actions(&plan).iter().map(|action| (action["name"].as_str().unwrap(), rules(action))).collect();
    assert_eq!(states, [("bell_ready", vec![]), ("bell_wrong", vec!["refused-content"])]);
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(9).says("templates/families.yaml:");
    assert_eq!(writes(&requests), ["create bell_ready/en_US"]);
}

#[test]
fn content_that_the_account_holds_already_never_stops_a_run() {
    let family = "name: old_greeting\ncategory: UTILITY\nlanguages:\n  en_US: {body: {text: \"{{1}}, welcome\", example: [Resi]}}\n";
    let workspace = Workspace::new(family);
    workspace.seed(&[json!({"name": "old_greeting", "language": "en_US", "category": "UTILITY", "status": "APPROVED",
        "components": [{"type": "BODY", "text": "{{1}}, welcome", "example": {"body_text": [["Resi"]]}}]})]);
    workspace.run(&["validate"]).ends(3);
    workspace.apply(&[]).ends(0);
    workspace.settled();
    workspace.run(&["plan", "--detailed-exitcode"]).ends(0);
    // A change that would send it is another matter.
    workspace.templates(&family.replace("welcome", "welcome back"));
    assert_eq!(rules(only(&workspace.plan(&[]))), ["refused-content"]);
    workspace.apply(&[]).ends(9);
}

const GREETING: &str = "\
name: order_greeting
category: UTILITY
parameters: [Resi, \"4711\"]
languages:
  en_US:
    body: \"Hello {{1}}, we have packed everything that you ordered with us last week.\"
";

#[test]
fn an_edit_that_senders_must_follow_needs_a_flag() {
    let broken = GREETING.replace("everything that", "order {{2}} that");
    for (families, flags, code) in [
        (broken.clone(), vec![], 6),
        (broken.clone(), vec!["--allow-breaking", "other_*"], 6),
        (broken.clone(), vec!["--allow-breaking", "order_*"], 0),
        (format!("{broken}lifecycle: {{allow_breaking: true}}\n"), vec![], 0),
    ] {
        let workspace = Workspace::new(GREETING);
        workspace.apply(&[]).ends(0);
        workspace.templates(&families);
        let action = only(&workspace.plan(&[])).clone();
        assert_eq!(
            action["breaks_senders"],
            json!([{"part": "body", "kind": "parameter_count", "before": 1, "after": 2}])
        );
        let (output, requests) = workspace.requests_of(|| workspace.apply(&flags));
        output.ends(code);
        assert_eq!(writes(&requests).len(), usize::from(code == 0), "{flags:?}");
    }
}

#[test]
fn what_cannot_be_sent_breaks_nobody() {
    let workspace = Workspace::new(GREETING);
    workspace.apply(&[]).ends(0);
    workspace.review("order_greeting", &Verdict::Reject { reason: "INVALID_FORMAT".to_owned() });
    workspace.templates(&GREETING.replace("everything that", "order {{2}} that"));
    workspace.apply(&[]).ends(0);
    workspace.settled();
}

#[test]
fn statuses_that_cannot_be_edited_say_what_can_be_done() {
    for (verdict, code, state, word) in [
        (Verdict::Disable, 9, "blocked", "DISABLED"),
        (Verdict::Archive, 9, "blocked", "ARCHIVED"),
        (Verdict::Appeal, 8, "waiting", "IN_APPEAL"),
    ] {
        let workspace = Workspace::new(BELL);
        workspace.apply(&[]).ends(0);
        workspace.review("bell_ready", &verdict);
        workspace.settled();
        workspace.run(&["plan"]).says(word);
        workspace.templates(&BELL.replace("pick it up", "fetch it"));
        let plan = workspace.plan(&[]);
        assert_eq!((&only(&plan)["verdict"]["state"], rules(only(&plan))), (&json!(state), vec!["editable-status"]));
        let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
        output.ends(code);
        assert_eq!(writes(&requests), [] as [&str; 0]);
    }
}

#[test]
fn a_paused_template_can_be_edited() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    workspace.review("bell_ready", &Verdict::Pause);
    workspace.templates(&BELL.replace("pick it up", "fetch it"));
    workspace.apply(&[]).ends(0);
    workspace.settled();
}

#[test]
fn a_refused_create_stops_nobody_else() {
    let workspace = Workspace::new(&bells(3));
    let effect = letterpress::sandbox::Effect::Error {
        status: 400,
        code: 100,
        subcode: Some(2_388_072),
        message: "Invalid parameter".to_owned(),
        transient: false,
    };
    workspace.faults(vec![letterpress::sandbox::Fault::new(effect).template("bell_1")]);
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(10).says("2388072");
    assert_eq!((writes(&requests).len(), workspace.holds().len()), (3, 2));
    assert!(workspace.ledger().open.is_empty());
    workspace.apply(&[]).ends(0);
    workspace.settled();
}

#[test]
fn an_account_that_is_full_after_all_gets_no_further_creates() {
    let workspace = Workspace::new(&bells(3));
    let effect = letterpress::sandbox::Effect::Error {
        status: 400,
        code: 100,
        subcode: Some(2_388_019),
        message: "Template limit".to_owned(),
        transient: false,
    };
    workspace.faults(vec![letterpress::sandbox::Fault::new(effect).template("bell_0")]);
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(10).says("as many templates as it may");
    assert_eq!(writes(&requests), ["create bell_0/en_US"]);
}
