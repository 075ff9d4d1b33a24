//! What is shown differs from what was sent, in each way that has been observed.

use serde_json::{Value, json};

use super::{Desk, WABA};
use crate::sandbox::{Config, Verdict, admin};

/// Creates a template and gives what GET shows.
async fn shown(desk: &Desk, body: &Value) -> Value {
    let id = desk.made(body).await;
    desk.get(&format!("/v23.0/{id}")).await.body
}

#[tokio::test]
async fn a_marketing_template_comes_back_changed() {
    let desk = Desk::quick().await;
    let sent = json!({"name": "tours", "language": "de", "category": "marketing", "allow_category_change": true,
        "degrees_of_freedom_spec": {"creative_features_spec": {"image_touchups": {"enroll_status": "OPT_OUT"}}},
        "components": [
            {"type": "buttons", "buttons": [
                {"type": "url", "text": "Ansehen", "url": "https://fernweh.example/t/{{1}}", "example": "a/{x}"},
                {"type": "phone_number", "text": "Anrufen", "phone_number": "49 0151 5550123"},
                {"type": "copy_code", "example": "RAD20"}]},
            {"type": "footer", "text": "Grüße"},
            {"type": "body", "text": "Neue Touren für {{1}}  sind\r\nda! ", "example": {"body_text": "Anna"}},
            {"type": "header", "format": "text", "text": "Für {{1}}", "example": {"header_text": "Anna"}}]});
    let seen = shown(&desk, &sent).await;
    let wanted = json!({"name": "tours", "parameter_format": "POSITIONAL", "components": [
            {"type": "HEADER", "format": "TEXT", "text": "Für {{1}}", "example": {"header_text": ["Anna"]}},
            {"type": "BODY", "text": "Neue Touren für {{1}}  sind\r\nda! ", "example": {"body_text": [["Anna"]]}},
            {"type": "FOOTER", "text": "Grüße"},
            {"type": "BUTTONS", "buttons": [
                {"type": "URL", "text": "Ansehen", "url": "https://fernweh.example/t/{{1}}",
                    "example": ["https://fernweh.example/t/a/%7Bx%7D"]},
                {"type": "PHONE_NUMBER", "text": "Anrufen", "phone_number": "+491515550123"},
                {"type": "COPY_CODE", "text": "Copy offer code", "example": ["RAD20"]}]}],
        "language": "de", "status": "APPROVED", "category": "MARKETING", "sub_category": "CUSTOM",
        "disable_ios_autofill": false, "is_primary_device_delivery_only": false, "id": seen["id"]});
    assert_eq!(seen.to_string(), wanted.to_string());
    let id = seen["id"].as_str().unwrap();
    let spec = desk.get(&format!("/{id}?fields=degrees_of_freedom_spec")).await.body;
    assert_eq!(
        spec["degrees_of_freedom_spec"]["creative_features_spec"],
        json!([{"key": "image_touchups", "value": {"enroll_status": "OPT_OUT"}}])
    );
    let raw = desk.http.get(desk.url(&format!("/{id}"))).bearer_auth("t").send().await.unwrap();
    let raw = raw.text().await.unwrap();
    assert!(raw.contains(r"Gr\u00fc\u00dfe") && raw.contains(r"https:\/\/fernweh.example"), "{raw}");
}

#[tokio::test]
async fn an_authentication_template_comes_back_changed() {
    let desk = Desk::quick().await;
    let app = json!({"package_name": "com.fernweh.app", "signature_hash": "K8a/AINcGX7"});
    let sent = json!({"name": "code", "language": "en_US", "category": "AUTHENTICATION", "message_send_ttl_seconds": 60,
        "components": [
            {"type": "BODY", "add_security_recommendation": true},
            {"type": "FOOTER", "code_expiration_minutes": 5},
            {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "zero_tap", "zero_tap_terms_accepted": true,
                "supported_apps": [app]}]}]});
    let seen = shown(&desk, &sent).await;
    let url = "https://www.whatsapp.com/otp/code/?otp_type=ZERO_TAP&package_name=com.fernweh.app\
               &signature_hash=K8a%2FAINcGX7&code_expiration_minutes=5&code=otp";
    assert_eq!(seen["message_send_ttl_seconds"], 60);
    assert!(seen.get("sub_category").is_none());
    assert_eq!(
        seen["components"],
        json!([
            {"type": "BODY", "text": "*{{1}}* is your verification code. For your security, do not share this code.",
                "add_security_recommendation": true, "example": {"body_text": [["123456"]]}},
            {"type": "FOOTER", "text": "This code expires in 5 minutes.", "code_expiration_minutes": 5},
            {"type": "BUTTONS", "buttons": [{"type": "URL", "text": "Copy code", "url": format!("{url}{{{{1}}}}"),
                "example": [format!("{url}123456")], "autofill_text": "Autofill"}]}])
    );
}

#[tokio::test]
async fn a_flow_is_shown_by_its_number() {
    let desk = Desk::quick().await;
    let sent = json!({"name": "book", "language": "en", "category": "UTILITY", "components": [
        {"type": "BODY", "text": "Book your service at Fernweh"},
        {"type": "BUTTONS", "buttons": [{"type": "FLOW", "text": "Book", "flow_name": "service", "navigate_screen": "START"}]}]});
    let seen = shown(&desk, &sent).await;
    let button = &seen["components"][1]["buttons"][0];
    assert!(button["flow_id"].is_u64() && button.get("flow_name").is_none(), "{button}");
    assert_eq!((&button["flow_action"], &seen["sub_category"]), (&json!("NAVIGATE"), &json!("FORM")));
    assert!(seen.get("message_send_ttl_seconds").is_none());
}

#[tokio::test]
async fn media_come_back_as_addresses_that_change() {
    let desk = Desk::quick().await;
    let picture = b"\x89PNG not really".repeat(100);
    let handle = desk.upload(&picture).await;
    assert!(handle.starts_with("4::aW1hZ2UvcG5n:AR") && handle.contains(":e:") && handle.contains(":555:"));
    let with = |handle: &str, name: &str| {
        json!({"name": name, "language": "en", "category": "UTILITY", "components": [
            {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": [handle]}},
            {"type": "BODY", "text": format!("Your picture {name} is ready")}]})
    };
    let id = desk.made(&with(&handle, "picture")).await;
    let address = async || {
        let seen = desk.get(&format!("/v23.0/{id}")).await.body;
        seen["components"][0]["example"]["header_handle"][0].as_str().unwrap().to_owned()
    };
    let (first, second) = (address().await, address().await);
    assert_ne!(first, second);
    let answer = desk.http.get(&first).send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "image/png");
    assert_eq!(answer.bytes().await.unwrap(), picture);
    let unsigned = first.split('?').next().unwrap();
    assert_eq!(desk.http.get(unsigned).send().await.unwrap().status(), 403);
    // Two handles in one text are one sample; a changed, foreign, made-up or old one is refused.
    desk.made(&with(&format!("{handle}\n{handle}"), "two")).await;
    for bad in [handle.replace(":555:", ":556:"), handle.replace("4::", "5::"), "4::aW1".into(), "1234".into()] {
        assert_eq!(desk.create(&with(&bad, "bad")).await.code(), (131_009, Some(2_494_102)), "{bad}");
    }
    let mut video = with(&handle, "video");
    video["components"][0]["format"] = json!("VIDEO");
    assert_eq!(desk.create(&video).await.code(), (131_009, Some(2_494_102)));
    desk.advance(25);
    assert_eq!(desk.create(&with(&handle, "old")).await.code(), (131_009, Some(2_494_102)));
    let fresh = desk.upload(&picture).await;
    desk.made(&with(&fresh, "fresh")).await;
    let lax = Config { strict_handles: false, ..Config::default() };
    admin::configure(&desk.root, WABA, lax).unwrap();
    desk.made(&with("4::anything", "lax")).await;
}

#[tokio::test]
async fn uploads_resume_and_refuse() {
    let desk = Desk::quick().await;
    for query in [
        "file_length=10&file_type=image/gif",
        "file_length=0&file_type=image/png",
        "file_type=image/png",
        "file_length=99999999&file_type=video/mp4",
    ] {
        assert_eq!(desk.post(&format!("/555/uploads?{query}"), &json!({})).await.code().0, 100, "{query}");
    }
    let session = desk.post("/555/uploads?file_length=6&file_type=image/png", &json!({})).await.id();
    let send = |scheme: &str, offset: &str, bytes: &'static str| {
        let request = desk.http.post(desk.url(&format!("/v23.0/{session}"))).body(bytes);
        let request = request.header("authorization", format!("{scheme} t")).header("file_offset", offset);
        async move { request.send().await.unwrap().json::<Value>().await.unwrap() }
    };
    assert_eq!(send("Bearer", "0", "abc").await["error"]["code"], 190);
    assert_eq!(send("OAuth", "0", "abc").await["file_offset"], 3);
    let asked = desk.http.get(desk.url(&format!("/v23.0/{session}"))).header("authorization", "OAuth t");
    assert_eq!(asked.send().await.unwrap().json::<Value>().await.unwrap()["file_offset"], 3);
    assert_eq!(send("OAuth", "0", "def").await["error"]["code"], 100);
    assert_eq!(send("OAuth", "3", "defg").await["error"]["code"], 100);
    assert!(send("OAuth", "3", "def").await["h"].is_string());
    let bare = session.split('?').next().unwrap();
    let bare = desk.http.get(desk.url(&format!("/{bare}"))).header("authorization", "OAuth t");
    assert_eq!(bare.send().await.unwrap().status(), 400);
}

#[tokio::test]
async fn rejected_templates_lose_their_samples() {
    let desk = Desk::quick().await;
    let sent = json!({"name": "tour", "language": "en", "category": "UTILITY", "components": [
        {"type": "BODY", "text": "Your tour {{1}} begins", "example": {"body_text": [["Alps"]]}}]});
    let id = desk.made(&sent).await;
    admin::review(&desk.root, WABA, "tour", None, &Verdict::Reject { reason: "SCAM".into() }).unwrap();
    let seen = desk.get(&format!("/{id}")).await.body;
    assert_eq!(seen["components"], json!([{"type": "BODY", "text": "Your tour {{1}} begins"}]));
    assert!(seen.get("rejected_reason").is_none());
}

#[tokio::test]
async fn examples_of_urls_can_be_shown_as_sent() {
    let desk = Desk::with(Config { expand_url_examples: false, ..Config::default() }).await;
    let sent = json!({"name": "track", "language": "en", "category": "UTILITY", "components": [
        {"type": "BODY", "text": "Your bike is on its way"},
        {"type": "BUTTONS", "buttons": [{"type": "URL", "text": "Track", "url": "https://fernweh.example/{{1}}",
            "example": ["abc"]}]}]});
    let seen = shown(&desk, &sent).await;
    assert_eq!(seen["components"][1]["buttons"][0]["example"], json!(["abc"]));
}
