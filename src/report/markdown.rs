//! Markdown for comments of pull requests and merge requests: strangers' texts made harmless, a budget kept.
//!
//! Template texts come from people who may not be trusted with the page that they are shown on: nothing of them is
//! rendered, nobody is mentioned by them, no fence is left through them. Decides nothing.

use std::fmt::Write as _;

use super::{
    escape::{ISOLATE, POP, WARD, shown},
    style::{Paint, safe},
    texts,
};
use crate::template::diff::Change;

/// Most bytes of a comment. GitHub takes 65,536 characters (its API answers 422 above), GitLab a million.
pub const BUDGET: usize = 65_000;

/// Longest word or sentence outside a fence.
const LONGEST: usize = 600;

/// A code span: shown as it is, whatever backticks it holds.
#[must_use]
pub fn code(text: &str) -> String {
    let text = safe(&cut(text, LONGEST));
    let ticks = "`".repeat(longest_run(&text, '`') + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') || text.trim().is_empty() { " " } else { "" };
    format!("{ticks}{pad}{text}{pad}{ticks}")
}

/// A sentence of a stranger: no markup but code spans, no HTML, no link, no mention, no reference.
#[must_use]
pub fn prose(text: &str) -> String {
    let text = safe(&cut(text, LONGEST));
    let parts: Vec<&str> = text.split('`').collect();
    // Backticks in pairs are code; one that is alone is a backtick.
    let paired = parts.len() % 2 == 1;
    let mut out = String::with_capacity(text.len() + 16);
    for (at, part) in parts.iter().enumerate() {
        match (paired, at % 2 == 1) {
            (true, true) if !part.trim().is_empty() => out.push_str(&code(part)),
            (true, true) => out.push_str(&format!("\\`{part}\\`")),
            (true, false) => escape(part, at == 0, &mut out),
            (false, _) => {
                out.push_str(if at == 0 { "" } else { "\\`" });
                escape(part, at == 0, &mut out);
            }
        }
    }
    out
}

/// Escapes what means something to Markdown, to HTML, or to the page that shows it.
fn escape(text: &str, first: bool, out: &mut String) {
    for (at, c) in text.char_indices() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.extend("&amp;".chars().chain([WARD])),
            '-' if text[..at].to_ascii_lowercase().ends_with("gh") => out.extend([WARD, c]),
            // The page looks for these in the rendered text, where an escape would be gone: mentions and references of
            // GitHub and GitLab.
            '@' | '#' => out.extend([c, WARD]),
            '!' | '~' | '$' => out.extend(['\\', c, WARD]),
            '%' => out.extend([c, WARD]),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' => {
                out.push('\\');
                out.push(c);
            }
            ':' if text[at..].starts_with("://") => out.push_str("\\:"),
            '.' if text[..at].to_ascii_lowercase().ends_with("www") => out.extend([WARD, c]),
            '-' | '+' | '=' if at == 0 && first => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
}

/// A word within HTML, such as the title of what is folded.
#[must_use]
pub fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in safe(&cut(text, LONGEST)).chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '&' => out.extend("&amp;".chars().chain([WARD])),
            '@' | '#' | '!' | '~' | '$' | '%' => out.extend([c, WARD]),
            c => out.push(c),
        }
    }
    out
}

/// A fenced block whose fence no line of it can close, every line of it (and the fence) behind `indent`. Lines end with
/// `\n` alone: every other line ending is shown by number.
#[must_use]
pub fn fenced(kind: &str, body: &str, indent: &str) -> String {
    let fence = "`".repeat(longest_run(body, '`').max(2) + 1);
    let mut out = format!("{indent}{fence}{kind}\n");
    for line in body.lines() {
        let _ = writeln!(out, "{indent}{}", shown(line, |c| matches!(c, ISOLATE | POP)));
    }
    let _ = writeln!(out, "{indent}{fence}");
    out
}

/// Changes as the lines of a `diff` block.
#[must_use]
pub fn diff(changes: &[Change]) -> String {
    let mut out = String::new();
    for change in changes {
        let _ = writeln!(out, "@@ {} @@", safe(&texts::title(change)));
        for line in texts::lines(change.before.as_ref(), change.after.as_ref(), Paint { colour: false }) {
            // What is changed within a line has a mark of its own in `diff` blocks.
            let line = line.strip_prefix("~ ").map_or_else(|| line.clone(), |rest| format!("! {rest}"));
            let _ = writeln!(out, "{line}");
        }
    }
    out
}

/// The first lines of a block, and none of them long.
#[must_use]
pub fn shortened(block: &str, lines: usize, characters: usize) -> String {
    let mut out: Vec<String> = block.lines().take(lines).map(|line| cut(line, characters)).collect();
    let all = block.lines().count();
    if all > lines {
        out.push(format!("  … {} more lines", all - lines));
    }
    out.push(String::new());
    out.join("\n")
}

/// A word of a command for a shell.
#[must_use]
pub fn shell(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_./=,:%+-".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", safe(word).replace('\'', "'\\''"))
    }
}

/// Fits a document to [`BUDGET`]. `render` takes one limit for each thing that can be left out, in the order in which it
/// is; limits are lowered one after the other, each no further than needed. `None` if even nothing is too long.
pub fn fit(counts: &[usize], render: impl Fn(&[usize]) -> String) -> Option<String> {
    let mut limits = counts.to_vec();
    let whole = render(&limits);
    if whole.len() < BUDGET {
        return Some(whole);
    }
    for at in 0..limits.len() {
        limits[at] = 0;
        let bare = render(&limits);
        if bare.len() >= BUDGET {
            continue;
        }
        let (mut best, mut low, mut high) = (bare, 0, counts[at]);
        while low + 1 < high {
            limits[at] = low.midpoint(high);
            let text = render(&limits);
            if text.len() < BUDGET {
                (best, low) = (text, limits[at]);
            } else {
                high = limits[at];
            }
        }
        return Some(best);
    }
    None
}

/// At most so many characters. An isolate that is cut through ends there.
#[must_use]
pub fn cut(text: &str, most: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(most) else { return text.to_owned() };
    let kept = &text[..end];
    let open = kept.rfind(ISOLATE) > kept.rfind(POP);
    format!("{kept}…{}", if open { "\u{2069}" } else { "" })
}

fn longest_run(text: &str, wanted: char) -> usize {
    let (mut longest, mut run) = (0, 0);
    for c in text.chars() {
        run = if c == wanted { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn strangers_render_nothing_and_call_nobody() {
        let text = prose("hi @octocat, <img src=x> [a](https://x.example) see #12 **now** ![p](y) www.x.example");
        assert!(!text.contains("@o") && !text.contains('<') && !text.contains("#1"), "{text}");
        assert!(text.contains("\\[a\\]") && text.contains("https\\://") && text.contains("\\*\\*now"), "{text}");
        assert!(!text.contains("www."), "{text}");
        assert_eq!(prose("write `category: X`, or `a_b`"), "write `category: X`, or `a_b`");
        assert_eq!(prose("one ` alone_"), "one \\` alone\\_");
        assert_eq!(prose("``@octocat``"), "\\`\\`@\u{200b}octocat\\`\\`");
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(shell("promo_*"), "'promo_*'");
        assert_eq!(shell("it's"), "'it'\\''s'");
    }

    #[test]
    fn a_fence_is_longer_than_what_is_in_it() {
        let change = Change { path: "body.text".into(), before: Some("```\nx".into()), after: Some("````".into()) };
        let block = fenced("diff", &diff(&[change]), "");
        assert!(block.starts_with("`````diff\n") && block.ends_with("\n`````\n"), "{block}");
    }

    proptest! {
        #[test]
        fn no_line_of_a_block_closes_its_fence(body in "[`~ a\n]{0,60}") {
            let block = fenced("diff", &body, "");
            let lines: Vec<&str> = block.lines().collect();
            let fence = lines[lines.len() - 1];
            prop_assert!(lines[1..lines.len() - 1].iter().all(|line| !line.trim_start().starts_with(fence)));
        }

        #[test]
        fn a_document_fits_or_is_refused(counts in prop::collection::vec(0usize..3000, 1..4), unit in 1usize..200) {
            let render = |limits: &[usize]| "x".repeat(limits.iter().sum::<usize>() * unit);
            let text = fit(&counts, render);
            prop_assert!(text.is_some_and(|text| text.len() < BUDGET));
        }
    }
}
