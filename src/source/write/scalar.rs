//! How one text is written in YAML: plain where no reader can mistake it, as a block where people would, else quoted.
//!
//! Plain texts are safe for readers of YAML 1.1 too: nothing that one of them takes for a number, a date, a truth value or
//! a merge key. Characters without a width of their own are escaped, so that they can be seen in a review; blanks of every
//! width stay, and so do joiners of emoji and scripts.

/// How a text may be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// As it is.
    Plain,
    /// In double quotes, with escapes.
    Quoted,
    /// As a block with `|`.
    Block,
    /// In double quotes over several lines, each line break escaped.
    QuotedLines,
}

/// Longest text on the line of its key, in characters.
const LONG: usize = 80;

/// The style of a text. In flow collections a text stays on one line.
pub(crate) fn style(text: &str, flow: bool) -> Style {
    let lines = text.trim_end_matches('\n').contains('\n');
    // On one line nobody would see a blank at the end of a block.
    let long = text.chars().count() > LONG && text.contains(' ') && text.trim() == text;
    if !flow && (lines || long) && block_is_safe(text) {
        Style::Block
    } else if !flow && lines {
        Style::QuotedLines
    } else if plain_is_safe(text, flow) {
        Style::Plain
    } else {
        Style::Quoted
    }
}

/// A text on one line: a key, or a value that is written over several lines by nobody.
pub(crate) fn inline(text: &str, flow: bool) -> String {
    if plain_is_safe(text, flow) { text.to_owned() } else { quoted(text) }
}

/// Whether a block can hold the text to the letter: no character that needs an escape, and no line of blanks alone where
/// readers differ about it, at the beginning and at the end.
fn block_is_safe(text: &str) -> bool {
    let blank = |line: &&str| !line.is_empty() && line.trim_matches(' ').is_empty();
    let content = text.trim_matches('\n');
    let ends = [content.split('\n').next(), content.split('\n').next_back()];
    !content.is_empty() && !ends.iter().flatten().any(blank) && text.chars().all(|c| c == '\n' || !doubtful(c))
}

/// What begins the block of a text: `|`, with the indentation where the text begins with a blank itself, and with `+` where
/// its final line breaks are meant.
pub(crate) fn block_header(text: &str) -> String {
    let indentation = if text.trim_start_matches('\n').starts_with(' ') { "2" } else { "" };
    let keep = if text.ends_with('\n') { "+" } else { "" };
    format!("|{indentation}{keep}")
}

fn plain_is_safe(text: &str, flow: bool) -> bool {
    let Some(first) = text.chars().next() else { return false };
    let starts_well = if first.is_ascii() { first.is_ascii_alphanumeric() || "_(/$".contains(first) } else { true };
    starts_well
        && !text.starts_with(char::is_whitespace)
        && !text.ends_with(char::is_whitespace)
        && !text.ends_with(':')
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.chars().any(doubtful)
        && !(flow && text.contains([',', '[', ']', '{', '}', ':']))
        && !ambiguous(text)
}

/// Whether a reader of YAML could take the text for something else: truth values, nulls, numbers in all bases and
/// notations, dates and times.
fn ambiguous(text: &str) -> bool {
    const WORDS: &[&str] = &["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf", "infinity"];
    let numeric = |c: char| c.is_ascii_hexdigit() || "xXoO_.,:+-TtZz ".contains(c);
    WORDS.contains(&text.to_ascii_lowercase().as_str())
        || (text.starts_with(|c: char| c.is_ascii_digit()) && text.chars().all(numeric))
}

/// Characters that cannot be seen, or that YAML or an editor would change: controls, marks of direction, fillers, line
/// separators, tags, and what is no character.
fn doubtful(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}'
            | '\u{3164}' | '\u{fdd0}'..='\u{fdef}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{fffe}'
            | '\u{ffff}' | '\u{e0000}'..='\u{e0fff}')
        || (c as u32) & 0xfffe == 0xfffe
}

/// In double quotes.
pub(crate) fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

/// In double quotes over several lines, those behind the first at this indentation.
pub(crate) fn quoted_lines(text: &str, indent: usize) -> String {
    let mut out = String::from("\"");
    for (at, line) in text.split_inclusive('\n').enumerate() {
        if at > 0 {
            out.push_str("\\\n");
            out.extend(std::iter::repeat_n(' ', indent));
        }
        match line.strip_prefix(' ').filter(|_| at > 0) {
            // Blanks at the beginning of a line are its indentation, unless the first is escaped.
            Some(rest) => {
                out.push_str("\\ ");
                out.push_str(&escaped(rest));
            }
            None => out.push_str(&escaped(line)),
        }
    }
    out.push('"');
    out
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if doubtful(c) => out.push_str(&match c as u32 {
                code @ 0..=0xff => format!("\\x{code:02X}"),
                code @ 0x100..=0xffff => format!("\\u{code:04X}"),
                code => format!("\\U{code:08X}"),
            }),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_another_reader_would_misread_is_quoted() {
        let texts = [
            "no",
            "On",
            "y",
            "~",
            "null",
            "1_000",
            "012",
            "1.10",
            "12:30:45",
            "=",
            "<<",
            "2026-11-01",
            "*a",
            "&a",
            "!a",
            "%a",
            "@a",
            "`a",
            "- a",
            "? a",
            "| a",
            "> a",
            "{a}",
            "[a",
            "#a",
            "a: b",
            "a #b",
            "a:",
            " a",
            "a ",
            "",
            ".5",
            "-1",
            "+1",
            "0x1F",
            "1e3",
            "---",
            "...",
            "'a",
            "\"a",
            "\u{a0}a",
            "\u{feff}a",
            "a\u{2028}b",
            "a\tb",
            ",a",
        ];
        for text in texts {
            assert_eq!(style(text, false), Style::Quoted, "{text:?}");
        }
        for text in [
            "a",
            "Hi {{1}}",
            "3 days",
            "no way",
            "👩‍👩‍👧 hi",
            "¿Sí?",
            "it's",
            "a:b",
            "a#b",
            "$${x}",
            "مرحبا",
            "(a)",
            "10\u{a0}€",
            "à 10\u{202f}h",
            "a\u{2009}b",
        ] {
            assert_eq!(style(text, false), Style::Plain, "{text:?}");
        }
        for text in ["{{1}}", "a, b", "https://fernweh.example", "a]"] {
            assert_eq!(style(text, true), Style::Quoted, "{text:?}");
        }
    }

    #[test]
    fn lines_are_a_block_where_yaml_can_hold_it_and_else_quoted_line_by_line() {
        for text in ["{{1}}:\n# a", "a \nb", "\na\nb", "  a\nb", "a\n \nb", "a\u{a0}\n\u{2003}b ", "a\nb\n\n"] {
            assert_eq!(style(text, false), Style::Block, "{text:?}");
        }
        for text in ["a\r\nb", "a\n\t\nb", "a\u{200b}\nb", " \na\nb", "a\nb\n ", "\u{202e}a\nb", "a\u{2028}\nb"] {
            assert_eq!(style(text, false), Style::QuotedLines, "{text:?}");
        }
        for text in ["a\n", "\n", " ", "a ", "a\rb"] {
            assert_eq!(style(text, false), Style::Quoted, "{text:?}");
        }
        assert_eq!(["a\nb", " a\nb", "a\nb\n", "\n a\n"].map(block_header), ["|", "|2", "|+", "|2+"]);
        assert_eq!(quoted("a\r\n\u{2028}\u{7}\"\\"), "\"a\\r\\n\\u2028\\x07\\\"\\\\\"");
        assert_eq!(quoted_lines("a\r\n\n  b\u{a0}c\n", 2), "\"a\\r\\n\\\n  \\n\\\n  \\  b\u{a0}c\\n\"");
    }
}
