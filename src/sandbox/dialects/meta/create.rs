//! `POST /{waba}/message_templates`: everything that the provider refuses, then the new template.
//!
//! The rules about content are in `check`; here are those that depend on the account. Must not
//! decide how a template is shown; `shape` does.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::graph::GraphError;
use super::upload::{self, Samples};
use super::{
    context::{Context, Reply},
    fields::OLD_SPEC,
    shape,
};
use crate::sandbox::check;
use crate::sandbox::rules::account::{Account, Template, fresh_id, plus};
use crate::sandbox::rules::review;
use crate::sandbox::rules::store::Store;

/// Fields of a body that are kept as they came, when they came.
const KEPT_AS_SENT: [&str; 4] = [
    "message_send_ttl_seconds",
    "cta_url_link_tracking_opted_out",
    "is_primary_device_delivery_only",
    "disable_ios_autofill",
];

/// Creates a template.
pub(crate) fn create(context: &Context<'_>) -> Result<Reply, GraphError> {
    let waba = context.waba.as_deref().unwrap_or_default();
    if context.params.malformed {
        return Err(GraphError::new(100, "(#100) The body is not a JSON object"));
    }
    let template = enter(context.store, waba, &context.params.body, Samples::Handles)?;
    Ok(Reply::Json(json!({
        "id": template.id(),
        "status": template.status(),
        "category": template.category(),
    })))
}

/// Enters a template into an account by the rules that hold for every provider; `body` is Meta's body of a create.
pub(crate) fn enter(
    store: &Store,
    place: &str,
    body: &Map<String, Value>,
    samples: Samples,
) -> Result<Template, GraphError> {
    let uploads_now = store.now(place)?;
    let strict = store.read(place)?.0.config.strict_handles;
    let draft = Draft::read(body)?;
    store.change(place, |account, now| {
        admit(account, &draft, now)?;
        check::content(&draft.content())?;
        let mut components = draft.components.clone();
        upload::resolve(store, &mut components, uploads_now, strict, samples)?;
        let template = build(account, &draft, body, &components, now);
        account.creations.push(now);
        account.push(template.clone());
        Ok(template)
    })
}

/// A body's identity and content, enums in upper case.
pub(crate) struct Draft {
    name: String,
    language: String,
    category: String,
    named: bool,
    components: Value,
    ttl: Option<i64>,
}

impl Draft {
    /// Reads a body, refusing what is missing or malformed.
    fn read(body: &Map<String, Value>) -> Result<Self, GraphError> {
        let text = |field: &str| body.get(field).and_then(Value::as_str).map(str::to_owned);
        let required = |field: &str| {
            text(field)
                .filter(|t| !t.is_empty())
                .ok_or_else(|| GraphError::new(100, format!("(#100) The parameter {field} is required.")))
        };
        let name = required("name")?;
        check::name(&name)?;
        let language = required("language")?;
        check::language(&language)?;
        let category = check::category(&required("category")?)?;
        if body.contains_key("library_template_name") {
            return Err(GraphError::refused(
                "Template library is not available",
                "The sandbox has no template library.",
            ));
        }
        check::settings(body)?;
        let named = check::parameter_format(body.get("parameter_format"))?;
        let mut components =
            components_of(body)?.ok_or_else(|| GraphError::new(100, "(#100) The parameter components is required."))?;
        shape::fold_enums(&mut components);
        let ttl = ttl_of(body)?;
        Ok(Self { name, language, category, named, components, ttl })
    }

    fn content(&self) -> check::Content<'_> {
        check::Content { category: &self.category, named: self.named, components: &self.components, ttl: self.ttl }
    }
}

/// `components`: a list, or a list written as text as form bodies have it.
pub(crate) fn components_of(body: &Map<String, Value>) -> Result<Option<Value>, GraphError> {
    match body.get("components") {
        None | Some(Value::Null) => Ok(None),
        Some(list @ Value::Array(_)) => Ok(Some(list.clone())),
        Some(Value::String(text)) => match serde_json::from_str(text) {
            Ok(list @ Value::Array(_)) => Ok(Some(list)),
            _ => Err(GraphError::new(100, "(#100) Param components must be an array.")),
        },
        Some(_) => Err(GraphError::new(100, "(#100) Param components must be an array.")),
    }
}

/// `message_send_ttl_seconds`: a whole number.
pub(crate) fn ttl_of(body: &Map<String, Value>) -> Result<Option<i64>, GraphError> {
    match body.get("message_send_ttl_seconds") {
        None | Some(Value::Null) => Ok(None),
        Some(value) => value
            .as_i64()
            .or_else(|| value.as_str().and_then(|s| s.parse().ok()))
            .map(Some)
            .ok_or_else(|| GraphError::new(100, "(#100) Param message_send_ttl_seconds must be an integer")),
    }
}

/// What the account's state refuses.
fn admit(account: &Account, draft: &Draft, now: Timestamp) -> Result<(), GraphError> {
    if !account.config.may_create {
        let mut error = GraphError::new(10, "Application does not have permission for this action");
        error.subcode = Some(2_388_185);
        error.title = Some("Cannot create message template".into());
        error.user_message = Some("This account may not create message templates yet.".into());
        return Err(error);
    }
    if !account.positions(&draft.name, Some(&draft.language)).is_empty() {
        return Err(GraphError::invalid(
            2_388_024,
            "Content in This Language Already Exists",
            format!(
                "There is already {} content for this template. You can create a new template and try again.",
                draft.language
            ),
        ));
    }
    if account.locked(&draft.name, &draft.language, now) {
        return Err(GraphError::invalid(
            2_388_023,
            "Message template language is being deleted",
            format!(
                "New {} content can't be added while the existing {} content is being deleted. \
                 Try again in 4 weeks or consider creating a new message template.",
                draft.language, draft.language
            ),
        ));
    }
    if account.templates.len() >= account.config.template_limit as usize {
        return Err(GraphError::invalid(
            2_388_019,
            "Message template limit exceeded",
            format!(
                "This WhatsApp Business account has reached the limit of {} message templates.",
                account.config.template_limit
            ),
        ));
    }
    if account.creations.len() >= account.config.creations_per_hour as usize {
        let oldest = account.creations.first().map_or(now, |c| *c);
        let waited = now.duration_since(oldest).as_secs();
        return Err(GraphError::too_many_calls(
            "This account's template creations of the last hour are used up.",
            (3600_i64.saturating_sub(waited) / 60).saturating_add(1).max(1),
        ));
    }
    let sibling = account.templates.iter().find(|t| t.name() == draft.name && t.category() != draft.category);
    if let Some(sibling) = sibling {
        return Err(category_mismatch(&draft.category, sibling.category()));
    }
    Ok(())
}

/// All languages of a name have one category. The sentence is captured, the subcode unpublished.
fn category_mismatch(asked: &str, known: &str) -> GraphError {
    GraphError::refused(
        "Template Category Doesn't Match",
        format!("The category {asked} doesn't match the one that's already associated with this template, {known}."),
    )
}

/// The new template, PENDING; AUTHENTICATION is approved at once.
fn build(account: &Account, draft: &Draft, body: &Map<String, Value>, components: &Value, now: Timestamp) -> Template {
    let category = category_at_creation(account, draft);
    let mut node = Map::new();
    let mut put = |field: &str, value: Value| node.insert(field.to_owned(), value);
    put("id", fresh_id().into());
    put("name", draft.name.clone().into());
    let format = if draft.named { "NAMED" } else { "POSITIONAL" };
    put("parameter_format", format.into());
    let kept = shape::kept_components(components, category, &draft.language, account.config.expand_url_examples);
    put("components", kept);
    put("language", draft.language.clone().into());
    put("status", "PENDING".into());
    put("category", category.into());
    put("disable_ios_autofill", false.into());
    put("is_primary_device_delivery_only", false.into());
    put("last_updated_time", now.as_second().into());
    put("source", "manual".into());
    keep_settings(&mut node, body, components, category);
    if category != draft.category {
        // What goes with a move goes with one at creation too (Meta time-to-live page, 2026-09-11).
        node.shift_remove("message_send_ttl_seconds");
    }
    let mut template = Template { node, ..Template::default() };
    submit(&mut template, account.config.review_delay, now);
    template
}

/// The category that the answer shows: a UTILITY text that reads as a promotion becomes MARKETING where the account asks
/// for it (Meta changelog, 2025-04-09).
fn category_at_creation<'a>(account: &Account, draft: &'a Draft) -> &'a str {
    let promotional = || {
        draft
            .components
            .as_array()
            .into_iter()
            .flatten()
            .filter(|c| c["type"] == "BODY")
            .filter_map(|c| c["text"].as_str())
            .any(review::is_promotional)
    };
    if account.config.recategorise && draft.category == "UTILITY" && promotional() {
        return "MARKETING";
    }
    &draft.category
}

/// Fields of a body besides its components.
pub(crate) fn keep_settings(
    node: &mut Map<String, Value>,
    body: &Map<String, Value>,
    components: &Value,
    category: &str,
) {
    for field in KEPT_AS_SENT {
        if let Some(value) = body.get(field).filter(|v| !v.is_null()) {
            node.insert(field.to_owned(), as_number(value));
        }
    }
    let price = body.get("optimization_spec").or_else(|| body.get(OLD_SPEC));
    if let Some(price) = price.filter(|price| !price.is_null()) {
        node.insert("optimization_spec".into(), price.clone());
    }
    if let Some(Value::String(format)) = body.get("display_format") {
        node.insert("display_format".into(), format.to_ascii_uppercase().into());
    }
    if let Some(spec) = body.get("degrees_of_freedom_spec") {
        node.insert("degrees_of_freedom_spec".into(), shape::degrees_of_freedom(spec));
    }
    let sub_category = match body.get("sub_category") {
        Some(Value::String(sent)) => Some(sent.to_ascii_uppercase()),
        _ => shape::sub_category(components, category).map(str::to_owned),
    };
    if let Some(sub_category) = sub_category {
        node.insert("sub_category".into(), sub_category.into());
    }
}

/// A number that came as text, as form bodies have it, is a number nevertheless.
fn as_number(value: &Value) -> Value {
    match value.as_str().and_then(|s| s.parse::<i64>().ok()) {
        Some(number) => number.into(),
        None => value.clone(),
    }
}

/// Hands a template to the review.
pub(crate) fn submit(template: &mut Template, delay: jiff::SignedDuration, now: Timestamp) {
    template.paused_until = None;
    template.node.shift_remove("rejected_reason");
    if template.category() == "AUTHENTICATION" {
        review::approve(template);
        return;
    }
    template.set("status", "PENDING");
    template.review_at = Some(plus(now, delay));
}
