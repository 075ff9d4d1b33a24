//! Placeholders in texts: finding `{{…}}`, replacing them, listing the parameters.

use super::Parameter;

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Plain text.
    Text(&'a str),
    /// `{{…}}`: the byte range of the whole and what stands between the braces, trimmed.
    Placeholder {
        /// Byte offset of the first brace.
        start: usize,
        /// Byte offset after the last brace.
        end: usize,
        /// Between the braces, without outer blanks.
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
        out.push(Piece::Placeholder { start: open, end: close + 2, inner: text[open + 2..close].trim() });
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_placeholders_and_leaves_stray_braces() {
        assert_eq!(
            parameters("Hi {{ name }}, {{2}} and {{name}} {{"),
            [Parameter::Name("name".into()), Parameter::Number(2)]
        );
        assert_eq!(parameters("{{ {{1}}"), [Parameter::Number(1)]);
        assert_eq!(parameters("}} {1} {{"), []);
        assert_eq!(map("a {{x}} b", |p| format!("<{p}>")), "a <x> b");
    }
}
