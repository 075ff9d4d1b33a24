//! Categories: fixed once approved, shared by a family, and at times changed by the provider.

use letterpress::sandbox::Verdict;
use serde_json::json;

use crate::harness::{BELL, SHOP, Workspace, actions, observed, only, rules, writes};

const GERMAN: &str = "  de:\n    body: Deine neue Klingel liegt in Graz zum Abholen bereit.\n";
const SPANISH: &str = "  es:\n    body: Su timbre nuevo le espera en nuestra tienda de Graz.\n";

fn moved_to(category: &str) -> Verdict {
    Verdict::Recategorise { category: category.to_owned(), announced: false }
}

#[test]
fn that_of_an_approved_template_is_locked() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    workspace.templates(&BELL.replace("UTILITY", "MARKETING"));
    let plan = workspace.plan(&[]);
    assert_eq!(rules(only(&plan)), ["category-locked"]);
    assert_eq!(only(&plan)["changes"], json!([{"path": "category", "before": "UTILITY", "after": "MARKETING"}]));
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(9).says("[category-locked]");
    assert_eq!(writes(&requests), [] as [&str; 0]);
    assert_eq!(workspace.live("bell_ready/en_US")["category"], "UTILITY");
}

#[test]
fn that_of_a_rejected_template_is_edited() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    workspace.review("bell_ready", &Verdict::Reject { reason: "INCORRECT_CATEGORY".to_owned() });
    let plan = workspace.plan(&[]);
    assert!(actions(&plan).is_empty(), "a rejection alone is no change");
    assert!(observed(&plan).contains(&("rejected".to_owned(), "bell_ready".to_owned())));
    workspace.run(&["plan"]).says("REJECTED (INCORRECT_CATEGORY)");
    workspace.templates(&BELL.replace("UTILITY", "MARKETING"));
    workspace.apply(&[]).ends(0);
    assert_eq!(workspace.live("bell_ready/en_US")["category"], "MARKETING");
    workspace.settled();
}

#[test]
fn a_new_language_must_fit_what_the_account_holds() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    workspace.review("bell_ready", &moved_to("MARKETING"));
    workspace.templates(&format!("{BELL}{GERMAN}"));
    let plan = workspace.plan(&[]);
    assert_eq!((&only(&plan)["language"], rules(only(&plan))), (&json!("de"), vec!["family-category"]));
    assert!(observed(&plan).contains(&("recategorized".to_owned(), "bell_ready".to_owned())));
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(9).says("accept_category: MARKETING");
    assert_eq!(writes(&requests), [] as [&str; 0]);
    workspace.templates(&format!("{BELL}{GERMAN}accept_category: MARKETING\n"));
    let plan = workspace.plan(&[]);
    assert!(!observed(&plan).iter().any(|(rule, _)| rule == "recategorized"), "accepted is silent");
    workspace.apply(&[]).ends(0);
    assert_eq!(workspace.live("bell_ready/de")["category"], "MARKETING");
    workspace.settled();
}

#[test]
fn accepting_a_category_that_no_language_holds_sends_what_is_asked_for() {
    let workspace = Workspace::new(&format!("{BELL}{GERMAN}accept_category: MARKETING\n"));
    workspace.apply(&[]).ends(0);
    assert_eq!(workspace.live("bell_ready/de")["category"], "UTILITY");
    workspace.settled();
}

#[test]
fn a_family_that_comes_out_otherwise_stops_after_its_first_language() {
    let promotion = BELL.replace("Your new bell is ready", "Our big sale has begun");
    let workspace = Workspace::new(&format!("{promotion}{GERMAN}{SPANISH}"));
    workspace.configure(|config| config.recategorise = true);
    workspace.templates(&format!(
        "name: bell_ready\ncategory: UTILITY\nlanguages:\n  de:\n    body: Unser Coupon für die Klingel liegt bereit (coupon in \
         Graz).\n{SPANISH}  en_US:\n    body: Your new bell is ready in Graz.\n"
    ));
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.says("not attempted");
    assert_eq!(writes(&requests), ["create bell_ready/de"], "{output}");
    assert_eq!(output.code, 10, "{output}");
    assert_eq!(workspace.holds(), ["bell_ready/de"]);
    // The owner decides; the others follow.
    workspace.apply(&[]).ends(9).says("[family-category]");
    let accepted = std::fs::read_to_string(workspace.root.join("templates/families.yaml")).unwrap();
    workspace.templates(&format!("{accepted}accept_category: MARKETING\n"));
    workspace.apply(&[]).ends(0);
    assert_eq!(workspace.holds().len(), 3);
    workspace.settled();
}

#[test]
fn a_family_whose_first_language_is_rejected_at_once_stops_too() {
    let workspace = Workspace::new(&format!("{BELL}{GERMAN}"));
    let answer = json!({"id": "9990001112223334", "status": "REJECTED", "category": "UTILITY"});
    let effect = letterpress::sandbox::Effect::Http { status: 200, body: answer };
    workspace.faults(vec![letterpress::sandbox::Fault::new(effect).on(letterpress::sandbox::Operation::Create)]);
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    assert_eq!(writes(&requests).len(), 1, "{output}");
    output.ends(10).says("was rejected at once");
}

#[test]
fn a_move_is_reported_and_fails_only_where_the_policy_says_so() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    workspace.review("bell_ready", &moved_to("MARKETING"));
    workspace
        .run(&["plan", "--detailed-exitcode"])
        .ends(0)
        .says("asked for as UTILITY, the account holds it as MARKETING");
    workspace.apply(&[]).ends(0);
    workspace.write("letterpress.yaml", format!("{SHOP}policy: {{recategorized: fail}}\n"));
    workspace.run(&["plan"]).ends(0);
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(9);
    assert_eq!(writes(&requests), [] as [&str; 0]);
    workspace.templates(&format!("{BELL}accept_category: MARKETING\n"));
    workspace.apply(&[]).ends(0);
}

#[test]
fn an_announced_move_is_an_observation() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    workspace.review("bell_ready", &Verdict::Recategorise { category: "MARKETING".to_owned(), announced: true });
    let plan = workspace.plan(&[]);
    assert!(actions(&plan).is_empty());
    assert!(observed(&plan).contains(&("recategorization-announced".to_owned(), "bell_ready".to_owned())), "{plan:#}");
}

#[test]
fn what_the_provider_made_of_it_can_be_written_as_the_category() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    workspace.review("bell_ready", &moved_to("MARKETING"));
    workspace.templates(&BELL.replace("UTILITY", "MARKETING"));
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(0);
    assert_eq!(writes(&requests), [] as [&str; 0], "adopted, nothing is sent");
    workspace.settled();
}
