//! Differences of texts: whole lines where they are short, changed words where they are long.

use serde_json::Value;
use similar::{ChangeTag, TextDiff};
use unicode_segmentation::UnicodeSegmentation as _;

use super::style::{Paint, safe};
use crate::template::diff::Change;

/// Texts up to this many characters are shown whole.
const SHORT: usize = 64;
/// Words that are shown around a changed one.
const CONTEXT: usize = 4;

/// The lines of a change, each beginning with `- `, `+ ` or `~ `.
#[must_use]
pub fn lines(before: Option<&Value>, after: Option<&Value>, paint: Paint) -> Vec<String> {
    match (before, after) {
        (Some(Value::String(old)), Some(Value::String(new))) => texts(old, new, paint),
        (before, after) => {
            let mut out: Vec<String> = Vec::new();
            let one = |value: &Value| leaves("", value);
            out.extend(before.map(one).into_iter().flatten().map(|text| paint.removed(&format!("- {text}"))));
            out.extend(after.map(one).into_iter().flatten().map(|text| paint.added(&format!("+ {text}"))));
            out
        }
    }
}

fn texts(old: &str, new: &str, paint: Paint) -> Vec<String> {
    let short = |text: &str| text.chars().count() <= SHORT && !text.contains('\n');
    if short(old) && short(new) {
        return vec![paint.removed(&format!("- {}", safe(old))), paint.added(&format!("+ {}", safe(new)))];
    }
    let (old_lines, new_lines): (Vec<&str>, Vec<&str>) = (old.split('\n').collect(), new.split('\n').collect());
    let diff = TextDiff::from_slices(&old_lines, &new_lines);
    let mut out = Vec::new();
    for group in diff.grouped_ops(1) {
        for op in group {
            let (from, to) = (&old_lines[op.old_range()], &new_lines[op.new_range()]);
            match (from.len(), to.len(), op.tag()) {
                (_, _, similar::DiffTag::Equal) => {
                    // An empty line beside a change says nothing of it.
                    let near = from.iter().filter(|line| !line.is_empty());
                    out.extend(near.map(|line| paint.dim(&format!("  {}", elide(line)))));
                }
                // Lines that were reworded one by one are shown by their words.
                (a, b, _) if a == b => from.iter().zip(to).for_each(|(old, new)| out.extend(words(old, new, paint))),
                _ => {
                    out.extend(from.iter().map(|line| paint.removed(&format!("- {}", safe(line)))));
                    out.extend(to.iter().map(|line| paint.added(&format!("+ {}", safe(line)))));
                }
            }
        }
    }
    out
}

/// One reworded line.
fn words(old: &str, new: &str, paint: Paint) -> Vec<String> {
    if old.chars().count() <= SHORT && new.chars().count() <= SHORT {
        return vec![paint.removed(&format!("- {}", safe(old))), paint.added(&format!("+ {}", safe(new)))];
    }
    let (old, new) = (tokens(old), tokens(new));
    let diff = TextDiff::from_slices(&old, &new);
    let changes: Vec<(ChangeTag, &str)> =
        diff.iter_all_changes().map(|change| (change.tag(), change.value())).collect();
    let near = |at: usize| {
        let window = at.saturating_sub(CONTEXT * 2)..(at + CONTEXT * 2 + 1).min(changes.len());
        changes[window].iter().any(|(tag, _)| *tag != ChangeTag::Equal)
    };
    let mut line = String::new();
    let mut gap = false;
    let mut at = 0;
    while at < changes.len() {
        let tag = changes[at].0;
        let end = (at..changes.len()).find(|i| changes[*i].0 != tag).unwrap_or(changes.len());
        match tag {
            ChangeTag::Equal => {
                // Made safe as one: words that run from right to left keep their order.
                let mut run = String::new();
                for (offset, (_, word)) in changes[at..end].iter().enumerate() {
                    if near(at + offset) {
                        run.push_str(word);
                        gap = false;
                    } else if !gap {
                        run.push('…');
                        gap = true;
                    }
                }
                line.push_str(&safe(&run));
            }
            _ => {
                let run: String = changes[at..end].iter().map(|(_, word)| *word).collect();
                line.push_str(&match tag {
                    ChangeTag::Delete => paint.removed(&format!("[-{}-]", safe(&run))),
                    _ => paint.added(&format!("{{+{}+}}", safe(&run))),
                });
            }
        }
        at = end;
    }
    vec![format!("~ {line}")]
}

/// Words, and parameters whole: `{{1}}` is neither cut nor half changed.
fn tokens(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some((from, length)) = rest.find("{{").and_then(|from| Some((from, rest[from..].find("}}")? + 2))) {
        out.extend(rest[..from].split_word_bounds());
        out.push(&rest[from..from + length]);
        rest = &rest[from + length..];
    }
    out.extend(rest.split_word_bounds());
    out
}

fn elide(line: &str) -> String {
    if line.chars().count() <= SHORT {
        return safe(line);
    }
    safe(&line.chars().take(SHORT - 1).chain(['…']).collect::<String>())
}

/// A part that is added or removed as a whole, as a reader of the message would name it.
fn leaves(path: &str, value: &Value) -> Vec<String> {
    let named = |text: String| if path.is_empty() { text } else { format!("{}: {text}", safe(path)) };
    match value {
        Value::Object(map) if map.is_empty() => vec![named("yes".to_owned())],
        Value::Object(map) => match map.get("type").and_then(Value::as_str) {
            Some(kind) => vec![named(button(kind, map))],
            None => object(path, map),
        },
        Value::Array(items) => {
            let one = |(at, item): (usize, &Value)| match item {
                Value::Object(map) if map.contains_key("type") => leaves("", item),
                _ => leaves(&format!("{path}[{at}]"), item),
            };
            items.iter().enumerate().flat_map(one).collect()
        }
        Value::String(text) => {
            text.split('\n').map(safe).enumerate().map(|(at, line)| if at == 0 { named(line) } else { line }).collect()
        }
        scalar => vec![named(scalar.to_string())],
    }
}

/// Fields of a part; its text stands for itself, and so does its kind where it has no text.
fn object(path: &str, map: &serde_json::Map<String, Value>) -> Vec<String> {
    let join = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    // What stands in for the kind says it too.
    let has_better = map.contains_key("text") || map.contains_key("format");
    map.iter()
        .filter(|(key, _)| !(has_better && *key == "kind"))
        .flat_map(|(key, value)| match key.as_str() {
            "text" | "kind" | "format" => leaves(path, value),
            _ => leaves(&join(key), value),
        })
        .collect()
}

/// `[URL] Track  url: https://…`.
fn button(kind: &str, map: &serde_json::Map<String, Value>) -> String {
    let mut out = format!("[{}]", safe(kind));
    if let Some(text) = map.get("text").and_then(Value::as_str) {
        out.push_str(&format!(" {}", safe(text)));
    }
    for (key, value) in map.iter().filter(|(key, _)| !matches!(key.as_str(), "type" | "text")) {
        let value = value.as_str().map_or_else(|| safe(&value.to_string()), safe);
        out.push_str(&format!("  {}: {value}", safe(key)));
    }
    out
}

/// The short name of a change for its column: `body.text` is `body`.
#[must_use]
pub fn title(change: &Change) -> String {
    change.path.strip_suffix(".text").unwrap_or(&change.path).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Paint = Paint { colour: false };

    fn show(old: &str, new: &str) -> Vec<String> {
        lines(Some(&old.into()), Some(&new.into()), PLAIN)
    }

    #[test]
    fn short_texts_are_shown_whole() {
        assert_eq!(show("Ends Sunday", "Ends Monday"), ["- Ends Sunday", "+ Ends Monday"]);
    }

    #[test]
    fn long_texts_show_their_changed_words() {
        let old =
            "Your gravel bike is ready for its first ride, and our mechanics have checked every bolt of it twice.";
        let new = old.replace("mechanics", "apprentices");
        let shown = show(old, &new).join("\n");
        assert!(shown.contains("[-mechanics-]{+apprentices+}"), "{shown}");
        assert!(shown.starts_with("~ …"), "{shown}");
    }

    #[test]
    fn of_many_lines_only_the_changed_ones() {
        let old = "one\ntwo\nthree\nfour\nfive\nsix";
        let new = "one\ntwo\nthree\nvier\nfive\nsix";
        assert_eq!(show(old, new), ["  three", "- four", "+ vier", "  five"]);
    }

    #[test]
    fn parameters_are_shown_whole_and_empty_lines_not_at_all() {
        let old =
            "Good news, {{1}}: your bicycle is mended and waits for you in the workshop.\n\nPay when you fetch it.";
        assert_eq!(show(old, &old.replace("Good", "Great")), ["~ [-Good-]{+Great+} news, {{1}}: your…"]);
        let shown = show(old, &old.replace("{{1}}", "{{2}}"));
        assert!(shown[0].contains("[-{{1}}-]{+{{2}}+}"), "{shown:?}");
        // Braces that open nothing are words.
        assert_eq!(tokens("a {{b"), ["a", " ", "{", "{", "b"]);
    }

    #[test]
    fn removed_parts_are_shown_as_removed() {
        let part = serde_json::json!({"text": "Bye"});
        assert_eq!(lines(Some(&part), None, PLAIN), ["- Bye"]);
    }
}
