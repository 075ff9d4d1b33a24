//! The kinds of requests that accounts take, for injected failures and the request log.

use serde::{Deserialize, Serialize};

/// What a request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// List the templates of an account.
    List,
    /// Read one template.
    Get,
    /// Create a template.
    Create,
    /// Edit a template.
    Edit,
    /// Delete templates.
    Delete,
    /// Archive templates.
    Archive,
    /// Bring archived templates back.
    Unarchive,
    /// End the pause of a template.
    Unpause,
    /// Upload media, or ask how far an upload is.
    Upload,
    /// Read the account itself.
    Account,
    /// Read uploaded media at a signed address.
    Media,
    /// Anything else.
    Other,
}
