//! Flags, variables and messages, as somebody meets them who makes a slip.

use std::fs;

use crate::harness::{BELL, SHOP, Workspace, get};

#[test]
fn switches_are_set_by_variables_as_people_write_them() {
    let workspace = Workspace::new(BELL);
    let run = |value: &str| {
        let mut command = workspace.command(&["apply"]);
        crate::harness::Output::of(command.env("LETTERPRESS_AUTO_APPROVE", value).output().unwrap())
    };
    run("0").ends(64).says("--auto-approve");
    run("perhaps").ends(64);
    run("1").ends(0).says("1 applied");
    run("yes").ends(0);
}

#[test]
fn an_empty_variable_counts_as_unset_for_every_flag() {
    let workspace = Workspace::new(BELL);
    // The page is made from the flags.
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/commands.md")).unwrap();
    let word = |c: char| c.is_ascii_uppercase() || c == '_';
    let names: std::collections::BTreeSet<&str> =
        page.split(|c| !word(c)).filter(|name| name.starts_with("LETTERPRESS_")).collect();
    assert!(names.len() > 25, "{names:?}");
    for empty in ["", " "] {
        let variables = || names.iter().map(|name| (*name, empty)).chain([("LETTERPRESS_LOG", empty)]);
        let run = |arguments: &[&str]| {
            crate::harness::Output::of(workspace.command(arguments).envs(variables()).output().unwrap())
        };
        run(&["validate"]).ends(0);
        run(&["plan", "--detailed-exitcode"]).ends(if workspace.holds().is_empty() { 2 } else { 0 });
        run(&["apply"]).ends(64).says("--auto-approve");
        run(&["apply", "--auto-approve"]).ends(0);
        for command in [&["status"][..], &["drift"], &["doctor"], &["ledger", "show"], &["import"], &["plan", "-v"]] {
            run(command).ends(0);
        }
    }
}

#[test]
fn accounts_that_match_nothing_are_wrong_usage_everywhere() {
    let workspace = Workspace::of(&format!("{SHOP}  production: {{provider: meta, waba_id: \"7\", sandbox: true}}\n"));
    workspace.templates(&BELL.replace("languages:", "accounts: [shop]\nlanguages:"));
    let commands = [
        &["validate"][..],
        &["plan"],
        &["apply", "--auto-approve"],
        &["import"],
        &["drift"],
        &["status"],
        &["doctor"],
        &["ledger", "show"],
        &["ledger", "unlock", "x"],
        &["ledger", "hand-over", "bell_ready", "--to", "other"],
    ];
    for command in commands {
        for (miss, near) in [
            ("prod", "did you mean `production`?"),
            ("prd", "did you mean `production`?"),
            ("shpo", "did you mean `shop`?"),
            ("tier=live", "the accounts are: shop, production"),
            ("!lab", "the accounts are: shop, production"),
        ] {
            let output = workspace.run(&[command, &["--account", miss]].concat()).ends(64);
            output.says(near);
            assert!(output.stdout.is_empty(), "{output}");
        }
        let mut variable = workspace.command(command);
        let output = crate::harness::Output::of(variable.env("LETTERPRESS_ACCOUNT", "prod").output().unwrap());
        output.ends(64).says("did you mean `production`?");
    }
    let json = workspace.run(&["plan", "--account", "prod", "--format", "json"]).ends(64).json();
    assert_eq!(json["error"]["exit_code"], 64);
    // Wrong usage is told before what is wrong with the files.
    workspace.templates("name: [\n");
    workspace.run(&["validate", "--account", "prod"]).ends(64);
    workspace.run(&["validate", "--select", "bell-ready"]).ends(3);
}

#[test]
fn verbose_says_more_and_colours_follow_the_terminal() {
    let workspace = Workspace::new(BELL);
    assert_eq!(workspace.run(&["plan"]).stderr, "");
    let more = workspace.run(&["plan", "-v"]).ends(0);
    more.says("listed");
    more.says("found no ledger");
    let mut command = workspace.command(&["plan", "-vv"]);
    let requests = crate::harness::Output::of(command.env_remove("NO_COLOR").output().unwrap());
    requests.says("message_templates");
    assert!(!requests.stderr.contains('\u{1b}'), "{requests}");
}

#[test]
fn an_override_for_nobody_is_an_error() {
    let workspace =
        Workspace::new(&BELL.replace("languages:", "per_account: {tier=live: {footer: Hello}}\nlanguages:"));
    workspace.run(&["plan"]).ends(3).says("`per_account`: `tier=live` matches no account");
}

#[test]
fn one_slip_is_one_finding() {
    let workspace = Workspace::of(SHOP);
    for slip in [
        BELL.replace("pick it", "{{1}} and {{who}} pick it"),
        BELL.replace("bell_ready", "Bell-Ready"),
        BELL.replace("languages:", "header: {format: IMAGE, example: ../bell.png}\nlanguages:"),
        BELL.replace("languages:", "footer: ${nothing}\nlanguages:"),
    ] {
        workspace.templates(&slip);
        workspace.run(&["validate"]).ends(3).says("1 error in 2 files");
    }
    workspace.write("letterpress.yaml", SHOP.replace("  shop", "\tshop"));
    workspace.run(&["validate"]).ends(3).says("1 error in 1 file");
    workspace.write("letterpress.yaml", SHOP.replace("sandbox: true", "sandbox: yes"));
    workspace.run(&["validate"]).ends(3).says("write `true` or `false`");
}

#[test]
fn names_that_cannot_be_retired_are_refused() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&["--retire", "bell_ready"]).ends(64).says("still ask for it");
    workspace.apply(&["--retire", "bell_redy"]).ends(64).says("lifecycle.replaces");
    assert!(workspace.holds().is_empty());
}

#[test]
fn patterns_that_hit_nothing_are_said() {
    let workspace = Workspace::new(BELL);
    workspace.templates(&format!("removed: [lamp_ready]\n---\n{BELL}"));
    for command in [&["plan"][..], &["apply", "--auto-approve"], &["import"], &["drift"], &["status"], &["validate"]] {
        for miss in ["bel_*", "bell-ready", "bell_ready/de", "lamp"] {
            let output = workspace.run(&[command, &["--select", "bell_ready", "--select", miss]].concat()).ends(64);
            output.says(&format!("--select `{miss}` hits no template"));
            assert!(output.stdout.is_empty(), "{output}");
        }
        let output = workspace.run(&[command, &["--select", "bell-ready"]].concat()).ends(64);
        output.says("did you mean `bell_ready`?");
    }
    assert!(workspace.holds().is_empty());
    // A name under `removed` is in the files, whether or not it was ever there.
    for hit in ["lamp_ready", "lamp_*", "lamp_ready/de", "{horn_ready/de,bell_ready/en_US}"] {
        workspace.run(&["plan", "--select", hit]).ends(0);
        workspace.run(&["validate", "--select", hit]).ends(0);
    }
    let apply = workspace.apply(&["--take-over", "bel_*", "--allow-breaking", "bell_*"]).ends(0);
    apply.says("--take-over `bel_*` meets nothing");
    assert!(!apply.stderr.contains("--allow-breaking"), "{apply}");
}

#[test]
fn client_libraries_find_the_account_and_its_count() {
    let workspace = Workspace::new(BELL);
    let waba = crate::harness::WABA;
    workspace.apply(&[]).ends(0);
    let (_server, url) = crate::serving::serve(&workspace);
    let list = get(&format!("{url}/v23.0/{waba}/message_templates?summary=true"), "any-token");
    assert_eq!(list["summary"]["total_count"], 1, "{list}");
    let account = get(&format!("{url}/v23.0/{waba}?fields=id,status,country"), "any-token");
    assert_eq!((&account["status"], account.get("country")), (&"ACTIVE".into(), None), "{account}");
}

#[test]
fn allowing_what_no_rule_says_is_an_error() {
    let workspace = Workspace::new(&format!("{BELL}allow: [LP999]\n"));
    let output = workspace.run(&["validate"]).ends(3);
    output.says("no rule of content has the code `LP999`");
    workspace.templates(&format!("{BELL}allow: [LP111]\n"));
    workspace.run(&["validate"]).ends(0);
}

#[test]
fn validate_judges_the_selected_templates() {
    let long = BELL.replace("bell_ready", "horn_ready").replace("Graz", &"x".repeat(1100));
    let workspace = Workspace::new(&format!("{BELL}---\n{long}"));
    workspace.run(&["validate"]).ends(3).says("LP111");
    workspace.run(&["validate", "--select", "bell_*"]).ends(0);
    workspace.run(&["validate", "--select", "horn_ready/en_US"]).ends(3);
}

#[test]
fn what_cannot_be_read_at_all_is_a_document_too() {
    let workspace = Workspace::new(BELL);
    for arguments in [
        &["plan", "--format", "json", "--prun"][..],
        &["status", "--format=json", "--for"],
        &["plan", "--format=json", "x"],
    ] {
        let output = workspace.run(arguments).ends(64);
        assert_eq!(output.json()["error"]["exit_code"], 64, "{output}");
        assert!(
            output.json()["error"]["message"].as_str().unwrap().contains("unexpected") || arguments.contains(&"--for"),
            "{output}"
        );
    }
    for arguments in
        [&["plan", "--format", "markdown", "--prun"][..], &["drift", "--format=markdown", "--fail-on", "x"]]
    {
        let output = workspace.run(arguments).ends(64);
        assert!(
            output.stdout.contains(&format!("<!-- letterpress-{} -->", arguments[0]))
                && !output.stdout.contains("Usage"),
            "{output}"
        );
    }
    // The comment is that of the command, not of a word beside it, and none where the command makes none.
    for arguments in [
        &["plan", "--format", "markdown", "--select", "show", "--prun"][..],
        &["--account", "drift", "plan", "--format=markdown", "--prun"],
        &["-C", "show", "plan", "--format=markdown", "--prun"],
    ] {
        let output = workspace.run(arguments).ends(64);
        assert!(output.stdout.contains("<!-- letterpress-plan -->"), "{output}");
    }
    for arguments in
        [&["apply", "--format", "markdown"][..], &["status", "--format=markdown"], &["import", "--format", "markdown"]]
    {
        assert!(workspace.run(arguments).ends(64).stdout.is_empty(), "{arguments:?}");
    }
    let mut command = workspace.command(&["plan", "--prun"]);
    let output = crate::harness::Output::of(command.env("LETTERPRESS_FORMAT", "json").output().unwrap()).ends(64);
    assert_eq!(output.json()["error"]["exit_code"], 64);
    assert!(workspace.run(&["plan", "--prun"]).ends(64).stdout.is_empty());
}

#[test]
fn two_blanks_in_a_variable_are_no_pattern() {
    let workspace = Workspace::new(BELL);
    let run = |name: &str, value: &str| {
        let mut command = workspace.command(&["plan"]);
        crate::harness::Output::of(command.env(name, value).output().unwrap())
    };
    run("LETTERPRESS_SELECT", " bell_ready  bell_* ").ends(0).says("bell_ready/en_US");
    run("LETTERPRESS_ACCOUNT", "shop  shop ").ends(0).says("bell_ready/en_US");
    let mut command = workspace.command(&["apply", "--auto-approve"]);
    command.env("LETTERPRESS_TAKE_OVER", "bell_ready  bell_*").env("LETTERPRESS_ALLOW_BREAKING", "  bell_ready ");
    crate::harness::Output::of(command.output().unwrap()).ends(0);
    workspace.run(&["plan", "--select", ""]).ends(64);
}

#[test]
fn annotations_name_files_as_the_repository_does() {
    let workspace = Workspace::new(BELL);
    workspace.write("templates/families.yaml", "name: Bell\n");
    workspace.run(&["validate", "--format", "github"]).ends(3).says("file=templates/families.yaml,");
    // In a folder of its repository, wherever the command is run.
    workspace.mirror("templates", "crm/messages/templates");
    workspace.write("crm/messages/letterpress.yaml", SHOP);
    workspace.write(".git/HEAD", "ref: refs/heads/main\n");
    let said = "file=crm/messages/templates/families.yaml,";
    workspace.run(&["validate", "--format", "github", "-C", "crm/messages"]).ends(3).says(said);
    let mut inside = workspace.command(&["validate", "--format", "github"]);
    let output = inside.current_dir(workspace.root.join("crm/messages")).output().unwrap();
    crate::harness::Output::of(output).ends(3).says(said);
    // A trusted workspace file lies elsewhere, and the one beside the templates is named from where the command is run.
    let wrong = SHOP.replace("sandbox: true", "sandbox: true, tokn: 1");
    workspace.write("trusted.yaml", wrong.replace("100200300", "5"));
    workspace.write("crm/messages/trusted.yaml", SHOP);
    let absolute = |path: &str| workspace.root.join(path).to_string();
    fs::write(workspace.outside().join("trusted.yaml"), &wrong).unwrap();
    for (folder, directory, config) in [
        ("", "crm/messages".to_owned(), "trusted.yaml".to_owned()),
        ("templates", "../crm/messages".to_owned(), "../trusted.yaml".to_owned()),
        ("crm/messages", ".".to_owned(), "../../trusted.yaml".to_owned()),
        ("", absolute("crm/messages"), absolute("trusted.yaml")),
    ] {
        let mut command = workspace.command(&["validate", "--format", "github", "-C", &directory, "--config", &config]);
        let output = command.current_dir(workspace.root.join(folder)).output().unwrap();
        let output = crate::harness::Output::of(output).ends(3);
        for file in ["trusted.yaml", "crm/messages/letterpress.yaml", "crm/messages/templates/families.yaml"] {
            output.says(&format!(" file={file},"));
        }
    }
    // What is not in the repository is named as it was given.
    let outside = workspace.outside().join("trusted.yaml");
    let arguments = ["validate", "--format", "github", "-C", "crm/messages", "--config", outside.as_str()];
    workspace.run(&arguments).ends(3).says(&format!(" file={outside},"));
}
