//! Accounts that show something else than was sent: odd samples, hidden flags. Import writes files that every later plan
//! can work with.

use std::fs;

use serde_json::{Value, json};

use crate::harness::{Output, WABA, Workspace, actions, writes};

/// The providers that show Meta's components, with the places of their embedded accounts.
pub(super) const ACCOUNTS: [(&str, &str); 4] = [
    (WABA, "{provider: meta, waba_id: \"100200300\", sandbox: true}"),
    ("360dialog/fernWA", "{provider: 360dialog, partner_id: fernPA, waba_account_id: fernWA, sandbox: true}"),
    ("360dialog/fernWA", "{provider: 360dialog, waba_account_id: fernWA, sandbox: true}"),
    ("vonage/100200300", "{provider: vonage, waba_id: \"100200300\", sandbox: true}"),
];

/// A workspace without templates whose account holds these, each given with Meta's fields.
pub(super) fn holding((place, account): (&'static str, &str), templates: &[Value]) -> Workspace {
    let workspace =
        Workspace::at(place, &format!("version: 1\nworkspace: fernweh-crm\naccounts:\n  shop: {account}\n"));
    let complete = |(at, template): (usize, &Value)| {
        let mut template = template.clone();
        template["id"] = if place.starts_with("360") { format!("{at:020}WT") } else { format!("4711{at}") }.into();
        template["status"] = "APPROVED".into();
        template
    };
    workspace.seed(&templates.iter().enumerate().map(complete).collect::<Vec<_>>());
    workspace
}

/// Import ends with 0, and what follows has nothing to do but to adopt.
#[track_caller]
pub(super) fn imports_and_adopts(workspace: &Workspace) -> Output {
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
    // Also in other shapes, and where several templates show the same.
    for (at, example) in [
        json!("FOO"),
        json!({ "header_handle": ["FOO", "4::YQ=="] }),
        json!({ "header_handle": ["https://127.0.0.1:1/x.png", "FOO"] }),
        json!({ "header_handle": "https://127.0.0.1:1/x.png" }),
    ]
    .into_iter()
    .enumerate()
    {
        let mut odd = template(at, "");
        odd["name"] = format!("odd_{at}").into();
        odd["components"][0]["example"] = example;
        odd["components"][1]["text"] = format!("The racer number {at} has arrived in our shop.").into();
        templates.push(odd);
    }
    for account in ACCOUNTS {
        let workspace = holding(account, &templates);
        let imported = imports_and_adopts(&workspace);
        let report = imported.json();
        let missing = report["missing_samples"].as_array().unwrap();
        assert_eq!(missing.len(), SAMPLES.len() + 7, "{imported}");
        assert!(missing.iter().all(|sample| sample["reason"] != "it was not fetched"), "{imported}");
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

/// A one-time code as lists without flags show it.
fn code(name: &str, body: &str, footer: Option<&str>, query: &str) -> Value {
    let url = |code: &str| format!("https://www.whatsapp.com/otp/code/?{query}&code=otp{code}");
    let mut components = vec![json!({ "type": "BODY", "text": body, "example": { "body_text": [["123456"]] } })];
    components.extend(footer.map(|text| json!({ "type": "FOOTER", "text": text })));
    components.push(json!({ "type": "BUTTONS", "buttons": [
        { "type": "URL", "text": "Copy code", "url": url("{{1}}"), "example": [url("123456")] }] }));
    json!({ "name": name, "language": "en_US", "category": "AUTHENTICATION", "components": components })
}

const SAFE: &str = "*{{1}}* is your verification code. For your security, do not share this code.";
const BARE: &str = "*{{1}}* is your verification code.";

#[test]
fn flags_of_one_time_codes_that_are_not_shown_are_read_from_texts_and_address() {
    let ten = "This code expires in 10 minutes.";
    let tap = "otp_type=ONE_TAP&cta_display_name=Autofill&package_name=at.fernweh.app&signature_hash=K8a%2FAIN%2BGX7";
    let copy = "otp_type=COPY_CODE";
    let mut chinese = code(
        "chinese",
        "*{{1}}* 是你的验证码。为安全起见，请勿分享此验证码。",
        Some("此验证码将在 5 分钟后失效。"),
        copy,
    );
    chinese["language"] = json!("zh_CN");
    let mut thai = code("thai", "*{{1}}* คือรหัสยืนยันของคุณ", Some("รหัสนี้จะหมดอายุใน 15 นาที"), copy);
    thai["language"] = json!("th");
    let templates = [
        code("safe", SAFE, Some(ten), copy),
        code("bare", BARE, None, copy),
        code("told", SAFE, None, "otp_type=COPY_CODE&code_expiration_minutes=7"),
        code("tapped", BARE, Some(ten), &format!("{tap}&code_expiration_minutes=10")),
        code("free", "Use code *{{1}}* to pay {{2}} at our shop.", None, copy),
        chinese,
        thai,
    ];
    for account in ACCOUNTS {
        let workspace = holding(account, &templates);
        let imported = imports_and_adopts(&workspace);
        let file = |name: &str| fs::read_to_string(workspace.root.join(format!("templates/{name}.yaml"))).unwrap();
        let has = |name: &str, parts: &[&str]| {
            for part in parts {
                assert!(file(name).contains(part), "{part} in {}", file(name));
            }
        };
        has("safe", &["add_security_recommendation: true", "code_expiration_minutes: 10"]);
        has("bare", &["add_security_recommendation: false"]);
        assert!(!file("bare").contains("footer"), "{}", file("bare"));
        has("told", &["code_expiration_minutes: 7"]);
        has("tapped", &["add_security_recommendation: false", "code_expiration_minutes: 10"]);
        has("tapped", &["package_name: at.fernweh.app", "signature_hash: K8a/AIN+GX7"]);
        has("free", &["Use code *{{1}}* to pay {{2}} at our shop."]);
        has("chinese", &["add_security_recommendation: true", "code_expiration_minutes: 5"]);
        has("thai", &["# The account does not show body.add_security_recommendation", "code_expiration_minutes: 15"]);
        let doubts =
            imported.json()["files"].as_array().unwrap().iter().filter(|f| f["not_shown"] != json!([])).count();
        assert_eq!(doubts, 1, "{imported}");
    }
}

/// What was applied with flags is shown without them, and by nobody's hand.
#[test]
fn a_managed_one_time_code_without_flags_is_as_it_was_applied() {
    let family = |name: &str, secure: bool, button: &str| {
        format!(
            "name: {name}\ncategory: AUTHENTICATION\nbody: {{add_security_recommendation: {secure}}}\nfooter: \
             {{code_expiration_minutes: 10}}\nbuttons: [{button}]\nlanguages: [en_US, es, de, pt_BR]\n---\n"
        )
    };
    let apps = "supported_apps: [{package_name: at.fernweh.app, signature_hash: K8a/AIN+GX7}, {package_name: \
                at.fernweh.two, signature_hash: K8a/AIN+GX8}]";
    let tap = format!("{{type: OTP, otp_type: ONE_TAP, autofill_text: Fill it in, {apps}}}");
    let families = family("safe", true, "{type: OTP, otp_type: COPY_CODE}")
        + &family("bare", false, "{type: OTP, otp_type: COPY_CODE}")
        + &family("tapped", true, &tap);
    for account in ACCOUNTS.into_iter().take(3) {
        let workspace = holding(account, &[]);
        workspace.templates(&families);
        workspace.apply(&[]).ends(0);
        workspace.settled();
        workspace.run(&["drift"]).ends(0);
        // What the text does tell is held against what was applied.
        let bare = code("safe", BARE, Some("This code expires in 10 minutes."), "otp_type=COPY_CODE");
        let before = workspace.live("safe/en_US")["components"].clone();
        workspace.hand_edit("safe", "en_US", &bare["components"]);
        workspace.run(&["drift"]).ends(2).says("add_security_recommendation");
        workspace.hand_edit("safe", "en_US", &before);
        workspace.run(&["drift"]).ends(0);
        // A ledger that is lost is no reason to see differences either.
        fs::remove_dir_all(workspace.root.join(".letterpress/ledger")).unwrap();
        let plan = workspace.plan(&[]);
        assert!(actions(&plan).iter().all(|action| action["kind"] == "adopt"), "{plan:#}");
    }
}
