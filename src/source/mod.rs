//! YAML files ⇄ families: reading into trees with spans, laying languages and accounts over, lowering by target type,
//! and writing files as a person would.
//!
//! Nothing here talks to a provider or decides what is applied.

pub mod codes;
pub mod desired;
pub mod duration;
pub mod family;
pub(crate) mod head;
mod json;
pub mod languages;
mod lower;
pub mod media;
mod node;
mod overlay;
mod parameters;
pub mod read;
pub mod room;
pub mod selector;
pub mod target;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
pub mod tree;
pub mod values;
pub mod write;

pub use desired::{Desired, Lifecycle, Removal, Replaces};
pub use family::{Family, read_families};
pub use head::read_removed;
pub use media::MediaFiles;
pub use target::Target;
pub use write::{Imported, ImportedLanguage, family_yaml};
