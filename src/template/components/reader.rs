//! What the readers of components and of buttons share.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Component, Origin, fields::Fields};

/// What reading one template needs to know and finds out beside its content.
pub(super) struct Reader {
    /// Who wrote the JSON.
    pub(super) origin: Origin,
    /// Paths that an account does not show: what they hold is not known.
    pub(super) unreadable: BTreeSet<String>,
}

impl Reader {
    /// Notes that an account does not show a path.
    pub(super) fn hide(&mut self, path: String) {
        if self.origin == Origin::Account {
            self.unreadable.insert(path);
        }
    }
}

/// What is left of a component's wrapper; written back into the same component.
pub(super) fn keep_wrapper(kind: Component, fields: Fields, unmodelled: &mut Vec<Value>) {
    let rest = fields.rest();
    if !rest.is_empty() {
        let head = [("type".to_owned(), Value::String(kind.to_string()))];
        unmodelled.push(Value::Object(head.into_iter().chain(rest).collect()));
    }
}
