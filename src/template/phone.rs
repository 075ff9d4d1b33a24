//! Telephone numbers of buttons, as the provider takes and shows them.
//!
//! Facts: Meta, OpenAPI and template-management page against the components page (2026-05-06): a number comes back as `+` and
//! its digits, and zeros behind the country code are dropped.

/// The digits of a number in the order in which they are written.
#[must_use]
pub fn digits(number: &str) -> String {
    number.chars().filter(char::is_ascii_digit).collect()
}

/// The number that customers call: `+` and the digits, without zeros behind the country code.
#[must_use]
pub fn dialled(number: &str) -> String {
    let all = digits(number);
    let (code, rest) = all.split_at(country_code_length(&all).min(all.len()));
    format!("+{code}{}", rest.trim_start_matches('0'))
}

/// The number that customers call, where it is another than the one that is written: a zero behind the country code is
/// dropped on the way.
#[must_use]
pub fn dropped_zero(number: &str) -> Option<String> {
    let all = digits(number);
    Some(dialled(number)).filter(|dialled| !all.starts_with('0') && dialled[1..] != all)
}

/// Lengths of country codes (ITU E.164): one digit for zones 1 and 7, two for those listed, else three.
fn country_code_length(digits: &str) -> usize {
    const TWO: &[&str] = &[
        "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46", "47", "48", "49",
        "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63", "64", "65", "66", "81", "82", "84",
        "86", "90", "91", "92", "93", "94", "95", "98",
    ];
    match digits.as_bytes() {
        [b'1' | b'7', ..] => 1,
        _ if digits.get(..2).is_some_and(|two| TWO.contains(&two)) => 2,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_behind_the_country_code_are_dropped() {
        for (written, called, differs) in [
            ("+43 316 555010", "+43316555010", false),
            ("+43 (0) 316 555010", "+43316555010", true),
            ("+390612345678", "+39612345678", true),
            ("1 650 555 0100", "+16505550100", false),
            ("+353 01 5550100", "+35315550100", true),
            ("0316000000", "+0316000000", false),
            ("", "+", false),
        ] {
            assert_eq!(dialled(written), called, "{written}");
            assert_eq!(dropped_zero(written).is_some(), differs, "{written}");
        }
    }
}
