//! Rules about buttons: labels, numbers, order, kinds.

use std::collections::BTreeMap;

use crate::{
    diagnostic::Severity,
    template::{ButtonKind, FlowReference},
};

use super::{
    Out, Rule, Scope, Subject,
    parts::{button_lists, buttons, kind_name},
    phones, sources,
    text::{characters, count, emoji, formatting_mark, has_double_braces, has_line_break},
};

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "LP160",
        title: "A label is too long",
        severity: Severity::Error,
        scope: Scope::Any,
        source: sources::COMPONENTS,
        explanation: "Labels of buttons have at most 25 characters.",
        mend: "shorten the label",
        check: length,
        bad: "buttons:\n  - {type: QUICK_REPLY, text: I will come to the workshop}\n",
        good: "buttons:\n  - {type: QUICK_REPLY, text: I will come}\n",
    },
    Rule {
        code: "LP161",
        title: "A label has braces of a variable, an emoji or a line break, or is empty",
        severity: Severity::Error,
        scope: Scope::Any,
        source: "Meta, template components page, 2026-05-06; its limited-time offer page speaks of a variable and is not believed",
        explanation: "Labels are fixed plain texts. Double braces are refused also where they are no variable, as in `Call {{`: braces of \
                      variables must match. An emoji is what Unicode shows as one by default or with a variation selector; `✓` and `★` \
                      are none.",
        mend: "use plain fixed words",
        check: plain,
        bad: "buttons:\n  - {type: QUICK_REPLY, text: I will come 🚲}\n",
        good: "buttons:\n  - {type: QUICK_REPLY, text: I will come}\n",
    },
    Rule {
        code: "LP162",
        title: "A label has formatting characters",
        severity: Severity::Error,
        scope: Scope::Any,
        source: sources::COMPONENTS,
        explanation: "Labels know no formatting, and the provider refuses formatting characters. What counts is a pair of `*`, `_`, `~` or \
                      `` ` `` around words, as WhatsApp formats messages: `*now*`, but neither `4* inn` nor `order_no_7`. The page \
                      gives no finer rule; the sandbox judges alike.",
        mend: "take the formatting out",
        check: formatting,
        bad: "buttons:\n  - {type: QUICK_REPLY, text: I *will* come}\n",
        good: "buttons:\n  - {type: QUICK_REPLY, text: I will come}\n",
    },
    Rule {
        code: "LP163",
        title: "Too many buttons",
        severity: Severity::Error,
        scope: Scope::Any,
        source: sources::COMPONENTS,
        explanation: "A template has at most ten buttons of all kinds together.",
        mend: "keep ten buttons at most",
        check: total,
        bad: "buttons: [{type: QUICK_REPLY, text: a}, {type: QUICK_REPLY, text: b}, {type: QUICK_REPLY, text: c}, {type: QUICK_REPLY, text: d}, {type: QUICK_REPLY, text: e}, {type: QUICK_REPLY, text: f}, {type: QUICK_REPLY, text: g}, {type: QUICK_REPLY, text: h}, {type: QUICK_REPLY, text: i}, {type: QUICK_REPLY, text: j}, {type: QUICK_REPLY, text: k}]\n",
        good: "buttons: [{type: QUICK_REPLY, text: a}, {type: QUICK_REPLY, text: b}]\n",
    },
    Rule {
        code: "LP164",
        title: "Too many buttons of one kind",
        severity: Severity::Error,
        scope: Scope::Any,
        source: sources::COMPONENTS,
        explanation: "Two URL buttons; one each of PHONE_NUMBER, COPY_CODE, FLOW, CATALOG, MPM, SPM, VOICE_CALL, OTP, ORDER_DETAILS and \
                      REQUEST_CONTACT_INFO. A card is counted by itself. For REQUEST_CONTACT_INFO, and for cards, no number is \
                      documented; the sandbox counts alike.",
        mend: "take the surplus buttons out",
        check: of_one_kind,
        bad: "buttons:\n  - {type: PHONE_NUMBER, text: Call Graz, phone_number: \"+43316000000\"}\n  - {type: PHONE_NUMBER, text: Call Linz, phone_number: \"+43732000000\"}\n",
        good: "buttons:\n  - {type: PHONE_NUMBER, text: Call Graz, phone_number: \"+43316000000\"}\n",
    },
    Rule {
        code: "LP165",
        title: "Quick replies and other buttons are mixed",
        severity: Severity::Error,
        scope: Scope::Any,
        source: sources::COMPONENTS,
        explanation: "All quick replies stand together and all other buttons stand together; which of the two comes first is free. \
                      Anything else is refused as an invalid combination.",
        mend: "put the quick replies together",
        check: mixed,
        bad: "buttons:\n  - {type: QUICK_REPLY, text: Yes}\n  - {type: PHONE_NUMBER, text: Call us, phone_number: \"+43316000000\"}\n  - {type: QUICK_REPLY, text: No}\n",
        good: "buttons:\n  - {type: QUICK_REPLY, text: Yes}\n  - {type: QUICK_REPLY, text: No}\n  - {type: PHONE_NUMBER, text: Call us, phone_number: \"+43316000000\"}\n",
    },
    Rule {
        code: "LP166",
        title: "A phone number that is none",
        severity: Severity::Error,
        scope: Scope::Any,
        source: "Meta, template components page, 2026-05-06; error 192 of the Graph reference",
        explanation: "At most 20 characters: seven to fifteen digits with the country code, a `+` before them, and blanks, hyphens, \
                      dots or brackets between them.",
        mend: "write the number with its country code, such as +43316000000",
        check: phones::form,
        bad: "buttons:\n  - {type: PHONE_NUMBER, text: Call us, phone_number: ask in the shop}\n",
        good: "buttons:\n  - {type: PHONE_NUMBER, text: Call us, phone_number: \"+43316000000\"}\n",
    },
    Rule {
        code: "LP167",
        title: "A coupon code is too long",
        severity: Severity::Error,
        scope: Scope::Any,
        source: sources::COUPON,
        explanation: "At most 20 characters since December 2025.",
        mend: "use a shorter code",
        check: code,
        bad: "category: MARKETING\nbuttons:\n  - {type: COPY_CODE, example: FERNWEHSPRING2027SALE}\n",
        good: "category: MARKETING\nbuttons:\n  - {type: COPY_CODE, example: FERNWEH2027}\n",
    },
    Rule {
        code: "LP168",
        title: "A coupon code may be too long",
        severity: Severity::Warning,
        scope: Scope::Any,
        source: "Meta, template components and limited-time offer pages (15 characters) against its changelog of 2025-12-03 (20)",
        explanation: "The provider's pages disagree: 15 characters are accepted for certain, 20 by the newest text. That holds beside a \
                      limited-time offer too.",
        mend: "use a code of 15 characters at most to be sure",
        check: long_code,
        bad: "category: MARKETING\nbuttons:\n  - {type: COPY_CODE, example: FERNWEHSPRING2027}\n",
        good: "category: MARKETING\nbuttons:\n  - {type: COPY_CODE, example: FERNWEH2027}\n",
    },
    Rule {
        code: "LP169",
        title: "A flow button names no flow",
        severity: Severity::Error,
        scope: Scope::Any,
        source: sources::FLOWS,
        explanation: "A FLOW button takes exactly one of `flow_id`, `flow_name` and `flow_json`; an id is digits.",
        mend: "add the `flow_id`",
        check: flow,
        bad: "buttons:\n  - {type: FLOW, text: Choose a bike}\n",
        good: "buttons:\n  - {type: FLOW, text: Choose a bike, flow_id: \"1020304050\"}\n",
    },
];

fn length(subject: &Subject<'_>, out: &mut Out<'_>) {
    for (path, button) in buttons(subject.content) {
        for (field, text) in button.kind.labels() {
            let length = characters(text);
            if length > 25 {
                out.add(
                    format!("{path}.{field}"),
                    format!("the label has {length} characters, at most 25 are accepted"),
                );
            }
        }
    }
}

fn plain(subject: &Subject<'_>, out: &mut Out<'_>) {
    for (path, button) in buttons(subject.content) {
        for (field, text) in button.kind.labels() {
            let path = format!("{path}.{field}");
            if text.trim().is_empty() {
                out.add(path.clone(), "the label is empty");
            }
            if has_double_braces(text) {
                out.add(path.clone(), "the label has double braces, which only texts with variables have");
            }
            if emoji(text) > 0 {
                out.add(path.clone(), "the label has an emoji");
            }
            if has_line_break(text) {
                out.add(path, "the label has a line break");
            }
        }
    }
}

fn formatting(subject: &Subject<'_>, out: &mut Out<'_>) {
    for (path, button) in buttons(subject.content) {
        for (field, text) in button.kind.labels() {
            if let Some(mark) = formatting_mark(text) {
                out.add(format!("{path}.{field}"), format!("the label is formatted with `{mark}`"));
            }
        }
    }
}

fn total(subject: &Subject<'_>, out: &mut Out<'_>) {
    let total = subject.content.buttons.len();
    if total > 10 {
        out.add("buttons", format!("the template has {total} buttons, at most 10 are accepted"));
    }
}

fn of_one_kind(subject: &Subject<'_>, out: &mut Out<'_>) {
    for (path, list) in button_lists(subject.content) {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for (at, button) in list.iter().enumerate() {
            let kind = kind_name(&button.kind);
            let limit = match &button.kind {
                ButtonKind::Url { .. } => 2,
                ButtonKind::QuickReply { .. } | ButtonKind::Unmodelled { .. } => continue,
                ButtonKind::PhoneNumber { .. }
                | ButtonKind::CopyCode { .. }
                | ButtonKind::Otp(_)
                | ButtonKind::Flow { .. }
                | ButtonKind::Catalog
                | ButtonKind::Mpm
                | ButtonKind::Spm
                | ButtonKind::VoiceCall { .. }
                | ButtonKind::OrderDetails { .. }
                | ButtonKind::RequestContactInfo => 1,
            };
            let number = counts.entry(kind).or_default();
            *number += 1;
            if *number == limit + 1 {
                out.add(
                    format!("{path}[{at}]"),
                    format!("there are more than {}", count(limit, &format!("{kind} button"))),
                );
            }
        }
    }
}

fn mixed(subject: &Subject<'_>, out: &mut Out<'_>) {
    for (path, list) in button_lists(subject.content) {
        let quick: Vec<bool> = list.iter().map(|button| matches!(button.kind, ButtonKind::QuickReply { .. })).collect();
        let mut changes = (1..quick.len()).filter(|at| quick[*at] != quick[at - 1]).skip(1);
        if let Some(at) = changes.next() {
            out.add(format!("{path}[{at}]"), "quick replies and other buttons are mixed");
        }
    }
}

fn code_lengths(subject: &Subject<'_>) -> Vec<(String, usize)> {
    let length = |(path, button): (String, &crate::template::Button)| match &button.kind {
        ButtonKind::CopyCode { sample: Some(sample) } => Some((format!("{path}.sample"), characters(sample))),
        _ => None,
    };
    buttons(subject.content).into_iter().filter_map(length).collect()
}

fn code(subject: &Subject<'_>, out: &mut Out<'_>) {
    for (path, length) in code_lengths(subject) {
        if length > 20 {
            out.add(path, format!("the coupon code has {length} characters, at most 20 are accepted"));
        }
    }
}

fn long_code(subject: &Subject<'_>, out: &mut Out<'_>) {
    for (path, length) in code_lengths(subject) {
        if (16..=20).contains(&length) {
            out.add(
                path,
                format!("the coupon code has {length} characters, and some pages of the provider accept only 15"),
            );
        }
    }
}

fn flow(subject: &Subject<'_>, out: &mut Out<'_>) {
    for (path, button) in buttons(subject.content) {
        let ButtonKind::Flow { flow, .. } = &button.kind else { continue };
        let more = ["flow_name", "flow_json"].into_iter().find(|field| button.extra.contains_key(*field));
        if let Some(field) = more.filter(|_| *flow != FlowReference::Missing) {
            out.add(path.clone(), format!("the flow button names a flow twice: `{field}` is one too many"));
        }
        match flow {
            FlowReference::Id(id) if !id.is_empty() && !id.bytes().all(|byte| byte.is_ascii_digit()) => {
                out.add(path, format!("`{id}` is not the id of a flow"));
            }
            FlowReference::Id(text) | FlowReference::Name(text) | FlowReference::Json(text)
                if !text.trim().is_empty() => {}
            _ => out.add(path, "the flow button names no flow"),
        }
    }
}
