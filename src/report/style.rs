//! Text for terminals: colours, columns, and strings of strangers made safe to print.

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

/// Wraps words in colour, or not.
#[derive(Debug, Clone, Copy)]
pub struct Paint {
    /// Whether to colour.
    pub colour: bool,
}

impl Paint {
    /// For what is added.
    #[must_use]
    pub fn added(self, text: &str) -> String {
        self.wrap(AnsiColor::Green.on_default(), text)
    }

    /// For what is removed.
    #[must_use]
    pub fn removed(self, text: &str) -> String {
        self.wrap(AnsiColor::Red.on_default(), text)
    }

    /// For what changes, and for warnings.
    #[must_use]
    pub fn changed(self, text: &str) -> String {
        self.wrap(AnsiColor::Yellow.on_default(), text)
    }

    /// For headings.
    #[must_use]
    pub fn bold(self, text: &str) -> String {
        self.wrap(Style::new().bold(), text)
    }

    /// For what matters less.
    #[must_use]
    pub fn dim(self, text: &str) -> String {
        self.wrap(Style::new().dimmed(), text)
    }

    /// For the changed words within a changed line.
    #[must_use]
    pub fn emphasis(self, text: &str) -> String {
        self.wrap(Style::new().bold().underline(), text)
    }

    fn wrap(self, style: Style, text: &str) -> String {
        if self.colour { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }
}

/// Width of a text in terminal columns.
#[must_use]
pub fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// Columns of a line.
const COLUMNS: usize = 80;

/// A text broken into lines of 80 columns: the first begins with `first`, the others with `rest`. What stands between
/// backticks is to be copied and stays on one line.
#[must_use]
pub fn wrapped(first: &str, rest: &str, text: &str) -> String {
    const GLUE: &str = "\u{2007}";
    let mut code = false;
    let glued: String = text
        .chars()
        .map(|c| {
            code ^= c == '`';
            if c == ' ' && code { GLUE.to_owned() } else { c.to_string() }
        })
        .collect();
    let options = textwrap::Options::new(COLUMNS).initial_indent(first).subsequent_indent(rest);
    let options = options.break_words(false).word_splitter(textwrap::WordSplitter::NoHyphenation);
    textwrap::fill(&glued, options).replace(GLUE, " ")
}

/// A text with `right` at the right margin of 80 columns, or behind two blanks where the left is long.
#[must_use]
pub fn line(left: &str, left_width: usize, right: &str) -> String {
    let gap = COLUMNS.saturating_sub(left_width + width(right)).max(2);
    if right.is_empty() { left.to_owned() } else { format!("{left}{}{right}", " ".repeat(gap)) }
}

/// A stranger's text made safe for a terminal: control characters and invisible ones are shown by number, text that runs
/// from right to left is isolated so that it does not turn the line around.
#[must_use]
pub fn safe(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push('⏎'),
            '\t' => out.push_str("\\t"),
            c if c.is_control() || is_invisible(c) => {
                use std::fmt::Write as _;
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    if text.chars().any(is_right_to_left) { format!("\u{2068}{out}\u{2069}") } else { out }
}

/// Characters that a reader cannot see but that make texts differ. The joiner of emoji families is not among them.
const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{a0}' | '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

const fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}')
}

/// `1 template`, `2 templates`.
#[must_use]
pub fn count(number: usize, one: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {one}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_cannot_drive_the_terminal() {
        assert_eq!(safe("a\u{1b}[31mb"), "a\\u{1b}[31mb");
        assert_eq!(safe("a\u{a0}b\nc"), "a\\u{a0}b⏎c");
        assert_eq!(safe("👩‍👧"), "👩‍👧");
        assert!(safe("مرحبا").starts_with('\u{2068}'));
    }

    #[test]
    fn lines_have_80_columns_and_commands_stay_whole() {
        let text =
            format!("{} run `letterpress import --select a --update` then plan again", "word ".repeat(11).trim());
        let shown = wrapped("  + ", "    ", &text);
        let lines: Vec<&str> = shown.lines().collect();
        assert!(lines.iter().all(|line| width(line) <= 80), "{shown}");
        assert!(lines[1].starts_with("    `letterpress import --select a --update` then"), "{shown}");
        let red = wrapped("", "", &format!("\u{1b}[31m{}\u{1b}[0m", "a".repeat(79)));
        assert_eq!(red.lines().count(), 1);
    }
}
