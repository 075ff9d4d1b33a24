//! What is sent to create or edit a template, before any provider's form of it.

use crate::template::{Category, Content, TemplateKey};

/// What is sent to create or edit a template.
#[derive(Debug, Clone, PartialEq)]
pub struct Submission {
    /// Name and language.
    pub key: TemplateKey,
    /// The category asked for. `None` in an edit leaves it as it is; a create without one is not sent.
    pub category: Option<Category>,
    /// The content; its media are handles already.
    pub content: Content,
}
