//! Reading and lowering of texts, for tests. Invented data only.

use std::collections::BTreeMap;

use super::{
    Desired, Family, MediaFiles, Target, read_families,
    room::Room,
    selector::Subject,
    tree,
    values::{ValueText, Values},
};
use crate::diagnostic::{Diagnostic, FileId};

/// Every file is there, but those that begin with `missing`.
pub(crate) struct AnyFile;

impl MediaFiles for AnyFile {
    fn digest(&self, path: &str) -> Result<String, String> {
        if path.starts_with("missing") { Err("no such file".to_owned()) } else { Ok(format!("sha256:{path}")) }
    }
}

/// Families of a text.
pub(crate) fn families(text: &str) -> (Vec<Family>, Vec<super::Removal>, Vec<Diagnostic>) {
    let mut faults = Vec::new();
    let documents = tree::parse(FileId(0), text, &mut faults);
    let (families, removals) = read_families(&documents, &mut faults);
    (families, removals, faults)
}

/// All families of a text, lowered for an account `shop` of Meta with a few values.
pub(crate) fn lowered(text: &str, named: bool) -> (Vec<Desired>, Vec<Diagnostic>) {
    lowered_for(text, "shop", "meta", named)
}

/// The same for another account.
pub(crate) fn lowered_for(text: &str, name: &str, provider: &str, named: bool) -> (Vec<Desired>, Vec<Diagnostic>) {
    let (families, _, mut faults) = families(text);
    let labels = BTreeMap::from([("tier".to_owned(), "live".to_owned())]);
    let by_language = [("en", "Reply STOP"), ("de", "Antworte STOPP")].map(|(l, t)| (l.to_owned(), t.to_owned()));
    let values = Values(BTreeMap::from([
        ("brand".to_owned(), ValueText::Same("Fernweh Cycles".to_owned())),
        ("optout".to_owned(), ValueText::ByLanguage(BTreeMap::from(by_language))),
    ]));
    let target = Target {
        subject: Subject { name, provider, labels: &labels },
        values: &[&values],
        named_parameters: named,
        room: &Room::default(),
    };
    let desired = families.iter().flat_map(|family| family.lower(&target, &AnyFile, &mut faults)).collect();
    (desired, faults)
}
