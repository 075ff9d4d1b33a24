//! Results as text and JSON for people and machines. Decides nothing.

pub mod apply;
pub mod diagnostics;
pub mod ledger;
pub mod plan;
pub mod style;
pub mod texts;
