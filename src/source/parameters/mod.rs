//! Parameters of a family: numbers or names, names submitted by number, samples from the nearest place that has them.
//!
//! Works on all languages at once, because one kind of parameter and one order hold for the whole family. The provider's
//! verbatim JSON keeps its own parameters and samples.

mod language;
mod names;
mod samples;
mod settle;
mod slots;
mod table;

pub(crate) use language::Language;
pub(crate) use settle::{settle, verbatim_format};
pub(crate) use slots::{Slot, slots};
