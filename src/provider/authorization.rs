//! How requests prove whose they are: a secret goes into a header that is marked sensitive, and out of every text.

use std::fmt;

use reqwest::header;
use secrecy::{ExposeSecret, SecretString};

use super::{
    error::{ErrorKind, ProviderError},
    request::Request,
    secret::mask,
};

/// A secret text. It leaves this type only as a header that is marked sensitive, or as a key to sign with.
#[derive(Clone)]
pub struct Credential(SecretString);

impl Credential {
    /// Takes a token; white space around it (the line break of a file) is not part of it.
    ///
    /// # Errors
    /// [`ErrorKind::Credentials`] if it is empty or holds what no header can carry.
    pub fn new(token: &SecretString) -> Result<Self, ProviderError> {
        let trimmed = token.expose_secret().trim();
        let refuse = |message: &str| Err(ProviderError::new(ErrorKind::Credentials, message, String::new()));
        if trimmed.is_empty() {
            return refuse("the token is empty");
        }
        if !trimmed.bytes().all(|byte| byte.is_ascii_graphic()) {
            return refuse("the token holds blanks, line breaks or characters outside ASCII");
        }
        Ok(Self(SecretString::from(trimmed)))
    }

    /// `SCHEME TOKEN`, or the token alone where the scheme is empty; marked sensitive.
    fn header(&self, scheme: &str) -> Result<header::HeaderValue, ProviderError> {
        let token = self.0.expose_secret();
        let value = match scheme {
            "" => header::HeaderValue::try_from(token),
            scheme => header::HeaderValue::try_from(format!("{scheme} {token}")),
        };
        let mut value = value.map_err(|_| {
            ProviderError::new(ErrorKind::Credentials, "the token cannot be sent as a header", String::new())
        })?;
        value.set_sensitive(true);
        Ok(value)
    }

    /// A text without the token, if it is in it. Tokens of a few characters (sandboxes) are no secrets and would blot out
    /// half the text.
    #[must_use]
    pub fn mask(&self, text: &str) -> Option<String> {
        let token = self.0.expose_secret();
        if token.len() >= 8 { mask(text, token) } else { None }
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credential(***)")
    }
}

/// How requests prove whose they are.
pub trait Authorize: fmt::Debug + Send + Sync {
    /// The header of one request; its value is marked sensitive.
    ///
    /// # Errors
    /// [`ErrorKind::Credentials`] if there is nothing that could be sent.
    fn header(&self, request: &Request) -> Result<(header::HeaderName, header::HeaderValue), ProviderError>;

    /// A text without the secret, if it is in it.
    fn mask(&self, text: &str) -> Option<String>;

    /// A text of the provider without the secret and without control characters, for people.
    fn clean(&self, text: &str) -> String {
        let masked = self.mask(text);
        let plain = masked.as_deref().unwrap_or(text).chars().map(|c| if c.is_control() { ' ' } else { c });
        plain.take(2000).collect()
    }
}

/// A key that goes into one header as it is.
#[derive(Debug, Clone)]
pub struct Key {
    /// The header, in lower case: `authorization`, `x-api-key`.
    pub header: &'static str,
    /// The word before the key, `Bearer`; empty where there is none. A request may ask for another ([`Request::scheme`]).
    pub scheme: &'static str,
    /// The key.
    pub credential: Credential,
}

impl Authorize for Key {
    fn header(&self, request: &Request) -> Result<(header::HeaderName, header::HeaderValue), ProviderError> {
        let value = self.credential.header(request.scheme.unwrap_or(self.scheme))?;
        Ok((header::HeaderName::from_static(self.header), value))
    }

    fn mask(&self, text: &str) -> Option<String> {
        self.credential.mask(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_shows_nowhere() {
        let credential = Credential::new(&SecretString::from(" CANARY-7f3a \n")).unwrap();
        assert!(!format!("{credential:?}").contains("CANARY"));
        assert!(!format!("{:?}", credential.header("Bearer").unwrap()).contains("CANARY"));
        let key = Key { header: "authorization", scheme: "Bearer", credential };
        assert_eq!(key.clean("bad token CANARY-7f3a\u{1b}[31m"), "bad token *** [31m");
        assert_eq!(key.clean("bad token CANARY\u{200b}-7\u{7}f3a"), "bad token ***");
        for bad in ["", " \n", "a b", "a\nb", "ä"] {
            assert_eq!(Credential::new(&SecretString::from(bad)).unwrap_err().kind, ErrorKind::Credentials);
        }
    }
}
