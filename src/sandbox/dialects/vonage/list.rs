//! `GET /wabas/{id}/templates`: filters and pages.
//!
//! There are no totals. Must not change anything.

use std::sync::Arc;

use serde_json::{Value, json};

use super::problem::Problem;
use super::show::shown;
use crate::sandbox::{
    dialects::{
        pages::{self, TextFilter, quality},
        wire::Call,
    },
    rules::account::{Account, Template},
};

/// Rows of a page when none are asked for, and at most (OpenAPI 1.4.0).
const DEFAULT_LIMIT: usize = 25;
const MAX_LIMIT: usize = 500;
/// What cursors of this API have in them.
const CURSOR: &str = "row";
/// What can be filtered by (OpenAPI 1.4.0); objects show further statuses.
const CATEGORIES: [&str; 3] = ["UTILITY", "AUTHENTICATION", "MARKETING"];
const QUALITIES: [&str; 4] = ["GREEN", "YELLOW", "RED", "UNKNOWN"];
const STATUSES: [&str; 7] = ["APPROVED", "IN_APPEAL", "PENDING", "REJECTED", "DISABLED", "PAUSED", "LIMIT_EXCEEDED"];

/// One page.
pub(super) fn list(account: &Account, call: &Call, now: jiff::Timestamp) -> Result<Value, Problem> {
    let limit = limit(call, account.config.page_cap)?;
    let after = call.param("after").map(|cursor| number(&cursor)).transpose()?;
    let before = call.param("before").map(|cursor| number(&cursor)).transpose()?;
    let filter = Filter::new(call)?;
    let rows: Vec<&Arc<Template>> = account.templates.iter().rev().filter(|t| filter.lets_through(t)).collect();
    let page = pages::page(&rows, limit, after, before);
    let templates: Vec<Value> = rows[page.clone()].iter().map(|t| shown(t, call, now)).collect();
    let paging = pages::paging(call, CURSOR, &rows, &page).unwrap_or_else(|| json!({}));
    Ok(json!({ "paging": paging, "templates": templates }))
}

fn limit(call: &Call, cap: Option<u32>) -> Result<usize, Problem> {
    let Some(text) = call.param("limit") else { return Ok(DEFAULT_LIMIT) };
    let limit = text.parse().ok().filter(|limit| (1..=MAX_LIMIT).contains(limit));
    let limit = limit.ok_or_else(|| Problem::invalid(format!("(#100) Param limit must be from 1 to {MAX_LIMIT}.")))?;
    // Stands for the timeouts that the reference warns of.
    if cap.is_some_and(|cap| limit > cap as usize) { Err(Problem::internal()) } else { Ok(limit) }
}

/// The number of a cursor.
fn number(cursor: &str) -> Result<u64, Problem> {
    pages::number(CURSOR, cursor).ok_or_else(|| Problem::invalid("(#100) Param after is not a cursor of this list."))
}

/// Filters of a listing. Each lets everything through when it is not given.
struct Filter {
    text: TextFilter,
    language: Option<String>,
    status: Option<String>,
    category: Option<String>,
    quality: Option<String>,
}

impl Filter {
    fn new(call: &Call) -> Result<Self, Problem> {
        let text = |name: &str| call.param(name).filter(|text| !text.is_empty());
        let known = |name: &str, values: &[&str]| match text(name) {
            Some(value) if !values.contains(&value.as_str()) => {
                Err(Problem::invalid(format!("(#100) Param {name} must be one of {{{}}}.", values.join(", "))))
            }
            value => Ok(value),
        };
        Ok(Self {
            text: TextFilter::new(|name| call.param(name)),
            language: text("language"),
            status: known("status", &STATUSES)?,
            category: known("category", &CATEGORIES)?,
            quality: known("quality_score", &QUALITIES)?,
        })
    }

    fn lets_through(&self, template: &Template) -> bool {
        let is = |wanted: &Option<String>, value: &str| wanted.as_deref().is_none_or(|wanted| wanted == value);
        is(&self.language, template.language())
            && is(&self.status, template.status())
            && is(&self.category, template.category())
            && is(&self.quality, quality(template))
            && self.text.lets_through(template)
    }
}
