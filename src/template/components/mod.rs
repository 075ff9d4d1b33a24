//! Meta's component JSON ⇄ [`Content`], for the three providers that speak it and for verbatim `components:` in YAML.
//!
//! Pure. Reading never fails: what does not fit the model is kept verbatim and written back as it came, so a template of an
//! account survives import, plan and apply whatever it holds. Reading also undoes the rewriting that accounts do
//! (one-time-code buttons shown as URL buttons, generated texts, samples wrapped or expanded). What an account cannot show
//! is named in [`Read::unreadable`] and not guessed. Nothing here judges a template; that is `lint`'s.

mod fields;
mod one_time_code;
mod read;
mod read_buttons;
mod reader;
mod write;

#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod tests;

use std::{collections::BTreeSet, fmt};

use serde_json::{Map, Value};

use super::{Content, HeaderKind, MediaFormat, MediaSample, MediaSource};

pub use read::{media_source, read};
pub use read_buttons::url_sample;
pub use write::write;

/// Where a template's JSON comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Shown by an account: media are signed URLs, some fields are never shown.
    Account,
    /// Written by a person (`components:` in YAML, or a body that is about to be sent): all is meant as it stands.
    Author,
}

/// A template's JSON, read.
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    /// What it says.
    pub content: Content,
    /// Paths that an account does not show, in the notation of the normal form: `header.sample`,
    /// `carousel.cards[1].header.sample`, `buttons[0].supported_apps`. Empty for [`Origin::Author`].
    pub unreadable: BTreeSet<String>,
}

/// A media sample that is not a handle yet: it has to be uploaded before the template can be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the media sample at {path} is not uploaded")]
pub struct Unresolved {
    /// Which one, as in [`Read::unreadable`].
    pub path: String,
}

/// A media sample of a template, to be replaced by a handle.
#[derive(Debug)]
pub struct MediaSlot<'a> {
    /// Where it stands: `header.sample`, `carousel.cards[0].header.sample`.
    pub path: String,
    /// Picture, film or document.
    pub format: MediaFormat,
    /// The sample itself.
    pub sample: &'a mut MediaSample,
}

/// Every media sample of a template, in order.
pub fn media_mut(content: &mut Content) -> Vec<MediaSlot<'_>> {
    let cards = content.carousel.iter_mut().flat_map(|carousel| carousel.cards.iter_mut().enumerate());
    let headers = content
        .header
        .iter_mut()
        .map(|header| (String::new(), header))
        .chain(cards.filter_map(|(i, card)| card.header.as_mut().map(|header| (card_prefix(i), header))));
    headers
        .filter_map(|(prefix, header)| match &mut header.kind {
            HeaderKind::Media { format, sample: Some(sample) } => {
                Some(MediaSlot { path: format!("{prefix}header.sample"), format: *format, sample })
            }
            HeaderKind::Media { .. }
            | HeaderKind::Text { .. }
            | HeaderKind::Location
            | HeaderKind::Product
            | HeaderKind::Unmodelled { .. } => None,
        })
        .collect()
}

/// Path of a card's parts.
fn card_prefix(index: usize) -> String {
    format!("carousel.cards[{index}].")
}

/// Kinds of components that the model knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Component {
    Header,
    LimitedTimeOffer,
    Body,
    Footer,
    Buttons,
    Carousel,
    CallPermissionRequest,
}

impl Component {
    /// Reads a component's `type` in any case.
    fn parse(value: &str) -> Option<Self> {
        match value.to_ascii_uppercase().as_str() {
            "HEADER" => Some(Self::Header),
            "LIMITED_TIME_OFFER" => Some(Self::LimitedTimeOffer),
            "BODY" => Some(Self::Body),
            "FOOTER" => Some(Self::Footer),
            "BUTTONS" => Some(Self::Buttons),
            "CAROUSEL" => Some(Self::Carousel),
            "CALL_PERMISSION_REQUEST" => Some(Self::CallPermissionRequest),
            _ => None,
        }
    }

    /// Which component a JSON object is.
    fn of(object: &Map<String, Value>) -> Option<Self> {
        object.get("type").and_then(Value::as_str).and_then(Self::parse)
    }
}

impl fmt::Display for Component {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Header => "HEADER",
            Self::LimitedTimeOffer => "LIMITED_TIME_OFFER",
            Self::Body => "BODY",
            Self::Footer => "FOOTER",
            Self::Buttons => "BUTTONS",
            Self::Carousel => "CAROUSEL",
            // In lower case wherever Meta documents it (calling pages, 2026); the enum of the reference lacks it.
            Self::CallPermissionRequest => "call_permission_request",
        })
    }
}

/// The handle in a sample, verbatim.
fn handle(sample: &MediaSample) -> Option<&str> {
    match &sample.source {
        MediaSource::Handle(handle) => Some(handle),
        MediaSource::File(_) | MediaSource::Url(_) | MediaSource::Shown(_) => None,
    }
}
