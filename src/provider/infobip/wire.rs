//! What Infobip answers → the domain: templates, the list, statuses and ratings; and which paths an account does not show.

use std::collections::BTreeSet;

use jiff::{Timestamp, fmt::strtime};
use serde_json::{Map, Value};

use super::shown::{self, Shown};
use crate::{
    provider::Created,
    template::{
        self, Body, Button, ButtonKind, Category, Content, Header, HeaderKind, Live, Parameter, ParameterFormat,
        Quality, Samples, Status, TemplateKey,
        components::{self, Origin, Read},
        placeholder,
    },
};

type Object = Map<String, Value>;

/// Fields of a template that are not content: what identifies it and what Infobip made of it. `structure` is read apart.
const NOT_CONTENT: [&str; 11] = [
    "id",
    "businessAccountId",
    "name",
    "language",
    "status",
    "category",
    "quality",
    "source",
    "createdAt",
    "lastUpdatedAt",
    "structure",
];

/// Reads the list of a sender: all of it, in one answer (OpenAPI 3.210.0).
pub(super) fn list(body: &Object, waba_id: Option<&str>) -> Result<Vec<Live>, String> {
    let items = body.get("templates").and_then(Value::as_array).ok_or("the list has no `templates`")?;
    let mut seen = BTreeSet::new();
    let mut out = Vec::with_capacity(items.len());
    for item in items {
        let live = live(item.as_object().ok_or("a template is not an object")?, waba_id)?;
        if !seen.insert(live.id.clone()) {
            return Err(format!("the list shows template {} twice", live.id));
        }
        out.push(live);
    }
    Ok(out)
}

/// Reads a template. One of another WABA than the sender's is an error.
pub(super) fn live(object: &Object, waba_id: Option<&str>) -> Result<Live, String> {
    let text = |key: &str| object.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    let need = |key: &'static str| text(key).ok_or(format!("a template has no `{key}`"));
    let id = object.get("id").and_then(id).ok_or("a template has no `id`")?;
    if let (Some(wanted), Some(shown)) = (waba_id, object.get("businessAccountId").and_then(self::id))
        && shown != wanted
    {
        return Err(format!("this sender belongs to WABA {shown}, not to {wanted} as `waba_id` says"));
    }
    let key = TemplateKey::new(need("name")?, need("language")?);
    let (status, category) = (status(need("status")?), Category::parse(need("category")?));
    let (content, unreadable) = content(object);
    Ok(Live {
        id,
        key,
        status,
        category,
        previous_category: None,
        correct_category: None,
        // In the webhook only (OpenAPI 3.210.0).
        rejected_reason: None,
        quality: text("quality").map(quality),
        updated_at: text("lastUpdatedAt").and_then(time),
        auto_generated: template::is_auto_generated(text("source")),
        content,
        unreadable,
    })
}

/// The answer of a create or an edit: the whole template.
pub(super) fn created(body: &Object, key: &TemplateKey, waba_id: Option<&str>) -> Result<Created, String> {
    let Live { id, key: shown, status, category, .. } = live(body, waba_id)?;
    if shown != *key {
        return Err(format!("the answer is about {shown}, not {key}"));
    }
    Ok(Created { id, status, category: Some(category) })
}

/// Ids are texts; the WABA's is a number.
fn id(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The two pauses are one status at Meta. FLAGGED and REINSTATED are kept: what they mean for edits is not said
/// (OpenAPI 3.210.0).
fn status(shown: &str) -> Status {
    match shown {
        "FIRST_PAUSED" | "SECOND_PAUSED" => Status::Paused,
        other => Status::parse(other),
    }
}

/// HIGH, MEDIUM, LOW are Meta's colours by their meaning.
fn quality(shown: &str) -> Quality {
    match shown {
        "HIGH" => Quality::Green,
        "MEDIUM" => Quality::Yellow,
        "LOW" => Quality::Red,
        other => Quality::parse(other),
    }
}

/// `2024-01-01T00:00:00.000+0000`: no colon in the offset. RFC 3339 is read too.
fn time(shown: &str) -> Option<Timestamp> {
    let plain = strtime::parse("%Y-%m-%dT%H:%M:%S%.f%z", shown).ok().and_then(|parsed| parsed.to_timestamp().ok());
    plain.or_else(|| shown.parse().ok())
}

/// The content, and the paths that the account does not show.
fn content(object: &Object) -> (Content, BTreeSet<String>) {
    let structure = object.get("structure").unwrap_or(&Value::Null);
    let Shown { components, shortening } = shown::structure(structure);
    let mut node = Object::from_iter([("components".to_owned(), Value::Array(components))]);
    for (field, value) in object.iter().filter(|(_, value)| !value.is_null()) {
        match field.as_str() {
            field if NOT_CONTENT.contains(&field) => {}
            "libraryTemplateName" => drop(node.insert("library_template_name".to_owned(), value.clone())),
            "subCategory" => drop(node.insert("sub_category".to_owned(), value.clone())),
            "validityPeriod" => match seconds(value) {
                Some(seconds) => drop(node.insert("message_send_ttl_seconds".to_owned(), seconds.into())),
                None => drop(node.insert("validityPeriod".to_owned(), value.clone())),
            },
            // `platform`, and whatever there will be.
            other => drop(node.insert(other.to_owned(), value.clone())),
        }
    }
    node.extend(shortening.map(|options| ("shorteningOptions".to_owned(), options)));
    let Read { mut content, mut unreadable } = components::read(&node, Origin::Account);
    if is_named(&content) {
        content.parameter_format = ParameterFormat::Named;
    }
    hide_samples(&content, &mut unreadable);
    hide_fields(&content, structure, &mut unreadable);
    (content, unreadable)
}

/// `{amount, timeUnit}` in seconds; MINUTES is the default unit, and -1 is Meta's default in either (OpenAPI 3.210.0).
fn seconds(value: &Value) -> Option<i64> {
    let object = value.as_object()?;
    if object.keys().any(|key| !matches!(key.as_str(), "amount" | "timeUnit")) {
        return None;
    }
    let amount = object.get("amount")?.as_i64()?;
    match (amount, object.get("timeUnit").and_then(Value::as_str)) {
        (-1, _) => Some(-1),
        (amount, Some("SECONDS")) => Some(amount),
        (amount, Some("MINUTES")) => amount.checked_mul(60),
        (amount, None) if !object.contains_key("timeUnit") => amount.checked_mul(60),
        _ => None,
    }
}

/// A text that may have parameters, and its samples.
struct Text<'a> {
    text: &'a str,
    path: String,
    samples: &'a Samples,
}

/// A part of a template that has a header, a body and buttons: the template itself, or a card.
struct Part<'a> {
    prefix: String,
    header: Option<&'a Header>,
    body: Option<&'a Body>,
    buttons: &'a [Button],
}

impl<'a> Part<'a> {
    /// The template, then its cards.
    fn all(content: &'a Content) -> Vec<Self> {
        let Content { header, body, buttons, carousel, .. } = content;
        let cards = carousel.iter().flat_map(|carousel| &carousel.cards).enumerate().map(|(at, card)| Part {
            prefix: format!("carousel.cards[{at}]."),
            header: card.header.as_ref(),
            body: card.body.as_ref(),
            buttons: &card.buttons,
        });
        let own = Part { prefix: String::new(), header: header.as_ref(), body: body.as_ref(), buttons };
        std::iter::once(own).chain(cards).collect()
    }

    fn texts(&self) -> Vec<Text<'a>> {
        let mut out = Vec::new();
        if let Some(HeaderKind::Text { text, samples }) = self.header.map(|header| &header.kind) {
            out.push(Text { text, path: format!("{}header.samples", self.prefix), samples });
        }
        if let Some(Body::Text { text, samples, .. }) = self.body {
            out.push(Text { text, path: format!("{}body.samples", self.prefix), samples });
        }
        out
    }
}

/// Named parameters cannot be created here, but a template of Meta's own may have them: what is in the braces says it.
fn is_named(content: &Content) -> bool {
    let parts = Part::all(content);
    let texts = parts.iter().flat_map(Part::texts).flat_map(|text| placeholder::parameters(text.text));
    let word = |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let mut parameters = texts.peekable();
    parameters.peek().is_some() && parameters.all(|parameter| matches!(parameter, Parameter::Name(name) if word(&name)))
}

/// Samples are write-only, but for those that the official answers show all the same (OpenAPI 3.210.0).
fn hide_samples(content: &Content, unreadable: &mut BTreeSet<String>) {
    for part in Part::all(content) {
        for Text { text, path, samples } in part.texts() {
            let missing = placeholder::parameters(text).into_iter().filter(|one| !samples.0.contains_key(one));
            unreadable.extend(missing.map(|one| format!("{path}.{one}")));
        }
        for (at, button) in part.buttons.iter().enumerate() {
            let path = format!("{}buttons[{at}].sample", part.prefix);
            match &button.kind {
                ButtonKind::Url { url, sample: None, .. } if !placeholder::parameters(url).is_empty() => {
                    unreadable.insert(path);
                }
                ButtonKind::CopyCode { sample: None } => {
                    unreadable.insert(path);
                }
                _ => {}
            }
        }
    }
}

/// Fields beside samples that are not shown.
fn hide_fields(content: &Content, structure: &Value, unreadable: &mut BTreeSet<String>) {
    // That the sentence is missing says nothing: it is in no official answer, also where it was asked for (OpenAPI 3.210.0).
    let says = structure.pointer("/body/addSecurityRecommendation").is_some();
    if matches!(content.body, Some(Body::Authentication { add_security_recommendation: false, .. })) && !says {
        unreadable.insert("body.add_security_recommendation".to_owned());
    }
    for part in Part::all(content) {
        for (at, button) in part.buttons.iter().enumerate() {
            let path = format!("{}buttons[{at}]", part.prefix);
            match &button.kind {
                // The whole of `extra`, because without the period there is none to put it in.
                ButtonKind::VoiceCall { .. } if button.extra.is_empty() => {
                    unreadable.insert(format!("{path}.extra"));
                }
                // Never sent, so what is shown is not ours either.
                ButtonKind::OrderDetails { .. } => drop(unreadable.insert(format!("{path}.text"))),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
#[path = "wire_tests.rs"]
mod tests;
