//! Rules over the languages of a family: none is refused, all are mistakes more often than not.

use std::collections::BTreeSet;

use crate::{
    diagnostic::Severity,
    source::desired::Desired,
    template::{Content, placeholder},
};

use super::{
    Finding, Out, Rule, Scope,
    parts::{Place, button_lists, kind_name, texts},
    sources,
};

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "LP250",
        title: "A language and one of its countries",
        severity: Severity::Warning,
        scope: Scope::Any,
        source: "Meta, supported languages page, 2025-11",
        explanation: "`en` and `en_US` are two templates that know nothing of each other, each reviewed and counted by itself. Senders \
                      must name the exact code.",
        mend: "keep the one that your senders name",
        check: |_, _| (),
        bad: "languages:\n  en: {body: Your bike is ready.}\n  en_US: {body: Your bike is ready.}\n",
        good: "languages:\n  en_US: {body: Your bike is ready.}\n  de: {body: Dein Rad ist fertig.}\n",
    },
    Rule {
        code: "LP251",
        title: "Languages use different variables",
        severity: Severity::Warning,
        scope: Scope::Any,
        source: sources::CRAFT,
        explanation: "The same code sends all languages, with the same parameters: a message of the wrong number of parameters is refused \
                      when it is sent.",
        mend: "use the same variables in every language",
        check: |_, _| (),
        bad: "parameters: {day: Monday}\nlanguages:\n  en_US: {body: \"Your bike is ready on {{day}} in our workshop.\"}\n  de: {body: Dein Rad ist fertig.}\n",
        good: "parameters: {day: Monday}\nlanguages:\n  en_US: {body: \"Your bike is ready on {{day}} in our workshop.\"}\n  de: {body: \"Dein Rad ist am {{day}} bei uns fertig.\"}\n",
    },
    Rule {
        code: "LP252",
        title: "Languages have different buttons",
        severity: Severity::Warning,
        scope: Scope::Any,
        source: sources::CRAFT,
        explanation: "Senders address buttons by their index: buttons of different kinds in different languages break them in one of the \
                      languages.",
        mend: "give every language the same kinds of buttons in the same order",
        check: |_, _| (),
        bad: "languages:\n  en_US: {body: Your bike is ready., buttons: [{type: QUICK_REPLY, text: Great}]}\n  de: {body: Dein Rad ist fertig.}\n",
        good: "buttons: [{type: QUICK_REPLY, text: Great}]\nlanguages:\n  en_US: {body: Your bike is ready.}\n  de: {body: Dein Rad ist fertig., buttons: [Super]}\n",
    },
];

/// Findings over all languages of one family, each with the template that it is about.
#[must_use]
pub fn check_family<'a>(family: &[&'a Desired]) -> Vec<(&'a Desired, Finding)> {
    let mut found = Vec::new();
    for rule in RULES {
        match rule.code {
            "LP250" => regions(family, rule, &mut found),
            "LP251" => differing(family, rule, "other variables", variables, shown, &mut found),
            _ => differing(family, rule, "other kinds of buttons", button_kinds, |kinds| kinds.join(", "), &mut found),
        }
    }
    found
}

fn add<'a>(
    desired: &'a Desired,
    rule: &'static Rule,
    path: &str,
    message: String,
    found: &mut Vec<(&'a Desired, Finding)>,
) {
    let mut findings = Vec::new();
    Out { rule, findings: &mut findings }.add(path, message);
    found.extend(findings.into_iter().map(|finding| (desired, finding)));
}

fn regions<'a>(family: &[&'a Desired], rule: &'static Rule, found: &mut Vec<(&'a Desired, Finding)>) {
    for desired in family {
        let code = &desired.key.language;
        let country = |other: &&&Desired| other.key.language.split_once('_').is_some_and(|(base, _)| base == code);
        if let Some(other) = family.iter().find(country) {
            let message = format!("`{code}` and `{}` are two templates to the provider", other.key.language);
            add(desired, rule, "", message, found);
        }
    }
}

/// Reports each language that differs from the first one.
fn differing<'a, T: PartialEq>(
    family: &[&'a Desired],
    rule: &'static Rule,
    what: &str,
    of: fn(&Content) -> Vec<(String, T)>,
    show: fn(&T) -> String,
    found: &mut Vec<(&'a Desired, Finding)>,
) {
    let Some((first, rest)) = family.split_first() else { return };
    let wanted = of(&first.content);
    for desired in rest {
        let have = of(&desired.content);
        if have == wanted {
            continue;
        }
        let path = have.iter().chain(&wanted).find(|part| !(have.contains(part) && wanted.contains(part)));
        let path = path.map_or("", |(path, _)| path.as_str());
        let (language, other) = (&desired.key.language, &first.key.language);
        let side = |parts: &[(String, T)]| {
            let part = parts.iter().find(|(at, _)| at == path).map(|(_, part)| show(part));
            part.unwrap_or_else(|| "none".to_owned())
        };
        let (here, there) = (side(&have), side(&wanted));
        add(desired, rule, path, format!("`{language}` has {what} than `{other}`: {here} for {there}"), found);
    }
}

/// The set of variables of each text. A header's and a body's are different parameters on the wire.
fn variables(content: &Content) -> Vec<(String, BTreeSet<crate::template::Parameter>)> {
    let of = |text: super::parts::Text<'_>| {
        let field = if text.place == Place::Header { "header" } else { text.path.as_str() };
        (format!("{field}.text"), placeholder::parameters(text.text).into_iter().collect::<BTreeSet<_>>())
    };
    let mut all: Vec<_> = texts(content).into_iter().map(of).collect();
    all.retain(|(_, set)| !set.is_empty());
    all
}

fn shown(set: &BTreeSet<crate::template::Parameter>) -> String {
    set.iter().map(|parameter| format!("{{{{{parameter}}}}}")).collect::<Vec<_>>().join(", ")
}

fn button_kinds(content: &Content) -> Vec<(String, Vec<String>)> {
    let kinds =
        |list: &[crate::template::Button]| list.iter().map(|button| kind_name(&button.kind).to_owned()).collect();
    button_lists(content).into_iter().map(|(path, list)| (path, kinds(list))).collect()
}
