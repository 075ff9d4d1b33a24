//! Results as text and JSON for people and machines. Decides nothing.

pub mod apply;
pub mod diagnostics;
pub mod plan;
pub mod reference;
pub mod saved;
pub mod style;
pub mod texts;
