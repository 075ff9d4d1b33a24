//! Turning results into text, JSON and annotations. Decides nothing and prints nothing: it returns strings.

pub mod diagnostics;
