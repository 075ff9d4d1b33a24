//! `--config`: a trusted workspace file, and a proposed one beside the templates.

use serde_json::{Value, json};

use crate::harness::{BELL, SHOP, Workspace, actions, only};

const BOTH: [&str; 4] = ["--config", "letterpress.yaml", "-C", "proposed"];

/// A bell in the shop's words.
fn bell() -> String {
    BELL.replace("in Graz.", "at ${place}. ${sign}")
}

const VALUES: &str = "values: {place: our shop in Graz, sign: See you there.}\n";

/// The trusted file with values, applied; the same beside the templates in `proposed`, as a pull request has it.
fn checked_out() -> Workspace {
    let workspace = Workspace::of(&format!("{SHOP}{VALUES}"));
    workspace.templates(&bell());
    workspace.apply(&[]).ends(0);
    workspace.write("proposed/templates/families.yaml", bell());
    workspace.mirror(".letterpress/sandbox", "proposed/.letterpress/sandbox");
    workspace
}

impl Workspace {
    /// The plan of the pull request.
    #[track_caller]
    fn proposed(&self, config: &str) -> Value {
        self.write("proposed/letterpress.yaml", config);
        self.plan(&BOTH)
    }
}

fn warned(plan: &Value) -> Vec<&str> {
    plan["warnings"].as_array().unwrap().iter().map(|warning| warning["message"].as_str().unwrap()).collect()
}

#[cfg(unix)]
#[test]
fn values_and_removals_are_content_of_the_proposed_folder() {
    let workspace = checked_out();
    let plan = workspace.plan(&BOTH);
    assert!(actions(&plan).is_empty(), "without a proposed file the trusted one counts: {plan:#}");
    let plan = workspace.proposed(&format!("{SHOP}{VALUES}"));
    assert!(actions(&plan).is_empty() && warned(&plan).is_empty(), "{plan:#}");
    // The workspace's values, and an account's.
    let plan = workspace.proposed(&format!("{SHOP}{}", VALUES.replace("Graz", "Linz")));
    assert_eq!(
        only(&plan)["changes"][0]["after"],
        "Your new bell is ready, pick it up at our shop in Linz. See you there."
    );
    assert_eq!(warned(&plan), [] as [&str; 0]);
    let own = SHOP.replace("sandbox: true}", "sandbox: true, values: {sign: Come by.}}");
    let plan = workspace.proposed(&format!("{own}{VALUES}"));
    assert_eq!(only(&plan)["changes"][0]["after"], "Your new bell is ready, pick it up at our shop in Graz. Come by.");
    assert_eq!(warned(&plan), [] as [&str; 0]);
    // A value that is taken away is missing.
    workspace.write("proposed/letterpress.yaml", SHOP);
    workspace.run(&[&["plan"], &BOTH[..]].concat()).ends(3).says("LP011");
    // A removal.
    workspace.write("proposed/templates/families.yaml", BELL.replace("bell", "horn"));
    let plan = workspace.proposed(&format!("{SHOP}removed: [bell_ready]\n"));
    let kinds: Vec<&Value> = actions(&plan).iter().map(|action| &action["kind"]).collect();
    assert_eq!(kinds, ["create", "delete"], "{plan:#}");
    workspace.run(&[&["plan"], &BOTH[..]].concat()).ends(0).says("proposed/letterpress.yaml:5");
}

#[cfg(unix)]
#[test]
fn every_other_difference_is_said_in_every_form_and_does_nothing() {
    let workspace = checked_out();
    let evil = format!(
        "# of a stranger\nversion: 1\nworkspace: evil\nledger: elsewhere\npolicy: {{prune: true}}\naccounts:\n  shop: \
         {{provider: meta, waba_id: \"666\", sandbox: true, labels: {{x-y: z}}}}\n  lab: {{provider: meta, waba_id: \"7\", \
         token: EAAGabcdefghijklmnopqrstuvwxyz}}\nx-note: free\n{VALUES}"
    );
    let plan = workspace.proposed(&evil);
    assert!(actions(&plan).is_empty(), "{plan:#}");
    assert_eq!((&plan["workspace"], &plan["warnings"][0]["code"]), (&json!("fernweh-crm"), &json!("LP063")));
    assert_eq!(plan["warnings"][0]["source"], json!({"file": "proposed/letterpress.yaml", "line": 3}));
    let keys = ["workspace", "accounts.shop.waba_id", "accounts.shop.labels", "accounts.lab", "ledger", "policy"];
    let said = warned(&plan);
    assert_eq!(said.len(), keys.len(), "{said:#?}");
    for key in keys {
        assert!(said.iter().any(|message| message.starts_with(&format!("`{key}` "))), "{key}: {said:#?}");
    }
    for format in ["text", "markdown"] {
        let output = workspace.run(&[&["plan", "--format", format], &BOTH[..]].concat()).ends(0);
        let flat = output.stdout.replace("\n  ", " ");
        assert!(flat.contains("`accounts.lab` is not in the trusted workspace file"), "{output}");
        assert!(flat.contains("proposed/letterpress.yaml:3"), "{output}");
    }
    let output = workspace.run(&[&["validate"], &BOTH[..]].concat()).ends(0);
    output.says("warning[LP063]: `policy` is not in the trusted workspace file");
    assert!(!output.to_string().contains("EAAG"), "{output}");
    // What the trusted file alone has.
    let plan = workspace.proposed(&format!("version: 1\nworkspace: fernweh-crm\naccounts: {{}}\n{VALUES}"));
    assert_eq!(warned(&plan), ["`accounts.shop` is missing beside the templates, and counts as it is here"]);
    // A saved plan keeps them.
    workspace.run(&[&["plan", "--out", "plan.json"], &BOTH[..]].concat()).ends(0);
    workspace.run(&["show", "plan.json"]).ends(0).says("warning: ");
    workspace.run(&["show", "plan.json", "--format", "markdown"]).ends(0).says("⚠️");
}

#[cfg(unix)]
#[test]
fn a_proposed_file_that_cannot_be_read_is_an_error() {
    let workspace = checked_out();
    let outside = workspace.outside().join("secret");
    std::fs::write(&outside, "values: {place: secret}\n").unwrap();
    for broken in ["values: [\n", "values: {place: [a]}\n", "removed: {a: b}\n"] {
        workspace.write("proposed/letterpress.yaml", broken);
        workspace.run(&[&["plan"], &BOTH[..]].concat()).ends(3).says("proposed/letterpress.yaml");
    }
    std::fs::remove_file(workspace.root.join("proposed/letterpress.yaml")).unwrap();
    std::os::unix::fs::symlink(&outside, workspace.root.join("proposed/letterpress.yaml")).unwrap();
    let output = workspace.run(&[&["plan"], &BOTH[..]].concat()).ends(3);
    output.says("LP052");
    assert!(!output.to_string().contains("place: secret"), "{output}");
}

#[cfg(unix)]
#[test]
fn a_proposed_workspace_file_is_no_template() {
    let workspace = Workspace::of(&format!("{SHOP}templates: [\"*.yaml\"]\n"));
    workspace.write("proposed/letterpress.yaml", SHOP);
    workspace.write("proposed/bell.yaml", BELL);
    workspace.mirror(".letterpress/sandbox", "proposed/.letterpress/sandbox");
    let plan = workspace.plan(&BOTH);
    assert_eq!(only(&plan)["name"], "bell_ready");
}
