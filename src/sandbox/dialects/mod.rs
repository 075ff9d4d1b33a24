//! The providers' APIs over the accounts of the sandbox: each turns requests into calls of the rules, and their results and
//! refusals into its own answers.
//!
//! Everything here is synchronous and knows no socket. Shares nothing with the clients of the same providers. Uses `rules`,
//! nothing of `server`.

pub(crate) mod accounts;
pub(crate) mod credentials;
mod dialog360;
mod infobip;
mod media;
mod meta;
mod pages;
mod provider;
pub(crate) mod request;
mod select;
mod uploads;
mod vonage;
pub(crate) mod wire;

pub(crate) use accounts::{open, stored_node};
#[cfg(test)]
pub(crate) use meta::GraphError;
pub(crate) use select::understand;
