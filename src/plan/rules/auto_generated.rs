//! `auto-generated`: templates that the provider makes by itself are its own.

use super::{Context, ProposedAction, Rule};
use crate::{
    plan::{ActionKind, Reason},
    template::{Live, live::MADE_BY},
};

pub(super) const RULE: Rule = Rule {
    id: "auto-generated",
    summary: "A template that the provider made by itself (Direct Send) can be neither edited nor deleted, and is not adopted. \
        The account shows it with `source: AUTO_GENERATED`, or the provider said so when it refused an edit or a deletion. \
        Where the API does not know `source`, nothing is pruned that no apply created or edited within 30 days, and nothing is \
        taken over.",
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
        (false, None) if is_open(draft, live, context) => {
            let reason = format!(
                "the provider's API does not show `{MADE_BY}`: nobody can tell whether it made this template by itself \
                 (Direct Send)"
            );
            let remedy = match draft.kind {
                ActionKind::Delete => "if it is yours, name it under `removed`".to_owned(),
                _ => format!(
                    "if it is yours, bring it into git first, then change it: letterpress import --select {}",
                    draft.key
                ),
            };
            return Some(Reason::blocked(RULE.id, reason).remedy(remedy));
        }
        (false, None) => return None,
    };
    let remedy = match draft.kind {
        ActionKind::Delete => "take it out of `removed`, or write `keep: true` there",
        _ => "take it out of the files, and use another name for a template of your own",
    };
    Some(Reason::blocked(RULE.id, reason).remedy(remedy))
}

/// Whether nobody can tell that the provider did not make a template that nobody named: one that is to be pruned or taken over.
pub(super) fn is_open(draft: &ProposedAction<'_>, live: &Live, context: &Context<'_>) -> bool {
    let facts = context.facts();
    let named = || {
        let of = |languages: &[String]| languages.is_empty() || languages.contains(&draft.key.language);
        let mut removed = facts.removed.iter().filter(|removal| removal.name == draft.key.name);
        facts.consent.retire.contains(&draft.key.name) || removed.any(|removal| of(&removal.languages))
    };
    let doubtful = match draft.kind {
        ActionKind::Edit => draft.entry.is_none(),
        ActionKind::Delete => !named(),
        _ => false,
    };
    doubtful && facts.unknown_fields.contains(&MADE_BY) && !context.account.auto_generated.excludes(&live.key)
}
