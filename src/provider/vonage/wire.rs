//! Vonage's answers → the types of [`crate::provider`]: templates, pages, the ids of creates and uploads. Shapes only; no
//! request is made here, and [`super::body`] is the way back.
//!
//! Components are Meta's. Documented is less than what comes through (OpenAPI 1.4.0 against public clients, 2026-07), so
//! reading takes everything that [`components`] can read and names what a template does not show.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::{
    capability::Submission,
    provider::Created,
    template::{
        self, Body, Button, ButtonKind, Category, Content, Header, HeaderKind, Live, Parameter, ParameterFormat,
        Quality, Samples, Status, TemplateKey,
        components::{self, Origin, Read},
        placeholder,
    },
};

/// A page of the list.
#[derive(Debug)]
pub(super) struct Page {
    /// Its templates.
    pub(super) templates: Vec<Live>,
    /// Cursor of the next page, if there is one.
    pub(super) after: Option<String>,
    /// Whether it says anything about further pages.
    pub(super) paged: bool,
}

/// Reads a page. There is a next one when `paging.next` says so. It names Vonage's own host, whatever host was asked, so it
/// is never followed: only the cursor is used.
pub(super) fn page(body: &Map<String, Value>) -> Result<Page, String> {
    let list = body.get("templates").and_then(Value::as_array).ok_or("the list has no `templates`")?;
    let templates = list.iter().map(template).collect::<Result<Vec<_>, _>>()?;
    let paging = body.get("paging");
    let paged = paging.is_some_and(Value::is_object);
    let next = paging.and_then(|paging| paging.get("next")).filter(|next| !next.is_null() && **next != "");
    let Some(next) = next else { return Ok(Page { templates, after: None, paged }) };
    let cursor = paging.and_then(|p| p.get("cursors")?.get("after")?.as_str()).map(str::to_owned);
    let cursor = cursor.filter(|cursor| !cursor.is_empty()).or_else(|| {
        let url = url::Url::parse(next.as_str()?).ok()?;
        url.query_pairs().find(|(key, _)| key == "after").map(|(_, value)| value.into_owned())
    });
    let after = cursor.filter(|cursor| !cursor.is_empty()).ok_or("there is a next page, but no cursor to it")?;
    Ok(Page { templates, after: Some(after), paged })
}

/// Reads a template of a list.
fn template(value: &Value) -> Result<Live, String> {
    live(value.as_object().ok_or("a template is not an object")?)
}

/// Reads a template. Fields that the document does not name are read when they come.
pub(super) fn live(object: &Map<String, Value>) -> Result<Live, String> {
    let text = |key: &str| object.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    let need = |key: &'static str| text(key).ok_or(format!("a template has no `{key}`"));
    let id = object.get("id").and_then(id).ok_or("a template has no `id`")?;
    let key = TemplateKey::new(need("name")?, need("language")?);
    let (status, category) = (Status::parse(need("status")?), Category::parse(need("category")?));
    if !object.get("components").is_some_and(Value::is_array) {
        // To read it as empty would be drift, and an edit.
        return Err(format!("{key} comes without a list of `components`"));
    }
    let (content, unreadable) = content(object);
    let score = object.get("quality_score").and_then(|quality| quality.get("score").unwrap_or(quality).as_str());
    Ok(Live {
        id,
        key,
        status,
        category,
        previous_category: text("previous_category").map(Category::parse),
        correct_category: text("correct_category").map(Category::parse),
        rejected_reason: text("rejected_reason").filter(|reason| *reason != "NONE").map(str::to_owned),
        quality: score.map(Quality::parse),
        updated_at: None,
        auto_generated: template::is_auto_generated(text("source")),
        content,
        unreadable,
    })
}

/// Ids are numeric strings.
fn id(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The answer of a create: an id and nothing else (OpenAPI 1.4.0).
pub(super) fn created(body: &Map<String, Value>) -> Result<String, String> {
    body.get("id").and_then(id).ok_or_else(|| "the answer has no `id`".to_owned())
}

/// What is known of a new template: what a look at it shows, else that it is there. Nothing is concluded from what was
/// asked for.
pub(super) fn seen(id: String, shown: Option<Live>, submission: &Submission) -> Created {
    match shown.filter(|live| live.key == submission.key) {
        Some(Live { status, category, .. }) => Created { id, status, category: Some(category) },
        None => Created { id, status: Status::Pending, category: None },
    }
}

/// The handle that an upload gives.
pub(super) fn handle(body: &Map<String, Value>) -> Result<String, String> {
    let handle = body.get("h").and_then(Value::as_str).filter(|handle| !handle.is_empty());
    handle.map(str::to_owned).ok_or_else(|| "the answer has no handle `h`".to_owned())
}

/// The content, and the paths that the account does not show.
fn content(object: &Map<String, Value>) -> (Content, BTreeSet<String>) {
    let mut object = object.clone();
    if let Some(Value::Array(list)) = object.get_mut("components") {
        list.iter_mut().for_each(tidy);
    }
    let Read { mut content, mut unreadable } = components::read(&object, Origin::Account);
    if !object.contains_key("parameter_format") && is_named(&content) {
        content.parameter_format = ParameterFormat::Named;
    }
    hide_texts(&content, &mut unreadable);
    hide_settings(&content, &mut unreadable);
    (content, unreadable)
}

/// Takes out what says nothing: nulls, and the `format` that the document gives texts and buttons too.
fn tidy(component: &mut Value) {
    let Some(object) = component.as_object_mut() else { return };
    let is = |field: &str, values: &[&str]| {
        let text = object.get(field).and_then(Value::as_str).unwrap_or_default();
        values.iter().any(|value| text.eq_ignore_ascii_case(value))
    };
    if is("type", &["BODY", "FOOTER", "BUTTONS"]) && is("format", &["TEXT"]) {
        object.shift_remove("format");
    }
    object.retain(|_, value| !value.is_null());
    for button in object.get_mut("buttons").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(button) = button.as_object_mut() {
            button.retain(|_, value| !value.is_null());
        }
    }
}

/// A text of a template, where its samples are, and those samples.
struct Text<'a> {
    text: &'a str,
    path: String,
    samples: Option<&'a Samples>,
    sample: Option<&'a String>,
}

/// Every text that may have parameters.
fn texts(content: &Content) -> Vec<Text<'_>> {
    let mut out = Vec::new();
    texts_of(&mut out, "", content.header.as_ref(), content.body.as_ref(), &content.buttons);
    for (at, card) in content.carousel.iter().flat_map(|carousel| &carousel.cards).enumerate() {
        let prefix = format!("carousel.cards[{at}].");
        texts_of(&mut out, &prefix, card.header.as_ref(), card.body.as_ref(), &card.buttons);
    }
    out
}

fn texts_of<'a>(
    out: &mut Vec<Text<'a>>,
    prefix: &str,
    header: Option<&'a Header>,
    body: Option<&'a Body>,
    buttons: &'a [Button],
) {
    if let Some(HeaderKind::Text { text, samples }) = header.map(|header| &header.kind) {
        out.push(Text { text, path: format!("{prefix}header.samples"), samples: Some(samples), sample: None });
    }
    if let Some(Body::Text { text, samples, .. }) = body {
        out.push(Text { text, path: format!("{prefix}body.samples"), samples: Some(samples), sample: None });
    }
    for (at, button) in buttons.iter().enumerate() {
        if let ButtonKind::Url { url, sample, .. } = &button.kind {
            let path = format!("{prefix}buttons[{at}].sample");
            out.push(Text { text: url, path, samples: None, sample: sample.as_ref() });
        }
    }
}

/// Whether the parameters are names. `parameter_format` is not documented, but what stands between the braces says it.
fn is_named(content: &Content) -> bool {
    let mut parameters = texts(content).into_iter().flat_map(|text| placeholder::parameters(text.text)).peekable();
    let word = |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    parameters.peek().is_some() && parameters.all(|parameter| matches!(parameter, Parameter::Name(name) if word(&name)))
}

/// Samples that are not shown: `example` comes through, but only public clients say so.
fn hide_texts(content: &Content, unreadable: &mut BTreeSet<String>) {
    for Text { text, path, samples, sample } in texts(content) {
        let parameters = placeholder::parameters(text);
        match samples {
            Some(samples) => {
                let missing = parameters.iter().filter(|parameter| !samples.0.contains_key(parameter));
                unreadable.extend(missing.map(|parameter| format!("{path}.{parameter}")));
            }
            None if sample.is_none() && !parameters.is_empty() => drop(unreadable.insert(path)),
            None => {}
        }
    }
}

/// Template-level settings: none is documented, so one that does not come may be set all the same.
fn hide_settings(content: &Content, unreadable: &mut BTreeSet<String>) {
    let shown = [
        ("message_send_ttl_seconds", content.message_send_ttl_seconds.is_some()),
        ("sub_category", content.sub_category.is_some()),
        ("display_format", content.display_format.is_some()),
        ("cta_url_link_tracking_opted_out", content.cta_url_link_tracking_opted_out.is_some()),
        ("is_primary_device_delivery_only", content.is_primary_device_delivery_only.is_some()),
        ("disable_ios_autofill", content.disable_ios_autofill.is_some()),
        ("send_type", content.send_type.is_some()),
        ("degrees_of_freedom_spec", content.degrees_of_freedom_spec.is_some()),
        ("optimization_spec", content.optimization_spec.is_some()),
    ];
    unreadable.extend(shown.iter().filter(|(_, shown)| !shown).map(|(setting, _)| (*setting).to_owned()));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::template::MediaSource;

    fn node(components: &Value) -> Value {
        json!({ "id": "7", "name": "bike_ready", "language": "de", "status": "APPROVED", "category": "UTILITY",
            "components": components })
    }

    fn read(components: &Value) -> Live {
        template(&node(components)).unwrap()
    }

    fn read_page(value: &Value) -> Result<Page, String> {
        page(value.as_object().unwrap())
    }

    #[test]
    fn the_documented_form_and_metas_read_alike() {
        let documented = read(&json!([
            { "type": "BODY", "format": "TEXT", "text": "Fertig, {{1}}.", "example": { "body_text": [["Resi"]] } },
            { "type": "FOOTER", "format": "TEXT", "text": "Fernweh Cycles", "buttons": null },
            { "type": "BUTTONS", "format": "TEXT", "buttons": [
                { "type": "QUICK_REPLY", "text": "Gut", "url": null, "phone_number": null }] }]));
        let metas = read(&json!([
            { "type": "BODY", "text": "Fertig, {{1}}.", "example": { "body_text": [["Resi"]] } },
            { "type": "FOOTER", "text": "Fernweh Cycles" },
            { "type": "BUTTONS", "buttons": [{ "type": "QUICK_REPLY", "text": "Gut" }] }]));
        assert_eq!(documented.content, metas.content);
        assert!(metas.content.unmodelled.is_empty() && metas.content.extra.is_empty());
    }

    #[test]
    fn what_is_not_shown_is_named() {
        let live = read(&json!([
            { "type": "HEADER", "format": "TEXT", "text": "{{1}}" },
            { "type": "BODY", "text": "{{1}} und {{2}}", "example": { "body_text": [["Resi", "Montag"]] } },
            { "type": "BUTTONS", "buttons": [{ "type": "URL", "text": "Weg", "url": "https://fernweh.example/{{1}}" }] }]));
        let hidden: Vec<&str> = live.unreadable.iter().map(String::as_str).filter(|p| p.contains("sample")).collect();
        assert_eq!(hidden, ["buttons[0].sample", "header.samples.1"]);
        assert!(live.unreadable.contains("message_send_ttl_seconds"));
        let code = json!({ "type": "BUTTONS", "buttons": [{ "type": "OTP", "otp_type": "ONE_TAP" }] });
        let live = read(&json!([{ "type": "BODY", "text": "*{{1}}* is your code." }, code]));
        for path in ["body.add_security_recommendation", "buttons[0].supported_apps", "buttons[0].autofill_text"] {
            assert!(live.unreadable.contains(path), "{path}");
        }
    }

    #[test]
    fn names_in_braces_are_named_parameters() {
        let format = |text: &str| read(&json!([{ "type": "BODY", "text": text }])).content.parameter_format;
        assert_eq!(format("Hi {{customer}}, {{order_id}}"), ParameterFormat::Named);
        for positional in ["Hi {{1}}", "Hi", "Hi {{1}} {{customer}}", "Hi {{}}"] {
            assert_eq!(format(positional), ParameterFormat::Positional, "{positional}");
        }
    }

    #[test]
    fn handles_come_as_texts_and_in_lists() {
        for handle in [json!("https://media.example/x"), json!(["https://media.example/x"])] {
            let live = read(&json!([{ "type": "HEADER", "format": "IMAGE", "example": { "header_handle": handle } },
                { "type": "BODY", "text": "Da." }]));
            let HeaderKind::Media { sample: Some(sample), .. } = live.content.header.unwrap().kind else { panic!() };
            assert_eq!(sample.source, MediaSource::Shown("https://media.example/x".to_owned()));
            assert!(live.unreadable.contains("header.sample"));
        }
    }

    #[test]
    fn everything_is_read_and_kept() {
        let live =
            template(&json!({ "id": 7, "name": "a", "language": "xx", "status": "LOCKED", "category": "TICKET_UPDATE",
            "previous_category": "OTP", "new_field": [1], "components": [
            { "type": "HOLOGRAM", "x": 1 }, 5, { "type": "BODY" },
            { "type": "BUTTONS", "buttons": [{ "type": "FLOW", "text": "Go", "flow_id": "12", "navigate_screen": "A" },
                { "type": "SHAKE", "text": "x" }] }] }))
            .unwrap();
        assert_eq!((live.id.as_str(), live.status.as_str()), ("7", "LOCKED"));
        assert_eq!(live.category.as_str(), "TICKET_UPDATE");
        assert_eq!(live.content.unmodelled.len(), 3);
        assert!(matches!(live.content.buttons[0].kind, ButtonKind::Flow { .. }));
        assert!(matches!(&live.content.buttons[1].kind, ButtonKind::Unmodelled { name } if name == "SHAKE"));
        assert!(live.content.extra.contains_key("new_field"));
    }

    #[test]
    fn only_next_says_that_there_is_more() {
        let node = node(&json!([]));
        let cursors = json!({ "before": "MAZDZD", "after": "MjQZD" });
        assert_eq!(read_page(&json!({ "templates": [node], "paging": { "cursors": cursors } })).unwrap().after, None);
        let next = "https://api.nexmo.com/v2/whatsapp-manager/wabas/1/templates?after=other";
        let page = read_page(&json!({ "templates": [], "paging": { "cursors": cursors, "next": next } })).unwrap();
        assert_eq!(page.after.as_deref(), Some("MjQZD"));
        let page = read_page(&json!({ "templates": [], "paging": { "next": next } })).unwrap();
        assert_eq!(page.after.as_deref(), Some("other"));
        assert!(read_page(&json!({ "templates": [], "paging": { "next": "https://api.nexmo.com/" } })).is_err());
    }

    #[test]
    fn a_template_without_components_is_no_empty_template() {
        for strange in [json!(null), json!({}), json!("BODY")] {
            assert!(template(&node(&strange)).unwrap_err().contains("bike_ready/de"), "{strange}");
        }
    }

    #[test]
    fn another_shape_is_an_error_and_no_empty_list() {
        for strange in [json!({}), json!({ "templates": {} }), json!({ "templates": [1] }), json!({ "data": [] })] {
            assert!(read_page(&strange).is_err(), "{strange}");
        }
    }
}
