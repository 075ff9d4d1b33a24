//! The client against a test_server: what is sent, what is tried again, what each failure means, and that no token shows.

use std::time::Duration;

use secrecy::SecretString;
use serde_json::{Value, json};
use url::Url;

use super::{BASE_URL, Client, Config};
use crate::{
    capability::Submission,
    provider::{
        Created, Deletion, ErrorKind, Media, Provider, WriteError,
        connection::Connection,
        test_server::{Answer, Seen, TestServer, hangs_up},
    },
    template::{Body, Category, Content, Samples, Status, TemplateKey, components::fixture},
};

const TOKEN: &str = "CANARY-EAAG7f3a";

fn config(url: &Url) -> Config {
    let connection = Connection::new(url.clone());
    Config { waba_id: "1022".to_owned(), app_id: Some("634974688087057".to_owned()), token: TOKEN.into(), connection }
}

fn client(url: &Url) -> Client {
    Client::new(config(url)).unwrap().with_first_pause(Duration::from_millis(1))
}

async fn serve(answer: impl Fn(&Seen) -> Answer + Send + Sync + 'static) -> (TestServer, Client) {
    let server = TestServer::start(answer).await;
    let client = client(&server.url);
    (server, client)
}

fn error(status: u16, code: i64, subcode: Option<i64>) -> Answer {
    let mut error = json!({ "message": format!("(#{code}) Invalid parameter {TOKEN}"), "type": "OAuthException", "code": code,
        "fbtrace_id": "Ab1", "error_user_title": "Titel", "error_user_msg": format!("Text\u{1b}[2J {TOKEN}") });
    if let Some(subcode) = subcode {
        error["error_subcode"] = subcode.into();
    }
    Answer::json(status, &json!({ "error": error }))
}

fn node(id: usize) -> Value {
    json!({ "id": id.to_string(), "name": format!("bike_{id}"), "language": "de", "status": "APPROVED", "category": "UTILITY",
        "components": [{ "type": "BODY", "text": "Fertig." }] })
}

/// A page of an account with `total` templates; cursors are offsets.
fn page(seen: &Seen, total: usize) -> Answer {
    let from: usize = seen.param("after").map_or(0, |after| after.trim_start_matches("c-").parse().unwrap());
    let limit: usize = seen.param("limit").unwrap().parse().unwrap();
    let to = total.min(from + limit);
    let mut body = json!({ "data": (from..to).map(node).collect::<Vec<_>>(),
        "paging": { "cursors": { "before": "c-x", "after": format!("c-{to}") } } });
    if to < total {
        body["paging"]["next"] = format!("https://evil.example/steal?access_token={TOKEN}&after=wrong").into();
    }
    if seen.param("summary").is_some() {
        body["summary"] =
            json!({ "total_count": total, "message_template_count": total, "message_template_limit": 6000 });
    }
    Answer::json(200, &body)
}

fn submission() -> Submission {
    let body =
        Body::Text { text: "Hi {{1}}!".to_owned(), samples: Samples::positional(["Ada"]), extra: Default::default() };
    Submission {
        key: TemplateKey::new("bike_ready", "en_US"),
        category: Some(Category::Utility),
        content: Content { body: Some(body), ..Content::default() },
    }
}

fn one() -> Deletion {
    Deletion::One { id: "77".to_owned(), key: TemplateKey::new("bike_ready", "en_US") }
}

#[tokio::test]
async fn six_thousand_templates_take_24_requests() {
    let (server, client) = serve(|seen| page(seen, 6000)).await;
    let listing = Provider::Meta(client).list().await.unwrap();
    assert_eq!(listing.templates.len(), 6000);
    assert_eq!((listing.requests, listing.template_limit, listing.total), (24, Some(6000), Some(6000)));
    let seen = server.seen();
    assert_eq!(seen.len(), 24);
    assert!(seen.iter().all(|seen| seen.path == "/v23.0/1022/message_templates" && seen.param("limit") == Some("250")));
    assert!(seen.iter().all(|seen| seen.headers["authorization"] == format!("Bearer {TOKEN}")));
    assert_eq!(seen.iter().filter(|seen| seen.param("summary").is_some()).count(), 1);
    assert_eq!(seen[1].param("after"), Some("c-250"));
    assert!(seen[0].headers["user-agent"].to_str().unwrap().starts_with("letterpress/"));
}

#[tokio::test]
async fn the_base_url_may_have_a_path() {
    let server = TestServer::start(|seen| page(seen, 0)).await;
    let client = client(&server.url.join("meta/").unwrap());
    assert!(client.list().await.unwrap().templates.is_empty());
    assert_eq!(server.seen()[0].path, "/meta/v23.0/1022/message_templates");
}

#[tokio::test]
async fn pages_are_halved_once_and_stay_so() {
    for refusal in [(500, 1), (400, 100)] {
        let (server, client) = serve(move |seen| {
            let limit: usize = seen.param("limit").unwrap().parse().unwrap();
            if limit > 100 { error(refusal.0, refusal.1, None) } else { page(seen, 200) }
        })
        .await;
        assert_eq!(client.list().await.unwrap().templates.len(), 200);
        let limits: Vec<_> = server.seen().iter().map(|seen| seen.param("limit").unwrap().to_owned()).collect();
        assert_eq!(limits, ["250", "125", "62", "62", "62", "62"]);
    }
}

#[tokio::test]
async fn an_error_100_about_something_else_comes_back() {
    let (server, client) = serve(|_| error(400, 100, None)).await;
    assert_eq!(client.list().await.unwrap_err().kind, ErrorKind::Invalid);
    assert_eq!(server.seen().len(), 4);
    let (server, client) = serve(|_| error(400, 100, Some(33))).await;
    assert_eq!(client.list().await.unwrap_err().kind, ErrorKind::NotFound);
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_list_is_whole_or_an_error() {
    let (_server, client) = serve(|seen| {
        let mut body: Value = serde_json::from_slice(&page(seen, 3).body_bytes()).unwrap();
        body["summary"]["total_count"] = 4.into();
        Answer::json(200, &body)
    })
    .await;
    let error = client.list().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Protocol);
    assert!(error.message.contains("holds 4 templates and showed 3"), "{error}");

    let (server, client) =
        serve(|seen| if seen.param("after") == Some("c-500") { Answer::status(500) } else { page(seen, 600) }).await;
    assert_eq!(client.list().await.unwrap_err().kind, ErrorKind::Unavailable);
    assert_eq!(server.seen().len(), 2 + 5);
}

#[tokio::test]
async fn duplicates_are_one_and_circles_end() {
    let (_server, client) = serve(|seen| {
        let mut body: Value = serde_json::from_slice(&page(seen, 300).body_bytes()).unwrap();
        if seen.param("after").is_some() {
            body["data"].as_array_mut().unwrap().insert(0, node(249));
        }
        Answer::json(200, &body)
    })
    .await;
    assert_eq!(client.list().await.unwrap().templates.len(), 300);

    let circle = json!({ "data": [], "paging": { "cursors": { "after": "same" }, "next": "https://x.example/" } });
    let (server, client) = serve(move |_| Answer::json(200, &circle)).await;
    assert_eq!(client.list().await.unwrap_err().kind, ErrorKind::Protocol);
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn a_stale_cursor_starts_the_listing_over() {
    let (server, client) =
        serve(|seen| if seen.index == 1 { error(400, 131_059, None) } else { page(seen, 300) }).await;
    assert_eq!(client.list().await.unwrap().templates.len(), 300);
    assert_eq!(server.seen().len(), 4);
    let (server, client) =
        serve(|seen| if seen.param("after").is_some() { error(400, 131_059, None) } else { page(seen, 300) }).await;
    assert_eq!(client.list().await.unwrap_err().code, Some(131_059));
    assert_eq!(server.seen().len(), 6);
}

#[tokio::test]
async fn reads_are_tried_again_while_it_helps() {
    for passing in [Answer::status(503), error(400, 4, None), error(500, 2, None), error(429, 80_008, None)] {
        let (server, client) = serve(move |seen| if seen.index < 2 { passing.clone() } else { page(seen, 1) }).await;
        assert_eq!(client.list().await.unwrap().requests, 3);
        assert_eq!((server.seen().len(), client.calls.requests()), (3, 3));
    }
    for lasting in
        [error(401, 190, Some(463)), error(403, 200, None), Answer::bytes(b"<html>", "text/html"), Answer::status(404)]
    {
        let (server, client) = serve(move |_| lasting.clone()).await;
        client.list().await.unwrap_err();
        assert_eq!(server.seen().len(), 1);
    }
    let (url, count) = hangs_up().await;
    assert_eq!(client(&url).list().await.unwrap_err().kind, ErrorKind::Unavailable);
    assert_eq!(*count.lock().unwrap(), 5);
}

#[tokio::test]
async fn what_the_provider_asks_for_is_obeyed_up_to_the_budget() {
    let usage =
        r#"{"1022":[{"type":"whatsapp_business_management","call_count":100,"estimated_time_to_regain_access":30}]}"#;
    let (server, client) = serve(move |_| error(400, 80_008, None).header("x-business-use-case-usage", usage)).await;
    let error = client.list().await.unwrap_err();
    assert_eq!((error.kind, error.retry_after), (ErrorKind::RateLimited, Some(Duration::from_secs(1800))));
    assert_eq!(server.seen().len(), 1);
    let (_server, client) = serve(|seen| match seen.index {
        0 => Answer::status(503).header("retry-after", "1"),
        _ => page(seen, 0),
    })
    .await;
    let start = std::time::Instant::now();
    client.list().await.unwrap();
    assert!(start.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn usage_near_the_limit_slows_down() {
    let usage =
        r#"{"1022":[{"type":"whatsapp_business_management","call_count":96,"estimated_time_to_regain_access":0}]}"#;
    let (_server, client) = serve(move |seen| page(seen, 0).header("x-business-use-case-usage", usage)).await;
    assert_eq!(client.calls.http.throttle.pause(), Duration::ZERO);
    client.list().await.unwrap();
    assert_eq!(client.calls.http.throttle.pause(), Duration::from_millis(250));
}

#[tokio::test]
async fn an_answer_without_end_is_cut_off() {
    let (server, client) = serve(|_| Answer::bytes(&vec![b' '; 17 * 1024 * 1024], "application/json")).await;
    assert_eq!(client.list().await.unwrap_err().kind, ErrorKind::Protocol);
    assert_eq!(server.seen().len(), 1);
    assert!(matches!(client.edit("77", &submission()).await, Err(WriteError::Unknown(_))));
}

#[tokio::test]
async fn a_template_is_there_gone_or_unknown() {
    let (server, client) = serve(|seen| Answer::json(200, &node(seen.index))).await;
    assert_eq!(client.get("0").await.unwrap().unwrap().key, TemplateKey::new("bike_0", "de"));
    assert_eq!(server.seen()[0].path, "/v23.0/0");
    for gone in [error(400, 100, Some(33)), error(404, 803, None)] {
        let (_server, client) = serve(move |_| gone.clone()).await;
        assert_eq!(client.get("1").await.unwrap(), None);
    }
    // A wrong address is not a template that is gone.
    let (_server, client) = serve(|_| Answer::status(404)).await;
    assert_eq!(client.get("1").await.unwrap_err().kind, ErrorKind::Protocol);
}

#[tokio::test]
async fn create_edit_and_delete_send_what_is_documented() {
    let (server, client) = serve(|seen| match (seen.method.as_str(), seen.path.as_str()) {
        ("POST", "/v23.0/1022/message_templates") => {
            Answer::json(200, &json!({ "id": "77", "status": "PENDING", "category": "MARKETING" }))
        }
        _ => Answer::json(200, &json!({ "success": true })),
    })
    .await;
    let created = Created { id: "77".to_owned(), status: Status::Pending, category: Some(Category::Marketing) };
    assert_eq!(client.create(&submission()).await.unwrap(), created);
    client.edit("77", &submission()).await.unwrap();
    client.delete(&one()).await.unwrap();
    client.delete(&Deletion::Name { name: "bike_ready".to_owned() }).await.unwrap();
    let seen = server.seen();
    let content = json!({ "category": "UTILITY", "parameter_format": "POSITIONAL", "components": [
        { "type": "BODY", "text": "Hi {{1}}!", "example": { "body_text": [["Ada"]] } }] });
    let mut create = content.clone();
    create["name"] = "bike_ready".into();
    create["language"] = "en_US".into();
    assert_eq!((seen[0].json(), seen[1].json()), (create, content));
    assert_eq!((seen[1].method.as_str(), seen[1].path.as_str()), ("POST", "/v23.0/77"));
    assert_eq!((seen[2].param("hsm_id"), seen[2].param("name")), (Some("77"), Some("bike_ready")));
    assert_eq!((seen[3].param("hsm_id"), seen[3].param("name")), (None, Some("bike_ready")));
    assert!(seen[2].method == "DELETE" && seen[2].body.is_empty());
}

#[tokio::test]
async fn nothing_is_deleted_by_an_empty_id() {
    let (server, client) = serve(|_| Answer::json(200, &json!({ "success": true }))).await;
    for deletion in [
        Deletion::One { id: String::new(), key: TemplateKey::new("bike_ready", "de") },
        Deletion::Name { name: String::new() },
    ] {
        assert!(matches!(client.delete(&deletion).await, Err(WriteError::NotSent(_))));
    }
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn deleting_what_is_gone_is_a_success() {
    let (_server, client) = serve(|_| error(400, 100, Some(2_593_002))).await;
    client.delete(&one()).await.unwrap();
    // These may speak of the account, which the token does not see any more.
    for unseen in [error(400, 100, Some(33)), error(404, 803, None)] {
        let (_server, client) = serve(move |_| unseen.clone()).await;
        assert!(matches!(client.delete(&one()).await, Err(WriteError::Unknown(_))));
    }
}

#[tokio::test]
async fn a_write_is_repeated_only_if_it_surely_had_no_effect() {
    let (server, client) = serve(|seen| match seen.index {
        0 => error(400, 80_008, None),
        1 => error(429, 4, None),
        _ => Answer::json(200, &json!({ "id": 77, "status": "APPROVED", "category": "UTILITY" })),
    })
    .await;
    assert_eq!(client.create(&submission()).await.unwrap().id, "77");
    assert_eq!(server.seen().len(), 3);

    let unknown = [
        Answer::status(500),
        Answer::status(502),
        error(500, 2, None),
        error(400, 2, None),
        error(500, 131_000, None),
        Answer::bytes(b"<html>", "text/html"),
        Answer::json(200, &json!([])),
        Answer::json(200, &json!({ "status": "PENDING" })),
    ];
    for answer in unknown {
        let (server, client) = serve(move |_| answer.clone()).await;
        let error = client.create(&submission()).await.unwrap_err();
        assert!(matches!(error, WriteError::Unknown(_)), "{error}");
        assert_eq!(server.seen().len(), 1);
    }
    let refused = [
        (error(400, 100, Some(2_388_024)), ErrorKind::AlreadyExists, false),
        (error(400, 100, Some(2_388_039)), ErrorKind::EditLimitOrStatus, false),
        (error(401, 190, None), ErrorKind::Credentials, true),
        (error(403, 368, None), ErrorKind::StopRun, true),
        (error(400, 10, Some(2_388_185)), ErrorKind::CreateNotAllowed, false),
        (Answer::status(404), ErrorKind::Protocol, false),
        (Answer::redirect("https://evil.example/"), ErrorKind::Protocol, false),
        (Answer::status(429), ErrorKind::RateLimited, false),
    ];
    for (answer, kind, fatal) in refused {
        let (server, client) = serve(move |_| answer.clone()).await;
        let error = client.edit("77", &submission()).await.unwrap_err();
        assert!(matches!(error, WriteError::Refused(_)), "{error}");
        assert_eq!((error.error().kind, error.error().is_fatal_for_account()), (kind, fatal));
        assert_eq!(server.seen().len(), 1);
    }
}

#[tokio::test]
async fn a_lost_answer_is_unknown_and_no_connection_is_not_sent() {
    let (url, count) = hangs_up().await;
    assert!(matches!(client(&url).edit("77", &submission()).await, Err(WriteError::Unknown(_))));
    assert_eq!(*count.lock().unwrap(), 1);

    let server = TestServer::start(|_| Answer::status(200).after(Duration::from_secs(5))).await;
    let mut config = config(&server.url);
    config.connection.timeout = Duration::from_millis(200);
    let error = Client::new(config).unwrap().create(&submission()).await.unwrap_err();
    assert!(matches!(&error, WriteError::Unknown(error) if error.message.contains("no answer in time")), "{error}");
    assert_eq!(server.seen().len(), 1);

    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let client = client(&Url::parse(&format!("http://{free}")).unwrap());
    assert!(matches!(client.delete(&one()).await, Err(WriteError::NotSent(_))));
    assert_eq!(client.calls.requests(), 5);
}

#[tokio::test]
async fn media_are_resolved_before_anything_is_sent() {
    let (server, client) = serve(|_| Answer::status(500)).await;
    let mut submission = submission();
    submission.content = fixture::all().swap_remove(4);
    for slot in crate::template::components::media_mut(&mut submission.content) {
        slot.sample.source = crate::template::MediaSource::File("hero.jpg".to_owned());
    }
    let error = client.create(&submission).await.unwrap_err();
    assert!(matches!(&error, WriteError::NotSent(error) if error.message.contains("header.sample")), "{error}");
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn an_upload_resumes_where_it_broke() {
    let (server, client) = serve(|seen| match (seen.method.as_str(), seen.path.as_str(), seen.index) {
        ("POST", "/v23.0/634974688087057/uploads", _) => Answer::json(200, &json!({ "id": "upload:MTph==?sig=ARZ" })),
        ("POST", "/v23.0/upload:MTph==", 1) => Answer::status(503),
        ("GET", "/v23.0/upload:MTph==", _) => Answer::json(200, &json!({ "id": "upload:MTph==", "file_offset": 4 })),
        ("POST", "/v23.0/upload:MTph==", _) => Answer::json(200, &json!({ "h": "4::aW1h\n4::b" })),
        _ => Answer::status(404),
    })
    .await;
    let media = Media { file_name: "hero.png".to_owned(), mime: "image/png".to_owned(), bytes: b"0123456789".to_vec() };
    assert_eq!(client.upload(&media).await.unwrap(), "4::aW1h\n4::b");
    let seen = server.seen();
    assert_eq!(seen.len(), 4);
    assert_eq!((seen[0].param("file_length"), seen[0].param("file_type")), (Some("10"), Some("image/png")));
    assert_eq!(
        (seen[0].param("file_name"), seen[0].headers["authorization"].to_str().unwrap()),
        (Some("hero.png"), &*format!("Bearer {TOKEN}"))
    );
    for (index, offset, body) in [(1, "0", "0123456789"), (3, "4", "456789")] {
        assert_eq!(seen[index].headers["file_offset"], offset);
        assert_eq!(seen[index].headers["authorization"], format!("OAuth {TOKEN}"));
        assert_eq!(seen[index].body, body.as_bytes());
        assert_eq!(seen[index].param("sig"), Some("ARZ"));
    }
}

#[tokio::test]
async fn an_upload_that_fails_is_never_of_unknown_effect() {
    let media = Media { file_name: "a.png".to_owned(), mime: "image/png".to_owned(), bytes: vec![1] };
    for (answer, sent) in
        [(Answer::status(500), 5), (error(400, 100, None), 1), (Answer::json(200, &json!({ "id": "//evil" })), 1)]
    {
        let (server, client) = serve(move |_| answer.clone()).await;
        let error = client.upload(&media).await.unwrap_err();
        assert!(!matches!(error, WriteError::Unknown(_)), "{error}");
        assert_eq!(server.seen().len(), sent);
    }
    let config = Config { app_id: None, ..config(&Url::parse("http://127.0.0.1:9/").unwrap()) };
    assert!(matches!(Client::new(config).unwrap().upload(&media).await, Err(WriteError::NotSent(_))));
}

#[tokio::test]
async fn the_token_goes_to_no_other_host() {
    for url in ["https://evil.example/", "http://graph.facebook.com/", "https://graph.facebook.com.evil.example/"] {
        let error = Client::new(config(&Url::parse(url).unwrap())).unwrap_err();
        assert_eq!(error.kind, ErrorKind::HostNotAllowed);
        assert!(error.is_fatal_for_account());
    }
    let url = Url::parse("https://proxy.fernweh.example/").unwrap();
    let mut allowed = config(&url);
    allowed.connection.allow_hosts = vec!["proxy.fernweh.example".to_owned()];
    assert!(Client::new(allowed).is_ok());
    let none = Config { token: SecretString::from(""), ..config(&Url::parse(BASE_URL).unwrap()) };
    assert_eq!(Client::new(none).unwrap_err().kind, ErrorKind::Credentials);
}

#[tokio::test]
async fn the_token_shows_nowhere() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(log.clone()).finish();
    let guard = tracing::subscriber::set_default(subscriber);
    // With a single dispatcher, a call site that another test's thread meets first is switched off for all.
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());
    let (server, client) = serve(|seen| match seen.index {
        0 => error(400, 100, Some(2_388_024)),
        1 => Answer::redirect(&format!("https://evil.example/?access_token={TOKEN}")),
        2 => Answer::bytes(TOKEN.as_bytes(), "text/plain"),
        _ => page(seen, 300),
    })
    .await;
    let mut texts = vec![format!("{client:?} {:?}", config(&server.url))];
    for _ in 0..3 {
        let error = client.create(&submission()).await.unwrap_err();
        texts.push(format!("{error} {error:?}"));
    }
    texts.push(format!("{:?}", client.list().await.unwrap()));
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let error = self::client(&Url::parse(&format!("http://{free}/")).unwrap()).get("1").await.unwrap_err();
    texts.push(format!("{error} {error:?}"));
    drop(guard);
    let log = log.text();
    assert!(log.contains("POST /v23.0/1022/message_templates"), "{log}");
    texts.push(log);
    for text in texts {
        assert!(!text.contains("CANARY") && !text.contains("access_token") && !text.contains("\\u{1b}"), "{text}");
    }
}

/// Collects what is logged.
#[derive(Clone, Default)]
struct Log(std::sync::Arc<std::sync::Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> tracing_subscriber::fmt::MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
