//! `POST /{waba}/message_templates`.

use serde_json::json;

use super::{
    context::{Context, Reply},
    graph::GraphError,
};
use crate::sandbox::rules::{creation, samples::Samples};

/// Creates a template.
pub(crate) fn create(context: &Context<'_>) -> Result<Reply, GraphError> {
    let waba = context.waba.as_deref().unwrap_or_default();
    if context.params.malformed {
        return Err(GraphError::new(100, "(#100) The body is not a JSON object"));
    }
    let template = creation::create(context.store, waba, &context.params.body, Samples::Handles)?;
    Ok(Reply::Json(json!({
        "id": template.id(),
        "status": template.status(),
        "category": template.category(),
    })))
}
