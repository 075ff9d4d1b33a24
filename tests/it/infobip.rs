//! Infobip accounts, embedded; `reached` has those that are reached with a key as the real one is.

mod reached;

use jiff::SignedDuration;
use letterpress::sandbox::{Effect, Fault, LoggedRequest, Operation, admin};
use serde_json::{Value, json};

use crate::{
    fixtures::png,
    harness::{Workspace, actions, count, observed, only, writes},
};

const PLACE: &str = "infobip/436601234567";
const TEMPLATES: &str = "/whatsapp/2/senders/436601234567/templates";

const EMBEDDED: &str = "\
version: 1
workspace: fernweh-crm
accounts:
  shop: {provider: infobip, sender: \"436601234567\", waba_id: \"100200300\", sandbox: true}
";

/// Every part that Infobip has.
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
buttons: [{type: COPY_CODE, example: BELL10}]
languages:
  en_US: {body: The new tourer has arrived in our shop in Graz.}
---
name: two_tours
category: MARKETING
body: Two tours for the long weekend, which one will it be?
carousel:
  cards:
    - header: {format: IMAGE, example: media/bike.png}
      body: Along the Mur, flat and shady.
      buttons: [{type: QUICK_REPLY, text: Along the Mur}]
    - header: {format: IMAGE, example: media/bike.png}
      body: Over the Gaberl, for strong legs.
      buttons: [{type: QUICK_REPLY, text: Over the Gaberl}]
languages: [en_US]
---
name: weekend_offer
category: MARKETING
header: {format: IMAGE, example: media/bike.png}
limited_time_offer: {text: Until Sunday, has_expiration: true}
buttons:
  - {type: COPY_CODE, example: WEEKEND}
  - {type: URL, text: Look, url: "https://fernweh.example/offers"}
languages:
  en_US: {body: New tyres at half the usual price in our shop.}
---
name: fitting
category: UTILITY
buttons: [{type: FLOW, text: Choose, flow_id: "1020304050", flow_action: NAVIGATE, navigate_screen: FITTING}]
languages:
  en_US: {body: Tell us how tall you are and we set up your bike.}
---
name: code_copy
category: AUTHENTICATION
message_send_ttl_seconds: 10m
body: {add_security_recommendation: true}
footer: {code_expiration_minutes: 10}
buttons: [{type: OTP, otp_type: COPY_CODE}]
languages: [en_US, de]
---
name: code_one_tap
category: AUTHENTICATION
body: {add_security_recommendation: false}
buttons: [{type: OTP, otp_type: ONE_TAP, text: Copy it, autofill_text: Fill in, supported_apps: [{package_name: example.fernweh.app, signature_hash: K8a/AINcGX7}]}]
languages: [en_US]
"#;

/// How many templates these are.
const ALL: usize = 9;

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

/// Requests as `method operation status`.
fn shown(requests: &[LoggedRequest]) -> Vec<String> {
    let one = |request: &LoggedRequest| {
        assert_eq!(request.dialect, "infobip");
        format!("{} {:?} {}", request.method, request.operation, request.status.unwrap_or_default()).to_lowercase()
    };
    requests.iter().map(one).collect()
}

fn a_day_later(workspace: &Workspace) {
    admin::advance(&workspace.sandbox(), None, SignedDuration::from_hours(25)).unwrap();
}

#[test]
fn what_the_client_could_not_send_is_in_the_plan() {
    let body = "languages:\n  en_US: {body: \"Your new bell is ready, pick it up in Graz.\"}\n";
    let verbatim = |button: &str| {
        format!(
            "languages:\n  en_US:\n    components:\n      - {{type: BODY, text: \"Your new bell is ready in Graz.\"}}\n      - {{type: \
             BUTTONS, buttons: [{button}]}}\n"
        )
    };
    for (content, says) in [
        (format!("buttons: [{{type: ORDER_DETAILS, text: Review and pay}}]\n{body}"), "BRAZIL or INDIA"),
        (
            format!("buttons: [{{type: FLOW, text: Book, flow_id: \"7\"}}]\n{body}"),
            "write `navigate_screen` on the button",
        ),
        (verbatim("{type: VOICE_CALL, text: Call, ttl_minutes: 60}"), "from 1440 to 43200"),
        (verbatim("{type: VOICE_CALL, text: Call, ttl_minutes: \"1440\"}"), "whole minutes"),
        (format!("sub_category: ORDER_DETAILS\n{body}"), "Infobip takes ORDER_STATUS only"),
        (body.replace("en_US", "be_BY"), "Infobip does not list the language `be_BY`"),
    ] {
        let workspace = Workspace::at(PLACE, EMBEDDED);
        workspace.templates(&format!("name: bell_ready\ncategory: UTILITY\n{content}"));
        let plan = workspace.plan(&[]);
        let reason = &only(&plan)["verdict"]["reasons"][0];
        assert_eq!((&reason["rule"], &reason["state"]), (&json!("capability"), &json!("blocked")), "{plan:#}");
        assert!(reason.to_string().contains(says), "{reason:#}");
        let (_, requests) = workspace.requests_of(|| workspace.apply(&[]).ends(9));
        assert_eq!(writes(&requests), [] as [&str; 0]);
    }
    // The way out that the plan names works.
    let workspace = Workspace::at(PLACE, EMBEDDED);
    let order = verbatim("{type: ORDER_DETAILS, text: Review and pay, variant: BRAZIL}");
    workspace.templates(&format!("name: bell_ready\ncategory: UTILITY\n{order}"));
    workspace.apply(&[]).ends(0);
    workspace.settled();
}

#[test]
fn apply_then_plan_is_empty_with_samples_and_without() {
    for policy in ["", "policy: {examples: edit}\n"] {
        let workspace = workspace(&format!("{EMBEDDED}{policy}"), FAMILIES);
        workspace.run(&["validate"]).ends(0);
        let plan = workspace.plan(&[]);
        assert_eq!(actions(&plan).len(), ALL, "{plan:#}");
        assert!(actions(&plan).iter().all(|action| action["verdict"]["state"] == "ready"), "{plan:#}");
        workspace.apply(&[]).ends(0);
        assert_eq!(workspace.holds().len(), ALL);
        workspace.settled();
        let ((), requests) = workspace.requests_of(|| {
            workspace.apply(&[]).ends(0);
        });
        assert_eq!(shown(&requests), ["get list 200"]);
        assert_eq!((workspace.ledger().templates.len(), workspace.ledger().open.len()), (ALL, 0));
    }
}

#[test]
fn a_create_is_one_request_with_the_documented_body() {
    let workspace = embedded(FAMILIES);
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(0);
    let mut wanted = vec!["get list 200"];
    wanted.resize(ALL + 1, "post create 201");
    assert_eq!(shown(&requests), wanted, "a list, then the creates and nothing else");
    assert!(requests.iter().all(|request| (request.path.as_str(), request.query.as_str()) == (TEMPLATES, "")));
    let body =
        |key: &str| requests.iter().find(|request| request.template.as_deref() == Some(key)).unwrap().body.clone();
    let german = json!({ "name": "service_booked", "language": "de", "category": "UTILITY", "structure": {
        "header": { "format": "TEXT", "text": "Werkstatt für {{1}}", "example": "Resi" },
        "body": { "text": "Hallo {{1}}, wir freuen uns am {{2}} auf dein Rad.\n\nBitte bring den Schlüssel vom Schloss und den Akku mit.",
            "examples": ["Resi", "Monday"] },
        "footer": { "text": "Fernweh Cycles" },
        "buttons": [
            { "type": "QUICK_REPLY", "text": "Passt" },
            { "type": "URL", "text": "Verfolgen", "url": "https://fernweh.example/s/{{1}}", "example": "https://fernweh.example/s/A7" },
            { "type": "PHONE_NUMBER", "text": "Anrufen", "phoneNumber": "+43 0316 555010" }] } });
    assert_eq!(body("service_booked/de"), Some(german));
    let code = json!({ "name": "code_copy", "language": "de", "category": "AUTHENTICATION",
        "validityPeriod": { "amount": 600, "timeUnit": "SECONDS" }, "structure": {
        "body": { "addSecurityRecommendation": true }, "footer": { "codeExpirationMinutes": 10 },
        "buttons": [{ "otpType": "COPY_CODE" }] } });
    assert_eq!(body("code_copy/de"), Some(code));
    let picture = body("summer_picture/en_US").unwrap();
    let url = picture["structure"]["header"]["example"].as_str().unwrap();
    assert!(url.starts_with("https://") && url.ends_with("media/bike.png"), "{url}");
}

#[test]
fn one_changed_word_is_one_edit() {
    for policy in ["", "policy: {examples: edit}\n"] {
        let workspace = workspace(&format!("{EMBEDDED}{policy}"), FAMILIES);
        workspace.apply(&[]).ends(0);
        workspace.templates(&FAMILIES.replace("looking forward to", "waiting for"));
        let plan = workspace.plan(&[]);
        let changes = only(&plan)["changes"].as_array().unwrap();
        assert_eq!((changes.len(), &changes[0]["path"]), (1, &json!("body.text")), "{plan:#}");
        let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
        output.ends(0);
        assert_eq!(shown(&requests), ["get list 200", "patch edit 200"]);
        let body = requests[1].body.as_ref().unwrap().as_object().unwrap();
        assert_eq!(body.keys().collect::<Vec<_>>(), ["structure"], "no name, no language, no category");
        assert_eq!(body["structure"].as_object().unwrap().len(), 4);
        workspace.settled();
    }
}

/// Neither is shown again, so nothing but the memory of what was applied tells that they changed.
#[test]
fn codes_and_samples_are_changed_although_the_account_does_not_show_them() {
    let workspace = embedded(FAMILIES);
    workspace.apply(&[]).ends(0);
    let changed = FAMILIES.replace("add_security_recommendation: true", "add_security_recommendation: false");
    workspace.templates(&changed.replace("code_expiration_minutes: 10", "code_expiration_minutes: 15"));
    let ((), requests) = workspace.requests_of(|| {
        workspace.apply(&[]).ends(0);
    });
    assert_eq!(writes(&requests).len(), 2, "both languages of the code");
    let body = requests.iter().find_map(|request| request.body.as_ref()).unwrap();
    assert_eq!(body["structure"]["footer"], json!({ "codeExpirationMinutes": 15 }));
    workspace.settled();
    let quiet = embedded(FAMILIES);
    quiet.apply(&[]).ends(0);
    quiet.templates(&FAMILIES.replace("order: A7", "order: B8"));
    assert!(actions(&quiet.plan(&[])).is_empty());
}

#[test]
fn samples_alone_are_an_edit_where_the_policy_says_so() {
    let workspace = workspace(&format!("{EMBEDDED}policy: {{examples: edit}}\n"), FAMILIES);
    workspace.apply(&[]).ends(0);
    workspace.templates(&FAMILIES.replace("order: A7", "order: B8").replace("BELL10", "BELL20"));
    assert_eq!(actions(&workspace.plan(&[])).len(), 3, "both languages with the button, and the coupon");
    workspace.apply(&[]).ends(0);
    workspace.settled();
}

#[test]
fn a_deletion_takes_the_whole_name() {
    let workspace = embedded(BELL);
    workspace.apply(&[]).ends(0);
    let german = "removed: [{name: bell_ready, languages: [de], reason: nobody reads it}]\n";
    workspace.templates(&format!("{german}---\n{}", english()));
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(9).says("delete-scope");
    assert_eq!(writes(&requests), [] as [&str; 0], "the English one would go too");
    assert_eq!(workspace.holds().len(), 2);
    workspace.templates("removed: [bell_ready]\n");
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(0);
    let deletions: Vec<_> = requests.iter().filter(|request| request.operation == Operation::Delete).collect();
    assert_eq!(deletions.len(), 1, "one request for the name");
    assert_eq!((deletions[0].path.clone(), deletions[0].status), (format!("{TEMPLATES}/bell_ready"), Some(204)));
    assert_eq!(workspace.holds(), [] as [&str; 0]);
    workspace.settled();
}

#[test]
fn a_hand_edit_is_drift_and_a_pending_review_is_none() {
    let workspace = embedded(BELL);
    workspace.apply(&[]).ends(0);
    workspace.run(&["drift"]).ends(0);
    let by_hand = json!([{ "type": "BODY", "text": "Your new bell is ready, pick it up in Linz." }]);
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
}

#[test]
fn import_then_plan_only_adopts() {
    let workspace = embedded(&format!("{FAMILIES}---\n{BELL}"));
    workspace.apply(&[]).ends(0);
    for gone in ["templates", "media", ".letterpress/ledger"] {
        std::fs::remove_dir_all(workspace.root.join(gone)).unwrap();
    }
    let (output, requests) = workspace.requests_of(|| workspace.run(&["import"]));
    output.ends(0);
    assert_eq!(writes(&requests), [] as [&str; 0]);
    workspace.run(&["plan", "--detailed-exitcode"]).ends(0).says(&format!("{} templates will be adopted", ALL + 2));
    let ((), requests) = workspace.requests_of(|| {
        workspace.apply(&[]).ends(0);
    });
    assert_eq!(writes(&requests), [] as [&str; 0]);
    workspace.settled();
    let file = workspace.root.join("templates/bell_ready.yaml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("new bell is", "fine bell is")).unwrap();
    let ((), requests) = workspace.requests_of(|| {
        workspace.apply(&[]).ends(0);
    });
    assert_eq!(writes(&requests), ["edit bell_ready/en_US"]);
    workspace.settled();
    // An edit sends all samples again, and the account shows none.
    let file = workspace.root.join("templates/service_booked.yaml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("looking forward to", "waiting for")).unwrap();
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(9).says("refused-content");
    assert_eq!(writes(&requests), [] as [&str; 0]);
}

#[expect(clippy::needless_pass_by_value, reason = "reads better where it is called")]
fn seed(id: &str, name: &str, structure: Value) -> Value {
    json!({ "id": id, "businessAccountId": 436_601_234_567_i64, "name": name, "language": "en_US", "status": "APPROVED",
        "category": "MARKETING", "structure": structure, "quality": "HIGH",
        "createdAt": "2026-01-01T00:00:00.000+0000", "lastUpdatedAt": "2026-01-01T00:00:00.000+0000" })
}

#[test]
fn a_sub_category_that_only_the_account_names_is_said_again() {
    let words = "Your payment has arrived and the courier comes soon.";
    let family = |words: &str| format!("name: paid\ncategory: UTILITY\nlanguages: {{en_US: {{body: {words}}}}}\n");
    let workspace = embedded(&family(words));
    let mut paid = seed("21", "paid", json!({ "body": { "text": words }, "type": "TEXT" }));
    (paid["category"], paid["subCategory"]) = ("UTILITY".into(), "ORDER_STATUS".into());
    admin::seed(&workspace.sandbox(), PLACE, &[paid]).unwrap();
    workspace.apply(&[]).ends(0);
    workspace.templates(&family("Your payment has arrived and the courier comes today."));
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(0);
    assert_eq!(writes(&requests), ["edit paid/en_US"]);
    workspace.settled();
}

#[test]
fn what_is_not_modelled_is_imported_kept_and_never_dropped() {
    let workspace = embedded("");
    let body = json!({ "text": "The workshop is open again, come and see us." });
    admin::seed(
        &workspace.sandbox(),
        PLACE,
        &[
            seed("11", "unsupported", json!({ "body": body, "type": "UNSUPPORTED" })),
            seed("12", "hologram", json!({ "body": body, "hologram": { "depth": 3 }, "type": "MEDIA" })),
            seed(
                "13",
                "shaking",
                json!({ "body": body, "buttons": [{ "type": "SHAKE", "force": 3 }], "type": "MEDIA" }),
            ),
        ],
    )
    .unwrap();
    workspace.run(&["import"]).ends(0);
    let plan = workspace.plan(&[]);
    assert_eq!(actions(&plan).len(), 3, "{plan:#}");
    assert!(actions(&plan).iter().all(|action| action["kind"] == "adopt"), "{plan:#}");
    workspace.apply(&[]).ends(0);
    workspace.settled();
    for name in ["unsupported", "hologram", "shaking"] {
        let file = workspace.root.join(format!("templates/{name}.yaml"));
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, text.replace("open again", "open")).unwrap();
    }
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(9);
    assert_eq!(writes(&requests), [] as [&str; 0]);
}

#[test]
fn pauses_are_paused_and_words_that_say_nothing_of_edits_block_them() {
    let workspace = embedded("");
    let with = |id: &str, name: &str, status: &str| {
        let mut seed = seed(
            id,
            name,
            json!({ "body": { "text": format!("The shop in street {id} is open again.") }, "type": "TEXT" }),
        );
        seed["status"] = status.into();
        seed
    };
    let seeds =
        [with("11", "first", "FIRST_PAUSED"), with("12", "second", "SECOND_PAUSED"), with("13", "flagged", "FLAGGED")];
    admin::seed(&workspace.sandbox(), PLACE, &seeds).unwrap();
    workspace.run(&["import"]).ends(0);
    workspace.apply(&[]).ends(0);
    let plan = workspace.plan(&[]);
    let paused = |name: &str| observed(&plan).contains(&("paused".to_owned(), name.to_owned()));
    assert!(paused("first") && paused("second") && !paused("flagged"), "{plan:#}");
    for name in ["second", "flagged"] {
        let file = workspace.root.join(format!("templates/{name}.yaml"));
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, text.replace("open again", "open")).unwrap();
    }
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(9).says("editable-status");
    assert_eq!(writes(&requests), ["edit second/en_US"]);
}

#[test]
fn what_infobip_does_not_have_is_blocked_before_anything_is_sent() {
    for (part, said) in [
        ("message_send_ttl_seconds: 12h", "message_send_ttl_seconds"),
        ("parameter_format: NAMED", "named parameters"),
        ("cta_url_link_tracking_opted_out: true", "cta_url_link_tracking_opted_out"),
    ] {
        let text = english().replace("Graz.", "Graz, {{customer}}, as agreed.");
        let workspace = embedded(&format!("{part}\nparameters: [{{customer: Resi}}]\n{text}"));
        let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
        output.ends(9).says(said);
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
fn a_rate_limit_is_waited_for_and_garbage_is_no_empty_account() {
    let workspace = embedded(BELL);
    workspace.faults(vec![Fault::new(Effect::RateLimited { retry_after: 0 }).on(Operation::Create).times(1)]);
    let ((), requests) = workspace.requests_of(|| {
        workspace.apply(&[]).ends(0);
    });
    assert_eq!(count(&requests, Operation::Create), 3);
    workspace.settled();
    workspace.faults(vec![Fault::new(Effect::Truncated).on(Operation::List).always()]);
    let (output, requests) = workspace.requests_of(|| workspace.apply(&["--retry-budget", "1s"]));
    assert_ne!(output.code, 0, "{output}");
    assert_eq!(writes(&requests), [] as [&str; 0]);
}
