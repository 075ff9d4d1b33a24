//! `drift` and `status`: how accounts differ from what was applied, and whether senders may be deployed. Both only read.

use letterpress::sandbox::Verdict;
use serde_json::json;

use crate::harness::{BELL, SHOP, Workspace, writes};

fn applied() -> Workspace {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    workspace
}

fn by_hand(workspace: &Workspace) {
    workspace.hand_edit("bell_ready", "en_US", &json!([{"type": "BODY", "text": "Somebody was here with a pen."}]));
}

#[test]
fn drift_without_a_baseline_is_code_3_and_with_an_empty_ledger_it_is_not() {
    let workspace = Workspace::new(BELL);
    workspace.run(&["drift"]).ends(3).says("baseline");
    assert!(!workspace.has_ledger(), "looking starts no ledger");
    workspace.apply(&[]).ends(0);
    workspace.run(&["drift"]).ends(0);
    workspace.templates("removed: [{name: bell_ready, keep: true}]\n");
    workspace.apply(&[]).ends(0);
    assert!(workspace.ledger().templates.is_empty());
    workspace.run(&["drift"]).ends(0);
}

#[test]
fn what_somebody_changed_or_deleted_is_drift() {
    let workspace = applied();
    by_hand(&workspace);
    workspace.run(&["drift"]).ends(2).says("bell_ready/en_US");
    workspace.run(&["drift", "--fail-on", "never"]).ends(0).says("bell_ready/en_US");
    let report = workspace.run(&["drift", "--format", "json"]).ends(2).json();
    assert!(report.to_string().contains("bell_ready"), "{report:#}");
    let gone = applied();
    letterpress::sandbox::admin::reset(&gone.sandbox(), Some(crate::harness::WABA)).unwrap();
    gone.run(&["drift"]).ends(2).says("gone");
}

#[test]
fn a_review_a_change_in_git_and_a_pause_are_no_drift() {
    let workspace = Workspace::new(BELL);
    workspace.configure(|config| config.review_delay = jiff::SignedDuration::from_hours(5));
    workspace.apply(&[]).ends(0);
    workspace.run(&["drift"]).ends(0);
    workspace.run(&["sandbox", "advance", "6h"]).ends(0);
    workspace.templates(&BELL.replace("Graz", "Linz"));
    workspace.run(&["drift"]).ends(0);
    workspace.review("bell_ready", &Verdict::Pause);
    workspace.run(&["drift"]).ends(0);
    workspace.run(&["drift", "--fail-on", "report"]).ends(2);
}

#[test]
fn a_category_that_moved_is_drift_only_where_the_policy_says_so() {
    let workspace = applied();
    workspace.review("bell_ready", &Verdict::Recategorise { category: "MARKETING".to_owned(), announced: false });
    workspace.run(&["drift"]).ends(0).says("MARKETING");
    workspace.write("letterpress.yaml", format!("{SHOP}policy: {{recategorized: fail}}\n"));
    workspace.run(&["drift"]).ends(2);
}

#[test]
fn senders_are_deployed_only_when_all_that_they_send_is_approved() {
    let workspace = Workspace::new(BELL);
    let gate = |code: i32| drop(workspace.run(&["status", "--require", "approved"]).ends(code));
    gate(9);
    workspace.configure(|config| config.review_delay = jiff::SignedDuration::from_hours(5));
    workspace.apply(&[]).ends(0);
    gate(8);
    workspace.run(&["status"]).ends(0).says("PENDING");
    workspace.run(&["sandbox", "advance", "6h"]).ends(0);
    gate(0);
    workspace.review("bell_ready", &Verdict::Reject { reason: "INVALID_FORMAT".to_owned() });
    gate(9);
    workspace.run(&["status", "--format", "json"]).ends(0).json();
}

#[test]
fn both_write_nothing() {
    let workspace = applied();
    by_hand(&workspace);
    let before = workspace.ledger_text();
    let ((), requests) = workspace.requests_of(|| {
        workspace.run(&["drift"]).ends(2);
        workspace.run(&["status"]).ends(0);
    });
    assert_eq!((requests.len(), writes(&requests).len()), (2, 0), "a page for each");
    assert_eq!(workspace.ledger_text(), before);
}
