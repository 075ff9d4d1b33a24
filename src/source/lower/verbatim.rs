//! Where the parts of verbatim `components:` stand, by their paths in the normal form, so that findings about them have a
//! place.

use serde_json::Value as Json;

use super::Cx;
use crate::{
    source::{
        json,
        tree::{Node, Value},
    },
    template::Content,
};

/// Notes the places of all components that were read into `content`.
pub(super) fn places(components: &Node, content: &Content, cx: &mut Cx<'_>) {
    list(components, "", &content.unmodelled, content, cx);
}

/// The components of the template, or with a prefix those of a card.
fn list(components: &Node, prefix: &str, unmodelled: &[Json], content: &Content, cx: &mut Cx<'_>) {
    let Value::Sequence(items) = &components.value else { return };
    let mut rest = unmodelled.iter().enumerate();
    for item in items {
        // What did not fit the model was kept in its order, beside what was left of wrappers.
        let written = json::value(item, "", &mut Vec::new());
        if let Some((at, _)) = rest.clone().find(|(_, kept)| written.as_ref() == Some(*kept)) {
            rest.by_ref().take_while(|(passed, _)| *passed < at).for_each(drop);
            deep(item, &format!("{prefix}unmodelled[{at}]"), cx);
            continue;
        }
        match kind(item).as_str() {
            "HEADER" => deep(item, &format!("{prefix}header"), cx),
            "BODY" => deep(item, &format!("{prefix}body"), cx),
            "FOOTER" => deep(item, "footer", cx),
            "BUTTONS" => inner(item, "buttons", &format!("{prefix}buttons"), cx),
            "LIMITED_TIME_OFFER" => inner(item, "limited_time_offer", "limited_time_offer", cx),
            "CALL_PERMISSION_REQUEST" => cx.mark("call_permission_request", item),
            "CAROUSEL" => cards(item, content, cx),
            _ => {}
        }
    }
}

fn cards(carousel: &Node, content: &Content, cx: &mut Cx<'_>) {
    cx.mark("carousel", carousel);
    let Some(cards) = carousel.get("cards") else { return };
    cx.mark("carousel.cards", &cards.value);
    let Value::Sequence(items) = &cards.value.value else { return };
    let read = content.carousel.iter().flat_map(|carousel| &carousel.cards);
    for (at, (item, card)) in items.iter().zip(read).enumerate() {
        let path = format!("carousel.cards[{at}]");
        cx.mark(&path, item);
        if let Some(components) = item.get("components") {
            list(&components.value, &format!("{path}."), &card.unmodelled, content, cx);
        }
    }
}

fn kind(item: &Node) -> String {
    match item.get("type").map(|entry| &entry.value.value) {
        Some(Value::Scalar(scalar)) => scalar.text.to_ascii_uppercase(),
        _ => String::new(),
    }
}

/// A component whose content lies under a key of its own.
fn inner(item: &Node, key: &str, path: &str, cx: &mut Cx<'_>) {
    match item.get(key) {
        Some(entry) => deep(&entry.value, path, cx),
        None => cx.mark(path, item),
    }
}

/// A node and all below it. Samples have names of their own in the normal form.
fn deep(node: &Node, path: &str, cx: &mut Cx<'_>) {
    cx.mark(path, node);
    match &node.value {
        Value::Mapping(entries) => {
            for entry in entries {
                if entry.key == "example" {
                    cx.mark(&format!("{path}.sample"), &entry.value);
                    cx.mark(&format!("{path}.samples"), &entry.value);
                } else {
                    deep(&entry.value, &format!("{path}.{}", entry.key), cx);
                }
            }
        }
        Value::Sequence(items) => {
            for (at, item) in items.iter().enumerate() {
                deep(item, &format!("{path}[{at}]"), cx);
            }
        }
        Value::Empty | Value::Scalar(_) => {}
    }
}
