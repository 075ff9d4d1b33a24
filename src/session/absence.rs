//! Files that are missing must not look like templates that were removed.
//!
//! Compares the files with what the ledgers know, before anything is asked of a provider.

use super::{AccountDesired, Session, folders::ledgers};
use crate::{
    diagnostic::{Diagnostic, Severity},
    ledger::{Entry, State},
    source::Removal,
    workspace::{Workspace, overlooked::Overlooked},
};

/// How many names of a long list are shown.
const NAMES: usize = 8;

impl Session {
    /// Errors of a run that could take managed templates for removed because files were not found. A ledger that cannot be
    /// read says so elsewhere.
    #[must_use]
    pub fn absences(&self) -> Vec<Diagnostic> {
        let (Some(workspace), gaps) = (self.workspace(), &self.loaded.gaps) else { return Vec::new() };
        let nothing = !gaps.idle.is_empty() || self.loaded.families.is_empty();
        if !nothing && gaps.overlooked.is_empty() {
            return Vec::new();
        }
        let mut out = Vec::new();
        for participant in &self.participants {
            let account = &participant.account;
            let Ok(Some(state)) = ledgers(workspace, account).read(&account.ledger_key) else { continue };
            let orphans = orphans(&state, workspace, participant, &self.loaded.removed);
            if orphans.is_empty() {
                continue;
            }
            match nothing {
                true => out.push(nothing_found(&gaps.idle, &account.name, &orphans)),
                false => out.extend(gaps.overlooked.iter().filter_map(|file| not_read(file, &account.name, &orphans))),
            }
        }
        out
    }
}

/// Managed templates that no file asks for and none names under `removed`: those that `prune` would delete.
fn orphans<'s>(
    state: &'s State,
    workspace: &Workspace,
    participant: &AccountDesired,
    removed: &[Removal],
) -> Vec<&'s Entry> {
    let wanted: std::collections::HashSet<(&str, &str)> =
        participant.desired.iter().map(|desired| (desired.key.name.as_str(), desired.key.language.as_str())).collect();
    let said = |entry: &Entry| {
        removed.iter().any(|removal| {
            removal.name == entry.name && (removal.languages.is_empty() || removal.languages.contains(&entry.language))
        })
    };
    let ours = state.templates.values().filter(|entry| entry.owner == workspace.name);
    ours.filter(|entry| !wanted.contains(&(entry.name.as_str(), entry.language.as_str())) && !said(entry)).collect()
}

fn nothing_found(idle: &[String], account: &str, orphans: &[&Entry]) -> Diagnostic {
    let why = match idle {
        [] => "no file asks for a template".to_owned(),
        patterns => {
            let patterns: Vec<String> = patterns.iter().map(|pattern| format!("`{pattern}`")).collect();
            format!("no file matches {}", patterns.join(" or "))
        }
    };
    let message = format!(
        "{why}, and {} that account `{account}` manages would count as removed: {}",
        count(orphans),
        names(orphans)
    );
    let help = "look at -C and at the checkout (sparse? a submodule that was not fetched?); what is to be deleted is written \
                under `removed` in letterpress.yaml";
    Diagnostic::new(Severity::Error, "LP053", None, message).help(help)
}

/// The error about a file that may ask for templates which would count as removed.
fn not_read(file: &Overlooked, account: &str, orphans: &[&Entry]) -> Option<Diagnostic> {
    let lost: Vec<&Entry> = orphans.iter().copied().filter(|entry| file.may_ask_for(&entry.name)).collect();
    if lost.is_empty() {
        return None;
    }
    let Diagnostic { message, help, .. } = file.warning();
    let message = format!(
        "{message}; {} that account `{account}` manages would count as removed: {}",
        count(&lost),
        names(&lost)
    );
    let fault = Diagnostic::new(Severity::Error, "LP064", None, message);
    Some(Diagnostic { help, ..fault })
}

fn count(all: &[&Entry]) -> String {
    if all.len() == 1 { "1 template".to_owned() } else { format!("{} templates", all.len()) }
}

fn names(all: &[&Entry]) -> String {
    let shown: Vec<String> = all.iter().take(NAMES).map(|entry| entry.key().to_string()).collect();
    let rest = all.len().saturating_sub(NAMES);
    if rest > 0 { format!("{} and {rest} more", shown.join(", ")) } else { shown.join(", ") }
}
