//! `DELETE /{waba}/message_templates`: all languages of a name, one template, or up to 100 ids.
//!
//! Meta template-management page, 2026-09-11. Parameters are read from the query only.

use serde_json::json;

use super::context::{Context, Reply};
use super::graph::GraphError;
use super::params::split;
use crate::sandbox::rules::{account::Account, deletion};

/// Ids in one request.
const MOST_IDS: usize = 100;

/// Deletes templates.
pub(crate) fn delete(context: &Context<'_>) -> Result<Reply, GraphError> {
    let waba = context.waba.as_deref().unwrap_or_default();
    let params = &context.params;
    let (name, id) = (params.query("name"), params.query("hsm_id"));
    let ids = params.query("hsm_ids");
    context.store.change(waba, |account, now| {
        let ids = match (ids, name, id) {
            (Some(_), Some(_), _) | (Some(_), _, Some(_)) => {
                return Err(GraphError::new(100, "(#100) hsm_ids can't be combined with name or hsm_id."));
            }
            (Some(list), None, None) => listed(account, list)?,
            (None, Some(name), Some(id)) => one(account, name, id)?,
            (None, Some(name), None) => named(account, name)?,
            (None, None, _) => {
                return Err(GraphError::new(100, "(#100) The parameter name is required."));
            }
        };
        deletion::delete(account, &ids, now)?;
        Ok(Reply::Json(json!({"success": true})))
    })
}

/// No template of that name (captured from a provider that passes Meta's answer on).
pub(crate) fn not_found() -> GraphError {
    GraphError::invalid(
        2_593_002,
        "Message template not found",
        "No message template of that name exists in this WhatsApp Business account.",
    )
}

fn named(account: &Account, name: &str) -> Result<Vec<String>, GraphError> {
    let ids = account.ids_of(name);
    if ids.is_empty() { Err(not_found()) } else { Ok(ids) }
}

fn one(account: &Account, name: &str, id: &str) -> Result<Vec<String>, GraphError> {
    account.by_id(id).filter(|t| t.name() == name).map(|t| vec![t.id().to_owned()]).ok_or_else(not_found)
}

/// All or none: one id that is unknown fails the whole request.
fn listed(account: &Account, list: &str) -> Result<Vec<String>, GraphError> {
    let ids = split(list);
    if ids.is_empty() || ids.len() > MOST_IDS {
        return Err(GraphError::new(100, format!("(#100) Param hsm_ids must be an array of 1 to {MOST_IDS} ids.")));
    }
    match ids.iter().find(|id| account.by_id(id).is_none()) {
        Some(id) => Err(GraphError::refused(
            "Message template not found",
            format!("No template has the id {id}. Nothing was deleted."),
        )),
        None => Ok(ids),
    }
}
