//! Walking a content: all texts, samples and buttons with their paths in the normal form, cards included.

use serde_json::Value;

use crate::template::{Body, Button, ButtonKind, Content, Header, HeaderKind, Samples};

/// Where a text stands; limits differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The header of the template.
    Header,
    /// Its body.
    Body,
    /// The body of a card.
    CardBody,
}

/// A text that may hold parameters.
#[derive(Debug, Clone)]
pub struct Text<'a> {
    /// `body`, `carousel.cards[0].body`.
    pub path: String,
    /// Where.
    pub place: Place,
    /// The text.
    pub text: &'a str,
    /// Samples of its parameters.
    pub samples: &'a Samples,
    /// An `example` that is no samples in the provider's shape.
    pub misfit: Option<&'a Value>,
}

impl Text<'_> {
    /// "the body", "the body of card 2".
    #[must_use]
    pub fn what(&self) -> String {
        match self.place {
            Place::Header => "the header".into(),
            Place::Body => "the body".into(),
            Place::CardBody => format!("the body of {}", card_name(&self.path)),
        }
    }
}

/// "card 2" for `carousel.cards[1]…`.
#[must_use]
pub fn card_name(path: &str) -> String {
    let number = path.split(['[', ']']).nth(1).and_then(|number| number.parse::<usize>().ok()).unwrap_or_default();
    format!("card {}", number + 1)
}

/// Header, body and card bodies that have a text of their own.
#[must_use]
pub fn texts(content: &Content) -> Vec<Text<'_>> {
    let mut out = Vec::new();
    if let Some(Header { kind: HeaderKind::Text { text, samples }, extra }) = &content.header {
        out.push(Text { path: "header".into(), place: Place::Header, text, samples, misfit: extra.get("example") });
    }
    if let Some(Body::Text { text, samples, extra }) = &content.body {
        out.push(Text { path: "body".into(), place: Place::Body, text, samples, misfit: extra.get("example") });
    }
    for (at, card) in content.carousel.iter().flat_map(|carousel| &carousel.cards).enumerate() {
        if let Some(Body::Text { text, samples, extra }) = &card.body {
            let path = format!("carousel.cards[{at}].body");
            out.push(Text { path, place: Place::CardBody, text, samples, misfit: extra.get("example") });
        }
    }
    out
}

/// The lists of buttons: the template's and each card's.
#[must_use]
pub fn button_lists(content: &Content) -> Vec<(String, &[Button])> {
    let mut out = vec![("buttons".to_owned(), content.buttons.as_slice())];
    for (at, card) in content.carousel.iter().flat_map(|carousel| &carousel.cards).enumerate() {
        out.push((format!("carousel.cards[{at}].buttons"), card.buttons.as_slice()));
    }
    out.retain(|(_, buttons)| !buttons.is_empty());
    out
}

/// All buttons with their paths.
#[must_use]
pub fn buttons(content: &Content) -> Vec<(String, &Button)> {
    let lists = button_lists(content).into_iter();
    lists
        .flat_map(|(path, list)| list.iter().enumerate().map(move |(at, button)| (format!("{path}[{at}]"), button)))
        .collect()
}

/// All headers with their paths.
#[must_use]
pub fn headers(content: &Content) -> Vec<(String, &Header)> {
    let mut out: Vec<_> = content.header.iter().map(|header| ("header".to_owned(), header)).collect();
    for (at, card) in content.carousel.iter().flat_map(|carousel| &carousel.cards).enumerate() {
        out.extend(card.header.iter().map(|header| (format!("carousel.cards[{at}].header"), header)));
    }
    out
}

/// The provider's name of a button's kind.
#[must_use]
pub fn kind_name(kind: &ButtonKind) -> &str {
    match kind {
        ButtonKind::QuickReply { .. } => "QUICK_REPLY",
        ButtonKind::Url { .. } => "URL",
        ButtonKind::PhoneNumber { .. } => "PHONE_NUMBER",
        ButtonKind::CopyCode { .. } => "COPY_CODE",
        ButtonKind::Otp(_) => "OTP",
        ButtonKind::Flow { .. } => "FLOW",
        ButtonKind::Catalog => "CATALOG",
        ButtonKind::Mpm => "MPM",
        ButtonKind::Spm => "SPM",
        ButtonKind::VoiceCall { .. } => "VOICE_CALL",
        ButtonKind::OrderDetails { .. } => "ORDER_DETAILS",
        ButtonKind::RequestContactInfo => "REQUEST_CONTACT_INFO",
        ButtonKind::Unmodelled { name } => name,
    }
}

/// The provider's name of a header's kind.
#[must_use]
pub fn header_name(kind: &HeaderKind) -> &str {
    match kind {
        HeaderKind::Text { .. } => "TEXT",
        HeaderKind::Media { format, .. } => format.as_str(),
        HeaderKind::Location => "LOCATION",
        HeaderKind::Product => "PRODUCT",
        HeaderKind::Unmodelled { format } => format,
    }
}
