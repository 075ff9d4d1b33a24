//! Rules about authentication templates and their one button.

use crate::{
    diagnostic::Severity,
    template::{Body, ButtonKind, Category, Extra, Footer, Otp, OtpType},
};

use super::{
    Out, Rule, Scope, Subject,
    parts::buttons,
    sources,
    text::{characters, count},
};

/// Rest of a good authentication family, for fixtures.
macro_rules! auth {
    ($($rest:expr),+) => {
        concat!(
            "category: AUTHENTICATION\nlanguages: [en_US]\nbody: {add_security_recommendation: true}\n",
            $($rest),+
        )
    };
}

const GOOD: &str = auth!("footer: {code_expiration_minutes: 10}\nbuttons: [{type: OTP, otp_type: COPY_CODE}]\n");

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "LP180",
        title: "A part that only authentication templates have",
        severity: Severity::Error,
        scope: Scope::Any,
        source: sources::AUTHENTICATION,
        explanation: "The preset body (`add_security_recommendation`), the preset footer (`code_expiration_minutes`) and OTP buttons \
                      belong to the category AUTHENTICATION.",
        mend: "set `category: AUTHENTICATION`, or write texts of your own",
        check: elsewhere,
        bad: "footer: {code_expiration_minutes: 10}\n",
        good: GOOD,
    },
    Rule {
        code: "LP181",
        title: "A part that authentication templates do not have",
        severity: Severity::Error,
        scope: Scope::Any,
        source: sources::AUTHENTICATION,
        explanation: "Authentication templates have the preset body, the preset footer or none, exactly one OTP button, and nothing \
                      else: no header, no text of one's own, no other button.",
        mend: "take it out, or choose another category",
        check: foreign,
        bad: auth!("header: Your code\nbuttons: [{type: OTP, otp_type: COPY_CODE}]\n"),
        good: GOOD,
    },
    Rule {
        code: "LP182",
        title: "The apps of an OTP button are wrong",
        severity: Severity::Error,
        scope: Scope::Any,
        source: sources::AUTHENTICATION,
        explanation: "ONE_TAP and ZERO_TAP need one to five `supported_apps`. A package name has at least two segments that begin \
                      with a letter, at most 224 characters; a signature hash has exactly 11 characters of base 64. Apps of a \
                      COPY_CODE button are held to the same form. Since version 21 of the API no app is named in the button itself.",
        mend: "give `supported_apps: [{package_name: …, signature_hash: …}]`",
        check: apps,
        bad: auth!(
            "buttons: [{type: OTP, otp_type: ONE_TAP, supported_apps: [{package_name: fernweh, signature_hash: K8a/AINcGX7}]}]\n"
        ),
        good: auth!(
            "buttons: [{type: OTP, otp_type: ONE_TAP, supported_apps: [{package_name: example.fernweh.app, signature_hash: K8a/AINcGX7}]}]\n"
        ),
    },
    Rule {
        code: "LP183",
        title: "The terms of zero-tap are not accepted",
        severity: Severity::Error,
        scope: Scope::Any,
        source: sources::AUTHENTICATION,
        explanation: "A ZERO_TAP button is refused without `zero_tap_terms_accepted: true`.",
        mend: "add `zero_tap_terms_accepted: true` once somebody has read and accepted the terms",
        check: terms,
        bad: auth!(
            "buttons: [{type: OTP, otp_type: ZERO_TAP, supported_apps: [{package_name: example.fernweh.app, signature_hash: K8a/AINcGX7}]}]\n"
        ),
        good: auth!(
            "buttons: [{type: OTP, otp_type: ZERO_TAP, zero_tap_terms_accepted: true, supported_apps: [{package_name: example.fernweh.app, signature_hash: K8a/AINcGX7}]}]\n"
        ),
    },
    Rule {
        code: "LP184",
        title: "The life of a code is out of range",
        severity: Severity::Error,
        scope: Scope::Any,
        source: sources::AUTHENTICATION,
        explanation: "`code_expiration_minutes` is 1 to 90.",
        mend: "choose 1 to 90 minutes",
        check: expiration,
        bad: auth!("footer: {code_expiration_minutes: 120}\nbuttons: [{type: OTP, otp_type: COPY_CODE}]\n"),
        good: GOOD,
    },
];

fn is_authentication(subject: &Subject<'_>) -> bool {
    *subject.category == Category::Authentication
}

/// Legacy categories are left alone: their templates follow older rules.
fn elsewhere(subject: &Subject<'_>, out: &mut Out<'_>) {
    if !matches!(subject.category, Category::Marketing | Category::Utility) {
        return;
    }
    let category = subject.category;
    if matches!(subject.content.body, Some(Body::Authentication { .. })) {
        out.add("body", format!("a {category} template cannot have the preset body of one-time codes"));
    }
    if matches!(subject.content.footer, Some(Footer::CodeExpiration { .. })) {
        out.add("footer", format!("a {category} template cannot have the preset footer of one-time codes"));
    }
    for (path, button) in buttons(subject.content) {
        if matches!(button.kind, ButtonKind::Otp(_)) {
            out.add(path, format!("a {category} template cannot have an OTP button"));
        }
    }
}

fn foreign(subject: &Subject<'_>, out: &mut Out<'_>) {
    let content = subject.content;
    if !is_authentication(subject) || content.library_template_name.is_some() {
        return;
    }
    if content.header.is_some() {
        out.add("header", "an authentication template has no header");
    }
    if matches!(&content.body, Some(Body::Authentication { extra, .. }) if extra.contains_key("add_security_recommendation"))
    {
        out.add("body.add_security_recommendation", "`add_security_recommendation` must be true or false");
    }
    if matches!(content.body, Some(Body::Text { .. })) {
        out.add("body", "an authentication template has the preset body, not a text of its own");
    }
    if matches!(content.footer, Some(Footer::Text { .. })) {
        out.add("footer", "an authentication template has the preset footer, not a text of its own");
    }
    let parts =
        [("carousel", content.carousel.is_some()), ("limited_time_offer", content.limited_time_offer.is_some())];
    for (part, _) in parts.into_iter().filter(|(_, there)| *there) {
        out.add(part, format!("an authentication template has no `{part}`"));
    }
    let mut codes: usize = 0;
    for (at, button) in content.buttons.iter().enumerate() {
        match &button.kind {
            ButtonKind::Otp(_) => codes += 1,
            _ => out.add(format!("buttons[{at}]"), "an authentication template has no button but its OTP button"),
        }
    }
    if codes != 1 {
        out.add(
            "buttons",
            format!(
                "an authentication template has exactly one OTP button, here {}",
                match codes {
                    0 => "is none".to_owned(),
                    many => format!("are {many}"),
                }
            ),
        );
    }
}

/// Each OTP button with its path and the fields that do not fit the model.
fn otps<'a>(subject: &Subject<'a>) -> Vec<(String, &'a Otp, &'a Extra)> {
    let otp = |(path, button): (String, &'a crate::template::Button)| match &button.kind {
        ButtonKind::Otp(otp) => Some((path, otp, &button.extra)),
        _ => None,
    };
    buttons(subject.content).into_iter().filter_map(otp).collect()
}

fn apps(subject: &Subject<'_>, out: &mut Out<'_>) {
    for (path, otp, extra) in otps(subject) {
        for field in ["supported_apps", "package_name", "signature_hash"] {
            if extra.contains_key(field) {
                let form = "`supported_apps` is a list of `package_name` and `signature_hash`";
                out.add(path.clone(), format!("`{field}` does not fit: {form}"));
            }
        }
        let apps = &otp.supported_apps;
        if apps.is_empty() && matches!(otp.otp_type, OtpType::OneTap | OtpType::ZeroTap) {
            out.add(path.clone(), format!("a {} button needs `supported_apps`", otp.otp_type));
        }
        if apps.len() > 5 {
            out.add(
                format!("{path}.supported_apps"),
                format!("there are {}, at most 5 are accepted", count(apps.len(), "app")),
            );
        }
        for (at, app) in apps.iter().enumerate() {
            let path = format!("{path}.supported_apps[{at}]");
            if !is_package(&app.package_name) {
                out.add(format!("{path}.package_name"), format!("`{}` is no package name", app.package_name));
            }
            if !is_hash(&app.signature_hash) {
                out.add(format!("{path}.signature_hash"), format!("`{}` is no signature hash", app.signature_hash));
            }
        }
    }
}

/// Two or more segments, each beginning with a letter.
fn is_package(name: &str) -> bool {
    let segment = |segment: &str| {
        segment.starts_with(|c: char| c.is_ascii_alphabetic())
            && segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    characters(name) <= 224 && name.contains('.') && name.split('.').all(segment)
}

/// Exactly 11 characters of base 64.
fn is_hash(hash: &str) -> bool {
    hash.len() == 11 && hash.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='))
}

fn terms(subject: &Subject<'_>, out: &mut Out<'_>) {
    for (path, otp, _) in otps(subject) {
        if otp.otp_type == OtpType::ZeroTap && otp.zero_tap_terms_accepted != Some(true) {
            out.add(path, "a ZERO_TAP button needs `zero_tap_terms_accepted: true`");
        }
    }
}

fn expiration(subject: &Subject<'_>, out: &mut Out<'_>) {
    if let Some(Footer::CodeExpiration { code_expiration_minutes: minutes, .. }) = &subject.content.footer
        && !(1..=90).contains(minutes)
    {
        out.add("footer.code_expiration_minutes", format!("a code cannot live {minutes} minutes, only 1 to 90"));
    }
}
