//! What can go wrong with the sandbox itself, as opposed to what it answers as the provider.
//!
//! Must not hold anything of a request but ids: these texts are shown to people.

use camino::{Utf8Path, Utf8PathBuf};

/// An error of the sandbox's files or of a request to its administration.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// A file of the sandbox could not be read or written.
    #[error("cannot use {path} of the sandbox: {source}")]
    Io {
        /// Which file.
        path: Utf8PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file of the sandbox is not what the sandbox wrote.
    #[error("{path} of the sandbox is damaged: {source}; `letterpress sandbox reset` starts anew")]
    Damaged {
        /// Which file.
        path: Utf8PathBuf,
        /// Why.
        source: serde_json::Error,
    },
    /// Something that names no account.
    #[error("\"{text}\" is no account: an id of up to 32 digits, or `PROVIDER/ID` for infobip, 360dialog and vonage")]
    NotAnId {
        /// What was given.
        text: String,
    },
    /// The account has no such template.
    #[error("account {waba} of the sandbox has no template {template}")]
    NoTemplate {
        /// WABA id.
        waba: String,
        /// Name, with the language when one was given.
        template: String,
    },
    /// A template to seed that lacks what makes it one.
    #[error("template {index} of the seed {problem}")]
    BadSeed {
        /// Its place, from 0.
        index: usize,
        /// What is wrong.
        problem: String,
    },
    /// An address that other machines reach.
    #[error("the sandbox listens on loopback only, not on {address}: use 127.0.0.1")]
    NotLoopback {
        /// What was given.
        address: std::net::IpAddr,
    },
    /// A clock goes forward only.
    #[error("the sandbox's clock goes forward only")]
    BackInTime,
}

impl SandboxError {
    pub(crate) fn io(path: &Utf8Path, source: std::io::Error) -> Self {
        Self::Io { path: path.to_owned(), source }
    }
}
