//! Language codes of templates: which ones the provider documents, and which one a misspelt code means.
//!
//! The list is Meta's supported-languages page (text of 2025-11). A code outside it that has their form is a warning, never
//! an error: accounts have shown codes that the page lacks. Of another form (`en-US`, `english`) none was ever seen: an
//! error. What is meant is told by the language, not by the spelling: `no` is Norwegian, not a misspelt `nl`.

mod names;

use crate::diagnostic::{Diagnostic, Span, did_you_mean};
use names::NAMES;

/// The finding about codes, the only one of the file form that a family may allow: an account may hold what no page lists.
pub const ALLOWED: &str = "LP009";

/// All documented codes.
pub const CODES: &[&str] = &[
    "af", "sq", "ar", "ar_EG", "ar_AE", "ar_LB", "ar_MA", "ar_QA", "az", "be_BY", "bn", "bn_IN", "bg", "ca", "zh_CN",
    "zh_HK", "zh_TW", "hr", "cs", "da", "prs_AF", "nl", "nl_BE", "en", "en_GB", "en_US", "en_AE", "en_AU", "en_CA",
    "en_GH", "en_IE", "en_IN", "en_JM", "en_MY", "en_NZ", "en_QA", "en_SG", "en_UG", "en_ZA", "et", "fil", "fi", "fr",
    "fr_BE", "fr_CA", "fr_CH", "fr_CI", "fr_MA", "ka", "de", "de_AT", "de_CH", "el", "gu", "ha", "he", "hi", "hu",
    "id", "ga", "it", "ja", "kn", "kk", "rw_RW", "ko", "ky_KG", "lo", "lv", "lt", "mk", "ms", "ml", "mr", "nb",
    "ps_AF", "fa", "pl", "pt_BR", "pt_PT", "pa", "ro", "ru", "sr", "si_LK", "sk", "sl", "es", "es_AR", "es_CL",
    "es_CO", "es_CR", "es_DO", "es_EC", "es_HN", "es_MX", "es_PA", "es_PE", "es_ES", "es_UY", "sw", "sv", "ta", "te",
    "th", "tr", "uk", "ur", "uz", "vi", "zu",
];

/// The language without its region: `en` of `en_US`.
#[must_use]
pub fn base(code: &str) -> &str {
    code.split(['_', '-']).next().unwrap_or(code)
}

/// Whether a code has the form of the provider's: two or three small letters, and two capitals behind an underscore.
/// `unknown` is what Infobip calls a language that it does not know (OpenAPI 3.210.0).
#[must_use]
pub fn is_well_formed(code: &str) -> bool {
    let (language, region) = code.split_once('_').map_or((code, None), |(language, region)| (language, Some(region)));
    let small = language.bytes().all(|byte| byte.is_ascii_lowercase());
    let capitals = |region: &str| region.len() == 2 && region.bytes().all(|byte| byte.is_ascii_uppercase());
    (matches!(language.len(), 2 | 3) && small && region.is_none_or(capitals)) || code == "unknown"
}

/// What is wrong with a code: an error for another form than the provider's, a warning for one that it does not document.
#[must_use]
pub fn check(code: &str, span: Span) -> Option<Diagnostic> {
    if CODES.contains(&code) {
        return None;
    }
    if code.trim().is_empty() {
        return Some(Diagnostic::error("LP009", span, "a language code is empty").help("write a code such as `en_US`"));
    }
    let meant = meant(code);
    let help =
        said(&meant).unwrap_or_else(|| "codes look like `es` or `pt_BR`; the provider may refuse this one".into());
    let fault = if is_well_formed(code) {
        let message = format!("`{code}` is not a language code that the provider documents");
        Diagnostic::warning("LP009", span, message)
    } else {
        let message = format!("`{code}` is not written as the provider writes language codes");
        Diagnostic::error("LP009", span, message)
    };
    Some(match meant.as_slice() {
        [one] => fault.help(help).rewrite(code, *one),
        _ => fault.help(help),
    })
}

/// What was meant by a code that the provider does not document, as a question; `None` if nobody can tell.
#[must_use]
pub fn hint(code: &str) -> Option<String> {
    if CODES.contains(&code) { None } else { said(&meant(code)) }
}

fn said(meant: &[&str]) -> Option<String> {
    let (last, before) = meant.split_last()?;
    if before.is_empty() {
        return Some(format!("did you mean `{last}`?"));
    }
    let before: Vec<String> = before.iter().map(|code| format!("`{code}`")).collect();
    Some(format!("did you mean {} or `{last}`?", before.join(", ")))
}

/// The documented codes that a code may stand for, the likeliest first.
fn meant(code: &str) -> Vec<&'static str> {
    let seen = |c: &char| !c.is_control() && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}');
    let folded: String = code.trim().chars().filter(seen).map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
    let find = |wanted: &str| CODES.iter().copied().find(|known| known.eq_ignore_ascii_case(wanted));
    let joined = |wanted: &str| CODES.iter().copied().find(|known| known.replace('_', "").eq_ignore_ascii_case(wanted));
    if let Some(known) = find(&folded) {
        return vec![known];
    }
    let lower = folded.to_lowercase();
    let mut parts = lower.split('_').filter(|part| !part.is_empty());
    let Some(language) = parts.next() else { return Vec::new() };
    let rest: Vec<&str> = parts.collect();
    let named = |word: &str| NAMES.iter().find(|(_, words)| words.contains(&word)).map(|(codes, _)| *codes);
    let codes: Vec<&'static str> = match (find(language), named(&lower).or_else(|| named(language))) {
        (Some(known), _) => vec![known],
        (None, Some(codes)) => codes.to_vec(),
        // Written together (`enUS`), or misspelt.
        (None, None) => match joined(&lower) {
            Some(known) => return vec![known],
            None => return near(&folded),
        },
    };
    // What stands behind the language narrows it down, where the provider has that.
    let narrowed = |region: &str| {
        let with = |code: &&str| find(&format!("{}_{}", base(code), canonical(base(code), region)));
        codes.iter().find_map(with)
    };
    rest.iter().rev().find_map(|region| narrowed(region)).map_or(codes.clone(), |one| vec![one])
}

/// Regions, scripts and numbers of other standards, as the provider has them.
fn canonical<'a>(language: &str, region: &'a str) -> &'a str {
    match (language, region) {
        ("en", "uk") => "GB",
        ("zh", "hans" | "sg") => "CN",
        ("zh", "hant") => "TW",
        ("zh", "mo") => "HK",
        (_, other) => other,
    }
}

/// By the spelling alone, for what is no language's name. Short codes are all near to each other: of them it says nothing.
fn near(folded: &str) -> Vec<&'static str> {
    if folded.len() < 5 {
        return Vec::new();
    }
    let found = did_you_mean(folded, CODES.iter().copied());
    let named = |known: &&&str| found.as_ref().is_some_and(|found| found.contains(&format!("`{known}`")));
    CODES.iter().filter(named).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{FileId, Severity};

    fn help(code: &str) -> Option<(Severity, String)> {
        let span = Span { file: FileId(0), start: 0, end: 0 };
        check(code, span).map(|fault| (fault.severity, fault.help.unwrap()))
    }

    #[test]
    fn hints_follow_the_language() {
        assert_eq!(CODES.len(), 111);
        for (code, wanted) in [
            ("no", "`nb`"),
            ("nn", "`nb`"),
            ("no_NO", "`nb`"),
            ("nb_NO", "`nb`"),
            ("iw", "`he`"),
            ("iw_IL", "`he`"),
            ("in", "`id`"),
            ("in_ID", "`id`"),
            ("tl", "`fil`"),
            ("tl_PH", "`fil`"),
            ("pt", "`pt_BR` or `pt_PT`"),
            ("pt_AO", "`pt_BR` or `pt_PT`"),
            ("zh", "`zh_CN`, `zh_HK` or `zh_TW`"),
            ("zh_SG", "`zh_CN`"),
            ("de_DE", "`de`"),
            ("en_UK", "`en_GB`"),
            ("jp", "`ja`"),
            ("ky", "`ky_KG`"),
            ("be", "`be_BY`"),
            ("deu", "`de`"),
        ] {
            assert_eq!(help(code), Some((Severity::Warning, format!("did you mean {wanted}?"))), "{code}");
        }
        assert_eq!(help("pt_BR"), None);
        assert_eq!(help("tlh").unwrap().0, Severity::Warning);
        assert_eq!((base("en_US"), base("prs_AF"), base("de")), ("en", "prs", "de"));
    }

    #[test]
    fn another_form_is_an_error() {
        for (code, wanted) in [
            ("en-US", "`en_US`"),
            ("EN_us", "`en_US`"),
            ("EN", "`en`"),
            ("enUS", "`en_US`"),
            ("en_US ", "`en_US`"),
            ("en_us", "`en_US`"),
            ("english", "`en`, `en_US` or `en_GB`"),
            ("Portuguese", "`pt_BR` or `pt_PT`"),
            ("zh-Hans", "`zh_CN`"),
            ("zh_Hant", "`zh_TW`"),
            ("zh-Hant-HK", "`zh_HK`"),
            ("zh-Hans-CN", "`zh_CN`"),
            ("es-419", "`es`"),
            ("sr-Latn", "`sr`"),
            ("iw-IL", "`he`"),
            ("pt-br", "`pt_BR`"),
            ("no-NO", "`nb`"),
        ] {
            assert_eq!(help(code), Some((Severity::Error, format!("did you mean {wanted}?"))), "{code}");
        }
        for odd in ["", "x", "_", "1", "en_US_POSIX", "größe", "日本語"] {
            assert_eq!(help(odd).unwrap().0, Severity::Error, "{odd}");
        }
        assert!(NAMES.iter().all(|(codes, words)| {
            codes.iter().all(|code| CODES.contains(code)) && words.iter().all(|word| !CODES.contains(word))
        }));
    }
}
