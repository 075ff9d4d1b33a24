//! The real binary against the embedded sandbox: what users and pipelines see, one module per topic.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr, clippy::panic, reason = "tests")]

mod fixtures;
mod harness;

mod categories;
mod converge;
mod corpus;
mod crash;
mod doubts;
mod drift;
mod exits;
mod faults;
mod histories;
mod importing;
mod limits;
mod month;
mod ownership;
mod reading;
mod removal;
mod samples;
mod saved;
mod security;
mod serving;
