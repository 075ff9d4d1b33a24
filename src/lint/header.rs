//! Rules about header and footer texts and about the kinds of sample files.

use crate::{
    diagnostic::Severity,
    template::{Footer, HeaderKind, MediaFormat, MediaSource, placeholder},
};

use super::{
    Out, Rule, Scope, Subject,
    parts::{Place, headers, texts},
    sources,
    text::{characters, emoji, formatting_mark, has_double_braces, has_line_break},
};

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "LP120",
        title: "The header is too long",
        severity: Severity::Error,
        scope: Scope::Any,
        source: sources::COMPONENTS,
        explanation: "A text header has at most 60 characters, placeholders as they are written.",
        mend: "shorten the header",
        check: length,
        bad: "header: Your lovely new touring bike is waiting for you in our workshop\n",
        good: "header: Your bike is waiting\n",
    },
    Rule {
        code: "LP121",
        title: "The header has more than one variable",
        severity: Severity::Error,
        scope: Scope::Any,
        source: sources::COMPONENTS,
        explanation: "A text header takes one variable at most.",
        mend: "move all but one variable into the body",
        check: variables,
        bad: "parameters: {bike: gravel bike, city: Graz}\nheader: \"Your {{bike}} in {{city}}\"\n",
        good: "parameters: {bike: gravel bike, city: Graz}\nheader: \"Your {{bike}} is here\"\n",
    },
    Rule {
        code: "LP122",
        title: "The header has a line break, an emoji or an asterisk",
        severity: Severity::Error,
        scope: Scope::Any,
        source: "Meta, template components page, 2026-05-06; for the asterisk Twilio's page on error 63040",
        explanation: "Headers are shown bold on one line: line breaks, emoji and formatting are refused (error 2388047).",
        mend: "use plain words on one line",
        check: plain,
        bad: "header: \"*Your bike* is here 🚲\"\n",
        good: "header: Your bike is here\n",
    },
    Rule {
        code: "LP123",
        title: "The header has formatting characters",
        severity: Severity::Warning,
        scope: Scope::Any,
        source: sources::COMPONENTS,
        explanation: "Headers know no formatting. A pair of `_`, `~` or `` ` `` around words is shown as it is or refused; inside of \
                      words, as in `order_no_7`, the marks are characters like any other.",
        mend: "take the formatting out",
        check: formatting,
        bad: "header: Your _gravel bike_ is here\n",
        good: "header: Your gravel bike is here\n",
    },
    Rule {
        code: "LP124",
        title: "The sample file has another kind than the header",
        severity: Severity::Warning,
        scope: Scope::Any,
        source: "Meta, template components page, 2026-05-06; resumable upload guide",
        explanation: "IMAGE takes JPEG and PNG, VIDEO and GIF take MP4, DOCUMENT takes PDF. This looks at the ending of the file \
                      name only.",
        mend: "give a file of the header's kind",
        check: sample_kind,
        bad: "header: {format: IMAGE, example: \"https://fernweh.example/workshop.mp4\"}\n",
        good: "header: {format: VIDEO, example: \"https://fernweh.example/workshop.mp4\"}\n",
    },
    Rule {
        code: "LP130",
        title: "The footer is too long",
        severity: Severity::Error,
        scope: Scope::Any,
        source: sources::COMPONENTS,
        explanation: "A footer has at most 60 characters.",
        mend: "shorten the footer",
        check: footer_length,
        bad: "footer: Fernweh Cycles, Kirchengasse 12, Innsbruck, open Monday to Saturday\n",
        good: "footer: Fernweh Cycles, Innsbruck\n",
    },
    Rule {
        code: "LP131",
        title: "The footer has a variable or its braces",
        severity: Severity::Error,
        scope: Scope::Any,
        source: "Meta, template components page, 2026-05-06, which gives footers no variables; other pages are less clear",
        explanation: "Footers take no variables. A few pages of the provider hint at support, none shows how a sample would be \
                      given, so letterpress refuses it. Double braces that are no variable are refused alike.",
        mend: "move the variable into the body; `${…}` values are fine here",
        check: footer_variables,
        bad: "parameters: {city: Graz}\nfooter: \"Fernweh Cycles {{city}}\"\n",
        good: "footer: Fernweh Cycles Graz\n",
    },
    Rule {
        code: "LP132",
        title: "The footer is empty, or has a line break or an emoji",
        severity: Severity::Error,
        scope: Scope::Any,
        source: sources::ERRORS,
        explanation: "Footers are one line of plain text; line breaks and emoji are refused (error 2388073).",
        mend: "use plain words on one line",
        check: footer_plain,
        bad: "footer: \"Fernweh Cycles 🚲\"\n",
        good: "footer: Fernweh Cycles\n",
    },
];

fn header_text<'a>(subject: &Subject<'a>) -> Option<&'a str> {
    texts(subject.content).into_iter().find(|text| text.place == Place::Header).map(|text| text.text)
}

fn length(subject: &Subject<'_>, out: &mut Out<'_>) {
    if let Some(text) = header_text(subject).filter(|text| characters(text) > 60) {
        out.add("header.text", format!("the header has {} characters, at most 60 are accepted", characters(text)));
    }
}

fn variables(subject: &Subject<'_>, out: &mut Out<'_>) {
    let count = header_text(subject).map_or(0, |text| placeholder::parameters(text).len());
    if count > 1 {
        out.add("header.text", format!("the header has {count} variables, at most 1 is accepted"));
    }
}

fn plain(subject: &Subject<'_>, out: &mut Out<'_>) {
    let Some(text) = header_text(subject) else { return };
    if has_line_break(text) {
        out.add("header.text", "the header has a line break");
    }
    if emoji(text) > 0 {
        out.add("header.text", "the header has an emoji");
    }
    if text.contains('*') {
        out.add("header.text", "the header has an asterisk");
    }
}

fn formatting(subject: &Subject<'_>, out: &mut Out<'_>) {
    let Some(text) = header_text(subject) else { return };
    // The asterisk is LP122.
    if let Some(mark) = formatting_mark(text).filter(|mark| *mark != '*') {
        out.add("header.text", format!("the header seems to be formatted with `{mark}`"));
    }
}

fn sample_kind(subject: &Subject<'_>, out: &mut Out<'_>) {
    for (path, header) in headers(subject.content) {
        let HeaderKind::Media { format, sample: Some(sample) } = &header.kind else { continue };
        let (MediaSource::File(name) | MediaSource::Url(name)) = &sample.source else { continue };
        let name = name.split(['?', '#']).next().unwrap_or_default().rsplit('/').next().unwrap_or_default();
        let Some((_, ending)) = name.rsplit_once('.') else { continue };
        let ending = ending.to_ascii_lowercase();
        let fits: &[&str] = match format {
            MediaFormat::Image => &["jpg", "jpeg", "png"],
            MediaFormat::Video | MediaFormat::Gif => &["mp4"],
            MediaFormat::Document => &["pdf"],
        };
        let known = [
            "jpg", "jpeg", "png", "mp4", "pdf", "gif", "webp", "mov", "avi", "doc", "docx", "svg", "heic", "tiff",
            "bmp",
        ];
        if known.contains(&ending.as_str()) && !fits.contains(&ending.as_str()) {
            let format = format.as_str();
            out.add(
                format!("{path}.sample"),
                format!("`{name}` is no sample for {format}, which takes {}", fits.join(", ")),
            );
        }
    }
}

fn footer_text<'a>(subject: &Subject<'a>) -> Option<&'a str> {
    match &subject.content.footer {
        Some(Footer::Text { text, .. }) => Some(text),
        _ => None,
    }
}

fn footer_length(subject: &Subject<'_>, out: &mut Out<'_>) {
    if let Some(text) = footer_text(subject).filter(|text| characters(text) > 60) {
        out.add("footer.text", format!("the footer has {} characters, at most 60 are accepted", characters(text)));
    }
}

fn footer_variables(subject: &Subject<'_>, out: &mut Out<'_>) {
    if footer_text(subject).is_some_and(has_double_braces) {
        out.add("footer.text", "the footer has double braces, which only texts with variables have");
    }
}

fn footer_plain(subject: &Subject<'_>, out: &mut Out<'_>) {
    let Some(text) = footer_text(subject) else { return };
    if text.trim().is_empty() {
        out.add("footer.text", "the footer is empty");
    }
    if has_line_break(text) {
        out.add("footer.text", "the footer has a line break");
    }
    if emoji(text) > 0 {
        out.add("footer.text", "the footer has an emoji");
    }
}
