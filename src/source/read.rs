//! Reading typed values out of the tree: the type comes from the field that is read, never from YAML.
//!
//! Every function adds what it finds wrong to `faults` and returns what it could read; nothing stops at the first fault.

use std::sync::Arc;

use crate::{
    diagnostic::{Diagnostic, did_you_mean},
    source::tree::{Entry, Node, Value},
};

/// Unknown keys of a mapping that are held against the known ones.
pub(super) const MOST_SUGGESTIONS: usize = 20;

/// A mapping whose keys are taken one by one; [`Map::finish`] reports the keys that nobody asked for.
#[derive(Debug)]
pub struct Map<'n> {
    entries: &'n [Entry],
    asked: Vec<&'static str>,
}

impl<'n> Map<'n> {
    /// The mapping of a node, or a fault that says what is there instead.
    pub fn of(node: &'n Node, what: &str, faults: &mut Vec<Diagnostic>) -> Option<Self> {
        match &node.value {
            Value::Mapping(entries) => Some(Self { entries, asked: Vec::new() }),
            _ => {
                faults.push(expected(node, what, "a mapping"));
                None
            }
        }
    }

    /// Whether a key is written, without taking it.
    #[must_use]
    pub fn contains(&self, key: &str) -> bool {
        self.entries.iter().any(|entry| entry.key == key)
    }

    /// The entry of a key, `null` included.
    pub fn take(&mut self, key: &'static str) -> Option<&'n Entry> {
        self.asked.push(key);
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// The value of a key that must be there.
    pub fn require(
        &mut self,
        key: &'static str,
        owner: &Node,
        what: &str,
        faults: &mut Vec<Diagnostic>,
    ) -> Option<&'n Arc<Node>> {
        let found = self.take(key);
        if found.is_none() {
            let near = self.entries.iter().find(|entry| did_you_mean(&entry.key, [key]).is_some());
            let mut fault = Diagnostic::error("LP003", owner.span, format!("{what} needs `{key}`"));
            fault = match near {
                Some(near) => fault.related(near.key_span, format!("is this meant to be `{key}`?")),
                None => fault.help(advice(key)),
            };
            faults.push(fault);
        }
        found.map(|entry| &entry.value)
    }

    /// Reports unknown keys with a suggestion; keys that begin with `x-` are free.
    pub fn finish(self, what: &str, faults: &mut Vec<Diagnostic>) {
        let unknown = |entry: &&Entry| !self.asked.contains(&entry.key.as_str()) && !entry.key.starts_with("x-");
        for (at, entry) in self.entries.iter().filter(unknown).enumerate() {
            let message = format!("{what} has no key `{}`", entry.key);
            // Of more than these no slip is the cause, and each takes a while.
            let near = if at < MOST_SUGGESTIONS { did_you_mean(&entry.key, self.asked.iter().copied()) } else { None };
            let help = near.unwrap_or_else(|| format!("known keys: {}", self.asked.join(", ")));
            faults.push(Diagnostic::error("LP004", entry.key_span, message).help(help));
        }
    }
}

/// What to write under a key that is missing.
fn advice(key: &str) -> String {
    match key {
        "version" => "write `version: 1`".to_owned(),
        "workspace" => "give it a name: `workspace: NAME`; what it creates belongs to that name".to_owned(),
        "accounts" => "name the accounts: `accounts: {NAME: {…}}`".to_owned(),
        "provider" => "write `provider: meta`; the others are infobip, 360dialog and vonage".to_owned(),
        "waba_id" => "the id of the WhatsApp Business Account, in quotes; any digits for a sandbox".to_owned(),
        "token" | "api_key" | "private_key" => {
            format!("write where it comes from: `{key}: {{env: NAME}}`; or make it a practice account: `sandbox: true`")
        }
        "application_id" => {
            "the id of the application that the WABA is linked to, as Vonage's dashboard shows it: a UUID".to_owned()
        }
        "sender" => "the number that the templates belong to, in quotes: `sender: \"447796344125\"`".to_owned(),
        "base_url" => "the account's own address: `base_url: https://xyz.api.infobip.com`".to_owned(),
        "waba_account_id" => {
            "360dialog's id of the WABA, as the hub and every template of the list show it: the ledger goes \
                              by it, and a key of another WABA is refused"
                .to_owned()
        }
        _ => format!("write `{key}: …`"),
    }
}

/// "… must be …, this is …".
#[must_use]
pub fn expected(node: &Node, what: &str, wanted: &str) -> Diagnostic {
    if matches!(node.value, Value::Empty) {
        let fault = Diagnostic::error("LP005", node.span, format!("{what} is empty"));
        return fault.help("write a value; leave the key out to inherit; write `null` to remove it");
    }
    let fault = Diagnostic::error("LP006", node.span, format!("{what} must be {wanted}, this is {}", node.kind()));
    match &node.value {
        // `text: {{1}}` alone is a flow mapping to YAML.
        Value::Mapping(_) if wanted.contains("text") => {
            fault.help("a text that begins with {{…}} must be quoted or written as a block with |")
        }
        _ if wanted == "true or false" => fault.help("write `true` or `false`"),
        _ if wanted == "a mapping" => fault.help("write `key: value`, one per line, further in than its own key"),
        _ if wanted == "a list" => fault.help("write `[…]`, or one item per line behind `- `"),
        _ => fault,
    }
}

/// A text as written. The final line break of a block is dropped unless it was kept with `|+`.
pub fn text(node: &Node, what: &str, faults: &mut Vec<Diagnostic>) -> Option<String> {
    match &node.value {
        Value::Scalar(_) if node.is_null() => {
            faults.push(Diagnostic::error("LP006", node.span, format!("{what} must be a text, this is null")));
            None
        }
        Value::Scalar(scalar) if scalar.literal && !scalar.keep => {
            Some(scalar.text.strip_suffix('\n').unwrap_or(&scalar.text).to_owned())
        }
        Value::Scalar(scalar) => Some(scalar.text.clone()),
        _ => {
            faults.push(expected(node, what, "a text"));
            None
        }
    }
}

/// `true` or `false`.
pub fn boolean(node: &Node, what: &str, faults: &mut Vec<Diagnostic>) -> Option<bool> {
    match &node.value {
        Value::Scalar(scalar) if scalar.text.eq_ignore_ascii_case("true") => Some(true),
        Value::Scalar(scalar) if scalar.text.eq_ignore_ascii_case("false") => Some(false),
        _ => {
            faults.push(expected(node, what, "true or false"));
            None
        }
    }
}

/// A whole number.
pub fn integer(node: &Node, what: &str, faults: &mut Vec<Diagnostic>) -> Option<i64> {
    let parsed = match &node.value {
        Value::Scalar(scalar) => scalar.text.parse::<i64>().ok(),
        _ => None,
    };
    if parsed.is_none() {
        faults.push(expected(node, what, "a whole number"));
    }
    parsed
}

/// A list.
pub fn list<'n>(node: &'n Node, what: &str, faults: &mut Vec<Diagnostic>) -> Option<&'n [Arc<Node>]> {
    match &node.value {
        Value::Sequence(items) => Some(items),
        _ => {
            faults.push(expected(node, what, "a list"));
            None
        }
    }
}

/// A list of texts; a single text is a list of one.
pub fn texts(node: &Node, what: &str, faults: &mut Vec<Diagnostic>) -> Vec<(String, crate::diagnostic::Span)> {
    match &node.value {
        Value::Sequence(items) => {
            items.iter().filter_map(|item| text(item, what, faults).map(|text| (text, item.span))).collect()
        }
        _ => text(node, what, faults).map(|text| (text, node.span)).into_iter().collect(),
    }
}
