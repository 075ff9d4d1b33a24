//! The client against a counterpart: what is sent, what is tried again, what each failure means, and that no secret shows.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use url::Url;

use super::{BASE_URL, Client, Config, Signer, token::testing};
use crate::{
    provider::{
        Created, Deletion, ErrorKind, Media, Provider, ProviderError, Submission, WriteError,
        connection::Connection,
        counterpart::{Answer, Counterpart, Seen, hangs_up},
    },
    template::{Body, Category, Content, Header, HeaderKind, Samples, Status, TemplateKey},
};

const APPLICATION: &str = "aaaaaaaa-bbbb-cccc-dddd-0123456789ab";
const TEMPLATES: &str = "/wabas/1022/templates";

fn config(url: &Url) -> Config {
    let signer = Signer::Application { id: APPLICATION.to_owned(), private_key: testing::pkcs8() };
    Config { waba_id: "1022".to_owned(), signer, connection: Connection::new(url.clone()) }
}

fn client(url: &Url) -> Client {
    Client::new(config(url)).unwrap().with_first_pause(Duration::from_millis(1))
}

async fn serve(answer: impl Fn(&Seen) -> Answer + Send + Sync + 'static) -> (Counterpart, Client) {
    let server = Counterpart::start(answer).await;
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
    let mut body = json!({ "templates": (from..to).map(node).collect::<Vec<_>>(),
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

#[tokio::test]
async fn six_thousand_templates_take_24_requests_and_one_token() {
    let (server, client) = serve(|seen| page(seen, 6000)).await;
    let listing = Provider::Vonage(client).list().await.unwrap();
    assert_eq!(listing.templates.len(), 6000);
    assert_eq!((listing.requests, listing.template_limit, listing.total), (24, None, None));
    let seen = server.seen();
    assert_eq!(seen.len(), 24);
    assert!(seen.iter().all(|seen| seen.path == TEMPLATES && seen.param("limit") == Some("250")));
    assert!(seen.iter().all(|one| token(one) == token(&seen[0])));
    let claims = claims(&seen[0]);
    assert_eq!(claims["application_id"], APPLICATION);
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 900);
    let age = jiff::Timestamp::now().as_second() - claims["iat"].as_i64().unwrap();
    assert!((60..90).contains(&age), "{age}");
    assert_eq!((seen[0].query.len(), seen[1].param("after")), (1, Some("c-250")));
}

#[tokio::test]
async fn the_base_url_keeps_its_path() {
    let server = Counterpart::start(|seen| page(seen, 0)).await;
    let client = client(&server.url.join("v2/whatsapp-manager").unwrap());
    assert!(client.list().await.unwrap().templates.is_empty());
    assert_eq!(server.seen()[0].path, format!("/v2/whatsapp-manager{TEMPLATES}"));
}

#[tokio::test]
async fn a_list_is_whole_or_an_error() {
    let (server, client) =
        serve(|seen| if seen.param("after") == Some("c-500") { Answer::status(503) } else { page(seen, 600) }).await;
    assert_eq!(client.list().await.unwrap_err().kind, ErrorKind::Unavailable);
    assert_eq!(server.seen().len(), 2 + 5);

    let circle = json!({ "templates": [], "paging": { "cursors": { "after": "same" }, "next": "https://x.example/" } });
    let (server, client) = serve(move |_| Answer::json(200, &circle)).await;
    let error = client.list().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Protocol);
    assert!(error.message.contains("circle"), "{error}");
    assert_eq!(server.seen().len(), 2);

    let (_server, client) = serve(|seen| {
        let mut body: Value = serde_json::from_slice(&page(seen, 300).body_bytes()).unwrap();
        if seen.param("after").is_some() {
            body["templates"].as_array_mut().unwrap().insert(0, node(249));
        }
        Answer::json(200, &body)
    })
    .await;
    assert_eq!(client.list().await.unwrap().templates.len(), 300);
}

#[tokio::test]
async fn pages_are_halved_when_the_account_cannot_do_as_much() {
    let (server, client) = serve(|seen| {
        let limit: usize = seen.param("limit").unwrap().parse().unwrap();
        if limit > 100 { problem(500, "/messages-olympus#1030")(seen) } else { page(seen, 100) }
    })
    .await;
    assert_eq!(client.list().await.unwrap().templates.len(), 100);
    let limits: Vec<_> = server.seen().iter().map(|seen| seen.param("limit").unwrap().to_owned()).collect();
    assert_eq!(limits, ["250", "125", "62", "62"]);
    // About something else it comes back, after all tries of the smallest page.
    let (server, client) = serve(problem(500, "/messages-olympus#1030")).await;
    assert_eq!(client.list().await.unwrap_err().code, Some(1030));
    assert_eq!(server.seen().len(), 3 + 5);
}

#[tokio::test]
async fn reads_are_tried_again_while_it_helps() {
    let passing: [fn(&Seen) -> Answer; 3] = [
        |_| Answer::status(502),
        |seen| problem(429, "/messages-olympus#1000")(seen),
        |_| Answer::status(429).header("retry-after", "0"),
    ];
    for passing in passing {
        let (server, client) = serve(move |seen| if seen.index < 2 { passing(seen) } else { page(seen, 1) }).await;
        assert_eq!(client.list().await.unwrap().requests, 3);
        assert_eq!(server.seen().len(), 3);
    }
    let lasting: [(fn(&Seen) -> Answer, ErrorKind); 7] = [
        (|seen| problem(401, "#unauthorized")(seen), ErrorKind::Credentials),
        (|seen| problem(403, "")(seen), ErrorKind::Permission),
        (|seen| problem(404, "#not-found")(seen), ErrorKind::NotFound),
        (|seen| problem(400, "")(seen), ErrorKind::Invalid),
        (|_| Answer::status(401), ErrorKind::Credentials),
        (|_| Answer::status(404), ErrorKind::Protocol),
        (|_| Answer::bytes(b"<html>", "text/html"), ErrorKind::Protocol),
    ];
    for (lasting, kind) in lasting {
        let (server, client) = serve(lasting).await;
        assert_eq!(client.list().await.unwrap_err().kind, kind);
        assert_eq!(server.seen().len(), 1);
    }
    let (url, count) = hangs_up().await;
    assert_eq!(client(&url).list().await.unwrap_err().kind, ErrorKind::Unavailable);
    assert_eq!(*count.lock().unwrap(), 5);
}

#[tokio::test]
async fn a_problem_is_told_in_its_own_words() {
    let (_server, client) =
        serve(|seen| problem(429, "/messages-olympus#1000")(seen).header("retry-after", "100")).await;
    let error = client.list().await.unwrap_err();
    assert_eq!((error.code, error.http_status, error.spoken), (Some(1000), Some(429), true));
    assert_eq!((error.trace_id.as_deref(), error.retry_after), (Some("2f4461e1"), Some(Duration::from_secs(100))));
    assert_eq!(error.to_string(), "Titel: Text [2J *** (1000, trace 2f4461e1)");
    let body = json!({ "title": "Missing required parameter", "detail": "x", "instance_id": "85292fc4" });
    let (_server, client) = serve(move |_| Answer::json(422, &body)).await;
    let error = client.get("1").await.unwrap_err();
    assert_eq!((error.kind, error.trace_id.as_deref(), error.spoken), (ErrorKind::Invalid, Some("85292fc4"), true));
}

#[tokio::test]
async fn a_create_sends_all_and_looks_once() {
    let (server, client) = serve(|seen| match seen.method.as_str() {
        "POST" => Answer::json(200, &json!({ "id": "77" })),
        _ => Answer::json(200, &node(77)),
    })
    .await;
    let created = Created { id: "77".to_owned(), status: Status::Approved, category: Some(Category::Marketing) };
    assert_eq!(client.create(&utility()).await.unwrap(), created);
    let seen = server.seen();
    assert_eq!((seen[0].method.as_str(), seen[0].path.as_str()), ("POST", TEMPLATES));
    assert!(seen[0].query.is_empty());
    assert_eq!(
        seen[0].json(),
        json!({ "name": "bike_ready", "language": "en_US", "category": "UTILITY", "components": [
            { "type": "BODY", "format": "TEXT", "text": "Hi {{1}}, ready!", "example": { "body_text": [["Ada"]] } }] })
    );
    assert_eq!((seen[1].method.as_str(), seen[1].path.as_str()), ("GET", "/wabas/1022/templates/77"));
    assert_eq!(seen.len(), 2);
}

#[tokio::test]
async fn a_look_that_fails_leaves_the_category_open() {
    let looks: [fn(&Seen) -> Answer; 5] = [
        |_| Answer::status(500),
        |seen| problem(404, "#not-found")(seen),
        |_| Answer::bytes(b"<html>", "text/html"),
        |_| Answer::json(200, &json!({ "id": "77" })),
        // Somebody else's.
        |_| {
            let mut node = node(77);
            node["language"] = "de".into();
            Answer::json(200, &node)
        },
    ];
    for look in looks {
        let (server, client) = serve(move |seen| match seen.method.as_str() {
            "POST" => Answer::json(200, &json!({ "id": 77 })),
            _ => look(seen),
        })
        .await;
        let created = Created { id: "77".to_owned(), status: Status::Pending, category: None };
        assert_eq!(client.create(&utility()).await.unwrap(), created);
        assert_eq!(server.seen().len(), 2);
    }
}

#[tokio::test]
async fn an_edit_without_a_category_asks_which_it_is() {
    let (server, client) = serve(|seen| match seen.method.as_str() {
        "GET" => Answer::json(200, &node(77)),
        _ => Answer::status(204),
    })
    .await;
    client.edit("77", &submission(None)).await.unwrap();
    client.edit("77", &utility()).await.unwrap();
    let seen = server.seen();
    let asked: Vec<String> = seen.iter().map(|seen| format!("{} {}", seen.method, seen.path)).collect();
    let path = "/wabas/1022/templates/77";
    assert_eq!(asked, [format!("GET {path}"), format!("PUT {path}"), format!("PUT {path}")]);
    let (first, second) = (seen[1].json(), seen[2].json());
    assert_eq!((&first["category"], &second["category"]), (&json!("MARKETING"), &json!("UTILITY")));
    for field in ["name", "language", "components"] {
        assert!(first.get(field).is_some() && first[field] == second[field], "{field}");
    }
}

#[tokio::test]
async fn an_edit_whose_category_is_not_known_is_not_sent() {
    let mut legacy = node(77);
    legacy["category"] = "TRANSACTIONAL".into();
    let mut other = node(77);
    other["name"] = "bike_sold".into();
    let looks = [Answer::json(200, &legacy), Answer::json(200, &other), Answer::status(404), Answer::status(401)];
    for look in looks {
        let (server, client) = serve(move |_| look.clone()).await;
        let error = client.edit("77", &submission(None)).await.unwrap_err();
        assert!(matches!(error, WriteError::NotSent(_)), "{error}");
        assert!(server.seen().iter().all(|seen| seen.method == "GET"));
    }
}

#[tokio::test]
async fn deletions_name_one_or_all() {
    let (server, client) = serve(|_| Answer::status(204)).await;
    client.delete(&one()).await.unwrap();
    client.delete(&Deletion::Name { name: "bike_ready".to_owned() }).await.unwrap();
    let seen = server.seen();
    assert!(seen.iter().all(|seen| seen.method == "DELETE" && seen.path == TEMPLATES && seen.body.is_empty()));
    assert_eq!((seen[0].param("name"), seen[0].param("hsm_id")), (Some("bike_ready"), Some("77")));
    assert_eq!((seen[1].param("name"), seen[1].param("hsm_id")), (Some("bike_ready"), None));
}

#[tokio::test]
async fn nothing_is_sent_for_an_empty_id() {
    let (server, client) = serve(|_| Answer::status(204)).await;
    let key = TemplateKey::new("bike_ready", "de");
    for deletion in [Deletion::One { id: String::new(), key }, Deletion::Name { name: String::new() }] {
        assert!(matches!(client.delete(&deletion).await, Err(WriteError::NotSent(_))));
    }
    for submission in [utility(), submission(None)] {
        assert!(matches!(client.edit("", &submission).await, Err(WriteError::NotSent(_))));
    }
    assert!(client.get("").await.is_err());
    assert!(matches!(client.create(&submission(None)).await, Err(WriteError::NotSent(_))));
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn gone_is_told_from_an_account_that_is_not_seen() {
    // The account shows itself: the template is gone.
    let (server, client) = serve(|seen| match seen.param("limit") {
        Some(_) => page(seen, 0),
        None => problem(404, "#not-found")(seen),
    })
    .await;
    assert_eq!(client.get("77").await.unwrap(), None);
    client.delete(&one()).await.unwrap();
    assert_eq!(server.seen().len(), 4);
    // It does not: nobody knows.
    let (_server, client) = serve(problem(404, "#not-found")).await;
    assert_eq!(client.get("77").await.unwrap_err().kind, ErrorKind::NotFound);
    assert!(matches!(client.delete(&one()).await, Err(WriteError::Unknown(_))));
    // A wrong address is not a template that is gone.
    let (server, client) = serve(|_| Answer::status(404)).await;
    assert_eq!(client.get("77").await.unwrap_err().kind, ErrorKind::Protocol);
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_write_is_repeated_only_if_it_surely_had_no_effect() {
    let (server, client) = serve(|seen| match seen.index {
        0 | 1 => problem(429, "/messages-olympus#1000")(seen),
        _ => Answer::status(204),
    })
    .await;
    client.edit("77", &utility()).await.unwrap();
    assert_eq!(server.seen().len(), 3);

    let unknown: [fn(&Seen) -> Answer; 6] = [
        |_| Answer::status(500),
        |seen| problem(500, "/messages-olympus#1030")(seen),
        |seen| problem(503, "/messages-olympus#1000")(seen),
        |_| Answer::bytes(b"<html>", "text/html"),
        |_| Answer::json(200, &json!([])),
        |_| Answer::json(200, &json!({ "status": "PENDING" })),
    ];
    for answer in unknown {
        let (server, client) = serve(answer).await;
        for error in [client.create(&utility()).await.unwrap_err(), client.edit("7", &utility()).await.unwrap_err()] {
            assert!(matches!(error, WriteError::Unknown(_)), "{error}");
        }
        assert_eq!(server.seen().len(), 2);
    }
    let refused: [(fn(&Seen) -> Answer, ErrorKind, bool); 7] = [
        (|seen| problem(400, "")(seen), ErrorKind::Invalid, false),
        (|seen| problem(422, "#invalid-json")(seen), ErrorKind::Invalid, false),
        (|seen| problem(401, "#unauthorized")(seen), ErrorKind::Credentials, true),
        (|seen| problem(403, "")(seen), ErrorKind::Permission, true),
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
    assert!(matches!(client.delete(&one()).await, Err(WriteError::NotSent(_))));
    assert_eq!(client.calls.requests(), 5);
}

#[tokio::test]
async fn what_cannot_be_sent_is_refused_before_anything_is_asked() {
    let (server, client) = serve(|_| Answer::status(500)).await;
    let mut submission = submission(None);
    submission.content.header = Some(Header::new(HeaderKind::Location));
    let error = client.edit("77", &submission).await.unwrap_err();
    assert!(matches!(&error, WriteError::NotSent(error) if error.message.contains("`header`")), "{error}");
    submission.category = Some(Category::Utility);
    assert!(matches!(client.create(&submission).await, Err(WriteError::NotSent(_))));
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn an_upload_is_one_form_with_the_documented_field() {
    let (server, client) = serve(|_| Answer::json(200, &json!({ "h": "2:c2Ft\n2:x" }))).await;
    assert_eq!(client.upload(&png()).await.unwrap(), "2:c2Ft\n2:x");
    let seen = &server.seen()[0];
    assert_eq!((seen.method.as_str(), seen.path.as_str()), ("POST", "/media/uploads"));
    assert_eq!(seen.query, [("file_type".to_owned(), "image/png".to_owned())]);
    assert!(seen.headers["content-type"].to_str().unwrap().starts_with("multipart/form-data; boundary="));
    let body = String::from_utf8_lossy(&seen.body).into_owned();
    assert!(body.contains("name=\"mediafile\"; filename=\"hero.png\"") && body.contains("PNG0123"), "{body}");
}

#[tokio::test]
async fn an_upload_that_fails_is_never_of_unknown_effect() {
    let answers: [(fn(&Seen) -> Answer, usize); 4] = [
        (|_| Answer::status(500), 5),
        (|seen| problem(400, "")(seen), 1),
        (|_| Answer::json(200, &json!({ "handle": "x" })), 1),
        (|_| Answer::status(204), 1),
    ];
    for (answer, sent) in answers {
        let (server, client) = serve(answer).await;
        let error = client.upload(&png()).await.unwrap_err();
        assert!(!matches!(error, WriteError::Unknown(_)), "{error}");
        assert_eq!(server.seen().len(), sent);
    }
    let (server, client) = serve(|_| Answer::status(500)).await;
    let pdf = Media { mime: "application/pdf".to_owned(), ..png() };
    assert!(matches!(client.upload(&pdf).await, Err(WriteError::NotSent(_))));
    assert!(server.seen().is_empty());
}

/// Answers as Vonage does to a clock that is an hour ahead: tokens of the past are refused, with the true date.
fn an_hour_ahead(seen: &Seen) -> Option<Answer> {
    let now = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(1);
    let date = jiff::fmt::rfc2822::to_string(&now.to_zoned(jiff::tz::TimeZone::UTC)).unwrap();
    let valid = claims(seen)["exp"].as_i64().unwrap() > now.as_second();
    (!valid).then(|| problem(401, "#unauthorized")(seen).header("date", &date))
}

#[tokio::test]
async fn a_clock_that_is_off_costs_one_request() {
    let (server, client) = serve(|seen| an_hour_ahead(seen).unwrap_or_else(|| page(seen, 1))).await;
    assert_eq!(client.list().await.unwrap().requests, 2);
    client.list().await.unwrap();
    assert_eq!(server.seen().len(), 3);
    let (server, client) = serve(|seen| an_hour_ahead(seen).unwrap_or_else(|| Answer::status(204))).await;
    client.edit("77", &utility()).await.unwrap();
    assert_eq!(server.seen().len(), 2);
    // A key that is not the application's stays refused.
    let (server, client) =
        serve(|seen| an_hour_ahead(seen).unwrap_or_else(|| problem(401, "#unauthorized")(seen))).await;
    assert_eq!(client.list().await.unwrap_err().kind, ErrorKind::Credentials);
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn the_key_signs_for_no_other_host() {
    for url in ["https://evil.example/", "http://api.nexmo.com/", "https://api.nexmo.com.evil.example/"] {
        let error = Client::new(config(&Url::parse(url).unwrap())).unwrap_err();
        assert_eq!(error.kind, ErrorKind::HostNotAllowed);
    }
    for url in [BASE_URL, "https://api-eu.vonage.com/v2/whatsapp-manager"] {
        Client::new(config(&Url::parse(url).unwrap())).unwrap();
    }
    let base = Url::parse(BASE_URL).unwrap();
    for waba_id in ["", "12a", "1/../2"] {
        let config = Config { waba_id: waba_id.to_owned(), ..config(&base) };
        assert_eq!(Client::new(config).unwrap_err().kind, ErrorKind::Invalid);
    }
    let key = Signer::Application { id: APPLICATION.to_owned(), private_key: SecretString::from("CANARY") };
    let error = Client::new(Config { signer: key, ..config(&base) }).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Credentials);
    assert!(!format!("{error:?} {error}").contains("CANARY"));
}

#[tokio::test]
async fn a_ready_token_goes_out_as_it_is() {
    let server = Counterpart::start(|seen| page(seen, 0)).await;
    let config = Config { signer: Signer::Token("sandbox".into()), ..config(&server.url) };
    Client::new(config).unwrap().list().await.unwrap();
    assert_eq!(server.seen()[0].headers["authorization"], "Bearer sandbox");
}

#[tokio::test]
async fn key_and_tokens_show_nowhere() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(log.clone()).finish();
    let guard = tracing::subscriber::set_default(subscriber);
    // With a single dispatcher, a call site that another test's thread meets first is switched off for all.
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());
    let (server, client) = serve(|seen| match seen.index {
        0 => problem(422, "#invalid-json")(seen),
        1 => Answer::redirect(&format!("https://evil.example/?token={}", token(seen))),
        2 => Answer::bytes(token(seen).as_bytes(), "text/plain"),
        3 => an_hour_ahead(seen).unwrap(),
        _ => page(seen, 300),
    })
    .await;
    let mut texts = vec![format!("{client:?} {:?}", config(&server.url))];
    let show = |error: &ProviderError| format!("{error} {error:?}");
    for _ in 0..3 {
        texts.push(show(client.create(&utility()).await.unwrap_err().error()));
    }
    texts.push(format!("{:?}", client.list().await.unwrap()));
    texts.push(format!("{client:?}"));
    drop(guard);
    let log = log.text();
    assert!(log.contains(&format!("POST {TEMPLATES}")) && log.contains("clock is off"), "{log}");
    texts.push(log);
    let key = testing::pkcs8();
    let line = key.expose_secret().lines().nth(3).unwrap();
    let seen = server.seen();
    assert_ne!(token(&seen[0]), token(seen.last().unwrap()));
    for text in texts {
        for seen in &seen {
            let token = token(seen);
            let signature = token.rsplit('.').next().unwrap();
            assert!(!text.contains(signature), "{text}");
        }
        assert!(!text.contains(line) && !text.contains("\\u{1b}"), "{text}");
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
