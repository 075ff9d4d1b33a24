//! What `import` found of a family, before it is written.

use crate::template::{Category, Content};

/// One imported family: what several languages of a name hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// Its name.
    pub name: String,
    /// What most languages hold.
    pub category: Category,
    /// What the others hold.
    pub accept_category: Option<Category>,
    /// In the order in which they are written.
    pub languages: Vec<ImportedLanguage>,
    /// Accounts that hold it, where that is not the default.
    pub accounts: Option<Vec<String>>,
    /// Whether names mean NAMED wherever it goes; else `parameter_format` has to say so.
    pub named_parameters: bool,
    /// Findings of what the account already holds.
    pub allow: Vec<String>,
    /// For the reader, at the top of the file.
    pub comments: Vec<String>,
}

/// One language of an imported family.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportedLanguage {
    /// Its code.
    pub language: String,
    /// What the account bills it as; not written, see [`Imported::accept_category`].
    pub category: Category,
    /// Its content. Media that the account only shows cannot be written.
    pub content: Content,
}
