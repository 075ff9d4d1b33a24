//! Observations: what is worth knowing about an account and is no action.

use super::ids::{ObservationId, Tier};
use crate::template::TemplateKey;

/// Something worth knowing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// Whether it should fail a build that asks for it.
    pub tier: Tier,
    /// What it is about.
    pub id: ObservationId,
    /// The family.
    pub name: Option<String>,
    /// The language.
    pub language: Option<String>,
    /// What was observed, for the reader.
    pub detail: String,
}

impl Observation {
    /// An observation about one template.
    pub(super) fn about(tier: Tier, id: ObservationId, key: &TemplateKey, detail: impl Into<String>) -> Self {
        Self { tier, id, name: Some(key.name.clone()), language: Some(key.language.clone()), detail: detail.into() }
    }

    /// The template that it is about; `None` for one about the account.
    #[must_use]
    pub fn key(&self) -> Option<TemplateKey> {
        Some(TemplateKey::new(self.name.as_ref()?, self.language.as_ref()?))
    }

    /// Whether it is about that template.
    #[must_use]
    pub fn is_about(&self, key: &TemplateKey) -> bool {
        self.name.as_ref() == Some(&key.name) && self.language.as_ref() == Some(&key.language)
    }

    /// An observation about the account.
    pub(super) fn general(id: ObservationId, detail: impl Into<String>) -> Self {
        Self { tier: Tier::Report, id, name: None, language: None, detail: detail.into() }
    }
}
