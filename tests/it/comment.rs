//! `plan --format markdown`: the comment of a pull request, from the binary.

use letterpress::sandbox::{Effect, Fault, Operation};
use serde_json::json;

use crate::harness::{BELL, SHOP, Workspace, redacted};

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

#[test]
fn a_plan_that_fails_is_a_comment_that_says_what_failed_where_and_what_to_do() {
    let workspace = Workspace::new("name: [\n");
    let failed = |arguments: &[&str], code: i32| workspace.run(arguments).ends(code).stdout;
    let comment = failed(&["plan", "--format", "markdown"], 3);
    assert!(
        comment.starts_with("❌ **The plan failed: 1 error in 2 files.** <!-- letterpress-plan fernweh-crm -->\n"),
        "{comment}"
    );
    assert!(comment.contains("- ❌ `templates/families.yaml:1:7` ") && comment.contains("(`LP001`)"), "{comment}");
    assert!(comment.ends_with("```sh\nletterpress validate\n```\n"), "{comment}");

    // The name by which the comment is found is read from a file that is broken, too.
    workspace.write("letterpress.yaml", "version: 1\nworkspace: \"fernweh-crm\" # ours\naccounts: [\n");
    let comment = failed(&["plan", "--format", "markdown"], 3);
    assert!(
        comment.contains("`letterpress.yaml:") && comment.contains("<!-- letterpress-plan fernweh-crm -->"),
        "{comment}"
    );
    std::fs::remove_file(workspace.root.join("letterpress.yaml")).unwrap();
    let comment = failed(&["plan", "--format", "markdown"], 3);
    assert!(
        comment.contains("there is no letterpress.yaml in .") && comment.contains("<!-- letterpress-plan -->"),
        "{comment}"
    );

    workspace.write("letterpress.yaml", SHOP);
    workspace.templates(BELL);
    for (arguments, code, said) in [
        (&["plan", "--format", "markdown", "--account", "nobody"][..], 64, "nobody"),
        (&["plan", "--format", "markdown", "--out", "none/plan.json"], 64, "there is no such folder"),
        (&["show", "plan.json", "--format", "markdown"], 64, "there is no file plan.json"),
        (&["drift", "--format", "markdown", "--select", "nothing"], 64, "hits no template"),
    ] {
        let comment = failed(arguments, code);
        assert!(comment.starts_with("❌ **") && comment.contains(said) && comment.contains("\nNext: "), "{comment}");
    }
}

#[test]
fn an_account_that_cannot_be_read_is_never_said_to_need_nothing() {
    let refused =
        Effect::Error { status: 400, code: 190, subcode: None, message: "Expired.".to_owned(), transient: false };
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    workspace.faults(vec![Fault::new(refused).on(Operation::List).always()]);
    for (arguments, code) in [(&["plan", "--format", "markdown"][..], 4), (&["plan"], 4)] {
        let output = workspace.run(arguments).ends(code);
        assert!(!output.stdout.contains("No changes") && !output.stdout.contains("nothing to apply"), "{output}");
    }
    let comment = workspace.run(&["plan", "--format", "markdown"]).ends(4).stdout;
    assert!(comment.starts_with("❌ **The plan failed: 1 account could not be worked on.**"), "{comment}");
    assert!(comment.contains("- ❌ `shop`: Expired."), "{comment}");
    assert!(comment.ends_with("```sh\nletterpress doctor --account shop\n```\n"), "{comment}");

    // One of two: what is said of changes is said of the other.
    let broken =
        "  twin: {provider: meta, waba_id: \"2\", token: {env: NOT_SET}}\ndefaults: {accounts: [shop, twin]}\n";
    workspace.write("letterpress.yaml", format!("{SHOP}{broken}"));
    workspace.faults(Vec::new());
    let comment =
        workspace.run(&["plan", "--account", "shop", "--account", "twin", "--format", "markdown"]).ends(10).stdout;
    assert!(comment.contains("- ❌ `twin`: ") && !comment.contains("nothing to apply"), "{comment}");
    assert!(comment.contains("the other account"), "{comment}");
}
