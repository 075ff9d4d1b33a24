//! Whatever comes, the checks and the shaping answer: they never panic.

use proptest::prelude::*;
use serde_json::{Map, Value};

use super::{Content, check};
use crate::sandbox::rules::stored_form::{fold_enums, kept_components};

const KEYS: [&str; 22] = [
    "type",
    "type",
    "type",
    "format",
    "text",
    "example",
    "buttons",
    "cards",
    "components",
    "url",
    "phone_number",
    "body_text",
    "body_text_named_params",
    "header_text",
    "header_handle",
    "param_name",
    "otp_type",
    "supported_apps",
    "limited_time_offer",
    "code_expiration_minutes",
    "flow_id",
    "flow_json",
];
const TEXTS: [&str; 24] = [
    "HEADER",
    "body",
    "BODY",
    "FOOTER",
    "BUTTONS",
    "CAROUSEL",
    "LIMITED_TIME_OFFER",
    "TEXT",
    "IMAGE",
    "PRODUCT",
    "QUICK_REPLY",
    "URL",
    "OTP",
    "COPY_CODE",
    "PHONE_NUMBER",
    "FLOW",
    "SPM",
    "ONE_TAP",
    "Hello {{1}} there and {{2}}",
    "{{1}}",
    "}}{{",
    "https://fernweh.example/{{1}}",
    "0ü🚲",
    "{\"screens\":[{}]}",
];

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        4 => proptest::sample::select(&TEXTS[..]).prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<bool>().prop_map(Value::from),
        1 => ".{0,12}".prop_map(Value::from),
        1 => Just(Value::Null),
    ];
    leaf.prop_recursive(5, 64, 6, |inner| {
        let pair = (proptest::sample::select(&KEYS[..]), inner.clone());
        prop_oneof![
            proptest::collection::vec(inner, 0..5).prop_map(Value::Array),
            proptest::collection::vec(pair, 0..6).prop_map(|pairs| {
                Value::Object(pairs.into_iter().map(|(k, v)| (k.to_owned(), v)).collect::<Map<_, _>>())
            }),
        ]
    })
}

proptest! {
    #[test]
    fn nothing_panics(mut components in proptest::collection::vec(value(), 0..5).prop_map(Value::Array),
        category in proptest::sample::select(&["UTILITY", "MARKETING", "AUTHENTICATION"][..]), named: bool) {
        fold_enums(&mut components);
        let _ = check(&Content { category, named, components: &components, ttl: None });
        let _ = kept_components(&components, category, "en", true);
    }
}
