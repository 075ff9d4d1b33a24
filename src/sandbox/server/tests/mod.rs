//! The server on a free port, driven as a client would.

mod faults;
mod lifecycle;
mod listing;
mod read_back;
mod writes;

use camino::{Utf8Path, Utf8PathBuf};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::sandbox::{Config, MissingNode, Running, admin, start};

/// The account that tests speak to.
pub(super) const WABA: &str = "100200300";

/// A sandbox in a folder of its own, and a client.
pub(super) struct Desk {
    _folder: tempfile::TempDir,
    pub(super) root: Utf8PathBuf,
    pub(super) server: Running,
    pub(super) http: reqwest::Client,
}

/// An answer: status, headers, JSON.
pub(super) struct Seen {
    pub(super) status: u16,
    pub(super) headers: reqwest::header::HeaderMap,
    pub(super) body: Value,
}

impl Seen {
    pub(super) fn code(&self) -> (i64, Option<i64>) {
        let error = &self.body["error"];
        (error["code"].as_i64().unwrap_or(0), error["error_subcode"].as_i64())
    }

    pub(super) fn id(&self) -> String {
        self.body["id"].as_str().unwrap_or_else(|| panic!("no id: {}", self.body)).to_owned()
    }
}

impl Desk {
    /// A sandbox whose reviews take no time.
    pub(super) async fn quick() -> Self {
        Self::with(Config { review_delay: SignedDuration::ZERO, ..Config::default() }).await
    }

    pub(super) async fn with(config: Config) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap().to_owned();
        admin::configure(&root, WABA, config).unwrap();
        let server = start(&root, "127.0.0.1:0".parse().unwrap()).await.unwrap();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { _folder: folder, root, server, http }
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.server.url())
    }

    pub(super) async fn send(&self, request: reqwest::RequestBuilder) -> Seen {
        let answer = request.bearer_auth("t0ken").send().await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let body = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap_or_default();
        Seen { status, headers, body }
    }

    pub(super) async fn get(&self, path: &str) -> Seen {
        self.send(self.http.get(self.url(path))).await
    }

    pub(super) async fn post(&self, path: &str, body: &Value) -> Seen {
        self.send(self.http.post(self.url(path)).json(body)).await
    }

    pub(super) async fn delete(&self, query: &[(&str, &str)]) -> Seen {
        let url = self.url(&format!("/v23.0/{WABA}/message_templates"));
        self.send(self.http.delete(url).query(query)).await
    }

    pub(super) async fn create(&self, body: &Value) -> Seen {
        self.post(&format!("/v23.0/{WABA}/message_templates"), body).await
    }

    /// Creates a template that must be accepted, and gives its id.
    pub(super) async fn made(&self, body: &Value) -> String {
        let seen = self.create(body).await;
        assert_eq!(seen.status, 200, "{}", seen.body);
        seen.id()
    }

    pub(super) fn advance(&self, hours: i64) {
        admin::advance(&self.root, Some(WABA), SignedDuration::from_hours(hours)).unwrap();
    }

    /// Uploads a picture and gives its handle.
    pub(super) async fn upload(&self, bytes: &[u8]) -> String {
        let query = format!("file_name=a.png&file_length={}&file_type=image/png", bytes.len());
        let session = self.post(&format!("/v23.0/555/uploads?{query}"), &json!({})).await.id();
        let url = self.url(&format!("/v23.0/{session}"));
        let answer = self
            .http
            .post(url)
            .header("authorization", "OAuth t0ken")
            .header("file_offset", "0")
            .body(bytes.to_vec())
            .send()
            .await
            .unwrap();
        let body: Value = answer.json().await.unwrap();
        body["h"].as_str().unwrap_or_else(|| panic!("{body}")).to_owned()
    }
}

/// A body of a plain UTILITY template.
pub(super) fn plain(name: &str, language: &str) -> Value {
    json!({"name": name, "language": language, "category": "UTILITY", "components": [
        {"type": "BODY", "text": format!("Fernweh Cycles has news about {name}")}]})
}

#[tokio::test]
async fn other_addresses_than_loopback_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let root = Utf8Path::from_path(folder.path()).unwrap();
    let error = start(root, "0.0.0.0:0".parse().unwrap()).await.unwrap_err();
    assert!(error.to_string().contains("loopback only"), "{error}");
}

#[tokio::test]
async fn a_server_ends() {
    let desk = Desk::quick().await;
    let url = desk.url(&format!("/{WABA}"));
    let http = desk.http.clone();
    assert!(http.get(&url).send().await.is_ok());
    desk.server.shutdown().await;
    assert!(http.get(&url).send().await.is_err());
}

#[tokio::test]
async fn tokens_are_asked_for() {
    let desk = Desk::with(Config { token: Some("right".into()), ..Config::default() }).await;
    let url = desk.url(&format!("/v23.0/{WABA}/message_templates"));
    for (request, status) in [
        (desk.http.get(&url), 401),
        (desk.http.get(&url).bearer_auth("wrong"), 401),
        (desk.http.get(&url).header("authorization", "Bearer "), 401),
        (desk.http.get(&url).bearer_auth("right"), 200),
        (desk.http.get(format!("{url}?access_token=right")), 200),
    ] {
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), status);
        if status == 401 {
            let body: Value = answer.json().await.unwrap();
            assert_eq!(body["error"]["code"], 190);
        }
    }
    let log = std::fs::read_to_string(desk.root.join("requests.jsonl")).unwrap();
    assert!(!log.contains("right") && !log.contains("wrong"), "{log}");
}

#[tokio::test]
async fn the_corners_of_the_api_answer_as_graph_does() {
    let desk = Desk::quick().await;
    for (path, status, code) in [
        ("/v23.0/123456789012345", 400, (100, Some(33))),
        ("/v23.0/100200300/message_template_previews", 400, (2500, None)),
        ("/v23.0/../etc", 400, (100, Some(33))),
        ("/v23.0/abc/message_templates", 400, (100, Some(33))),
        ("/v23.0/..%2F..%2Fx/message_templates", 400, (100, Some(33))),
        ("/v23.0/100200300?fields=colour", 400, (100, None)),
    ] {
        let seen = desk.get(path).await;
        assert_eq!((seen.status, seen.code()), (status, code), "{path}: {}", seen.body);
        assert!(seen.body["error"]["fbtrace_id"].is_string());
    }
    let wrong = desk.post("/v23.0/100200300/message_templates/77", &json!({})).await;
    assert_eq!(wrong.code().0, 2500);
    let seen = desk.get("/v16.0/100200300?fields=id,name,message_template_namespace").await;
    assert_eq!(seen.headers["facebook-api-version"], "v20.0");
    assert!(seen.headers.contains_key("x-fb-trace-id"));
    assert_eq!(seen.body["id"], WABA);
    assert!(seen.body["message_template_namespace"].is_string());
    let newcomer = desk.get("/777?fields=message_template_namespace").await;
    assert_eq!(newcomer.status, 200);
    assert!(admin::accounts(&desk.root).unwrap().contains(&"777".to_owned()));
}

#[tokio::test]
async fn a_missing_template_can_be_a_404() {
    let desk = Desk::with(Config { missing_node: MissingNode::Code803, ..Config::default() }).await;
    let seen = desk.get("/v23.0/123456789012345").await;
    assert_eq!((seen.status, seen.code().0), (404, 803));
}
