//! Results as text, JSON and annotations, for people and machines. Decides nothing and prints nothing: it returns strings.

pub mod apply;
pub mod diagnostics;
pub mod plan;
pub mod style;
pub mod texts;
