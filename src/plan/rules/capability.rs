//! `capability`: what this account's provider cannot express.

use super::{
    context::Context,
    needs,
    needs::Need,
    rule::{Check, Rule},
};
use crate::{
    capability::{Feature, Submission},
    plan::{ActionKind, MediaRoute, Reason, RuleId, proposed_action::ProposedAction, submission},
    source::Desired,
    template::{Content, diff::Change, normal},
};

pub(super) const RULE: Rule = Rule {
    id: RuleId::Capability,
    summary: "Content that this provider or account cannot hold.",
    source: "The capability tables of the providers, checked 2026-11",
    remedy: "See the remedy in the plan.",
    checks: &[Check::EveryReason(check)],
};

/// All that stands in the way: one reason for each feature that the provider does not have; where it has all of them, what
/// its client could not send nevertheless.
fn check(proposed: &ProposedAction<'_>, context: &Context<'_>) -> Vec<Reason> {
    let facts = context.facts();
    let Some(desired) = proposed.desired.filter(|_| matches!(proposed.kind, ActionKind::Create | ActionKind::Edit))
    else {
        return Vec::new();
    };
    let mut reasons: Vec<Reason> = Vec::new();
    if proposed.kind == ActionKind::Edit && !facts.capabilities.has(Feature::Edit) {
        let reason = format!("{} edits no template", facts.capabilities.title);
        let remedy =
            "write it under a new name with `lifecycle: {replaces: …}`, or `lifecycle: {ignore: […]}` for the part";
        reasons.push(Reason::blocked(RULE.id, reason).remedy(remedy));
    }
    if let Some(setting) = fixed(proposed) {
        let reason = format!("no edit changes `{setting}`: it stays as the template was created");
        let remedy = match setting {
            "extra" => "write in the family's `extra` what the account holds; `letterpress import` shows it".to_owned(),
            _ => format!("use a new name with `lifecycle: {{replaces: …}}`, or `lifecycle: {{ignore: [{setting}]}}`"),
        };
        reasons.push(Reason::blocked(RULE.id, reason).remedy(remedy));
    } else if let Some(setting) = left_out(proposed) {
        let reason = format!("an edit changes only the settings that it names: `{setting}` would stay as it is");
        let remedy = format!("write the value that is wanted, or `lifecycle: {{ignore: [{setting}]}}`");
        reasons.push(Reason::blocked(RULE.id, reason).remedy(remedy));
    }
    reasons.extend(late_price(proposed));
    reasons.extend(endless(proposed));
    // Then nothing else of the template is sent.
    if proposed.setting_alone(facts.capabilities).is_some() {
        return reasons;
    }
    let category = proposed.held_as(context.account).unwrap_or(&desired.category);
    let missing = needs::of(&desired.content, category, facts.capabilities.passthrough_fields).into_iter();
    let missing: Vec<Need> = missing.filter(|(need, _)| !facts.capabilities.has(*need)).collect();
    if missing.is_empty() {
        reasons.extend(unsendable(proposed, desired, context));
    }
    reasons.extend(missing.into_iter().map(|(need, path)| {
        let reason = format!("{} takes no {} (`{path}`)", facts.capabilities.title, need.words());
        Reason::blocked(RULE.id, reason).remedy(way_out(need, &path, facts.identity.account.as_str()))
    }));
    reasons.extend(
        unreachable_media(&desired.content, facts.media)
            .map(|(reason, remedy)| Reason::blocked(RULE.id, reason).remedy(remedy)),
    );
    reasons
}

/// What the client could not send of what the action would hand to it.
fn unsendable(proposed: &ProposedAction<'_>, desired: &Desired, context: &Context<'_>) -> Option<Reason> {
    let facts = context.facts();
    let submission = Submission {
        key: proposed.key.clone(),
        category: proposed.submitted_category(),
        content: submission::content(desired, proposed.live),
    };
    let held = proposed.live.filter(|_| proposed.kind == ActionKind::Edit);
    let part = facts.capabilities.unsendable(&submission, held)?;
    let remedy = part.mend.map_or_else(|| without(&part.path, facts.identity.account.as_str()), str::to_owned);
    Some(Reason::blocked(RULE.id, part.to_string()).remedy(remedy))
}

/// What to write instead.
fn way_out(need: Feature, path: &str, account: &str) -> String {
    match need {
        Feature::NamedParameters => "leave `parameter_format` out: names are then submitted by number".to_owned(),
        Feature::DocumentSample => {
            format!("give the header another format for this account: `per_account: {{{account}: {{header: …}}}}`")
        }
        Feature::SecurityRecommendation => {
            format!("`per_account: {{{account}: {{body: {{add_security_recommendation: false}}}}}}`")
        }
        Feature::SeveralApps => {
            format!(
                "keep one app for this account: `per_account: {{{account}: {{buttons: [{{supported_apps: […]}}]}}}}`"
            )
        }
        Feature::FlowByDefinition => "name the flow by `flow_id`".to_owned(),
        Feature::BareOneTap => "write `autofill_text` and one of `supported_apps`".to_owned(),
        Feature::Carousel | Feature::Unmodelled | Feature::Library => {
            format!("leave this account out of the family: `accounts: [\"!{account}\"]`, or name the others")
        }
        _ => without(path, account),
    }
}

/// How to do without a part for one account.
fn without(path: &str, account: &str) -> String {
    let part = path.split(['.', '[']).next().unwrap_or(path);
    match part {
        // A list keeps its length: a button cannot be taken out of it for one account.
        "buttons" | "carousel" => format!(
            "give this account its own list (`per_account: {{{account}: {{{part}: …}}}}`), or leave it out of the family's \
             `accounts` (`!{account}`)"
        ),
        "language" | "category" | "body" | "name" => {
            format!("leave this account out of the family: `accounts: [\"!{account}\"]`, or name the others")
        }
        _ => format!("take it out for this account: `per_account: {{{account}: {{{part}: null}}}}`"),
    }
}

/// Samples of media that cannot get from here to the provider, and what helps.
fn unreachable_media(content: &Content, route: MediaRoute) -> Option<(String, String)> {
    let (files, urls) = needs::media(content);
    match route {
        MediaRoute::NoApp if files || urls => Some((
            "media samples are uploaded to an app, and this account names none".to_owned(),
            "write `app_id` in the account".to_owned(),
        )),
        MediaRoute::NotPublic if files => Some((
            "the provider takes media samples as public URLs, and this account does not say where local files are public"
                .to_owned(),
            "write `media_base_url: https://…` in the account, or an https URL as `example`".to_owned(),
        )),
        MediaRoute::Upload | MediaRoute::Public | MediaRoute::NoApp | MediaRoute::NotPublic => None,
    }
}

/// Settings that nothing takes away again once they are there. Only components are known to be replaced as a whole (Meta,
/// template-management page, 2026-09-11); where a provider would reset the rest after all, a value does no harm.
const STAYING: &[&str] = &[
    "sub_category",
    "message_send_ttl_seconds",
    "display_format",
    "cta_url_link_tracking_opted_out",
    "is_primary_device_delivery_only",
    "degrees_of_freedom_spec",
    "optimization_spec",
];

/// Settings of a create that no edit carries (Meta, message-template-api reference, 2026-09-11; the other providers have
/// fewer).
const FIXED: &[&str] = &[
    "disable_ios_autofill",
    "send_type",
    "library_template_name",
    "library_template_button_inputs",
    "library_template_body_inputs",
    "extra",
];

/// A maximum price that a template was created without (Meta, marketing-messages changelog, 2026-06-18).
fn late_price(proposed: &ProposedAction<'_>) -> Option<Reason> {
    let added = |change: &Change| change.path == "optimization_spec" && change.before.is_none();
    if proposed.kind != ActionKind::Edit || !proposed.changes.iter().any(added) {
        return None;
    }
    let reason = "`optimization_spec` cannot be added to a template that was created without it";
    let remedy = "use a new name with `lifecycle: {replaces: …}`, or `lifecycle: {ignore: [optimization_spec]}`";
    Some(Reason::blocked(RULE.id, reason).remedy(remedy))
}

/// An edit to a time to live of -1 (30 days): the provider takes that as an edit of nothing (one provider's API documents,
/// 2026-11; Meta's page is silent).
fn endless(proposed: &ProposedAction<'_>) -> Option<Reason> {
    let endless =
        |change: &Change| change.path == normal::TTL && change.after.as_ref().is_some_and(|after| *after == -1);
    if proposed.kind != ActionKind::Edit || !proposed.changes.iter().any(endless) {
        return None;
    }
    let reason =
        "no edit sets `message_send_ttl_seconds` to -1: that is for creates, and the provider takes it as nothing";
    let remedy = "write the seconds that are wanted, use a new name with `lifecycle: {replaces: …}`, or leave it as the account \
        has it: `lifecycle: {ignore: [message_send_ttl_seconds]}`";
    Some(Reason::blocked(RULE.id, reason).remedy(remedy))
}

/// A setting that is to change and cannot.
fn fixed<'d>(proposed: &'d ProposedAction<'_>) -> Option<&'d str> {
    let changed = proposed.changes.iter().filter(|_| proposed.kind == ActionKind::Edit);
    let parts = changed.filter_map(|change| change.path.split(['.', '[']).next());
    parts.into_iter().find(|part| FIXED.contains(part))
}

/// A setting that the account holds and an edit would leave out.
fn left_out<'d>(proposed: &'d ProposedAction<'_>) -> Option<&'d str> {
    let gone = proposed.changes.iter().filter(|change| change.after.is_none() && proposed.kind == ActionKind::Edit);
    gone.map(|change| change.path.as_str()).find(|path| STAYING.contains(path))
}
