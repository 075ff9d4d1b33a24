//! `doctor`: what ails an account is told apart, with what mends it; nothing but the list is asked for, nothing written.

use std::{fs, net::TcpListener};

use letterpress::{
    ledger::Directory,
    sandbox::{Effect, Fault, Operation, admin},
};
use serde_json::{Value, json};

use crate::harness::{BELL, Kept, Output, SHOP, Server, WABA, Workspace, redacted, until};

/// A second account beside `shop`.
const WITH_KIOSK: &str = "  kiosk: {provider: meta, waba_id: \"100200399\", sandbox: true}\n";

/// When a ledger was started, in snapshots.
const MOMENT: (&str, &str) = (r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", "[moment]");

/// The accounts `shop` and `kiosk`, which both take part.
fn two() -> Workspace {
    let workspace = Workspace::of(&format!("{SHOP}{WITH_KIOSK}"));
    workspace.templates(&format!("{BELL}accounts: [shop, kiosk]\n"));
    workspace
}

fn with(workspace: &Workspace, variables: &[(&str, &str)], arguments: &[&str]) -> Output {
    let mut command = workspace.command(&[&["doctor"], arguments].concat());
    command.envs(variables.iter().copied());
    Output::of(command.output().unwrap())
}

/// The document, whatever the end.
#[track_caller]
fn json_of(workspace: &Workspace, code: i32, arguments: &[&str]) -> Value {
    workspace.run(&[&["doctor", "--format", "json"], arguments].concat()).ends(code).json()
}

/// What is not well with an account, as `topic grade`.
fn ails(document: &Value, account: usize) -> Vec<String> {
    let checks = document["accounts"][account]["checks"].as_array().unwrap().iter();
    let all = checks.filter(|check| check["grade"] != "ok");
    all.map(|check| {
        assert!(check["to_do"].as_str().is_some_and(|mend| mend.len() > 10), "{check}");
        assert_eq!(check["fault"].is_string(), check["grade"] == "fault", "{check}");
        format!("{} {}", check["check"].as_str().unwrap(), check["grade"].as_str().unwrap())
    })
    .collect()
}

fn damage(workspace: &Workspace, waba: &str) {
    workspace.write(&format!(".letterpress/ledger/{waba}/state.json"), "{\"version\": 1, \"templ");
}

fn tree(workspace: &Workspace) -> Vec<(String, Vec<u8>)> {
    fn below(folder: &camino::Utf8Path, out: &mut Vec<(String, Vec<u8>)>) {
        for entry in folder.read_dir_utf8().unwrap() {
            let path = entry.unwrap().path().to_owned();
            match path.is_dir() {
                true => below(&path, out),
                false => out.push((path.to_string(), fs::read(&path).unwrap())),
            }
        }
    }
    let mut out = Vec::new();
    below(&workspace.root, &mut out);
    // The sandbox is the provider: it keeps a record of its own.
    out.retain(|(path, _)| !path.contains("/.letterpress/sandbox/"));
    out.sort();
    out
}

#[test]
fn what_people_see() {
    let workspace = two();
    let mut seen = String::new();
    let mut show = |title: &str, output| seen.push_str(&format!("## {title}\n{}\n", redacted(&workspace, &output)));
    show("new", workspace.run(&["doctor"]).ends(0));
    workspace.apply(&["--account", "shop"]).ends(0);
    damage(&workspace, "100200399");
    show("one good, one with a damaged ledger", workspace.run(&["doctor"]).ends(10));
    fs::remove_dir_all(workspace.root.join(".letterpress/ledger")).unwrap();
    show("a ledger that went away", workspace.run(&["doctor", "--account", "shop"]).ends(0));
    insta::with_settings!({filters => vec![MOMENT]}, { insta::assert_snapshot!(seen) });
}

#[test]
fn what_programs_see() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    let output = workspace.run(&["doctor", "--format", "json"]).ends(0);
    let seconds = output.json()["accounts"][0]["clock_ahead_seconds"].as_i64().unwrap();
    assert!(seconds.abs() <= 60, "{seconds}");
    let seconds = (r#""clock_ahead_seconds": -?\d+"#, r#""clock_ahead_seconds": [seconds]"#);
    let version = (r#""tool_version": "[^"]+""#, r#""tool_version": [version]"#);
    let shown = redacted(&workspace, &output);
    insta::with_settings!({filters => vec![MOMENT, seconds, version]}, { insta::assert_snapshot!(shown) });
}

#[test]
fn each_account_is_listed_once_and_nothing_is_written() {
    let workspace = two();
    workspace.apply(&["--account", "shop"]).ends(0);
    let before = tree(&workspace);
    let (output, requests) = workspace.requests_of(|| workspace.run(&["doctor"]));
    output.ends(0);
    let mut asked: Vec<_> = requests.iter().map(|request| (request.operation, request.path.as_str())).collect();
    asked.sort_by_key(|(_, path)| *path);
    assert_eq!(
        asked,
        [
            (Operation::List, &*format!("/v23.0/{WABA}/message_templates")),
            (Operation::List, "/v23.0/100200399/message_templates")
        ]
    );
    assert_eq!(tree(&workspace), before);
    // A write whose outcome is open makes other commands look twice.
    workspace.templates(&format!("{}accounts: [shop, kiosk]\n", BELL.replace("pick it up", "fetch it")));
    let slow = Fault::new(Effect::Slow { millis: 600_000 }).on(Operation::Edit);
    workspace.faults(vec![slow]);
    let child = Kept(workspace.command(&["apply", "--auto-approve", "--account", "shop"]).spawn().unwrap());
    until("it is edited", || workspace.body("bell_ready/en_US").contains("fetch").then_some(()));
    drop(child);
    let (document, requests) = workspace.requests_of(|| json_of(&workspace, 0, &["--account", "shop"]));
    assert_eq!(requests.len(), 1, "{requests:?}");
    assert_eq!(ails(&document, 0), ["lock warning", "ledger warning"], "{document:#}");
}

#[test]
fn a_token_that_is_refused_is_4_and_one_that_is_missing_too() {
    let workspace = Workspace::new(BELL);
    workspace.configure(|config| config.token = Some("the-right-token".to_owned()));
    let server = Server::of(&workspace);
    workspace.write("letterpress.yaml", server.config());
    with(&workspace, &[("SHOP_TOKEN", "the-right-token")], &[]).ends(0).says("whatsapp_business_management");
    let refused = with(&workspace, &[("SHOP_TOKEN", "the-wrong-token")], &[]).ends(4);
    refused.says("fault    credential  refused:");
    refused.says("make a new one and put it where");
    refused.says("1 account: 1 with faults.");
    assert!(!refused.to_string().contains("the-wrong-token"), "{refused}");
    let (missing, requests) = workspace.requests_of(|| with(&workspace, &[], &[]));
    let missing = missing.ends(4);
    missing.says("the environment variable SHOP_TOKEN is not set;");
    missing.says("to do: set SHOP_TOKEN where letterpress runs");
    assert!(requests.is_empty(), "{requests:?}");
    let denied = Effect::Error { status: 403, code: 200, subcode: None, message: "No".to_owned(), transient: false };
    workspace.faults(vec![Fault::new(denied).on(Operation::List).always()]);
    let denied = with(&workspace, &[("SHOP_TOKEN", "the-right-token")], &["--format", "json"]).ends(4).json();
    assert_eq!(ails(&denied, 0), ["credential fault"], "{denied:#}");
    assert_eq!(denied["accounts"][0]["checks"][1]["check"], "host", "it answers: {denied:#}");
}

#[test]
fn nobody_there_garbage_and_a_host_that_fails_are_5() {
    let workspace = Workspace::new(BELL);
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let away = format!(
        "version: 1\nworkspace: fernweh-crm\naccounts:\n  shop:\n    provider: meta\n    waba_id: \"{WABA}\"\n    \
         token: {{env: SHOP_TOKEN}}\n    base_url: http://127.0.0.1:{port}\n"
    );
    workspace.write("letterpress.yaml", away);
    let token = [("SHOP_TOKEN", "some-token")];
    let nobody = with(&workspace, &token, &["--retry-budget", "1s"]).ends(5);
    nobody.says(&format!("fault    host        http://127.0.0.1:{port} does not answer:"));
    nobody.says("to do: see whether this machine reaches it");

    let server = Server::of(&workspace);
    workspace.write("letterpress.yaml", server.config());
    for (effect, part) in [
        (Effect::Garbage, "does not answer as the provider's API does:"),
        (Effect::Http { status: 503, body: json!({}) }, "fails:"),
        (Effect::RateLimited { retry_after: 3600 }, "asks to slow down:"),
    ] {
        workspace.faults(vec![Fault::new(effect).on(Operation::List).always()]);
        let output = with(&workspace, &token, &["--retry-budget", "1s", "--format", "json"]).ends(5);
        let document = output.json();
        assert_eq!(ails(&document, 0), ["host fault"], "{document:#}");
        let text = document["accounts"][0]["checks"][1]["text"].as_str().unwrap();
        assert!(text.contains(part), "{text}");
    }
}

#[test]
fn one_bad_account_beside_a_good_one_is_10() {
    let workspace = two();
    let server = Server::of(&workspace);
    let config = server.config().replace("shop:", "far:");
    workspace.write("letterpress.yaml", format!("{config}{WITH_KIOSK}"));
    workspace.templates(&format!("{BELL}accounts: [far, kiosk]\n"));
    let output = with(&workspace, &[], &[]).ends(10);
    output.says("2 accounts: 1 well, 1 with faults.");
    with(&workspace, &[], &["--account", "far"]).ends(4);
    with(&workspace, &[], &["--account", "kiosk"]).ends(0).says("1 account: 1 well.");
    with(&workspace, &[("SHOP_TOKEN", "some-token")], &[]).ends(0).says("2 accounts: 2 well.");
}

#[test]
fn a_damaged_ledger_is_1_and_10_beside_a_good_one() {
    let workspace = two();
    workspace.apply(&["--account", "shop"]).ends(0);
    damage(&workspace, WABA);
    let document = json_of(&workspace, 1, &["--account", "shop"]);
    assert_eq!(ails(&document, 0), ["ledger fault"], "{document:#}");
    assert_eq!(document["accounts"][0]["ledger"]["ledger"], "unusable");
    assert_eq!(document["summary"], json!({"well": 0, "warnings": 0, "faults": 1}));
    assert_eq!(document["accounts"][0]["live"], 1, "the account itself is well");
    json_of(&workspace, 10, &[]);
    // The same ends as those of the commands that it speaks for.
    workspace.run(&["status", "--account", "shop"]).ends(1);
    workspace.run(&["status"]).ends(10);
    // A file in place of the folder.
    fs::remove_dir_all(workspace.root.join(".letterpress/ledger")).unwrap();
    workspace.write(".letterpress/ledger", "not a folder");
    assert_eq!(ails(&json_of(&workspace, 1, &["--account", "shop"]), 0), ["ledger fault", "lock fault"]);
}

#[test]
fn a_lock_is_told_with_its_holder_and_the_way_out() {
    let workspace = Workspace::new(BELL);
    workspace.faults(vec![Fault::new(Effect::Slow { millis: 600_000 }).on(Operation::Create)]);
    let child = Kept(workspace.command(&["apply", "--auto-approve"]).spawn().unwrap());
    until("it is created", || workspace.holds().first().cloned());
    let lease = Directory::new(workspace.root.join(".letterpress/ledger")).lease(WABA).unwrap().unwrap();
    let output = workspace.run(&["doctor"]).ends(0);
    output.says(&format!("warning  lock        held by process {}", child.0.id()));
    output.says(&lease.id);
    output.says("1 account: 1 with warnings.");
    let document = json_of(&workspace, 0, &[]);
    assert_eq!(ails(&document, 0), ["lock warning"], "an apply at work is expected to have open writes");
    assert_eq!(document["accounts"][0]["ledger"]["lock"]["abandoned"], false);
    drop(child);
    let document = json_of(&workspace, 0, &[]);
    assert_eq!(ails(&document, 0), ["lock warning", "ledger warning"], "{document:#}");
    assert_eq!(document["accounts"][0]["ledger"]["lock"]["abandoned"], true);
    workspace.faults(Vec::new());
    workspace.apply(&[]).ends(0);
    assert_eq!(ails(&json_of(&workspace, 0, &[]), 0), [] as [&str; 0]);
}

#[test]
fn in_a_pipeline_a_ledger_that_goes_with_the_job_is_told_by_doctor_and_apply() {
    let workspace = Workspace::new(BELL);
    let server = Server::of(&workspace);
    workspace.write("letterpress.yaml", server.config());
    let token = ("SHOP_TOKEN", "some-token");
    let keeping = |variables: &[(&str, &str)]| {
        let document = with(&workspace, variables, &["--format", "json"]).ends(0).json();
        let checks = document["accounts"][0]["checks"].as_array().unwrap().clone();
        let found = checks.into_iter().find(|check| check["check"] == "keeping");
        found.map(|check| check["grade"].as_str().unwrap().to_owned())
    };
    assert_eq!(keeping(&[token]), None, "nobody throws the folder away here");
    assert_eq!(keeping(&[token, ("CI", "false")]), None);
    let ci = [token, ("CI", "true")];
    assert_eq!(keeping(&ci).as_deref(), Some("warning"));
    let apply = || {
        let mut command = workspace.command(&["apply", "--auto-approve"]);
        Output::of(command.envs(ci).output().unwrap()).ends(0)
    };
    let outside = workspace.outside().join("volume");
    workspace.write("letterpress.yaml", format!("ledger: {outside}\n{}", server.config()));
    assert_eq!(keeping(&ci).as_deref(), Some("ok"));
    let kept = apply();
    kept.says("A ledger is started");
    assert!(!kept.stderr.contains("checkout"), "{kept}");
    workspace.write("letterpress.yaml", server.config());
    let lost = apply();
    lost.says("A ledger is started");
    lost.says("warning: the ledger lies in the checkout of this job");
    assert!(!apply().stderr.contains("warning"), "it was there when this run began");
    assert_eq!(keeping(&ci).as_deref(), Some("warning"), "it may be of this very job");
    // A branch of its own.
    workspace.write(".letterpress/ledger/.git", "gitdir: elsewhere");
    assert_eq!(keeping(&ci).as_deref(), Some("ok"));
    // Sandboxes go with their ledgers.
    workspace.write("letterpress.yaml", SHOP);
    assert_eq!(keeping(&ci), None);
}

#[test]
fn accounts_that_reach_the_same_waba_are_named() {
    let boutique = format!("  boutique: {{provider: meta, waba_id: \"{WABA}\", sandbox: true}}\n");
    let workspace = Workspace::of(&format!("{SHOP}{boutique}"));
    workspace.templates(&format!("{BELL}accounts: [shop]\n"));
    let output = workspace.run(&["doctor"]).ends(0);
    output.says("warning  same-waba   `boutique` is the same WABA; they share one ledger");
    // Two ids in the files, one account behind them.
    let workspace = two();
    let bell = json!({"name": "bell", "language": "de", "id": "700000000000001", "status": "APPROVED",
                      "category": "UTILITY", "components": [{"type": "BODY", "text": "Deine Klingel ist da."}]});
    workspace.seed(std::slice::from_ref(&bell));
    assert_eq!(ails(&json_of(&workspace, 0, &[]), 0), [] as [&str; 0]);
    admin::seed(&workspace.sandbox(), "100200399", &[bell]).unwrap();
    let document = json_of(&workspace, 0, &[]);
    assert_eq!([ails(&document, 0), ails(&document, 1)], [["same-waba warning"], ["same-waba warning"]]);
    workspace.run(&["doctor"]).ends(0).says("both hold bell/de");
}

#[test]
fn what_the_workspace_and_the_account_lack_is_a_warning() {
    let workspace = Workspace::new(BELL);
    let server = Server::of(&workspace);
    workspace.write("letterpress.yaml", server.config().replace("    app_id: \"77\"\n", ""));
    workspace.configure(|config| config.template_limit = 1);
    let ails = || ails(&with(&workspace, &[("SHOP_TOKEN", "some-token")], &["--format", "json"]).ends(0).json(), 0);
    assert_eq!(ails(), [] as [&str; 0], "no template needs an app");
    workspace.write("media/bell.png", b"\x89PNG\r\n\x1a\n");
    workspace.templates(&BELL.replace("languages:", "header: {format: IMAGE, example: media/bell.png}\nlanguages:"));
    assert_eq!(ails(), ["media warning"]);
    workspace.seed(&[json!({"name": "horn", "language": "de", "category": "UTILITY",
                            "components": [{"type": "BODY", "text": "Deine Hupe ist da."}]})]);
    assert_eq!(ails(), ["reading warning", "media warning"]);
}

#[test]
fn files_come_first_with_3_and_slips_with_64() {
    let workspace = Workspace::new(&BELL.replace("bell_ready", "Bell-Ready"));
    let (output, requests) = workspace.requests_of(|| workspace.run(&["doctor", "--format", "json"]));
    assert_eq!(output.ends(3).json(), workspace.run(&["validate", "--format", "json"]).json());
    assert!(requests.is_empty());
    workspace.templates(BELL);
    workspace.run(&["doctor", "--account", "shpo"]).ends(64).says("did you mean `shop`");
    workspace.run(&["doctor", "--select", "bell_*"]).ends(64);
    let workspace = Workspace::of(&format!("{SHOP}{WITH_KIOSK}"));
    workspace.run(&["doctor"]).ends(64).says("no account takes part");
}
