//! `policy:`: what letterpress may do unasked. The workspace's policy, with an account's own keys laid over it.
//!
//! Holds decisions of people, makes none.

use crate::pattern::{Invalid, Pattern};
use jiff::{Timestamp, civil::Date, tz::TimeZone};

use crate::{
    diagnostic::{Diagnostic, did_you_mean},
    source::{
        read::{self, Map},
        tree::Node,
    },
};

/// What may be done unasked.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Managed templates that left the YAML are deleted.
    pub prune: bool,
    /// Most deletions of one account and run without a flag.
    pub max_deletes: u32,
    /// Names that are never deleted.
    pub protect: Names,
    /// Live names that are neither reported nor imported, unless the YAML asks for them.
    pub ignore: Names,
    /// Whether apply may overwrite what somebody changed in the account.
    pub hand_edits: HandEdits,
    /// Whether a change of samples alone is worth an edit.
    pub examples: Examples,
    /// What a category that the provider changed does to the exit code.
    pub recategorized: Recategorized,
    /// Times without edits and deletions.
    pub freeze: Vec<Freeze>,
}

/// One `freeze:` entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Freeze {
    /// Its first moment.
    pub from: Timestamp,
    /// The first moment after it.
    pub to: Timestamp,
    /// Why, for the reader of a plan.
    pub reason: Option<String>,
}

/// Patterns of template names.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// As written.
    pub patterns: Vec<String>,
    set: Vec<Pattern>,
}

/// `hand_edits:`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HandEdits {
    /// A person must say so.
    #[default]
    Hold,
    /// Git wins.
    Revert,
}

/// `examples:`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Examples {
    /// Changed samples alone are no change.
    #[default]
    Ignore,
    /// They are.
    Edit,
}

/// `recategorized:`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Recategorized {
    /// Said, nothing more.
    #[default]
    Report,
    /// The run ends with a failure.
    Fail,
}

impl Freeze {
    /// The freeze that holds at a time; of several the one that lasts longest.
    #[must_use]
    pub fn at(freezes: &[Self], now: Timestamp) -> Option<&Self> {
        freezes.iter().filter(|freeze| freeze.from <= now && now < freeze.to).max_by_key(|freeze| freeze.to)
    }
}

impl Default for Policy {
    fn default() -> Self {
        let ignore = ["hello_world", "sample_*"].map(str::to_owned);
        Self {
            prune: false,
            max_deletes: 10,
            protect: Names::default(),
            // WhatsApp's own samples, which every new account holds.
            ignore: Names::new(ignore.to_vec()).unwrap_or_default(),
            hand_edits: HandEdits::default(),
            examples: Examples::default(),
            recategorized: Recategorized::default(),
            freeze: Vec::new(),
        }
    }
}

impl Names {
    /// Compiles patterns.
    ///
    /// # Errors
    /// The first pattern that is no glob, and why.
    pub fn new(patterns: Vec<String>) -> Result<Self, Invalid> {
        let set = patterns.iter().map(|pattern| Pattern::of_names(pattern)).collect::<Result<_, _>>()?;
        Ok(Self { set, patterns })
    }

    /// Whether some pattern matches.
    #[must_use]
    pub fn matches(&self, name: &str) -> bool {
        self.set.iter().any(|pattern| pattern.is_match(name))
    }

    fn from_node(node: &Node, what: &str, faults: &mut Vec<Diagnostic>) -> Option<Self> {
        let patterns = read::texts(node, what, faults);
        for (pattern, span) in &patterns {
            if let Err(error) = Pattern::of_names(pattern) {
                faults.push(Diagnostic::error("LP053", *span, format!("{what} has a broken pattern: {error}")));
                return None;
            }
        }
        Self::new(patterns.into_iter().map(|(pattern, _)| pattern).collect()).ok()
    }
}

impl Policy {
    /// This policy with the keys of a node laid over it.
    pub(super) fn overlaid(mut self, node: &Node, faults: &mut Vec<Diagnostic>) -> Self {
        let Some(mut map) = Map::of(node, "`policy`", faults) else { return self };
        if let Some(entry) = map.take("prune") {
            self.prune = read::boolean(&entry.value, "`prune`", faults).unwrap_or(self.prune);
        }
        if let Some(entry) = map.take("max_deletes") {
            match read::integer(&entry.value, "`max_deletes`", faults).map(u32::try_from) {
                Some(Ok(number)) => self.max_deletes = number,
                Some(Err(_)) => faults.push(Diagnostic::error(
                    "LP054",
                    entry.value.span,
                    "`max_deletes` must be a number from 0 on",
                )),
                None => {}
            }
        }
        if let Some(entry) = map.take("protect") {
            self.protect = Names::from_node(&entry.value, "`protect`", faults).unwrap_or(self.protect);
        }
        if let Some(entry) = map.take("ignore") {
            self.ignore = Names::from_node(&entry.value, "`ignore`", faults).unwrap_or(self.ignore);
        }
        if let Some(entry) = map.take("hand_edits") {
            let words = [("hold", HandEdits::Hold), ("revert", HandEdits::Revert)];
            self.hand_edits = word(&entry.value, "`hand_edits`", words, faults).unwrap_or(self.hand_edits);
        }
        if let Some(entry) = map.take("examples") {
            let words = [("ignore", Examples::Ignore), ("edit", Examples::Edit)];
            self.examples = word(&entry.value, "`examples`", words, faults).unwrap_or(self.examples);
        }
        if let Some(entry) = map.take("recategorized") {
            let words = [("report", Recategorized::Report), ("fail", Recategorized::Fail)];
            self.recategorized = word(&entry.value, "`recategorized`", words, faults).unwrap_or(self.recategorized);
        }
        if let Some(entry) = map.take("freeze") {
            let items = read::list(&entry.value, "`freeze`", faults).unwrap_or_default();
            self.freeze = items.iter().filter_map(|item| freeze(item, faults)).collect();
        }
        map.finish("`policy`", faults);
        self
    }
}

/// `{from: 2026-11-23, to: 2026-12-01, reason: peak}`: days in UTC, both included, or moments.
fn freeze(node: &Node, faults: &mut Vec<Diagnostic>) -> Option<Freeze> {
    let mut map = Map::of(node, "an entry of `freeze`", faults)?;
    let from = map
        .require("from", node, "an entry of `freeze`", faults)
        .and_then(|node| moment(node, "`from`", false, faults));
    let to =
        map.require("to", node, "an entry of `freeze`", faults).and_then(|node| moment(node, "`to`", true, faults));
    let reason = map.take("reason").and_then(|entry| read::text(&entry.value, "`reason`", faults));
    map.finish("an entry of `freeze`", faults);
    let (from, to) = (from?, to?);
    if to <= from {
        faults.push(Diagnostic::error("LP054", node.span, "this freeze ends before it begins"));
        return None;
    }
    Some(Freeze { from, to, reason })
}

/// A day (its end, if it closes a span) or a moment with its offset.
fn moment(node: &Node, what: &str, end: bool, faults: &mut Vec<Diagnostic>) -> Option<Timestamp> {
    let text = read::text(node, what, faults)?;
    let day = text.parse::<Date>().ok().filter(|_| text.len() == 10).and_then(|day| {
        let day = if end { day.tomorrow().ok()? } else { day };
        day.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
    });
    let found = day.or_else(|| text.parse().ok());
    if found.is_none() {
        let message = format!("{what} must be a day such as 2026-11-23, or a moment such as 2026-11-23T18:00Z");
        faults.push(Diagnostic::error("LP054", node.span, message));
    }
    found
}

/// One of two words.
fn word<T: Copy>(node: &Node, what: &str, words: [(&str, T); 2], faults: &mut Vec<Diagnostic>) -> Option<T> {
    let text = read::text(node, what, faults)?;
    let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
    if found.is_none() {
        let known = words.map(|(word, _)| word);
        let message = format!("{what} must be `{}` or `{}`", known[0], known[1]);
        let fault = Diagnostic::error("LP054", node.span, message);
        faults.push(match did_you_mean(&text, known) {
            Some(help) => fault.help(help),
            None => fault,
        });
    }
    found
}
