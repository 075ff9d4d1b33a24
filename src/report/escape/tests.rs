//! What each form of output does with words that are not the tool's own.

use serde_json::json;

use super::*;

fn text(text: &str) -> String {
    Printable::text(text, true, true).as_str().to_owned()
}

#[test]
fn a_strangers_text_stays_on_its_line() {
    assert_eq!(inline("a\u{1b}[31mb"), "a\\u{1b}[31mb");
    assert_eq!(inline("a\u{a0}b\nc\r\td"), "a\\u{a0}b⏎c\\u{d}\\td");
    assert_eq!(inline("ㅤx\u{e0041}\u{2800}\u{202f}"), "\\u{3164}x\\u{e0041}\\u{2800}\\u{202f}");
    assert_eq!(inline("👩‍👧 ok"), "👩‍👧 ok");
    assert_eq!(inline("مرحبا\u{2069}"), "\u{2068}مرحبا\\u{2069}\u{2069}");
    assert_eq!(inline("\u{10900}"), "\u{2068}\u{10900}\u{2069}");
}

#[test]
fn of_a_report_only_the_tools_own_colours_and_isolates_pass() {
    assert_eq!(text("\u{1b}[1m\u{1b}[32mok\u{1b}[0m\n"), "\u{1b}[1m\u{1b}[32mok\u{1b}[0m\n");
    for code in ["8m", "5m", "30m", "2J", "", "31", "38;5;0m", "999m"] {
        assert_eq!(text(&format!("a\u{1b}[{code}")), format!("a\\u{{1b}}[{code}"), "{code}");
    }
    assert_eq!(Printable::text("\u{1b}[32mok", false, false).as_str(), "\\u{1b}[32mok");
    assert_eq!(text("\u{1b}]0;t\u{7}\u{9b}31m\u{0}"), "\\u{1b}]0;t\\u{7}\\u{9b}31m\\u{0}");
    assert_eq!(text(&format!("{} is\tfine", inline("שלום"))), "\u{2068}שלום\u{2069} is\tfine");
    assert_eq!(text("a \u{2069}b\u{2068} c"), "a \\u{2069}b\\u{2068} c");
    assert_eq!(text("who שלום עולם 12"), "who \u{2068}שלום עולם\u{2069} 12", "isolated where it was forgotten");
    assert_eq!(text("a\rb\u{85}c\u{2028}d\u{b}e"), "a\\u{d}b\\u{85}c\\u{2028}d\\u{b}e");
}

#[test]
fn no_line_is_a_command_of_a_pipeline() {
    for (said, shown) in [
        ("::error::x", ":\\u{3a}error:\\u{3a}x"),
        ("  a ::add-mask::b", "  a :\\u{3a}add-mask:\\u{3a}b"),
        (":::warning", "::\\u{3a}warning"),
        ("##[group]", "#\\u{23}[group]"),
        ("a ##vso[task.setvariable variable=x]y", "a #\\u{23}vso[task.setvariable variable=x]y"),
        ("###teamcity[x]", "##\\u{23}teamcity[x]"),
        ("section_start:123:x", "section_start\\u{3a}123:x"),
        (":\u{200b}:error::x", ":\\u{200b}:error:\\u{3a}x"),
    ] {
        assert_eq!(text(said), shown);
    }
    for harmless in ["[::1]:8080", "a: b", "## heading", "# [x]", "a::", "10::30"] {
        assert_eq!(text(harmless), harmless);
    }
    assert_eq!(Printable::text("a::b", false, false).as_str(), "a::b", "on a terminal nobody obeys");
}

#[test]
fn json_says_the_same_by_number() {
    let document = json!({"a\u{202e}::b": "x\u{1b}\u{7f}\u{9b}ㅤ\u{e0041}##[error]::stop::\u{feff}", "emoji": "👩‍👧 ש"});
    for printed in [Printable::json(&document), Printable::json_line(&document)] {
        assert_eq!(serde_json::from_str::<Value>(printed.as_str()).unwrap(), document);
        assert!(printed.as_str().chars().all(|c| c == '\n' || !c.is_control()), "{printed:?}");
        for bad in ["::b", "::s", "##[", "\u{202e}", "\u{3164}", "\u{e0041}", "\u{feff}"] {
            assert!(!printed.as_str().contains(bad), "{bad:?} in {printed:?}");
        }
        assert!(printed.as_str().contains("👩‍👧 ש"));
    }
}

#[test]
fn annotations_are_one_line_each() {
    let one = Annotation {
        command: "error",
        properties: vec![("file", "a,b:\r\n\u{1b}.yaml".to_owned()), ("title", "LP001".to_owned())],
        message: "100%\n::stop::\u{0}\r##[x]".to_owned(),
    };
    let printed = Printable::annotations([one]);
    assert_eq!(
        printed.as_str(),
        "::error file=a%2Cb%3A\\u{d}%0A\\u{1b}.yaml,title=LP001::100%25%0A:\\u{3a}stop::\\u{0}\\u{d}#\\u{23}[x]\n"
    );
}

#[test]
fn a_page_keeps_what_wards_off_mentions() {
    assert_eq!(Printable::markdown("@\u{200b}octocat a\u{200b}").as_str(), "@\u{200b}octocat a\u{200b}");
    assert_eq!(Printable::markdown("é\u{200b} ::error::\u{1b}[31m").as_str(), "é\\u{200b} :\\u{3a}error::\\u{1b}[31m");
}
