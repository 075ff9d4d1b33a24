//! The client against a test_server: what is sent, what is tried again, what each failure means, and that no key shows.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use url::Url;

use super::{CHANNEL_URL, Client, Config, PARTNER_URL};
use crate::{
    capability::Submission,
    provider::{
        Created, Deletion, ErrorKind, Media, Provider, WriteError,
        connection::Connection,
        test_server::{Answer, Seen, TestServer, hangs_up},
    },
    template::{Body, Category, Content, MediaSource, Samples, Status, TemplateKey, components::fixture},
};

const KEY: &str = "CANARY-d360-7f3a";
const TEMPLATES: &str = "/api/v2/partners/fernPA/waba_accounts/fernWA/waba_templates";

fn config(url: &Url, partner: bool) -> Config {
    Config {
        partner_id: partner.then(|| "fernPA".to_owned()),
        waba_account_id: "fernWA".to_owned(),
        api_key: KEY.into(),
        bearer: false,
        connection: Connection::new(url.clone()),
    }
}

fn client(url: &Url, partner: bool) -> Client {
    Client::new(config(url, partner)).unwrap().with_first_pause(Duration::from_millis(1))
}

async fn serve(partner: bool, answer: impl Fn(&Seen) -> Answer + Send + Sync + 'static) -> (TestServer, Client) {
    let server = TestServer::start(answer).await;
    let client = client(&server.url, partner);
    (server, client)
}

/// An error as each API words it.
fn error(status: u16, form: usize) -> Answer {
    let text = format!("Refused\u{1b}[2J for {KEY}");
    let meta = json!({ "success": false, "http_code": status, "developer_message": text });
    let body = match form {
        0 => json!({ "meta": meta }),
        1 => json!({ "meta": meta, "errors": [{ "code": 1008, "title": "Bad", "details": text }] }),
        _ => json!({ "error": text }),
    };
    Answer::json(status, &body)
}

fn row(at: usize) -> Value {
    json!({ "id": format!("id{at:018}WT"), "name": format!("bike_{at}"), "language": "de", "status": "approved",
        "category": "UTILITY", "waba_account_id": "fernWA", "components": [{ "type": "BODY", "text": "Fertig." }] })
}

/// A page of a list, no longer than `cap`, as if `moved` rows had been put in before it since.
fn page(seen: &Seen, total: usize, cap: usize, moved: usize) -> Answer {
    let number = |name: &str| seen.param(name).map(|text| text.parse::<usize>().unwrap());
    let from = number("offset").unwrap_or(0);
    let limit = number("limit").unwrap_or(1000).min(cap);
    let rows: Vec<Value> = (from..total.min(from + limit)).map(|at| row(at.saturating_sub(moved))).collect();
    Answer::json(
        200,
        &json!({ "count": rows.len(), "filters": {}, "limit": limit, "offset": from, "sort": ["id"], "total": total,
            "waba_templates": rows }),
    )
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
    Deletion::One { id: "abcWT".to_owned(), key: TemplateKey::new("bike_ready", "en_US") }
}

fn name() -> Deletion {
    Deletion::Name { name: "bike_ready".to_owned() }
}

#[tokio::test]
async fn the_first_page_tells_what_the_others_are() {
    for (partner, path, header) in [(true, TEMPLATES, "x-api-key"), (false, "/v1/configs/templates", "d360-api-key")] {
        let (server, client) = serve(partner, |seen| page(seen, 4321, 9999, 0)).await;
        let listing = Provider::Dialog360(client).list().await.unwrap();
        assert_eq!((listing.templates.len(), listing.requests, listing.total), (4321, 5, Some(4321)));
        assert!(listing.templates.iter().enumerate().all(|(at, live)| live.key.name == format!("bike_{at}")));
        let seen = server.seen();
        assert!(seen.iter().all(|seen| seen.path == path && seen.method == "GET" && seen.headers[header] == KEY));
        assert!(seen.iter().all(|seen| seen.headers.get("authorization").is_none() && seen.query.len() == 2));
        let mut asked: Vec<(&str, &str)> =
            seen.iter().map(|seen| (seen.param("limit").unwrap(), seen.param("offset").unwrap())).collect();
        assert_eq!(asked[0], ("1000", "0"));
        asked.sort_unstable();
        assert_eq!(asked.iter().map(|(_, offset)| *offset).collect::<Vec<_>>(), ["0", "1000", "2000", "3000", "4000"]);
    }
}

#[tokio::test]
async fn four_pages_at_once_and_no_more() {
    let pause = Duration::from_millis(250);
    let (server, client) = serve(true, move |seen| page(seen, 90, 10, 0).after(pause)).await;
    let start = Instant::now();
    let listing = client.list().await.unwrap();
    let took = start.elapsed();
    assert_eq!((listing.templates.len(), server.seen().len()), (90, 9));
    assert!(took >= pause * 3, "more than four at once: {took:?}");
    assert!(took < pause * 8, "one after the other: {took:?}");
    // The server's own measure counts, whatever it was asked for.
    assert!(server.seen().iter().skip(1).all(|seen| seen.param("limit") == Some("10")));
}

#[tokio::test]
async fn a_list_is_whole_or_an_error() {
    // The second page shows again what the first one showed: something was put in between. Once is forgiven.
    let (server, client) = serve(true, |seen| page(seen, 20, 10, usize::from(seen.index == 1))).await;
    assert_eq!(client.list().await.unwrap().templates.len(), 20);
    assert_eq!(server.seen().len(), 4);
    let twice = |seen: &Seen| page(seen, 20, 10, usize::from(seen.param("offset") == Some("10")));
    let (server, client) = serve(true, twice).await;
    let error = client.list().await.unwrap_err();
    assert_eq!((error.kind, server.seen().len()), (ErrorKind::Protocol, 4));
    assert!(error.message.contains("bike_9/de twice"), "{error}");

    let growing = |seen: &Seen| page(seen, 20 + seen.index, 10, 0);
    let (server, client) = serve(true, growing).await;
    let error = client.list().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Protocol);
    assert!(error.message.contains("while it was read") && server.seen().len() <= 10, "{error}");

    let lying = |shown: usize, total: usize| {
        move |seen: &Seen| {
            let mut body: Value = serde_json::from_slice(&page(seen, shown, 1000, 0).body_bytes()).unwrap();
            body["total"] = total.into();
            Answer::json(200, &body)
        }
    };
    for (shown, total) in [(3, 4), (0, 1), (4, 3), (1, 5_000_000)] {
        let (server, client) = serve(true, lying(shown, total)).await;
        assert_eq!(client.list().await.unwrap_err().kind, ErrorKind::Protocol, "{shown} of {total}");
        assert!(server.seen().len() <= 10);
    }
}

#[tokio::test]
async fn a_page_that_fails_fails_all() {
    let (_server, client) =
        serve(true, |seen| if seen.param("offset") == Some("30") { error(403, 0) } else { page(seen, 90, 10, 0) })
            .await;
    assert_eq!(client.list().await.unwrap_err().kind, ErrorKind::Permission);
    for body in
        [json!({ "templates": [] }), json!({ "waba_templates": [7] }), json!({ "waba_templates": [{ "id": "x" }] })]
    {
        let (_server, client) = serve(true, move |_| Answer::json(200, &body)).await;
        assert_eq!(client.list().await.unwrap_err().kind, ErrorKind::Protocol);
    }
}

#[tokio::test]
async fn lists_of_old_have_no_total_and_no_ids() {
    let mut old = row(0);
    for field in ["id", "status", "waba_account_id"] {
        old.as_object_mut().unwrap().shift_remove(field);
    }
    let body = json!({ "waba_templates": [old] });
    let (server, client) = serve(false, move |_| Answer::json(200, &body)).await;
    let listing = client.list().await.unwrap();
    assert_eq!((listing.templates.len(), server.seen().len()), (1, 1));
    assert_eq!((listing.templates[0].id.as_str(), &listing.templates[0].key.name), ("", &"bike_0".to_owned()));
    let all: Vec<Value> = (0..1000).map(row).collect();
    let (_server, client) = serve(false, move |_| Answer::json(200, &json!({ "waba_templates": all }))).await;
    assert_eq!(client.list().await.unwrap_err().kind, ErrorKind::Protocol, "there may be more");
}

/// A total that cannot be read, or a page that is as long as pages get, is no sign that this is all.
#[tokio::test]
async fn a_short_page_is_the_whole_list_only_if_nothing_speaks_against_it() {
    for (field, value) in [("total", json!(-1)), ("total", json!({})), ("total", json!("many")), ("limit", json!(2))] {
        let mut body = json!({ "count": 2, "waba_templates": [row(0), row(1)] });
        body[field] = value.clone();
        let (_server, client) = serve(false, move |_| Answer::json(200, &body)).await;
        assert_eq!(client.list().await.unwrap_err().kind, ErrorKind::Protocol, "{field}: {value}");
    }
    let (server, client) = serve(true, |seen| {
        let mut answer: Value = serde_json::from_slice(&page(seen, 5, 2, 0).body_bytes()).unwrap();
        answer["total"] = "5".into();
        Answer::json(200, &answer)
    })
    .await;
    assert_eq!((client.list().await.unwrap().templates.len(), server.seen().len()), (5, 3));
}

#[tokio::test]
async fn a_row_that_cannot_be_read_fails_the_list() {
    let strange = [("waba_account_id", json!(7)), ("components", json!(null)), ("components", json!({}))];
    for (field, value) in strange {
        let mut row = row(0);
        row[field] = value.clone();
        let body = json!({ "total": 1, "waba_templates": [row] });
        let (_server, client) = serve(false, move |_| Answer::json(200, &body)).await;
        assert_eq!(client.list().await.unwrap_err().kind, ErrorKind::Protocol, "{field}: {value}");
    }
}

#[tokio::test]
async fn a_key_that_opens_another_account_is_told() {
    let mut other = row(0);
    other["waba_account_id"] = "otherWA".into();
    let body = json!({ "count": 1, "total": 1, "waba_templates": [other] });
    let (_server, client) = serve(false, move |_| Answer::json(200, &body)).await;
    let error = client.list().await.unwrap_err();
    assert_eq!((error.kind, error.is_fatal_for_account()), (ErrorKind::Credentials, true));
    assert!(error.message.contains("otherWA, and not fernWA"), "{error}");
}

#[tokio::test]
async fn one_template_is_found_by_a_filter_whether_it_is_heeded_or_not() {
    let list = |rows: Vec<usize>| {
        let rows: Vec<Value> = rows.into_iter().map(row).collect();
        Answer::json(200, &json!({ "total": rows.len(), "waba_templates": rows }))
    };
    let id = row(7)["id"].as_str().unwrap().to_owned();
    let (server, client) = serve(true, move |_| list(vec![7])).await;
    assert_eq!(client.get(&id).await.unwrap().unwrap().key.name, "bike_7");
    assert_eq!(server.seen()[0].param("filters"), Some(json!({ "id": id }).to_string().as_str()));
    let (server, client) = serve(true, move |_| list(Vec::new())).await;
    assert_eq!((client.get(&id).await.unwrap(), server.seen().len()), (None, 1));
    let (server, client) = serve(true, |seen| page(seen, 8, 1000, 0)).await;
    assert_eq!(client.get(&id).await.unwrap().unwrap().key.name, "bike_7");
    assert_eq!(server.seen().len(), 1, "it was on the page");
    let (server, client) = serve(true, |seen| page(seen, 20, 5, 0)).await;
    assert_eq!(client.get(&id).await.unwrap().unwrap().key.name, "bike_7");
    assert_eq!(server.seen().len(), 5, "and here on another one");
    assert_eq!(client.get("").await.unwrap_err().kind, ErrorKind::Invalid);
}

#[tokio::test]
async fn the_partner_api_is_asked_by_id() {
    let (server, client) = serve(true, |seen| match (seen.method.as_str(), seen.path.as_str()) {
        ("POST", TEMPLATES) => {
            Answer::json(201, &json!({ "id": "abcWT", "status": "submitted", "category": "MARKETING" }))
        }
        ("DELETE", _) => Answer::json(200, &json!({ "status_code": 200 })),
        _ => Answer::status(204),
    })
    .await;
    let created = Created { id: "abcWT".to_owned(), status: Status::Pending, category: Some(Category::Marketing) };
    assert_eq!(client.create(&submission()).await.unwrap(), created);
    client.edit("abcWT", &submission()).await.unwrap();
    client.delete(&one()).await.unwrap();
    let seen = server.seen();
    let content = json!({ "category": "UTILITY", "components": [
        { "type": "BODY", "text": "Hi {{1}}!", "example": { "body_text": [["Ada"]] } }] });
    let mut create = content.clone();
    create["name"] = "bike_ready".into();
    create["language"] = "en_US".into();
    assert_eq!((seen[0].json(), seen[1].json()), (create, content));
    let calls: Vec<String> = seen.iter().map(|seen| format!("{} {}", seen.method, seen.path)).collect();
    let template = format!("{TEMPLATES}/abcWT");
    assert_eq!(calls, [format!("POST {TEMPLATES}"), format!("POST {template}"), format!("DELETE {template}")]);
    assert!(seen.iter().all(|seen| seen.headers["x-api-key"] == KEY && seen.query.is_empty()));
    assert!(matches!(client.delete(&name()).await, Err(WriteError::NotSent(_))));
    let media = Media { file_name: "a.png".to_owned(), mime: "image/png".to_owned(), bytes: vec![1] };
    assert!(matches!(client.upload(&media).await, Err(WriteError::NotSent(_))));
    assert_eq!(server.seen().len(), 3);
}

#[tokio::test]
async fn at_waba_level_names_are_deleted_and_nothing_is_edited() {
    let (server, client) = serve(false, |seen| match seen.method.as_str() {
        "POST" => Answer::json(201, &json!({ "id": "abcWT", "status": "submitted", "category": "UTILITY" })),
        _ => Answer::json(200, &json!({ "meta": { "success": true, "http_code": 200, "developer_message": "ok" } })),
    })
    .await;
    assert_eq!(client.create(&submission()).await.unwrap().id, "abcWT");
    client.delete(&name()).await.unwrap();
    let error = client.edit("abcWT", &submission()).await.unwrap_err();
    assert!(
        matches!(&error, WriteError::NotSent(error) if error.message.contains("no edits at WABA level")),
        "{error}"
    );
    let error = client.delete(&one()).await.unwrap_err();
    assert!(matches!(&error, WriteError::NotSent(error) if error.message.contains("whole names")), "{error}");
    let calls: Vec<String> = server.seen().iter().map(|seen| format!("{} {}", seen.method, seen.path)).collect();
    // An account that showed no template yet is looked at after the first one.
    let wanted = ["POST /v1/configs/templates", "GET /v1/configs/templates", "DELETE /v1/configs/templates/bike_ready"];
    assert_eq!(calls, wanted);
}

#[tokio::test]
async fn nothing_is_sent_for_ids_that_would_name_something_else() {
    for partner in [true, false] {
        let (server, client) = serve(partner, |_| Answer::status(200)).await;
        for text in ["", ".", "..", "a/b", "a?b"] {
            let deletion = match partner {
                true => Deletion::One { id: text.to_owned(), key: TemplateKey::new("bike_ready", "de") },
                false if text.len() > 2 => continue,
                false => Deletion::Name { name: text.to_owned() },
            };
            assert!(matches!(client.delete(&deletion).await, Err(WriteError::NotSent(_))), "{text}");
            assert!(matches!(client.edit(text, &submission()).await, Err(WriteError::NotSent(_))), "{text}");
        }
        assert!(server.seen().is_empty());
    }
    for id in ["", "a b", "a/b", "..", "fern_WA"] {
        let config = Config { waba_account_id: id.to_owned(), ..config(&Url::parse(PARTNER_URL).unwrap(), true) };
        assert_eq!(Client::new(config).unwrap_err().kind, ErrorKind::Invalid, "{id}");
    }
}

#[tokio::test]
async fn what_cannot_be_expressed_is_not_sent() {
    for partner in [true, false] {
        let (server, client) = serve(partner, |_| Answer::status(500)).await;
        let mut desired = submission();
        desired.content.sub_category = Some("ORDER_DETAILS".to_owned());
        let error = client.create(&desired).await.unwrap_err();
        assert!(matches!(&error, WriteError::NotSent(error) if error.message.contains("`sub_category`")), "{error}");
        desired.content = fixture::all().swap_remove(4);
        for slot in crate::template::components::media_mut(&mut desired.content) {
            slot.sample.source = MediaSource::File("hero.jpg".to_owned());
        }
        let error = client.create(&desired).await.unwrap_err();
        assert!(matches!(&error, WriteError::NotSent(error) if error.message.contains("header.sample")), "{error}");
        assert!(server.seen().is_empty());
    }
}

#[tokio::test]
async fn every_envelope_means_the_same() {
    let kinds = [
        (400, ErrorKind::Invalid, false),
        (401, ErrorKind::Credentials, true),
        (403, ErrorKind::Permission, true),
        (404, ErrorKind::NotFound, false),
        (409, ErrorKind::Invalid, false),
        (422, ErrorKind::Invalid, false),
        (429, ErrorKind::RateLimited, false),
        (503, ErrorKind::Unavailable, false),
    ];
    for form in 0..3 {
        for (status, kind, fatal) in kinds {
            let (server, client) = serve(true, move |_| error(status, form)).await;
            let error = client.edit("abcWT", &submission()).await.unwrap_err();
            assert_eq!((error.error().kind, error.error().is_fatal_for_account()), (kind, fatal), "{status} {form}");
            let unknown = status == 503;
            assert_eq!(matches!(error, WriteError::Unknown(_)), unknown, "{status} {form}: {error}");
            assert_eq!(matches!(error, WriteError::Refused(_)), !unknown, "{status} {form}: {error}");
            // Refused for the rate is surely not done, so it may be tried again.
            assert_eq!(server.seen().len(), if status == 429 { 5 } else { 1 });
        }
    }
}

#[tokio::test]
async fn a_write_is_repeated_only_if_it_surely_had_no_effect() {
    let (server, client) = serve(true, |seen| match seen.index {
        0 => error(429, 0).header("retry-after", "1"),
        _ => Answer::json(200, &json!({ "id": "abcWT", "status": "approved", "category": "UTILITY" })),
    })
    .await;
    let start = Instant::now();
    assert_eq!(client.create(&submission()).await.unwrap().status, Status::Approved);
    assert!(start.elapsed() >= Duration::from_secs(1), "what is asked for is waited for");
    assert_eq!(server.seen().len(), 2);
    for answer in [
        Answer::status(500),
        Answer::status(502),
        Answer::status(200),
        error(500, 2),
        Answer::bytes(b"<html>", "text/html"),
        Answer::json(200, &json!([])),
        Answer::json(200, &json!({ "name": "bike_ready" })),
    ] {
        let (server, client) = serve(true, move |_| answer.clone()).await;
        let error = client.create(&submission()).await.unwrap_err();
        assert!(matches!(error, WriteError::Unknown(_)), "{error}");
        assert_eq!(server.seen().len(), 1);
    }
    for answer in [Answer::status(404), Answer::redirect("https://evil.example/"), Answer::status(429)] {
        let (server, client) = serve(true, move |_| answer.clone()).await;
        assert!(matches!(client.create(&submission()).await, Err(WriteError::Refused(_))));
        assert_eq!(server.seen().len(), 1);
    }
    // A success that says that it is none.
    let failed = json!({ "meta": { "success": false, "http_code": 400, "developer_message": "no" } });
    let (_server, client) = serve(true, move |_| Answer::json(200, &failed)).await;
    assert!(matches!(client.edit("abcWT", &submission()).await, Err(WriteError::Refused(_))));
}

#[tokio::test]
async fn what_is_said_to_be_gone_is_looked_for() {
    for partner in [true, false] {
        let (_server, client) = serve(partner, |_| error(404, 0)).await;
        let deletion = if partner { one() } else { name() };
        assert!(matches!(client.delete(&deletion).await, Err(WriteError::Unknown(_))));
    }
}

#[tokio::test]
async fn reads_are_tried_again_while_it_helps() {
    for passing in [Answer::status(503), error(500, 2), error(429, 0), Answer::status(429)] {
        let (server, client) =
            serve(false, move |seen| if seen.index < 2 { passing.clone() } else { page(seen, 1, 10, 0) }).await;
        assert_eq!(client.list().await.unwrap().requests, 3);
        assert_eq!((server.seen().len(), client.calls.requests()), (3, 3));
    }
    for lasting in [error(401, 2), error(403, 0), Answer::bytes(b"<html>", "text/html"), Answer::status(404)] {
        let (server, client) = serve(false, move |_| lasting.clone()).await;
        client.list().await.unwrap_err();
        assert_eq!(server.seen().len(), 1);
    }
}

#[tokio::test]
async fn a_lost_answer_is_unknown_and_no_connection_is_not_sent() {
    let (url, count) = hangs_up().await;
    assert!(matches!(client(&url, true).edit("abcWT", &submission()).await, Err(WriteError::Unknown(_))));
    assert!(matches!(client(&url, false).delete(&name()).await, Err(WriteError::Unknown(_))));
    assert_eq!(*count.lock().unwrap(), 2);
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let client = client(&Url::parse(&format!("http://{free}")).unwrap(), true);
    assert!(matches!(client.create(&submission()).await, Err(WriteError::NotSent(_))));
}

#[tokio::test]
async fn an_upload_resumes_where_it_broke() {
    let (server, client) = serve(false, |seen| match (seen.method.as_str(), seen.path.as_str(), seen.index) {
        ("POST", "/uploads", _) => Answer::json(200, &json!({ "id": "upload:MTph==?sig=ARZ" })),
        ("POST", "/upload:MTph==", 1) => Answer::status(503),
        ("GET", "/upload:MTph==", _) => Answer::json(200, &json!({ "id": "upload:MTph==", "file_offset": 4 })),
        ("POST", "/upload:MTph==", _) => Answer::json(200, &json!({ "h": "4::aW1h\n4::b" })),
        _ => Answer::status(404),
    })
    .await;
    let media = Media { file_name: "hero.png".to_owned(), mime: "image/png".to_owned(), bytes: b"0123456789".to_vec() };
    assert_eq!(client.upload(&media).await.unwrap(), "4::aW1h\n4::b");
    let seen = server.seen();
    let asked = ["file_length", "file_type", "file_name"].map(|name| seen[0].param(name).unwrap());
    assert_eq!(asked, ["10", "image/png", "hero.png"]);
    assert!(seen.iter().all(|seen| seen.headers["d360-api-key"] == KEY));
    for (index, offset, body) in [(1, "0", "0123456789"), (3, "4", "456789")] {
        assert_eq!(
            (&seen[index].headers["file_offset"], seen[index].body.as_slice()),
            (&offset.parse().unwrap(), body.as_bytes())
        );
    }
}

#[tokio::test]
async fn the_key_goes_to_no_other_host() {
    for url in ["https://evil.example/", "http://hub.360dialog.io/", "https://hub.360dialog.io.evil.example/"] {
        let error = Client::new(config(&Url::parse(url).unwrap(), true)).unwrap_err();
        assert_eq!(error.kind, ErrorKind::HostNotAllowed);
    }
    for (url, partner) in [(PARTNER_URL, true), (CHANNEL_URL, false)] {
        assert!(Client::new(config(&Url::parse(url).unwrap(), partner)).is_ok());
    }
    let none = Config { api_key: "".into(), ..config(&Url::parse(PARTNER_URL).unwrap(), true) };
    assert_eq!(Client::new(none).unwrap_err().kind, ErrorKind::Credentials);
}

#[tokio::test]
async fn the_key_shows_nowhere() {
    for partner in [true, false] {
        let (server, client) = serve(partner, |seen| match seen.index {
            0..=2 => error(400, seen.index),
            3 => Answer::redirect(&format!("https://evil.example/?key={KEY}")),
            4 => Answer::bytes(KEY.as_bytes(), "text/plain"),
            _ => page(seen, 30, 10, 0),
        })
        .await;
        let mut texts = vec![format!("{client:?} {:?}", config(&server.url, partner))];
        for _ in 0..5 {
            let error = client.create(&submission()).await.unwrap_err();
            texts.push(format!("{error} {error:?}"));
        }
        texts.push(format!("{:?}", client.list().await.unwrap()));
        for text in texts {
            assert!(!text.contains("CANARY") && !text.contains('\u{1b}') && !text.contains("\\u{1b}"), "{text}");
        }
    }
}
