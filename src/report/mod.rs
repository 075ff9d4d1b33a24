//! Results as text and JSON for people and machines. Decides nothing.

pub mod apply;
pub mod capabilities;
pub mod comment;
pub mod diagnostics;
pub mod doctor;
pub mod drift;
pub mod escape;
pub mod failed;
pub mod ledger;
pub mod markdown;
mod observations;
pub mod plan;
pub mod reference;
pub mod saved;
pub mod status;
pub mod style;
pub mod texts;

/// Owners beside this workspace, for programs.
fn owners_json(owners: &[crate::plan::OtherOwner]) -> serde_json::Value {
    let one = |owner: &crate::plan::OtherOwner| serde_json::json!({"workspace": owner.workspace, "templates": owner.templates});
    owners.iter().map(one).collect()
}
