//! Durations as people write them: `10m`, `1h30m`, `14d`, and bare seconds where a field counts them.
//!
//! Calendar units (months, years) are not durations and are refused.

use jiff::SignedDuration;

/// Reads `1h30m`, `14d`, `2w` …; units s, m, h, d (24 hours), w.
#[must_use]
pub fn parse(text: &str) -> Option<SignedDuration> {
    let mut rest = text.trim();
    let mut seconds: i64 = 0;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let number: i64 = rest.get(..digits)?.parse().ok()?;
        rest = &rest[digits..];
        let unit = match rest.chars().next()? {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            'w' => 604_800,
            _ => return None,
        };
        rest = rest[1..].trim_start();
        seconds = seconds.checked_add(number.checked_mul(unit)?)?;
    }
    Some(SignedDuration::from_secs(seconds))
}

/// Reads seconds: a whole number (negative ones too: the provider has a use for -1), or a duration.
#[must_use]
pub fn seconds(text: &str) -> Option<i64> {
    text.trim().parse().ok().or_else(|| parse(text).map(|duration| duration.as_secs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_numbers_with_units() {
        for (text, wanted) in
            [("600", Some(600)), ("10m", Some(600)), ("1h 30m", Some(5400)), ("-1", Some(-1)), ("14d", Some(1_209_600))]
        {
            assert_eq!(seconds(text), wanted, "{text}");
        }
        for text in ["", "10", "m", "10 m x", "1y", "99999999999999999999d", "9223372036854775807w", "10 é"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
