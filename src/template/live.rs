//! What an account shows of one template.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{Category, Content, Quality, Status, TemplateKey};

/// A template as the account shows it now.
#[derive(Debug, Clone, PartialEq)]
pub struct Live {
    /// The provider's id.
    pub id: String,
    /// Name and language.
    pub key: TemplateKey,
    /// Where it stands.
    pub status: Status,
    /// What it is billed as.
    pub category: Category,
    /// What it was before the provider moved it.
    pub previous_category: Option<Category>,
    /// What the provider will move it to, or has just moved it to.
    pub correct_category: Option<Category>,
    /// Why it was rejected; absent when it was not.
    pub rejected_reason: Option<String>,
    /// Rating, where the provider shows it.
    pub quality: Option<Quality>,
    /// Last change as the provider counts it; proof of nothing (there is no creation time).
    pub updated_at: Option<Timestamp>,
    /// Whether the provider made it by itself (Direct Send, open beta since 2026-06-15): then nobody can edit (2388318) or
    /// delete it (2388330). False also where the account does not say who made it.
    pub auto_generated: bool,
    /// Its content.
    pub content: Content,
    /// Paths of the normal form that this account does not show, in the notation of [`super::normal`].
    pub unreadable: BTreeSet<String>,
}

/// The field of a template that says so. An API that does not know it leaves open which templates it made.
pub const MADE_BY: &str = "source";

/// Whether a template's `source` says that the provider made it (Meta, message-template-api reference 2026-09-11 and
/// direct-send pages 2026-07-31, which write it in both cases of letters).
#[must_use]
pub fn is_auto_generated(source: Option<&str>) -> bool {
    source.is_some_and(|source| source.eq_ignore_ascii_case("AUTO_GENERATED"))
}

impl Live {
    /// An approved UTILITY template with this content, for tests.
    #[cfg(test)]
    pub(crate) fn approved(id: &str, key: TemplateKey, content: Content) -> Self {
        Self {
            id: id.to_owned(),
            key,
            status: Status::Approved,
            category: Category::Utility,
            previous_category: None,
            correct_category: None,
            rejected_reason: None,
            quality: None,
            updated_at: None,
            auto_generated: false,
            content,
            unreadable: BTreeSet::new(),
        }
    }

    /// Whether the provider has moved it to another category than was asked for, and may have cleared its time to live with
    /// that: it does so whenever it moves a template (Meta, time-to-live page, section on automatic category updates,
    /// 2026-09-11).
    #[must_use]
    pub fn may_have_lost_ttl(&self, asked: &Category) -> bool {
        self.category != *asked && self.content.message_send_ttl_seconds.is_none()
    }
}
