//! 360dialog through both its APIs: the binary on embedded accounts, and on a server with a real key.

mod others;
mod served;

use std::fs;

use letterpress::{
    ledger::Directory,
    sandbox::{Config, Effect, Fault, LoggedRequest, Operation, Verdict, admin},
};
use serde_json::json;

use crate::{
    fixtures::{EVERY_KIND, media},
    harness::{BELL, Workspace, actions, count, observed, only, rules, writes},
};

const PLACE: &str = "360dialog/fernWA";
const PARTNER: &str = "partner_id: fernPA, ";
/// Nothing more than the account: the API at WABA level.
const CHANNEL: &str = "";
const BOTH: [&str; 2] = [PARTNER, CHANNEL];
/// What 360dialog documents for neither API.
const BLOCKED: [&str; 4] = ["may_we_call", "one_product", "order_details", "two_products"];

const HORN: &str = "\
---
name: horn_ready
category: UTILITY
languages:
  en_US: {body: Your new horn can be fetched from tomorrow on.}
  de: {body: Deine neue Hupe liegt ab morgen zum Abholen bereit.}
";

fn config(api: &str, more: &str) -> String {
    format!(
        "version: 1\nworkspace: fernweh-crm\naccounts:\n  shop: {{provider: 360dialog, {api}waba_account_id: fernWA, {more}}}\n"
    )
}

/// A workspace with one embedded account.
struct Shop(Workspace);

impl Shop {
    fn of(api: &str, families: &str) -> Self {
        let shop = Self(Workspace::at(PLACE, &config(api, "sandbox: true")));
        if !families.is_empty() {
            shop.0.templates(families);
        }
        shop
    }

    fn configure(&self, change: impl FnOnce(&mut Config)) {
        self.0.configure(change);
    }

    fn holds(&self) -> Vec<String> {
        self.0.holds()
    }

    fn id(&self, key: &str) -> String {
        self.0.live(key)["id"].as_str().unwrap().to_owned()
    }

    fn body(&self, key: &str) -> String {
        self.0.body(key)
    }

    fn open(&self) -> usize {
        let directory = Directory::new(self.0.root.join(".letterpress/ledger"));
        directory.read("360dialog-fernWA").unwrap().unwrap().open.len()
    }

    /// Applies and gives what was asked.
    fn applied(&self, code: i32) -> Vec<LoggedRequest> {
        self.0.requests_of(|| self.0.apply(&[]).ends(code)).1
    }
}

fn shown(requests: &[LoggedRequest]) -> Vec<String> {
    requests.iter().map(|request| format!("{} {} {}", request.dialect, request.method, request.path)).collect()
}

/// Every family of every kind.
fn every_kind(api: &str) -> Shop {
    let shop = Shop::of(api, "");
    media(&shop.0);
    for (kind, families) in EVERY_KIND {
        // Names go over the wire by number here, so each needs its place, also the one of a link.
        let families = families.replace("  - day: Monday\n", "  - day: Monday\n  - order: A7\n");
        shop.0.write(&format!("templates/{kind}.yaml"), families);
    }
    shop
}

/// Holds if a plan has nothing left but what 360dialog does not take.
#[track_caller]
fn only_blocked_are_left(shop: &Shop) {
    let plan = shop.0.plan(&[]);
    let mut left: Vec<&str> = actions(&plan).iter().map(|action| action["name"].as_str().unwrap()).collect();
    left.sort_unstable();
    assert_eq!(left, BLOCKED, "{plan:#}");
    assert!(actions(&plan).iter().all(|action| rules(action) == ["capability"]), "{plan:#}");
}

#[test]
fn apply_then_plan_is_empty_for_every_kind_of_component() {
    for api in BOTH {
        for examples in ["ignore", "edit"] {
            let shop = every_kind(api);
            let policy = format!("{}policy: {{examples: {examples}}}\n", config(api, "sandbox: true"));
            shop.0.write("letterpress.yaml", policy);
            shop.applied(9);
            assert!(shop.holds().len() >= 20);
            assert!(shop.holds().iter().all(|key| !BLOCKED.iter().any(|name| key.starts_with(name))));
            only_blocked_are_left(&shop);
            let requests = shop.applied(9);
            assert_eq!((requests.len(), count(&requests, Operation::List)), (1, 1), "{api} {examples}");
        }
    }
}

#[test]
fn a_create_goes_to_the_right_api_with_its_own_fields() {
    for (api, dialect, path) in [
        (PARTNER, "360dialog", "/api/v2/partners/fernPA/waba_accounts/fernWA/waba_templates"),
        (CHANNEL, "360dialog-waba", "/v1/configs/templates"),
    ] {
        let shop = Shop::of(api, &format!("{BELL}{HORN}"));
        let requests = shop.applied(0);
        let mut wanted = vec![format!("{dialect} GET {path}")];
        wanted.extend(std::iter::repeat_n(format!("{dialect} POST {path}"), 3));
        if api == CHANNEL {
            // The first template of an empty account is looked at: it tells which account the key opens.
            wanted.insert(2, format!("{dialect} GET {path}"));
        }
        assert_eq!(shown(&requests), wanted);
        let sent = requests.iter().find(|r| r.template.as_deref() == Some("bell_ready/en_US")).unwrap();
        assert_eq!(
            sent.body,
            Some(json!({ "name": "bell_ready", "category": "UTILITY", "language": "en_US", "components": [
                { "type": "BODY", "text": "Your new bell is ready, pick it up in Graz." }] }))
        );
        shop.0.settled();
        assert_eq!(shop.holds(), ["bell_ready/en_US", "horn_ready/de", "horn_ready/en_US"]);
    }
}

#[test]
fn one_word_is_one_edit_for_the_partner() {
    let shop = Shop::of(PARTNER, &format!("{BELL}{HORN}"));
    shop.applied(0);
    shop.0.templates(&format!("{}{HORN}", BELL.replace("pick it up", "fetch it")));
    let plan = shop.0.plan(&[]);
    assert_eq!((&only(&plan)["kind"], &only(&plan)["changes"][0]["path"]), (&json!("edit"), &json!("body.text")));
    let id = shop.id("bell_ready/en_US");
    let requests = shop.applied(0);
    let base = "/api/v2/partners/fernPA/waba_accounts/fernWA/waba_templates";
    assert_eq!(shown(&requests), [format!("360dialog GET {base}"), format!("360dialog POST {base}/{id}")]);
    assert!(id.ends_with("WT"));
    assert_eq!(
        requests[1].body,
        Some(json!({ "components": [{ "type": "BODY", "text": "Your new bell is ready, fetch it in Graz." }] })),
        "an approved template refuses a category"
    );
    assert_eq!(shop.body("bell_ready/en_US"), "Your new bell is ready, fetch it in Graz.");
    shop.0.settled();
}

#[test]
fn one_word_at_waba_level_is_refused_with_a_way_out() {
    let shop = Shop::of(CHANNEL, BELL);
    shop.applied(0);
    shop.0.templates(&BELL.replace("pick it up", "fetch it"));
    let plan = shop.0.plan(&[]);
    assert_eq!((&only(&plan)["kind"], rules(only(&plan))), (&json!("edit"), vec!["capability"]));
    shop.0.run(&["plan"]).says("replaces");
    let requests = shop.applied(9);
    assert_eq!(writes(&requests), [] as [&str; 0]);
}

#[test]
fn the_partner_deletes_by_id_one_language_at_a_time() {
    let shop = Shop::of(PARTNER, &format!("{BELL}{HORN}"));
    shop.applied(0);
    let id = shop.id("horn_ready/de");
    let without_german: String = HORN.lines().filter(|line| !line.contains("de:")).map(|l| format!("{l}\n")).collect();
    let removed = "removed: [{name: horn_ready, languages: [de], reason: nobody reads it}]\n---\n";
    shop.0.templates(&format!("{removed}{BELL}{without_german}"));
    let requests = shop.applied(0);
    assert_eq!(writes(&requests), ["delete horn_ready/de"]);
    assert!(requests.iter().any(|r| r.method == "DELETE" && r.path.ends_with(&id)), "{requests:#?}");
    assert_eq!(shop.holds(), ["bell_ready/en_US", "horn_ready/en_US"]);
    shop.0.settled();
}

#[test]
fn at_waba_level_only_whole_names_go_in_one_request() {
    let shop = Shop::of(CHANNEL, &format!("{BELL}{HORN}"));
    shop.applied(0);
    let without_german: String = HORN.lines().filter(|line| !line.contains("de:")).map(|l| format!("{l}\n")).collect();
    let removed = "removed: [{name: horn_ready, languages: [de], reason: nobody reads it}]\n---\n";
    shop.0.templates(&format!("{removed}{BELL}{without_german}"));
    assert_eq!(rules(only(&shop.0.plan(&[]))), ["delete-scope"]);
    assert_eq!(writes(&shop.applied(9)), [] as [&str; 0]);
    shop.0.templates(&format!("removed: [horn_ready]\n---\n{BELL}"));
    let requests = shop.applied(0);
    let deletions: Vec<String> = shown(&requests).into_iter().filter(|line| line.contains("DELETE")).collect();
    assert_eq!(deletions, ["360dialog-waba DELETE /v1/configs/templates/horn_ready"]);
    assert_eq!(shop.holds(), ["bell_ready/en_US"]);
    shop.0.settled();
}

#[test]
fn import_then_plan_is_empty_for_every_kind_of_component() {
    for api in BOTH {
        let shop = every_kind(api);
        // What the partner's account shows of pictures is at no address of this machine.
        for kind in ["media", "offers", "carousel"].into_iter().filter(|_| api == PARTNER) {
            fs::remove_file(shop.0.root.join(format!("templates/{kind}.yaml"))).unwrap();
        }
        shop.applied(9);
        let held = shop.holds().len();
        for gone in ["templates", "media", ".letterpress/ledger"] {
            fs::remove_dir_all(shop.0.root.join(gone)).unwrap();
        }
        let (output, requests) = shop.0.requests_of(|| shop.0.run(&["import"]));
        let output = output.ends(0);
        assert!(!output.stdout.contains("not exact"), "{output}");
        assert_eq!(writes(&requests), [] as [&str; 0]);
        let plan = shop.0.run(&["plan", "--detailed-exitcode"]).ends(0);
        plan.says(&format!("No changes to the account; {held} templates will be adopted"));
        assert_eq!(writes(&shop.applied(0)), [] as [&str; 0]);
        shop.0.settled();
    }
}

#[test]
fn a_hand_edit_is_drift_and_is_held() {
    for api in BOTH {
        let shop = Shop::of(api, &format!("{BELL}{HORN}"));
        shop.applied(0);
        shop.0.run(&["drift"]).ends(0);
        let words = json!([{ "type": "BODY", "text": "Your new bell is here, pick it up in Graz." }]);
        admin::hand_edit(&shop.0.sandbox(), PLACE, "bell_ready", "en_US", &words).unwrap();
        shop.0.run(&["drift"]).ends(2).says("bell_ready/en_US");
        let plan = shop.0.plan(&[]);
        assert!(rules(only(&plan)).contains(&"overwrites-hand-edit"), "{plan:#}");
        assert_eq!(writes(&shop.applied(if api == PARTNER { 6 } else { 9 })), [] as [&str; 0]);
        shop.0.run(&["import", "--update", "--select", "bell_ready"]);
        shop.0.templates(&format!("{}{HORN}", BELL.replace("is ready", "is here")));
        shop.applied(0);
        shop.0.settled();
        shop.0.run(&["drift"]).ends(0);
    }
}

#[test]
fn what_the_account_says_of_a_template_is_read() {
    let shop = Shop::of(PARTNER, &format!("{BELL}{HORN}"));
    shop.applied(0);
    let say = |name: &str, verdict: Verdict| {
        admin::review(&shop.0.sandbox(), PLACE, name, None, &verdict).unwrap();
    };
    say("bell_ready", Verdict::Reject { reason: "INVALID_FORMAT".to_owned() });
    say("horn_ready", Verdict::Recategorise { category: "MARKETING".to_owned(), announced: false });
    let plan = shop.0.plan(&[]);
    assert!(observed(&plan).contains(&("rejected".to_owned(), "bell_ready".to_owned())), "{plan:#}");
    assert!(observed(&plan).contains(&("recategorized".to_owned(), "horn_ready".to_owned())), "{plan:#}");
    shop.0.run(&["plan"]).says("INVALID_FORMAT");
}

#[test]
fn two_thousand_templates_are_three_requests() {
    for api in BOTH {
        let shop = Shop::of(api, BELL);
        let row = |at: usize| {
            json!({ "id": format!("{at:020}WT"), "name": format!("bike_{at}"), "language": "en_US",
                "category": "UTILITY", "status": "approved", "waba_account_id": "fernWA",
                "components": [{ "type": "BODY", "text": format!("Your bike {at} is ready.") }] })
        };
        admin::seed(&shop.0.sandbox(), PLACE, &(0..2100).map(row).collect::<Vec<_>>()).unwrap();
        let (plan, requests) = shop.0.requests_of(|| shop.0.plan(&[]));
        assert_eq!((&plan["accounts"][0]["live"], &plan["accounts"][0]["requests"]), (&json!(2100), &json!(3)));
        assert_eq!(count(&requests, Operation::List), 3);
        shop.configure(|config| config.page_cap = Some(300));
        let (plan, requests) = shop.0.requests_of(|| shop.0.plan(&[]));
        assert_eq!(
            (&plan["accounts"][0]["live"], requests.len()),
            (&json!(2100), 7),
            "the account's own measure counts"
        );
    }
}

#[test]
fn a_page_that_fails_is_no_plan() {
    let shop = Shop::of(CHANNEL, BELL);
    let row = |at: usize| {
        json!({ "name": format!("bike_{at}"), "language": "en_US", "category": "UTILITY", "status": "approved",
            "components": [{ "type": "BODY", "text": "Ready." }] })
    };
    admin::seed(&shop.0.sandbox(), PLACE, &(0..30).map(row).collect::<Vec<_>>()).unwrap();
    shop.configure(|config| config.page_cap = Some(10));
    shop.0.faults(vec![Fault::new(Effect::Garbage).on(Operation::List).skip(2)]);
    shop.0.run(&["plan"]).ends(5);
    shop.0.apply(&[]).ends(0);
}

/// A create and an edit whose answers are lost while the account cannot be looked at either: the next run settles them.
#[test]
fn lost_answers_are_settled_by_the_next_run_without_a_second_write() {
    let blind = |operation| {
        let refused =
            Effect::Error { status: 401, code: 0, subcode: None, message: "not now".to_owned(), transient: false };
        vec![Fault::new(Effect::LostAnswer).on(operation), Fault::new(refused).on(Operation::List).skip(1).times(1)]
    };
    for api in BOTH {
        let shop = Shop::of(api, BELL);
        shop.0.faults(blind(Operation::Create));
        shop.0.apply(&[]).ends(10).says("unknown");
        assert_eq!((shop.open(), shop.holds().len()), (1, 1));
        assert_eq!(writes(&shop.applied(0)), [] as [&str; 0]);
        assert_eq!(shop.open(), 0);
        shop.0.settled();
        if api == CHANNEL {
            continue;
        }
        shop.0.templates(&BELL.replace("pick it up", "fetch it"));
        shop.0.faults(blind(Operation::Edit));
        shop.0.apply(&[]).ends(10).says("unknown");
        assert_eq!(shop.open(), 1);
        assert_eq!(writes(&shop.applied(0)), [] as [&str; 0]);
        assert_eq!(shop.open(), 0);
        shop.0.settled();
    }
}

#[test]
fn a_refusal_is_shown_in_its_own_words_and_nothing_is_inferred_from_them() {
    let words = "The name that you have provided is already in use.";
    let envelopes = [
        (PARTNER, json!({ "meta": { "success": false, "http_code": 400, "developer_message": words } })),
        (CHANNEL, json!({ "meta": { "success": false, "http_code": 400 }, "errors": [{ "code": 1, "title": words }] })),
        (CHANNEL, json!({ "error": words })),
    ];
    for (api, body) in envelopes {
        let shop = Shop::of(api, BELL);
        shop.0.faults(vec![Fault::new(Effect::Http { status: 400, body }).on(Operation::Create)]);
        let (output, requests) = shop.0.requests_of(|| shop.0.apply(&[]));
        output.ends(10).says(words);
        assert_eq!((writes(&requests).len(), shop.open()), (1, 0));
        shop.applied(0);
        shop.0.settled();
    }
}

#[test]
fn refused_for_the_rate_is_tried_again() {
    for api in BOTH {
        let shop = Shop::of(api, BELL);
        let slow = |operation| Fault::new(Effect::RateLimited { retry_after: 1 }).on(operation);
        shop.0.faults(vec![slow(Operation::List), slow(Operation::Create)]);
        let requests = shop.applied(0);
        let looks = if api == CHANNEL { 3 } else { 2 };
        assert_eq!((count(&requests, Operation::List), count(&requests, Operation::Create)), (looks, 2));
        assert_eq!(shop.holds(), ["bell_ready/en_US"]);
    }
}

#[test]
fn samples_go_as_public_urls_to_the_partner_and_are_uploaded_at_waba_level() {
    let picture = "name: bike_front\ncategory: MARKETING\nheader: {format: IMAGE, example: media/bike.png}\nlanguages:\n  \
                   en_US: {body: The new tourer seen from the front in our shop.}\n";
    for api in BOTH {
        let shop = Shop::of(api, picture);
        media(&shop.0);
        let requests = shop.applied(0);
        let sample = |requests: &[LoggedRequest]| {
            let sent = requests.iter().find(|r| matches!(r.operation, Operation::Create | Operation::Edit)).unwrap();
            sent.body.as_ref().unwrap()["components"][0]["example"]["header_handle"][0].as_str().unwrap().to_owned()
        };
        if api == PARTNER {
            assert_eq!(sample(&requests), "https://media.sandbox.invalid/media/bike.png");
            assert_eq!(count(&requests, Operation::Upload), 0);
        } else {
            assert!(sample(&requests).starts_with("4::"));
            assert_eq!(count(&requests, Operation::Upload), 2);
        }
        shop.0.settled();
        if api == PARTNER {
            shop.0.templates(&picture.replace("from the front", "from ahead"));
            assert_eq!(sample(&shop.applied(0)), "https://media.sandbox.invalid/media/bike.png");
            shop.0.settled();
        }
    }
}

#[test]
fn one_account_through_both_apis_has_one_ledger() {
    let both = format!(
        "{}  again: {{provider: 360dialog, waba_account_id: fernWA, sandbox: true}}\ndefaults: {{accounts: [shop, again]}}\n",
        config(PARTNER, "sandbox: true")
    );
    let shop = Shop(Workspace::of(&both));
    shop.configure(|_| {});
    shop.0.templates(&format!("{BELL}{HORN}"));
    shop.0.apply(&["--account", "shop"]).ends(0);
    let plan = shop.0.plan(&["--account", "again"]);
    assert_eq!((actions(&plan).len(), &plan["accounts"][0]["managed"]), (0, &json!(3)), "{plan:#}");
}
