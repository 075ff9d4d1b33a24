//! From what was found of an account to checks: what is well, what is worth a warning, what is a fault, and what mends it.
//!
//! Pure: knows no file, network or clock; time is a parameter. Judges accounts, not templates: that is the plan's part.

mod check;
mod connection;
mod diagnosis;
pub mod inspection;
mod ledger;
mod needs;
mod powers;
#[cfg(test)]
mod tests;

pub use check::{Check, Grade, Topic};
pub use diagnosis::{Diagnosis, Health};
pub use ledger::lasts;
pub use needs::{Needs, needs};
