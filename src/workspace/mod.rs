//! `letterpress.yaml`: accounts, selectors, credentials, policy, and which template files there are.
//!
//! Reads files of the workspace and nothing else; knows no provider's protocol and no plan.

pub mod selector;
pub mod values;
