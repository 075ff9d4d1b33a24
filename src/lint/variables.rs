//! Rules about variables in texts: place, number, form.

use crate::{
    diagnostic::{Rewrite, Severity},
    template::{
        ButtonKind, Parameter, ParameterFormat,
        placeholder::{Piece, is_name, meant, parameters, pieces, unseen},
    },
};

use super::{
    Out, Rule, Scope, Subject,
    parts::{Place, Text, buttons, texts},
    sources,
    text::{count, without_placeholders, words},
};

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "LP140",
        title: "The body begins or ends with a variable",
        severity: Severity::Error,
        scope: Scope::Any,
        source: sources::ERRORS,
        explanation: "Refused with error 2388299. A word or a mark before and behind is enough for the interface; reviewers want \
                      to see what the variable is.",
        mend: "put words before the first and behind the last variable",
        check: ends,
        bad: "parameters: {day: Monday}\nlanguages:\n  en_US:\n    body: \"Your bike from Fernweh Cycles is ready on {{day}}\"\n",
        good: "parameters: {day: Monday}\nlanguages:\n  en_US:\n    body: \"Your bike from Fernweh Cycles is ready on {{day}} in Graz.\"\n",
    },
    Rule {
        code: "LP141",
        title: "A card's body begins or ends with a variable",
        severity: Severity::Warning,
        scope: Scope::Any,
        source: "Meta, template review page, 2026-09-11, which speaks of bodies without naming cards",
        explanation: "The rule for the main body (LP140) is documented; whether cards are judged alike is not. The sandbox takes such cards.",
        mend: "put words before the first and behind the last variable",
        check: card_ends,
        bad: cards!(
            "A classic frame with new gears, only today for {{price}}",
            "A light frame for long tours, only today for {{price}}"
        ),
        good: cards!(
            "A classic frame with new gears, for {{price}} only.",
            "A light frame for long tours, for {{price}} only."
        ),
    },
    Rule {
        code: "LP142",
        title: "Too many variables for so few words",
        severity: Severity::Error,
        scope: Scope::Any,
        source: "Meta, error codes page, 2026-09-11 (error 2388293); the figures from published probes and two providers' pages (mercuri, Syniverse), collected 2026-11, as the formula is not documented",
        explanation: "A body of n variables needs at least 2n + 1 words beside them, which is what others call 3n + 1 words, variables \
                      counted with them. Texts of cards count with the body; a variable that comes again in a text counts once. Words are \
                      Unicode's. How words are counted in languages that are written without blanks between them (Chinese, Japanese, Thai, \
                      Lao, Khmer, Burmese) is not published: such texts are not judged, here or by the sandbox.",
        mend: "write more of the message into the template, or merge variables",
        check: density,
        bad: "parameters: {name: Resi, bike: gravel bike}\nlanguages:\n  en_US:\n    body: \"Hi {{name}}, your {{bike}} is here.\"\n",
        good: "parameters: {name: Resi, bike: gravel bike}\nlanguages:\n  en_US:\n    body: \"Hi {{name}}, your {{bike}} is here, come and see us soon.\"\n",
    },
    Rule {
        code: "LP144",
        title: "Two variables without anything between them",
        severity: Severity::Warning,
        scope: Scope::Any,
        source: "Meta, status update webhook page, 2026-04-13, whose example is such a rejection; creating it is accepted",
        explanation: "The provider takes the template and rejects it in review (INVALID_FORMAT).",
        mend: "put words between them, or make them one variable",
        check: adjacent,
        bad: "parameters: {first: Resi, last: Huber}\nlanguages:\n  en_US:\n    body: \"Hi {{first}}{{last}}, your bike is ready, come and see us soon.\"\n",
        good: "parameters: {name: Resi Huber}\nlanguages:\n  en_US:\n    body: \"Hi {{name}}, your bike is ready, come and see us soon.\"\n",
    },
    Rule {
        code: "LP145",
        title: "The numbers of the variables have a gap",
        severity: Severity::Error,
        scope: Scope::Any,
        source: sources::REVIEW,
        explanation: "Numbered variables are 1, 2, 3 … in each component; a gap is a listed cause of rejection.",
        mend: "number the variables 1, 2, 3 … without a gap, or use names",
        check: gaps,
        bad: "languages:\n  en_US:\n    body: {text: \"Hi {{1}}, your bike is ready on {{3}} in our workshop.\", example: {1: Resi, 3: Monday}}\n",
        good: "languages:\n  en_US:\n    body: {text: \"Hi {{1}}, your bike is ready on {{2}} in our workshop.\", example: [Resi, Monday]}\n",
    },
    Rule {
        code: "LP146",
        title: "The numbers of the variables are out of order",
        severity: Severity::Warning,
        scope: Scope::Any,
        source: "Meta, template review page, 2026-09-11; approved templates that break it exist",
        explanation: "Documented as a cause of rejection, yet templates with numbers out of order are approved: a language may need \
                      another order of words.",
        mend: "number the variables in the order of the text where the language allows it",
        check: disorder,
        bad: "languages:\n  en_US:\n    body: {text: \"On {{2}} your {{1}} is ready in our workshop in Graz.\", example: [gravel bike, Monday]}\n",
        good: "languages:\n  en_US:\n    body: {text: \"On {{1}} your {{2}} is ready in our workshop in Graz.\", example: [Monday, gravel bike]}\n",
    },
    Rule {
        code: "LP147",
        title: "A variable's name has a wrong form",
        severity: Severity::Error,
        scope: Scope::Any,
        source: "Meta, templates overview and template review page, 2026; upper case was seen refused",
        explanation: "Names are lowercase letters, digits and underscores and begin with a letter. `#`, `$` and `%` are listed causes \
                      of rejection. So is anything beside the name between the braces: `{{ name }}`, with blanks, no-break spaces or \
                      characters that cannot be seen, is plain text to the provider. Numbers have no leading zero. Nothing is \
                      documented of names such as `_day`, of `{{01}}` and of numbers beyond all counting: they are refused here, and \
                      by the sandbox.",
        mend: "write `{{name}}`, lowercase letters and underscores without anything beside them",
        check: names,
        bad: "languages:\n  en_US:\n    body: {text: \"Your bike is ready on {{Day}} in our workshop.\", example: {Day: Monday}}\n",
        good: "languages:\n  en_US:\n    body: {text: \"Your bike is ready on {{day}} in our workshop.\", example: {day: Monday}}\n",
    },
    Rule {
        code: "LP148",
        title: "Braces that are no variable",
        severity: Severity::Error,
        scope: Scope::Any,
        source: sources::REVIEW,
        explanation: "Variables are written with exactly two braces on each side. Anything else with double braces is a listed cause of \
                      rejection.",
        mend: "write {{name}}",
        check: braces,
        bad: "languages:\n  en_US:\n    body: \"Your bike is ready on {{day} in our workshop.\"\n",
        good: "parameters: {day: Monday}\nlanguages:\n  en_US:\n    body: \"Your bike is ready on {{day}} in our workshop.\"\n",
    },
    Rule {
        code: "LP149",
        title: "Single braces look like a variable",
        severity: Severity::Warning,
        scope: Scope::Any,
        source: sources::CRAFT,
        explanation: "`{name}` is sent to the customer as it stands; variables have two braces.",
        mend: "write {{name}} if a variable is meant",
        check: single_braces,
        bad: "languages:\n  en_US:\n    body: \"Your bike is ready on {day} in our workshop.\"\n",
        good: "parameters: {day: Monday}\nlanguages:\n  en_US:\n    body: \"Your bike is ready on {{day}} in our workshop.\"\n",
    },
    Rule {
        code: "LP150",
        title: "A variable's name has a digit",
        severity: Severity::Warning,
        scope: Scope::Any,
        source: sources::OVERVIEW,
        explanation: "The documentation speaks of letters and underscores only; whether digits are accepted is not known.",
        mend: "use letters and underscores only",
        check: digits,
        bad: "parameters: {day2: Monday}\nlanguages:\n  en_US:\n    body: \"Your bike is ready on {{day2}} in our workshop.\"\n",
        good: "parameters: {day: Monday}\nlanguages:\n  en_US:\n    body: \"Your bike is ready on {{day}} in our workshop.\"\n",
    },
    Rule {
        code: "LP151",
        title: "Variables of the other kind",
        severity: Severity::Error,
        scope: Scope::Any,
        source: sources::OVERVIEW,
        explanation: "A template has numbered or named variables, never both, and `parameter_format` must say which: names without \
                      NAMED are refused.",
        mend: "use one kind of variables, and the `parameter_format` that belongs to it",
        check: kinds,
        bad: "parameter_format: NAMED\nlanguages:\n  en_US:\n    body: {text: \"Your bike is ready on {{1}} in our workshop.\", example: [Monday]}\n",
        good: "parameter_format: POSITIONAL\nlanguages:\n  en_US:\n    body: {text: \"Your bike is ready on {{1}} in our workshop.\", example: [Monday]}\n",
    },
];

fn at(text: &Text<'_>) -> String {
    format!("{}.text", text.path)
}

fn dangling(subject: &Subject<'_>, out: &mut Out<'_>, place: Place) {
    for text in texts(subject.content).iter().filter(|text| text.place == place) {
        let trimmed = text.text.trim();
        let found = pieces(trimmed);
        let variable = |piece: Option<&Piece<'_>>| matches!(piece, Some(Piece::Placeholder { .. }));
        // A body of variables only is LP114.
        if !without_placeholders(trimmed).chars().any(char::is_alphanumeric) {
            continue;
        }
        let what = text.what();
        if variable(found.first()) {
            out.add(at(text), format!("{what} begins with a variable"));
        }
        if variable(found.last()) {
            out.add(at(text), format!("{what} ends with a variable"));
        }
    }
}

fn ends(subject: &Subject<'_>, out: &mut Out<'_>) {
    dangling(subject, out, Place::Body);
}

fn card_ends(subject: &Subject<'_>, out: &mut Out<'_>) {
    dangling(subject, out, Place::CardBody);
}

/// Variables and words of the body, cards included; `None` where words cannot be told apart.
fn ratio(subject: &Subject<'_>) -> Option<(usize, usize)> {
    let mut bodies = texts(subject.content).into_iter().filter(|text| text.place != Place::Header);
    bodies.try_fold((0, 0), |(variables, all), text| {
        Some((variables + parameters(text.text).len(), all + words(text.text)?))
    })
}

fn density(subject: &Subject<'_>, out: &mut Out<'_>) {
    let Some((variables, words)) = ratio(subject) else { return };
    if variables > 0 && words <= 2 * variables && words > 0 {
        let (have, need) = (count(words, "word"), 2 * variables + 1);
        out.add(
            "body.text",
            format!("{} beside {have}: at least {need} words are needed", count(variables, "variable")),
        );
    }
}

fn adjacent(subject: &Subject<'_>, out: &mut Out<'_>) {
    for text in texts(subject.content) {
        let found = pieces(text.text);
        let pair = |pair: &[Piece<'_>]| matches!(pair, [Piece::Placeholder { .. }, Piece::Placeholder { .. }]);
        if found.windows(2).any(pair) {
            out.add(at(&text), format!("{} has two variables with nothing between them", text.what()));
        }
    }
}

fn numbers(text: &str) -> Vec<u32> {
    let number = |parameter| match parameter {
        Parameter::Number(number) => Some(number),
        Parameter::Name(_) => None,
    };
    parameters(text).into_iter().filter_map(number).collect()
}

fn gaps(subject: &Subject<'_>, out: &mut Out<'_>) {
    for text in texts(subject.content) {
        let mut found = numbers(text.text);
        found.sort_unstable();
        if let Some((missing, _)) = (1..).zip(&found).find(|(expected, number)| *expected != **number) {
            out.add(at(&text), format!("{} has no {{{{{missing}}}}}, yet variables with other numbers", text.what()));
        }
    }
}

fn disorder(subject: &Subject<'_>, out: &mut Out<'_>) {
    for text in texts(subject.content) {
        let found = numbers(text.text);
        if !found.is_sorted() {
            let order: Vec<String> = found.iter().map(u32::to_string).collect();
            out.add(at(&text), format!("{} has its variables in the order {}", text.what(), order.join(", ")));
        }
    }
}

fn named(text: &str) -> Vec<String> {
    let name = |parameter| match parameter {
        Parameter::Name(name) => Some(name),
        Parameter::Number(_) => None,
    };
    parameters(text).into_iter().filter_map(name).collect()
}

fn names(subject: &Subject<'_>, out: &mut Out<'_>) {
    let links = buttons(subject.content).into_iter().filter_map(|(path, button)| match &button.kind {
        ButtonKind::Url { url, .. } => Some((format!("{path}.url"), url.as_str())),
        _ => None,
    });
    for (path, text) in texts(subject.content).iter().map(|text| (at(text), text.text)).chain(links) {
        for name in named(text).iter().filter(|name| !is_name(name)) {
            let message = match unseen(name) {
                Some(what) => format!("`{{{{{name}}}}}` has {what} between its braces and cannot be a variable"),
                None => format!("`{{{{{name}}}}}` cannot be a variable"),
            };
            match meant(name) {
                Some(meant) => {
                    let (from, to) = (format!("{{{{{name}}}}}"), format!("{{{{{meant}}}}}"));
                    out.add_rewrite(path.clone(), message, Rewrite { from, to });
                }
                None => out.add(path.clone(), message),
            }
        }
        for piece in pieces(text) {
            if let Piece::Placeholder { inner, .. } = piece
                && inner.len() > 1
                && inner.starts_with('0')
                && matches!(Parameter::parse(inner), Parameter::Number(_))
            {
                out.add(path.clone(), format!("`{{{{{inner}}}}}` cannot be a variable: numbers have no leading zero"));
            }
        }
    }
}

fn digits(subject: &Subject<'_>, out: &mut Out<'_>) {
    for text in texts(subject.content) {
        for name in named(text.text).iter().filter(|name| is_name(name) && name.bytes().any(|b| b.is_ascii_digit())) {
            out.add(at(&text), format!("`{{{{{name}}}}}` has a digit in its name"));
        }
    }
}

fn braces(subject: &Subject<'_>, out: &mut Out<'_>) {
    for text in texts(subject.content) {
        let stray = pieces(text.text).into_iter().any(|piece| match piece {
            Piece::Text(plain) => plain.contains("{{") || plain.contains("}}"),
            Piece::Placeholder { .. } => false,
        });
        if stray {
            out.add(at(&text), format!("{} has double braces that are no variable", text.what()));
        }
    }
}

fn single_braces(subject: &Subject<'_>, out: &mut Out<'_>) {
    for text in texts(subject.content) {
        let plain = without_placeholders(text.text);
        let inner = plain.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(inner, _)| inner);
        let word = |inner: &str| inner.parse::<u32>().is_ok() || is_name(inner);
        if !plain.contains("{{")
            && let Some(inner) = inner.map(str::trim).find(|inner| word(inner))
        {
            out.add(at(&text), format!("`{{{inner}}}` has single braces and is no variable"));
        }
    }
}

fn kinds(subject: &Subject<'_>, out: &mut Out<'_>) {
    let format = subject.content.parameter_format;
    for text in texts(subject.content) {
        let foreign = match format {
            ParameterFormat::Named => numbers(text.text).first().map(u32::to_string),
            ParameterFormat::Positional => named(text.text).into_iter().find(|name| is_name(name)),
        };
        if let Some(foreign) = foreign {
            let format = if format == ParameterFormat::Named { "NAMED" } else { "POSITIONAL" };
            let what = text.what();
            out.add(at(&text), format!("{what} has {{{{{foreign}}}}}, but parameter_format is {format}"));
        }
    }
}
