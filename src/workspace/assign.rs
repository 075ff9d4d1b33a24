//! Which accounts take part, which families go to which account, and what an account is asked to hold.
//!
//! Decides from files and flags alone; knows nothing of what accounts really hold.

use std::collections::{HashMap, HashSet};

use crate::{
    capability::Feature,
    diagnostic::{Diagnostic, Severity, Span, did_you_mean_name},
    source::{Desired, Family, Removal, Target, selector::Selector},
    template::TemplateKey,
};

use super::{account::Account, definition::Workspace, loaded::Loaded};

impl Workspace {
    /// The accounts that a selector means. A sandbox account is meant only where its name is spelt out, or where there
    /// is no other account.
    #[must_use]
    pub fn accounts_of(&self, selector: &Selector) -> Vec<&Account> {
        let only = self.accounts.len() == 1;
        let meant = |account: &&Account| {
            selector.matches(account.subject()) && (!account.sandbox || only || selector.names(&account.name))
        };
        self.accounts.iter().filter(meant).collect()
    }

    /// The accounts of a family: its own `accounts`, else `defaults.accounts`, else the only account that is not a
    /// sandbox, else the only account.
    ///
    /// # Errors
    /// That nothing decides.
    pub fn accounts_for(&self, family: &Family) -> Result<Vec<&Account>, Box<Diagnostic>> {
        if let Some((selector, _)) = &family.accounts {
            return Ok(self.accounts_of(selector));
        }
        match self.default_accounts() {
            accounts if !accounts.is_empty() || self.defaults.is_some() => Ok(accounts),
            _ => {
                let message = format!("nothing says which account `{}` goes to", family.name);
                let fault = Diagnostic::error("LP060", family.name_span, message);
                let help = format!(
                    "write `accounts: [{}]` here, or `defaults: {{accounts: […]}}` in letterpress.yaml; {}",
                    self.accounts.first().map_or("NAME", |account| account.name.as_str()),
                    self.known_accounts(),
                );
                Err(Box::new(fault.help(help)))
            }
        }
    }

    /// The accounts of a family that names none; none if nothing decides.
    #[must_use]
    pub fn default_accounts(&self) -> Vec<&Account> {
        if let Some((selector, _)) = &self.defaults {
            return self.accounts_of(selector);
        }
        let real: Vec<&Account> = self.accounts.iter().filter(|account| !account.sandbox).collect();
        match (real.as_slice(), self.accounts.as_slice()) {
            ([only], _) => vec![*only],
            ([], [only]) => vec![only],
            _ => Vec::new(),
        }
    }

    fn known_accounts(&self) -> String {
        let names: Vec<&str> = self.accounts.iter().map(|account| account.name.as_str()).collect();
        format!("the accounts are: {}", names.join(", "))
    }

    /// Faults of a selector: terms that match no account, or all of them together meaning none.
    fn selector_faults(&self, selector: &Selector, span: Option<Span>, what: &str) -> Vec<Diagnostic> {
        let idle = selector.idle(self.accounts.iter().map(Account::subject));
        let fault = |message: String| Diagnostic::new(Severity::Error, "LP015", span, message);
        if idle.is_empty() && self.accounts_of(selector).is_empty() {
            let sandbox = self.accounts.iter().any(|account| account.sandbox && selector.matches(account.subject()));
            let fault = fault(format!("{what} selects no account"));
            return vec![match sandbox {
                true => fault.help("a sandbox account takes part only where its name is spelt out"),
                false => fault.help(self.known_accounts()),
            }];
        }
        self.idle_terms(selector, span, what, idle)
    }

    /// A fault for each of the given terms, which match no account.
    fn idle_terms(&self, selector: &Selector, span: Option<Span>, what: &str, idle: Vec<usize>) -> Vec<Diagnostic> {
        let fault = |message: String| Diagnostic::new(Severity::Error, "LP015", span, message);
        let names: Vec<&str> = self.accounts.iter().map(|account| account.name.as_str()).collect();
        let one = |at: usize| {
            let term = selector.term(at);
            let near = did_you_mean_name(term.trim_start_matches('!'), &names);
            let help = near.map_or_else(|| self.known_accounts(), |near| format!("{near} {}", self.known_accounts()));
            fault(format!("{what}: `{term}` matches no account")).help(help)
        };
        idle.into_iter().map(one).collect()
    }

    /// The accounts of `--account`.
    ///
    /// # Errors
    /// Terms that cannot be read or match nothing.
    pub fn select(&self, terms: &[String]) -> Result<Vec<&Account>, Vec<Diagnostic>> {
        let selector = Selector::parse(terms.iter().map(String::as_str))
            .map_err(|error| vec![Diagnostic::new(Severity::Error, "LP015", None, error.to_string())])?;
        let faults = self.selector_faults(&selector, None, "--account");
        if faults.is_empty() { Ok(self.accounts_of(&selector)) } else { Err(faults) }
    }
}

impl Loaded {
    /// The accounts that take part in a run: those of `--account`, else all that are not sandboxes and those sandboxes
    /// that the files name.
    ///
    /// # Errors
    /// Selectors that cannot be read or match nothing.
    pub fn participants(&self, terms: &[String]) -> Result<Vec<&Account>, Vec<Diagnostic>> {
        let Some(workspace) = &self.workspace else { return Ok(Vec::new()) };
        if !terms.is_empty() {
            return workspace.select(terms);
        }
        let selectors = self.families.iter().filter_map(|family| family.accounts.as_ref());
        let named = |account: &Account| {
            selectors.clone().chain(workspace.defaults.as_ref()).any(|(selector, _)| selector.names(&account.name))
        };
        let part = |account: &&Account| !account.sandbox || workspace.accounts.len() == 1 || named(account);
        Ok(workspace.accounts.iter().filter(part).collect())
    }

    /// What the files ask an account to hold, in the order of the files, and what is wrong with that.
    #[must_use]
    pub fn desired_for(&self, account: &Account) -> (Vec<Desired>, Vec<Diagnostic>) {
        let mut faults = Vec::new();
        let Some(workspace) = &self.workspace else { return (Vec::new(), faults) };
        let values = [&account.values, &workspace.values];
        let target = Target {
            subject: account.subject(),
            values: &values,
            named_parameters: account.provider().capabilities().has(Feature::NamedParameters),
            room: &self.room,
        };
        let mut all: Vec<Desired> = Vec::new();
        let mut seen: HashMap<TemplateKey, Span> = HashMap::new();
        // Families that go nowhere were reported when the workspace was loaded.
        let meant = self.families.iter().zip(&self.assigned).filter(|(_, names)| names.contains(&account.name));
        for (family, _) in meant {
            for desired in family.lower(&target, &self.media, &mut faults) {
                if let Some(first) = seen.get(&desired.key) {
                    let message = format!("account `{}` is asked twice to hold {}", account.name, desired.key);
                    let fault = Diagnostic::error("LP017", desired.span, message).related(*first, "first here");
                    faults.push(fault.help("give the two families `accounts` that do not overlap"));
                    continue;
                }
                seen.insert(desired.key.clone(), desired.span);
                all.push(desired);
            }
        }
        faults.extend(contradictions(&self.removed, account, &all));
        (all, faults)
    }
}

/// A template cannot be wanted and removed at once: nobody could say which is meant.
fn contradictions(removed: &[Removal], account: &Account, wanted: &[Desired]) -> Vec<Diagnostic> {
    let mut names: HashMap<&str, Vec<&Desired>> = HashMap::new();
    for desired in wanted {
        names.entry(&desired.key.name).or_default().push(desired);
    }
    let both = |removal: &Removal| {
        let named =
            |desired: &&&Desired| removal.languages.is_empty() || removal.languages.contains(&desired.key.language);
        let desired = *names.get(removal.name.as_str())?.iter().find(named)?;
        let message =
            format!("{} is under `removed`, and a file asks account `{}` to hold it", desired.key, account.name);
        let fault = Diagnostic::error("LP017", removal.span, message).related(desired.span, "asked for here");
        Some(fault.help("take one of the two away; to remove single languages name them under `languages`"))
    };
    removed.iter().filter_map(both).collect()
}

/// What is wrong with an account's `after`: it leads nowhere, or round in a circle.
fn order_fault(workspace: &Workspace, account: &Account) -> Option<Diagnostic> {
    let (name, span) = account.after.as_ref()?;
    let find = |name: &str| workspace.accounts.iter().find(|account| account.name == name);
    if find(name).is_none() {
        let names: Vec<&str> = workspace.accounts.iter().map(|account| account.name.as_str()).collect();
        let fault = Diagnostic::error("LP017", *span, format!("`after` names no account: `{name}`"));
        return Some(fault.help(did_you_mean_name(name, &names).unwrap_or_else(|| workspace.known_accounts())));
    }
    let mut at = find(name);
    for _ in 0..workspace.accounts.len() {
        let before = at?;
        if before.name == account.name {
            let fault = Diagnostic::error("LP017", *span, format!("`after` leads back to `{}` itself", account.name));
            return Some(fault.help("one of the accounts must come first"));
        }
        at = before.after.as_ref().and_then(|(name, _)| find(name));
    }
    None
}

/// For each family the names of the accounts that it goes to.
pub(super) fn assign(workspace: &Workspace, families: &[Family]) -> Vec<HashSet<String>> {
    let names = |family: &Family| match workspace.accounts_for(family) {
        Ok(accounts) => accounts.into_iter().map(|account| account.name.clone()).collect(),
        Err(_) => HashSet::new(),
    };
    families.iter().map(names).collect()
}

/// Faults of who goes where: selectors of the files that match nothing, families without an account.
pub(super) fn check(workspace: &Workspace, families: &[Family], faults: &mut Vec<Diagnostic>) {
    if workspace.accounts.is_empty() {
        return; // said already
    }
    if let Some((selector, span)) = &workspace.defaults {
        faults.extend(workspace.selector_faults(selector, Some(*span), "`defaults.accounts`"));
    }
    faults.extend(workspace.accounts.iter().filter_map(|account| order_fault(workspace, account)));
    for family in families {
        if let Some((selector, span)) = &family.accounts {
            faults.extend(workspace.selector_faults(selector, Some(*span), "`accounts`"));
        } else if let Err(fault) = workspace.accounts_for(family) {
            faults.push(*fault);
        }
        for (selector, span, _) in &family.overrides {
            let idle = selector.idle(workspace.accounts.iter().map(Account::subject));
            faults.extend(workspace.idle_terms(selector, Some(*span), "`per_account`", idle));
        }
    }
}
