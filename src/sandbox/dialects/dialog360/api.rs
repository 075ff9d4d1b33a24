//! Which of the two APIs a request speaks, and what its path names.

/// Which API a request speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Api {
    /// The Partner API, as this partner.
    Partner(String),
    /// The API at WABA level.
    Channel,
}

/// What a path names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// All templates.
    Templates,
    /// One template, by its id (Partner API) or name (WABA level).
    Template(String),
    /// New uploads.
    Uploads,
    /// One upload.
    Session(String),
    /// Tokens of partners.
    Token,
    /// Nothing that is served.
    Unknown,
}
