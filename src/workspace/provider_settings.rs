//! Which account of which provider: the keys of `letterpress.yaml` that name it, provider by provider.
//!
//! Reads and checks what is written; reads no credential and talks to nobody.

use std::fmt;

use url::Url;

use crate::{
    capability::Capabilities,
    diagnostic::{Diagnostic, Span, did_you_mean},
    provider::{dialog360, infobip, meta, vonage},
    source::{
        read::{self, Map},
        tree::Node,
    },
};

use super::{address::url, credential::CredentialSource};

/// Providers, and where one has two APIs that can do different things, each of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProviderKind {
    /// Meta's Graph API.
    Meta,
    /// Infobip.
    Infobip,
    /// 360dialog's Partner API.
    Dialog360,
    /// 360dialog at the level of one WABA.
    Dialog360Channel,
    /// Vonage.
    Vonage,
}

/// As they are written in the file.
const NAMES: [&str; 4] = ["meta", "infobip", "360dialog", "vonage"];

impl ProviderKind {
    /// As it is written in the file.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.capabilities().name
    }

    /// What it can do.
    #[must_use]
    pub const fn capabilities(self) -> &'static Capabilities {
        match self {
            Self::Meta => &meta::CAPABILITIES,
            Self::Infobip => &infobip::CAPABILITIES,
            Self::Dialog360 => &dialog360::PARTNER,
            Self::Dialog360Channel => &dialog360::CHANNEL,
            Self::Vonage => &vonage::CAPABILITIES,
        }
    }

    /// Hosts that belong to the provider, as its client knows them.
    #[must_use]
    pub const fn own_hosts(self) -> &'static [&'static str] {
        match self {
            Self::Meta => meta::HOSTS,
            Self::Infobip => infobip::HOSTS,
            Self::Dialog360 | Self::Dialog360Channel => dialog360::HOSTS,
            Self::Vonage => vonage::HOSTS,
        }
    }

    /// Its own address, where all accounts have the same.
    #[must_use]
    pub const fn base_url(self) -> Option<&'static str> {
        match self {
            Self::Meta => Some(meta::BASE_URL),
            Self::Infobip => None,
            Self::Dialog360 => Some(dialog360::PARTNER_URL),
            Self::Dialog360Channel => Some(dialog360::CHANNEL_URL),
            Self::Vonage => Some(vonage::BASE_URL),
        }
    }
}

impl fmt::Display for ProviderKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What names an account at its provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProviderSettings {
    /// Meta's Graph API.
    Meta {
        /// The WhatsApp Business Account.
        waba_id: String,
        /// The app that uploads media samples.
        app_id: Option<String>,
    },
    /// Infobip.
    Infobip {
        /// The sender: a number in international form without `+`.
        sender: String,
        /// The WABA behind the sender, where the file says it.
        waba_id: Option<String>,
        /// Where local media files are public.
        media_base_url: Option<Url>,
    },
    /// 360dialog's Partner API.
    Dialog360 {
        /// The partner.
        partner_id: String,
        /// 360dialog's own id of the WABA.
        waba_account_id: String,
        /// Meta's id of the WABA, where the file says it.
        waba_id: Option<String>,
        /// Whether the credential is a token for a day (`token`) and not the partner's key (`api_key`).
        bearer: bool,
        /// Where local media files are public.
        media_base_url: Option<Url>,
    },
    /// 360dialog at WABA level: the key alone says which.
    Dialog360Channel {
        /// 360dialog's own id of the WABA, which the key has to open.
        waba_account_id: String,
        /// Meta's id of the WABA, where the file says it.
        waba_id: Option<String>,
    },
    /// Vonage.
    Vonage {
        /// The WhatsApp Business Account.
        waba_id: String,
        /// The application whose private key signs; sandbox accounts need none.
        application_id: Option<String>,
    },
}

impl ProviderSettings {
    /// The provider whose API it is.
    #[must_use]
    pub const fn provider(&self) -> ProviderKind {
        match self {
            Self::Meta { .. } => ProviderKind::Meta,
            Self::Infobip { .. } => ProviderKind::Infobip,
            Self::Dialog360 { .. } => ProviderKind::Dialog360,
            Self::Dialog360Channel { .. } => ProviderKind::Dialog360Channel,
            Self::Vonage { .. } => ProviderKind::Vonage,
        }
    }

    /// What names the account in the provider's paths.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Meta { waba_id, .. } | Self::Vonage { waba_id, .. } => waba_id,
            Self::Infobip { sender, .. } => sender,
            Self::Dialog360 { waba_account_id, .. } | Self::Dialog360Channel { waba_account_id, .. } => waba_account_id,
        }
    }

    /// The WABA as ledgers know it: Meta's id wherever the file says it, so that two providers of one WABA share a
    /// ledger; else the provider's own name for the account.
    #[must_use]
    pub fn ledger_key(&self) -> String {
        match self {
            Self::Meta { waba_id, .. }
            | Self::Vonage { waba_id, .. }
            | Self::Infobip { waba_id: Some(waba_id), .. }
            | Self::Dialog360 { waba_id: Some(waba_id), .. }
            | Self::Dialog360Channel { waba_id: Some(waba_id), .. } => waba_id.clone(),
            Self::Infobip { .. } | Self::Dialog360 { .. } | Self::Dialog360Channel { .. } => {
                format!("{}-{}", self.provider(), self.id())
            }
        }
    }

    /// Where local media files are public, if the account says so.
    #[must_use]
    pub const fn media_base_url(&self) -> Option<&Url> {
        match self {
            Self::Infobip { media_base_url, .. } | Self::Dialog360 { media_base_url, .. } => media_base_url.as_ref(),
            Self::Meta { .. } | Self::Dialog360Channel { .. } | Self::Vonage { .. } => None,
        }
    }

    /// Reads the keys that name the account; `None` if they do not. `sandbox` accounts may leave out what only the real
    /// provider needs.
    pub(super) fn read(
        map: &mut Map<'_>,
        node: &Node,
        what: &str,
        (provider, sandbox): (ProviderKind, bool),
        faults: &mut Vec<Diagnostic>,
    ) -> Option<Self> {
        let mut keys = Keys { map, node, what, faults };
        match provider {
            ProviderKind::Infobip => {
                let media_base_url = keys.media_base_url();
                let waba_id = keys.digits("waba_id");
                let sender = keys.sender()?;
                Some(Self::Infobip { sender, waba_id, media_base_url })
            }
            ProviderKind::Dialog360 => {
                let waba_id = keys.digits("waba_id");
                let partner_id = keys.word("partner_id");
                let media_base_url = keys.media_base_url();
                let waba_account_id = keys.word("waba_account_id")?;
                let bearer = takes_token(keys.map);
                let partner_id = partner_id?;
                Some(Self::Dialog360 { partner_id, waba_account_id, waba_id, bearer, media_base_url })
            }
            ProviderKind::Dialog360Channel => {
                let waba_id = keys.digits("waba_id");
                Some(Self::Dialog360Channel { waba_account_id: keys.word("waba_account_id")?, waba_id })
            }
            ProviderKind::Vonage => {
                let waba_id = keys.needed_digits("waba_id");
                let application_id = match sandbox && !keys.map.contains("application_id") {
                    true => None,
                    false => Some(keys.application()?),
                };
                Some(Self::Vonage { waba_id: waba_id?, application_id })
            }
            ProviderKind::Meta => {
                let app_id = keys.digits("app_id");
                Some(Self::Meta { waba_id: keys.needed_digits("waba_id")?, app_id })
            }
        }
    }
}

/// The provider, by the key `provider`; at 360dialog `partner_id` says which of the two.
pub(super) fn provider(
    map: &mut Map<'_>,
    node: &Node,
    what: &str,
    faults: &mut Vec<Diagnostic>,
) -> Option<ProviderKind> {
    let node = map.require("provider", node, what, faults)?;
    let text = read::text(node, "`provider`", faults)?;
    match text.as_str() {
        "meta" => return Some(ProviderKind::Meta),
        "infobip" => return Some(ProviderKind::Infobip),
        "360dialog" if map.contains("partner_id") => return Some(ProviderKind::Dialog360),
        "360dialog" => return Some(ProviderKind::Dialog360Channel),
        "vonage" => return Some(ProviderKind::Vonage),
        _ => {}
    }
    let fault = Diagnostic::error("LP054", node.span, format!("there is no provider `{text}`"));
    let help = did_you_mean(&text, NAMES).unwrap_or_else(|| format!("known: {}", NAMES.join(", ")));
    faults.push(fault.help(help));
    None
}

/// The keys of one account.
struct Keys<'r, 'm> {
    map: &'r mut Map<'m>,
    node: &'r Node,
    what: &'r str,
    faults: &'r mut Vec<Diagnostic>,
}

impl Keys<'_, '_> {
    fn digits(&mut self, key: &'static str) -> Option<String> {
        let entry = self.map.take(key)?;
        digits(&entry.value, &format!("`{key}`"), self.faults)
    }

    fn needed_digits(&mut self, key: &'static str) -> Option<String> {
        let node = self.map.require(key, self.node, self.what, self.faults)?;
        digits(node, &format!("`{key}`"), self.faults)
    }

    /// An id of letters and digits.
    fn word(&mut self, key: &'static str) -> Option<String> {
        let node = self.map.require(key, self.node, self.what, self.faults)?;
        let text = read::text(node, &format!("`{key}`"), self.faults)?;
        if text.is_empty() || text.len() > 32 || !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            self.fault(node.span, format!("`{key}` must be letters and digits"));
            return None;
        }
        Some(text)
    }

    fn sender(&mut self) -> Option<String> {
        let node = self.map.require("sender", self.node, self.what, self.faults)?;
        let text = read::text(node, "`sender`", self.faults)?;
        if !(5..=20).contains(&text.len()) || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            let fault = Diagnostic::error("LP054", node.span, "`sender` must be a number in international form");
            self.faults.push(fault.help("digits only, without `+`, in quotes: \"447796344125\""));
            return None;
        }
        Some(text)
    }

    fn application(&mut self) -> Option<String> {
        let node = self.map.require("application_id", self.node, self.what, self.faults)?;
        let text = read::text(node, "`application_id`", self.faults)?;
        let parts: Vec<usize> = text.split('-').map(str::len).collect();
        if parts != [8, 4, 4, 4, 12] || !text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-') {
            self.fault(node.span, "`application_id` must be a UUID, such as aaaaaaaa-bbbb-cccc-dddd-0123456789ab");
            return None;
        }
        Some(text)
    }

    fn media_base_url(&mut self) -> Option<Url> {
        let entry = self.map.take("media_base_url")?;
        url(&entry.value, "`media_base_url`", "https://cdn.example.com/wa/", self.faults).map(|(url, _)| url)
    }

    fn fault(&mut self, span: Span, message: impl Into<String>) {
        self.faults.push(Diagnostic::error("LP054", span, message.into()));
    }
}

fn digits(node: &Node, what: &str, faults: &mut Vec<Diagnostic>) -> Option<String> {
    let text = read::text(node, what, faults)?;
    if text.is_empty() || text.len() > 32 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        faults.push(Diagnostic::error("LP054", node.span, format!("{what} must be digits")));
        return None;
    }
    Some(text)
}

/// The keys that may hold the credential of a provider, by the provider's name in the file; none for other names.
pub(super) fn credential_keys(provider: &str) -> &'static [&'static str] {
    match provider {
        "meta" => &["token"],
        "infobip" => &["api_key"],
        // The Partner API takes a token for a day, too.
        "360dialog" => &["api_key", "token"],
        "vonage" => &["private_key"],
        _ => &[],
    }
}

/// Whether a partner's account has the token of a day in place of a key.
fn takes_token(map: &Map<'_>) -> bool {
    map.contains("token") && !map.contains("api_key")
}

/// Where the credential of an account stands; sandbox accounts need none.
pub(super) fn credential(
    map: &mut Map<'_>,
    node: &Node,
    what: &str,
    (provider, sandbox): (ProviderKind, bool),
    faults: &mut Vec<Diagnostic>,
    secrets: &mut Vec<Span>,
) -> Option<CredentialSource> {
    let key = match provider {
        ProviderKind::Meta => "token",
        ProviderKind::Dialog360 if takes_token(map) => "token",
        ProviderKind::Infobip | ProviderKind::Dialog360 | ProviderKind::Dialog360Channel => "api_key",
        ProviderKind::Vonage => "private_key",
    };
    let written = match sandbox {
        true => map.take(key).map(|entry| &entry.value),
        false => map.require(key, node, what, faults),
    };
    written.and_then(|node| CredentialSource::from_node(node, key, faults, secrets))
}

/// `base_url`, which Infobip's accounts need: each has its own.
pub(super) fn base_url(
    map: &mut Map<'_>,
    node: &Node,
    what: &str,
    (provider, sandbox): (ProviderKind, bool),
    faults: &mut Vec<Diagnostic>,
) -> Option<(Url, Span)> {
    let example = provider.base_url().unwrap_or("https://xyz.api.infobip.com");
    let written = match provider.base_url().is_some() || sandbox {
        true => map.take("base_url").map(|entry| &entry.value),
        false => map.require("base_url", node, what, faults),
    };
    written.and_then(|node| url(node, "`base_url`", example, faults))
}
