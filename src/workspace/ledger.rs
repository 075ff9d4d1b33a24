//! Where a ledger lies, as the workspace file says it.

use camino::Utf8PathBuf;

use super::codes::not_yet;
use crate::{
    diagnostic::Diagnostic,
    source::{read, tree::Node},
};

/// Where a ledger lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ledger {
    /// A folder, relative to the one of `letterpress.yaml`.
    Directory(Utf8PathBuf),
}

impl Default for Ledger {
    fn default() -> Self {
        Self::Directory(".letterpress/ledger".into())
    }
}

impl Ledger {
    /// Reads a location. Everything that looks like a scheme is refused: a folder of that name would be a ledger that
    /// the next run does not see.
    pub(super) fn from_node(node: &Node, faults: &mut Vec<Diagnostic>) -> Option<Self> {
        let text = read::text(node, "`ledger`", faults)?;
        let scheme = text.split_once(':').map(|(scheme, _)| scheme).filter(|scheme| scheme.len() > 1);
        if let Some(scheme) = scheme {
            let fault = match ["s3", "gs", "az", "git"].contains(&scheme) {
                true => not_yet(node.span, &format!("a ledger at `{scheme}:`")),
                false => Diagnostic::error("LP054", node.span, format!("there is no ledger at `{scheme}:`")),
            };
            faults.push(fault.help("a folder works, such as `.letterpress/ledger`"));
            return None;
        }
        if text.is_empty() {
            faults.push(Diagnostic::error("LP054", node.span, "`ledger` names no folder"));
            return None;
        }
        Some(Self::Directory(text.into()))
    }
}
