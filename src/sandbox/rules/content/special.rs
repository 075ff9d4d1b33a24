//! Carousels, limited-time offers, product messages and call permission requests.
//!
//! Meta carousel and limited-time-offer pages, 2026; changelog 2025-07-30 (bodies of cards are optional).
//! Must not check texts itself; `text` and `buttons` do.

use serde_json::Value;

use super::{
    buttons,
    common::{Content, find, required},
    text::{self, Words},
};
use crate::sandbox::rules::refusal::{FieldPath, Part, Refusal};

/// What components forbid and demand of one another.
pub(crate) fn check(components: &[Value]) -> Result<(), Refusal> {
    if let Some(offer) = find(components, "LIMITED_TIME_OFFER") {
        limited_time_offer(offer, components)?;
    }
    if find(components, "CAROUSEL").is_some() {
        for kind in ["HEADER", "FOOTER", "BUTTONS"] {
            if find(components, kind).is_some() {
                return Err(refused(&format!("A carousel template can't have {kind} outside its cards.")));
            }
        }
    }
    let product = find(components, "HEADER").is_some_and(|h| h["format"] == "PRODUCT");
    let has_spm = button_kinds(components).any(|k| k == "SPM");
    if product != has_spm {
        return Err(refused("A header of format PRODUCT and an SPM button need each other."));
    }
    Ok(())
}

fn refused(text: &str) -> Refusal {
    Refusal::Combination(text.to_owned())
}

fn button_kinds(components: &[Value]) -> impl Iterator<Item = &str> {
    find(components, "BUTTONS")
        .and_then(|b| b["buttons"].as_array())
        .into_iter()
        .flatten()
        .filter_map(|b| b["type"].as_str())
}

fn limited_time_offer(offer: &Value, components: &[Value]) -> Result<(), Refusal> {
    let text = offer["limited_time_offer"]["text"].as_str().unwrap_or_default();
    if text.trim().is_empty() {
        return Err(refused("limited_time_offer needs a text."));
    }
    if text::has_braces(text) {
        return Err(refused("The text of limited_time_offer can't have variables."));
    }
    let expires = &offer["limited_time_offer"]["has_expiration"];
    if !(expires.is_null() || expires.is_boolean()) {
        return Err(refused("has_expiration must be true or false."));
    }
    if text.chars().count() > 16 {
        return Err(Refusal::TooLong { part: Part::OfferText, most: 16 });
    }
    if find(components, "FOOTER").is_some() {
        return Err(refused("A limited-time offer can't have a footer."));
    }
    if let Some(header) = find(components, "HEADER")
        && !matches!(header["format"].as_str(), Some("IMAGE" | "VIDEO"))
    {
        return Err(refused("The header of a limited-time offer must be an image or a video."));
    }
    let kinds: Vec<&str> = button_kinds(components).collect();
    if !kinds.contains(&"URL") {
        return Err(refused("A limited-time offer needs a URL button."));
    }
    if kinds.iter().position(|k| *k == "COPY_CODE").is_some_and(|i| i > 0) {
        return Err(refused("The copy code button of a limited-time offer comes first."));
    }
    Ok(())
}

/// The cards of a carousel; gives the words of their bodies.
pub(crate) fn cards(carousel: &Value, place: &FieldPath, content: &Content<'_>) -> Result<Words, Refusal> {
    let cards = carousel["cards"].as_array().map(Vec::as_slice).unwrap_or_default();
    if !(2..=10).contains(&cards.len()) {
        return Err(refused("A carousel has 2 to 10 cards."));
    }
    let mut words = Words::default();
    for (i, card) in cards.iter().enumerate() {
        if structure(card) != structure(&cards[0]) {
            return Err(refused(
                "All cards of a carousel must have the same components and the same buttons in the same order.",
            ));
        }
        words += one_card(card, &place.item("cards", i), content)?;
    }
    Ok(words)
}

/// What must be the same on every card: components, format of the header, kinds of buttons in order.
fn structure(card: &Value) -> Vec<(String, Vec<String>)> {
    let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
    let mut parts: Vec<(String, Vec<String>)> = card["components"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|c| {
            let mut details = vec![text(&c["format"])];
            details.extend(c["buttons"].as_array().into_iter().flatten().map(|b| text(&b["type"])));
            (text(&c["type"]), details)
        })
        .collect();
    parts.sort();
    parts
}

fn one_card(card: &Value, place: &FieldPath, content: &Content<'_>) -> Result<Words, Refusal> {
    let components = card["components"].as_array().map(Vec::as_slice).unwrap_or_default();
    let (Some(header), Some(_)) = (find(components, "HEADER"), find(components, "BUTTONS")) else {
        return Err(refused("A card needs a header and buttons."));
    };
    let product = match header["format"].as_str() {
        Some("IMAGE" | "VIDEO") => false,
        Some("PRODUCT") => true,
        _ => {
            return Err(refused("The header of a card must be an image, a video or a product."));
        }
    };
    let mut words = Words::default();
    for (i, component) in components.iter().enumerate() {
        if components[..i].iter().any(|c| c["type"] == component["type"]) {
            return Err(refused("A card can only have one component of each type."));
        }
        let inner = place.item("components", i);
        match component["type"].as_str().unwrap_or_default() {
            "HEADER" => text::header(component, &inner, content.named)?,
            "BODY" => words += text::card_body(component, 160, content.named)?,
            "BUTTONS" => card_buttons(component, &inner, content, product)?,
            kind => return Err(refused(&format!("A card can't have {kind}."))),
        }
    }
    Ok(words)
}

fn card_buttons(component: &Value, place: &FieldPath, content: &Content<'_>, product: bool) -> Result<(), Refusal> {
    let list = buttons::list(component, place)?;
    if list.len() > 2 {
        return Err(refused("A card has 1 or 2 buttons."));
    }
    for (i, button) in list.iter().enumerate() {
        let inner = place.item("buttons", i);
        let fits = match required(button, "type", &inner)? {
            "URL" => true,
            "SPM" => product,
            "QUICK_REPLY" | "PHONE_NUMBER" | "ORDER_DETAILS" => !product,
            _ => false,
        };
        if !fits {
            return Err(refused("A card can't have a button of this type."));
        }
        buttons::one(button, &inner, content)?;
    }
    buttons::numbers(list)
}
