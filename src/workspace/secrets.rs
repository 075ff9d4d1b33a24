//! Words of `letterpress.yaml` that may be credentials, whatever they stand under: masked before anything is shown.
//!
//! Found without understanding the file, whose YAML may be broken. What only its form tells is found where it is read.

use std::collections::BTreeSet;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use crate::diagnostic::{Diagnostic, FileId, SourceMap, Span};

/// Shorter words are no secrets, and messages would be full of stars.
pub(super) const SHORTEST: usize = 6;
/// Longer ones are no credentials: nothing quotes a text of that length.
const LONGEST: usize = 4096;
/// From this length a word of capitals, small letters and digits is taken for a token.
const TOKEN: usize = 20;
/// A file with more secrets than that was made to be slow.
const MOST: usize = 1_000;

/// Forms of a credential's source.
const FORMS: [&str; 3] = ["env", "file", "command"];
/// From this length a mixture of letters and digits may be a secret, bytes.
const SHORTEST_MIXTURE: usize = 8;
/// Longest part of a key that a person would write: `notifications` has 13 letters.
const LONGEST_WORD: usize = 14;

/// Whether a text is nothing that people write as a key or a value: words of small letters and numbers, joined by `_` and the
/// like, are.
pub(super) fn is_no_word(text: &str) -> bool {
    let is_word = |part: &str| {
        (part.len() <= LONGEST_WORD && part.bytes().all(|byte| byte.is_ascii_lowercase()))
            || part.bytes().all(|byte| byte.is_ascii_digit())
    };
    // `90 minutes`, `30seconds`: a number and its unit.
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let amount = (1..=4).contains(&(text.len() - unit.len())) && is_word(unit.trim_start());
    // `wabaId` is how other tools write it.
    let camel = text.len() <= LONGEST_WORD && text.bytes().all(|byte| byte.is_ascii_alphabetic());
    text.len() >= SHORTEST_MIXTURE && !camel && !amount && !text.split(['_', '-', '.']).all(is_word)
}

/// Places of a file that is no YAML: of its words nobody can say what they were to be.
pub(super) fn in_broken(file: FileId, text: &str) -> Vec<Span> {
    let inside = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '|' | '+' | '=');
    let is_variable = |word: &str| word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    let mut out = Vec::new();
    let mut named = false;
    for (from, to) in words(text, inside) {
        let word = text[from..to].trim_matches(['=', '+', '-']);
        // `token = …`, `token …`: what follows on the line.
        let behind = text[to..].trim_start_matches([' ', '=']);
        let follows = named && word.len() >= SHORTEST && !FORMS.contains(&word);
        if follows || (is_no_word(word) && !is_variable(word)) {
            out.push(span(file, from, to));
        }
        named = (named && !behind.starts_with('\n') && FORMS.contains(&word)) || is_credential_word(word);
        named &= !behind.starts_with(['{', '[', ':', '\n']);
    }
    out
}

/// Places that look like credentials.
pub(super) fn likely(file: FileId, text: &str) -> Vec<Span> {
    let mut out = after_words(file, text);
    out.extend(in_addresses(file, text));
    out.extend(tokens(file, text));
    out
}

/// Whether a word looks like a token: long, and of a mixture that no name has.
pub(super) fn is_token(word: &str) -> bool {
    let has = |kind: fn(&u8) -> bool| word.as_bytes().iter().any(kind);
    let mixed = has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_digit);
    let hexadecimal = word.len() >= 32 && has(u8::is_ascii_alphabetic) && word.bytes().all(|b| b.is_ascii_hexdigit());
    let plain = word.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'|'));
    plain && ((word.len() >= TOKEN && mixed) || hexadecimal)
}

/// Masks the places, and the words that stand there wherever a finding quotes them. `names` are quoted as they are: who writes
/// an account's name under a wrong key reads it in every sentence about that account.
pub(super) fn mask(sources: &mut SourceMap, places: &[Span], names: &[&str], findings: &mut [Diagnostic]) {
    let words: BTreeSet<String> = places
        .iter()
        .take(MOST)
        .map(|span| sources.slice(*span).trim().trim_matches(['"', '\'']))
        .filter(|word| (SHORTEST..=LONGEST).contains(&word.len()) && !names.contains(word))
        .map(str::to_owned)
        .collect();
    // The longest counts: one may be part of another. Of the kinds of automata this one is built fastest.
    let builder = AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .kind(Some(AhoCorasickKind::NoncontiguousNFA))
        .build(&words);
    if let Ok(search) = builder {
        let stars = vec!["***"; words.len()];
        for finding in findings {
            let texts = finding.related.iter_mut().map(|(_, label)| label);
            let texts = texts.chain([&mut finding.message, &mut finding.label]).chain(&mut finding.help);
            texts
                .filter(|text| search.is_match(text.as_str()))
                .for_each(|text| *text = search.replace_all(text, &stars));
        }
    }
    sources.mask(places);
}

fn span(file: FileId, start: usize, end: usize) -> Span {
    let to_u32 = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span { file, start: to_u32(start), end: to_u32(end) }
}

/// User, password and query of everything that looks like an address.
fn in_addresses(file: FileId, text: &str) -> Vec<Span> {
    let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '}' | ']' | '>');
    let mut out = Vec::new();
    for (at, _) in text.match_indices("://") {
        let start = at + 3;
        let end = text[start..].find(ends).map_or(text.len(), |end| start + end);
        let address = &text[start..end];
        if let Some(user) = address.rfind('@') {
            out.push(span(file, start, start + user));
        }
        if let Some(query) = address.find(['?', '#']).filter(|query| query + 1 < address.len()) {
            out.push(span(file, start + query + 1, end));
        }
    }
    out
}

/// Words that look like tokens, be they keys, values, anchors or comments.
fn tokens(file: FileId, text: &str) -> Vec<Span> {
    let inside = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '|');
    let tokens = words(text, inside).filter(|(from, to)| is_token(&text[*from..*to]));
    tokens.map(|(from, to)| span(file, from, to)).collect()
}

/// Where words of such characters stand.
fn words(text: &str, inside: impl Fn(char) -> bool + Copy) -> impl Iterator<Item = (usize, usize)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let from = text[at..].find(inside).map(|from| at + from)?;
        at = text[from..].find(|c| !inside(c)).map_or(text.len(), |to| from + to);
        Some((from, at))
    })
}

/// Whether a word says that a credential follows.
fn is_credential_word(word: &str) -> bool {
    const WORDS: [&str; 7] = ["token", "secret", "api_key", "apikey", "password", "private_key", "credential"];
    let word = word.to_ascii_lowercase().replace('-', "_");
    WORDS.iter().any(|known| word.contains(known))
}

/// What follows `token:` and its like on a line.
fn after_words(file: FileId, text: &str) -> Vec<Span> {
    let mut out = Vec::new();
    let mut line_start = 0;
    for line in text.split_inclusive('\n') {
        let brace = line.find('{').unwrap_or(line.len());
        let mut from = 0;
        while let Some(colon) = line[from..].find(':').map(|at| from + at) {
            from = colon + 1;
            let before = line[..colon].trim_end_matches(['"', '\'', ' ']);
            let word = before.rsplit(|c: char| !c.is_alphanumeric() && c != '_' && c != '-').next().unwrap_or_default();
            if !is_credential_word(word) {
                continue;
            }
            let rest = &line[colon + 1..];
            let value = rest.trim();
            if value.is_empty() || value.starts_with(['{', '[', '#', '|', '>', '*']) || value == "null" || value == "~"
            {
                continue;
            }
            let start = colon + 1 + (rest.len() - rest.trim_start().len());
            let end = if brace < colon { value.find([',', '}']) } else { None }.unwrap_or(value.len());
            let end = value[..end].find(" #").unwrap_or(end);
            out.push(span(file, line_start + start, line_start + start + end));
            // What is covered is looked at once.
            from = start + end;
        }
        line_start += line.len();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let mut sources = SourceMap::default();
        let file = sources.add("letterpress.yaml", text);
        mask(&mut sources, &likely(file, text), &[], &mut []);
        sources.get(file).unwrap().text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn secrets_are_found_whatever_they_stand_under() {
        for (text, masked) in [
            ("base_url: https://me:hunter2@host.example/x", "base_url: https://*** @host.example/x"),
            ("base_url: \"https://h.example/?key=hunter2\"", "base_url: \"https://h.example/?*** \""),
            ("x: {EAACanary7f3aQ0x9ZbQ: 1}", "x: {*** : 1}"),
            ("x: &EAACanary7f3aQ0x9ZbQ 1", "x: &*** 1"),
            ("# 0123456789abcdef0123456789abcdef", "# ***"),
            ("tokn: hunter2, token: hunter2", "tokn: hunter2, token: ***"),
        ] {
            assert_eq!(shown(text), masked);
        }
        for open in [
            "token: {env: META_TOKEN_PRODUCTION_2}",
            "application_id: aaaaaaaa-bbbb-cccc-dddd-0123456789ab",
            "accounts: {production-eu-west-1-shop: {waba_id: \"208811029340111208811029340111\"}}",
            "base_url: https://xyz.api.infobip.com",
            "templates: [templates/**/*.yaml]",
        ] {
            assert_eq!(shown(open), open);
        }
    }

    #[test]
    fn what_findings_quote_is_masked_too() {
        let mut sources = SourceMap::default();
        let text = "x: {EAACanary7f3aQ0x9ZbQ: 1}";
        let file = sources.add("letterpress.yaml", text);
        let place = Span { file, start: 4, end: 24 };
        let finding = Diagnostic::error("LP004", place, "no key `EAACanary7f3aQ0x9ZbQ`").help("EAACanary7f3aQ0x9ZbQ?");
        let mut findings = [finding.label("EAACanary7f3aQ0x9ZbQ").related(place, "EAACanary7f3aQ0x9ZbQ")];
        mask(&mut sources, &likely(file, text), &[], &mut findings);
        assert!(!format!("{findings:?}").contains("Canary"), "{findings:?}");
    }
}
