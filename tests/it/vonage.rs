//! Vonage accounts, embedded; `reached` has those that are reached with a key as the real one is.

mod reached;

use jiff::SignedDuration;
use letterpress::sandbox::{Effect, Fault, LoggedRequest, Operation, Verdict, admin};
use serde_json::{Value, json};

use crate::{
    fixtures::png,
    harness::{Workspace, actions, count, observed, only, writes},
};

const PLACE: &str = "vonage/100200300";
const TEMPLATES: &str = "/v2/whatsapp-manager/wabas/100200300/templates";

const EMBEDDED: &str = "\
version: 1
workspace: fernweh-crm
accounts:
  shop: {provider: vonage, waba_id: \"100200300\", sandbox: true}
";

/// Every part that Vonage documents.
const FAMILIES: &str = r#"
name: service_booked
category: UTILITY
parameters:
  - customer: Resi
  - day: Monday
  - order: A7
header: {format: TEXT}
footer: Fernweh Cycles
buttons:
  - {type: QUICK_REPLY, text: Confirm}
  - {type: URL, text: Track, url: "https://fernweh.example/s/{{order}}"}
  - {type: PHONE_NUMBER, text: Call us, phone_number: "+43 0316 555010"}
languages:
  en_US:
    header: Service for {{customer}}
    body: |
      Hi {{customer}}, we are looking forward to your bike on {{day}}.

      Please bring the key of your *lock*  and the battery.
  de:
    header: Werkstatt für {{customer}}
    body: |
      Hallo {{customer}}, wir freuen uns am {{day}} auf dein Rad.

      Bitte bring den Schlüssel vom Schloss und den Akku mit.
    buttons: [Passt, Verfolgen, Anrufen]
---
name: summer_picture
category: MARKETING
header: {format: IMAGE, example: media/bike.png}
languages:
  en_US: {body: The new tourer has arrived in our shop in Graz.}
---
name: code_copy
category: AUTHENTICATION
body: {add_security_recommendation: false}
buttons: [{type: OTP, otp_type: COPY_CODE}]
languages: [en_US]
---
name: code_one_tap
category: AUTHENTICATION
body: {add_security_recommendation: false}
buttons: [{type: OTP, otp_type: ONE_TAP, text: Copy it, autofill_text: Fill in, supported_apps: [{package_name: example.fernweh.app, signature_hash: K8a/AINcGX7}]}]
languages: [en_US]
"#;

const BELL: &str = "\
name: bell_ready
category: UTILITY
languages:
  en_US: {body: \"Your new bell is ready, pick it up in Graz.\"}
  de: {body: \"Deine neue Klingel ist da, hol sie in Graz ab.\"}
";

/// The bell without its German.
fn english() -> String {
    BELL.lines().filter(|line| !line.contains("de:")).map(|line| format!("{line}\n")).collect()
}

/// A workspace whose account approves at once.
fn workspace(config: &str, families: &str) -> Workspace {
    let workspace = Workspace::at(PLACE, config);
    workspace.templates(families);
    workspace.write("media/bike.png", png(1));
    workspace
}

fn embedded(families: &str) -> Workspace {
    workspace(EMBEDDED, families)
}

/// Requests as `METHOD operation status`.
fn shown(requests: &[LoggedRequest]) -> Vec<String> {
    let one = |request: &LoggedRequest| {
        assert_eq!(request.dialect, "vonage");
        format!("{} {:?} {}", request.method, request.operation, request.status.unwrap_or_default()).to_lowercase()
    };
    requests.iter().map(one).collect()
}

fn a_day_later(workspace: &Workspace) {
    admin::advance(&workspace.sandbox(), None, SignedDuration::from_hours(25)).unwrap();
}

#[test]
fn apply_then_plan_is_empty_with_samples_and_without() {
    for policy in ["", "policy: {examples: edit}\n"] {
        let workspace = workspace(&format!("{EMBEDDED}{policy}"), FAMILIES);
        workspace.run(&["validate"]).ends(0);
        let plan = workspace.plan(&[]);
        assert_eq!(actions(&plan).len(), 5, "{plan:#}");
        assert!(actions(&plan).iter().all(|action| action["verdict"]["state"] == "ready"), "{plan:#}");
        workspace.apply(&[]).ends(0);
        assert_eq!(workspace.holds().len(), 5);
        workspace.settled();
        let ((), requests) = workspace.requests_of(|| {
            workspace.apply(&[]).ends(0);
        });
        assert_eq!(shown(&requests), ["get list 200"]);
        assert_eq!((workspace.ledger().templates.len(), workspace.ledger().open.len()), (5, 0));
    }
}

#[test]
fn a_create_is_two_requests_with_the_documented_body() {
    let workspace = embedded(BELL);
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(0);
    assert_eq!(
        shown(&requests),
        ["get list 200", "post create 200", "get get 200", "post create 200", "get get 200"],
        "a list, then each create and a look at it"
    );
    let (list, create) = (&requests[0], &requests[1]);
    assert_eq!((list.path.as_str(), list.query.as_str()), (TEMPLATES, "limit=250"));
    assert_eq!((create.path.as_str(), create.query.as_str()), (TEMPLATES, ""));
    let key = create.template.clone().unwrap();
    let (name, language) = key.split_once('/').unwrap();
    let text = workspace.live(&key)["components"][0]["text"].clone();
    let body = json!({ "name": name, "language": language, "category": "UTILITY",
        "components": [{ "type": "BODY", "format": "TEXT", "text": text }] });
    assert_eq!(create.body, Some(body));
    assert_eq!(requests[2].path, format!("{TEMPLATES}/{}", workspace.live(&key)["id"].as_str().unwrap()));
}

#[test]
fn one_changed_word_is_one_look_and_one_edit() {
    for policy in ["", "policy: {examples: edit}\n"] {
        let workspace = workspace(&format!("{EMBEDDED}{policy}"), FAMILIES);
        workspace.apply(&[]).ends(0);
        workspace.templates(&FAMILIES.replace("looking forward to", "waiting for"));
        let plan = workspace.plan(&[]);
        let changes = only(&plan)["changes"].as_array().unwrap();
        assert_eq!((changes.len(), &changes[0]["path"]), (1, &json!("body.text")), "{plan:#}");
        let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
        output.ends(0);
        // The body of an edit needs the category, which nobody asked to change: it is read.
        assert_eq!(shown(&requests), ["get list 200", "get get 200", "put edit 204"]);
        let body = requests[2].body.as_ref().unwrap();
        assert_eq!((&body["category"], &body["name"]), (&json!("UTILITY"), &json!("service_booked")));
        assert_eq!(body["components"].as_array().unwrap().len(), 4);
        workspace.settled();
    }
}

#[test]
fn samples_alone_are_an_edit_where_the_policy_says_so() {
    let changed = FAMILIES.replace("order: A7", "order: B8");
    let quiet = embedded(FAMILIES);
    quiet.apply(&[]).ends(0);
    quiet.templates(&changed);
    assert!(actions(&quiet.plan(&[])).is_empty());
    let workspace = workspace(&format!("{EMBEDDED}policy: {{examples: edit}}\n"), FAMILIES);
    workspace.apply(&[]).ends(0);
    workspace.templates(&changed);
    assert_eq!(actions(&workspace.plan(&[])).len(), 2, "both languages have the button");
    workspace.apply(&[]).ends(0);
    workspace.settled();
}

#[test]
fn a_picture_is_uploaded_as_a_form() {
    let workspace = embedded(FAMILIES);
    let ((), requests) = workspace.requests_of(|| {
        workspace.apply(&[]).ends(0);
    });
    let uploads: Vec<_> = requests.iter().filter(|request| request.operation == Operation::Upload).collect();
    assert_eq!(uploads.len(), 1);
    assert_eq!(uploads[0].path, "/v2/whatsapp-manager/media/uploads");
    assert_eq!(uploads[0].query, "file_type=image%2Fpng");
    let create = requests.iter().find(|request| request.template.as_deref() == Some("summer_picture/en_US"));
    let handle = &create.unwrap().body.as_ref().unwrap()["components"][0]["example"]["header_handle"];
    assert!(handle.as_str().is_some_and(|handle| handle.starts_with("4::")), "{handle}");
    // Another picture is another sample; the address that the account shows changes with each look.
    workspace.settled();
}

#[test]
fn the_category_that_the_account_gave_is_learnt() {
    let workspace = embedded(BELL.replace("Your new bell is ready", "Our sale has begun").as_str());
    workspace.configure(|config| config.recategorise = true);
    workspace.apply(&[]).ends(0).says("created bell_ready/en_US  (APPROVED, the provider made it MARKETING)");
    let plan = workspace.plan(&[]);
    assert!(observed(&plan).iter().any(|(rule, _)| rule == "recategorized"), "{plan:#}");
}

#[test]
fn deletions_name_one_language_or_all() {
    let workspace = embedded(BELL);
    workspace.apply(&[]).ends(0);
    let german = "  de: {body: \"Deine neue Klingel ist da, hol sie in Graz ab.\"}\n";
    let id = workspace.live("bell_ready/de")["id"].as_str().unwrap().to_owned();
    let removed = "removed: [{name: bell_ready, languages: [de], reason: nobody reads it}]\n";
    workspace.templates(&format!("{removed}---\n{}", BELL.replace(german, "")));
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(0);
    let delete = requests.iter().find(|request| request.operation == Operation::Delete).unwrap();
    assert_eq!((delete.query.clone(), delete.status), (format!("name=bell_ready&hsm_id={id}"), Some(204)));
    assert_eq!(workspace.holds(), ["bell_ready/en_US"]);
    workspace.settled();
    workspace.templates("removed: [bell_ready]\n");
    workspace.apply(&[]).ends(0);
    assert_eq!(workspace.holds(), [] as [&str; 0]);
    workspace.settled();
}

#[test]
fn what_is_gone_already_is_deleted() {
    let workspace = embedded(BELL);
    workspace.apply(&[]).ends(0);
    workspace.templates("removed: [bell_ready]\n");
    // Each deletion is done and answered 404, as if somebody had been a moment faster.
    let gone = json!({ "type": "https://developer.vonage.com/api-errors#not-found", "title": "Not Found",
        "detail": "Template was not found.", "instance": "bf0ca0bf" });
    workspace.faults(vec![Fault::new(Effect::Http { status: 404, body: gone }).on(Operation::Delete).times(1)]);
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(0);
    assert_eq!(count(&requests, Operation::Delete), 2);
    let probe = requests.iter().find(|request| request.query == "limit=1").expect("the account is looked at");
    assert_eq!(probe.status, Some(200));
}

#[test]
fn a_hand_edit_is_drift_and_a_pending_review_is_none() {
    let workspace = embedded(BELL);
    workspace.apply(&[]).ends(0);
    let by_hand = json!([{ "type": "BODY", "text": "Your new bell is ready, pick it up in Linz." }]);
    workspace.run(&["drift"]).ends(0);
    admin::hand_edit(&workspace.sandbox(), PLACE, "bell_ready", "en_US", &by_hand).unwrap();
    workspace.run(&["drift"]).ends(2).says("bell_ready/en_US");
    a_day_later(&workspace);
    assert_eq!(only(&workspace.plan(&[]))["verdict"]["state"], "needs_flag");
    let (output, requests) = workspace.requests_of(|| workspace.apply(&["--revert-drift", "bell_ready"]));
    output.ends(0);
    assert_eq!(writes(&requests), ["edit bell_ready/en_US"]);
    workspace.run(&["drift"]).ends(0);
    workspace.settled();
    workspace.configure(|config| config.review_delay = SignedDuration::from_hours(5));
    a_day_later(&workspace);
    workspace.templates(&BELL.replace("new bell is", "fine bell is"));
    workspace.apply(&[]).ends(0);
    workspace.run(&["drift"]).ends(0);
    admin::review(&workspace.sandbox(), PLACE, "bell_ready", Some("en_US"), &Verdict::Pause).unwrap();
    assert!(observed(&workspace.plan(&[])).contains(&("paused".to_owned(), "bell_ready".to_owned())));
}

#[test]
fn import_then_plan_only_adopts() {
    let workspace = embedded(FAMILIES);
    workspace.apply(&[]).ends(0);
    for gone in ["templates", "media", ".letterpress/ledger"] {
        std::fs::remove_dir_all(workspace.root.join(gone)).unwrap();
    }
    let (output, requests) = workspace.requests_of(|| workspace.run(&["import"]));
    output.ends(0);
    assert_eq!(writes(&requests), [] as [&str; 0]);
    workspace.run(&["validate"]).ends(0);
    workspace.run(&["plan", "--detailed-exitcode"]).ends(0).says("5 templates will be adopted");
    let ((), requests) = workspace.requests_of(|| {
        workspace.apply(&[]).ends(0);
    });
    assert_eq!(writes(&requests), [] as [&str; 0]);
    workspace.settled();
    let file = workspace.root.join("templates/service_booked.yaml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("looking forward to", "waiting for")).unwrap();
    let ((), requests) = workspace.requests_of(|| {
        workspace.apply(&[]).ends(0);
    });
    assert_eq!(writes(&requests), ["edit service_booked/en_US"]);
    workspace.settled();
}

#[test]
fn what_vonage_documents_nowhere_is_imported_and_kept() {
    let workspace = embedded("");
    let seeds = [
        json!({ "id": "11", "name": "fitting", "language": "en_US", "status": "APPROVED", "category": "UTILITY", "components": [
            { "type": "BODY", "format": "TEXT", "text": "Tell us how tall you are and we set up your bike." },
            { "type": "BUTTONS", "buttons": [{ "type": "FLOW", "text": "Choose", "flow_id": "1020304050",
                "flow_action": "NAVIGATE", "navigate_screen": "FITTING" }] }] }),
        json!({ "id": "12", "name": "named", "language": "en_US", "status": "APPROVED", "category": "UTILITY", "components": [
            { "type": "BODY", "text": "Hi {{customer}}, your bike is ready in Graz." }] }),
        json!({ "id": "13", "name": "old", "language": "en_US", "status": "LOCKED", "category": "TRANSACTIONAL",
            "previous_category": "OTP", "components": [
            { "type": "BODY", "text": "Your parcel {{1}} waits at the counter." }, { "type": "HOLOGRAM", "depth": 3 }] }),
    ];
    admin::seed(&workspace.sandbox(), PLACE, &seeds).unwrap();
    workspace.run(&["import"]).ends(0);
    let plan = workspace.plan(&[]);
    assert_eq!(actions(&plan).len(), 3, "{plan:#}");
    assert!(actions(&plan).iter().all(|action| action["kind"] == "adopt"), "{plan:#}");
    workspace.apply(&[]).ends(0);
    workspace.settled();
    // What cannot be sent is not sent without it either.
    let file = workspace.root.join("templates/fitting.yaml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("how tall you are", "your height")).unwrap();
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(9).says("Vonage takes no FLOW buttons");
    assert_eq!(writes(&requests), [] as [&str; 0]);
}

#[test]
fn what_vonage_documents_nowhere_is_blocked_before_anything_is_sent() {
    for (part, path) in [
        ("header: {format: LOCATION}", "LOCATION headers"),
        ("message_send_ttl_seconds: 600", "message_send_ttl_seconds"),
        ("buttons: [{type: VOICE_CALL, text: Call the workshop}]", "VOICE_CALL buttons"),
        ("parameter_format: NAMED", "named parameters"),
    ] {
        let text = english().replace("Graz.", "Graz, {{customer}}, as agreed.");
        let workspace = embedded(&format!("{part}\nparameters: [{{customer: Resi}}]\n{text}"));
        let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
        output.ends(9).says(path);
        assert_eq!(writes(&requests), [] as [&str; 0]);
    }
}

#[test]
fn lost_answers_are_settled_without_a_second_write() {
    let english = english();
    let workspace = embedded(&english);
    workspace.faults(vec![Fault::new(Effect::LostAnswer).on(Operation::Create)]);
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(0);
    assert_eq!((count(&requests, Operation::Create), workspace.holds().len()), (1, 1));
    workspace.settled();
    workspace.templates(&english.replace("pick it up", "fetch it"));
    workspace.faults(vec![
        Fault::new(Effect::LostAnswer).on(Operation::Edit),
        Fault::new(Effect::Http { status: 503, body: json!("busy") }).on(Operation::List).skip(1).times(5),
    ]);
    let (output, requests) = workspace.requests_of(|| workspace.apply(&["--retry-budget", "1s"]));
    output.ends(10).says("unknown");
    assert_eq!((count(&requests, Operation::Edit), workspace.ledger().open.len()), (1, 1));
    workspace.faults(Vec::new());
    let ((), requests) = workspace.requests_of(|| {
        workspace.apply(&[]).ends(0);
    });
    assert_eq!((writes(&requests).len(), workspace.ledger().open.len()), (0, 0));
    assert_eq!(workspace.ledger().events.len(), 2, "a create and an edit, which counts");
    workspace.settled();
}

#[test]
fn a_look_that_fails_after_a_create_is_no_failure_of_the_create() {
    let workspace = embedded(&english());
    workspace.faults(vec![Fault::new(Effect::Http { status: 500, body: json!("") }).on(Operation::Get).always()]);
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(0);
    assert_eq!(shown(&requests), ["get list 200", "post create 200", "get get 500"], "one look, not five");
    assert!(workspace.ledger().open.is_empty());
    workspace.settled();
}

#[test]
fn a_rate_limit_is_waited_for() {
    let workspace = embedded(BELL);
    workspace.faults(vec![Fault::new(Effect::RateLimited { retry_after: 0 }).on(Operation::Create).times(1)]);
    let ((), requests) = workspace.requests_of(|| {
        workspace.apply(&[]).ends(0);
    });
    assert_eq!(count(&requests, Operation::Create), 3);
    workspace.settled();
}

#[test]
fn pages_are_followed_by_their_cursor_alone() {
    let workspace = embedded("");
    let text = |at: usize| format!("Tour number {at} through the Alps begins at seven in front of our shop.");
    let seeds: Vec<Value> = (0..600)
        .map(|at| {
            json!({ "id": format!("7{at:09}"), "name": format!("tour_{at:04}"), "language": "en_US", "status": "APPROVED",
                "category": "UTILITY", "components": [{ "type": "BODY", "text": text(at) }] })
        })
        .collect();
    admin::seed(&workspace.sandbox(), PLACE, &seeds).unwrap();
    workspace.faults(vec![
        Fault::new(Effect::ForeignNext { origin: "https://elsewhere.example".to_owned() }).on(Operation::List).times(2),
    ]);
    let (plan, requests) = workspace.requests_of(|| workspace.plan(&[]));
    assert_eq!((&plan["accounts"][0]["live"], &plan["accounts"][0]["requests"]), (&json!(600), &json!(3)));
    assert_eq!(shown(&requests), ["get list 200"; 3]);
    assert!(requests.iter().all(|request| request.query.contains("limit=250") && !request.query.contains("elsewhere")));
}
