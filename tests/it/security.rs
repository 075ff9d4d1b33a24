//! What never leaves: tokens, files outside the workspace; and what ends at once: files made to harm.

use std::{fs, os::unix::fs::PermissionsExt as _};

use letterpress::sandbox::{Effect, Fault, Operation};

use crate::{
    fixtures::{media, png},
    harness::{BELL, Output, SHOP, Server, Workspace},
};

const CANARY: &str = "EAACanary7f3aQ0x9ZbCANARY";

fn with_canary(workspace: &Workspace, arguments: &[&str]) -> Output {
    Output::of(workspace.command(arguments).env("SHOP_TOKEN", CANARY).output().unwrap())
}

#[test]
fn a_token_is_in_no_output_and_no_file() {
    let workspace = Workspace::new("");
    let server = Server::of(&workspace);
    workspace.configure(|config| config.token = Some(CANARY.to_owned()));
    workspace.write("letterpress.yaml", server.config());
    media(&workspace);
    let picture = "---\nname: picture\ncategory: UTILITY\nheader: {format: IMAGE, example: media/bike.png}\nlanguages:\n  en_US: \
                   {body: Your bike is in the picture above.}\n";
    workspace.templates(&format!("{BELL}{picture}"));
    // The provider echoes it, in words and as an address.
    let echo = Effect::Error {
        status: 400,
        code: 100,
        subcode: None,
        message: format!("Token {CANARY} at https://graph.example/?access_token={CANARY} is odd"),
        transient: false,
    };
    let mut all = String::new();
    let mut ran = |arguments: &[&str]| {
        let output = with_canary(&workspace, arguments);
        all.push_str(&output.to_string());
        output
    };
    ran(&["plan", "-vv"]).ends(0);
    ran(&["plan", "--format", "json"]).ends(0);
    workspace.faults(vec![Fault::new(echo).on(Operation::Create).template("bell_ready")]);
    ran(&["apply", "--auto-approve", "-vv"]).ends(10).says("Token *** at");
    ran(&["apply", "--auto-approve", "-vv", "--format", "json"]).ends(0);
    workspace.templates(&BELL.replace("Graz", "Linz"));
    ran(&["apply", "--auto-approve", "-vv", "--prune"]).ends(0);
    workspace.configure(|config| config.token = Some("another-token".to_owned()));
    ran(&["plan", "-vv"]).ends(4);
    assert!(!all.contains(CANARY) && !all.contains("Canary7f3a"), "{all}");
    assert!(!workspace.ledger_text().contains("Canary7f3a"));
    for request in workspace.requests() {
        assert!(!format!("{request:?}").contains("Canary7f3a"), "{request:?}");
    }
}

#[test]
fn a_token_does_not_go_to_a_host_that_the_environment_does_not_allow() {
    let workspace = Workspace::new(BELL);
    let config = |host: &str| {
        SHOP.replace(", sandbox: true", &format!(", token: {{env: SHOP_TOKEN}}, base_url: \"https://{host}\""))
    };
    for host in ["graph.fernweh.example", "graph.facebook.com.fernweh.example", "graph.facebook.com@fernweh.example"] {
        workspace.write("letterpress.yaml", config(host));
        let output = with_canary(&workspace, &["plan", "--retry-budget", "0s"]).ends(3);
        assert!(!output.to_string().contains("Canary7f3a"));
    }
    workspace.write("letterpress.yaml", config("graph.fernweh.example"));
    with_canary(&workspace, &["plan"]).says("LETTERPRESS_ALLOW_HOSTS=graph.fernweh.example");
    // A workspace file cannot allow it.
    workspace.write(
        "letterpress.yaml",
        format!("{}allow_hosts: [graph.fernweh.example]\n", config("graph.fernweh.example")),
    );
    with_canary(&workspace, &["plan"]).ends(3);
    // Allowed, it is tried: the name does not exist, which is all that can be seen from here.
    workspace.write("letterpress.yaml", config("graph.fernweh.invalid"));
    let mut command = workspace.command(&["plan", "--retry-budget", "0s"]);
    command.env("SHOP_TOKEN", CANARY).env("LETTERPRESS_ALLOW_HOSTS", "graph.fernweh.invalid");
    Output::of(command.output().unwrap()).ends(5);
}

#[test]
fn a_redirect_is_not_followed_with_the_token() {
    // A server that sends everything on to the sandbox, which would take any token.
    let workspace = Workspace::new(BELL);
    let moved = Effect::Http { status: 302, body: serde_json::json!({"moved": true}) };
    workspace.faults(vec![Fault::new(moved).on(Operation::List).always()]);
    let output = workspace.run(&["plan", "--retry-budget", "0s"]);
    assert_ne!(output.code, 0);
    output.says("not followed");
}

#[test]
fn a_literal_credential_is_refused_and_never_echoed() {
    let workspace = Workspace::new(BELL);
    for account in [
        format!("token: {CANARY}"),
        format!("token: \"{CANARY}\""),
        format!("token: {{env: {CANARY}{CANARY}{CANARY}}}"),
        format!("token: {{value: {CANARY}}}"),
        format!("token: [{CANARY}]"),
        format!("token: [env, {CANARY}]"),
        format!("token: {{env: [{CANARY}]}}"),
        format!("token: {{env: {{x: {CANARY}}}}}"),
        format!("token: {{file: [{CANARY}]}}"),
        format!("token: {{command: {CANARY}}}"),
        format!("token: {{command: [{{a: {CANARY}}}]}}"),
        format!("token:\n      - {CANARY}"),
        format!("tokn: {CANARY}"),
        format!("tokn: [{CANARY}]"),
        format!("tokn: {{value: {CANARY}}}"),
        format!("api_key: {{env: {CANARY}}}"),
        format!("token: {{env: SHOP_TOKEN}}, secret: {CANARY}"),
        format!("token: |\n      {CANARY}\n"),
    ] {
        let config = format!(
            "version: 1\nworkspace: w\naccounts:\n  shop:\n    provider: meta\n    waba_id: \"1\"\n    {account}\n"
        );
        let config = config.replace(", secret", "\n    secret");
        workspace.write("letterpress.yaml", &config);
        for command in [
            &["validate"][..],
            &["validate", "--format", "json"],
            &["validate", "--format", "github"],
            &["plan", "-vv"],
        ] {
            let output = workspace.run(command).ends(3);
            assert!(!output.to_string().contains("Canary7f3a"), "{config}{output}");
        }
    }
    workspace.write("letterpress.yaml", SHOP.replace(", sandbox: true", &format!(", token: {CANARY}")));
    workspace.run(&["validate"]).says("***");
}

#[test]
fn a_secret_is_masked_whatever_it_stands_under() {
    const WORD: &str = "hunter2-Geheim";
    let account = |line: &str| {
        format!("version: 1\nworkspace: w\naccounts:\n  shop:\n    provider: meta\n    waba_id: \"1\"\n    {line}\n")
    };
    let workspace = Workspace::new(BELL);
    for config in [
        account(&format!("base_url: https://me:{WORD}@graph.facebook.com\n    token: {{env: A}}")),
        account(&format!("base_url: \"https://graph.facebook.com/?access_token={WORD}\"\n    token: {{env: A}}")),
        account(&format!("base_url: \"https:\\x2f\\x2fme:{WORD}@graph.facebook.com\"\n    token: {{env: A}}")),
        account(&format!("base_url: me:{WORD}@graph.facebook.com\n    token: {{env: A}}")),
        account(&format!("base_url: >-\n      https://me:{WORD}@graph.facebook.com\n    token: {{env: A}}")),
        account(&format!("media_base_url: https://me:{WORD}@cdn.example\n    token: {{env: A}}")),
        account(&format!("base_url: https://me:{WORD}@graph.facebook.com\n    tokn: [")),
        account(&format!("token: {{env: A, file: {WORD}}}")),
        account(&format!("token: {{env: {WORD}, file: a}}")),
        account(&format!("token: {{command: [{WORD}], file: a}}")),
        account(&format!("token: {{{WORD}}}")),
        account(&format!("token: {{{WORD}: 1}}")),
        account(&format!("token: {{{CANARY}: 1}}")),
        account(&format!("token: {{env: A, {WORD}: 1}}")),
        account(&format!("{CANARY}: 1\n    token: {{env: A}}")),
        account(&format!("{WORD}: 1\n    token: {{env: A}}")),
        account(&format!("token: {{env: A}}\n{CANARY}: 1")),
        account(&format!("labels: {{\"{CANARY}!\": 1}}\n    token: {{env: A}}")),
        account(&format!("token: {{env: A}} # {CANARY}\n    waba: 1")),
        account(&format!("tokn: &{CANARY} {{env: A}}")),
        account(&format!("token: {{env: A, env: {WORD}}}")),
        account(&format!("token: {{env: {WORD}, \"env\": A}}")),
        account(&format!("token: {{file: a, file: \"b, {WORD}\"}}")),
        account(&format!("token:\n      env: A\n      env: {WORD}")),
        account(&format!("token:\n      command: [a]\n      command: {WORD}")),
        account(&format!("tokn: {{env: A, env: {WORD}}}")),
        account(&format!("tokn: a\n    tokn: {WORD}\n    token: {{env: A}}")),
        account(&format!("api_key: {{env: A}}\n    api_key: {WORD}")),
        account(&format!("base_url: {WORD}\n    token: {{env: A}}")),
        account(&format!("media_base_url: {WORD}\n    token: {{env: A}}")),
        account("rettichGeheimsuppe: 1\n    token: {env: A}"),
        account("rettichsuppemitGeheim: 1\n    token: {env: A}"),
        account("\"rettich Geheim suppe\": 1\n    token: {env: A}"),
    ] {
        workspace.write("letterpress.yaml", &config);
        for command in [
            &["validate"][..],
            &["validate", "--format", "json"],
            &["validate", "--format", "github"],
            &["plan", "-vv"],
            &["plan", "--format", "markdown"],
            &["plan", "--format", "json"],
        ] {
            let output = workspace.run(command).ends(3);
            let shown = output.to_string();
            assert!(!shown.contains("Geheim") && !shown.contains("Canary7f3a"), "{config}{output}");
        }
    }
    // Slips of people are told as they are.
    for (slip, said) in
        [("waba: \"1\"", "waba"), ("wabaId: \"1\"", "wabaId"), ("notification_settings: 1", "notification_settings")]
    {
        workspace.write("letterpress.yaml", account(&format!("{slip}\n    token: {{env: A}}")));
        workspace.run(&["validate"]).ends(3).says(said);
    }
    // A credential in the place of a path is found out when the file is looked for.
    workspace.write("letterpress.yaml", account(&format!("token: {{file: {CANARY}}}")));
    let output = workspace.run(&["plan", "-vv"]).ends(4);
    assert!(!output.to_string().contains("Canary7f3a"), "{output}");
}

#[test]
fn a_token_that_an_account_shows_is_masked_in_every_spelling() {
    let hidden = CANARY.replace("Canary7", "Ca\u{200b}nary7\u{ad}");
    for spelt in [CANARY.to_owned(), hidden, CANARY.replace("Canary", "%43anary")] {
        let workspace = Workspace::new(BELL);
        let server = Server::of(&workspace);
        workspace.configure(|config| config.token = Some(CANARY.to_owned()));
        workspace.write("letterpress.yaml", server.config());
        with_canary(&workspace, &["apply", "--auto-approve"]).ends(0);
        let body = format!("Your bell {spelt} is ready.");
        workspace.hand_edit("bell_ready", "en_US", &serde_json::json!([{"type": "BODY", "text": body}]));
        workspace.seed(&[
            workspace.live("bell_ready/en_US"),
            serde_json::json!({"name": "other", "language": "en_US", "category": "UTILITY", "status": "REJECTED", "id": "77",
                "rejected_reason": spelt, "components": [{"type": "BODY", "text": spelt}]}),
        ]);
        let mut all = String::new();
        for arguments in [
            &["plan", "-vv"][..],
            &["plan", "--format", "json"],
            &["plan", "--format", "markdown", "--out", "plan.json"],
            &["drift", "-vv"],
            &["status"],
            &["import", "-vv"],
            &["apply", "--auto-approve", "--revert-drift", "*", "-vv"],
        ] {
            all.push_str(&with_canary(&workspace, arguments).to_string());
        }
        all.push_str(&workspace.ledger_text());
        for file in ["plan.json", "templates/other.yaml"] {
            all.push_str(&fs::read_to_string(workspace.root.join(file)).unwrap_or_default());
        }
        assert!(all.contains("***"), "{all}");
        assert!(!all.contains("7f3aQ0x9Zb"), "{all}");
    }
}

#[test]
fn commands_give_credentials_only_where_the_environment_says_so() {
    let workspace = Workspace::new(BELL);
    let server = Server::of(&workspace);
    let config =
        server.config().replace("{env: SHOP_TOKEN}", "{command: [sh, -c, \"echo ran >> ran; echo a-good-token\"]}");
    workspace.write("letterpress.yaml", config);
    workspace.run(&["plan"]).ends(4).says("LETTERPRESS_ALLOW_COMMANDS=1");
    assert!(!workspace.root.join("ran").exists());
    let mut command = workspace.command(&["plan"]);
    Output::of(command.env("LETTERPRESS_ALLOW_COMMANDS", "1").output().unwrap()).ends(0);
    assert!(workspace.root.join("ran").exists());
}

#[test]
fn credentials_of_accounts_that_do_not_take_part_are_not_read() {
    let workspace = Workspace::of(&format!(
        "{SHOP}  other: {{provider: meta, waba_id: \"5\", token: {{command: [sh, -c, \"echo x > ran\"]}}}}\ndefaults: {{accounts: [shop]}}\n"
    ));
    workspace.templates(BELL);
    let mut command = workspace.command(&["plan", "--account", "shop"]);
    Output::of(command.env("LETTERPRESS_ALLOW_COMMANDS", "1").output().unwrap()).ends(0);
    assert!(!workspace.root.join("ran").exists());
}

#[test]
fn media_outside_the_workspace_is_not_read() {
    let workspace = Workspace::new("");
    fs::write(workspace.outside().join("secret.png"), png(9)).unwrap();
    workspace.write("media/.hidden.png", png(9));
    workspace.write(".git/config.png", png(9));
    let link = |from: &str, to: &str| std::os::unix::fs::symlink(to, workspace.root.join(from)).unwrap();
    link("media/link.png", "../../secret.png");
    link("media/up", "../..");
    link("media/inner.png", ".hidden.png");
    let absolute = workspace.outside().join("secret.png");
    for path in [
        "../secret.png",
        "media/../../secret.png",
        absolute.as_str(),
        "media/link.png",
        "media/up/secret.png",
        "media/.hidden.png",
        "media/inner.png",
        ".git/config.png",
        "file:///etc/hostname",
        "~/secret.png",
        "media",
    ] {
        workspace.templates(&format!(
            "name: picture\ncategory: UTILITY\nheader: {{format: IMAGE, example: \"{path}\"}}\nlanguages:\n  en_US: {{body: Your bike \
             is in the picture.}}\n"
        ));
        for command in [&["validate"][..], &["plan"], &["apply", "--auto-approve"]] {
            let output = workspace.run(command);
            assert_eq!(output.code, 3, "{path}: {output}");
        }
    }
    assert!(workspace.requests().is_empty());
}

#[test]
fn the_ledger_is_private() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    let mode = |path: &str| fs::metadata(workspace.root.join(path)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(".letterpress/ledger/100200300"), 0o700);
    let mut files = 0;
    for file in workspace.root.join(".letterpress/ledger/100200300").read_dir_utf8().unwrap() {
        let file = file.unwrap();
        assert_eq!(mode(file.path().strip_prefix(&workspace.root).unwrap().as_str()), 0o600, "{}", file.path());
        files += 1;
    }
    assert!(files >= 2);
}

#[test]
fn files_made_to_harm_end_at_once() {
    let laughs = (b'b'..=b'k').fold("a: &a [x,x,x,x,x,x,x,x,x,x]\n".to_owned(), |text, at| {
        let (name, before) = (at as char, (at - 1) as char);
        let all = vec![format!("*{before}"); 10].join(",");
        format!("{text}{name}: &{name} [{all}]\n")
    });
    let merge = format!("x: &x {{name: a}}\n{}", "y: {<<: *x}\n");
    let loops = "a: &a [*a]\n".to_owned();
    for (what, text) in [
        ("bomb", laughs),
        ("merge", merge),
        ("loop", loops),
        ("deep", "[".repeat(100_000)),
        ("deep maps", "a: {".repeat(50_000)),
        ("huge", format!("name: {}\n", "x".repeat(3 << 20))),
        ("wide", "- x\n".repeat(300_000)),
        ("not text", String::from_utf8_lossy(&[0, 1, 2, 0xff]).into_owned()),
    ] {
        for file in ["templates/families.yaml", "letterpress.yaml"] {
            let workspace = Workspace::new(BELL);
            workspace.write(file, &text);
            let output = workspace.run(&["validate"]);
            assert_eq!(output.code, 3, "{what} in {file}: {} bytes said", output.stdout.len());
            assert!(output.stdout.len() < 100_000, "{what} in {file}: {} bytes said", output.stdout.len());
        }
    }
    let workspace = Workspace::new(BELL);
    workspace.write("templates/families.yaml", [0xff, 0xfe, b'a']);
    workspace.run(&["plan"]).ends(3);
}

#[test]
fn text_of_the_account_cannot_steer_the_terminal() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    workspace.hand_edit(
        "bell_ready",
        "en_US",
        &serde_json::json!([{"type": "BODY", "text": "Your \u{1b}[2J\u{1b}]0;gone\u{7} bell \u{202e}dne\u{9b}31m"}]),
    );
    for command in [&["plan"][..], &["plan", "--color", "always"]] {
        let output = workspace.run(command).ends(0);
        for bad in ["\u{1b}[2J", "\u{1b}]0;", "\u{7}", "\u{9b}", "\u{202e}"] {
            assert!(!output.stdout.contains(bad), "{bad:?} in {output}");
        }
    }
}
