//! Text for terminals: colours and columns.

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

pub use super::escape::inline as safe;
use super::escape::{ISOLATE, POP};
use crate::{
    plan::{AccountIdentity, SourceLocation},
    provider::id_name,
};

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
/// backticks is to be copied and stays on one line. Line breaks of the text are shown, isolates end and begin again with
/// its lines.
#[must_use]
pub fn wrapped(first: &str, rest: &str, text: &str) -> String {
    const GLUE: &str = "\u{2007}";
    let mut code = false;
    let glued: String = text
        .chars()
        .map(|c| {
            code ^= c == '`';
            match c {
                ' ' if code => GLUE.to_owned(),
                '\n' => "⏎".to_owned(),
                c => c.to_string(),
            }
        })
        .collect();
    let options = textwrap::Options::new(COLUMNS).initial_indent(first).subsequent_indent(rest);
    let options = options.break_words(false).word_splitter(textwrap::WordSplitter::NoHyphenation);
    let filled = textwrap::fill(&glued, options).replace(GLUE, " ");
    if filled.contains(ISOLATE) { isolated_by_line(&filled, rest) } else { filled }
}

/// Ends an isolate at the end of its line, and begins it again behind what the next line begins with.
fn isolated_by_line(text: &str, rest: &str) -> String {
    let mut open = false;
    let mut out = Vec::new();
    for line in text.split('\n') {
        let mut shown = line.to_owned();
        if open {
            shown.insert(if line.starts_with(rest) { rest.len() } else { 0 }, ISOLATE);
        }
        open = shown.rfind(ISOLATE) > shown.rfind(POP);
        if open {
            shown.push(POP);
        }
        out.push(shown);
    }
    out.join("\n")
}

/// A text with `right` at the right margin of 80 columns, or behind two blanks where the left is long.
#[must_use]
pub fn line(left: &str, left_width: usize, right: &str) -> String {
    let gap = COLUMNS.saturating_sub(left_width + width(right)).max(2);
    if right.is_empty() { left.to_owned() } else { format!("{left}{}{right}", " ".repeat(gap)) }
}

/// `templates/a.yaml:3`, made safe; nothing where there is no place.
#[must_use]
pub fn place(place: Option<&SourceLocation>) -> String {
    place.map(|place| safe(&format!("{}:{}", place.file, place.line))).unwrap_or_default()
}

/// `shop (meta, sandbox, WABA 208811029340111)`, made safe: how reports name an account.
#[must_use]
pub fn account_head(identity: &AccountIdentity) -> String {
    let AccountIdentity { account, provider, scope } = identity;
    let sandbox = if identity.is_sandbox() { ", sandbox" } else { "" };
    format!("{} ({}{sandbox}, {} {})", safe(account), safe(provider), id_name(provider), safe(&scope.id))
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
    fn isolates_end_with_their_line() {
        let shown = wrapped("  ", "    ", &safe(&"שלום ".repeat(40)));
        assert!(shown.lines().count() > 2, "{shown}");
        for line in shown.lines() {
            assert!(line.trim_start().starts_with(ISOLATE) && line.ends_with(POP), "{line:?}");
        }
        assert_eq!(wrapped("", "", "a\nb"), "a⏎b");
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
