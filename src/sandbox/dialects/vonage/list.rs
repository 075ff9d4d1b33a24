//! `GET /wabas/{id}/templates`: filters and pages.
//!
//! Order: newest first. Cursors are opaque and name a place, not a number of rows. There are no totals. Must not change
//! anything.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::problem::Problem;
use super::show::shown;
use crate::sandbox::dialects::wire::Call;
use crate::sandbox::rules::account::{Account, Template};

/// Rows of a page when none are asked for, and at most (OpenAPI 1.4.0).
const DEFAULT_LIMIT: usize = 25;
const MAX_LIMIT: usize = 500;
/// What stands behind documented cursors.
const TAIL: &str = "ZD";
/// What can be filtered by (OpenAPI 1.4.0); objects show further statuses.
const CATEGORIES: [&str; 3] = ["UTILITY", "AUTHENTICATION", "MARKETING"];
const QUALITIES: [&str; 4] = ["GREEN", "YELLOW", "RED", "UNKNOWN"];
const STATUSES: [&str; 7] = ["APPROVED", "IN_APPEAL", "PENDING", "REJECTED", "DISABLED", "PAUSED", "LIMIT_EXCEEDED"];

/// One page.
pub(super) fn list(account: &Account, call: &Call, now: jiff::Timestamp) -> Result<Value, Problem> {
    let limit = limit(call, account.config.page_cap)?;
    let after = call.param("after").map(|cursor| place(&cursor)).transpose()?;
    let before = call.param("before").map(|cursor| place(&cursor)).transpose()?;
    let filter = Filter::new(call)?;
    let rows: Vec<&Arc<Template>> = account.templates.iter().rev().filter(|t| filter.lets_through(t)).collect();
    let page = page_of(&rows, limit, after, before);
    let templates: Vec<Value> = rows[page.clone()].iter().map(|t| shown(t, call, now)).collect();
    let mut paging = json!({});
    if let (Some(first), Some(last)) = (rows.get(page.start), rows.get(page.end.wrapping_sub(1)))
        && !page.is_empty()
    {
        paging["cursors"] = json!({ "before": cursor(first.seq), "after": cursor(last.seq) });
        if page.end < rows.len() {
            paging["next"] = page_url(call, "after", last.seq).into();
        }
        if page.start > 0 {
            paging["previous"] = page_url(call, "before", first.seq).into();
        }
    }
    Ok(json!({ "paging": paging, "templates": templates }))
}

fn limit(call: &Call, cap: Option<u32>) -> Result<usize, Problem> {
    let Some(text) = call.param("limit") else { return Ok(DEFAULT_LIMIT) };
    let limit = text.parse().ok().filter(|limit| (1..=MAX_LIMIT).contains(limit));
    let limit = limit.ok_or_else(|| Problem::invalid(format!("(#100) Param limit must be from 1 to {MAX_LIMIT}.")))?;
    // Stands for the timeouts that the reference warns of.
    if cap.is_some_and(|cap| limit > cap as usize) { Err(Problem::internal()) } else { Ok(limit) }
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

fn cursor(seq: u64) -> String {
    format!("{}{TAIL}", STANDARD.encode(format!("row:{seq}")))
}

fn place(cursor: &str) -> Result<u64, Problem> {
    cursor
        .strip_suffix(TAIL)
        .and_then(|text| STANDARD.decode(text).ok())
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .and_then(|text| text.strip_prefix("row:").and_then(|seq| seq.parse().ok()))
        .ok_or_else(|| Problem::invalid("(#100) Param after is not a cursor of this list."))
}

/// The address of another page, at Vonage's host whatever host was asked; a sandbox names itself instead.
fn page_url(call: &Call, direction: &str, seq: u64) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (key, value) in url::form_urlencoded::parse(call.query.as_bytes()) {
        if key != "after" && key != "before" {
            query.append_pair(&key, &value);
        }
    }
    query.append_pair(direction, &cursor(seq));
    format!("{}{}?{}", call.server, call.path, query.finish())
}

/// Filters of a listing. Each lets everything through when it is not given.
struct Filter {
    name: Option<String>,
    content: Option<String>,
    name_or_content: Option<String>,
    language: Option<String>,
    status: Option<String>,
    category: Option<String>,
    quality: Option<String>,
}

impl Filter {
    fn new(call: &Call) -> Result<Self, Problem> {
        let text = |name: &str| call.param(name).filter(|text| !text.is_empty());
        let lower = |name: &str| text(name).map(|text| text.to_lowercase());
        let known = |name: &str, values: &[&str]| match text(name) {
            Some(value) if !values.contains(&value.as_str()) => {
                Err(Problem::invalid(format!("(#100) Param {name} must be one of {{{}}}.", values.join(", "))))
            }
            value => Ok(value),
        };
        Ok(Self {
            name: lower("name"),
            content: lower("content"),
            name_or_content: lower("name_or_content"),
            language: text("language"),
            status: known("status", &STATUSES)?,
            category: known("category", &CATEGORIES)?,
            quality: known("quality_score", &QUALITIES)?,
        })
    }

    /// `name` finds parts of names too, so a client has to look for equality itself.
    fn lets_through(&self, template: &Template) -> bool {
        let is = |wanted: &Option<String>, value: &str| wanted.as_deref().is_none_or(|wanted| wanted == value);
        let in_name = |part: &str| template.name().to_lowercase().contains(part);
        is(&self.language, template.language())
            && is(&self.status, template.status())
            && is(&self.category, template.category())
            && is(&self.quality, quality(template))
            && self.name.as_deref().is_none_or(in_name)
            && self.content.as_deref().is_none_or(|part| says(template, part))
            && self.name_or_content.as_deref().is_none_or(|part| in_name(part) || says(template, part))
    }
}

fn quality(template: &Template) -> &str {
    template.node.get("quality_score").and_then(|quality| quality["score"].as_str()).unwrap_or("UNKNOWN")
}

/// Whether a component's text holds a part.
fn says(template: &Template, part: &str) -> bool {
    let components = template.node.get("components").and_then(Value::as_array).into_iter().flatten();
    components.filter_map(|one| one["text"].as_str()).any(|text| text.to_lowercase().contains(part))
}
