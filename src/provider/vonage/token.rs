//! Tokens: short JWTs that the application's private key signs (RS256), made when one is needed and used until shortly before
//! they expire.
//!
//! Key and tokens stay here: they leave only as a header that is marked sensitive, and [`Tokens::mask`] blots out every token
//! that was ever made. Sends nothing.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use aws_lc_rs::{
    rand::{self, SystemRandom},
    signature::{RSA_PKCS1_SHA256, RsaKeyPair},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};
use rustls_pki_types::{PrivateKeyDer, pem::PemObject as _};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use crate::{
    provider::{ErrorKind, ProviderError, authorization::Authorize, request::Request, secret},
    template::normal::hex,
};

/// From `iat` to `exp`. Vonage takes up to 24 hours, and 15 minutes where there is no `exp` (Vonage support, "How long is my
/// JSON Web Token valid for", 2026-11); what leaks should not live longer than a run needs.
const LIFE: SignedDuration = SignedDuration::from_mins(15);
/// `iat` is this much in the past, so that a clock that is a little fast signs nothing that is not valid yet. Vonage only
/// asks that a token is at most 24 hours old (same page).
const BACKDATE: SignedDuration = SignedDuration::from_mins(1);
/// A token is not used any more when this little is left of it: its request may take that long.
const RESERVE: SignedDuration = SignedDuration::from_mins(2);
/// A clock that is off by less than this is not why a token was refused.
const NOTABLE: SignedDuration = SignedDuration::from_secs(30);
/// An answer that says that the clock is off by more than this is not believed: nobody is handed a token for next year.
const BELIEVABLE: SignedDuration = SignedDuration::from_hours(24);

/// The tokens of one application.
pub(super) struct Tokens {
    application_id: String,
    key: RsaKeyPair,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The token in use, and from when to when.
    current: Option<(HeaderValue, Timestamp, Timestamp)>,
    /// Every token that was made.
    issued: Vec<SecretString>,
    /// How far the provider's clock is ahead of ours, once that mattered.
    ahead: SignedDuration,
}

impl Tokens {
    /// Reads the key: PEM, PKCS#8 or PKCS#1. Line breaks that are written as `\n`, as variables of CI systems hold them, are
    /// line breaks.
    ///
    /// # Errors
    /// [`ErrorKind::Credentials`], without anything of the key.
    pub(super) fn new(application_id: String, private_key: &SecretString) -> Result<Self, ProviderError> {
        let written = private_key.expose_secret();
        let unfolded = match written.contains('\n') {
            true => SecretString::from(written),
            false => SecretString::from(written.replace("\\n", "\n")),
        };
        let refuse = |why: &str| ProviderError::new(ErrorKind::Credentials, format!("the private key {why}"), "");
        if unfolded.expose_secret().contains("ENCRYPTED") {
            return Err(refuse(
                "is encrypted; give the one that Vonage's dashboard made for the application, as it is",
            ));
        }
        if unfolded.expose_secret().contains("-----BEGIN PUBLIC KEY-----") {
            return Err(refuse("is the public one; give the file that Vonage's dashboard had you download"));
        }
        let der = PrivateKeyDer::from_pem_slice(unfolded.expose_secret().as_bytes());
        let key = match der {
            Ok(PrivateKeyDer::Pkcs8(der)) => RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()),
            Ok(PrivateKeyDer::Pkcs1(der)) => RsaKeyPair::from_der(der.secret_pkcs1_der()),
            Ok(_) => return Err(refuse("is not an RSA key")),
            Err(_) => {
                return Err(refuse(
                    "is not a whole key in PEM (`-----BEGIN PRIVATE KEY-----` to `-----END PRIVATE KEY-----`)",
                ));
            }
        };
        let key = key.map_err(|_| refuse("is not an RSA key of at least 2048 bits"))?;
        if application_id.is_empty() {
            return Err(ProviderError::new(ErrorKind::Invalid, "the application has no id", ""));
        }
        Ok(Self { application_id, key, state: Mutex::default() })
    }

    /// The header's value at a time of our clock: the token in use, or a new one.
    fn bearer(&self, now: Timestamp) -> Result<HeaderValue, ProviderError> {
        let mut state = self.state();
        let now = later(now, state.ahead);
        if let Some((value, from, to)) = &state.current
            && (*from..later(*to, -RESERVE)).contains(&now)
        {
            return Ok(value.clone());
        }
        let (from, to) = (later(now, -BACKDATE), later(now, LIFE.saturating_sub(BACKDATE)));
        let token = self.sign(from, to)?;
        let mut value = HeaderValue::try_from(format!("Bearer {}", token.expose_secret())).map_err(|_| broken())?;
        value.set_sensitive(true);
        state.issued.push(token);
        state.current = Some((value.clone(), from, to));
        Ok(value)
    }

    /// `header.claims.signature`.
    fn sign(&self, from: Timestamp, to: Timestamp) -> Result<SecretString, ProviderError> {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let header = part(&json!({ "alg": "RS256", "typ": "JWT" }));
        let claims = part(&json!({
            "application_id": self.application_id,
            "iat": from.as_second(),
            "exp": to.as_second(),
            "jti": identifier()?,
        }));
        let text = format!("{header}.{claims}");
        let mut signature = vec![0; self.key.public_modulus_len()];
        let random = SystemRandom::new();
        self.key.sign(&RSA_PKCS1_SHA256, &random, text.as_bytes(), &mut signature).map_err(|_| broken())?;
        Ok(SecretString::from(format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))))
    }

    /// After a refused token: whether the provider's clock explains it, and the next token is another one.
    pub(super) fn follow(&self, provider_ahead: Option<SignedDuration>) -> bool {
        let Some(ahead) = provider_ahead.filter(|ahead| ahead.abs() <= BELIEVABLE) else { return false };
        let mut state = self.state();
        let off = ahead.saturating_sub(state.ahead).unsigned_abs() >= NOTABLE.unsigned_abs();
        if off {
            tracing::warn!(seconds = ahead.as_secs(), "this machine's clock is off; tokens follow the provider's");
            state.ahead = ahead;
            state.current = None;
        }
        off
    }

    fn mask(&self, text: &str) -> Option<String> {
        let mut masked: Option<String> = None;
        for token in &self.state().issued {
            let token = token.expose_secret();
            // Its signature alone, too: the rest is no secret.
            let signature = token.rsplit_once('.').map(|(_, signature)| signature);
            for secret in [Some(token), signature].into_iter().flatten() {
                masked = secret::mask(masked.as_deref().unwrap_or(text), secret).or(masked);
            }
        }
        masked
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { application_id, key: _, state: _ } = self;
        write!(f, "Tokens({application_id}, ***)")
    }
}

/// Signs requests; the client keeps the other end, for [`Tokens::follow`].
#[derive(Debug)]
pub(super) struct Signed(pub(super) Arc<Tokens>);

impl Authorize for Signed {
    fn header(&self, _: &Request) -> Result<(HeaderName, HeaderValue), ProviderError> {
        Ok((AUTHORIZATION, self.0.bearer(Timestamp::now())?))
    }

    fn mask(&self, text: &str) -> Option<String> {
        self.0.mask(text)
    }
}

/// A `jti`: a random UUID, never the same twice.
fn identifier() -> Result<String, ProviderError> {
    let mut bytes = [0; 16];
    rand::fill(&mut bytes).map_err(|_| broken())?;
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let digits = hex(&bytes);
    let groups = [0..8, 8..12, 12..16, 16..20, 20..32].map(|range| digits.get(range).unwrap_or_default());
    Ok(groups.join("-"))
}

fn broken() -> ProviderError {
    ProviderError::new(ErrorKind::Credentials, "no token can be signed with the private key", "")
}

/// `at + by`, or the end of time.
fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(if by.is_negative() { Timestamp::MIN } else { Timestamp::MAX })
}

/// A throwaway key for tests, made anew in every run.
#[cfg(test)]
pub(super) mod testing {
    use std::sync::LazyLock;

    use aws_lc_rs::{
        encoding::{AsDer, Pkcs8V1Der},
        rsa::{KeyPair, KeySize},
    };
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    /// Making one takes long enough to share it.
    pub(in super::super) static KEY: LazyLock<KeyPair> = LazyLock::new(|| KeyPair::generate(KeySize::Rsa2048).unwrap());

    fn pem(label: &str, der: &[u8]) -> SecretString {
        let text = STANDARD.encode(der);
        let lines: Vec<&str> = text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
        SecretString::from(format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n")))
    }

    fn der() -> Vec<u8> {
        AsDer::<Pkcs8V1Der<'_>>::as_der(&*KEY).unwrap().as_ref().to_vec()
    }

    /// In PKCS#8.
    pub(in super::super) fn pkcs8() -> SecretString {
        pem("PRIVATE KEY", &der())
    }

    /// In PKCS#1, which PKCS#8 has in its last field: a sequence of more than 255 bytes that begins with version 0.
    pub(in super::super) fn pkcs1() -> SecretString {
        let der = der();
        let at = der.windows(4).skip(1).position(|w| w[0] == 0x30 && w[1] == 0x82).unwrap() + 1;
        pem("RSA PRIVATE KEY", &der[at..])
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};

    use super::*;

    fn tokens() -> Tokens {
        Tokens::new("aaaa-bbbb".to_owned(), &testing::pkcs8()).unwrap()
    }

    fn parts(value: &HeaderValue) -> (Value, Value, String, Vec<u8>) {
        let token = value.to_str().unwrap().strip_prefix("Bearer ").unwrap().to_owned();
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let (header, claims) = signed.split_once('.').unwrap();
        let read = |part: &str| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
        (read(header), read(claims), signed.to_owned(), URL_SAFE_NO_PAD.decode(signature).unwrap())
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_token_is_signed_and_says_what_vonage_asks_for() {
        for key in [testing::pkcs8(), testing::pkcs1(), folded(&testing::pkcs8())] {
            let tokens = Tokens::new("aaaa-bbbb".to_owned(), &key).unwrap();
            let value = tokens.bearer(at(1_780_000_000)).unwrap();
            let (header, claims, signed, signature) = parts(&value);
            assert_eq!(header, json!({ "alg": "RS256", "typ": "JWT" }));
            assert_eq!(claims["application_id"], "aaaa-bbbb");
            assert_eq!(claims["iat"], 1_780_000_000 - 60);
            assert_eq!(claims["exp"], 1_780_000_000 + 14 * 60);
            assert_eq!(claims["jti"].as_str().unwrap().len(), 36);
            let public = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, testing::KEY.public_key().as_ref());
            public.verify(signed.as_bytes(), &signature).unwrap();
            assert!(value.is_sensitive());
        }
    }

    fn folded(key: &SecretString) -> SecretString {
        SecretString::from(key.expose_secret().trim().replace('\n', "\\n"))
    }

    #[test]
    fn a_token_is_used_until_shortly_before_it_expires() {
        let tokens = tokens();
        let first = tokens.bearer(at(0)).unwrap();
        assert_eq!(tokens.bearer(at(0)).unwrap(), first);
        assert_eq!(tokens.bearer(at(12 * 60 - 1)).unwrap(), first);
        let second = tokens.bearer(at(12 * 60)).unwrap();
        assert_ne!(second, first);
        assert_ne!(parts(&first).1["jti"], parts(&second).1["jti"]);
        // A clock that was set back must not keep a token of the future in use.
        assert_ne!(tokens.bearer(at(0)).unwrap(), second);
    }

    #[test]
    fn a_clock_that_is_off_is_followed_once_it_mattered() {
        let tokens = tokens();
        tokens.bearer(at(0)).unwrap();
        for unhelpful in [None, Some(SignedDuration::from_secs(29)), Some(SignedDuration::from_hours(25))] {
            assert!(!tokens.follow(unhelpful));
        }
        let ahead = Some(SignedDuration::from_hours(2));
        assert!(tokens.follow(ahead));
        assert_eq!(parts(&tokens.bearer(at(0)).unwrap()).1["iat"], 2 * 3600 - 60);
        // The same explanation again explains nothing.
        assert!(!tokens.follow(ahead));
    }

    #[test]
    fn keys_and_tokens_show_nowhere() {
        let tokens = Arc::new(tokens());
        let signed = Signed(Arc::clone(&tokens));
        let value = tokens.bearer(Timestamp::now()).unwrap();
        let token = value.to_str().unwrap().strip_prefix("Bearer ").unwrap();
        let signature = token.rsplit('.').next().unwrap();
        let shown = format!("{tokens:?} {value:?} {:?}", Signed(Arc::new(self::tokens())));
        assert!(!shown.contains(signature) && !shown.contains("public_key"), "{shown}");
        assert_eq!(signed.clean(&format!("bad {token}\u{1b}!")), "bad *** !");
        assert_eq!(signed.clean(&format!("bad {signature}")), "bad ***");
        // Also those that are not used any more.
        tokens.bearer(later(Timestamp::now(), LIFE)).unwrap();
        assert_eq!(signed.clean(token), "***");
    }

    #[test]
    fn other_keys_are_refused_without_showing_them() {
        let cases = [
            ("CANARY", "is not a whole key in PEM"),
            ("-----BEGIN PUBLIC KEY-----\nQ0FOQVJZ\n-----END PUBLIC KEY-----\n", "is the public one"),
            ("-----BEGIN PRIVATE KEY-----\nQ0FOQVJZ\n-----END PRIVATE KEY-----\n", "is not an RSA key of"),
            ("-----BEGIN EC PRIVATE KEY-----\nQ0FOQVJZ\n-----END EC PRIVATE KEY-----\n", "is not an RSA key"),
            ("-----BEGIN ENCRYPTED PRIVATE KEY-----\nQ0FOQVJZ\n-----END ENCRYPTED PRIVATE KEY-----\n", "is encrypted"),
        ];
        for (key, says) in cases {
            let error = Tokens::new("a".to_owned(), &SecretString::from(key)).unwrap_err();
            assert_eq!(error.kind, ErrorKind::Credentials);
            assert!(error.message.contains(says), "{error}");
            assert!(!format!("{error:?}").contains("CANARY") && !format!("{error:?}").contains("Q0FOQVJZ"));
        }
        assert_eq!(Tokens::new(String::new(), &testing::pkcs8()).unwrap_err().kind, ErrorKind::Invalid);
    }
}
