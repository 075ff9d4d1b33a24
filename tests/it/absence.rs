//! Files that are missing: what is not read never counts as removed.

use crate::harness::{BELL, SHOP, Workspace, writes};

/// Commands that would delete what left the files.
const PRUNING: [&[&str]; 4] =
    [&["plan"], &["plan", "--prune"], &["apply", "--auto-approve"], &["apply", "--auto-approve", "--prune"]];

/// The bell, applied.
fn applied(config: &str) -> Workspace {
    let workspace = Workspace::of(config);
    workspace.write("templates/bell.yaml", BELL);
    workspace.apply(&[]).ends(0);
    workspace
}

/// Holds only if every command ends with 3 and a sentence, and sends nothing.
#[track_caller]
fn refused(workspace: &Workspace, says: &str) {
    for command in PRUNING {
        let (output, requests) = workspace.requests_of(|| workspace.run(command));
        let output = output.ends(3);
        output.says(says);
        output.says("bell_ready/en_US");
        assert!(requests.is_empty() && writes(&requests).is_empty(), "{command:?}");
    }
    assert_eq!(workspace.holds(), ["bell_ready/en_US"]);
}

#[test]
fn a_folder_of_templates_that_is_not_there_removes_nothing() {
    let policies = ["", "policy: {prune: true}\n"];
    let own = SHOP.replace("sandbox: true}", "sandbox: true, policy: {prune: true}}");
    for config in policies.iter().map(|policy| format!("{SHOP}{policy}")).chain([own]) {
        let workspace = applied(&config);
        std::fs::remove_dir_all(workspace.root.join("templates")).unwrap();
        refused(&workspace, "no file matches `templates/**/*.yaml`");
        std::fs::create_dir(workspace.root.join("templates")).unwrap();
        refused(&workspace, "no file matches `templates/**/*.yaml`");
    }
    // Nothing is managed yet: a hint, no error.
    let workspace = Workspace::of(SHOP);
    workspace.run(&["validate"]).ends(0).says("warning[LP053]: no file matches");
    workspace.run(&["plan", "--prune"]).ends(0);
}

#[test]
fn a_pattern_of_several_that_matches_nothing_removes_nothing() {
    let workspace =
        Workspace::of(&format!("{SHOP}templates: [templates/*.yaml, more/*.yaml]\npolicy: {{prune: true}}\n"));
    workspace.write("more/horn.yaml", BELL.replace("bell", "horn"));
    workspace.write("templates/bell.yaml", BELL);
    workspace.apply(&[]).ends(0);
    std::fs::remove_file(workspace.root.join("more/horn.yaml")).unwrap();
    workspace.apply(&[]).ends(3).says("more/*.yaml");
    assert_eq!(workspace.holds().len(), 2);
}

#[test]
fn the_wrong_folder_beside_a_trusted_file_removes_nothing() {
    let workspace = applied(&format!("{SHOP}policy: {{prune: true}}\n"));
    std::fs::create_dir(workspace.root.join("elsewhere")).unwrap();
    let wrong = ["--config", "letterpress.yaml", "-C", "elsewhere"];
    for command in PRUNING {
        workspace.run(&[command, &wrong[..]].concat()).ends(3).says("no file matches");
    }
    workspace.run(&[&["apply", "--auto-approve", "-C", "nowhere"], &wrong[..2]].concat()).ends(3);
    assert_eq!(workspace.holds(), ["bell_ready/en_US"]);
}

#[test]
fn files_without_a_family_remove_nothing() {
    let workspace = applied(&format!("{SHOP}policy: {{prune: true}}\n"));
    workspace.write("templates/bell.yaml", "");
    refused(&workspace, "no file asks for a template");
}

#[test]
fn what_is_written_under_removed_goes_also_when_no_file_is_left() {
    let workspace = applied(SHOP);
    std::fs::remove_dir_all(workspace.root.join("templates")).unwrap();
    workspace.write("letterpress.yaml", format!("{SHOP}removed: [bell_ready]\n"));
    workspace.apply(&[]).ends(0);
    assert!(workspace.holds().is_empty());
    workspace.write("letterpress.yaml", SHOP);
    workspace.run(&["plan", "--prune"]).ends(0);
}

#[test]
fn a_file_of_another_ending_is_named_and_its_templates_stay() {
    let workspace = applied(&format!("{SHOP}policy: {{prune: true}}\n"));
    workspace.write("templates/horn.yaml", BELL.replace("bell", "horn"));
    let rename = |from: &str, to: &str| {
        std::fs::rename(workspace.root.join("templates").join(from), workspace.root.join("templates").join(to))
            .unwrap();
    };
    rename("bell.yaml", "bell.yml");
    workspace.run(&["validate"]).ends(0).says("`templates/bell.yml` looks like a template and is not read");
    refused(&workspace, "`templates/bell.yml` looks like a template and is not read");
    // A copy of what is read elsewhere hides nothing.
    workspace.write("templates/bell.yaml", BELL);
    workspace.apply(&[]).ends(0);
    workspace.run(&["validate"]).ends(0).says("warning[LP064]");
}

#[test]
fn a_folder_that_lies_too_deep_is_named_and_removes_nothing() {
    let workspace = applied(&format!("{SHOP}policy: {{prune: true}}\n"));
    workspace.write("templates/horn.yaml", BELL.replace("bell", "horn"));
    let deep = format!("templates/{}/bell.yaml", vec!["d"; 40].join("/"));
    workspace.write(&deep, BELL);
    std::fs::remove_file(workspace.root.join("templates/bell.yaml")).unwrap();
    refused(&workspace, "may hold templates and is not read");
    workspace.run(&["validate"]).ends(0).says("too deep");
}

#[test]
fn a_saved_plan_removes_nothing_either() {
    let workspace = applied(SHOP);
    workspace.write("templates/horn.yaml", BELL.replace("bell", "horn"));
    workspace.run(&["plan", "--out", "plan.json"]).ends(0);
    std::fs::remove_dir_all(workspace.root.join("templates")).unwrap();
    workspace.run(&["apply", "plan.json"]).ends(3).says("no file matches");
    assert_eq!(workspace.holds(), ["bell_ready/en_US"]);
}
