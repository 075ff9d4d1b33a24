//! What the files ask an account to hold.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use crate::{
    diagnostic::Span,
    template::{Category, Content, TemplateKey},
};

/// One template that an account is asked to hold.
#[derive(Debug, Clone)]
pub struct Desired {
    /// Name and language.
    pub key: TemplateKey,
    /// The category that is asked for.
    pub category: Category,
    /// The category that we know the provider made of it.
    pub accept_category: Option<Category>,
    /// Its content, overlays and values applied, parameters in the form in which they are submitted.
    pub content: Content,
    /// What the family says about its life.
    pub lifecycle: Lifecycle,
    /// Codes of findings that the family allows.
    pub allow: Vec<String>,
    /// Facts for the reader of a plan, such as "authored by name, submitted by number".
    pub notes: Vec<String>,
    /// Where the language begins in its file; the family's own place for languages without text.
    pub span: Span,
    /// Where each part was written, by its path in the normal form (`body.text`, `buttons[0].url`).
    pub spans: BTreeMap<String, Span>,
    /// Purpose, owner, ticket …: never sent, shown to reviewers.
    pub about: Vec<(String, String)>,
}

/// `lifecycle:` of a family.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lifecycle {
    /// Never deleted.
    pub protect: bool,
    /// Parts of the content (fields of [`Content`]) whose differences are not changes.
    pub ignore: Vec<String>,
    /// The name that this one replaces.
    pub replaces: Option<Replaces>,
    /// A change of the sender contract is wanted.
    pub allow_breaking: bool,
}

/// `replaces:` of a family.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replaces {
    /// The old name.
    pub name: String,
    /// How long the old one stays after the new one is approved.
    pub keep_for: Option<SignedDuration>,
}

/// `removed:`: templates to delete, or to stop managing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removal {
    /// The family's name.
    pub name: String,
    /// Only these languages; all if empty.
    pub languages: Vec<String>,
    /// Why, for the reviewer.
    pub reason: Option<String>,
    /// Stop managing, leave it live.
    pub keep: bool,
    /// Where it was written.
    pub span: Span,
}
