//! What calls of a provider take and give, whichever it is.

use crate::template::{Category, Live, Status, TemplateKey};

/// A created template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Created {
    /// The provider's id.
    pub id: String,
    /// Normally PENDING; at times APPROVED or REJECTED at once.
    pub status: Status,
    /// The category that the provider gave it: the truth, whatever was asked for. `None` where the answer does not say
    /// it and a look at the template failed.
    pub category: Option<Category>,
}

/// What to delete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deletion {
    /// One template.
    One {
        /// The provider's id.
        id: String,
        /// Its name and language.
        key: TemplateKey,
    },
    /// Every language of a name.
    Name {
        /// The name.
        name: String,
    },
}

/// Everything that an account holds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Listing {
    /// The templates in the order of the account, each once, whatever their status.
    pub templates: Vec<Live>,
    /// How many the account may hold, where it says so.
    pub template_limit: Option<u64>,
    /// How many the account says that it holds.
    pub total: Option<u64>,
    /// Fields that the API does not know (any more) and that were left out: what they would say is not known.
    pub unknown_fields: Vec<&'static str>,
    /// HTTP requests that this took, tries included.
    pub requests: u64,
}

/// A file to upload as a sample.
#[derive(Clone, PartialEq, Eq)]
pub struct Media {
    /// File name without folders.
    pub file_name: String,
    /// MIME type, `image/png`.
    pub mime: String,
    /// The file.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for Media {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { file_name, mime, bytes } = self;
        write!(f, "Media({file_name}, {mime}, {} bytes)", bytes.len())
    }
}
