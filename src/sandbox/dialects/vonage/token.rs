//! The credential: `Authorization: Bearer JWT`. The form of a JWT is checked, its signature cannot be: the sandbox has no
//! application's public key.
//!
//! A token without a dot is what embedded accounts send; it is good as it is. Lifetimes are counted on this machine's clock,
//! because accounts' clocks are moved by hand.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

/// Without `exp` a token is good for so long; with one at most for a day (Vonage support page on JWTs, 2026-11).
const DEFAULT_LIFE: i64 = 15 * 60;
const LONGEST_LIFE: i64 = 24 * 60 * 60;
/// `iat` and `nbf` may be so far in the future; assumed, Vonage documents nothing.
const LEEWAY: SignedDuration = SignedDuration::from_secs(60);

/// The token of a header, if it has the documented form. `JWT …` and bare tokens are refused (public clients, 2026-07).
pub(super) fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("Bearer") && !token.is_empty()).then_some(token)
}

/// Whether a token could be one of an application.
pub(super) fn is_good(token: &str, now: Timestamp) -> bool {
    if !token.contains('.') {
        return true;
    }
    let parts: Vec<&str> = token.split('.').collect();
    let [header, claims, signature] = parts.as_slice() else { return false };
    let decoded = |part: &str| URL_SAFE_NO_PAD.decode(part).ok().filter(|bytes| !bytes.is_empty());
    let json = |part: &str| -> Option<Value> { serde_json::from_slice(&decoded(part)?).ok() };
    let (Some(header), Some(claims), Some(_)) = (json(header), json(claims), decoded(signature)) else { return false };
    let text = |key: &str| claims[key].as_str().is_some_and(|text| !text.is_empty());
    let Some(issued) = claims["iat"].as_i64() else { return false };
    let end = match &claims["exp"] {
        Value::Null => issued.saturating_add(DEFAULT_LIFE),
        exp => exp.as_i64().unwrap_or(0).min(issued.saturating_add(LONGEST_LIFE)),
    };
    let latest = now.checked_add(LEEWAY).unwrap_or(now).as_second();
    let begun = issued <= latest && claims["nbf"].as_i64().is_none_or(|begin| begin <= latest);
    header["alg"] == "RS256" && text("application_id") && text("jti") && begun && end > now.as_second()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn token(header: &Value, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}.{}", part(header), part(claims), URL_SAFE_NO_PAD.encode("signature"))
    }

    #[test]
    fn the_scheme_is_bearer() {
        assert_eq!(bearer("Bearer abc"), Some("abc"));
        for bad in ["abc", "JWT abc", "Basic abc", "Bearer", "Bearer "] {
            assert_eq!(bearer(bad), None, "{bad}");
        }
    }

    #[test]
    fn tokens_have_to_say_who_and_until_when() {
        let now = Timestamp::from_second(1_780_000_000).unwrap();
        let header = json!({ "alg": "RS256", "typ": "JWT" });
        let claims = |change: &dyn Fn(&mut Value)| {
            let mut claims = json!({ "application_id": "a", "iat": 1_779_999_990, "exp": 1_780_000_900, "jti": "x" });
            change(&mut claims);
            claims
        };
        let good = |header: &Value, claims: &Value| is_good(&token(header, claims), now);
        assert!(good(&header, &claims(&|_| {})));
        assert!(good(&header, &claims(&|c| c["exp"] = Value::Null)));
        assert!(is_good("sandbox", now));
        assert!(!good(&json!({ "alg": "HS256" }), &claims(&|_| {})));
        let spoil: [&dyn Fn(&mut Value); 6] = [
            &|c| c["application_id"] = Value::Null,
            &|c| c["jti"] = Value::Null,
            &|c| c["iat"] = Value::Null,
            &|c| c["iat"] = 1_780_000_100.into(),
            &|c| c["exp"] = 1_780_000_000.into(),
            &|c| c["iat"] = (1_780_000_000 - LONGEST_LIFE).into(),
        ];
        for (at, spoil) in spoil.into_iter().enumerate() {
            assert!(!good(&header, &claims(spoil)), "{at}");
        }
        for bad in ["a.b", "a.b.c", ".", "..", "a.b.c.d"] {
            assert!(!is_good(bad, now), "{bad}");
        }
    }
}
