//! The real binary against the embedded sandbox: what users and pipelines see, one module per topic.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr, clippy::panic, reason = "tests")]

mod fixtures;
mod harness;

mod converge;
mod drift;
mod ownership;
mod reading;
mod removal;
