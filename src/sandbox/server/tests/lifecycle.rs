//! Reviews, verdicts and the clock.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{Desk, WABA, plain};
use crate::sandbox::{Config, SandboxError, Verdict, admin};

const FIELDS: &str =
    "name,status,category,correct_category,previous_category,rejected_reason,quality_score,last_updated_time";

async fn node(desk: &Desk, id: &str) -> Value {
    desk.get(&format!("/v23.0/{id}?fields={FIELDS}")).await.body
}

#[tokio::test]
async fn verdicts_show() {
    let desk = Desk::quick().await;
    let id = desk.made(&plain("tour", "en")).await;
    let verdict = |v: Verdict| admin::review(&desk.root, WABA, "tour", Some("en"), &v).unwrap();
    let rows = [
        (Verdict::Reject { reason: "ABUSIVE_CONTENT".into() }, "rejected_reason", json!("ABUSIVE_CONTENT")),
        (Verdict::Reject { reason: "SCAM".into() }, "status", json!("REJECTED")),
        (Verdict::Appeal, "status", json!("IN_APPEAL")),
        (Verdict::Approve, "status", json!("APPROVED")),
        (Verdict::Pause, "status", json!("PAUSED")),
        (Verdict::Archive, "status", json!("ARCHIVED")),
        (Verdict::Disable, "status", json!("DISABLED")),
        (Verdict::Approve, "rejected_reason", Value::Null),
        (
            Verdict::Recategorise { category: "marketing".into(), announced: true },
            "correct_category",
            json!("MARKETING"),
        ),
        (Verdict::Approve, "category", json!("UTILITY")),
    ];
    for (v, field, value) in rows {
        verdict(v.clone());
        assert_eq!(node(&desk, &id).await[field], value, "{v:?}");
    }
    let all = admin::templates(&desk.root, WABA).unwrap();
    assert_eq!((all.len(), &all[0]["correct_category"]), (1, &json!("MARKETING")));
    verdict(Verdict::Quality("red".into()));
    assert_eq!(node(&desk, &id).await["quality_score"]["score"], "RED");
    desk.advance(25);
    let moved = node(&desk, &id).await;
    assert_eq!((&moved["category"], &moved["previous_category"]), (&json!("MARKETING"), &json!("UTILITY")));
    let missing = admin::review(&desk.root, WABA, "nothing", Some("en"), &Verdict::Approve);
    assert!(matches!(missing, Err(SandboxError::NoTemplate { .. })));
}

#[tokio::test]
async fn pauses_end_by_themselves_or_on_request() {
    let desk = Desk::quick().await;
    let id = desk.made(&plain("tour", "en")).await;
    let pause = || admin::review(&desk.root, WABA, "tour", None, &Verdict::Pause).unwrap();
    pause();
    desk.advance(3);
    assert_eq!(node(&desk, &id).await["status"], "APPROVED");
    pause();
    let path = format!("/v23.0/{id}/unpause");
    assert_eq!(desk.post(&path, &json!({})).await.body, json!({"success": true}));
    assert_eq!(node(&desk, &id).await["status"], "APPROVED");
    assert_eq!(desk.post(&path, &json!({})).await.body["success"], false);
    pause();
    assert_eq!(node(&desk, &id).await["status"], "DISABLED");
}

#[tokio::test]
async fn reviews_reject_and_recategorise() {
    let desk = Desk::with(Config { review_delay: SignedDuration::ZERO, recategorise: true, ..Config::default() }).await;
    let mut adjacent = plain("adjacent", "en");
    adjacent["components"] = json!([{"type": "BODY", "text": "Your order {{1}}{{2}} is here now",
        "example": {"body_text": [["a", "b"]]}}]);
    let adjacent = desk.made(&adjacent).await;
    desk.made(&plain("one", "en")).await;
    let mut copy = plain("one", "en");
    copy["name"] = json!("two");
    let copy = desk.made(&copy).await;
    for id in [adjacent, copy] {
        let seen = node(&desk, &id).await;
        assert_eq!((&seen["status"], &seen["rejected_reason"]), (&json!("REJECTED"), &json!("INVALID_FORMAT")));
    }
    let mut promotion = plain("promotion", "en");
    promotion["components"][0]["text"] = json!("Get 20% off your next tour");
    let seen = desk.create(&promotion).await;
    assert_eq!(seen.body["category"], "MARKETING");
    assert_eq!(node(&desk, &seen.id()).await["status"], "APPROVED");
}

#[tokio::test]
async fn authentication_is_approved_at_once() {
    let desk = Desk::with(Config::default()).await;
    let seen = desk
        .create(&json!({"name": "code", "language": "en", "category": "AUTHENTICATION", "components": [
            {"type": "BODY"}, {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE"}]}]}))
        .await;
    assert_eq!(seen.body["status"], "APPROVED");
}

#[tokio::test]
async fn hand_edits_show_and_count() {
    let desk = Desk::quick().await;
    let id = desk.made(&plain("tour", "en")).await;
    let components = json!([{"type": "BODY", "text": "Somebody wrote this"}]);
    assert_eq!(node(&desk, &id).await["status"], "APPROVED");
    admin::hand_edit(&desk.root, WABA, "tour", "en", &components).unwrap();
    let seen = desk.get(&format!("/{id}")).await.body;
    assert_eq!((&seen["components"], &seen["status"]), (&components, &json!("APPROVED")));
    let edit = desk.post(&format!("/{id}"), &json!({ "components": components })).await;
    assert_eq!(edit.code(), (100, Some(2_388_039)));
}

#[tokio::test]
async fn clocks_go_forward_for_one_account_or_all() {
    let desk = Desk::quick().await;
    let day = SignedDuration::from_hours(24);
    let before = admin::now(&desk.root, WABA).unwrap();
    admin::advance(&desk.root, Some(WABA), day).unwrap();
    admin::advance(&desk.root, None, day).unwrap();
    let ahead = |waba: &str| admin::now(&desk.root, waba).unwrap().duration_since(before).as_hours();
    assert_eq!((ahead(WABA), ahead("999")), (48, 24));
    assert!(matches!(admin::advance(&desk.root, None, -day), Err(SandboxError::BackInTime)));
    assert!(matches!(admin::now(&desk.root, "../x"), Err(SandboxError::NotAnId { .. })));
    desk.made(&plain("tour", "en")).await;
    admin::reset(&desk.root, Some(WABA)).unwrap();
    assert_eq!(desk.get(&format!("/{WABA}/message_templates")).await.body, json!({"data": []}));
    admin::reset(&desk.root, None).unwrap();
    assert!(admin::requests(&desk.root).unwrap().is_empty());
    assert_eq!(ahead("999"), 0);
}
