//! What several languages share moves to the family; the rest stays with them. The inverse of laying over.
//!
//! Texts of headers and bodies always stay with their language; buttons and cards are shared by position if they have one
//! structure. Of one language alone nothing is shared: all parts with a text stay with it.

use super::{parts::Entries, yaml::Y};

/// The family's share and what is left to each language.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shared {
    /// Written once.
    pub(crate) family: Entries,
    /// Written per language.
    pub(crate) rests: Vec<Entries>,
}

/// A share and what is left of each: `None` where nothing is.
struct Split {
    common: Option<Y>,
    rests: Vec<Option<Y>>,
}

/// Settings: shared where all have the same.
pub(crate) fn settings(all: Vec<Entries>) -> Shared {
    share(all, |_, values| equal(values))
}

/// Parts, by their own rules.
pub(crate) fn parts(all: Vec<Entries>) -> Shared {
    match all.len() {
        1 => share(
            all,
            |key, values| if values.iter().any(|value| has_text(value)) { kept(values) } else { part(key, values) },
        ),
        _ => share(all, part),
    }
}

/// Whether a part has words of its language.
fn has_text(value: &Y) -> bool {
    match value {
        Y::Map(entries) | Y::Tall(entries) => {
            entries.iter().any(|(key, value)| matches!(key.as_str(), "text" | "autofill_text") || has_text(value))
        }
        Y::List(items) => items.iter().any(has_text),
        Y::Text(_) | Y::Raw(_) => false,
    }
}

fn share(mut rests: Vec<Entries>, split: impl Fn(&str, &[&Y]) -> Split) -> Shared {
    let mut family = Entries::new();
    let keys: Vec<String> =
        rests.first().map(|first| first.iter().map(|(key, _)| key.clone()).collect()).unwrap_or_default();
    for key in keys {
        let found: Vec<&Y> =
            rests.iter().filter_map(|rest| rest.iter().find(|(k, _)| *k == key).map(|(_, value)| value)).collect();
        if found.len() != rests.len() {
            continue;
        }
        let Split { common, rests: left } = split(&key, &found);
        let Some(common) = common else { continue };
        family.push((key.clone(), common));
        for (rest, left) in rests.iter_mut().zip(left) {
            match left {
                Some(value) => {
                    if let Some(entry) = rest.iter_mut().find(|(k, _)| *k == key) {
                        entry.1 = value;
                    }
                }
                None => rest.retain(|(k, _)| *k != key),
            }
        }
    }
    Shared { family, rests }
}

fn part(key: &str, values: &[&Y]) -> Split {
    match key {
        "header" if kind(values, "format").is_some_and(|format| format != "TEXT") => fields(values, |_| equal),
        "body" if values.iter().all(|value| get(value, "text").is_none()) => fields(values, |_| equal),
        "header" | "body" => kept(values),
        "buttons" => positions(values, |items| match kind(items, "type") {
            Some(_) => fields(items, |_| equal),
            None => kept(items),
        }),
        "carousel" => fields(values, |_| {
            |cards| {
                positions(cards, |cards| {
                    fields(cards, |key| match key {
                        "header" => |values| part("header", values),
                        "body" => |values| part("body", values),
                        "buttons" => |values| part("buttons", values),
                        _ => equal,
                    })
                })
            }
        }),
        "limited_time_offer" => fields(values, |_| equal),
        _ => equal(values),
    }
}

fn kept(values: &[&Y]) -> Split {
    Split { common: None, rests: values.iter().map(|value| Some((*value).clone())).collect() }
}

fn equal(values: &[&Y]) -> Split {
    match values.split_first() {
        Some((first, others)) if others.iter().all(|other| other == first) => {
            Split { common: Some((*first).clone()), rests: vec![None; values.len()] }
        }
        _ => kept(values),
    }
}

fn get<'a>(value: &'a Y, key: &str) -> Option<&'a Y> {
    match value {
        Y::Map(entries) | Y::Tall(entries) => entries.iter().find(|(k, _)| k == key).map(|(_, value)| value),
        Y::Text(_) | Y::Raw(_) | Y::List(_) => None,
    }
}

/// The word of a field on which all agree.
fn kind<'a>(values: &[&'a Y], key: &str) -> Option<&'a str> {
    let word = |value: &&'a Y| match get(value, key) {
        Some(Y::Text(word)) => Some(word.as_str()),
        _ => None,
    };
    let first = values.first().and_then(word)?;
    values.iter().all(|value| word(value) == Some(first)).then_some(first)
}

type Rule = fn(&[&Y]) -> Split;

/// Mappings, field by field.
fn fields(values: &[&Y], rule: impl Fn(&str) -> Rule) -> Split {
    let maps: Option<Vec<Entries>> = values
        .iter()
        .map(|value| match value {
            Y::Map(entries) => Some(entries.clone()),
            Y::Text(_) | Y::Raw(_) | Y::List(_) | Y::Tall(_) => None,
        })
        .collect();
    let Some(maps) = maps else { return kept(values) };
    let Shared { family, rests } = share(maps, |key, values| rule(key)(values));
    if family.is_empty() && rests.iter().any(|rest| !rest.is_empty()) {
        return kept(values);
    }
    let rests = rests.into_iter().map(|rest| (!rest.is_empty()).then_some(Y::Map(rest))).collect();
    Split { common: Some(Y::Map(family)), rests }
}

/// Lists of one length, position by position; `{}` holds the place of what has nothing of its own.
fn positions(values: &[&Y], rule: impl Fn(&[&Y]) -> Split) -> Split {
    let lists: Option<Vec<&[Y]>> = values
        .iter()
        .map(|value| match value {
            Y::List(items) => Some(items.as_slice()),
            Y::Text(_) | Y::Raw(_) | Y::Map(_) | Y::Tall(_) => None,
        })
        .collect();
    let Some(lists) = lists else { return kept(values) };
    let length = lists.first().map_or(0, |list| list.len());
    if length == 0 || lists.iter().any(|list| list.len() != length) {
        return kept(values);
    }
    let mut common = Vec::with_capacity(length);
    let mut rests: Vec<Vec<Option<Y>>> = vec![Vec::with_capacity(length); lists.len()];
    for at in 0..length {
        let items: Vec<&Y> = lists.iter().filter_map(|list| list.get(at)).collect();
        let split = rule(&items);
        // One that shares nothing would leave an item without a kind behind.
        let Some(shared) = split.common else { return kept(values) };
        common.push(shared);
        for (rest, left) in rests.iter_mut().zip(split.rests) {
            rest.push(left);
        }
    }
    let rest = |items: Vec<Option<Y>>| {
        let own = items.iter().any(Option::is_some);
        own.then(|| Y::List(items.into_iter().map(|item| item.unwrap_or_else(|| Y::Map(Vec::new()))).collect()))
    };
    Split { common: Some(Y::List(common)), rests: rests.into_iter().map(rest).collect() }
}

/// Short forms: a text alone stands for `{text: …}`, and a header with a text is a TEXT header.
pub(crate) fn shorten(entries: &mut Entries) {
    for (key, value) in entries {
        match key.as_str() {
            "header" => {
                if let Y::Map(fields) = value
                    && fields.iter().any(|(key, _)| key == "text")
                {
                    fields.retain(|(key, word)| key != "format" || *word != Y::text("TEXT"));
                }
                short(value);
            }
            "body" | "footer" | "limited_time_offer" => short(value),
            "buttons" => {
                if let Y::List(items) = value {
                    items.iter_mut().for_each(short);
                }
            }
            "carousel" => {
                if let Y::Map(fields) = value {
                    shorten(fields);
                }
            }
            "cards" => {
                if let Y::List(cards) = value {
                    for card in cards {
                        if let Y::Map(fields) = card {
                            shorten(fields);
                        }
                    }
                }
            }
            _ => {}
        }
    }
}

fn short(value: &mut Y) {
    if let Y::Map(fields) = value
        && let [(key, Y::Text(text))] = fields.as_slice()
        && key == "text"
    {
        *value = Y::Text(text.clone());
    }
}
