//! Exchanges in the form in which traffic was recorded: the client sends the request and reads the answer.
//!
//! An example of our own always runs; recordings of others run where `LETTERPRESS_FACTS` names the folder that holds them.

use std::io::Write as _;

use serde_json::{Value, json};
use url::Url;

use super::{Client, Config};
use crate::{
    capability::Submission,
    provider::{
        connection::Connection,
        test_server::{Answer, Seen, TestServer},
    },
    template::{
        Body, Category, Live, Status, TemplateKey,
        components::{self, Origin},
    },
};

/// Exchanges in the recorded form, with our own data.
const OWN: &str = include_str!("../../../tests/data/360dialog-exchanges.json");

/// One recorded exchange.
struct Exchange {
    method: String,
    uri: Url,
    sent: Value,
    status: u16,
    answer: Value,
}

/// Reads recorded exchanges. Ids that were blacked out become ids; rows that were left out of a list are filled in.
fn exchanges(text: &str) -> Vec<Exchange> {
    let text = text
        .replace("THREE_SIXTY_DIALOG_PARTNER_ID", "RecordedPA")
        .replace("THREE_SIXTY_DIALOG_CLIENT_WABA_ACCOUNT_ID", "RecordedWA");
    let list: Vec<Value> = serde_json::from_str(&text).unwrap();
    let exchange = |value: &Value| Exchange {
        method: value["request"]["method"].as_str().unwrap().to_owned(),
        uri: value["request"]["uri"].as_str().unwrap().parse().unwrap(),
        sent: value["request"]["body"].clone(),
        status: u16::try_from(value["response"]["status"]["code"].as_u64().unwrap()).unwrap(),
        answer: filled(value["response"]["body"].clone()),
    };
    list.iter().map(exchange).collect()
}

/// A list with as many rows as it says.
fn filled(mut body: Value) -> Value {
    let Some(total) = body["total"].as_u64() else { return body };
    let rows = body["waba_templates"].as_array_mut().unwrap();
    rows.retain(|row| row.get("id").is_some());
    let like = rows[0].clone();
    for at in rows.len()..usize::try_from(total).unwrap() {
        let mut row = like.clone();
        row["id"] = format!("zzzzzzzzzzzzzzzzz{at:03}WT").into();
        row["name"] = format!("left_out_{at}").into();
        rows.push(row);
    }
    body
}

/// A client for the account of an exchange, at a server that gives its answer.
async fn talk(exchange: &Exchange) -> (TestServer, Client) {
    let (status, answer) = (exchange.status, exchange.answer.clone());
    let server = TestServer::start(move |_| Answer::json(status, &answer)).await;
    let path: Vec<&str> = exchange.uri.path_segments().unwrap().collect();
    let (partner_id, account) = match path.as_slice() {
        ["api", "v2", "partners", partner, "waba_accounts", account, ..] => {
            (Some((*partner).to_owned()), (*account).to_owned())
        }
        _ => {
            let shown = exchange.answer["waba_templates"][0]["waba_account_id"].as_str();
            (None, shown.unwrap_or("AnyWA").to_owned())
        }
    };
    let connection = Connection::new(server.url.clone());
    let config = Config { partner_id, waba_account_id: account, api_key: "any-key".into(), bearer: false, connection };
    let client = Client::new(config).unwrap();
    (server, client)
}

fn same_request(seen: &Seen, exchange: &Exchange) {
    assert_eq!((seen.method.as_str(), seen.path.as_str()), (exchange.method.as_str(), exchange.uri.path()));
    let header = if exchange.uri.path().starts_with("/api/") { "x-api-key" } else { "d360-api-key" };
    assert_eq!(seen.headers[header], "any-key");
}

fn same_template(live: &Live, row: &Value) {
    let text = |key: &str| row[key].as_str().unwrap();
    assert_eq!((live.id.as_str(), &live.key), (text("id"), &TemplateKey::new(text("name"), text("language"))));
    let status = match text("status") {
        "submitted" => Status::Pending,
        other => Status::parse(other),
    };
    assert_eq!((&live.status, live.category.as_str()), (&status, text("category")));
    let Some(Body::Text { text: body, samples, .. }) = &live.content.body else { panic!("{row}") };
    let shown = row["components"].as_array().unwrap().iter().find(|part| part["type"] == "BODY").unwrap();
    assert_eq!(body, shown["text"].as_str().unwrap());
    assert_eq!(samples.0.len(), shown["example"]["body_text"][0].as_array().map_or(0, Vec::len));
    assert!(live.content.extra.is_empty() && live.content.unmodelled.is_empty());
    assert_eq!(live.updated_at, row["modified_at"].as_str().unwrap().parse().ok());
    assert_eq!(live.rejected_reason, None);
}

/// Holds the client against one exchange; false for what it never asks.
async fn holds(exchange: &Exchange) -> bool {
    let (server, client) = talk(exchange).await;
    match exchange.method.as_str() {
        "GET" => {
            let listing = client.list().await.unwrap();
            let rows = exchange.answer["waba_templates"].as_array().unwrap();
            assert_eq!((listing.templates.len(), listing.requests), (rows.len(), 1));
            listing.templates.iter().zip(rows).for_each(|(live, row)| same_template(live, row));
            let seen = server.seen().remove(0);
            same_request(&seen, exchange);
            // What the recorded request left out is what the answer says was meant.
            for (name, meant) in [("limit", &exchange.answer["limit"]), ("offset", &exchange.answer["offset"])] {
                assert_eq!(seen.param(name), Some(meant.to_string().as_str()));
            }
        }
        _ if exchange.sent.get("components").is_some() => {
            let body = exchange.sent.as_object().unwrap();
            let text = |key: &str| body[key].as_str().unwrap();
            let submission = Submission {
                key: TemplateKey::new(text("name"), text("language")),
                category: Some(Category::parse(text("category"))),
                content: components::read(body, Origin::Author).content,
            };
            let created = client.create(&submission).await.unwrap();
            assert_eq!(json!(created.id), exchange.answer["id"]);
            assert_eq!((created.status, created.category), (Status::Pending, submission.category));
            let seen = server.seen().remove(0);
            same_request(&seen, exchange);
            assert_eq!(seen.json(), exchange.sent);
        }
        _ => return false,
    }
    true
}

#[tokio::test]
async fn our_own_exchanges_are_sent_and_read() {
    for exchange in exchanges(OWN) {
        assert!(holds(&exchange).await);
    }
}

#[tokio::test]
async fn recorded_exchanges_are_sent_and_read() {
    let Some(folder) = std::env::var_os("LETTERPRESS_FACTS") else {
        // Not through the macros, whose output a passing test keeps to itself.
        let _ = writeln!(std::io::stderr(), "skipped: LETTERPRESS_FACTS names no folder with recorded exchanges");
        return;
    };
    let file = std::path::Path::new(&folder).join("openapi/360dialog-recorded.json");
    let mut held = 0;
    for exchange in exchanges(&std::fs::read_to_string(&file).unwrap()) {
        held += usize::from(holds(&exchange).await);
    }
    assert!(held > 0, "{} holds no exchange about templates", file.display());
    let _ = writeln!(std::io::stderr(), "{held} recorded exchanges held");
}
