//! Rules about the numbers that buttons call.

use crate::{
    diagnostic::Severity,
    template::{ButtonKind, phone},
};

use super::{Out, Rule, Scope, Subject, parts::buttons, sources, text::characters};

/// Digits of a number with its country code (ITU E.164: at most 15; shorter ones are no numbers of a subscriber).
const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "LP173",
        title: "A phone number without its country code",
        severity: Severity::Error,
        scope: Scope::Any,
        source: "Meta, template components page, 2026-05-06; ITU E.164: no country code begins with a zero",
        explanation: "Customers call from anywhere: the number begins with the country's code. One that begins with a zero is \
                      either a national one, or has `00` where the provider wants `+`.",
        mend: "write the country code for the zero, such as +43316000000",
        check: country_code,
        bad: "buttons:\n  - {type: PHONE_NUMBER, text: Call us, phone_number: \"0316000000\"}\n",
        good: "buttons:\n  - {type: PHONE_NUMBER, text: Call us, phone_number: \"+43316000000\"}\n",
    },
    Rule {
        code: "LP174",
        title: "A zero behind the country code is dropped",
        severity: Severity::Warning,
        scope: Scope::Any,
        source: sources::COMPONENTS,
        explanation: "The provider takes the zeros behind the country code out of a number. In most countries that is right: the \
                      zero is dialled inside the country only. In some, such as Italy, it belongs to the number, and customers \
                      would call another one.",
        mend: "leave the zero out, and try whether the shorter number is the right one",
        check: zero,
        bad: "buttons:\n  - {type: PHONE_NUMBER, text: Call us, phone_number: \"+43 (0)316 000000\"}\n",
        good: "buttons:\n  - {type: PHONE_NUMBER, text: Call us, phone_number: \"+43 316 000000\"}\n",
    },
];

/// Each number with its path.
fn numbers<'a>(subject: &Subject<'a>) -> Vec<(String, &'a str)> {
    let number = |(path, button): (String, &'a crate::template::Button)| match &button.kind {
        ButtonKind::PhoneNumber { phone_number, .. } => Some((format!("{path}.phone_number"), phone_number.as_str())),
        _ => None,
    };
    buttons(subject.content).into_iter().filter_map(number).collect()
}

/// What is wrong with the form of a number, if anything is.
fn fault(number: &str) -> Option<String> {
    let mark = |(at, c): (usize, char)| c.is_ascii_digit() || " -().".contains(c) || (c == '+' && at == 0);
    let digits = phone::digits(number).len();
    if characters(number) > 20 {
        Some(format!("the phone number has {} characters, at most 20 are accepted", characters(number)))
    } else if digits == 0 || !number.chars().enumerate().all(mark) {
        Some("this is no phone number".to_owned())
    } else if DIGITS.contains(&digits) {
        None
    } else {
        Some(format!("the phone number has {digits} digits: with its country code it has from 7 to 15"))
    }
}

pub(super) fn form(subject: &Subject<'_>, out: &mut Out<'_>) {
    for (path, number) in numbers(subject) {
        if let Some(fault) = fault(number) {
            out.add(path, fault);
        }
    }
}

fn country_code(subject: &Subject<'_>, out: &mut Out<'_>) {
    for (path, number) in numbers(subject) {
        if fault(number).is_some() {
            continue;
        }
        let digits = phone::digits(number);
        if let Some(abroad) = digits.strip_prefix("00") {
            out.add(path, format!("`{number}` begins with `00`: the provider wants `+{abroad}`"));
        } else if digits.starts_with('0') {
            out.add(path, format!("`{number}` has no country code"));
        }
    }
}

fn zero(subject: &Subject<'_>, out: &mut Out<'_>) {
    for (path, number) in numbers(subject) {
        if let Some(dialled) = phone::dropped_zero(number).filter(|_| fault(number).is_none()) {
            out.add(path, format!("of `{number}` the provider drops a zero: customers call {dialled}"));
        }
    }
}
