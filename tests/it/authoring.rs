//! What people write by mistake: found before anything is sent, at the place where it stands, with what to write instead.

use serde_json::json;

use crate::harness::{SHOP, Workspace, actions, writes};

#[test]
fn blanks_inside_braces_are_found_where_they_stand_and_nothing_is_sent() {
    let workspace = Workspace::new(
        "name: bell_ready\ncategory: UTILITY\nparameters: {name: Resi}\nlanguages:\n  en_US:\n    body: |\n      \
         Your new bell is ready.\n      Pick it up in Graz, {{ name }}, today.\n",
    );
    let found = workspace.run(&["validate", "--format", "json"]).ends(3).json();
    let [finding] = found["diagnostics"].as_array().unwrap().as_slice() else { panic!("{found:#}") };
    let place = ["line", "column", "end_line", "end_column"].map(|field| finding[field].as_u64().unwrap());
    assert_eq!(place, [8, 27, 8, 37], "{finding:#}");
    assert_eq!(finding["help"], "write `{{name}}`");
    let edit = json!([{ "file": "templates/families.yaml", "line": 8, "column": 27, "end_line": 8, "end_column": 37,
        "replacement": "{{name}}" }]);
    assert_eq!(finding["edits"], edit);
    let (_, requests) = workspace.requests_of(|| workspace.apply(&[]).ends(3));
    assert_eq!(writes(&requests), [] as [&str; 0]);
}

#[test]
fn what_an_account_holds_with_blanks_in_braces_is_kept_as_it_is() {
    let workspace = Workspace::of(SHOP);
    let template = json!({ "id": "77", "name": "bell_ready", "language": "en_US", "status": "APPROVED",
        "category": "UTILITY", "parameter_format": "POSITIONAL", "components": [
            { "type": "BODY", "text": "Hi {{ 1 }}, your new bell is ready in Graz." }] });
    workspace.seed(&[template]);
    workspace.run(&["import"]).ends(0);
    workspace.run(&["validate"]).ends(0);
    let plan = workspace.plan(&[]);
    assert!(actions(&plan).iter().all(|action| action["kind"] == "adopt"), "{plan:#}");
    workspace.apply(&[]).ends(0);
    workspace.settled();
}
