//! How one text is written in YAML: plain where no reader can mistake it, as a block where people would, else quoted.
//!
//! Plain texts are safe for readers of YAML 1.1 too: nothing that one of them takes for a number, a date, a truth value or
//! a merge key. Invisible characters are escaped, so that they can be seen in a review; joiners of emoji and scripts stay.

/// How a text may be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// As it is.
    Plain,
    /// In double quotes, with escapes.
    Quoted,
    /// As a block with `|`.
    Block,
}

/// Longest text on the line of its key, in characters.
const LONG: usize = 80;

/// The style of a text. In flow collections there are no blocks.
pub(crate) fn style(text: &str, flow: bool) -> Style {
    let many = text.contains('\n') || (text.chars().count() > LONG && text.contains(' '));
    if !flow && many && block_is_safe(text) {
        Style::Block
    } else if plain_is_safe(text, flow) {
        Style::Plain
    } else {
        Style::Quoted
    }
}

/// A text on one line: a key, or a value that is not written as a block.
pub(crate) fn inline(text: &str, flow: bool) -> String {
    if plain_is_safe(text, flow) { text.to_owned() } else { quoted(text) }
}

/// Whether a block gives the text back to the letter, in every editor: no blanks that editors strip, no doubt about its
/// indentation or its end.
fn block_is_safe(text: &str) -> bool {
    !text.starts_with(char::is_whitespace)
        && !text.ends_with(char::is_whitespace)
        && text.split('\n').all(|line| !line.ends_with(char::is_whitespace))
        && text.chars().all(|c| c == '\n' || !doubtful(c))
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

/// Characters that cannot be seen, or that YAML or an editor would change.
fn doubtful(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{a0}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{1680}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180e}' | '\u{2000}'..='\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202f}'
            | '\u{205f}'..='\u{206f}' | '\u{3164}' | '\u{fdd0}'..='\u{fdef}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}')
        || (c as u32) & 0xfffe == 0xfffe
}

/// In double quotes.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
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
    out.push('"');
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
            "a\u{a0}b",
            "\u{feff}a",
            "a\u{2028}b",
            "a\tb",
            ",a",
        ];
        for text in texts {
            assert_eq!(style(text, false), Style::Quoted, "{text:?}");
        }
        for text in
            ["a", "Hi {{1}}", "3 days", "no way", "👩‍👩‍👧 hi", "¿Sí?", "it's", "a:b", "a#b", "$${x}", "مرحبا", "(a)"]
        {
            assert_eq!(style(text, false), Style::Plain, "{text:?}");
        }
        for text in ["{{1}}", "a, b", "https://fernweh.example", "a]"] {
            assert_eq!(style(text, true), Style::Quoted, "{text:?}");
        }
    }

    #[test]
    fn blocks_only_where_nothing_can_be_lost() {
        assert_eq!(style("{{1}}:\n# a", false), Style::Block);
        for text in ["a \nb", "a\n", "\na", " a\nb", "a\r\nb", "a\n\t\nb", "a\n \nb", "a\u{200b}\nb"] {
            assert_eq!(style(text, false), Style::Quoted, "{text:?}");
        }
        assert_eq!(quoted("a\r\n\u{2028}\u{7}\"\\"), "\"a\\r\\n\\u2028\\x07\\\"\\\\\"");
    }
}
