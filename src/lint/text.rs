//! Counting as the provider counts: one function each, so that no two rules disagree.

use unicode_properties::{EmojiStatus, UnicodeEmoji};
use unicode_segmentation::UnicodeSegmentation;

use crate::template::placeholder::{Piece, pieces};

/// Length in characters: Unicode scalar values, placeholders as they are written. The provider says "characters" and
/// gives no finer rule (Meta, components page, 2026-05-06).
#[must_use]
pub fn characters(text: &str) -> usize {
    text.chars().count()
}

/// How many emoji a reader sees: user-perceived characters, so that a flag or a family counts once.
#[must_use]
pub fn emoji(text: &str) -> usize {
    text.graphemes(true).filter(|grapheme| is_emoji(grapheme)).count()
}

/// Whether a user-perceived character is shown as an emoji: by Unicode's own default, or because it asks for that, with a
/// variation selector behind a character that can be one, or as a keycap.
fn is_emoji(grapheme: &str) -> bool {
    let mut before = None;
    grapheme.chars().any(|c| {
        let behind = before.replace(c);
        match c {
            '\u{fe0f}' => behind.is_some_and(UnicodeEmoji::is_emoji_char),
            '\u{20e3}' => matches!(behind, Some('0'..='9' | '#' | '*')),
            _ => emoji_by_default(c),
        }
    })
}

/// Unicode's `Emoji_Presentation`.
fn emoji_by_default(c: char) -> bool {
    matches!(
        c.emoji_status(),
        EmojiStatus::EmojiPresentation
            | EmojiStatus::EmojiPresentationAndModifierBase
            | EmojiStatus::EmojiPresentationAndEmojiComponent
            | EmojiStatus::EmojiPresentationAndModifierAndEmojiComponent
    )
}

/// The mark with which a part of a text is formatted, if one is: `*`, `_`, `~` or `` ` `` around something, outside of words
/// (WhatsApp help centre, formatting of messages, 2026). `4* inn`, `order_no_7` and `**` have none.
#[must_use]
pub fn formatting_mark(text: &str) -> Option<char> {
    let chars: Vec<char> = text.chars().collect();
    let outside = |c: Option<&char>| c.is_none_or(|c| !c.is_alphanumeric());
    ['*', '_', '~', '`'].into_iter().find(|mark| {
        let marks = || chars.iter().enumerate().filter(|(_, c)| *c == mark).map(|(at, _)| at);
        let before = |at: usize| at.checked_sub(1).and_then(|at| chars.get(at));
        let opens = |at: &usize| outside(before(*at)) && chars.get(at + 1).is_some_and(|c| !c.is_whitespace());
        let closes = |at: &usize| before(*at).is_some_and(|c| !c.is_whitespace()) && outside(chars.get(at + 1));
        let (Some(first), Some(last)) = (marks().find(opens), marks().rfind(closes)) else { return false };
        chars.get(first + 1..last).is_some_and(|inside| inside.iter().any(|c| c != mark))
    })
}

/// Whether there are double braces, those of a variable or stray ones.
#[must_use]
pub fn has_double_braces(text: &str) -> bool {
    text.contains("{{") || text.contains("}}")
}

/// The text without its placeholders.
#[must_use]
pub fn without_placeholders(text: &str) -> String {
    let plain = |piece| match piece {
        Piece::Text(text) => text,
        Piece::Placeholder { .. } => " ",
    };
    pieces(text).into_iter().map(plain).collect()
}

/// How many words there are beside the placeholders, by Unicode's word breaks. `None` where a script is written without
/// blanks between words: nobody published how the provider counts there.
#[must_use]
pub fn words(text: &str) -> Option<usize> {
    let plain = without_placeholders(text);
    (!plain.chars().any(is_unspaced)).then(|| plain.unicode_words().count())
}

/// Letters of scripts without blanks between words: Thai, Lao, Burmese, Khmer, Chinese, Japanese (Unicode blocks).
fn is_unspaced(c: char) -> bool {
    let block = matches!(c,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{19e0}'..='\u{19ff}' | '\u{3005}'..='\u{3007}'
        | '\u{3040}'..='\u{312f}' | '\u{31a0}'..='\u{31bf}' | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}' | '\u{a9e0}'..='\u{a9ff}' | '\u{aa60}'..='\u{aa7f}' | '\u{f900}'..='\u{faff}'
        | '\u{ff66}'..='\u{ff9d}' | '\u{20000}'..='\u{3ffff}');
    block && c.is_alphabetic()
}

/// The longest run of line breaks; blanks between them do not end it.
#[must_use]
pub fn line_break_run(text: &str) -> usize {
    let mut longest = 0;
    let mut run = 0;
    for c in text.chars() {
        match c {
            '\n' => {
                run += 1;
                longest = longest.max(run);
            }
            '\r' => {}
            _ => run = 0,
        }
    }
    longest
}

/// Whether there is a line break of any kind.
#[must_use]
pub fn has_line_break(text: &str) -> bool {
    text.contains(['\n', '\r', '\u{2028}', '\u{2029}'])
}

/// "1 character", "2 characters".
#[must_use]
pub fn count(number: usize, one: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {one}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_scalars_and_emoji_are_seen() {
        assert_eq!((characters("Größe 🚲"), emoji("Größe 🚲")), (7, 1));
        assert_eq!((characters("👨‍👩‍👧"), emoji("👨‍👩‍👧")), (5, 1));
        assert_eq!(emoji("🇦🇹🇩🇪 1️⃣ ❤️ ©️"), 5);
        assert_eq!(emoji("No. 1 © ™ → ✓ ★ ❤ ☎ ½ #*"), 0);
        assert_eq!(emoji("✔️ ⭐ 1⃣ 🇦 🏽"), 5);
        assert_eq!(emoji("a\u{fe0f} \u{fe0f} a\u{20e3}"), 0);
    }

    #[test]
    fn formatting_stands_around_words() {
        for text in ["*bold*", "_go_", "a ~b~, c", "(`x y`)", "**bold**", "now *or* never"] {
            assert!(formatting_mark(text).is_some(), "{text}");
        }
        for text in
            ["4* inn", "4* or 5* inn", "order_no_7", "_", "**", "***", "a * b * c", "* a *", "2*3*4", "*a\u{a0}*b"]
        {
            assert_eq!(formatting_mark(text), None, "{text}");
        }
    }

    #[test]
    fn words_leave_placeholders_out() {
        assert_eq!(words("Hi {{1}}, your order {{order_id}} shipped."), Some(4));
        assert_eq!(words("{{1}} - {{2}}!"), Some(0));
        for unspaced in ["您的订单{{1}}已发货", "ご注文{{1}}を発送しました", "คำสั่งซื้อ", "ສະບາຍດີ", "សួស្តី", "မင်္ဂလာပါ"]
        {
            assert_eq!(words(unspaced), None, "{unspaced}");
        }
        assert_eq!(words("주문 {{1}} 완료"), Some(2));
        assert_eq!(line_break_run("a\r\n\r\n\r\nb\nc"), 3);
    }
}
