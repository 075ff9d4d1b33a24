//! Rules about the name.

use crate::diagnostic::Severity;

use super::{Out, Rule, Scope, Subject, sources, text::characters};

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "LP101",
        title: "The name has the wrong form",
        severity: Severity::Error,
        scope: Scope::Create,
        source: sources::MANAGEMENT,
        explanation: "Names are lowercase letters, digits and underscores, at most 512 characters. The provider refuses \
                      anything else when a template is created.",
        mend: "use lowercase letters, digits and underscores only",
        check: form,
        bad: "name: Tour-Booked\n",
        good: "name: tour_booked\n",
    },
    Rule {
        code: "LP102",
        title: "The name is reserved for a sample",
        severity: Severity::Warning,
        scope: Scope::Create,
        source: sources::OBSERVED,
        explanation: "New accounts hold samples of WhatsApp whose names begin with `sample_`. A create under the name of one is refused \
                      (subcode 2388155), and the known ones (LP103) need not be all.",
        mend: "choose another name",
        check: reserved,
        bad: "name: sample_of_ours\n",
        good: "name: welcome_rider\n",
    },
    Rule {
        code: "LP103",
        title: "The name is one of WhatsApp's own samples",
        severity: Severity::Error,
        scope: Scope::Create,
        source: sources::OBSERVED,
        explanation: "These samples are known by name, and a create under such a name is refused (subcode 2388155): `hello_world` and \
                      the `sample_…` templates that WhatsApp gives to new accounts. Other names that begin like theirs are LP102.",
        mend: "choose another name",
        check: sample,
        bad: "name: hello_world\n",
        good: "name: welcome_rider\n",
    },
];

/// Samples that new accounts hold.
const SAMPLES: &[&str] = &[
    "hello_world",
    "sample_flight_confirmation",
    "sample_happy_hour_announcement",
    "sample_issue_resolution",
    "sample_movie_ticket_confirmation",
    "sample_order_confirmation",
    "sample_purchase_feedback",
    "sample_reservation_confirmation",
    "sample_shipping_confirmation",
];

fn form(subject: &Subject<'_>, out: &mut Out<'_>) {
    let name = &subject.key.name;
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if name.is_empty() || !name.bytes().all(allowed) {
        out.add("name", format!("`{name}` cannot be the name of a template"));
    } else if characters(name) > 512 {
        out.add("name", format!("the name has {} characters, at most 512 are accepted", characters(name)));
    }
}

fn reserved(subject: &Subject<'_>, out: &mut Out<'_>) {
    let name = &subject.key.name;
    if name.starts_with("sample_") && !SAMPLES.contains(&name.as_str()) {
        out.add("name", format!("`{name}` begins as WhatsApp's own samples do"));
    }
}

fn sample(subject: &Subject<'_>, out: &mut Out<'_>) {
    let name = &subject.key.name;
    if SAMPLES.contains(&name.as_str()) {
        out.add("name", format!("`{name}` is a sample of WhatsApp's own"));
    }
}
