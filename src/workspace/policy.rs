//! `policy:`: what letterpress may do unasked. The workspace's policy, with an account's own keys laid over it.
//!
//! Holds decisions of people, makes none.

use globset::{Glob, GlobSet, GlobSetBuilder};

use crate::{
    diagnostic::{Diagnostic, did_you_mean},
    source::{
        read::{self, Map},
        tree::{Node, Value},
    },
};

use super::codes::not_yet;

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
}

/// Patterns of template names.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// As written.
    pub patterns: Vec<String>,
    set: GlobSet,
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
        }
    }
}

impl Names {
    /// Compiles patterns.
    ///
    /// # Errors
    /// The first pattern that is no glob, and why.
    pub fn new(patterns: Vec<String>) -> Result<Self, globset::Error> {
        let mut set = GlobSetBuilder::new();
        for pattern in &patterns {
            set.add(Glob::new(pattern)?);
        }
        Ok(Self { set: set.build()?, patterns })
    }

    /// Whether some pattern matches.
    #[must_use]
    pub fn matches(&self, name: &str) -> bool {
        self.set.is_match(name)
    }

    fn from_node(node: &Node, what: &str, faults: &mut Vec<Diagnostic>) -> Option<Self> {
        let patterns = read::texts(node, what, faults);
        for (pattern, span) in &patterns {
            if let Err(error) = Glob::new(pattern) {
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
            let none = matches!(&entry.value.value, Value::Sequence(items) if items.is_empty());
            if !none {
                let fault = not_yet(entry.key_span, "`freeze`");
                faults.push(fault.help("leave it out; until it works, protect such days in the pipeline that applies"));
            }
        }
        map.finish("`policy`", faults);
        self
    }
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
