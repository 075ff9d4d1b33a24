//! `GET /{template}`, `POST /{template}`, `POST /{template}/unpause` and `GET /{waba}`.
//!
//! Edit rules: Meta template-management page, 2026-09-11. Must not validate content; `check` does.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::create::{components_of, keep_settings, submit, ttl_of};
use super::graph::{GraphError, no_object};
use super::show::{View, shown};
use super::upload::{self, Samples};
use super::{
    context::{Context, Reply},
    fields,
    route::Target,
    shape,
};
use crate::sandbox::rules::account::{Account, Template, minus};
use crate::sandbox::rules::store::Store;
use crate::sandbox::{
    check,
    rules::{
        config::{Config, MissingNode},
        review,
    },
};

/// Edits of an approved template in 24 hours, and in 30 days.
const EDITS: [(SignedDuration, usize); 2] =
    [(SignedDuration::from_hours(24), 1), (SignedDuration::from_hours(24 * 30), 10)];
/// Changes of the maximum price alone in an hour, and in 24 (marketing-messages changelog, 2026-06-18).
const PRICES: [(SignedDuration, usize); 2] =
    [(SignedDuration::from_hours(1), 100), (SignedDuration::from_hours(24), 2_400)];
/// Fields of which an edit needs one. `sub_category`, `parameter_format` and `display_format` say something about components,
/// and are no edit without them: the guide knows components, category and time to live only, and an older reference asks for
/// one of the first two (facts §1.5).
const EDITABLE: [&str; 8] = [
    "components",
    "category",
    "message_send_ttl_seconds",
    "cta_url_link_tracking_opted_out",
    "is_primary_device_delivery_only",
    "degrees_of_freedom_spec",
    "optimization_spec",
    fields::OLD_SPEC,
];
/// Both names of the maximum price.
const PRICE: [&str; 2] = ["optimization_spec", fields::OLD_SPEC];

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
        let template = editable(account, id_of(context))?;
        if template.status() != "PAUSED" {
            let reason = format!("Template is not paused: {}", template.status());
            return Ok(Reply::Json(json!({"success": false, "reason": reason})));
        }
        review::approve(template);
        Ok(Reply::Json(json!({"success": true})))
    })
}

fn editable<'a>(account: &'a mut Account, id: &str) -> Result<&'a mut Template, GraphError> {
    match account.position(id) {
        Some(position) => Ok(account.at_mut(position)),
        None => Err(no_object(id, "post")),
    }
}

/// Edits a template: components are replaced as a whole.
pub(crate) fn edit(context: &Context<'_>) -> Result<Reply, GraphError> {
    let waba = owner(context, "post")?;
    if context.params.malformed {
        return Err(GraphError::new(100, "(#100) The body is not a JSON object"));
    }
    let template = amend(context.store, waba, id_of(context), &context.params.body, Samples::Handles)?;
    Ok(Reply::Json(json!({
        "success": true,
        "id": template.id(),
        "name": template.name(),
        "category": template.category(),
    })))
}

/// Changes a template by the rules that hold for every provider; `body` is Meta's body of an edit.
pub(crate) fn amend(
    store: &Store,
    place: &str,
    id: &str,
    body: &Map<String, Value>,
    samples: Samples,
) -> Result<Template, GraphError> {
    let body = &said(body);
    if !EDITABLE.iter().any(|field| body.contains_key(*field)) {
        return Err(GraphError::new(100, "(#100) One of the parameters components or category is required."));
    }
    let strict = store.read(place)?.0.config.strict_handles;
    let upload_now = store.now(place)?;
    store.change(place, |account, now| {
        let config = account.config.clone();
        let siblings: Vec<(String, String)> = account
            .templates
            .iter()
            .filter(|t| t.id() != id)
            .map(|t| (t.name().to_owned(), t.category().to_owned()))
            .collect();
        let template = editable(account, id)?;
        if template.is_auto_generated() {
            let text = "This template was generated automatically and can't be edited.";
            return Err(GraphError::invalid(2_388_318, "Message template can't be edited", text));
        }
        identity(template, body)?;
        let price_alone = body.keys().all(|field| PRICE.contains(&field.as_str()));
        price(template, body)?;
        if price_alone && template.status() == "APPROVED" {
            return reprice(template, body, now);
        }
        allowed(template, now)?;
        let category = category(template, body, &siblings)?;
        let named = match body.get("parameter_format") {
            None => template.text("parameter_format") == "NAMED",
            sent => check::parameter_format(sent)?,
        };
        let mut sent = components_of(body)?;
        // What is not sent stays, and has to fit the category as well.
        let kept = || template.node.get("message_send_ttl_seconds").and_then(Value::as_i64);
        let ttl = ttl_of(body)?.or_else(|| kept().filter(|_| category != template.category()));
        if let Some(components) = &mut sent {
            shape::fold_enums(components);
            check::content(&check::Content { category: &category, named, components, ttl })?;
            upload::resolve(store, components, upload_now, strict, samples)?;
        } else if category != template.category() {
            let components = template.node.get("components").unwrap_or(&Value::Null);
            let named = template.text("parameter_format") == "NAMED";
            check::content(&check::Content { category: &category, named, components, ttl })?;
        } else if let Some(ttl) = ttl {
            check::ttl(&category, ttl)?;
        }
        apply(template, body, sent.as_ref(), &category, named, &config);
        if template.status() == "APPROVED" {
            template.edits.push(now);
        }
        template.set("last_updated_time", now.as_second());
        // A time to live alone is not reviewed (one provider's API documents, 2026-11).
        let ttl_alone = body.keys().all(|field| field == "message_send_ttl_seconds");
        if !ttl_alone || template.status() != "APPROVED" {
            submit(template, config.review_delay, now);
        }
        Ok(template.clone())
    })
}

/// The fields that an edit says something with: `null` is as good as absent, and so is a time to live of -1, which is for
/// creates (one provider's API documents, 2026-11).
fn said(body: &Map<String, Value>) -> Map<String, Value> {
    let says = |field: &str, value: &Value| match field {
        "message_send_ttl_seconds" => *value != -1 && value != "-1",
        _ => true,
    };
    let fields = body.iter().filter(|(field, value)| !value.is_null() && says(field, value));
    fields.map(|(field, value)| (field.clone(), value.clone())).collect()
}

/// Name and language are what a template is: they may be repeated, not changed.
fn identity(template: &Template, body: &Map<String, Value>) -> Result<(), GraphError> {
    let own = [("name", template.name()), ("language", template.language())];
    match own.iter().find(|(field, own)| body.get(*field).is_some_and(|sent| sent.as_str() != Some(*own))) {
        Some((field, _)) => Err(GraphError::new(100, format!("(#100) The {field} of a template can't be changed."))),
        None => Ok(()),
    }
}

/// A maximum price is not added later.
fn price(template: &Template, body: &Map<String, Value>) -> Result<(), GraphError> {
    if PRICE.iter().any(|field| body.contains_key(*field)) && !template.node.contains_key(PRICE[0]) {
        return Err(GraphError::refused(
            "Maximum price can't be added",
            "A maximum price can't be added to a template that was created without one.",
        ));
    }
    Ok(())
}

/// A change of the maximum price alone: no review, and a budget of its own.
fn reprice(template: &mut Template, body: &Map<String, Value>, now: Timestamp) -> Result<Template, GraphError> {
    template.prices.retain(|price| *price > minus(now, PRICES[1].0));
    for (span, most) in PRICES {
        if template.prices.iter().filter(|price| **price > minus(now, span)).count() >= most {
            let text = format!("The maximum price can be changed {most} times in {} hours.", span.as_hours());
            return Err(GraphError::refused("Maximum price can't be changed", text));
        }
    }
    let price = PRICE.iter().find_map(|field| body.get(*field)).cloned().unwrap_or_default();
    template.set(PRICE[0], price);
    template.prices.push(now);
    template.set("last_updated_time", now.as_second());
    Ok(template.clone())
}

/// Writes a checked edit into a template.
fn apply(
    template: &mut Template,
    body: &Map<String, Value>,
    components: Option<&Value>,
    category: &str,
    named: bool,
    config: &Config,
) {
    template.set("category", category);
    template.set("parameter_format", if named { "NAMED" } else { "POSITIONAL" });
    if let Some(components) = components {
        let language = template.language().to_owned();
        let kept = shape::kept_components(components, category, &language, config.expand_url_examples);
        template.set("components", kept);
        // What a seed showed verbatim is replaced by what was sent now.
        template.seeded = false;
        template.verbatim = None;
        if body.get("sub_category").is_none() {
            template.node.shift_remove("sub_category");
        }
    }
    let shown = components.cloned().or_else(|| template.node.get("components").cloned()).unwrap_or_default();
    keep_settings(&mut template.node, body, &shown, category);
}

/// Statuses that can be edited, and how often.
fn allowed(template: &mut Template, now: Timestamp) -> Result<(), GraphError> {
    let refuse = |text: String| Err(GraphError::invalid(2_388_039, "Message template status can't be changed", text));
    match template.status() {
        "REJECTED" | "PAUSED" => return Ok(()),
        "APPROVED" => {}
        status => {
            return refuse(format!(
                "A template that is {status} can't be edited. You can only delete it or add a new one."
            ));
        }
    }
    template.edits.retain(|e| *e > minus(now, EDITS[1].0));
    for (span, most) in EDITS {
        let made = template.edits.iter().filter(|e| **e > minus(now, span)).count();
        if made >= most {
            return refuse(format!(
                "An approved template can be edited {most} time(s) in {} hours. Try again later, or delete it or \
                 add a new one.",
                span.as_hours()
            ));
        }
    }
    Ok(())
}

/// The category after an edit.
fn category(template: &Template, body: &Map<String, Value>, others: &[(String, String)]) -> Result<String, GraphError> {
    let Some(asked) = body.get("category").and_then(Value::as_str) else {
        return Ok(template.category().to_owned());
    };
    let asked = check::category(asked)?;
    if asked == template.category() {
        return Ok(asked);
    }
    if template.status() != "REJECTED" {
        return Err(GraphError::refused(
            "Template category can't be changed",
            format!("The category of a template that is {} can't be changed.", template.status()),
        ));
    }
    if asked == "AUTHENTICATION" {
        return Err(GraphError::invalid(
            3_835_031,
            "Template category can't be changed",
            "The category of a rejected template can't be changed to AUTHENTICATION.",
        ));
    }
    match others.iter().find(|(name, c)| name == template.name() && *c != asked) {
        Some((_, known)) => Err(GraphError::refused(
            "Template Category Doesn't Match",
            format!(
                "The category {asked} doesn't match the one that's already associated with this template, {known}."
            ),
        )),
        None => Ok(asked),
    }
}
