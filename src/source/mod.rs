//! YAML files ⇄ families: reading into trees with spans, laying languages and accounts over, lowering by target type,
//! and writing files as a person would.
//!
//! Nothing here talks to a provider or decides what is applied.

pub mod desired;
pub mod read;
pub mod tree;

pub use desired::{Desired, Lifecycle, Removal, Replaces};
