//! The rules of `validate` and `plan` against the embedded account: made-up create bodies are given to both, word for word
//! and as parts of a family. What the plan calls ready the account takes; what the account takes no error of `validate`
//! forbids. The two share no code, so that each finds the other's mistakes.

mod bodies;
mod exceptions;
mod forms;
mod judges;
mod random;
mod texts;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use exceptions::{Difference, Direction};
use judges::{Account, rules};
use random::Random;

use crate::harness::{Workspace, only};

/// Bodies of a run, and of a long one (`LETTERPRESS_LONG_TESTS=1`). `LETTERPRESS_BODIES` gives another number.
const BODIES: u64 = 2_500;
const MORE_BODIES: u64 = 60_000;

/// What came of a run.
#[derive(Default)]
struct Findings {
    disagreements: Vec<String>,
    /// Exceptions that were met, by their place in the table.
    met: BTreeSet<usize>,
    taken: usize,
    ready: usize,
    forms: usize,
}

impl Findings {
    fn add(&mut self, who: &str, difference: &Difference<'_>) {
        match exceptions::find(difference) {
            Some(at) => drop(self.met.insert(at)),
            None => {
                let Difference { direction, body, said } = difference;
                self.disagreements.push(format!("{who} {direction:?}: {said}\n    {body}"));
            }
        }
    }

    /// Gives a body to both sides, in each form that can hold it.
    fn judge(&mut self, who: &str, body: &Value, account: &mut Account) {
        let taken = account.create(body);
        self.taken += usize::from(taken.is_ok());
        for (form, yaml) in [("verbatim", forms::verbatim(body)), ("parts", forms::parts(body))] {
            let Some(yaml) = yaml else { continue };
            let ruling = rules(&yaml);
            let who = format!("{who} {form}");
            self.forms += 1;
            self.ready += usize::from(ruling.ready.is_some());
            if let Some(sent) = &ruling.ready {
                let same = ["components", "parameter_format"].iter().all(|key| sent.get(key) == body.get(key));
                let answer = if same { taken.clone() } else { account.create(sent) };
                if let Err(said) = &answer {
                    self.add(&who, &Difference { direction: Direction::ReadyAndRefused, body: sent, said });
                }
            }
            for said in ruling.errors.iter().filter(|_| taken.is_ok()) {
                self.add(&who, &Difference { direction: Direction::TakenAndForbidden, body, said });
            }
        }
    }

    #[track_caller]
    fn agree(&self) {
        let (count, shown) =
            (self.disagreements.len(), self.disagreements.iter().take(40).cloned().collect::<Vec<_>>());
        assert!(count == 0, "{count} disagreements:\n{}", shown.join("\n"));
    }
}

fn long() -> bool {
    std::env::var("LETTERPRESS_LONG_TESTS").as_deref() == Ok("1")
}

#[test]
fn rules_and_account_agree_on_made_up_bodies() {
    let wanted = std::env::var("LETTERPRESS_BODIES").ok().map(|text| text.parse().unwrap());
    let count = wanted.unwrap_or(if long() { MORE_BODIES } else { BODIES });
    let mut account = Account::new();
    let mut findings = Findings::default();
    for seed in 0..count {
        let body = bodies::body(&mut Random::new(seed));
        findings.judge(&format!("body {seed}"), &body, &mut account);
    }
    findings.agree();
    let idle: Vec<&str> = (0..exceptions::TABLE.len())
        .filter(|at| !findings.met.contains(at))
        .map(|at| exceptions::TABLE[at].reason)
        .collect();
    assert!(count < BODIES || idle.is_empty(), "exceptions that nothing falls under: {idle:?}");
    // A generator that makes nothing sound, or nothing odd, finds nothing.
    let share = |part: usize, whole: usize| part * 100 / whole.max(1);
    let shares = (share(findings.taken, count as usize), share(findings.ready, findings.forms));
    assert!(count < BODIES || ((20..=80).contains(&shares.0) && (20..=80).contains(&shares.1)), "{shares:?}");
}

#[test]
fn verbatim_components_are_refused_before_anything_is_sent() {
    let workspace = Workspace::new(
        "\
name: bell_ready
category: UTILITY
languages:
  en_US:
    components:
      - {type: BODY, text: Your new bell is ready.}
      - {type: FOOTER}
      - type: BUTTONS
        buttons:
          - {type: QUICK_REPLY, text: Great}
          - {type: URL, text: Look}
",
    );
    let validated = workspace.run(&["validate"]).ends(3);
    for place in ["templates/families.yaml:7:9", "templates/families.yaml:11:13"] {
        validated.says(place);
    }
    validated.says("LP105");
    let plan = workspace.plan(&[]);
    let verdict = &only(&plan)["verdict"];
    assert_eq!((&verdict["state"], &verdict["reasons"][0]["rule"]), (&json!("blocked"), &json!("refused-content")));
    workspace.apply(&[]).ends(9);
}

/// Each side has a table of its own of what is an emoji.
#[test]
fn rules_and_account_agree_on_every_symbol() {
    let mut account = Account::new();
    let mut findings = Findings::default();
    let step = if long() { 1 } else { 7 };
    let texts = texts::symbols().flat_map(|c| [format!("a {c}"), format!("a {c}\u{fe0f}")]);
    for text in texts.step_by(step) {
        let body = json!({ "name": "bike", "language": "en_US", "category": "UTILITY", "components": [
            { "type": "BODY", "text": "Your bike is ready." },
            { "type": "FOOTER", "text": text },
        ] });
        findings.judge(&text, &body, &mut account);
    }
    findings.agree();
}
