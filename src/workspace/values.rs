//! `${value}`s: texts that an account or the workspace supplies, which may differ by language.

use std::collections::BTreeMap;

/// The values of one scope.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Values(pub BTreeMap<String, ValueText>);

/// One value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ValueText {
    /// The same in every language.
    Same(String),
    /// By language code.
    ByLanguage(BTreeMap<String, String>),
}

impl Values {
    /// The text of a value in a language; `None` if there is none.
    #[must_use]
    pub fn get(&self, name: &str, language: &str) -> Option<&str> {
        match self.0.get(name)? {
            ValueText::Same(text) => Some(text),
            ValueText::ByLanguage(texts) => texts.get(language).map(String::as_str),
        }
    }
}
