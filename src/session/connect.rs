//! Accounts with a client: sandbox accounts get the embedded server, others their credential.

use std::{net::SocketAddr, sync::Arc};

use camino::Utf8PathBuf;
use jiff::Timestamp;
use secrecy::SecretString;
use url::Url;

use super::Session;
use crate::{
    apply::Now,
    plan::saved::Here,
    provider::{
        ErrorKind, Provider, ProviderError,
        meta::{Client, MetaConfig},
    },
    sandbox,
    workspace::{Account, ProviderKind},
};

/// The app that sandbox accounts upload to where they name none.
const SANDBOX_APP: &str = "1";

/// An account that can be talked to.
pub struct Connected {
    /// Its client.
    pub provider: Arc<Provider>,
    /// Its clock.
    pub now: Now,
    /// Where it shows its media, for sandbox accounts and other servers on loopback.
    pub loopback: Option<Url>,
}

/// Why an account cannot be worked on.
#[derive(Debug, Clone)]
pub struct Fault {
    /// What kind of trouble.
    pub kind: FaultKind,
    /// In words.
    pub message: String,
}

/// Kinds of trouble, as exit codes tell them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// Credential or permission.
    Credentials,
    /// The provider does not answer, or asks to slow down.
    Unavailable,
    /// Anything else.
    Other,
}

impl Fault {
    /// A fault with words.
    pub fn new(kind: FaultKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }
}

impl From<&ProviderError> for Fault {
    fn from(error: &ProviderError) -> Self {
        let kind = match error.kind {
            ErrorKind::Credentials | ErrorKind::Permission | ErrorKind::StopRun => FaultKind::Credentials,
            // A garbled answer or a list that is not whole is a failure of the provider's side, and often passes.
            ErrorKind::RateLimited | ErrorKind::Unavailable | ErrorKind::Protocol => FaultKind::Unavailable,
            _ => FaultKind::Other,
        };
        let request = if error.request.is_empty() { String::new() } else { format!(" [{}]", error.request) };
        Self::new(kind, format!("{error}{request}"))
    }
}

/// The embedded server of a run; it ends with this value.
pub struct SandboxHost {
    running: sandbox::Running,
    root: Utf8PathBuf,
}

impl SandboxHost {
    /// Starts the server on a free port of loopback.
    ///
    /// # Errors
    /// There is no port, or the store cannot be used.
    pub async fn start(root: Utf8PathBuf) -> Result<Self, Fault> {
        let listen = SocketAddr::from(([127, 0, 0, 1], 0));
        match sandbox::start(&root, listen).await {
            Ok(running) => Ok(Self { running, root }),
            Err(error) => Err(Fault::new(FaultKind::Other, format!("the sandbox cannot start: {error}"))),
        }
    }
}

/// Builds the client of one account.
///
/// # Errors
/// A credential that cannot be read, or an address that may not have it.
pub(super) fn connect(session: &Session, account: &Account, host: Option<&SandboxHost>) -> Result<Connected, Fault> {
    let ProviderKind::Meta = account.provider;
    let environment = &session.options.environment;
    let (base_url, token, now): (Url, SecretString, Now) = match host.filter(|_| account.sandbox) {
        Some(host) => {
            let url = parse(host.running.url())?;
            let (root, waba) = (host.root.clone(), account.waba_id.clone());
            let now = move || sandbox::admin::now(&root, &waba).unwrap_or_else(|_| Timestamp::now());
            (url, SecretString::from("sandbox".to_owned()), Arc::new(now))
        }
        None => {
            let url = account.base_url.clone().map_or_else(|| parse(MetaConfig::BASE_URL), Ok)?;
            (url, credential(session, account)?, Arc::new(Timestamp::now))
        }
    };
    let loopback = crate::provider::host::is_loopback(&base_url).then(|| base_url.clone());
    let mut config = MetaConfig::new(&account.waba_id, base_url, token);
    config.app_id = account.app_id.clone().or_else(|| account.sandbox.then(|| SANDBOX_APP.to_owned()));
    config.timeout = account.timeout;
    config.retry_budget = environment.retry_budget;
    config.allow_hosts.clone_from(&environment.allow_hosts);
    let client = Client::new(config).map_err(|error| Fault::from(&error))?;
    Ok(Connected { provider: Arc::new(Provider::Meta(client)), now, loopback })
}

/// An account as saved plans know it: its provider, its WABA and the host that it is reached through. The embedded sandbox
/// listens on another port in every run, so it goes by its name.
#[must_use]
pub fn here(account: &Account) -> Here {
    let ProviderKind::Meta = account.provider;
    let host = match (&account.base_url, account.sandbox) {
        (_, true) => "sandbox",
        (Some(url), false) => url.as_str().trim_end_matches('/'),
        (None, false) => MetaConfig::BASE_URL,
    };
    Here {
        account: account.name.clone(),
        provider: account.provider.as_str().to_owned(),
        scope: format!("{} @ {host}", account.waba_id),
    }
}

fn credential(session: &Session, account: &Account) -> Result<SecretString, Fault> {
    let Some(source) = &account.credential else {
        return Err(Fault::new(FaultKind::Credentials, format!("account `{}` names no credential", account.name)));
    };
    let base = session.workspace().map_or(session.directory(), |workspace| &workspace.base);
    let variable = |name: &str| std::env::var(name).ok();
    source
        .read(&variable, session.options.environment.allow_commands, base)
        .map_err(|error| Fault::new(FaultKind::Credentials, error.to_string()))
}

fn parse(url: &str) -> Result<Url, Fault> {
    Url::parse(url).map_err(|error| Fault::new(FaultKind::Other, format!("{url}: {error}")))
}
