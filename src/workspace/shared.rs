//! What all languages of a name share at the provider, held together across families: one name may be written in several
//! files, a file for each language.
//!
//! Of a template's properties only the category is tied to the name (Meta: "the category … doesn't match the one that's
//! already associated with this template", seen in captured answers, checked 2026-11); parameter format, components and
//! times to live are each language's own.

use std::collections::{BTreeMap, HashMap};

use super::Account;
use crate::{
    diagnostic::{Diagnostic, Span},
    source::Desired,
    template::Category,
};

/// A family that was met first, and one of the same name that differs from it: where their categories are written.
type Pair = (Span, Span);

/// Errors of families that ask one WABA to hold one name in two categories. Accounts that are one WABA count as one.
pub fn faults<'a>(participants: impl Iterator<Item = (&'a Account, &'a [Desired])>) -> Vec<Diagnostic> {
    let mut first: HashMap<(bool, &str, &str), &Desired> = HashMap::new();
    let mut found: BTreeMap<Pair, (&Desired, &Category, Vec<&str>)> = BTreeMap::new();
    for (account, desired) in participants {
        for desired in desired {
            let name = (account.sandbox, account.ledger_key.as_str(), desired.key.name.as_str());
            let known = *first.entry(name).or_insert(desired);
            if known.category == desired.category {
                continue;
            }
            let (_, _, accounts) =
                found.entry((place(known), place(desired))).or_insert((desired, &known.category, Vec::new()));
            if !accounts.contains(&account.name.as_str()) {
                accounts.push(&account.name);
            }
        }
    }
    found
        .into_iter()
        .map(|((known, here), (desired, category, accounts))| fault(known, here, desired, category, &accounts))
        .collect()
}

fn fault(known: Span, here: Span, desired: &Desired, category: &Category, accounts: &[&str]) -> Diagnostic {
    let (name, other) = (&desired.key.name, &desired.category);
    let accounts: Vec<String> = accounts.iter().map(|account| format!("`{account}`")).collect();
    let message = format!(
        "`{name}` is {other} here and {category} in another family, and {} is asked to hold both: all languages of a name share \
         one category",
        accounts.join(", ")
    );
    let fault = Diagnostic::error("LP065", here, message).related(known, format!("{category} here"));
    fault.help("write one category in both, use another name, or give the families `accounts` that do not overlap")
}

/// Where a template's category is written.
fn place(desired: &Desired) -> Span {
    desired.spans.get("category").copied().unwrap_or(desired.span)
}
