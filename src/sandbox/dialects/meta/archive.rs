//! `POST /{waba}/message_templates/archive` and `/unarchive`: each id for itself, so a part can succeed.
//!
//! Meta template-archival page, 2026-06-02. Meta serves these on another host; here they are beside the others. Must not
//! decide when an archived template disappears; `review` does.

use serde_json::{Map, Value, json};

use super::context::{Context, Reply};
use super::graph::GraphError;
use super::params::{as_id, split};
use crate::sandbox::rules::{account::Template, refusal::Refusal, review};

/// Ids in one request.
const MOST_IDS: usize = 100;

/// Archives templates.
pub(crate) fn archive(context: &Context<'_>) -> Result<Reply, GraphError> {
    each(context, "archived_templates", review::archive)
}

/// Brings archived templates back to the status that they had.
pub(crate) fn unarchive(context: &Context<'_>) -> Result<Reply, GraphError> {
    each(context, "unarchived_templates", |template, _| review::unarchive(template))
}

fn each(
    context: &Context<'_>,
    done_field: &str,
    act: impl Fn(&mut Template, jiff::Timestamp) -> Result<(), Refusal>,
) -> Result<Reply, GraphError> {
    let waba = context.waba.as_deref().unwrap_or_default();
    let ids: Vec<String> = match context.params.body.get("hsm_ids") {
        Some(Value::Array(items)) => items.iter().filter_map(as_id).collect(),
        Some(Value::String(list)) => split(list),
        _ => context.params.all("hsm_ids"),
    };
    if ids.is_empty() || ids.len() > MOST_IDS {
        return Err(GraphError::new(100, format!("(#100) Param hsm_ids must be an array of 1 to {MOST_IDS} ids.")));
    }
    context.store.change(waba, |account, now| {
        let mut done = Vec::new();
        let mut failed = Map::new();
        for id in ids {
            let outcome = match account.position(&id) {
                Some(position) => {
                    act(account.at_mut(position), now).map_err(|refusal| GraphError::from(refusal).message.clone())
                }
                None => Err("Template does not exist".to_owned()),
            };
            match outcome {
                Ok(()) => done.push(Value::String(id)),
                Err(reason) => {
                    failed.insert(id, reason.into());
                }
            }
        }
        Ok(Reply::Json(json!({done_field: done, "failed_templates": failed})))
    })
}
