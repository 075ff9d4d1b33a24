//! Languages that a template can have (Meta supported-languages page, November 2025; two more are seen in use).
//!
//! Must not fold case or hyphens: the API takes the exact code.

use crate::sandbox::rules::refusal::Refusal;

/// Codes, sorted.
const LANGUAGES: [&str; 113] = [
    "af", "ar", "ar_AE", "ar_EG", "ar_LB", "ar_MA", "ar_QA", "ar_SA", "az", "be_BY", "bg", "bn", "bn_IN", "ca", "cs",
    "da", "de", "de_AT", "de_CH", "el", "en", "en_AE", "en_AU", "en_CA", "en_GB", "en_GH", "en_IE", "en_IN", "en_JM",
    "en_MY", "en_NZ", "en_QA", "en_SG", "en_UG", "en_US", "en_ZA", "es", "es_AR", "es_CL", "es_CO", "es_CR", "es_DO",
    "es_EC", "es_ES", "es_HN", "es_MX", "es_PA", "es_PE", "es_UY", "es_VE", "et", "fa", "fi", "fil", "fr", "fr_BE",
    "fr_CA", "fr_CH", "fr_CI", "fr_MA", "ga", "gu", "ha", "he", "hi", "hr", "hu", "id", "it", "ja", "ka", "kk", "kn",
    "ko", "ky_KG", "lo", "lt", "lv", "mk", "ml", "mr", "ms", "nb", "nl", "nl_BE", "pa", "pl", "prs_AF", "ps_AF",
    "pt_BR", "pt_PT", "ro", "ru", "rw_RW", "si_LK", "sk", "sl", "sq", "sr", "sv", "sw", "ta", "te", "th", "tr", "uk",
    "ur", "uz", "vi", "zh_CN", "zh_HK", "zh_TW", "zu",
];

/// Refuses a language that is not supported.
pub(crate) fn language(code: &str) -> Result<(), Refusal> {
    if LANGUAGES.binary_search(&code).is_ok() {
        return Ok(());
    }
    Err(Refusal::UnsupportedLanguage { code: code.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_sorted_and_known() {
        assert!(LANGUAGES.is_sorted());
        assert!(language("en_US").is_ok());
        assert!(language("de").is_ok());
        for unknown in ["en-US", "EN", "xx", "de_DE", ""] {
            assert!(matches!(language(unknown), Err(Refusal::UnsupportedLanguage { .. })), "{unknown}");
        }
    }
}
