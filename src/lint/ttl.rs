//! Rules about how long the provider tries to deliver.

use crate::{diagnostic::Severity, template::Category};

use super::{Out, Rule, Scope, Subject, sources};

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "LP230",
        title: "The time to live is out of range",
        severity: Severity::Error,
        scope: Scope::Any,
        source: sources::TTL,
        explanation: "`message_send_ttl_seconds` is 30 to 900 (15 minutes) for AUTHENTICATION, 30 to 43200 (12 hours) for UTILITY, 43200 to \
                      2592000 (12 hours to 30 days) for MARKETING. AUTHENTICATION and UTILITY also take -1, which is 30 days, when they are created; an edit to -1 is taken as \
                      nothing (one provider's API documents, 2026-11), and a plan blocks it.",
        mend: "choose a time in the range of the category, or leave it out",
        check: range,
        bad: "category: UTILITY\nmessage_send_ttl_seconds: 86400\n",
        good: "category: UTILITY\nmessage_send_ttl_seconds: 3600\n",
    },
    Rule {
        code: "LP231",
        title: "A time to live on a marketing template",
        severity: Severity::Warning,
        scope: Scope::Any,
        source: sources::TTL,
        explanation: "The page describes it for the Marketing Messages API only; elsewhere it may be refused or ignored.",
        mend: "leave it out unless the template is sent over the Marketing Messages API",
        check: marketing,
        bad: "category: MARKETING\nmessage_send_ttl_seconds: 86400\n",
        good: "category: MARKETING\n",
    },
];

fn range(subject: &Subject<'_>, out: &mut Out<'_>) {
    let Some(seconds) = subject.content.message_send_ttl_seconds else { return };
    let (range, forever) = match subject.category {
        Category::Authentication => (30..=900, true),
        Category::Utility => (30..=43_200, true),
        Category::Marketing => (43_200..=2_592_000, false),
        Category::Other(_) => return,
    };
    let fits = range.contains(&seconds) || (forever && seconds == -1);
    if !fits {
        let (low, high, category) = (range.start(), range.end(), subject.category);
        let message = format!("{seconds} seconds are out of the range of {category}, {low} to {high}");
        out.add("message_send_ttl_seconds", message);
    }
}

fn marketing(subject: &Subject<'_>, out: &mut Out<'_>) {
    if *subject.category == Category::Marketing && subject.content.message_send_ttl_seconds.is_some() {
        out.add("message_send_ttl_seconds", "a time to live of MARKETING is known for the Marketing Messages API only");
    }
}
