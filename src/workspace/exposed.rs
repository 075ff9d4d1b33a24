//! Places of a readable `letterpress.yaml` where a credential may stand by mistake: under a key that nobody knows, under one that is
//! there twice, in the place of a key, of an address or of another value.
//!
//! Only judges by form and place; what is found is masked ([`super::secrets::mask`]), never refused for it.

use crate::{
    diagnostic::{Diagnostic, Span, did_you_mean},
    source::tree::{Entry, Node, Value},
};

use super::{
    credential, provider_settings,
    secrets::{self, SHORTEST},
};

/// Keys of `letterpress.yaml` itself.
const TOP_KEYS: [&str; 9] =
    ["version", "workspace", "templates", "ledger", "values", "policy", "accounts", "defaults", "removed"];
/// Keys of accounts whose values are no credentials.
pub(super) const KNOWN_KEYS: [&str; 17] = [
    "provider",
    "waba_id",
    "app_id",
    "sender",
    "partner_id",
    "waba_account_id",
    "sandbox",
    "labels",
    "values",
    "after",
    "base_url",
    "media_base_url",
    "timeout",
    "concurrency",
    "policy",
    "ledger",
    "application_id",
];
/// Keys of accounts whose values are credentials, of all providers.
const CREDENTIAL_KEYS: [&str; 3] = ["token", "api_key", "private_key"];

/// The places of a document, and of the entries of its file whose keys are there twice.
pub(super) fn places(documents: &[impl AsRef<Node>], repeated: &[Entry]) -> Vec<Span> {
    let mut out = Vec::new();
    for document in documents {
        match &document.as_ref().value {
            Value::Mapping(entries) => entries.iter().for_each(|entry| at_the_top(entry, &mut out)),
            _ => words(document.as_ref(), &mut out),
        }
    }
    repeated.iter().for_each(|entry| twice(entry, &mut out));
    out
}

/// The names that a workspace file gives to its accounts.
pub(super) fn account_names<N: AsRef<Node>>(documents: &[N]) -> Vec<&str> {
    let accounts = documents.first().and_then(|node| node.as_ref().get("accounts")).map(|entry| &entry.value.value);
    let Some(Value::Mapping(entries)) = accounts else { return Vec::new() };
    entries.iter().map(|entry| entry.key.as_str()).filter(|name| !secrets::is_token(name)).collect()
}

/// Values and keys of an account that a finding marks and that are no slip of something known: `app_id: hunter2-Geheim`.
pub(super) fn marked(account: &Node, findings: &[Diagnostic]) -> Vec<Span> {
    let is_slip = |finding: &Diagnostic| finding.help.iter().any(|help| help.starts_with("did you mean"));
    let marks: Vec<Span> =
        findings.iter().filter(|finding| !is_slip(finding)).filter_map(|finding| finding.span).collect();
    let Value::Mapping(entries) = &account.value else { return Vec::new() };
    let mut out = Vec::new();
    // A key that this provider has not shows its value with its line.
    entries.iter().for_each(|entry| pasted(&entry.value, &marks, marks.contains(&entry.key_span), &mut out));
    out
}

fn at_the_top(entry: &Entry, out: &mut Vec<Span>) {
    match (entry.key.as_str(), &entry.value.value) {
        ("accounts", Value::Mapping(accounts)) => accounts.iter().for_each(|entry| in_account(&entry.value, out)),
        ("accounts", _) => words(&entry.value, out),
        (key, _) if TOP_KEYS.contains(&key) || key.starts_with("x-") => {}
        _ => words(&entry.value, out),
    }
}

/// Under keys that nobody knows: `tokn: EAAB…` must not be shown with its error, nor `tokn: [EAAB…]`.
fn in_account(node: &Node, out: &mut Vec<Span>) {
    let Value::Mapping(entries) = &node.value else { return words(node, out) };
    let written = entries.iter().find(|entry| entry.key == "provider").map(|entry| &entry.value.value);
    let own = match written {
        Some(Value::Scalar(scalar)) => provider_settings::credential_keys(&scalar.text),
        _ => &[],
    };
    for entry in entries {
        let key = entry.key.as_str();
        if key.ends_with("base_url") {
            in_address(&entry.value, out);
        }
        if KNOWN_KEYS.contains(&key) {
            continue;
        }
        // What is inside the credential is [`credential::CredentialSource`]'s to judge: the name of a variable may be shown.
        if CREDENTIAL_KEYS.contains(&key) {
            out.extend(credential::misplaced(&entry.value));
        }
        if !own.contains(&key) {
            out.extend(may_be_pasted(key).then_some(entry.key_span));
            words(&entry.value, out);
        }
    }
}

/// An address may hold a user, a password, or a key in its query, also where YAML escapes hide that. What is no address may be
/// what was to go elsewhere.
fn in_address(node: &Node, out: &mut Vec<Span>) {
    match &node.value {
        Value::Scalar(scalar) if is_address(&scalar.text) => {}
        Value::Scalar(_) => out.push(node.span),
        _ => words(node, out),
    }
}

/// An entry whose key is there twice: nobody can say which of the two was meant, and only the first is read.
fn twice(entry: &Entry, out: &mut Vec<Span>) {
    let key = entry.key.as_str();
    let is_account = |node: &Node| matches!(&node.value, Value::Mapping(entries) if entries.iter().any(|entry| KNOWN_KEYS.contains(&entry.key.as_str())));
    match key {
        "accounts" => at_the_top(entry, out),
        _ if key.ends_with("base_url") => in_address(&entry.value, out),
        _ if KNOWN_KEYS.contains(&key) || TOP_KEYS.contains(&key) => pasted(&entry.value, &[], true, out),
        _ if is_account(&entry.value) => in_account(&entry.value, out),
        _ => {
            let known = CREDENTIAL_KEYS.contains(&key) || ["env", "file", "command"].contains(&key);
            out.extend((!known && may_be_pasted(key)).then_some(entry.key_span));
            words(&entry.value, out);
        }
    }
}

/// All words below a node that are long enough for a secret.
fn words(node: &Node, out: &mut Vec<Span>) {
    match &node.value {
        Value::Scalar(scalar) if scalar.text.len() >= SHORTEST => out.push(node.span),
        Value::Sequence(items) => items.iter().for_each(|item| words(item, out)),
        Value::Mapping(entries) => entries.iter().for_each(|entry| {
            out.extend(may_be_pasted(&entry.key).then_some(entry.key_span));
            words(&entry.value, out);
        }),
        Value::Scalar(_) | Value::Empty => {}
    }
}

/// All words and keys that have the form of a secret, of a node whose own place is among the marks or that is below such a node.
fn pasted(node: &Node, marks: &[Span], below: bool, out: &mut Vec<Span>) {
    let here = below || marks.contains(&node.span);
    match &node.value {
        Value::Scalar(scalar) => out.extend((here && secrets::is_no_word(&scalar.text)).then_some(node.span)),
        Value::Sequence(items) => items.iter().for_each(|item| pasted(item, marks, here, out)),
        Value::Mapping(entries) => entries.iter().for_each(|entry| {
            let key = here || marks.contains(&entry.key_span);
            out.extend((key && secrets::is_no_word(&entry.key)).then_some(entry.key_span));
            pasted(&entry.value, marks, here, out);
        }),
        Value::Empty => {}
    }
}

/// Whether a key that nobody knows may be a secret that was pasted in its place. A slip of a known one is none, in whatever
/// case: `WABA_ACCOUNT_ID`, `privateKey`.
fn may_be_pasted(key: &str) -> bool {
    let plain: String = key.chars().filter(|c| *c != '_' && *c != '-').collect::<String>().to_ascii_lowercase();
    let known = KNOWN_KEYS.iter().chain(&CREDENTIAL_KEYS).chain(&TOP_KEYS).map(|known| known.replace('_', ""));
    let known: Vec<String> = known.collect();
    secrets::is_no_word(key) && did_you_mean(&plain, known.iter().map(String::as_str)).is_none()
}

/// Whether a text has the form of a server's address, `[SCHEME://]HOST[:PORT][/PATH]`, with a host of several parts or this machine.
fn is_address(text: &str) -> bool {
    if text.contains(['@', '?', '#']) || text.contains(char::is_whitespace) {
        return false;
    }
    let (scheme, rest) = text.split_once("://").map_or((None, text), |(scheme, rest)| (Some(scheme), rest));
    let place = rest.split('/').next().unwrap_or_default();
    if place.starts_with('[') {
        return true;
    }
    let (host, port) = place.split_once(':').map_or((place, None), |(host, port)| (host, Some(port)));
    let parts: Vec<&str> = host.split('.').collect();
    let inside = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    port.is_none_or(|port| port.len() <= 5 && port.bytes().all(|b| b.is_ascii_digit()))
        && scheme.is_none_or(|scheme| scheme.len() <= 5)
        && (host == "localhost" || (parts.len() > 1 && parts.iter().all(inside)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_keys_are_no_secrets() {
        for key in ["wabaid", "wabaId", "WABA_ACCOUNT_ID", "privateKey", "notification_settings", "mediaBaseUrl2"] {
            assert!(!may_be_pasted(key), "{key}");
        }
        for key in ["hunter2-Geheim", "rettichGeheimsuppe", "rettich Geheim suppe"] {
            assert!(may_be_pasted(key), "{key}");
        }
    }

    #[test]
    fn addresses_have_a_host_of_several_parts() {
        for text in [
            "https://xyz.api.infobip.com",
            "xyz.api.infobip.com",
            "http://localhost:8080/v2",
            "http://127.0.0.1:1",
            "http://[::1]:8/",
        ] {
            assert!(is_address(text), "{text}");
        }
        for text in ["geheim", "geheim.", "geheim/x", "x:geheim", "https://geheim", "https://a@b.c", "https://b.c/?a"] {
            assert!(!is_address(text), "{text}");
        }
    }
}
