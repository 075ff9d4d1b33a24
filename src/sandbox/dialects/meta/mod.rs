//! Meta's Graph API.
//!
//! Codes and subcodes of refusals are in `refusals`, which the other dialects use for Meta's words.

mod answer;
mod archive;
mod context;
mod create;
mod delete;
mod fields;
mod graph;
mod list;
mod node;
mod params;
mod refusals;
mod route;
mod show;
mod upload;
mod usage;

pub(crate) use answer::understand;
pub(crate) use graph::GraphError;
