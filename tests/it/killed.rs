//! An apply of twenty actions, killed at every one of them: before the account has done it and after, with nothing
//! recorded yet. Account and ledger come out as those of an apply that nobody disturbed, and nothing is done twice.

use std::collections::{BTreeMap, HashMap};

use jiff::SignedDuration;
use letterpress::{
    ledger::EventKind,
    sandbox::{Effect, Fault, Operation, admin},
};
use serde_json::{Value, json};

use crate::harness::{Kept, WABA, Workspace, until};

/// The account has done it, and nobody will ever hear of it.
const DONE: Effect = Effect::Slow { millis: 600_000 };
/// The account never does it.
const NOT_DONE: Effect = Effect::Timeout;

fn family(name: &str, words: &str) -> String {
    format!("name: {name}\ncategory: UTILITY\nlanguages:\n  en_US:\n    body: Your {name} is ready, {words}.\n---\n")
}

/// Six edits, eight creates (two of a new family), four deletions and two adoptions ahead.
pub(crate) fn prepared() -> Workspace {
    let old: Vec<String> = (0..10).map(|at| format!("old_{at}")).collect();
    let workspace = Workspace::new(&old.iter().map(|name| family(name, "pick it up")).collect::<String>());
    workspace.apply(&[]).ends(0);
    let found = ["found_0", "found_1"].map(|name| {
        let text = format!("Your {name} is ready, it was here before.");
        json!({"name": name, "language": "en_US", "category": "UTILITY", "components": [{"type": "BODY", "text": text}]})
    });
    workspace.seed(&found);
    let edited = old[..6].iter().map(|name| family(name, "fetch it"));
    let new = (0..6).map(|at| family(&format!("new_{at}"), "ring twice"));
    let found = ["found_0", "found_1"].map(|name| family(name, "it was here before"));
    let tour = "name: tour\ncategory: UTILITY\nlanguages:\n  en_US:\n    body: The tour starts.\n  de:\n    body: Es geht los.\n";
    let removed = format!("removed: [{}]\n---\n", old[6..].join(", "));
    workspace.templates(
        &[removed].into_iter().chain(edited).chain(new).chain(found).chain([tour.to_owned()]).collect::<String>(),
    );
    workspace
}

/// What an account and its ledger come to, ids and times aside.
#[derive(Debug, PartialEq)]
pub(crate) struct Standing {
    live: BTreeMap<String, Value>,
    managed: BTreeMap<String, (String, Value)>,
    events: Vec<(String, String)>,
    open: usize,
}

pub(crate) fn standing(workspace: &Workspace) -> Standing {
    let ledger = workspace.ledger();
    let live = workspace.holds().into_iter().map(|key| (key.clone(), workspace.live(&key)["components"].clone()));
    let managed = ledger
        .templates
        .iter()
        .map(|(key, entry)| (key.clone(), (entry.owner.clone(), serde_json::to_value(&entry.applied).unwrap())));
    let mut events: Vec<_> = ledger
        .events
        .iter()
        .map(|event| (format!("{}/{}", event.name, event.language), format!("{:?}", event.kind)))
        .collect();
    events.sort();
    Standing { live: live.collect(), managed: managed.collect(), events, open: ledger.open.len() }
}

/// Starts an apply that stops at the next write of that kind, kills it there, and lets the lag of the account pass. Gives
/// the template, or nothing if it came to its end instead.
fn kill_at(workspace: &Workspace, operation: Operation, effect: &Effect) -> Option<String> {
    workspace.faults(vec![Fault::new(effect.clone()).on(operation)]);
    let before = workspace.requests().len();
    let mut child = Kept(workspace.command(&["apply", "--auto-approve"]).spawn().unwrap());
    let mut ended = false;
    let key = until("the write arrives", || {
        let requests = workspace.requests();
        let silent = |request: &&letterpress::sandbox::LoggedRequest| {
            request.operation == operation && (request.status.is_none() || *effect == DONE)
        };
        if let Some(request) = requests[before..].iter().find(silent) {
            return Some(request.template.clone().unwrap_or_default());
        }
        ended = child.0.try_wait().unwrap().is_some();
        ended.then(String::new)
    });
    // SIGKILL.
    drop(child);
    workspace.faults(Vec::new());
    admin::advance(&workspace.sandbox(), Some(WABA), SignedDuration::from_secs(10)).unwrap();
    (!ended).then_some(key)
}

/// Creates, edits and deletions that the account carried out: answered with 200, or killed after it.
fn processed(workspace: &Workspace) -> HashMap<(Operation, String), usize> {
    let mut out = HashMap::new();
    for request in workspace.requests() {
        if WRITES.iter().any(|(operation, _)| *operation == request.operation) && request.status == Some(200) {
            *out.entry((request.operation, request.template.unwrap())).or_default() += 1;
        }
    }
    out
}

const WRITES: [(Operation, usize); 3] = [(Operation::Edit, 6), (Operation::Create, 8), (Operation::Delete, 4)];

pub(crate) fn expected() -> Standing {
    let calm = prepared();
    calm.apply(&[]).ends(0);
    let expected = standing(&calm);
    let kinds = |kind: EventKind| expected.events.iter().filter(|(_, seen)| *seen == format!("{kind:?}")).count();
    assert_eq!((kinds(EventKind::Edited), kinds(EventKind::Created), kinds(EventKind::Deleted)), (6, 18, 4));
    assert_eq!(expected.managed.len(), 16);
    expected
}

#[test]
fn killed_at_every_write_an_apply_still_does_everything_once() {
    let workspace = prepared();
    workspace.forget_requests();
    let mut kills = 0;
    for (operation, count) in WRITES {
        // Each write is killed before it is done, tried again by the next run, and killed after it is done.
        for _ in 0..count {
            for effect in [NOT_DONE, DONE] {
                let key = kill_at(&workspace, operation, &effect);
                assert!(key.is_some(), "kill {kills}: no {operation:?} came");
                kills += 1;
            }
        }
    }
    workspace.apply(&[]).ends(0);
    assert_eq!(kills, 36);
    assert_eq!(standing(&workspace), expected());
    let twice: Vec<_> = processed(&workspace).into_iter().filter(|(_, times)| *times != 1).collect();
    assert!(twice.is_empty(), "{twice:?}");
    assert_eq!(processed(&workspace).len(), 18);
    workspace.settled();
}

/// Each place on its own, killed once, and finished by one run: minutes, so only when asked for.
#[test]
fn killed_once_anywhere_the_next_run_does_the_rest() {
    if std::env::var("LETTERPRESS_LONG_TESTS").as_deref() != Ok("1") {
        return;
    }
    let expected = expected();
    for (operation, count) in WRITES {
        for skip in 0..count {
            for effect in [NOT_DONE, DONE] {
                let workspace = prepared();
                workspace.forget_requests();
                let note = format!("{operation:?} {skip} {effect:?}");
                workspace.faults(vec![Fault::new(effect.clone()).on(operation).skip(u32::try_from(skip).unwrap())]);
                let child = Kept(workspace.command(&["apply", "--auto-approve"]).spawn().unwrap());
                until("the write arrives", || {
                    let all = workspace.requests();
                    (all.iter().filter(|request| request.operation == operation).count() > skip).then_some(())
                });
                drop(child);
                workspace.faults(Vec::new());
                admin::advance(&workspace.sandbox(), Some(WABA), SignedDuration::from_secs(10)).unwrap();
                workspace.apply(&[]).ends(0);
                assert_eq!(standing(&workspace), expected, "{note}");
                let twice: Vec<_> = processed(&workspace).into_iter().filter(|(_, times)| *times != 1).collect();
                assert!(twice.is_empty(), "{note}: {twice:?}");
            }
        }
    }
}

/// A JPEG as far as its first bytes tell, and no other.
fn picture(at: usize) -> Vec<u8> {
    [&[0xff, 0xd8, 0xff, 0xe0][..], format!("picture {at}").as_bytes()].concat()
}

fn pictured(at: usize) -> String {
    format!(
        "name: seen_{at}\ncategory: MARKETING\nlanguages:\n  en_US:\n    header: {{format: IMAGE, example: media/{at}.jpg}}\n    \
         body: Have a look at bicycle number {at} of this spring.\n---\n"
    )
}

#[test]
fn killed_in_an_upload_an_apply_goes_on_where_it_was() {
    const CREATES: usize = 6;
    let workspace = Workspace::new(&(0..CREATES).map(pictured).collect::<String>());
    (0..CREATES).for_each(|at| workspace.write(&format!("media/{at}.jpg"), picture(at)));
    for done in 1..CREATES {
        // An upload is two requests, and comes after the outcome of one write is recorded and before the intent of the
        // next: the first sample of this run goes through, the second hangs.
        workspace.faults(vec![Fault::new(DONE).on(Operation::Upload).skip(2)]);
        let child = Kept(workspace.command(&["apply", "--auto-approve"]).spawn().unwrap());
        until("it is between two writes", || (workspace.holds().len() == done).then_some(()));
        until("the outcome is recorded", || {
            let ledger = workspace.ledger();
            (ledger.open.is_empty() && ledger.templates.len() == done).then_some(())
        });
        drop(child);
        workspace.faults(Vec::new());
    }
    workspace.apply(&[]).ends(0);
    workspace.settled();
    assert_eq!(workspace.holds().len(), CREATES);
    let processed = processed(&workspace);
    assert!(processed.len() == CREATES && processed.values().all(|times| *times == 1), "{processed:?}");
}
