//! `GET /{waba}/message_templates`: filters, pages and the summary.
//!
//! Must not change anything.

use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::context::{Context, Reply};
use super::fields;
use super::graph::GraphError;
use super::params::Params;
use super::show::{Shown, View, shown};
use crate::sandbox::{
    dialects::pages::{self, TextFilter, quality},
    rules::account::{Account, Template},
};

/// Rows of a page when none are asked for: inferred from the cursors of published samples.
const DEFAULT_LIMIT: usize = 25;
/// What cursors of this API have in them.
const CURSOR: &str = "place";

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
    let after = params.query("after").map(number).transpose()?;
    let before = params.query("before").map(number).transpose()?;
    let filter = Filter::new(params);
    let rows: Vec<&Arc<Template>> = account.templates.iter().rev().filter(|t| filter.lets_through(t)).collect();
    let page = pages::page(&rows, limit, after, before);
    let view = View { fields: asked.as_deref(), server: &context.call.server, now };
    let answer = Page {
        data: rows[page.clone()].iter().map(|t| shown(t, &view)).collect(),
        paging: pages::paging(context.call, CURSOR, &rows, &page),
        summary: summary(&account, rows.len(), params)?,
    };
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

/// The number of a cursor. A bad one is code 131059 (Meta changelog, 2025-10-08, v24).
fn number(cursor: &str) -> Result<u64, GraphError> {
    pages::number(CURSOR, cursor).ok_or_else(|| {
        GraphError::new(131_059, "(#131059) Invalid cursor")
            .details("The paging cursor is not valid. Start again without it.")
    })
}

/// Filters of a listing. Each lets everything through when it is not given.
struct Filter {
    text: TextFilter,
    languages: Vec<String>,
    statuses: Vec<String>,
    categories: Vec<String>,
    qualities: Vec<String>,
}

impl Filter {
    fn new(params: &Params) -> Self {
        Self {
            text: TextFilter::new(|name| params.query(name).map(str::to_owned)),
            languages: params.all("language"),
            statuses: params.all("status"),
            categories: params.all("category"),
            qualities: params.all("quality_score"),
        }
    }

    fn lets_through(&self, template: &Template) -> bool {
        let one_of =
            |wanted: &[String], is: &str| wanted.is_empty() || wanted.iter().any(|w| w.eq_ignore_ascii_case(is));
        one_of(&self.languages, template.language())
            && one_of(&self.statuses, template.status())
            && one_of(&self.categories, template.category())
            && one_of(&self.qualities, quality(template))
            && self.text.lets_through(template)
    }
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
