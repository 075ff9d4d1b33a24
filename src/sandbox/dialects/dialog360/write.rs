//! Creating, editing and deleting: 360dialog's bodies into Meta's, and answers of the shared rules into 360dialog's.
//!
//! Must not judge content; the shared rules do.

use serde_json::{Map, Value, json};

use super::envelope::ApiError;
use super::record::{self, View, author, created, find, shown};
use super::{api::Api, context::Context, envelope::Reply};
use crate::sandbox::rules::{creation, deletion, edit, samples::Samples};

/// Fields of a create or edit in the Partner API (Partner API 2.0.0).
const PARTNER_FIELDS: [&str; 7] = [
    "name",
    "category",
    "language",
    "components",
    "message_send_ttl_seconds",
    "allow_category_change",
    "cta_url_link_tracking_opted_out",
];
/// Fields of a create at WABA level (Messaging API 1.44).
const CHANNEL_FIELDS: [&str; 9] = [
    "name",
    "category",
    "language",
    "components",
    "allow_category_change",
    "library_template_name",
    "library_template_button_inputs",
    "namespace",
    "message_send_ttl_seconds",
];
/// Fields that Meta is not told.
const OWN: [&str; 2] = ["allow_category_change", "namespace"];

fn wrong(detail: &str) -> ApiError {
    ApiError::new(400, "Wrong payload").described(detail)
}

/// The body, if it has the documented shape. Others are refused at WABA level ("parameter_format: Unknown field."); of the
/// Partner API nobody says it, and the same is assumed.
fn body(context: &Context<'_>) -> Result<Map<String, Value>, ApiError> {
    let Ok(Value::Object(body)) = serde_json::from_slice(&context.call.body) else {
        return Err(wrong("Invalid input type."));
    };
    let known: &[&str] = match context.api {
        Api::Partner(_) => &PARTNER_FIELDS,
        Api::Channel => &CHANNEL_FIELDS,
    };
    for (field, value) in &body {
        if !known.contains(&field.as_str()) {
            return Err(wrong(&format!("{field}: Unknown field.")));
        }
        let fits = match field.as_str() {
            "name" | "language" | "category" | "namespace" | "library_template_name" => value.is_string(),
            "components" | "library_template_button_inputs" => value.is_array(),
            "message_send_ttl_seconds" => value.is_i64(),
            _ => value.is_boolean(),
        };
        if !fits {
            return Err(wrong(&format!("{field}: Invalid value.")));
        }
    }
    Ok(body)
}

/// What Meta is told.
fn for_meta(mut body: Map<String, Value>) -> Map<String, Value> {
    body.retain(|field, _| !OWN.contains(&field.as_str()));
    body
}

/// What samples of media may be. That the Partner API takes URLs is assumed: it documents no upload.
const fn samples(api: &Api) -> Samples {
    match api {
        Api::Partner(_) => Samples::Urls,
        Api::Channel => Samples::Both,
    }
}

/// Creates a template: 201 (recorded traffic, 2024-10).
pub(super) fn create(context: &Context<'_>, place: &str) -> Reply {
    let Context { store, call, api, .. } = context;
    let body = body(context)?;
    if let Some(missing) = ["name", "category", "language"].iter().find(|field| !body.contains_key(**field)) {
        return Err(wrong(&format!("{missing}: Missing data for required field.")));
    }
    let mut entered = creation::create(store, place, &for_meta(body), samples(api))?;
    let id = entered.id().to_owned();
    let signed_at = store.change(place, |account, now| {
        if let Some(position) = account.position(&id) {
            record::sign(account.at_mut(position), api, now);
        }
        Ok::<_, ApiError>(now)
    })?;
    // The answer is as of the creation, whatever a quick review has made of it meanwhile.
    record::sign(&mut entered, api, signed_at);
    let (account, now) = store.read(place)?;
    let view = View { account: &account, server: &call.server, now };
    Ok((201, created(api, shown(&entered, &view))))
}

/// Edits a template by its id. Name and language are in the schema, and cannot change.
pub(super) fn edit(context: &Context<'_>, place: &str, id: &str) -> Reply {
    let Context { store, call, api, .. } = context;
    let mut body = body(context)?;
    let (account, _) = store.read(place)?;
    let Some(position) = find(&account, id) else { return Err(no_such_template()) };
    let before = &account.templates[position];
    for (field, kept) in [("name", before.name()), ("language", before.language())] {
        if body.shift_remove(field).is_some_and(|sent| sent != kept) {
            return Err(wrong(&format!("{field}: It cannot be changed.")));
        }
    }
    let kept_id = before.id().to_owned();
    edit::edit(store, place, &kept_id, &for_meta(body), samples(api))?;
    let after = store.change(place, |account, _| {
        let Some(position) = account.position(&kept_id) else { return Err(no_such_template()) };
        account.at_mut(position).set("modified_by", author(api));
        Ok(account.templates[position].clone())
    })?;
    let (account, now) = store.read(place)?;
    Ok((200, shown(&after, &View { account: &account, server: &call.server, now })))
}

/// Deletes one template by its id.
pub(super) fn delete(context: &Context<'_>, place: &str, id: &str) -> Reply {
    context.store.change(place, |account, now| {
        let Some(position) = find(account, id) else { return Err(no_such_template()) };
        let kept_id = account.templates[position].id().to_owned();
        deletion::delete(account, &[kept_id], now)?;
        Ok((200, json!({ "status_code": 200 })))
    })
}

/// Deletes all languages of a name.
pub(super) fn delete_name(context: &Context<'_>, place: &str, name: &str) -> Reply {
    context.store.change(place, |account, now| {
        let ids = account.ids_of(name);
        if ids.is_empty() {
            return Err(no_such_template());
        }
        deletion::delete(account, &ids, now)?;
        let message = format!("template name={name} was deleted");
        Ok((200, json!({ "meta": { "developer_message": message, "http_code": 200, "success": true } })))
    })
}

fn no_such_template() -> ApiError {
    ApiError::new(404, "Not found").described("There is no such template.")
}
