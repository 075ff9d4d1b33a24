//! Tests of the table of settlements, line by line, and of what each does to the state.

use jiff::{SignedDuration, Timestamp};

use crate::{
    ledger::{Change, EventKind, Intent, IntentKind, LAG, Outcome, Record, State, patience, settle},
    template::{Category, Content, Live, LiveIndex, Status, TemplateKey, normal::NormalForm},
};

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

/// Three different contents.
fn content(which: i64) -> Content {
    Content { message_send_ttl_seconds: Some(which * 60), ..Content::default() }
}

fn live(which: i64, status: Status) -> Live {
    Live { status, ..Live::approved("7", TemplateKey::new("bell", "en"), content(which)) }
}

/// From content 1 to content `to`.
fn intent(kind: IntentKind, to: i64) -> Intent {
    let exists = kind != IntentKind::Create;
    Intent {
        kind,
        name: "bell".into(),
        language: "en".into(),
        id: exists.then(|| "7".into()),
        owner: "shop".into(),
        category: (kind != IntentKind::Delete).then_some(Category::Utility),
        desired: (kind != IntentKind::Delete).then(|| NormalForm::of(&content(to))),
        before: exists.then(|| NormalForm::of(&content(1))),
        protect: false,
        status: exists.then_some(Status::Approved),
        at: NOW,
    }
}

/// Settles one open intent, and gives the verdict and the state after it.
fn settled(intent: Intent, live: Option<&Live>) -> (Outcome, State) {
    let mut state = State::new("7", NOW);
    state.fold(&Record::new(1, NOW, Change::Intent(Box::new(intent))));
    let all = settle(&state, &LiveIndex::new(live));
    assert_eq!(all.len(), 1, "nothing is left undecided");
    let outcome = all[0].outcome.clone();
    state.fold(&Record::new(2, NOW, Change::Outcome { intent: 1, outcome: outcome.clone() }));
    assert!(state.open.is_empty());
    (outcome, state)
}

fn word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Applied { .. } => "applied",
        Outcome::Failed { .. } => "failed",
        Outcome::Unknown { .. } => "unknown",
        Outcome::Counted { .. } => "counted",
    }
}

#[test]
fn every_line_of_the_table() {
    use IntentKind::{Create, Delete, Edit};
    let approved = |which| Some(live(which, Status::Approved));
    let other_id = |which| Some(Live { id: "8".into(), ..live(which, Status::Approved) });
    let leaving = Some(live(2, Status::PendingDeletion));
    // What was meant, what is seen; the verdict, events, and whether it is ours afterwards.
    for (intent, seen, verdict, events, ours) in [
        (intent(Create, 2), None, "failed", 0, false),
        (intent(Create, 2), leaving.clone(), "failed", 0, false),
        (intent(Create, 2), approved(2), "applied", 1, true),
        (intent(Create, 2), Some(live(2, Status::Pending)), "applied", 1, true),
        (intent(Create, 2), approved(3), "failed", 0, false),
        (intent(Edit, 2), approved(2), "applied", 1, true),
        (intent(Edit, 2), approved(1), "failed", 0, false),
        (intent(Edit, 1), Some(live(1, Status::Pending)), "applied", 1, true),
        (intent(Edit, 1), approved(1), "counted", 1, true),
        (intent(Edit, 2), approved(3), "counted", 1, true),
        (intent(Edit, 2), other_id(3), "failed", 0, false),
        (intent(Edit, 2), None, "failed", 0, false),
        (intent(Delete, 0), None, "applied", 1, false),
        (intent(Delete, 0), leaving, "applied", 1, false),
        (intent(Delete, 0), other_id(1), "applied", 1, false),
        (intent(Delete, 0), approved(1), "failed", 0, false),
    ] {
        let note = format!("{:?} {:?}: {:?}", intent.kind, intent.desired, seen);
        let (outcome, state) = settled(intent, seen.as_ref());
        assert_eq!(
            (word(&outcome), state.events.len(), !state.templates.is_empty()),
            (verdict, events, ours),
            "{note}"
        );
    }
}

/// Two providers of one WABA share its ledger, and each has its own ids: another id is then no sign of another template.
#[test]
fn ids_of_two_providers_do_not_make_two_templates() {
    let meant = |kind| Intent { id: Some("zzzzzzzzzzzzzzzzzzzzWT".into()), ..intent(kind, 2) };
    for (kind, which, verdict, events) in [
        (IntentKind::Delete, 1, "failed", 0),
        (IntentKind::Edit, 1, "failed", 0),
        (IntentKind::Edit, 2, "applied", 1),
        (IntentKind::Edit, 3, "counted", 1),
    ] {
        let (outcome, state) = settled(meant(kind), Some(&live(which, Status::Approved)));
        assert_eq!((word(&outcome), state.events.len()), (verdict, events), "{kind:?} {which}");
    }
}

/// The account holds a third content: the edit counts, and what was applied before stays, so that the account is held
/// against it and nothing is overwritten.
#[test]
fn an_edit_that_cannot_be_told_any_more_counts_and_leaves_what_was_applied() {
    let mut state = State::new("7", NOW);
    let mut record = |seq, change| state.fold(&Record::new(seq, NOW, change));
    record(1, Change::Intent(Box::new(intent(IntentKind::Create, 1))));
    record(2, Change::Outcome { intent: 1, outcome: Outcome::Applied { id: Some("7".into()) } });
    record(3, Change::Intent(Box::new(intent(IntentKind::Edit, 2))));
    let third = live(3, Status::Approved);
    let verdict = settle(&state, &LiveIndex::new([&third])).remove(0);
    state.fold(&Record::new(4, NOW, Change::Outcome { intent: 3, outcome: verdict.outcome }));
    assert_eq!(state.templates["bell/en"].applied, NormalForm::of(&content(1)));
    assert_eq!(
        state.events.iter().map(|event| event.kind).collect::<Vec<_>>(),
        [EventKind::Created, EventKind::Edited]
    );
    assert!(state.open.is_empty());
}

#[test]
fn what_is_not_shown_is_believed_only_after_a_while_and_what_is_shown_at_once() {
    let mut state = State::new("7", NOW);
    state.fold(&Record::new(1, NOW, Change::Intent(Box::new(intent(IntentKind::Create, 2)))));
    let after = |seconds| NOW + SignedDuration::from_secs(seconds);
    let seen = live(2, Status::Pending);
    let nothing = LiveIndex::<&Live>::new([]);
    assert_eq!(patience(&state, NOW, &nothing), Some(LAG));
    assert_eq!(patience(&state, after(4), &nothing), Some(SignedDuration::from_secs(1)));
    assert_eq!(patience(&state, after(5), &nothing), None);
    assert_eq!(patience(&state, NOW, &LiveIndex::new([&seen])), None);
    // A clock that went back.
    assert_eq!(patience(&state, NOW - SignedDuration::from_hours(9), &nothing), Some(LAG));
}
