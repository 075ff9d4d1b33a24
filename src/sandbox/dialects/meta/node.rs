//! `GET /{template}`, `POST /{template}`, `POST /{template}/unpause` and `GET /{waba}`.

use serde_json::{Map, Value, json};

use super::graph::{GraphError, no_object};
use super::show::{View, shown};
use super::{
    context::{Context, Reply},
    fields,
    route::Target,
};
use crate::sandbox::rules::{config::MissingNode, edit, review, samples::Samples};

fn id_of<'a>(context: &'a Context<'_>) -> &'a str {
    match &context.route.target {
        Target::Node(id) => id,
        _ => "",
    }
}

/// The account of a template, or the error for a template that is unknown.
fn owner<'a>(context: &'a Context<'_>, verb: &str) -> Result<&'a str, GraphError> {
    if let Some(waba) = context.waba.as_deref()
        && context.template.is_some()
    {
        return Ok(waba);
    }
    let id = id_of(context);
    let mut form = MissingNode::Code100;
    for waba in context.store.accounts()? {
        if context.store.read(&waba)?.0.config.missing_node == MissingNode::Code803 {
            form = MissingNode::Code803;
        }
    }
    Err(match form {
        MissingNode::Code100 => no_object(id, verb),
        MissingNode::Code803 => {
            let text = format!("(#803) Some of the aliases you requested do not exist: {id}");
            let mut error = GraphError::new(803, text).status(404);
            error.kind = "GraphMethodException";
            error
        }
    })
}

/// Reads one template.
pub(crate) fn get(context: &Context<'_>) -> Result<Reply, GraphError> {
    let waba = owner(context, "get")?;
    let asked = fields::asked(&context.params);
    let (account, now) = context.store.read(waba)?;
    if let Some(asked) = &asked {
        fields::check(asked, &account.config.unknown_fields)?;
    }
    let view = View { fields: asked.as_deref(), server: &context.call.server, now };
    match account.by_id(id_of(context)) {
        Some(template) => Reply::write(&shown(template, &view)),
        None => Err(no_object(id_of(context), "get")),
    }
}

/// Reads the account node.
pub(crate) fn account(context: &Context<'_>) -> Result<Reply, GraphError> {
    let waba = context.waba.as_deref().unwrap_or_default();
    let (account, _) = context.store.read(waba)?;
    let asked = fields::asked(&context.params)
        .unwrap_or_else(|| ["id", "name", "timezone_id", "message_template_namespace"].map(str::to_owned).to_vec());
    fields::check_among(&asked, |f| fields::OF_ACCOUNT.contains(&f))?;
    let mut node = Map::new();
    for field in asked.iter().filter(|f| *f != "id") {
        let value = match field.as_str() {
            "name" => format!("Sandbox account {waba}"),
            "message_template_namespace" => account.namespace.clone(),
            "timezone_id" => "1".to_owned(),
            "currency" => "USD".to_owned(),
            "account_review_status" => "APPROVED".to_owned(),
            "status" => "ACTIVE".to_owned(),
            _ => continue,
        };
        node.insert(field.clone(), value.into());
    }
    node.insert("id".into(), waba.into());
    Ok(Reply::Json(Value::Object(node)))
}

/// Ends a pause.
pub(crate) fn unpause(context: &Context<'_>) -> Result<Reply, GraphError> {
    let waba = owner(context, "post")?;
    context.store.change(waba, |account, _| {
        let Some(position) = account.position(id_of(context)) else {
            return Err(no_object(id_of(context), "post"));
        };
        Ok(Reply::Json(match review::unpause(account.at_mut(position)) {
            Ok(()) => json!({"success": true}),
            Err(refusal) => json!({"success": false, "reason": GraphError::from(refusal).message}),
        }))
    })
}

/// Edits a template: components are replaced as a whole.
pub(crate) fn edit(context: &Context<'_>) -> Result<Reply, GraphError> {
    let waba = owner(context, "post")?;
    if context.params.malformed {
        return Err(GraphError::new(100, "(#100) The body is not a JSON object"));
    }
    let template = edit::edit(context.store, waba, id_of(context), &context.params.body, Samples::Handles)?;
    Ok(Reply::Json(json!({
        "success": true,
        "id": template.id(),
        "name": template.name(),
        "category": template.category(),
    })))
}
