//! A run's accounts made ready: the workspace read, what it asks for lowered, sandboxes started, clients built, accounts
//! read into the facts that a plan is made from.
//!
//! Writes nothing, neither to a provider nor to the ledger.

mod absence;
mod commit;
mod connect;
mod folders;
mod inspect;
mod ledger_location;
mod promotion;
mod read;
mod snapshot;
mod stable;
mod state_folder;

pub use connect::{Connected, SandboxHost, identity, sandbox_place};
pub use folders::{ledgers, sandbox_root};
pub use inspect::inspect;
pub use ledger_location::ledger_location;
pub use read::{drift, ledger_fault, plan, read_accounts, review_states, settlements};
pub use snapshot::{AccountSnapshot, Found};
pub use stable::snapshot_until_stable;

use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};
use url::Url;

use crate::{
    account_error::AccountError,
    diagnostic::{Diagnostic, FileId, Severity, SourceMap, Span, dedupe, did_you_mean},
    plan::{SourceLocation, Warning},
    provider::{
        host::is_loopback,
        proxy::{ProxyError, ProxySettings},
        rate_limiter::RateLimiters,
    },
    source::{Desired, languages},
    workspace::{self, Account, Loaded, Workspace},
};

/// What a command line says about which files and accounts take part.
#[derive(Debug, Clone)]
pub struct Options {
    /// The folder of the templates.
    pub directory: Utf8PathBuf,
    /// A workspace file from elsewhere.
    pub config: Option<Utf8PathBuf>,
    /// Selectors of accounts; empty for those that take part unasked.
    pub accounts: Vec<String>,
    /// What the environment allows.
    pub environment: Environment,
}

/// What the environment allows and a pull request cannot change.
#[derive(Debug, Clone)]
pub struct Environment {
    /// Further hosts that a credential may go to.
    pub allow_hosts: Vec<String>,
    /// The proxy, or why the variables that name it cannot be used.
    pub proxies: Result<ProxySettings, ProxyError>,
    /// Whether credentials may come from commands.
    pub allow_commands: bool,
    /// How long a run of failures may last.
    pub retry_budget: Duration,
}

/// The files' side of a run.
pub struct Session {
    /// Every file that was read.
    pub sources: SourceMap,
    /// The workspace and its families.
    pub loaded: Loaded,
    /// The accounts that take part, with what the files ask them to hold.
    pub participants: Vec<AccountDesired>,
    /// Accounts that do not take part and that others come after: they are only looked at.
    pub earlier: Vec<AccountDesired>,
    /// Everything that was found.
    pub diagnostics: Vec<Diagnostic>,
    /// What is wrong with the selectors of the command line: no fault of the files.
    pub misses: Vec<Diagnostic>,
    options: Options,
    /// The providers' limits, as far as this run used them up.
    rate_limiters: RateLimiters,
}

/// What the files ask of one account.
pub struct AccountDesired {
    /// The account.
    pub account: Account,
    /// Its templates.
    pub desired: Vec<Desired>,
}

impl Session {
    /// Reads the files. What is wrong with them is in [`Self::diagnostics`].
    #[must_use]
    pub fn read(options: Options, participants: Participants) -> Self {
        let mut sources = SourceMap::default();
        let mut loaded = workspace::load(&options.directory, options.config.as_deref(), &mut sources);
        let mut diagnostics = std::mem::take(&mut loaded.diagnostics);
        let mut misses = Vec::new();
        let accounts: Vec<Account> = match (participants, options.accounts.is_empty()) {
            (Participants::All, true) => {
                loaded.workspace.iter().flat_map(|workspace| &workspace.accounts).cloned().collect()
            }
            _ => match loaded.participants(&options.accounts) {
                Ok(accounts) => accounts.into_iter().cloned().collect(),
                Err(faults) => {
                    misses = faults;
                    Vec::new()
                }
            },
        };
        let mut lower = |account: Account| {
            diagnostics.extend(account.host_fault(&options.environment.allow_hosts));
            let (desired, faults) = loaded.desired_for(&account);
            diagnostics.extend(faults);
            AccountDesired { account, desired }
        };
        let earlier = earlier(&loaded, &accounts);
        let participants: Vec<AccountDesired> = accounts.into_iter().map(&mut lower).collect();
        let earlier: Vec<AccountDesired> = earlier.into_iter().map(&mut lower).collect();
        let all = participants
            .iter()
            .chain(&earlier)
            .map(|participant| (&participant.account, participant.desired.as_slice()));
        diagnostics.extend(workspace::shared::faults(all));
        diagnostics.extend(loaded.families.iter().flat_map(|family| &family.allow).filter_map(unknown_code));
        dedupe(&mut diagnostics);
        tracing::info!(
            files = sources.len(),
            families = loaded.families.len(),
            accounts = participants.len(),
            "read files"
        );
        Self {
            sources,
            loaded,
            participants,
            earlier,
            diagnostics,
            misses,
            options,
            rate_limiters: RateLimiters::default(),
        }
    }

    /// Whether an account of the run is embedded.
    #[must_use]
    pub fn needs_sandbox(&self) -> bool {
        self.participants.iter().chain(&self.earlier).any(|participant| participant.account.sandbox)
    }

    /// Whether the files are too wrong to go on.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|finding| finding.severity == Severity::Error)
    }

    /// The workspace, where its file could be read.
    #[must_use]
    pub const fn workspace(&self) -> Option<&Workspace> {
        self.loaded.workspace.as_ref()
    }

    /// The name of the workspace: of a file that cannot be used, what its line says.
    #[must_use]
    pub fn name(&self) -> Option<String> {
        let written = || {
            // The first file that is read; without it no other is.
            let file = self.sources.get(FileId(0))?;
            let name = file.text.lines().find_map(|line| line.strip_prefix("workspace:"))?;
            let name = name.split('#').next().unwrap_or_default().trim().trim_matches(['"', '\'']);
            Some(name.to_owned())
        };
        self.workspace().map(|workspace| workspace.name.clone()).or_else(written)
    }

    /// The folder of the templates.
    #[must_use]
    pub fn directory(&self) -> &Utf8Path {
        &self.options.directory
    }

    /// Whether the proxy of the environment can be used for every account of the run. Accounts on this machine need none.
    ///
    /// # Errors
    /// The variable that is wrong, and what to do.
    pub fn check_proxies(&self) -> Result<(), ProxyError> {
        let accounts = self.participants.iter().chain(&self.earlier).map(|participant| &participant.account);
        let proxies = self.options.environment.proxies.as_ref();
        accounts.filter_map(remote_url).try_for_each(|url| proxies.map_err(Clone::clone)?.check(&url))
    }

    /// The variable whose proxy an account is reached through.
    #[must_use]
    pub fn proxy_of(&self, account: &Account) -> Option<String> {
        let proxies = self.options.environment.proxies.as_ref().ok()?;
        remote_url(account).and_then(|url| proxies.used_for(&url).map(str::to_owned))
    }

    /// Where the sandbox keeps its accounts.
    ///
    /// # Errors
    /// See [`sandbox_root`].
    pub fn sandbox_root(&self) -> Result<Utf8PathBuf, AccountError> {
        sandbox_root(&self.options.directory)
    }

    /// Where a span stands.
    #[must_use]
    pub fn place(&self, span: Span) -> SourceLocation {
        SourceLocation { file: self.sources.path(span.file).to_string(), line: self.sources.position(span).line }
    }

    /// What casts doubt on the files that a plan is made from: files that are not read, another workspace file than the
    /// trusted one.
    #[must_use]
    pub fn warnings(&self) -> Vec<Warning> {
        let doubts = |finding: &&Diagnostic| {
            finding.severity == Severity::Warning && matches!(finding.code, "LP053" | "LP063" | "LP064")
        };
        let warning = |finding: &Diagnostic| Warning {
            code: finding.code.to_owned(),
            message: finding.message.clone(),
            location: finding.span.map(|span| self.place(span)),
        };
        self.diagnostics.iter().filter(doubts).map(warning).collect()
    }

    /// A file as the repository of the templates names it; as it is shown elsewhere where it lies outside of that.
    #[must_use]
    pub fn path_in_repository(&self, file: FileId) -> Utf8PathBuf {
        let Some(source) = self.sources.get(file) else { return Utf8PathBuf::new() };
        let path = if source.given { source.path.clone() } else { self.options.directory.join(&source.path) };
        commit::path_in_repository(&self.options.directory, &path).unwrap_or_else(|| source.path.clone())
    }

    /// The commit of the folder, where it is in git.
    #[must_use]
    pub fn commit(&self) -> Option<String> {
        commit::head(&self.options.directory)
    }
}

/// The address of an account that is not on this machine.
fn remote_url(account: &Account) -> Option<Url> {
    let own = || account.provider().base_url().and_then(|url| Url::parse(url).ok());
    let url = if account.sandbox { None } else { account.base_url.clone().or_else(own) };
    url.filter(|url| !is_loopback(url))
}

/// `allow` with a code that no rule of content has: it would allow nothing, and nobody would notice.
fn unknown_code((code, span): &(String, Span)) -> Option<Diagnostic> {
    let known = || crate::lint::rules().map(|rule| rule.code).chain([languages::ALLOWED]);
    if known().any(|rule| rule == code) {
        return None;
    }
    if let Some((_, why)) = crate::lint::RETIRED.iter().find(|(retired, _)| retired == code) {
        let fault = Diagnostic::warning("LP007", *span, format!("there is no rule `{code}` any more: {why}"));
        return Some(fault.help("leave it out of `allow`"));
    }
    let fault = Diagnostic::error("LP007", *span, format!("no rule of content has the code `{code}`"));
    let help = "codes that can be allowed begin with LP1 or LP2; of the findings about the file form only LP009 can be allowed";
    Some(fault.help(did_you_mean(code, known()).unwrap_or_else(|| help.to_owned())))
}

/// Accounts that the given ones come after and that are not among them.
fn earlier(loaded: &Loaded, accounts: &[Account]) -> Vec<Account> {
    let all = loaded.workspace.iter().flat_map(|workspace| &workspace.accounts);
    let named: Vec<&str> =
        accounts.iter().filter_map(|account| account.after.as_ref()).map(|(name, _)| name.as_str()).collect();
    let part = |name: &str| accounts.iter().any(|account| account.name == name);
    all.filter(|account| named.contains(&account.name.as_str()) && !part(&account.name)).cloned().collect()
}

/// Which accounts take part when none is selected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Participants {
    /// All: for commands that only read files.
    All,
    /// All but sandboxes that nobody names.
    Unasked,
}
