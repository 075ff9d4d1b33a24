//! A rule, what it judges, and what it finds.

use crate::{
    diagnostic::{Rewrite, Severity},
    template::{Category, Content, TemplateKey},
};

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
    /// Path in the normal form, key into [`crate::source::desired::Desired::spans`]; the nearest parent may be the one that is there.
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
    /// The check. Rules over several languages check in [`super::check_family`] and have an empty one here.
    pub check: fn(&Subject<'_>, &mut Out<'_>),
    /// Keys of a family that break it. Missing ones (name, category, languages, body) are filled in by the test.
    pub bad: &'static str,
    /// The same, mended.
    pub good: &'static str,
}

/// Takes the findings of one rule.
pub struct Out<'a> {
    pub(super) rule: &'static Rule,
    pub(super) findings: &'a mut Vec<Finding>,
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
