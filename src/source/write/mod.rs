//! Writing YAML as a person would, for what `import` finds.
//!
//! Every language is written so that reading gives back exactly its content; what the short form cannot say is written as
//! the provider's JSON. That is not assumed but tried: what was written is read again before it is handed out.

mod check;
mod imported;
mod lift;
mod parts;
mod samples;
mod scalar;
mod yaml;

#[cfg(test)]
mod tests;

pub use imported::{Imported, ImportedLanguage};

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::template::{
    Content, MediaSource, Parameter, ParameterFormat,
    components::{self, media_mut},
    placeholder,
};
use parts::{Entries, is_unmodelled};
use yaml::Y;

/// How a family is laid out.
#[derive(Debug, Clone, Default)]
struct Plan {
    /// Languages that are written as the provider's JSON.
    verbatim: BTreeSet<usize>,
    /// Whether languages share what they can.
    lifting: bool,
}

/// The file of a family.
#[must_use]
pub fn family_yaml(family: &Imported, schema_line: Option<&str>) -> String {
    let mut plan = Plan { verbatim: BTreeSet::new(), lifting: true };
    for (at, language) in family.languages.iter().enumerate() {
        let alone = Imported { languages: vec![language.clone()], ..family.clone() };
        let kept = |text: &str| check::mismatches(&alone, text).is_empty();
        if is_unmodelled(&language.content) || !kept(&document(&alone, &Plan { lifting: true, ..Plan::default() })) {
            plan.verbatim.insert(at);
        }
    }
    let mut body = document(family, &plan);
    // Sharing may go wrong only where languages disturb each other; less is shared then.
    for lifting in [true, false] {
        let wrong = check::mismatches(family, &body);
        if wrong.is_empty() {
            break;
        }
        plan.lifting = lifting;
        if lifting {
            plan.verbatim.extend(wrong);
        }
        body = document(family, &plan);
    }
    let mut out = String::new();
    let comments = schema_line.into_iter().chain(family.comments.iter().map(String::as_str));
    for line in comments.flat_map(str::lines) {
        let line: String = line.chars().filter(|c| !c.is_control() && *c != '\u{feff}').collect();
        let line = line.trim();
        out.push_str(if line.starts_with('#') { "" } else { "# " });
        out.push_str(line);
        out.push('\n');
    }
    out + &body
}

fn document(family: &Imported, plan: &Plan) -> String {
    let contents: Vec<&Content> = family.languages.iter().map(|language| &language.content).collect();
    let (verbatim, plain): (Vec<usize>, Vec<usize>) = (0..contents.len()).partition(|at| plan.verbatim.contains(at));
    let modelled: Vec<&Content> = plain.iter().filter_map(|at| contents.get(*at).copied()).collect();

    let samples = samples::lift(&modelled, plan.lifting);
    let full = modelled.iter().zip(&samples.kept).map(|(content, kept)| parts::parts(content, kept)).collect();
    let shared = if plan.lifting { lift::parts(full) } else { lift::Shared { family: Vec::new(), rests: full } };
    let all_settings: Vec<Entries> = contents.iter().map(|content| parts::settings(content)).collect();
    let settings = if plan.lifting {
        lift::settings(all_settings)
    } else {
        lift::Shared { family: Vec::new(), rests: all_settings }
    };
    let json: Vec<&Content> = verbatim.iter().filter_map(|at| contents.get(*at).copied()).collect();
    let formats = formats(&contents, &modelled, &json, family.named_parameters);

    let mut languages: Vec<Entries> = vec![Entries::new(); contents.len()];
    for (at, language) in languages.iter_mut().enumerate() {
        if formats.family.is_none()
            && let Some(format) = formats.languages.get(at)
        {
            language.push(("parameter_format".to_owned(), Y::text(format_name(*format))));
        }
    }
    for ((at, rest), parameters) in plain.iter().zip(shared.rests).zip(samples.languages) {
        if let Some(language) = languages.get_mut(*at) {
            language.extend(parameters.map(|table| ("parameters".to_owned(), table)));
            language.extend(rest);
        }
    }
    for at in verbatim {
        if let (Some(language), Some(content)) = (languages.get_mut(at), contents.get(at)) {
            language.push(("components".to_owned(), components(content)));
        }
    }
    for (language, rest) in languages.iter_mut().zip(settings.rests) {
        language.extend(rest);
    }

    let mut out = Entries::new();
    let mut put = |key: &str, value: Y| out.push((key.to_owned(), value));
    put("name", Y::text(&family.name));
    put("category", Y::text(family.category.as_str()));
    if let Some(category) = &family.accept_category {
        put("accept_category", Y::text(category.as_str()));
    }
    if let Some(accounts) = &family.accounts {
        put("accounts", Y::List(accounts.iter().map(Y::text).collect()));
    }
    if let Some(Some(format)) = formats.family {
        put("parameter_format", Y::text(format_name(format)));
    }
    if let Some(table) = samples.family {
        put("parameters", table);
    }
    let mut common: Entries = shared.family;
    lift::shorten(&mut common);
    for (key, value) in common.into_iter().chain(settings.family) {
        put(&key, value);
    }
    put("languages", language_blocks(family, languages));
    if !family.allow.is_empty() {
        put("allow", Y::List(family.allow.iter().map(Y::text).collect()));
    }
    yaml::document(&out)
}

/// Languages with what is left to them; a list of codes if that is nothing.
fn language_blocks(family: &Imported, mut own: Vec<Entries>) -> Y {
    if own.iter().all(Vec::is_empty) {
        return Y::List(family.languages.iter().map(|language| Y::text(&language.language)).collect());
    }
    own.iter_mut().for_each(lift::shorten);
    let codes = family.languages.iter().map(|language| language.language.clone());
    Y::Tall(codes.zip(own.into_iter().map(Y::Tall)).collect())
}

/// `parameter_format`, where it cannot be inferred.
struct Formats {
    /// `Some(None)`: inferred. `None`: the languages differ, each says its own.
    family: Option<Option<ParameterFormat>>,
    languages: Vec<ParameterFormat>,
}

fn formats(all: &[&Content], modelled: &[&Content], verbatim: &[&Content], named_parameters: bool) -> Formats {
    let languages: Vec<ParameterFormat> = all.iter().map(|content| content.parameter_format).collect();
    let Some(first) = languages.first().copied() else { return Formats { family: Some(None), languages } };
    if languages.iter().any(|format| *format != first) {
        return Formats { family: None, languages };
    }
    let names = modelled.iter().any(|content| {
        let mut content = (*content).clone();
        let texts = crate::source::parameters::slots(&mut content);
        let mut used = texts.iter().flat_map(|(_, slot)| placeholder::parameters(slot.text()));
        used.any(|parameter| matches!(parameter, Parameter::Name(_)))
    });
    let inferred = if names { ParameterFormat::Named } else { ParameterFormat::Positional };
    let sure = (modelled.is_empty() || (inferred == first && (named_parameters || !names)))
        && verbatim.iter().all(|content| crate::source::parameters::verbatim_format(content) == first);
    Formats { family: Some((!sure).then_some(first)), languages }
}

fn format_name(format: ParameterFormat) -> &'static str {
    match format {
        ParameterFormat::Named => "NAMED",
        ParameterFormat::Positional => "POSITIONAL",
    }
}

/// The provider's JSON of the components; media as they are written here.
fn components(content: &Content) -> Y {
    let mut content = content.clone();
    let carousel =
        content.carousel.iter_mut().flat_map(|carousel| carousel.cards.iter_mut().map(|card| &mut card.header));
    for header in std::iter::once(&mut content.header).chain(carousel).flatten() {
        if let crate::template::HeaderKind::Media { sample, .. } = &mut header.kind
            && sample.as_ref().is_some_and(|sample| parts::reference(sample).is_none())
        {
            *sample = None;
        }
    }
    for slot in media_mut(&mut content) {
        let text = parts::reference(slot.sample).unwrap_or_default().to_owned();
        slot.sample.source = MediaSource::Handle(text);
    }
    let list = components::write(&content).ok().and_then(|mut object| object.remove("components"));
    Y::json(&list.unwrap_or_else(|| Json::Array(Vec::new())))
}
