//! The normal form: the one shape into which desired, live and applied content are brought before they are compared.
//!
//! What a provider shows differently than it was sent (facts of Meta: read-back differences, 2026-11) is made equal here
//! and only here; everything else stays a difference. Samples are kept beside the form, because whether they count is
//! policy. Paths name fields as [`Content`] serialises: `body.text`, `buttons[0].url`, `carousel.cards[1].header.sample`.

mod flatten;
mod path;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::Content;
pub use path::{at, put};

/// Version of the normal form. It changes whenever equal content could get another fingerprint.
pub const VERSION: u32 = 1;

/// Content in normal form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NormalForm {
    /// Version of the form.
    pub version: u32,
    /// Content without samples, canonical JSON.
    #[serde(deserialize_with = "current_names")]
    pub form: Value,
    /// Samples by path.
    pub samples: BTreeMap<String, Value>,
}

/// Whether samples take part in a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Content alone.
    Content,
    /// Content and samples.
    WithSamples,
}

/// What remains of a shown form when it is looked at through a reference: see [`NormalForm::seen_by`].
#[derive(Debug, Clone, PartialEq)]
pub struct Projection {
    /// The form, fit for comparison with the reference.
    pub normal: NormalForm,
    /// Paths whose value had to be taken from the reference itself, because nothing else knows it.
    pub assumed: BTreeSet<String>,
}

/// Fields that the provider fills in by itself: where the reference does not declare them, what is shown says nothing.
/// `[]` stands for any index.
const COMPUTED: &[&str] =
    &["sub_category", "is_primary_device_delivery_only", "disable_ios_autofill", "buttons[].navigate_screen"];

/// Switches whose absence means `false`, on both sides.
const SWITCHES: &[&str] = &[
    "cta_url_link_tracking_opted_out",
    "is_primary_device_delivery_only",
    "disable_ios_autofill",
    "buttons[].zero_tap_terms_accepted",
];

/// Labels that the provider fills in for one-time-code buttons, in the template's language.
const OTP_LABELS: &[&str] = &["text", "autofill_text"];

/// Path of the time to live.
pub const TTL: &str = "message_send_ttl_seconds";

/// Names what a template was cloned from in the library; shown for as long as it lives.
const CLONED_FROM: &str = "library_template_name";

/// What a library clone gets from the library.
const LIBRARY_PARTS: &[&str] = &["parameter_format", "header", "body", "footer", "buttons"];

impl NormalForm {
    /// The normal form of some content.
    #[must_use]
    pub fn of(content: &Content) -> Self {
        let (form, samples) = flatten::split(content);
        Self { version: VERSION, form, samples }
    }

    /// The form of a template that does not exist.
    #[must_use]
    pub fn nothing() -> Self {
        Self { version: VERSION, form: Value::Object(serde_json::Map::new()), samples: BTreeMap::new() }
    }

    /// `n<version>:sha256:…` of the canonical JSON.
    #[must_use]
    pub fn fingerprint(&self, scope: Scope) -> String {
        let mut hash = Sha256::new();
        hash.update(canonical(&self.form));
        if scope == Scope::WithSamples {
            let samples: serde_json::Map<String, Value> =
                self.samples.iter().map(|(path, value)| (path.clone(), value.clone())).collect();
            hash.update([0]);
            hash.update(canonical(&Value::Object(samples)));
        }
        format!("n{}:sha256:{}", self.version, hex(&hash.finalize()))
    }

    /// Takes the time to live over from another form: for one that the provider cleared.
    pub fn take_ttl(&mut self, from: &Self) {
        put(&mut self.form, TTL, at(&from.form, TTL).cloned());
    }

    /// This form, shown by an account, as far as it can be held against `reference`.
    ///
    /// A path that the account does not show is taken from `remembered` (what was last applied); without that from the
    /// reference, which [`Projection::assumed`] reports. A list there may be shown in part. Fields that the provider fills in count only where the reference
    /// or what is remembered declares them.
    #[must_use]
    pub fn seen_by(&self, reference: &Self, unreadable: &BTreeSet<String>, remembered: Option<&Self>) -> Projection {
        let mut seen = Projection { normal: self.clone(), assumed: BTreeSet::new() };
        for path in unreadable {
            seen.take_over(path, reference, remembered);
        }
        seen.take_over_flows(reference, remembered);
        seen.level_switches(reference);
        seen.forget_computed(reference, remembered);
        seen
    }
}

impl Projection {
    fn take_over(&mut self, path: &str, reference: &NormalForm, remembered: Option<&NormalForm>) {
        let source = remembered.unwrap_or(reference);
        if self.shows_more_than(source, path) {
            return;
        }
        if remembered.is_none() && (at(&reference.form, path).is_some() || reference.samples.contains_key(path)) {
            self.assumed.insert(path.to_owned());
        }
        put(&mut self.normal.form, path, at(&source.form, path).cloned());
        match source.samples.get(path) {
            Some(sample) => self.normal.samples.insert(path.to_owned(), sample.clone()),
            None => self.normal.samples.remove(path),
        };
    }

    /// Whether a list that the account may show in part has an item that the other has not: then they do differ.
    fn shows_more_than(&self, other: &NormalForm, path: &str) -> bool {
        let Some(Value::Array(shown)) = at(&self.normal.form, path) else { return false };
        let there = at(&other.form, path).and_then(Value::as_array).map_or(&[] as &[Value], Vec::as_slice);
        shown.iter().any(|item| !there.contains(item))
    }

    /// A flow that was submitted by name or definition is shown by id: the two cannot be held against each other.
    fn take_over_flows(&mut self, reference: &NormalForm, remembered: Option<&NormalForm>) {
        let count = at(&self.normal.form, "buttons").and_then(Value::as_array).map_or(0, Vec::len);
        for index in 0..count {
            let base = format!("buttons[{index}]");
            let shown_by_id = at(&self.normal.form, &format!("{base}.flow_id")).is_some();
            for field in ["flow_name", "flow_json"] {
                let path = format!("{base}.{field}");
                // What was applied by id, or had no such button, is another flow for all that is known.
                let known = remembered.is_none_or(|form| at(&form.form, &path).is_some());
                if shown_by_id && known && at(&reference.form, &path).is_some() {
                    self.take_over(&path, reference, remembered);
                    put(&mut self.normal.form, &format!("{base}.flow_id"), None);
                }
            }
        }
    }

    /// Brings a switch that one side leaves out to the other side's way of saying `false`.
    fn level_switches(&mut self, reference: &NormalForm) {
        for pattern in SWITCHES {
            for path in path::expand(&self.normal.form, pattern) {
                let off = Some(&Value::Bool(false));
                let (wanted, shown) = (at(&reference.form, &path), at(&self.normal.form, &path));
                if (wanted == off && shown.is_none()) || (wanted.is_none() && shown == off) {
                    put(&mut self.normal.form, &path, wanted.cloned());
                }
            }
        }
    }

    fn forget_computed(&mut self, reference: &NormalForm, remembered: Option<&NormalForm>) {
        // What was put there on purpose is not the provider's: that it left the reference is a change.
        let declared =
            |path: &str| [Some(reference), remembered].into_iter().flatten().any(|form| at(&form.form, path).is_some());
        for pattern in COMPUTED {
            for path in path::expand(&self.normal.form, pattern) {
                if !declared(&path) {
                    put(&mut self.normal.form, &path, None);
                }
            }
        }
        // Where a template was cloned from stays with it, whatever becomes of its content.
        if at(&reference.form, CLONED_FROM).is_none() {
            put(&mut self.normal.form, CLONED_FROM, None);
        }
        for path in path::expand(&self.normal.form, "buttons[]") {
            if at(&self.normal.form, &format!("{path}.type")).and_then(Value::as_str) != Some("OTP") {
                continue;
            }
            for label in OTP_LABELS {
                let path = format!("{path}.{label}");
                if !declared(&path) {
                    put(&mut self.normal.form, &path, None);
                }
            }
        }
        let clone = at(&reference.form, CLONED_FROM).is_some() && at(&reference.form, "body").is_none();
        if clone {
            for part in LIBRARY_PARTS {
                put(&mut self.normal.form, part, None);
                self.normal.samples.retain(|path, _| !path.starts_with(part));
            }
        }
    }
}

/// What was written down under names of before is found under those of today.
fn current_names<'d, D: serde::Deserializer<'d>>(from: D) -> Result<Value, D::Error> {
    let mut form = Value::deserialize(from)?;
    if let Some(fields) = form.as_object_mut()
        && let Some(old) = fields.remove("bid_spec")
    {
        fields.entry("optimization_spec").or_insert(old);
    }
    Ok(form)
}

/// JSON with sorted keys and no blanks: equal values give equal bytes.
#[must_use]
pub fn canonical(value: &Value) -> String {
    let mut out = String::new();
    write_canonical(value, &mut out);
    out
}

fn write_canonical(value: &Value, out: &mut String) {
    match value {
        Value::Object(map) => {
            let mut keys: Vec<_> = map.keys().collect();
            keys.sort_unstable();
            out.push('{');
            for (at, key) in keys.into_iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                out.push_str(&Value::String(key.clone()).to_string());
                out.push(':');
                write_canonical(&map[key], out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write_canonical(item, out);
            }
            out.push(']');
        }
        scalar => out.push_str(&scalar.to_string()),
    }
}

/// Lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        use std::fmt::Write as _;
        let _ = write!(out, "{byte:02x}");
        out
    })
}

#[cfg(test)]
mod tests;
