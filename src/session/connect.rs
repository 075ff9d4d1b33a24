//! Accounts with a client: sandbox accounts get the embedded server, others their credential.

use std::{net::SocketAddr, sync::Arc};

use camino::Utf8PathBuf;
use jiff::Timestamp;
use secrecy::SecretString;
use url::Url;

use super::Session;
use crate::{
    account_error::{AccountError, AccountErrorKind},
    apply::{Now, Route},
    capability::{Capabilities, MediaForm},
    plan::{AccountHost, AccountIdentity, AccountScope},
    provider::{
        Provider, ProviderError, connection::Connection, dialog360, host::is_loopback, infobip, meta,
        proxy::ProxySettings, vonage,
    },
    sandbox,
    workspace::{Account, ProviderKind, ProviderSettings},
};

/// The app that sandbox accounts upload to where they name none.
const SANDBOX_APP: &str = "1";

/// Where local media files are public for embedded accounts that do not say it: nowhere, and nobody looks.
const EMBEDDED_MEDIA: &str = "https://media.sandbox.invalid/";

/// An account that can be talked to.
pub struct Connected {
    /// Its client.
    pub provider: Arc<Provider>,
    /// What the provider can do.
    pub capabilities: &'static Capabilities,
    /// How samples of media get there.
    pub route: Route,
    /// Its clock.
    pub now: Now,
    /// Where it shows its media, for sandbox accounts and other servers on loopback.
    pub loopback: Option<Url>,
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
    pub async fn start(root: Utf8PathBuf) -> Result<Self, AccountError> {
        let listen = SocketAddr::from(([127, 0, 0, 1], 0));
        match sandbox::start(&root, listen).await {
            Ok(running) => Ok(Self { running, root }),
            Err(error) => Err(AccountError::new(AccountErrorKind::Other, format!("the sandbox cannot start: {error}"))),
        }
    }
}

/// Builds the client of one account.
///
/// # Errors
/// A credential that cannot be read, or an address that may not have it.
pub(super) fn connect(
    session: &Session,
    account: &Account,
    host: Option<&SandboxHost>,
) -> Result<Connected, AccountError> {
    let environment = &session.options.environment;
    let embedded = host.filter(|_| account.sandbox);
    let (base_url, secret, now): (Url, SecretString, Now) = match embedded {
        Some(host) => {
            let url = parse(&format!("{}{}", host.running.url(), embedded_path(account.provider())))?;
            let (root, place) = (host.root.clone(), sandbox_place(account));
            let now = move || sandbox::admin::now(&root, &place).unwrap_or_else(|_| Timestamp::now());
            (url, SecretString::from(embedded_key(&account.settings)), Arc::new(now))
        }
        None => {
            let own = || account.provider().base_url().map_or_else(|| Err(no_address(account)), parse);
            let url = account.base_url.clone().map_or_else(own, Ok)?;
            (url, credential(session, account)?, Arc::new(Timestamp::now))
        }
    };
    // What stands on this machine beside a server on this machine is as public as that.
    let here_too = account.settings.media_base_url().filter(|url| is_loopback(url)).cloned();
    let loopback = is_loopback(&base_url).then(|| here_too.unwrap_or_else(|| base_url.clone()));
    let scope = identity(account).scope.to_string();
    let proxies = match &environment.proxies {
        _ if is_loopback(&base_url) => ProxySettings::default(),
        Ok(proxies) => proxies.clone(),
        Err(error) => return Err(AccountError::new(AccountErrorKind::Other, error.to_string())),
    };
    let connection = Connection {
        rate_limiter: session.rate_limiters.rate_limiter(
            account.provider().capabilities().limits,
            &scope,
            &shared_by(account),
        ),
        base_url,
        timeout: account.timeout,
        retry_budget: environment.retry_budget,
        allow_hosts: environment.allow_hosts.clone(),
        proxies,
    };
    let provider = client(account, secret, connection).map_err(|error| AccountError::from(&error))?;
    let capabilities = account.provider().capabilities();
    Ok(Connected {
        provider: Arc::new(provider),
        capabilities,
        route: route(account, embedded.is_some()),
        now,
        loopback,
    })
}

/// How samples of media get to an account's provider. The embedded sandbox fetches nothing, so any address will do.
fn route(account: &Account, embedded: bool) -> Route {
    match account.provider().capabilities().media {
        MediaForm::Handle => Route::Upload,
        MediaForm::Url => {
            let made_up = || Url::parse(EMBEDDED_MEDIA).ok().filter(|_| embedded);
            Route::Public { base: account.settings.media_base_url().cloned().or_else(made_up), checked: !embedded }
        }
    }
}

/// The client of an account's provider.
fn client(account: &Account, secret: SecretString, connection: Connection) -> Result<Provider, ProviderError> {
    match account.settings.clone() {
        ProviderSettings::Meta { waba_id, app_id } => {
            let app_id = app_id.or_else(|| account.sandbox.then(|| SANDBOX_APP.to_owned()));
            meta::Client::new(meta::Config { waba_id, app_id, token: secret, connection }).map(Provider::Meta)
        }
        ProviderSettings::Infobip { sender, waba_id, media_base_url: _ } => {
            // The embedded account is named by its sender and knows of no other number.
            let waba_id = waba_id.filter(|_| !account.sandbox);
            let config = infobip::Config { sender, waba_id, api_key: secret, connection };
            infobip::Client::new(config).map(Provider::Infobip)
        }
        ProviderSettings::Dialog360 { partner_id, waba_account_id, bearer, .. } => {
            let partner_id = Some(partner_id);
            let config = dialog360::Config { partner_id, waba_account_id, api_key: secret, bearer, connection };
            dialog360::Client::new(config).map(Provider::Dialog360)
        }
        ProviderSettings::Dialog360Channel { waba_account_id, .. } => {
            let config =
                dialog360::Config { partner_id: None, waba_account_id, api_key: secret, bearer: false, connection };
            dialog360::Client::new(config).map(Provider::Dialog360)
        }
        ProviderSettings::Vonage { waba_id, application_id } => {
            let signer = match application_id.filter(|_| !account.sandbox) {
                Some(id) => vonage::Signer::Application { id, private_key: secret },
                None => vonage::Signer::Token(secret),
            };
            vonage::Client::new(vonage::Config { waba_id, signer, connection }).map(Provider::Vonage)
        }
    }
}

/// What the embedded sandbox is given for a credential. 360dialog's WABA level knows the account by nothing else.
fn embedded_key(reach: &ProviderSettings) -> String {
    match reach {
        ProviderSettings::Dialog360Channel { waba_account_id, .. } => waba_account_id.clone(),
        ProviderSettings::Meta { .. }
        | ProviderSettings::Infobip { .. }
        | ProviderSettings::Dialog360 { .. }
        | ProviderSettings::Vonage { .. } => "sandbox".to_owned(),
    }
}

/// Where the embedded server has the provider's API: its own address holds a path only at Vonage.
const fn embedded_path(provider: ProviderKind) -> &'static str {
    match provider {
        ProviderKind::Vonage => "/v2/whatsapp-manager",
        ProviderKind::Meta | ProviderKind::Infobip | ProviderKind::Dialog360 | ProviderKind::Dialog360Channel => "",
    }
}

/// An account as the sandbox's files know it.
#[must_use]
pub fn sandbox_place(account: &Account) -> String {
    match &account.settings {
        ProviderSettings::Meta { waba_id, .. } => waba_id.clone(),
        settings => format!("{}/{}", settings.provider(), settings.id()),
    }
}

/// Names the accounts whose calls the provider counts together: those of one partner, application or key.
fn shared_by(account: &Account) -> String {
    let who = match &account.settings {
        ProviderSettings::Dialog360 { partner_id, .. } => partner_id,
        ProviderSettings::Vonage { application_id: Some(application_id), .. } => application_id,
        settings => settings.id(),
    };
    format!("{who} @ {}", address(account))
}

/// The host that an account is reached through. The embedded sandbox listens on another port in every run, so it goes
/// by its name.
pub(super) fn address(account: &Account) -> &str {
    match (&account.base_url, account.sandbox) {
        (_, true) => "sandbox",
        (Some(url), false) => url.as_str().trim_end_matches('/'),
        (None, false) => account.provider().base_url().unwrap_or_default(),
    }
}

/// An account as saved plans know it: its provider, its id there and the host that it is reached through.
#[must_use]
pub fn identity(account: &Account) -> AccountIdentity {
    let host = if account.sandbox { AccountHost::Sandbox } else { AccountHost::Address(address(account).to_owned()) };
    AccountIdentity {
        account: account.name.clone(),
        provider: account.provider().as_str().to_owned(),
        scope: AccountScope { id: account.settings.id().to_owned(), host },
    }
}

fn no_address(account: &Account) -> AccountError {
    AccountError::new(AccountErrorKind::Other, format!("account `{}` names no `base_url`", account.name))
}

fn credential(session: &Session, account: &Account) -> Result<SecretString, AccountError> {
    let Some(source) = &account.credential else {
        return Err(AccountError::new(
            AccountErrorKind::Credentials,
            format!("account `{}` names no credential", account.name),
        ));
    };
    let base = session.workspace().map_or(session.directory(), |workspace| &workspace.base);
    let variable = |name: &str| std::env::var(name).ok();
    source
        .read(&variable, session.options.environment.allow_commands, base)
        .map_err(|error| AccountError::new(AccountErrorKind::Credentials, error.to_string()))
}

fn parse(url: &str) -> Result<Url, AccountError> {
    Url::parse(url).map_err(|error| AccountError::new(AccountErrorKind::Other, format!("{url}: {error}")))
}
