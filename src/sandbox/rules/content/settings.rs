//! Fields beside the components: enums, switches, and inputs of library templates.
//!
//! Meta message-template-api reference, 2026-09-11. Must not know components.

use serde_json::{Map, Value};

use crate::sandbox::rules::refusal::{FieldPath, Refusal, Type};

/// Enums and their values; `CUSTOM` and `FORM` are shown by accounts.
const ENUMS: [(&str, &[&str]); 3] = [
    (
        "sub_category",
        &[
            "BOOKING_STATUS",
            "CALL_PERMISSIONS_REQUEST",
            "CUSTOM",
            "FLIGHT_DELAY_AND_GATE_CHANGE_ALERT",
            "FORM",
            "FRAUD_ALERT",
            "ORDER_DETAILS",
            "ORDER_STATUS",
            "RICH_ORDER_STATUS",
        ],
    ),
    ("display_format", &["ORDER_DETAILS"]),
    ("send_type", &["CAMPAIGN", "DIRECT"]),
];
const SWITCHES: [&str; 3] =
    ["cta_url_link_tracking_opted_out", "is_primary_device_delivery_only", "disable_ios_autofill"];
const OF_THE_LIBRARY: [&str; 2] = ["library_template_button_inputs", "library_template_body_inputs"];

/// Checks them in the body of a create or an edit; a form's `true` is a switch too.
pub(crate) fn settings(body: &Map<String, Value>) -> Result<(), Refusal> {
    let given = |field: &str| body.get(field).filter(|value| !value.is_null());
    for (field, words) in ENUMS {
        let known =
            |value: &Value| value.as_str().is_some_and(|text| words.contains(&text.to_ascii_uppercase().as_str()));
        if given(field).is_some_and(|value| !known(value)) {
            return Err(Refusal::NotOneOf { field: FieldPath::field(field), known: words.to_vec() });
        }
    }
    for field in SWITCHES {
        let is_switch = |value: &Value| value.is_boolean() || matches!(value.as_str(), Some("true" | "false"));
        if given(field).is_some_and(|value| !is_switch(value)) {
            return Err(Refusal::WrongType { field, expected: Type::Boolean });
        }
    }
    if let Some(field) = OF_THE_LIBRARY.into_iter().find(|field| given(field).is_some())
        && given("library_template_name").is_none()
    {
        return Err(Refusal::NeedsLibraryTemplate { field });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_those_of_the_reference() {
        for (field, value, good) in [
            ("sub_category", json!("order_status"), true),
            ("sub_category", json!("GREETING"), false),
            ("sub_category", json!(5), false),
            ("display_format", json!("TABLE"), false),
            ("send_type", json!("campaign"), true),
            ("disable_ios_autofill", json!("yes"), false),
            ("disable_ios_autofill", json!("true"), true),
            ("cta_url_link_tracking_opted_out", json!(true), true),
            ("library_template_body_inputs", json!({}), false),
            ("anything_else", json!([]), true),
            ("sub_category", Value::Null, true),
        ] {
            let body = Map::from_iter([(field.to_owned(), value.clone())]);
            assert_eq!(settings(&body).is_ok(), good, "{field} {value}");
        }
    }
}
