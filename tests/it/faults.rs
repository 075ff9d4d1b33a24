//! A provider that fails: what is tried again, what is settled by looking, and what is never guessed.

use std::net::TcpListener;

use letterpress::sandbox::{Effect, Fault, Operation};
use serde_json::{Value, json};

use crate::harness::{BELL, SHOP, Server, WABA, Workspace, actions, count, writes};

/// An account that gives up waiting for an answer after a second.
const IMPATIENT: &str = "\
version: 1
workspace: fernweh-crm
accounts:
  shop: {provider: meta, waba_id: \"100200300\", sandbox: true, timeout: 1s}
";

fn error(status: u16, code: i64, transient: bool) -> Effect {
    Effect::Error { status, code, subcode: None, message: "Something is wrong".to_owned(), transient }
}

#[test]
fn a_create_whose_answer_is_lost_is_found_and_not_repeated() {
    let workspace = Workspace::new(BELL);
    workspace.faults(vec![Fault::new(Effect::LostAnswer).on(Operation::Create)]);
    let (output, requests) = workspace.requests_of(|| workspace.apply(&["--format", "json"]));
    assert_eq!(output.json()["summary"]["applied"], 1, "{output}");
    output.ends(0);
    assert_eq!((count(&requests, Operation::Create), count(&requests, Operation::List)), (1, 2), "one look more");
    let live = workspace.live("bell_ready/en_US");
    let ledger = workspace.ledger();
    assert_eq!(
        (ledger.templates["bell_ready/en_US"].id.as_str(), ledger.open.len()),
        (live["id"].as_str().unwrap(), 0)
    );
    workspace.settled();
}

#[test]
fn a_create_that_never_arrived_is_told_as_such_and_sent_by_the_next_run() {
    let workspace = Workspace::of(IMPATIENT);
    workspace.templates(BELL);
    workspace.faults(vec![Fault::new(Effect::Timeout).on(Operation::Create)]);
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(10).says("it was not created");
    assert_eq!(count(&requests, Operation::Create), 1, "never blindly again");
    assert_eq!((workspace.holds().len(), workspace.ledger().open.len(), workspace.ledger().templates.len()), (0, 0, 0));
    let ((), requests) = workspace.requests_of(|| {
        workspace.apply(&[]).ends(0);
    });
    assert_eq!(writes(&requests), ["create bell_ready/en_US"]);
    workspace.settled();
}

#[test]
fn an_edit_and_a_deletion_whose_answers_are_lost_are_found() {
    let horn = BELL.replace("bell", "horn");
    let workspace = Workspace::new(&format!("{BELL}---\n{horn}"));
    workspace.apply(&[]).ends(0);
    workspace.templates(&format!("removed: [horn_ready]\n---\n{}", BELL.replace("pick it up", "fetch it")));
    workspace.faults(vec![
        Fault::new(Effect::LostAnswer).on(Operation::Edit),
        Fault::new(Effect::LostAnswer).on(Operation::Delete),
    ]);
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(0);
    assert_eq!(writes(&requests).len(), 2, "{requests:#?}");
    assert_eq!(workspace.ledger().events.len(), 4, "two creates, an edit, a deletion: the edit counts");
    workspace.settled();
}

#[test]
fn an_edit_that_never_arrived_is_told_as_such() {
    let workspace = Workspace::of(IMPATIENT);
    workspace.templates(BELL);
    workspace.apply(&[]).ends(0);
    workspace.templates(&BELL.replace("pick it up", "fetch it"));
    workspace.faults(vec![Fault::new(Effect::Timeout).on(Operation::Edit)]);
    workspace.apply(&[]).ends(10).says("the account shows the old content");
    assert!(workspace.ledger().open.is_empty());
    workspace.apply(&[]).ends(0);
    workspace.settled();
}

#[test]
fn when_the_account_cannot_be_looked_at_the_intent_stays_open_and_the_next_run_settles_it() {
    let workspace = Workspace::new(BELL);
    workspace.faults(vec![
        Fault::new(Effect::LostAnswer).on(Operation::Create),
        Fault::new(error(401, 190, false)).on(Operation::List).skip(1).times(1),
    ]);
    workspace.apply(&[]).ends(10).says("unknown");
    assert_eq!(workspace.ledger().open.len(), 1);
    let plan = workspace.plan(&[]);
    assert!(actions(&plan).is_empty(), "the plan sees what the write became");
    assert_eq!(workspace.ledger().open.len(), 1, "and a plan writes nothing");
    let ((), requests) = workspace.requests_of(|| {
        workspace.apply(&[]).ends(0);
    });
    assert_eq!((writes(&requests).len(), workspace.ledger().open.len()), (0, 0));
    assert_eq!(workspace.ledger().templates.len(), 1);
    workspace.settled();
}

#[test]
fn the_provider_failing_for_a_moment_is_tried_again() {
    let workspace = Workspace::new(BELL);
    workspace.faults(vec![Fault::new(error(500, 2, true)).on(Operation::List).times(2)]);
    let (plan, requests) = workspace.requests_of(|| workspace.plan(&[]));
    assert_eq!((actions(&plan).len(), count(&requests, Operation::List)), (1, 3));
    assert_eq!(plan["accounts"][0]["requests"], 3, "tries count");
}

#[test]
fn a_provider_that_stays_down_is_code_5_and_no_plan() {
    let workspace = Workspace::new(BELL);
    workspace.faults(vec![Fault::new(error(500, 2, true)).on(Operation::List).always()]);
    let output = workspace.run(&["plan", "--format", "json", "--retry-budget", "1s"]).ends(5);
    let plan = output.json();
    assert_eq!(plan["accounts"][0]["actions"], json!([]), "nothing is invented");
    assert!(plan["accounts"][0]["error"].is_string());
    let (output, requests) = workspace.requests_of(|| workspace.apply(&["--retry-budget", "0s"]));
    output.ends(5);
    assert_eq!((writes(&requests).len(), workspace.has_ledger()), (0, false));
}

#[test]
fn half_a_list_is_no_list() {
    for effect in [Effect::Garbage, Effect::Truncated] {
        let workspace = Workspace::new(BELL);
        workspace.apply(&[]).ends(0);
        workspace.faults(vec![Fault::new(effect.clone()).on(Operation::List).always()]);
        let output = workspace.run(&["plan", "--format", "json", "--retry-budget", "0s"]);
        assert!(matches!(output.code, 1 | 5), "{output}");
        let plan = output.json();
        assert!(plan["accounts"][0]["error"].is_string() && actions(&plan).is_empty(), "{effect:?}: {plan:#}");
        let (output, requests) = workspace.requests_of(|| workspace.apply(&["--retry-budget", "0s", "--prune"]));
        assert!(matches!(output.code, 1 | 5), "{output}");
        assert_eq!(writes(&requests), [] as [&str; 0]);
        workspace.faults(Vec::new());
        workspace.settled();
    }
}

#[test]
fn a_list_that_is_shorter_than_the_account_says_is_no_list() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    let body = json!({"data": [], "paging": {}, "summary": {"total_count": 1, "message_template_count": 1}});
    workspace.faults(vec![Fault::new(Effect::Http { status: 200, body }).on(Operation::List)]);
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.says("partial list");
    assert_eq!((output.code, writes(&requests).len()), (5, 0));
    workspace.settled();
}

#[test]
fn a_next_page_on_another_host_is_not_visited() {
    let elsewhere = TcpListener::bind("127.0.0.1:0").unwrap();
    elsewhere.set_nonblocking(true).unwrap();
    let origin = format!("http://{}", elsewhere.local_addr().unwrap());
    let workspace = Workspace::new(BELL);
    workspace.configure(|config| config.template_limit = 400);
    let seeded =
        |at: usize| json!({"name": format!("tour_{at}"), "language": "en_US", "category": "UTILITY", "components": []});
    workspace.seed(&(0..300).map(seeded).collect::<Vec<Value>>());
    workspace.faults(vec![Fault::new(Effect::ForeignNext { origin }).on(Operation::List).always()]);
    let output = workspace.run(&["plan", "--format", "json"]);
    let asked = elsewhere.accept();
    assert_eq!(asked.unwrap_err().kind(), std::io::ErrorKind::WouldBlock, "the other host was asked");
    // The cursor that came with it is not one of the account's: an error, or the whole list, never half of one.
    let plan = output.json();
    let account = &plan["accounts"][0];
    assert!(account["error"].is_string() || account["live"] == 300, "{plan:#}");
}

#[test]
fn slow_down_is_obeyed() {
    let workspace = Workspace::new(BELL);
    workspace.faults(vec![
        Fault::new(Effect::RateLimited { retry_after: 1 }).on(Operation::List),
        Fault::new(Effect::RateLimited { retry_after: 1 }).on(Operation::Create),
    ]);
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(0);
    assert_eq!(
        (count(&requests, Operation::List), count(&requests, Operation::Create)),
        (2, 2),
        "refused, so sent again"
    );
    assert_eq!(workspace.holds().len(), 1);
    workspace.settled();
}

#[test]
fn a_wait_beyond_the_budget_is_not_begun() {
    let workspace = Workspace::new(BELL);
    workspace.faults(vec![Fault::new(Effect::RateLimited { retry_after: 86_400 }).on(Operation::List).always()]);
    workspace.run(&["plan"]).ends(5);
    let horn = BELL.replace("bell", "horn");
    workspace.templates(&format!("{BELL}---\n{horn}"));
    workspace.faults(vec![Fault::new(Effect::RateLimited { retry_after: 86_400 }).on(Operation::Create).always()]);
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(10).says("not attempted");
    assert_eq!(writes(&requests).len(), 1, "the second is not even tried");
}

#[test]
fn a_refused_token_is_code_4() {
    let workspace = Workspace::new(BELL);
    let server = Server::of(&workspace);
    workspace.configure(|config| config.token = Some("the-right-token".to_owned()));
    workspace.write("letterpress.yaml", server.config());
    workspace.run(&["plan"]).ends(4).says("SHOP_TOKEN is not set");
    let with = |token: &str| {
        let output = workspace.command(&["plan", "--format", "json"]).env("SHOP_TOKEN", token).output().unwrap();
        crate::harness::Output::of(output)
    };
    assert!(with("the-wrong-token").ends(4).json()["accounts"][0]["error"].is_string());
    with("").ends(4);
    assert_eq!(actions(&with("the-right-token").ends(0).json()).len(), 1);
}

/// A port on which nobody listens.
fn deserted() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn two_accounts() -> Workspace {
    let workspace = Workspace::of(&format!(
        "{SHOP}  away: {{provider: meta, waba_id: \"7\", token: {{env: SHOP_TOKEN}}, base_url: \"http://127.0.0.1:{}\"}}\n\
         defaults: {{accounts: [shop, away]}}\n",
        deserted()
    ));
    workspace.templates(BELL);
    workspace
}

#[test]
fn nobody_there_is_code_5() {
    let workspace = two_accounts();
    let run = |arguments: &[&str]| {
        let output = workspace.command(arguments).env("SHOP_TOKEN", "a-long-enough-token").output().unwrap();
        crate::harness::Output::of(output)
    };
    run(&["plan", "--account", "away", "--retry-budget", "0s"]).ends(5).says("no connection");
    run(&["apply", "--auto-approve", "--account", "away", "--retry-budget", "0s"]).ends(5);
}

#[test]
fn one_account_failing_is_code_10_and_the_other_is_done() {
    let workspace = two_accounts();
    let run = |arguments: &[&str]| {
        let mut command = workspace.command(arguments);
        command.args(["--account", "shop", "--account", "away", "--retry-budget", "0s"]);
        crate::harness::Output::of(command.env("SHOP_TOKEN", "a-long-enough-token").output().unwrap())
    };
    let plan = run(&["plan", "--format", "json"]).ends(10).json();
    assert_eq!(actions(&plan).len(), 1);
    assert!(plan["accounts"][1]["error"].as_str().unwrap().contains("no connection"), "{plan:#}");
    let output = run(&["apply", "--auto-approve", "--format", "json"]).ends(10);
    assert_eq!(workspace.holds(), ["bell_ready/en_US"]);
    let report = output.json();
    let away = report["accounts"].as_array().unwrap().iter().find(|account| account["account"] == "away");
    let stopped = away.unwrap_or_else(|| panic!("the report does not mention it: {report:#}"))["stopped"].as_str();
    assert!(stopped.unwrap().contains("no connection"), "{report:#}");
}

#[test]
fn three_writes_in_a_row_without_an_answer_end_the_account() {
    let family = |at: usize| BELL.replace("bell_ready", &format!("bell_{at}")).replace("Graz", &format!("hall {at}"));
    let workspace = Workspace::new(&(0..6).map(family).collect::<Vec<_>>().join("---\n"));
    workspace.faults(vec![Fault::new(error(500, 2, true)).on(Operation::Create).always()]);
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(10).says("does not answer");
    assert_eq!(count(&requests, Operation::Create), 3);
    assert!(requests.iter().all(|request| request.waba.as_deref() == Some(WABA)));
    workspace.faults(Vec::new());
    workspace.apply(&[]).ends(0);
    workspace.settled();
}

#[test]
fn an_answer_that_cannot_be_read_is_settled_by_looking() {
    for (effect, done) in [(Effect::Garbage, false), (Effect::Truncated, true)] {
        let workspace = Workspace::new(BELL);
        workspace.faults(vec![Fault::new(effect.clone()).on(Operation::Create)]);
        let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
        assert_eq!(output.code, if done { 0 } else { 10 }, "{effect:?}: {output}");
        assert_eq!(count(&requests, Operation::Create), 1, "{effect:?}");
        assert_eq!((workspace.holds().len(), workspace.ledger().open.len()), (usize::from(done), 0));
        workspace.apply(&[]).ends(0);
        workspace.settled();
    }
}

#[test]
fn a_template_that_somebody_else_created_meanwhile_is_not_taken_for_ours() {
    let workspace = Workspace::new(BELL);
    // Between the plan and the write the name was taken, with other words.
    let exists = Effect::Error {
        status: 400,
        code: 100,
        subcode: Some(2_388_024),
        message: "Exists".to_owned(),
        transient: false,
    };
    workspace.faults(vec![Fault::new(exists).on(Operation::Create)]);
    workspace.apply(&[]).ends(10).says("2388024");
    assert!(workspace.ledger().templates.is_empty());
    workspace.seed(&[json!({"name": "bell_ready", "language": "en_US", "category": "UTILITY",
        "components": [{"type": "BODY", "text": "Words of somebody else."}]})]);
    workspace.apply(&[]).ends(6).says("--take-over");
}

#[test]
fn a_template_that_is_gone_already_is_deleted_well() {
    let workspace = Workspace::new(&format!("{BELL}---\n{}", BELL.replace("bell", "horn")));
    workspace.apply(&[]).ends(0);
    workspace.templates(BELL);
    let gone = Effect::Error {
        status: 400,
        code: 100,
        subcode: Some(2_593_002),
        message: "Gone".to_owned(),
        transient: false,
    };
    workspace.faults(vec![Fault::new(gone).on(Operation::Delete)]);
    workspace.apply(&["--prune"]).ends(0);
    assert!(!workspace.ledger().templates.contains_key("horn_ready/en_US"));
}
