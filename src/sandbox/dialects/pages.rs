//! Lists in pages, newest template first, as Meta's and Vonage's APIs have them alike: cursors, addresses of neighbouring pages,
//! and filters by text.
//!
//! Cursors are opaque and name a template's number in its account, not a number of rows, so that nothing is shown twice or left
//! out when templates come and go between two pages.

use std::{ops::Range, sync::Arc};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::wire::Call;
use crate::sandbox::rules::account::Template;

/// What Graph puts behind its cursors; documented ones of Vonage have it, too.
const TAIL: &str = "ZD";

/// The rows of a page: those behind `after`, or those before `before`.
pub(super) fn page(rows: &[&Arc<Template>], limit: usize, after: Option<u64>, before: Option<u64>) -> Range<usize> {
    if let Some(before) = before.filter(|_| after.is_none()) {
        let end = rows.partition_point(|template| template.seq > before);
        return end.saturating_sub(limit)..end;
    }
    let start = after.map_or(0, |after| rows.partition_point(|template| template.seq >= after));
    start..rows.len().min(start.saturating_add(limit))
}

/// The cursor of a template's number. Each API has a word of its own in it, so that cursors of one are none of the other.
pub(super) fn cursor(word: &str, number: u64) -> String {
    format!("{}{TAIL}", STANDARD.encode(format!("{word}:{number}")))
}

/// The number of a cursor, if it is one.
pub(super) fn number(word: &str, cursor: &str) -> Option<u64> {
    let decoded = String::from_utf8(STANDARD.decode(cursor.strip_suffix(TAIL)?).ok()?).ok()?;
    decoded.strip_prefix(word)?.strip_prefix(':')?.parse().ok()
}

/// `paging` of a page that is not empty: its cursors, and the addresses of the pages around it.
pub(super) fn paging(call: &Call, word: &str, rows: &[&Arc<Template>], page: &Range<usize>) -> Option<Value> {
    let shown = rows.get(page.clone())?;
    let (first, last) = (shown.first()?.seq, shown.last()?.seq);
    let mut paging = json!({ "cursors": { "before": cursor(word, first), "after": cursor(word, last) } });
    if page.end < rows.len() {
        paging["next"] = page_url(call, "after", &cursor(word, last)).into();
    }
    if page.start > 0 {
        paging["previous"] = page_url(call, "before", &cursor(word, first)).into();
    }
    Some(paging)
}

/// The address of another page: what the caller sent, with another cursor, at this server.
fn page_url(call: &Call, direction: &str, cursor: &str) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (key, value) in url::form_urlencoded::parse(call.query.as_bytes()) {
        if key != "after" && key != "before" {
            query.append_pair(&key, &value);
        }
    }
    query.append_pair(direction, cursor);
    format!("{}{}?{}", call.server, call.path, query.finish())
}

/// Filters by parts of names and texts, in any case. Each lets everything through when it is not given.
#[derive(Debug)]
pub(super) struct TextFilter {
    name: Option<String>,
    content: Option<String>,
    name_or_content: Option<String>,
}

impl TextFilter {
    /// Reads `name`, `content` and `name_or_content`.
    pub(super) fn new(parameter: impl Fn(&str) -> Option<String>) -> Self {
        let text = |name: &str| parameter(name).map(|text| text.to_lowercase()).filter(|text| !text.is_empty());
        Self { name: text("name"), content: text("content"), name_or_content: text("name_or_content") }
    }

    /// Whether a template has the parts that are asked for. `name` finds parts of names too, so a client has to look for
    /// equality itself.
    pub(super) fn lets_through(&self, template: &Template) -> bool {
        let in_name = |part: &str| template.name().to_lowercase().contains(part);
        self.name.as_deref().is_none_or(in_name)
            && self.content.as_deref().is_none_or(|part| has_text(template, part))
            && self.name_or_content.as_deref().is_none_or(|part| in_name(part) || has_text(template, part))
    }
}

/// Whether a component's text has a part, which is in lower case.
fn has_text(template: &Template, part: &str) -> bool {
    let components = template.node.get("components").and_then(Value::as_array).into_iter().flatten();
    components.filter_map(|component| component["text"].as_str()).any(|text| text.to_lowercase().contains(part))
}

/// A template's quality score; UNKNOWN without one.
pub(super) fn quality(template: &Template) -> &str {
    template.node.get("quality_score").and_then(|quality| quality["score"].as_str()).unwrap_or("UNKNOWN")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_are_opaque_and_checked() {
        assert_eq!(number("place", &cursor("place", 42)), Some(42));
        for bad in ["", "42", "MAZDZD", "not a cursor", &STANDARD.encode("place:1"), &cursor("row", 42)] {
            assert_eq!(number("place", bad), None, "{bad}");
        }
    }

    #[test]
    fn pages_do_not_overlap() {
        let templates: Vec<Arc<Template>> =
            (1..=10).rev().map(|seq| Arc::new(Template { seq, ..Template::default() })).collect();
        let rows: Vec<&Arc<Template>> = templates.iter().collect();
        assert_eq!(page(&rows, 4, None, None), 0..4);
        assert_eq!(page(&rows, 4, Some(7), None), 4..8);
        assert_eq!(page(&rows, 4, Some(3), None), 8..10);
        assert_eq!(page(&rows, 4, None, Some(6)), 0..4);
        assert_eq!(page(&rows, 4, Some(1), None), 10..10);
    }
}
