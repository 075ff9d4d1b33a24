//! Texts: headers, bodies, footers, their parameters and samples.
//!
//! Must not know buttons or accounts.

use std::collections::BTreeSet;
use std::ops::AddAssign;

use icu_properties::props::{Emoji, EmojiPresentation, Script};
use icu_properties::{CodePointMapData, CodePointSetData};
use serde_json::Value;
use unicode_segmentation::UnicodeSegmentation;

use super::common::required;
use crate::sandbox::rules::refusal::{FieldPath, Part, Refusal};

/// Emoji in a body (Meta error-codes page, 2026-09-11).
const MOST_EMOJI: usize = 10;

/// Words beside the parameters of a text, and the parameters, for their ratio.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Words {
    words: usize,
    parameters: usize,
    /// Words cannot be told apart: the script has no blanks between them.
    unspaced: bool,
}

impl AddAssign for Words {
    fn add_assign(&mut self, other: Self) {
        self.words += other.words;
        self.parameters += other.parameters;
        self.unspaced |= other.unspaced;
    }
}

impl Words {
    /// Of a text with parameters.
    fn of(text: &str, parameters: &[String]) -> Self {
        let mut beside = text.to_owned();
        while let Some((start, end)) = beside.find("{{").zip(beside.find("}}")).filter(|(start, end)| start < end) {
            beside.replace_range(start..end + 2, " ");
        }
        let parameters = parameters.iter().collect::<BTreeSet<_>>().len();
        let unspaced = beside.chars().any(is_unspaced);
        Self { words: beside.unicode_words().count(), parameters, unspaced }
    }

    /// At least 2n + 1 words beside n parameters: the rule that fits all known probes. Where words are not divided by blanks
    /// nobody published how they are counted, so nothing is refused.
    pub(crate) fn check_ratio(self) -> Result<(), Refusal> {
        if self.parameters == 0 || self.unspaced || self.words > 2 * self.parameters {
            return Ok(());
        }
        Err(Refusal::WordRatio)
    }
}

/// Parameters of a text in order, repeated ones as often as they occur.
pub(crate) fn parameters(text: &str, named: bool) -> Result<Vec<String>, Refusal> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let (inside, behind) = match after.split_once("}}") {
            Some(split) if !before.contains("}}") => split,
            _ => return Err(malformed("Braces of variables must match: {{1}}.")),
        };
        found.push(inside.to_owned());
        rest = behind;
    }
    if rest.contains("}}") {
        return Err(malformed("Braces of variables must match: {{1}}."));
    }
    let is_number = |p: &String| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit());
    let numbers = found.iter().filter(|p| is_number(p)).count();
    if numbers > 0 && numbers < found.len() {
        return Err(malformed("Variables must be all numbers or all names."));
    }
    if named {
        let good = |p: &String| {
            p.bytes().next().is_some_and(|b| b.is_ascii_lowercase())
                && p.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        };
        if !found.iter().all(good) {
            return Err(malformed("Names of variables can only have lowercase letters and underscores."));
        }
    } else {
        if numbers < found.len() {
            return Err(malformed(
                "Variables must be whole numbers in double braces, unless parameter_format is NAMED.",
            ));
        }
        // As texts: neither `{{01}}` nor a number beyond all counting is one of these.
        let used: BTreeSet<&String> = found.iter().collect();
        let expected: Vec<String> = (1..=used.len()).map(|number| number.to_string()).collect();
        if used != expected.iter().collect() {
            return Err(malformed("Variables must be numbered from {{1}} without gaps."));
        }
    }
    Ok(found)
}

fn malformed(text: &'static str) -> Refusal {
    Refusal::Variables(text)
}

/// A header of any format.
pub(crate) fn header(header: &Value, place: &FieldPath, named: bool) -> Result<(), Refusal> {
    match required(header, "format", place)? {
        "TEXT" => header_text(header, place, named),
        "IMAGE" | "VIDEO" | "GIF" | "DOCUMENT" => match single_sample(&header["example"]["header_handle"]) {
            Some(_) => Ok(()),
            None => Err(Refusal::MissingExample(Part::At(place.clone()))),
        },
        "LOCATION" | "PRODUCT" => Ok(()),
        _ => Err(Refusal::NotOneOf {
            field: place.at("format"),
            known: vec!["TEXT", "IMAGE", "VIDEO", "GIF", "DOCUMENT", "LOCATION", "PRODUCT"],
        }),
    }
}

fn header_text(header: &Value, place: &FieldPath, named: bool) -> Result<(), Refusal> {
    let text = required(header, "text", place)?;
    if text.chars().count() > 60 {
        return Err(Refusal::TooLong { part: Part::Header, most: 60 });
    }
    let parameters = parameters(text, named)?;
    let distinct: BTreeSet<&String> = parameters.iter().collect();
    if text.trim().is_empty() || distinct.len() > 1 || has_line_break(text) || text.contains('*') || emoji(text) > 0 {
        return Err(Refusal::HeaderText);
    }
    let example = &header["example"];
    samples(&parameters, &example["header_text"], &example["header_text_named_params"], named, Part::Header)
}

/// The body of a template; gives its words.
pub(crate) fn body(body: &Value, most: usize, named: bool) -> Result<Words, Refusal> {
    any_body(body, most, named, false)
}

/// The body of a card; gives its words. Nothing is documented of variables at its edges, so they are let pass.
pub(crate) fn card_body(body: &Value, most: usize, named: bool) -> Result<Words, Refusal> {
    any_body(body, most, named, true)
}

fn any_body(body: &Value, most: usize, named: bool, free_edges: bool) -> Result<Words, Refusal> {
    let text = body["text"].as_str().unwrap_or_default();
    if text.trim().is_empty() {
        return Err(format_error("The message body can't be empty."));
    }
    if text.chars().count() > most {
        return Err(Refusal::TooLong { part: Part::Body, most });
    }
    // Said before anything about the variables themselves.
    if is_only_parameters(text) {
        return Err(format_error("The message body can't have variables only."));
    }
    let parameters = parameters(text, named)?;
    if text.replace('\r', "").contains("\n\n\n") {
        return Err(format_error("The message body can't have more than two consecutive newline characters."));
    }
    if emoji(text) > MOST_EMOJI {
        return Err(format_error("The message body can't have more than 10 emojis."));
    }
    let edges = text.trim();
    if !free_edges && (edges.starts_with("{{") || edges.ends_with("}}")) {
        return Err(Refusal::VariableAtEdge);
    }
    let example = &body["example"];
    samples(&parameters, &example["body_text"], &example["body_text_named_params"], named, Part::Body)?;
    Ok(Words::of(text, &parameters))
}

fn format_error(text: &'static str) -> Refusal {
    Refusal::BodyText(text)
}

fn is_only_parameters(text: &str) -> bool {
    let mut rest = text.to_owned();
    while let (Some(start), Some(end)) = (rest.find("{{"), rest.find("}}")) {
        if end < start {
            break;
        }
        rest.replace_range(start..end + 2, "");
    }
    rest != text && !rest.chars().any(char::is_alphanumeric)
}

/// A footer of a template that is not AUTHENTICATION.
pub(crate) fn footer(footer: &Value) -> Result<(), Refusal> {
    let text = footer["text"].as_str().unwrap_or_default();
    if text.chars().count() > 60 {
        return Err(Refusal::TooLong { part: Part::Footer, most: 60 });
    }
    if text.trim().is_empty() || has_line_break(text) || has_braces(text) || emoji(text) > 0 {
        return Err(Refusal::FooterText);
    }
    Ok(())
}

/// Whether each parameter has its sample.
fn samples(parameters: &[String], positional: &Value, by_name: &Value, named: bool, part: Part) -> Result<(), Refusal> {
    let distinct: BTreeSet<&str> = parameters.iter().map(String::as_str).collect();
    if distinct.is_empty() {
        return Ok(());
    }
    let complete = if named {
        let samples = names(by_name);
        distinct.iter().all(|name| samples.iter().any(|(known, sample)| known == name && is_filled(sample)))
    } else {
        let given = match positional {
            Value::Array(rows) => match rows.as_slice() {
                [Value::Array(values)] => values.as_slice(),
                values => values,
            },
            single => std::slice::from_ref(single),
        };
        given.iter().take_while(|value| is_filled(value)).count() >= distinct.len()
    };
    if complete { Ok(()) } else { Err(Refusal::MissingExample(part)) }
}

/// Samples by name. None, if one of them is not a name and a sample and nothing else, or a name comes twice.
fn names(list: &Value) -> Vec<(&str, &Value)> {
    let pair =
        |item: &'_ Value| item.as_object().is_some_and(|fields| fields.len() == 2 && fields.contains_key("example"));
    let items = list.as_array().map(Vec::as_slice).unwrap_or_default();
    let pairs =
        || items.iter().filter(|item| pair(item)).filter_map(|i| Some((i["param_name"].as_str()?, &i["example"])));
    let distinct: BTreeSet<&str> = pairs().map(|(name, _)| name).collect();
    if distinct.len() == items.len() { pairs().collect() } else { Vec::new() }
}

/// Whether a sample is a text that is not blank.
pub(crate) fn is_filled(sample: &Value) -> bool {
    sample.as_str().is_some_and(|text| !text.trim().is_empty())
}

/// A single sample, bare or in a list of one.
pub(crate) fn single_sample(example: &Value) -> Option<&str> {
    let sample = match example {
        Value::Array(values) => match values.as_slice() {
            [one] => one,
            _ => return None,
        },
        value => value,
    };
    sample.as_str().filter(|_| is_filled(sample))
}

/// Whether there is a line break of any kind.
pub(crate) fn has_line_break(text: &str) -> bool {
    text.chars().any(|c| matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}'))
}

/// Whether there are double braces, of a variable or stray ones.
pub(crate) fn has_braces(text: &str) -> bool {
    text.contains("{{") || text.contains("}}")
}

/// Whether something is formatted as WhatsApp formats messages: between two equal marks that stand outside of words and
/// have no blank on their inner sides.
pub(crate) fn is_formatted(text: &str) -> bool {
    let chars: Vec<char> = std::iter::once(' ').chain(text.chars()).chain([' ']).collect();
    "*_~`".chars().any(|mark| {
        let mut opened = None;
        let mut closed = 0;
        for (at, around) in chars.windows(3).enumerate() {
            let [left, c, right] = *around else { continue };
            if c != mark {
                continue;
            }
            if opened.is_none() && !left.is_alphanumeric() && !right.is_whitespace() {
                opened = Some(at);
            }
            if !right.is_alphanumeric() && !left.is_whitespace() {
                closed = at;
            }
        }
        // Windows begin one before their middle.
        opened.is_some_and(|opened| chars.iter().take(closed + 1).skip(opened + 2).any(|c| *c != mark))
    })
}

/// Whether a letter is of a script that divides words by nothing that is written.
fn is_unspaced(c: char) -> bool {
    const UNSPACED: [Script; 8] = [
        Script::Bopomofo,
        Script::Han,
        Script::Hiragana,
        Script::Katakana,
        Script::Khmer,
        Script::Lao,
        Script::Myanmar,
        Script::Thai,
    ];
    c.is_alphabetic() && UNSPACED.contains(&CodePointMapData::<Script>::new().get(c))
}

/// How many emoji a text has, as a reader sees them.
pub(crate) fn emoji(text: &str) -> usize {
    text.graphemes(true).filter(|grapheme| is_emoji(grapheme)).count()
}

/// Unicode's emoji: what is shown as one by default, what a variation selector makes one, and keycaps.
fn is_emoji(grapheme: &str) -> bool {
    let by_default = CodePointSetData::new::<EmojiPresentation>();
    let possible = CodePointSetData::new::<Emoji>();
    let chars: Vec<char> = grapheme.chars().collect();
    let keycap = |base: char| base.is_ascii_digit() || base == '#' || base == '*';
    chars.iter().any(|c| by_default.contains(*c))
        || chars.windows(2).any(|pair| match pair {
            [base, '\u{fe0f}'] => possible.contains(*base),
            [base, '\u{20e3}'] => keycap(*base),
            _ => false,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_found_and_checked() {
        for (text, named, count) in [
            ("a {{1}} b {{2}} c {{1}}", false, Some(3)),
            ("{{2}} before {{1}}", false, Some(2)),
            ("no parameter { } here", false, Some(0)),
            ("a {{first_name}} b", true, Some(1)),
            ("a {{1}} b {{3}}", false, None),
            ("a {{0}} b", false, None),
            ("a {{01}} b", false, None),
            ("a {{99999999999999999999999}} b", false, None),
            ("a {{_a}} b", true, None),
            ("a {{name}} b", false, None),
            ("a {{1}} b {{name}}", true, None),
            ("a {{1}} b", true, None),
            ("a {{Name}} b", true, None),
            ("a {{ 1 }} b", false, None),
            ("a {{\u{a0}1}} b", false, None),
            ("a {{1\u{200b}}} b", false, None),
            ("a {{ name }} b", true, None),
            ("a {{na\u{ad}me}} b", true, None),
            ("a {{1} b", false, None),
            ("a 1}} b", false, None),
            ("a {{}} b", false, None),
            ("a {{#x}} b", true, None),
        ] {
            let found = parameters(text, named).ok().map(|p| p.len());
            assert_eq!(found, count, "{text}");
        }
    }

    #[test]
    fn the_ratio_fits_the_known_probes() {
        for (parameters, words, fits) in
            [(2, 4, false), (2, 5, true), (4, 8, false), (3, 18, true), (4, 19, true), (5, 20, true), (0, 0, true)]
        {
            let ratio = Words { words, parameters, unspaced: false }.check_ratio();
            assert_eq!(ratio.is_ok(), fits, "{parameters} in {words}");
        }
    }

    #[test]
    fn emoji_are_counted_as_seen() {
        assert_eq!(emoji("🚲 and 👩‍🔧 in 🇩🇪"), 3);
        assert_eq!(emoji("Grüße, 100 % #1* ✓ ★ ☎ → ©"), 0);
        assert_eq!(emoji("✔️ 1⃣ 2️⃣ ⭐ ©️"), 5);
        assert_eq!(emoji("a\u{fe0f} \u{fe0f}"), 0);
    }

    #[test]
    fn formatting_stands_outside_of_words() {
        for (text, formatted) in [
            ("_go_", true),
            ("now *or* never", true),
            ("(~x~)", true),
            ("4* inn", false),
            ("4* or 5* inn", false),
            ("order_no_7", false),
            ("* a *", false),
            ("**", false),
        ] {
            assert_eq!(is_formatted(text), formatted, "{text}");
        }
    }

    #[test]
    fn samples_are_one_row_and_no_blanks() {
        let one = ["1".to_owned()];
        for (sent, good) in [
            (serde_json::json!([["a"]]), true),
            (serde_json::json!(["a"]), true),
            (serde_json::json!("a"), true),
            (serde_json::json!([[" "]]), false),
            (serde_json::json!([["a"], ["b"]]), false),
            (serde_json::json!([]), false),
        ] {
            assert_eq!(samples(&one, &sent, &Value::Null, false, Part::Body).is_ok(), good, "{sent}");
        }
    }
}
