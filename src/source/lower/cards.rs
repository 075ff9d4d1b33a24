//! The carousel and its cards.

use std::sync::Arc;

use super::{Cx, buttons, parts};
use crate::{
    source::{
        read::{self, Map},
        tree::Node,
    },
    template::{Card, Carousel, Extra},
};

/// `carousel: {cards: […]}`.
pub(super) fn carousel(node: &Arc<Node>, cx: &mut Cx<'_>) -> Option<Carousel> {
    cx.mark("carousel", node);
    let mut map = Map::of(node, "`carousel`", cx.faults)?;
    let cards = map.require("cards", node, "`carousel`", cx.faults);
    map.finish("`carousel`", cx.faults);
    let cards = read::list(cards?, "`carousel.cards`", cx.faults)?;
    let cards = cards.iter().enumerate().filter_map(|(at, card)| one(card, &format!("carousel.cards[{at}]"), cx));
    Some(Carousel { cards: cards.collect(), extra: Extra::new() })
}

fn one(node: &Arc<Node>, path: &str, cx: &mut Cx<'_>) -> Option<Card> {
    cx.mark(path, node);
    let what = format!("`{path}`");
    let mut map = Map::of(node, &what, cx.faults)?;
    let header = map.take("header");
    let body = map.take("body");
    let list = map.take("buttons");
    map.finish(&what, cx.faults);
    Some(Card {
        header: header.and_then(|entry| parts::header(&entry.value, &format!("{path}.header"), cx)),
        body: body.and_then(|entry| parts::body(&entry.value, &format!("{path}.body"), cx)),
        buttons: list.map(|entry| buttons::buttons(&entry.value, &format!("{path}.buttons"), cx)).unwrap_or_default(),
        unmodelled: Vec::new(),
        extra: Extra::new(),
    })
}
