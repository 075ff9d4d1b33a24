//! Whose a template is: nobody's, ours, another workspace's.

use serde_json::{Value, json};

use crate::harness::{BELL, SHOP, Workspace, observed, only, rules, writes};

fn bell(text: &str) -> Value {
    json!({"name": "bell_ready", "language": "en_US", "category": "UTILITY", "status": "APPROVED",
           "parameter_format": "POSITIONAL", "components": [{"type": "BODY", "text": text}]})
}

#[test]
fn nobodys_and_equal_is_adopted_without_a_write() {
    let workspace = Workspace::new(BELL);
    workspace.seed(&[bell("Your new bell is ready, pick it up in Graz.")]);
    let output = workspace.run(&["plan", "--detailed-exitcode"]).ends(0);
    output.says("No changes to the account; 1 template will be adopted");
    assert!(!workspace.has_ledger(), "a plan writes nothing");
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(0);
    assert_eq!(writes(&requests), [] as [&str; 0]);
    assert_eq!(workspace.ledger().templates["bell_ready/en_US"].owner, "fernweh-crm");
    workspace.settled();
}

#[test]
fn nobodys_and_different_needs_take_over() {
    let workspace = Workspace::new(BELL);
    workspace.seed(&[bell("Your old bell is ready, pick it up in Graz.")]);
    let plan = workspace.plan(&[]);
    assert_eq!(rules(only(&plan)), ["take-over"]);
    assert_eq!(only(&plan)["verdict"]["flags"], json!(["--take-over bell_ready/en_US"]));
    let (output, requests) = workspace.requests_of(|| workspace.apply(&["--revert-drift", "*"]));
    output.ends(6);
    assert_eq!(writes(&requests), [] as [&str; 0]);
    assert!(!workspace.has_ledger(), "nothing was done, so nothing is owned");
    workspace.apply(&["--take-over", "bell_ready/en_US"]).ends(0);
    assert!(workspace.body("bell_ready/en_US").contains("new bell"));
    assert_eq!(workspace.ledger().templates["bell_ready/en_US"].owner, "fernweh-crm");
    workspace.settled();
}

#[test]
fn another_workspaces_is_never_touched() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    // The same account and ledger, seen from another workspace.
    workspace.write("letterpress.yaml", SHOP.replace("fernweh-crm", "fernweh-shop"));
    let all = ["--take-over", "*", "--revert-drift", "*", "--allow-breaking", "*", "--allow-deletes", "1", "--prune"];
    for (families, kind) in [
        (BELL.replace("new bell", "shiny bell"), "edit"),
        (BELL.to_owned(), "adopt"),
        ("removed: [bell_ready]\n".to_owned(), "delete"),
    ] {
        workspace.templates(&families);
        let plan = workspace.plan(&[]);
        if kind == "adopt" {
            workspace.run(&["plan"]).says("1 template cannot be adopted");
        }
        let action = only(&plan);
        assert_eq!(action["kind"], kind);
        assert_eq!(
            (&action["verdict"]["state"], rules(action)),
            (&json!("blocked"), vec!["other-owner"]),
            "{action:#}"
        );
        let (output, requests) = workspace.requests_of(|| workspace.apply(&all));
        output.ends(9).says("managed by fernweh-crm");
        assert_eq!(writes(&requests), [] as [&str; 0]);
        assert_eq!(workspace.ledger().templates["bell_ready/en_US"].owner, "fernweh-crm");
    }
    workspace.templates(&BELL.replace("bell_ready", "bell_late"));
    let plan = workspace.plan(&["--prune"]);
    assert!(observed(&plan).contains(&("managed-by-other".to_owned(), "bell_ready".to_owned())), "{plan:#}");
    assert_eq!(only(&plan)["name"], "bell_late");
}

#[test]
fn what_another_workspace_lost_is_not_created_here() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    letterpress::sandbox::admin::reset(&workspace.sandbox(), Some(crate::harness::WABA)).unwrap();
    workspace.write("letterpress.yaml", SHOP.replace("fernweh-crm", "fernweh-shop"));
    assert_eq!(rules(only(&workspace.plan(&[]))), ["other-owner"]);
    workspace.apply(&[]).ends(9);
    assert_eq!(workspace.holds(), [] as [&str; 0]);
}

#[test]
fn released_it_can_be_taken_by_the_other_workspace() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    workspace.templates("removed: [{name: bell_ready, keep: true}]\n");
    workspace.apply(&[]).ends(0);
    workspace.write("letterpress.yaml", SHOP.replace("fernweh-crm", "fernweh-shop"));
    workspace.templates(BELL);
    workspace.apply(&[]).ends(0);
    assert_eq!(workspace.ledger().templates["bell_ready/en_US"].owner, "fernweh-shop");
    workspace.settled();
}

#[test]
fn names_that_the_policy_ignores_are_not_reported() {
    let workspace = Workspace::new(BELL);
    let seeded = |name: &str| json!({"name": name, "language": "en_US", "category": "UTILITY", "components": []});
    workspace.seed(&[seeded("hello_world"), seeded("sample_flight"), seeded("stray")]);
    let plan = workspace.plan(&[]);
    let names: Vec<String> = observed(&plan).into_iter().filter(|(rule, _)| rule == "unmanaged").map(|o| o.1).collect();
    assert_eq!((names, &plan["accounts"][0]["unmanaged"]), (vec!["stray".to_owned()], &json!(1)));
}

/// A bell, applied; then the workspace got another name.
fn renamed() -> Workspace {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    workspace.write("letterpress.yaml", SHOP.replace("fernweh-crm", "fernweh-shop"));
    workspace
}

#[test]
fn a_workspace_that_was_renamed_has_no_baseline() {
    let workspace = renamed();
    for arguments in [&["drift"][..], &["drift", "--fail-on", "never"], &["drift", "--select", "bell_ready"]] {
        let output = workspace.run(arguments).ends(3);
        output.says(
            "no baseline: the ledger knows 1 template of `fernweh-crm` and none of this workspace, `fernweh-shop`",
        );
        assert!(!output.stdout.contains("in sync"), "{output}");
    }
    workspace.run(&["drift", "--format", "markdown"]).ends(3).says("Was `workspace:` renamed?");
    let drift = workspace.run(&["drift", "--format", "json"]).ends(3).json();
    let account = &drift["accounts"][0];
    assert_eq!((&account["verdict"], &drift["summary"]["no_baseline"]), (&json!("no_baseline"), &json!(1)));
    assert_eq!(account["other_owners"], json!([{"workspace": "fernweh-crm", "templates": 1}]));
    for command in ["plan", "status"] {
        let output = workspace.run(&[command]).ends(0);
        let words: Vec<&str> = output.stdout.split_whitespace().collect();
        assert!(words.join(" ").contains("and none of this workspace, `fernweh-shop`"), "{output}");
    }
    let plan = workspace.plan(&[]);
    assert!(observed(&plan).iter().any(|(rule, _)| rule == "renamed"), "{plan:#}");
    let status = workspace.run(&["status", "--format", "json"]).ends(0).json();
    assert_eq!(status["accounts"][0]["other_owners"], account["other_owners"]);
    // Under the old name all is well.
    workspace.write("letterpress.yaml", SHOP);
    workspace.run(&["drift"]).ends(0).says("in sync: 1 managed template is as applied");
    assert!(!observed(&workspace.plan(&[])).iter().any(|(rule, _)| rule == "renamed"));
}

#[test]
fn two_workspaces_that_share_an_account_are_each_in_sync() {
    let workspace = renamed();
    workspace.templates(&BELL.replace("bell", "horn"));
    workspace.apply(&[]).ends(0);
    workspace.run(&["drift"]).ends(0).says("in sync: 1 managed template is as applied");
    workspace.write("letterpress.yaml", SHOP);
    workspace.templates(BELL);
    workspace.run(&["drift"]).ends(0).says("in sync: 1 managed template is as applied");
    // One that asks for nothing here, or for nothing that others own, has nothing to compare; whose it is is said.
    workspace.write("letterpress.yaml", SHOP.replace("fernweh-crm", "fernweh-post"));
    workspace.templates("removed: [lamp_ready]\n");
    let said =
        "in sync: nothing is managed here; the ledger knows 1 template of `fernweh-crm`, 1 template of `fernweh-shop`";
    workspace.run(&["drift"]).ends(0).says(said);
    workspace.templates(&BELL.replace("bell", "lamp"));
    workspace.run(&["drift"]).ends(0).says(said);
}

#[test]
fn an_account_that_fails_has_the_scope_of_one_that_does_not() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    let scopes = |ends: i32| -> Vec<Value> {
        let commands = ["plan", "drift", "status", "doctor"];
        let run = |command| workspace.run(&[command, "--format", "json"]).ends(ends).json();
        commands.into_iter().map(|command| run(command)["accounts"][0]["scope"].clone()).collect()
    };
    let well = scopes(0);
    let denied = letterpress::sandbox::Effect::Error {
        status: 403,
        code: 200,
        subcode: None,
        message: "No".to_owned(),
        transient: false,
    };
    workspace.faults(vec![letterpress::sandbox::Fault::new(denied).on(letterpress::sandbox::Operation::List).always()]);
    assert_eq!(scopes(4), well);
    assert_eq!(well, vec![json!("100200300 @ sandbox"); 4]);
}
