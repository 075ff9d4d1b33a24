//! What the texts and the button of a one-time code tell of it, where an account does not show its flags.
//!
//! Lists of 360dialog and older ones of Meta show neither `add_security_recommendation` nor `code_expiration_minutes` nor the
//! apps, but the texts that were made of them, and a URL button whose address carries the rest (public lists, 2026-11). The
//! texts are the provider's own, in the language of the template: only what is certain is concluded from them.

use url::Url;

use crate::template::{Parameter, SupportedApp, placeholder};

/// The address of a one-time-code button (Meta components page, 2026-05-06; its fields in public lists, 2026-11).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CodeUrl {
    /// How the code reaches the app.
    pub(super) otp_type: String,
    /// The code's life, minutes; there only with a footer that says it.
    pub(super) expiration_minutes: Option<u32>,
    /// Apps that may take the code. Whether these are all is not known.
    pub(super) supported_apps: Vec<SupportedApp>,
}

impl CodeUrl {
    /// Reads an address; `None` for any other URL.
    pub(super) fn parse(url: &str) -> Option<Self> {
        let url = Url::parse(url).ok()?;
        let ours =
            matches!(url.host_str(), Some("www.whatsapp.com" | "whatsapp.com")) && url.path().starts_with("/otp/code");
        let all = |name: &str| -> Vec<String> {
            let values = url.query_pairs().filter(|(key, value)| key == name && !value.is_empty());
            values.map(|(_, value)| value.into_owned()).collect()
        };
        let otp_type = all("otp_type").into_iter().next().filter(|_| ours)?;
        // A `+` of the hash that is not encoded reads as a blank, which no hash has.
        let hashes = all("signature_hash").into_iter().map(|hash| hash.replace(' ', "+"));
        let apps: Vec<SupportedApp> = all("package_name")
            .into_iter()
            .zip(hashes)
            .map(|(package_name, signature_hash)| SupportedApp { package_name, signature_hash })
            .collect();
        Some(Self {
            otp_type,
            expiration_minutes: all("code_expiration_minutes").first().and_then(|minutes| minutes.parse().ok()),
            supported_apps: apps,
        })
    }
}

/// Code sentences as they stand alone (Meta, authentication previews page, 2026).
const CODE_SENTENCES: [&str; 2] = ["*{{1}}* is your verification code.", "Tu código de verificación es *{{1}}*."];

/// Least letters of a second sentence: fewer may be an abbreviation's rest.
const SENTENCE: usize = 8;

/// Whether a body is the provider's text of a code: it has the code and no other parameter.
pub(super) fn is_preset(text: &str) -> bool {
    placeholder::parameters(text) == [Parameter::Number(1)]
}

/// Whether the provider's text of a code carries its security recommendation: yes where something follows the sentence with
/// the code, no where that sentence is a known one; `None` where neither is sure, as in scripts that end no sentence.
pub(super) fn recommends_security(text: &str) -> Option<bool> {
    let text = text.trim();
    if CODE_SENTENCES.contains(&text) {
        return Some(false);
    }
    let (_, behind) = text.split_once("{{1}}")?;
    let end = behind.char_indices().find(|(at, c)| ends_sentence(*c, &behind[at + c.len_utf8()..]));
    let rest = end.map_or("", |(at, c)| &behind[at + c.len_utf8()..]);
    (rest.chars().filter(|c| c.is_alphabetic()).count() >= SENTENCE).then_some(true)
}

/// Full stops of the scripts that WhatsApp has languages in. A Latin one ends a sentence before a blank or the end.
fn ends_sentence(c: char, behind: &str) -> bool {
    match c {
        '.' | '!' | '?' => behind.chars().next().is_none_or(|next| next.is_whitespace() || next == '*'),
        '\n' | '。' | '！' | '．' | '।' | '॥' | '۔' | '։' | '؟' | '።' | '။' | '។' => true,
        _ => false,
    }
}

/// The minutes in a sentence about them: its only number, if that can be one (Meta, authentication templates: 1 to 90).
pub(super) fn minutes(sentence: &str) -> Option<u32> {
    let digits: String = sentence
        .chars()
        .map(|c| digit(c).and_then(|digit| char::from_digit(u32::from(digit), 10)).unwrap_or(' '))
        .collect();
    let mut numbers = digits.split_whitespace();
    let only = numbers.next().filter(|_| numbers.next().is_none())?;
    only.parse().ok().filter(|minutes| (1..=90).contains(minutes))
}

/// The value of a decimal digit, in the scripts that WhatsApp has languages in.
fn digit(c: char) -> Option<u8> {
    const ZEROS: [u32; 16] = [
        0x30, 0x660, 0x6f0, 0x966, 0x9e6, 0xa66, 0xae6, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0, 0x1040, 0x17e0,
        0xff10,
    ];
    let code = u32::from(c);
    let value = ZEROS.iter().filter_map(|zero| code.checked_sub(*zero)).find(|value| *value < 10)?;
    value.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_a_button_carries_what_the_list_does_not_show() {
        let app =
            |package: &str, hash: &str| SupportedApp { package_name: package.into(), signature_hash: hash.into() };
        let url = |more: &str| CodeUrl::parse(&format!("https://www.whatsapp.com/otp/code/?{more}&code=otp{{{{1}}}}"));
        let one = url("otp_type=ONE_TAP&cta_display_name=Fill&package_name=at.fernweh&signature_hash=K8a%2FAI%2BcGX7\
                       &code_expiration_minutes=10")
        .unwrap();
        assert_eq!((one.otp_type.as_str(), one.expiration_minutes), ("ONE_TAP", Some(10)));
        assert_eq!(one.supported_apps, [app("at.fernweh", "K8a/AI+cGX7")]);
        let two =
            url("otp_type=ZERO_TAP&package_name=a.b&signature_hash=K8a/AI+cGX7&package_name=c.d&signature_hash=x");
        assert_eq!(two.unwrap().supported_apps, [app("a.b", "K8a/AI+cGX7"), app("c.d", "x")]);
        assert_eq!(url("otp_type=COPY_CODE").unwrap().expiration_minutes, None);
        assert!(url("kind=COPY_CODE").is_none());
        assert!(CodeUrl::parse("https://fernweh.example/otp/code/?otp_type=COPY_CODE").is_none());
    }

    #[test]
    fn a_second_sentence_is_the_recommendation_and_a_doubt_stays_one() {
        for text in [
            "*{{1}}* is your verification code. For your security, do not share this code.",
            "Tu código de verificación es *{{1}}*. Por tu seguridad, no lo compartas.",
            "*{{1}}* ist Ihr Code!\nGeben Sie ihn nicht weiter",
            "*{{1}}* 是你的验证码。为安全起见，请勿分享此验证码。",
            "*{{1}}* आपका कोड है। सुरक्षा के लिए, इसे शेयर न करें।",
        ] {
            assert_eq!(recommends_security(text), Some(true), "{text}");
        }
        for text in CODE_SENTENCES {
            assert_eq!(recommends_security(text), Some(false), "{text}");
        }
        for text in [
            "*{{1}}* ist dein Code.",
            "*{{1}}* คือรหัสของคุณ เพื่อความปลอดภัย อย่าแชร์รหัสนี้",
            "Dein Code: *{{1}}*",
            "{{1}} is nr. 1",
        ] {
            assert_eq!(recommends_security(text), None, "{text}");
        }
    }

    #[test]
    fn minutes_are_the_only_number() {
        for (text, wanted) in [
            ("This code expires in 10 minutes.", Some(10)),
            ("تنتهي صلاحية هذا الرمز خلال ١٥ دقيقة.", Some(15)),
            ("此验证码将在５分钟后失效。", Some(5)),
            ("Open 9 to 5", None),
            ("Soon", None),
            ("In 120 minutes", None),
            ("0 minutes", None),
        ] {
            assert_eq!(minutes(text), wanted, "{text}");
        }
    }
}
