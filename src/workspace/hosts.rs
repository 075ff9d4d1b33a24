//! Where credentials may go: the provider's own hosts, this machine, and hosts that the environment allows.
//!
//! Sends nothing: the rule itself is the clients' ([`HostPolicy`]), asked here so that a file's fault is found with its line.

use url::Url;

use crate::{
    diagnostic::{Diagnostic, Severity, Span},
    provider::host::{HostPolicy, is_loopback},
    source::{read, tree::Node},
};

use super::{Account, ProviderKind};

/// Reads the URL of a key, with its place.
pub(super) fn url(node: &Node, what: &str, example: &str, faults: &mut Vec<Diagnostic>) -> Option<(Url, Span)> {
    let text = read::text(node, what, faults)?;
    let fault = match Url::parse(&text) {
        Ok(url) => match form(&url) {
            Ok(()) => return Some((url, node.span)),
            Err(why) => format!("{what} {why}"),
        },
        // As dashboards show it: a host alone.
        Err(url::ParseError::RelativeUrlWithoutBase) => format!("{what} must begin with `https://`"),
        Err(error) => format!("{what} is no URL: {error}"),
    };
    faults.push(Diagnostic::error("LP057", node.span, fault).help(format!("such as {example}")));
    None
}

/// What is wrong with the address of a server, whatever its host.
fn form(url: &Url) -> Result<(), &'static str> {
    if url.host().is_none() || !matches!(url.scheme(), "https" | "http") {
        return Err("must be an https URL");
    }
    if url.scheme() == "http" && !is_loopback(url) {
        return Err("must be https: a credential would cross the network in the clear");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not hold a user or a password");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("must not have a query or a fragment");
    }
    Ok(())
}

/// Whether a credential of that provider may go to the URL. `allowed` are the names in `LETTERPRESS_ALLOW_HOSTS`.
#[must_use]
pub(super) fn may_receive(provider: ProviderKind, url: &Url, allowed: &[String]) -> bool {
    HostPolicy::new(provider.own_hosts(), allowed).check(url).is_ok()
}

impl Account {
    /// The fault of a `base_url` that this run may not send credentials to. Sandbox accounts send none.
    #[must_use]
    pub fn host_fault(&self, allowed: &[String]) -> Option<Diagnostic> {
        let (url, span) = (self.base_url.as_ref()?, self.base_url_span?);
        if self.sandbox || may_receive(self.provider(), url, allowed) {
            return None;
        }
        let host = url.host_str().unwrap_or_default();
        let own = self.provider().own_hosts().join(", ");
        let message =
            format!("account `{}` would send its credential to {host}, which is not {}'s", self.name, self.provider());
        let fault = Diagnostic::new(Severity::Error, "LP058", Some(span), message);
        Some(fault.label(format!("the provider's own hosts: {own}")).help(format!(
            "if this is meant, set LETTERPRESS_ALLOW_HOSTS={host} where letterpress runs (a file cannot allow it)"
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_go_home_to_loopback_and_where_the_environment_says() {
        let may = |url: &str, allowed: &[&str]| {
            let allowed: Vec<String> = allowed.iter().map(|name| (*name).to_owned()).collect();
            may_receive(ProviderKind::Meta, &Url::parse(url).unwrap(), &allowed)
        };
        assert!(
            may("https://graph.facebook.com", &[]) && may("http://127.0.0.1:9000", &[]) && may("http://[::1]/", &[])
        );
        assert!(!may("https://graph.facebook.com.example.com", &[]));
        assert!(!may("https://graph.example.com", &["example.com"]));
        assert!(may("https://graph.example.com:8443/x", &["Graph.Example.com"]));
        assert!(!may("http://graph.example.com", &["graph.example.com"]));
    }

    #[test]
    fn forms_that_are_refused() {
        let fault = |url: &str| form(&Url::parse(url).unwrap()).err();
        for url in [
            "http://example.com",
            "https://u:p@example.com",
            "https://u@example.com",
            "https://e.com?x=1",
            "ftp://e.com",
        ] {
            assert!(fault(url).is_some(), "{url}");
        }
        assert_eq!(fault("http://localhost:8080/graph"), None);
    }
}
