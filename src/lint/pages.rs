//! The page of each code, generated from the tables: what a finding means, why, what to do, where the fact is from.
//!
//! Returns text; the test that keeps `docs/rules/` in step is the only writer.

use std::fmt::Write;

use crate::{diagnostic::Severity, source, workspace};

use super::{Rule, Scope, rules};

/// All pages, by file name under `docs/rules/`, the index first.
#[must_use]
pub fn pages() -> Vec<(String, String)> {
    let mut entries: Vec<(&str, &str, &str, String)> = Vec::new();
    for rule in rules() {
        entries.push((rule.code, rule.title, word(rule.severity), rule_page(rule)));
    }
    for code in source::codes::CODES.iter().chain(workspace::codes::CODES) {
        let mut page = format!("# {}: {}\n\n{}\n", code.id, code.title, code.explanation);
        example(&mut page, "Reported", code.bad);
        example(&mut page, "Mended", code.good);
        let kind = if code.severity == Severity::Error { "error of the file form" } else { word(code.severity) };
        entries.push((code.id, code.title, kind, page));
    }
    entries.sort_by_key(|entry| entry.0);
    let mut index = String::from(
        "# Findings\n\nGenerated from the tables in the source. Errors of content can be allowed for a family with `allow: [CODE]`, which \
         makes them notes of `validate`; what would be sent is judged without it.\n\n| code | kind | what |\n|---|---|---|\n",
    );
    for (code, title, kind, _) in &entries {
        let _ = writeln!(index, "| [{code}]({code}.md) | {kind} | {title} |");
    }
    let pages = entries.into_iter().map(|(code, _, _, page)| (format!("{code}.md"), page));
    std::iter::once(("README.md".to_owned(), index)).chain(pages).collect()
}

/// The page of one code, in any case; `None` for a code that is not known.
#[must_use]
pub fn page(code: &str) -> Option<String> {
    let name = format!("{}.md", code.to_ascii_uppercase());
    pages().into_iter().find(|(file, _)| *file == name).map(|(_, page)| page)
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
