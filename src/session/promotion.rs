//! What the account under `after` lacks, family by family.

use std::collections::BTreeMap;

use super::{AccountDesired, snapshot::AccountSnapshot};
use crate::{
    ledger::Entry,
    plan::{Promotion, compare},
    source::Desired,
    template::{Live, LiveIndex, Status, TemplateKey, normal::Scope},
};

/// The families that `earlier` does not hold as its own files ask, approved in all languages.
///
/// A family that the files do not send there is not waited for.
pub(super) fn promotion(workspace: &str, earlier: &AccountDesired, snapshot: &AccountSnapshot) -> Promotion {
    let mut families: BTreeMap<&str, Vec<&Desired>> = BTreeMap::new();
    for desired in &earlier.desired {
        families.entry(&desired.key.name).or_default().push(desired);
    }
    let open = |words: &str| families.keys().map(|name| ((*name).to_owned(), words.to_owned())).collect();
    let open = match &snapshot.found {
        Err(fault) => open(&format!("nothing could be read: {}", fault.whole())),
        Ok(found) => {
            let live = LiveIndex::new(&found.listing.templates);
            // What the account hides is compared with what was applied to it.
            let applied = |key: &TemplateKey| {
                let entry = found.ledger.as_ref().and_then(|ledger| ledger.entry(key));
                entry.filter(|entry| entry.owner == workspace)
            };
            families
                .iter()
                .filter_map(|(name, wanted)| {
                    let open = wanted.iter().find_map(|desired| {
                        lacks(desired, live.present(&desired.key).copied(), applied(&desired.key))
                    })?;
                    Some(((*name).to_owned(), open))
                })
                .collect()
        }
    };
    Promotion { account: earlier.account.name.clone(), open }
}

fn lacks(desired: &Desired, live: Option<&Live>, applied: Option<&Entry>) -> Option<String> {
    let key = &desired.key;
    match live {
        None => Some(format!("{key} does not exist yet")),
        Some(live) if live.status != Status::Approved => Some(format!("{key} is {}", live.status)),
        Some(live) => {
            let changes = compare(desired, live, applied, Scope::Content).changes;
            (!changes.is_empty()).then(|| format!("{key} still has other content"))
        }
    }
}
