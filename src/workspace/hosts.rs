//! Where credentials may go: the provider's own hosts, this machine, and hosts that the environment allows.
//!
//! Sends nothing: the rule itself is the clients' ([`HostPolicy`]), asked here so that a file's fault is found with its line.

use url::Url;

use super::{account::Account, provider_settings::ProviderKind};
use crate::{
    diagnostic::{Diagnostic, Severity},
    provider::host::HostPolicy,
};

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
}
