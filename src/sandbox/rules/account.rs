//! One account (a WABA) as the sandbox keeps it: its templates, its clock, its locks and its settings.
//!
//! Plain data. Must not read files, know HTTP, or decide what a provider refuses.

use std::sync::{Arc, OnceLock};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::config::Config;

/// How long the API refuses a name after an approved template was deleted: 30 days
/// (Meta template-management page, 2026-09-11).
pub(crate) const NAME_LOCK: SignedDuration = SignedDuration::from_hours(24 * 30);

/// One account and everything in it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Account {
    /// The account, as the store names it: a WABA id, or `PROVIDER/ID` for the others than Meta.
    pub(crate) waba: String,
    /// The next template's place; templates are listed from the highest down.
    pub(crate) next_seq: u64,
    /// This account's clock is ahead of the root's clock by this many milliseconds.
    #[serde(default)]
    pub(crate) offset_ms: i64,
    /// `message_template_namespace`.
    pub(crate) namespace: String,
    /// What `configure` set.
    #[serde(default)]
    pub(crate) config: Config,
    /// Names of deleted approved templates.
    #[serde(default)]
    pub(crate) locks: Vec<NameLock>,
    /// When templates were created in the last hour.
    #[serde(default)]
    pub(crate) creations: Vec<Timestamp>,
    /// Oldest first. Written apart from the rest of the document, see `store`.
    #[serde(skip)]
    pub(crate) templates: Vec<Arc<Template>>,
}

/// An approved template of this name and language was deleted.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct NameLock {
    /// Template name.
    pub(crate) name: String,
    /// Template language.
    pub(crate) language: String,
    /// From when on the name is free again.
    pub(crate) until: Timestamp,
}

/// One template: the node as GET shows it, and what the sandbox has to remember about it.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Template {
    /// Place in the account.
    pub(crate) seq: u64,
    /// All fields of the node, also those that are shown on request only.
    pub(crate) node: Map<String, Value>,
    /// Put in by `seed`: shown as it came, nothing added or left out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) seeded: bool,
    /// What a seed looked like in an API that does not show nodes; shown so, with today's status and category, until it
    /// is edited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) verbatim: Option<Map<String, Value>>,
    /// Edits made while the template was APPROVED, which count against the budget.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) edits: Vec<Timestamp>,
    /// Changes of the maximum price alone, which have a budget of their own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) prices: Vec<Timestamp>,
    /// When the review ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) review_at: Option<Timestamp>,
    /// How often it was paused for quality.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) pauses: u32,
    /// When a pause ends by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) paused_until: Option<Timestamp>,
    /// When the announced category takes effect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) moves_at: Option<Timestamp>,
    /// When it was archived, and the status that unarchiving brings back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) archived: Option<Archived>,
    /// Its line in the document, made once.
    #[serde(skip)]
    pub(crate) line: OnceLock<String>,
}

/// An archived template's past.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Archived {
    /// When.
    pub(crate) at: Timestamp,
    /// Status before.
    pub(crate) from: String,
}

fn is_zero(n: &u32) -> bool {
    *n == 0
}

impl Clone for Template {
    /// A copy is made to be changed, so the written line does not come along.
    fn clone(&self) -> Self {
        Self {
            seq: self.seq,
            node: self.node.clone(),
            seeded: self.seeded,
            verbatim: self.verbatim.clone(),
            edits: self.edits.clone(),
            prices: self.prices.clone(),
            review_at: self.review_at,
            pauses: self.pauses,
            paused_until: self.paused_until,
            moves_at: self.moves_at,
            archived: self.archived.clone(),
            line: OnceLock::new(),
        }
    }
}

impl Template {
    /// A text field of the node; empty when absent.
    pub(crate) fn text(&self, field: &str) -> &str {
        self.node.get(field).and_then(Value::as_str).unwrap_or_default()
    }

    /// Template id.
    pub(crate) fn id(&self) -> &str {
        self.text("id")
    }

    /// Template name.
    pub(crate) fn name(&self) -> &str {
        self.text("name")
    }

    /// Template language.
    pub(crate) fn language(&self) -> &str {
        self.text("language")
    }

    /// Status, upper case.
    pub(crate) fn status(&self) -> &str {
        self.text("status")
    }

    /// Category, upper case.
    pub(crate) fn category(&self) -> &str {
        self.text("category")
    }

    /// Whether the provider made it by itself (Meta direct-send pages, 2026-07-31).
    pub(crate) fn is_auto_generated(&self) -> bool {
        self.text("source").eq_ignore_ascii_case("auto_generated")
    }

    /// Sets a field of the node, keeping its place.
    pub(crate) fn set(&mut self, field: &str, value: impl Into<Value>) {
        self.node.insert(field.to_owned(), value.into());
    }

    /// `name/language`, as the request log names a template.
    pub(crate) fn key(&self) -> String {
        format!("{}/{}", self.name(), self.language())
    }
}

impl Account {
    /// An empty account.
    pub(crate) fn new(waba: &str) -> Self {
        Self {
            waba: waba.to_owned(),
            next_seq: 1,
            offset_ms: 0,
            namespace: namespace_of(waba),
            config: Config::default(),
            locks: Vec::new(),
            creations: Vec::new(),
            templates: Vec::new(),
        }
    }

    /// Where the template of this id is.
    pub(crate) fn position(&self, id: &str) -> Option<usize> {
        self.templates.iter().position(|t| t.id() == id)
    }

    /// The template of this id.
    pub(crate) fn by_id(&self, id: &str) -> Option<&Arc<Template>> {
        self.templates.iter().find(|t| t.id() == id)
    }

    /// The template at a position, to be changed.
    pub(crate) fn at_mut(&mut self, position: usize) -> &mut Template {
        let template = Arc::make_mut(&mut self.templates[position]);
        template.line = OnceLock::new();
        template
    }

    /// Positions of all languages of a name, or of one language of it.
    pub(crate) fn positions(&self, name: &str, language: Option<&str>) -> Vec<usize> {
        self.templates
            .iter()
            .enumerate()
            .filter(|(_, t)| t.name() == name && language.is_none_or(|l| t.language() == l))
            .map(|(i, _)| i)
            .collect()
    }

    /// Ids of all languages of a name.
    pub(crate) fn ids_of(&self, name: &str) -> Vec<String> {
        self.positions(name, None).into_iter().map(|at| self.templates[at].id().to_owned()).collect()
    }

    /// Adds a template and gives it its number.
    pub(crate) fn push(&mut self, mut template: Template) {
        template.seq = self.next_seq;
        self.next_seq = self.next_seq.saturating_add(1);
        self.templates.push(Arc::new(template));
    }

    /// Removes templates and locks the names of approved ones for 30 days, also of those that are paused or archived.
    pub(crate) fn remove(&mut self, ids: &[String], now: Timestamp) {
        for id in ids {
            let Some(position) = self.position(id) else {
                continue;
            };
            let gone = self.templates.remove(position);
            if locks_its_name(gone.status()) {
                self.locks.push(NameLock {
                    name: gone.name().to_owned(),
                    language: gone.language().to_owned(),
                    until: plus(now, NAME_LOCK),
                });
            }
        }
    }

    /// Whether the name is being deleted: this language of it, or all of it when no language is left.
    pub(crate) fn locked(&self, name: &str, language: &str, now: Timestamp) -> bool {
        let last_gone = !self.templates.iter().any(|t| t.name() == name);
        self.locks.iter().any(|l| l.name == name && l.until > now && (last_gone || l.language == language))
    }
}

/// Whether the deletion of a template in that status locks its name. The page speaks of approved templates (2026-09-11); a
/// paused one is approved and only not sent, an archived one may be: nobody says otherwise, so they count as approved.
fn locks_its_name(status: &str) -> bool {
    matches!(status, "APPROVED" | "PAUSED" | "ARCHIVED")
}

/// A new template id: 16 random digits, so many that two never meet.
pub(crate) fn fresh_id() -> String {
    fastrand::u64(1_000_000_000_000_000..10_000_000_000_000_000).to_string()
}

/// `at + by`, or the far end of time.
pub(crate) fn plus(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}

/// `at - by`, or the far beginning of time.
pub(crate) fn minus(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_sub(by).unwrap_or(Timestamp::MIN)
}

/// A stable namespace for an account, in the form `xxxxxxxx_xxxx_xxxx_xxxx_xxxxxxxxxxxx`.
fn namespace_of(waba: &str) -> String {
    use sha2::{Digest, Sha256};
    let digest = Sha256::digest(waba.as_bytes());
    let hex: String = digest.iter().map(|b| format!("{b:02x}")).collect();
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..32]].join("_")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn template(name: &str, language: &str, status: &str) -> Template {
        let node = json!({"name": name, "language": language, "status": status, "id": format!("{name}{language}")});
        Template { node: node.as_object().cloned().unwrap_or_default(), ..Template::default() }
    }

    #[test]
    fn an_approved_deletion_locks_its_language_and_the_last_one_the_name() {
        let now: Timestamp = "2026-03-01T00:00:00Z".parse().unwrap();
        let mut account = Account::new("1");
        account.push(template("ride", "en", "APPROVED"));
        account.push(template("ride", "de", "REJECTED"));
        account.remove(&["rideen".into()], now);
        assert!(account.locked("ride", "en", now));
        assert!(!account.locked("ride", "fr", now));
        account.remove(&["ridede".into()], now);
        assert!(account.locked("ride", "fr", now));
        assert!(!account.locked("ride", "en", plus(now, NAME_LOCK)));
    }

    #[test]
    fn namespaces_are_stable_and_differ() {
        assert_eq!(namespace_of("1"), namespace_of("1"));
        assert_ne!(namespace_of("1"), namespace_of("2"));
        assert_eq!(namespace_of("1").len(), 36);
    }
}
