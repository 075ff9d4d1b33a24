//! Samples of each text: its own `example`, else the language's `parameters`, else the family's; and numbers for names.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    language::{Given, Language, Mode},
    names::{fault, key_parameter},
    slots::{Slot, slots},
    table::{self, Table},
};
use crate::{
    diagnostic::{Diagnostic, did_you_mean},
    source::{
        lower::AuthoredContent,
        read,
        tree::{Node, Value},
    },
    template::{Parameter, Samples, components::url_sample, placeholder},
};

/// Gives every text of a language its samples, by the parameters as authored.
pub(super) fn fill(language: &mut Language, mode: &Mode, faults: &mut Vec<Diagnostic>) {
    let Language { draft, own, family, .. } = language;
    let AuthoredContent { content, examples, names, spans, .. } = draft;
    let given = Given::of(names);
    let mut tables = Vec::new();
    // A language without parameters has nothing to read its bare samples by.
    for node in [own, family].into_iter().flatten().filter(|_| given != Given::Nothing) {
        tables.push(Table::read(node, given, faults));
    }
    let order: Vec<String> = match mode {
        Mode::ByNumber(order) => order.clone(),
        Mode::Names => family.as_deref().and_then(table::order).unwrap_or_default(),
        Mode::Numbers => Vec::new(),
    };
    let find = |parameter: &Parameter| tables.iter().find_map(|table| table.samples.get(parameter)).cloned();
    for (path, slot) in slots(content) {
        let used = ordered(&placeholder::parameters(slot.text()), &order);
        let before = faults.len();
        let own = examples.get(&path).map(|node| example(node, &path, &used, faults)).unwrap_or_default();
        // Of a text whose samples are wrong nobody needs to hear that it has none.
        if let Some(span) = spans.get(&path) {
            faults.iter_mut().skip(before).for_each(|fault| fault.related.push((*span, "their text".to_owned())));
        }
        let sample = |parameter: &Parameter| own.by.get(parameter).cloned().or_else(|| find(parameter));
        match slot {
            Slot::Text { samples, .. } => {
                if own.bare.is_some() {
                    let at = examples.get(&path).map_or(language.span, |node| node.span);
                    let message = format!("`{path}` has a sample, but no parameter");
                    faults.push(fault(at, message).help("leave `example` out, or use the parameter in the text"));
                }
                let found = used.iter().filter_map(|one| sample(one).map(|text| (one.clone(), text)));
                *samples = Samples(found.collect());
            }
            Slot::Url { url, sample: target } => {
                *target = own.bare.or_else(|| used.first().and_then(sample)).map(|text| url_sample(url, &text));
            }
        }
    }
}

/// Parameters in the order in which a bare list of samples goes: numbers ascending; names as listed, else as used.
fn ordered(used: &[Parameter], order: &[String]) -> Vec<Parameter> {
    let mut all = used.to_vec();
    let place = |parameter: &Parameter| match parameter {
        Parameter::Number(number) => (0, *number as usize),
        Parameter::Name(name) => (1, order.iter().position(|known| known == name).unwrap_or(usize::MAX)),
    };
    all.sort_by_key(place);
    all
}

/// The names that a text uses, in the order of the wire.
pub(super) fn in_order(used: &[Parameter], order: &[String]) -> Vec<String> {
    let names = order.iter().filter(|name| used.iter().any(|one| matches!(one, Parameter::Name(n) if n == *name)));
    names.cloned().collect()
}

/// An `example`, read.
#[derive(Debug, Default)]
struct Own {
    by: BTreeMap<Parameter, String>,
    /// A single text where there is no parameter to give it to.
    bare: Option<String>,
}

/// Keys around samples in the provider's JSON (Meta, components page, 2026-05-06), which parts do not have.
const WRAPPERS: &[&str] =
    &["body_text", "header_text", "body_text_named_params", "header_text_named_params", "header_handle"];

fn example(node: &Arc<Node>, path: &str, used: &[Parameter], faults: &mut Vec<Diagnostic>) -> Own {
    let what = format!("the sample of `{path}`");
    let mut own = Own::default();
    match &node.value {
        Value::Mapping(entries) if entries.iter().any(|entry| WRAPPERS.contains(&entry.key.as_str())) => {
            let message = format!("the samples of `{path}` are wrapped as in the provider's JSON");
            let help = "write the samples themselves: `example: [Ida, Monday]`, or a mapping by parameter";
            faults.push(fault(node.span, message).help(help));
        }
        Value::Mapping(entries) => {
            for entry in entries {
                let parameter = key_parameter(&entry.key, entry.key_span, faults);
                if used.contains(&parameter) {
                    own.by.extend(read::text(&entry.value, &what, faults).map(|text| (parameter, text)));
                } else {
                    let known: Vec<String> = used.iter().map(ToString::to_string).collect();
                    let help = did_you_mean(&entry.key, known.iter().map(String::as_str))
                        .unwrap_or_else(|| "an `example` is a list of samples, or a mapping by parameter".to_owned());
                    let message = format!("`{path}` does not use the parameter `{}`", entry.key);
                    faults.push(fault(entry.key_span, message).help(help));
                }
            }
        }
        Value::Sequence(items) => {
            // The provider's own shape wraps the row once more.
            let items = match items.as_slice() {
                [row] => match &row.value {
                    Value::Sequence(row) => row,
                    _ => items,
                },
                _ => items,
            };
            if items.len() > used.len() && !(used.is_empty() && items.len() == 1) {
                let (samples, parameters) = (items.len(), used.len());
                let message = format!("`{path}` has {samples} samples for {parameters} parameters");
                faults.push(fault(node.span, message).help("give one sample per parameter"));
            }
            for (at, item) in items.iter().enumerate().take(used.len().max(1)) {
                let text = read::text(item, &what, faults);
                match used.get(at) {
                    Some(parameter) => own.by.extend(text.map(|text| (parameter.clone(), text))),
                    None => own.bare = text,
                }
            }
        }
        Value::Empty | Value::Scalar(_) => match used {
            [] => own.bare = read::text(node, &what, faults),
            [one] => own.by.extend(read::text(node, &what, faults).map(|text| (one.clone(), text))),
            _ => {
                let fault = fault(node.span, format!("`{path}` has 1 sample for {} parameters", used.len()));
                faults.push(fault.help("write a list, or a mapping by parameter"));
            }
        },
    }
    own
}

/// Turns names into numbers, each text counting from 1 over the names that it uses.
pub(super) fn renumber(language: &mut Language, mode: &Mode) {
    let Mode::ByNumber(order) = mode else { return };
    for (_, slot) in slots(&mut language.draft.content) {
        let used = in_order(&placeholder::parameters(slot.text()), order);
        let number = |parameter: &Parameter| match parameter {
            Parameter::Name(name) => used
                .iter()
                .zip(1..)
                .find(|(known, _)| *known == name)
                .map_or_else(|| parameter.clone(), |(_, number)| Parameter::Number(number)),
            Parameter::Number(_) => parameter.clone(),
        };
        let written = |text: &str| placeholder::map(text, |parameter| format!("{{{{{}}}}}", number(parameter)));
        match slot {
            Slot::Text { text, samples } => {
                *text = written(text);
                *samples = Samples(std::mem::take(&mut samples.0).into_iter().map(|(p, s)| (number(&p), s)).collect());
            }
            Slot::Url { url, .. } => *url = written(url),
        }
    }
}
