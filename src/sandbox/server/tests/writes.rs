//! Creating, editing, deleting, archiving: what is refused, with its codes, and what is kept.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{Desk, WABA, plain};
use crate::sandbox::{Config, Verdict, admin};

fn quick() -> Config {
    Config { review_delay: SignedDuration::ZERO, ..Config::default() }
}

fn edited(text: &str) -> Value {
    json!({"components": [{"type": "BODY", "text": text}]})
}

#[tokio::test]
async fn creations_are_refused_with_their_codes() {
    let desk = Desk::quick().await;
    desk.made(&plain("tour", "en")).await;
    let with = |field: &str, value: Value| {
        let mut body = plain("other", "en");
        body[field] = value;
        body
    };
    let mut marketing = plain("tour", "de");
    marketing["category"] = json!("MARKETING");
    let rows = [
        (with("name", json!("Tour!")), 2_388_046),
        (with("name", json!("hello_world")), 2_388_155),
        (plain("tour", "en"), 2_388_024),
        (with("language", json!("tlh")), 2_388_049),
        (with("components", json!([{"type": "BODY", "text": "{{1}}"}])), 2_388_072),
        (with("name", Value::Null), 0),
        (with("components", Value::Null), 0),
        (with("components", json!("text")), 0),
        (with("category", json!("TRANSACTIONAL")), 0),
        (with("library_template_name", json!("x")), 0),
        (with("parameter_format", json!("ROMAN")), 0),
        (with("message_send_ttl_seconds", json!(5)), 0),
        (marketing, 0),
    ];
    for (body, subcode) in rows {
        let seen = desk.create(&body).await;
        let wanted = (subcode != 0).then_some(subcode);
        assert_eq!((seen.status, seen.code()), (400, (100, wanted)), "{body}: {}", seen.body);
    }
    let seen = desk.create(&plain("tour", "en")).await;
    let error = &seen.body["error"];
    assert_eq!(error["error_user_title"], "Content in This Language Already Exists");
    assert_eq!((&error["is_transient"], &error["type"]), (&json!(false), &json!("OAuthException")));
    let name = desk.create(&with("name", json!("Tour!"))).await;
    assert_eq!(name.body["error"]["error_data"]["blame_field_specs"], json!([["name"]]));
    let url = desk.url(&format!("/{WABA}/message_templates"));
    let nothing = desk.send(desk.http.post(url).body("{")).await;
    assert_eq!(nothing.code().0, 100);
}

#[tokio::test]
async fn a_family_has_one_category() {
    let desk = Desk::quick().await;
    desk.made(&plain("tour", "en")).await;
    let mut other = plain("tour", "de");
    other["category"] = json!("marketing");
    let seen = desk.create(&other).await;
    assert_eq!(
        seen.body["error"]["error_user_msg"],
        "The category MARKETING doesn't match the one that's already associated with this template, UTILITY."
    );
    admin::review(
        &desk.root,
        WABA,
        "tour",
        None,
        &Verdict::Recategorise { category: "MARKETING".into(), announced: false },
    )
    .unwrap();
    assert_eq!(desk.create(&other).await.body["category"], "MARKETING");
}

#[tokio::test]
async fn accounts_have_limits() {
    let desk = Desk::with(Config { template_limit: 3, creations_per_hour: 2, ..quick() }).await;
    desk.made(&plain("a", "en")).await;
    desk.made(&plain("b", "en")).await;
    let seen = desk.create(&plain("c", "en")).await;
    assert_eq!((seen.status, seen.code().0), (400, 80008));
    assert_eq!(seen.body["error"]["is_transient"], true);
    let usage: Value = serde_json::from_str(seen.headers["x-business-use-case-usage"].to_str().unwrap()).unwrap();
    let minutes = usage[WABA][0]["estimated_time_to_regain_access"].as_i64().unwrap();
    assert!((55..=61).contains(&minutes), "{usage}");
    desk.advance(2);
    desk.made(&plain("c", "en")).await;
    assert_eq!(desk.create(&plain("d", "en")).await.code(), (100, Some(2_388_019)));
    let closed = Config { may_create: false, ..quick() };
    admin::configure(&desk.root, WABA, closed).unwrap();
    assert_eq!(desk.create(&plain("e", "en")).await.code(), (10, Some(2_388_185)));
}

#[tokio::test]
async fn calls_have_a_budget() {
    let desk = Desk::with(Config { calls_per_hour: 4, ..quick() }).await;
    let path = format!("/v23.0/{WABA}/message_templates");
    for percent in [25, 50, 75, 100] {
        let seen = desk.get(&path).await;
        let usage: Value = serde_json::from_str(seen.headers["x-business-use-case-usage"].to_str().unwrap()).unwrap();
        assert_eq!(usage[WABA][0]["call_count"], percent);
        assert_eq!(usage[WABA][0]["type"], "whatsapp_business_management");
    }
    assert_eq!(desk.get(&path).await.code().0, 80008);
    desk.advance(2);
    assert_eq!(desk.get(&path).await.status, 200);
}

#[tokio::test]
async fn approved_templates_have_an_edit_budget_to_the_second() {
    let desk = Desk::quick().await;
    let id = desk.made(&plain("tour", "en")).await;
    let path = format!("/v23.0/{id}");
    let seen = desk.post(&path, &edited("A first text for you")).await;
    assert_eq!(seen.body, json!({"success": true, "id": id, "name": "tour", "category": "UTILITY"}));
    // Equal content costs an edit too, and the day is not over one second too early.
    assert_eq!(desk.post(&path, &edited("A first text for you")).await.code(), (100, Some(2_388_039)));
    admin::advance(&desk.root, Some(WABA), SignedDuration::from_secs(24 * 3600 - 30)).unwrap();
    assert_eq!(desk.post(&path, &edited("A second text for you")).await.code(), (100, Some(2_388_039)));
    for i in 0..9 {
        desk.advance(24);
        let seen = desk.post(&path, &edited(&format!("Text {i} of many"))).await;
        assert_eq!(seen.status, 200, "edit {i}: {}", seen.body);
    }
    desk.advance(24);
    assert_eq!(desk.post(&path, &edited("The eleventh text")).await.code(), (100, Some(2_388_039)));
    desk.advance(24 * 20);
    assert_eq!(desk.post(&path, &edited("The eleventh text")).await.status, 200);
}

#[tokio::test]
async fn edits_need_a_status_and_something_to_change() {
    let desk = Desk::quick().await;
    let id = desk.made(&plain("tour", "en")).await;
    let path = format!("/v23.0/{id}");
    let verdict = |v: Verdict| admin::review(&desk.root, WABA, "tour", None, &v).unwrap();
    for status in [Verdict::Disable, Verdict::Appeal, Verdict::Archive] {
        verdict(status.clone());
        assert_eq!(desk.post(&path, &edited("Another text")).await.code(), (100, Some(2_388_039)), "{status:?}");
    }
    verdict(Verdict::Approve);
    for (body, code) in [
        (json!({}), (100, None)),
        (json!({"category": "MARKETING"}), (100, None)),
        (json!({"components": [{"type": "BODY", "text": "{{1}} is first here"}]}), (100, Some(2_388_299))),
        (json!({"message_send_ttl_seconds": 1}), (100, None)),
        (json!({"message_send_ttl_seconds": "soon"}), (100, None)),
    ] {
        assert_eq!(desk.post(&path, &body).await.code(), code, "{body}");
    }
    // Rejected and paused ones can be edited as often as one likes (a third pause would disable it); a rejected one
    // can change its category.
    for status in [Verdict::Pause, Verdict::Reject { reason: "SCAM".into() }] {
        for _ in 0..2 {
            verdict(status.clone());
            assert_eq!(desk.post(&path, &edited("A better text")).await.status, 200);
        }
    }
    verdict(Verdict::Reject { reason: "SCAM".into() });
    let refused = desk.post(&path, &json!({"category": "AUTHENTICATION"})).await;
    assert_eq!(refused.code(), (100, Some(3_835_031)));
    let moved = desk.post(&path, &json!({"category": "MARKETING"})).await;
    assert_eq!(moved.body["category"], "MARKETING");
    assert_eq!(desk.post("/v23.0/999", &edited("x")).await.code(), (100, Some(33)));
}

#[tokio::test]
async fn pending_templates_wait() {
    let desk = Desk::with(Config { review_delay: SignedDuration::from_mins(10), ..Config::default() }).await;
    let created = desk.create(&plain("tour", "en")).await;
    assert_eq!(created.body["status"], "PENDING");
    let path = format!("/v23.0/{}", created.id());
    assert_eq!(desk.post(&path, &edited("Another text")).await.code(), (100, Some(2_388_039)));
    assert_eq!(desk.get(&path).await.body["status"], "PENDING");
    desk.advance(1);
    assert_eq!(desk.get(&path).await.body["status"], "APPROVED");
    assert_eq!(desk.post(&path, &edited("Another text")).await.status, 200);
    assert_eq!(desk.get(&path).await.body["status"], "PENDING");
}

#[tokio::test]
async fn deletions_take_one_or_all_languages_and_lock_names() {
    let desk = Desk::quick().await;
    let english = desk.made(&plain("tour", "en")).await;
    desk.made(&plain("tour", "de")).await;
    for (query, code) in [
        (vec![], (100, None)),
        (vec![("name", "nothing")], (100, Some(2_593_002))),
        (vec![("hsm_id", english.as_str())], (100, None)),
        (vec![("hsm_id", english.as_str()), ("name", "other")], (100, Some(2_593_002))),
        (vec![("hsm_ids", "[]")], (100, None)),
        (vec![("hsm_ids", "[1]"), ("name", "tour")], (100, None)),
    ] {
        assert_eq!(desk.delete(&query).await.code(), code, "{query:?}");
    }
    let gone = desk.delete(&[("hsm_id", &english), ("name", "tour")]).await;
    assert_eq!(gone.body, json!({"success": true}));
    assert_eq!(desk.create(&plain("tour", "en")).await.code(), (100, Some(2_388_023)));
    desk.made(&plain("tour", "fr")).await;
    assert_eq!(desk.delete(&[("name", "tour")]).await.status, 200);
    assert_eq!(desk.create(&plain("tour", "es")).await.code(), (100, Some(2_388_023)));
    desk.advance(24 * 30 + 1);
    desk.made(&plain("tour", "en")).await;
}

#[tokio::test]
async fn bulk_deletions_are_all_or_none() {
    let desk = Desk::quick().await;
    let a = desk.made(&plain("a", "en")).await;
    let b = desk.made(&plain("b", "en")).await;
    let both = format!("[{a},{b}]");
    assert_eq!(desk.delete(&[("hsm_ids", &format!("[{a},1]"))]).await.status, 400);
    let many = json!(vec![a.clone(); 101]).to_string();
    assert_eq!(desk.delete(&[("hsm_ids", &many)]).await.status, 400);
    admin::review(&desk.root, WABA, "b", None, &Verdict::Disable).unwrap();
    assert_eq!(desk.delete(&[("hsm_ids", &both)]).await.status, 400);
    assert_eq!(desk.delete(&[("name", "b")]).await.status, 400);
    assert_eq!(desk.get(&format!("/v23.0/{a}")).await.status, 200);
    admin::review(&desk.root, WABA, "b", None, &Verdict::Approve).unwrap();
    assert_eq!(desk.delete(&[("hsm_ids", &both)]).await.status, 200);
    assert_eq!(desk.get(&format!("/v23.0/{a}")).await.code(), (100, Some(33)));
}

#[tokio::test]
async fn archiving_succeeds_in_part() {
    let desk = Desk::quick().await;
    let a = desk.made(&plain("a", "en")).await;
    let b = desk.made(&plain("b", "en")).await;
    admin::review(&desk.root, WABA, "b", None, &Verdict::Appeal).unwrap();
    let path = format!("/v23.0/{WABA}/message_templates/archive");
    let seen = desk.post(&path, &json!({"hsm_ids": [a, b, "9"]})).await;
    assert_eq!(seen.body["archived_templates"], json!([a]));
    let failed = seen.body["failed_templates"].as_object().unwrap();
    assert_eq!(failed[&b], "Only approved or rejected templates can be archived");
    assert_eq!(failed.len(), 2);
    assert_eq!(desk.get(&format!("/{a}")).await.body["status"], "ARCHIVED");
    let path = format!("/v23.0/{WABA}/message_templates/unarchive");
    let seen = desk.post(&path, &json!({"hsm_ids": format!("{a},{b}")})).await;
    assert_eq!(seen.body["unarchived_templates"], json!([a]));
    assert_eq!(seen.body["failed_templates"][&b], "Template is not archived");
    assert_eq!(desk.get(&format!("/{a}")).await.body["status"], "APPROVED");
    assert_eq!(desk.post(&path, &json!({"hsm_ids": []})).await.code().0, 100);
}

#[tokio::test]
async fn what_the_provider_made_by_itself_is_neither_edited_nor_deleted() {
    let desk = Desk::quick().await;
    let own = desk.made(&plain("auto_generated_17", "de")).await;
    let node = json!({"id": "17", "name": "auto_generated_17", "language": "en", "category": "UTILITY",
        "source": "AUTO_GENERATED", "components": [{"type": "BODY", "text": "Your bike is ready"}]});
    admin::seed(&desk.root, WABA, &[node]).unwrap();
    assert_eq!(desk.post("/v23.0/17", &edited("Your bike is done")).await.code(), (100, Some(2_388_318)));
    let both = format!("[{own},17]");
    for query in [
        vec![("name", "auto_generated_17"), ("hsm_id", "17")],
        vec![("name", "auto_generated_17")],
        vec![("hsm_ids", both.as_str())],
    ] {
        assert_eq!(desk.delete(&query).await.code(), (100, Some(2_388_330)), "{query:?}");
    }
    assert_eq!(desk.get("/v23.0/17?fields=source").await.body["source"], "AUTO_GENERATED");
    assert_eq!(admin::templates(&desk.root, WABA).unwrap().len(), 2);
}

#[tokio::test]
async fn an_edit_needs_something_to_edit_and_changes_no_identity() {
    let desk = Desk::quick().await;
    let id = desk.made(&plain("tour", "en")).await;
    admin::review(&desk.root, WABA, "tour", None, &Verdict::Reject { reason: "SCAM".into() }).unwrap();
    let path = format!("/v23.0/{id}");
    let components = json!([{"type": "BODY", "text": "Another text for you and your tour"}]);
    for body in [
        json!({}),
        json!({"components": null}),
        json!({"sub_category": "ORDER_STATUS"}),
        json!({"parameter_format": "NAMED"}),
        json!({"display_format": "ORDER_DETAILS", "sub_category": null}),
        json!({"message_send_ttl_seconds": -1}),
        json!({"components": components, "name": "other"}),
        json!({"components": components, "language": "de"}),
        json!({"name": "other", "category": "MARKETING"}),
    ] {
        let seen = desk.post(&path, &body).await;
        assert_eq!((seen.status, seen.code().0), (400, 100), "{body}: {}", seen.body);
    }
    let kept = &admin::templates(&desk.root, WABA).unwrap()[0];
    assert_eq!((&kept["status"], &kept["category"]), (&json!("REJECTED"), &json!("UTILITY")), "{kept}");
    // Repeated, they are no change; and `null` is as good as nothing.
    let body = json!({"name": "tour", "language": "en", "components": null, "category": "MARKETING"});
    assert_eq!(desk.post(&path, &body).await.status, 200);
    let kept = &admin::templates(&desk.root, WABA).unwrap()[0];
    assert_eq!((&kept["category"], &kept["components"][0]["type"]), (&json!("MARKETING"), &json!("BODY")), "{kept}");
}

#[tokio::test]
async fn a_category_takes_what_the_template_holds() {
    let desk = Desk::quick().await;
    let mut short = plain("short", "en");
    short["message_send_ttl_seconds"] = json!(600);
    let mut shop = plain("shop", "en");
    shop["category"] = json!("MARKETING");
    shop["components"]
        .as_array_mut()
        .unwrap()
        .push(json!({"type": "BUTTONS", "buttons": [{"type": "CATALOG", "text": "View catalog"}]}));
    for (body, category, text) in
        [(short, "MARKETING", json!(null)), (shop, "UTILITY", json!("Fernweh Cycles has news"))]
    {
        let name = body["name"].as_str().unwrap();
        let id = desk.made(&body).await;
        admin::review(&desk.root, WABA, name, None, &Verdict::Reject { reason: "SCAM".into() }).unwrap();
        let path = format!("/v23.0/{id}");
        let seen = desk.post(&path, &json!({"category": category})).await;
        assert_eq!((seen.status, seen.code().0), (400, 100), "{category}: {}", seen.body);
        assert_eq!(desk.get(&format!("{path}?fields=status")).await.body["status"], "REJECTED");
        // With what the category takes it goes.
        let mut whole = json!({"category": category});
        match text {
            Value::Null => whole["message_send_ttl_seconds"] = json!(43_200),
            text => whole["components"] = json!([{"type": "BODY", "text": text}]),
        }
        assert_eq!(desk.post(&path, &whole).await.status, 200, "{whole}");
    }
}

#[tokio::test]
async fn paused_and_archived_templates_lock_their_names_too() {
    let desk = Desk::quick().await;
    for (name, verdict, locked) in [
        ("paused", Verdict::Pause, true),
        ("archived", Verdict::Archive, true),
        ("rejected", Verdict::Reject { reason: "SCAM".into() }, false),
    ] {
        desk.made(&plain(name, "en")).await;
        admin::review(&desk.root, WABA, name, None, &verdict).unwrap();
        assert_eq!(desk.delete(&[("name", name)]).await.status, 200, "{name}");
        let again = desk.create(&plain(name, "en")).await;
        let expected = if locked { (100, Some(2_388_023)) } else { (0, None) };
        assert_eq!(again.code(), expected, "{name}: {}", again.body);
    }
}

#[tokio::test]
async fn parameters_alone_are_no_body_whatever_they_are_called() {
    let desk = Desk::quick().await;
    for text in ["{{1}}", "{{2}}", "{{A}}", "{{1}} {{2}}", "*{{1}}*\n{{2}}", "{{1}}, {{2}}!"] {
        let mut body = plain("tour", "en");
        body["components"] = json!([{"type": "BODY", "text": text, "example": {"body_text": [["a", "b"]]}}]);
        assert_eq!(desk.create(&body).await.code(), (100, Some(2_388_072)), "{text}");
    }
}

#[tokio::test]
async fn a_maximum_price_has_a_budget_of_its_own() {
    let desk = Desk::quick().await;
    let mut offer = plain("offer", "en");
    offer["category"] = json!("MARKETING");
    let bare = desk.made(&offer).await;
    offer["name"] = json!("priced");
    offer["components"][0]["text"] = json!("Fernweh Cycles has an offer");
    offer["bid_spec"] = json!({"bid_amount": 1});
    let id = desk.made(&offer).await;
    let price = |amount: i64| json!({"optimization_spec": {"bid_amount": amount}});
    assert_eq!(desk.post(&format!("/v23.0/{bare}"), &price(2)).await.status, 400, "it is not added later");
    for amount in 0..100 {
        assert_eq!(desk.post(&format!("/v23.0/{id}"), &price(amount)).await.status, 200);
    }
    assert_eq!(desk.post(&format!("/v23.0/{id}"), &price(100)).await.status, 400);
    let seen = desk.get(&format!("/v23.0/{id}?fields=status,bid_spec,optimization_spec")).await.body;
    assert_eq!((&seen["status"], &seen["bid_spec"]), (&json!("APPROVED"), &seen["optimization_spec"]));
    assert_eq!(seen["optimization_spec"]["bid_amount"], 99);
    assert_eq!(desk.post(&format!("/v23.0/{id}"), &edited("A first text for you")).await.status, 200);
    desk.advance(2);
    assert_eq!(desk.post(&format!("/v23.0/{id}"), &price(100)).await.status, 200);
}
