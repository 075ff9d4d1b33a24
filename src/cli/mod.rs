//! The command line: one file per command, which reads flags, calls the library and hands the result to `report/`.

mod apply;
mod command_line;
mod doctor;
mod drift;
mod exit;
mod failure;
mod global;
mod import;
mod interrupt;
mod ledger;
mod lock;
mod plan;
mod print;
mod progress;
mod sandbox;
mod saved;
mod status;
mod validate;

pub use command_line::main;
pub use exit::Exit;
