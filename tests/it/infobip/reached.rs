//! An account at a server, with a key as the real one needs it; and what others send and hold.

use std::io::Write as _;

use camino::{Utf8Path, Utf8PathBuf};
use letterpress::sandbox::{Operation, admin};
use serde_json::{Value, json};

use super::{ALL, BELL, EMBEDDED, FAMILIES, PLACE, TEMPLATES, embedded, seed, shown, workspace};
use crate::harness::{Output, Server, Workspace, actions, writes};

const KEY: &str = "0123456789abcdef0123456789abcdef-11111111-2222-4333-8444-555555555555";

/// An account at a server of its own, with the key in a file.
fn at_a_server(families: &str, more: &str) -> (Workspace, Server) {
    let workspace = workspace(EMBEDDED, families);
    let server = Server::of(&workspace);
    let config = format!(
        "version: 1\nworkspace: fernweh-crm\naccounts:\n  shop:\n    provider: infobip\n    sender: \"436601234567\"\n    \
         api_key: {{file: infobip.key}}\n    base_url: {}\n{more}",
        server.url()
    );
    workspace.write("letterpress.yaml", config);
    workspace.write("infobip.key", KEY);
    (workspace, server)
}

#[test]
fn a_key_of_a_file_opens_a_server_and_shows_nowhere() {
    // Pictures are looked for where they are public, which tests do not leave this machine for.
    let families =
        FAMILIES.split("---\n").filter(|family| !family.contains("bike.png")).collect::<Vec<_>>().join("---\n");
    let (workspace, _server) = at_a_server(&families, "");
    workspace.apply(&[]).ends(0);
    assert_eq!(workspace.holds().len(), ALL - 3);
    workspace.settled();
    workspace.templates(&families.replace("looking forward to", "waiting for"));
    let (output, requests) = workspace.requests_of(|| workspace.apply(&["-v"]));
    let output = output.ends(0);
    assert_eq!(shown(&requests), ["get list 200", "patch edit 200"]);
    workspace.settled();
    let ledger = workspace.ledger_text();
    let log = std::fs::read_to_string(workspace.sandbox().join("requests.jsonl")).unwrap();
    for text in [output.stdout, output.stderr, ledger, log] {
        assert!(!text.contains(KEY), "{text}");
    }
}

#[test]
fn a_key_that_is_refused_is_a_credential_at_fault() {
    let (workspace, _server) = at_a_server(BELL, "");
    workspace.configure(|config| config.token = Some("another".to_owned()));
    let (output, requests) = workspace.requests_of(|| workspace.run(&["plan"]));
    output.ends(4).says("Unauthorized");
    assert_eq!(shown(&requests), ["get list 401"]);
}

#[test]
fn a_sender_of_another_waba_is_found_out_before_anything_is_sent() {
    let (workspace, _server) = at_a_server(BELL, "    waba_id: \"100200300\"\n");
    admin::seed(&workspace.sandbox(), PLACE, &[seed("11", "tour", json!({ "body": { "text": "Off we go." } }))])
        .unwrap();
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    assert_ne!(output.code, 0);
    output.says("this sender belongs to WABA 436601234567, not to 100200300");
    assert_eq!(writes(&requests), [] as [&str; 0]);
}

/// The JSON files of the corpus that begin so; none, and a line that says so, where there is no corpus.
fn corpus(prefix: &str) -> Vec<(String, Value)> {
    let root = std::env::var("LETTERPRESS_CORPUS")
        .map_or_else(|_| Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"), Utf8PathBuf::from);
    let Ok(found) = root.join("infobip").read_dir_utf8() else {
        // Not through the macros, whose output a passing test keeps to itself.
        let _ = writeln!(std::io::stderr(), "skipped infobip: there is no corpus at {root} (set LETTERPRESS_CORPUS)");
        return Vec::new();
    };
    let mut all: Vec<_> = found
        .map(|file| file.unwrap().into_path())
        .filter(|path| path.file_name().is_some_and(|name| name.starts_with(prefix) && name.ends_with(".json")))
        .map(|path| (path.file_name().unwrap().to_owned(), std::fs::read_to_string(&path).unwrap()))
        .map(|(name, text)| (name, serde_json::from_str(&text).unwrap()))
        .collect();
    all.sort_by(|a: &(String, Value), b| a.0.cmp(&b.0));
    all
}

#[test]
fn what_others_create_is_accepted_or_refused_with_a_reason() {
    let (workspace, server) = at_a_server("", "");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for (name, body) in corpus("create__") {
        let (status, answer) = runtime.block_on(async {
            let client = reqwest::Client::builder().no_proxy().build().unwrap();
            let request = client.post(format!("{}{TEMPLATES}", server.url())).json(&body);
            let answer = request.header("authorization", "App any").send().await.unwrap();
            (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
        });
        match status {
            201 => assert!(answer["id"].is_string() && answer["structure"].is_object(), "{name}: {answer}"),
            400 => {
                let errors = &answer["requestError"]["serviceException"]["validationErrors"];
                assert!(errors.as_object().is_some_and(|errors| !errors.is_empty()), "{name}: {answer}");
            }
            _ => panic!("{name}: {status} {answer}"),
        }
    }
    drop(workspace);
}

#[test]
fn what_others_hold_imports_plans_adoptions_and_takes_one_edit_for_one_word() {
    for (name, body) in corpus("list__").into_iter().chain(corpus("get__")) {
        let workspace = embedded("");
        let mut templates = body["templates"].as_array().cloned().unwrap_or_else(|| vec![body.clone()]);
        for template in &mut templates {
            // Some samples have a capital letter, which no account takes.
            template["name"] = template["name"].as_str().unwrap().to_ascii_lowercase().into();
        }
        admin::seed(&workspace.sandbox(), PLACE, &templates).unwrap();
        let output = workspace.run(&["import"]);
        assert_eq!(output.code, 0, "{name}: {output}");
        let plan = workspace.plan(&[]);
        assert!(actions(&plan).iter().all(|action| action["kind"] == "adopt"), "{name}: {plan:#}");
        assert_eq!(actions(&plan).len(), templates.len(), "{name}: {plan:#}");
        workspace.apply(&[]).ends(0);
        workspace.settled();
        one_word(&name, &workspace);
    }
}

/// One changed word of the body: one edit, or a reason why none can be sent.
fn one_word(name: &str, workspace: &Workspace) {
    let folder = workspace.root.join("templates");
    for file in folder.read_dir_utf8().unwrap().map(|file| file.unwrap().into_path()) {
        let text = std::fs::read_to_string(&file).unwrap();
        if text.is_empty() {
            continue;
        }
        let changed = text.replace("example {{", "sample {{");
        assert_ne!(text, changed, "{name}: {text}");
        // Infobip shows no sample, and an edit sends all of it again.
        let changed = changed.replace("format: IMAGE", "format: IMAGE, example: \"https://127.0.0.1:1/picture.png\"");
        std::fs::write(&file, format!("parameters: {{\"1\": A7}}\n{changed}")).unwrap();
    }
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    match output.code {
        0 => {
            assert_eq!(writes(&requests).len(), 1, "{name}: {output}");
            assert!(requests.iter().any(|request| request.operation == Operation::Edit));
            workspace.settled();
        }
        9 => assert!(output.stdout.contains('['), "{name}: {output}"),
        _ => panic!("{name}: {output}"),
    }
}

#[test]
fn no_key_in_the_environment_is_said() {
    let (workspace, _server) = at_a_server(BELL, "");
    let config = std::fs::read_to_string(workspace.root.join("letterpress.yaml")).unwrap();
    workspace.write("letterpress.yaml", config.replace("{file: infobip.key}", "{env: INFOBIP_KEY}"));
    let run = |command: &mut std::process::Command| Output::of(command.output().unwrap());
    run(&mut workspace.command(&["plan"])).ends(4).says("INFOBIP_KEY");
    run(workspace.command(&["plan", "--detailed-exitcode"]).env("INFOBIP_KEY", KEY)).ends(2);
}
