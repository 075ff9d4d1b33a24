//! Rules about the URLs of buttons.

use url::Url;

use crate::{
    diagnostic::Severity,
    template::{
        ButtonKind, Parameter,
        placeholder::{self, Piece, pieces},
    },
};

use super::{Out, Rule, Scope, Subject, parts::buttons, sources, text::characters};

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "LP170",
        title: "A URL is none",
        severity: Severity::Error,
        scope: Scope::Any,
        source: sources::COMPONENTS,
        explanation: "URLs are complete, with `http://` or `https://` and a host that is fixed. One that is only a variable is refused as no \
                      valid URI; `https://{{1}}`, of which nothing is documented, counts as such. Braces that are no variable do not \
                      belong into URLs.",
        mend: "write the whole URL, such as https://fernweh.example/t/{{1}}",
        check: form,
        bad: "buttons:\n  - {type: URL, text: Track, url: fernweh.example/t}\n",
        good: "buttons:\n  - {type: URL, text: Track, url: \"https://fernweh.example/t\"}\n",
    },
    Rule {
        code: "LP171",
        title: "A URL is too long",
        severity: Severity::Error,
        scope: Scope::Any,
        source: sources::COMPONENTS,
        explanation: "A URL has at most 2000 characters.",
        mend: "shorten the URL",
        check: length,
        bad: "buttons:\n  - {type: URL, text: Track, url: \"https://fernweh.example/AND-SO-ON-FOR-2000-CHARACTERS\"}\n",
        good: "buttons:\n  - {type: URL, text: Track, url: \"https://fernweh.example/t\"}\n",
    },
    Rule {
        code: "LP172",
        title: "A URL's variable does not stand at its end",
        severity: Severity::Error,
        scope: Scope::Any,
        source: sources::COMPONENTS,
        explanation: "A URL takes one variable, and that at its very end: `{{1}}`, or a name.",
        mend: "put the one variable at the end of the URL",
        check: variable,
        bad: "parameters: {order: A7}\nbuttons:\n  - {type: URL, text: Track, url: \"https://fernweh.example/{{order}}/track\"}\n",
        good: "parameters: {order: A7}\nbuttons:\n  - {type: URL, text: Track, url: \"https://fernweh.example/track/{{order}}\"}\n",
    },
];

/// Each URL with its path.
fn urls<'a>(subject: &Subject<'a>) -> Vec<(String, &'a str)> {
    let url = |(path, button): (String, &'a crate::template::Button)| match &button.kind {
        ButtonKind::Url { url, .. } => Some((format!("{path}.url"), url.as_str())),
        _ => None,
    };
    buttons(subject.content).into_iter().filter_map(url).collect()
}

fn form(subject: &Subject<'_>, out: &mut Out<'_>) {
    for (path, url) in urls(subject) {
        let found = pieces(url);
        let beginning = match found.first() {
            Some(Piece::Text(text)) => *text,
            Some(Piece::Placeholder { .. }) => {
                out.add(path, "the URL begins with a variable: it must have a fixed beginning");
                continue;
            }
            None => "",
        };
        let complete = ["http://", "https://"]
            .iter()
            .any(|start| beginning.get(..start.len()).is_some_and(|scheme| scheme.eq_ignore_ascii_case(start)));
        let odd = found.iter().any(|piece| matches!(piece, Piece::Text(text) if text.contains(['{', '}'])));
        let fixed = placeholder::map(url, |_| "x".to_owned());
        if !complete || odd || url.contains(char::is_whitespace) || Url::parse(&fixed).is_err() {
            out.add(path, format!("`{url}` is not a valid URL"));
        } else if Url::parse(beginning).is_err() {
            out.add(path, "the URL's host is a variable: it must be fixed");
        }
    }
}

fn length(subject: &Subject<'_>, out: &mut Out<'_>) {
    for (path, url) in urls(subject) {
        if characters(url) > 2000 {
            out.add(path, format!("the URL has {} characters, at most 2000 are accepted", characters(url)));
        }
    }
}

fn variable(subject: &Subject<'_>, out: &mut Out<'_>) {
    for (path, url) in urls(subject) {
        let found = pieces(url);
        let variables = found.iter().filter(|piece| matches!(piece, Piece::Placeholder { .. })).count();
        if variables > 1 {
            out.add(path, format!("the URL has {variables} variables, at most 1 is accepted"));
        } else if variables == 1 && !matches!(found.last(), Some(Piece::Placeholder { .. })) {
            out.add(path, "the URL's variable does not stand at its end");
        } else if let Some(Piece::Placeholder { inner, .. }) = found.last()
            && matches!(Parameter::parse(inner), Parameter::Number(number) if number != 1)
        {
            out.add(path, format!("the URL has `{{{{{inner}}}}}`: its one variable is `{{{{1}}}}`, or has a name"));
        }
    }
}
