//! `capability`: what this account's provider cannot express.

use super::{Context, Draft, Rule};
use crate::{
    plan::{ActionKind, Reason},
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
    let content = &draft.desired?.content;
    if content.parameter_format == ParameterFormat::Named && !context.facts().capabilities.named_parameters {
        let reason = format!("{} has no named parameters", context.facts().provider);
        return Some(
            Reason::blocked(RULE.id, reason).remedy("leave `parameter_format` out: names are then submitted by number"),
        );
    }
    if !context.facts().has_app && !context.facts().sandbox && uploads_media(content) {
        let reason = "media samples are uploaded to an app, and this account names none";
        return Some(Reason::blocked(RULE.id, reason).remedy("write `app_id` in the account"));
    }
    None
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
