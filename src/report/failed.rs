//! A run that ended before there was anything to report, as a comment: what failed, where, and what to do. It takes the
//! place of the comment that an earlier run wrote, which is not true any more.

use std::fmt::Write as _;

use super::{
    comment::marker,
    diagnostics::{Summary, sorted},
    markdown::{code, cut, fenced, fit, prose},
    style::count,
};
use crate::diagnostic::{Diagnostic, Severity, SourceMap};

/// Why there is no report.
#[derive(Debug, Clone, Copy)]
pub struct Failed<'a> {
    /// `plan`, `drift`: the command.
    pub command: &'static str,
    /// The workspace, as far as its name could be read.
    pub workspace: Option<&'a str>,
    /// The git commit of the workspace.
    pub commit: Option<&'a str>,
    /// What happened.
    pub message: &'a str,
    /// What is wrong with the files, where that is why.
    pub files: Option<(&'a [Diagnostic], &'a SourceMap)>,
}

/// What comes next where no file is at fault.
const AGAIN: &str = "Next: nothing is known of the accounts from this run; once that is mended, run it again";

/// The comment.
#[must_use]
pub fn markdown(failed: &Failed<'_>) -> String {
    let Some((findings, sources)) = failed.files else {
        return format!("{}\n{}\n{}", head(failed, "."), prose(failed.message), command(failed, AGAIN, failed.command));
    };
    let all = sorted(findings, sources);
    let worst = |severity: Severity| all.iter().filter(move |finding| finding.severity == severity);
    let ordered: Vec<&Diagnostic> =
        [Severity::Error, Severity::Warning, Severity::Note].into_iter().flat_map(worst).collect();
    let why = format!(": {}.", Summary::of(&all, sources).text());
    let page = |limits: &[usize]| {
        let mut out = format!("{}\n", head(failed, &why));
        ordered.iter().take(limits[0]).for_each(|finding| out.push_str(&item(finding, sources)));
        if limits[0] < ordered.len() {
            let _ = writeln!(out, "- … and {} more", count(ordered.len() - limits[0], "finding"));
        }
        // What has no place is no fault of a file: an argument, mostly.
        out.push_str(
            &match ordered.iter().any(|finding| finding.severity == Severity::Error && finding.span.is_some()) {
                true => command(failed, "Next: mend the files; this shows each place with its lines", "validate"),
                false => command(failed, AGAIN, failed.command),
            },
        );
        out
    };
    fit(&[ordered.len()], page).unwrap_or_default()
}

fn head(failed: &Failed<'_>, why: &str) -> String {
    let commit = failed.commit.map(|commit| format!(" · {}", code(&cut(commit, 12)))).unwrap_or_default();
    let marker = marker(failed.command, failed.workspace.unwrap_or_default());
    format!("❌ **{} failed{why}**{commit} {marker}\n", title(failed.command))
}

/// `The plan`.
fn title(command: &str) -> String {
    match command {
        "plan" | "show" => "The plan".to_owned(),
        _ => format!("`letterpress {command}`"),
    }
}

fn item(finding: &Diagnostic, sources: &SourceMap) -> String {
    let mark = match finding.severity {
        Severity::Error => "❌",
        Severity::Warning => "⚠️",
        Severity::Note => "ℹ️",
    };
    let place = finding.span.map(|span| {
        let at = sources.position(span);
        format!("{} ", code(&format!("{}:{}:{}", sources.path(span.file), at.line, at.column)))
    });
    let help = finding.help.as_ref().map(|help| format!("; {}", prose(help))).unwrap_or_default();
    let place = place.unwrap_or_default();
    format!("- {mark} {place}{} ({}){help}\n", prose(&finding.message), code(finding.code))
}

fn command(failed: &Failed<'_>, sentence: &str, verb: &str) -> String {
    let verb = if failed.command == "show" && verb == "show" { "plan" } else { verb };
    format!("\n{sentence}:\n\n{}", fenced("sh", &format!("letterpress {verb}"), ""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{diagnostic::Span, report::markdown::BUDGET};

    #[test]
    fn errors_come_first_and_the_comment_fits() {
        let mut sources = SourceMap::default();
        let file = sources.add("templates/a.yaml", "name: a\nbdoy: b\n");
        let span = Span { file, start: 8, end: 12 };
        let warning = Diagnostic::warning("LP142", span, "few words");
        let error = Diagnostic::error("LP004", span, "the family has no key `bdoy`").help("did you mean `body`?");
        let files = |findings: &[Diagnostic]| {
            markdown(&Failed {
                command: "plan",
                workspace: Some("fernweh-crm"),
                commit: Some("0123456789abcdef"),
                message: "the workspace cannot be used as it is",
                files: Some((findings, &sources)),
            })
        };
        assert_eq!(
            files(&[warning, error.clone()]),
            "❌ **The plan failed: 1 error, 1 warning in 1 file.** · `0123456789ab…` <!-- letterpress-plan fernweh-crm \
             -->\n\n- ❌ `templates/a.yaml:2:1` the family has no key `bdoy` (`LP004`); did you mean `body`?\n- ⚠️ \
             `templates/a.yaml:2:1` few words (`LP142`)\n\nNext: mend the files; this shows each place with its \
             lines:\n\n```sh\nletterpress validate\n```\n"
        );
        let many: Vec<Diagnostic> =
            (0..5000).map(|at| Diagnostic { message: format!("wrong {at}"), ..error.clone() }).collect();
        let comment = files(&many);
        assert!(comment.len() < BUDGET && comment.contains("more\n\nNext: "), "{}", comment.len());
    }
}
