//! Who is let in: programs of this machine, and no page that a browser on it shows.
//!
//! A page reaches loopback in three ways: under a name of its own that resolves to it (DNS rebinding), by requests across
//! sites whose answers it may not read, and by forms. So the name that a request is for, where it comes from, and what it
//! carries are looked at, before anything else. Must not know the provider's API.

use std::net::SocketAddr;

use axum::http::{HeaderMap, Method, StatusCode, header};

/// Headers that carry a credential. A page cannot add one to a request across sites without being asked first, which is
/// refused.
const CREDENTIALS: [&str; 3] = ["authorization", "x-api-key", "d360-api-key"];

/// Why a request is not let in.
pub(super) type Refusal = (StatusCode, &'static str);

/// Lets a request in, or says why not. `at` is where the server listens.
pub(super) fn admit(method: &Method, headers: &HeaderMap, at: SocketAddr) -> Result<(), Refusal> {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    if !text(header::HOST.as_str()).is_some_and(|host| is_own(host, at)) {
        return Err((
            StatusCode::MISDIRECTED_REQUEST,
            "the sandbox answers to 127.0.0.1, localhost and [::1] at its port only",
        ));
    }
    let own_origin = |origin: &str| origin.strip_prefix("http://").is_some_and(|host| is_own(host, at));
    let own_site = |site: &str| matches!(site, "same-origin" | "none");
    if !text("origin").is_none_or(own_origin) || !text("sec-fetch-site").is_none_or(own_site) {
        return Err((StatusCode::FORBIDDEN, "the sandbox answers no page of another site"));
    }
    if method != Method::POST {
        return Ok(());
    }
    let kind = text("content-type").map(|kind| kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase());
    let has_credential = CREDENTIALS.iter().any(|name| headers.contains_key(*name));
    let taken = match kind.as_deref() {
        // Bytes of an upload, whatever they are called.
        _ if headers.contains_key("file_offset") => true,
        Some("text/plain") => false,
        // What a form can send.
        None | Some("application/x-www-form-urlencoded" | "multipart/form-data" | "") => has_credential,
        Some(_) => true,
    };
    match taken {
        true => Ok(()),
        false => Err((
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "send JSON with `Content-Type: application/json`; a form needs its credential in a header",
        )),
    }
}

/// Whether this names the server: one of loopback's names, and its port.
fn is_own(host: &str, at: SocketAddr) -> bool {
    let (name, port) = match host.rsplit_once(':') {
        // The last colon of an IPv6 address without a port is inside its brackets.
        Some((name, port)) if !port.ends_with(']') => (name, port.parse().ok()),
        _ => (host, Some(80)),
    };
    let own = at.ip().to_string();
    let names = ["127.0.0.1", "localhost", "[::1]", own.as_str()];
    port == Some(at.port()) && names.iter().any(|own| name.eq_ignore_ascii_case(own))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admitted(method: &Method, headers: &[(&str, &str)]) -> Result<(), u16> {
        let map = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        admit(method, &map, "127.0.0.1:4000".parse().unwrap()).map_err(|(status, _)| status.as_u16())
    }

    #[test]
    fn only_its_own_names_and_port() {
        for host in ["127.0.0.1:4000", "localhost:4000", "LocalHost:4000", "[::1]:4000"] {
            assert_eq!(admitted(&Method::GET, &[("host", host)]), Ok(()), "{host}");
        }
        let wrong = [
            "evil.example",
            "evil.example:4000",
            "127.0.0.1",
            "127.0.0.1:4001",
            "localhost.evil.example:4000",
            "127.0.0.1:4000@evil",
            "169.254.169.254:4000",
            "[::1]",
            "0.0.0.0:4000",
            "",
            "localhost:",
        ];
        for host in wrong {
            assert_eq!(admitted(&Method::GET, &[("host", host)]), Err(421), "{host}");
        }
        assert_eq!(admitted(&Method::GET, &[]), Err(421));
    }

    #[test]
    fn no_page_of_another_site() {
        let own = ("host", "127.0.0.1:4000");
        for (name, value, expected) in [
            ("origin", "http://127.0.0.1:4000", Ok(())),
            ("origin", "http://localhost:4000", Ok(())),
            ("origin", "http://localhost:3000", Err(403)),
            ("origin", "https://127.0.0.1:4000", Err(403)),
            ("origin", "http://evil.example", Err(403)),
            ("origin", "null", Err(403)),
            ("sec-fetch-site", "none", Ok(())),
            ("sec-fetch-site", "same-origin", Ok(())),
            ("sec-fetch-site", "same-site", Err(403)),
            ("sec-fetch-site", "cross-site", Err(403)),
        ] {
            for method in [Method::GET, Method::DELETE, Method::OPTIONS] {
                assert_eq!(admitted(&method, &[own, (name, value)]), expected, "{name}: {value}");
            }
        }
    }

    #[test]
    fn writes_are_what_no_form_can_send() {
        let own = ("host", "127.0.0.1:4000");
        let bearer = ("authorization", "Bearer x");
        let kind = |value| ("content-type", value);
        for (headers, expected) in [
            (vec![own, kind("application/json; charset=utf-8")], Ok(())),
            (vec![own, kind("text/plain")], Err(415)),
            (vec![own, kind("text/plain;charset=UTF-8"), bearer], Err(415)),
            (vec![own, kind("application/x-www-form-urlencoded")], Err(415)),
            (vec![own, kind("application/x-www-form-urlencoded"), bearer], Ok(())),
            (vec![own, kind("Multipart/Form-Data; boundary=b")], Err(415)),
            (vec![own, kind("multipart/form-data; boundary=b"), ("x-api-key", "x")], Ok(())),
            (vec![own], Err(415)),
            (vec![own, ("d360-api-key", "x")], Ok(())),
            (vec![own, kind("text/plain"), ("file_offset", "0")], Ok(())),
        ] {
            assert_eq!(admitted(&Method::POST, &headers), expected, "{headers:?}");
        }
    }
}
