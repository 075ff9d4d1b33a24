//! Random histories: files change, answers are lost, the disk fills up, the process dies, somebody edits by hand, time
//! passes. Nothing is created twice, no edit goes uncounted, nothing of ours is forgotten, and in the end all is as wanted.

use std::{collections::HashMap, sync::Arc};

use fastrand::Rng;
use jiff::SignedDuration;
use tokio::task::JoinSet;

use super::{Shop, WABA, family, long};
use crate::{
    ledger::{
        EventKind, IntentKind,
        tests::faulty::{Break, Faulty},
    },
    sandbox::{Effect, Fault, Operation, admin, dialects},
};

const NAMES: [&str; 4] = ["bell_ready", "horn_ready", "lamp_ready", "rack_ready"];
const WORDS: [&str; 5] = ["pick it up", "fetch it", "come by", "it waits here", "we are open until nine"];

/// Which families are wanted, with which words.
type Wish = [Option<usize>; 4];

fn yaml(desired: &Wish) -> String {
    let gone: Vec<&str> =
        NAMES.iter().zip(desired).filter(|(_, words)| words.is_none()).map(|(name, _)| *name).collect();
    let head = if gone.is_empty() { String::new() } else { format!("removed: [{}]\n---\n", gone.join(", ")) };
    let there = NAMES.iter().zip(desired).filter_map(|(name, words)| words.map(|at| family(name, WORDS[at])));
    format!("{head}{}", there.collect::<String>())
}

fn fault(random: &mut Rng) -> Vec<Fault> {
    let operation = [Operation::Create, Operation::Edit, Operation::Delete][random.usize(..3)];
    let effect = match random.u8(..8) {
        0 | 1 => Effect::LostAnswer,
        2 => Effect::Timeout,
        3 => Effect::Truncated,
        4 => Effect::Garbage,
        5 => Effect::Http { status: 500, body: "oops".into() },
        _ => return Vec::new(),
    };
    vec![Fault::new(effect).on(operation).skip(random.u32(..2))]
}

/// Holds after every step, whatever happened.
fn check(shop: &Shop, by_hand: &HashMap<String, usize>, note: &str) {
    let ledger = shop.ledger();
    let open = |key: &str, kind: IntentKind| {
        let intents = ledger.iter().flat_map(|state| state.open.values());
        intents.filter(|intent| intent.kind == kind && intent.key().to_string() == key).count()
    };
    let (account, now) = dialects::open(&shop.sandbox()).read(WABA).unwrap();
    for template in &account.templates {
        let key = template.key();
        let managed = ledger.as_ref().is_some_and(|state| state.templates.contains_key(&key));
        // Created, killed, and changed by hand before anybody looked: that it was ours can no longer be told, and what may be
        // somebody else's is not taken.
        let changed = by_hand.contains_key(template.id());
        assert!(managed || changed || open(&key, IntentKind::Create) > 0, "{note}: {key} is forgotten");
        // The window in which edits count; hand edits are counted from the start, which asks for less, not more.
        let recent = template.edits.iter().filter(|at| now.duration_since(**at) < SignedDuration::from_hours(29 * 24));
        let done = recent.count().saturating_sub(by_hand.get(&template.id().to_owned()).copied().unwrap_or_default());
        let known = shop.counted(&key, EventKind::Edited) + open(&key, IntentKind::Edit);
        assert!(known >= done, "{note}: {key} was edited {done} times, {known} are known");
    }
    let events = ledger.iter().flat_map(|state| &state.events);
    // What somebody edits by hand no ledger knows of; all else the plan knew before it was sent.
    let limits = [2_388_039, 2_388_023].map(|subcode| Some((100, Some(subcode))));
    let broken: Vec<_> = events.clone().filter(|event| limits.contains(&event.code)).collect();
    assert!(broken.is_empty() || !by_hand.is_empty(), "{note}: sent against a limit: {broken:?}");
    let twice: Vec<_> = events.filter(|event| event.code == Some((100, Some(2_388_024)))).collect();
    assert!(twice.is_empty(), "{note}: created twice: {twice:?}");
}

async fn history(seed: u64) {
    let mut random = Rng::with_seed(seed);
    let mut desired: Wish = [Some(0), Some(0), None, None];
    let shop = Shop::new(&yaml(&desired));
    let mut by_hand = HashMap::new();
    for step in 0..6 {
        let note = format!("seed {seed}, step {step}");
        desired[random.usize(..4)] = random.bool().then(|| random.usize(..WORDS.len()));
        desired[random.usize(..4)] = Some(random.usize(..WORDS.len()));
        shop.families(&yaml(&desired));
        admin::set_faults(&shop.sandbox(), fault(&mut random)).unwrap();
        let disk = random.bool().then(|| {
            Faulty::new(random.usize(..14), Break::ALL[random.usize(..Break::ALL.len())])
                as Arc<dyn crate::ledger::disk::Disk>
        });
        let _ = shop.apply(disk).await;
        admin::set_faults(&shop.sandbox(), Vec::new()).unwrap();
        check(&shop, &by_hand, &note);
        shop.recover();
        if random.u8(..4) == 0 {
            let name = NAMES[random.usize(..4)];
            let body = serde_json::json!([{"type": "BODY", "text": "Somebody else wrote this."}]);
            if admin::hand_edit(&shop.sandbox(), WABA, name, "en_US", &body).is_ok() {
                let live = admin::templates(&shop.sandbox(), WABA).unwrap();
                let id = live.iter().find(|node| node["name"] == name).unwrap()["id"].as_str().unwrap().to_owned();
                *by_hand.entry(id).or_default() += 1;
            }
        }
        shop.advance(SignedDuration::from_hours([0, 1, 25, 200][random.usize(..4)]));
    }
    // Peace: names come free again, budgets too.
    for _ in 0..3 {
        shop.advance(SignedDuration::from_hours(31 * 24));
        let report = shop.apply(None).await.unwrap();
        assert!(report.stopped.is_none(), "seed {seed}: {:?}", report.stopped);
    }
    check(&shop, &by_hand, &format!("seed {seed}, in the end"));
    let state = shop.ledger().unwrap();
    assert!(state.open.is_empty(), "seed {seed}: {:?}", state.open);
    let live = admin::templates(&shop.sandbox(), WABA).unwrap();
    for (name, words) in NAMES.iter().zip(desired) {
        let node = live.iter().find(|node| node["name"] == *name);
        let changed = node.and_then(|node| node["id"].as_str()).is_some_and(|id| by_hand.contains_key(id));
        assert!(changed || node.is_some() == words.is_some(), "seed {seed}: {name}: {node:?}");
        let text = node.map(|node| node["components"][0]["text"].as_str().unwrap_or_default());
        // What somebody changed by hand is held.
        if let (Some(text), Some(at)) = (text, words) {
            assert!(text.contains(WORDS[at]) || text.contains("Somebody"), "seed {seed}: {name}: {text}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn random_histories_lose_nothing_and_repeat_nothing() {
    let first = std::env::var("LETTERPRESS_TEST_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let mut seeds = first..first + if long() { 300 } else { 8 };
    // Each waits most of its time for answers that never come.
    let mut running: JoinSet<()> = seeds.by_ref().take(8).map(history).collect();
    while let Some(ended) = running.join_next().await {
        ended.unwrap();
        if let Some(seed) = seeds.next() {
            running.spawn(history(seed));
        }
    }
}
