//! Creating a template: everything that is refused, then the new template.
//!
//! The rules about content are in `content`; here are those that depend on the account. Must not decide how a template is kept;
//! `stored_form` does.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

use super::{
    account::{Account, Template, fresh_id, plus},
    content,
    refusal::{FieldPath, Refusal, Type},
    review,
    samples::{self, Samples},
    store::Store,
    stored_form,
};

/// Fields of a body that are kept as they came, when they came.
const KEPT_AS_SENT: [&str; 4] = [
    "message_send_ttl_seconds",
    "cta_url_link_tracking_opted_out",
    "is_primary_device_delivery_only",
    "disable_ios_autofill",
];
/// The maximum price. Until 2026-06-18 it was called `bid_spec` (Meta, marketing-messages changelog); the reference of
/// 2026-09-11 still has that name, so both are taken.
pub(crate) const PRICE: [&str; 2] = ["optimization_spec", "bid_spec"];

/// Creates a template in an account. `body` has WhatsApp's own fields: `name`, `language`, `category`, `components` and so on.
pub(crate) fn create(
    store: &Store,
    place: &str,
    body: &Map<String, Value>,
    samples: Samples,
) -> Result<Template, Refusal> {
    let terms = samples::Terms::of(store, place, samples)?;
    let draft = Draft::read(body)?;
    store.change(place, |account, now| {
        admit(account, &draft, now)?;
        content::check(&draft.content())?;
        let mut components = draft.components.clone();
        samples::resolve(store, &mut components, &terms)?;
        let template = build(account, &draft, body, &components, now);
        account.creations.push(now);
        account.push(template.clone());
        Ok(template)
    })
}

/// A body's identity and content, enums in upper case.
struct Draft {
    name: String,
    language: String,
    category: String,
    named: bool,
    components: Value,
    ttl: Option<i64>,
}

impl Draft {
    /// Reads a body, refusing what is missing or malformed.
    fn read(body: &Map<String, Value>) -> Result<Self, Refusal> {
        let text = |field: &str| body.get(field).and_then(Value::as_str).map(str::to_owned);
        let required = |field: &'static str| {
            text(field).filter(|text| !text.is_empty()).ok_or_else(|| Refusal::Missing(FieldPath::field(field)))
        };
        let name = required("name")?;
        content::name(&name)?;
        let language = required("language")?;
        content::language(&language)?;
        let category = content::category(&required("category")?)?;
        if body.contains_key("library_template_name") {
            return Err(Refusal::NoTemplateLibrary);
        }
        content::settings(body)?;
        let named = content::parameter_format(body.get("parameter_format"))?;
        let mut components = components_of(body)?.ok_or_else(|| Refusal::Missing(FieldPath::field("components")))?;
        stored_form::fold_enums(&mut components);
        let ttl = ttl_of(body)?;
        Ok(Self { name, language, category, named, components, ttl })
    }

    fn content(&self) -> content::Content<'_> {
        content::Content { category: &self.category, named: self.named, components: &self.components, ttl: self.ttl }
    }
}

/// `components`: a list, or a list written as text as form bodies have it.
pub(crate) fn components_of(body: &Map<String, Value>) -> Result<Option<Value>, Refusal> {
    let not_a_list = Refusal::WrongType { field: "components", expected: Type::Array };
    match body.get("components") {
        None | Some(Value::Null) => Ok(None),
        Some(list @ Value::Array(_)) => Ok(Some(list.clone())),
        Some(Value::String(text)) => match serde_json::from_str(text) {
            Ok(list @ Value::Array(_)) => Ok(Some(list)),
            _ => Err(not_a_list),
        },
        Some(_) => Err(not_a_list),
    }
}

/// `message_send_ttl_seconds`: a whole number.
pub(crate) fn ttl_of(body: &Map<String, Value>) -> Result<Option<i64>, Refusal> {
    match body.get("message_send_ttl_seconds") {
        None | Some(Value::Null) => Ok(None),
        Some(value) => value
            .as_i64()
            .or_else(|| value.as_str().and_then(|s| s.parse().ok()))
            .map(Some)
            .ok_or(Refusal::WrongType { field: "message_send_ttl_seconds", expected: Type::Integer }),
    }
}

/// What the account's state refuses.
fn admit(account: &Account, draft: &Draft, now: Timestamp) -> Result<(), Refusal> {
    if !account.config.may_create {
        return Err(Refusal::MayNotCreate);
    }
    if !account.positions(&draft.name, Some(&draft.language)).is_empty() {
        return Err(Refusal::AlreadyExists { language: draft.language.clone() });
    }
    if account.locked(&draft.name, &draft.language, now) {
        return Err(Refusal::NameLocked { language: draft.language.clone() });
    }
    if account.templates.len() >= account.config.template_limit as usize {
        return Err(Refusal::TemplateLimit { most: account.config.template_limit });
    }
    if account.creations.len() >= account.config.creations_per_hour as usize {
        let oldest = account.creations.first().map_or(now, |c| *c);
        let waited = now.duration_since(oldest).as_secs();
        let minutes = (3600_i64.saturating_sub(waited) / 60).saturating_add(1).max(1);
        return Err(Refusal::CreationLimit { minutes });
    }
    let sibling = account.templates.iter().find(|t| t.name() == draft.name && t.category() != draft.category);
    if let Some(sibling) = sibling {
        return Err(Refusal::CategoryMismatch { asked: draft.category.clone(), known: sibling.category().to_owned() });
    }
    Ok(())
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
    let kept = stored_form::kept_components(components, category, &draft.language, account.config.expand_url_examples);
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
    let price = PRICE.iter().find_map(|field| body.get(*field));
    if let Some(price) = price.filter(|price| !price.is_null()) {
        node.insert(PRICE[0].to_owned(), price.clone());
    }
    if let Some(Value::String(format)) = body.get("display_format") {
        node.insert("display_format".into(), format.to_ascii_uppercase().into());
    }
    if let Some(spec) = body.get("degrees_of_freedom_spec") {
        node.insert("degrees_of_freedom_spec".into(), stored_form::degrees_of_freedom(spec));
    }
    let sub_category = match body.get("sub_category") {
        Some(Value::String(sent)) => Some(sent.to_ascii_uppercase()),
        _ => stored_form::sub_category(components, category).map(str::to_owned),
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
pub(crate) fn submit(template: &mut Template, delay: SignedDuration, now: Timestamp) {
    template.paused_until = None;
    template.node.shift_remove("rejected_reason");
    if template.category() == "AUTHENTICATION" {
        review::approve(template);
        return;
    }
    template.set("status", "PENDING");
    template.review_at = Some(plus(now, delay));
}
