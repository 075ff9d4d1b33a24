//! What a person, or a test, does to the sandbox from outside its API: the clock, verdicts of a review, edits in
//! WhatsApp Manager, faults, the request log.
//!
//! Acts on the store on disk, under the same locks as the servers, so servers may be running in other processes.
//! Must not answer requests.

use std::collections::HashMap;

use camino::Utf8Path;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

use super::request_log::{self, LoggedRequest};
use crate::sandbox::{
    dialects,
    rules::{
        account::{Account, Archived, Template, fresh_id, plus},
        config::Config,
        error::SandboxError,
        fault::{self, Fault},
        files::remove_file,
        review as reviewing, stored_form,
    },
};

/// What the provider decides about a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The review ends well, or a pause, appeal or archiving is undone.
    Approve,
    /// The review ends badly.
    Reject {
        /// `rejected_reason`, e.g. `INVALID_FORMAT`.
        reason: String,
    },
    /// The provider thinks that it belongs to another category.
    Recategorise {
        /// The category it should have.
        category: String,
        /// True: `correct_category` shows it and it takes effect 24 hours later (towards AUTHENTICATION: rejected on
        /// the first of the next month). False: at once, without notice (Meta template-categorization page).
        announced: bool,
    },
    /// Paused for quality: three hours, then six, the third time disabled (Meta template-pausing page).
    Pause,
    /// Disabled for good.
    Disable,
    /// Archived, as after a year without use; deleted 28 days later (Meta template-archival page, 2026-06-02).
    Archive,
    /// Somebody appealed in WhatsApp Manager.
    Appeal,
    /// A new quality score: GREEN, YELLOW, RED or UNKNOWN. RED alone does not pause.
    Quality(String),
}

/// Empties an account, or with `None` the whole sandbox: accounts, clock, uploads, faults and request log.
///
/// # Errors
/// A file cannot be removed, or `waba` names no account.
pub fn reset(root: &Utf8Path, waba: Option<&str>) -> Result<(), SandboxError> {
    let store = dialects::open(root);
    if let Some(waba) = waba {
        return store.remove(waba);
    }
    for waba in store.accounts()? {
        store.remove(&waba)?;
    }
    fault::set(root, &[])?;
    request_log::clear(root)?;
    remove_file(&root.join("clock.json"))?;
    match std::fs::remove_dir_all(root.join("uploads")) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(SandboxError::io(&root.join("uploads"), e)),
        _ => Ok(()),
    }
}

/// Puts templates in as GET shows them, verbatim: no validation, no limits, no review. One that has the name and
/// language of a template already there replaces it. Each needs `name` and `language`; `id` and `status` (APPROVED)
/// are added when missing. A PENDING one is reviewed after the review delay.
///
/// # Errors
/// A template without a name or language, or the store cannot be written. Nothing is put in then.
pub fn seed(root: &Utf8Path, waba: &str, templates: &[Value]) -> Result<(), SandboxError> {
    dialects::open(root).change(waba, |account, now| {
        let mut planted = HashMap::new();
        check_seed(templates)?;
        for template in templates {
            let template = seedling(account, template.as_object().cloned().unwrap_or_default(), now);
            planted.insert(template.key(), template);
        }
        account.templates.retain(|t| !planted.contains_key(&t.key()));
        for template in in_order(planted, templates) {
            account.push(template);
        }
        Ok(())
    })
}

/// Whether [`seed`] would take these templates.
///
/// # Errors
/// A template without a name or language.
pub fn check_seed(templates: &[Value]) -> Result<(), SandboxError> {
    let bad = |index: usize, problem: String| Err(SandboxError::BadSeed { index, problem });
    for (index, template) in templates.iter().enumerate() {
        let Some(node) = template.as_object() else { return bad(index, "is not an object".to_owned()) };
        for field in ["name", "language"] {
            if node.get(field).and_then(Value::as_str).is_none_or(str::is_empty) {
                return bad(index, format!("has no {field}"));
            }
        }
    }
    Ok(())
}

/// One template as it will be kept.
fn seedling(account: &Account, shown: Map<String, Value>, now: Timestamp) -> Template {
    let (mut node, keeps_seed) = dialects::stored_node(&account.waba, &shown);
    let verbatim = keeps_seed.then_some(shown);
    if !node.contains_key("status") {
        node.insert("status".into(), "APPROVED".into());
    }
    let id = match node.get("id") {
        Some(Value::String(id)) => id.clone(),
        Some(Value::Number(id)) => id.to_string(),
        _ => fresh_id(),
    };
    node.insert("id".into(), id.into());
    let mut template = Template { node, seeded: true, verbatim, ..Template::default() };
    if template.status() == "PENDING" {
        template.review_at = Some(plus(now, account.config.review_delay));
    }
    if template.status() == "ARCHIVED" {
        template.archived = Some(Archived { at: now, from: "APPROVED".into() });
    }
    template
}

/// Seedlings in the order of the seed; of two with one name and language the later one is left.
fn in_order(mut planted: HashMap<String, Template>, templates: &[Value]) -> Vec<Template> {
    templates
        .iter()
        .filter_map(|t| {
            let text = |field: &str| t[field].as_str().unwrap_or_default();
            planted.remove(&format!("{}/{}", text("name"), text("language")))
        })
        .collect()
}

/// Moves an account's clock forward; with `None` the clock of all accounts, also of those that are yet to come.
/// What falls due in between happens at the next look at the account.
///
/// # Errors
/// `by` is negative, or the store cannot be written.
pub fn advance(root: &Utf8Path, waba: Option<&str>, by: SignedDuration) -> Result<(), SandboxError> {
    if by.is_negative() {
        return Err(SandboxError::BackInTime);
    }
    let by_ms = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
    let store = dialects::open(root);
    match waba {
        None => store.advance_root(by_ms),
        Some(waba) => store.change(waba, |account, _| {
            account.offset_ms = account.offset_ms.saturating_add(by_ms);
            Ok(())
        }),
    }
}

/// Time on the account's clock. An account lives on it entirely: quotas, reviews, locks and what GET shows.
///
/// # Errors
/// The store cannot be read, or `waba` names no account.
pub fn now(root: &Utf8Path, waba: &str) -> Result<Timestamp, SandboxError> {
    dialects::open(root).now(waba)
}

/// Ids of all accounts that somebody spoke to.
///
/// # Errors
/// The store cannot be read.
pub fn accounts(root: &Utf8Path) -> Result<Vec<String>, SandboxError> {
    dialects::open(root).accounts()
}

/// All templates of an account, oldest first, with every field, also those that GET shows on request only. Samples of
/// uploaded media are marks (`sandbox-media:…`) here, not addresses.
///
/// # Errors
/// The store cannot be read, or `waba` names no account.
pub fn templates(root: &Utf8Path, waba: &str) -> Result<Vec<Value>, SandboxError> {
    let (account, _) = dialects::open(root).read(waba)?;
    let nodes = account.templates.iter().map(|t| t.node.clone());
    Ok(nodes.map(Value::Object).collect())
}

/// Decides about a template: about one language, or with `None` about all languages of the name.
/// Gives the number of templates it concerned.
///
/// # Errors
/// No such template, or the store cannot be written.
pub fn review(
    root: &Utf8Path,
    waba: &str,
    name: &str,
    language: Option<&str>,
    verdict: &Verdict,
) -> Result<usize, SandboxError> {
    dialects::open(root).change(waba, |account, now| {
        let positions = found(account, name, language)?;
        for position in &positions {
            decide(account.at_mut(*position), verdict, now);
        }
        Ok(positions.len())
    })
}

fn decide(template: &mut Template, verdict: &Verdict, now: Timestamp) {
    match verdict {
        Verdict::Approve => reviewing::approve(template),
        Verdict::Reject { reason } => reviewing::reject(template, reason),
        Verdict::Recategorise { category, announced: true } => {
            reviewing::announce(template, &category.to_ascii_uppercase(), now);
        }
        Verdict::Recategorise { category, announced: false } => {
            reviewing::recategorise(template, &category.to_ascii_uppercase());
        }
        Verdict::Pause => reviewing::pause(template, now),
        Verdict::Disable => {
            template.review_at = None;
            template.paused_until = None;
            template.set("status", "DISABLED");
        }
        Verdict::Archive => {
            template.review_at = None;
            template.archived = Some(Archived { at: now, from: template.status().to_owned() });
            template.set("status", "ARCHIVED");
        }
        Verdict::Appeal => {
            template.review_at = None;
            template.set("status", "IN_APPEAL");
        }
        Verdict::Quality(score) => template.set("quality_score", reviewing::quality(score, now)),
    }
    if !matches!(verdict, Verdict::Quality(_)) {
        template.set("last_updated_time", now.as_second());
    }
}

/// What a person does in WhatsApp Manager: replaces the components of a template. It counts as an edit, and the review
/// that follows is taken as passed: the status stays. Components are taken as they would be sent to the API, without
/// validation.
///
/// # Errors
/// No such template, or the store cannot be written.
pub fn hand_edit(
    root: &Utf8Path,
    waba: &str,
    name: &str,
    language: &str,
    components: &Value,
) -> Result<(), SandboxError> {
    dialects::open(root).change(waba, |account, now| {
        let expand = account.config.expand_url_examples;
        for position in found(account, name, Some(language))? {
            let template = account.at_mut(position);
            if template.status() == "APPROVED" {
                template.edits.push(now);
            }
            let mut components = components.clone();
            stored_form::fold_enums(&mut components);
            let shown = stored_form::kept_components(&components, template.category(), template.language(), expand);
            template.set("components", shown);
            template.verbatim = None;
            template.set("last_updated_time", now.as_second());
        }
        Ok(())
    })
}

fn found(account: &Account, name: &str, language: Option<&str>) -> Result<Vec<usize>, SandboxError> {
    let positions = account.positions(name, language);
    if positions.is_empty() {
        return Err(SandboxError::NoTemplate {
            waba: account.waba.clone(),
            template: language.map_or_else(|| name.to_owned(), |l| format!("{name}/{l}")),
        });
    }
    Ok(positions)
}

/// Replaces an account's settings.
///
/// # Errors
/// The store cannot be written, or `waba` names no account.
pub fn configure(root: &Utf8Path, waba: &str, config: Config) -> Result<(), SandboxError> {
    dialects::open(root).change(waba, |account, _| {
        account.config = config;
        Ok(())
    })
}

/// An account's settings.
///
/// # Errors
/// The store cannot be read, or `waba` names no account.
pub fn config(root: &Utf8Path, waba: &str) -> Result<Config, SandboxError> {
    Ok(dialects::open(root).read(waba)?.0.config.clone())
}

/// Replaces all faults; an empty list ends them.
///
/// # Errors
/// The file cannot be written.
#[expect(clippy::needless_pass_by_value, reason = "the list is handed over")]
pub fn set_faults(root: &Utf8Path, faults: Vec<Fault>) -> Result<(), SandboxError> {
    fault::set(root, &faults)
}

/// All requests since the log was cleared, oldest first.
///
/// # Errors
/// The file cannot be read.
pub fn requests(root: &Utf8Path) -> Result<Vec<LoggedRequest>, SandboxError> {
    request_log::read(root)
}

/// Forgets all requests.
///
/// # Errors
/// The file cannot be removed.
pub fn clear_requests(root: &Utf8Path) -> Result<(), SandboxError> {
    request_log::clear(root)
}
