//! Rules about limited-time offers and requests for leave to call.

use crate::{
    diagnostic::Severity,
    template::{ButtonKind, Category, HeaderKind, MediaFormat},
};

use super::{
    Out, Rule, Scope, Subject, sources,
    text::{characters, has_double_braces},
};

/// A good offer as a fixture.
const GOOD: &str = "category: MARKETING\nlimited_time_offer: {text: Spring sale, has_expiration: true}\nbuttons:\n  - {type: COPY_CODE, example: RIDE25}\n  - {type: URL, text: Look, url: \"https://fernweh.example/sale\"}\n";

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "LP200",
        title: "The text of a limited-time offer is wrong",
        severity: Severity::Error,
        scope: Scope::Any,
        source: sources::OFFER,
        explanation: "The offer has a text of at most 16 characters, without variables or their braces; `has_expiration` is true or false.",
        mend: "give a text of at most 16 characters",
        check: text,
        bad: "category: MARKETING\nlimited_time_offer: {text: Spring sale in all shops}\nbuttons:\n  - {type: URL, text: Look, url: \"https://fernweh.example/sale\"}\n",
        good: GOOD,
    },
    Rule {
        code: "LP201",
        title: "A part that does not go with a limited-time offer",
        severity: Severity::Error,
        scope: Scope::Any,
        source: sources::OFFER,
        explanation: "No footer, and no header but a picture or a film.",
        mend: "take the part out",
        check: parts,
        bad: "category: MARKETING\nlimited_time_offer: {text: Spring sale}\nfooter: Fernweh Cycles\nbuttons:\n  - {type: URL, text: Look, url: \"https://fernweh.example/sale\"}\n",
        good: GOOD,
    },
    Rule {
        code: "LP202",
        title: "The buttons of a limited-time offer are wrong",
        severity: Severity::Error,
        scope: Scope::Any,
        source: sources::OFFER,
        explanation: "A URL button is needed; a COPY_CODE button may stand before it. Senders address the code as button 0 and the URL as \
                      button 1.",
        mend: "give a URL button, with the COPY_CODE button, if any, before it",
        check: buttons,
        bad: "category: MARKETING\nlimited_time_offer: {text: Spring sale}\nbuttons:\n  - {type: URL, text: Look, url: \"https://fernweh.example/sale\"}\n  - {type: COPY_CODE, example: RIDE25}\n",
        good: GOOD,
    },
    Rule {
        code: "LP210",
        title: "A call permission request in the wrong category",
        severity: Severity::Error,
        scope: Scope::Any,
        source: sources::CALLS,
        explanation: "Only MARKETING and UTILITY templates can ask for leave to call.",
        mend: "choose MARKETING or UTILITY",
        check: call,
        bad: "category: AUTHENTICATION\nlanguages: [en_US]\nbody: {add_security_recommendation: true}\nbuttons: [{type: OTP, otp_type: COPY_CODE}]\ncall_permission_request: {}\n",
        good: "call_permission_request: {}\n",
    },
];

fn text(subject: &Subject<'_>, out: &mut Out<'_>) {
    let Some(offer) = &subject.content.limited_time_offer else { return };
    let text = offer.text.as_deref().unwrap_or_default();
    if offer.extra.contains_key("has_expiration") {
        out.add("limited_time_offer.has_expiration", "`has_expiration` must be true or false");
    }
    if text.trim().is_empty() {
        out.add("limited_time_offer", "the limited-time offer has no text");
    } else if characters(text) > 16 {
        let length = characters(text);
        out.add(
            "limited_time_offer.text",
            format!("the text of the offer has {length} characters, at most 16 are accepted"),
        );
    }
    if has_double_braces(text) {
        out.add(
            "limited_time_offer.text",
            "the text of the offer has double braces, which only texts with variables have",
        );
    }
}

fn parts(subject: &Subject<'_>, out: &mut Out<'_>) {
    let content = subject.content;
    if content.limited_time_offer.is_none() {
        return;
    }
    if content.footer.is_some() {
        out.add("footer", "a template with a limited-time offer has no footer");
    }
    match content.header.as_ref().map(|header| &header.kind) {
        None
        | Some(
            HeaderKind::Media { format: MediaFormat::Image | MediaFormat::Video, .. } | HeaderKind::Unmodelled { .. },
        ) => {}
        Some(_) => {
            out.add("header", "a template with a limited-time offer has a picture or a film as its header, or none");
        }
    }
}

fn buttons(subject: &Subject<'_>, out: &mut Out<'_>) {
    let content = subject.content;
    if content.limited_time_offer.is_none() {
        return;
    }
    let at = |wanted: fn(&ButtonKind) -> bool| content.buttons.iter().position(|button| wanted(&button.kind));
    let code = at(|kind| matches!(kind, ButtonKind::CopyCode { .. }));
    // Payment buttons of Brazil may take the place of the URL; their form is not known, so what is not known counts as one.
    let url = at(|kind| matches!(kind, ButtonKind::Url { .. } | ButtonKind::Unmodelled { .. }));
    if url.is_none() {
        out.add("buttons", "a limited-time offer needs a URL button");
    }
    if let Some(at) = code.filter(|at| *at > 0) {
        out.add(format!("buttons[{at}]"), "the COPY_CODE button of a limited-time offer comes first");
    }
}

fn call(subject: &Subject<'_>, out: &mut Out<'_>) {
    let fits = matches!(subject.category, Category::Marketing | Category::Utility | Category::Other(_));
    if subject.content.call_permission_request.is_some() && !fits {
        let category = subject.category;
        out.add("call_permission_request", format!("a {category} template cannot ask for leave to call"));
    }
}
