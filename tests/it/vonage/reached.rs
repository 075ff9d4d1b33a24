//! An account at a server, with a key as the real one needs it; and what others send and hold.

use std::{io::Write as _, sync::LazyLock};

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rsa::{KeyPair, KeySize},
};
use base64::Engine as _;
use camino::{Utf8Path, Utf8PathBuf};
use letterpress::sandbox::admin;
use serde_json::Value;

use super::{BELL, EMBEDDED, FAMILIES, PLACE, TEMPLATES, embedded, shown, workspace};
use crate::harness::{Output, Server, Workspace, actions};

/// A key for tests, made anew in every run.
static KEY: LazyLock<String> = LazyLock::new(|| {
    let key = KeyPair::generate(KeySize::Rsa2048).unwrap();
    let der = AsDer::<Pkcs8V1Der<'_>>::as_der(&key).unwrap();
    let text = base64::engine::general_purpose::STANDARD.encode(der.as_ref());
    let lines: Vec<&str> = text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", lines.join("\n"))
});

/// An account at a server of its own, with the key in a file.
fn at_a_server(families: &str) -> (Workspace, Server) {
    let workspace = workspace(EMBEDDED, families);
    let server = Server::of(&workspace);
    let config = format!(
        "version: 1\nworkspace: fernweh-crm\naccounts:\n  shop:\n    provider: vonage\n    waba_id: \"100200300\"\n    \
         application_id: aaaaaaaa-bbbb-cccc-dddd-0123456789ab\n    private_key: {{file: vonage.key}}\n    \
         base_url: {}/v2/whatsapp-manager\n",
        server.url()
    );
    workspace.write("letterpress.yaml", config);
    workspace.write("vonage.key", KEY.as_str());
    (workspace, server)
}

#[test]
fn a_key_of_a_file_signs_for_a_server() {
    let (workspace, _server) = at_a_server(FAMILIES);
    workspace.apply(&[]).ends(0);
    assert_eq!(workspace.holds().len(), 5);
    workspace.settled();
    workspace.templates(&FAMILIES.replace("looking forward to", "waiting for"));
    let (output, requests) = workspace.requests_of(|| workspace.apply(&["-v"]));
    let output = output.ends(0);
    assert_eq!(shown(&requests), ["get list 200", "get get 200", "put edit 204"]);
    workspace.settled();
    let secret = KEY.lines().nth(3).unwrap();
    let ledger = workspace.ledger_text();
    let log = std::fs::read_to_string(workspace.sandbox().join("requests.jsonl")).unwrap();
    for text in [output.stdout, output.stderr, ledger, log] {
        assert!(!text.contains(secret) && !text.contains("eyJ"), "{text}");
    }
}

#[test]
fn the_key_may_stand_in_a_variable_with_its_line_breaks_written_out() {
    let (workspace, server) = at_a_server(BELL);
    let config = std::fs::read_to_string(workspace.root.join("letterpress.yaml")).unwrap();
    workspace.write("letterpress.yaml", config.replace("{file: vonage.key}", "{env: VONAGE_KEY}"));
    let run = |key: &str| {
        let mut command = workspace.command(&["plan", "--detailed-exitcode"]);
        Output::of(command.env("VONAGE_KEY", key).output().unwrap())
    };
    run(&KEY.trim().replace('\n', "\\n")).ends(2);
    run("-----BEGIN PRIVATE KEY-----\nQ0FOQVJZ\n-----END PRIVATE KEY-----").ends(4).says("private key");
    let output = run("CANARY").ends(4);
    output.says("PEM");
    assert!(!output.to_string().contains("CANARY"), "{output}");
    drop(server);
}

#[test]
fn a_token_that_is_refused_is_a_credential_at_fault() {
    let (workspace, _server) = at_a_server(BELL);
    workspace.configure(|config| config.token = Some("another".to_owned()));
    let (output, requests) = workspace.requests_of(|| workspace.run(&["plan"]));
    output.ends(4).says("Invalid Token");
    assert_eq!(shown(&requests), ["get list 401"]);
}

/// The JSON files of the corpus that begin so; none, and a line that says so, where there is no corpus.
fn corpus(prefix: &str) -> Vec<(String, Value)> {
    let root = std::env::var("LETTERPRESS_CORPUS")
        .map_or_else(|_| Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"), Utf8PathBuf::from);
    let Ok(found) = root.join("vonage").read_dir_utf8() else {
        // Not through the macros, whose output a passing test keeps to itself.
        let _ = writeln!(std::io::stderr(), "skipped vonage: there is no corpus at {root} (set LETTERPRESS_CORPUS)");
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
    let (workspace, server) = at_a_server("");
    workspace.configure(|config| config.strict_handles = false);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for (name, body) in corpus("create__") {
        let (status, answer) = runtime.block_on(async {
            let client = reqwest::Client::builder().no_proxy().build().unwrap();
            let request = client.post(format!("{}{TEMPLATES}", server.url())).bearer_auth("any").json(&body);
            let answer = request.send().await.unwrap();
            (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
        });
        match status {
            200 => assert!(answer["id"].is_string(), "{name}: {answer}"),
            422 => assert!(answer["detail"].as_str().is_some_and(|reason| !reason.is_empty()), "{name}: {answer}"),
            _ => panic!("{name}: {status} {answer}"),
        }
        // The same components in YAML are planned, or refused with a reason; nothing falls over.
        let language = body["language"].as_str().unwrap();
        let family = format!(
            "name: {}\ncategory: {}\nlanguages:\n  {language}:\n    components: {}\n",
            body["name"], body["category"], body["components"]
        );
        workspace.templates(&family);
        let planned = workspace.run(&["plan", "--format", "json"]);
        assert!([0, 3].contains(&planned.code), "{name}: {planned}");
        if planned.code == 3 {
            assert!(planned.stderr.contains("error[LP"), "{name}: {planned}");
        }
    }
}

#[test]
fn what_accounts_show_imports_and_plans_only_adoptions() {
    for (name, list) in corpus("list__") {
        let workspace = embedded("");
        admin::seed(&workspace.sandbox(), PLACE, list["templates"].as_array().unwrap()).unwrap();
        workspace.run(&["import"]).ends(0);
        let plan = workspace.plan(&[]);
        assert!(actions(&plan).iter().all(|action| action["kind"] == "adopt"), "{name}: {plan:#}");
        workspace.apply(&[]).ends(0);
        workspace.settled();
    }
}
