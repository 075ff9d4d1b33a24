//! `accounts:`: one WABA each, seen through one provider, under a name of the user's choosing.
//!
//! Reads and checks what is written; reads no credential and talks to nobody.

use std::{collections::BTreeMap, time::Duration};

use jiff::SignedDuration;
use url::Url;

use crate::{
    diagnostic::{Diagnostic, Span},
    source::{
        read::{self, Map},
        selector::Subject,
        tree::{Entry, Node, Value},
        values::Values,
    },
};

use super::{
    credential::CredentialSource,
    exposed,
    keys::{is_word, values},
    ledger::Ledger,
    policy::Policy,
    provider_settings::{self, ProviderKind, ProviderSettings},
};

/// How long one request may take where nothing is said.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);
/// How many requests run at once where nothing is said.
pub const DEFAULT_CONCURRENCY: usize = 4;

/// One account.
#[derive(Debug, Clone)]
pub struct Account {
    /// The user's name for it.
    pub name: String,
    /// Which account of which provider.
    pub settings: ProviderSettings,
    /// The WABA as ledgers know it, see [`ProviderSettings::ledger_key`].
    pub ledger_key: String,
    /// Where the credential comes from. `None` for sandbox accounts, which need none.
    pub credential: Option<CredentialSource>,
    /// For selectors.
    pub labels: BTreeMap<String, String>,
    /// Texts for `${…}`, before those of the workspace.
    pub values: Values,
    /// The account that must hold the same templates approved first, and where that was written.
    pub after: Option<(String, Span)>,
    /// The embedded account: no network, no credentials.
    pub sandbox: bool,
    /// Replaces the provider's own address.
    pub base_url: Option<Url>,
    /// Where `base_url` was written.
    pub base_url_span: Option<Span>,
    /// Longest time for one request.
    pub timeout: Duration,
    /// Most requests at once.
    pub concurrency: usize,
    /// The workspace's policy with this account's own keys.
    pub policy: Policy,
    /// Its own ledger, else the workspace's.
    pub ledger: Option<Ledger>,
    /// Where its name stands.
    pub span: Span,
}

impl Account {
    /// The provider whose API it is.
    #[must_use]
    pub const fn provider(&self) -> ProviderKind {
        self.settings.provider()
    }

    /// What selectors are matched against.
    #[must_use]
    pub fn subject(&self) -> Subject<'_> {
        Subject { name: &self.name, provider: self.provider().as_str(), labels: &self.labels }
    }
}

/// Reads one account. `None` if it cannot be used; why is in `faults` then.
pub(super) fn account(
    entry: &Entry,
    policy: &Policy,
    faults: &mut Vec<Diagnostic>,
    secrets: &mut Vec<Span>,
) -> Option<Account> {
    let (name, node) = (&entry.key, &entry.value);
    let what = format!("account `{name}`");
    if !is_word(name) {
        let message = format!("`{name}` cannot be the name of an account");
        let fault = Diagnostic::error("LP054", entry.key_span, message);
        faults.push(fault.help("letters, digits, `.`, `_` and `-`, at most 64, beginning with a letter or a digit"));
    }
    let before = faults.len();
    let mut map = Map::of(node, &what, faults)?;
    // One that cannot be read was meant to say something: no credential is asked for besides.
    let sandbox =
        map.take("sandbox").is_some_and(|entry| read::boolean(&entry.value, "`sandbox`", faults).unwrap_or(true));
    let Some(provider) = provider_settings::provider(&mut map, node, &what, faults) else {
        secrets.extend(exposed::marked(node, &faults[before..]));
        return None;
    };
    let kind = (provider, sandbox);
    // What is missing is told at once: of an account that cannot be named, too, the rest is read.
    let settings = ProviderSettings::read(&mut map, node, &what, kind, faults);
    let credential = provider_settings::credential(&mut map, node, &what, kind, faults, secrets);
    let labels = map.take("labels").map(|entry| labels(&entry.value, faults)).unwrap_or_default();
    let values = map.take("values").map(|entry| values(&entry.value, faults)).unwrap_or_default();
    let after = map
        .take("after")
        .and_then(|entry| read::text(&entry.value, "`after`", faults).map(|name| (name, entry.value.span)));
    let base_url = provider_settings::base_url(&mut map, node, &what, kind, faults);
    let timeout = map.take("timeout").and_then(|entry| timeout(&entry.value, faults));
    let concurrency = map.take("concurrency").and_then(|entry| concurrency(&entry.value, faults));
    let policy = match map.take("policy") {
        Some(entry) => policy.clone().overlaid(&entry.value, faults),
        None => policy.clone(),
    };
    let ledger = map.take("ledger").and_then(|entry| Ledger::from_node(&entry.value, faults));
    map.finish(&what, faults);
    secrets.extend(exposed::marked(node, &faults[before..]));
    let settings = settings?;
    Some(Account {
        name: name.clone(),
        ledger_key: settings.ledger_key(),
        settings,
        credential,
        labels,
        values,
        after,
        sandbox,
        base_url_span: base_url.as_ref().map(|(_, span)| *span),
        base_url: base_url.map(|(url, _)| url),
        timeout: timeout.unwrap_or(DEFAULT_TIMEOUT),
        concurrency: concurrency.unwrap_or(DEFAULT_CONCURRENCY),
        policy,
        ledger,
        span: entry.key_span,
    })
}

fn labels(node: &Node, faults: &mut Vec<Diagnostic>) -> BTreeMap<String, String> {
    let Value::Mapping(entries) = &node.value else {
        faults.push(read::expected(node, "`labels`", "a mapping"));
        return BTreeMap::new();
    };
    let mut out = BTreeMap::new();
    for entry in entries {
        if entry.key == "provider" || !is_word(&entry.key) {
            let message = format!("`{}` cannot be a label", entry.key);
            let fault = Diagnostic::error("LP054", entry.key_span, message);
            faults.push(fault.help("a word of letters, digits, `.`, `_`, `-`; `provider` is there already"));
        } else if let Some(text) = read::text(&entry.value, "a label", faults) {
            out.insert(entry.key.clone(), text);
        }
    }
    out
}

fn timeout(node: &Node, faults: &mut Vec<Diagnostic>) -> Option<Duration> {
    let text = read::text(node, "`timeout`", faults)?;
    let seconds = text.parse::<i64>().map(SignedDuration::from_secs).or_else(|_| text.parse::<SignedDuration>());
    let range = SignedDuration::from_secs(1)..=SignedDuration::from_secs(600);
    match seconds {
        Ok(duration) if range.contains(&duration) => Some(duration.unsigned_abs()),
        _ => {
            let message = "`timeout` must be a time from 1s to 10m, such as `30s`";
            faults.push(Diagnostic::error("LP054", node.span, message));
            None
        }
    }
}

fn concurrency(node: &Node, faults: &mut Vec<Diagnostic>) -> Option<usize> {
    let number = read::integer(node, "`concurrency`", faults)?;
    match usize::try_from(number) {
        Ok(number @ 1..=32) => Some(number),
        _ => {
            faults.push(Diagnostic::error("LP054", node.span, "`concurrency` must be a number from 1 to 32"));
            None
        }
    }
}
