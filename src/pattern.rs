//! Globs, compiled when they are read: one that cannot be matched is an error where it is written, not a panic where it is
//! used.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// Longest pattern, bytes. A longer one takes long to compile, and no name or path needs it.
pub const LONGEST: usize = 500;

/// One glob.
#[derive(Debug, Clone)]
pub struct Pattern {
    text: String,
    set: GlobSet,
}

/// Why a text is no pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// It is longer than patterns are.
    #[error("it has more than {LONGEST} bytes")]
    TooLong,
    /// It is no glob, or one that is too large to be matched.
    #[error("{0}")]
    Glob(String),
}

impl Pattern {
    /// A pattern of names, whose `*` matches everything.
    ///
    /// # Errors
    /// [`Invalid`].
    pub fn of_names(text: &str) -> Result<Self, Invalid> {
        Self::new(text, false)
    }

    /// A pattern of paths, whose `*` matches no `/`.
    ///
    /// # Errors
    /// [`Invalid`].
    pub fn of_paths(text: &str) -> Result<Self, Invalid> {
        Self::new(text, true)
    }

    fn new(text: &str, literal_separator: bool) -> Result<Self, Invalid> {
        if text.len() > LONGEST {
            return Err(Invalid::TooLong);
        }
        let invalid = |error: globset::Error| Invalid::Glob(error.kind().to_string());
        let glob = GlobBuilder::new(text).literal_separator(literal_separator).build().map_err(invalid)?;
        // A set says that it cannot be built; a single glob would panic.
        let set = GlobSetBuilder::new().add(glob).build().map_err(invalid)?;
        Ok(Self { text: text.to_owned(), set })
    }

    /// As it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it matches.
    #[must_use]
    pub fn is_match(&self, path: impl AsRef<std::path::Path>) -> bool {
        self.set.is_match(path)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_cannot_be_matched_is_an_error() {
        assert!(Pattern::of_names("shop-*").unwrap().is_match("shop-de"));
        assert!(Pattern::of_paths("templates/*").unwrap().is_match("templates/a.yaml"));
        assert!(!Pattern::of_paths("templates/*").unwrap().is_match("templates/a/b.yaml"));
        assert_eq!(Pattern::of_names(&"*a".repeat(100_000)).unwrap_err(), Invalid::TooLong);
        for broken in ["[", "{a", "a\\", "{{a,b},{c,d}", "[z-a]"] {
            assert!(Pattern::of_names(broken).is_err(), "{broken}");
        }
        // As large as they get.
        for text in ["*a", "?", "[^a]", "é", "**/", "{a,b}", "[a-é]"] {
            let _ = Pattern::of_names(&text.repeat(LONGEST / text.len())).map(|pattern| pattern.is_match("aaaa"));
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[a*?\\[\\]{},!/\\\\é-]{0,60}", name in ".{0,30}") {
            for pattern in [Pattern::of_names(&text), Pattern::of_paths(&text)].into_iter().flatten() {
                let _ = pattern.is_match(&name);
            }
        }
    }
}
