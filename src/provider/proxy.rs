//! The proxy that the environment names: `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`, in upper or lower case.
//!
//! The HTTP library would read these variables by itself, and drop without a word what it cannot read (hyper-util 0.1.21,
//! `client/proxy/matcher.rs`): a run would then go around the proxy that somebody asked for. So they are read here, once, and
//! handed over. Never shows a value: it may hold a password. Connects to nothing.

use std::{ffi::OsString, fmt, net::IpAddr};

use ipnet::IpNet;
use url::Url;

use super::host::is_loopback;

/// Schemes of proxies that the HTTP library speaks.
const SCHEMES: [&str; 6] = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"];
/// Variables that name a proxy, the one that counts first. `HTTP_PROXY` is for plain http, which no account is reached by; a value
/// that nobody could use is refused all the same.
const PROXIES: [&str; 3] = ["HTTPS_PROXY", "ALL_PROXY", "HTTP_PROXY"];
/// The variable with hosts that are reached without a proxy.
const EXCEPTIONS: &str = "NO_PROXY";

/// How the HTTP library says that a proxy answered 407 (hyper-util 0.1.21; it has no type for it).
const CREDENTIALS_WANTED: &str = "proxy authorization required";
/// How it says that a proxy made no tunnel.
const NO_TUNNEL: &str = "tunnel error";

/// What an error of the HTTP library says about the proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProxyAnswer {
    /// It wants a user and a password, or others.
    CredentialsWanted,
    /// It does not connect to the host: it may not, or the host does not answer it.
    NoConnection,
}

/// What an error says about the proxy, if it does.
#[must_use]
pub fn answer(error: &(dyn std::error::Error + 'static)) -> Option<ProxyAnswer> {
    let mut texts = super::tls::chain(error).map(ToString::to_string).filter(|text| text.contains(NO_TUNNEL));
    let text = texts.next()?;
    Some(if text.contains(CREDENTIALS_WANTED) { ProxyAnswer::CredentialsWanted } else { ProxyAnswer::NoConnection })
}

/// A variable that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{variable} {problem}")]
pub struct ProxyError {
    /// Its name, as it is set.
    pub variable: String,
    /// What is wrong and what to do; never the value.
    pub problem: String,
}

impl ProxyError {
    fn new(variable: &str, problem: impl Into<String>) -> Self {
        Self { variable: variable.to_owned(), problem: problem.into() }
    }
}

/// The proxy of a run, and the hosts that are reached without it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ProxySettings {
    /// The variable that names it, and its address.
    proxy: Option<(String, Url)>,
    /// The variable with the exceptions, and its entries, trimmed and not empty.
    exceptions: Option<(String, Vec<String>)>,
}

impl fmt::Debug for ProxySettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProxySettings({:?})", self.proxy.as_ref().map(|(variable, _)| variable))
    }
}

impl ProxySettings {
    /// Reads the variables. An empty one counts as unset.
    ///
    /// # Errors
    /// A value that is no address of a proxy, or an upper-case and a lower-case variable that say different things.
    pub fn read(variable: impl Fn(&str) -> Option<OsString>) -> Result<Self, ProxyError> {
        let mut proxy = None;
        for name in PROXIES {
            let Some((name, value)) = either_case(&variable, name)? else { continue };
            let address = address(&value).map_err(|problem| ProxyError::new(&name, problem))?;
            if !name.eq_ignore_ascii_case("HTTP_PROXY") {
                proxy = proxy.or(Some((name, address)));
            }
        }
        let exceptions = either_case(&variable, EXCEPTIONS)?.map(|(name, value)| {
            let entries = value.split([',', ' ', '\t', '\n', '\r']).filter(|entry| !entry.is_empty());
            // `*.x` means the same as `.x` to whoever writes it.
            (
                name,
                entries
                    .map(|entry| entry.strip_prefix("*.").map_or(entry.to_owned(), |rest| format!(".{rest}")))
                    .collect(),
            )
        });
        Ok(Self { proxy, exceptions })
    }

    /// Refuses an exception that was meant for this host and is in a form that is not read, such as `https://HOST` or `HOST:443`.
    ///
    /// # Errors
    /// That entry's variable, and what to write instead.
    pub fn check(&self, url: &Url) -> Result<(), ProxyError> {
        let (Some(_), Some((variable, entries)), Some(host)) = (&self.proxy, &self.exceptions, url.host_str()) else {
            return Ok(());
        };
        let odd = entries.iter().filter_map(|entry| host_in(entry)).find(|meant| covers(meant, host));
        match odd {
            Some(meant) if !entries.iter().any(|entry| covers(entry, host)) => Err(ProxyError::new(
                variable,
                format!(
                    "names {meant} in a form that is not read, so that the proxy would be used: write `{meant}` there, without \
                     scheme, port or path"
                ),
            )),
            _ => Ok(()),
        }
    }

    /// The variable whose proxy is used to reach this URL. Nothing on this machine is reached through one.
    #[must_use]
    pub fn used_for(&self, url: &Url) -> Option<&str> {
        let (variable, _) = self.proxy.as_ref().filter(|_| !is_loopback(url))?;
        let host = url.host_str()?;
        let mut entries = self.exceptions.iter().flat_map(|(_, entries)| entries);
        (!entries.any(|entry| covers(entry, host))).then_some(variable)
    }

    /// The proxy for requests to this URL, as the HTTP library wants it.
    ///
    /// # Errors
    /// The library refuses the address.
    pub fn client_proxy(&self, url: &Url) -> Result<Option<reqwest::Proxy>, ProxyError> {
        let (Some(variable), Some((_, address))) = (self.used_for(url), &self.proxy) else { return Ok(None) };
        let proxy = reqwest::Proxy::all(address.clone());
        // Its error would quote the address.
        proxy.map(Some).map_err(|_| ProxyError::new(variable, "holds an address that cannot be used"))
    }
}

/// What a variable holds, in upper or lower case, without white space around it; nothing where both are empty or unset.
fn either_case(
    variable: &impl Fn(&str) -> Option<OsString>,
    name: &str,
) -> Result<Option<(String, String)>, ProxyError> {
    let read = |name: String| match variable(&name) {
        None => Ok(None),
        Some(value) => match value.into_string() {
            Ok(value) if value.trim().is_empty() => Ok(None),
            Ok(value) => Ok(Some((name, value.trim().to_owned()))),
            Err(_) => Err(ProxyError::new(&name, "holds bytes that are not UTF-8: set it anew, or unset it")),
        },
    };
    match (read(name.to_owned())?, read(name.to_ascii_lowercase())?) {
        (Some((_, one)), Some((lower, other))) if one != other => Err(ProxyError::new(
            name,
            format!(
                "and {lower} say different things, and programs differ in which one they follow: unset one of them"
            ),
        )),
        (upper, lower) => Ok(upper.or(lower)),
    }
}

/// The address of a proxy, `SCHEME://USER:PASSWORD@HOST:PORT`; without a scheme it is http, as everywhere.
fn address(value: &str) -> Result<Url, String> {
    const FORM: &str = "write it as http://HOST:PORT or http://USER:PASSWORD@HOST:PORT, with @ / ? # in user and password as %40 \
                        %2F %3F %23, or unset it";
    let refuse = |what: &str| Err(format!("is not the address of a proxy: {what}; {FORM}"));
    if value.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return refuse("it holds blanks or control characters");
    }
    let whole = if value.contains("://") { value.to_owned() } else { format!("http://{value}") };
    let Ok(url) = Url::parse(&whole) else { return refuse("it cannot be read") };
    if !SCHEMES.contains(&url.scheme()) {
        return refuse("its scheme is none of http, https, socks4, socks4a, socks5, socks5h");
    }
    if url.host_str().is_none_or(str::is_empty) {
        return refuse("it names no host");
    }
    if url.port() == Some(0) {
        return refuse("its port is 0");
    }
    // A password with one of these characters ends the address early, and the rest of it would be a path.
    if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
        return refuse("something follows host and port");
    }
    // `@` in a password is read by some programs as the end of it, and by some not.
    if whole.matches('@').count() > 1 {
        return refuse("it holds more than one `@`");
    }
    Ok(url)
}

/// The host in an entry that is written as an URL or with a port, in lower case; `None` for entries that are read as they are.
fn host_in(entry: &str) -> Option<String> {
    let rest = entry.split_once("://").map_or(entry, |(_, rest)| rest);
    let rest = rest.split(['/', '?', '#']).next()?;
    let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest).trim_start_matches('*');
    let name = match rest.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) && !name.contains(':') => name,
        _ => rest,
    };
    (name != entry && !name.is_empty() && network(entry).is_none()).then(|| name.to_ascii_lowercase())
}

/// An entry that is a network, such as `10.0.0.0/8`, or a single address.
fn network(entry: &str) -> Option<IpNet> {
    entry.parse().ok().or_else(|| entry.parse::<IpAddr>().ok().map(IpNet::from))
}

/// Whether an entry covers a host: it is the host, a domain above it, a network that holds its address, or `*`.
fn covers(entry: &str, host: &str) -> bool {
    if entry == "*" {
        return true;
    }
    let host = host.trim_end_matches('.');
    if let Ok(address) = host.trim_matches(['[', ']']).parse::<IpAddr>() {
        return network(entry).is_some_and(|network| network.contains(&address));
    }
    let domain = entry.strip_prefix('.').unwrap_or(entry);
    let above = host.len().checked_sub(domain.len()).filter(|_| !domain.is_empty());
    above
        .and_then(|at| host.split_at_checked(at))
        .is_some_and(|(rest, end)| end.eq_ignore_ascii_case(domain) && (rest.is_empty() || rest.ends_with('.')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<ProxySettings, ProxyError> {
        ProxySettings::read(|name| {
            variables.iter().find(|(variable, _)| *variable == name).map(|(_, value)| OsString::from(value))
        })
    }

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    /// The address that the HTTP library gets.
    fn named(variables: &[(&str, &str)]) -> Option<String> {
        read(variables).unwrap().proxy.map(|(variable, address)| format!("{variable} {address}"))
    }

    #[test]
    fn which_variable_counts() {
        assert_eq!(named(&[]), None);
        assert_eq!(named(&[("HTTPS_PROXY", "")]), None);
        assert_eq!(named(&[("HTTP_PROXY", "http://a:1")]), None);
        assert_eq!(named(&[("HTTPS_PROXY", "a:1"), ("ALL_PROXY", "b:2")]).unwrap(), "HTTPS_PROXY http://a:1/");
        // An empty variable hides nothing.
        assert_eq!(named(&[("HTTPS_PROXY", " "), ("https_proxy", "a:1")]).unwrap(), "https_proxy http://a:1/");
        assert_eq!(named(&[("HTTPS_PROXY", ""), ("all_proxy", "socks5h://b:2")]).unwrap(), "all_proxy socks5h://b:2");
        assert_eq!(named(&[("HTTPS_PROXY", "a:1"), ("https_proxy", "a:1")]).unwrap(), "HTTPS_PROXY http://a:1/");
        let error = read(&[("HTTPS_PROXY", "a:1"), ("https_proxy", "b:1")]).unwrap_err();
        assert!(error.to_string().starts_with("HTTPS_PROXY and https_proxy say different things"), "{error}");
    }

    #[test]
    fn what_is_no_address_is_refused_and_not_shown() {
        for bad in [
            "http://CANARY bad:1",
            "http://",
            "http://:3128",
            "://proxy:1",
            "ftp://CANARY:1",
            "http://proxy:port",
            "http://proxy:99999",
            "http://proxy:0",
            "http://user:CANARY/x@proxy:1",
            "http://user:CANARY#x@proxy:1",
            "http://user:CANARY?x@proxy:1",
            "http://user:CANARY@x@proxy:1",
            "http://http://proxy:1",
            "http://proxy:1/path",
            "http://[::1:1",
            "http://pro\u{1}xy:1",
            "https:proxy",
        ] {
            for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy"] {
                let error = read(&[(name, bad)]).expect_err(bad).to_string();
                assert!(error.starts_with(&format!("{name} is not the address of a proxy: ")), "{error}");
                assert!(!error.contains("CANARY"), "{error}");
            }
        }
        let settings = read(&[("HTTPS_PROXY", "http://user:CANARY@proxy:1")]).unwrap();
        assert!(!format!("{settings:?}").contains("CANARY"));
    }

    #[cfg(unix)]
    #[test]
    fn bytes_that_are_no_text_are_refused() {
        use std::os::unix::ffi::OsStringExt;
        for name in ["HTTPS_PROXY", "no_proxy"] {
            let error = ProxySettings::read(|asked| (asked == name).then(|| OsString::from_vec(vec![b'a', 0xff])));
            assert_eq!(error.unwrap_err().variable, name);
        }
    }

    /// The library parses the address once more, by other rules, and would drop it without a word.
    #[test]
    fn what_is_accepted_is_an_address_for_the_library_too() {
        for good in
            ["a", "a:1", "https://u:p%40%2F@a:1", "http://ü:ß|^{}<>`[]@münchen.example:1", "socks4a://a", "[::1]:1"]
        {
            let (_, address) = read(&[("ALL_PROXY", good)]).unwrap().proxy.unwrap();
            let uri: http::Uri = address.as_str().parse().unwrap();
            assert!(uri.authority().is_some(), "{good}");
        }
    }

    #[test]
    fn exceptions() {
        let used = |exceptions: &str, target: &str| {
            let settings = read(&[("ALL_PROXY", "a:1"), ("no_proxy", exceptions)]).unwrap();
            settings.check(&url(target)).map(|()| settings.used_for(&url(target)).is_some())
        };
        let meta = "https://graph.facebook.com/v23.0";
        for covered in
            ["*", "graph.facebook.com", "a.example, .facebook.com", "FACEBOOK.com", "x *.facebook.com", "com"]
        {
            assert_eq!(used(covered, meta), Ok(false), "{covered}");
        }
        for other in
            ["", "book.com", "raph.facebook.com", "x.graph.facebook.com", "10.0.0.0/8", "https://a.example:1", "."]
        {
            assert_eq!(used(other, meta), Ok(true), "{other}");
        }
        for odd in ["https://graph.facebook.com", "graph.facebook.com:443", "http://facebook.com/", "*facebook.com"] {
            let error = used(odd, meta).unwrap_err().to_string();
            assert!(error.starts_with("no_proxy names ") && error.contains("facebook.com` there"), "{error}");
            // Once more as it should be, the odd form does no harm.
            assert_eq!(used(&format!("{odd},facebook.com"), meta), Ok(false));
        }
        assert_eq!(used("10.0.0.0/8", "https://10.1.2.3/"), Ok(false));
        assert_eq!(used("10.1.2.3", "https://10.1.2.3/"), Ok(false));
        assert_eq!(used("10.0.0.0/8", "https://11.1.2.3/"), Ok(true));
        assert_eq!(used("fd00::/8", "https://[fd00::1]/"), Ok(false));
        // Nothing on this machine is reached through a proxy.
        assert_eq!(used("", "http://127.0.0.1:8080/"), Ok(false));
    }
}
