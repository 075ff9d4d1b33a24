//! A YAML document as a person would lay it out: small mappings in braces, everything else in lines.
//!
//! Knows layout, nothing of templates. No line is ever wrapped.

use std::fmt::Write as _;

use serde_json::Value as Json;

use super::scalar::{Style, block_header, inline, quoted_lines, style};

/// Widest line on which a mapping or a list is written in braces.
const WIDE: usize = 100;

/// A value to be written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Y {
    /// A text, quoted as needed.
    Text(String),
    /// A number, `true`, `null`.
    Raw(String),
    /// A list.
    List(Vec<Self>),
    /// A mapping.
    Map(Vec<(String, Self)>),
    /// A mapping that is always written in lines.
    Tall(Vec<(String, Self)>),
}

impl Y {
    /// A text.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A number or a truth value.
    pub(crate) fn raw(value: impl std::fmt::Display) -> Self {
        Self::Raw(value.to_string())
    }

    /// JSON as it stands.
    pub(crate) fn json(value: &Json) -> Self {
        match value {
            Json::Null | Json::Bool(_) | Json::Number(_) => Self::raw(value),
            Json::String(text) => Self::text(text),
            Json::Array(items) => Self::List(items.iter().map(Self::json).collect()),
            Json::Object(fields) => {
                Self::Map(fields.iter().map(|(key, value)| (key.clone(), Self::json(value))).collect())
            }
        }
    }
}

/// The document of a mapping.
pub(crate) fn document(entries: &[(String, Y)]) -> String {
    let mut out = String::new();
    map(&mut out, entries, 0, false);
    out
}

/// Entries, one per line. With `inside`, the first follows what is already on the line.
fn map(out: &mut String, entries: &[(String, Y)], indent: usize, inside: bool) {
    for (at, (key, value)) in entries.iter().enumerate() {
        if at > 0 || !inside {
            blanks(out, indent);
        }
        let key = inline(key, true);
        out.push_str(&key);
        out.push(':');
        behind(out, value, indent, indent + key.chars().count() + 1);
    }
}

/// A value behind its key.
fn behind(out: &mut String, value: &Y, indent: usize, column: usize) {
    if let Some(line) = on_one_line(value, column) {
        let _ = writeln!(out, " {line}");
        return;
    }
    match value {
        Y::Text(text) => lines(out, text, indent + 2),
        Y::List(items) => {
            out.push('\n');
            list(out, items, indent + 2);
        }
        Y::Map(entries) | Y::Tall(entries) => {
            out.push('\n');
            map(out, entries, indent + 2, false);
        }
        Y::Raw(raw) => {
            let _ = writeln!(out, " {raw}");
        }
    }
}

fn list(out: &mut String, items: &[Y], indent: usize) {
    for item in items {
        blanks(out, indent);
        out.push('-');
        if let Some(line) = on_one_line(item, indent + 1) {
            let _ = writeln!(out, " {line}");
            continue;
        }
        match item {
            Y::Text(text) => lines(out, text, indent + 2),
            Y::Map(entries) | Y::Tall(entries) => {
                out.push(' ');
                map(out, entries, indent + 2, true);
            }
            Y::List(items) => {
                out.push('\n');
                list(out, items, indent + 2);
            }
            Y::Raw(raw) => {
                let _ = writeln!(out, " {raw}");
            }
        }
    }
}

/// A text over several lines behind its key: as a block, else in quotes.
fn lines(out: &mut String, text: &str, indent: usize) {
    if style(text, false) == Style::Block {
        block(out, text, indent);
    } else {
        let _ = writeln!(out, " {}", quoted_lines(text, indent));
    }
}

/// A text as a block. Its final line break is the block's own, unless the text ends with one.
fn block(out: &mut String, text: &str, indent: usize) {
    let _ = writeln!(out, " {}", block_header(text));
    for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        if !line.is_empty() {
            blanks(out, indent);
            out.push_str(line);
        }
        out.push('\n');
    }
}

fn blanks(out: &mut String, indent: usize) {
    out.extend(std::iter::repeat_n(' ', indent));
}

/// The value on the line of its key, if a person would put it there.
fn on_one_line(value: &Y, column: usize) -> Option<String> {
    match value {
        Y::Raw(raw) => Some(raw.clone()),
        Y::Text(text) => is_one_line(text).then(|| inline(text, false)),
        Y::Tall(entries) if !entries.is_empty() => None,
        // Lists of mappings are read line by line.
        Y::List(items) if items.iter().any(|item| matches!(item, Y::Map(e) | Y::Tall(e) if !e.is_empty())) => None,
        Y::List(_) | Y::Map(_) | Y::Tall(_) => flow(value).filter(|line| column + 1 + line.chars().count() <= WIDE),
    }
}

fn is_one_line(text: &str) -> bool {
    matches!(style(text, false), Style::Plain | Style::Quoted)
}

/// In braces; `None` if a text in it wants several lines.
fn flow(value: &Y) -> Option<String> {
    match value {
        Y::Raw(raw) => Some(raw.clone()),
        Y::Text(text) => is_one_line(text).then(|| inline(text, true)),
        Y::List(items) => {
            let items: Vec<String> = items.iter().map(flow).collect::<Option<_>>()?;
            Some(format!("[{}]", items.join(", ")))
        }
        Y::Map(entries) => {
            let entry = |(key, value): &(String, Y)| Some(format!("{}: {}", inline(key, true), flow(value)?));
            let entries: Vec<String> = entries.iter().map(entry).collect::<Option<_>>()?;
            Some(format!("{{{}}}", entries.join(", ")))
        }
        Y::Tall(entries) => entries.is_empty().then(|| "{}".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_things_stand_in_braces_and_texts_in_blocks() {
        let map = |entries: &[(&str, Y)]| {
            Y::Map(entries.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect())
        };
        let entries = [
            ("a".to_owned(), map(&[("type", Y::text("URL")), ("url", Y::text("https://fernweh.example"))])),
            ("no".to_owned(), Y::List(vec![Y::text("Sí"), Y::text("No"), map(&[])])),
            ("b".to_owned(), Y::text("one\n\ntwo")),
            ("c".to_owned(), Y::List(vec![map(&[("x", Y::text("y\nz")), ("k", Y::raw(1))]), Y::text("k\nl")])),
            ("d".to_owned(), Y::Tall(vec![("en".to_owned(), Y::Tall(Vec::new()))])),
        ];
        let wanted = "a: {type: URL, url: \"https://fernweh.example\"}\n\"no\": [Sí, \"No\", {}]\nb: |\n  one\n\n  two\nc:\n  \
                      - x: |\n      y\n      z\n    k: 1\n  - |\n    k\n    l\nd:\n  en: {}\n";
        assert_eq!(document(&entries), wanted);
    }
}
