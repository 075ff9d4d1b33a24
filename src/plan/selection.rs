//! `--select`: which templates take part, by glob over `name` or `name/language`.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::{pattern::LONGEST, template::TemplateKey};

/// Which templates take part; all if no pattern is given.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    patterns: Vec<String>,
    set: GlobSet,
}

/// A pattern that is no glob.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{pattern}` is not a pattern: {reason}")]
pub struct InvalidPattern {
    pattern: String,
    reason: String,
}

impl Selection {
    /// Compiles patterns.
    ///
    /// # Errors
    /// The first one that is no glob.
    pub fn new(patterns: &[String]) -> Result<Self, InvalidPattern> {
        let mut set = GlobSetBuilder::new();
        for pattern in patterns {
            if pattern.len() > LONGEST {
                let pattern = pattern.chars().take(40).chain(['…']).collect();
                return Err(InvalidPattern { pattern, reason: format!("it has more than {LONGEST} bytes") });
            }
            let invalid =
                |error: globset::Error| InvalidPattern { pattern: pattern.clone(), reason: error.kind().to_string() };
            set.add(GlobBuilder::new(pattern).literal_separator(true).build().map_err(invalid)?);
        }
        let set = set
            .build()
            .map_err(|error| InvalidPattern { pattern: patterns.join(" "), reason: error.kind().to_string() })?;
        Ok(Self { patterns: patterns.to_vec(), set })
    }

    /// The patterns as given.
    #[must_use]
    pub fn patterns(&self) -> &[String] {
        &self.patterns
    }

    /// Whether a template takes part.
    #[must_use]
    pub fn takes(&self, key: &TemplateKey) -> bool {
        self.patterns.is_empty() || hits(&self.set, key)
    }

    /// The compiled set, for flags that use the same patterns.
    #[must_use]
    pub fn into_set(self) -> GlobSet {
        self.set
    }
}

/// Whether a set of patterns over `name` or `name/language` hits a template.
#[must_use]
pub(crate) fn hits(set: &GlobSet, key: &TemplateKey) -> bool {
    set.is_match(&key.name) || set.is_match(key.to_string())
}
