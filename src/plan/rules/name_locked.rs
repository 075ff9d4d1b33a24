//! `name-locked`: a deleted name cannot be used again for 30 days.

use super::{
    context::Context,
    rule::{Check, Rule},
};
use crate::plan::{ActionKind, Reason, RuleId, history::LockReason, proposed_action::ProposedAction};

pub(super) const RULE: Rule = Rule {
    id: RuleId::NameLocked,
    summary: "A name and language that was deleted while approved cannot be created again for 30 days; when the last \
        language of a name went, that holds for the whole name. A paused or archived one counts as approved: the sources do not say.",
    source: "Meta, template-management page, 2026-09-11; the language-wise lock is seen in captured answers (2388023)",
    remedy: "Use a new name, or wait until the time that the plan names.",
    checks: &[Check::Action(check)],
};

fn check(proposed: &ProposedAction<'_>, context: &Context<'_>) -> Option<Reason> {
    if proposed.kind != ActionKind::Create {
        return None;
    }
    let others = context.account.live_languages.contains_key(proposed.key.name.as_str());
    let lock = context.account.history.lock(&proposed.key, others)?;
    let when = |at: jiff::Timestamp| at.strftime("%Y-%m-%d %H:%M UTC").to_string();
    let reason = match lock.why {
        LockReason::Language(at) => format!("it was deleted at {}, and its name is locked for 30 days", when(at)),
        LockReason::LastLanguage(at) => {
            format!(
                "the last language of {} was deleted at {}, and the name is locked for 30 days",
                proposed.key.name,
                when(at)
            )
        }
        LockReason::Refused(at) => {
            format!("the provider said at {} that this language is being deleted; that lasts 30 days at most", when(at))
        }
    };
    Some(Reason { until: Some(lock.until), ..Reason::blocked(RULE.id, reason).remedy(RULE.remedy) })
}
