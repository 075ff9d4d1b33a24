//! Rules about clones of the provider's template library.

use crate::diagnostic::Severity;

use super::{Out, Rule, Scope, Subject, sources};

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "LP240",
        title: "A library clone with parts of its own",
        severity: Severity::Error,
        scope: Scope::Any,
        source: sources::LIBRARY,
        explanation: "A clone takes all its parts from the library; only the inputs for body and buttons are given. Its text cannot be \
                      changed.",
        mend: "take the parts out, or take `library_template_name` out",
        check: exclusive,
        bad: "library_template_name: delivery_update_1\nfooter: Fernweh Cycles\n",
        good: "library_template_name: delivery_update_1\nlanguages:\n  en_US: {body: null}\n",
    },
    Rule {
        code: "LP241",
        title: "Inputs of a library clone without a clone",
        severity: Severity::Error,
        scope: Scope::Any,
        source: sources::LIBRARY,
        explanation: "`library_template_button_inputs` and `library_template_body_inputs` fill in a clone; without `library_template_name` \
                      there is nothing to fill in.",
        mend: "add `library_template_name`, or take the inputs out",
        check: inputs,
        bad: "library_template_body_inputs: {add_learn_more_link: true}\n",
        good: "library_template_name: delivery_update_1\nlibrary_template_body_inputs: {add_learn_more_link: true}\nlanguages:\n  en_US: {body: null}\n",
    },
];

fn exclusive(subject: &Subject<'_>, out: &mut Out<'_>) {
    let content = subject.content;
    if content.library_template_name.is_none() {
        return;
    }
    let parts = [
        ("header", content.header.is_some()),
        ("body", content.body.is_some()),
        ("footer", content.footer.is_some()),
        ("buttons", !content.buttons.is_empty()),
        ("carousel", content.carousel.is_some()),
        ("limited_time_offer", content.limited_time_offer.is_some()),
        ("call_permission_request", content.call_permission_request.is_some()),
    ];
    for (part, _) in parts.into_iter().filter(|(_, there)| *there) {
        out.add(part, format!("a clone of the template library has no `{part}` of its own"));
    }
}

fn inputs(subject: &Subject<'_>, out: &mut Out<'_>) {
    let content = subject.content;
    if content.library_template_name.is_some() {
        return;
    }
    if content.library_template_body_inputs.is_some() {
        out.add(
            "library_template_body_inputs",
            "these inputs belong to a clone of the template library, and this is none",
        );
    }
    if content.library_template_button_inputs.is_some() {
        out.add(
            "library_template_button_inputs",
            "these inputs belong to a clone of the template library, and this is none",
        );
    }
}
