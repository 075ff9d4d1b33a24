//! Settling the parameters of a family: their kind, their order, and what each text may use.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{
    language::{Given, Language, Mode},
    names::{fault, meant, unsound},
    samples,
    slots::{Slot, slots},
    table::{self, Table},
};
use crate::{
    diagnostic::{Diagnostic, Span, did_you_mean},
    source::{lower::AuthoredContent, tree::Node},
    template::{Content, Parameter, ParameterFormat, placeholder},
};

/// Settles all languages. `named`: the target takes names.
pub(crate) fn settle(languages: &mut [Language], named: bool, faults: &mut Vec<Diagnostic>) {
    for language in languages.iter_mut().filter(|language| language.draft.verbatim) {
        language.draft.content.parameter_format =
            language.format.unwrap_or_else(|| verbatim_format(&language.draft.content));
    }
    for language in languages.iter_mut() {
        let AuthoredContent { content, names, .. } = &mut language.draft;
        // A slip is reported where it stands; its sample is used all the same.
        *names = slots(content).iter().flat_map(|(_, slot)| placeholder::parameters(slot.text())).map(meant).collect();
    }
    let formats: BTreeSet<Option<u8>> = languages.iter().map(|language| rank(language.format)).collect();
    for format in formats {
        let mut group: Vec<&mut Language> = languages
            .iter_mut()
            .filter(|language| rank(language.format) == format && !language.draft.verbatim)
            .collect();
        settle_group(&mut group, named, faults);
    }
    if !languages.iter().any(|language| language.draft.verbatim) {
        unused(languages, faults);
    }
}

fn rank(format: Option<ParameterFormat>) -> Option<u8> {
    format.map(|format| match format {
        ParameterFormat::Positional => 0,
        ParameterFormat::Named => 1,
    })
}

/// What the provider's JSON says by its texts and samples.
pub(crate) fn verbatim_format(content: &Content) -> ParameterFormat {
    let mut content = content.clone();
    let named = slots(&mut content).iter().any(|(_, slot)| match slot {
        Slot::Text { text, samples } => {
            let names = |parameter: &Parameter| matches!(parameter, Parameter::Name(_));
            placeholder::parameters(text).iter().any(names) || samples.0.keys().any(names)
        }
        Slot::Url { .. } => false,
    });
    if named { ParameterFormat::Named } else { ParameterFormat::Positional }
}

/// What one text uses.
struct Use {
    language: usize,
    path: String,
    span: Span,
    url: bool,
    parameters: Vec<Parameter>,
}

fn uses(group: &mut [&mut Language]) -> Vec<Use> {
    let mut all = Vec::new();
    for (at, language) in group.iter_mut().enumerate() {
        let AuthoredContent { content, spans, .. } = &mut language.draft;
        for (path, slot) in slots(content) {
            let span = spans.get(&path).copied().unwrap_or(language.span);
            let url = matches!(slot, Slot::Url { .. });
            let parameters = placeholder::parameters(slot.text());
            all.push(Use { language: at, path, span, url, parameters });
        }
    }
    all
}

fn settle_group(group: &mut [&mut Language], named: bool, faults: &mut Vec<Diagnostic>) {
    let uses = uses(group);
    if !names_are_sound(&uses, faults) {
        return;
    }
    let Some(mode) = mode(group, &uses, named, faults) else { return };
    if let Mode::ByNumber(order) = &mode {
        if !known(&uses, order, faults) {
            return;
        }
        same_everywhere(group, &uses, faults);
    }
    let numbers: Vec<&Use> = uses.iter().filter(|one| one.url || mode == Mode::Numbers).collect();
    gaps(&numbers, faults);
    for language in group.iter_mut() {
        samples::fill(language, &mode, faults);
        let notes = by_number_notes(language, &mode);
        language.notes.extend(notes);
        samples::renumber(language, &mode);
        language.draft.content.parameter_format =
            if mode == Mode::Names { ParameterFormat::Named } else { ParameterFormat::Positional };
    }
}

/// Reports placeholders that are no parameter at any provider.
fn names_are_sound(uses: &[Use], faults: &mut Vec<Diagnostic>) -> bool {
    let before = faults.len();
    for one in uses {
        for parameter in &one.parameters {
            match parameter {
                Parameter::Number(0) => {
                    faults.push(fault(one.span, "`{{0}}` is not a parameter").help("numbers begin with 1"));
                }
                Parameter::Name(name) if !placeholder::is_name(name) => faults.push(unsound(name, one.span)),
                Parameter::Number(_) | Parameter::Name(_) => {}
            }
        }
    }
    faults.len() == before
}

fn mode(group: &[&mut Language], uses: &[Use], named: bool, faults: &mut Vec<Diagnostic>) -> Option<Mode> {
    let declared = group.first().and_then(|language| language.format);
    let find = |want: fn(&Parameter) -> bool, urls: bool| {
        uses.iter().find(|one| (urls || !one.url) && one.parameters.iter().any(want))
    };
    let name = find(|parameter| matches!(parameter, Parameter::Name(_)), true);
    // A link has one parameter at most, and accounts number it beside named texts too.
    let links_may = name.is_some() || declared == Some(ParameterFormat::Named);
    let number = find(|parameter| matches!(parameter, Parameter::Number(_)), !links_may);
    match (name, number) {
        (Some(name), Some(number)) => {
            let message = "numbers and names are mixed: a family has one kind of parameters";
            let fault = fault(number.span, message).label("numbers here").related(name.span, "names here");
            faults.push(fault.help("name all parameters, or number all"));
            None
        }
        (None, Some(number)) if declared == Some(ParameterFormat::Named) => {
            let fault = fault(number.span, "parameter_format is NAMED, but this text numbers its parameters");
            faults.push(fault.help("give the parameters names, or leave `parameter_format` out"));
            None
        }
        (None, _) if declared != Some(ParameterFormat::Named) => Some(Mode::Numbers),
        (None, _) => Some(Mode::Names),
        (Some(_), None) if declared == Some(ParameterFormat::Named) => Some(Mode::Names),
        (Some(_), None) if declared.is_none() && named => Some(Mode::Names),
        // Without an order that is the one fault: what follows is read as if names went over the wire.
        (Some(name), None) => {
            Some(order(group, name.span, declared.is_some(), faults).map_or(Mode::Names, Mode::ByNumber))
        }
    }
}

/// The order in which names are numbered: the family's list, or one that all languages share.
fn order(group: &[&mut Language], span: Span, declared: bool, faults: &mut Vec<Diagnostic>) -> Option<Vec<String>> {
    let list = |node: &Option<Arc<Node>>| node.as_deref().and_then(table::order);
    if let Some(order) = group.iter().find_map(|language| list(&language.family)) {
        return Some(order);
    }
    let own: BTreeSet<Option<Vec<String>>> = group.iter().map(|language| list(&language.own)).collect();
    if let (1, Some(Some(order))) = (own.len(), own.first()) {
        return Some(order.clone());
    }
    let at = group.iter().find_map(|language| language.family.as_ref().map(|node| node.span)).unwrap_or(span);
    let why =
        if declared { "parameter_format is POSITIONAL" } else { "an account of the family takes numbers, not names" };
    let message = format!("{why}: the names of the parameters need an order");
    faults.push(fault(at, message).help("write `parameters` as a list, `- name: sample`, in the order of the wire"));
    None
}

/// Every name that is used must have its place in the order.
fn known(uses: &[Use], order: &[String], faults: &mut Vec<Diagnostic>) -> bool {
    let before = faults.len();
    for one in uses {
        for parameter in &one.parameters {
            if let Parameter::Name(name) = parameter
                && !order.contains(name)
            {
                let help = did_you_mean(name, order.iter().map(String::as_str))
                    .unwrap_or_else(|| format!("add it to `parameters`; there are {}", order.join(", ")));
                faults.push(fault(one.span, format!("`parameters` does not list `{name}`")).help(help));
            }
        }
    }
    faults.len() == before
}

/// Names that are submitted by number must be the same in every language: else a number means two things.
fn same_everywhere(group: &[&mut Language], uses: &[Use], faults: &mut Vec<Diagnostic>) {
    let mut by_path: BTreeMap<&str, BTreeMap<usize, (&Use, BTreeSet<&Parameter>)>> = BTreeMap::new();
    for one in uses {
        by_path.entry(&one.path).or_default().insert(one.language, (one, one.parameters.iter().collect()));
    }
    for (path, found) in by_path {
        let none = BTreeSet::new();
        let set = |at: usize| found.get(&at).map_or(&none, |(_, set)| set);
        for at in 1..group.len() {
            if set(at) == set(0) {
                continue;
            }
            let (Some(language), Some(first)) = (group.get(at), group.first()) else { continue };
            let span = found.get(&at).map_or(language.span, |(one, _)| one.span);
            let (here, there) = (show(set(at)), show(set(0)));
            let message = format!("`{path}` has {here} in `{}`, but {there} in `{}`", language.code, first.code);
            let mut fault = fault(span, message);
            if let Some((one, _)) = found.get(&0) {
                fault = fault.related(one.span, format!("`{}`", first.code));
            }
            faults.push(fault.help("names that are submitted by number must be the same in every language"));
        }
    }
}

fn show(parameters: &BTreeSet<&Parameter>) -> String {
    if parameters.is_empty() {
        return "no parameter".to_owned();
    }
    parameters.iter().map(|parameter| format!("{{{{{parameter}}}}}")).collect::<Vec<_>>().join(", ")
}

/// Numbers count from 1 without a gap, in each text by itself.
fn gaps(uses: &[&Use], faults: &mut Vec<Diagnostic>) {
    for one in uses {
        let numbers: BTreeSet<u32> = one.parameters.iter().filter_map(number).collect();
        let missing = (1..).zip(&numbers).find(|(wanted, found)| wanted != *found);
        if let Some((wanted, found)) = missing {
            let message = format!("`{}` uses `{{{{{found}}}}}`, but not `{{{{{wanted}}}}}`", one.path);
            faults.push(fault(one.span, message).help("each text counts its parameters from 1, without a gap"));
        }
    }
}

fn number(parameter: &Parameter) -> Option<u32> {
    match parameter {
        Parameter::Number(number) => Some(*number),
        Parameter::Name(_) => None,
    }
}

fn by_number_notes(language: &mut Language, mode: &Mode) -> Option<String> {
    let Mode::ByNumber(order) = mode else { return None };
    let texts: Vec<String> = slots(&mut language.draft.content)
        .into_iter()
        .filter_map(|(path, slot)| {
            let used = samples::in_order(&placeholder::parameters(slot.text()), order);
            let pairs = (1..).zip(&used).map(|(n, name): (u32, _)| format!("{{{{{n}}}}} {name}"));
            (!used.is_empty()).then(|| format!("{path}: {}", pairs.collect::<Vec<_>>().join(", ")))
        })
        .collect();
    (!texts.is_empty())
        .then(|| format!("parameters are authored by name and submitted by number ({})", texts.join("; ")))
}

/// Samples of parameters that no text uses are probably misspelt.
fn unused(languages: &[Language], faults: &mut Vec<Diagnostic>) {
    let used: BTreeSet<Parameter> = languages.iter().flat_map(|language| language.draft.names.clone()).collect();
    let mut tables: Vec<Table> = Vec::new();
    for language in languages.iter() {
        let read = |node: &Arc<Node>, used: &BTreeSet<Parameter>| Table::read(node, Given::of(used), &mut Vec::new());
        tables.extend(language.family.as_ref().map(|node| read(node, &used)));
        tables.extend(language.own.as_ref().map(|node| read(node, &language.draft.names)));
    }
    for table in tables {
        for (parameter, span) in table.spans {
            if !used.contains(&parameter) {
                let names: Vec<String> = used.iter().map(ToString::to_string).collect();
                let help = did_you_mean(&parameter.to_string(), names.iter().map(String::as_str))
                    .unwrap_or_else(|| "leave it out, or use it in a text".to_owned());
                let message = format!("no text uses the parameter `{parameter}`");
                faults.push(Diagnostic::warning("LP010", span, message).help(help));
            }
        }
    }
}
