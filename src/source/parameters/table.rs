//! `parameters:` of a family or a language: samples, and the order of names where it is a list.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    language::Given,
    names::{fault, key_parameter, meant},
};
use crate::{
    diagnostic::{Diagnostic, Span},
    source::{
        read,
        tree::{Node, Value},
    },
    template::Parameter,
};

/// The samples of one place.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    /// By parameter.
    pub(super) samples: BTreeMap<Parameter, String>,
    /// Where each parameter stands, in order.
    pub(super) spans: Vec<(Parameter, Span)>,
}

impl Table {
    /// Reads a list or a mapping. In a list of bare words, these are names, or samples where the texts use numbers.
    pub(super) fn read(node: &Arc<Node>, given: Given, faults: &mut Vec<Diagnostic>) -> Self {
        let mut table = Self::default();
        match &node.value {
            Value::Mapping(entries) => {
                for entry in entries {
                    table.add(&entry.key, entry.key_span, Some(&entry.value), given, faults);
                }
            }
            Value::Sequence(items) => {
                for (number, item) in (1..).zip(items) {
                    table.item(number, item, given, faults);
                }
            }
            Value::Empty | Value::Scalar(_) => faults.push(read::expected(node, "`parameters`", "a list or a mapping")),
        }
        table
    }

    fn item(&mut self, number: u32, item: &Arc<Node>, given: Given, faults: &mut Vec<Diagnostic>) {
        match &item.value {
            Value::Mapping(entries) => match entries.as_slice() {
                [entry] => self.add(&entry.key, entry.key_span, Some(&entry.value), given, faults),
                _ => {
                    let fault = fault(item.span, "each item of `parameters` holds one name and its sample");
                    faults.push(fault.help("write `- name: sample`, one parameter per item"));
                }
            },
            Value::Scalar(_) if given == Given::Numbers => {
                let parameter = Parameter::Number(number);
                self.spans.push((parameter.clone(), item.span));
                self.samples.extend(read::text(item, "a sample", faults).map(|text| (parameter, text)));
            }
            Value::Scalar(scalar) => self.add(&scalar.text, item.span, None, given, faults),
            Value::Empty | Value::Sequence(_) => {
                faults.push(read::expected(item, "an item of `parameters`", "`name: sample`"));
            }
        }
    }

    fn add(&mut self, key: &str, span: Span, value: Option<&Arc<Node>>, given: Given, faults: &mut Vec<Diagnostic>) {
        let parameter = key_parameter(key, span, faults);
        let wrong = match (&parameter, given) {
            (Parameter::Name(_), Given::Numbers) => Some("the texts use numbers, not names"),
            (Parameter::Number(_), Given::Names) => Some("the texts use names, not numbers"),
            _ => None,
        };
        if let Some(wrong) = wrong {
            let fault = fault(span, format!("`parameters` holds `{key}`, but {wrong}"));
            faults.push(fault.help("use the same kind in `parameters` and in the texts"));
            return;
        }
        if self.spans.iter().any(|(known, _)| *known == parameter) {
            faults.push(fault(span, format!("`parameters` lists `{key}` twice")).help("leave one out"));
            return;
        }
        self.spans.push((parameter.clone(), span));
        let text = value.and_then(|value| read::text(value, &format!("the sample of `{key}`"), faults));
        self.samples.extend(text.map(|text| (parameter, text)));
    }
}

/// The names of a list in their order; `None` for a mapping, which has no order.
pub(super) fn order(node: &Node) -> Option<Vec<String>> {
    let Value::Sequence(items) = &node.value else { return None };
    let name = |item: &Arc<Node>| match &item.value {
        Value::Scalar(scalar) => Some(scalar.text.clone()),
        Value::Mapping(entries) => entries.first().map(|entry| entry.key.clone()),
        Value::Empty | Value::Sequence(_) => None,
    };
    let names = items.iter().filter_map(name);
    Some(names.map(|name| meant(Parameter::Name(name)).to_string()).collect())
}
