//! The sender contract: what code that sends a template must know of it, and what breaks when it changes.
//!
//! Samples, wording, labels and static URLs are no part of it.

use std::{collections::BTreeMap, fmt};

use serde::Serialize;
use serde_json::{Value, json};

use super::{
    Body, Button, ButtonKind, Content, Header, HeaderKind, OtpType, ParameterFormat, normal::NormalForm, placeholder,
};

/// One part of the contract that an edit changes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ContractChange {
    /// `header`, `body`, `buttons[1]`, `carousel.cards[0].body`.
    pub part: String,
    /// `parameter_count`, `parameters`, `parameter_order`, `parameter_format`, `header_kind`, `button`, `cards`.
    pub kind: String,
    /// Before.
    pub before: Value,
    /// After.
    pub after: Value,
}

/// What must change with an edit, for people.
#[must_use]
pub fn sentence(breaks: &[ContractChange]) -> String {
    let parts: Vec<String> = breaks.iter().map(ToString::to_string).collect();
    format!("code that sends it must change with it: {}", parts.join("; "))
}

impl fmt::Display for ContractChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |value: &Value| match value {
            Value::Null => "none".to_owned(),
            Value::String(text) => text.clone(),
            Value::Array(items) => {
                let items: Vec<String> =
                    items.iter().map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned)).collect();
                items.join(", ")
            }
            other => other.to_string(),
        };
        let (kind, before, after) = (self.kind.replace('_', " "), shown(&self.before), shown(&self.after));
        write!(f, "{} {kind}: {before} → {after}", self.part)
    }
}

/// Numbered parameters that changed places: the same samples stand at other numbers. Senders pass values by place, and
/// neither the texts nor their counts show it, because what is written by name is sent by number.
#[must_use]
pub fn reordered(before: &NormalForm, after: &NormalForm) -> Vec<ContractChange> {
    let (before, after) = (by_place(before), by_place(after));
    let moved = after.into_iter().filter_map(|(part, after)| {
        let before = before.get(part)?.clone();
        let sorted = |places: &BTreeMap<u32, &Value>| {
            let mut values: Vec<String> = places.values().map(ToString::to_string).collect();
            values.sort_unstable();
            values
        };
        let moved = before != after && before.keys().eq(after.keys()) && sorted(&before) == sorted(&after);
        moved.then(|| ContractChange {
            part: part.to_owned(),
            kind: "parameter_order".to_owned(),
            before: json!(before.values().collect::<Vec<_>>()),
            after: json!(after.values().collect::<Vec<_>>()),
        })
    });
    moved.collect()
}

/// Samples of numbered parameters, by part and number.
fn by_place(form: &NormalForm) -> BTreeMap<&str, BTreeMap<u32, &Value>> {
    let mut out: BTreeMap<&str, BTreeMap<u32, &Value>> = BTreeMap::new();
    for (path, sample) in &form.samples {
        let place = path.split_once(".samples.").and_then(|(part, number)| Some((part, number.parse().ok()?)));
        if let Some((part, number)) = place {
            out.entry(part).or_default().insert(number, sample);
        }
    }
    out
}

/// What a sender relies on: for each part, the facts by kind.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Contract {
    facts: BTreeMap<(String, &'static str), Value>,
    /// Whether the parts are the library's and not known here.
    from_library: bool,
}

impl Contract {
    /// The contract of some content.
    #[must_use]
    pub fn of(content: &Content) -> Self {
        let mut contract = Self { from_library: content.is_library_clone(), ..Self::default() };
        let named = content.parameter_format == ParameterFormat::Named;
        contract.header(content.header.as_ref(), "header", named);
        contract.body(content.body.as_ref(), "body", named);
        contract.buttons(&content.buttons, "buttons");
        if let Some(carousel) = &content.carousel {
            contract.add("carousel", "cards", json!(carousel.cards.len()));
            for (at, card) in carousel.cards.iter().enumerate() {
                let path = format!("carousel.cards[{at}]");
                contract.header(card.header.as_ref(), &format!("{path}.header"), named);
                contract.body(card.body.as_ref(), &format!("{path}.body"), named);
                contract.buttons(&card.buttons, &format!("{path}.buttons"));
            }
        }
        if let Some(offer) = &content.limited_time_offer {
            contract.add("limited_time_offer", "expiration", json!(offer.has_expiration.unwrap_or(false)));
        }
        if contract.facts.keys().any(|(_, kind)| *kind == "parameter_count") {
            contract.add("template", "parameter_format", json!(content.parameter_format));
        }
        contract
    }

    /// What a sender that follows this contract would do wrong under `after`. Parts that one side leaves to the library are
    /// not known to differ.
    #[must_use]
    pub fn broken_by(&self, after: &Self) -> Vec<ContractChange> {
        if self.from_library || after.from_library {
            return Vec::new();
        }
        let keys: std::collections::BTreeSet<_> = self.facts.keys().chain(after.facts.keys()).collect();
        keys.into_iter()
            .filter(|key| self.facts.get(*key) != after.facts.get(*key))
            // What senders may pass but need not: a new one breaks nobody.
            .filter(|key| self.facts.contains_key(*key) || !after.facts.get(*key).is_some_and(is_optional))
            .map(|key| ContractChange {
                part: key.0.clone(),
                kind: key.1.to_owned(),
                before: self.facts.get(key).cloned().unwrap_or(Value::Null),
                after: after.facts.get(key).cloned().unwrap_or(Value::Null),
            })
            .collect()
    }

    fn add(&mut self, part: &str, kind: &'static str, value: Value) {
        self.facts.insert((part.to_owned(), kind), value);
    }

    fn parameters(&mut self, part: &str, text: &str, named: bool) {
        let mut names: Vec<String> = placeholder::parameters(text).iter().map(ToString::to_string).collect();
        if names.is_empty() {
            return;
        }
        self.add(part, "parameter_count", json!(names.len()));
        if named {
            // Named parameters are sent by name: their order in the text is wording.
            names.sort_unstable();
            self.add(part, "parameters", json!(names));
        }
    }

    fn header(&mut self, header: Option<&Header>, part: &str, named: bool) {
        match header.map(|header| &header.kind) {
            // A fixed text is nothing that senders pass.
            None => {}
            Some(HeaderKind::Text { text, .. }) => self.parameters(part, text, named),
            Some(HeaderKind::Media { format, .. }) => self.add(part, "header_kind", json!(format.as_str())),
            Some(HeaderKind::Location) => self.add(part, "header_kind", json!("LOCATION")),
            Some(HeaderKind::Product) => self.add(part, "header_kind", json!("PRODUCT")),
            Some(HeaderKind::Unmodelled { format }) => self.add(part, "header_kind", json!(format)),
        }
    }

    fn body(&mut self, body: Option<&Body>, part: &str, named: bool) {
        match body {
            None => {}
            Some(Body::Text { text, .. }) => self.parameters(part, text, named),
            Some(Body::Authentication { .. }) => self.add(part, "parameter_count", json!(1)),
        }
    }

    /// Senders address buttons by index and pass something to dynamic ones.
    fn buttons(&mut self, buttons: &[Button], part: &str) {
        for (at, button) in buttons.iter().enumerate() {
            let passes = match &button.kind {
                ButtonKind::Url { url, .. } if placeholder::parameters(url).is_empty() => None,
                ButtonKind::Url { .. } => Some("url suffix"),
                ButtonKind::QuickReply { .. } => Some("quick reply payload"),
                ButtonKind::CopyCode { .. } => Some("coupon code"),
                ButtonKind::Otp(otp) if otp.otp_type == OtpType::ZeroTap => Some("one-time code, zero tap"),
                ButtonKind::Otp(_) => Some("one-time code"),
                ButtonKind::Flow { .. } => Some("flow"),
                ButtonKind::Catalog => Some("catalogue"),
                ButtonKind::Mpm => Some("products"),
                ButtonKind::Spm => Some("product"),
                ButtonKind::OrderDetails { .. } => Some("order"),
                ButtonKind::PhoneNumber { .. } | ButtonKind::VoiceCall { .. } | ButtonKind::RequestContactInfo => None,
                ButtonKind::Unmodelled { name } => Some(name.as_str()),
            };
            if let Some(passes) = passes {
                self.add(&format!("{part}[{at}]"), "button", json!(passes));
            }
        }
    }
}

/// Quick replies and catalogues work without anything being passed.
fn is_optional(passes: &Value) -> bool {
    matches!(passes.as_str(), Some("quick reply payload" | "catalogue"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::Samples;

    fn body(text: &str) -> Content {
        let body = Body::Text { text: text.into(), samples: Samples::default(), extra: Default::default() };
        Content { body: Some(body), ..Content::default() }
    }

    #[test]
    fn what_a_clone_leaves_to_the_library_is_not_none() {
        let clone = Content { library_template_name: Some("delivery_update_1".into()), ..Content::default() };
        let shown =
            Content { library_template_name: clone.library_template_name.clone(), ..body("Hi {{1}}, it comes {{2}}") };
        assert_eq!(Contract::of(&shown).broken_by(&Contract::of(&clone)), []);
        assert_eq!(Contract::of(&clone).broken_by(&Contract::of(&shown)), []);
        assert_ne!(Contract::of(&shown).broken_by(&Contract::of(&body("Hi {{1}}, it comes"))), []);
    }

    #[test]
    fn wording_breaks_nobody_and_parameters_do() {
        let before = Contract::of(&body("Hi {{1}}, your bell is ready"));
        assert_eq!(before.broken_by(&Contract::of(&body("Hello {{1}}, the bell is ready"))), []);
        let breaks = before.broken_by(&Contract::of(&body("Hi {{1}}, your {{2}} is ready")));
        assert_eq!((breaks[0].part.as_str(), breaks[0].kind.as_str()), ("body", "parameter_count"));
        assert_eq!((&breaks[0].before, &breaks[0].after), (&json!(1), &json!(2)));
    }
}
