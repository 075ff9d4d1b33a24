//! Where a content has parameters: header text, bodies, links of buttons, also in cards.

use crate::template::{Body, Button, ButtonKind, Content, Header, HeaderKind, Samples};

/// A text with parameters and where its samples go.
pub(crate) enum Slot<'a> {
    /// Header or body.
    Text {
        /// The text.
        text: &'a mut String,
        /// Its samples.
        samples: &'a mut Samples,
    },
    /// A link.
    Url {
        /// The link.
        url: &'a mut String,
        /// Its sample.
        sample: &'a mut Option<String>,
    },
}

impl Slot<'_> {
    /// The text itself.
    #[must_use]
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Text { text, .. } => text,
            Self::Url { url, .. } => url,
        }
    }
}

/// All texts with parameters, by their paths, in the order of the normal form.
pub(crate) fn slots(content: &mut Content) -> Vec<(String, Slot<'_>)> {
    let mut out = Vec::new();
    add(&mut out, "", &mut content.header, &mut content.body, &mut content.buttons);
    if let Some(carousel) = &mut content.carousel {
        for (at, card) in carousel.cards.iter_mut().enumerate() {
            let prefix = format!("carousel.cards[{at}].");
            add(&mut out, &prefix, &mut card.header, &mut card.body, &mut card.buttons);
        }
    }
    out
}

fn add<'a>(
    out: &mut Vec<(String, Slot<'a>)>,
    prefix: &str,
    header: &'a mut Option<Header>,
    body: &'a mut Option<Body>,
    buttons: &'a mut [Button],
) {
    if let Some(Header { kind: HeaderKind::Text { text, samples }, .. }) = header {
        out.push((format!("{prefix}header.text"), Slot::Text { text, samples }));
    }
    if let Some(Body::Text { text, samples, .. }) = body {
        out.push((format!("{prefix}body.text"), Slot::Text { text, samples }));
    }
    for (at, button) in buttons.iter_mut().enumerate() {
        if let ButtonKind::Url { url, sample, .. } = &mut button.kind {
            out.push((format!("{prefix}buttons[{at}].url"), Slot::Url { url, sample }));
        }
    }
}
