//! Fetching media by URL: those named in YAML, and those that an account shows. Never with a credential.
//!
//! The URL may have been written by somebody who wants to reach what only this machine reaches (a metadata service, an intranet).
//! So: https, public addresses, the very address that was checked, each redirect checked like the first URL, bounded in time
//! and size. Proxies are not used, because a proxy would resolve the name again, elsewhere.

use std::{
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use reqwest::{StatusCode, header};
use url::{Host, Url};

use super::{
    host::{is_loopback, is_public},
    tls,
};

/// Redirects that are followed at most.
const MAX_REDIRECTS: usize = 5;

/// Bounds of a fetch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchOptions {
    /// For everything together, redirects included.
    pub timeout: Duration,
    /// Largest file, bytes.
    pub max_bytes: usize,
    /// The one origin on this machine that may be read, over http too: an embedded account shows its media there.
    /// It counts only if the URL itself is of this origin; nobody is redirected to it from outside.
    pub same_origin_loopback: Option<Url>,
}

impl Default for FetchOptions {
    /// 10 s, 16 MiB, no loopback.
    fn default() -> Self {
        Self { timeout: Duration::from_secs(10), max_bytes: 16 * 1024 * 1024, same_origin_loopback: None }
    }
}

/// A file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What the server calls it, without parameters: `image/png`. Not to be believed without a look at the bytes.
    pub content_type: Option<String>,
}

/// Why there is no file. Messages name hosts only: paths and queries of signed URLs are nobody's business.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The URL, or one that it redirects to, may not be read.
    #[error("{host} is not fetched: {reason}")]
    NotAllowed {
        /// Which host.
        host: String,
        /// Which rule.
        reason: &'static str,
    },
    /// The server says no.
    #[error("{host} answers with HTTP {status}")]
    Status {
        /// Which host.
        host: String,
        /// HTTP status.
        status: u16,
    },
    /// It redirects too often, or to nothing.
    #[error("{host} redirects too often or to no URL")]
    Redirects {
        /// The last host.
        host: String,
    },
    /// The file is too large.
    #[error("the file at {host} is larger than {max_bytes} bytes")]
    TooLarge {
        /// Which host.
        host: String,
        /// The bound.
        max_bytes: usize,
    },
    /// The time is over.
    #[error("{host} took longer than {} s", .after.as_secs())]
    Timeout {
        /// Which host.
        host: String,
        /// The bound.
        after: Duration,
    },
    /// No secure connection comes about.
    #[error("no secure connection to {host}: {reason}; {}", super::tls::REMEDY)]
    Tls {
        /// Which host.
        host: String,
        /// What is wrong, such as a certificate that has expired.
        reason: String,
    },
    /// The network.
    #[error("{host} cannot be reached")]
    Network {
        /// Which host.
        host: String,
    },
}

/// Reads a file.
///
/// # Errors
/// [`FetchError`]; nothing is tried again.
pub async fn fetch(url: &Url, options: &FetchOptions) -> Result<Fetched, FetchError> {
    let timed = tokio::time::timeout(options.timeout, follow(url.clone(), options));
    timed.await.unwrap_or_else(|_| Err(FetchError::Timeout { host: host_of(url), after: options.timeout }))
}

async fn follow(mut url: Url, options: &FetchOptions) -> Result<Fetched, FetchError> {
    let loopback = options.same_origin_loopback.as_ref().filter(|own| is_loopback(own) && own.origin() == url.origin());
    let loopback = loopback.map(Url::origin);
    for _ in 0..=MAX_REDIRECTS {
        let own = loopback.as_ref() == Some(&url.origin());
        let addresses = check(&url, own).await?;
        let host = host_of(&url);
        let network = |error: reqwest::Error| match tls::fault(&error) {
            Some(reason) => FetchError::Tls { host: host.clone(), reason },
            None => FetchError::Network { host: host.clone() },
        };
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("letterpress/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .timeout(options.timeout)
            .referer(false)
            .https_only(!own)
            .no_proxy();
        if url.scheme() == "http" {
            // Nobody's certificate is looked at: that works on machines without any CA.
            builder = builder.tls_certs_only([]);
        }
        if let Some(Host::Domain(name)) = url.host() {
            builder = builder.resolve_to_addrs(name, &addresses);
        }
        let client = builder.build().map_err(network)?;
        let response = client.get(url.clone()).send().await.map_err(network)?;
        match response.status() {
            status if status.is_success() => return download(response, host, options.max_bytes).await,
            StatusCode::MOVED_PERMANENTLY
            | StatusCode::FOUND
            | StatusCode::SEE_OTHER
            | StatusCode::TEMPORARY_REDIRECT
            | StatusCode::PERMANENT_REDIRECT => {
                let location = response.headers().get(header::LOCATION).and_then(|value| value.to_str().ok());
                let next = location.and_then(|location| url.join(location).ok());
                url = next.ok_or(FetchError::Redirects { host })?;
            }
            status => return Err(FetchError::Status { host, status: status.as_u16() }),
        }
    }
    Err(FetchError::Redirects { host: host_of(&url) })
}

/// The addresses that may be connected to for this URL: all of the name's, and all public.
async fn check(url: &Url, own: bool) -> Result<Vec<SocketAddr>, FetchError> {
    let host = host_of(url);
    let refuse = |reason| Err(FetchError::NotAllowed { host: host.clone(), reason });
    if !url.username().is_empty() || url.password().is_some() {
        return refuse("the URL carries a user name or password");
    }
    if url.scheme() != "https" && !(own && url.scheme() == "http") {
        return refuse("only https is fetched");
    }
    let port = url.port_or_known_default().unwrap_or(443);
    let addresses: Vec<SocketAddr> = match url.host() {
        Some(Host::Ipv4(ip)) => vec![SocketAddr::new(IpAddr::V4(ip), port)],
        Some(Host::Ipv6(ip)) => vec![SocketAddr::new(IpAddr::V6(ip), port)],
        Some(Host::Domain(name)) => match tokio::net::lookup_host((name, port)).await {
            Ok(addresses) => addresses.collect(),
            Err(_) => return Err(FetchError::Network { host }),
        },
        None => return refuse("the URL names no host"),
    };
    if addresses.is_empty() {
        return Err(FetchError::Network { host });
    }
    let allowed = |ip: IpAddr| if own { ip.is_loopback() } else { is_public(ip) };
    if addresses.iter().all(|address| allowed(address.ip())) {
        Ok(addresses)
    } else {
        refuse("its address is not on the public internet")
    }
}

async fn download(mut response: reqwest::Response, host: String, max_bytes: usize) -> Result<Fetched, FetchError> {
    let content_type = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let content_type =
        content_type.and_then(|value| value.split(';').next()).map(|kind| kind.trim().to_ascii_lowercase());
    let mut bytes = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if bytes.len() + chunk.len() > max_bytes => {
                return Err(FetchError::TooLarge { host, max_bytes });
            }
            Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
            Ok(None) => return Ok(Fetched { bytes, content_type }),
            Err(_) => return Err(FetchError::Network { host }),
        }
    }
}

fn host_of(url: &Url) -> String {
    url.host_str().unwrap_or("the URL").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::test_server::{Answer, TestServer};

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[tokio::test]
    async fn only_https_and_public_addresses() {
        for refused in [
            "http://1.1.1.1/a.png",
            "https://127.0.0.1/a.png",
            "https://localhost/a.png",
            "https://0x7f.1/a.png",
            "https://169.254.169.254/latest/meta-data",
            "https://10.0.0.1/",
            "https://100.64.0.1/",
            "https://[::1]/",
            "https://[::ffff:10.0.0.1]/",
            "https://[fd00:ec2::254]/",
            "https://user:secret@1.1.1.1/",
            "file:///etc/passwd",
            "data:image/png;base64,AA==",
        ] {
            let error = fetch(&url(refused), &FetchOptions::default()).await.unwrap_err();
            assert!(matches!(error, FetchError::NotAllowed { .. }), "{refused}: {error}");
            assert!(!error.to_string().contains("secret"));
        }
    }

    #[tokio::test]
    async fn exactly_one_loopback_origin_and_no_credential() {
        let server = TestServer::start(|_| Answer::bytes(b"PNG", "image/png; charset=x")).await;
        let options = FetchOptions { same_origin_loopback: Some(server.url.clone()), ..FetchOptions::default() };
        let fetched = fetch(&server.url.join("/m/1?sig=CANARY").unwrap(), &options).await.unwrap();
        assert_eq!((fetched.bytes.as_slice(), fetched.content_type.as_deref()), (&b"PNG"[..], Some("image/png")));
        assert!(!server.seen()[0].headers.contains_key(header::AUTHORIZATION));
        let other = TestServer::start(|_| Answer::bytes(b"x", "text/plain")).await;
        assert!(fetch(&other.url, &options).await.is_err());
        assert!(fetch(&server.url, &FetchOptions::default()).await.is_err());
        assert!(other.seen().is_empty());
    }

    #[tokio::test]
    async fn redirects_are_checked_and_counted() {
        let outside = TestServer::start(|_| Answer::bytes(b"x", "text/plain")).await;
        let target = outside.url.to_string();
        let server = TestServer::start(move |seen| match seen.path.as_str() {
            "/elsewhere" => Answer::redirect(&target),
            "/metadata" => Answer::redirect("https://169.254.169.254/latest/"),
            "/once" => Answer::redirect("/file"),
            "/circle" => Answer::redirect("/circle"),
            _ => Answer::bytes(b"file", "image/png"),
        })
        .await;
        let options = FetchOptions { same_origin_loopback: Some(server.url.clone()), ..FetchOptions::default() };
        let get = async |path: &str| fetch(&server.url.join(path).unwrap(), &options).await;
        assert_eq!(get("/once").await.unwrap().bytes, b"file");
        assert!(matches!(get("/elsewhere").await, Err(FetchError::NotAllowed { .. })));
        assert!(matches!(get("/metadata").await, Err(FetchError::NotAllowed { .. })));
        let before = server.seen().len();
        assert!(matches!(get("/circle").await, Err(FetchError::Redirects { .. })));
        assert_eq!(server.seen().len() - before, MAX_REDIRECTS + 1);
        assert!(outside.seen().is_empty());
    }

    #[tokio::test]
    async fn bounded_in_size_and_time() {
        let server = TestServer::start(|seen| match seen.path.as_str() {
            "/slow" => Answer::bytes(b"x", "image/png").after(Duration::from_secs(5)),
            "/gone" => Answer::status(404),
            _ => Answer::bytes(&[7; 2000], "image/png"),
        })
        .await;
        let options = FetchOptions {
            timeout: Duration::from_millis(300),
            max_bytes: 1999,
            same_origin_loopback: Some(server.url.clone()),
        };
        let get = async |path: &str| fetch(&server.url.join(path).unwrap(), &options).await.unwrap_err();
        assert!(matches!(get("/large").await, FetchError::TooLarge { max_bytes: 1999, .. }));
        assert!(matches!(get("/slow").await, FetchError::Timeout { .. } | FetchError::Network { .. }));
        assert!(matches!(get("/gone").await, FetchError::Status { status: 404, .. }));
    }
}
