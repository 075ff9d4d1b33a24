//! Templates that the provider makes by itself (Direct Send): shown, counted, and nobody's to change.

use letterpress::sandbox::{Effect, Fault, Operation};
use serde_json::{Value, json};

use crate::harness::{BELL, SHOP, Workspace, actions, observed, only, rules, writes};

/// A template as the account shows it.
fn shown(name: &str, source: Option<&str>) -> Value {
    let mut node = json!({"name": name, "language": "en_US", "status": "APPROVED", "category": "UTILITY",
        "parameter_format": "POSITIONAL",
        "components": [{"type": "BODY", "text": "Your new bell is ready, pick it up in Graz."}]});
    if let Some(source) = source {
        node["source"] = json!(source);
    }
    node
}

fn seen(rule: &str, name: &str) -> (String, String) {
    (rule.to_owned(), name.to_owned())
}

#[test]
fn they_are_told_apart_and_never_adopted_edited_or_deleted() {
    for source in ["AUTO_GENERATED", "auto_generated"] {
        let other = BELL.replace("bell_ready", "bell_other").replace("new bell", "old bell");
        let workspace = Workspace::new(&format!("{BELL}---\n{other}---\nremoved: [{{name: bell_gone}}]\n"));
        let named = ["bell_ready", "bell_other", "bell_gone", "auto_generated_17"];
        workspace.seed(&named.map(|name| shown(name, Some(source))));
        let plan = workspace.plan(&["--prune"]);
        let kinds: Vec<_> = actions(&plan)
            .iter()
            .map(|action| (action["kind"].as_str().unwrap(), action["name"].as_str().unwrap(), rules(action)[0]))
            .collect();
        let expected = [("edit", "bell_other"), ("delete", "bell_gone"), ("adopt", "bell_ready")];
        assert_eq!(kinds, expected.map(|(kind, name)| (kind, name, "auto-generated")), "{plan:#}");
        assert!(actions(&plan).iter().all(|action| action["verdict"]["state"] == "blocked"));
        let flags =
            actions(&plan).iter().map(|action| action["verdict"]["flags"].as_array().unwrap().len()).sum::<usize>();
        assert_eq!(flags, 0, "no flag helps: {plan:#}");
        assert!(observed(&plan).contains(&seen("auto-generated", "auto_generated_17")), "{plan:#}");
        assert_eq!((&plan["accounts"][0]["live"], &plan["accounts"][0]["unmanaged"]), (&json!(4), &json!(0)));
        let flags = ["--prune", "--take-over", "*", "--revert-drift", "*"];
        let (output, requests) = workspace.requests_of(|| workspace.apply(&flags));
        output.ends(9).says("Direct Send");
        assert_eq!(writes(&requests), [] as [&str; 0]);
    }
}

#[test]
fn they_are_not_imported() {
    let workspace = Workspace::of(SHOP);
    workspace.seed(&[shown("auto_generated_17", Some("AUTO_GENERATED")), shown("bell_ready", Some("MANUAL"))]);
    let output = workspace.run(&["import"]).ends(0);
    output.says("Not imported: auto_generated_17/en_US");
    assert!(workspace.root.join("templates/bell_ready.yaml").exists(), "{output}");
    assert!(!workspace.root.join("templates/auto_generated_17.yaml").exists(), "{output}");
    workspace.apply(&[]).ends(0);
    workspace.run(&["drift"]).ends(0).says("auto_generated_17");
    let status = workspace.run(&["status", "--format", "json"]).ends(0).json();
    assert_eq!(status["accounts"][0]["unmanaged"], 0, "{status:#}");
}

#[test]
fn one_that_was_adopted_before_is_neither_drift_nor_pruned() {
    let workspace = Workspace::new(BELL);
    workspace.seed(&[shown("bell_ready", None)]);
    workspace.apply(&[]).ends(0);
    let mut changed = shown("bell_ready", Some("AUTO_GENERATED"));
    changed["id"] = workspace.live("bell_ready/en_US")["id"].clone();
    changed["components"][0]["text"] = json!("Your new bell is ready, get it in Graz.");
    workspace.seed(&[changed]);
    workspace.run(&["drift"]).ends(0).says("which has no effect");
    workspace.templates("removed: [{name: bell_ready, keep: true}]\n");
    workspace.apply(&["--prune"]).ends(0);
    assert!(workspace.ledger().templates.is_empty());
    assert_eq!(workspace.holds(), ["bell_ready/en_US"]);
}

#[test]
fn without_its_mark_the_providers_refusal_is_believed() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    let refused = |subcode, operation| {
        let message = "Invalid parameter".to_owned();
        let effect = Effect::Error { status: 400, code: 100, subcode: Some(subcode), message, transient: false };
        vec![Fault::new(effect).on(operation)]
    };
    workspace.faults(refused(2_388_318, Operation::Edit));
    workspace.templates(&BELL.replace("pick it up", "fetch it"));
    workspace.apply(&[]).ends(10).says("2388318");
    workspace.faults(Vec::new());
    let plan = workspace.plan(&[]);
    assert_eq!(rules(only(&plan)), ["auto-generated"]);
    assert_eq!(observed(&plan), [seen("auto-generated", "bell_ready")]);
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(9).says("the provider said at");
    assert_eq!(writes(&requests), [] as [&str; 0]);

    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    workspace.templates("removed: [{name: bell_ready}]\n");
    workspace.faults(refused(2_388_330, Operation::Delete));
    workspace.apply(&[]).ends(10).says("2388330");
    workspace.faults(Vec::new());
    assert_eq!(rules(only(&workspace.plan(&[]))), ["auto-generated"]);
    workspace.templates(&BELL.replace("bell", "horn"));
    let plan = workspace.plan(&["--prune"]);
    assert_eq!(only(&plan)["name"], "horn_ready", "{plan:#}");
}

#[test]
fn where_nobody_can_tell_which_they_are_nothing_is_pruned_or_taken_over() {
    let workspace = Workspace::new(BELL);
    workspace.seed(&[shown("bell_ready", None)]);
    // Adopted, long ago.
    workspace.apply(&[]).ends(0);
    workspace.run(&["sandbox", "advance", "40d"]).ends(0);
    let mut theirs = shown("horn_ready", Some("AUTO_GENERATED"));
    theirs["components"][0]["text"] = json!("Your old horn is ready.");
    let mut bell = workspace.live("bell_ready/en_US");
    bell["source"] = json!("AUTO_GENERATED");
    workspace.seed(&[bell, theirs]);
    workspace.configure(|config| config.unknown_fields = vec!["source".to_owned()]);
    // The one is to be pruned, the other to be taken over.
    workspace.templates(&BELL.replace("bell", "horn"));
    for arguments in [&["plan", "--prune"][..], &["plan", "--prune", "--format", "markdown"], &["drift"]] {
        let output = workspace.run(arguments);
        let words: Vec<&str> = output.stdout.split_whitespace().collect();
        assert!(words.join(" ").contains("which templates the provider made by itself"), "{output}");
        assert!(!output.stdout.contains("--take-over"), "no flag helps: {output}");
    }
    workspace.run(&["import", "--into", "imported"]).says("cannot be told");
    std::fs::remove_dir_all(workspace.root.join("imported")).unwrap();
    let plan = workspace.plan(&["--prune"]);
    for action in actions(&plan) {
        assert_eq!(action["verdict"]["state"], "blocked", "{plan:#}");
        assert_eq!(rules(action)[0], "auto-generated", "{plan:#}");
    }
    assert_eq!(actions(&plan).len(), 2, "{plan:#}");
    let (output, requests) = workspace.requests_of(|| workspace.apply(&["--prune", "--take-over", "*"]));
    output.ends(9).says("`source`");
    assert_eq!(writes(&requests), [] as [&str; 0]);
    // Who names it decides.
    workspace.templates(&format!("{}---\nremoved: [{{name: bell_ready}}]\n", BELL.replace("bell", "kettle")));
    let plan = workspace.plan(&[]);
    let deletion = actions(&plan).iter().find(|action| action["kind"] == "delete").unwrap();
    assert_eq!(deletion["verdict"]["state"], "ready", "{plan:#}");
    // What was made by an apply within the time that the ledger remembers is no doubt.
    workspace.templates(&BELL.replace("bell", "kettle"));
    workspace.apply(&[]).ends(0);
    workspace.templates(&BELL.replace("bell", "whistle"));
    let plan = workspace.plan(&["--prune"]);
    let states: Vec<_> = actions(&plan)
        .iter()
        .filter(|action| action["kind"] == "delete")
        .map(|action| (action["name"].as_str().unwrap(), action["verdict"]["state"].as_str().unwrap()))
        .collect();
    assert!(states.contains(&("kettle_ready", "ready")) && states.contains(&("bell_ready", "blocked")), "{states:?}");
}
