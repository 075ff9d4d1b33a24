//! `plan --format markdown`: the comment of a pull request, from the binary.

use serde_json::json;

use crate::harness::{BELL, Workspace, redacted};

#[test]
fn the_plan_of_a_pull_request() {
    let horn = BELL.replace("bell", "horn");
    let lamp = BELL.replace("bell", "lamp");
    let workspace = Workspace::new(&format!("{BELL}---\n{horn}---\n{lamp}"));
    workspace.apply(&[]).ends(0);
    workspace.hand_edit("lamp_ready", "en_US", &json!([{"type": "BODY", "text": "Ping @octocat `now` <b>today</b>."}]));
    let changed = format!("{}---\n{lamp}---\n{}", BELL.replace("UTILITY", "MARKETING"), BELL.replace("bell", "pump"));
    workspace.templates(&format!("{changed}---\nremoved: [horn_ready]\n"));
    let output = workspace.run(&["plan", "--format", "markdown"]).ends(0);
    insta::assert_snapshot!(redacted(&workspace, &output));
    assert!(!output.stdout.contains("`@octocat"), "mentions stand in fences only");
    workspace.run(&["plan", "--format", "markdown", "--detailed-exitcode"]).ends(2);
}

#[test]
fn nothing_to_do_and_nothing_to_know_are_said_too() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    let output = workspace.run(&["plan", "--format", "markdown"]).ends(0);
    assert!(output.stdout.starts_with("✅ **No changes to the account. 1 unchanged.**"), "{output}");
    assert!(output.stdout.ends_with("Next: nothing to apply.\n"), "{output}");
    workspace.write("templates/families.yaml", "name: [\n");
    workspace.run(&["plan", "--format", "markdown"]).ends(3);
}
