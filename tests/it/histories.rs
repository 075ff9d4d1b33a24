//! Random histories: files that change, people who edit in the account, a provider that loses answers and fails, runs that
//! are killed. Whatever happens, nothing that the provider would refuse is sent, nothing is created twice, no edit goes
//! uncounted, and a quiet run at the end brings everything together.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use letterpress::{
    ledger::EventKind,
    sandbox::{Effect, Fault, Operation, admin},
};
use serde_json::json;

use crate::harness::{Kept, Workspace, until};

/// A person allows everything: what was created by a run that died, and edited by hand before the next one looked, is
/// taken for somebody else's.
const FLAGS: &[&str] = &["--revert-drift", "*", "--take-over", "*", "--prune"];

/// Below the ten edits of an approved template in 30 days.
const CHANGES: u32 = 7;

struct History {
    random: fastrand::Rng,
    /// Whether people edit in the account, of which the ledger knows nothing; else time passes as it likes, names are
    /// deleted and asked for again, and still nothing may be sent that the provider refuses.
    people: bool,
    workspace: Workspace,
    /// The families' texts by name and language: a number that makes the words.
    wanted: BTreeMap<(&'static str, &'static str), u32>,
    changes: u32,
    log: Vec<String>,
}

fn words(name: &str, language: &str, number: u32) -> String {
    format!("The {name} of the {language} tour leaves at gate number {number} tomorrow.")
}

impl History {
    fn new(seed: u64, people: bool) -> Self {
        let workspace = Workspace::new("");
        let wanted = [(("bell", "en_US"), 0), (("bell", "de"), 0), (("horn", "en_US"), 0)].into();
        Self { random: fastrand::Rng::with_seed(seed), people, workspace, wanted, changes: 0, log: Vec::new() }
    }

    fn write(&self) {
        let mut families: BTreeMap<&str, String> = BTreeMap::new();
        for ((name, language), number) in &self.wanted {
            let text = families.entry(name).or_insert_with(|| format!("name: {name}\ncategory: UTILITY\nlanguages:\n"));
            text.push_str(&format!("  {language}: {{body: \"{}\"}}\n", words(name, language, *number)));
        }
        self.workspace.templates(&families.into_values().collect::<Vec<_>>().join("---\n"));
    }

    fn step(&mut self) {
        let root = self.workspace.sandbox();
        match self.random.u32(0..8) {
            0 | 1 if !self.people || self.changes < CHANGES => {
                let at = self.random.usize(0..self.wanted.len());
                self.changes += 1;
                let (key, number) = self.wanted.iter_mut().nth(at).unwrap();
                *number = self.changes;
                self.log.push(format!("git: {key:?} is {number}"));
            }
            2 => {
                let name = ["bell", "horn", "lamp"][self.random.usize(0..3)];
                let language = ["es", "fr", "it"][self.random.usize(0..3)];
                self.wanted.entry((name, language)).or_insert(0);
                self.log.push(format!("git: {name}/{language} is wanted"));
            }
            3 if !self.people && self.wanted.len() > 1 => {
                let key = *self.wanted.keys().nth(self.random.usize(0..self.wanted.len())).unwrap();
                self.wanted.remove(&key);
                self.log.push(format!("git: {key:?} is wanted no more"));
            }
            3 if self.people && self.changes < CHANGES => {
                let held = self.workspace.holds();
                if let Some(key) = held.get(self.random.usize(0..held.len().max(1))) {
                    let (name, language) = key.split_once('/').unwrap();
                    self.changes += 1;
                    let text = format!("Somebody wrote {} into the {name} of the account.", self.changes);
                    self.workspace.hand_edit(name, language, &json!([{"type": "BODY", "text": text}]));
                    self.log.push(format!("hand: {key}"));
                    admin::advance(&root, None, SignedDuration::from_hours(25)).unwrap();
                }
            }
            _ => self.disturb(),
        }
        self.write();
        if self.random.u32(0..6) == 0 {
            self.killed();
        } else {
            let output = self.workspace.apply(&[FLAGS, &["--retry-budget", "0s"]].concat());
            self.log.push(format!("apply: {}", output.code));
            let fine = matches!(output.code, 0 | 1 | 5 | 8 | 10) || (output.code == 9 && !self.people);
            assert!(fine, "{}\n{output}", self.log.join("\n"));
        }
        self.workspace.faults(Vec::new());
        let hours = if self.people { 25 } else { self.random.i64(0..60) };
        self.log.push(format!("{hours} hours pass"));
        admin::advance(&root, None, SignedDuration::from_hours(hours)).unwrap();
    }

    /// The provider will fail for a request or two.
    fn disturb(&mut self) {
        let down = Effect::Error { status: 500, code: 2, subcode: None, message: "down".to_owned(), transient: true };
        let write = [Operation::Create, Operation::Edit][self.random.usize(0..2)];
        let fault = match self.random.u32(0..6) {
            0 => Fault::new(Effect::LostAnswer).on(write),
            1 => Fault::new(Effect::Truncated).on(write),
            2 => Fault::new(down).on(write),
            3 => Fault::new(Effect::LostAnswer).on(write).times(2),
            4 => Fault::new(down).on(Operation::List).skip(self.random.u32(0..2)),
            _ => Fault::new(Effect::Garbage).on(Operation::List).skip(self.random.u32(0..2)),
        };
        self.log.push(format!("fault: {fault:?}"));
        self.workspace.faults(vec![fault]);
    }

    /// An apply that is killed while it waits for an answer, if it asks anything.
    fn killed(&mut self) {
        self.workspace.faults(
            [Operation::Create, Operation::Edit]
                .map(|operation| Fault::new(Effect::Slow { millis: 600_000 }).on(operation).always())
                .into(),
        );
        let before = self.workspace.requests().len();
        let mut command = self.workspace.command(&[&["apply", "--auto-approve"], FLAGS].concat());
        let mut child = Kept(command.spawn().unwrap());
        until("it ends or waits", || {
            let ended = child.0.try_wait().unwrap().is_some();
            // A list, then a write: answers that come late are written down before they leave.
            (ended || self.workspace.requests().len() >= before + 2).then_some(())
        });
        self.log.push("apply: killed".to_owned());
    }

    fn finish(self) {
        let Self { workspace, log, wanted, people, .. } = self;
        let log = log.join("\n");
        workspace.faults(Vec::new());
        if !people {
            // Edits of a month and locked names are free again.
            workspace.apply(FLAGS);
            admin::advance(&workspace.sandbox(), None, SignedDuration::from_hours(31 * 24)).unwrap();
        }
        let output = workspace.apply(FLAGS);
        assert_eq!(output.code, 0, "{log}\n{output}");
        workspace.settled();
        for ((name, language), number) in &wanted {
            assert_eq!(workspace.body(&format!("{name}/{language}")), words(name, language, *number), "{log}");
        }
        let ledger = workspace.ledger();
        assert_eq!((ledger.open.len(), ledger.templates.len()), (0, wanted.len()), "{log}\n{:#?}", ledger.open);
        // No fault here refuses: an answer below 500 that is no success is the provider refusing what it was sent.
        let requests = workspace.requests();
        let refused: Vec<_> = requests.iter().filter(|r| matches!(r.status, Some(400..=499))).collect();
        assert!(refused.is_empty(), "{log}\n{refused:#?}");
        if !people {
            // The ledger forgets what is older than a month.
            return;
        }
        // What was done and answered, answered in vain or cut off; not what was answered with a failure.
        let done = |operation| requests.iter().filter(|r| r.operation == operation && r.status != Some(500)).count();
        let counted = |kind| ledger.events.iter().filter(|event| event.kind == kind).count();
        assert!(counted(EventKind::Created) <= done(Operation::Create), "{log}");
        assert_eq!(counted(EventKind::Edited), done(Operation::Edit), "{log}");
    }
}

/// `LETTERPRESS_HISTORIES=100` tries more of them.
fn run(people: bool) {
    let count = std::env::var("LETTERPRESS_HISTORIES").map_or(6, |text| text.parse().unwrap());
    for seed in 0..count {
        let mut history = History::new(seed, people);
        for _ in 0..12 {
            history.step();
        }
        history.finish();
    }
}

#[test]
fn with_people_in_the_account() {
    run(true);
}

#[test]
fn with_deletions_and_little_time_in_between() {
    run(false);
}
