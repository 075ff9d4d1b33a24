//! The sandbox as a program of its own: served to any HTTP client, steered from the command line.

use std::io::{BufRead as _, BufReader};

use serde_json::{Value, json};

use crate::harness::{BELL, Kept, SHOP, WABA, Workspace, actions, get, only, until};

/// `sandbox serve` and its address.
pub(crate) fn serve(workspace: &Workspace) -> (Kept, String) {
    let mut child = workspace.command(&["sandbox", "serve"]).spawn().unwrap();
    let mut address = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut address).unwrap();
    (Kept(child), address.trim().to_owned())
}

fn post(url: &str, body: &Value) -> Value {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let answer = client.post(url).bearer_auth("any-token").json(body).send().await.unwrap();
        serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
    })
}

#[test]
fn any_client_can_create_list_and_edit() {
    let workspace = Workspace::new(BELL);
    let (_server, url) = serve(&workspace);
    assert!(url.starts_with("http://127.0.0.1:"), "{url}");
    let edge = format!("{url}/v23.0/{WABA}/message_templates");
    let bell = |text: &str| {
        json!({"name": "bell_ready", "language": "en_US", "category": "utility",
               "components": [{"type": "body", "text": text}]})
    };
    let created = post(&edge, &bell("Your new bell is ready, pick it up in Graz."));
    assert!(created["id"].is_string(), "{created}");
    let listed = get(&edge, "any-token");
    assert_eq!(listed["data"][0]["components"][0]["type"], "BODY", "{listed}");
    // The same account, through the tool.
    assert_eq!(only(&workspace.plan(&[]))["kind"], "adopt");
    workspace.apply(&[]).ends(0);
    let edited = post(
        &format!("{url}/v23.0/{}", created["id"].as_str().unwrap()),
        &bell("Your new bell is lost, sorry for that."),
    );
    assert_eq!(edited["success"], true, "{edited}");
    assert_eq!(only(&workspace.plan(&[]))["verdict"]["flags"], json!(["--revert-drift bell_ready/en_US"]));
    assert_eq!(get(&edge, "")["error"]["code"], 190, "no token");
}

#[test]
fn it_serves_loopback_only() {
    let workspace = Workspace::new(BELL);
    let output = workspace.run(&["sandbox", "serve", "--listen", "0.0.0.0:0"]);
    output.ends(64).says("loopback");
}

#[test]
fn reviews_happen_on_command() {
    let workspace = Workspace::new(BELL);
    workspace.configure(|config| config.review_delay = jiff::SignedDuration::from_hours(5));
    workspace.apply(&[]).ends(0);
    let status = || workspace.live("bell_ready/en_US")["status"].as_str().unwrap().to_owned();
    assert_eq!(status(), "PENDING");
    let review = |arguments: &[&str]| {
        workspace.run(&[&["sandbox", "review", "--waba", WABA], arguments].concat()).ends(0);
    };
    for (verdict, to, wanted) in [
        ("reject", Some("PROMOTIONAL"), "REJECTED"),
        ("appeal", None, "IN_APPEAL"),
        ("approve", None, "APPROVED"),
        ("pause", None, "PAUSED"),
        ("archive", None, "ARCHIVED"),
        ("approve", None, "APPROVED"),
        ("disable", None, "DISABLED"),
    ] {
        let mut arguments = vec!["bell_ready/en_US", verdict];
        arguments.extend(to.iter().flat_map(|to| ["--to", to]));
        review(&arguments);
        assert_eq!(status(), wanted, "{verdict}");
    }
    review(&["bell_ready", "recategorise", "--to", "marketing"]);
    assert_eq!(workspace.live("bell_ready/en_US")["category"], "MARKETING");
    review(&["bell_ready", "quality", "--to", "red"]);
    assert_eq!(workspace.live("bell_ready/en_US")["quality_score"]["score"], "RED");
    workspace.run(&["sandbox", "review", "--waba", WABA, "bell_ready", "recategorise"]).ends(64).says("--to");
}

#[test]
fn time_passes_on_command() {
    let workspace = Workspace::new(BELL);
    workspace.configure(|config| config.review_delay = jiff::SignedDuration::from_hours(5));
    workspace.apply(&[]).ends(0);
    workspace.run(&["plan"]).says("1 template in review");
    workspace.run(&["sandbox", "advance", "4h", "--waba", WABA]).ends(0);
    workspace.run(&["plan"]).says("1 template in review");
    workspace.run(&["sandbox", "advance", "2h"]).ends(0);
    assert!(!workspace.run(&["plan"]).stdout.contains("in review"));
    workspace.run(&["sandbox", "advance", "-2h"]).ends(64);
}

#[test]
fn a_review_is_the_only_accounts_where_none_is_named() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    let status = |workspace: &Workspace| workspace.live("bell_ready/en_US")["status"].clone();
    workspace.run(&["sandbox", "review", "bell_ready", "pause"]).ends(0);
    assert_eq!(status(&workspace), "PAUSED");
    // Two names of one account are one, and real accounts are none.
    let more = "  again: {provider: meta, waba_id: \"100200300\", sandbox: true}\n  real: {provider: meta, waba_id: \"5\", token: {env: T}}\n";
    workspace.write("letterpress.yaml", format!("{SHOP}{more}"));
    workspace.run(&["sandbox", "review", "bell_ready", "approve"]).ends(0);
    assert_eq!(status(&workspace), "APPROVED");
    // Of several each is listed as --waba takes it.
    let others = "  b: {provider: infobip, sender: \"447796344125\", sandbox: true}\n  c: {provider: vonage, waba_id: \"7\", sandbox: true}\n";
    workspace.write("letterpress.yaml", format!("{SHOP}{others}"));
    let output = workspace.run(&["sandbox", "review", "bell_ready", "pause"]).ends(64);
    for part in ["--waba 100200300 (shop)", "--waba infobip/447796344125 (b)", "--waba vonage/7 (c)"] {
        output.says(part);
    }
    assert_eq!(status(&workspace), "APPROVED");
    workspace.run(&["sandbox", "review", "bell_ready", "pause", "--account", "shop"]).ends(0);
    assert_eq!(status(&workspace), "PAUSED");
    workspace.write(
        "letterpress.yaml",
        "version: 1\nworkspace: w\naccounts: {a: {provider: meta, waba_id: \"5\", token: {env: T}}}\n",
    );
    workspace.run(&["sandbox", "review", "bell_ready", "approve"]).ends(64).says("no account of the sandbox");
    // What cannot be read is not guessed at; without a workspace it is account 1, as served to others.
    workspace.write("letterpress.yaml", "version: 1\nworkspace: [");
    workspace.run(&["sandbox", "review", "bell_ready", "approve"]).ends(3);
    std::fs::remove_file(workspace.root.join("letterpress.yaml")).unwrap();
    workspace.run(&["sandbox", "review", "bell_ready", "approve"]).ends(64);
    workspace.run(&["sandbox", "review", "bell_ready", "approve", "--waba", WABA]).ends(0);
}

#[test]
fn an_account_is_emptied_and_filled_from_a_list() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    workspace.run(&["sandbox", "reset", "--waba", WABA]).ends(0);
    assert!(workspace.holds().is_empty());
    let list = json!({"data": [{"name": "bell_ready", "language": "en_US", "category": "UTILITY", "status": "APPROVED",
        "components": [{"type": "BODY", "text": "Your new bell is ready, pick it up in Graz."}]}]});
    workspace.write("list.json", list.to_string());
    workspace.run(&["sandbox", "reset", "--waba", WABA, "--from", "list.json"]).ends(0);
    assert_eq!(workspace.holds(), ["bell_ready/en_US"]);
    assert_eq!(only(&workspace.plan(&[]))["kind"], "adopt", "another id, the same content");
    for wrong in ["{", "{}", "{\"data\": [{}]}"] {
        workspace.write("list.json", wrong);
        workspace.run(&["sandbox", "reset", "--waba", WABA, "--from", "list.json"]).ends(64);
        assert_eq!(workspace.holds(), ["bell_ready/en_US"], "a wrong file empties nothing: {wrong}");
    }
    workspace.run(&["sandbox", "reset"]).ends(0);
    assert!(workspace.holds().is_empty());
    assert_eq!(actions(&workspace.plan(&[])).len(), 1);
}

#[test]
fn a_server_and_a_run_see_the_same_account_at_once() {
    let workspace = Workspace::new(BELL);
    let (_server, url) = serve(&workspace);
    workspace.apply(&[]).ends(0);
    let edge = format!("{url}/v23.0/{WABA}/message_templates");
    until("the server shows it", || (get(&edge, "any-token")["data"][0]["name"] == "bell_ready").then_some(()));
}
