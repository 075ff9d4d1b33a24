//! A request with everything that was found out about it, and what an endpoint gives back.

use serde::Serialize;
use serde_json::Value;

use super::{
    graph::{self, GraphError},
    params::Params,
    route::Route,
};
use crate::sandbox::{dialects::wire::Call, rules::store::Store};

/// What an endpoint gives back.
#[derive(Debug)]
pub(super) enum Reply {
    /// JSON.
    Json(Value),
    /// JSON that is written already.
    Written(Vec<u8>),
    /// A file.
    File { kind: String, bytes: Vec<u8> },
}

impl Reply {
    /// JSON that borrows what it shows, and is therefore written at once.
    pub(super) fn write(value: &impl Serialize) -> Result<Self, GraphError> {
        graph::to_graph_json(value).map(Self::Written).map_err(|e| GraphError::new(1, e.to_string()).status(500))
    }
}

/// A request with everything that was found out about it.
pub(super) struct Context<'a> {
    pub(super) store: &'a Store,
    pub(super) call: &'a Call,
    pub(super) route: Route,
    pub(super) params: Params,
    pub(super) waba: Option<String>,
    pub(super) template: Option<String>,
}
