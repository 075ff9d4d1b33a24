//! Credentials by their names, in whatever spelling, and queries without them.

/// Names of credentials, as letters alone.
const CREDENTIALS: [&str; 8] = [
    "accesstoken",
    "appsecretproof",
    "inputtoken",
    "clientsecret",
    "apikey",
    "authorization",
    "privatekey",
    "password",
];

/// Whether a text names a credential, in whatever spelling: `access_token`, `Access-Token`, `accessToken`.
pub(crate) fn names_credential(text: &str) -> bool {
    let letters: String = text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    letters == "token" || CREDENTIALS.iter().any(|name| letters.contains(name))
}

/// A query without its credentials, otherwise as it was sent. What has a credential's name in its value goes too: it may
/// be a query of its own.
pub(crate) fn without_credentials(query: &str) -> String {
    let plain = |pair: &&str| {
        let mut text = (*pair).to_owned();
        // As often as it was encoded; each time it gets shorter.
        for _ in 0..4 {
            let key = text.split('=').next().unwrap_or_default();
            if names_credential(key) || names_credential(&text) {
                return false;
            }
            let escaped = text.replace('+', "%2B").replace('=', "%3D").replace('&', "%26");
            let decoded = url::form_urlencoded::parse(escaped.as_bytes()).next().map(|(key, _)| key.into_owned());
            match decoded {
                Some(decoded) if decoded != text => text = decoded,
                _ => break,
            }
        }
        true
    };
    query.split('&').filter(plain).collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_leave_the_query() {
        for (query, kept) in [
            ("limit=5&access_token=x&after=y", "limit=5&after=y"),
            ("access_token=x", ""),
            ("access%5Ftoken=x&a=1", "a=1"),
            ("ACCESS_TOKEN=x", ""),
            ("appsecret_proof=x&b", "b"),
            ("access%255Ftoken=x&a=1", "a=1"),
            ("accessToken=x&Access-Token=y&a=1", "a=1"),
            ("token=x&api_key=y&client_secret=z", ""),
            ("a=1;access_token=x&b=2", "b=2"),
            ("url=https%3A%2F%2Fx%2F%3Faccess_token%3Dx&b=2", "b=2"),
            ("access_token[]=x&b=2", "b=2"),
            ("limit=250&fields=name,status&after=abc", "limit=250&fields=name,status&after=abc"),
            ("fields=a%2Cb", "fields=a%2Cb"),
        ] {
            assert_eq!(without_credentials(query), kept, "{query}");
        }
    }
}
