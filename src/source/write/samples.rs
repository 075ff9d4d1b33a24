//! Where samples are written: once for the family where they agree, else once for a language, else in the component.
//!
//! A table of samples must never give one to a text that has none, so a parameter is lifted only if each of its texts has
//! a sample; a text with another sample keeps its own.

use std::collections::{BTreeMap, BTreeSet};

use super::yaml::Y;
use crate::{
    source::{
        parameters::{Slot, slots},
        values::escape,
    },
    template::{Content, Parameter, ParameterFormat, placeholder},
};

/// Samples that stand in the components, by the path of their text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Kept(BTreeMap<String, Y>);

impl Kept {
    /// The `example` of a text.
    pub(crate) fn example(&self, path: &str) -> Option<Y> {
        self.0.get(path).cloned()
    }
}

/// What is written where.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lifted {
    /// `parameters` of the family.
    pub(crate) family: Option<Y>,
    /// `parameters` of each language.
    pub(crate) languages: Vec<Option<Y>>,
    /// What stays in the components of each language.
    pub(crate) kept: Vec<Kept>,
}

type Table = BTreeMap<Parameter, String>;

/// A text, its parameters in the order of their first use, and its samples.
struct Text {
    path: String,
    used: Vec<Parameter>,
    samples: Table,
    /// The sample of a link without a parameter.
    bare: Option<String>,
}

fn texts(content: &Content) -> Vec<Text> {
    let mut content = content.clone();
    slots(&mut content)
        .into_iter()
        .map(|(path, slot)| {
            let used = placeholder::parameters(slot.text());
            match slot {
                Slot::Text { samples, .. } => Text { path, used, samples: samples.0.clone(), bare: None },
                Slot::Url { sample, .. } => match used.first() {
                    Some(parameter) => {
                        let samples = sample.take().map(|text| (parameter.clone(), text)).into_iter().collect();
                        Text { path, used, samples, bare: None }
                    }
                    None => Text { path, used, samples: Table::new(), bare: sample.take() },
                },
            }
        })
        .collect()
}

/// Distributes the samples of several languages. Without `lifting` all of them stay in the components.
pub(crate) fn lift(contents: &[&Content], lifting: bool) -> Lifted {
    let all: Vec<Vec<Text>> = contents.iter().map(|content| texts(content)).collect();
    let formats: BTreeSet<bool> = contents.iter().map(|content| named(content)).collect();
    let none = Table::new();
    let everywhere: Vec<&Text> = all.iter().flatten().collect();
    let family = match formats.first() {
        Some(names) if lifting && formats.len() == 1 => agreed(&everywhere, *names, &none),
        _ => Table::new(),
    };
    let mut out = Lifted { family: table(&family, &everywhere), ..Lifted::default() };
    for (texts, content) in all.iter().zip(contents) {
        let texts: Vec<&Text> = texts.iter().collect();
        let own = if lifting { agreed(&texts, named(content), &family) } else { Table::new() };
        out.languages.push(table(&own, &texts));
        let lifted = |parameter: &Parameter| own.get(parameter).or_else(|| family.get(parameter));
        let kept = texts.iter().filter_map(|text| Some((text.path.clone(), example(text, lifted)?)));
        out.kept.push(Kept(kept.collect()));
    }
    out
}

fn named(content: &Content) -> bool {
    content.parameter_format == ParameterFormat::Named
}

/// Samples on which the bodies agree, or else all texts; parameters of the other kind never are.
fn agreed(texts: &[&Text], names: bool, done: &Table) -> Table {
    let used: BTreeSet<&Parameter> = texts.iter().flat_map(|text| &text.used).collect();
    let open = used.into_iter().filter(|p| matches!(p, Parameter::Name(_)) == names && !done.contains_key(p));
    let mut out = Table::new();
    for parameter in open {
        let users: Vec<&&Text> = texts.iter().filter(|text| text.used.contains(parameter)).collect();
        let complete = users.iter().all(|text| text.samples.contains_key(parameter));
        let bodies = users.iter().filter(|text| text.path == "body.text").count();
        let voices: BTreeSet<&String> = users
            .iter()
            .filter(|text| bodies == 0 || text.path == "body.text")
            .filter_map(|text| text.samples.get(parameter))
            .collect();
        match (voices.first(), complete && voices.len() == 1) {
            (Some(sample), true) => {
                out.insert(parameter.clone(), (*sample).clone());
            }
            // Numbers mean little by themselves: all of them, or none.
            _ if !names => return Table::new(),
            _ => {}
        }
    }
    out
}

/// `parameters`: names as a mapping in the order of their first use, numbers as a list.
fn table(samples: &Table, texts: &[&Text]) -> Option<Y> {
    if samples.is_empty() {
        return None;
    }
    let sample = |text: &String| Y::Text(escape(text));
    let numbers = samples.keys().zip(1..).all(|(parameter, n)| *parameter == Parameter::Number(n));
    if numbers {
        return Some(Y::List(samples.values().map(sample).collect()));
    }
    let mut order: Vec<&Parameter> = Vec::new();
    for parameter in texts.iter().flat_map(|text| &text.used) {
        if samples.contains_key(parameter) && !order.contains(&parameter) {
            order.push(parameter);
        }
    }
    let entries = order.iter().filter_map(|p| samples.get(*p).map(|text| (p.to_string(), sample(text))));
    Some(Y::Tall(entries.collect()))
}

/// The `example` of a text: what is not lifted, or lifted with another sample.
fn example<'a>(text: &Text, lifted: impl Fn(&Parameter) -> Option<&'a String>) -> Option<Y> {
    if let Some(bare) = &text.bare {
        return Some(Y::Text(escape(bare)));
    }
    let own: Vec<(&Parameter, &String)> =
        text.samples.iter().filter(|(parameter, sample)| lifted(parameter) != Some(*sample)).collect();
    if own.is_empty() {
        return None;
    }
    let link = text.path.ends_with(".url");
    let numbers = own.iter().zip(1..).all(|((parameter, _), n)| **parameter == Parameter::Number(n));
    let sample = |text: &str| Y::Text(escape(text));
    Some(match own.as_slice() {
        [(_, one)] if link => sample(one),
        _ if numbers && own.len() == text.used.len() => Y::List(own.iter().map(|(_, text)| sample(text)).collect()),
        _ => Y::Map(own.iter().map(|(parameter, text)| (parameter.to_string(), sample(text))).collect()),
    })
}
