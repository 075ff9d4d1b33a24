//! The page of each code, generated from the tables: what a finding means, why, what to do, where the fact is from.
//!
//! Returns text. `report::reference` makes the folder `docs/rules/` of it.

use std::fmt::Write;

use crate::{diagnostic::Severity, source, workspace};

use super::{Rule, Scope, rules};

/// One finding's page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// `LP111`.
    pub code: &'static str,
    /// A few words.
    pub title: &'static str,
    /// How bad it is.
    pub kind: &'static str,
    /// The page, as Markdown.
    pub text: String,
}

/// All pages, by code.
#[must_use]
pub fn pages() -> Vec<Page> {
    let mut pages: Vec<Page> = rules()
        .map(|rule| Page { code: rule.code, title: rule.title, kind: word(rule.severity), text: rule_page(rule) })
        .collect();
    for code in source::codes::CODES.iter().chain(workspace::codes::CODES) {
        let mut text = format!("# {}: {}\n\n{}\n", code.id, code.title, code.explanation);
        example(&mut text, "Reported", code.bad);
        example(&mut text, "Mended", code.good);
        let kind = if code.severity == Severity::Error { "error of the file form" } else { word(code.severity) };
        pages.push(Page { code: code.id, title: code.title, kind, text });
    }
    pages.sort_by_key(|page| page.code);
    pages
}

/// The page of one code, in any case; `None` for a code that is not known.
#[must_use]
pub fn page(code: &str) -> Option<String> {
    pages().into_iter().find(|page| page.code.eq_ignore_ascii_case(code)).map(|page| page.text)
}

const fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn rule_page(rule: &Rule) -> String {
    let Rule { code, title, severity, scope, source, explanation, mend, bad, good, check: _ } = rule;
    let mut page = format!("# {code}: {title}\n\n{explanation}\n\n");
    let _ = writeln!(page, "**What to do:** {mend}.\n");
    let effect = match (severity, scope) {
        (Severity::Error, Scope::Any) => {
            "An error of `validate`; `plan` and `apply` block the creates and edits that would send it (rule `refused-content`)."
        }
        (Severity::Error, Scope::Create) => {
            "An error of `validate`; `plan` and `apply` block the creation of such a template (rule `refused-content`)."
        }
        _ => "A warning of `validate`; it blocks nothing.",
    };
    let _ = writeln!(page, "**Effect:** {effect}\n");
    let _ = writeln!(page, "**Source:** {source}.");
    example(&mut page, "Reported", bad);
    example(&mut page, "Mended", good);
    page
}

fn example(page: &mut String, title: &str, text: &str) {
    let _ = write!(page, "\n## {title}\n\n```yaml\n{text}```\n");
}
