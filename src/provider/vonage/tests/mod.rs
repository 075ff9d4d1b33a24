//! The client against a test_server: what is sent, what is tried again, what each failure means, and that no secret shows.

mod reading;
mod secrets;
mod writing;

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use url::Url;

use super::{BASE_URL, Client, Config, Signer, token::testing};
use crate::{
    capability::Submission,
    provider::{
        Created, Deletion, ErrorKind, Media, Provider, ProviderError, WriteError,
        connection::Connection,
        test_server::{Answer, Seen, TestServer, hangs_up},
    },
    template::{Body, Category, Content, Header, HeaderKind, Samples, Status, TemplateKey},
};

const APPLICATION: &str = "aaaaaaaa-bbbb-cccc-dddd-0123456789ab";
const TEMPLATES: &str = "/wabas/1022/templates";

/// What a server answers.
type Reply = fn(&Seen) -> Answer;

fn config(url: &Url) -> Config {
    let signer = Signer::Application { id: APPLICATION.to_owned(), private_key: testing::pkcs8() };
    Config { waba_id: "1022".to_owned(), signer, connection: Connection::new(url.clone()) }
}

fn client(url: &Url) -> Client {
    Client::new(config(url)).unwrap().with_first_pause(Duration::from_millis(1))
}

async fn serve(answer: impl Fn(&Seen) -> Answer + Send + Sync + 'static) -> (TestServer, Client) {
    let server = TestServer::start(answer).await;
    let client = client(&server.url);
    (server, client)
}

/// The token that a request came with.
fn token(seen: &Seen) -> String {
    seen.headers["authorization"].to_str().unwrap().strip_prefix("Bearer ").unwrap().to_owned()
}

fn claims(seen: &Seen) -> Value {
    let token = token(seen);
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap()
}

/// A problem in Vonage's own words, which show the token.
fn problem(status: u16, fragment: &str) -> impl Fn(&Seen) -> Answer + Clone {
    let kind = format!("https://developer.vonage.com/api-errors{fragment}");
    move |seen| {
        let detail = format!("Text\u{1b}[2J {}", token(seen));
        let body = json!({ "type": kind, "title": "Titel", "detail": detail, "instance": "2f4461e1" });
        Answer::json(status, &body)
    }
}

fn node(id: usize) -> Value {
    json!({ "id": id.to_string(), "name": "bike_ready", "language": "en_US", "status": "APPROVED", "category": "MARKETING",
        "components": [{ "type": "BODY", "format": "TEXT", "text": format!("Ready {id}.") }] })
}

/// A page of an account with `total` templates; cursors are offsets.
fn page(seen: &Seen, total: usize) -> Answer {
    let from: usize = seen.param("after").map_or(0, |after| after.trim_start_matches("c-").parse().unwrap());
    let limit: usize = seen.param("limit").unwrap().parse().unwrap();
    let to = total.min(from + limit);
    let named = |at: usize| {
        let mut node = node(at);
        node["name"] = format!("bike_{at}").into();
        node
    };
    let mut body = json!({ "templates": (from..to).map(named).collect::<Vec<_>>(),
        "paging": { "cursors": { "before": "c-x", "after": format!("c-{to}") } } });
    if to < total {
        body["paging"]["next"] = format!("https://api.nexmo.com/v2/whatsapp-manager{TEMPLATES}?after=wrong").into();
    }
    Answer::json(200, &body)
}

fn submission(category: Option<Category>) -> Submission {
    let samples = Samples::positional(["Ada"]);
    let body = Body::Text { text: "Hi {{1}}, ready!".to_owned(), samples, extra: Default::default() };
    let content = Content { body: Some(body), ..Content::default() };
    Submission { key: TemplateKey::new("bike_ready", "en_US"), category, content }
}

fn utility() -> Submission {
    submission(Some(Category::Utility))
}

fn one() -> Deletion {
    Deletion::One { id: "77".to_owned(), key: TemplateKey::new("bike_ready", "en_US") }
}

fn png() -> Media {
    Media { file_name: "hero.png".to_owned(), mime: "image/png".to_owned(), bytes: b"\x89PNG0123".to_vec() }
}
