//! `capability`: what this account's provider cannot express.

use super::{Context, Draft, Rule};
use crate::{
    plan::{ActionKind, MediaRoute, Reason},
    provider::Feature,
    template::{Content, HeaderKind, MediaSource, ParameterFormat},
};

pub(super) const RULE: Rule = Rule {
    id: "capability",
    summary: "Content that this provider or account cannot hold.",
    source: "The capability tables of the providers, checked 2026-11",
    remedy: "See the remedy in the plan.",
};

pub(super) fn check(draft: &Draft<'_>, context: &Context<'_>) -> Option<Reason> {
    if !matches!(draft.kind, ActionKind::Create | ActionKind::Edit) {
        return None;
    }
    if let Some(setting) = left_out(draft) {
        let reason = format!("an edit changes only the settings that it names: `{setting}` would stay as it is");
        let remedy = format!("write the value that is wanted, or `lifecycle: {{ignore: [{setting}]}}`");
        return Some(Reason::blocked(RULE.id, reason).remedy(remedy));
    }
    let content = &draft.desired?.content;
    if content.parameter_format == ParameterFormat::Named && !context.facts().capabilities.has(Feature::NamedParameters)
    {
        let reason = format!("{} has no named parameters", context.facts().provider);
        return Some(
            Reason::blocked(RULE.id, reason).remedy("leave `parameter_format` out: names are then submitted by number"),
        );
    }
    if context.facts().media == MediaRoute::NoApp && uploads_media(content) {
        let reason = "media samples are uploaded to an app, and this account names none";
        return Some(Reason::blocked(RULE.id, reason).remedy("write `app_id` in the account"));
    }
    None
}

/// Settings that nothing takes away again once they are there. Only components are known to be replaced as a whole (Meta,
/// template-management page, 2026-09-11); where a provider would reset the rest after all, a value does no harm.
const STAYING: &[&str] = &[
    "message_send_ttl_seconds",
    "display_format",
    "cta_url_link_tracking_opted_out",
    "is_primary_device_delivery_only",
    "disable_ios_autofill",
    "send_type",
    "degrees_of_freedom_spec",
    "bid_spec",
];

/// A setting that the account holds and an edit would leave out.
fn left_out<'d>(draft: &'d Draft<'_>) -> Option<&'d str> {
    let gone = draft.changes.iter().filter(|change| change.after.is_none() && draft.kind == ActionKind::Edit);
    gone.map(|change| change.path.as_str()).find(|path| STAYING.contains(path))
}

/// Whether submitting this content uploads something.
fn uploads_media(content: &Content) -> bool {
    let cards = content.carousel.iter().flat_map(|carousel| &carousel.cards).filter_map(|card| card.header.as_ref());
    content.header.iter().chain(cards).any(|header| match &header.kind {
        HeaderKind::Media { sample: Some(sample), .. } => {
            matches!(sample.source, MediaSource::File(_) | MediaSource::Url(_))
        }
        _ => false,
    })
}
