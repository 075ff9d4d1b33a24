//! Rules about missing samples: without them the provider refuses the template (subcode 2388043).

use crate::{
    diagnostic::Severity,
    template::{ButtonKind, HeaderKind, MediaSource, placeholder},
};

use super::{
    Out, Rule, Scope, Subject,
    parts::{buttons, headers, texts},
    sources,
};

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "LP152",
        title: "A variable has no sample",
        severity: Severity::Error,
        scope: Scope::Any,
        source: sources::OBSERVED,
        explanation: "Reviewers see samples in the place of variables; a template without one for each variable of header and bodies \
                      is refused.",
        mend: "give one in the family's `parameters`, the language's, or the component's `example`",
        check: text,
        bad: "parameter_format: POSITIONAL\nlanguages:\n  en_US:\n    body: \"Your bike is ready on {{1}} in our workshop.\"\n",
        good: "parameter_format: POSITIONAL\nlanguages:\n  en_US:\n    body: {text: \"Your bike is ready on {{1}} in our workshop.\", example: [Monday]}\n",
    },
    Rule {
        code: "LP153",
        title: "A media header has no sample",
        severity: Severity::Error,
        scope: Scope::Any,
        source: sources::COMPONENTS,
        explanation: "Pictures, films and documents are reviewed by a sample that is uploaded with the template. What an account \
                      shows of an earlier sample cannot be sent again.",
        mend: "give `example`: a file of the workspace or an https URL",
        check: media,
        bad: "header: {format: IMAGE}\n",
        good: "header: {format: IMAGE, example: \"https://fernweh.example/bike.jpg\"}\n",
    },
    Rule {
        code: "LP154",
        title: "A URL with a variable has no sample",
        severity: Severity::Error,
        scope: Scope::Any,
        source: sources::COMPONENTS,
        explanation: "Reviewers open the URL with the sample in the place of the variable.",
        mend: "give `example` on the button, or the parameter's sample in the family's `parameters`",
        check: url,
        bad: "parameter_format: POSITIONAL\nbuttons:\n  - {type: URL, text: Track, url: \"https://fernweh.example/t/{{1}}\"}\n",
        good: "parameter_format: POSITIONAL\nbuttons:\n  - {type: URL, text: Track, url: \"https://fernweh.example/t/{{1}}\", example: A7}\n",
    },
    Rule {
        code: "LP155",
        title: "A coupon code has no sample",
        severity: Severity::Error,
        scope: Scope::Any,
        source: sources::COUPON,
        explanation: "A COPY_CODE button needs a sample code for review.",
        mend: "give `example` on the button",
        check: code,
        bad: "category: MARKETING\nbuttons:\n  - {type: COPY_CODE}\n",
        good: "category: MARKETING\nbuttons:\n  - {type: COPY_CODE, example: RIDE25}\n",
    },
];

fn text(subject: &Subject<'_>, out: &mut Out<'_>) {
    for text in texts(subject.content) {
        for parameter in placeholder::parameters(text.text) {
            if text.samples.0.get(&parameter).is_none_or(|sample| sample.trim().is_empty()) {
                out.add(format!("{}.text", text.path), format!("{{{{{parameter}}}}} in {} has no sample", text.what()));
            }
        }
    }
}

fn media(subject: &Subject<'_>, out: &mut Out<'_>) {
    for (path, header) in headers(subject.content) {
        let HeaderKind::Media { format, sample } = &header.kind else { continue };
        let there = match sample.as_ref().map(|sample| &sample.source) {
            None | Some(MediaSource::Shown(_)) => false,
            Some(MediaSource::File(reference) | MediaSource::Url(reference) | MediaSource::Handle(reference)) => {
                !reference.trim().is_empty()
            }
        };
        if !there {
            out.add(path, format!("the {} header has no sample that can be sent", format.as_str()));
        }
    }
}

fn url(subject: &Subject<'_>, out: &mut Out<'_>) {
    for (path, button) in buttons(subject.content) {
        if let ButtonKind::Url { url, sample, .. } = &button.kind
            && !placeholder::parameters(url).is_empty()
            && sample.as_deref().is_none_or(|sample| sample.trim().is_empty())
        {
            out.add(format!("{path}.url"), "the URL has a variable and no sample");
        }
    }
}

fn code(subject: &Subject<'_>, out: &mut Out<'_>) {
    for (path, button) in buttons(subject.content) {
        if let ButtonKind::CopyCode { sample } = &button.kind
            && sample.as_deref().is_none_or(|sample| sample.trim().is_empty())
        {
            out.add(path, "the coupon code has no sample");
        }
    }
}
