//! What strangers write reaches no terminal, no log and no comment as anything but text: file names, keys, names and states
//! of an account, ledgers, saved plans, arguments.

use std::{fs, process::Command};

use serde_json::{Value, json};

use crate::harness::{BELL, Output, SHOP, WABA, Workspace};

/// A word that steers a terminal, begins a line, commands a pipeline, hides and turns text around.
pub(crate) const WORD: &str = "x\u{1b}[2J\n::error title=y::z\r##[group]ㅤ\u{115f}\u{e0041}\u{2800}\u{202f}\u{202e}\u{200b}\u{9b}\u{7}##vso[a]\u{85}::stop-commands::q\n@octocat [a](http://evil.example) <img src=x>";

/// Forms of stdout.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// For people and programs.
    Text,
    /// Every line is a command of a GitHub workflow, and holds no other.
    Annotations,
    /// Markdown: a sign that would mention somebody is followed by a zero width space.
    Page,
}

/// Holds if no line of an output is, or holds, what a terminal or a pipeline would obey.
#[track_caller]
pub(crate) fn harmless(what: &str, output: &Output, form: Form) {
    const UNSEEN: &[char] = &['\u{3164}', '\u{115f}', '\u{e0041}', '\u{2800}', '\u{202f}', '\u{202e}', '\u{200b}'];
    for (text, form) in [(&output.stdout, form), (&output.stderr, Form::Text)] {
        let mut before = ' ';
        for c in text.chars() {
            let ward = form == Form::Page && c == '\u{200b}' && before.is_ascii();
            let bad = (c.is_control() && c != '\n') || (UNSEEN.contains(&c) && !ward);
            assert!(!bad, "{what}: {:x} in {output}", u32::from(c));
            before = c;
        }
        for line in text.lines() {
            // Of an annotation its own two marks are left out.
            let signs = if form == Form::Annotations { 2 } else { 0 };
            let line = line.replacen("::", "", signs);
            let named = |(at, _): (usize, &str)| line[at + 2..].starts_with(|c: char| c.is_ascii_alphabetic());
            let command = line.match_indices("::").any(named) || line.contains("##[") || line.contains("##vso[");
            assert!(!command, "{what}: {line:?} in {output}");
            // What follows a line break of the word begins no line.
            assert!(!line.starts_with("@octocat"), "{what}: {line:?} in {output}");
        }
    }
}

/// The commands that look, in every form that they have.
const LOOKS: &[&[&str]] = &[
    &["validate"],
    &["validate", "--format", "json"],
    &["plan", "-vv"],
    &["plan", "--format", "json"],
    &["drift", "-vv"],
    &["drift", "--format", "json"],
    &["status"],
    &["status", "--format", "json"],
    &["doctor"],
    &["doctor", "--format", "json"],
    &["ledger", "show"],
    &["ledger", "show", "--format", "json"],
];

fn look(what: &str, workspace: &Workspace) {
    for arguments in LOOKS {
        harmless(&format!("{what}: {arguments:?}"), &workspace.run(arguments), Form::Text);
    }
    harmless(what, &workspace.run(&["validate", "--format", "github"]), Form::Annotations);
}

#[test]
fn names_of_files() {
    let name = format!("templates/{}.yaml", WORD.replace('/', "_"));
    for text in [BELL.to_owned(), BELL.replace("UTILITY", "FREE"), BELL.replace("body", "bdoy"), "name: [\n".to_owned()]
    {
        let workspace = Workspace::of(SHOP);
        workspace.write(&name, &text);
        look(&text, &workspace);
        harmless("apply", &workspace.apply(&["-vv"]), Form::Text);
        harmless("import", &workspace.run(&["import", "--into", &format!("templates/{WORD}")]), Form::Text);
    }
    let workspace = Workspace::new(BELL);
    for flag in ["-C", "--config", "--account", "--select"] {
        for command in ["validate", "plan", "status", "import"] {
            harmless(flag, &workspace.run(&[command, flag, WORD]), Form::Text);
        }
    }
}

#[test]
fn keys_and_values_of_yaml() {
    let quoted = serde_json::to_string(WORD).unwrap();
    for text in [
        format!("{BELL}{quoted}: 1\n"),
        format!("name: {quoted}\ncategory: {quoted}\nlanguages: {{{quoted}: {{body: {quoted}}}}}\n"),
        format!("{BELL}accounts: [{quoted}]\nallow: [{quoted}]\nparameters: {{{quoted}: {quoted}}}\n"),
        format!(
            "{BELL}about: {{{quoted}: {quoted}}}\nlifecycle: {{ignore: [{quoted}], replaces: {{name: {quoted}}}}}\n"
        ),
        format!("{BELL}buttons: [{{type: {quoted}, text: {quoted}, {quoted}: {quoted}}}]\n"),
        format!("{BELL}header: {{format: IMAGE, example: {quoted}}}\nfooter: ${{{quoted}}}\n"),
        format!("{BELL}per_account: {{{quoted}: {{footer: {quoted}}}}}\nremoved: [{{name: {quoted}}}]\n"),
        BELL.replace("body: Y", &format!("footer: {quoted}\n    body: Y")),
        format!(
            "name: a\ncategory: UTILITY\nlanguages: {{en_US: {{components: [{{type: {quoted}, {quoted}: {{{quoted}: 1}}}}]}}}}\n"
        ),
    ] {
        let workspace = Workspace::new(&text);
        look(&text, &workspace);
        harmless(&text, &workspace.apply(&["-vv"]), Form::Text);
    }
    for config in [
        format!("{SHOP}  {quoted}: {{provider: meta, waba_id: \"2\", sandbox: true}}\n"),
        format!("{SHOP}{quoted}: 1\n"),
        SHOP.replace("fernweh-crm", &quoted),
        SHOP.replace("meta", &quoted),
        SHOP.replace("sandbox: true", &format!("{quoted}: 1")),
        SHOP.replace("sandbox: true", &format!("token: {{env: {quoted}}}")),
        SHOP.replace("sandbox: true", &format!("token: {{file: {quoted}}}")),
        SHOP.replace("sandbox: true", &format!("token: {{env: A}}, base_url: {quoted}")),
        SHOP.replace(
            "sandbox: true",
            &format!("sandbox: true, after: {quoted}, labels: {{{quoted}: x}}, values: {{{quoted}: x}}"),
        ),
        format!("{SHOP}ledger: {quoted}\ntemplates: [{quoted}]\ndefaults: {{accounts: [{quoted}]}}\n"),
        format!(
            "{SHOP}policy: {{freeze: [{{from: 2026-01-01, to: 2027-01-01, reason: {quoted}}}], ignore: [{quoted}], hand_edits: {quoted}}}\n"
        ),
    ] {
        let workspace = Workspace::of(&config);
        workspace.templates(BELL);
        look(&config, &workspace);
        harmless(&config, &workspace.apply(&["-vv"]), Form::Text);
    }
}

/// A template as an account would show it whose every text is hostile.
fn live(id: &str, status: &str) -> Value {
    json!({
        "name": format!("n{WORD}"), "language": format!("l{WORD}"), "category": format!("c{WORD}"), "status": status,
        "id": format!("{id}{WORD}"), "rejected_reason": WORD, "correct_category": WORD, "previous_category": WORD,
        "quality_score": {"score": WORD},
        "components": [
            {"type": "BODY", "text": WORD, WORD: {WORD: [WORD, {WORD: WORD}]}},
            {"type": "BUTTONS", "buttons": [{"type": WORD, "text": WORD, WORD: WORD}]},
            {"type": WORD, WORD: WORD},
        ],
        WORD: WORD,
    })
}

#[test]
fn texts_of_an_account() {
    for status in ["APPROVED", "REJECTED", "PAUSED", WORD] {
        let workspace = Workspace::new(BELL);
        workspace.apply(&[]).ends(0);
        let mut bell = live("1", status);
        // It is edited below, which takes a sound id.
        bell["id"] = "1".into();
        bell["name"] = "bell_ready".into();
        bell["language"] = "en_US".into();
        workspace.seed(&[bell, live("2", status)]);
        look(status, &workspace);
        let drawn = workspace.run(&["plan", "--color", "always"]);
        assert!(!drawn.stdout.contains("\u{1b}[2J") && drawn.stdout.contains("\\u{1b}[2J"), "{drawn}");
        harmless(status, &workspace.run(&["import"]), Form::Text);
        harmless(status, &workspace.run(&["import", "--format", "json"]), Form::Text);
        workspace.templates(&BELL.replace("Graz", "Linz"));
        harmless(status, &workspace.apply(&["--revert-drift", "*", "--allow-breaking", "*", "--prune"]), Form::Text);
        harmless(status, &workspace.apply(&["--format", "json"]), Form::Text);
    }
}

#[test]
fn fields_of_a_ledger_and_its_lock() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    let folder = workspace.root.join(".letterpress/ledger").join(WABA);
    let text = fs::read_to_string(folder.join("state.json")).unwrap();
    let mut state: Value = serde_json::from_str(&text).unwrap();
    state["templates"]["bell_ready/en_US"]["owner"] = WORD.into();
    state["templates"]["bell_ready/en_US"]["category"] = WORD.into();
    let mut other = state["templates"]["bell_ready/en_US"].clone();
    other["name"] = WORD.into();
    other["language"] = WORD.into();
    state["templates"][format!("{WORD}/{WORD}")] = other;
    for event in state["events"].as_array_mut().unwrap() {
        event["name"] = WORD.into();
        event["status"] = WORD.into();
    }
    fs::write(folder.join("state.json"), state.to_string()).unwrap();
    look("state", &workspace);
    workspace.run(&["ledger", "show"]).says("x\\u{1b}[2J⏎");
    let lease = json!({
        "version": 1, "id": WORD, "purpose": WORD, "since": "2026-01-01T00:00:00Z", "renewed": "2026-01-01T00:00:00Z",
        "until": "2099-01-01T00:00:00Z",
        "host": WORD, "pid": 1, "user": WORD, "kernel": WORD, "space": WORD, "started": WORD,
    });
    fs::write(folder.join("lease.json"), lease.to_string()).unwrap();
    look("lease", &workspace);
    workspace.run(&["ledger", "show"]).says(" on x\\u{1b}[2J⏎");
    for arguments in [&["apply", "--auto-approve"][..], &["ledger", "unlock", WORD], &["ledger", "unlock", "q"]] {
        harmless("lease", &workspace.run(arguments), Form::Text);
    }
    harmless("owner", &workspace.run(&["ledger", "hand-over", "bell_ready", "--to", "other"]), Form::Text);
}

#[test]
fn a_saved_plan() {
    let workspace = Workspace::new(BELL);
    workspace.run(&["plan", "--out", "plan.json"]).ends(0);
    let sound: Value = serde_json::from_str(&fs::read_to_string(workspace.root.join("plan.json")).unwrap()).unwrap();
    for field in ["format_version", "tool_version", "workspace", "commit", "digest"] {
        let mut plan = sound.clone();
        plan[field] = WORD.into();
        workspace.write("plan.json", plan.to_string());
        for arguments in
            [&["show", "plan.json"][..], &["apply", "plan.json"], &["show", "plan.json", "--format", "json"]]
        {
            harmless(field, &workspace.run(arguments), Form::Text);
        }
    }
    let name = WORD.replace('/', "_");
    workspace.run(&["plan", "--out", &name]).ends(0);
    harmless("name", &workspace.run(&["show", &name]), Form::Text);
    harmless("name", &workspace.apply(&[&name]), Form::Text);
    harmless("name", &workspace.run(&["plan", "--out", &format!("{name}/x")]), Form::Text);
}

#[test]
fn arguments_and_variables() {
    let workspace = Workspace::new(BELL);
    for arguments in [
        &[WORD][..],
        &["plan", WORD],
        &["plan", "--format", WORD],
        &["plan", &format!("--{WORD}")],
        &["plan", "--at", WORD],
        &["plan", "--expires", WORD],
        &["apply", "--retire", WORD],
        &["apply", "--take-over", WORD, "--auto-approve"],
        &["ledger", "hand-over", WORD, "--to", WORD],
        &["sandbox", "review", WORD, "approve"],
        &["sandbox", "review", "bell_ready", "recategorise", "--to", WORD],
        &["sandbox", "advance", WORD],
        &["sandbox", "reset", "--waba", WORD],
        &["sandbox", "reset", "--waba", "1", "--from", WORD],
        &["sandbox", "serve", "--listen", WORD],
    ] {
        let output = workspace.run(arguments);
        assert_ne!(output.code, 0, "{arguments:?}: {output}");
        harmless(&format!("{arguments:?}"), &output, Form::Text);
    }
    for variable in ["LETTERPRESS_DIRECTORY", "LETTERPRESS_CONFIG", "LETTERPRESS_FORMAT", "LETTERPRESS_LOG"] {
        for arguments in [&["plan"][..], &["plan", "--help"]] {
            let mut command: Command = workspace.command(arguments);
            harmless(variable, &Output::of(command.env(variable, WORD).output().unwrap()), Form::Text);
        }
    }
}

#[test]
fn a_line_that_is_wrapped_begins_no_command() {
    // Long enough that a line ends before the word, wherever it is broken.
    let long = "Please confirm your order of bells and lamps and pumps now ::error:: ".repeat(12);
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    workspace.templates(&BELL.replace("Your new bell is ready, pick it up in Graz.", &format!("|\n      {long}")));
    for arguments in [&["plan"][..], &["plan", "--format", "markdown"]] {
        let output = workspace.run(arguments).ends(0);
        assert!(output.stdout.contains(":\\u{3a}error"), "{output}");
        assert!(!output.stdout.contains("::error"), "{output}");
    }
}
