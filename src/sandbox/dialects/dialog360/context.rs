//! A request with everything that was found out about it.

use serde_json::Value;

use super::{
    api::{Api, Target},
    record,
};
use crate::sandbox::{
    dialects::wire::Call,
    rules::{operation::Operation, store::Store},
};

/// A request with everything that was found out about it.
pub(super) struct Context<'a> {
    pub(super) store: &'a Store,
    pub(super) call: &'a Call,
    pub(super) api: Api,
    pub(super) target: Target,
    /// The account, as the store names it; `None` where the path or the key names none.
    pub(super) place: Option<String>,
}

impl Context<'_> {
    pub(super) fn operation(&self) -> Operation {
        match (&self.target, self.call.method.as_str()) {
            (Target::Templates, "GET") => Operation::List,
            (Target::Templates, "POST") => Operation::Create,
            (Target::Template(_), "POST") => Operation::Edit,
            (Target::Template(_), "DELETE") => Operation::Delete,
            (Target::Uploads, "POST") | (Target::Session(_), "POST" | "GET") => Operation::Upload,
            _ => Operation::Other,
        }
    }

    /// The template that the request is about, as faults and the log name it.
    pub(super) fn template(&self) -> Option<String> {
        match (&self.target, &self.api) {
            (Target::Templates, _) if self.call.method == "POST" => {
                let body: Value = serde_json::from_slice(&self.call.body).ok()?;
                let text = |field: &str| body[field].as_str();
                Some(format!("{}/{}", text("name")?, text("language").unwrap_or_default()))
            }
            (Target::Template(name), Api::Channel) => Some(name.clone()),
            (Target::Template(id), Api::Partner(_)) => {
                let (account, _) = self.store.read(self.place.as_deref()?).ok()?;
                record::find(&account, id).map(|at| account.templates[at].key())
            }
            _ => None,
        }
    }
}
