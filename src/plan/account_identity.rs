//! Which account this is: its name here, its provider, and where it is reached.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An account as plans and reports name it, and as saved plans know it again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountIdentity {
    /// Its name in the workspace.
    pub account: String,
    /// Its provider's name.
    pub provider: String,
    /// Its id there, and the host.
    pub scope: AccountScope,
}

impl AccountIdentity {
    /// Whether the embedded sandbox answers for it.
    #[must_use]
    pub fn is_sandbox(&self) -> bool {
        self.scope.host == AccountHost::Sandbox
    }

    /// Whether this is the same account of the same provider at the same host, whatever its name here.
    #[must_use]
    pub fn is_same_place(&self, other: &Self) -> bool {
        self.provider == other.provider && self.scope == other.scope
    }
}

/// What a provider calls an account, and the host that it is reached through: `ID @ HOST` in JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct AccountScope {
    /// The provider's id of the account: a WABA, or a sender at Infobip.
    pub id: String,
    /// Where it is reached.
    pub host: AccountHost,
}

/// Where an account is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccountHost {
    /// The embedded server of this program. It listens on another port in every run, so it has a name instead.
    Sandbox,
    /// This address.
    Address(String),
}

/// What stands in the place of an address for the embedded server.
const SANDBOX: &str = "sandbox";
/// What stands between id and host.
const AT: &str = " @ ";

impl fmt::Display for AccountScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.id)?;
        match &self.host {
            AccountHost::Sandbox => write!(f, "{AT}{SANDBOX}"),
            AccountHost::Address(address) if address.is_empty() => Ok(()),
            AccountHost::Address(address) => write!(f, "{AT}{address}"),
        }
    }
}

impl From<String> for AccountScope {
    /// Reads what was written. A text without a host is an id alone: it is no account of any workspace.
    fn from(text: String) -> Self {
        let (id, host) = text.rsplit_once(AT).unwrap_or((&text, ""));
        let host = if host == SANDBOX { AccountHost::Sandbox } else { AccountHost::Address(host.to_owned()) };
        Self { id: id.to_owned(), host }
    }
}

impl From<AccountScope> for String {
    fn from(scope: AccountScope) -> Self {
        scope.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        for (text, id, host) in [
            ("208 @ https://graph.facebook.com", "208", AccountHost::Address("https://graph.facebook.com".into())),
            ("208 @ sandbox", "208", AccountHost::Sandbox),
            ("208", "208", AccountHost::Address(String::new())),
        ] {
            let scope = AccountScope::from(text.to_owned());
            assert_eq!((scope.id.as_str(), &scope.host, scope.to_string().as_str()), (id, &host, text));
        }
    }
}
