//! Exchanges in the form in which traffic was recorded: the dialect, asked the same on an account seeded accordingly,
//! answers the same, key by key.
//!
//! An example of our own always runs; recordings of others run where `LETTERPRESS_FACTS` names the folder that holds them.

use std::io::Write as _;

use camino::Utf8Path;
use serde_json::Value;

use crate::sandbox::dialects::wire::Call;
use crate::sandbox::server::exchange::answer;
use crate::sandbox::{Config, admin, dialects};

/// Exchanges in the recorded form, with our own data.
const OWN: &str = include_str!("../../../../tests/data/360dialog-exchanges.json");
/// Values that are another at every creation, or that name the account.
const RANDOM: [&str; 11] = [
    "access_token",
    "created_at",
    "external_id",
    "id",
    "modified_at",
    "namespace",
    "partner_id",
    "refresh_token",
    "user_id",
    "user_name",
    "waba_account_id",
];

/// Reads recorded exchanges. What stands in for the texts of recordings ends with a parameter, which no account takes: it gets
/// a few words more. Rows that were left out of a list are left out of its numbers.
fn exchanges(text: &str) -> Vec<Value> {
    let text = text
        .replace("THREE_SIXTY_DIALOG_PARTNER_ID", "RecordedPA")
        .replace("THREE_SIXTY_DIALOG_CLIENT_WABA_ACCOUNT_ID", "RecordedWA")
        .replace("sample text {{1}} {{2}}", "sample text {{1}} with {{2}} and a few words more than that")
        .replace("sample text {{1}}\"", "sample text {{1}} and a few words more than that\"");
    let mut exchanges: Vec<Value> = serde_json::from_str(&text).unwrap();
    for body in exchanges.iter_mut().map(|exchange| &mut exchange["response"]["body"]) {
        if let Some(rows) = body.get_mut("waba_templates").and_then(Value::as_array_mut) {
            rows.retain(|row| row.get("id").is_some());
            let rows = rows.len();
            body["count"] = rows.into();
            body["total"] = rows.into();
        }
    }
    exchanges
}

/// Sends the request of an exchange to a store of its own, with the answer's templates in the account.
fn ask(exchange: &Value) -> (u16, Vec<(&'static str, String)>, Vec<u8>) {
    let folder = tempfile::tempdir().unwrap();
    let root = Utf8Path::from_path(folder.path()).unwrap();
    let request = &exchange["request"];
    let url: url::Url = request["uri"].as_str().unwrap().parse().unwrap();
    let rows = exchange["response"]["body"]["waba_templates"].as_array().cloned().unwrap_or_default();
    let path: Vec<&str> = url.path_segments().unwrap().collect();
    let account = match path.as_slice() {
        ["api", "v2", "partners", _, "waba_accounts", account, ..] => *account,
        _ => rows.first().map_or("AnyWA", |row| row["waba_account_id"].as_str().unwrap()),
    };
    let place = format!("360dialog/{account}");
    admin::configure(root, &place, Config { token: Some("any-key".to_owned()), ..Config::default() }).unwrap();
    admin::seed(root, &place, &rows).unwrap();
    let partner = path.first() == Some(&"api");
    let call = Call {
        method: request["method"].as_str().unwrap().to_owned(),
        path: url.path().to_owned(),
        query: url.query().unwrap_or_default().to_owned(),
        api_key: partner.then(|| "any-key".to_owned()),
        channel_key: (!partner).then(|| "any-key".to_owned()),
        content_type: Some("application/json".to_owned()),
        body: if request["body"].is_null() { Vec::new() } else { request["body"].to_string().into_bytes() },
        server: "http://127.0.0.1:1".to_owned(),
        ..Call::default()
    };
    let (answer, _) = answer(&dialects::open(root), &call);
    (answer.status, answer.headers, answer.body)
}

/// The same keys in the same order and the same values; of a random value the same kind.
fn alike(key: &str, recorded: &Value, ours: &Value, fresh: bool) {
    match (recorded, ours) {
        (Value::Object(recorded), Value::Object(ours)) => {
            let keys = |object: &serde_json::Map<String, Value>| object.keys().cloned().collect::<Vec<_>>();
            assert_eq!(keys(recorded), keys(ours), "in {key}");
            recorded.iter().for_each(|(key, value)| alike(key, value, &ours[key], fresh));
        }
        (Value::Array(recorded), Value::Array(ours)) => {
            assert_eq!(recorded.len(), ours.len(), "in {key}");
            recorded.iter().zip(ours).for_each(|(recorded, ours)| alike(key, recorded, ours, fresh));
        }
        (Value::String(recorded), Value::String(ours)) if fresh && RANDOM.contains(&key) => match key {
            "id" => {
                assert_eq!((recorded.len(), ours.len()), (22, 22));
                assert!(recorded.ends_with("WT") && ours.ends_with("WT"), "{ours}");
            }
            "created_at" | "modified_at" | "namespace" | "external_id" => {
                assert_eq!(recorded.len(), ours.len(), "{key}");
            }
            _ => {}
        },
        (recorded, ours) => assert_eq!(recorded, ours, "{key}"),
    }
}

/// Holds the dialect against one exchange.
fn holds(exchange: &Value) {
    let response = &exchange["response"];
    let (status, mut headers, body) = ask(exchange);
    // Any server says what time it is.
    headers.retain(|(name, _)| *name != "date");
    let text = String::from_utf8(body).unwrap();
    assert_eq!(status, u16::try_from(response["status"]["code"].as_u64().unwrap()).unwrap(), "{text}");
    assert_eq!(headers, [("content-type", "application/json".to_owned())]);
    assert!(text.is_ascii(), "the rest is escaped: {text}");
    assert_eq!(text.ends_with('\n'), response["body_ends_with_newline"] == true);
    let fresh = exchange["request"]["method"] == "POST";
    alike("the answer", &response["body"], &serde_json::from_str(&text).unwrap(), fresh);
}

#[test]
fn our_own_exchanges_are_answered_alike() {
    let exchanges = exchanges(OWN);
    exchanges.iter().for_each(holds);
    let (_, _, body) = ask(&exchanges[0]);
    let text = String::from_utf8(body).unwrap();
    assert!(text.contains("Gr\\u00fc\\u00df dich") && text.contains("\\ud83d\\udeb2"), "{text}");
}

#[test]
fn recorded_exchanges_are_answered_alike() {
    let Some(folder) = std::env::var_os("LETTERPRESS_FACTS") else {
        // Not through the macros, whose output a passing test keeps to itself.
        let _ = writeln!(std::io::stderr(), "skipped: LETTERPRESS_FACTS names no folder with recorded exchanges");
        return;
    };
    let file = std::path::Path::new(&folder).join("openapi/360dialog-recorded.json");
    let exchanges = exchanges(&std::fs::read_to_string(&file).unwrap());
    assert!(!exchanges.is_empty(), "{} holds no exchange", file.display());
    exchanges.iter().for_each(holds);
    let _ = writeln!(std::io::stderr(), "{} recorded exchanges held", exchanges.len());
}
