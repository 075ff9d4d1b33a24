//! Header, body, footer, offer and call permission.

use std::sync::Arc;

use super::Cx;
use crate::{
    diagnostic::Diagnostic,
    source::{media, read::Map, tree::Node},
    template::{
        Body, CallPermissionRequest, Extra, Footer, Header, HeaderKind, LimitedTimeOffer, MediaFormat, Samples,
    },
};

const FORMATS: &[&str] = &["TEXT", "IMAGE", "VIDEO", "DOCUMENT", "GIF", "LOCATION", "PRODUCT"];

/// A header, at the top or in a card.
pub(super) fn header(node: &Arc<Node>, path: &str, cx: &mut Cx<'_>) -> Option<Header> {
    cx.mark(path, node);
    let what = format!("`{path}`");
    let mut map = Map::of(node, &what, cx.faults)?;
    let format = map.take("format");
    let text = map.take("text");
    let example = map.take("example");
    map.finish(&what, cx.faults);
    let format = match (format, text) {
        (Some(entry), _) => cx.word(&entry.value, &format!("{path}.format"), FORMATS)?,
        (None, Some(_)) => "TEXT",
        (None, None) => {
            cx.missing(node, path, "format", "one of TEXT, IMAGE, VIDEO, DOCUMENT, GIF, LOCATION, PRODUCT");
            return None;
        }
    };
    if format == "TEXT" {
        let Some(text) = text else {
            cx.missing(node, path, "text", "a TEXT header needs its text in every language");
            return None;
        };
        let at = format!("{path}.text");
        let text = cx.text(&text.value, &at)?;
        if let Some(example) = example {
            cx.mark(&format!("{path}.samples"), &example.value);
            cx.examples.insert(at, Arc::clone(&example.value));
        }
        return Some(Header::new(HeaderKind::Text { text, samples: Samples::default() }));
    }
    if let Some(text) = text {
        let message = format!("`{path}` is {format}, which has no text");
        let help = "write {format: TEXT, text: …} to have a text header instead";
        cx.faults.push(Diagnostic::error("LP012", text.value.span, message).help(help));
    }
    let kind = match (format, MediaFormat::parse(format)) {
        (_, Some(format)) => {
            let at = format!("{path}.sample");
            let sample = example.and_then(|example| {
                cx.mark(&at, &example.value);
                media::read(&example.value, &format!("`{path}.example`"), cx.files, cx.faults)
            });
            return Some(Header::new(HeaderKind::Media { format, sample }));
        }
        ("PRODUCT", None) => HeaderKind::Product,
        (_, None) => HeaderKind::Location,
    };
    if let Some(example) = example {
        let message = format!("`{path}` is {format}, which has no sample");
        cx.faults.push(Diagnostic::error("LP012", example.key_span, message).help("leave `example` out"));
    }
    Some(Header::new(kind))
}

/// A body, at the top or in a card.
pub(super) fn body(node: &Arc<Node>, path: &str, cx: &mut Cx<'_>) -> Option<Body> {
    cx.mark(path, node);
    let what = format!("`{path}`");
    let mut map = Map::of(node, &what, cx.faults)?;
    let text = map.take("text");
    let example = map.take("example");
    let flag = map.take("add_security_recommendation");
    map.finish(&what, cx.faults);
    match (text, flag) {
        (Some(text), None) => {
            let at = format!("{path}.text");
            let text = cx.text(&text.value, &at)?;
            if let Some(example) = example {
                cx.mark(&format!("{path}.samples"), &example.value);
                cx.examples.insert(at, Arc::clone(&example.value));
            }
            Some(Body::Text { text, samples: Samples::default(), extra: Extra::new() })
        }
        (None, Some(flag)) => {
            let add_security_recommendation =
                cx.boolean(&flag.value, &format!("{path}.add_security_recommendation"))?;
            if let Some(example) = example {
                let fault = Diagnostic::error("LP012", example.key_span, "an authentication body has no samples");
                cx.faults.push(fault.help("leave `example` out"));
            }
            Some(Body::Authentication { add_security_recommendation, extra: Extra::new() })
        }
        (Some(text), Some(flag)) => {
            let message = "a body has either a text or the provider's text of a one-time code";
            let fault = Diagnostic::error("LP012", text.value.span, message).related(flag.key_span, "the other");
            cx.faults.push(fault.help("leave `text` or `add_security_recommendation` out"));
            None
        }
        (None, None) => {
            cx.missing(node, path, "text", "or `add_security_recommendation`, in authentication templates");
            None
        }
    }
}

/// The footer.
pub(super) fn footer(node: &Arc<Node>, cx: &mut Cx<'_>) -> Option<Footer> {
    cx.mark("footer", node);
    let mut map = Map::of(node, "`footer`", cx.faults)?;
    let text = map.take("text");
    let minutes = map.take("code_expiration_minutes");
    map.finish("`footer`", cx.faults);
    match (text, minutes) {
        (Some(text), None) => {
            let text = cx.text(&text.value, "footer.text")?;
            Some(Footer::Text { text, extra: Extra::new() })
        }
        (None, Some(minutes)) => {
            let path = "footer.code_expiration_minutes";
            cx.mark(path, &minutes.value);
            let number = crate::source::read::integer(&minutes.value, &format!("`{path}`"), cx.faults)?;
            let Ok(code_expiration_minutes) = u32::try_from(number) else {
                let fault = Diagnostic::error("LP006", minutes.value.span, format!("`{path}` cannot be {number}"));
                cx.faults.push(fault.help("minutes, 1 to 90"));
                return None;
            };
            Some(Footer::CodeExpiration { code_expiration_minutes, extra: Extra::new() })
        }
        (Some(text), Some(minutes)) => {
            let message = "a footer has either a text or the provider's text about a code's life";
            let fault = Diagnostic::error("LP012", text.value.span, message).related(minutes.key_span, "the other");
            cx.faults.push(fault.help("leave `text` or `code_expiration_minutes` out"));
            None
        }
        (None, None) => {
            cx.missing(node, "footer", "text", "or `code_expiration_minutes`, in authentication templates");
            None
        }
    }
}

/// An offer that ends.
pub(super) fn offer(node: &Arc<Node>, cx: &mut Cx<'_>) -> Option<LimitedTimeOffer> {
    cx.mark("limited_time_offer", node);
    let mut map = Map::of(node, "`limited_time_offer`", cx.faults)?;
    let text = map.take("text");
    let has_expiration = map.take("has_expiration");
    map.finish("`limited_time_offer`", cx.faults);
    Some(LimitedTimeOffer {
        text: text.and_then(|text| cx.text(&text.value, "limited_time_offer.text")),
        has_expiration: has_expiration.and_then(|entry| cx.boolean(&entry.value, "limited_time_offer.has_expiration")),
        extra: Extra::new(),
    })
}

/// `call_permission_request: true` or `{}`.
pub(super) fn call_permission(node: &Arc<Node>, cx: &mut Cx<'_>) -> Option<CallPermissionRequest> {
    cx.mark("call_permission_request", node);
    // A bare word was made `{text: word}` on the way, like that of any part.
    if let Some(word) = node.get("text") {
        let wanted = crate::source::read::boolean(&word.value, "`call_permission_request`", cx.faults)?;
        return wanted.then(CallPermissionRequest::default);
    }
    let map = Map::of(node, "`call_permission_request`", cx.faults)?;
    map.finish("`call_permission_request`", cx.faults);
    Some(CallPermissionRequest::default())
}
