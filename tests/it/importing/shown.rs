//! Accounts that show something else than was sent: odd samples, hidden flags. Import writes files that every later plan
//! can work with.

use std::fs;

use serde_json::{Value, json};

use crate::harness::{Output, WABA, Workspace, actions, writes};

/// The providers that show Meta's components, with the places of their embedded accounts.
const ACCOUNTS: [(&str, &str); 4] = [
    (WABA, "{provider: meta, waba_id: \"100200300\", sandbox: true}"),
    ("360dialog/fernWA", "{provider: 360dialog, partner_id: fernPA, waba_account_id: fernWA, sandbox: true}"),
    ("360dialog/fernWA", "{provider: 360dialog, waba_account_id: fernWA, sandbox: true}"),
    ("vonage/100200300", "{provider: vonage, waba_id: \"100200300\", sandbox: true}"),
];

/// A workspace without templates whose account holds these, each given with Meta's fields.
fn holding((place, account): (&'static str, &str), templates: &[Value]) -> Workspace {
    let workspace =
        Workspace::at(place, &format!("version: 1\nworkspace: fernweh-crm\naccounts:\n  shop: {account}\n"));
    let complete = |(at, template): (usize, &Value)| {
        let mut template = template.clone();
        template["id"] = format!("{at:020}WT").into();
        template["status"] = "APPROVED".into();
        template
    };
    workspace.seed(&templates.iter().enumerate().map(complete).collect::<Vec<_>>());
    workspace
}

/// Import ends with 0, and what follows has nothing to do but to adopt.
#[track_caller]
fn imports_and_adopts(workspace: &Workspace) -> Output {
    let imported = workspace.run(&["import", "--format", "json"]).ends(0);
    workspace.run(&["validate"]).ends(0);
    let plan = workspace.plan(&[]);
    assert!(actions(&plan).iter().all(|action| action["kind"] == "adopt"), "{plan:#}");
    assert_eq!(actions(&plan).len(), workspace.holds().len(), "{plan:#}");
    let (_, requests) = workspace.requests_of(|| workspace.apply(&[]).ends(0));
    assert_eq!(writes(&requests), [] as [&str; 0]);
    workspace.settled();
    workspace.run(&["drift"]).ends(0);
    imported
}

/// Samples as real and test accounts show them, none of which leads to a file.
const SAMPLES: [&str; 8] = [
    "FOO",
    "media/hero.jpg",
    "h:3:aW1hZ2UvanBlZw==:ARY",
    "4::aW1hZ2UvanBlZw==:ARY:e:1780000000:77:88:ARx",
    "4::YQ==:ARY\n4::YQ==:ARZ",
    "../../etc/passwd",
    "ftp://127.0.0.1/x.png",
    "120363",
];

#[test]
fn a_sample_that_is_no_address_is_left_out_and_every_later_plan_works() {
    let template = |at: usize, sample: &str| {
        let handle = json!({ "header_handle": [sample] });
        json!({ "name": format!("picture_{at}"), "language": "en_US", "category": "MARKETING", "components": [
            { "type": "HEADER", "format": "IMAGE", "example": handle },
            { "type": "BODY", "text": format!("The tourer number {at} has arrived in our shop.") }] })
    };
    let card = |sample: &str| {
        json!({ "components": [
            { "type": "HEADER", "format": "VIDEO", "example": { "header_handle": [sample] } },
            { "type": "BODY", "text": "A bike for long roads." },
            { "type": "BUTTONS", "buttons": [{ "type": "QUICK_REPLY", "text": "Tell me more" }] }] })
    };
    let mut templates: Vec<Value> = SAMPLES.iter().enumerate().map(|(at, sample)| template(at, sample)).collect();
    templates.push(json!({ "name": "cards", "language": "en_US", "category": "MARKETING", "components": [
        { "type": "BODY", "text": "Look at our new bikes for this summer." },
        { "type": "CAROUSEL", "cards": [card("FOO"), card("h:3:YQ==")] }] }));
    // Written as the provider's JSON, for a field that is not modelled.
    templates.push(json!({ "name": "verbatim", "language": "en_US", "category": "MARKETING", "components": [
        { "type": "HEADER", "format": "IMAGE", "shiny": true, "example": { "header_handle": ["media/none.png"] } },
        { "type": "BODY", "text": "The shop window is new, come and see it." }] }));
    for account in ACCOUNTS {
        let workspace = holding(account, &templates);
        let imported = imports_and_adopts(&workspace);
        let missing = imported.json()["missing_samples"].as_array().unwrap().len();
        assert_eq!(missing, SAMPLES.len() + 3, "{imported}");
        for file in workspace.root.join("templates").read_dir_utf8().unwrap() {
            let text = fs::read_to_string(file.unwrap().path()).unwrap();
            assert!(!text.contains("FOO") && !text.contains("media/") && !text.contains("4::"), "{text}");
        }
        assert!(!workspace.root.join("media").exists());
    }
}

#[test]
fn the_same_at_infobip() {
    let account = ("infobip/436601234567", "{provider: infobip, sender: \"436601234567\", sandbox: true}");
    let template = |(at, sample): (usize, &&str)| {
        json!({ "id": format!("{at}"), "businessAccountId": 436_601_234_567_i64, "name": format!("picture_{at}"),
            "language": "en_US", "status": "APPROVED", "category": "MARKETING", "structure": {
                "header": { "format": "IMAGE", "example": sample }, "type": "MEDIA",
                "body": { "text": format!("The tourer number {at} has arrived in our shop.") } } })
    };
    let workspace = holding(account, &[]);
    workspace.seed(&SAMPLES.iter().enumerate().map(template).collect::<Vec<_>>());
    imports_and_adopts(&workspace);
}
