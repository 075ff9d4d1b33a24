//! Selectors of accounts: a name, a glob, `label=value`; a list is a union, `a=x,b=y` an intersection, `!x` excludes.

use std::collections::BTreeMap;

use crate::pattern::Pattern;

/// What a selector is matched against.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The account's name.
    pub name: &'a str,
    /// Its provider, matched by `provider=meta`.
    pub provider: &'a str,
    /// Its labels.
    pub labels: &'a BTreeMap<String, String>,
}

/// A list of terms.
#[derive(Debug, Clone, Default)]
pub struct Selector {
    terms: Vec<Term>,
}

/// One element of a selector's list.
#[derive(Debug, Clone)]
struct Term {
    text: String,
    exclude: bool,
    all: Vec<Test>,
}

#[derive(Debug, Clone)]
enum Test {
    Name(Pattern),
    Label(String, Pattern),
}

/// Why a selector cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{term}` is not a selector: {reason}")]
pub struct InvalidSelector {
    term: String,
    reason: String,
}

impl Selector {
    /// Reads a list of terms.
    ///
    /// # Errors
    /// The first term that is empty or holds a broken glob.
    pub fn parse<'a>(terms: impl IntoIterator<Item = &'a str>) -> Result<Self, InvalidSelector> {
        terms.into_iter().map(Term::parse).collect::<Result<_, _>>().map(|terms| Self { terms })
    }

    /// Whether an account is selected: by some term that includes, or by all if there are only excluding ones,
    /// and by no term that excludes.
    #[must_use]
    pub fn matches(&self, subject: Subject<'_>) -> bool {
        let mut including = self.terms.iter().filter(|term| !term.exclude).peekable();
        let included = including.peek().is_none() || including.any(|term| term.matches(subject));
        included && !self.terms.iter().any(|term| term.exclude && term.matches(subject))
    }

    /// The terms, in order, that match none of the subjects: each is a mistake of its author.
    #[expect(clippy::needless_pass_by_value, reason = "an iterator is cloned for each term")]
    pub fn idle<'a>(&self, subjects: impl Iterator<Item = Subject<'a>> + Clone) -> Vec<usize> {
        let idle = |term: &Term| !subjects.clone().any(|subject| term.matches(subject));
        self.terms.iter().enumerate().filter(|(_, term)| idle(term)).map(|(at, _)| at).collect()
    }

    /// A term as it was written.
    #[must_use]
    pub fn term(&self, at: usize) -> &str {
        self.terms.get(at).map_or("", |term| term.text.as_str())
    }

    /// Whether some including term spells this very name out; a glob or a label that happens to match does not.
    #[must_use]
    pub fn names(&self, name: &str) -> bool {
        let spelt = |test: &Test| matches!(test, Test::Name(glob) if glob.text() == name);
        self.terms.iter().any(|term| !term.exclude && term.all.iter().any(spelt))
    }
}

impl Term {
    fn parse(text: &str) -> Result<Self, InvalidSelector> {
        let invalid = |reason: &str| InvalidSelector { term: text.to_owned(), reason: reason.to_owned() };
        let glob = |pattern: &str| Pattern::of_names(pattern.trim()).map_err(|error| invalid(&error.to_string()));
        let (exclude, rest) = text.strip_prefix('!').map_or((false, text), |rest| (true, rest));
        let mut all = Vec::new();
        for part in rest.split(',') {
            if part.trim().is_empty() {
                return Err(invalid("it has an empty part"));
            }
            all.push(match part.split_once('=') {
                Some((label, value)) => Test::Label(label.trim().to_owned(), glob(value)?),
                None => Test::Name(glob(part)?),
            });
        }
        Ok(Self { text: text.to_owned(), exclude, all })
    }

    fn matches(&self, subject: Subject<'_>) -> bool {
        self.all.iter().all(|test| match test {
            Test::Name(glob) => glob.is_match(subject.name),
            Test::Label(label, glob) if label == "provider" => glob.is_match(subject.provider),
            Test::Label(label, glob) => subject.labels.get(label).is_some_and(|value| glob.is_match(value)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hits(terms: &[&str]) -> Vec<&'static str> {
        let labels = |tier: &str| BTreeMap::from([("tier".to_owned(), tier.to_owned())]);
        let accounts = [
            ("shop-de", "meta", labels("live")),
            ("shop-fr", "infobip", labels("live")),
            ("lab", "meta", labels("test")),
        ];
        let selector = Selector::parse(terms.iter().copied()).unwrap();
        let found =
            accounts.iter().filter(|(name, provider, labels)| selector.matches(Subject { name, provider, labels }));
        found.map(|(name, ..)| *name).collect()
    }

    #[test]
    fn unions_intersections_and_exclusions() {
        assert_eq!(hits(&["shop-*"]), ["shop-de", "shop-fr"]);
        assert_eq!(hits(&["tier=live,provider=meta"]), ["shop-de"]);
        assert_eq!(hits(&["lab", "shop-fr"]), ["shop-fr", "lab"]);
        assert_eq!(hits(&["!tier=test"]), ["shop-de", "shop-fr"]);
        assert_eq!(hits(&["provider=meta", "!lab"]), ["shop-de"]);
        assert!(Selector::parse(["a,"]).is_err());
        let selector = Selector::parse(["lab*", "shop-de", "!lab"]).unwrap();
        assert!(selector.names("shop-de") && !selector.names("lab"));
        assert_eq!(selector.term(2), "!lab");
    }
}
