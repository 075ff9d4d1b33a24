//! A saved plan read back: whether it may be applied, what it selects, and what it approves.
//!
//! Knows no file and no clock: bytes and now are given. The digest shows damage and careless edits. It is no signature: whoever
//! can write the file can compute a new one.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::{
    account_identity::AccountIdentity,
    document,
    saved_form::{AccountV1, PlanV1},
    selection::{InvalidPattern, Selection},
};
use crate::json;

/// A plan file may be this large: one of 6,000 actions has about 12 MB.
pub const MAX_BYTES: u64 = 32 * 1024 * 1024;
/// Most memory that its values may take, bytes.
const MAX_VALUES: usize = 256 << 20;

/// A saved plan whose digest verifies.
#[derive(Debug, Clone)]
pub struct Saved {
    value: Value,
    plan: PlanV1,
}

/// Why a saved plan is not applied. Every one of them is mended by planning again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It is larger than any plan.
    #[error("it is larger than {} MB, which no plan is", MAX_BYTES / 1024 / 1024)]
    TooLarge,
    /// It is something else, or cut off.
    #[error("it is no saved plan: {reason}")]
    NotAPlan {
        /// What is wrong with it.
        reason: String,
    },
    /// Its form is of another major version.
    #[error(
        "its form has version {found}, this letterpress ({}) reads {}: plan and apply with the same version",
        env!("CARGO_PKG_VERSION"),
        document::FORMAT_VERSION
    )]
    Version {
        /// The version that it names.
        found: String,
    },
    /// What it holds is not what was saved.
    #[error("it was changed after it was saved: its digest is {is}, it says {said}")]
    Tampered {
        /// The digest that it names.
        said: String,
        /// The digest that it has.
        is: String,
    },
    /// Its time is over.
    #[error("it expired at {at}")]
    Expired {
        /// The time at which it expired.
        at: Timestamp,
    },
    /// It answers what could be done at another time.
    #[error("it was made with --at {at}: it says what could be done then, and is never applied")]
    At {
        /// The time that it was made for.
        at: Timestamp,
    },
    /// It is another workspace's.
    #[error("it is for the workspace `{planned}`, this one is `{here}`")]
    Workspace {
        /// The workspace that it is for.
        planned: String,
        /// The name of this one.
        here: String,
    },
    /// An account that it is for does not exist any more.
    #[error("it is for the account `{account}`, which this workspace does not have")]
    NoAccount {
        /// The account.
        account: String,
    },
    /// An account is another WABA, or reached through another host or provider.
    #[error(
        "the account `{}` was {} {} when it was made and is {} {} now",
        planned.account, planned.provider, planned.scope, here.provider, here.scope
    )]
    OtherAccount {
        /// The account in the plan.
        planned: Box<AccountIdentity>,
        /// The account of that name in the workspace.
        here: Box<AccountIdentity>,
    },
}

/// Whether this looks like a plan that some letterpress saved, of whatever version and age: what may be written over.
#[must_use]
pub fn is_plan(bytes: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Marks {
        #[serde(rename = "format_version")]
        _format_version: String,
        digest: String,
        #[serde(rename = "accounts")]
        _accounts: Vec<serde::de::IgnoredAny>,
    }
    serde_json::from_slice(bytes).is_ok_and(|marks: Marks| marks.digest.starts_with("sha256:"))
}

impl Saved {
    /// Reads a plan: its version first, then its digest, then its fields.
    ///
    /// # Errors
    /// It is no plan, of another major version, or not what was saved.
    pub fn read(bytes: &[u8]) -> Result<Self, Refused> {
        let no_plan = |reason: String| Refused::NotAPlan { reason };
        if bytes.len() as u64 > MAX_BYTES {
            return Err(Refused::TooLarge);
        }
        let value: Value = json::read(bytes, MAX_VALUES).map_err(|fault| match fault {
            json::Fault::TooLarge(_) => Refused::TooLarge,
            json::Fault::Json(error) => no_plan(error.to_string()),
        })?;
        let text = |key: &str| value.get(key).and_then(Value::as_str);
        let found = text("format_version").ok_or_else(|| no_plan("it has no `format_version`".to_owned()))?;
        let major = |version: &str| version.split('.').next().map(str::to_owned);
        if major(found) != major(document::FORMAT_VERSION) {
            return Err(Refused::Version { found: found.chars().take(20).collect() });
        }
        let said = text("digest").ok_or_else(|| no_plan("it has no `digest`".to_owned()))?;
        let is = document::digest(&value);
        if said != is {
            return Err(Refused::Tampered { said: said.chars().take(80).collect(), is });
        }
        let plan = PlanV1::deserialize(&value).map_err(|error| no_plan(error.to_string()))?;
        Ok(Self { value, plan })
    }

    /// The JSON as it was saved.
    #[must_use]
    pub const fn value(&self) -> &Value {
        &self.value
    }

    /// When it was made.
    #[must_use]
    pub const fn created_at(&self) -> Timestamp {
        self.plan.created_at
    }

    /// Until when it may be applied.
    #[must_use]
    pub const fn expires_at(&self) -> Timestamp {
        self.plan.expires_at
    }

    /// The time that it was made for, if that was not the present.
    #[must_use]
    pub const fn at(&self) -> Option<Timestamp> {
        self.plan.at
    }

    /// The accounts that it is for: apply works on no others.
    #[must_use]
    pub fn accounts(&self) -> Vec<String> {
        self.plan.accounts.iter().map(|account| account.account.clone()).collect()
    }

    /// The templates that it is for.
    ///
    /// # Errors
    /// A pattern that is none.
    pub fn selection(&self) -> Result<Selection, InvalidPattern> {
        Selection::new(&self.plan.selection.templates)
    }

    /// The patterns of the templates that it is for; empty for all.
    #[must_use]
    pub fn templates(&self) -> &[String] {
        &self.plan.selection.templates
    }

    /// Whether it deletes managed templates that left the YAML.
    #[must_use]
    pub const fn prune(&self) -> bool {
        self.plan.selection.prune
    }

    /// Whether it may be applied at a time.
    ///
    /// # Errors
    /// It has expired, or was made for another time.
    pub fn is_timely(&self, now: Timestamp) -> Result<(), Refused> {
        if let Some(at) = self.plan.at {
            return Err(Refused::At { at });
        }
        if now >= self.plan.expires_at {
            return Err(Refused::Expired { at: self.plan.expires_at });
        }
        Ok(())
    }

    /// Whether it is for this workspace and these accounts.
    ///
    /// # Errors
    /// The first thing that is another.
    pub fn fits(&self, workspace: &str, accounts: &[AccountIdentity]) -> Result<(), Refused> {
        if self.plan.workspace != workspace {
            let (planned, here) = (self.plan.workspace.clone(), workspace.to_owned());
            return Err(Refused::Workspace { planned, here });
        }
        for planned in self.plan.accounts.iter().map(AccountV1::identity) {
            let Some(here) = accounts.iter().find(|here| here.account == planned.account) else {
                return Err(Refused::NoAccount { account: planned.account });
            };
            if !planned.is_same_place(here) {
                return Err(Refused::OtherAccount { planned: Box::new(planned), here: Box::new(here.clone()) });
            }
        }
        Ok(())
    }

    /// All that it says.
    pub(super) const fn plan(&self) -> &PlanV1 {
        &self.plan
    }

    /// What it says of one account.
    pub(super) fn account(&self, name: &str) -> Option<&AccountV1> {
        self.plan.accounts.iter().find(|account| account.account == name)
    }
}

#[cfg(test)]
mod tests;
