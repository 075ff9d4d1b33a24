//! What may be deleted, and how: asked for by `removed` or prune, held by limits and protection.

use letterpress::sandbox::{Operation, Verdict};
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

/// The horn, protected by its family.
fn protected_horn() -> String {
    format!("{HORN}lifecycle: {{protect: true}}\n")
}

/// Whether the ledger protects a template.
fn is_protected(workspace: &Workspace, key: &str) -> bool {
    workspace.ledger().templates[key].protected
}

#[test]
fn protection_outlives_its_file() {
    let workspace = Workspace::new(&format!("{BELL}{}", protected_horn()));
    workspace.apply(&[]).ends(0);
    workspace.run(&["ledger", "show"]).ends(0).says("protected");
    for (families, flags) in [
        (BELL.to_owned(), &["--prune"][..]),
        (format!("removed: [horn_ready]\n---\n{BELL}"), &[]),
        (format!("removed: [{{name: horn_ready, languages: [de]}}]\n---\n{BELL}"), &[]),
    ] {
        workspace.templates(&families);
        let plan = workspace.plan(flags);
        assert!(actions(&plan).iter().all(|action| rules(action) == ["protected"]), "{plan:#}");
        let (output, requests) = workspace.requests_of(|| workspace.apply(flags));
        output.ends(9).says("`lifecycle.protect` was applied");
        assert_eq!((writes(&requests).len(), workspace.holds().len()), (0, 3));
    }
    // To stop managing it deletes nothing.
    workspace.templates(&format!("removed: [{{name: horn_ready, keep: true}}]\n---\n{BELL}"));
    workspace.apply(&[]).ends(0);
    assert_eq!(workspace.holds().len(), 3);
}

#[test]
fn protection_is_taken_away_by_a_change_of_its_own() {
    let workspace = Workspace::new(&format!("{BELL}{}", protected_horn()));
    workspace.apply(&[]).ends(0);
    // Taken away and removed at once: what was applied still holds, and is taken back first.
    workspace
        .templates(&format!("removed: [{{name: horn_ready, languages: [de]}}]\n---\n{BELL}{}", horn_without_german()));
    let plan = workspace.plan(&[]);
    assert_eq!(rules(only(&plan)), ["protected"]);
    assert!(observed(&plan).contains(&("protection-removed".to_owned(), "horn_ready".to_owned())), "{plan:#}");
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(9).says("no longer protected from the next apply on");
    assert_eq!(writes(&requests), [] as [&str; 0]);
    assert!(!is_protected(&workspace, "horn_ready/de") && !is_protected(&workspace, "horn_ready/en_US"));
    workspace.apply(&[]).ends(0);
    assert_eq!(workspace.holds(), ["bell_ready/en_US", "horn_ready/en_US"]);
    workspace.settled();
}

#[test]
fn protection_alone_is_written_down_and_nothing_is_sent() {
    let workspace = applied();
    workspace.templates(&format!("{BELL}{}", protected_horn()));
    let plan = workspace.plan(&[]);
    assert!(actions(&plan).is_empty());
    assert!(observed(&plan).contains(&("protection-added".to_owned(), "horn_ready".to_owned())), "{plan:#}");
    assert!(!is_protected(&workspace, "horn_ready/de"), "a plan writes nothing");
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(0);
    assert_eq!(writes(&requests), [] as [&str; 0]);
    assert!(is_protected(&workspace, "horn_ready/de") && is_protected(&workspace, "horn_ready/en_US"));
    assert!(!is_protected(&workspace, "bell_ready/en_US"));
    assert!(observed(&workspace.plan(&[])).iter().all(|(rule, _)| rule != "protection-added"));
    workspace.templates(BELL);
    workspace.apply(&["--prune"]).ends(9);
    assert_eq!(workspace.holds().len(), 3);
}

#[test]
fn what_is_adopted_protected_stays_protected() {
    let workspace = Workspace::new(&format!("{BELL}{}", protected_horn()));
    workspace.apply(&[]).ends(0);
    std::fs::remove_dir_all(workspace.root.join(".letterpress/ledger")).unwrap();
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(0).says("adopted");
    assert_eq!(writes(&requests), [] as [&str; 0]);
    assert!(is_protected(&workspace, "horn_ready/de"));
    workspace.templates(BELL);
    workspace.apply(&["--prune"]).ends(9);
}

#[test]
fn a_saved_plan_changes_the_protection_that_it_shows_and_no_other() {
    let workspace = applied();
    workspace.run(&["plan", "--out", "old.json"]).ends(0);
    workspace.templates(&format!("{BELL}{}", protected_horn()));
    workspace.run(&["apply", "old.json"]).ends(0);
    assert!(!is_protected(&workspace, "horn_ready/de"));
    workspace.run(&["plan", "--out", "new.json"]).ends(0);
    workspace.run(&["show", "new.json"]).ends(0).says("is remembered from the next apply on");
    workspace.run(&["apply", "new.json"]).ends(0);
    assert!(is_protected(&workspace, "horn_ready/de"));
}

#[test]
fn a_ledger_of_before_reads_as_unprotected_and_is_brought_up_to_date() {
    let workspace = Workspace::new(&format!("{BELL}{}", protected_horn()));
    workspace.apply(&[]).ends(0);
    let path = workspace.root.join(format!(".letterpress/ledger/{}/state.json", crate::harness::WABA));
    let mut state: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    state["version"] = json!(1);
    for entry in state["templates"].as_object_mut().unwrap().values_mut() {
        let entry = entry.as_object_mut().unwrap();
        assert!(entry.remove("protected").is_some() && entry.remove("earlier").is_some());
    }
    std::fs::write(&path, state.to_string()).unwrap();
    assert!(!is_protected(&workspace, "horn_ready/de"));
    workspace.apply(&[]).ends(0);
    assert!(is_protected(&workspace, "horn_ready/de"));
    workspace.settled();
}

#[test]
fn a_paused_or_archived_template_locks_its_name_like_an_approved_one() {
    for verdict in [Verdict::Pause, Verdict::Archive] {
        let workspace = Workspace::new(BELL);
        workspace.apply(&[]).ends(0);
        workspace.review("bell_ready", &verdict);
        workspace.templates("removed: [{name: bell_ready}]\n");
        workspace.apply(&[]).ends(0);
        workspace.templates(BELL);
        assert_eq!(rules(only(&workspace.plan(&[]))), ["name-locked"], "{verdict:?}");
        let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
        output.ends(8);
        assert_eq!(writes(&requests), [] as [&str; 0]);
    }
}
