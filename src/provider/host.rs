//! Which hosts a credential may go to: the provider's own, loopback, and those that the operator named. Nothing else.
//!
//! The workspace file alone cannot widen this: a pull request may change it, and must not be able to carry a token away.

use std::net::IpAddr;

use url::{Host, Url};

use super::{ErrorKind, ProviderError};

/// The rule for one provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostPolicy {
    /// The provider's hosts; `*.x.y` is any host below `x.y`.
    own: &'static [&'static str],
    /// Hosts that the operator allows (`LETTERPRESS_ALLOW_HOSTS`, read by the caller).
    allowed: Vec<String>,
}

impl HostPolicy {
    /// The provider's own hosts and those that the operator named.
    #[must_use]
    pub fn new(own: &'static [&'static str], allowed: &[String]) -> Self {
        let allowed = allowed.iter().map(|host| host.trim().trim_end_matches('.').to_ascii_lowercase());
        Self { own, allowed: allowed.filter(|host| !host.is_empty()).collect() }
    }

    /// Whether a request with a credential may go there.
    ///
    /// # Errors
    /// [`ErrorKind::HostNotAllowed`] with what to do.
    pub fn check(&self, url: &Url) -> Result<(), ProviderError> {
        let refuse = |message: String| Err(ProviderError::new(ErrorKind::HostNotAllowed, message, String::new()));
        let Some(host) = url.host() else { return refuse("the base URL names no host".to_owned()) };
        let name = host.to_string().trim_end_matches('.').to_ascii_lowercase();
        if !url.username().is_empty() || url.password().is_some() {
            return refuse(format!("the base URL of {name} carries a user name or password; remove it"));
        }
        if is_loopback(url) && matches!(url.scheme(), "http" | "https") {
            return Ok(());
        }
        if url.scheme() != "https" {
            return refuse(format!("{name} would be given the credential without encryption; use https"));
        }
        let own = self.own.iter().any(|own| match own.strip_prefix('*') {
            Some(suffix) => name.strip_suffix(suffix).is_some_and(|sub| !sub.is_empty()),
            None => name == *own,
        });
        if own || self.allowed.contains(&name) {
            return Ok(());
        }
        refuse(format!(
            "{name} is not the provider's host and gets no credential; to allow it, set LETTERPRESS_ALLOW_HOSTS={name}"
        ))
    }
}

/// Whether a URL points at this machine.
#[must_use]
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// Whether an address is on the public internet: not this machine, not a private, shared, link-local, reserved or
/// documentation network, and no IPv6 form that hides such an IPv4 address.
#[must_use]
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            let [a, b, c, _] = ip.octets();
            !(ip.is_loopback()
                || ip.is_private()
                || ip.is_link_local()
                || ip.is_unspecified()
                || ip.is_broadcast()
                || ip.is_multicast()
                || ip.is_documentation()
                || a == 0
                || (a == 100 && (64..128).contains(&b))
                || (a == 192 && b == 0 && c == 0)
                || (a == 192 && b == 88 && c == 99)
                || (a == 198 && (b == 18 || b == 19))
                || a >= 240)
        }
        IpAddr::V6(ip) => {
            if let Some(mapped) = ip.to_ipv4() {
                // ::ffff:a.b.c.d and ::a.b.c.d, which also covers ::1 and ::.
                return ip.to_ipv4_mapped().is_some() && is_public(IpAddr::V4(mapped));
            }
            let [a, b, ..] = ip.segments();
            // Only 2000::/3 is global unicast; inside it these are not, or carry an IPv4 address of anybody's choice.
            (a & 0xe000) == 0x2000
                && !(a == 0x2001 && b < 0x0200)
                && !(a == 0x2001 && b == 0x0db8)
                && a != 0x2002
                && !(a == 0x3fff && b < 0x1000)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, allowed: &[&str]) -> bool {
        let allowed: Vec<String> = allowed.iter().map(ToString::to_string).collect();
        let policy = HostPolicy::new(&["graph.facebook.com", "*.api.infobip.com"], &allowed);
        policy.check(&Url::parse(url).unwrap()).is_ok()
    }

    #[test]
    fn only_own_hosts_loopback_and_named_ones() {
        assert!(check("https://graph.facebook.com", &[]));
        assert!(check("https://GRAPH.facebook.com./x", &[]));
        assert!(check("https://xyz.api.infobip.com", &[]));
        assert!(check("http://127.0.0.1:8080", &[]));
        assert!(check("http://[::1]:8080", &[]));
        assert!(check("http://localhost:8080", &[]));
        assert!(check("https://proxy.fernweh.example", &["Proxy.Fernweh.example "]));
        for refused in [
            "http://graph.facebook.com",
            "https://graph.facebook.com.evil.example",
            "https://evil.example/graph.facebook.com",
            "https://graph.facebook.com@evil.example",
            "https://user@graph.facebook.com",
            "https://.api.infobip.com",
            "https://evilapi.infobip.com",
            "http://localhost.evil.example",
            "https://10.0.0.1",
            "http://proxy.fernweh.example",
            "ftp://127.0.0.1",
        ] {
            let parsed = Url::parse(refused);
            assert!(parsed.is_err() || !check(refused, &["proxy.fernweh.example"]), "{refused}");
        }
    }

    #[test]
    fn private_addresses_are_not_public() {
        for public in ["1.1.1.1", "157.240.1.1", "100.128.0.1", "2606:4700::1111", "2a03:2880::1", "::ffff:1.1.1.1"] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        for private in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "0.1.2.3",
            "255.255.255.255",
            "224.0.0.1",
            "192.0.0.192",
            "198.18.0.1",
            "192.0.2.1",
            "240.0.0.1",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "fd00:ec2::254",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2001:db8::1",
            "2001::1",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
    }
}
