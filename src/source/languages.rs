//! Language codes of templates: which ones the provider documents, and which one a misspelt code means.
//!
//! The list is Meta's supported-languages page (text of 2025-11). A code outside it is a warning, never an error: accounts
//! have shown codes that the page lacks.

use crate::diagnostic::{Diagnostic, Span, did_you_mean};

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

/// A warning about a code outside the list.
#[must_use]
pub fn check(code: &str, span: Span) -> Option<Diagnostic> {
    if CODES.contains(&code) {
        return None;
    }
    if code.trim().is_empty() {
        return Some(Diagnostic::error("LP009", span, "a language code is empty").help("write a code such as `en_US`"));
    }
    let folded = code.replace('-', "_");
    let meant = CODES.iter().find(|known| known.eq_ignore_ascii_case(&folded));
    let help = match meant {
        Some(known) => format!("did you mean `{known}`?"),
        // A region that the list lacks: the language alone is nearer than another region.
        None => CODES
            .iter()
            .find(|known| folded.contains('_') && **known == base(&folded))
            .map(|known| format!("did you mean `{known}`?"))
            .or_else(|| did_you_mean(&folded, CODES.iter().copied()))
            .unwrap_or_else(|| "codes look like `es` or `pt_BR`; the provider may refuse this one".to_owned()),
    };
    let message = format!("`{code}` is not a language code that the provider documents");
    Some(Diagnostic::warning("LP009", span, message).help(help))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{FileId, Severity};

    #[test]
    fn unknown_codes_are_warnings_with_what_was_meant() {
        assert_eq!(CODES.len(), 111);
        let span = Span { file: FileId(0), start: 0, end: 0 };
        let help = |code: &str| check(code, span).map(|fault| (fault.severity, fault.help.unwrap()));
        assert_eq!(help("pt_BR"), None);
        assert_eq!(help("en-US"), Some((Severity::Warning, "did you mean `en_US`?".into())));
        assert_eq!(help("de-DE").unwrap().1, "did you mean `de`?");
        assert_eq!(help("PT_br").unwrap().1, "did you mean `pt_BR`?");
        assert!(help("tlh").is_some());
        assert_eq!((base("en_US"), base("prs_AF"), base("de")), ("en", "prs", "de"));
    }
}
