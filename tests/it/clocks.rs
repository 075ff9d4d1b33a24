//! Clocks that are wrong: this machine's, and that of a machine that wrote the ledger. The sandbox answers by its own.

use jiff::{SignedDuration, Timestamp};
use letterpress::sandbox::{Verdict, admin};
use serde_json::{Value, json};

use crate::harness::{BELL, Output, Server, WABA, Workspace, actions, observed, only, rules};

const YEAR: SignedDuration = SignedDuration::from_hours(24 * 365);

/// Rewrites the ledger's state.
fn tamper(workspace: &Workspace, change: impl Fn(&mut Value)) {
    let path = workspace.root.join(format!(".letterpress/ledger/{WABA}/state.json"));
    let mut state: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    change(&mut state);
    std::fs::write(path, state.to_string()).unwrap();
}

/// Every event as a machine would have written it whose clock was a year ahead.
fn a_year_ahead(workspace: &Workspace) {
    let wrong = (Timestamp::now() + YEAR).to_string();
    tamper(workspace, |state| {
        for event in state["events"].as_array_mut().unwrap() {
            event["at"] = json!(wrong);
        }
    });
}

fn until(action: &Value) -> SignedDuration {
    let until: Timestamp = action["verdict"]["until"].as_str().expect("there is an end").parse().unwrap();
    until.duration_since(Timestamp::now())
}

#[test]
fn an_edit_of_the_future_holds_the_next_one_for_a_day() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    workspace.templates(&BELL.replace("pick it up", "fetch it"));
    workspace.apply(&[]).ends(0);
    a_year_ahead(&workspace);
    workspace.templates(&BELL.replace("pick it up", "get it"));
    let plan = workspace.plan(&[]);
    assert_eq!(rules(only(&plan)), ["edit-budget"]);
    assert!(until(only(&plan)) <= SignedDuration::from_hours(24), "{plan:#}");
    assert!(observed(&plan).contains(&("ledger-clock".to_owned(), String::new())), "{plan:#}");
    workspace.run(&["plan"]).says("a clock was wrong when they were written");
    workspace.run(&["doctor"]).says("a clock was wrong when they were written");
    // Not for one day after the other, either: an apply dates it anew.
    workspace.apply(&[]).ends(8);
    assert!(!observed(&workspace.plan(&[])).contains(&("ledger-clock".to_owned(), String::new())));
    admin::advance(&workspace.sandbox(), None, SignedDuration::from_hours(25)).unwrap();
    workspace.apply(&[]).ends(0);
    workspace.settled();
}

#[test]
fn a_deletion_of_the_future_locks_its_name_for_thirty_days() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    workspace.templates("removed: [{name: bell_ready}]\n");
    workspace.apply(&[]).ends(0);
    a_year_ahead(&workspace);
    workspace.templates(BELL);
    let plan = workspace.plan(&[]);
    assert_eq!(rules(only(&plan)), ["name-locked"]);
    assert!(until(only(&plan)) <= SignedDuration::from_hours(30 * 24), "{plan:#}");
    workspace.apply(&[]).ends(8);
    admin::advance(&workspace.sandbox(), None, SignedDuration::from_hours(30 * 24 + 1)).unwrap();
    workspace.apply(&[]).ends(0);
}

#[test]
fn an_approval_of_the_future_keeps_the_old_name_for_as_long_as_asked() {
    let new = BELL.replace("bell_ready", "bell_back").replace("new bell", "bell");
    let replaces = format!("{new}lifecycle: {{replaces: {{name: bell_ready, keep_for: 14d}}}}\n");
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    workspace.templates(&format!("{replaces}---\nremoved: [{{name: bell_ready}}]\n"));
    workspace.apply(&[]);
    workspace.apply(&[]);
    let wrong = (Timestamp::now() + YEAR).to_string();
    tamper(&workspace, |state| {
        assert!(!state["templates"]["bell_back/en_US"]["approved_at"].is_null(), "{state:#}");
        state["templates"]["bell_back/en_US"]["approved_at"] = json!(wrong);
    });
    let plan = workspace.plan(&[]);
    let held = actions(&plan).iter().find(|action| action["kind"] == "delete").unwrap();
    assert_eq!(rules(held), ["replaces"]);
    assert!(until(held) <= SignedDuration::from_hours(14 * 24), "{plan:#}");
}

/// A command at a server whose clock is its own.
fn at(workspace: &Workspace, arguments: &[&str]) -> Output {
    Output::of(workspace.command(arguments).env("SHOP_TOKEN", "bell-token-1").output().unwrap())
}

#[test]
fn a_clock_that_differs_from_the_providers_is_said() {
    let workspace = Workspace::new(BELL);
    let server = Server::of(&workspace);
    workspace.write("letterpress.yaml", server.config());
    at(&workspace, &["apply", "--auto-approve"]).ends(0);
    let plan = at(&workspace, &["plan", "--format", "json"]).ends(0).json();
    assert_eq!(observed(&plan), []);
    at(&workspace, &["doctor"]).says("agrees with the provider's");
    admin::advance(&workspace.sandbox(), Some(WABA), SignedDuration::from_hours(2)).unwrap();
    let plan = at(&workspace, &["plan", "--format", "json"]).ends(0).json();
    assert_eq!(observed(&plan), [("clock".to_owned(), String::new())]);
    at(&workspace, &["plan"]).ends(0).says("s behind the provider's");
    at(&workspace, &["doctor"]).says("s behind the provider's");
}

#[test]
fn of_two_wrong_clocks_nobody_guesses_which_is_right() {
    let workspace = Workspace::new(BELL);
    let server = Server::of(&workspace);
    workspace.write("letterpress.yaml", server.config());
    at(&workspace, &["apply", "--auto-approve"]).ends(0);
    // The provider's clock confirms neither of them.
    a_year_ahead(&workspace);
    admin::advance(&workspace.sandbox(), Some(WABA), SignedDuration::from_hours(2)).unwrap();
    at(&workspace, &["apply", "--auto-approve"]).ends(0).says("they count as of now");
    assert!(workspace.ledger().latest().unwrap() > Timestamp::now() + SignedDuration::from_hours(24));
    at(&workspace, &["doctor"]).says("let the network set this machine's clock");
}

#[test]
fn a_sandbox_account_lives_on_its_own_clock() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    admin::advance(&workspace.sandbox(), None, SignedDuration::from_hours(48)).unwrap();
    assert_eq!(observed(&workspace.plan(&[])), []);
    assert!(!workspace.run(&["doctor"]).stdout.contains("clock is"));
    workspace.review("bell_ready", &Verdict::Quality("GREEN".to_owned()));
    workspace.settled();
}

#[test]
fn a_lease_of_the_future_is_said_to_last_a_term_at_most() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    let wrong = Timestamp::now() + YEAR;
    let lease = json!({"version": 1, "id": "0123456789ab", "purpose": "apply of shop", "host": "elsewhere", "pid": 7,
        "user": "resi", "kernel": "other", "space": null, "started": null, "since": wrong.to_string(),
        "renewed": wrong.to_string(), "until": (wrong + SignedDuration::from_secs(120)).to_string()});
    workspace.write(&format!(".letterpress/ledger/{WABA}/lease.json"), lease.to_string());
    workspace.templates(&BELL.replace("pick it up", "fetch it"));
    let output = workspace.apply(&[]).ends(5);
    let year = wrong.strftime("%Y-%m").to_string();
    assert!(!output.to_string().contains(&year), "{output}");
    output.says("letterpress ledger unlock 0123456789ab");
}
