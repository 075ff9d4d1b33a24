//! The real binary against the embedded sandbox: what users and pipelines see, one module per topic.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr, clippy::panic, reason = "tests")]

mod fixtures;
mod harness;

mod absence;
mod agreement;
mod asking;
mod authoring;
mod auto_generated;
mod bounds;
#[cfg(unix)]
mod browser;
mod categories;
mod clocks;
mod comment;
mod converge;
mod corpus;
mod crash;
mod dialog360;
mod doctor;
mod doubts;
mod drift;
mod exits;
mod exposed;
mod faults;
#[cfg(unix)]
mod files;
mod heartbeat;
mod histories;
mod hostile;
mod importing;
mod infobip;
mod killed;
mod limits;
mod lock;
mod month;
#[cfg(target_os = "linux")]
mod network;
mod numbers;
mod openapi;
mod ownership;
mod pipelines;
mod providers;
mod reading;
#[cfg(target_os = "linux")]
mod records;
mod removal;
mod rendered;
mod samples;
mod saved;
mod security;
mod serving;
mod settings;
mod standing;
mod trusted;
mod usage;
mod vonage;
mod watching;
mod whole_names;
