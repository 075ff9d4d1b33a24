//! Providers: one enum over their clients, the types that they share, and the HTTP plumbing under them.
//!
//! A provider turns live templates into [`crate::template::Live`] and submissions into requests, and says what each failure means for the
//! account. It knows no plan, prints nothing, and gives its credential to no host but its own.

pub mod authorization;
pub mod calls;
mod client;
pub mod connection;
pub mod dialog360;
pub mod error;
pub mod fetch;
pub mod host;
pub mod http;
pub mod infobip;
pub mod meta;
pub mod proxy;
pub mod rate_limiter;
pub mod request;
pub mod resumable;
pub mod retry;
pub mod secret;
pub mod throttle;
pub mod tls;
mod types;
pub mod vonage;

#[cfg(test)]
pub(crate) mod test_server;

pub use client::{Provider, all, id_name};
pub use error::{Details, ErrorKind, ProviderError, WriteError};
pub use types::{Created, Deletion, Listing, Media};
