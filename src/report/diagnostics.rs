//! Findings about files: as text with source lines, as JSON, as annotations of GitHub.
//!
//! Source text comes from the [`SourceMap`] alone, where credentials were masked when the file was read.

use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};
use camino::{Utf8Path, Utf8PathBuf};
use serde::Serialize;

use super::escape::{Annotation, Printable, shown};
use crate::diagnostic::{Diagnostic, FileId, Position, Severity, SourceFile, SourceMap, Span, dedupe, limited};

/// Version of the JSON form.
pub const FORMAT_VERSION: &str = "1.0";
/// Longer marks are cut to their first line.
const MOST_LINES: usize = 6;
/// Longer lines are not shown, bytes.
const MOST_BYTES: usize = 16 << 10;
/// Columns of a terminal that source lines are cut to.
const WIDTH: usize = 120;

/// How many findings there are of each kind, and how many files were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Summary {
    /// Errors.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
    /// Notes.
    pub notes: usize,
    /// Files that were read.
    pub files: usize,
}

impl Summary {
    /// Counts findings as they are; [`sorted`] drops repetitions first.
    #[must_use]
    pub fn of(diagnostics: &[Diagnostic], sources: &SourceMap) -> Self {
        let count = |severity| diagnostics.iter().filter(|finding| finding.severity == severity).count();
        Self {
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            notes: count(Severity::Note),
            files: sources.len(),
        }
    }

    /// "3 errors, 1 warning in 214 files".
    #[must_use]
    pub fn text(&self) -> String {
        let count = |number: usize, one: &str| format!("{number} {one}{}", if number == 1 { "" } else { "s" });
        let parts = [(self.errors, "error"), (self.warnings, "warning"), (self.notes, "note")];
        let mut said: Vec<String> =
            parts.into_iter().filter(|(number, _)| *number > 0).map(|(number, one)| count(number, one)).collect();
        if said.is_empty() {
            said.push("nothing to report".to_owned());
        }
        format!("{} in {}", said.join(", "), count(self.files, "file"))
    }
}

/// The findings by file and place, the worse first at one place, each once, each at the words that it is about. What has
/// no place comes first.
#[must_use]
pub fn sorted(diagnostics: &[Diagnostic], sources: &SourceMap) -> Vec<Diagnostic> {
    let mut all: Vec<Diagnostic> = diagnostics.iter().map(|finding| sources.sharpened(finding)).collect();
    dedupe(&mut all);
    all.sort_by(|a, b| {
        let place =
            |finding: &Diagnostic| finding.span.map(|span| (sources.path(span.file).to_owned(), span.start, span.end));
        let key = |finding: &Diagnostic| (place(finding), std::cmp::Reverse(finding.severity), finding.code);
        key(a).cmp(&key(b)).then_with(|| a.message.cmp(&b.message))
    });
    all
}

/// As text, with the lines of the files; the last line counts.
#[must_use]
pub fn text(diagnostics: &[Diagnostic], sources: &SourceMap, colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() }.term_width(WIDTH);
    let all = sorted(diagnostics, sources);
    let summary = Summary::of(&all, sources);
    let (all, left_out) = limited(all);
    let mut out = String::new();
    for finding in &all {
        out.push_str(&renderer.render(&[group(finding, sources)]));
        out.push_str("\n\n");
    }
    if left_out > 0 {
        out.push_str(&format!("{left_out} more findings are not shown: mend these first\n\n"));
    }
    out.push_str(&summary.text());
    out.push('\n');
    out
}

fn group<'a>(finding: &Diagnostic, sources: &SourceMap) -> Group<'a> {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let mut elements: Vec<Element<'a>> = Vec::new();
    if let Some(span) = finding.span {
        // Places of one file share a snippet; the first file is the one that the finding is about.
        let mut marks = vec![(span, finding.label.as_str(), AnnotationKind::Primary)];
        marks.extend(finding.related.iter().map(|(span, label)| (*span, label.as_str(), AnnotationKind::Context)));
        while let Some(&(Span { file, .. }, ..)) = marks.first() {
            let (here, elsewhere): (Vec<_>, Vec<_>) = marks.into_iter().partition(|(span, ..)| span.file == file);
            elements.extend(sources.get(file).map(|source| element(source, sources.position(here[0].0), &here)));
            marks = elsewhere;
        }
    }
    if let Some(help) = &finding.help {
        elements.push(Level::HELP.message(one_line(help)).into());
    }
    level.primary_title(one_line(&finding.message)).id(finding.code).elements(elements)
}

/// The marked lines of a file, or where they are if they are longer than anybody reads.
fn element<'a>(source: &SourceFile, at: Position, marks: &[(Span, &str, AnnotationKind)]) -> Element<'a> {
    let (text, ranges) = (source.text.as_ref(), marks.iter().map(|(span, ..)| clamp(&source.text, *span)));
    let (first, last) =
        ranges.fold((usize::MAX, 0), |(first, last), range| (first.min(range.start), last.max(range.end)));
    let start = text[..first.min(text.len())].rfind('\n').map_or(0, |at| at + 1);
    let end = text[last..].find('\n').map_or(text.len(), |at| last + at);
    if end.saturating_sub(start) <= MOST_BYTES {
        return snippet(source, marks).into();
    }
    let to_usize = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    let place = Origin::path(one_line(source.path.as_str()));
    place.line(to_usize(at.line)).char_column(to_usize(at.column)).into()
}

/// The lines of a file from the first mark to the last.
fn snippet<'a>(
    source: &SourceFile,
    marks: &[(Span, &str, AnnotationKind)],
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let text = source.text.as_ref();
    let clamped: Vec<_> = marks.iter().map(|(span, ..)| clamp(text, *span)).collect();
    let first = clamped.iter().map(|range| range.start).min().unwrap_or_default();
    let last = clamped.iter().map(|range| range.end).max().unwrap_or_default();
    let start = text[..first].rfind('\n').map_or(0, |at| at + 1);
    let end = text[last..].find('\n').map_or(text.len(), |at| last + at);
    let line = 1 + text[..start].bytes().filter(|byte| *byte == b'\n').count();
    let places: Vec<usize> = clamped.iter().flat_map(|range| [range.start - start, range.end - start]).collect();
    let (lines, moved) = visible(&text[start..end], &places);
    let mut snippet = Snippet::source(lines).line_start(line).path(Some(one_line(source.path.as_str())));
    for ((_, label, kind), range) in marks.iter().zip(moved.chunks_exact(2)) {
        let mark = kind.span(range[0]..range[1]);
        let label = Some(one_line(label)).filter(|label| !label.is_empty());
        snippet = snippet.annotation(mark.label(label));
    }
    snippet
}

/// Source lines with what cannot be seen shown by number, and where the places in them are then.
fn visible(text: &str, places: &[usize]) -> (String, Vec<usize>) {
    let mut cuts = places.to_vec();
    cuts.push(text.len());
    cuts.sort_unstable();
    let mut out = String::with_capacity(text.len());
    let mut moved = vec![0; cuts.len()];
    let mut from = 0;
    for (at, cut) in cuts.iter().enumerate() {
        out.push_str(&shown(&text[from..*cut].replace("\r\n", "\n"), |c| matches!(c, '\n' | '\t')));
        moved[at] = out.len();
        from = *cut;
    }
    let of = |place: &usize| moved[cuts.partition_point(|cut| cut < place)];
    let places = places.iter().map(of).collect();
    (out, places)
}

/// A span as a range that lies inside the text and on character boundaries, without the line break at its end, and cut
/// to its first line where it is long.
fn clamp(text: &str, span: Span) -> std::ops::Range<usize> {
    let boundary = |at: u32| {
        let mut at = usize::try_from(at).unwrap_or(usize::MAX).min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let start = boundary(span.start);
    let covered = &text[start..boundary(span.end).max(start)];
    let covered = match covered.lines().count() > MOST_LINES {
        true => covered.lines().next().unwrap_or_default(),
        false => covered,
    };
    start..start + covered.trim_end().len()
}

/// What cannot be seen by number, line breaks as blanks: messages quote what stands in files. What runs from right to left
/// is isolated with the whole report: the renderer takes isolates for an attack.
fn one_line(text: &str) -> String {
    let joined: Vec<&str> = text.lines().map(str::trim_end).collect();
    shown(&joined.join(" "), |_| false)
}

#[derive(Serialize)]
struct Json<'a> {
    format_version: &'static str,
    diagnostics: Vec<JsonFinding<'a>>,
    /// Findings that are not shown; the summary counts them.
    left_out: usize,
    summary: Summary,
}

#[derive(Serialize)]
struct JsonFinding<'a> {
    code: &'a str,
    severity: &'static str,
    file: Option<&'a Utf8Path>,
    line: Option<u32>,
    column: Option<u32>,
    end_line: Option<u32>,
    end_column: Option<u32>,
    message: &'a str,
    label: &'a str,
    help: Option<&'a str>,
    related: Vec<JsonRelated<'a>>,
    edits: Vec<JsonEdit<'a>>,
}

/// What to write where, to be rid of the finding.
#[derive(Serialize)]
struct JsonEdit<'a> {
    file: &'a Utf8Path,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    replacement: String,
}

#[derive(Serialize)]
struct JsonRelated<'a> {
    file: &'a Utf8Path,
    line: u32,
    column: u32,
    message: &'a str,
}

/// As JSON. Lines and columns count from 1, columns count characters, the end is behind the last character.
#[must_use]
pub fn json(diagnostics: &[Diagnostic], sources: &SourceMap) -> Printable {
    let all = sorted(diagnostics, sources);
    let summary = Summary::of(&all, sources);
    let (all, left_out) = limited(all);
    let finding = |finding: &Diagnostic| {
        // Exhaustive: a new field does not compile until it is handled.
        let Diagnostic { code, severity, message: _, span, label: _, related: _, help: _, rewrite: _ } = finding;
        (*code, word(*severity), span.map(|span| places(sources, span)))
    };
    let findings = all.iter().map(|found| {
        let (code, severity, place) = finding(found);
        JsonFinding {
            code,
            severity,
            file: found.span.map(|span| sources.path(span.file)),
            line: place.map(|(start, _)| start.line),
            column: place.map(|(start, _)| start.column),
            end_line: place.map(|(_, end)| end.line),
            end_column: place.map(|(_, end)| end.column),
            message: &found.message,
            label: &found.label,
            help: found.help.as_deref(),
            related: related(found, sources),
            edits: edits(found, sources),
        }
    });
    let whole = Json { format_version: FORMAT_VERSION, diagnostics: findings.collect(), left_out, summary };
    let mut text = serde_json::to_string_pretty(&whole).unwrap_or_default();
    text.push('\n');
    Printable::serialized(&text)
}

fn related<'a>(finding: &'a Diagnostic, sources: &'a SourceMap) -> Vec<JsonRelated<'a>> {
    let one = |(span, message): &'a (Span, String)| {
        let Position { line, column } = sources.position(*span);
        JsonRelated { file: sources.path(span.file), line, column, message }
    };
    finding.related.iter().map(one).collect()
}

/// The edits of a finding: its own place and the further ones, which all hold the same words.
fn edits<'a>(finding: &Diagnostic, sources: &'a SourceMap) -> Vec<JsonEdit<'a>> {
    let Some(rewrite) = &finding.rewrite else { return Vec::new() };
    let spans = finding.span.into_iter().chain(finding.related.iter().map(|(span, _)| *span));
    let one = |span: Span| {
        let (start, end) = places(sources, span);
        JsonEdit {
            file: sources.path(span.file),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            replacement: rewrite.to.clone(),
        }
    };
    spans.filter(|span| sources.slice(*span) == rewrite.from).map(one).collect()
}

/// Where a span begins and ends.
fn places(sources: &SourceMap, span: Span) -> (Position, Position) {
    (sources.position(span), sources.position(Span { start: span.end, ..span }))
}

const fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// As workflow commands of GitHub, one a line. `path` names files as their repository does: GitHub wants them from its root.
#[must_use]
pub fn github(diagnostics: &[Diagnostic], sources: &SourceMap, path: &dyn Fn(FileId) -> Utf8PathBuf) -> Printable {
    let (all, left_out) = limited(sorted(diagnostics, sources));
    let annotation = |finding: &'_ Diagnostic| {
        let command = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        let mut properties = Vec::new();
        if let Some(span) = finding.span {
            let (start, end) = places(sources, span);
            properties.push(("file", path(span.file).as_str().trim_start_matches("./").to_owned()));
            properties.push(("line", start.line.to_string()));
            properties.push(("col", start.column.to_string()));
            // Columns are only taken within one line.
            properties.push(match start.line == end.line {
                true => ("endColumn", end.column.max(start.column).to_string()),
                false => ("endLine", end.line.to_string()),
            });
        }
        properties.push(("title", finding.code.to_owned()));
        let help = finding.help.as_ref().map(|help| format!("\n{help}")).unwrap_or_default();
        Annotation { command, properties, message: format!("{}{help}", finding.message) }
    };
    let rest = (left_out > 0).then(|| Annotation {
        command: "notice",
        properties: Vec::new(),
        message: format!("{left_out} more findings are not shown: mend these first"),
    });
    Printable::annotations(all.iter().map(annotation).chain(rest))
}

#[cfg(test)]
#[path = "diagnostics_tests.rs"]
mod tests;
