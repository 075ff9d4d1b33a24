//! One workspace, accounts of all four providers: planned and applied side by side, each on its own.

use jiff::SignedDuration;
use letterpress::sandbox::{Config, Effect, Fault, Operation, admin};
use serde_json::{Value, json};

use crate::{
    harness::{Workspace, actions, rules},
    importing::copy,
};

/// Accounts by name, and where the sandbox keeps them.
const PLACES: [(&str, &str); 5] = [
    ("direct", "100200300"),
    ("infobip", "infobip/447700900123"),
    ("partner", "360dialog/fw1WA"),
    ("channel", "360dialog/fw2WA"),
    ("vonage", "vonage/100200400"),
];

const ACCOUNTS: &str = "\
version: 1
workspace: fernweh-crm
defaults: {accounts: [direct, infobip, partner, channel, vonage]}
accounts:
  direct: {provider: meta, waba_id: \"100200300\", sandbox: true}
  infobip: {provider: infobip, sender: \"447700900123\", sandbox: true}
  partner: {provider: 360dialog, partner_id: fw0PA, waba_account_id: fw1WA, sandbox: true}
  channel: {provider: 360dialog, waba_account_id: fw2WA, sandbox: true}
  vonage: {provider: vonage, waba_id: \"100200400\", sandbox: true}
";

const FAMILY: &str = "\
name: bell_ready
category: UTILITY
parameters:
  - customer: Ada
  - day: Monday
buttons:
  - {type: URL, text: See it, url: \"https://fernweh.example/b/{{customer}}\"}
  - {type: QUICK_REPLY, text: Thank you}
languages:
  en_US:
    header: Your bell, {{customer}}
    body: Hi {{customer}}, your new bell is ready for you on {{day}} in the shop.
    footer: Fernweh Cycles
  de:
    header: Deine Klingel, {{customer}}
    body: Hallo {{customer}}, deine neue Klingel ist am {{day}} im Laden für dich bereit.
    footer: Fernweh Cycles
    buttons: [Ansehen, Danke]
";

/// A workspace over all providers, reviews of a moment.
fn mixed(config: &str, families: &str) -> Workspace {
    let workspace = Workspace::of(config);
    workspace.templates(families);
    for (_, place) in PLACES {
        let config = Config { review_delay: SignedDuration::ZERO, reject_duplicates: false, ..Config::default() };
        admin::configure(&workspace.sandbox(), place, config).unwrap();
    }
    workspace
}

/// Names of the accounts and their errors.
fn errors(plan: &Value) -> Vec<(&str, bool)> {
    let accounts = plan["accounts"].as_array().unwrap().iter();
    accounts.map(|account| (account["account"].as_str().unwrap(), !account["error"].is_null())).collect()
}

/// Whether an account waits for something, by its plan.
fn held<'p>(plan: &'p Value, account: &str) -> Vec<&'p str> {
    let accounts = plan["accounts"].as_array().unwrap();
    let found = accounts.iter().find(|known| known["account"] == account).unwrap();
    found["actions"].as_array().unwrap().iter().flat_map(rules).collect()
}

#[test]
fn one_family_goes_everywhere_and_stays_as_it_is() {
    let workspace = mixed(ACCOUNTS, FAMILY);
    let plan = workspace.plan(&[]);
    assert_eq!(errors(&plan), PLACES.map(|(name, _)| (name, false)));
    assert_eq!(actions(&plan).len(), 2);
    // Once for an account, and only where it is assumed.
    let accounts = plan["accounts"].as_array().unwrap();
    let assumed = |account: &Value| {
        let seen = account["observations"].as_array().unwrap();
        seen.iter().filter(|seen| seen["rule"] == "assumed-limit").count()
    };
    assert_eq!(accounts.iter().map(assumed).collect::<Vec<_>>(), [0, 1, 1, 1, 1]);
    workspace.apply(&[]).ends(0).says("Apply: 10 applied in 5 accounts.");
    workspace.run(&["plan", "--detailed-exitcode"]).ends(0).says("No changes to the account. 10 unchanged.");
    workspace.run(&["drift"]).ends(0);
    workspace.run(&["status", "--require", "approved"]).ends(0);
    for (name, head, edits) in [
        ("infobip", "infobip (infobip, sandbox, sender 447700900123)", "edits left: 1 today, 10 of 10 in 30 days"),
        ("channel", "channel (360dialog, sandbox, WABA account fw2WA)", "no edits through this API"),
    ] {
        let status = workspace.run(&["status", "--account", name]).ends(0);
        status.says(head);
        status.says(edits);
        workspace.run(&["doctor", "--account", name]).ends(0).says(head);
    }

    // A word is one edit wherever there are edits; elsewhere the plan says what to do instead.
    admin::advance(&workspace.sandbox(), None, SignedDuration::from_hours(25)).unwrap();
    workspace.templates(&FAMILY.replace("in the shop", "in our shop"));
    let plan = workspace.plan(&[]);
    for (name, _) in PLACES {
        let wanted: &[&str] = if name == "channel" { &["capability"] } else { &[] };
        assert_eq!(held(&plan, name), wanted, "{name}");
    }
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(9).says("edits no template");
    let edits = requests.iter().filter(|request| request.operation == Operation::Edit).count();
    assert_eq!(edits, 4);
    let plan = workspace.plan(&[]);
    assert_eq!(plan["summary"]["kinds"]["edit"], 1, "{plan:#}");
}

#[test]
fn one_account_that_fails_leaves_the_others_done() {
    for (broken, place) in PLACES {
        let workspace = mixed(ACCOUNTS, FAMILY);
        let config = Config { token: Some("another-key-than-ours".into()), ..Config::default() };
        admin::configure(&workspace.sandbox(), place, config).unwrap();
        let output = workspace.run(&["plan", "--format", "json"]).ends(10);
        let plan = output.json();
        let failed: Vec<&str> = errors_of(&plan);
        assert_eq!(failed, [broken]);
        let applied = workspace.apply(&[]).ends(10);
        applied.says("8 applied in 4 accounts");
        applied.says(&format!("Not worked on: {broken};"));
        applied.says("`letterpress doctor` says what to do.");
        admin::configure(&workspace.sandbox(), place, Config::default()).unwrap();
        workspace.apply(&[]).ends(0).says("2 applied in");
    }
}

fn errors_of(plan: &Value) -> Vec<&str> {
    let accounts = plan["accounts"].as_array().unwrap().iter();
    accounts.filter(|account| !account["error"].is_null()).map(|account| account["account"].as_str().unwrap()).collect()
}

#[test]
fn a_write_that_one_provider_refuses_is_partial() {
    for dialect in ["infobip", "360dialog", "360dialog-waba", "vonage"] {
        let workspace = mixed(ACCOUNTS, FAMILY);
        let refusal =
            Effect::Error { status: 400, code: 100, subcode: None, message: "No such thing".into(), transient: false };
        workspace.faults(vec![Fault { dialect: Some(dialect.into()), ..Fault::new(refusal).on(Operation::Create) }]);
        workspace.apply(&[]).ends(10).says("No such thing");
        workspace.apply(&[]).ends(0);
        workspace.run(&["plan", "--detailed-exitcode"]).ends(0);
    }
}

#[test]
fn production_waits_until_staging_is_approved_whatever_the_provider() {
    for (name, place) in
        [("infobip", "infobip/447700900123"), ("partner", "360dialog/fw1WA"), ("vonage", "vonage/100200400")]
    {
        let lines = ACCOUNTS.lines().map(|line| match line.trim_start().starts_with(&format!("{name}:")) {
            true => line.replace("sandbox: true", "sandbox: true, after: direct"),
            false => line.to_owned(),
        });
        let config = lines
            .collect::<Vec<_>>()
            .join("\n")
            .replace("[direct, infobip, partner, channel, vonage]", &format!("[direct, {name}]"));
        let workspace = mixed(&format!("{config}\n"), FAMILY);
        let slow = Config { review_delay: SignedDuration::from_hours(1), ..Config::default() };
        admin::configure(&workspace.sandbox(), "100200300", slow).unwrap();
        let first = workspace.apply(&[]).ends(8).to_string();
        let ledger = "A ledger is started for ";
        assert_eq!(first.matches(ledger).count(), 1, "nothing was noted of {name}: {first}");
        assert_eq!(held(&workspace.plan(&[]), name), ["promotion", "promotion"]);
        assert_eq!(admin::templates(&workspace.sandbox(), place).unwrap().len(), 0);
        admin::advance(&workspace.sandbox(), Some("100200300"), SignedDuration::from_hours(2)).unwrap();
        let second = workspace.apply(&[]).ends(0).to_string();
        assert_eq!(second.matches(ledger).count(), 1, "{second}");
        assert_eq!(admin::templates(&workspace.sandbox(), place).unwrap().len(), 2);
    }
}

#[test]
fn a_name_is_deleted_whole_with_one_request_where_the_provider_knows_nothing_smaller() {
    let workspace = mixed(ACCOUNTS, FAMILY);
    workspace.apply(&[]).ends(0);
    // One language of two.
    workspace.write("letterpress.yaml", format!("{ACCOUNTS}removed: [{{name: bell_ready, languages: [de]}}]\n"));
    let english = FAMILY.split_once("  de:\n").unwrap().0;
    workspace.templates(english);
    let plan = workspace.plan(&[]);
    for (name, _) in PLACES {
        let wanted: &[&str] = if ["infobip", "channel"].contains(&name) { &["delete-scope"] } else { &[] };
        assert_eq!(held(&plan, name), wanted, "{name}");
    }
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(9).says("deletes only whole names");
    assert_eq!(requests.iter().filter(|request| request.operation == Operation::Delete).count(), 3);
    // The way out that the plan names.
    let kept = format!("{ACCOUNTS}removed: [{{name: bell_ready, languages: [de], keep: true}}]\n");
    workspace.write("letterpress.yaml", kept);
    let plan = workspace.plan(&[]);
    assert!(PLACES.iter().all(|(name, _)| held(&plan, name).is_empty()), "{plan:#}");
    // All languages.
    workspace.write("letterpress.yaml", format!("{ACCOUNTS}removed: [{{name: bell_ready}}]\n"));
    workspace.templates("name: other_bell\ncategory: UTILITY\nlanguages: {en_US: {body: Another bell is ready.}}\n");
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(0);
    let deletions = requests.iter().filter(|request| request.operation == Operation::Delete);
    assert_eq!(deletions.count(), 5);
    for (name, place) in PLACES {
        let left: Vec<Value> = admin::templates(&workspace.sandbox(), place).unwrap();
        let names: Vec<&str> = left.iter().map(|template| template["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["other_bell"], "{name}");
    }
    workspace.run(&["plan", "--detailed-exitcode"]).ends(0);
}

/// The example workspace, wherever it is built.
fn example() -> Workspace {
    let workspace = Workspace::of(ACCOUNTS);
    let folder = camino::Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("templates.example");
    copy(&workspace, &folder, camino::Utf8Path::new(""));
    workspace
}

#[test]
fn the_example_goes_to_each_provider_and_comes_back_from_it() {
    let accounts = [
        ("playground", "1", 30),
        ("infobip", "infobip/447700900123", 20),
        ("partner", "360dialog/FwCyclesWA", 20),
        ("waba", "360dialog/FwShopWA", 20),
        ("vonage", "vonage/2", 10),
    ];
    for (name, place, least) in accounts {
        let workspace = example();
        let only = ["--account", name];
        workspace.apply(&only).ends(0);
        let held = admin::templates(&workspace.sandbox(), place).unwrap().len();
        assert!(held > least, "{name} holds {held}");
        workspace.run(&[&["plan", "--detailed-exitcode"], only.as_slice()].concat()).ends(0).says("No changes");
        workspace.run(&[&["drift"], only.as_slice()].concat()).ends(0).says("in sync");

        for gone in ["templates", "media", ".letterpress/ledger"] {
            std::fs::remove_dir_all(workspace.sandbox().parent().unwrap().parent().unwrap().join(gone)).unwrap();
        }
        let output = workspace.run(&[&["import"], only.as_slice()].concat()).ends(0);
        assert!(!output.stdout.contains("not exact"), "{output}");
        workspace.run(&["validate"]).ends(0);
        let plan = workspace.plan(&only);
        assert!(actions(&plan).iter().all(|action| action["kind"] == "adopt"), "{name}: {plan:#}");
        assert_eq!(actions(&plan).len(), held, "{name}: {output}");
        workspace.apply(&only).ends(0);
        workspace.run(&[&["plan", "--detailed-exitcode"], only.as_slice()].concat()).ends(0);
    }
}

#[test]
fn what_was_changed_by_hand_is_never_promised_back_where_there_are_no_edits() {
    let workspace = mixed(&ACCOUNTS.replace("[direct, infobip, partner, channel, vonage]", "[channel]"), FAMILY);
    workspace.apply(&[]).ends(0);
    let by_hand = json!([{"type": "BODY", "text": "Somebody else wrote this."}]);
    admin::hand_edit(&workspace.sandbox(), "360dialog/fw2WA", "bell_ready", "en_US", &by_hand).unwrap();
    let drift = workspace.run(&["drift"]).ends(2);
    drift.says("keep it: write it into");
    assert!(!drift.to_string().contains("--revert-drift"), "{drift}");
    let plan = workspace.plan(&[]);
    assert_eq!(held(&plan, "channel"), ["overwrites-hand-edit", "breaks-senders", "capability"]);
    assert!(!plan.to_string().contains("--revert-drift"), "{plan:#}");
    workspace.apply(&["--revert-drift", "*"]).ends(9);
}

#[test]
fn what_the_documented_limit_leaves_no_room_for_is_left_to_the_next_run() {
    let family = |at: usize| {
        format!("name: bell_{at}\ncategory: UTILITY\nlanguages: {{en_US: {{body: Your bell number {at} is ready.}}}}\n")
    };
    let families: Vec<String> = (0..61).map(family).collect();
    let config = ACCOUNTS.replace("[direct, infobip, partner, channel, vonage]", "[partner]");
    let workspace = mixed(&config, &families.join("---\n"));
    // 60 writes a minute: the one beyond waits for the first to leave the window.
    let plan = workspace.plan(&[]);
    assert_eq!(plan["accounts"][0]["estimate"], serde_json::json!({ "requests": 61, "at_least_seconds": 60 }));
    let (output, requests) = workspace.requests_of(|| workspace.apply(&["--for", "40s"]));
    output.ends(8).says("--for");
    let creates: Vec<_> = requests.iter().filter(|request| request.operation == Operation::Create).collect();
    assert_eq!(creates.len(), 60);
    assert!(creates.iter().all(|request| request.status == Some(201)), "{creates:?}");
}

/// Written by name and sent by number: the order is what senders go by, and neither texts nor counts show that it changed.
#[test]
fn parameters_that_change_places_break_senders() {
    let workspace = mixed(ACCOUNTS, FAMILY);
    workspace.apply(&[]).ends(0);
    admin::advance(&workspace.sandbox(), None, SignedDuration::from_hours(25)).unwrap();
    let swapped = FAMILY.replace("  - customer: Ada\n  - day: Monday\n", "  - day: Monday\n  - customer: Ada\n");
    assert_ne!(swapped, FAMILY);
    workspace.templates(&swapped);
    let plan = workspace.plan(&[]);
    for (name, _) in PLACES {
        let wanted: &[&str] = match name {
            // Meta's own are sent by name.
            "direct" => &[],
            "channel" => &["breaks-senders", "breaks-senders", "capability", "capability"],
            _ => &["breaks-senders", "breaks-senders"],
        };
        let mut rules = held(&plan, name);
        rules.sort_unstable();
        assert_eq!(rules, wanted, "{name}: {plan:#}");
    }
    let wording = FAMILY.replace(
        "Hi {{customer}}, your new bell is ready for you on {{day}} in the shop.",
        "On {{day}} your new bell is ready for you in the shop, {{customer}}, see you.",
    );
    assert_ne!(wording, FAMILY);
    workspace.templates(&wording);
    let plan = workspace.plan(&[]);
    assert!(PLACES.iter().all(|(name, _)| !held(&plan, name).contains(&"breaks-senders")), "{plan:#}");
}
