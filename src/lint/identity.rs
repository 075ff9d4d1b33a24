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
        explanation: "New accounts hold samples of WhatsApp (`hello_world`, `sample_…`). Their names are reserved in them, and \
                      a create under such a name is refused (subcode 2388155).",
        mend: "choose another name",
        check: reserved,
        bad: "name: hello_world\n",
        good: "name: welcome_rider\n",
    },
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
    if name == "hello_world" || name.starts_with("sample_") {
        out.add("name", format!("`{name}` is a name of WhatsApp's own samples"));
    }
}
