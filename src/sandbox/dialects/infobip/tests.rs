//! The dialect, asked as a client would.

use camino::{Utf8Path, Utf8PathBuf};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::sandbox::dialects::wire::Call;
use crate::sandbox::rules::store::Store;
use crate::sandbox::server::exchange::answer;
use crate::sandbox::{Config, Effect, Fault, Operation, Verdict, admin, dialects};

const PLACE: &str = "infobip/436601234567";
const TEMPLATES: &str = "/whatsapp/2/senders/436601234567/templates";

/// A sandbox in a folder of its own.
struct Desk {
    _folder: tempfile::TempDir,
    root: Utf8PathBuf,
    store: Store,
}

impl Desk {
    fn new() -> Self {
        Self::with(|_| {})
    }

    fn with(change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap().to_owned();
        let mut config = Config { review_delay: SignedDuration::ZERO, ..Config::default() };
        change(&mut config);
        admin::configure(&root, PLACE, config).unwrap();
        let store = dialects::open(&root);
        Self { _folder: folder, root, store }
    }

    fn ask_as(&self, key: Option<&str>, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let (answer, _) = answer(
            &self.store,
            &Call {
                method: method.to_owned(),
                path: path.to_owned(),
                authorization: key.map(str::to_owned),
                body: if body.is_null() { Vec::new() } else { body.to_string().into_bytes() },
                server: "http://127.0.0.1:1".to_owned(),
                ..Call::default()
            },
        );
        (answer.status, serde_json::from_slice(&answer.body).unwrap_or_default())
    }

    fn ask(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        self.ask_as(Some("App key"), method, path, body)
    }

    fn one(&self, method: &str, id: &str, body: &Value) -> (u16, Value) {
        self.ask(method, &format!("{TEMPLATES}/{id}"), body)
    }

    fn create(&self, body: &Value) -> (u16, Value) {
        self.ask("POST", TEMPLATES, body)
    }

    /// Creates what has to go through; the template as it is shown.
    #[track_caller]
    fn made(&self, body: &Value) -> Value {
        let (status, shown) = self.create(body);
        assert_eq!(status, 201, "{shown}");
        shown
    }

    fn list(&self) -> Vec<Value> {
        let (status, list) = self.ask("GET", TEMPLATES, &Value::Null);
        assert_eq!(status, 200, "{list}");
        list["templates"].as_array().unwrap().clone()
    }
}

#[expect(clippy::needless_pass_by_value, reason = "reads better where it is called")]
fn body(name: &str, structure: Value) -> Value {
    json!({ "name": name, "language": "en_US", "category": "MARKETING", "structure": structure })
}

fn plain(name: &str) -> Value {
    body(name, json!({ "body": { "text": format!("The shop calls {name}: come and see our new tourers.") } }))
}

#[expect(clippy::needless_pass_by_value, reason = "reads better where it is called")]
fn code(structure: Value) -> Value {
    json!({ "name": "code", "language": "en_US", "category": "AUTHENTICATION", "structure": structure })
}

/// The field and reason of a refusal with 400.
#[track_caller]
fn refused((status, answer): (u16, Value)) -> (String, String) {
    assert_eq!(status, 400, "{answer}");
    let exception = &answer["requestError"]["serviceException"];
    assert_eq!((&exception["messageId"], &exception["text"]), (&json!("BAD_REQUEST"), &json!("Bad request")));
    let (field, reasons) = exception["validationErrors"].as_object().unwrap().iter().next().unwrap();
    (field.clone(), reasons[0].as_str().unwrap().to_owned())
}

#[test]
fn samples_are_taken_and_not_shown() {
    let desk = Desk::new();
    let shown = desk.made(&body("bell", json!({
        "header": { "format": "IMAGE", "example": "https://fernweh.example/a.png" },
        "body": { "text": "Hi {{1}}, your new bell is here.", "examples": ["Resi"] },
        "footer": { "text": "Fernweh Cycles" },
        "buttons": [
            { "type": "COPY_CODE", "example": "BELL10" },
            { "type": "URL", "text": "Look", "url": "https://fernweh.example/{{1}}", "example": "https://fernweh.example/b" },
            { "type": "PHONE_NUMBER", "text": "Call", "phoneNumber": "+43 316 555010" }],
        "shorteningOptions": { "customDomain": "f.example" } })));
    assert_eq!(
        shown["structure"],
        json!({
        "header": { "format": "IMAGE" },
        "body": { "text": "Hi {{1}}, your new bell is here." },
        "footer": { "text": "Fernweh Cycles" },
        "buttons": [
            { "type": "COPY_CODE", "text": "Copy offer code", "example": "BELL10" },
            { "type": "URL", "text": "Look", "url": "https://fernweh.example/{{1}}" },
            { "type": "PHONE_NUMBER", "text": "Call", "phoneNumber": "+43316555010" }],
        "shorteningOptions": { "customDomain": "f.example" },
        "type": "MEDIA" })
    );
    assert_eq!(shown["businessAccountId"], 436_601_234_567_i64);
    assert_eq!((&shown["quality"], &shown["category"]), (&json!("UNKNOWN"), &json!("MARKETING")));
    let time = shown["lastUpdatedAt"].as_str().unwrap();
    assert!(time.ends_with("+0000") && time.len() == "2024-01-01T00:00:00.000+0000".len(), "{time}");
    let id = shown["id"].as_str().unwrap();
    assert_eq!(desk.one("GET", id, &Value::Null).1["status"], "APPROVED");
    assert_eq!(desk.list().len(), 1);
    assert_eq!(desk.made(&plain("plain"))["structure"]["type"], "TEXT");
}

#[test]
fn special_parts_come_back_in_their_own_form() {
    let desk = Desk::new();
    let text = json!({ "text": "Two tours for the long weekend, which will it be?" });
    let card = |label: &str| {
        json!({ "header": { "format": "IMAGE", "example": "https://fernweh.example/a.png" },
        "body": { "text": "Shady and flat." }, "buttons": [{ "type": "QUICK_REPLY", "text": label }] })
    };
    let shown = desk.made(&body("tours", json!({ "body": text, "carousel": { "cards": [card("One"), card("Two")] } })));
    assert_eq!(
        shown["structure"]["carousel"]["cards"][1],
        json!({ "header": { "format": "IMAGE" },
        "body": { "text": "Shady and flat." }, "buttons": [{ "type": "QUICK_REPLY", "text": "Two" }] })
    );
    let offer = json!({ "text": "Until Sunday", "hasExpiration": true });
    let buttons = json!([{ "type": "COPY_CODE", "example": "SUNDAY" },
        { "type": "URL", "text": "Look", "url": "https://fernweh.example" }]);
    let tyres = json!({ "text": "New tyres at half the usual price." });
    let shown = desk.made(&body("offer", json!({ "body": tyres, "buttons": buttons, "limitedTimeOffer": offer })));
    assert_eq!(shown["structure"]["limitedTimeOffer"], offer);
    let ring = json!({ "text": "May we call you about your order?" });
    let shown = desk.made(&body("call", json!({ "body": ring, "callPermissionRequest": {} })));
    assert_eq!(shown["structure"]["callPermissionRequest"], json!({}));
    for (at, (sent, wanted)) in [
        (
            json!({ "type": "FLOW", "text": "Go", "flowId": 123_456, "flowAction": "NAVIGATE", "navigateScreen": "A" }),
            json!({ "type": "FLOW", "text": "Go", "flowId": 123_456, "flowAction": "NAVIGATE", "navigateScreen": "A" }),
        ),
        (json!({ "type": "MULTI_PRODUCT" }), json!({ "type": "MULTI_PRODUCT", "text": "View items" })),
        (json!({ "type": "CATALOG" }), json!({ "type": "CATALOG", "text": "View catalog" })),
        (
            json!({ "type": "ORDER_DETAILS", "variant": "BRAZIL" }),
            json!({ "type": "ORDER_DETAILS", "variant": "BRAZIL" }),
        ),
        (
            json!({ "type": "VOICE_CALL", "text": "Call", "callValidityPeriod": 1440 }),
            json!({ "type": "VOICE_CALL", "text": "Call" }),
        ),
        (
            json!({ "type": "REQUEST_CONTACT_INFO", "text": "x" }),
            json!({ "type": "REQUEST_CONTACT_INFO", "text": "Share Contact Info" }),
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let mut one = plain(&format!("button_{at}"));
        one["structure"]["buttons"] = json!([sent]);
        assert_eq!(desk.made(&one)["structure"]["buttons"][0], wanted);
    }
}

#[test]
fn codes_are_rendered_and_their_validity_comes_back_as_it_was_sent() {
    let desk = Desk::new();
    let mut sent =
        code(json!({ "body": { "addSecurityRecommendation": true }, "footer": { "codeExpirationMinutes": 15 },
        "buttons": [{ "otpType": "COPY_CODE" }] }));
    sent["validityPeriod"] = json!({ "amount": 5 });
    let shown = desk.made(&sent);
    assert_eq!(
        shown["structure"],
        json!({
        "body": { "text": "*{{1}}* is your verification code. For your security, do not share this code.",
            "examples": ["123456"] },
        "footer": { "text": "This code expires in 15 minutes." },
        "buttons": [{ "type": "URL", "text": "Copy code",
            "url": "https://wwww.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp{{1}}" }],
        "type": "MEDIA" })
    );
    assert_eq!(shown["validityPeriod"], json!({ "amount": 5, "timeUnit": "MINUTES" }));
    let id = shown["id"].as_str().unwrap();
    let structure = json!({ "body": {}, "footer": {}, "buttons": [{ "otpType": "ONE_TAP", "text": "Copy",
        "autofillText": "Fill", "packageName": "example.fernweh", "signatureHash": "K8a/AINcGX7" }] });
    let (status, shown) = desk.one("PATCH", id, &json!({ "structure": structure }));
    assert_eq!((status, shown["structure"].get("footer")), (200, None), "{shown}");
    assert_eq!(shown["structure"]["buttons"].as_array().unwrap().len(), 1);
    assert!(!shown.to_string().contains("Fill") && !shown.to_string().contains("fernweh"), "{shown}");
}

#[test]
fn what_is_not_documented_is_refused_by_its_path() {
    let desk = Desk::new();
    let with = |part: &str, value: Value| {
        let mut body = plain("bell");
        body["structure"][part] = value;
        body
    };
    let mut named = plain("bell");
    named["parameter_format"] = "NAMED".into();
    let mut timed = plain("bell");
    timed["validityPeriod"] = json!({ "amount": 5 });
    let mut languageless = plain("bell");
    languageless["language"] = "tlh".into();
    let mut legacy = plain("bell");
    legacy["category"] = "AUTO_REPLY".into();
    let mut status = plain("bell");
    status["subCategory"] = "ORDER_STATUS".into();
    let button = |button: Value| with("buttons", json!([button]));
    let cases = [
        ("parameter_format", named),
        ("validityPeriod", timed),
        ("language", languageless),
        ("category", legacy),
        ("subCategory", status),
        ("structure", json!({ "name": "bell", "language": "de", "category": "UTILITY" })),
        ("structure.body", body("bell", json!({}))),
        ("structure.header.format", with("header", json!({ "format": "PRODUCT" }))),
        ("structure.header.example", with("header", json!({ "format": "IMAGE", "example": "4::handle" }))),
        ("structure.body.text", with("body", json!({ "text": 5 }))),
        ("structure.body.examples", with("body", json!({ "text": "a", "examples": ["{{1}}"] }))),
        ("structure.footer.text", with("footer", json!({ "text": "x".repeat(61) }))),
        ("structure.components", with("components", json!([]))),
        ("structure.buttons[0].type", button(json!({ "type": "SPM" }))),
        (
            "structure.buttons[0].phoneNumber",
            button(json!({ "type": "PHONE_NUMBER", "text": "a", "phone_number": "1" })),
        ),
        (
            "structure.buttons[0].example",
            button(json!({ "type": "URL", "text": "a", "url": "https://a.example/{{1}}", "example": "A7" })),
        ),
        ("structure.buttons[0].variant", button(json!({ "type": "ORDER_DETAILS" }))),
        (
            "structure.buttons[0].flowId",
            button(json!({ "type": "FLOW", "text": "a", "flowId": "7", "flowAction": "NAVIGATE" })),
        ),
        (
            "structure.buttons[0].callValidityPeriod",
            button(json!({ "type": "VOICE_CALL", "text": "a", "callValidityPeriod": 7 })),
        ),
        ("structure.shorteningOptions", with("shorteningOptions", json!({ "customDomain": "f.example" }))),
        ("structure.buttons", code(json!({ "body": {}, "footer": {}, "buttons": [] }))),
        ("structure.body, footer", code(json!({ "body": {}, "buttons": [{ "otpType": "COPY_CODE" }] }))),
        (
            "structure.buttons[0].otpType",
            code(json!({ "body": {}, "footer": {}, "buttons": [{ "otpType": "ZERO_TAP" }] })),
        ),
        (
            "structure.body.text",
            code(json!({ "body": { "text": "a" }, "footer": {}, "buttons": [{ "otpType": "COPY_CODE" }] })),
        ),
    ];
    for (path, body) in cases {
        assert_eq!(refused(desk.create(&body)).0, path, "{body}");
    }
    // Meta's own rules come through in its words.
    let (field, reason) = refused(desk.create(&with("body", json!({ "text": "Hi {{1}}!" }))));
    assert!(field == "template" && reason.contains("example"), "{field}: {reason}");
    assert_eq!(refused(desk.create(&json!(5))).0, "body");
    assert!(desk.list().is_empty());
}

#[test]
fn an_edit_replaces_the_structure_and_nothing_else() {
    let desk = Desk::new();
    let mut sent = plain("bell");
    sent["platform"] = json!({ "entityId": "graz" });
    sent["structure"]["footer"] = json!({ "text": "Fernweh Cycles" });
    let id = desk.made(&sent)["id"].as_str().unwrap().to_owned();
    let structure = json!({ "body": { "text": "The shop is open on Sundays, too." }, "type": "TEXT" });
    let (status, shown) = desk.one("PATCH", &id, &json!({ "structure": structure }));
    assert_eq!((status, &shown["structure"]), (200, &structure));
    assert_eq!((&shown["platform"], &shown["category"]), (&json!({ "entityId": "graz" }), &json!("MARKETING")));
    // Once a day, and never into another category.
    let again = desk.one("PATCH", &id, &json!({ "structure": structure }));
    assert!(refused(again).1.contains("can be edited 1 time"));
    admin::advance(&desk.root, None, SignedDuration::from_hours(25)).unwrap();
    refused(desk.one("PATCH", &id, &json!({ "category": "UTILITY" })));
    for (bad, field) in
        [(json!({ "name": "x" }), "name"), (json!({ "language": "de" }), "language"), (json!({}), "structure")]
    {
        assert_eq!(refused(desk.one("PATCH", &id, &bad)).0, field);
    }
    assert_eq!(desk.one("PATCH", "404404", &json!({ "structure": structure })).0, 404);
    assert_eq!(refused(desk.one("PATCH", "bell", &json!({ "structure": structure }))).0, "id");
}

#[test]
fn a_sub_category_has_to_be_said_again() {
    let desk = Desk::new();
    let sent = json!({ "name": "sent", "language": "en_US", "category": "UTILITY", "subCategory": "ORDER_STATUS",
        "structure": { "body": { "text": "Your order has left our workshop." } } });
    let shown = desk.made(&sent);
    assert_eq!(shown["subCategory"], "ORDER_STATUS");
    let id = shown["id"].as_str().unwrap();
    let mut edit = json!({ "structure": { "body": { "text": "Your order has left our shop." } } });
    assert_eq!(refused(desk.one("PATCH", id, &edit)).0, "subCategory");
    edit["subCategory"] = "ORDER_STATUS".into();
    assert_eq!(desk.one("PATCH", id, &edit).1["subCategory"], "ORDER_STATUS");
}

#[test]
fn deletions_take_names_whole_and_block_them() {
    let desk = Desk::new();
    let english = plain("bell");
    let mut german = plain("bell");
    german["language"] = "de".into();
    desk.made(&english);
    let id = desk.made(&german)["id"].as_str().unwrap().to_owned();
    desk.made(&plain("tyre"));
    desk.list();
    assert_eq!(desk.one("DELETE", &id, &Value::Null).0, 404, "an id is no name");
    assert_eq!(refused(desk.one("DELETE", "Bell", &Value::Null)).0, "templateName");
    assert_eq!(desk.one("DELETE", "bell", &Value::Null), (204, Value::Null));
    assert_eq!(desk.list().len(), 1);
    assert_eq!(desk.one("DELETE", "bell", &Value::Null).0, 404);
    assert!(refused(desk.create(&english)).1.contains("being deleted"));
}

#[test]
fn keys_are_asked_for_in_their_own_form() {
    let desk = Desk::with(|config| config.token = Some("right".to_owned()));
    let wanted =
        json!({ "requestError": { "serviceException": { "messageId": "UNAUTHORIZED", "text": "Unauthorized" } } });
    for key in [None, Some("App "), Some("App wrong"), Some("Bearer right"), Some("right")] {
        assert_eq!(desk.ask_as(key, "GET", TEMPLATES, &Value::Null), (401, wanted.clone()), "{key:?}");
    }
    assert_eq!(desk.ask_as(Some("App right"), "GET", TEMPLATES, &Value::Null).0, 200);
    let desk = Desk::new();
    for path in ["/whatsapp/1/templates", "/whatsapp/2/senders/x/templates", "/whatsapp/2/senders/1/templates/1/2"] {
        let (status, answer) = desk.ask("GET", path, &Value::Null);
        assert_eq!(
            (status, &answer["requestError"]["serviceException"]["messageId"]),
            (404, &json!("NOT_FOUND")),
            "{path}"
        );
    }
}

#[test]
fn limits_and_faults_speak_its_words() {
    let desk = Desk::new();
    let id = desk.made(&plain("bell"))["id"].as_str().unwrap().to_owned();
    for _ in 0..100 {
        assert_ne!(desk.one("PATCH", &id, &json!({})).0, 429);
    }
    let (status, answer) = desk.one("PATCH", &id, &json!({}));
    assert_eq!((status, &answer["requestError"]["serviceException"]["messageId"]), (429, &json!("TOO_MANY_REQUESTS")));
    admin::advance(&desk.root, None, SignedDuration::from_hours(1)).unwrap();
    assert_eq!(desk.one("PATCH", &id, &json!({})).0, 400);
    let fault =
        Fault::new(Effect::Error { status: 500, code: 1, subcode: None, message: "x".to_owned(), transient: true });
    admin::set_faults(&desk.root, vec![fault.on(Operation::List).times(1)]).unwrap();
    let (status, answer) = desk.ask("GET", TEMPLATES, &Value::Null);
    assert_eq!((status, &answer["requestError"]["serviceException"]["messageId"]), (500, &json!("GENERAL_ERROR")));
    let log = admin::requests(&desk.root).unwrap();
    let last = log.last().unwrap();
    assert_eq!(
        (last.dialect.as_str(), last.operation, last.waba.as_deref()),
        ("infobip", Operation::List, Some(PLACE))
    );
}

#[test]
fn seeds_are_shown_as_they_came_with_todays_status() {
    let desk = Desk::new();
    let seed = json!({ "id": "11", "businessAccountId": 7, "name": "old", "language": "de", "status": "SECOND_PAUSED",
        "category": "TICKET_UPDATE", "structure": { "body": "Altes {{1}}.", "hologram": 3, "type": "UNSUPPORTED" }, "new": [1] });
    admin::seed(&desk.root, PLACE, std::slice::from_ref(&seed)).unwrap();
    assert_eq!(desk.list(), std::slice::from_ref(&seed));
    admin::review(&desk.root, PLACE, "old", Some("de"), &Verdict::Approve).unwrap();
    let mut approved = seed;
    approved["status"] = "APPROVED".into();
    assert_eq!(desk.one("GET", "11", &Value::Null).1, approved);
    let id = desk.made(&plain("bell"))["id"].as_str().unwrap().to_owned();
    for paused in ["FIRST_PAUSED", "SECOND_PAUSED"] {
        admin::review(&desk.root, PLACE, "bell", None, &Verdict::Approve).unwrap();
        admin::review(&desk.root, PLACE, "bell", None, &Verdict::Pause).unwrap();
        assert_eq!(desk.one("GET", &id, &Value::Null).1["status"], paused);
    }
}
