//! Observations: what is worth knowing about an account and is no action.

use super::{
    clocks::{APART, difference, wrong_ledger},
    compare::{hand_edit, is_comparable},
    facts::Facts,
};
use crate::{
    ledger::Entry,
    source::Desired,
    template::{
        Category, Live, Status, TemplateKey,
        live::MADE_BY,
        normal::{self, Scope},
    },
    workspace::policy::Recategorized,
};

/// Something worth knowing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// Whether it should fail a build that asks for it.
    pub tier: Tier,
    /// What kind, `drift`, `recategorized`, `unmanaged` …
    pub rule: &'static str,
    /// The family.
    pub name: Option<String>,
    /// The language.
    pub language: Option<String>,
    /// The words.
    pub detail: String,
}

/// How serious an observation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tier {
    /// Managed content is not what was applied.
    Gating,
    /// Good to know.
    Report,
}

impl Tier {
    /// Its name in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gating => "gating",
            Self::Report => "report",
        }
    }
}

impl Observation {
    /// An observation about one template.
    pub(super) fn about(tier: Tier, rule: &'static str, key: &TemplateKey, detail: impl Into<String>) -> Self {
        Self { tier, rule, name: Some(key.name.clone()), language: Some(key.language.clone()), detail: detail.into() }
    }

    /// An observation about the account.
    pub(super) fn general(rule: &'static str, detail: impl Into<String>) -> Self {
        Self { tier: Tier::Report, rule, name: None, language: None, detail: detail.into() }
    }
}

/// What a managed or wanted template that is live gives to say.
pub(super) fn of_template(
    facts: &Facts<'_>,
    live: &Live,
    desired: Option<&Desired>,
    entry: Option<&Entry>,
    scope: Scope,
) -> Vec<Observation> {
    let mut out = Vec::new();
    let key = &live.key;
    if let Some(entry) = entry.filter(|entry| entry.owner == facts.workspace) {
        let ignored = desired.map_or(&[][..], |desired| &desired.lifecycle.ignore);
        let changes = hand_edit(live, entry, ignored, scope);
        if !changes.is_empty() {
            let parts: Vec<&str> = changes.iter().map(|change| change.path.as_str()).collect();
            let detail = format!("{} changed in the account since it was applied", parts.join(", "));
            out.push(Observation::about(Tier::Gating, "drift", key, detail));
        }
    }
    out.extend(category(facts, live, desired, entry));
    out.extend(status(live));
    out
}

/// What the provider's API was asked for and does not know.
pub(super) fn unknown_fields(facts: &Facts<'_>) -> Option<Observation> {
    let fields: Vec<String> = facts.unknown_fields.iter().map(|field| format!("`{field}`")).collect();
    (!fields.is_empty()).then(|| {
        let made_by = match facts.unknown_fields.contains(&MADE_BY) {
            true => {
                "; which templates the provider made by itself (Direct Send) cannot be told, so nothing is taken over, and \
                 pruned only what an apply created or edited within 30 days"
            }
            false => "",
        };
        let detail = format!(
            "the provider's API does not know {}: asked again without; what only that would say counts as not shown{made_by}",
            fields.join(", ")
        );
        Observation::general("unknown-fields", detail)
    })
}

/// A template that the provider made by itself.
pub(super) fn auto_generated(live: &Live, managed: bool) -> Observation {
    let managed = match managed {
        true => "; this workspace manages it, which has no effect: `removed` with `keep: true` releases it",
        false => "",
    };
    let detail = format!(
        "{} {}, made by the provider (Direct Send): nobody can edit or delete it{managed}",
        live.status, live.category
    );
    Observation::about(Tier::Report, "auto-generated", &live.key, detail)
}

fn category(facts: &Facts<'_>, live: &Live, desired: Option<&Desired>, entry: Option<&Entry>) -> Option<Observation> {
    let accepted = |category: &Category| desired.and_then(|desired| desired.accept_category.as_ref()) == Some(category);
    let applied = entry.map_or(&live.category, |entry| &entry.category);
    if *applied != live.category && !accepted(&live.category) {
        let tier = match facts.policy.recategorized {
            Recategorized::Report => Tier::Report,
            Recategorized::Fail => Tier::Gating,
        };
        let detail = format!("asked for as {applied}, the account holds it as {}{}", live.category, ttl(live, entry));
        return Some(Observation::about(tier, "recategorized", &live.key, detail));
    }
    let announced = live.correct_category.as_ref()?;
    (*announced != live.category && !accepted(announced)).then(|| {
        let detail = format!("the provider will move it from {} to {announced}", live.category);
        Observation::about(Tier::Report, "recategorization-announced", &live.key, detail)
    })
}

/// What else went with the move.
fn ttl(live: &Live, entry: Option<&Entry>) -> String {
    let moved = entry.filter(|entry| is_comparable(entry) && live.may_have_lost_ttl(&entry.category));
    let applied = moved.and_then(|entry| normal::at(&entry.applied.form, normal::TTL));
    applied.map_or_else(String::new, |ttl| format!("; its `{}` of {ttl} went with the move", normal::TTL))
}

/// What cannot be sent, and why.
fn status(live: &Live) -> Option<Observation> {
    let rule = match &live.status {
        Status::Approved => return None,
        Status::Pending => "pending",
        Status::Rejected => "rejected",
        Status::Paused => "paused",
        Status::Disabled => "disabled",
        Status::InAppeal => "in-appeal",
        Status::Archived => "archived",
        Status::PendingDeletion | Status::Deleted => "deleted",
        Status::LimitExceeded => "limit-exceeded",
        Status::Other(_) => "not-sendable",
    };
    let reason = live.rejected_reason.as_ref().map_or_else(String::new, |reason| format!(" ({reason})"));
    Some(Observation::about(Tier::Report, rule, &live.key, format!("{}{reason}", live.status)))
}

/// Whether the ledger's wrong times may be dated anew: nobody but the provider can say which of two clocks is right.
pub(super) fn redates(facts: &Facts<'_>) -> bool {
    facts.clocks.agree() && facts.ledger.is_some_and(|ledger| facts.clocks.yet_to_come(ledger).is_some())
}

/// What the clocks give to say.
pub(super) fn clocks(facts: &Facts<'_>) -> Vec<Observation> {
    let mut out = Vec::new();
    if let Some(ahead) = facts.clocks.provider_ahead.filter(|ahead| ahead.abs() > APART) {
        let text = format!("{}: times here are off by as much", difference(ahead));
        out.push(Observation::general("clock", text));
    }
    if let Some(latest) = facts.ledger.and_then(|ledger| facts.clocks.yet_to_come(ledger)) {
        let next = if facts.clocks.agree() { ", and the next apply dates them so" } else { "" };
        let text = format!("{}; they count as of now{next}", wrong_ledger(latest));
        out.push(Observation::general("ledger-clock", text));
    }
    out
}
