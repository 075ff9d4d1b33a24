//! Rules for what the provider refuses, judged offline from a template's content.
//!
//! Pure: no file, network, clock or terminal. What an account already holds is not judged here; the planner asks
//! [`refused`] about what it would send.

use std::collections::HashMap;

use crate::{
    diagnostic::{Diagnostic, Severity, Span},
    source::desired::Desired,
    template::{Category, Content},
};

/// A carousel of two cards as a fixture, by the texts of their bodies.
macro_rules! cards {
    ($first:expr, $second:expr) => {
        concat!(
            "category: MARKETING\nparameters: {price: 400 euros}\ncarousel:\n  cards:\n",
            "    - header: {format: IMAGE, example: \"https://fernweh.example/1.jpg\"}\n      body: \"",
            $first,
            "\"\n      buttons: [{type: QUICK_REPLY, text: Tell me more}]\n",
            "    - header: {format: IMAGE, example: \"https://fernweh.example/2.jpg\"}\n      body: \"",
            $second,
            "\"\n      buttons: [{type: QUICK_REPLY, text: Tell me more}]\n",
        )
    };
}

mod body;
mod buttons;
mod carousel;
mod category;
mod family;
mod header;
mod identity;
mod library;
mod offer;
mod otp;
pub mod pages;
pub mod parts;
mod phones;
mod rule;
mod samples;
mod shape;
pub(crate) mod sources;
pub mod text;
mod ttl;
mod urls;
mod variables;

pub use family::check_family;
pub use rule::{Finding, Out, Rule, Scope, Subject};

/// All rules, in groups, sorted by code.
pub const GROUPS: &[&[Rule]] = &[
    identity::RULES,
    shape::RULES,
    body::RULES,
    header::RULES,
    variables::RULES,
    samples::RULES,
    buttons::RULES,
    urls::RULES,
    phones::RULES,
    otp::RULES,
    carousel::RULES,
    offer::RULES,
    category::RULES,
    ttl::RULES,
    library::RULES,
    family::RULES,
];

/// Codes of rules that are gone, and why. They are never given to another rule.
pub const RETIRED: &[(&str, &str)] = &[(
    "LP143",
    "it counted words beside the variables where its sources count both together: LP142 says all there is to say",
)];

/// All rules.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    GROUPS.iter().flat_map(|group| group.iter())
}

/// Everything that the rules find in one template.
#[must_use]
pub fn check(desired: &Desired) -> Vec<Finding> {
    findings(&Subject { key: &desired.key, category: &desired.category, content: &desired.content })
}

fn findings(subject: &Subject<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in rules() {
        (rule.check)(subject, &mut Out { rule, findings: &mut findings });
    }
    findings
}

/// What the provider would refuse if this content were sent for a template that it holds, or will hold, under that category;
/// what the family allows counts all the same.
#[must_use]
pub fn refused(desired: &Desired, category: &Category, content: &Content) -> Vec<Finding> {
    let mut findings = findings(&Subject { key: &desired.key, category, content });
    findings.retain(|finding| finding.severity == Severity::Error);
    findings
}

/// What the provider would refuse of a template that it holds under the category that the family accepts beside its own.
/// Only a warning: other accounts and languages may hold it as asked for.
fn under_accepted(desired: &Desired) -> Vec<Finding> {
    let Some(accepted) = desired.accept_category.as_ref().filter(|accepted| **accepted != desired.category) else {
        return Vec::new();
    };
    let own = check(desired);
    let mut found = refused(desired, accepted, &desired.content);
    found.retain(|finding| {
        finding.scope != Scope::Create && !own.iter().any(|one| (one.code, &one.path) == (finding.code, &finding.path))
    });
    for finding in &mut found {
        finding.severity = Severity::Warning;
        finding.message = format!("where an account holds it as {accepted} (`accept_category`): {}", finding.message);
    }
    found
}

/// Where a path of the normal form was written: itself, or the nearest parent that was.
#[must_use]
pub fn place(desired: &Desired, path: &str) -> Span {
    let mut path = path;
    loop {
        if let Some(span) = desired.spans.get(path) {
            return *span;
        }
        match path.rfind(['.', '[']) {
            Some(cut) => path = &path[..cut],
            None => return desired.span,
        }
    }
}

/// The findings about all templates of an account, as `validate` reports them: what a family allows is a note, and what
/// languages share is said once.
#[must_use]
pub fn diagnose(all: &[Desired]) -> Vec<Diagnostic> {
    let mut families: Vec<Vec<&Desired>> = Vec::new();
    let mut index: HashMap<&str, usize> = HashMap::new();
    for desired in all {
        let at = *index.entry(&desired.key.name).or_insert_with(|| {
            families.push(Vec::new());
            families.len() - 1
        });
        families[at].push(desired);
    }
    let mut out: Vec<(Diagnostic, String, usize)> = Vec::new();
    let mut seen: HashMap<(&'static str, Span, String), usize> = HashMap::new();
    for family in &families {
        let all = |desired: &Desired| check(desired).into_iter().chain(under_accepted(desired)).collect::<Vec<_>>();
        let single = family.iter().flat_map(|desired| all(desired).into_iter().map(move |finding| (*desired, finding)));
        for (desired, finding) in single.chain(check_family(family)) {
            let span = place(desired, &finding.path);
            let key = (finding.code, span, finding.message.clone());
            if let Some(at) = seen.get(&key) {
                out[*at].2 += 1;
                continue;
            }
            seen.insert(key, out.len());
            let allowed = desired.allow.iter().any(|code| code == finding.code);
            let severity = if allowed { Severity::Note } else { finding.severity };
            let mut diagnostic =
                Diagnostic::new(severity, finding.code, Some(span), finding.message).help(finding.help);
            diagnostic.rewrite = finding.rewrite;
            out.push((diagnostic, desired.key.to_string(), 0));
        }
    }
    let labelled = out.into_iter().map(|(diagnostic, key, more)| match more {
        0 => diagnostic.label(format!("in {key}")),
        _ => diagnostic.label(format!("in {key} and {}", text::count(more, "more language"))),
    });
    labelled.collect()
}

#[cfg(test)]
mod tests;
