//! Placeholders in texts: finding `{{…}}`, replacing them, listing the parameters.
//!
//! The provider takes `{{name}}` to the letter: what stands between the braces is kept as it is, blanks included (Meta,
//! template-review page, 2026-09-11). What is no parameter that way is somebody's slip; [`meant`] says which one.

use super::Parameter;

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Plain text.
    Text(&'a str),
    /// `{{…}}`: the byte range of the whole and what stands between the braces.
    Placeholder {
        /// Byte offset of the first brace.
        start: usize,
        /// Byte offset after the last brace.
        end: usize,
        /// Between the braces, to the letter.
        inner: &'a str,
    },
}

/// Cuts a text into plain pieces and placeholders. Unmatched braces are plain text.
#[must_use]
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut out = Vec::new();
    let mut plain = 0;
    let mut at = 0;
    while let Some(open) = text[at..].find("{{").map(|i| at + i) {
        let Some(close) = text[open + 2..].find("}}").map(|i| open + 2 + i) else { break };
        // The innermost pair counts: `{{ {{1}}` is plain text and `{{1}}`.
        let open = text[open + 2..close].rfind("{{").map_or(open, |i| open + 2 + i);
        if open > plain {
            out.push(Piece::Text(&text[plain..open]));
        }
        out.push(Piece::Placeholder { start: open, end: close + 2, inner: &text[open + 2..close] });
        plain = close + 2;
        at = plain;
    }
    if plain < text.len() {
        out.push(Piece::Text(&text[plain..]));
    }
    out
}

/// The parameters of a text in the order of their first use, each once.
#[must_use]
pub fn parameters(text: &str) -> Vec<Parameter> {
    let mut out: Vec<Parameter> = Vec::new();
    for piece in pieces(text) {
        if let Piece::Placeholder { inner, .. } = piece {
            let parameter = Parameter::parse(inner);
            if !out.contains(&parameter) {
                out.push(parameter);
            }
        }
    }
    out
}

/// The text with each parameter replaced by what `replace` gives.
#[must_use]
pub fn map(text: &str, mut replace: impl FnMut(&Parameter) -> String) -> String {
    pieces(text).into_iter().fold(String::with_capacity(text.len()), |mut out, piece| {
        match piece {
            Piece::Text(plain) => out.push_str(plain),
            Piece::Placeholder { inner, .. } => out.push_str(&replace(&Parameter::parse(inner))),
        }
        out
    })
}

/// Whether this can be the name of a parameter: lower-case letters, digits and underscores, a letter first (Meta,
/// templates overview, checked 2026-11; upper case is refused).
#[must_use]
pub fn is_name(name: &str) -> bool {
    name.bytes().next().is_some_and(|first| first.is_ascii_lowercase())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// The parameter that was meant by what cannot be one: `order_id` for ` Order id `. `None` if nobody can tell.
#[must_use]
pub fn meant(inner: &str) -> Option<String> {
    let seen: String = inner.chars().filter(|c| c.is_whitespace() || !is_unseen(*c)).collect();
    let bare = seen.trim().trim_matches(['{', '}']).trim();
    if !bare.is_empty() && bare.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(bare.to_owned());
    }
    let joined = bare.to_ascii_lowercase().replace(|c: char| c == '-' || c.is_whitespace(), "_");
    is_name(&joined).then_some(joined)
}

/// What is wrong between the braces and hard to see: "a blank", "an invisible character (U+200B)".
#[must_use]
pub fn unseen(inner: &str) -> Option<String> {
    let found = inner.chars().find(|c| is_unseen(*c))?;
    Some(match found {
        ' ' => "a blank".to_owned(),
        '\t' => "a tab".to_owned(),
        '\n' | '\r' => "a line break".to_owned(),
        '\u{a0}' => "a no-break space".to_owned(),
        other if other.is_whitespace() => format!("a blank (U+{:04X})", u32::from(other)),
        other => format!("an invisible character (U+{:04X})", u32::from(other)),
    })
}

/// Characters without ink: blanks, controls, and those that Unicode lets a renderer ignore.
fn is_unseen(c: char) -> bool {
    let ignorable = matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}');
    c.is_whitespace() || c.is_control() || ignorable
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_are_taken_to_the_letter_and_slips_understood() {
        let name = |name: &str| Parameter::Name(name.to_owned());
        assert_eq!(parameters("{{ 1 }} {{1}} {{\u{a0}x}}"), [name(" 1 "), Parameter::Number(1), name("\u{a0}x")]);
        for (inner, wanted, what) in [
            (" name ", Some("name"), Some("a blank")),
            ("\u{a0}1", Some("1"), Some("a no-break space")),
            ("na\u{200b}me", Some("name"), Some("an invisible character (U+200B)")),
            ("\u{3164}name", Some("name"), Some("an invisible character (U+3164)")),
            ("Order id\t", Some("order_id"), Some("a blank")),
            ("\u{2003}2\u{2003}", Some("2"), Some("a blank (U+2003)")),
            ("{name}", Some("name"), None),
            ("größe", None, None),
            ("", None, None),
        ] {
            assert_eq!((meant(inner).as_deref(), unseen(inner).as_deref()), (wanted, what), "{inner:?}");
        }
    }

    #[test]
    fn finds_placeholders_and_leaves_stray_braces() {
        assert_eq!(
            parameters("Hi {{name}}, {{2}} and {{name}} {{"),
            [Parameter::Name("name".into()), Parameter::Number(2)]
        );
        assert_eq!(parameters("{{ {{1}}"), [Parameter::Number(1)]);
        assert_eq!(parameters("}} {1} {{"), []);
        assert_eq!(map("a {{x}} b", |p| format!("<{p}>")), "a <x> b");
    }
}
