//! `drift`: what counts, what is a state, and that "cannot tell" is never "no drift".

use jiff::SignedDuration;
use letterpress::sandbox::{Effect, Fault, Operation, Verdict, admin};
use serde_json::{Value, json};

use crate::harness::{BELL, SHOP, WABA, Workspace, redacted, writes};

const BY_HAND: &str = "Your new bell is ready, pick it up in Linz.";

fn applied(families: &str) -> Workspace {
    let workspace = Workspace::new(families);
    workspace.apply(&[]).ends(0);
    workspace
}

fn by_hand(workspace: &Workspace) {
    workspace.hand_edit("bell_ready", "en_US", &json!([{"type": "BODY", "text": BY_HAND}]));
}

fn two() -> String {
    format!("{BELL}---\n{}", BELL.replace("bell", "horn"))
}

fn drift(workspace: &Workspace, code: i32) -> Value {
    workspace.run(&["drift", "--format", "json"]).ends(code).json()
}

/// Tier and rule of each observation.
fn seen(document: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let all = document["accounts"][0]["observations"].as_array().unwrap();
    all.iter().map(|seen| (text(&seen["tier"]), text(&seen["rule"]))).collect()
}

#[test]
fn in_sync_is_said_with_counts_and_reading_changes_nothing() {
    let workspace = applied(&two());
    workspace.configure(|config| config.review_delay = SignedDuration::from_hours(5));
    workspace.templates(&format!("{}---\n{}", two(), BELL.replace("bell", "lamp")));
    workspace.apply(&[]).ends(0);
    workspace.seed(&[json!({"name": "old_offer", "language": "de", "category": "MARKETING",
        "components": [{"type": "BODY", "text": "Alt."}]})]);
    let before = workspace.ledger_text();
    let (output, requests) = workspace.requests_of(|| workspace.run(&["drift"]));
    let first = output.stdout.lines().next().unwrap();
    assert_eq!(first, "shop: in sync: 3 managed templates are as applied; 1 in review; 1 unmanaged", "{output}");
    output.ends(0);
    assert_eq!((requests.len(), writes(&requests).len()), (1, 0));
    assert_eq!(workspace.ledger_text(), before);
}

#[test]
fn a_change_in_git_and_a_pending_review_are_no_drift() {
    let workspace = applied(BELL);
    admin::advance(&workspace.sandbox(), None, SignedDuration::from_hours(25)).unwrap();
    workspace.templates(&BELL.replace("Graz", "Wien"));
    workspace.run(&["plan", "--detailed-exitcode"]).ends(2);
    workspace.run(&["drift", "--fail-on", "report"]).ends(0).says("in sync: 1 managed template is as applied");
    workspace.configure(|config| config.review_delay = SignedDuration::from_hours(5));
    workspace.apply(&[]).ends(0);
    let document = drift(&workspace, 0);
    assert_eq!(document["accounts"][0]["in_review"], json!([{"name": "bell_ready", "language": "en_US"}]));
    workspace.run(&["drift", "--fail-on", "report"]).ends(0).says("1 in review");
}

#[test]
fn content_changed_by_hand_is_shown_with_what_to_do() {
    let workspace = applied(&two());
    by_hand(&workspace);
    let output = workspace.run(&["drift"]).ends(2);
    let shown = redacted(&workspace, &output);
    let (before, after) = shown.split_once("applied 20").unwrap();
    insta::assert_snapshot!(format!("{before}applied [time] {}", &after[after.find("UTC").unwrap()..]));
    workspace.run(&["drift", "--fail-on", "never"]).ends(0).says("drift: 1 of 2");
    workspace.run(&["drift", "--select", "horn_*"]).ends(0).says("in sync: 1 managed template is as applied");
    workspace.run(&["drift", "--select", "bell_ready/en_US"]).ends(2);
    let document = drift(&workspace, 2);
    let account = &document["accounts"][0];
    assert_eq!(
        (&document["format_version"], &account["verdict"], &document["summary"]["gating"]),
        (&json!("1.0"), &json!("drift"), &json!(1))
    );
    let change = &account["drift"][0];
    assert_eq!(change["changes"][0]["path"], "body.text");
    assert_eq!(change["changes"][0]["after"], BY_HAND);
    assert_eq!(change["git"], "as_applied");
    let markdown = workspace.run(&["drift", "--format", "markdown"]).ends(2).stdout;
    assert!(markdown.starts_with("⚠️ **shop**: drift: 1 of 2 managed templates is not as applied"), "{markdown}");
    assert!(markdown.contains(&format!("  + {BY_HAND}\n")), "{markdown}");
    // Either way out works.
    admin::advance(&workspace.sandbox(), None, SignedDuration::from_hours(25)).unwrap();
    workspace.apply(&["--revert-drift", "bell_ready/en_US", "--select", "bell_ready/en_US"]).ends(0);
    workspace.run(&["drift"]).ends(0);
    by_hand(&workspace);
    workspace.templates(&two().replace("Your new bell is ready, pick it up in Graz.", BY_HAND));
    assert_eq!(drift(&workspace, 2)["accounts"][0]["drift"][0]["git"], "as_live");
    workspace.apply(&[]).ends(0);
    workspace.run(&["drift"]).ends(0);
}

#[test]
fn what_the_family_ignores_is_no_drift() {
    let ignoring = BELL.replace("languages:", "lifecycle: {ignore: [footer]}\nlanguages:");
    let workspace = applied(&ignoring);
    let text = "Your new bell is ready, pick it up in Graz.";
    let parts = json!([{"type": "BODY", "text": text}, {"type": "FOOTER", "text": "By hand"}]);
    workspace.hand_edit("bell_ready", "en_US", &parts);
    workspace.run(&["drift"]).ends(0);
    workspace.templates(BELL);
    workspace.run(&["drift"]).ends(2).says("+ By hand");
}

#[test]
fn a_template_that_is_gone_is_drift_and_so_is_one_that_left_the_files() {
    let workspace = applied(&two());
    admin::reset(&workspace.sandbox(), Some(WABA)).unwrap();
    let document = drift(&workspace, 2);
    assert_eq!(document["accounts"][0]["drift"][0]["kind"], "gone");
    assert_eq!(document["summary"]["drifted"], 2);
    workspace.run(&["drift"]).ends(2).says("gone from the account");
    let workspace = applied(&two());
    by_hand(&workspace);
    workspace.templates(&BELL.replace("bell", "horn"));
    workspace.run(&["drift"]).ends(2).says("bring it into git: letterpress import --select bell_ready/en_US");
}

#[test]
fn what_the_provider_does_is_reported_and_gates_when_asked() {
    for (verdict, rule) in [
        (Verdict::Recategorise { category: "MARKETING".into(), announced: false }, "recategorized"),
        (Verdict::Recategorise { category: "MARKETING".into(), announced: true }, "recategorization-announced"),
        (Verdict::Quality("RED".into()), "quality"),
        (Verdict::Pause, "paused"),
        (Verdict::Disable, "disabled"),
    ] {
        let workspace = applied(BELL);
        workspace.review("bell_ready", &verdict);
        let document = drift(&workspace, 0);
        assert!(seen(&document).contains(&("report".into(), rule.into())), "{rule}: {document:#}");
        assert_eq!(document["accounts"][0]["verdict"], "in_sync");
        workspace.run(&["drift", "--fail-on", "report"]).ends(2);
    }
    let workspace = applied(BELL);
    workspace.review("bell_ready", &Verdict::Recategorise { category: "MARKETING".into(), announced: false });
    workspace.write("letterpress.yaml", format!("{SHOP}policy: {{recategorized: fail}}\n"));
    let document = drift(&workspace, 2);
    assert!(seen(&document).contains(&("gating".into(), "recategorized".into())), "{document:#}");
    workspace.run(&["drift"]).ends(2).says("recategorised: 1 managed template is as applied, but not");
}

#[test]
fn what_others_own_or_nobody_does_is_a_report() {
    let workspace = applied(BELL);
    workspace.write("letterpress.yaml", SHOP.replace("fernweh-crm", "fernweh-shop"));
    workspace.templates(&BELL.replace("bell", "horn"));
    let document = drift(&workspace, 0);
    assert!(seen(&document).contains(&("report".into(), "managed-by-other".into())), "{document:#}");
    by_hand(&workspace);
    workspace.run(&["drift"]).ends(0).says("nothing is managed here");
}

#[test]
fn no_ledger_is_no_baseline_and_never_in_sync() {
    let workspace = Workspace::new(BELL);
    for fail_on in ["gating", "report", "never"] {
        let output = workspace.run(&["drift", "--fail-on", fail_on]).ends(3);
        assert!(output.stdout.starts_with("shop: no baseline: there is no ledger for this WABA"), "{output}");
        assert!(output.stderr.contains(".letterpress/ledger"), "{output}");
    }
    let document = drift(&workspace, 3);
    assert_eq!(document["accounts"][0]["verdict"], "no_baseline");
    assert!(!workspace.has_ledger());
    // An empty ledger is not none.
    workspace.apply(&[]).ends(0);
    workspace.templates("removed: [bell_ready]\n");
    workspace.apply(&[]).ends(0);
    workspace.run(&["drift"]).ends(0).says("in sync: nothing is managed here");
}

#[test]
fn an_applied_form_of_another_version_is_no_baseline() {
    let workspace = applied(&two());
    let path = workspace.root.join(format!(".letterpress/ledger/{WABA}/state.json"));
    let mut state: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    state["templates"]["horn_ready/en_US"]["applied"]["version"] = json!(0);
    std::fs::write(&path, state.to_string()).unwrap();
    workspace.run(&["drift"]).ends(3).says("no baseline for 1 of 2 managed templates");
    by_hand(&workspace);
    workspace.run(&["drift"]).ends(3).says("drift: 1 of 2");
    workspace.run(&["drift", "--select", "bell_*"]).ends(2);
}

#[test]
fn an_account_that_cannot_be_asked_is_never_in_sync() {
    let error =
        |status, code| Effect::Error { status, code, subcode: None, message: "No".to_owned(), transient: status > 499 };
    for (effect, code) in [(error(401, 190), 4), (error(403, 200), 4), (error(500, 2), 5)] {
        let workspace = applied(BELL);
        workspace.faults(vec![Fault::new(effect).on(Operation::List).always()]);
        for fail_on in ["gating", "never"] {
            let output =
                workspace.run(&["drift", "--retry-budget", "1s", "--fail-on", fail_on, "--format", "json"]).ends(code);
            assert_eq!(output.json()["accounts"][0]["verdict"], "unknown");
            assert_eq!(output.json()["summary"]["in_sync"], 0);
        }
    }
    let workspace = applied(BELL);
    let other = "  other: {provider: meta, waba_id: \"77\", token: {env: NO_SUCH_TOKEN}}\n";
    workspace.write("letterpress.yaml", format!("{SHOP}{other}defaults: {{accounts: [shop]}}\n"));
    let output = workspace.run(&["drift", "--account", "shop", "--account", "other"]).ends(10);
    assert!(output.stdout.contains("shop: in sync") && output.stdout.contains("other: not known"), "{output}");
    workspace.run(&["drift", "--account", "other"]).ends(4);
}

#[test]
fn an_apply_at_work_is_never_called_drift() {
    let workspace = applied(BELL);
    let path = workspace.root.join(format!(".letterpress/ledger/{WABA}/state.json"));
    let mut state: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    by_hand(&workspace);
    workspace.faults(vec![Fault::new(Effect::Slow { millis: 1500 }).on(Operation::List)]);
    // The ledger moves on while the account is listed: an apply records what it did.
    let child = workspace.command(&["drift"]).spawn().unwrap();
    std::thread::sleep(std::time::Duration::from_millis(300));
    state["folded"] = json!(state["folded"].as_u64().unwrap() + 2);
    let entry = &mut state["templates"]["bell_ready/en_US"];
    entry["applied"]["form"]["body"]["text"] = json!(BY_HAND);
    let new = path.with_extension("new");
    std::fs::write(&new, state.to_string()).unwrap();
    std::fs::rename(new, &path).unwrap();
    let output = crate::harness::Output::of(child.wait_with_output().unwrap()).ends(0);
    output.says("in sync: 1 managed template is as applied");
}

#[test]
fn a_selection_of_nothing_and_files_that_cannot_be_used_are_no_answer() {
    let workspace = applied(BELL);
    workspace.run(&["drift", "--select", "bel_*"]).ends(64).says("hits no template");
    workspace.run(&["drift", "--fail-on", "all"]).ends(64);
    workspace.templates("name: [\n");
    let output = workspace.run(&["drift", "--format", "json"]).ends(3);
    output.json();
}

#[test]
fn the_form_for_programs_is_frozen() {
    let workspace = applied(&two());
    by_hand(&workspace);
    workspace.review("horn_ready", &Verdict::Appeal);
    workspace.seed(&[json!({"name": "old_offer", "language": "de", "category": "MARKETING",
        "components": [{"type": "BODY", "text": "Alt."}]})]);
    insta::assert_snapshot!(crate::standing::paths(&drift(&workspace, 2)));
}
