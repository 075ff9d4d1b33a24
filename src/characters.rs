//! What a reader sees of a text: which characters have no picture of their own, and which way letters run.
//!
//! After the Unicode Character Database, through `icu_properties`. Knows no file, no terminal and no form of output; who
//! shows a text asks here what of it cannot be shown as it is.

use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{
        BidiClass, CanonicalCombiningClass, DefaultIgnorableCodePoint, Emoji, EmojiModifier, ExtendedPictographic,
        GeneralCategory, JoiningType, PrependedConcatenationMark,
    },
};

/// Marks upon one letter; more only serve to overprint the lines above and below.
const MOST_MARKS: usize = 8;
const JOINER: char = '\u{200d}';
const NON_JOINER: char = '\u{200c}';
const KEYCAP: char = '\u{20e3}';
const BLACK_FLAG: char = '\u{1f3f4}';
/// The flags that are spelled with tags: England, Scotland, Wales (Unicode Technical Standard 51, RGI sequences).
const TAGGED: [&str; 3] = [
    "\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
    "\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
    "\u{e0067}\u{e0062}\u{e0077}\u{e006c}\u{e0073}\u{e007f}",
];

/// The characters of a text, each with whether a reader sees it where it stands. Joiners and variation selectors are seen
/// in emoji, joiners also between letters that look otherwise without them.
pub fn seen(text: &str) -> impl Iterator<Item = (char, bool)> {
    let mut before = Before::default();
    text.char_indices().map(move |(at, c)| {
        let seen = before.shows(c, &text[at + c.len_utf8()..]);
        before.step(c, seen, &text[at + c.len_utf8()..]);
        (c, seen)
    })
}

/// Whether a character has no picture of its own: controls, blanks other than the one of the keyboard, direction marks,
/// joiners, fillers, tags, and what Unicode has not given away.
#[must_use]
pub fn is_unseen(c: char) -> bool {
    match c {
        ' '..='~' => false,
        '\u{2800}' => true,
        c if is_ignorable(c) => true,
        c => match category(c) {
            GeneralCategory::Control
            | GeneralCategory::LineSeparator
            | GeneralCategory::ParagraphSeparator
            | GeneralCategory::SpaceSeparator
            | GeneralCategory::PrivateUse
            | GeneralCategory::Surrogate => true,
            // What is kept free for emoji is drawn by fonts that are newer than this table.
            GeneralCategory::Unassigned => !is_pictographic(c),
            // Arabic signs that stand around numbers are drawn.
            GeneralCategory::Format => !CodePointSetData::new::<PrependedConcatenationMark>().contains(c),
            _ => false,
        },
    }
}

/// Whether a character runs from right to left, or makes its neighbours do so.
#[must_use]
pub fn is_right_to_left(c: char) -> bool {
    !c.is_ascii()
        && matches!(
            CodePointMapData::<BidiClass>::new().get(c),
            BidiClass::RightToLeft | BidiClass::ArabicLetter | BidiClass::ArabicNumber
        )
}

fn category(c: char) -> GeneralCategory {
    CodePointMapData::<GeneralCategory>::new().get(c)
}

fn is_ignorable(c: char) -> bool {
    CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
}

fn is_pictographic(c: char) -> bool {
    CodePointSetData::new::<ExtendedPictographic>().contains(c)
}

fn joining(c: char) -> JoiningType {
    CodePointMapData::<JoiningType>::new().get(c)
}

/// What stands before a character.
#[derive(Default)]
struct Before {
    /// The character before, if a reader sees it.
    last: Option<char>,
    /// The last one that is no mark, selector or modifier.
    base: Option<char>,
    /// Marks since then.
    marks: usize,
    /// Tags that still belong to a flag.
    tags: usize,
}

impl Before {
    fn shows(&self, c: char, rest: &str) -> bool {
        match c {
            ' '..='~' => true,
            JOINER | NON_JOINER => self.joins(c, rest),
            // Text or picture: the selectors of emoji. Behind a digit they only serve the sign of a key.
            '\u{fe0e}' | '\u{fe0f}' => self.last.is_some_and(|last| {
                CodePointSetData::new::<Emoji>().contains(last) && (!last.is_ascii() || rest.starts_with(KEYCAP))
            }),
            '\u{e0020}'..='\u{e007f}' => self.tags > 0,
            c if is_mark(c) => self.last.is_some() && self.marks < MOST_MARKS && !is_ignorable(c),
            c => !is_unseen(c),
        }
    }

    /// Whether a joiner changes what is seen: within a picture of several, and where the rules of domain names for letters
    /// that join (RFC 5892, appendix A.1 and A.2) let it stand.
    fn joins(&self, c: char, rest: &str) -> bool {
        let (Some(last), Some(base), Some(next)) = (self.last, self.base, rest.chars().next()) else { return false };
        if CodePointMapData::<CanonicalCombiningClass>::new().get(last) == CanonicalCombiningClass::Virama {
            return true;
        }
        if c == JOINER {
            return is_pictographic(base) && is_pictographic(next) && !base.is_ascii();
        }
        matches!(joining(base), JoiningType::LeftJoining | JoiningType::DualJoining)
            && matches!(joining(next), JoiningType::RightJoining | JoiningType::DualJoining)
    }

    fn step(&mut self, c: char, seen: bool, rest: &str) {
        self.tags = match c {
            BLACK_FLAG => TAGGED.iter().find(|tags| rest.starts_with(**tags)).map_or(0, |tags| tags.chars().count()),
            _ => self.tags.saturating_sub(1),
        };
        self.last = seen.then_some(c);
        if !seen {
            (self.base, self.marks) = (None, 0);
        } else if is_mark(c) {
            self.marks += 1;
        } else if !matches!(c, JOINER | NON_JOINER) && !CodePointSetData::new::<EmojiModifier>().contains(c) {
            (self.base, self.marks) = (Some(c), 0);
        }
    }
}

fn is_mark(c: char) -> bool {
    !c.is_ascii() && matches!(category(c), GeneralCategory::NonspacingMark | GeneralCategory::EnclosingMark)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden(text: &str) -> Vec<char> {
        seen(text).filter(|(_, seen)| !seen).map(|(c, _)| c).collect()
    }

    #[test]
    fn what_has_no_picture_is_found() {
        for c in [
            '\0',
            '\u{7}',
            '\u{1b}',
            '\u{7f}',
            '\u{85}',
            '\u{9b}',
            '\u{a0}',
            '\u{ad}',
            '\u{34f}',
            '\u{61c}',
            '\u{115f}',
            '\u{1160}',
            '\u{17b4}',
            '\u{180e}',
            '\u{2003}',
            '\u{200b}',
            '\u{200c}',
            '\u{200d}',
            '\u{200e}',
            '\u{2028}',
            '\u{202e}',
            '\u{202f}',
            '\u{2060}',
            '\u{2066}',
            '\u{2800}',
            '\u{3000}',
            '\u{3164}',
            '\u{e000}',
            '\u{fe0f}',
            '\u{feff}',
            '\u{ffa0}',
            '\u{fffe}',
            '\u{1d173}',
            '\u{e0001}',
            '\u{e0041}',
            '\u{e0100}',
            '\u{10ffff}',
        ] {
            assert_eq!(hidden(&format!("a{c}b")), [c], "{:x}", u32::from(c));
        }
    }

    #[test]
    fn pictures_and_letters_of_all_scripts_are_seen() {
        for text in [
            "👩‍👧",
            "👩🏽‍🚀",
            "❤️‍🔥",
            "🏳️‍🌈",
            "1️⃣",
            "☎️",
            "⚠︎",
            "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
            "🇦🇹",
            "naïve e\u{301}",
            "नमस्ते",
            "ক্‌ষ",
            "می‌خواهم",
            "สวัสดี",
            "漢字かな",
            "한국어",
        ] {
            assert!(hidden(text).is_empty(), "{text}: {:?}", hidden(text));
        }
    }

    #[test]
    fn joiners_selectors_and_tags_are_seen_nowhere_else() {
        assert_eq!(hidden("a\u{200d}👧"), ['\u{200d}']);
        assert_eq!(hidden("👧\u{200d}a"), ['\u{200d}']);
        assert_eq!(hidden("1\u{fe0f}2"), ['\u{fe0f}']);
        assert_eq!(hidden("a\u{fe0f}"), ['\u{fe0f}']);
        assert_eq!(hidden("🏴\u{e0041}\u{e007f}").len(), 2);
        assert_eq!(hidden("\u{301}a"), ['\u{301}'], "a mark must not stand upon what is before the text");
        assert_eq!(hidden(&format!("a{}", "\u{301}".repeat(40))).len(), 32);
    }

    #[test]
    fn letters_run_from_right_to_left_beyond_the_first_plane_too() {
        for c in ['א', 'م', '٣', '\u{10800}', '\u{10900}', '\u{1e900}', '\u{1ee00}', '\u{200f}'] {
            assert!(is_right_to_left(c), "{:x}", u32::from(c));
        }
        assert!(!is_right_to_left('a') && !is_right_to_left('é') && !is_right_to_left('漢'));
    }
}
