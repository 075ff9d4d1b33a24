//! A secret in a text, however it is spelt there: plain, percent-encoded, with characters in between that nobody sees.
//!
//! Holds no secret; who has one asks here where a text tells it.

use serde_json::{Map, Value};

use crate::characters::is_unseen;

/// What stands in the place of a secret.
const MASK: &str = "***";

/// The text without the secret, if it is in it.
#[must_use]
pub fn mask(text: &str, secret: &str) -> Option<String> {
    let mut out = String::new();
    let (mut from, mut at) = (0, 0);
    while at < text.len() {
        match length(&text[at..], secret) {
            Some(length) => {
                out.push_str(&text[from..at]);
                out.push_str(MASK);
                at += length;
                from = at;
            }
            None => at += text[at..].chars().next().map_or(1, char::len_utf8),
        }
    }
    (from > 0).then(|| out + &text[from..])
}

/// How long the secret is at the beginning of a text, if it is there.
fn length(text: &str, secret: &str) -> Option<usize> {
    let mut at = 0;
    for wanted in secret.chars() {
        loop {
            let c = text[at..].chars().next()?;
            if c == wanted {
                at += c.len_utf8();
                break;
            }
            if percent(&text[at..]).is_some_and(|byte| char::from(byte) == wanted) {
                at += 3;
                break;
            }
            if at == 0 || !(is_unseen(c) || c.is_whitespace()) {
                return None;
            }
            at += c.len_utf8();
        }
    }
    (at > 0).then_some(at)
}

/// The byte that `%7C` stands for.
fn percent(text: &str) -> Option<u8> {
    let digits = text.strip_prefix('%')?.get(..2)?;
    u8::from_str_radix(digits, 16).ok()
}

/// Masks every text and key of an answer. Ids stay: they are compared, and where one is told as a secret (an embedded
/// account may be known by nothing else) it is none.
pub fn mask_answer(answer: &mut Map<String, Value>, mask: &dyn Fn(&str) -> Option<String>) {
    let named = answer.keys().any(|key| mask(key).is_some());
    let texts = answer.iter_mut().filter(|(key, _)| *key != "id" && !key.ends_with("_id"));
    texts.for_each(|(_, value)| mask_value(value, mask));
    if named {
        let entries = std::mem::take(answer);
        answer.extend(entries.into_iter().map(|(key, value)| (mask(&key).unwrap_or(key), value)));
    }
}

fn mask_value(value: &mut Value, mask: &dyn Fn(&str) -> Option<String>) {
    match value {
        Value::String(text) => {
            if let Some(masked) = mask(text) {
                *text = masked;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| mask_value(item, mask)),
        Value::Object(map) => mask_answer(map, mask),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const SECRET: &str = "EAAB|0x9-Zq";

    #[test]
    fn every_spelling_is_masked_and_nothing_else() {
        for spelt in [
            "EAAB|0x9-Zq",
            "EAAB%7C0x9-Zq",
            "EAAB%7c0x9-Zq",
            "EA\u{200b}AB|0x\u{ad}9-Zq",
            "E\u{e0041}AAB|0x9-\u{feff}Zq",
            "EAAB|0x9-\nZq",
            "%45AAB|0x9-Zq",
        ] {
            assert_eq!(mask(&format!("a {spelt} b {spelt}"), SECRET).as_deref(), Some("a *** b ***"), "{spelt}");
        }
        for other in ["", "EAAB|0x9-Z", "EAAB|0x8-Zq", "%", "%4", "ä%€EAAB", "\u{200b}"] {
            assert_eq!(mask(other, SECRET), None, "{other}");
        }
    }

    #[test]
    fn an_answer_is_masked_in_texts_and_keys_and_keeps_its_ids() {
        let mut answer = json!({"id": SECRET, "waba_id": SECRET, "text": SECRET, SECRET: [{"x": SECRET}], "n": 1});
        let Value::Object(map) = &mut answer else { unreachable!() };
        mask_answer(map, &|text| mask(text, SECRET));
        let masked = json!({"id": SECRET, "waba_id": SECRET, "text": "***", "n": 1, "***": [{"x": "***"}]});
        assert_eq!(answer, masked);
    }
}
