//! Meta's API over the store: takes a request, gives an answer.
//!
//! Everything here is synchronous and knows no socket; `server` carries requests in and answers out.

mod answer;
mod archive;
mod context;
mod create;
mod delete;
mod fields;
mod graph;
mod list;
mod node;
mod otp;
mod params;
mod route;
pub(crate) mod shape;
mod show;
mod upload;
mod usage;

pub(crate) use answer::understand;
pub(crate) use create::enter;
pub(crate) use delete::{not_found, remove};
pub(crate) use graph::GraphError;
pub(crate) use node::amend;
pub(crate) use otp::hide_flags;
pub(crate) use show::{View, shown, sign_media};
pub(crate) use upload::{Samples, open_upload, receive_upload, take_whole, upload_progress};
