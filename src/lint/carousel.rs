//! Rules about carousels.

use crate::{
    diagnostic::Severity,
    template::{ButtonKind, Card, HeaderKind, MediaFormat},
};

use super::{
    Out, Rule, Scope, Subject,
    parts::{header_name, kind_name},
    sources,
    text::count,
};

/// A card as a fixture.
macro_rules! card {
    ($rest:expr) => {
        concat!("    - {header: {format: IMAGE, example: \"https://fernweh.example/1.jpg\"}, ", $rest, "}\n")
    };
}

const GOOD: &str = cards!("A classic frame with new gears.", "A light frame for long tours.");

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "LP190",
        title: "A carousel has too few or too many cards",
        severity: Severity::Error,
        scope: Scope::Any,
        source: sources::CAROUSEL,
        explanation: "Two to ten cards. Messages are sent with exactly as many cards as were approved; only product carousels are \
                      defined with two and sent with up to ten.",
        mend: "give 2 to 10 cards",
        check: number,
        bad: concat!("category: MARKETING\ncarousel:\n  cards:\n", card!("buttons: [{type: QUICK_REPLY, text: More}]")),
        good: GOOD,
    },
    Rule {
        code: "LP191",
        title: "A carousel beside a header, footer or buttons",
        severity: Severity::Error,
        scope: Scope::Any,
        source: sources::CAROUSEL,
        explanation: "A carousel template has a body and cards; header, footer and buttons belong to other templates.",
        mend: "move it into the cards or the body",
        check: alone,
        bad: concat!(
            "footer: Fernweh Cycles\n",
            cards!("A classic frame with new gears.", "A light frame for long tours.")
        ),
        good: GOOD,
    },
    Rule {
        code: "LP192",
        title: "The cards of a carousel differ in structure",
        severity: Severity::Error,
        scope: Scope::Any,
        source: sources::CAROUSEL,
        explanation: "All cards have the same parts: the same kind of header, a body on all or on none, the same kinds of buttons in the \
                      same order.",
        mend: "give all cards the same parts",
        check: alike,
        bad: concat!(
            "category: MARKETING\ncarousel:\n  cards:\n",
            card!("buttons: [{type: QUICK_REPLY, text: More}]"),
            card!("body: A light frame., buttons: [{type: QUICK_REPLY, text: More}]")
        ),
        good: GOOD,
    },
    Rule {
        code: "LP193",
        title: "A card lacks a part or has one that cards do not have",
        severity: Severity::Error,
        scope: Scope::Any,
        source: "Meta, media card carousel and product card carousel pages, 2026; changelog of 2023-11-03",
        explanation: "A card has a picture, a film or a product above, and one or two buttons: QUICK_REPLY, URL, PHONE_NUMBER or, for \
                      checkouts, ORDER_DETAILS; under a product SPM or URL alone.",
        mend: "give each card a header and one or two such buttons",
        check: parts,
        bad: concat!(
            "category: MARKETING\ncarousel:\n  cards:\n",
            card!("body: A classic frame."),
            card!("body: A light frame.")
        ),
        good: GOOD,
    },
];

fn cards_of<'a>(subject: &Subject<'a>) -> &'a [Card] {
    subject.content.carousel.as_ref().map_or(&[], |carousel| &carousel.cards)
}

fn number(subject: &Subject<'_>, out: &mut Out<'_>) {
    let number = cards_of(subject).len();
    if subject.content.carousel.is_some() && !(2..=10).contains(&number) {
        out.add("carousel.cards", format!("the carousel has {}, 2 to 10 are accepted", count(number, "card")));
    }
}

fn alone(subject: &Subject<'_>, out: &mut Out<'_>) {
    let content = subject.content;
    if content.carousel.is_none() {
        return;
    }
    let parts = [
        ("header", content.header.is_some()),
        ("footer", content.footer.is_some()),
        ("buttons", !content.buttons.is_empty()),
        ("limited_time_offer", content.limited_time_offer.is_some()),
    ];
    for (part, _) in parts.into_iter().filter(|(_, there)| *there) {
        out.add(part, format!("a template with a carousel has no `{part}` beside it"));
    }
}

fn alike(subject: &Subject<'_>, out: &mut Out<'_>) {
    let Some((first, rest)) = cards_of(subject).split_first() else { return };
    let header = |card: &Card| card.header.as_ref().map(|header| header_name(&header.kind).to_owned());
    let buttons =
        |card: &Card| card.buttons.iter().map(|button| kind_name(&button.kind).to_owned()).collect::<Vec<_>>();
    for (at, card) in rest.iter().enumerate() {
        let (path, name) = (format!("carousel.cards[{}]", at + 1), format!("card {}", at + 2));
        if header(card) != header(first) {
            out.add(format!("{path}.header"), format!("{name} has another kind of header than card 1"));
        }
        if card.body.is_some() != first.body.is_some() {
            let with = if card.body.is_some() { "a body, card 1 has none" } else { "no body, card 1 has one" };
            out.add(format!("{path}.body"), format!("{name} has {with}"));
        }
        if buttons(card) != buttons(first) {
            out.add(format!("{path}.buttons"), format!("{name} has other kinds of buttons than card 1"));
        }
    }
}

fn parts(subject: &Subject<'_>, out: &mut Out<'_>) {
    for (at, card) in cards_of(subject).iter().enumerate() {
        let (path, name) = (format!("carousel.cards[{at}]"), format!("card {}", at + 1));
        match card.header.as_ref().map(|header| &header.kind) {
            None => out.add(path.clone(), format!("{name} has no header")),
            Some(
                HeaderKind::Media { format: MediaFormat::Image | MediaFormat::Video, .. }
                | HeaderKind::Product
                | HeaderKind::Unmodelled { .. },
            ) => {}
            Some(other) => {
                out.add(format!("{path}.header"), format!("{name} cannot have a {} header", header_name(other)));
            }
        }
        let product = card.header.as_ref().is_some_and(|header| header.kind == HeaderKind::Product);
        if !(1..=2).contains(&card.buttons.len()) {
            let have =
                if card.buttons.is_empty() { "no buttons".to_owned() } else { count(card.buttons.len(), "button") };
            out.add(format!("{path}.buttons"), format!("{name} has {have}, 1 or 2 are accepted"));
        }
        for (button_at, button) in card.buttons.iter().enumerate() {
            let fits = match &button.kind {
                ButtonKind::Url { .. } | ButtonKind::Spm | ButtonKind::Unmodelled { .. } => true,
                ButtonKind::QuickReply { .. } | ButtonKind::PhoneNumber { .. } | ButtonKind::OrderDetails { .. } => {
                    !product
                }
                _ => false,
            };
            if !fits {
                let kind = kind_name(&button.kind);
                let under = if product { " under a product" } else { "" };
                out.add(format!("{path}.buttons[{button_at}]"), format!("{name} cannot have a {kind} button{under}"));
            }
        }
    }
}
