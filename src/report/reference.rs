//! The folder `docs/rules/`: a page for each finding of `validate` and for each rule of plans, and the index of both and of observations.
//!
//! Returns text; the test that keeps the folder in step is the only writer.

use std::fmt::Write as _;

use crate::{
    lint::{RETIRED, pages},
    plan::{
        ObservationId,
        rules::{RULES, Rule},
    },
};

use super::observations::meaning;

/// All files below `docs/rules/`, by name.
#[must_use]
pub fn files() -> Vec<(String, String)> {
    let findings = pages::pages();
    let mut index = String::from(
        "# Rules and findings\n\nGenerated from the tables in the source.\n\n## Rules of plans\n\n\
         What may not be done, or not yet. A plan names them in brackets behind the reason.\n\n| rule | what |\n|---|---|\n",
    );
    let mut rules: Vec<&Rule> = RULES.iter().collect();
    rules.sort_by_key(|rule| rule.id);
    for rule in &rules {
        let _ = writeln!(index, "| [{0}]({0}.md) | {1} |", rule.id, rule.summary);
    }
    index.push_str(
        "\n## Observations\n\nWhat is worth knowing about an account and is no action: `rule` of `observations[]` in the JSON of plans \
         and drift.\n\n| rule | what |\n|---|---|\n",
    );
    for id in ObservationId::ALL {
        let _ = writeln!(index, "| {id} | {} |", meaning(*id));
    }
    index.push_str(
        "\n## Findings of files\n\nErrors of content can be allowed for a family with `allow: [CODE]`, which makes them notes \
         of `validate`; what would be sent is judged without it. Of the findings about the file form only LP009 can be \
         allowed.\n\n| code | kind | what |\n|---|---|---|\n",
    );
    for page in &findings {
        let _ = writeln!(index, "| [{0}]({0}.md) | {1} | {2} |", page.code, page.kind, page.title);
    }
    index.push_str("\n## Codes that are gone\n\nThey are never given to another finding.\n\n");
    for (code, why) in RETIRED {
        let _ = writeln!(index, "- {code}: {why}.");
    }
    let rules = rules.into_iter().map(|rule| (format!("{}.md", rule.id), rule_page(rule)));
    let findings = findings.into_iter().map(|page| (format!("{}.md", page.code), page.text));
    std::iter::once(("README.md".to_owned(), index)).chain(rules).chain(findings).collect()
}

fn rule_page(rule: &Rule) -> String {
    let Rule { id, summary, source, remedy, .. } = rule;
    format!("# {id}\n\n{summary}\n\n**What to do:** {remedy}\n\n**Source:** {source}.\n")
}
