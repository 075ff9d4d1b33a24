//! Texts: headers, bodies, footers, their parameters and samples.
//!
//! Must not know buttons or accounts.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::AddAssign;

use serde_json::Value;
use unicode_segmentation::UnicodeSegmentation;

use super::{missing_example, required, too_long};
use crate::sandbox::meta::GraphError;

/// Emoji in a body (text of error 2388072).
const MOST_EMOJI: usize = 10;

/// Where in a body something is, as the API names it: `components[2]['buttons'][0]`.
#[derive(Clone, Debug)]
pub(crate) struct Where(String);

impl Where {
    pub(crate) fn component(i: usize) -> Self {
        Self(format!("components[{i}]"))
    }

    pub(crate) fn inside(&self, field: &str, i: usize) -> Self {
        Self(format!("{}['{field}'][{i}]", self.0))
    }
}

impl fmt::Display for Where {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Words and parameters of a text, for their ratio.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Words {
    words: usize,
    parameters: usize,
}

impl AddAssign for Words {
    fn add_assign(&mut self, other: Self) {
        self.words += other.words;
        self.parameters += other.parameters;
    }
}

impl Words {
    /// More than two words for each parameter, parameters being words too: the rule that fits all known probes.
    pub(crate) fn check_ratio(self) -> Result<(), GraphError> {
        if self.parameters == 0 || self.words > 2 * self.parameters {
            return Ok(());
        }
        Err(GraphError::invalid(
            2_388_293,
            "Parameters words ratio exceeds limit",
            "This template has too many variables for its length. Reduce the number of variables or increase the \
             message length.",
        ))
    }
}

/// Parameters of a text in order, repeated ones as often as they occur.
pub(crate) fn parameters(text: &str, named: bool) -> Result<Vec<String>, GraphError> {
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
            p.bytes().next().is_some_and(|b| b.is_ascii_lowercase() || b == b'_')
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
        let used: BTreeSet<usize> = found.iter().filter_map(|p| p.parse().ok()).collect();
        let expected: BTreeSet<usize> = (1..=used.len()).collect();
        if used != expected {
            return Err(malformed("Variables must be numbered from {{1}} without gaps."));
        }
    }
    Ok(found)
}

fn malformed(text: &str) -> GraphError {
    GraphError::refused("Message template has malformed variables", text)
}

/// A header of any format.
pub(crate) fn header(header: &Value, place: &Where, named: bool) -> Result<(), GraphError> {
    match required(header, "format", place)? {
        "TEXT" => header_text(header, place, named),
        "IMAGE" | "VIDEO" | "GIF" | "DOCUMENT" => {
            let given = match &header["example"]["header_handle"] {
                Value::Array(handles) => handles.first().and_then(Value::as_str).unwrap_or(""),
                Value::String(handle) => handle,
                _ => "",
            };
            if given.is_empty() {
                return Err(missing_example(&format!("{place}")));
            }
            Ok(())
        }
        "LOCATION" | "PRODUCT" => Ok(()),
        _ => Err(GraphError::new(
            100,
            format!(
                "(#100) Param {place}['format'] must be one of {{TEXT, IMAGE, VIDEO, GIF, DOCUMENT, LOCATION, PRODUCT}}"
            ),
        )),
    }
}

fn header_text(header: &Value, place: &Where, named: bool) -> Result<(), GraphError> {
    let text = required(header, "text", place)?;
    if text.chars().count() > 60 {
        return Err(too_long("The header", 60));
    }
    let parameters = parameters(text, named)?;
    if parameters.len() > 1 || text.contains(['\n', '\r', '*']) || emoji(text) > 0 {
        return Err(GraphError::invalid(
            2_388_047,
            "Message header format is incorrect",
            "The message header can't have more than one variable, new lines, emoji, asterisks or formatting characters.",
        ));
    }
    let example = &header["example"];
    samples(&parameters, &example["header_text"], &example["header_text_named_params"], named, "The header")
}

/// A body; gives its words.
pub(crate) fn body(body: &Value, most: usize, named: bool) -> Result<Words, GraphError> {
    let text = body["text"].as_str().unwrap_or_default();
    if text.trim().is_empty() {
        return Err(format_error("The message body can't be empty."));
    }
    if text.chars().count() > most {
        return Err(too_long("The body", most));
    }
    let parameters = parameters(text, named)?;
    if is_only_parameters(text) {
        return Err(format_error("The message body can't have variables only."));
    }
    if text.replace('\r', "").contains("\n\n\n") {
        return Err(format_error("The message body can't have more than two consecutive newline characters."));
    }
    if emoji(text) > MOST_EMOJI {
        return Err(format_error("The message body can't have more than 10 emojis."));
    }
    let edges = text.trim();
    if edges.starts_with("{{") || edges.ends_with("}}") {
        let both = "Variables can't be at the start or end of the template";
        return Err(GraphError::invalid(2_388_299, both, both));
    }
    let example = &body["example"];
    samples(&parameters, &example["body_text"], &example["body_text_named_params"], named, "The body")?;
    Ok(Words { words: text.split_whitespace().count(), parameters: parameters.len() })
}

fn format_error(text: &str) -> GraphError {
    GraphError::invalid(2_388_072, "Message body format is incorrect", text)
}

fn is_only_parameters(text: &str) -> bool {
    let mut rest = text.to_owned();
    while let (Some(start), Some(end)) = (rest.find("{{"), rest.find("}}")) {
        if end < start {
            break;
        }
        rest.replace_range(start..end + 2, "");
    }
    rest != text && !rest.chars().any(char::is_alphanumeric) && emoji(&rest) == 0
}

/// A footer of a template that is not AUTHENTICATION.
pub(crate) fn footer(footer: &Value) -> Result<(), GraphError> {
    let text = footer["text"].as_str().unwrap_or_default();
    if text.chars().count() > 60 {
        return Err(too_long("The footer", 60));
    }
    if text.is_empty() || text.contains(['\n', '\r']) || text.contains("{{") || emoji(text) > 0 {
        return Err(GraphError::invalid(
            2_388_073,
            "Message footer format is incorrect",
            "The message footer can't be empty or have variables, new lines or emoji.",
        ));
    }
    Ok(())
}

/// Whether each parameter has its sample.
fn samples(
    parameters: &[String],
    positional: &Value,
    by_name: &Value,
    named: bool,
    field: &str,
) -> Result<(), GraphError> {
    let distinct: BTreeSet<&str> = parameters.iter().map(String::as_str).collect();
    if distinct.is_empty() {
        return Ok(());
    }
    let filled = |v: &Value| v.as_str().is_some_and(|t| !t.is_empty());
    let complete = if named {
        distinct.iter().all(|name| {
            by_name
                .as_array()
                .into_iter()
                .flatten()
                .any(|sample| sample["param_name"] == *name && filled(&sample["example"]))
        })
    } else {
        let given = match positional {
            Value::Array(rows) => match rows.first() {
                Some(Value::Array(values)) => values.iter().filter(|v| filled(v)).count(),
                _ => rows.iter().filter(|v| filled(v)).count(),
            },
            single => usize::from(filled(single)),
        };
        given >= distinct.len()
    };
    if complete { Ok(()) } else { Err(missing_example(field)) }
}

/// How many emoji a text has, as a reader sees them.
pub(crate) fn emoji(text: &str) -> usize {
    text.graphemes(true).filter(|g| g.chars().any(is_emoji)).count()
}

fn is_emoji(c: char) -> bool {
    matches!(u32::from(c),
        0x1F000..=0x1FAFF | 0x2600..=0x27BF | 0x2B1B..=0x2B1C | 0x2B50 | 0x2B55 | 0x231A..=0x231B
        | 0x23E9..=0x23F3 | 0x20E3 | 0xFE0F)
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
            let ratio = Words { words, parameters }.check_ratio();
            assert_eq!(ratio.is_ok(), fits, "{parameters} in {words}");
        }
    }

    #[test]
    fn emoji_are_counted_as_seen() {
        assert_eq!(emoji("🚲 and 👩‍🔧 in 🇩🇪"), 3);
        assert_eq!(emoji("Grüße, 100 % #1*"), 0);
    }
}
