//! Names of files: every family gets a file, or the run does not end with 0.

use std::fs;

use serde_json::{Value, json};

use crate::harness::{SHOP, Workspace, actions};

fn note(name: &str) -> Value {
    json!({ "name": name, "language": "en_US", "category": "UTILITY", "components": [
        { "type": "BODY", "text": format!("A note for the workshop, number {}.", name.len()) }] })
}

/// Import, then a plan that adopts all that the account holds.
#[track_caller]
fn every_family_has_a_file(workspace: &Workspace, families: usize) -> Value {
    let report = workspace.run(&["import", "--format", "json"]).ends(0).json();
    let files: std::collections::BTreeSet<&str> =
        report["files"].as_array().unwrap().iter().map(|file| file["file"].as_str().unwrap()).collect();
    assert_eq!(files.len(), families, "{report:#}");
    let plan = workspace.plan(&[]);
    assert!(actions(&plan).iter().all(|action| action["kind"] == "adopt"), "{plan:#}");
    assert_eq!(actions(&plan).len(), workspace.holds().len(), "{plan:#}");
    report
}

#[test]
fn names_that_begin_alike_get_a_file_each() {
    let workspace = Workspace::of(SHOP);
    let start = "a".repeat(100);
    let names: Vec<String> = ["", "x", "xy", "xyz", "_1"].iter().map(|end| format!("{start}{end}")).collect();
    let long = "b".repeat(512);
    let all: Vec<Value> = names.iter().chain([&long]).map(|name| note(name)).collect();
    workspace.seed(&all);
    every_family_has_a_file(&workspace, names.len() + 1);
}

#[test]
fn a_file_that_holds_another_family_is_left_alone_and_nobody_is_left_out() {
    let workspace = Workspace::of(SHOP);
    let other = "name: another\ncategory: UTILITY\nlanguages: {en_US: {body: My own words for another one.}}\n";
    // Also under the second name that would be tried, in another case, and where no file can be.
    workspace.write("templates/bell.yaml", other);
    workspace.write("templates/bell.shop.yaml", other.replace("another", "third"));
    workspace.write("templates/HORN.yaml", other.replace("another", "fourth"));
    fs::create_dir_all(workspace.root.join("templates/lamp.yaml")).unwrap();
    workspace.seed(&[note("bell"), note("horn"), note("lamp")]);
    let report = workspace.run(&["import", "--format", "json"]).ends(0).json();
    assert_eq!(report["files"].as_array().unwrap().len(), 3, "{report:#}");
    let plan = workspace.plan(&["--select", "bell", "--select", "horn", "--select", "lamp"]);
    assert_eq!(actions(&plan).len(), 3, "{plan:#}");
    assert!(actions(&plan).iter().all(|action| action["kind"] == "adopt"), "{plan:#}");
    assert_eq!(fs::read_to_string(workspace.root.join("templates/bell.yaml")).unwrap(), other);
    assert!(!workspace.root.join("templates/horn.yaml").exists(), "some file systems would take it for HORN.yaml");
}

#[test]
fn a_second_import_into_a_folder_of_its_own_finds_its_files_there() {
    let workspace = Workspace::of(SHOP);
    workspace.seed(&[note("bell"), note("horn")]);
    let output = workspace.run(&["import", "--into", "elsewhere"]).ends(0);
    output.says("2 files written");
    output.says("No plan reads elsewhere/bell.yaml and 1 more");
    assert!(!workspace.run(&["import", "--into", "./templates/"]).ends(0).stderr.contains("No plan reads"));
    fs::remove_dir_all(workspace.root.join("templates")).unwrap();
    workspace.run(&["import", "--into", "elsewhere"]).ends(0).says("0 files written");
    assert_eq!(fs::read_dir(workspace.root.join("elsewhere")).unwrap().count(), 2);
    // Once it was edited it is no longer what the account holds.
    let bell = workspace.root.join("elsewhere/bell.yaml");
    fs::write(&bell, "# mine\n").unwrap();
    workspace.run(&["import", "--into", "elsewhere"]).ends(0).says("1 file written");
    assert_eq!(fs::read_to_string(bell).unwrap(), "# mine\n");
}

#[test]
fn what_cannot_have_a_file_is_no_success() {
    let workspace = Workspace::of(SHOP);
    let mut odd = note("bell");
    odd["name"] = json!("Bell Ready");
    workspace.seed(&[odd, note("horn")]);
    let output = workspace.run(&["import"]).ends(9);
    output.says("left out");
    output.says("1 file written");
    let report = workspace.run(&["import", "--format", "json"]).ends(9).json();
    assert_eq!(report["files"][0]["file"], json!(null), "{report:#}");
}
