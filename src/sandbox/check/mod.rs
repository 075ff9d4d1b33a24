//! What the provider refuses in a template's content, with the errors that it answers.
//!
//! Works on JSON as it was sent, enums in upper case, and shares no rule with the rest of the crate. Must not know
//! accounts or time. Facts: Meta components page (2026-05-06), template-review and error-codes pages (2026-09-11).
//! Where no code is known the answer is code 100 without a subcode, in wording of our own.

mod authentication;
mod buttons;
mod common;
mod language;
mod settings;
mod special;
mod text;

use serde_json::Value;

use crate::sandbox::dialects::meta::GraphError;
pub(crate) use common::Content;
use common::{JsonPath, find};

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
pub(crate) fn name(name: &str) -> Result<(), GraphError> {
    let good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    if name.is_empty() || name.len() > 512 || !name.bytes().all(good) {
        return Err(GraphError::invalid(
            2_388_046,
            "Name Format is Incorrect",
            "The name can only have lowercase letters, numbers and underscores, and at most 512 characters.",
        )
        .blaming("name"));
    }
    if SAMPLE_NAMES.contains(&name) {
        return Err(GraphError::invalid(
            2_388_155,
            "Template name is already used as a sample template",
            format!("{name} is the name of a sample template. Choose another name."),
        ));
    }
    Ok(())
}

/// A category of today, in upper case.
pub(crate) fn category(sent: &str) -> Result<String, GraphError> {
    let category = sent.to_ascii_uppercase();
    match category.as_str() {
        "AUTHENTICATION" | "MARKETING" | "UTILITY" => Ok(category),
        _ => Err(GraphError::new(100, "(#100) Param category must be one of {UTILITY, MARKETING, AUTHENTICATION}")),
    }
}

/// Whether parameters are NAMED; POSITIONAL when nothing is said.
pub(crate) fn parameter_format(sent: Option<&Value>) -> Result<bool, GraphError> {
    match sent {
        None | Some(Value::Null) => Ok(false),
        Some(Value::String(s)) if s.eq_ignore_ascii_case("NAMED") => Ok(true),
        Some(Value::String(s)) if s.eq_ignore_ascii_case("POSITIONAL") => Ok(false),
        Some(_) => Err(GraphError::new(100, "(#100) Param parameter_format must be one of {NAMED, POSITIONAL}")),
    }
}

/// How long a message may be tried, in seconds (Meta time-to-live page). -1 is 30 days.
pub(crate) fn ttl(category: &str, seconds: i64) -> Result<(), GraphError> {
    let (range, endless) = match category {
        "AUTHENTICATION" => (30..=900, true),
        "UTILITY" => (30..=43_200, true),
        _ => (43_200..=2_592_000, false),
    };
    if range.contains(&seconds) || (endless && seconds == -1) {
        return Ok(());
    }
    Err(GraphError::refused(
        "Message time to live is out of range",
        format!(
            "message_send_ttl_seconds of a template of category {category} must be from {} to {}.",
            range.start(),
            range.end()
        ),
    ))
}

/// Checks a template's content.
pub(crate) fn content(content: &Content<'_>) -> Result<(), GraphError> {
    if let Some(seconds) = content.ttl {
        ttl(content.category, seconds)?;
    }
    let components = content.components.as_array().map(Vec::as_slice).unwrap_or_default();
    known_and_single(components)?;
    if content.category == "AUTHENTICATION" {
        return authentication::check(components);
    }
    if find(components, "BODY").is_none() {
        return Err(GraphError::refused("Message template has no body", "A template needs a component of type BODY."));
    }
    fits_category(content, components)?;
    special::check(components)?;
    let mut words = text::Words::default();
    for (i, component) in components.iter().enumerate() {
        let place = JsonPath::component(i);
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

fn known_and_single(components: &[Value]) -> Result<(), GraphError> {
    for (i, component) in components.iter().enumerate() {
        let kind = component["type"].as_str().unwrap_or_default();
        if !COMPONENTS.contains(&kind) {
            return Err(GraphError::new(
                100,
                format!("(#100) Param components[{i}]['type'] must be one of {{{}}}", COMPONENTS.join(", ")),
            ));
        }
        if components[..i].iter().any(|c| c["type"] == kind) {
            return Err(GraphError::refused(
                "Duplicate component",
                format!("A template can only have one component of type {kind}."),
            ));
        }
    }
    Ok(())
}

/// What a category cannot have.
fn fits_category(content: &Content<'_>, components: &[Value]) -> Result<(), GraphError> {
    if content.category == "MARKETING" {
        return Ok(());
    }
    let refuse = |what: &str| {
        Err(GraphError::refused(
            "Component does not fit the category",
            format!("A template of category {} can't have {what}.", content.category),
        ))
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
