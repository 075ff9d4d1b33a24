//! `GET /{waba}/message_templates`: filters, pages and the summary.
//!
//! Order: newest first. Cursors are opaque: a place, not a number of rows, so that nothing is shown twice or left out
//! when templates come and go between two pages. Must not change anything.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::context::{Context, Reply};
use super::fields;
use super::graph::GraphError;
use super::params::Params;
use super::show::{Shown, View, shown};
use crate::sandbox::rules::account::{Account, Template};

/// Rows of a page when none are asked for: inferred from the cursors of published samples.
const DEFAULT_LIMIT: usize = 25;
/// What Graph puts behind its cursors.
const TAIL: &str = "ZD";

/// A page as it is written.
#[derive(Serialize)]
struct Page<'a> {
    data: Vec<Shown<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    paging: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<Value>,
}

/// Lists templates.
pub(crate) fn list(context: &Context<'_>) -> Result<Reply, GraphError> {
    let waba = context.waba.as_deref().unwrap_or_default();
    let (account, now) = context.store.read(waba)?;
    let params = &context.params;
    let asked = fields::asked(params);
    if let Some(asked) = &asked {
        fields::check(asked, &account.config.unknown_fields)?;
    }
    let limit = limit(params, account.config.page_cap)?;
    let after = params.query("after").map(place).transpose()?;
    let before = params.query("before").map(place).transpose()?;
    let filter = Filter::new(params);
    let rows: Vec<&Arc<Template>> = account.templates.iter().rev().filter(|t| filter.lets_through(t)).collect();
    let page = page_of(&rows, limit, after, before);
    let view = View { fields: asked.as_deref(), server: &context.call.server, now };
    let mut answer = Page {
        data: rows[page.clone()].iter().map(|t| shown(t, &view)).collect(),
        paging: None,
        summary: summary(&account, rows.len(), params)?,
    };
    if let (Some(first), Some(last)) = (rows.get(page.start), rows.get(page.end.wrapping_sub(1)))
        && !page.is_empty()
    {
        let mut paging = json!({"cursors": {"before": cursor(first.seq), "after": cursor(last.seq)}});
        if page.end < rows.len() {
            paging["next"] = page_url(context, "after", last.seq).into();
        }
        if page.start > 0 {
            paging["previous"] = page_url(context, "before", first.seq).into();
        }
        answer.paging = Some(paging);
    }
    Reply::write(&answer)
}

/// `limit`: at least 1; above the account's cap the answer is code 1.
fn limit(params: &Params, cap: Option<u32>) -> Result<usize, GraphError> {
    let Some(text) = params.query("limit") else {
        return Ok(DEFAULT_LIMIT);
    };
    let limit: usize = text
        .parse()
        .ok()
        .filter(|n| *n > 0)
        .ok_or_else(|| GraphError::new(100, "(#100) Param limit must be an integer greater than or equal to 1"))?;
    if cap.is_some_and(|cap| limit > cap as usize) {
        return Err(GraphError::new(1, "Please reduce the amount of data you're asking for, then retry your request")
            .status(500));
    }
    Ok(limit)
}

/// The rows of a page: those behind `after`, or those before `before`.
fn page_of(rows: &[&Arc<Template>], limit: usize, after: Option<u64>, before: Option<u64>) -> std::ops::Range<usize> {
    if let Some(before) = before.filter(|_| after.is_none()) {
        let end = rows.partition_point(|t| t.seq > before);
        return end.saturating_sub(limit)..end;
    }
    let start = after.map_or(0, |after| rows.partition_point(|t| t.seq >= after));
    start..rows.len().min(start.saturating_add(limit))
}

/// A cursor for a place.
fn cursor(seq: u64) -> String {
    format!("{}{TAIL}", STANDARD.encode(format!("place:{seq}")))
}

/// The place of a cursor. A bad one is code 131059 (Meta changelog, 2025-10-08, v24).
fn place(cursor: &str) -> Result<u64, GraphError> {
    cursor
        .strip_suffix(TAIL)
        .and_then(|c| STANDARD.decode(c).ok())
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .and_then(|text| text.strip_prefix("place:").and_then(|n| n.parse().ok()))
        .ok_or_else(|| {
            GraphError::new(131_059, "(#131059) Invalid cursor")
                .details("The paging cursor is not valid. Start again without it.")
        })
}

/// The address of another page: what the caller sent, with another cursor.
fn page_url(context: &Context<'_>, direction: &str, seq: u64) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (key, value) in context.params.pairs() {
        if key != "after" && key != "before" {
            query.append_pair(key, value);
        }
    }
    query.append_pair(direction, &cursor(seq));
    format!("{}{}?{}", context.call.server, context.call.path, query.finish())
}

/// Filters of a listing. Each lets everything through when it is not given.
struct Filter {
    name: Option<String>,
    content: Option<String>,
    name_or_content: Option<String>,
    languages: Vec<String>,
    statuses: Vec<String>,
    categories: Vec<String>,
    qualities: Vec<String>,
}

impl Filter {
    fn new(params: &Params) -> Self {
        let text = |name| params.query(name).map(str::to_lowercase).filter(|t| !t.is_empty());
        Self {
            name: text("name"),
            content: text("content"),
            name_or_content: text("name_or_content"),
            languages: params.all("language"),
            statuses: params.all("status"),
            categories: params.all("category"),
            qualities: params.all("quality_score"),
        }
    }

    /// `name` finds parts of names too, so a client has to look for equality itself.
    fn lets_through(&self, template: &Template) -> bool {
        let one_of =
            |wanted: &[String], is: &str| wanted.is_empty() || wanted.iter().any(|w| w.eq_ignore_ascii_case(is));
        let in_name = |part: &str| template.name().to_lowercase().contains(part);
        one_of(&self.languages, template.language())
            && one_of(&self.statuses, template.status())
            && one_of(&self.categories, template.category())
            && one_of(&self.qualities, quality_of(template))
            && self.name.as_deref().is_none_or(in_name)
            && self.content.as_deref().is_none_or(|part| has_text(template, part))
            && self.name_or_content.as_deref().is_none_or(|part| in_name(part) || has_text(template, part))
    }
}

fn quality_of(template: &Template) -> &str {
    template.node.get("quality_score").and_then(|q| q["score"].as_str()).unwrap_or("UNKNOWN")
}

/// Whether a component's text holds a part.
fn has_text(template: &Template, part: &str) -> bool {
    template
        .node
        .get("components")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|c| c["text"].as_str())
        .any(|text| text.to_lowercase().contains(part))
}

/// `summary=…`: counts and the limit of the account.
fn summary(account: &Account, total: usize, params: &Params) -> Result<Option<Value>, GraphError> {
    let asked = params.all("summary");
    if asked.is_empty() {
        return Ok(None);
    }
    let mut summary = Map::new();
    for mut field in asked {
        // What the provider's own client libraries send with every list.
        if field == "true" {
            "total_count".clone_into(&mut field);
        }
        let value = match field.as_str() {
            "total_count" => json!(total),
            "message_template_count" => json!(account.templates.len()),
            "message_template_limit" => json!(account.config.template_limit),
            "are_translations_complete" => json!(true),
            other => {
                return Err(GraphError::new(
                    100,
                    format!("(#100) Tried accessing nonexisting summary field ({other})"),
                ));
            }
        };
        summary.insert(field, value);
    }
    Ok(Some(Value::Object(summary)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_are_opaque_and_checked() {
        assert_eq!(place(&cursor(42)).unwrap(), 42);
        for bad in ["", "42", "MAZDZD", "not a cursor", &STANDARD.encode("place:1")] {
            assert_eq!(place(bad).unwrap_err().code, 131_059, "{bad}");
        }
    }

    #[test]
    fn pages_do_not_overlap() {
        let templates: Vec<Arc<Template>> =
            (1..=10).rev().map(|seq| Arc::new(Template { seq, ..Template::default() })).collect();
        let rows: Vec<&Arc<Template>> = templates.iter().collect();
        assert_eq!(page_of(&rows, 4, None, None), 0..4);
        assert_eq!(page_of(&rows, 4, Some(7), None), 4..8);
        assert_eq!(page_of(&rows, 4, Some(3), None), 8..10);
        assert_eq!(page_of(&rows, 4, None, Some(6)), 0..4);
        assert_eq!(page_of(&rows, 4, Some(1), None), 10..10);
    }
}
