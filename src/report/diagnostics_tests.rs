//! What findings look like, and that no span makes the renderer fall over.

use proptest::prelude::*;

use super::*;

const FILE: &str = "name: bike_ready\nfooter: \"Größe: 100 %, jetzt\"\ntoken: EAAB0123\n";

fn sample() -> (SourceMap, Vec<Diagnostic>) {
    let mut sources = SourceMap::default();
    let file = sources.add("templates/a,b.yaml", FILE);
    let other = sources.add("templates/c.yaml", "name: bike_ready\n");
    let at = |needle: &str| {
        let start = FILE.find(needle).unwrap();
        let to = |at: usize| u32::try_from(at).unwrap();
        Span { file, start: to(start), end: to(start + needle.len()) }
    };
    let secret = at("EAAB0123");
    sources.mask(&[secret]);
    let first = Diagnostic::warning("LP017", at("bike_ready"), "asked for twice")
        .label("here")
        .related(Span { file: other, start: 6, end: 16 }, "first here")
        .help("give them accounts\nthat do not overlap");
    let second = Diagnostic::error("LP132", at("100 %"), "100 % of\u{1b}[31m it: wrong");
    let third = Diagnostic::error("LP016", Span { end: secret.start + 3, ..secret }, "`token: ***` is a credential");
    let nowhere = Diagnostic::new(Severity::Error, "LP050", None, "there is no letterpress.yaml");
    (sources, vec![third.clone(), second, first, nowhere, third])
}

#[test]
fn as_text() {
    let (sources, findings) = sample();
    let text = text(&findings, &sources, false);
    let expected = "\
error[LP050]: there is no letterpress.yaml

warning[LP017]: asked for twice
 --> templates/a,b.yaml:1:7
  |
1 | name: bike_ready
  |       ^^^^^^^^^^ here
  |
 ::: templates/c.yaml:1:7
  |
1 | name: bike_ready
  |       ---------- first here
  |
  = help: give them accounts that do not overlap

error[LP132]: 100 % of\\u{1b}[31m it: wrong
 --> templates/a,b.yaml:2:17
  |
2 | footer: \"Größe: 100 %, jetzt\"
  |                 ^^^^^

error[LP016]: `token: ***` is a credential
 --> templates/a,b.yaml:3:8
  |
3 | token: ***     
  |        ^^^

3 errors, 1 warning in 2 files
";
    assert_eq!(text, expected);
    assert!(super::text(&findings, &sources, true).contains("\u{1b}["));
    assert_eq!(super::text(&[], &sources, false), "nothing to report in 2 files\n");
}

#[test]
fn as_json() {
    let (sources, findings) = sample();
    let value: serde_json::Value = serde_json::from_str(json(&findings, &sources).as_str()).unwrap();
    assert_eq!(value["format_version"], "1.0");
    assert_eq!(value["summary"], serde_json::json!({"errors": 3, "warnings": 1, "notes": 0, "files": 2}));
    let finding = &value["diagnostics"][2];
    assert_eq!(
        (&finding["file"], &finding["line"], &finding["column"], &finding["end_line"], &finding["end_column"]),
        (&"templates/a,b.yaml".into(), &2.into(), &17.into(), &2.into(), &22.into())
    );
    assert_eq!(value["diagnostics"][1]["related"][0]["file"], "templates/c.yaml");
    assert!(value["diagnostics"][0]["file"].is_null() && value["diagnostics"][0]["related"].is_array());
}

#[test]
fn as_annotations() {
    let (sources, findings) = sample();
    let printed = github(&findings, &sources, &|file| Utf8Path::new("./crm").join(sources.path(file)));
    let lines: Vec<&str> = printed.as_str().lines().collect();
    assert_eq!(lines[0], "::error title=LP050::there is no letterpress.yaml");
    assert_eq!(
        lines[1],
        "::warning file=crm/templates/a%2Cb.yaml,line=1,col=7,endColumn=17,title=LP017::asked for twice%0Agive them \
         accounts%0Athat do not overlap"
    );
    assert!(lines[2].contains("::100 %25 of") && lines.len() == 4);
}

#[test]
fn long_marks_are_cut_to_their_first_line() {
    let mut sources = SourceMap::default();
    let file = sources.add("a.yaml", "name: a\n".repeat(50));
    let finding = Diagnostic::error("LP006", Span { file, start: 8, end: 300 }, "wrong");
    assert_eq!(text(&[finding], &sources, false).lines().count(), 7);
}

proptest! {
    #[test]
    fn no_span_is_too_odd(
        text in "(\\PC|[\\r\\n\\t]|[äöü🚲👨‍👩‍👧\u{7}\u{202e}]){0,400}",
        spans in prop::collection::vec((0_u32..3, 0_u32..1200, 0_u32..1200), 1..5),
        label in "\\PC{0,8}",
    ) {
        let mut sources = SourceMap::default();
        sources.add("a.yaml", text.as_str());
        sources.add("b.yaml", "x: 1\n");
        let span = |(file, start, end): (u32, u32, u32)| Span { file: FileId(file), start, end };
        let finding = Diagnostic::error("LP001", span(spans[0]), text.as_str()).label(label).help(text.clone());
        let finding = spans[1..].iter().fold(finding, |finding, at| finding.related(span(*at), "there"));
        for colour in [false, true] {
            prop_assert!(super::text(std::slice::from_ref(&finding), &sources, colour).contains("1 error in 2 files"));
        }
        prop_assert!(serde_json::from_str::<serde_json::Value>(json(std::slice::from_ref(&finding), &sources).as_str()).is_ok());
        prop_assert_eq!(github(&[finding], &sources, &|file| sources.path(file).to_owned()).as_str().lines().count(), 1);
    }
}
