//! The dialect, asked as a client would.

use camino::{Utf8Path, Utf8PathBuf};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::sandbox::dialects::wire::Call;
use crate::sandbox::rules::store::Store;
use crate::sandbox::server::exchange::answer;
use crate::sandbox::{Config, Effect, Fault, Operation, Verdict, admin, dialects};

const PLACE: &str = "360dialog/fernWA";
const TEMPLATES: &str = "/api/v2/partners/fernPA/waba_accounts/fernWA/waba_templates";
const NAMES: &str = "/v1/configs/templates";

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

    fn ask(&self, call: Call) -> (u16, Value) {
        let (answer, _) = answer(&self.store, &Call { server: "http://127.0.0.1:1".to_owned(), ..call });
        let body = serde_json::from_slice(&answer.body).unwrap_or_default();
        (answer.status, body)
    }

    /// As the partner.
    fn partner(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        self.ask(Call { api_key: Some("key".to_owned()), ..call(method, path, body) })
    }

    /// With the channel's key.
    fn channel(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        self.ask(Call { channel_key: Some("fernWA".to_owned()), ..call(method, path, body) })
    }

    fn list(&self, query: &[(&str, &str)]) -> (u16, Value) {
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
        self.partner("GET", &format!("{TEMPLATES}?{query}"), &Value::Null)
    }

    fn seed(&self, count: usize) {
        let row = |at: usize| {
            json!({ "id": format!("{}{at:02}WT", if at.is_multiple_of(2) { 'a' } else { 'B' }), "name": format!("bike_{at}"),
                "language": "de", "status": "approved", "category": "UTILITY", "components": [] })
        };
        admin::seed(&self.root, PLACE, &(0..count).map(row).collect::<Vec<_>>()).unwrap();
    }
}

fn call(method: &str, path: &str, body: &Value) -> Call {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
    Call { method: method.to_owned(), path: path.to_owned(), query: query.to_owned(), body, ..Call::default() }
}

fn bell(language: &str) -> Value {
    json!({ "name": "bell_ready", "language": language, "category": "UTILITY",
        "components": [{ "type": "BODY", "text": "Your new bell is ready, pick it up in Graz." }] })
}

fn names(list: &Value) -> Vec<&str> {
    list["waba_templates"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect()
}

#[test]
fn each_api_asks_for_its_own_key() {
    let desk = Desk::new();
    let key = |text: &str| Some(text.to_owned());
    let list = || call("GET", TEMPLATES, &Value::Null);
    for good in [
        Call { api_key: key("any"), ..list() },
        Call { authorization: key("Bearer any"), ..list() },
        Call { channel_key: key("fernWA"), ..call("GET", NAMES, &Value::Null) },
    ] {
        assert_eq!(desk.ask(good).0, 200);
    }
    for bad in [
        list(),
        Call { api_key: key(" "), ..list() },
        Call { channel_key: key("fernWA"), ..list() },
        Call { authorization: key("Basic any"), ..list() },
    ] {
        let (status, body) = desk.ask(bad);
        assert_eq!((status, &body["meta"]["success"], &body["meta"]["http_code"]), (401, &json!(false), &json!(401)));
    }
    for bad in [None, key(""), key("no-such-account")] {
        let (status, body) = desk.ask(Call { channel_key: bad, ..call("GET", NAMES, &Value::Null) });
        assert_eq!((status, body["error"].is_string()), (401, true));
    }
}

#[test]
fn an_account_with_a_key_is_opened_by_that_one_alone() {
    let desk = Desk::with(|config| config.token = Some("s3cret".to_owned()));
    let partner =
        |key: &str| desk.ask(Call { api_key: Some(key.to_owned()), ..call("GET", TEMPLATES, &Value::Null) }).0;
    let channel =
        |key: &str| desk.ask(Call { channel_key: Some(key.to_owned()), ..call("GET", NAMES, &Value::Null) }).0;
    assert_eq!((partner("s3cret"), partner("key")), (200, 401));
    assert_eq!((channel("s3cret"), channel("fernWA"), channel("otherWA")), (200, 401, 200));
}

#[test]
fn one_account_is_seen_through_both_apis() {
    let desk = Desk::new();
    let (status, made) = desk.partner("POST", TEMPLATES, &bell("en_US"));
    assert_eq!((status, &made["status"], &made["rejected_reason"]), (201, &json!("submitted"), &Value::Null));
    assert_eq!((made.as_object().unwrap().len(), &made["partner_id"]), (17, &json!("fernPA")));
    let (status, short) = desk.channel("POST", NAMES, &bell("de"));
    assert_eq!((status, short.as_object().unwrap().len(), &short["status"]), (201, 9, &json!("submitted")));
    let (_, list) = desk.channel("GET", NAMES, &Value::Null);
    assert_eq!((&list["count"], &list["total"]), (&json!(2), &json!(2)));
    let row = |id: &Value| list["waba_templates"].as_array().unwrap().iter().find(|row| row["id"] == *id).unwrap();
    let (mine, other) = (row(&made["id"]), row(&short["id"]));
    assert_eq!((&mine["status"], &mine["rejected_reason"]), (&json!("approved"), &json!("NONE")));
    assert_eq!((&mine["external_id"], &mine["waba_account_id"]), (&made["external_id"], &json!("fernWA")));
    assert_eq!(
        (&mine["created_by"]["user_name"], &other["created_by"]["user_name"]),
        (&json!("a user"), &json!("System account"))
    );
    assert_eq!(mine["modified_by"]["user_name"], "system");
}

#[test]
fn the_partner_edits_and_deletes_one_template() {
    let desk = Desk::new();
    let id = desk.partner("POST", TEMPLATES, &bell("en_US")).1["id"].as_str().unwrap().to_owned();
    desk.partner("POST", TEMPLATES, &bell("de"));
    let path = format!("{TEMPLATES}/{id}");
    let text = "Your new bell is ready, fetch it in Graz.";
    let (status, edited) = desk.partner("POST", &path, &json!({ "components": [{ "type": "BODY", "text": text }] }));
    assert_eq!((status, &edited["components"][0]["text"], &edited["id"]), (200, &json!(text), &json!(id)));
    for wrong in [json!({ "name": "horn_ready" }), json!({ "language": "fr" }), json!({ "colour": "red" }), json!({})] {
        assert_eq!(desk.partner("POST", &path, &wrong).0, 400, "{wrong}");
    }
    let (status, again) =
        desk.partner("POST", &path, &json!({ "components": [{ "type": "BODY", "text": "Your bell." }] }));
    assert_eq!((status, &again["meta"]["http_code"]), (400, &json!(400)), "one edit a day");
    assert_eq!(desk.partner("DELETE", &path, &Value::Null), (200, json!({ "status_code": 200 })));
    assert_eq!(desk.partner("DELETE", &path, &Value::Null).0, 404);
    assert_eq!(desk.partner("POST", &path, &json!({ "category": "UTILITY" })).0, 404);
    assert_eq!(names(&desk.list(&[]).1), ["bell_ready"], "the other language stays");
    let (status, body) = desk.partner("POST", TEMPLATES, &bell("de"));
    assert_eq!(status, 400);
    assert!(body["meta"]["details"][0].as_str().unwrap().contains("already in use"), "{body}");
}

#[test]
fn at_waba_level_a_name_goes_with_all_its_languages() {
    let desk = Desk::new();
    for language in ["en_US", "de"] {
        desk.channel("POST", NAMES, &bell(language));
    }
    let path = format!("{NAMES}/bell_ready");
    assert_eq!(desk.channel("POST", &path, &bell("de")).0, 405, "there are no edits");
    let (status, body) = desk.channel("DELETE", &path, &Value::Null);
    assert_eq!((status, &body["meta"]["success"]), (200, &json!(true)));
    assert_eq!(desk.channel("DELETE", &path, &Value::Null).0, 404);
    assert!(names(&desk.channel("GET", NAMES, &Value::Null).1).is_empty());
}

#[test]
fn bodies_have_the_documented_shape() {
    let desk = Desk::new();
    let with = |field: &str, value: Value| {
        let mut body = bell("en_US");
        body[field] = value;
        body
    };
    let (status, body) = desk.channel("POST", NAMES, &with("parameter_format", json!("POSITIONAL")));
    assert_eq!((status, body), (400, json!({ "error": "parameter_format: Unknown field." })));
    let opt_out = with("cta_url_link_tracking_opted_out", json!(true));
    assert_eq!(desk.channel("POST", NAMES, &opt_out).0, 400, "only the Partner API has it");
    assert_eq!(desk.partner("POST", TEMPLATES, &opt_out).0, 201);
    for wrong in [
        with("sub_category", json!("CUSTOM")),
        with("allow_category_change", json!("yes")),
        with("message_send_ttl_seconds", json!("600")),
        with("message_send_ttl_seconds", json!(1)),
        with("components", json!([{ "type": "BODY", "text": "{{1}}" }])),
        json!({ "language": "de", "category": "UTILITY", "components": [] }),
        json!([]),
    ] {
        let (status, body) = desk.partner("POST", TEMPLATES, &wrong);
        assert_eq!((status, &body["meta"]["success"]), (400, &json!(false)), "{wrong}");
    }
}

#[test]
fn lists_are_cut_filtered_and_sorted_and_say_how() {
    let desk = Desk::new();
    desk.seed(6);
    let (_, all) = desk.list(&[]);
    let envelope = ["count", "limit", "offset", "total"].map(|key| all[key].as_u64().unwrap());
    assert_eq!((envelope, &all["sort"], &all["filters"]), ([6, 1000, 0, 6], &json!(["id"]), &json!({})));
    assert_eq!(names(&all), ["bike_0", "bike_2", "bike_4", "bike_1", "bike_3", "bike_5"], "by id, whatever its case");
    let (_, page) = desk.list(&[("limit", "4"), ("offset", "4")]);
    assert_eq!((names(&page), &page["count"], &page["total"]), (vec!["bike_3", "bike_5"], &json!(2), &json!(6)));
    let (_, found) = desk.list(&[("filters", r#"{"id":"a02WT"}"#)]);
    assert_eq!((names(&found), &found["total"], &found["filters"]["id"]), (vec!["bike_2"], &json!(1), &json!("a02WT")));
    let (_, back) = desk.list(&[("sort", "-business_templates.name"), ("limit", "2")]);
    assert_eq!((names(&back), &back["sort"]), (vec!["bike_5", "bike_4"], &json!(["-business_templates.name"])));
    for wrong in
        [("limit", "0"), ("offset", "-1"), ("filters", "{"), ("filters", r#"{"colour":"red"}"#), ("sort", "colour")]
    {
        assert_eq!(desk.list(&[wrong]).0, 400, "{wrong:?}");
    }
    let capped = Desk::with(|config| config.page_cap = Some(4));
    capped.seed(6);
    let (_, page) = capped.list(&[("limit", "1000")]);
    assert_eq!((&page["count"], &page["limit"], &page["total"]), (&json!(4), &json!(4), &json!(6)));
}

#[test]
fn the_partners_minute_has_an_end() {
    let desk = Desk::new();
    let edit = json!({ "components": [] });
    let writes: Vec<u16> = (0..61).map(|_| desk.partner("POST", &format!("{TEMPLATES}/noneWT"), &edit).0).collect();
    assert!(writes[..60].iter().all(|status| *status == 404) && writes[60] == 429, "{writes:?}");
    let reads: Vec<u16> = (0..401).map(|_| desk.list(&[]).0).collect();
    assert!(reads[..400].iter().all(|status| *status == 200) && reads[400] == 429);
    assert_eq!(desk.channel("GET", NAMES, &Value::Null).0, 200, "no limit is known there");
    admin::advance(&desk.root, None, SignedDuration::from_secs(61)).unwrap();
    assert_eq!((desk.list(&[]).0, desk.partner("POST", &format!("{TEMPLATES}/noneWT"), &edit).0), (200, 404));
}

#[test]
fn samples_of_media_are_urls_for_the_partner_and_uploads_too_at_waba_level() {
    let desk = Desk::new();
    let body = |name: &str, sample: &str| {
        json!({ "name": name, "language": "en_US", "category": "MARKETING", "components": [
            { "type": "HEADER", "format": "IMAGE", "example": { "header_handle": [sample] } },
            { "type": "BODY", "text": format!("Look at the {name} of this spring in our shop.") }] })
    };
    let url = "https://fernweh.example/bike.png";
    let (status, made) = desk.partner("POST", TEMPLATES, &body("tourer", url));
    assert_eq!((status, &made["components"][0]["example"]["header_handle"][0]), (201, &json!(url)));
    let opened = desk.channel("POST", "/uploads?file_length=4&file_type=image/png&file_name=a.png", &Value::Null);
    let session = opened.1["id"].as_str().unwrap().to_owned();
    let send = Call {
        channel_key: Some("fernWA".to_owned()),
        file_offset: Some("0".to_owned()),
        body: b"\x89PNG".to_vec(),
        ..call("POST", &format!("/{session}"), &Value::Null)
    };
    let handle = desk.ask(send).1["h"].as_str().unwrap().to_owned();
    assert_eq!(desk.channel("GET", &format!("/{session}"), &Value::Null).1["file_offset"], 4);
    assert_eq!(desk.partner("POST", TEMPLATES, &body("racer", &handle)).0, 400);
    assert_eq!(desk.channel("POST", NAMES, &body("racer", "4::nonsense")).0, 400);
    let (status, made) = desk.channel("POST", NAMES, &body("racer", &handle));
    assert_eq!(status, 201, "{made}");
    let shown = made["components"][0]["example"]["header_handle"][0].as_str().unwrap();
    assert!(shown.starts_with("http://127.0.0.1:1/media/"), "{shown}");
    assert_eq!(desk.channel("POST", NAMES, &body("city_bike", url)).0, 201);
}

#[test]
fn what_becomes_of_a_seed_shows() {
    let desk = Desk::new();
    desk.seed(2);
    let row = |at: usize| {
        let filter = json!({ "business_templates.name": format!("bike_{at}") }).to_string();
        desk.list(&[("filters", &filter)]).1["waba_templates"][0].clone()
    };
    assert!(row(0).get("namespace").is_none(), "shown as it came");
    admin::review(&desk.root, PLACE, "bike_0", None, &Verdict::Reject { reason: "SCAM".to_owned() }).unwrap();
    assert_eq!((&row(0)["status"], &row(0)["rejected_reason"]), (&json!("rejected"), &json!("SCAM")));
    admin::hand_edit(&desk.root, PLACE, "bike_1", "de", &json!([{ "type": "BODY", "text": "Fertig." }])).unwrap();
    assert_eq!((&row(1)["components"][0]["text"], &row(1)["id"]), (&json!("Fertig."), &json!("B01WT")));
    for (at, score) in [(0, "RED"), (1, "YELLOW")] {
        admin::review(&desk.root, PLACE, &format!("bike_{at}"), None, &Verdict::Quality(score.to_owned())).unwrap();
        assert_eq!(row(at)["quality_score"], json!({ "reasons": null, "score": score }));
    }
}

#[test]
fn tokens_are_given_to_whoever_says_a_password() {
    let desk = Desk::new();
    let (status, token) =
        desk.ask(call("POST", "/api/v2/token", &json!({ "username": "ada", "password": "not a real one" })));
    let keys: Vec<&str> = token.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!((status, keys), (200, vec!["access_token", "expires_in", "refresh_token", "token_type"]));
    let (status, refused) = desk.ask(call("POST", "/api/v2/token", &json!({})));
    assert_eq!((status, refused["error"].as_str()), (401, Some("invalid_grant")));
}

#[test]
fn faults_speak_the_dialect_and_requests_are_noted() {
    let desk = Desk::new();
    let slow = Fault::new(Effect::RateLimited { retry_after: 7 }).on(Operation::Create).template("bell_ready").times(2);
    admin::set_faults(&desk.root, vec![slow]).unwrap();
    let (status, body) = desk.partner("POST", TEMPLATES, &bell("de"));
    assert_eq!((status, &body["meta"]["http_code"]), (429, &json!(429)));
    assert!(desk.channel("POST", NAMES, &bell("de")).1["error"].is_string());
    desk.partner("POST", TEMPLATES, &bell("de"));
    desk.channel("DELETE", &format!("{NAMES}/bell_ready"), &Value::Null);
    let noted: Vec<String> = admin::requests(&desk.root)
        .unwrap()
        .into_iter()
        .map(|r| {
            format!("{} {:?} {} {}", r.dialect, r.operation, r.template.unwrap_or_default(), r.status.unwrap_or(0))
        })
        .collect();
    let wanted = [
        "360dialog Create bell_ready/de 429",
        "360dialog-waba Create bell_ready/de 429",
        "360dialog Create bell_ready/de 201",
        "360dialog-waba Delete bell_ready 200",
    ];
    assert_eq!(noted, wanted);
}

#[test]
fn unknown_addresses_are_not_found() {
    let desk = Desk::new();
    for path in
        ["/api/v2/partners", &format!("{TEMPLATES}/a/b"), "/api/v2/partners/fernPA/waba_accounts/a.b/waba_templates"]
    {
        assert_eq!(desk.partner("GET", path, &Value::Null).0, 404, "{path}");
    }
    assert_eq!(desk.channel("GET", "/v1/configs/webhook", &Value::Null).0, 404);
    assert_eq!(desk.partner("GET", &format!("{TEMPLATES}/x"), &Value::Null).0, 405, "one template cannot be read");
}
