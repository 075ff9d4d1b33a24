//! Words of `letterpress.yaml` that may be credentials, whatever they stand under: masked before anything is shown.
//!
//! Found without understanding the file, whose YAML may be broken. What only its form tells is found where it is read.

use std::collections::BTreeSet;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use crate::{
    diagnostic::{Diagnostic, FileId, SourceMap, Span},
    source::tree::REPEATED_KEY,
};

/// Shorter words are no secrets, and messages would be full of stars.
const SHORTEST: usize = 6;
/// Longer ones are no credentials: nothing quotes a text of that length.
const LONGEST: usize = 4096;
/// From this length a word of capitals, small letters and digits is taken for a token.
const TOKEN: usize = 20;
/// A file with more secrets than that was made to be slow.
const MOST: usize = 1_000;

/// Keys of accounts whose values are no credentials.
pub(super) const KNOWN_KEYS: [&str; 17] = [
    "provider",
    "waba_id",
    "app_id",
    "sender",
    "partner_id",
    "waba_account_id",
    "sandbox",
    "labels",
    "values",
    "after",
    "base_url",
    "media_base_url",
    "timeout",
    "concurrency",
    "policy",
    "ledger",
    "application_id",
];
/// Longest part of a key that a person would write: `notifications` has 13 letters.
const LONGEST_WORD: usize = 14;

/// Whether a key that nobody knows may be a secret that was pasted in its place: words of small letters, joined by `_` or `-`,
/// are none.
pub(super) fn may_be_pasted(key: &str) -> bool {
    let is_word = |part: &str| part.len() <= LONGEST_WORD && part.bytes().all(|byte| byte.is_ascii_lowercase());
    // `wabaId` is how other tools write it.
    let camel = key.len() <= LONGEST_WORD && key.bytes().all(|byte| byte.is_ascii_alphabetic());
    key.len() >= 8 && !camel && !key.split(['_', '-']).all(is_word)
}

/// What stands under keys that are there twice: of the two nobody can say which was meant, and neither is read.
pub(super) fn under_repeated_keys(file: FileId, text: &str, findings: &[Diagnostic]) -> Vec<Span> {
    let repeated = findings.iter().filter(|finding| finding.code == REPEATED_KEY);
    let keys =
        repeated.flat_map(|finding| finding.span.into_iter().chain(finding.related.iter().map(|(span, _)| *span)));
    keys.filter_map(|key| {
        let (start, end) = (usize::try_from(key.start).ok()?, usize::try_from(key.end).ok()?);
        let name = text.get(start..end)?.trim_matches(['"', '\'']);
        let rest = text.get(end..)?;
        let colon = rest.find(':').filter(|_| !KNOWN_KEYS.contains(&name))?;
        // A block goes on below; of one line the value ends with the flow that it is in.
        let value = rest[colon + 1..].trim_start();
        let from = end + rest.len() - value.len();
        let quoted = value.chars().next().filter(|c| matches!(c, '"' | '\''));
        let quoted_end = quoted.and_then(|quote| value[1..].find(quote)).map(|end| end + 2);
        let to = quoted_end.or_else(|| value.find(['\n', ',', '}'])).unwrap_or(value.len());
        (to > 0 && !value.starts_with(['{', '['])).then(|| span(file, from, from + to))
    })
    .collect()
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

/// Masks the places, and the words that stand there wherever a finding quotes them.
pub(super) fn mask(sources: &mut SourceMap, places: &[Span], findings: &mut [Diagnostic]) {
    let words: BTreeSet<String> = places
        .iter()
        .take(MOST)
        .map(|span| sources.slice(*span).trim().trim_matches(['"', '\'']))
        .filter(|word| (SHORTEST..=LONGEST).contains(&word.len()))
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
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(from) = text[at..].find(inside).map(|from| at + from) {
        let to = text[from..].find(|c| !inside(c)).map_or(text.len(), |to| from + to);
        if is_token(&text[from..to]) {
            out.push(span(file, from, to));
        }
        at = to;
    }
    out
}

/// What follows `token:` and its like on a line.
fn after_words(file: FileId, text: &str) -> Vec<Span> {
    const WORDS: [&str; 7] = ["token", "secret", "api_key", "apikey", "password", "private_key", "credential"];
    let mut out = Vec::new();
    let mut line_start = 0;
    for line in text.split_inclusive('\n') {
        let brace = line.find('{').unwrap_or(line.len());
        let mut from = 0;
        while let Some(colon) = line[from..].find(':').map(|at| from + at) {
            from = colon + 1;
            let before = line[..colon].trim_end_matches(['"', '\'', ' ']);
            let word = before.rsplit(|c: char| !c.is_alphanumeric() && c != '_' && c != '-').next().unwrap_or_default();
            let word = word.to_ascii_lowercase().replace('-', "_");
            if !WORDS.iter().any(|known| word.contains(known)) {
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
        mask(&mut sources, &likely(file, text), &mut []);
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
        mask(&mut sources, &likely(file, text), &mut findings);
        assert!(!format!("{findings:?}").contains("Canary"), "{findings:?}");
    }
}
