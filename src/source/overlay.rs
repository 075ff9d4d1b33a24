//! Laying one tree over another, part by part: accounts over the family, a language over that.
//!
//! A text sets `text`; a mapping sets the fields that it names; buttons and cards are laid over by position; another
//! `format` or `type` replaces the part; `null` removes; what is left out is inherited; nothing written is an error. Spans
//! survive, so a fault is shown where its text stands. Types are not checked here: that is lowering's.

use std::sync::Arc;

use super::{
    read::MOST_SUGGESTIONS,
    tree::{Entry, Node, Scalar, Value},
};
use crate::diagnostic::{Diagnostic, did_you_mean};

/// How a value is laid over another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// As a whole.
    Whole,
    /// Field by field.
    Fields,
    /// Field by field; a text is short for `{text: …}`.
    Part,
    /// A part that another `format` replaces.
    Header,
    /// A part that another `type` replaces.
    Button,
    /// By position.
    Buttons,
    /// Field by field, `cards` by position.
    Carousel,
    /// By position.
    Cards,
    /// A card: header, body and buttons.
    Card,
    /// Samples: by name.
    Parameters,
}

/// The parts of a template: what `components` stands instead of.
pub(crate) const PARTS: &[&str] =
    &["header", "body", "footer", "buttons", "carousel", "limited_time_offer", "call_permission_request"];

fn shape(key: &str) -> Shape {
    match key {
        "header" => Shape::Header,
        "body" | "footer" | "limited_time_offer" | "call_permission_request" => Shape::Part,
        "buttons" => Shape::Buttons,
        "carousel" => Shape::Carousel,
        "cards" => Shape::Cards,
        "parameters" => Shape::Parameters,
        "about" | "lifecycle" => Shape::Fields,
        _ => Shape::Whole,
    }
}

/// Lays the keys of `over` over those of `base`. Keys in `skip` are left out of the result.
#[must_use]
pub(crate) fn lay(
    base: Option<&Arc<Node>>,
    over: &Arc<Node>,
    skip: &[&str],
    faults: &mut Vec<Diagnostic>,
) -> Arc<Node> {
    let over_parts = PARTS.iter().any(|part| has(over, part));
    let over_verbatim = has(over, "components");
    if let (true, true, Some(entry)) = (over_parts, over_verbatim, over.get("components")) {
        let fault =
            Diagnostic::error("LP012", entry.key_span, "`components` stands instead of the parts, not beside them");
        faults.push(fault.help(format!("leave out `components`, or all of {}", PARTS.join(", "))));
    }
    let replaced: &[&str] = match (over_parts, over_verbatim) {
        (_, true) => PARTS,
        (true, false) => &["components"],
        (false, false) => &[],
    };
    let kept = |entry: &&Entry| !replaced.contains(&entry.key.as_str());
    let entries = base.map(|base| entries(base)).unwrap_or_default().iter().filter(kept).cloned().collect();
    fields(entries, over, skip, faults)
}

fn has(node: &Node, key: &str) -> bool {
    node.get(key).is_some_and(|entry| !entry.value.is_null())
}

fn entries(node: &Node) -> &[Entry] {
    match &node.value {
        Value::Mapping(entries) => entries,
        _ => &[],
    }
}

/// Lays a mapping's fields over others.
fn fields(mut base: Vec<Entry>, over: &Arc<Node>, skip: &[&str], faults: &mut Vec<Diagnostic>) -> Arc<Node> {
    for entry in entries(over) {
        if skip.contains(&entry.key.as_str()) || entry.key.starts_with("x-") {
            continue;
        }
        let at = base.iter().position(|old| old.key == entry.key);
        let old = at.and_then(|at| base.get(at)).map(|old| &old.value);
        let new = one(old, &entry.value, shape(&entry.key), &entry.key, faults);
        match (at, new) {
            (Some(at), Some(value)) => base[at] = Entry { value, ..entry.clone() },
            (Some(at), None) => {
                base.remove(at);
            }
            (None, Some(value)) => base.push(Entry { value, ..entry.clone() }),
            (None, None) => {}
        }
    }
    Arc::new(Node { span: over.span, value: Value::Mapping(base) })
}

/// Lays one value over another; `None` if nothing is left.
fn one(
    base: Option<&Arc<Node>>,
    over: &Arc<Node>,
    shape: Shape,
    key: &str,
    faults: &mut Vec<Diagnostic>,
) -> Option<Arc<Node>> {
    if matches!(over.value, Value::Empty) {
        let fault = Diagnostic::error("LP005", over.span, format!("`{key}` is empty"));
        faults.push(fault.help("write a value; leave the key out to inherit; write `null` to remove it"));
        return base.cloned();
    }
    if over.is_null() {
        return None;
    }
    match shape {
        Shape::Whole => Some(Arc::clone(over)),
        Shape::Fields | Shape::Card | Shape::Carousel => mapping(base, over, None, faults),
        Shape::Part => mapping(base, &long(over), None, faults),
        Shape::Header => mapping(base, &long(over), Some("format"), faults),
        Shape::Button => mapping(base, &long(over), Some("type"), faults),
        Shape::Buttons => list(base, over, Shape::Button, "button", faults),
        Shape::Cards => list(base, over, Shape::Card, "card", faults),
        Shape::Parameters => Some(parameters(base, over)),
    }
}

/// `{text: …}` for a bare text.
fn long(node: &Arc<Node>) -> Arc<Node> {
    if !matches!(node.value, Value::Scalar(_)) {
        return Arc::clone(node);
    }
    let entry = Entry { key: "text".to_owned(), key_span: node.span, value: Arc::clone(node) };
    Arc::new(Node { span: node.span, value: Value::Mapping(vec![entry]) })
}

fn mapping(
    base: Option<&Arc<Node>>,
    over: &Arc<Node>,
    kind: Option<&str>,
    faults: &mut Vec<Diagnostic>,
) -> Option<Arc<Node>> {
    if !matches!(over.value, Value::Mapping(_)) {
        return Some(Arc::clone(over));
    }
    let old = base.map(|base| entries(base)).unwrap_or_default();
    let replaces = kind.is_some_and(|kind| {
        let word = |node: &Node| match node.get(kind).map(|entry| &entry.value.value) {
            Some(Value::Scalar(Scalar { text, .. })) => Some(text.to_ascii_uppercase()),
            _ => None,
        };
        // A header of words alone is a TEXT header.
        let implied = || (kind == "format" && base.is_some_and(|base| has(base, "text"))).then(|| "TEXT".to_owned());
        let before = base.and_then(|base| word(base)).or_else(implied);
        matches!((before, word(over)), (Some(before), Some(now)) if before != now)
    });
    Some(fields(if replaces { Vec::new() } else { old.to_vec() }, over, &[], faults))
}

fn list(
    base: Option<&Arc<Node>>,
    over: &Arc<Node>,
    shape: Shape,
    what: &str,
    faults: &mut Vec<Diagnostic>,
) -> Option<Arc<Node>> {
    let Value::Sequence(items) = &over.value else { return Some(Arc::clone(over)) };
    let old = match base.map(|base| &base.value) {
        Some(Value::Sequence(old)) => Some(old.as_slice()),
        _ => None,
    };
    if let (Some(old), Some(base)) = (old, base)
        && old.len() != items.len()
    {
        let message = format!("{} where {} inherited", count(items.len(), what), are(old.len(), what));
        let fault = Diagnostic::error("LP012", over.span, message).related(base.span, "laid over these, by position");
        faults
            .push(fault.help(format!("give one per inherited {what}: `{{}}` keeps one as it is, `null` removes one")));
        return Some(Arc::clone(base));
    }
    let item = |(at, item): (usize, &Arc<Node>)| one(old.and_then(|old| old.get(at)), item, shape, what, &mut *faults);
    let items = items.iter().enumerate().filter_map(item).collect();
    Some(Arc::new(Node { span: over.span, value: Value::Sequence(items) }))
}

fn count(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

fn are(n: usize, what: &str) -> String {
    format!("{} {}", count(n, what), if n == 1 { "is" } else { "are" })
}

/// A mapping of samples changes those that it names, in a list too; a list stands for itself.
fn parameters(base: Option<&Arc<Node>>, over: &Arc<Node>) -> Arc<Node> {
    let (Some(base), Value::Mapping(new)) = (base, &over.value) else { return Arc::clone(over) };
    let value = match &base.value {
        Value::Sequence(items) => Value::Sequence(items.iter().map(|item| sampled(item, new)).collect()),
        Value::Mapping(old) => {
            let mut all = old.clone();
            for entry in new {
                match all.iter_mut().find(|known| known.key == entry.key) {
                    Some(known) => *known = entry.clone(),
                    None => all.push(entry.clone()),
                }
            }
            Value::Mapping(all)
        }
        Value::Empty | Value::Scalar(_) => return Arc::clone(over),
    };
    Arc::new(Node { span: base.span, value })
}

/// Samples of a language laid over those of the layers before it.
pub(crate) fn parameters_over(
    base: Option<&Arc<Node>>,
    over: &Arc<Node>,
    faults: &mut Vec<Diagnostic>,
) -> Option<Arc<Node>> {
    one(base, over, Shape::Parameters, "parameters", faults)
}

/// An item of a parameter list with a new sample, if there is one for it.
fn sampled(item: &Arc<Node>, new: &[Entry]) -> Arc<Node> {
    let name = match &item.value {
        Value::Scalar(scalar) => Some(scalar.text.as_str()),
        Value::Mapping(entries) => entries.first().map(|entry| entry.key.as_str()),
        Value::Empty | Value::Sequence(_) => None,
    };
    match new.iter().find(|entry| Some(entry.key.as_str()) == name) {
        Some(entry) => Arc::new(Node { span: item.span, value: Value::Mapping(vec![entry.clone()]) }),
        None => Arc::clone(item),
    }
}

/// Reports keys that a mapping may not have; keys that begin with `x-` are free.
pub(crate) fn check_keys(
    node: &Node,
    what: &str,
    known: &[&str],
    elsewhere: &[(&str, &str)],
    faults: &mut Vec<Diagnostic>,
) {
    let unknown = |entry: &&Entry| !known.contains(&entry.key.as_str()) && !entry.key.starts_with("x-");
    for (at, entry) in entries(node).iter().filter(unknown).enumerate() {
        let key = entry.key.as_str();
        let near = || if at < MOST_SUGGESTIONS { did_you_mean(key, known.iter().copied()) } else { None };
        let help = match elsewhere.iter().find(|(word, _)| *word == key) {
            Some((_, help)) => (*help).to_owned(),
            None => near().unwrap_or_else(|| format!("known keys: {}", known.join(", "))),
        };
        faults.push(Diagnostic::error("LP004", entry.key_span, format!("{what} has no key `{key}`")).help(help));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{diagnostic::FileId, source::tree::parse};

    fn tree(text: &str) -> Arc<Node> {
        let mut faults = Vec::new();
        let found = parse(FileId(0), text, &mut faults);
        assert!(faults.is_empty(), "{faults:?}");
        found[0].clone()
    }

    fn show(node: &Node) -> String {
        match &node.value {
            Value::Empty => "EMPTY".into(),
            Value::Scalar(scalar) => scalar.text.trim().to_owned(),
            Value::Sequence(items) => format!("[{}]", items.iter().map(|i| show(i)).collect::<Vec<_>>().join(",")),
            Value::Mapping(entries) => {
                let all = entries.iter().map(|e| format!("{}:{}", e.key, show(&e.value)));
                format!("{{{}}}", all.collect::<Vec<_>>().join(","))
            }
        }
    }

    fn laid(base: &str, over: &str) -> (String, Vec<Diagnostic>) {
        let mut faults = Vec::new();
        let base = lay(None, &tree(base), &[], &mut faults);
        let all = lay(Some(&base), &tree(over), &[], &mut faults);
        (show(&all), faults)
    }

    #[test]
    fn part_by_part() {
        let cases = [
            ("header: {format: IMAGE, example: a}", "header: {example: b}", "{header:{format:IMAGE,example:b}}"),
            ("header: {format: IMAGE, example: a}", "header: {format: text, text: b}", "{header:{format:text,text:b}}"),
            ("header: Hi", "header: {format: VIDEO}", "{header:{format:VIDEO}}"),
            ("header: Hi", "header: {format: text, text: Ho}", "{header:{text:Ho,format:text}}"),
            ("footer: a\nbody: b", "footer: null", "{body:{text:b}}"),
            ("footer: {text: a, example: [x]}", "footer: {example: null}", "{footer:{text:a}}"),
            ("buttons: [{type: URL, text: a, url: u}]", "buttons: [b]", "{buttons:[{type:URL,text:b,url:u}]}"),
            ("buttons: [{type: URL, url: u}]", "buttons: [{type: OTP}]", "{buttons:[{type:OTP}]}"),
            ("buttons: [{type: A}, {type: B}]", "buttons: [null, {}]", "{buttons:[{type:B}]}"),
            ("body: x\nfooter: f", "components: [{a: 1}]", "{components:[{a:1}]}"),
            ("components: [{a: 1}]", "body: x", "{body:{text:x}}"),
            (
                "carousel: {cards: [{body: a, header: {format: IMAGE}}, {body: b}]}",
                "carousel: {cards: [{header: {example: x}}, {body: c}]}",
                "{carousel:{cards:[{body:{text:a},header:{format:IMAGE,example:x}},{body:{text:c}}]}}",
            ),
            ("parameters: [a: 1, b: 2]", "parameters: {b: 3}", "{parameters:[{a:1},{b:3}]}"),
        ];
        for (base, over, wanted) in cases {
            let (found, faults) = laid(base, over);
            assert!(faults.is_empty(), "{faults:?}");
            assert_eq!(found, wanted);
        }
    }

    #[test]
    fn lengths_and_empty_values_are_errors() {
        let (kept, faults) = laid("buttons: [a, b]", "buttons: [c]");
        assert_eq!((kept.as_str(), faults[0].code), ("{buttons:[{text:a},{text:b}]}", "LP012"));
        assert_eq!(laid("footer: a", "footer:").1[0].code, "LP005");
        assert_eq!(laid("x-y: 1", "body: a\ncomponents: []").1[0].code, "LP012");
    }
}
