//! From facts to the plan of one account: which actions there are, in which order, and what every rule says of them.

use std::collections::HashSet;

use super::{
    account::Account,
    account_plan::{AccountPlan, Estimate, Protection},
    action::{Action, Remember, Submit, Verdict},
    compare::{Comparison, desired_fingerprint},
    facts::Facts,
    ids::{ActionKind, ObservationId, Tier, VerdictState},
    observation::Observation,
    observe, owners,
    proposed_action::{Proposal, ProposedAction},
    rules::{self, Context},
    submission,
};
use crate::{
    capability::{Call, Capabilities, Feature},
    template::{
        Status, TemplateKey,
        normal::{self, NormalForm},
        present,
    },
};

/// Makes the plan of one account.
#[must_use]
pub fn reconcile(facts: &Facts<'_>) -> AccountPlan {
    let account = Account::index(facts);
    let mut observations = Vec::new();
    let mut proposals = account.propose_desired(&mut observations);
    let released = account.propose_removed(&mut proposals);
    account.propose_left_over(&released, &mut proposals, &mut observations);
    proposals.sort_by(|a, b| (order(a.action.kind), &a.action.key).cmp(&(order(b.action.kind), &b.action.key)));

    let creates = proposals.iter_mut().filter(|proposal| proposal.action.kind == ActionKind::Create);
    for (creates_before, proposal) in creates.enumerate() {
        proposal.action.creates_before = creates_before;
    }
    let deletions = proposals.iter().filter(|proposal| proposal.action.kind == ActionKind::Delete);
    let deleting = deletions.map(|proposal| proposal.action.key.clone()).collect();
    let context = Context { account: &account, deleting: &deleting };
    let numbered = proposals.into_iter().enumerate();
    let mut actions: Vec<Action> =
        numbered.map(|(at, proposal)| account.action(at.saturating_add(1), proposal, &context)).collect();
    rules::review_whole_plan(&mut actions, facts);
    account.plan(actions, released, observations)
}

/// Execution order.
const fn order(kind: ActionKind) -> u8 {
    match kind {
        ActionKind::Edit => 0,
        ActionKind::Create => 1,
        ActionKind::Delete => 2,
        ActionKind::Adopt => 3,
    }
}

impl<'a> Account<'a> {
    fn action(&self, number: usize, proposal: Proposal<'a>, context: &Context<'_>) -> Action {
        let Proposal { action: proposed, comparison, mut notes } = proposal;
        let verdict = Verdict::of(rules::reasons(&proposed, context));
        // What an edit brings with it is only noted where the edit can be made.
        if proposed.kind == ActionKind::Edit && matches!(verdict.state, VerdictState::Ready | VerdictState::NeedsFlag) {
            notes.extend(edit_notes(&proposed, comparison.as_ref(), self.facts.capabilities));
        }
        let content = proposed.desired.map(|desired| submission::content(desired, proposed.live));
        let remember = content.as_ref().zip(proposed.desired).map(|(content, desired)| Remember {
            category: desired.category.clone(),
            applied: NormalForm::of(content),
            protect: self.protected.contains(desired.key.name.as_str()),
        });
        let submits = matches!(proposed.kind, ActionKind::Create | ActionKind::Edit);
        let category = proposed.submitted_category();
        let alone = proposed.setting_alone(self.facts.capabilities);
        let submit = content.filter(|_| submits).map(|content| match alone {
            Some(field) => Submit::setting(field, &content),
            None => Submit { category, content },
        });
        Action {
            id: number.to_string(),
            kind: proposed.kind,
            location: proposed.desired.map(|desired| (self.facts.locate)(desired.span)),
            live: proposed.live.cloned(),
            live_fingerprint: match (&comparison, proposed.live) {
                (Some(comparison), _) => Some(comparison.live_fingerprint.clone()),
                (None, Some(live)) if proposed.kind == ActionKind::Delete => {
                    Some(NormalForm::of(&live.content).fingerprint(self.scope))
                }
                (None, _) => None,
            },
            desired_fingerprint: proposed.desired.map(|desired| desired_fingerprint(desired, self.scope)),
            about: proposed.desired.map(|desired| desired.about.clone()).unwrap_or_default(),
            key: proposed.key,
            verdict,
            changes: proposed.changes,
            hand_edit: proposed.hand_edit,
            changed_in_git: proposed.changed_in_git,
            breaks_senders: proposed.breaks,
            notes,
            submit,
            remember,
        }
    }

    fn plan(
        &self,
        actions: Vec<Action>,
        released: Vec<TemplateKey>,
        mut observations: Vec<Observation>,
    ) -> AccountPlan {
        let facts = self.facts;
        let acting: HashSet<&TemplateKey> = actions.iter().map(|action| &action.key).collect();
        if facts.ledger.is_none() {
            let detail = "there is no ledger for this WABA: nothing counts as managed, and earlier edits are not known";
            observations.push(Observation::general(ObservationId::NoLedger, detail));
        }
        let others = owners::others_alone(facts);
        if owners::is_renamed(facts, &others) {
            observations.push(Observation::general(ObservationId::Renamed, owners::sentence(&others, facts.workspace)));
        }
        if facts.template_limit.is_none() && actions.iter().any(|action| action.kind == ActionKind::Create) {
            let detail = format!(
                "the account does not say how many templates it may hold: {} assumed",
                rules::account_capacity::ASSUMED_LIMIT
            );
            observations.push(Observation::general(ObservationId::AssumedLimit, detail));
        }
        let (mut managed, mut unchanged, mut unmanaged) = (0, 0, 0);
        for live in present(facts.live) {
            let entry = self.entry(&live.key);
            let desired = self.desired.get(&live.key).copied();
            let auto_generated = self.auto_generated.holds(live);
            if auto_generated && !facts.policy.ignore.matches(&live.key.name) {
                observations.push(observe::auto_generated(live, self.is_ours(entry)));
            }
            if self.is_ours(entry) {
                managed += 1;
                unchanged += usize::from(facts.selection.takes(&live.key) && !acting.contains(&live.key));
            } else if desired.is_none() && !auto_generated && !facts.policy.ignore.matches(&live.key.name) {
                match entry {
                    Some(entry) => observations.push(Observation::about(
                        Tier::Report,
                        ObservationId::ManagedByOther,
                        &live.key,
                        format!("managed by {}", entry.owner),
                    )),
                    None => {
                        unmanaged += 1;
                        let detail = format!("{} {}, not in the YAML", live.status, live.category);
                        observations.push(Observation::about(
                            Tier::Report,
                            ObservationId::Unmanaged,
                            &live.key,
                            detail,
                        ));
                    }
                }
            }
            if facts.selection.takes(&live.key) && !auto_generated && (self.is_ours(entry) || desired.is_some()) {
                observations.extend(observe::of_template(facts, live, desired, entry, self.scope));
            }
        }
        observations.extend(observe::of_clocks(facts));
        observations.extend(observe::unknown_fields(facts));
        observations.extend(self.vanished());
        observations.extend(released.iter().map(|key| {
            Observation::about(
                Tier::Report,
                ObservationId::Released,
                key,
                "no longer managed from the next apply on; it stays live",
            )
        }));
        let protections = self.protections();
        observations.extend(protections.iter().map(|protection| {
            let detail = match protection.protected {
                true => "`lifecycle.protect` is remembered from the next apply on, also without its file",
                false => "no longer protected from the next apply on",
            };
            Observation::about(Tier::Report, protection.observation(), &protection.key, detail)
        }));
        AccountPlan {
            identity: facts.identity.clone(),
            error: None,
            ledger_present: facts.ledger.is_some(),
            live: self.live_count,
            managed,
            unchanged,
            unmanaged,
            template_limit: facts.template_limit,
            requests: facts.requests,
            estimate: estimate(&actions, facts.capabilities),
            actions,
            observations,
            released,
            protections,
            approvals: self.approvals(),
            redates: observe::redates(facts),
        }
    }

    /// Managed templates of wanted names whose files say otherwise of `lifecycle.protect` than was applied: all languages
    /// of a name, also those that left the file.
    fn protections(&self) -> Vec<Protection> {
        let ours =
            self.entries().filter(|entry| self.is_ours(Some(*entry)) && self.facts.selection.takes(&entry.key()));
        ours.filter(|entry| self.desired_languages.contains_key(entry.name.as_str()))
            .map(|entry| (entry, self.protected.contains(entry.name.as_str())))
            .filter(|(entry, protected)| entry.protected != *protected)
            .map(|(entry, protected)| Protection { key: entry.key(), protected })
            .collect()
    }

    /// Successors that are approved and of which no apply has written down when: `keep_for` counts from there.
    fn approvals(&self) -> Vec<TemplateKey> {
        let successors: HashSet<&str> = self.successors.values().map(|successor| successor.name).collect();
        let selected = self.facts.desired.iter().filter(|desired| successors.contains(desired.key.name.as_str()));
        selected
            .filter(|desired| self.shown(&desired.key).is_some_and(|live| live.status == Status::Approved))
            .filter(|desired| {
                let entry = self.entry(&desired.key);
                self.is_ours(entry) && entry.is_some_and(|entry| entry.approved_at.is_none())
            })
            .map(|desired| desired.key.clone())
            .collect()
    }

    /// Managed templates that the account no longer shows.
    fn vanished(&self) -> Vec<Observation> {
        self.entries()
            .filter(|entry| entry.owner == self.facts.workspace && self.facts.selection.takes(&entry.key()))
            .filter(|entry| self.present(&entry.key()).is_none())
            .map(|entry| {
                Observation::about(
                    Tier::Gating,
                    ObservationId::Drift,
                    &entry.key(),
                    "managed, but gone from the account",
                )
            })
            .collect()
    }
}

/// What comes of an edit that is made.
fn edit_notes(
    proposed: &ProposedAction<'_>,
    comparison: Option<&Comparison>,
    capabilities: &Capabilities,
) -> Vec<String> {
    let mut notes = Vec::new();
    let alone = proposed.setting_alone(capabilities);
    if comparison.is_some_and(|comparison| comparison.ttl_cleared) && alone.is_none() {
        notes.push("sets `message_send_ttl_seconds` again, which went when the provider moved the category".to_owned());
    }
    let sendable = proposed.live.is_some_and(|live| live.status == Status::Approved);
    match alone {
        // Meta says nothing about it; one provider's API documents do (2026-11).
        Some(normal::TTL) => notes.push("a time to live alone triggers no review (one source)".to_owned()),
        None if sendable => notes.push("in review until approved, possibly not sendable meanwhile".to_owned()),
        Some(_) | None => {}
    }
    notes
}

/// What applying takes at the least: a request for each write, and the time that the provider's own limits spread them over.
fn estimate(actions: &[Action], capabilities: &Capabilities) -> Estimate {
    let ready =
        || actions.iter().filter(|action| action.verdict.state == VerdictState::Ready && action.kind.is_change());
    let count = |kind| ready().filter(|action| action.kind == kind).count() as u64;
    let names: HashSet<&str> =
        ready().filter(|action| action.kind == ActionKind::Delete).map(|action| action.key.name.as_str()).collect();
    let deletions = match capabilities.has(Feature::DeleteLanguage) {
        true => count(ActionKind::Delete),
        // One request takes all languages of a name along.
        false => names.len() as u64,
    };
    let calls =
        [(Call::Create, count(ActionKind::Create)), (Call::Edit, count(ActionKind::Edit)), (Call::Delete, deletions)];
    let requests = calls.iter().map(|(_, count)| count).sum();
    Estimate { requests, at_least_seconds: capabilities.least_time(&calls).as_secs() }
}
