//! Pages, filters, fields and the summary.

use std::collections::HashSet;
use std::time::Instant;

use serde_json::{Value, json};

use super::{Desk, WABA, plain};
use crate::sandbox::{Config, admin};

fn live(name: &str, language: &str, status: &str) -> Value {
    json!({"name": name, "parameter_format": "POSITIONAL", "components": [{"type": "BODY",
        "text": format!("Fernweh Cycles has news about {name}")}], "language": language, "status": status,
        "category": "UTILITY"})
}

/// Follows `next` to the end; gives the names seen and the number of pages.
async fn sweep(desk: &Desk, query: &str) -> (Vec<String>, usize) {
    let mut url = desk.url(&format!("/v23.0/{WABA}/message_templates?{query}"));
    let (mut names, mut pages) = (Vec::new(), 0);
    loop {
        let seen = desk.send(desk.http.get(&url)).await;
        assert_eq!(seen.status, 200, "{}", seen.body);
        pages += 1;
        let rows = seen.body["data"].as_array().unwrap();
        names.extend(rows.iter().map(|t| t["name"].as_str().unwrap().to_owned()));
        match seen.body["paging"]["next"].as_str() {
            Some(next) => next.clone_into(&mut url),
            None => {
                assert!(rows.is_empty() || seen.body["paging"]["cursors"]["after"].is_string());
                return (names, pages);
            }
        }
    }
}

#[tokio::test]
async fn pages_hold_everything_once_also_when_a_template_goes_between_them() {
    let desk = Desk::quick().await;
    let seeds: Vec<Value> = (0..60).map(|i| live(&format!("tour_{i}"), "en", "APPROVED")).collect();
    admin::seed(&desk.root, WABA, &seeds).unwrap();
    let (names, pages) = sweep(&desk, "").await;
    assert_eq!((names.len(), pages), (60, 3));
    assert_eq!(names.iter().collect::<HashSet<_>>().len(), 60);
    assert_eq!(names[0], "tour_59");
    let first = desk.get(&format!("/v23.0/{WABA}/message_templates?limit=10&access_token=t")).await;
    let next = first.body["paging"]["next"].as_str().unwrap().to_owned();
    assert!(next.starts_with(desk.server.url()) && next.contains("access_token=t") && next.contains("limit=10"));
    assert_eq!(desk.delete(&[("name", "tour_55")]).await.status, 200);
    let second = desk.send(desk.http.get(next)).await;
    assert_eq!(second.body["data"][0]["name"], "tour_49");
    let back = second.body["paging"]["previous"].as_str().unwrap();
    let back = desk.send(desk.http.get(back)).await;
    assert_eq!(back.body["data"][0]["name"], "tour_59");
}

#[tokio::test]
async fn bad_pages_are_refused() {
    let desk = Desk::with(Config { page_cap: Some(100), ..Config::default() }).await;
    for (query, code) in [
        ("after=garbage", 131_059),
        ("limit=0", 100),
        ("limit=many", 100),
        ("limit=101", 1),
        ("fields=id,colour", 100),
        ("summary=colour", 100),
    ] {
        let seen = desk.get(&format!("/v23.0/{WABA}/message_templates?{query}")).await;
        assert_eq!(seen.code().0, code, "{query}: {}", seen.body);
    }
    let seen = desk.get(&format!("/v23.0/{WABA}/message_templates?fields=id,colour")).await;
    assert_eq!(seen.body["error"]["message"], "(#100) Tried accessing nonexisting field (colour)");
    let empty = desk.get(&format!("/v23.0/{WABA}/message_templates?limit=100")).await;
    assert_eq!(empty.body, json!({"data": []}));
}

#[tokio::test]
async fn filters_fields_and_summary() {
    let desk = Desk::quick().await;
    let mut rejected = live("tour_north", "de", "REJECTED");
    rejected["category"] = json!("MARKETING");
    rejected["rejected_reason"] = json!("SCAM");
    let seeds = [live("tour_north", "en", "APPROVED"), rejected, live("winter", "en", "PAUSED")];
    admin::seed(&desk.root, WABA, &seeds).unwrap();
    for (query, count) in [
        ("name=tour", 2),
        ("name=tour_north&language=de", 1),
        ("status=approved", 1),
        ("status=APPROVED,PAUSED", 2),
        ("status[]=REJECTED&status[]=PAUSED", 2),
        ("category=MARKETING", 1),
        ("content=about%20WINTER", 1),
        ("name_or_content=winter", 1),
        ("name=nothing", 0),
    ] {
        assert_eq!(sweep(&desk, query).await.0.len(), count, "{query}");
    }
    let path = format!("/v23.0/{WABA}/message_templates?fields=status,name,rejected_reason&language=de");
    let seen = desk.get(&path).await;
    let keys: Vec<&String> = seen.body["data"][0].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["status", "name", "rejected_reason", "id"]);
    let path = format!(
        "/v23.0/{WABA}/message_templates?limit=1&summary=total_count,message_template_count,message_template_limit"
    );
    let seen = desk.get(&path).await;
    assert_eq!(
        seen.body["summary"],
        json!({"total_count": 3, "message_template_count": 3, "message_template_limit": 250})
    );
}

#[tokio::test]
async fn seeds_come_back_verbatim() {
    let desk = Desk::quick().await;
    let seed = json!({"name": "Old Name", "zeta": {"a": [1, null]}, "components": [{"type": "hologram", "depth": 3}],
        "language": "xx", "status": "APPROVED", "category": "TRANSACTIONAL", "id": "42"});
    admin::seed(&desk.root, WABA, std::slice::from_ref(&seed)).unwrap();
    assert_eq!(desk.get("/v23.0/42").await.body, seed);
    let bad = admin::seed(&desk.root, WABA, &[json!({"name": "x"})]).unwrap_err();
    assert_eq!(bad.to_string(), "template 0 of the seed has no language");
}

#[tokio::test]
async fn six_thousand_templates_list_fast() {
    let desk = Desk::quick().await;
    let seeds: Vec<Value> = (0..6000).map(|i| live(&format!("tour_{i}"), "en", "APPROVED")).collect();
    admin::seed(&desk.root, WABA, &seeds).unwrap();
    // The first look parses the file; what counts is that the other pages do not.
    desk.get(&format!("/v23.0/{WABA}/message_templates?limit=1")).await;
    let begun = Instant::now();
    let (names, pages) = sweep(&desk, "limit=250").await;
    let took = begun.elapsed();
    assert_eq!((names.len(), pages), (6000, 24));
    assert!(took.as_millis() < 5000, "24 pages took {took:?}");
}

#[tokio::test]
async fn several_servers_share_a_root() {
    let desk = Desk::quick().await;
    let other = crate::sandbox::start(&desk.root, "127.0.0.1:0".parse().unwrap()).await.unwrap();
    desk.made(&plain("tour", "en")).await;
    let url = format!("{}/v23.0/{WABA}/message_templates", other.url());
    let seen = desk.send(desk.http.get(&url)).await;
    assert_eq!(seen.body["data"][0]["name"], "tour");
    let bodies: Vec<Value> = (0..20).map(|i| plain(&format!("n{i}"), "en")).collect();
    let both = bodies.iter().enumerate().map(|(i, body)| {
        let to = if i % 2 == 0 { url.clone() } else { desk.url(&format!("/v23.0/{WABA}/message_templates")) };
        tokio::spawn(desk.http.post(to).bearer_auth("t").json(body).send())
    });
    for answer in both.collect::<Vec<_>>() {
        assert_eq!(answer.await.unwrap().unwrap().status(), 200);
    }
    assert_eq!(sweep(&desk, "limit=100").await.0.len(), 21);
}
