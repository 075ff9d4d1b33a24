//! Meta's JSON of templates, pages and answers ⇄ the types of [`crate::provider`]. Shapes only; no request is made here.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::{
    capability::{Submission, Unsendable},
    provider::Created,
    template::{
        self, Category, Content, Live, Quality, Status, TemplateKey,
        components::{self, Origin, Read, Unresolved},
    },
};

/// Fields of a node without which a template cannot be understood.
const ESSENTIAL: &[&str] = &["id", "name", "language", "status", "category", "parameter_format", "components"];

/// The others that letterpress reads (message-template-api reference, 2026-09-11). Asking for one that the API does not know
/// fails the whole request, so each may be left out. `bid_spec` became `optimization_spec` (marketing-messages changelog,
/// 2026-06-18: unsupported after 2026-07-31), and the reference still lists the old name: both are asked for.
const OPTIONAL: &[&str] = &[
    "previous_category",
    "correct_category",
    "sub_category",
    "message_send_ttl_seconds",
    "cta_url_link_tracking_opted_out",
    "is_primary_device_delivery_only",
    "display_format",
    "degrees_of_freedom_spec",
    "bid_spec",
    "optimization_spec",
    "rejected_reason",
    "quality_score",
    "last_updated_time",
    "library_template_name",
    "source",
];

/// Fields that the API turned out not to know.
pub(super) type Refused = BTreeSet<&'static str>;

/// `fields` of a request, without those that were refused.
pub(super) fn fields(refused: &Refused) -> String {
    let wanted = ESSENTIAL.iter().chain(OPTIONAL).filter(|field| !refused.contains(*field));
    wanted.copied().collect::<Vec<_>>().join(",")
}

/// The fields that an error names and that may be left out: "Tried accessing nonexisting field (…)", code 100. The message is
/// for developers and not translated; a field counts only as a word of its own.
pub(super) fn refused_by(message: &str) -> impl Iterator<Item = &'static str> {
    let words: BTreeSet<&str> = message.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).collect();
    OPTIONAL.iter().copied().filter(move |field| words.contains(field))
}

/// Paths of the normal form that are hidden because their field was refused.
pub(super) fn hidden(refused: &Refused) -> impl Iterator<Item = String> {
    // The price is shown under one name or under the other.
    let shown = |field: &str| field == "optimization_spec" && !refused.contains("bid_spec");
    CONTENT.iter().filter(move |field| refused.contains(*field) && !shown(field)).map(|field| (*field).to_owned())
}

/// Those of the optional fields that are content.
const CONTENT: &[&str] = &[
    "sub_category",
    "message_send_ttl_seconds",
    "cta_url_link_tracking_opted_out",
    "is_primary_device_delivery_only",
    "display_format",
    "degrees_of_freedom_spec",
    "optimization_spec",
    "library_template_name",
];

/// Asked for once per listing (Graph reference of the edge, 2023–2025).
pub(super) const SUMMARY: &str = "total_count,message_template_count,message_template_limit";

/// A page of the list.
#[derive(Debug)]
pub(super) struct Page {
    /// Its templates.
    pub(super) templates: Vec<Live>,
    /// Cursor of the next page, if there is one.
    pub(super) after: Option<String>,
    /// `message_template_limit`.
    pub(super) limit: Option<u64>,
    /// `total_count`, else `message_template_count`.
    pub(super) total: Option<u64>,
}

/// Reads a page. There is a next one when `paging.next` says so: cursors are shown on the last page too.
/// Of `next` only the cursor is used: it may name another host, and may carry a token.
pub(super) fn page(body: &Map<String, Value>) -> Result<Page, String> {
    let data = body.get("data").and_then(Value::as_array).ok_or("the list has no `data`")?;
    let templates = data.iter().map(template).collect::<Result<Vec<_>, _>>()?;
    let paging = body.get("paging");
    let after = match paging.and_then(|paging| paging.get("next")).filter(|next| !next.is_null()) {
        None => None,
        Some(next) => {
            let cursor = paging.and_then(|p| p.get("cursors")?.get("after")?.as_str()).map(str::to_owned);
            let cursor = cursor.or_else(|| {
                let url = url::Url::parse(next.as_str()?).ok()?;
                url.query_pairs().find(|(key, _)| key == "after").map(|(_, value)| value.into_owned())
            });
            Some(cursor.filter(|cursor| !cursor.is_empty()).ok_or("there is a next page, but no cursor to it")?)
        }
    };
    let summary = |key: &str| number(body.get("summary")?.get(key)?);
    let total = summary("total_count").or_else(|| summary("message_template_count"));
    Ok(Page { templates, after, limit: summary("message_template_limit"), total })
}

/// Reads a template as an account shows it.
pub(super) fn template(value: &Value) -> Result<Live, String> {
    let object = value.as_object().ok_or("a template is not an object")?;
    live(object)
}

/// Reads a template node.
pub(super) fn live(object: &Map<String, Value>) -> Result<Live, String> {
    let text = |key: &str| object.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    let need = |key: &'static str| text(key).ok_or(format!("a template has no `{key}`"));
    let id = object.get("id").and_then(id).ok_or("a template has no `id`")?;
    let key = TemplateKey::new(need("name")?, need("language")?);
    let (status, category) = (Status::parse(need("status")?), Category::parse(need("category")?));
    let Read { content, unreadable } = components::read(object, Origin::Account);
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
        updated_at: object.get("last_updated_time").and_then(instant),
        auto_generated: template::is_auto_generated(text("source")),
        content,
        unreadable,
    })
}

/// Ids are numeric strings, and numbers in some answers.
fn id(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

/// Seconds since 1970; ISO 8601 in some versions of the Graph API.
fn instant(value: &Value) -> Option<Timestamp> {
    match value {
        Value::String(text) => match text.parse::<i64>() {
            Ok(seconds) => Timestamp::from_second(seconds).ok(),
            Err(_) => text.parse().ok().or_else(|| Timestamp::strptime("%Y-%m-%dT%H:%M:%S%z", text).ok()),
        },
        value => Timestamp::from_second(value.as_i64()?).ok(),
    }
}

/// Whether a create, or an edit of what the account holds, can be sent.
pub(super) fn sendable(submission: &Submission, held: Option<&Live>) -> Result<(), Unsendable> {
    let body = if held.is_some() { edit_body(submission) } else { create_body(submission) };
    body.map(drop).map_err(|Unresolved { path }| Unsendable::new(path, "the media sample cannot be uploaded"))
}

/// The body of a create.
pub(super) fn create_body(submission: &Submission) -> Result<Map<String, Value>, Unresolved> {
    let Submission { key: TemplateKey { name, language }, category, content } = submission;
    let mut body = Map::new();
    body.insert("name".to_owned(), name.clone().into());
    body.insert("language".to_owned(), language.clone().into());
    body.extend(category.as_ref().map(|category| ("category".to_owned(), category.as_str().into())));
    body.extend(content_fields(content)?);
    Ok(body)
}

/// The content of a create or an edit. The format of a library clone's parameters is the library's, like all its parts.
fn content_fields(content: &Content) -> Result<Map<String, Value>, Unresolved> {
    let mut fields = components::write(content)?;
    if content.is_library_clone() {
        fields.shift_remove("parameter_format");
    }
    Ok(fields)
}

/// What an edit may carry (message-template-api reference, 2026-09-11; marketing-messages changelog, 2025-06-24 and 2026-06-18,
/// for the last two); everything else of a create stays as it was made.
const EDITABLE: &[&str] = &[
    "components",
    "parameter_format",
    "message_send_ttl_seconds",
    "sub_category",
    "display_format",
    "cta_url_link_tracking_opted_out",
    "is_primary_device_delivery_only",
    "degrees_of_freedom_spec",
    "optimization_spec",
];

/// The body of an edit: components are replaced as a whole. A category goes along only where it is to change, because an
/// approved template refuses one (template-management page, 2026-09-11). Content without components changes the settings that
/// it names alone.
pub(super) fn edit_body(submission: &Submission) -> Result<Map<String, Value>, Unresolved> {
    let Submission { key: TemplateKey { name: _, language: _ }, category, content } = submission;
    let mut body = Map::new();
    body.extend(category.as_ref().map(|category| ("category".to_owned(), category.as_str().into())));
    let fields = content_fields(content)?;
    let whole = fields.contains_key("components");
    body.extend(fields.into_iter().filter(|(field, value)| {
        let editable = EDITABLE.contains(&field.as_str()) && (whole || field != "parameter_format");
        // Thirty days are for a create: in an edit the provider takes them as nothing (one provider's API documents, 2026-11).
        editable && !(field == "message_send_ttl_seconds" && *value == -1)
    }));
    Ok(body)
}

/// The answer of a create.
pub(super) fn created(body: &Map<String, Value>, submission: &Submission) -> Result<Created, String> {
    let text = |key: &str| body.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    Ok(Created {
        id: body.get("id").and_then(id).ok_or("the answer has no `id`")?,
        status: text("status").map_or(Status::Pending, Status::parse),
        category: text("category").map(Category::parse).or_else(|| submission.category.clone()),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn node(id: &str) -> Value {
        json!({ "id": id, "name": "bike_ready", "language": "de", "status": "APPROVED", "category": "UTILITY",
            "components": [{ "type": "BODY", "text": "Fertig." }] })
    }

    fn read_page(value: &Value) -> Result<Page, String> {
        page(value.as_object().unwrap())
    }

    #[test]
    fn a_node_is_read_with_what_the_provider_made_of_it() {
        let mut value = node("7");
        let more = json!({ "previous_category": "TICKET_UPDATE", "correct_category": "", "rejected_reason": "SCAM",
            "quality_score": { "score": "YELLOW", "date": 1 }, "last_updated_time": 1_780_000_000 });
        value.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let live = template(&value).unwrap();
        assert_eq!(live.previous_category, Some(Category::Other("TICKET_UPDATE".to_owned())));
        assert_eq!((live.correct_category, live.quality), (None, Some(Quality::Yellow)));
        assert_eq!(live.rejected_reason.as_deref(), Some("SCAM"));
        assert_eq!(live.updated_at.map(Timestamp::as_second), Some(1_780_000_000));
        assert!(live.content.extra.is_empty());
    }

    #[test]
    fn times_come_in_three_forms() {
        let wanted = Timestamp::from_second(1_780_000_000).ok();
        for form in [
            json!(1_780_000_000),
            json!("1780000000"),
            json!("2026-05-28T20:26:40+0000"),
            json!("2026-05-28T20:26:40Z"),
        ] {
            assert_eq!(instant(&form), wanted, "{form}");
        }
    }

    #[test]
    fn only_next_says_that_there_is_more() {
        let cursors = json!({ "cursors": { "before": "MAZDZD", "after": "MjQZD" } });
        assert_eq!(read_page(&json!({ "data": [node("1")], "paging": cursors })).unwrap().after, None);
        let next = "https://elsewhere.example/x?access_token=secret&after=MjQ%3D";
        let page = read_page(&json!({ "data": [], "paging": { "next": next } })).unwrap();
        assert_eq!(page.after.as_deref(), Some("MjQ="));
        assert!(read_page(&json!({ "data": [], "paging": { "next": "https://elsewhere.example/" } })).is_err());
    }

    #[test]
    fn another_shape_is_an_error_and_no_empty_list() {
        for strange in [json!({}), json!({ "data": {} }), json!({ "data": [1] }), json!({ "data": [{ "id": "1" }] })] {
            assert!(read_page(&strange).is_err(), "{strange}");
        }
    }
}
