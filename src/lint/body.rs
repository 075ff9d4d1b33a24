//! Rules about the text of the body and of card bodies, but for their variables.

use crate::{
    diagnostic::Severity,
    template::{Body, HeaderKind, placeholder},
};

use super::{
    Out, Rule, Scope, Subject,
    parts::{Place, texts},
    sources,
    text::{characters, emoji, line_break_run, without_placeholders},
};

/// Characters of a body (Meta, components page, 2026-05-06).
const BODY: usize = 1024;
/// Of a body beside a limited-time offer (Meta, limited-time offer page).
const OFFER_BODY: usize = 600;
/// Of a card's body (Meta, media card carousel page).
const CARD_BODY: usize = 160;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "LP110",
        title: "There is no body",
        severity: Severity::Error,
        scope: Scope::Any,
        source: sources::COMPONENTS,
        explanation: "Every template needs a body: its text, or `add_security_recommendation` for authentication templates. \
                      Only clones of the provider's template library have none, because the library supplies it.",
        mend: "write a `body`",
        check: missing,
        bad: "languages:\n  en_US: {body: null, footer: Fernweh Cycles}\n",
        good: "languages:\n  en_US: {body: Your bike is ready., footer: Fernweh Cycles}\n",
    },
    Rule {
        code: "LP111",
        title: "The body is too long",
        severity: Severity::Error,
        scope: Scope::Any,
        source: sources::COMPONENTS,
        explanation: "1024 characters; 600 beside a limited-time offer; 160 on a card of a carousel. Placeholders count as they \
                      are written. What replaces them when the message is sent counts again then.",
        mend: "shorten the text",
        check: length,
        bad: cards!(
            "A classic frame with new gears and new brakes, painted in our own workshop in a colour of your choice, with lights \
             that need no battery and a rack for two large bags.",
            "A light frame for long tours."
        ),
        good: cards!("A classic frame with new gears.", "A light frame for long tours."),
    },
    Rule {
        code: "LP112",
        title: "Too many line breaks in a row",
        severity: Severity::Error,
        scope: Scope::Any,
        source: sources::OBSERVED,
        explanation: "The provider refuses more than two line breaks in a row (subcode 2388072): at most one empty line between \
                      two paragraphs.",
        mend: "leave one empty line at most",
        check: line_breaks,
        bad: "languages:\n  en_US:\n    body: \"Your bike is ready.\\n\\n\\nCome and see us.\"\n",
        good: "languages:\n  en_US:\n    body: \"Your bike is ready.\\n\\nCome and see us.\"\n",
    },
    Rule {
        code: "LP113",
        title: "Too many emoji",
        severity: Severity::Error,
        scope: Scope::Any,
        source: sources::ERRORS,
        explanation: "A body may have ten emoji; the provider's error 2388072 says so. A flag or a family of several code points \
                      counts once. What is an emoji is Unicode's: shown as one by default (`Emoji_Presentation`), or asked to be by a \
                      variation selector or a keycap. `✓`, `★` and `→` are none. Bodies of cards are held to be bodies here.",
        mend: "keep ten emoji at most",
        check: too_many_emoji,
        bad: "languages:\n  en_US:\n    body: \"Ride with us! 🚲🚲🚲🚲🚲🚲🚲🚲🚲🚲🚲\"\n",
        good: "languages:\n  en_US:\n    body: \"Ride with us! 🚲\"\n",
    },
    Rule {
        code: "LP114",
        title: "The body is empty or has only variables",
        severity: Severity::Error,
        scope: Scope::Any,
        source: sources::ERRORS,
        explanation: "A reviewer must be able to tell from the text what the message is for. A body without words of its own is \
                      refused (error 2388072).",
        mend: "write the fixed part of the message into the template",
        check: only_variables,
        bad: "parameters: {text: Your bike is ready}\nlanguages:\n  en_US:\n    body: \"{{text}}\"\n",
        good: "parameters: {bike: gravel bike}\nlanguages:\n  en_US:\n    body: \"Your {{bike}} is ready, come and see us.\"\n",
    },
];

fn missing(subject: &Subject<'_>, out: &mut Out<'_>) {
    if subject.content.body.is_none() && subject.content.library_template_name.is_none() {
        out.add("body", "the template has no body");
    }
}

fn length(subject: &Subject<'_>, out: &mut Out<'_>) {
    for text in texts(subject.content) {
        let (limit, why) = match text.place {
            Place::Header => continue,
            Place::CardBody => (CARD_BODY, " on a card"),
            Place::Body if subject.content.limited_time_offer.is_some() => (OFFER_BODY, " beside a limited-time offer"),
            Place::Body => (BODY, ""),
        };
        let length = characters(text.text);
        if length > limit {
            let what = text.what();
            out.add(
                format!("{}.text", text.path),
                format!("{what} has {length} characters, at most {limit} are accepted{why}"),
            );
        }
    }
    // Cards of one product have the same limit as cards of pictures.
    let product = subject.content.header.as_ref().is_some_and(|header| header.kind == HeaderKind::Product);
    if let (true, Some(Body::Text { text, .. })) = (product, &subject.content.body)
        && characters(text) > CARD_BODY
    {
        let length = characters(text);
        out.add(
            "body.text",
            format!("the body has {length} characters, at most {CARD_BODY} are accepted under a product"),
        );
    }
}

fn line_breaks(subject: &Subject<'_>, out: &mut Out<'_>) {
    for text in texts(subject.content).iter().filter(|text| text.place != Place::Header) {
        let run = line_break_run(text.text);
        if run > 2 {
            let what = text.what();
            out.add(
                format!("{}.text", text.path),
                format!("{what} has {run} line breaks in a row, at most 2 are accepted"),
            );
        }
    }
}

fn too_many_emoji(subject: &Subject<'_>, out: &mut Out<'_>) {
    for text in texts(subject.content).iter().filter(|text| text.place != Place::Header) {
        let count = emoji(text.text);
        if count > 10 {
            let what = text.what();
            out.add(format!("{}.text", text.path), format!("{what} has {count} emoji, at most 10 are accepted"));
        }
    }
}

fn only_variables(subject: &Subject<'_>, out: &mut Out<'_>) {
    for text in texts(subject.content) {
        let rest = without_placeholders(text.text);
        let variables = !placeholder::parameters(text.text).is_empty();
        let what = text.what();
        if !variables && rest.trim().is_empty() {
            out.add(format!("{}.text", text.path), format!("{what} is empty"));
        } else if variables && text.place != Place::Header && !rest.chars().any(char::is_alphanumeric) {
            out.add(format!("{}.text", text.path), format!("{what} consists of variables only"));
        }
    }
}
