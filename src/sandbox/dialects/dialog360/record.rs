//! 360dialog's record of a template: what the store keeps ⇄ what both APIs show (recorded traffic, 2024-10).
//!
//! Must not refuse anything.

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::api::Api;
use crate::sandbox::dialects::media::sign_media;
use crate::sandbox::rules::account::{Account, Template};

/// Fields of the answer to a create at WABA level.
const SHORT: [&str; 9] =
    ["category", "components", "external_id", "id", "language", "name", "namespace", "rejected_reason", "status"];
/// The partner of accounts that were only seen at WABA level.
const PARTNER: &str = "SandboxPA";

/// What the store keeps of a template that is seeded as this API shows it: a node in Meta's form.
pub(crate) fn node(shown: &Map<String, Value>) -> Map<String, Value> {
    let mut node = shown.clone();
    let text = |key: &str| shown.get(key).and_then(Value::as_str);
    if let Some(status) = text("status") {
        node.insert("status".to_owned(), of_meta(status).into());
    }
    if let Some(category) = text("category") {
        node.insert("category".to_owned(), category.to_ascii_uppercase().into());
    }
    if text("rejected_reason").is_none_or(|reason| reason.eq_ignore_ascii_case("NONE")) {
        node.shift_remove("rejected_reason");
    }
    if shown.get("quality_score").is_some_and(Value::is_null) {
        node.shift_remove("quality_score");
    }
    node
}

/// Meta's status of one of 360dialog's.
fn of_meta(status: &str) -> String {
    match status.to_ascii_uppercase().as_str() {
        "SUBMITTED" | "CREATED" => "PENDING".to_owned(),
        other => other.to_owned(),
    }
}

/// 360dialog's status of one of Meta's: in lower case, and `submitted` until the review is over.
fn status(of_meta: &str) -> String {
    match of_meta {
        "PENDING" => "submitted".to_owned(),
        other => other.to_ascii_lowercase(),
    }
}

/// 360dialog's id of a template, and Meta's. A template just entered has only Meta's; the other one follows from it.
fn ids(template: &Template) -> (String, Option<String>) {
    let id = template.id();
    match template.text("external_id") {
        "" if id.bytes().all(|byte| byte.is_ascii_digit()) => (id_of(id), Some(id.to_owned())),
        "" => (id.to_owned(), None),
        external => (id.to_owned(), Some(external.to_owned())),
    }
}

/// 22 letters and digits that end in `WT`.
fn id_of(external_id: &str) -> String {
    const LETTERS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let digest = Sha256::digest(external_id.as_bytes());
    let mut id: String = digest.iter().take(20).map(|byte| char::from(LETTERS[usize::from(*byte) % 62])).collect();
    id.push_str("WT");
    id
}

/// Where the template of this id of 360dialog's is.
pub(super) fn find(account: &Account, id: &str) -> Option<usize> {
    account.templates.iter().position(|template| ids(template).0 == id)
}

/// Writes into a new template what 360dialog keeps besides Meta's node.
pub(super) fn sign(template: &mut Template, api: &Api, now: Timestamp) {
    let (id, external_id) = ids(template);
    template.set("id", id);
    template.set("external_id", external_id);
    template.set("created_at", seconds(now));
    template.set("created_by", author(api));
    template.set("modified_by", author(api));
    if let Api::Partner(partner) = api {
        template.set("partner_id", partner.clone());
    }
}

/// Who writes: a user of the partner, or the system for a channel's key.
pub(super) fn author(api: &Api) -> Value {
    match api {
        Api::Partner(_) => json!({ "user_id": "a1B2c3D", "user_name": "a user" }),
        Api::Channel => json!({ "user_id": "system", "user_name": "System account" }),
    }
}

/// `2024-10-22T11:50:11Z`.
fn seconds(at: Timestamp) -> String {
    Timestamp::from_second(at.as_second()).unwrap_or(at).to_string()
}

/// What the looks of a template depend on besides itself.
pub(super) struct View<'a> {
    /// The account.
    pub(super) account: &'a Account,
    /// This server's address.
    pub(super) server: &'a str,
    /// The account's clock.
    pub(super) now: Timestamp,
}

/// A template as both APIs list it. A seed is shown as it came, with what became of it since.
pub(super) fn shown(template: &Template, view: &View<'_>) -> Value {
    let (id, external_id) = ids(template);
    let mut record = match &template.verbatim {
        Some(seed) => seed.clone(),
        None => record(template, view),
    };
    let missing = |record: &Map<String, Value>, field: &str| record.get(field).is_none_or(Value::is_null);
    if missing(&record, "id") {
        record.insert("id".to_owned(), id.into());
    }
    if template.verbatim.is_none() {
        record.insert("external_id".to_owned(), external_id.into());
    }
    let seeded = |field: &str| record.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
    if of_meta(&seeded("status")) != template.status() {
        record.insert("status".to_owned(), status(template.status()).into());
        record.insert("rejected_reason".to_owned(), rejected_reason(template));
    }
    if !seeded_category_holds(&record, template) {
        record.insert("category".to_owned(), template.category().into());
    }
    let score = |quality: Option<&Value>| quality.and_then(|quality| Some(quality.get("score")?.clone()));
    if score(record.get("quality_score")) != score(template.node.get("quality_score")) {
        record.insert("quality_score".to_owned(), quality(template));
    }
    let mut components = record.shift_remove("components").unwrap_or_else(|| json!([]));
    sign_media(&mut components, view.server, view.now);
    if template.verbatim.is_none() {
        hide_flags(&mut components);
    }
    record.insert("components".to_owned(), components);
    Value::Object(record)
}

fn seeded_category_holds(record: &Map<String, Value>, template: &Template) -> bool {
    let category = record.get("category").and_then(Value::as_str).unwrap_or_default();
    category.eq_ignore_ascii_case(template.category())
}

/// The record of a template that came in through an API.
fn record(template: &Template, view: &View<'_>) -> Map<String, Value> {
    let kept = |field: &str| template.node.get(field).filter(|value| !value.is_null()).cloned();
    let system = || json!({ "user_id": "system", "user_name": "system" });
    let pending = template.status() == "PENDING";
    let changed = kept("last_updated_time").and_then(|at| Timestamp::from_second(at.as_i64()?).ok()).map(seconds);
    let modified_at = changed.map(Value::from).or_else(|| kept("modified_at")).unwrap_or(Value::Null);
    let account_id = view.account.waba.split_once('/').map_or("", |(_, id)| id);
    let fields = json!({
        "category": template.category(),
        "components": kept("components"),
        "created_at": kept("created_at").unwrap_or_else(|| modified_at.clone()),
        "created_by": kept("created_by").unwrap_or_else(system),
        "language": template.language(),
        "modified_at": modified_at,
        // What a review changes is changed by the system.
        "modified_by": kept("modified_by").filter(|_| pending).unwrap_or_else(system),
        "name": template.name(),
        "namespace": kept("namespace").unwrap_or_else(|| view.account.namespace.clone().into()),
        "partner_id": kept("partner_id").unwrap_or_else(|| PARTNER.into()),
        "quality_score": quality(template),
        "rejected_reason": rejected_reason(template),
        "status": status(template.status()),
        "updated_external": true,
        "waba_account_id": account_id,
    });
    match fields {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

/// null until there is one.
fn quality(template: &Template) -> Value {
    match template.node.get("quality_score").and_then(|quality| quality.get("score")) {
        Some(score) => json!({ "reasons": null, "score": score }),
        None => Value::Null,
    }
}

/// null until the review is over, then `NONE` or the reason.
fn rejected_reason(template: &Template) -> Value {
    match (template.status(), template.text("rejected_reason")) {
        ("PENDING", "") => Value::Null,
        (_, "") => "NONE".into(),
        (_, reason) => reason.into(),
    }
}

/// A template as the answer to its creation shows it: whole in the Partner API, nine fields at WABA level.
pub(super) fn created(api: &Api, mut shown: Value) -> Value {
    if let (Api::Channel, Some(record)) = (api, shown.as_object_mut()) {
        record.retain(|field, _| SHORT.contains(&field.as_str()));
    }
    shown
}

/// Takes out what lists do not show of a one-time code (public lists, 2026-11): the texts say it.
fn hide_flags(components: &mut Value) {
    for component in components.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
        component.shift_remove("add_security_recommendation");
        component.shift_remove("code_expiration_minutes");
        for button in component.get_mut("buttons").and_then(Value::as_array_mut).into_iter().flatten() {
            if let Some(button) = button.as_object_mut() {
                button.shift_remove("autofill_text");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_follow_from_metas_and_stay() {
        let mut template = Template::default();
        template.set("id", "4711000000000001");
        let (id, external) = ids(&template);
        assert!(id.len() == 22 && id.ends_with("WT") && id.bytes().all(|b| b.is_ascii_alphanumeric()), "{id}");
        sign(&mut template, &Api::Channel, Timestamp::UNIX_EPOCH);
        assert_eq!((ids(&template), external.as_deref()), ((id, external.clone()), Some("4711000000000001")));
        assert_eq!(template.text("created_at"), "1970-01-01T00:00:00Z");
    }

    #[test]
    fn seeds_are_shown_as_they_came_with_what_became_of_them() {
        let seed = json!({ "id": "abcWT", "name": "bike_ready", "language": "de", "status": "Approved",
            "category": "utility", "components": [], "rejected_reason": null, "x_new": 1 });
        let seed = seed.as_object().unwrap();
        let mut template = Template { node: node(seed), verbatim: Some(seed.clone()), ..Template::default() };
        let account = Account::new("360dialog/fernWA");
        let view = View { account: &account, server: "http://127.0.0.1:1", now: Timestamp::UNIX_EPOCH };
        assert_eq!(shown(&template, &view), Value::Object(seed.clone()));
        template.set("status", "PAUSED");
        template.set("category", "MARKETING");
        let now = shown(&template, &view);
        assert_eq!(
            (&now["status"], &now["category"], &now["x_new"]),
            (&json!("paused"), &json!("MARKETING"), &json!(1))
        );
        assert_eq!(now["rejected_reason"], "NONE");
    }
}
