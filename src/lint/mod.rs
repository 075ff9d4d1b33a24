//! Rules for what the provider refuses, judged offline from a template's content.
//!
//! Pure: no file, network, clock or terminal. What an account already holds is not judged here; the planner asks
//! [`refused`] about what it would send.

use std::collections::HashMap;

use crate::{
    diagnostic::{Diagnostic, Rewrite, Severity, Span},
    source::desired::Desired,
    template::{Category, Content, TemplateKey},
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
mod samples;
mod shape;
pub mod text;
mod ttl;
mod urls;
mod variables;

pub use family::check_family;

/// Where the provider's limits were read, with the dates of the pages.
pub(crate) mod sources {
    pub(crate) const COMPONENTS: &str = "Meta, template components page, 2026-05-06";
    pub(crate) const MANAGEMENT: &str = "Meta, template management page, 2026-09-11";
    pub(crate) const REVIEW: &str = "Meta, template review page, 2026-09-11";
    pub(crate) const ERRORS: &str = "Meta, error codes page, 2026-09-11";
    pub(crate) const AUTHENTICATION: &str = "Meta, authentication templates pages, read in a mirror, checked 2026-11";
    pub(crate) const CAROUSEL: &str = "Meta, media card carousel page, 2026; changelog of 2025-07-30";
    pub(crate) const PRODUCTS: &str = "Meta, product card carousel page, 2026";
    pub(crate) const OFFER: &str = "Meta, limited-time offer page, 2026";
    pub(crate) const COUPON: &str = "Meta, coupon code page, 2026; changelog of 2025-12-03";
    pub(crate) const FLOWS: &str = "Meta, flows template page, 2026";
    pub(crate) const CALLS: &str = "Meta, call permission request page, checked 2026-11";
    pub(crate) const TTL: &str = "Meta, time-to-live page, 2026-09-11";
    pub(crate) const LIBRARY: &str = "Meta, template library page, 2026";
    pub(crate) const PAYMENTS: &str = "Meta, payments pages (order details, checkout buttons), checked 2026-11";
    pub(crate) const MARKETING: &str = "Meta, marketing messages API page, 2026";
    pub(crate) const OVERVIEW: &str = "Meta, templates overview, checked 2026-11";
    pub(crate) const OBSERVED: &str =
        "answers of the provider that others published, collected 2026-11; not documented";
    pub(crate) const CRAFT: &str = "no limit of the provider: letterpress's advice";
}

/// What a rule judges.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// Name and language.
    pub key: &'a TemplateKey,
    /// The category that is asked for.
    pub category: &'a Category,
    /// The content, parameters in the form in which they are submitted.
    pub content: &'a Content,
}

/// When a finding matters to the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Whenever the content is sent.
    Any,
    /// Only when the template is created: name and category are not part of an edit.
    Create,
}

/// What a rule found in one template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// `LP111`.
    pub code: &'static str,
    /// An error is refused by the provider; a warning probably is, or is not meant.
    pub severity: Severity,
    /// Which sending it matters to.
    pub scope: Scope,
    /// Path in the normal form, key into [`Desired::spans`]; the nearest parent may be the one that is there.
    pub path: String,
    /// One sentence without a full stop.
    pub message: String,
    /// What to do.
    pub help: String,
    /// What to write instead of which words, where that is known to the letter.
    pub rewrite: Option<Rewrite>,
}

/// One rule.
pub struct Rule {
    /// `LP111`; never given to another rule.
    pub code: &'static str,
    /// One line.
    pub title: &'static str,
    /// What each of its findings is.
    pub severity: Severity,
    /// Which sending it matters to.
    pub scope: Scope,
    /// Where the limit was read, and when.
    pub source: &'static str,
    /// Why, for its page.
    pub explanation: &'static str,
    /// What to do, shown with each finding.
    pub mend: &'static str,
    /// The check. Rules over several languages check in [`check_family`] and have an empty one here.
    pub check: fn(&Subject<'_>, &mut Out<'_>),
    /// Keys of a family that break it. Missing ones (name, category, languages, body) are filled in by the test.
    pub bad: &'static str,
    /// The same, mended.
    pub good: &'static str,
}

/// Takes the findings of one rule.
pub struct Out<'a> {
    rule: &'static Rule,
    findings: &'a mut Vec<Finding>,
}

impl Out<'_> {
    /// Adds a finding at a path.
    pub fn add(&mut self, path: impl Into<String>, message: impl Into<String>) {
        self.add_with(path, message, self.rule.mend);
    }

    /// Adds a finding with other advice than the rule's.
    pub fn add_with(&mut self, path: impl Into<String>, message: impl Into<String>, help: impl Into<String>) {
        let Rule { code, severity, scope, .. } = *self.rule;
        let (path, message, help) = (path.into(), message.into(), help.into());
        self.findings.push(Finding { code, severity, scope, path, message, help, rewrite: None });
    }

    /// Adds a finding about words of the text at a path, with what to write in their stead.
    pub fn add_rewrite(&mut self, path: impl Into<String>, message: impl Into<String>, rewrite: Rewrite) {
        self.add_with(path, message, format!("write `{}`", rewrite.to));
        if let Some(added) = self.findings.last_mut() {
            added.rewrite = Some(rewrite);
        }
    }
}

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
