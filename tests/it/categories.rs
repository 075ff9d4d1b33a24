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

const TTL: &str = "message_send_ttl_seconds: 3600\n";

/// The family with a time to live that MARKETING does not take, applied and then moved to MARKETING.
fn moved_with_ttl() -> Workspace {
    let workspace = Workspace::new(&format!("{BELL}{TTL}"));
    workspace.apply(&[]).ends(0);
    assert_eq!(workspace.live("bell_ready/en_US")["message_send_ttl_seconds"], 3600);
    workspace.review("bell_ready", &moved_to("MARKETING"));
    assert!(workspace.live("bell_ready/en_US").get("message_send_ttl_seconds").is_none(), "the provider clears it");
    workspace
}

#[test]
fn a_time_to_live_that_goes_with_a_move_is_part_of_the_move() {
    let workspace = moved_with_ttl();
    let plan = workspace.plan(&[]);
    assert!(actions(&plan).is_empty(), "{plan:#}");
    assert_eq!(observed(&plan), [("recategorized".to_owned(), "bell_ready".to_owned())]);
    workspace.run(&["plan"]).ends(0).says("3600 went with the move");
    workspace.run(&["drift"]).ends(0).says("3600 went with the move");
    workspace.run(&["status", "--require", "approved"]).ends(0);
    workspace.apply(&[]).ends(0);
    workspace.templates(&format!("{BELL}{TTL}accept_category: MARKETING\n"));
    workspace.settled();
    workspace.run(&["drift"]).ends(0);
    // The file may follow: nothing is sent for that.
    let (output, requests) = workspace.requests_of(|| {
        workspace.templates(BELL);
        workspace.apply(&[])
    });
    output.ends(0);
    assert_eq!(writes(&requests), [] as [&str; 0]);
    workspace.settled();
}

#[test]
fn a_hand_edit_beside_a_move_is_still_one() {
    let workspace = moved_with_ttl();
    let body = json!([{"type": "BODY", "text": "Your old bell is ready, pick it up in Graz."}]);
    workspace.hand_edit("bell_ready", "en_US", &body);
    let drift = workspace.run(&["drift", "--format", "json"]).ends(2).json();
    let fields = drift["accounts"][0]["drift"][0]["changes"].as_array().unwrap().clone();
    assert_eq!((fields.len(), &fields[0]["path"]), (1, &json!("body.text")), "{drift:#}");
    // Putting it back would send the time to live that MARKETING refuses.
    let drift = workspace.run(&["drift"]).ends(2);
    drift.says("the provider would refuse");
    assert!(!drift.stdout.contains("--revert-drift"), "{drift}");
    let action = only(&workspace.plan(&[])).clone();
    assert_eq!(rules(&action), ["refused-content", "overwrites-hand-edit"]);
    let (output, requests) = workspace.requests_of(|| workspace.apply(&["--revert-drift", "bell_ready"]));
    output.ends(9);
    assert_eq!(writes(&requests), [] as [&str; 0]);
}

#[test]
fn what_is_sent_is_judged_as_what_it_will_be_held_as() {
    let workspace = moved_with_ttl();
    let accepted = format!("{BELL}{GERMAN}{TTL}accept_category: MARKETING\n");
    workspace.templates(&accepted.replace("pick it up", "fetch it"));
    let plan = workspace.plan(&[]);
    let judged: Vec<_> =
        actions(&plan).iter().map(|action| (action["kind"].as_str().unwrap(), rules(action))).collect();
    assert_eq!(judged, [("edit", vec!["refused-content"]), ("create", vec!["refused-content"])], "{plan:#}");
    workspace.run(&["validate"]).ends(0).says("[LP230]");
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(9).says("the account holds it as MARKETING: 3600 seconds are out of the range");
    assert_eq!(writes(&requests), [] as [&str; 0]);
    // Without accepting, both reasons are told at once.
    workspace.templates(&format!("{BELL}{GERMAN}{TTL}"));
    assert_eq!(rules(only(&workspace.plan(&[]))), ["family-category", "refused-content"]);
    // The printed way out is taken by the provider.
    workspace.templates(&accepted.replace(TTL, "").replace("pick it up", "fetch it"));
    workspace.apply(&[]).ends(0);
    workspace.settled();
}

#[test]
fn a_new_time_to_live_for_the_category_that_holds_it_is_an_edit() {
    let workspace = moved_with_ttl();
    workspace.templates(&format!("{BELL}accept_category: MARKETING\nmessage_send_ttl_seconds: 43200\n"));
    let action = only(&workspace.plan(&[])).clone();
    assert_eq!(action["changes"], json!([{"path": "message_send_ttl_seconds", "before": null, "after": 43200}]));
    workspace.apply(&[]).ends(0);
    assert_eq!(workspace.live("bell_ready/en_US")["message_send_ttl_seconds"], 43200);
    workspace.settled();
}

#[test]
fn a_part_that_only_the_new_category_takes_is_judged_by_it() {
    let family = BELL.replace("languages:", "buttons:\n  - {type: CATALOG}\nlanguages:");
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    workspace.review("bell_ready", &moved_to("MARKETING"));
    workspace.templates(&format!("{family}accept_category: MARKETING\nlifecycle: {{allow_breaking: true}}\n"));
    assert_eq!(rules(only(&workspace.plan(&[]))), [] as [&str; 0]);
    workspace.apply(&[]).ends(0);
    workspace.settled();
}

#[test]
fn a_template_created_in_another_category_has_no_time_to_live_either() {
    let workspace = Workspace::new(&format!("{BELL}{TTL}").replace("Your new bell is ready", "Our big sale has begun"));
    workspace.configure(|config| config.recategorise = true);
    workspace.apply(&[]).ends(0);
    assert!(workspace.live("bell_ready/en_US").get("message_send_ttl_seconds").is_none());
    let plan = workspace.plan(&[]);
    assert!(actions(&plan).is_empty(), "{plan:#}");
    assert_eq!(observed(&plan), [("recategorized".to_owned(), "bell_ready".to_owned())]);
}

#[test]
fn a_create_whose_answer_was_lost_is_known_again_in_its_new_category() {
    let workspace = Workspace::new(&format!("{BELL}{TTL}").replace("Your new bell is ready", "Our big sale has begun"));
    workspace.configure(|config| config.recategorise = true);
    let fault = letterpress::sandbox::Fault::new(letterpress::sandbox::Effect::LostAnswer);
    workspace.faults(vec![fault.on(letterpress::sandbox::Operation::Create)]);
    workspace.apply(&[]);
    workspace.faults(Vec::new());
    assert_eq!(workspace.ledger().templates.len(), 1, "it is ours");
    assert!(actions(&workspace.plan(&[])).is_empty());
}

#[test]
fn without_a_ledger_a_move_is_told_by_the_account() {
    let workspace = moved_with_ttl();
    std::fs::remove_dir_all(workspace.root.join(".letterpress/ledger")).unwrap();
    workspace.templates(&format!("{BELL}{TTL}accept_category: MARKETING\n"));
    assert_eq!(only(&workspace.plan(&[]))["kind"], "adopt");
    workspace.apply(&[]).ends(0);
    workspace.settled();
}

/// One name in two files, its languages in two categories.
fn split(bell: &str, klingel: &str) -> String {
    let german = format!("name: bell_ready\ncategory: {klingel}\nlanguages:\n{GERMAN}");
    format!("{}---\n{german}", BELL.replace("UTILITY", bell))
}

#[test]
fn one_name_in_two_categories_is_an_error_with_both_places() {
    let workspace = Workspace::new(&split("UTILITY", "MARKETING"));
    for command in [&["validate"][..], &["plan"], &["apply", "--auto-approve"]] {
        let output = workspace.run(command).ends(3);
        output.says("error[LP065]: `bell_ready` is MARKETING here and UTILITY in another family");
        output.says("UTILITY here");
    }
    assert!(workspace.requests().is_empty());
    workspace.templates(&split("UTILITY", "utility"));
    workspace.apply(&[]).ends(0);
    assert_eq!(workspace.holds(), ["bell_ready/de", "bell_ready/en_US"]);
}

#[test]
fn accounts_decide_which_families_share_a_name() {
    let two = format!("{SHOP}  second: {{provider: meta, waba_id: \"7\", sandbox: true}}\n");
    let workspace = Workspace::of(&two);
    // Apart they may differ; an override makes them differ.
    let apart = split("UTILITY\naccounts: [shop]", "MARKETING\naccounts: [second]");
    workspace.templates(&apart);
    workspace.run(&["validate"]).ends(0);
    let both = "accounts: [shop, second]";
    let over = format!("UTILITY\n{both}\nper_account: {{second: {{category: MARKETING}}}}");
    workspace.templates(&split(&format!("UTILITY\n{both}"), &over));
    let output = workspace.run(&["validate"]).ends(3);
    output.says("LP065");
    output.says("and `second` is asked to hold both");
    // Two accounts that are one WABA are one.
    workspace.write("letterpress.yaml", two.replace("\"7\"", "\"100200300\""));
    workspace.templates(&apart);
    workspace.run(&["validate"]).ends(3).says("LP065");
}
