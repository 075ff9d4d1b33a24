//! `GET …/waba_templates` and `GET /v1/configs/templates`: pages by `limit` and `offset`, `filters`, `sort`.
//!
//! Without parameters 1000 templates, sorted by id whatever their case (recorded traffic, 2024-10). Must not change anything.

use std::cmp::Ordering;

use serde_json::{Map, Value, json};

use super::envelope::ApiError;
use super::record::{View, shown};
use super::{context::Context, envelope::Reply};

/// How many are shown when nothing is asked for.
const LIMIT: u64 = 1000;
/// What can be filtered and sorted by (Partner API 2.0.0).
const KEYS: [&str; 6] = ["id", "partner_id", "business_templates.name", "status", "category", "language"];

/// Lists templates.
pub(super) fn list(context: &Context<'_>, place: &str) -> Reply {
    let (account, now) = context.store.read(place)?;
    let view = View { account: &account, server: &context.call.server, now };
    let number = |name: &str, least: u64| match context.call.param(name) {
        None => Ok(None),
        Some(text) => match text.parse::<u64>() {
            Ok(number) if number >= least => Ok(Some(number)),
            _ => Err(ApiError::new(400, "Wrong payload").described(&format!("{name}: Not a valid integer."))),
        },
    };
    let asked = number("limit", 1)?.unwrap_or(LIMIT);
    // No maximum is documented; an account of the sandbox can be given one, which is then kept without a word.
    let limit = account.config.page_cap.map_or(asked, |cap| asked.min(u64::from(cap)));
    let offset = number("offset", 0)?.unwrap_or(0);
    let filters = filters(context.call.param("filters").as_deref())?;
    let sort = sort(context.call.param("sort").as_deref())?;

    let mut rows: Vec<Value> = account.templates.iter().map(|template| shown(template, &view)).collect();
    rows.retain(|row| filters.iter().all(|(key, wanted)| lets_through(field(row, key), wanted)));
    rows.sort_by(|a, b| order(a, b, &sort));
    let total = rows.len();
    let from = usize::try_from(offset).unwrap_or(usize::MAX).min(total);
    let page: Vec<Value> = rows.into_iter().skip(from).take(usize::try_from(limit).unwrap_or(usize::MAX)).collect();
    Ok((
        200,
        json!({ "count": page.len(), "filters": filters, "limit": limit, "offset": offset, "sort": sort,
            "total": total, "waba_templates": page }),
    ))
}

/// A field that is filtered or sorted by.
fn field<'r>(row: &'r Value, key: &str) -> &'r Value {
    &row[if key == "business_templates.name" { "name" } else { key }]
}

/// `filters`: an object in JSON.
fn filters(text: Option<&str>) -> Result<Map<String, Value>, ApiError> {
    let Some(text) = text else { return Ok(Map::new()) };
    let wrong = |detail: &str| ApiError::new(400, "Wrong payload").described(detail);
    match serde_json::from_str(text) {
        Ok(Value::Object(filters)) => match filters.keys().find(|key| !KEYS.contains(&key.as_str())) {
            Some(key) => Err(wrong(&format!("filters: {key} is not a key to filter by."))),
            None => Ok(filters),
        },
        _ => Err(wrong("filters: Not a valid object.")),
    }
}

/// Whether a field is what is wanted: the whole of it, in any case; of a list, any of it.
fn lets_through(field: &Value, wanted: &Value) -> bool {
    match (field, wanted) {
        (_, Value::Array(any)) => any.iter().any(|one| lets_through(field, one)),
        (Value::String(field), Value::String(wanted)) => field.eq_ignore_ascii_case(wanted),
        (field, wanted) => field == wanted,
    }
}

/// `sort`: keys with commas, a minus before one that goes down.
fn sort(text: Option<&str>) -> Result<Vec<String>, ApiError> {
    let keys: Vec<String> = match text {
        None | Some("") => vec!["id".to_owned()],
        Some(text) => text.split(',').map(|key| key.trim().to_owned()).collect(),
    };
    match keys.iter().find(|key| !KEYS.contains(&key.trim_start_matches('-'))) {
        Some(key) => {
            Err(ApiError::new(400, "Wrong payload").described(&format!("sort: {key} is not a key to sort by.")))
        }
        None => Ok(keys),
    }
}

fn order(a: &Value, b: &Value, sort: &[String]) -> Ordering {
    let text = |row: &Value, key: &str| field(row, key).as_str().unwrap_or_default().to_lowercase();
    let by_key = |key: &String| match key.strip_prefix('-') {
        Some(key) => text(b, key).cmp(&text(a, key)),
        None => text(a, key).cmp(&text(b, key)),
    };
    sort.iter().map(by_key).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}
