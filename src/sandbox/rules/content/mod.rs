//! What is refused in a template's content.
//!
//! Works on JSON as it was sent, enums in upper case, and shares no rule with the rest of the crate. Must not know
//! accounts or time. Facts: Meta components page (2026-05-06), template-review and error-codes pages (2026-09-11).

mod authentication;
mod buttons;
mod common;
mod language;
mod settings;
mod special;
mod text;

use serde_json::Value;

use crate::sandbox::rules::refusal::{FieldPath, Refusal};
pub(crate) use common::Content;
use common::find;

pub(crate) use language::language;
pub(crate) use settings::settings;

/// Names of WhatsApp's own sample templates, which nobody can take.
const SAMPLE_NAMES: [&str; 9] = [
    "hello_world",
    "sample_flight_confirmation",
    "sample_happy_hour_announcement",
    "sample_issue_resolution",
    "sample_movie_ticket_confirmation",
    "sample_purchase_feedback",
    "sample_shipping_confirmation",
    "sample_order_confirmation",
    "sample_reservation_confirmation",
];
/// Components that a template has at most one of each.
const COMPONENTS: [&str; 7] =
    ["HEADER", "BODY", "FOOTER", "BUTTONS", "CAROUSEL", "LIMITED_TIME_OFFER", "CALL_PERMISSION_REQUEST"];

/// Lower-case letters, digits and underscores, 1 to 512; none of WhatsApp's own samples.
pub(crate) fn name(name: &str) -> Result<(), Refusal> {
    let good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    if name.is_empty() || name.len() > 512 || !name.bytes().all(good) {
        return Err(Refusal::NameFormat);
    }
    if SAMPLE_NAMES.contains(&name) {
        return Err(Refusal::ReservedName { name: name.to_owned() });
    }
    Ok(())
}

/// A category of today, in upper case.
pub(crate) fn category(sent: &str) -> Result<String, Refusal> {
    let category = sent.to_ascii_uppercase();
    match category.as_str() {
        "AUTHENTICATION" | "MARKETING" | "UTILITY" => Ok(category),
        _ => Err(Refusal::NotOneOf {
            field: FieldPath::field("category"),
            known: vec!["UTILITY", "MARKETING", "AUTHENTICATION"],
        }),
    }
}

/// Whether parameters are NAMED; POSITIONAL when nothing is said.
pub(crate) fn parameter_format(sent: Option<&Value>) -> Result<bool, Refusal> {
    match sent {
        None | Some(Value::Null) => Ok(false),
        Some(Value::String(s)) if s.eq_ignore_ascii_case("NAMED") => Ok(true),
        Some(Value::String(s)) if s.eq_ignore_ascii_case("POSITIONAL") => Ok(false),
        Some(_) => {
            Err(Refusal::NotOneOf { field: FieldPath::field("parameter_format"), known: vec!["NAMED", "POSITIONAL"] })
        }
    }
}

/// How long a message may be tried, in seconds (Meta time-to-live page). -1 is 30 days.
pub(crate) fn ttl(category: &str, seconds: i64) -> Result<(), Refusal> {
    let (range, endless) = match category {
        "AUTHENTICATION" => (30..=900, true),
        "UTILITY" => (30..=43_200, true),
        _ => (43_200..=2_592_000, false),
    };
    if range.contains(&seconds) || (endless && seconds == -1) {
        return Ok(());
    }
    Err(Refusal::TimeToLive { category: category.to_owned(), least: *range.start(), most: *range.end() })
}

/// Checks a template's content.
pub(crate) fn check(content: &Content<'_>) -> Result<(), Refusal> {
    if let Some(seconds) = content.ttl {
        ttl(content.category, seconds)?;
    }
    let components = content.components.as_array().map(Vec::as_slice).unwrap_or_default();
    known_and_single(components)?;
    if content.category == "AUTHENTICATION" {
        return authentication::check(components);
    }
    if find(components, "BODY").is_none() {
        return Err(Refusal::NoBody);
    }
    fits_category(content, components)?;
    special::check(components)?;
    let mut words = text::Words::default();
    for (i, component) in components.iter().enumerate() {
        let place = FieldPath::component(i);
        match component["type"].as_str().unwrap_or_default() {
            "HEADER" => text::header(component, &place, content.named)?,
            "BODY" => words += text::body(component, body_limit(components), content.named)?,
            "FOOTER" => text::footer(component)?,
            "BUTTONS" => buttons::check(component, &place, content)?,
            "CAROUSEL" => words += special::cards(component, &place, content)?,
            _ => {}
        }
    }
    words.check_ratio()
}

/// The body's limit: shorter beside a limited-time offer and on a product message.
fn body_limit(components: &[Value]) -> usize {
    let product = find(components, "HEADER").is_some_and(|h| h["format"] == "PRODUCT");
    if find(components, "LIMITED_TIME_OFFER").is_some() {
        600
    } else if product {
        160
    } else {
        1024
    }
}

fn known_and_single(components: &[Value]) -> Result<(), Refusal> {
    for (i, component) in components.iter().enumerate() {
        let kind = component["type"].as_str().unwrap_or_default();
        if !COMPONENTS.contains(&kind) {
            return Err(Refusal::NotOneOf { field: FieldPath::component(i).at("type"), known: COMPONENTS.to_vec() });
        }
        if components[..i].iter().any(|c| c["type"] == kind) {
            return Err(Refusal::DuplicateComponent { kind: kind.to_owned() });
        }
    }
    Ok(())
}

/// What a category cannot have.
fn fits_category(content: &Content<'_>, components: &[Value]) -> Result<(), Refusal> {
    if content.category == "MARKETING" {
        return Ok(());
    }
    let refuse = |what: &str| {
        Err(Refusal::ComponentNotInCategory { category: content.category.to_owned(), what: what.to_owned() })
    };
    for component in components {
        match component["type"].as_str().unwrap_or_default() {
            kind @ ("CAROUSEL" | "LIMITED_TIME_OFFER") => return refuse(kind),
            "HEADER" => match component["format"].as_str() {
                Some("GIF") => return refuse("a header of format GIF"),
                Some("PRODUCT") => return refuse("a header of format PRODUCT"),
                _ => {}
            },
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
