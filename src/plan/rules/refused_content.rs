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
    // Undoing a hand edit sends what was accepted before.
    let sends = match draft.kind {
        ActionKind::Create => true,
        ActionKind::Edit => draft.changed_in_git,
        ActionKind::Delete | ActionKind::Adopt => false,
    };
    let desired = draft.desired.filter(|_| sends)?;
    let findings = lint::refused(desired);
    let texts: Vec<String> = findings
        .iter()
        .filter(|finding| draft.kind == ActionKind::Create || finding.scope != lint::Scope::Create)
        .map(|finding| {
            let place = (context.facts().place)(lint::place(desired, &finding.path));
            format!("{} [{}] at {}:{}", finding.message, finding.code, place.file, place.line)
        })
        .collect();
    (!texts.is_empty()).then(|| Reason::blocked(RULE.id, texts.join("; ")).remedy(RULE.remedy))
}
