//! The question of `apply`, answered on a terminal: a terminal of our own, which only this test types on.

#![cfg(unix)]

use std::{fs::File, io::Write as _, process::Stdio};

use rustix::{
    fs::{Mode, OFlags},
    pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt},
};

use crate::harness::{BELL, Output, Workspace};

/// Runs a command whose input is a terminal on which somebody types.
fn typing(workspace: &Workspace, arguments: &[&str], typed: &[u8]) -> Output {
    let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&ours).unwrap();
    unlockpt(&ours).unwrap();
    let name = ptsname(&ours, Vec::new()).unwrap();
    let theirs = rustix::fs::open(name.as_c_str(), OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap();
    // The terminal keeps what is typed before somebody reads.
    let mut ours = File::from(ours);
    ours.write_all(typed).unwrap();
    Output::of(workspace.command(arguments).stdin(Stdio::from(theirs)).output().unwrap())
}

#[test]
fn anything_but_yes_declines_and_ends_with_1() {
    let workspace = Workspace::new(BELL);
    // Ctrl-D on an empty line is the end of input.
    for typed in [&b"no\n"[..], b"\n", b"y\n", b"YES\n", b"\x04"] {
        typing(&workspace, &["apply"], typed).ends(1).says("declined: nothing was done");
        assert!(workspace.holds().is_empty() && !workspace.has_ledger());
    }
    let json = typing(&workspace, &["apply", "--format", "json"], b"no\n").ends(1).json();
    assert_eq!(json["error"]["exit_code"], 1);
    typing(&workspace, &["apply"], b"yes\n").ends(0).says("1 applied");
    typing(&workspace, &["apply"], b"").ends(0).says("No changes");
}

#[test]
fn what_only_the_ledger_hears_of_is_asked_for_as_such() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    workspace.templates(&format!("{BELL}lifecycle: {{protect: true}}\n"));
    typing(&workspace, &["apply"], b"no\n").ends(1).says("Write 1 note into the ledger?");
    assert!(!workspace.ledger().templates["bell_ready/en_US"].protected);
    typing(&workspace, &["apply"], b"yes\n").ends(0);
    assert!(workspace.ledger().templates["bell_ready/en_US"].protected);
}
