//! `letterpress.yaml`: accounts, selectors, credentials, policy, and which template files there are.
//!
//! Reads files of the workspace and nothing else; knows no provider's protocol and no plan.

pub mod account;
mod address;
pub mod assign;
pub mod codes;
pub mod config;
pub mod credential;
mod definition;
pub mod discover;
mod exposed;
pub mod found;
mod hosts;
mod keys;
mod ledger;
pub mod load;
mod loaded;
pub mod media;
pub mod overlooked;
pub mod policy;
mod proposed;
pub mod provider_settings;
mod secrets;
pub mod shared;
mod text;

#[cfg(test)]
mod tests;

pub use account::Account;
pub use credential::{CredentialError, CredentialSource};
pub use definition::Workspace;
pub use ledger::Ledger;
pub use load::load;
pub use loaded::Loaded;
pub use media::WorkspaceFiles;
pub use policy::Policy;
pub use provider_settings::{ProviderKind, ProviderSettings};
pub use text::FILE;
