//! Credentials in the wrong place of `letterpress.yaml` are shown by nothing that is said about the file, and slips are told as
//! they are.

use crate::harness::{BELL, Workspace};

const WORD: &str = "hunter2-Geheim";
/// Each provider's keys, with that of its credential first.
const PROVIDERS: [(&str, &str); 6] = [
    ("token", "provider: meta\n    waba_id: \"1\""),
    ("api_key", "provider: infobip\n    sender: \"447796344125\"\n    base_url: https://xyz.api.infobip.com"),
    ("api_key", "provider: 360dialog\n    partner_id: 4Kj9PA\n    waba_account_id: pq8aWA"),
    ("token", "provider: 360dialog\n    partner_id: 4Kj9PA\n    waba_account_id: pq8aWA"),
    ("api_key", "provider: 360dialog\n    waba_account_id: pq8aWA"),
    ("private_key", "provider: vonage\n    waba_id: \"1\"\n    application_id: aaaaaaaa-bbbb-cccc-dddd-0123456789ab"),
];
/// Forms of a credential that are there twice; `KEY` is the provider's, `WORD` the secret.
const TWICE: [&str; 24] = [
    "KEY: {env: A, env: WORD}",
    "KEY: {env: WORD, env: A}",
    "KEY: {env: A, \"env\": \"x\\\"WORD\"}",
    "KEY: {env: A, env: 'x''WORD'}",
    "KEY: {env: A, env: !!str WORD}",
    "KEY: {env: A, env: [WORD]}",
    "KEY: {env: A, env: {x: WORD}}",
    "KEY: {file: a, file: WORD}",
    "KEY: {file: WORD, file: a}",
    "KEY: {command: [a], command: [WORD]}",
    "KEY: {command: [WORD, x], command: [a]}",
    "KEY:\n      command: [a]\n      command: [WORD,\n        b]",
    "KEY:\n      command:\n        - a\n      command:\n        - WORD",
    "KEY:\n      env: A\n      env: >-\n        WORD",
    "KEY: {env: A}\n    KEY: WORD",
    "KEY: WORD\n    KEY: {env: A}",
    "KEY: {env: A}\n    KEY: {env: WORD}",
    "KEY: {env: A}\n    KEY: {file: [WORD]}",
    "KEY: {env: A}\n    KEY: {value: WORD}",
    "KEY: {env: A}\n    KEY: {WORD}",
    "KEY: {env: A}\n    KEY: {WORD: 1}",
    "KEY: {env: A}\n    KEY:\n      - WORD",
    "KEY: {env: A}\n    KEY: |\n      WORD\n",
    "KEY: {env: A}\n    WORD: 1\n    WORD: 2",
];
/// Other places, the same at every provider.
const ELSEWHERE: [&str; 34] = [
    "base_url: WORD",
    "base_url: WORD.",
    "base_url: WORD/x",
    "base_url: WORD:x",
    "base_url: x:WORD",
    "base_url: [WORD]",
    "base_url: {WORD: WORD}",
    "base_url: https://a.example\n    base_url: WORD",
    "media_base_url: [WORD]",
    "baseurl: WORD",
    "base-url: WORD",
    "bearer: WORD",
    "headers: {Authorization: \"WORD\"}",
    "auth: [x, {y: WORD}]",
    "timeout: WORD",
    "concurrency: WORD",
    "sandbox: WORD",
    "app_id: WORD",
    "labels: WORD",
    "labels: [WORD]",
    "labels: {x: [WORD]}",
    "values: WORD",
    "policy: WORD",
    "policy: {WORD: 1}",
    "policy: {prune: WORD}",
    "ledger: {WORD: WORD}",
    "WORD",
    "- WORD",
    "token = WORD",
    "token WORD",
    "token {env: WORD}",
    "token: {env: WORD",
    "token: {env: A} WORD",
    "token: *WORD",
];

fn config(keys: &str, line: &str) -> String {
    format!("version: 1\nworkspace: w\naccounts:\n  shop:\n    {keys}\n    {line}\n")
}

fn shows_nothing(workspace: &Workspace, config: &str, commands: &[&[&str]]) {
    workspace.write("letterpress.yaml", config);
    for command in commands {
        let output = workspace.run(command).ends(3);
        assert!(!output.to_string().to_lowercase().contains("geheim"), "{command:?}\n{config}\n{output}");
    }
}

#[test]
fn a_credential_whose_key_is_there_twice_is_shown_by_nothing() {
    let workspace = Workspace::new(BELL);
    for (key, keys) in PROVIDERS {
        for form in TWICE {
            let config = config(keys, &form.replace("KEY", key).replace("WORD", WORD));
            shows_nothing(&workspace, &config, &[&["validate"], &["doctor"]]);
        }
        // A key that another provider has.
        let config = config(keys, &format!("{key}: {{env: A}}\n    sender2: 1\n    app_id: {WORD}"));
        shows_nothing(&workspace, &config, &[&["validate"]]);
    }
}

#[test]
fn a_credential_in_another_place_is_shown_by_nothing() {
    let workspace = Workspace::new(BELL);
    let (_, keys) = PROVIDERS[0];
    for line in ELSEWHERE {
        let commands: [&[&str]; 6] = [
            &["validate"],
            &["validate", "--format", "json"],
            &["validate", "--format", "github"],
            &["plan", "-vv", "--format", "json"],
            &["plan", "--format", "markdown"],
            &["doctor", "--format", "json"],
        ];
        shows_nothing(&workspace, &config(keys, &line.replace("WORD", WORD)), &commands);
    }
    // Not below `accounts` at all.
    for file in [
        format!("version: 1\nworkspace: w\naccounts: {WORD}\n"),
        format!("version: 1\nworkspace: w\naccounts: [{WORD}]\n"),
        format!("version: 1\nworkspace: w\naccounts: {{shop: {WORD}}}\n"),
        format!("version: 1\nworkspace: w\ntokn: {WORD}\naccounts: {{}}\n"),
        WORD.to_owned(),
    ] {
        shows_nothing(&workspace, &file, &[&["validate"], &["plan", "-vv"]]);
    }
}

#[test]
fn slips_are_told_as_they_are() {
    let workspace = Workspace::new(BELL);
    for (line, said) in [
        ("wabaid: \"2\"", &["`wabaid`", "did you mean `waba_id`?"][..]),
        ("WABA_ACCOUNT_ID: pq8aWA", &["`WABA_ACCOUNT_ID`"]),
        ("mediaBaseUrl2: 1", &["`mediaBaseUrl2`"]),
        ("privateKey: 1", &["`privateKey`"]),
        ("concurency: 3", &["`concurency`", "did you mean `concurrency`?"]),
        ("base_url: graph.facebook.com", &["base_url: graph.facebook.com", "must begin with `https://`"]),
        ("timeout: 90 minutes", &["timeout: 90 minutes"]),
        ("timeout: 900seconds", &["timeout: 900seconds"]),
        ("application_id: not-there", &["application_id"]),
        // The account is named though its name stands under a wrong key.
        ("lable: shop-of-graz", &["account `shop-of-graz` has no key `lable`"]),
    ] {
        let text = config(PROVIDERS[0].1, &format!("token: {{env: A}}\n    {line}"));
        workspace.write("letterpress.yaml", text.replace("  shop:", "  shop-of-graz:"));
        let output = workspace.run(&["validate"]).ends(3);
        said.iter().for_each(|said| assert!(output.to_string().contains(said), "{said}\n{output}"));
    }
    workspace.write("letterpress.yaml", config("provider: 360Dialog", "api_key: {env: A}"));
    let output = workspace.run(&["validate"]).ends(3);
    assert!(output.to_string().contains("did you mean `360dialog`?"), "{output}");
}
