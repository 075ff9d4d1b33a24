//! Plans that name a rule or an observation which this version does not have: refused, neither shown nor applied.

use serde_json::{Value, json};

use super::{refused, rewrite, save};
use crate::harness::{BELL, Workspace};

/// Saves a plan, adds something to its only account, and sees `show` and `apply` refuse it.
#[track_caller]
fn is_refused(add: impl FnOnce(&mut Value), reason: &str) {
    let workspace = Workspace::new(BELL);
    save(&workspace, &[]);
    rewrite(&workspace, |plan| add(&mut plan["accounts"][0]));
    let shown = workspace.run(&["show", "plan.json"]).ends(7);
    shown.says(reason);
    assert_eq!(shown.stdout, "", "{shown}");
    refused(&workspace, reason);
}

#[test]
fn a_rule_that_nobody_knows_is_refused() {
    let reason = json!({
        "rule": "phase-of-the-moon", "state": "blocked", "reason": "no", "until": null, "remedy": null, "action": null,
    });
    is_refused(
        |account| account["actions"][0]["verdict"]["reasons"] = json!([reason]),
        "this version of letterpress knows no rule `phase-of-the-moon`",
    );
}

#[test]
fn an_observation_that_nobody_knows_is_refused() {
    let seen = json!({"tier": "report", "rule": "tide", "name": null, "language": null, "detail": "high"});
    is_refused(
        |account| account["observations"].as_array_mut().unwrap().push(seen),
        "this version of letterpress knows no observation `tide`",
    );
}

#[test]
fn a_long_name_is_cut_short() {
    let seen = json!({"tier": "report", "rule": "x".repeat(9000), "name": null, "language": null, "detail": "high"});
    is_refused(
        |account| account["observations"].as_array_mut().unwrap().push(seen),
        &format!("knows no observation `{}`", "x".repeat(40)),
    );
}
