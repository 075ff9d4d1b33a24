//! What every client needs besides what names its account: where, how long, how fast, and to whom a credential may go.
//!
//! Sends nothing.

use std::{
    sync::{Arc, atomic::AtomicUsize},
    time::Duration,
};

use url::Url;

use super::{
    ProviderError,
    authorization::Authorize,
    calls::{Calls, DecodeResponse, LIST_WITHIN},
    host::HostPolicy,
    http::{Http, REQUEST_TIMEOUT, RETRY_BUDGET},
    proxy::ProxySettings,
    rate_limiter::RateLimiter,
    retry::Policy,
};

/// Where a client sends its requests, and within which bounds.
#[derive(Debug, Clone)]
pub struct Connection {
    /// The provider's address, or what stands in for it; paths are appended.
    pub base_url: Url,
    /// How long one request may take.
    pub timeout: Duration,
    /// How long a run of failures may last.
    pub retry_budget: Duration,
    /// Hosts beside the provider's own and loopback that may be given the credential.
    pub allow_hosts: Vec<String>,
    /// The proxy of the environment.
    pub proxies: ProxySettings,
    /// The provider's limits, as far as this run used them up.
    pub rate_limiter: Arc<RateLimiter>,
}

impl Connection {
    /// The defaults: 30 s per request, 60 s per run of failures, no further hosts, no proxy, no limits.
    #[must_use]
    pub fn new(base_url: Url) -> Self {
        Self {
            base_url,
            timeout: REQUEST_TIMEOUT,
            retry_budget: RETRY_BUDGET,
            allow_hosts: Vec::new(),
            proxies: ProxySettings::default(),
            rate_limiter: Arc::default(),
        }
    }

    /// Checks the host. Gives the address that paths are appended to, and what sends the requests.
    ///
    /// # Errors
    /// [`super::ErrorKind::HostNotAllowed`].
    pub fn open(
        self,
        own_hosts: &'static [&'static str],
        authorize: Box<dyn Authorize>,
        decode_response: DecodeResponse,
    ) -> Result<(Url, Calls), ProviderError> {
        let Self { mut base_url, timeout, retry_budget, allow_hosts, proxies, rate_limiter } = self;
        base_url.set_query(None);
        base_url.set_fragment(None);
        let http = Http::new(&base_url, HostPolicy::new(own_hosts, &allow_hosts), authorize, timeout, &proxies)?;
        Ok((
            base_url,
            Calls {
                http,
                policy: Policy::new(retry_budget),
                rate_limiter,
                decode_response,
                listed: AtomicUsize::default(),
                list_within: LIST_WITHIN,
            },
        ))
    }
}

/// A URL below `base`. Segments are encoded; the query is added as it is meant.
#[must_use]
pub fn join_url(base: &Url, path: &[&str], query: &[(&str, &str)]) -> Url {
    let mut url = base.clone();
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().extend(path);
    }
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    url
}
