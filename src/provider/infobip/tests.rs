//! The client against a test_server: what is sent, what is tried again, what each failure means, and that no secret shows.

use std::time::Duration;

use secrecy::SecretString;
use serde_json::{Value, json};
use url::Url;

use super::{Client, Config};
use crate::{
    capability::Submission,
    provider::{
        Created, Deletion, ErrorKind, Media, Provider, ProviderError, WriteError,
        connection::Connection,
        test_server::{Answer, Seen, TestServer, hangs_up},
    },
    template::{Body, Category, Content, Header, HeaderKind, Samples, Status, TemplateKey},
};

const KEY: &str = "CANARY7f3a-11111111-2222";
const TEMPLATES: &str = "/whatsapp/2/senders/4366012/templates";

fn config(url: &Url) -> Config {
    Config { sender: "4366012".into(), waba_id: None, api_key: KEY.into(), connection: Connection::new(url.clone()) }
}

fn client(url: &Url) -> Client {
    Client::new(config(url)).unwrap().with_first_pause(Duration::from_millis(1))
}

type Reply = fn(&Seen) -> Answer;

async fn serve(answer: impl Fn(&Seen) -> Answer + Send + Sync + 'static) -> (TestServer, Client) {
    let server = TestServer::start(answer).await;
    let client = client(&server.url);
    (server, client)
}

/// An error in Infobip's own words, which show the key.
fn exception(status: u16, id: &str) -> Answer {
    let text = format!("Text\u{1b}[2J {KEY}");
    let said =
        json!({ "messageId": id, "text": text, "validationErrors": { "structure.body": [text, "must not be"] } });
    Answer::json(status, &json!({ "requestError": { "serviceException": said } }))
}

fn node(id: usize) -> Value {
    json!({ "id": id.to_string(), "businessAccountId": 1022, "name": "bike_ready", "language": "en_US",
        "status": "APPROVED", "category": "MARKETING", "structure": { "body": { "text": format!("Ready {id}.") }, "type": "TEXT" },
        "quality": "HIGH", "createdAt": "2026-01-01T00:00:00.000+0000", "lastUpdatedAt": "2026-01-01T00:00:00.000+0000" })
}

fn list(count: usize) -> Answer {
    let named = |at: usize| {
        let mut node = node(at);
        node["name"] = if at == 0 { "bike_ready".into() } else { format!("bike_{at}").into() };
        node
    };
    Answer::json(200, &json!({ "templates": (0..count).map(named).collect::<Vec<_>>() }))
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

fn name() -> Deletion {
    Deletion::Name { name: "bike_ready".to_owned() }
}

#[tokio::test]
async fn a_list_is_one_request_however_long() {
    let (server, client) = serve(|_| list(6000)).await;
    let listing = Provider::Infobip(client).list().await.unwrap();
    assert_eq!((listing.templates.len(), listing.requests), (6000, 1));
    assert_eq!((listing.template_limit, listing.total), (None, None));
    let seen = &server.seen()[0];
    assert_eq!((seen.method.as_str(), seen.path.as_str(), seen.query.len()), ("GET", TEMPLATES, 0));
    assert_eq!(seen.headers["authorization"], format!("App {KEY}").as_str());
}

#[tokio::test]
async fn a_list_is_whole_or_an_error() {
    for strange in [json!({}), json!({ "templates": {} }), json!({ "templates": [1] }), json!({ "results": [] })] {
        let (_server, client) = serve(move |_| Answer::json(200, &strange)).await;
        assert_eq!(client.list().await.unwrap_err().kind, ErrorKind::Protocol);
    }
    let (_server, client) = serve(|_| Answer::json(200, &json!({ "templates": [node(1), node(1)] }))).await;
    assert_eq!(client.list().await.unwrap_err().kind, ErrorKind::Protocol, "one template twice");
    let (server, client) = serve(|_| exception(500, "GENERAL_ERROR")).await;
    assert_eq!(client.list().await.unwrap_err().kind, ErrorKind::Unavailable);
    assert_eq!(server.seen().len(), 5);
}

#[tokio::test]
async fn two_templates_of_one_name_and_language_are_no_list_but_a_successor_is() {
    let serve = |status: &'static str| {
        TestServer::start(move |_| {
            let mut old = node(1);
            old["status"] = status.into();
            Answer::json(200, &json!({ "templates": [node(2), old] }))
        })
    };
    let server = serve("rejected").await;
    let error = Provider::Infobip(client(&server.url)).list().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Protocol);
    assert!(error.message.contains("bike_ready/en_US twice, as 2 and as 1"), "{error}");
    let server = serve("PENDING_DELETION").await;
    assert_eq!(Provider::Infobip(client(&server.url)).list().await.unwrap().templates.len(), 2);
}

/// An empty list does not tell whose it is; the first answer does.
#[tokio::test]
async fn a_create_in_another_waba_is_no_create_in_ours() {
    let server = TestServer::start(|seen| match seen.method.as_str() {
        "GET" => list(0),
        _ => Answer::json(201, &node(1)),
    })
    .await;
    let client = Client::new(Config { waba_id: Some("1023".to_owned()), ..config(&server.url) }).unwrap();
    assert_eq!(client.list().await.unwrap().templates.len(), 0);
    let Err(WriteError::Unknown(error)) = client.create(&utility()).await else { panic!("taken for ours") };
    assert!(error.message.contains("belongs to WABA 1022, not to 1023"), "{error}");
    assert!(matches!(client.edit("1", &submission(None)).await, Err(WriteError::Unknown(_))));
}

#[tokio::test]
async fn another_waba_is_refused_where_ours_is_known() {
    let server = TestServer::start(|_| list(2)).await;
    for (waba_id, good) in [("1022", true), ("1023", false)] {
        let client = Client::new(Config { waba_id: Some(waba_id.to_owned()), ..config(&server.url) }).unwrap();
        match client.list().await {
            Ok(listing) => assert!(good && listing.templates.len() == 2),
            Err(error) => {
                assert!(!good && error.kind == ErrorKind::Protocol, "{error}");
                assert!(error.message.contains("belongs to WABA 1022, not to 1023"), "{error}");
            }
        }
    }
}

#[tokio::test]
async fn a_template_that_is_not_there_is_told_from_a_sender_that_is_not_ours() {
    let (server, client) =
        serve(|seen| if seen.path == TEMPLATES { list(2) } else { exception(404, "NOT_FOUND") }).await;
    assert_eq!(client.get("77").await.unwrap(), None);
    assert_eq!(server.seen()[0].path, format!("{TEMPLATES}/77"));
    client.delete(&Deletion::Name { name: "gone".to_owned() }).await.unwrap();
    assert!(matches!(client.delete(&name()).await, Err(WriteError::Refused(_))), "it is still in the list");
    let (_server, client) = serve(|_| exception(404, "NOT_FOUND")).await;
    assert_eq!(client.get("77").await.unwrap_err().kind, ErrorKind::NotFound);
    assert!(matches!(client.delete(&name()).await, Err(WriteError::Unknown(_))));
    // A 404 of somebody else is about the address.
    let (server, client) = serve(|_| Answer::status(404)).await;
    assert_eq!(client.get("77").await.unwrap_err().kind, ErrorKind::Protocol);
    assert_eq!(server.seen().len(), 1);
    let (_server, client) = serve(|_| Answer::json(200, &node(77))).await;
    assert_eq!(client.get("77").await.unwrap().unwrap().id, "77");
}

#[tokio::test]
async fn a_create_is_one_request() {
    let (server, client) = serve(|_| Answer::json(201, &node(77))).await;
    let created = Created { id: "77".to_owned(), status: Status::Approved, category: Some(Category::Marketing) };
    assert_eq!(client.create(&utility()).await.unwrap(), created);
    let seen = server.seen();
    assert_eq!((seen.len(), seen[0].method.as_str(), seen[0].path.as_str()), (1, "POST", TEMPLATES));
    let structure = json!({ "body": { "text": "Hi {{1}}, ready!", "examples": ["Ada"] } });
    let wanted = json!({ "name": "bike_ready", "language": "en_US", "category": "UTILITY", "structure": structure });
    assert_eq!(seen[0].json(), wanted);
}

#[tokio::test]
async fn an_edit_sends_the_structure_and_a_category_only_where_one_is_asked_for() {
    let (server, client) = serve(|_| Answer::json(200, &node(77))).await;
    client.edit("77", &submission(None)).await.unwrap();
    client.edit("77", &utility()).await.unwrap();
    let seen = server.seen();
    assert!(seen.iter().all(|seen| seen.method == "PATCH" && seen.path == format!("{TEMPLATES}/77")));
    let structure = json!({ "body": { "text": "Hi {{1}}, ready!", "examples": ["Ada"] } });
    assert_eq!(seen[0].json(), json!({ "structure": structure }));
    assert_eq!(seen[1].json(), json!({ "category": "UTILITY", "structure": structure }));
}

#[tokio::test]
async fn only_whole_names_are_deleted() {
    let (server, client) = serve(|_| Answer::status(204)).await;
    client.delete(&name()).await.unwrap();
    let key = TemplateKey::new("bike_ready", "de");
    let error = client.delete(&Deletion::One { id: "77".to_owned(), key }).await.unwrap_err();
    assert!(matches!(&error, WriteError::NotSent(error) if error.message.contains("bike_ready/de")), "{error}");
    let seen = server.seen();
    assert_eq!(seen.len(), 1);
    assert_eq!((seen[0].method.as_str(), seen[0].path.clone()), ("DELETE", format!("{TEMPLATES}/bike_ready")));
    assert!(seen[0].body.is_empty());
    let (_server, client) = serve(|_| Answer::json(200, &json!({ "deleted": 1 }))).await;
    assert!(matches!(client.delete(&name()).await, Err(WriteError::Unknown(_))));
}

#[tokio::test]
async fn nothing_is_sent_for_nothing() {
    let (server, client) = serve(|_| Answer::status(204)).await;
    assert!(matches!(client.delete(&Deletion::Name { name: String::new() }).await, Err(WriteError::NotSent(_))));
    assert!(matches!(client.edit("", &utility()).await, Err(WriteError::NotSent(_))));
    assert!(matches!(client.create(&submission(None)).await, Err(WriteError::NotSent(_))));
    assert!(client.get("").await.is_err());
    let media = Media { file_name: "hero.png".to_owned(), mime: "image/png".to_owned(), bytes: vec![1] };
    assert!(matches!(client.upload(&media).await, Err(WriteError::NotSent(_))));
    let mut product = submission(None);
    product.content.header = Some(Header::new(HeaderKind::Product));
    let error = client.edit("77", &product).await.unwrap_err();
    assert!(matches!(&error, WriteError::NotSent(error) if error.message.contains("`header`")), "{error}");
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn a_write_is_repeated_only_if_it_surely_had_no_effect() {
    let (server, client) = serve(|seen| match seen.index {
        0 | 1 => exception(429, "TOO_MANY_REQUESTS").header("retry-after", "0"),
        _ => Answer::json(200, &node(7)),
    })
    .await;
    client.edit("7", &utility()).await.unwrap();
    assert_eq!(server.seen().len(), 3);

    let unknown: [Reply; 8] = [
        |_| Answer::status(500),
        |_| exception(500, "GENERAL_ERROR"),
        |_| exception(503, "TOO_MANY_REQUESTS"),
        |_| Answer::bytes(b"<html>", "text/html"),
        |_| Answer::json(200, &json!([])),
        |_| Answer::json(200, &json!({ "status": "PENDING" })),
        |_| Answer::status(204),
        // Somebody else's.
        |_| {
            let mut node = node(7);
            node["language"] = "de".into();
            Answer::json(200, &node)
        },
    ];
    for answer in unknown {
        let (server, client) = serve(answer).await;
        for error in [client.create(&utility()).await.unwrap_err(), client.edit("7", &utility()).await.unwrap_err()] {
            assert!(matches!(error, WriteError::Unknown(_)), "{error}");
        }
        assert_eq!(server.seen().len(), 2);
    }
    let refused: [(Reply, ErrorKind, bool); 8] = [
        (|_| exception(400, "BAD_REQUEST"), ErrorKind::Invalid, false),
        (|_| Answer::json(400, &json!({ "errorCode": "E400", "description": "x" })), ErrorKind::Invalid, false),
        (|_| exception(401, "UNAUTHORIZED"), ErrorKind::Credentials, true),
        (|_| exception(403, "FORBIDDEN"), ErrorKind::Permission, true),
        (|_| exception(404, "NOT_FOUND"), ErrorKind::NotFound, false),
        (|_| Answer::status(404), ErrorKind::Protocol, false),
        (|_| Answer::redirect("https://evil.example/"), ErrorKind::Protocol, false),
        (|_| Answer::status(429), ErrorKind::RateLimited, false),
    ];
    for (answer, kind, fatal) in refused {
        let (server, client) = serve(answer).await;
        let error = client.edit("77", &utility()).await.unwrap_err();
        assert!(matches!(error, WriteError::Refused(_)), "{error}");
        assert_eq!((error.error().kind, error.error().is_fatal_for_account()), (kind, fatal));
        assert_eq!(server.seen().len(), 1);
    }
}

#[tokio::test]
async fn a_lost_answer_is_unknown_and_no_connection_is_not_sent() {
    let (url, count) = hangs_up().await;
    assert!(matches!(client(&url).edit("77", &utility()).await, Err(WriteError::Unknown(_))));
    assert!(matches!(client(&url).create(&utility()).await, Err(WriteError::Unknown(_))));
    assert_eq!(*count.lock().unwrap(), 2);
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let client = client(&Url::parse(&format!("http://{free}")).unwrap());
    assert!(matches!(client.delete(&name()).await, Err(WriteError::NotSent(_))));
}

#[tokio::test]
async fn both_envelopes_are_told_to_people() {
    let (_server, client) = serve(|_| exception(400, "BAD_REQUEST")).await;
    let error = client.create(&utility()).await.unwrap_err().to_string();
    assert!(error.contains("structure.body: must not be"), "{error}");
    let violation = json!({ "property": "status", "violation": "Provide one of the valid values." });
    let flat = json!({ "errorCode": "E400", "description": "Request cannot be processed.", "violations": [violation] });
    let (_server, client) = serve(move |_| Answer::json(400, &flat)).await;
    let error = client.create(&utility()).await.unwrap_err().to_string();
    assert!(error.contains("status: Provide one of the valid values."), "{error}");
}

#[tokio::test]
async fn the_key_goes_to_no_other_host() {
    for url in ["https://evil.example/", "http://x.api.infobip.com/", "https://api.infobip.com.evil.example/"] {
        assert_eq!(Client::new(config(&Url::parse(url).unwrap())).unwrap_err().kind, ErrorKind::HostNotAllowed);
    }
    let base = Url::parse("https://x1y2z3.api.infobip.com").unwrap();
    for url in [base.as_str(), "https://api.infobip.com"] {
        Client::new(config(&Url::parse(url).unwrap())).unwrap();
    }
    for sender in ["", "+4366012", "1/../2"] {
        let config = Config { sender: sender.to_owned(), ..config(&base) };
        assert_eq!(Client::new(config).unwrap_err().kind, ErrorKind::Invalid);
    }
    let config = Config { waba_id: Some("x".to_owned()), ..config(&base) };
    assert_eq!(Client::new(config).unwrap_err().kind, ErrorKind::Invalid);
    let config = Config { api_key: SecretString::from("CANARY with blanks"), ..self::config(&base) };
    let error = Client::new(config).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Credentials);
    assert!(!format!("{error:?} {error}").contains("CANARY"));
}

#[tokio::test]
async fn the_key_shows_nowhere() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(log.clone()).finish();
    let guard = tracing::subscriber::set_default(subscriber);
    // With a single dispatcher, a call site that another test's thread meets first is switched off for all.
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());
    let (server, client) = serve(|seen| match seen.index {
        0 => exception(400, "BAD_REQUEST"),
        1 => Answer::redirect(&format!("https://evil.example/?key={KEY}")),
        2 => Answer::bytes(KEY.as_bytes(), "text/plain"),
        3 => {
            let mut node = node(7);
            node["name"] = KEY.into();
            Answer::json(201, &node)
        }
        _ => list(3),
    })
    .await;
    let mut texts = vec![format!("{client:?} {:?}", config(&server.url))];
    let show = |error: &ProviderError| format!("{error} {error:?}");
    for _ in 0..4 {
        texts.push(show(client.create(&utility()).await.unwrap_err().error()));
    }
    texts.push(format!("{:?}", client.list().await.unwrap()));
    drop(guard);
    let log = log.text();
    assert!(log.contains(&format!("POST {TEMPLATES}")), "{log}");
    texts.push(log);
    for text in texts {
        assert!(!text.contains("CANARY") && !text.contains("\\u{1b}"), "{text}");
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
