//! Counting as the provider counts: one function each, so that no two rules disagree.

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

/// Whether a user-perceived character is shown as an emoji: by its own default, or because a variation selector or a
/// keycap asks for it.
fn is_emoji(grapheme: &str) -> bool {
    let mut chars = grapheme.chars();
    let Some(first) = chars.next() else { return false };
    emoji_by_default(first) || chars.any(|c| matches!(c, '\u{fe0f}' | '\u{20e3}') || emoji_by_default(c))
}

/// `Emoji_Presentation` of Unicode 16, with the pictographs of the supplementary planes taken as a whole.
const fn emoji_by_default(c: char) -> bool {
    matches!(c,
        '\u{231a}'..='\u{231b}' | '\u{23e9}'..='\u{23ec}' | '\u{23f0}' | '\u{23f3}' | '\u{25fd}'..='\u{25fe}'
        | '\u{2614}'..='\u{2615}' | '\u{2648}'..='\u{2653}' | '\u{267f}' | '\u{2693}' | '\u{26a1}'
        | '\u{26aa}'..='\u{26ab}' | '\u{26bd}'..='\u{26be}' | '\u{26c4}'..='\u{26c5}' | '\u{26ce}' | '\u{26d4}'
        | '\u{26ea}' | '\u{26f2}'..='\u{26f3}' | '\u{26f5}' | '\u{26fa}' | '\u{26fd}' | '\u{2705}'
        | '\u{270a}'..='\u{270b}' | '\u{2728}' | '\u{274c}' | '\u{274e}' | '\u{2753}'..='\u{2755}' | '\u{2757}'
        | '\u{2795}'..='\u{2797}' | '\u{27b0}' | '\u{27bf}' | '\u{2b1b}'..='\u{2b1c}' | '\u{2b50}' | '\u{2b55}'
        | '\u{1f004}' | '\u{1f0cf}' | '\u{1f18e}' | '\u{1f191}'..='\u{1f19a}' | '\u{1f1e6}'..='\u{1f1ff}'
        | '\u{1f201}' | '\u{1f21a}' | '\u{1f22f}' | '\u{1f232}'..='\u{1f236}' | '\u{1f238}'..='\u{1f23a}'
        | '\u{1f250}'..='\u{1f251}' | '\u{1f300}'..='\u{1f64f}' | '\u{1f680}'..='\u{1f6ff}'
        | '\u{1f7e0}'..='\u{1f7eb}' | '\u{1f90c}'..='\u{1f9ff}' | '\u{1fa70}'..='\u{1faff}')
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

/// How many words there are besides the placeholders. Word breaks are Unicode's, which count generously where a
/// language writes without blanks.
#[must_use]
pub fn words(text: &str) -> usize {
    without_placeholders(text).unicode_words().count()
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
        assert_eq!(emoji("No. 1 © ™ → ✓ ½ #*"), 0);
    }

    #[test]
    fn words_leave_placeholders_out() {
        assert_eq!(words("Hi {{1}}, your order {{order_id}} shipped."), 4);
        assert_eq!(words("{{1}} - {{2}}!"), 0);
        assert!(words("您的订单已发货") >= 3);
        assert_eq!(line_break_run("a\r\n\r\n\r\nb\nc"), 3);
    }
}
