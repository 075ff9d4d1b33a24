//! Ledgers in which this workspace owns nothing while others do: most often its name was changed. Pure.

use std::collections::BTreeMap;

use super::Facts;
use crate::source::Desired;

/// Another workspace that owns templates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherOwner {
    /// Its name.
    pub workspace: String,
    /// How many templates it owns.
    pub templates: usize,
}

/// The owners of everything that the ledger knows, where this workspace owns nothing of it. Else none.
pub(super) fn others_alone(facts: &Facts<'_>) -> Vec<OtherOwner> {
    let mut owners: BTreeMap<&str, usize> = BTreeMap::new();
    for entry in facts.ledger.into_iter().flat_map(|ledger| ledger.templates.values()) {
        *owners.entry(&entry.owner).or_default() += 1;
    }
    if owners.contains_key(facts.workspace) {
        return Vec::new();
    }
    owners.into_iter().map(|(workspace, templates)| OtherOwner { workspace: workspace.to_owned(), templates }).collect()
}

/// Whether this workspace owns nothing and its files ask for what others own: it was applied under another name, and what
/// was applied then is no baseline of this one.
pub(super) fn is_renamed(facts: &Facts<'_>, others: &[OtherOwner]) -> bool {
    let theirs = |desired: &Desired| facts.ledger.is_some_and(|ledger| ledger.entry(&desired.key).is_some());
    !others.is_empty() && facts.desired.iter().any(theirs)
}

/// Who owns what, `8 templates of `crm``.
#[must_use]
pub fn named(owners: &[OtherOwner]) -> String {
    let one = |OtherOwner { workspace, templates }: &OtherOwner| {
        let templates = if *templates == 1 { "1 template".to_owned() } else { format!("{templates} templates") };
        format!("{templates} of `{workspace}`")
    };
    owners.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// What is to be said of a workspace that was renamed: what the ledger knows, and what to do.
#[must_use]
pub fn sentence(owners: &[OtherOwner], workspace: &str) -> String {
    let first = owners.first().map_or("", |owner| owner.workspace.as_str());
    format!(
        "the ledger knows {} and none of this workspace, `{workspace}`. Was `workspace:` renamed? Name it `{first}` again, or hand \
         its templates over under that name first: letterpress ledger hand-over NAME --to {workspace}",
        named(owners)
    )
}
