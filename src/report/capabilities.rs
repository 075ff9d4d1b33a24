//! `docs/providers.md`: what each provider can express, show and take, made from the capability tables.
//!
//! Returns text; the test that keeps the page in step is the only writer.

use std::{fmt::Write as _, time::Duration};

use crate::{
    capability::{Capabilities, Feature, Group, MediaForm, Share},
    provider::all,
};

/// The page.
#[must_use]
pub fn page() -> String {
    let providers = all();
    let mut out = String::from(
        "# Providers\n\nGenerated from the capability tables in the source. What nobody documents counts as not there: the \
         plan refuses it before anything is sent, with the rule [capability](rules/capability.md). What else one has to know: \
         [Infobip](providers/infobip.md), [360dialog](providers/360dialog.md), [Vonage](providers/vonage.md).\n",
    );
    for (group, title, words) in [
        (
            Group::Content,
            "What a template may hold",
            "Beside bodies, footers, TEXT, IMAGE and VIDEO headers, and QUICK_REPLY, URL, PHONE_NUMBER and one-time-code buttons, which all of them take.",
        ),
        (Group::Operation, "What can be done", "Beside listing, creating, and deleting a name with all its languages."),
        (
            Group::ReadBack,
            "What an account shows",
            "What it does not show is compared with what was last applied; where nothing was, it is taken as equal, and the plan says so.",
        ),
    ] {
        let _ = write!(out, "\n## {title}\n\n{words}\n\n{}", head("", &providers));
        for feature in Feature::ALL.iter().filter(|feature| feature.group() == group) {
            row(
                &mut out,
                feature.words(),
                &providers.map(|provider| if provider.has(*feature) { "yes" } else { "–" }.to_owned()),
            );
        }
    }
    let _ = write!(out, "\n## How\n\n{}", head("", &providers));
    row(&mut out, "samples of media go as", &providers.map(media));
    row(
        &mut out,
        "types of samples",
        &providers.map(|provider| match provider.media_types {
            [] => "by the header's format".to_owned(),
            types => types.join(", "),
        }),
    );
    row(
        &mut out,
        "templates on a page of the list",
        &providers.map(|provider| provider.page_size.map_or_else(|| "all".to_owned(), |size| size.to_string())),
    );
    limits(&mut out, &providers);
    sources(&mut out, &providers);
    out
}

fn head(first: &str, providers: &[&Capabilities]) -> String {
    let titles: Vec<&str> = providers.iter().map(|provider| provider.title).collect();
    format!("| {first} | {} |\n|---|{}\n", titles.join(" | "), "---|".repeat(providers.len()))
}

fn row<const N: usize>(out: &mut String, name: &str, cells: &[String; N]) {
    let _ = writeln!(out, "| {name} | {} |", cells.join(" | "));
}

fn media(provider: &Capabilities) -> String {
    match provider.media {
        MediaForm::Handle => "an upload".to_owned(),
        MediaForm::Url => "a public URL".to_owned(),
    }
}

fn limits(out: &mut String, providers: &[&Capabilities]) {
    out.push_str(
        "\n## Limits\n\nKept by letterpress itself, and the source of a plan's estimate. What a provider asks for besides (429, \
         `Retry-After`, usage headers) is obeyed.\n\n| provider | calls | at most | counted for | source | checked |\n|---|---|---|---|---|---|\n",
    );
    for provider in providers {
        for limit in provider.limits {
            let calls: Vec<&str> = limit.calls.iter().map(|call| call.as_str()).collect();
            let whose = match limit.share {
                Share::Account => "one account",
                Share::Credential => "all accounts of one credential",
            };
            let (title, count, per) = (provider.title, limit.count, span(limit.per));
            let (calls, source, checked) = (calls.join(", "), limit.source, limit.checked);
            let _ = writeln!(out, "| {title} | {calls} | {count} {per} | {whose} | {source} | {checked} |");
        }
    }
}

fn span(per: Duration) -> String {
    match per.as_secs() {
        1 => "a second".to_owned(),
        60 => "a minute".to_owned(),
        3600 => "an hour".to_owned(),
        seconds => format!("in {seconds} s"),
    }
}

fn sources(out: &mut String, providers: &[&Capabilities]) {
    out.push_str("\n## Sources\n");
    for provider in providers {
        let _ = write!(out, "\n### {}\n\n| feature | | source | checked |\n|---|---|---|---|\n", provider.title);
        for fact in provider.facts {
            let holds = if fact.holds { "yes" } else { "–" };
            let _ = writeln!(out, "| {} | {holds} | {} | {} |", fact.feature.words(), fact.source, fact.checked);
        }
    }
}
