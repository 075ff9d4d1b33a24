//! 360dialog's JSON of templates, pages and answers → the types of [`crate::provider`]. Shapes only; no request is made here.
//!
//! Both APIs show templates alike (recorded traffic, 2024-10): Meta's components inside 360dialog's own record.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::{
    provider::Created,
    template::{
        self, Category, Content, Live, Parameter, ParameterFormat, Quality, Status, TemplateKey,
        components::{self, Origin, Read},
        placeholder,
    },
};

/// Fields of 360dialog's own record, which are no content (recorded traffic, 2024-10). `external_id` is Meta's id; all
/// calls take `id`.
const RECORD: &[&str] = &[
    "external_id",
    "partner_id",
    "waba_account_id",
    "namespace",
    "created_at",
    "created_by",
    "modified_at",
    "modified_by",
    "updated_external",
];

/// Settings of a template, none of which either API shows (recorded traffic, 2024-10).
const SETTINGS: &[&str] = &[
    "message_send_ttl_seconds",
    "sub_category",
    "display_format",
    "cta_url_link_tracking_opted_out",
    "is_primary_device_delivery_only",
    "disable_ios_autofill",
    "send_type",
    "library_template_name",
    "library_template_button_inputs",
    "library_template_body_inputs",
    "degrees_of_freedom_spec",
    "optimization_spec",
];

/// A page of the list.
#[derive(Debug)]
pub(super) struct Page {
    /// Its templates.
    pub(super) templates: Vec<Live>,
    /// How many the whole list has; older servers did not say.
    pub(super) total: Option<u64>,
    /// How many a page has at most, as the server says it.
    pub(super) limit: Option<u64>,
}

/// Why a page cannot be used.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// It has another shape.
    Shape(String),
    /// It shows the templates of this other account.
    Account(String),
}

impl From<&str> for Fault {
    fn from(what: &str) -> Self {
        Self::Shape(what.to_owned())
    }
}

/// Reads a page of an account's list.
pub(super) fn page(body: &Map<String, Value>, waba_account_id: &str) -> Result<Page, Fault> {
    let list = body.get("waba_templates").and_then(Value::as_array).ok_or("the list has no `waba_templates`")?;
    let mut templates = Vec::with_capacity(list.len());
    for item in list {
        let object = item.as_object().ok_or("a template is not an object")?;
        match object.get("waba_account_id") {
            Some(Value::String(other)) if other != waba_account_id => return Err(Fault::Account(other.clone())),
            None | Some(Value::Null | Value::String(_)) => templates.push(live(object).map_err(Fault::Shape)?),
            Some(_) => return Err("a template's `waba_account_id` is no text".into()),
        }
    }
    Ok(Page { templates, total: count(body, "total")?, limit: count(body, "limit")? })
}

/// A number of templates. One that cannot be read is not the same as none: the list would pass for shorter than it is.
fn count(body: &Map<String, Value>, field: &'static str) -> Result<Option<u64>, Fault> {
    let number = match body.get(field) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) => text.parse().ok(),
        Some(other) => other.as_u64(),
    };
    number.map(Some).ok_or_else(|| Fault::Shape(format!("the list's `{field}` is no number of templates")))
}

/// Reads a template. Lists of old show no `id` and no `status` (public clients); such a template is shown, and cannot be
/// edited or deleted by its id.
pub(super) fn live(object: &Map<String, Value>) -> Result<Live, String> {
    let text = |key: &str| object.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    let need = |key: &'static str| text(key).ok_or(format!("a template has no `{key}`"));
    let key = TemplateKey::new(need("name")?, need("language")?);
    if !object.get("components").is_some_and(Value::is_array) {
        // To read it as empty would be drift, and an edit.
        return Err(format!("{key} comes without a list of `components`"));
    }
    let Read { mut content, mut unreadable } = components::read(object, Origin::Account);
    RECORD.iter().for_each(|field| drop(content.extra.remove(*field)));
    hide_settings(object, &mut unreadable);
    if !object.contains_key("parameter_format") && has_names(&content) {
        content.parameter_format = ParameterFormat::Named;
    }
    let score = object.get("quality_score").and_then(|quality| quality.get("score").unwrap_or(quality).as_str());
    Ok(Live {
        id: text("id").unwrap_or_default().to_owned(),
        key,
        status: status(text("status")),
        // The Partner API's description allows null.
        category: Category::parse(text("category").unwrap_or("UNKNOWN")),
        previous_category: text("previous_category").map(Category::parse),
        correct_category: text("correct_category").map(Category::parse),
        rejected_reason: text("rejected_reason").filter(|why| !why.eq_ignore_ascii_case("NONE")).map(str::to_owned),
        quality: score.map(Quality::parse),
        updated_at: text("modified_at").or_else(|| text("created_at")).and_then(instant),
        auto_generated: template::is_auto_generated(text("source")),
        content,
        unreadable,
    })
}

/// 360dialog's names in any case: lower in recordings of 2024, upper in newer clients. `submitted` and `created` are Meta's
/// PENDING.
fn status(text: Option<&str>) -> Status {
    let text = text.unwrap_or("UNKNOWN");
    if ["submitted", "created"].iter().any(|name| text.eq_ignore_ascii_case(name)) {
        return Status::Pending;
    }
    Status::parse(text)
}

/// `2024-10-22T11:50:11Z`.
fn instant(text: &str) -> Option<Timestamp> {
    text.parse().ok()
}

/// Names the settings that are not shown.
fn hide_settings(object: &Map<String, Value>, unreadable: &mut BTreeSet<String>) {
    let shown = |field: &str| object.get(field).is_some_and(|value| !value.is_null());
    unreadable.extend(SETTINGS.iter().filter(|field| !shown(field)).map(|field| (*field).to_owned()));
}

/// Whether the texts have parameters by name. The list does not say `parameter_format`; Meta allows one kind in a template.
pub(super) fn has_names(content: &Content) -> bool {
    let names = |text: &str| placeholder::parameters(text).iter().any(|one| matches!(one, Parameter::Name(_)));
    texts(content).into_iter().any(names)
}

/// Whether the texts have parameters.
pub(super) fn has_parameters(content: &Content) -> bool {
    texts(content).into_iter().any(|text| !placeholder::parameters(text).is_empty())
}

/// Every text that may have parameters.
fn texts(content: &Content) -> Vec<&str> {
    use crate::template::{Body, ButtonKind, HeaderKind};
    let cards = content.carousel.iter().flat_map(|carousel| &carousel.cards);
    let headers = content.header.iter().chain(cards.clone().filter_map(|card| card.header.as_ref()));
    let bodies = content.body.iter().chain(cards.clone().filter_map(|card| card.body.as_ref()));
    let buttons = content.buttons.iter().chain(cards.flat_map(|card| &card.buttons));
    let headers = headers.filter_map(|header| match &header.kind {
        HeaderKind::Text { text, .. } => Some(text.as_str()),
        _ => None,
    });
    let bodies = bodies.filter_map(|body| match body {
        Body::Text { text, .. } => Some(text.as_str()),
        Body::Authentication { .. } => None,
    });
    let urls = buttons.filter_map(|button| match &button.kind {
        ButtonKind::Url { url, .. } => Some(url.as_str()),
        _ => None,
    });
    headers.chain(bodies).chain(urls).collect()
}

/// The answer of a create: 17 keys from the Partner API, nine at WABA level (recorded traffic, 2024-10); fewer in old
/// accounts of public clients, where the id may be missing.
pub(super) fn created(body: &Map<String, Value>) -> Result<Created, String> {
    let text = |key: &str| body.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    if text("id").is_none() && text("status").is_none() {
        return Err("the answer has neither `id` nor `status`".to_owned());
    }
    Ok(Created {
        id: text("id").unwrap_or_default().to_owned(),
        status: text("status").map_or(Status::Pending, |text| status(Some(text))),
        category: text("category").map(Category::parse),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shown(fields: &Value) -> Map<String, Value> {
        let mut object = json!({ "id": "0aB1cD2eF3gH4iJ5kL6mWT", "external_id": "4711", "name": "bike_ready",
            "language": "de", "category": "UTILITY", "status": "approved", "rejected_reason": "NONE",
            "quality_score": null, "components": [{ "type": "BODY", "text": "Fertig." }],
            "partner_id": "fernPA", "waba_account_id": "fernWA", "namespace": "a_b", "updated_external": true,
            "created_at": "2026-03-01T08:00:00Z", "modified_at": "2026-03-01T08:00:20Z",
            "created_by": { "user_id": "system", "user_name": "system" },
            "modified_by": { "user_id": "system", "user_name": "system" } });
        for (key, value) in fields.as_object().unwrap() {
            object[key] = value.clone();
        }
        object.as_object().unwrap().clone()
    }

    #[test]
    fn a_template_is_its_components_and_none_of_the_record() {
        let live = live(&shown(&json!({}))).unwrap();
        assert_eq!((live.id.as_str(), live.key.to_string().as_str()), ("0aB1cD2eF3gH4iJ5kL6mWT", "bike_ready/de"));
        assert_eq!((live.status, live.category), (Status::Approved, Category::Utility));
        assert_eq!((live.rejected_reason, live.quality), (None, None));
        assert_eq!(live.updated_at, "2026-03-01T08:00:20Z".parse().ok());
        assert!(live.content.extra.is_empty(), "{:?}", live.content.extra);
        assert!(SETTINGS.iter().all(|setting| live.unreadable.contains(*setting)));
    }

    #[test]
    fn names_of_statuses_are_read_in_any_case_and_unknown_ones_kept() {
        for (text, wanted) in [
            ("submitted", Status::Pending),
            ("created", Status::Pending),
            ("Pending", Status::Pending),
            ("approved", Status::Approved),
            ("PAUSED", Status::Paused),
            ("rejected", Status::Rejected),
            ("in_appeal", Status::InAppeal),
            ("frozen", Status::Other("FROZEN".to_owned())),
        ] {
            assert_eq!(live(&shown(&json!({ "status": text }))).unwrap().status, wanted, "{text}");
        }
        assert_eq!(live(&shown(&json!({ "status": null }))).unwrap().status, Status::Other("UNKNOWN".to_owned()));
    }

    #[test]
    fn reasons_and_quality_come_in_two_forms() {
        let read = |fields: &Value| live(&shown(fields)).unwrap();
        assert_eq!(read(&json!({ "rejected_reason": null })).rejected_reason, None);
        assert_eq!(read(&json!({ "rejected_reason": "none" })).rejected_reason, None);
        let live = read(&json!({ "rejected_reason": "INVALID_FORMAT",
            "quality_score": { "reasons": null, "score": "YELLOW" } }));
        assert_eq!(live.rejected_reason.as_deref(), Some("INVALID_FORMAT"));
        assert_eq!(live.quality, Some(Quality::Yellow));
    }

    #[test]
    fn settings_and_unknown_fields_that_are_shown_after_all_are_read() {
        let live = live(&shown(&json!({ "message_send_ttl_seconds": 600, "x_new": { "a": 1 } }))).unwrap();
        assert_eq!(live.content.message_send_ttl_seconds, Some(600));
        assert!(!live.unreadable.contains("message_send_ttl_seconds"));
        assert_eq!(live.content.extra.get("x_new"), Some(&json!({ "a": 1 })));
    }

    #[test]
    fn parameters_by_name_are_told_by_their_names() {
        let named = json!({ "components": [{ "type": "BODY", "text": "Hi {{rider}}!",
            "example": { "body_text_named_params": [{ "param_name": "rider", "example": "Ada" }] } }] });
        assert_eq!(live(&shown(&named)).unwrap().content.parameter_format, ParameterFormat::Named);
        let numbered = json!({ "components": [{ "type": "BODY", "text": "Hi {{1}}!" }] });
        assert_eq!(live(&shown(&numbered)).unwrap().content.parameter_format, ParameterFormat::Positional);
    }

    #[test]
    fn another_accounts_list_is_refused() {
        let body = json!({ "total": 1, "waba_templates": [shown(&json!({}))] });
        assert_eq!(page(body.as_object().unwrap(), "fernWA").unwrap().templates.len(), 1);
        let fault = page(body.as_object().unwrap(), "otherWA").unwrap_err();
        assert_eq!(fault, Fault::Account("fernWA".to_owned()));
    }

    #[test]
    fn an_answer_to_a_create_needs_no_id() {
        let read = |body: Value| created(body.as_object().unwrap());
        let made = read(json!({ "id": "xWT", "status": "submitted", "category": "MARKETING" })).unwrap();
        let wanted = Created { id: "xWT".to_owned(), status: Status::Pending, category: Some(Category::Marketing) };
        assert_eq!(made, wanted);
        let made = read(json!({ "status": "approved" })).unwrap();
        assert_eq!(made, Created { id: String::new(), status: Status::Approved, category: None });
        assert!(read(json!({})).is_err());
    }
}
