//! One escaping routine for each form of output: text for terminals and logs, Markdown, JSON, annotations of GitHub.
//!
//! There are two lines of defence. What comes from files, accounts, ledgers and arguments passes [`inline`] where it is put
//! into a sentence: it stays on its line and cannot turn it around. And nothing is printed but a [`Printable`], which only
//! this module makes: whatever was forgotten before, no control character, no invisible one and no command for a pipeline
//! is in it. Decides nothing else.

use std::fmt::Write as _;

use serde_json::Value;

use crate::characters::{is_right_to_left, seen};

/// Begins a stretch that is laid out by itself (first strong isolate).
pub const ISOLATE: char = '\u{2068}';
/// Ends it.
pub const POP: char = '\u{2069}';
/// Stands behind a sign that a page would take for a mention or a reference.
pub const WARD: char = '\u{200b}';

/// What may be written to stdout. Made by this module alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printable(String);

impl Printable {
    /// A report for people: its lines, and the tool's own colours where there are any. `log`: it may be read by the runner
    /// of a pipeline, which takes some lines for commands.
    #[must_use]
    pub fn text(text: &str, colour: bool, log: bool) -> Self {
        Self(lines(text, Own::Text { colour }, log))
    }

    /// A comment or a page.
    #[must_use]
    pub fn markdown(text: &str) -> Self {
        Self(lines(text, Own::Markdown, true))
    }

    /// A document for programs, on several lines: the same values, what cannot be seen by number.
    #[must_use]
    pub fn json(document: &Value) -> Self {
        Self(format!("{}\n", json(&format!("{document:#}"))))
    }

    /// A document for programs on one line.
    #[must_use]
    pub fn json_line(document: &Value) -> Self {
        Self(format!("{}\n", json(&document.to_string())))
    }

    /// A document that is JSON already.
    #[must_use]
    pub fn serialized(document: &str) -> Self {
        Self(json(document))
    }

    /// Annotations of a GitHub workflow, one a line.
    #[must_use]
    pub fn annotations(all: impl IntoIterator<Item = Annotation>) -> Self {
        Self(all.into_iter().map(|one| one.line()).collect())
    }

    /// Nothing.
    #[must_use]
    pub const fn nothing() -> Self {
        Self(String::new())
    }

    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A finding as a workflow command of GitHub.
#[derive(Debug, Clone)]
pub struct Annotation {
    /// `error`, `warning` or `notice`.
    pub command: &'static str,
    /// Its properties, in order.
    pub properties: Vec<(&'static str, String)>,
    /// What it says; may have several lines.
    pub message: String,
}

impl Annotation {
    fn line(&self) -> String {
        // What the runner decodes again it may show as it is: line breaks, and nothing else that steers.
        let data = |text: &str| {
            let text = without_commands(&shown(text, |c| c == '\n'));
            text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
        };
        let property =
            |(name, value): &(&str, String)| format!("{name}={}", data(value).replace(':', "%3A").replace(',', "%2C"));
        let properties: Vec<String> = self.properties.iter().map(property).collect();
        format!("::{} {}::{}\n", self.command, properties.join(","), data(&self.message))
    }
}

/// A stranger's text within a line: it stays on that line, what cannot be seen is shown by number, and what runs from right
/// to left does so by itself.
#[must_use]
pub fn inline(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (c, seen) in seen(text) {
        match c {
            '\n' => out.push('⏎'),
            '\t' => out.push_str("\\t"),
            c if seen => out.push(c),
            c => number(c, &mut out),
        }
    }
    if out.chars().any(is_right_to_left) { format!("{ISOLATE}{out}{POP}") } else { out }
}

/// A text with what cannot be seen shown by number; what `keeps` names stays.
#[must_use]
pub fn shown(text: &str, keeps: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for (c, seen) in seen(text) {
        if seen || keeps(c) { out.push(c) } else { number(c, &mut out) }
    }
    out
}

/// One line of a message: [`inline`] for what is made of several parts and may hold the tool's own colours.
#[must_use]
pub fn line(text: &str, colour: bool, log: bool) -> String {
    let one = text.trim_end_matches('\n').replace('\n', "⏎");
    lines(&one, Own::Text { colour }, log)
}

/// `\u{1b}`.
fn number(c: char, out: &mut String) {
    let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
}

/// What of the characters that cannot be seen is the tool's own.
#[derive(Clone, Copy)]
enum Own {
    /// Colours, where there are any.
    Text { colour: bool },
    /// [`WARD`] where it keeps a page from finding a name.
    Markdown,
}

/// Whole lines made safe.
fn lines(text: &str, own: Own, log: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let (body, end) = line.strip_suffix('\n').map_or((line, ""), |body| (body, "\n"));
        let plain = body.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\t'));
        let body = if plain { body.to_owned() } else { one(body, own) };
        out.push_str(&if log { without_commands(&body) } else { body });
        out.push_str(end);
    }
    out
}

/// One line: pieces between the tool's own colours, isolates kept where they are in pairs.
fn one(line: &str, own: Own) -> String {
    let mut kept = isolates(line).into_iter().peekable();
    let mut inside = false;
    let mut out = String::with_capacity(line.len());
    let mut at = 0;
    while at < line.len() {
        if let Some(length) = colour(&line[at..]).filter(|_| matches!(own, Own::Text { colour: true })) {
            out.push_str(&line[at..at + length]);
            at += length;
        } else if kept.next_if_eq(&at).is_some() {
            out.push_str(&line[at..at + ISOLATE.len_utf8()]);
            at += ISOLATE.len_utf8();
            inside = !inside;
        } else {
            // A piece ends before what may be kept; its first character was not.
            let first = line[at..].chars().next().map_or(1, char::len_utf8);
            let next = line[at + first..].find(['\u{1b}', ISOLATE, POP]).map_or(line.len(), |next| at + first + next);
            piece(&line[at..next], own, inside, &mut out);
            at = next;
        }
    }
    out
}

/// What stands between colours and isolates. Letters from right to left that are not isolated yet are.
fn piece(text: &str, own: Own, isolated: bool, out: &mut String) {
    let mut shown = String::with_capacity(text.len());
    let mut before = None;
    for (c, seen) in seen(text) {
        let ward = matches!(own, Own::Markdown) && c == WARD && before.is_some_and(|before: char| before.is_ascii());
        if seen || c == '\t' || ward {
            shown.push(c);
        } else {
            number(c, &mut shown);
        }
        before = Some(c);
    }
    let (first, last) = (shown.find(is_right_to_left), shown.rfind(is_right_to_left));
    match (first, last) {
        (Some(first), Some(last)) if !isolated => {
            let end = last + shown[last..].chars().next().map_or(0, char::len_utf8);
            let _ = write!(out, "{}{ISOLATE}{}{POP}{}", &shown[..first], &shown[first..end], &shown[end..]);
        }
        _ => out.push_str(&shown),
    }
}

/// Where isolates begin and end that have a partner in their line, flat: what nests deeper is not ours.
fn isolates(line: &str) -> Vec<usize> {
    let mut open = None;
    let mut out = Vec::new();
    for (at, c) in line.char_indices() {
        match (c, open) {
            (ISOLATE, None) => open = Some(at),
            (POP, Some(start)) => {
                out.extend([start, at]);
                open = None;
            }
            _ => {}
        }
    }
    out
}

/// The length of a colour at the beginning of a text: only what [`Paint`](super::style::Paint) and the renderer of source
/// lines write. Hiding, blinking, and black are not among them.
fn colour(text: &str) -> Option<usize> {
    /// Longer than any of ours.
    const LONGEST: usize = 12;
    let codes = text.strip_prefix("\u{1b}[")?;
    let end = codes.bytes().take(LONGEST).position(|byte| byte == b'm')?;
    let known = |code: &str| matches!(code, "0" | "1" | "2" | "3" | "4" | "22" | "24") || bright(code);
    codes[..end].split(';').all(known).then_some(end + 3)
}

fn bright(code: &str) -> bool {
    code.parse::<u8>().is_ok_and(|code| matches!(code, 31..=36 | 91..=96))
}

/// A line that no pipeline takes for a command: GitHub's `::name::` and `##[name]`, Azure's `##vso[…]` and `##[…]`,
/// TeamCity's `##teamcity[…]`, GitLab's section marks. A sign in each is shown by number.
#[must_use]
pub fn without_commands(line: &str) -> String {
    broken(line, |sign| format!("\\u{{{:x}}}", u32::from(sign)))
}

fn broken(line: &str, by_number: impl Fn(char) -> String) -> String {
    let mut out = String::with_capacity(line.len());
    let mut from = 0;
    for (at, sign) in line.match_indices([':', '#']).filter(|(at, sign)| makes_command(line, *at, sign)) {
        out.push_str(&line[from..at]);
        out.extend(sign.chars().map(&by_number));
        from = at + sign.len();
    }
    out.push_str(&line[from..]);
    out
}

/// Whether a sign is the one without which its line would hold no command.
fn makes_command(line: &str, at: usize, sign: &str) -> bool {
    let (before, behind) = (&line[..at], &line[at + sign.len()..]);
    if sign == ":" {
        let named = before.ends_with(':') && behind.starts_with(|c: char| c.is_ascii_alphabetic());
        return named || before.ends_with("section_start") || before.ends_with("section_end");
    }
    before.ends_with('#') && behind.trim_start_matches(|c: char| c.is_ascii_alphanumeric()).starts_with('[')
}

/// JSON with what cannot be seen, and what a pipeline would take for a command, by number: the same values.
fn json(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let escape = |c: char| {
        let mut units = [0; 2];
        c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")).collect::<String>()
    };
    for line in text.split_inclusive('\n') {
        let (body, end) = line.strip_suffix('\n').map_or((line, ""), |body| (body, "\n"));
        let mut shown = String::with_capacity(body.len());
        for (c, seen) in seen(body) {
            if seen { shown.push(c) } else { shown.push_str(&escape(c)) }
        }
        out.push_str(&broken(&shown, escape));
        out.push_str(end);
    }
    out
}

#[cfg(test)]
mod tests;
