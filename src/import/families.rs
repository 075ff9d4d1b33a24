//! Grouping: templates of accounts into families, equal families of several accounts into one. Pure.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::{
    diagnostic::{FileId, Severity, Span},
    lint,
    source::{
        Desired, Lifecycle,
        languages::{ALLOWED, is_well_formed},
        write::{Imported, ImportedLanguage},
    },
    template::{
        ButtonKind, Category, Content, Live, OtpType, TemplateKey,
        normal::{NormalForm, Scope},
    },
};

/// What one account holds, as far as it is to be imported.
pub struct Holding {
    /// The account's name.
    pub account: String,
    /// Whether its provider has named parameters.
    pub named_parameters: bool,
    /// Whether its provider takes clones of the template library.
    pub library: bool,
    /// Its templates, samples already replaced by local files.
    pub templates: Vec<Live>,
}

/// A family to write.
#[derive(Debug, Clone)]
pub struct Family {
    /// For the writer.
    pub imported: Imported,
    /// The accounts that hold it so.
    pub accounts: Vec<String>,
    /// What the account does not show of it and an edit would send: paths in the normal form.
    pub not_shown: Vec<String>,
}

/// One way in which accounts hold a family.
struct Version<'a> {
    print: String,
    templates: Vec<&'a Live>,
    accounts: Vec<String>,
    named_parameters: bool,
    library: bool,
}

/// The families of all accounts, by name. `named` says whether the accounts of a family must be written down.
#[must_use]
pub fn families(holdings: &[Holding], named: impl Fn(&[String]) -> bool) -> Vec<Family> {
    let mut out: BTreeMap<&str, Vec<Version<'_>>> = BTreeMap::new();
    for holding in holdings {
        let mut names: HashMap<&str, Vec<&Live>> = HashMap::new();
        for live in &holding.templates {
            names.entry(&live.key.name).or_default().push(live);
        }
        for (name, mut templates) in names {
            templates.sort_by(|a, b| a.key.language.cmp(&b.key.language));
            let print = fingerprint(&templates);
            let versions = out.entry(name).or_default();
            match versions.iter_mut().find(|version| version.print == print) {
                Some(version) => {
                    version.accounts.push(holding.account.clone());
                    version.named_parameters &= holding.named_parameters;
                    version.library &= holding.library;
                }
                None => {
                    let Holding { account, named_parameters, library, templates: _ } = holding;
                    let (named_parameters, library) = (*named_parameters, *library);
                    versions.push(Version {
                        print,
                        templates,
                        accounts: vec![account.clone()],
                        named_parameters,
                        library,
                    });
                }
            }
        }
    }
    out.into_iter()
        .flat_map(|(name, versions)| versions.into_iter().map(move |version| (name, version)))
        .map(|(name, version)| {
            let accounts = version.accounts.clone();
            let not_shown = not_shown(&version.templates);
            let named = named(&accounts).then(|| accounts.clone());
            Family { imported: imported(name, &version, named, &not_shown), accounts, not_shown }
        })
        .collect()
}

/// Two accounts hold the same family if languages, categories and contents are the same.
fn fingerprint(templates: &[&Live]) -> String {
    let parts = templates.iter().map(|live| {
        let print = NormalForm::of(&live.content).fingerprint(Scope::WithSamples);
        format!("{} {} {print}", live.key.language, live.category)
    });
    parts.collect::<Vec<_>>().join("\n")
}

/// Parts of one-time codes that the account does not show. Everything else that is hidden is either nothing that an edit
/// sends, or missed by `validate` before it is sent.
fn not_shown(templates: &[&Live]) -> Vec<String> {
    let mut paths = BTreeSet::new();
    for live in templates {
        let codes = live.content.buttons.iter().enumerate().filter_map(|(at, button)| match &button.kind {
            ButtonKind::Otp(otp) => Some((at, otp)),
            _ => None,
        });
        for (at, otp) in codes {
            let tapped = otp.otp_type != OtpType::CopyCode;
            let open = [
                ("body.add_security_recommendation".to_owned(), true),
                ("footer".to_owned(), true),
                (format!("buttons[{at}].supported_apps"), tapped && otp.supported_apps.is_empty()),
                (format!("buttons[{at}].zero_tap_terms_accepted"), otp.otp_type == OtpType::ZeroTap),
            ];
            paths.extend(open.into_iter().filter(|(path, open)| *open && live.unreadable.contains(path)).map(|o| o.0));
        }
    }
    paths.into_iter().collect()
}

fn imported(name: &str, version: &Version<'_>, accounts: Option<Vec<String>>, not_shown: &[String]) -> Imported {
    let Version { print: _, templates, accounts: _, named_parameters, library } = version;
    let (category, other) = categories(templates);
    let languages: Vec<ImportedLanguage> = templates
        .iter()
        .map(|live| ImportedLanguage {
            language: live.key.language.clone(),
            category: live.category.clone(),
            content: own_content(live, *library),
        })
        .collect();
    Imported {
        name: name.to_owned(),
        allow: allowances(name, &category, &languages),
        comments: comments(&languages, not_shown),
        category,
        accept_category: other,
        languages,
        accounts,
        named_parameters: *named_parameters,
    }
}

/// What a reader of the file has to know of it.
fn comments(languages: &[ImportedLanguage], not_shown: &[String]) -> Vec<String> {
    let mut out = Vec::new();
    if languages.iter().any(|language| language.content.is_library_clone()) {
        out.push(
            "Texts and buttons are the template library's; the account does not show the inputs of the clone."
                .to_owned(),
        );
    }
    if !not_shown.is_empty() {
        let paths = not_shown.join(", ");
        out.push(format!("The account does not show {paths}: check it here before you edit this template."));
    }
    out
}

/// The content without what the provider has put there by itself (live answers, 2026).
fn own_content(live: &Live, library: bool) -> Content {
    let mut content = live.content.clone();
    if library && is_from_library(&content) {
        let own = Content::default();
        for part in ["header", "body", "footer", "buttons"] {
            content.take_part(part, &own);
        }
        content.parameter_format = own.parameter_format;
    } else {
        // Written in full, it is no clone: where it comes from stays with the template and is no difference.
        content.library_template_name = None;
    }
    for switch in [
        &mut content.cta_url_link_tracking_opted_out,
        &mut content.is_primary_device_delivery_only,
        &mut content.disable_ios_autofill,
    ] {
        // Off is the default, shown for every template.
        *switch = switch.filter(|on| *on);
    }
    content.sub_category = content.sub_category.filter(|kind| !matches!(kind.as_str(), "CUSTOM" | "FORM"));
    content
}

/// Whether the parts of what is shown can all be the library's (Meta, template library, 2026: header, body, footer, buttons).
fn is_from_library(content: &Content) -> bool {
    content.library_template_name.is_some()
        && content.carousel.is_none()
        && content.limited_time_offer.is_none()
        && content.call_permission_request.is_none()
        && content.unmodelled.is_empty()
}

/// The category that most languages hold, and the other one, if there is one.
fn categories(templates: &[&Live]) -> (Category, Option<Category>) {
    let mut counts: Vec<(usize, &Category)> = Vec::new();
    for live in templates {
        match counts.iter_mut().find(|(_, category)| *category == &live.category) {
            Some((count, _)) => *count += 1,
            None => counts.push((1, &live.category)),
        }
    }
    // Of equally many the first stays first.
    counts.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    let mut categories = counts.into_iter().map(|(_, category)| category.clone());
    (categories.next().unwrap_or(Category::Utility), categories.next())
}

/// Codes of the errors that the account's own content would give: it holds them, so the file may.
fn allowances(name: &str, category: &Category, languages: &[ImportedLanguage]) -> Vec<String> {
    let wishes: Vec<Desired> = languages
        .iter()
        .map(|language| Desired {
            key: TemplateKey::new(name, &language.language),
            category: category.clone(),
            accept_category: None,
            content: language.content.clone(),
            lifecycle: Lifecycle::default(),
            allow: Vec::new(),
            notes: Vec::new(),
            span: Span { file: FileId(0), start: 0, end: 0 },
            spans: BTreeMap::new(),
            about: Vec::new(),
        })
        .collect();
    let mut codes: Vec<String> = lint::diagnose(&wishes)
        .into_iter()
        .filter(|finding| finding.severity == Severity::Error)
        .map(|finding| finding.code.to_owned())
        .collect();
    if languages.iter().any(|language| !is_well_formed(&language.language)) {
        codes.push(ALLOWED.to_owned());
    }
    codes.sort_unstable();
    codes.dedup();
    codes
}
