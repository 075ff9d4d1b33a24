//! A finding about a file: what is wrong, where, and what to do. Plain data; `report/` renders it.
//!
//! Everything that reads files collects diagnostics and goes on, so that one run names every fault of every file.

use std::{
    collections::{HashMap, HashSet},
    ops::Range,
    sync::Arc,
};

use camino::{Utf8Path, Utf8PathBuf};

/// Index of a file in a [`SourceMap`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A piece of a file, in bytes, always on character boundaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Which file.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// Byte after the last one.
    pub end: u32,
}

impl Span {
    /// The byte range.
    #[must_use]
    pub const fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// One file's path and text.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// Relative to the workspace where it lies inside it.
    pub path: Utf8PathBuf,
    /// Whether the path is one of the command line: relative to where the command was run.
    pub given: bool,
    /// Its whole text.
    pub text: Arc<str>,
    line_starts: Vec<u32>,
}

/// All files that were read in a run.
#[derive(Debug, Clone, Default)]
pub struct SourceMap {
    files: Vec<SourceFile>,
}

impl SourceFile {
    /// Hides what spans cover; they are in the order of their beginnings.
    fn mask(&mut self, spans: &[Span]) {
        let mut text = String::with_capacity(self.text.len());
        let mut at = 0;
        for span in spans {
            // One may lie in another, or reach into it.
            let range = span.range().start.max(at)..span.range().end;
            let (Some(plain), Some(covered)) = (self.text.get(at..range.start), self.text.get(range.clone())) else {
                continue;
            };
            text.push_str(plain);
            let mut stars: usize = 3;
            text.extend(covered.bytes().map(|byte| match byte {
                b'\n' | b'\r' => char::from(byte),
                _ if stars > 0 => {
                    stars -= 1;
                    '*'
                }
                _ => ' ',
            }));
            at = range.end;
        }
        text.push_str(self.text.get(at..).unwrap_or_default());
        self.text = text.into();
    }
}

/// A position for people: both count from 1; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line.
    pub line: u32,
    /// Column.
    pub column: u32,
}

impl SourceMap {
    /// Adds a file.
    pub fn add(&mut self, path: impl Into<Utf8PathBuf>, text: impl Into<Arc<str>>) -> FileId {
        let text = text.into();
        let starts = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| clamp(at + 1));
        let line_starts = std::iter::once(0).chain(starts).collect();
        self.files.push(SourceFile { path: path.into(), given: false, text, line_starts });
        FileId(clamp(self.files.len() - 1))
    }

    /// Adds a file whose path is one of the command line.
    pub fn add_given(&mut self, path: impl Into<Utf8PathBuf>, text: impl Into<Arc<str>>) -> FileId {
        let file = self.add(path, text);
        self.files.iter_mut().rev().take(1).for_each(|source| source.given = true);
        file
    }

    /// The file of that id, if it is of this map.
    #[must_use]
    pub fn get(&self, file: FileId) -> Option<&SourceFile> {
        self.files.get(file.0 as usize)
    }

    /// The path of a span's file, empty for a foreign one.
    #[must_use]
    pub fn path(&self, file: FileId) -> &Utf8Path {
        self.get(file).map_or_else(|| Utf8Path::new(""), |source| source.path.as_path())
    }

    /// Where a span begins.
    #[must_use]
    pub fn position(&self, span: Span) -> Position {
        let Some(source) = self.get(span.file) else { return Position { line: 1, column: 1 } };
        let line = source.line_starts.partition_point(|start| *start <= span.start).max(1);
        let start = source.line_starts.get(line - 1).copied().unwrap_or_default() as usize;
        let before = source.text.get(start..span.start as usize).unwrap_or_default();
        Position { line: clamp(line), column: clamp(before.chars().count() + 1) }
    }

    /// Hides what spans cover for good: `***`, then blanks, line breaks kept, so that all other spans stay true.
    /// No renderer can show afterwards what stood there. Each file is copied once, however many spans it has.
    pub fn mask(&mut self, spans: &[Span]) {
        let mut spans = spans.to_vec();
        spans.sort_unstable();
        for of_file in spans.chunk_by(|one, other| one.file == other.file) {
            let file = of_file.first().and_then(|span| self.files.get_mut(span.file.0 as usize));
            file.into_iter().for_each(|file| file.mask(of_file));
        }
    }

    /// The edits that carry out a finding's rewriting, in the order of the file. None where its words do not stand in the
    /// file to the letter: written with escapes, or brought in by a value.
    #[must_use]
    pub fn edits(&self, finding: &Diagnostic) -> Vec<Edit> {
        let (Some(span), Some(Rewrite { from, to })) = (finding.span, &finding.rewrite) else { return Vec::new() };
        let found = self.slice(span).match_indices(from.as_str()).filter(|_| !from.is_empty());
        let edit = |(at, _): (usize, &str)| {
            let start = span.start.saturating_add(clamp(at));
            Edit { span: Span { start, end: start.saturating_add(clamp(from.len())), ..span }, replacement: to.clone() }
        };
        found.map(edit).collect()
    }

    /// The finding with its place narrowed to the words that it is about, and their further places beside it.
    #[must_use]
    pub fn sharpened(&self, finding: &Diagnostic) -> Diagnostic {
        let mut sharp = finding.clone();
        let mut places = self.edits(finding).into_iter().map(|edit| edit.span);
        if let Some(first) = places.next() {
            sharp.span = Some(first);
            sharp.related.extend(places.map(|span| (span, "here too".to_owned())));
        }
        sharp
    }

    /// How many files there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The text that a span covers.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.get(span.file).and_then(|source| source.text.get(span.range())).unwrap_or_default()
    }
}

fn clamp(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Probably not meant.
    Warning,
    /// Must be mended.
    Error,
}

/// A finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable code, `LP012`; each has a page under docs/.
    pub code: &'static str,
    /// How bad.
    pub severity: Severity,
    /// What is wrong, one sentence without a full stop.
    pub message: String,
    /// Where; `None` for what has no place in a file.
    pub span: Option<Span>,
    /// A few words under the marked place; may be empty.
    pub label: String,
    /// Other places that matter, with a few words each.
    pub related: Vec<(Span, String)>,
    /// What to do next.
    pub help: Option<String>,
    /// What to write instead of which words, where that is known to the letter.
    pub rewrite: Option<Rewrite>,
}

/// Words within the place of a finding, and what to write in their stead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rewrite {
    /// As they stand in the text.
    pub from: String,
    /// What was meant.
    pub to: String,
}

/// A piece of a file and what to write in its stead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// Which piece.
    pub span: Span,
    /// The new text.
    pub replacement: String,
}

impl Diagnostic {
    /// An error at a place.
    pub fn error(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, Some(span), message)
    }

    /// A warning at a place.
    pub fn warning(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, Some(span), message)
    }

    /// A finding without label and help.
    pub fn new(severity: Severity, code: &'static str, span: Option<Span>, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { code, severity, message, span, label: String::new(), related: Vec::new(), help: None, rewrite: None }
    }

    /// The same with words under the marked place.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// The same with advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same with what to write instead.
    #[must_use]
    pub fn rewrite(mut self, from: impl Into<String>, to: impl Into<String>) -> Self {
        self.rewrite = Some(Rewrite { from: from.into(), to: to.into() });
        self
    }

    /// The same with another place.
    #[must_use]
    pub fn related(mut self, span: Span, label: impl Into<String>) -> Self {
        self.related.push((span, label.into()));
        self
    }
}

/// "did you mean `x`?" for a misspelt word, if one of the known ones is near.
#[must_use]
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    known
        .into_iter()
        // A word that is much longer or shorter is far away, and long ones take long to compare.
        .filter(|candidate| word.len() <= 4 * candidate.len() + 8)
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len() / 4)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| format!("did you mean `{candidate}`?"))
}

/// The same for names of accounts and templates, which people also shorten: `prod` or `prd` for `production`. What is
/// abbreviated must be the only one that fits.
#[must_use]
pub fn did_you_mean_name(word: &str, known: &[&str]) -> Option<String> {
    let fits: [fn(&str, &str) -> bool; 3] =
        [|name, word| name.starts_with(word), |name, word| name.contains(word), is_abbreviation];
    let lower = word.to_lowercase();
    let only = |fits: fn(&str, &str) -> bool| {
        let mut all = known.iter().copied().filter(|name| fits(&name.to_lowercase(), &lower));
        all.next().filter(|_| lower.chars().count() >= 2 && all.next().is_none())
    };
    did_you_mean(word, known.iter().copied())
        .or_else(|| fits.into_iter().find_map(only).map(|name| format!("did you mean `{name}`?")))
}

/// Whether a word is a name with letters left out, its first one kept.
fn is_abbreviation(name: &str, word: &str) -> bool {
    let mut letters = name.chars();
    name.chars().next() == word.chars().next() && word.chars().all(|wanted| letters.any(|letter| letter == wanted))
}

/// Most findings of one file that are shown: who has mended these runs again.
pub const MOST_SHOWN: usize = 100;
/// Most findings of a run that are shown.
const MOST_OF_ALL: usize = 1000;

/// The findings that are shown, and how many are not: every file shows its first ones, errors before the others.
#[must_use]
pub fn limited(findings: Vec<Diagnostic>) -> (Vec<Diagnostic>, usize) {
    let all = findings.len();
    let mut of_file: HashMap<Option<FileId>, (usize, usize)> = HashMap::new();
    for finding in &findings {
        let (errors, others) = of_file.entry(finding.span.map(|span| span.file)).or_default();
        *(if finding.severity == Severity::Error { errors } else { others }) += 1;
    }
    // What the errors of a file leave is for the others.
    for (errors, others) in of_file.values_mut() {
        *errors = (*errors).min(MOST_SHOWN);
        *others = (*others).min(MOST_SHOWN - *errors);
    }
    let mut kept = findings;
    kept.retain(|finding| {
        let Some((errors, others)) = of_file.get_mut(&finding.span.map(|span| span.file)) else { return true };
        let left = if finding.severity == Severity::Error { errors } else { others };
        let is_shown = *left > 0;
        *left = left.saturating_sub(1);
        is_shown
    });
    kept.truncate(MOST_OF_ALL);
    let left_out = all - kept.len();
    (kept, left_out)
}

/// Drops findings that say the same of the same place again: a fault in a part that several languages or accounts share
/// is one fault. Keeps the first of each and the order.
pub fn dedupe(findings: &mut Vec<Diagnostic>) {
    let mut seen = HashSet::new();
    findings.retain(|finding| seen.insert((finding.code, finding.span, finding.message.clone())));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_to_rewrite_are_found_in_the_file() {
        let mut sources = SourceMap::default();
        let text = "body: Grüß {{ a }} {{ a }}\n";
        let file = sources.add("a.yaml", text);
        let span = Span { file, start: 6, end: 29 };
        let finding = Diagnostic::error("LP010", span, "x").rewrite("{{ a }}", "{{a}}");
        let pieces: Vec<&str> = sources.edits(&finding).iter().map(|edit| sources.slice(edit.span)).collect();
        assert_eq!(pieces, ["{{ a }}", "{{ a }}"]);
        let sharp = sources.sharpened(&finding);
        assert_eq!(sources.position(sharp.span.unwrap()), Position { line: 1, column: 12 });
        assert_eq!(sharp.related.len(), 1);
        let escaped = Diagnostic::error("LP010", span, "x").rewrite("{{\u{a0}a}}", "{{a}}");
        assert_eq!((sources.edits(&escaped), sources.sharpened(&escaped).span), (vec![], Some(span)));
    }

    #[test]
    fn names_are_found_by_their_abbreviations() {
        let names = ["production", "staging", "sandbox-de", "sandbox-fr"];
        let near = |word: &str| did_you_mean_name(word, &names).unwrap_or_default();
        for word in ["prod", "prd", "Production", "produktion", "duct", "PROD"] {
            assert_eq!(near(word), "did you mean `production`?", "{word}");
        }
        assert_eq!(
            (near("stg").as_str(), near("stagin").as_str()),
            ("did you mean `staging`?", "did you mean `staging`?")
        );
        assert_eq!(near("fr"), "did you mean `sandbox-fr`?");
        for word in ["sand", "s", "", "elsewhere"] {
            assert_eq!(near(word), "", "{word}");
        }
    }

    #[test]
    fn every_file_shows_its_first_findings_errors_before_the_others() {
        let at = |file, start| Some(Span { file: FileId(file), start, end: start });
        let mut all: Vec<_> = (0..300).map(|n| Diagnostic::new(Severity::Warning, "LP012", at(0, n), "w")).collect();
        all.extend((0..40).map(|n| Diagnostic::new(Severity::Error, "LP004", at(0, 400 + n), "e")));
        all.push(Diagnostic::new(Severity::Note, "LP012", at(1, 0), "n"));
        let (kept, left_out) = limited(all);
        let of = |severity| kept.iter().filter(|finding| finding.severity == severity).count();
        assert_eq!((of(Severity::Error), of(Severity::Warning), of(Severity::Note), left_out), (40, 60, 1, 240));
        let many =
            (0..50).flat_map(|file| (0..90).map(move |n| Diagnostic::new(Severity::Error, "LP004", at(file, n), "e")));
        let (kept, left_out) = limited(many.collect());
        assert_eq!((kept.len(), left_out), (1000, 3500));
    }

    #[test]
    fn spans_that_overlap_are_masked_once() {
        let mut sources = SourceMap::default();
        let file = sources.add("a.yaml", "0123456789\n");
        let span = |start, end| Span { file, start, end };
        sources.mask(&[span(6, 8), span(1, 5), span(2, 4), span(4, 7), span(90, 99)]);
        assert_eq!(sources.get(file).unwrap().text.as_ref(), "0*** ***89\n");
    }

    #[test]
    fn a_masked_span_is_gone_and_moves_nothing() {
        let mut sources = SourceMap::default();
        let file = sources.add("a.yaml", "token: geheimö\nnext: 1\n");
        sources.mask(&[Span { file, start: 7, end: 15 }]);
        assert_eq!(sources.get(file).unwrap().text.as_ref(), "token: ***     \nnext: 1\n");
        assert_eq!(sources.position(Span { file, start: 16, end: 17 }), Position { line: 2, column: 1 });
    }
}
