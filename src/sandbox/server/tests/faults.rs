//! Failures on command, and the request log.

use std::time::{Duration, Instant};

use serde_json::json;

use super::{Desk, WABA, plain};
use crate::sandbox::{Effect, Fault, Operation, admin};

fn path() -> String {
    format!("/v23.0/{WABA}/message_templates")
}

fn set(desk: &Desk, fault: Fault) {
    admin::set_faults(&desk.root, vec![fault]).unwrap();
}

#[tokio::test]
async fn answers_can_be_errors() {
    let desk = Desk::quick().await;
    set(&desk, Fault::new(Effect::Http { status: 502, body: json!("Bad gateway") }).on(Operation::List));
    let seen = desk.get(&path()).await;
    assert_eq!(seen.status, 502);
    assert_eq!(desk.get(&path()).await.status, 200);
    let down = Effect::Error { status: 500, code: 2, subcode: Some(99), message: "down".into(), transient: true };
    set(&desk, Fault::new(down).on(Operation::Create).template("tour"));
    desk.made(&plain("other", "en")).await;
    let seen = desk.create(&plain("tour", "en")).await;
    assert_eq!((seen.status, seen.code()), (500, (2, Some(99))));
    desk.made(&plain("tour", "en")).await;
    set(&desk, Fault::new(Effect::RateLimited { retry_after: 7 }));
    let seen = desk.get(&path()).await;
    assert_eq!((seen.status, seen.headers["retry-after"].to_str().unwrap()), (429, "7"));
    set(&desk, Fault::new(Effect::Garbage));
    let raw = desk.http.get(desk.url(&path())).bearer_auth("t").send().await.unwrap().text().await.unwrap();
    assert!(raw.starts_with("<!DOCTYPE"));
}

#[tokio::test]
async fn answers_can_be_lost_after_the_work_was_done() {
    let desk = Desk::quick().await;
    set(&desk, Fault::new(Effect::LostAnswer).on(Operation::Create));
    let sent = desk.http.post(desk.url(&path())).bearer_auth("t").json(&plain("tour", "en")).send().await;
    assert!(sent.is_err());
    assert_eq!(desk.create(&plain("tour", "en")).await.code(), (100, Some(2_388_024)));
    let log = admin::requests(&desk.root).unwrap();
    assert_eq!((log[0].status, log[1].status), (None, Some(400)));
}

#[tokio::test]
async fn answers_can_be_late_or_never_come() {
    let desk = Desk::quick().await;
    set(&desk, Fault::new(Effect::Slow { millis: 150 }));
    let begun = Instant::now();
    assert_eq!(desk.get(&path()).await.status, 200);
    assert!(begun.elapsed() >= Duration::from_millis(150));
    set(&desk, Fault::new(Effect::Timeout).on(Operation::Create));
    let request = desk.http.post(desk.url(&path())).bearer_auth("t").json(&plain("tour", "en"));
    let sent = request.timeout(Duration::from_millis(200)).send().await;
    assert!(sent.unwrap_err().is_timeout());
    desk.made(&plain("tour", "en")).await;
    // A request that hangs does not keep the server from ending.
    set(&desk, Fault::new(Effect::Timeout));
    let hanging = tokio::spawn(desk.http.get(desk.url(&path())).bearer_auth("t").send());
    tokio::time::sleep(Duration::from_millis(100)).await;
    let begun = Instant::now();
    desk.server.shutdown().await;
    assert!(begun.elapsed() < Duration::from_secs(2));
    assert!(hanging.await.unwrap().is_err());
}

#[tokio::test]
async fn pages_can_be_spoiled() {
    let desk = Desk::quick().await;
    for name in ["a", "b"] {
        desk.made(&plain(name, "en")).await;
    }
    set(&desk, Fault::new(Effect::Truncated).on(Operation::List));
    let raw = desk.http.get(desk.url(&path())).bearer_auth("t").send().await.unwrap().text().await.unwrap();
    assert!(raw.starts_with("{\"data\":") && serde_json::from_str::<serde_json::Value>(&raw).is_err());
    let origin = "https://elsewhere.example".to_owned();
    set(&desk, Fault::new(Effect::ForeignNext { origin }).on(Operation::List));
    let seen = desk.get(&format!("{}?access_token=secret", path())).await;
    let next = seen.body["paging"]["next"].as_str().unwrap();
    assert!(next.starts_with("https://elsewhere.example/v23.0/") && !next.contains("secret"), "{next}");
}

#[tokio::test]
async fn faults_count_down() {
    let desk = Desk::quick().await;
    set(&desk, Fault::new(Effect::Garbage).on(Operation::Get).skip(1).times(1));
    let id = desk.made(&plain("tour", "en")).await;
    let mut seen = Vec::new();
    for _ in 0..3 {
        seen.push(desk.get(&format!("/{id}")).await.body["name"] == "tour");
    }
    assert_eq!(seen, [true, false, true]);
}

#[tokio::test]
async fn requests_are_recorded_without_credentials() {
    let desk = Desk::quick().await;
    let id = desk.made(&plain("tour", "en")).await;
    desk.get(&format!("{}?limit=5&access_token=s3cret", path())).await;
    desk.post(&format!("/{id}"), &json!({"components": [{"type": "BODY", "text": "Another text"}]})).await;
    desk.delete(&[("name", "tour")]).await;
    let log = admin::requests(&desk.root).unwrap();
    let seen: Vec<_> = log.iter().map(|r| (r.operation, r.template.as_deref(), r.status)).collect();
    assert_eq!(
        seen,
        [
            (Operation::Create, Some("tour/en"), Some(200)),
            (Operation::List, None, Some(200)),
            (Operation::Edit, Some("tour/en"), Some(200)),
            (Operation::Delete, Some("tour"), Some(200)),
        ]
    );
    assert_eq!(log[1].query, "limit=5");
    assert!(log.iter().all(|r| r.waba.as_deref() == Some(WABA)));
    let raw = std::fs::read_to_string(desk.root.join("requests.jsonl")).unwrap();
    assert!(!raw.contains("s3cret") && !raw.contains("t0ken"));
    admin::clear_requests(&desk.root).unwrap();
    assert!(admin::requests(&desk.root).unwrap().is_empty());
}
