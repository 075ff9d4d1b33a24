//! Refusals of authentication templates, limited-time offers and carousels.

use serde_json::{Value, json};

use super::{body, link, reply, verdict};

#[test]
fn authentication_has_its_own_rules() {
    let app = json!({"package_name": "com.fernweh.app", "signature_hash": "K8a/AINcGX7"});
    let otp = |fields: Value| {
        let mut button = json!({"type": "OTP"});
        for (k, v) in fields.as_object().unwrap() {
            button[k] = v.clone();
        }
        json!([{"type": "BODY", "add_security_recommendation": true}, {"type": "BUTTONS", "buttons": [button]}])
    };
    let good = [
        otp(json!({"otp_type": "copy_code"})),
        otp(json!({"otp_type": "ONE_TAP", "supported_apps": [app]})),
        otp(json!({"otp_type": "ZERO_TAP", "zero_tap_terms_accepted": true, "supported_apps": [app]})),
        json!([{"type": "body"}, {"type": "footer", "code_expiration_minutes": 90},
            {"type": "buttons", "buttons": [{"type": "otp", "otp_type": "copy_code", "text": "Copy"}]}]),
    ];
    for components in good {
        assert_eq!(verdict("AUTHENTICATION", false, components.clone(), None), None, "{components}");
    }
    let with = |component: Value| {
        let mut list = otp(json!({"otp_type": "COPY_CODE"}));
        list.as_array_mut().unwrap().push(component);
        list
    };
    let bad = [
        json!([body("Your code is {{1}} today")]),
        json!([{"type": "BODY"}]),
        with(json!({"type": "HEADER", "format": "TEXT", "text": "Hi"})),
        with(json!({"type": "FOOTER", "text": "Hi"})),
        with(json!({"type": "FOOTER", "code_expiration_minutes": 0})),
        with(json!({"type": "FOOTER", "code_expiration_minutes": 91})),
        otp(json!({"otp_type": "TWO_TAP"})),
        otp(json!({"otp_type": "ONE_TAP"})),
        otp(json!({"otp_type": "ONE_TAP", "supported_apps": [app, app, app, app, app, app]})),
        otp(json!({"otp_type": "ZERO_TAP", "supported_apps": [app]})),
        otp(json!({"otp_type": "COPY_CODE", "package_name": "com.fernweh.app"})),
        otp(json!({"otp_type": "COPY_CODE", "text": "a".repeat(26)})),
        otp(
            json!({"otp_type": "ONE_TAP", "supported_apps": [{"package_name": "fernweh", "signature_hash": "K8a/AINcGX7"}]}),
        ),
        otp(
            json!({"otp_type": "ONE_TAP", "supported_apps": [{"package_name": "com.1x", "signature_hash": "K8a/AINcGX7"}]}),
        ),
        otp(
            json!({"otp_type": "ONE_TAP", "supported_apps": [{"package_name": "com.x", "signature_hash": "K8a%AINcGX7"}]}),
        ),
        json!([{"type": "BODY"}, {"type": "BUTTONS", "buttons": [reply("No")]}]),
    ];
    for components in bad {
        let found = verdict("AUTHENTICATION", false, components.clone(), None);
        assert!(matches!(found, Some((100, ..))), "{components}: {found:?}");
    }
}

#[test]
fn offers_have_their_own_rules() {
    let offer = |text: &str| json!({"type": "LIMITED_TIME_OFFER", "limited_time_offer": {"text": text, "has_expiration": true}});
    let code = |c: &str| json!({"type": "COPY_CODE", "example": c});
    let with = |list: Value| json!({"type": "BUTTONS", "buttons": list});
    let open = || link("https://fernweh.example");
    let good = json!([offer("Ends soon"), body("Tours are cheaper today"), with(json!([code("RIDE20"), open()]))]);
    assert_eq!(verdict("MARKETING", false, good, None), None);
    let rows = [
        (json!([offer(&"a".repeat(17)), body("x y"), with(json!([open()]))]), Some(2_388_040)),
        (json!([offer("Ends"), body(&"a".repeat(601)), with(json!([open()]))]), Some(2_388_040)),
        (json!([offer("Ends"), body("x y"), with(json!([code(&"A".repeat(21)), open()]))]), Some(2_388_040)),
        (json!([offer("Ends {{1}}"), body("x y"), with(json!([open()]))]), None),
        (json!([offer(" "), body("x y"), with(json!([open()]))]), None),
        (json!([offer("Ends"), body("x y"), with(json!([code("A")]))]), None),
        (json!([offer("Ends"), body("x y"), with(json!([open(), code("A")]))]), None),
        (json!([offer("Ends"), body("x y"), {"type": "FOOTER", "text": "f"}, with(json!([open()]))]), None),
        (
            json!([offer("Ends"), {"type": "HEADER", "format": "TEXT", "text": "h"}, body("x y"), with(json!([open()]))]),
            None,
        ),
    ];
    for (components, subcode) in rows {
        let (code, found, texts) = verdict("MARKETING", false, components, None).unwrap();
        assert_eq!((code, found), (100, subcode), "{texts}");
    }
}

#[test]
fn carousels_have_their_own_rules() {
    let card = |format: &str, text: Option<&str>, list: Value| {
        let mut parts = vec![json!({"type": "HEADER", "format": format, "example": {"header_handle": ["h"]}})];
        parts.extend(text.map(body));
        parts.push(json!({"type": "BUTTONS", "buttons": list}));
        json!({"components": parts})
    };
    let with = |cards: Vec<Value>| json!([body("Our tours of the year"), {"type": "CAROUSEL", "cards": cards}]);
    let plain = || card("IMAGE", Some("A tour"), json!([reply("More")]));
    let product = || card("PRODUCT", None, json!([{"type": "SPM", "text": "View"}]));
    for cards in [vec![plain(), plain()], vec![product(), product()], vec![plain(); 10]] {
        assert_eq!(verdict("MARKETING", false, with(cards), None), None);
    }
    let priced = json!({"type": "BODY", "text": "Two long days for {{1}}", "example": {"body_text": [["9"]]}});
    let mut ends = plain();
    ends["components"][1] = priced;
    assert_eq!(verdict("MARKETING", false, with(vec![ends.clone(), ends]), None), None);
    let call = || json!({"type": "PHONE_NUMBER", "text": "Call", "phone_number": "+43316000000"});
    let long = "a".repeat(161);
    let bad = [
        vec![plain()],
        vec![plain(); 11],
        vec![plain(), card("VIDEO", Some("A tour"), json!([reply("More")]))],
        vec![plain(), card("IMAGE", None, json!([reply("More")]))],
        vec![plain(), card("IMAGE", Some("A tour"), json!([link("https://a.example")]))],
        vec![card("TEXT", None, json!([reply("More")])); 2],
        vec![card("IMAGE", Some(&long), json!([reply("More")])); 2],
        vec![card("IMAGE", None, json!([reply("a"), reply("b"), reply("c")])); 2],
        vec![card("IMAGE", None, json!([{"type": "CATALOG"}])); 2],
        vec![card("PRODUCT", None, json!([reply("More")])); 2],
        vec![card("IMAGE", None, json!([call(), call()])); 2],
    ];
    for cards in bad {
        let found = verdict("MARKETING", false, with(cards.clone()), None);
        assert!(matches!(found, Some((100, ..))), "{cards:?}");
    }
    let mut outside = with(vec![plain(), plain()]);
    outside.as_array_mut().unwrap().push(json!({"type": "FOOTER", "text": "f"}));
    assert!(verdict("MARKETING", false, outside, None).is_some());
}
