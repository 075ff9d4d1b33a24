//! Failures on command: `<root>/faults.json`, consumed as requests meet them.
//!
//! ```json
//! [{"operation": "create", "template": "tour", "skip": 1, "times": 2, "effect": {"slow": {"millis": 500}}},
//!  {"effect": "lost_answer", "times": 1}]
//! ```
//!
//! Must not know how an effect is carried out; the server does that.

use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    error::SandboxError,
    files::{lock, read_json, remove_file, write_json},
    operation::Operation,
};

/// A failure, and the requests that meet it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fault {
    /// Only requests to this API, as the request log names it; `None` is any.
    #[serde(default)]
    pub dialect: Option<String>,
    /// Only requests of this kind; `None` is any.
    #[serde(default)]
    pub operation: Option<Operation>,
    /// Only requests that concern a template of this name; `None` is any.
    #[serde(default)]
    pub template: Option<String>,
    /// So many matching requests pass before it.
    #[serde(default)]
    pub skip: u32,
    /// So many matching requests meet it; `None` is all.
    #[serde(default)]
    pub times: Option<u32>,
    /// What happens to them.
    pub effect: Effect,
}

/// What happens to a request that meets a fault.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// This status and this body are answered, and nothing is done.
    Http {
        /// HTTP status.
        status: u16,
        /// The whole body.
        body: Value,
    },
    /// An error of the provider is answered, and nothing is done.
    Error {
        /// HTTP status.
        status: u16,
        /// `error.code`.
        code: i64,
        /// `error.error_subcode`.
        #[serde(default)]
        subcode: Option<i64>,
        /// `error.message`.
        message: String,
        /// `error.is_transient`.
        #[serde(default)]
        transient: bool,
    },
    /// Nothing is done and nothing is ever answered.
    Timeout,
    /// The work is done, and the connection closes without an answer.
    LostAnswer,
    /// Nothing is done, and a page that is not JSON is answered with HTTP 200.
    Garbage,
    /// The work is done, and the answer comes late.
    Slow {
        /// By so many milliseconds of real time.
        millis: u64,
    },
    /// The work is done, and the answer ends in its middle.
    Truncated,
    /// The work is done, and `paging.next` points to another host.
    ForeignNext {
        /// Scheme and authority, e.g. `https://elsewhere.example`.
        origin: String,
    },
    /// HTTP 429 with `Retry-After`, and nothing is done.
    RateLimited {
        /// Seconds.
        retry_after: u64,
    },
}

impl Fault {
    /// A fault that every request meets, once.
    #[must_use]
    pub fn new(effect: Effect) -> Self {
        Self { dialect: None, operation: None, template: None, skip: 0, times: Some(1), effect }
    }

    /// Only for requests of this kind.
    #[must_use]
    pub fn on(mut self, operation: Operation) -> Self {
        self.operation = Some(operation);
        self
    }

    /// Only for requests that concern a template of this name.
    #[must_use]
    pub fn template(mut self, name: &str) -> Self {
        self.template = Some(name.to_owned());
        self
    }

    /// Lets so many matching requests pass first.
    #[must_use]
    pub fn skip(mut self, requests: u32) -> Self {
        self.skip = requests;
        self
    }

    /// For so many matching requests.
    #[must_use]
    pub fn times(mut self, requests: u32) -> Self {
        self.times = Some(requests);
        self
    }

    /// For all matching requests from then on.
    #[must_use]
    pub fn always(mut self) -> Self {
        self.times = None;
        self
    }

    fn matches(&self, dialect: &str, operation: Operation, template: Option<&str>) -> bool {
        self.dialect.as_deref().is_none_or(|wanted| wanted == dialect)
            && self.operation.is_none_or(|o| o == operation)
            && self.template.as_deref().is_none_or(|wanted| template.is_some_and(|t| names(t, wanted)))
    }
}

/// Whether `name/language` or `name` is of this name.
fn names(template: &str, wanted: &str) -> bool {
    template.split('/').next() == Some(wanted)
}

fn file(root: &Utf8Path) -> Utf8PathBuf {
    root.join("faults.json")
}

/// Replaces all faults.
pub(crate) fn set(root: &Utf8Path, faults: &[Fault]) -> Result<(), SandboxError> {
    let _lock = lock(&root.join("faults.lock"))?;
    if faults.is_empty() {
        return remove_file(&file(root));
    }
    write_json(&file(root), &faults)
}

/// The fault that a request meets, taken off the list.
pub(crate) fn take(
    root: &Utf8Path,
    dialect: &str,
    operation: Operation,
    template: Option<&str>,
) -> Result<Option<Effect>, SandboxError> {
    if !file(root).exists() {
        return Ok(None);
    }
    let _lock = lock(&root.join("faults.lock"))?;
    let mut faults: Vec<Fault> = read_json(&file(root))?.unwrap_or_default();
    let (met, changed) = meet(&mut faults, dialect, operation, template);
    if changed {
        write_json(&file(root), &faults)?;
    }
    Ok(met)
}

/// Every matching fault counts the request; the first that is not waiting any more takes effect.
fn meet(
    faults: &mut Vec<Fault>,
    dialect: &str,
    operation: Operation,
    template: Option<&str>,
) -> (Option<Effect>, bool) {
    let mut met = None;
    let mut changed = false;
    for fault in faults.iter_mut() {
        if !fault.matches(dialect, operation, template) {
            continue;
        }
        if fault.skip > 0 {
            fault.skip = fault.skip.saturating_sub(1);
            changed = true;
        } else if met.is_none() && fault.times != Some(0) {
            if let Some(times) = &mut fault.times {
                *times = times.saturating_sub(1);
                changed = true;
            }
            met = Some(fault.effect.clone());
        }
    }
    faults.retain(|f| f.times != Some(0));
    (met, changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_wait_take_effect_and_end() {
        let mut faults = vec![Fault::new(Effect::Timeout).on(Operation::Create).skip(1).times(2)];
        let mut met = |operation| meet(&mut faults, "meta", operation, None).0.is_some();
        assert!(!met(Operation::List));
        let seen: Vec<bool> = (0..4).map(|_| met(Operation::Create)).collect();
        assert_eq!(seen, [false, true, true, false]);
        assert!(faults.is_empty());
    }

    #[test]
    fn faults_pick_a_template_by_its_whole_name() {
        let mut faults = vec![Fault::new(Effect::Garbage).template("tour").always()];
        let mut met = |template| meet(&mut faults, "meta", Operation::Edit, template).0.is_some();
        assert!(met(Some("tour/en")));
        assert!(met(Some("tour")));
        assert!(!met(Some("tour_2/en")));
        assert!(!met(None));
    }

    #[test]
    fn faults_survive_their_file_form() {
        let fault = Fault::new(Effect::ForeignNext { origin: "https://elsewhere.example".into() });
        let text = serde_json::to_string(&fault).unwrap();
        assert_eq!(serde_json::from_str::<Fault>(&text).unwrap(), fault);
        let file = r#"[{"operation": "create", "template": "tour", "skip": 1, "times": 2,
            "effect": {"slow": {"millis": 500}}}, {"effect": "lost_answer", "times": 1}]"#;
        assert_eq!(serde_json::from_str::<Vec<Fault>>(file).unwrap().len(), 2);
        let short: Fault = serde_json::from_str(r#"{"effect":"timeout"}"#).unwrap();
        assert_eq!(short.times, None);
    }
}
