//! `refused-content`: content that the provider would refuse is not sent.

use super::{Context, Draft, Rule};
use crate::{
    lint,
    plan::{ActionKind, Reason},
};

pub(super) const RULE: Rule = Rule {
    id: "refused-content",
    summary: "A create or edit whose content breaks a limit for which the provider refuses it.",
    source: "Meta, pages on components, template review and error codes, 2026-09-11",
    remedy: "Mend the content; `letterpress validate` shows the line.",
};

pub(super) fn check(draft: &Draft<'_>, context: &Context<'_>) -> Option<Reason> {
    if !matches!(draft.kind, ActionKind::Create | ActionKind::Edit) {
        return None;
    }
    let desired = draft.desired?;
    let mut findings = lint::refused(desired);
    if draft.kind == ActionKind::Edit && !draft.changed_in_git {
        // Undoing a hand edit sends the same content that was accepted before.
        return None;
    }
    if draft.kind == ActionKind::Edit {
        // The category is not sent anew: what only speaks of creating does not matter.
        findings.retain(|finding| finding.code != lint::LEGACY_CATEGORY);
    }
    let texts: Vec<String> = findings
        .iter()
        .map(|finding| {
            let span = desired.spans.get(&finding.path).copied().unwrap_or(desired.span);
            let place = (context.facts.place)(span);
            format!("{} [{}] at {}:{}", finding.message, finding.code, place.file, place.line)
        })
        .collect();
    (!texts.is_empty()).then(|| Reason::blocked(RULE.id, texts.join("; ")).remedy(RULE.remedy))
}
