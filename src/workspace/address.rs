//! The form of addresses in the workspace file. Where credentials may go is [`super::hosts`]'s part.

use url::Url;

use crate::{
    diagnostic::{Diagnostic, Span},
    provider::host::is_loopback,
    source::{read, tree::Node},
};

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

#[cfg(test)]
mod tests {
    use super::*;

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
