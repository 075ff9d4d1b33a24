//! What the documents say is held against the binary: commands, links, generated pages, and the example workspace.

#![allow(clippy::unwrap_used, reason = "tests say what is wrong by ending")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

/// The repository.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Runs the binary as a pipeline does: no terminal, no settings of the person who tests.
fn letterpress(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_letterpress"));
    let settings = std::env::vars_os().map(|(name, _)| name);
    for name in settings.filter(|name| name.to_string_lossy().starts_with("LETTERPRESS_")) {
        command.env_remove(name);
    }
    command.env_remove("COLUMNS").env("NO_COLOR", "1").current_dir(folder).args(arguments).stdin(Stdio::null());
    command.output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Rewrites a generated file when asked to, and holds it against what it should be.
fn fresh(path: &str, text: &str) {
    let path = root().join(path);
    if std::env::var_os("LETTERPRESS_BLESS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
    }
    let disk = fs::read_to_string(&path).unwrap_or_default();
    let differs = disk.lines().zip(text.lines()).position(|(old, new)| old != new);
    let line = differs.unwrap_or_else(|| disk.lines().count().min(text.lines().count())) + 1;
    assert!(disk == text, "{} is stale from line {line} on: run the tests with LETTERPRESS_BLESS=1", path.display());
}

/// Copies a folder without what runs left in it.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true if entry.file_name() == ".letterpress" => {}
            true => copy(&entry.path(), &target),
            false => drop(fs::copy(entry.path(), target).unwrap()),
        }
    }
}

/// README and all pages that are written by hand or generated.
fn documents() -> Vec<(PathBuf, String)> {
    fn below(folder: &Path, out: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                below(&path, out);
            } else if path.extension().is_some_and(|end| end == "md") {
                out.push(path);
            }
        }
    }
    let mut paths = vec![root().join("README.md"), root().join("CHANGELOG.md")];
    below(&root().join("docs"), &mut paths);
    paths.into_iter().map(|path| (path.clone(), fs::read_to_string(&path).unwrap())).collect()
}

#[test]
fn pages_of_rules_are_the_generated_ones() {
    let files = letterpress::report::reference::files();
    for (name, text) in &files {
        fresh(&format!("docs/rules/{name}"), text);
    }
    let known: BTreeSet<_> = files.iter().map(|(name, _)| name.clone()).collect();
    let entries = fs::read_dir(root().join("docs/rules")).unwrap();
    let found: BTreeSet<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(found, known, "a page of no rule is left over");
}

#[test]
fn the_page_of_providers_is_the_generated_one() {
    fresh("docs/providers.md", &letterpress::report::capabilities::page());
}

/// A help text in blocks: an option or argument with its description, or a run of other lines.
fn blocks(help: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for line in help.lines() {
        let depth = line.len() - line.trim_start().len();
        let begins = line.trim_start().starts_with(['-', '<', '[']) && (2..=6).contains(&depth);
        let other = depth == 0 && !line.is_empty();
        if begins || other || out.is_empty() {
            out.push(String::new());
        }
        let block = out.last_mut().unwrap();
        block.push_str(line);
        block.push('\n');
    }
    out
}

fn help(words: &[&str]) -> String {
    let output = letterpress(root(), &[words, &["--help"]].concat());
    assert!(output.status.success(), "{words:?}");
    stdout(&output)
}

/// The commands below one, from its help.
fn children(help: &str) -> Vec<String> {
    let list = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    // Deeper lines go on with a description.
    let names = list.filter(|line| !line.starts_with("   "));
    names.filter_map(|line| line.split_whitespace().next()).filter(|word| *word != "help").map(str::to_owned).collect()
}

#[test]
fn the_page_of_commands_is_the_binarys_own_help() {
    let whole = help(&[]);
    let common: BTreeSet<String> = blocks(&whole).iter().map(|block| block.trim().to_owned()).collect();
    let mut page = format!(
        "# Commands\n\nGenerated from `--help`. Every flag can also be given as the environment variable that its text \
         names: switches with `1` or `true`, lists divided by blanks.\n\n## letterpress\n\n```text\n{}\n```\n",
        whole.trim_end()
    );
    let mut open: Vec<Vec<String>> = children(&whole).into_iter().map(|name| vec![name]).rev().collect();
    while let Some(words) = open.pop() {
        let help = help(&words.iter().map(String::as_str).collect::<Vec<_>>());
        let deeper = children(&help).into_iter().map(|name| [words.clone(), vec![name]].concat());
        open.extend(deeper.collect::<Vec<_>>().into_iter().rev());
        let own: Vec<String> = blocks(&help)
            .into_iter()
            .filter(|block| !block.starts_with(' ') || !common.contains(block.trim()))
            .map(|block| block.trim_end().to_owned())
            .filter(|block| block != "Options:")
            .collect();
        let own = own.join("\n\n").replace("Arguments:\n\n", "Arguments:\n");
        page.push_str(&format!("\n## letterpress {}\n\n```text\n{own}\n```\n", words.join(" ")));
    }
    let page: String = page.lines().map(|line| format!("{}\n", line.trim_end())).collect();
    fresh("docs/commands.md", &page);
}

/// Words of a command line, quotes taken off.
fn words(line: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut quote = None;
    for c in line.chars() {
        match (quote, c) {
            (None, ' ') => out.push(String::new()),
            (None, '\'' | '"') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            (_, c) => out.last_mut().unwrap().push(c),
        }
    }
    out.retain(|word| !word.is_empty());
    out
}

/// The letterpress commands of a document's console blocks, without what a shell does around them.
fn commands(text: &str) -> Vec<Vec<String>> {
    let mut inside = false;
    let mut out = Vec::new();
    for line in text.lines() {
        match line.trim_start().strip_prefix("```") {
            Some(kind) => inside = kind == "console",
            None if inside && line.starts_with("$ ") => {
                for part in line[2..].split(" && ").flat_map(|part| part.split(" | ").next()) {
                    let part = part.split(" > ").next().unwrap().replace("cargo run --", "letterpress");
                    let all = words(&part);
                    let assignments = all.iter().take_while(|word| word.contains('=')).count();
                    if all.get(assignments).is_some_and(|word| word == "letterpress") {
                        out.push(all[assignments + 1..].to_vec());
                    }
                }
            }
            None => {}
        }
    }
    out
}

#[test]
fn commands_in_documents_exist() {
    let mut count = 0;
    for (path, text) in documents() {
        for command in commands(&text) {
            let mut arguments: Vec<&str> = command.iter().map(String::as_str).collect();
            arguments.push("--help");
            let output = letterpress(root(), &arguments);
            let error = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{}: letterpress {}\n{error}", path.display(), command.join(" "));
            count += 1;
        }
    }
    assert!(count > 10, "only {count} commands found");
}

#[test]
fn what_is_not_there_yet_is_not_there() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let (_, section) = readme.split_once("## What is not there yet").unwrap();
    let section = section.split("\n## ").next().unwrap();
    for command in children(&help(&[])).into_iter().filter(|command| command != "import") {
        assert!(!section.contains(&format!("`{command}`")), "the README says that there is no `{command}`");
    }
}

/// Targets of links that are not in code.
fn links(text: &str) -> Vec<String> {
    let mut inside = false;
    let mut out = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            inside = !inside;
        }
        let rest = if inside { "" } else { line };
        out.extend(
            rest.split("](").skip(1).filter_map(|part| part.split_once(')')).map(|(target, _)| target.to_owned()),
        );
    }
    out
}

/// The name that a heading is linked by.
fn anchor(heading: &str) -> String {
    let plain = heading.trim_start_matches('#').trim().to_lowercase();
    plain.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c)).collect::<String>().replace(' ', "-")
}

#[test]
fn links_lead_somewhere() {
    for (path, text) in documents() {
        for link in links(&text).iter().filter(|link| !link.contains("://")) {
            let (file, place) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() { path.clone() } else { path.parent().unwrap().join(file) };
            assert!(target.exists(), "{}: {link}", path.display());
            if !place.is_empty() {
                let there = fs::read_to_string(&target).unwrap();
                let found = there.lines().filter(|line| line.starts_with('#')).any(|line| anchor(line) == place);
                assert!(found, "{}: {link}", path.display());
            }
        }
    }
}

/// Unfinished work, praise, paths of somebody's machine: none of it belongs into a document.
#[test]
fn documents_keep_their_tone() {
    const WORDS: [&str; 12] = [
        "todo",
        "fixme",
        "tbd",
        "lorem",
        "blazing",
        "seamless",
        "powerful",
        "effortless",
        "cutting-edge",
        "game-chang",
        "/home/",
        "/tmp/",
    ];
    for (path, text) in documents() {
        let text = text.to_lowercase();
        for word in WORDS {
            assert!(!text.contains(word), "{}: {word}", path.display());
        }
        let numbered = text.split('#').skip(1).any(|after| after.starts_with(|c: char| c.is_ascii_digit()));
        assert!(!numbered, "{}: a number of a ticket", path.display());
    }
}

#[test]
fn json_in_documents_is_json() {
    for (path, text) in documents() {
        for block in text.split("```json\n").skip(1) {
            let block = block.split("```").next().unwrap();
            let read: Result<serde_json::Value, _> = serde_json::from_str(block);
            assert!(read.is_ok(), "{}: {read:?}\n{block}", path.display());
        }
    }
}

/// A copy of the example workspace.
struct Example {
    folder: tempfile::TempDir,
}

impl Example {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        copy(&root().join("templates.example"), folder.path());
        Self { folder }
    }

    fn run(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let output = letterpress(self.folder.path(), arguments);
        (output.status.code(), stdout(&output))
    }

    fn replace(&self, file: &str, from: &str, to: &str) {
        let path = self.folder.path().join("templates").join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{file} has no `{from}`");
        fs::write(path, text.replace(from, to)).unwrap();
    }
}

/// The change that the README shows the plan of.
fn a_day_of_changes(example: &Example) {
    example.replace("service/find_us.yaml", "across the yard", "across the green yard");
    example.replace("calls/call_us.yaml", "UTILITY", "MARKETING");
    example.replace("service/invoice_ready.yaml", "nothing is left to pay.", "nothing is left to pay before {{day}}.");
    example.replace("service/invoice_ready.yaml", "[{number: FW-2041}]", "[{number: FW-2041}, {day: Monday}]");
    example.replace(
        "service/share_number.yaml",
        "languages:\n",
        "languages:\n  de:\n    body: Darf der Kurier dich am Tag der Lieferung anrufen? Dann teil uns bitte deine Nummer mit.\n",
    );
}

#[test]
fn the_example_is_clean_applies_whole_and_stays_as_it_is() {
    let example = Example::new();
    let (code, findings) = example.run(&["validate", "--format", "json"]);
    assert_eq!(code, Some(0), "{findings}");
    let findings: serde_json::Value = serde_json::from_str(&findings).unwrap();
    let text = findings.to_string();
    assert!(!text.contains("\"error\"") && !text.contains("\"warning\""), "{text}");

    let (code, report) = example.run(&["apply", "--account", "playground", "--auto-approve", "--wait"]);
    assert_eq!(code, Some(0), "{report}");
    assert!(report.contains("Plan: 37 to create, 0 to edit, 0 to delete, 0 unchanged."), "{report}");
    assert!(report.ends_with("Apply: 37 applied in 1 account.\n"), "{report}");
    let (code, plan) = example.run(&["plan", "--account", "playground", "--detailed-exitcode"]);
    assert_eq!((code, plan.contains("No changes to the account. 37 unchanged.")), (Some(0), true), "{plan}");

    a_day_of_changes(&example);
    let (code, plan) = example.run(&["plan", "--account", "playground"]);
    assert_eq!(code, Some(0));
    // The first block of text in the README is this plan.
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let (before, rest) = readme.split_once("```text\n").unwrap();
    let (_, after) = rest.split_once("```\n").unwrap();
    let plan: String = plan.lines().map(|line| format!("{}\n", line.trim_end())).collect();
    fresh("README.md", &format!("{before}```text\n{plan}```\n{after}"));
    let (code, report) = example.run(&["apply", "--account", "playground", "--auto-approve"]);
    assert_eq!(code, Some(6), "{report}");
}

/// Every kind of component, button, header and setting that a file can hold is in the example.
#[test]
fn the_example_shows_every_part() {
    fn below(folder: &Path, out: &mut BTreeMap<PathBuf, String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => below(&path, out),
                false => drop(out.insert(path.clone(), fs::read_to_string(&path).unwrap())),
            }
        }
    }
    let mut files = BTreeMap::new();
    below(&root().join("templates.example/templates"), &mut files);
    assert!(files.values().all(|text| text.starts_with("# ")), "each file begins with what it shows");
    let workspace = fs::read_to_string(root().join("templates.example/letterpress.yaml")).unwrap();
    let all: String = files.values().map(String::as_str).chain([workspace.as_str()]).collect();
    let words = "format: IMAGE, format: VIDEO, format: DOCUMENT, format: GIF, format: LOCATION, format: PRODUCT, header: \", \
        footer:, type: QUICK_REPLY, type: URL, type: PHONE_NUMBER, type: COPY_CODE, type: FLOW, type: CATALOG, type: MPM, \
        type: SPM, type: VOICE_CALL, type: ORDER_DETAILS, type: REQUEST_CONTACT_INFO, otp_type: COPY_CODE, otp_type: ONE_TAP, \
        otp_type: ZERO_TAP, carousel:, limited_time_offer:, call_permission_request:, parameter_format: POSITIONAL, {{1}}, \
        message_send_ttl_seconds:, sub_category:, cta_url_link_tracking_opted_out:, degrees_of_freedom_spec:, app_deep_link:, \
        display_format:, add_security_recommendation:, code_expiration_minutes:, per_account:, accounts: [, labels:, values:, \
        ${opt_out}, lifecycle:, protect:, replaces:, ignore:, allow:, about:, components:, removed:,   ar:, AUTHENTICATION";
    for word in words.split(", ").map(|word| word.trim_start_matches("  ")) {
        assert!(all.contains(word), "the example shows no `{word}`");
    }
}
