//! Rules about missing samples: without them the provider refuses the template (subcode 2388043).

use crate::{
    diagnostic::Severity,
    template::{ButtonKind, HeaderKind, MediaSource, Parameter, placeholder},
};

use super::{
    Out, Rule, Scope, Subject,
    parts::{Place, buttons, headers, texts},
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
        let sampled =
            |parameter: &Parameter| text.samples.0.get(parameter).is_some_and(|sample| !sample.trim().is_empty());
        // What cannot be a variable is LP147.
        let sound = |parameter: &Parameter| match parameter {
            Parameter::Number(_) => true,
            Parameter::Name(name) => placeholder::is_name(name),
        };
        let used = placeholder::parameters(text.text);
        let missing: Vec<&Parameter> =
            used.iter().filter(|parameter| sound(parameter) && !sampled(parameter)).collect();
        let Some(first) = missing.first() else { continue };
        let path = format!("{}.text", text.path);
        let by_name = |parameter: &Parameter| matches!(parameter, Parameter::Name(_));
        let named = by_name(first);
        if text.misfit.is_some() {
            let message = format!("the samples of {} have another shape than the provider's", text.what());
            out.add_with(path, message, shape(text.place, named));
        } else if !text.samples.is_empty() && text.samples.0.keys().all(|parameter| by_name(parameter) != named) {
            let (given, wanted) = if named { ("by number", "names") } else { ("by name", "numbers") };
            let message = format!("the samples of {} are given {given}, its variables are {wanted}", text.what());
            out.add_with(path, message, shape(text.place, named));
        } else {
            for parameter in missing {
                out.add(path.clone(), format!("{{{{{parameter}}}}} in {} has no sample", text.what()));
            }
        }
    }
}

/// The provider's shape of samples (Meta, components page, 2026-05-06), and how parts are written.
fn shape(place: Place, named: bool) -> &'static str {
    match (place, named) {
        (Place::Header, false) => "write `example: {header_text: [\"…\"]}` in `components`, `example: […]` in a part",
        (Place::Header, true) => {
            "write `example: {header_text_named_params: [{param_name: …, example: …}]}` in `components`, a mapping by name in a part"
        }
        (Place::Body | Place::CardBody, false) => {
            "write `example: {body_text: [[…, …]]}` in `components`, one row with a sample for each variable; `example: […, …]` in a part"
        }
        (Place::Body | Place::CardBody, true) => {
            "write `example: {body_text_named_params: [{param_name: …, example: …}]}` in `components`, a mapping by name in a part"
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
        match header.extra.contains_key("example") {
            _ if there => {}
            true => out.add_with(
                path,
                format!("the sample of the {} header has another shape than the provider's", format.as_str()),
                "write `example: {header_handle: [\"…\"]}` in `components`; a path, a URL or a handle in a part",
            ),
            false => out.add(path, format!("the {} header has no sample that can be sent", format.as_str())),
        }
    }
}

fn url(subject: &Subject<'_>, out: &mut Out<'_>) {
    for (path, button) in buttons(subject.content) {
        if let ButtonKind::Url { url, sample, .. } = &button.kind
            && !placeholder::parameters(url).is_empty()
            && sample.as_deref().is_none_or(|sample| sample.trim().is_empty())
        {
            match button.extra.contains_key("example") {
                true => out.add_with(
                    format!("{path}.url"),
                    "the sample of the URL has another shape than the provider's",
                    "write `example: [\"…\"]`, one text in a list",
                ),
                false => out.add(format!("{path}.url"), "the URL has a variable and no sample"),
            }
        }
    }
}

fn code(subject: &Subject<'_>, out: &mut Out<'_>) {
    for (path, button) in buttons(subject.content) {
        if let ButtonKind::CopyCode { sample } = &button.kind
            && sample.as_deref().is_none_or(|sample| sample.trim().is_empty())
        {
            match button.extra.contains_key("example") {
                true => out.add_with(
                    path,
                    "the sample of the coupon code has another shape than the provider's",
                    "write `example: \"…\"`, one text",
                ),
                false => out.add(path, "the coupon code has no sample"),
            }
        }
    }
}
