//! What may be deleted, and how: asked for by `removed` or prune, held by limits and protection.

use letterpress::sandbox::Operation;
use serde_json::json;

use crate::harness::{BELL, SHOP, Workspace, actions, count, observed, only, rules, writes};

const HORN: &str = "\
---
name: horn_ready
category: UTILITY
languages:
  en_US: {body: Your new horn can be fetched from tomorrow on.}
  de: {body: Deine neue Hupe liegt ab morgen zum Abholen bereit.}
";

/// A bell in one language and a horn in two, applied.
fn applied() -> Workspace {
    let workspace = Workspace::new(&format!("{BELL}{HORN}"));
    workspace.apply(&[]).ends(0);
    workspace
}

/// The horn without its German.
fn horn_without_german() -> String {
    HORN.lines().filter(|line| !line.contains("de:")).map(|line| format!("{line}\n")).collect()
}

#[test]
fn one_language_goes_by_its_id_and_name_and_the_others_stay() {
    let workspace = applied();
    let id = workspace.live("horn_ready/de")["id"].as_str().unwrap().to_owned();
    let removed = "removed: [{name: horn_ready, languages: [de], reason: nobody reads it}]\n";
    workspace.templates(&format!("{removed}---\n{BELL}{}", horn_without_german()));
    let plan = workspace.plan(&[]);
    assert_eq!((&only(&plan)["kind"], &only(&plan)["language"]), (&json!("delete"), &json!("de")));
    assert!(only(&plan)["notes"].to_string().contains("nobody reads it"));
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(0);
    let delete = requests.iter().find(|request| request.operation == Operation::Delete).unwrap();
    assert_eq!(delete.query, format!("hsm_id={id}&name=horn_ready"));
    assert_eq!(writes(&requests).len(), 1);
    assert_eq!(workspace.holds(), ["bell_ready/en_US", "horn_ready/en_US"]);
    assert!(!workspace.ledger().templates.contains_key("horn_ready/de"));
    workspace.settled();
}

#[test]
fn a_whole_name_goes_language_by_language() {
    let workspace = applied();
    workspace.templates(&format!("removed: [horn_ready]\n---\n{BELL}"));
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(0);
    assert_eq!(count(&requests, Operation::Delete), 2);
    assert!(requests.iter().filter(|r| r.operation == Operation::Delete).all(|r| r.query.contains("hsm_id=")));
    assert_eq!(workspace.holds(), ["bell_ready/en_US"]);
    workspace.settled();
}

#[test]
fn keep_releases_and_deletes_nothing() {
    let workspace = applied();
    workspace.templates(&format!("removed: [{{name: horn_ready, keep: true}}]\n---\n{BELL}"));
    let plan = workspace.plan(&[]);
    assert!(actions(&plan).is_empty());
    assert!(observed(&plan).contains(&("released".to_owned(), "horn_ready".to_owned())));
    let (output, requests) = workspace.requests_of(|| workspace.apply(&["--prune"]));
    output.ends(0);
    assert_eq!(writes(&requests), [] as [&str; 0]);
    assert_eq!(workspace.holds().len(), 3);
    assert_eq!(workspace.ledger().templates.keys().collect::<Vec<_>>(), ["bell_ready/en_US"]);
    // Said once more, it is no wish to delete what is nobody's now.
    workspace.settled();
}

#[test]
fn what_left_the_files_is_reported_and_stays_without_prune() {
    let workspace = applied();
    workspace.templates(BELL);
    let plan = workspace.plan(&[]);
    assert!(actions(&plan).is_empty());
    assert!(observed(&plan).contains(&("not-in-git".to_owned(), "horn_ready".to_owned())), "{plan:#}");
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(0);
    assert_eq!((writes(&requests).len(), workspace.holds().len()), (0, 3));
    let plan = workspace.plan(&["--prune"]);
    assert_eq!(actions(&plan).iter().filter(|action| action["kind"] == "delete").count(), 2);
    workspace.apply(&["--prune"]).ends(0);
    assert_eq!(workspace.holds(), ["bell_ready/en_US"]);
    workspace.settled();
}

#[test]
fn the_policy_prunes_too() {
    let workspace = applied();
    workspace.templates(BELL);
    workspace.write("letterpress.yaml", format!("{SHOP}policy: {{prune: true}}\n"));
    workspace.apply(&[]).ends(0);
    assert_eq!(workspace.holds(), ["bell_ready/en_US"]);
}

#[test]
fn more_deletions_than_allowed_need_their_exact_number() {
    let workspace = applied();
    workspace.templates(BELL);
    workspace.write("letterpress.yaml", format!("{SHOP}policy: {{max_deletes: 1}}\n"));
    for flags in [&["--prune"][..], &["--prune", "--allow-deletes", "3"], &["--prune", "--allow-deletes", "1"]] {
        let (output, requests) = workspace.requests_of(|| workspace.apply(flags));
        output.ends(6).says("--allow-deletes 2");
        assert_eq!(writes(&requests), [] as [&str; 0], "{flags:?}");
    }
    assert_eq!(rules(&actions(&workspace.plan(&["--prune"]))[0]), ["max-deletes"]);
    workspace.apply(&["--prune", "--allow-deletes", "2"]).ends(0);
    assert_eq!(workspace.holds(), ["bell_ready/en_US"]);
}

#[test]
fn protected_names_stay() {
    let workspace = applied();
    workspace.templates(BELL);
    workspace.write("letterpress.yaml", format!("{SHOP}policy: {{protect: [\"horn_*\"]}}\n"));
    let (output, requests) = workspace.requests_of(|| workspace.apply(&["--prune", "--allow-deletes", "2"]));
    output.ends(9).says("[protected]");
    assert_eq!((writes(&requests).len(), workspace.holds().len()), (0, 3));
}

#[test]
fn a_family_protects_its_languages() {
    let workspace = applied();
    let horn = horn_without_german();
    workspace.templates(&format!(
        "removed: [{{name: horn_ready, languages: [de]}}]\n---\n{BELL}{horn}lifecycle: {{protect: true}}\n"
    ));
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(9).says("lifecycle.protect");
    assert_eq!((writes(&requests).len(), workspace.holds().len()), (0, 3));
}

#[test]
fn what_is_not_managed_is_not_deleted() {
    let workspace = applied();
    workspace.seed(&[json!({"name": "stray", "language": "en_US", "category": "UTILITY", "components": []})]);
    workspace.templates(&format!("removed: [stray]\n---\n{BELL}{HORN}"));
    assert_eq!(rules(only(&workspace.plan(&[]))), ["not-managed"]);
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(9);
    assert_eq!((writes(&requests).len(), workspace.holds().len()), (0, 4));
}

#[test]
fn what_is_gone_already_is_no_failure() {
    let workspace = applied();
    workspace.templates(&format!("removed: [horn_ready, never_there]\n---\n{BELL}"));
    workspace.apply(&[]).ends(0);
    workspace.apply(&[]).ends(0);
    workspace.settled();
}

#[test]
fn edits_come_first_then_creates_then_deletions() {
    let workspace = applied();
    let bell = BELL.replace("pick it up", "fetch it");
    workspace.templates(&format!(
        "removed: [horn_ready]\n---\nname: air_pump\ncategory: UTILITY\nlanguages:\n  en_US: {{body: Your pump has been \
         packed and leaves today.}}\n---\n{bell}"
    ));
    let ((), requests) = workspace.requests_of(|| {
        workspace.apply(&[]).ends(0);
    });
    let writes = writes(&requests);
    let order = ["edit bell_ready/en_US", "create air_pump/en_US", "delete horn_ready", "delete horn_ready"];
    assert_eq!(writes, order);
    workspace.settled();
}
