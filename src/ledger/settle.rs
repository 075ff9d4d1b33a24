//! Settling open intents: what became of a write whose answer nobody saw, judged by what the account shows. Pure.
//!
//! Nothing is repeated here; where the account does not decide it, the intent stays open.

use std::collections::HashMap;

use super::{Intent, IntentKind, Outcome, State};
use crate::template::{
    Live, TemplateKey,
    normal::{Normal, Scope},
};

/// What became of one open intent.
#[derive(Debug, Clone, PartialEq)]
pub struct Settlement {
    /// Sequence number of the intent.
    pub intent: u64,
    /// The verdict.
    pub outcome: Outcome,
}

/// Judges every open intent of a ledger by a complete listing of the account.
#[must_use]
pub fn settle(state: &State, live: &[Live]) -> Vec<Settlement> {
    if state.open.is_empty() {
        return Vec::new();
    }
    // What is on its way out says nothing about what took its place.
    let present = live.iter().filter(|live| !live.status.is_leaving());
    let present: HashMap<&TemplateKey, &Live> = present.map(|live| (&live.key, live)).collect();
    let verdict = |(seq, intent): (&u64, &Intent)| {
        judge(intent, present.get(&intent.key()).copied()).map(|outcome| Settlement { intent: *seq, outcome })
    };
    state.open.iter().filter_map(verdict).collect()
}

fn judge(intent: &Intent, live: Option<&Live>) -> Option<Outcome> {
    let failed = |reason: &str| Some(Outcome::Failed { code: None, reason: reason.to_owned() });
    let shows = |wanted: &Option<Normal>, live: &Live, scope: Scope| {
        wanted.as_ref().is_some_and(|wanted| {
            let seen = Normal::of(&live.content).seen_by(wanted, &live.unreadable, Some(wanted)).normal;
            seen.fingerprint(scope) == wanted.fingerprint(scope)
        })
    };
    let holds = |wanted: &Option<Normal>, live: &Live| shows(wanted, live, Scope::Content);
    let another = |live: &Live| intent.id.as_ref().is_some_and(|id| *id != live.id);
    match (intent.kind, live) {
        (IntentKind::Create, None) => failed("the account does not show it: it was not created"),
        // Somebody else may have created other content under the name meanwhile: that is not ours.
        (IntentKind::Create, Some(live)) if holds(&intent.desired, live) => {
            Some(Outcome::Applied { id: Some(live.id.clone()) })
        }
        (IntentKind::Create, Some(_)) => failed("the account shows other content under that name"),
        (IntentKind::Edit, None) => failed("the template is gone from the account"),
        (IntentKind::Edit, Some(live)) if another(live) => failed("the template is gone, another one took its place"),
        (IntentKind::Edit, Some(live)) => match (holds(&intent.desired, live), holds(&intent.before, live)) {
            (true, false) => Some(Outcome::Applied { id: None }),
            (false, true) => failed("the account shows the old content"),
            // Old and new look alike: what was to change is a sample, or a category or field that says nothing here.
            (true, true) => {
                let samples = |wanted| shows(wanted, live, Scope::WithSamples);
                (samples(&intent.desired) && !samples(&intent.before)).then_some(Outcome::Applied { id: None })
            }
            // Neither old nor new: somebody edited after us, or instead of us. It may have cost an edit.
            (false, false) => None,
        },
        (IntentKind::Delete, None) => Some(Outcome::Applied { id: None }),
        (IntentKind::Delete, Some(live)) if another(live) => Some(Outcome::Applied { id: None }),
        (IntentKind::Delete, Some(_)) => failed("the account still shows it"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jiff::Timestamp;

    use super::*;
    use crate::template::{Body, Category, Content, Samples, Status};

    fn content(text: &str) -> Content {
        let body = Body::Text { text: text.into(), samples: Samples::default(), extra: Default::default() };
        Content { body: Some(body), ..Content::default() }
    }

    fn live(id: &str, status: Status, content: &Content) -> Live {
        Live {
            id: id.into(),
            key: TemplateKey::new("bell", "en"),
            status,
            category: Category::Utility,
            previous_category: None,
            correct_category: None,
            rejected_reason: None,
            quality: None,
            updated_at: None,
            content: content.clone(),
            unreadable: BTreeSet::new(),
        }
    }

    /// What an open intent on template 7 turns out to be.
    fn judged(kind: IntentKind, before: &Content, desired: &Content, shown: &[Live]) -> Option<Outcome> {
        let intent = Intent {
            kind,
            name: "bell".into(),
            language: "en".into(),
            id: (kind != IntentKind::Create).then(|| "7".to_owned()),
            owner: "shop".into(),
            category: Some(Category::Utility),
            desired: Some(Normal::of(desired)),
            before: Some(Normal::of(before)),
            status: Some(Status::Approved),
            at: Timestamp::UNIX_EPOCH,
        };
        let mut state = State::new("1", Timestamp::UNIX_EPOCH);
        state.open.insert(1, intent);
        settle(&state, shown).pop().map(|settled| settled.outcome)
    }

    #[test]
    fn an_edit_of_what_the_account_hides_is_not_taken_for_done() {
        let (before, mut desired) = (content("Hi"), content("Hi"));
        desired.send_type = Some("DIRECT".into());
        let mut shown = live("7", Status::Approved, &before);
        shown.unreadable.insert("send_type".into());
        assert_eq!(judged(IntentKind::Edit, &before, &desired, &[shown.clone()]), None);
        // Nor one that asks for another category alone.
        assert_eq!(judged(IntentKind::Edit, &before, &before, &[shown]), None);
    }

    #[test]
    fn an_edit_is_told_by_what_is_shown() {
        let (before, desired) = (content("Hi"), content("Ho"));
        let edit = |shown: &Content| judged(IntentKind::Edit, &before, &desired, &[live("7", Status::Pending, shown)]);
        assert_eq!(edit(&desired), Some(Outcome::Applied { id: None }));
        assert!(matches!(edit(&before), Some(Outcome::Failed { .. })));
        assert_eq!(edit(&content("Hm")), None);
    }

    #[test]
    fn what_is_on_its_way_out_hides_nothing() {
        let (old, new) = (content("Hi"), content("Ho"));
        let shown = [live("8", Status::Approved, &new), live("7", Status::PendingDeletion, &old)];
        let created = judged(IntentKind::Create, &old, &new, &shown);
        assert_eq!(created, Some(Outcome::Applied { id: Some("8".into()) }));
    }

    #[test]
    fn another_template_under_the_name_is_another_template() {
        let text = content("Hi");
        let shown = [live("8", Status::Approved, &text)];
        assert_eq!(judged(IntentKind::Delete, &text, &text, &shown), Some(Outcome::Applied { id: None }));
        assert!(matches!(judged(IntentKind::Edit, &content("Ho"), &text, &shown), Some(Outcome::Failed { .. })));
    }
}
