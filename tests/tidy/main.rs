//! The structure of the sources is as docs/architecture.md says: modules use only what is below them in its table, and no two
//! files of `src/` need each other.

#![allow(clippy::unwrap_used, reason = "tests say what is wrong by ending")]

mod circles;
mod layers;
mod sources;

use std::path::Path;

use sources::Sources;

/// The sources of the program.
fn program() -> Sources {
    Sources::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))
}

/// Sources that a test makes up: path and text of each file.
fn planted(files: &[(&str, &str)]) -> Sources {
    Sources::of(files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())))
}

#[test]
fn modules_use_only_what_is_below_them() {
    let table = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/architecture.md")).unwrap();
    let faults = layers::faults(&program(), &layers::table(&table));
    assert!(faults.is_empty(), "{} uses go upwards:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn no_files_need_each_other() {
    let circles = circles::circles(&program());
    let shown: Vec<String> = circles.iter().map(|circle| circle.join("\n  ")).collect();
    assert!(circles.is_empty(), "{} circles of files:\n- {}", circles.len(), shown.join("\n- "));
}

#[test]
fn a_planted_upward_use_is_found() {
    let table =
        layers::table("| module | does |\n|---|---|\n| `cli/` | reads |\n| `plan/` | plans |\n| `file` | opens |\n");
    assert_eq!(table, ["cli", "plan", "file"]);
    let files = [("lib.rs", "pub mod cli; mod plan; mod file;"), ("cli.rs", "use crate::plan::Plan;"), ("file.rs", "")];
    let plan = |text| layers::faults(&planted(&[&files[..], &[("plan/mod.rs", text)]].concat()), &table);
    assert!(plan("use crate::file::read; pub struct Plan;").is_empty());
    for upward in [
        "use crate::cli::Exit;",
        "use crate::{file, cli::{self, Exit}};",
        "fn exit() -> crate::cli::Exit { todo!() }",
        "fn exit() { tracing::info!(exit = crate::cli::exit()); }",
        "use super::cli;",
    ] {
        assert_eq!(plan(upward).len(), 1, "{upward}");
    }
    // Tests of a module, texts and comments are no uses.
    assert!(
        plan(
            "#[cfg(test)] mod tests { use crate::cli::Exit; } /// [`crate::cli::Exit`]\nconst A: &str = \"crate::cli\";"
        )
        .is_empty()
    );
    // A part of a module that has a row of its own is a layer of its own.
    let table = layers::table("| module | does |\n|---|---|\n| `plan/` | plans |\n| `plan/rules/` | rules |\n");
    let parts = |text| {
        let root =
            [("lib.rs", "mod plan;"), ("plan/mod.rs", "mod rules; mod order; use rules::Rule;"), ("plan/order.rs", "")];
        layers::faults(&planted(&[&root[..], &[("plan/rules.rs", text)]].concat()), &table)
    };
    assert!(parts("pub struct Rule;").is_empty());
    assert_eq!(parts("use super::order::Order;").len(), 1);
    // A module that the table does not name has no place.
    let unknown = planted(&[("lib.rs", "mod other;"), ("other.rs", "")]);
    assert_eq!(
        layers::faults(&unknown, &table),
        ["other: the table in docs/architecture.md does not name this module"]
    );
}

#[test]
fn a_planted_circle_is_found() {
    let root = ("lib.rs", "mod a; mod b;");
    let circles = |files: &[(&str, &str)]| circles::circles(&planted(&[&[root], files].concat()));
    assert!(circles(&[("a.rs", "use crate::b::B;"), ("b.rs", "pub struct B;")]).is_empty());
    assert_eq!(
        circles(&[("a.rs", "use crate::b::B; pub struct A;"), ("b.rs", "use crate::a::A; pub struct B;")]).len(),
        1
    );
    // Through a longer way, and through what a parent hands on.
    let parent = ("a/mod.rs", "mod one; mod two; mod three; pub use one::One; pub use two::Two; pub use three::Three;");
    let b = ("b.rs", "");
    let one = ("a/one.rs", "use super::Two; pub struct One;");
    let two = ("a/two.rs", "use super::three::Three; pub struct Two;");
    assert_eq!(circles(&[parent, b, one, two, ("a/three.rs", "use crate::a::One; pub struct Three;")]).len(), 1);
    assert!(circles(&[parent, b, one, two, ("a/three.rs", "pub struct Three;")]).is_empty());
    // A child that uses what its parent defines, while the parent uses the child.
    let needy = ("a/mod.rs", "mod one; use one::work; pub struct Shared;");
    assert_eq!(circles(&[needy, b, ("a/one.rs", "use super::Shared; pub fn work() {}")]).len(), 1);
    assert!(circles(&[("a/mod.rs", "mod one; use one::work;"), b, ("a/one.rs", "pub fn work() {}")]).is_empty());
}
