//! `auto-generated`: templates that the provider makes by itself are its own.

use super::{Context, ProposedAction, Rule};
use crate::plan::{ActionKind, Reason};

pub(super) const RULE: Rule = Rule {
    id: "auto-generated",
    summary: "A template that the provider made by itself (Direct Send) can be neither edited nor deleted, and is not adopted. \
        The account shows it with `source: AUTO_GENERATED`, or the provider said so when it refused an edit or a deletion.",
    source: "Meta, direct-send pages, 2026-07-31 (error subcodes 2388318 and 2388330)",
    remedy: "Use another name for a template of your own.",
};

pub(super) fn check(draft: &ProposedAction<'_>, context: &Context<'_>) -> Option<Reason> {
    let live = draft.live.filter(|_| draft.kind != ActionKind::Create)?;
    let reason = match (live.auto_generated, context.account.auto_generated.said(&live.key)) {
        (true, _) => "the provider made it by itself (Direct Send): it can be neither edited nor deleted".to_owned(),
        (false, Some(at)) => format!(
            "the provider said at {} that it made this template by itself (Direct Send): it can be neither edited nor deleted",
            at.strftime("%Y-%m-%d %H:%M UTC")
        ),
        (false, None) => return None,
    };
    let remedy = match draft.kind {
        ActionKind::Delete => "take it out of `removed`, or write `keep: true` there",
        _ => "take it out of the files, and use another name for a template of your own",
    };
    Some(Reason::blocked(RULE.id, reason).remedy(remedy))
}
