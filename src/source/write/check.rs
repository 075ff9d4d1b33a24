//! Reads back what was written: the proof that it says what the account holds.
//!
//! Compares contents; knows no file and no account.

use std::{collections::BTreeMap, sync::Arc};

use super::{Imported, parts::reference};
use crate::{
    diagnostic::{FileId, Severity},
    source::{
        family::read_families,
        media::{self, MediaFiles},
        room::Room,
        selector::Subject,
        target::Target,
        tree,
    },
    template::{Content, HeaderKind, MediaSample},
};

/// Whether files exist is not the question.
struct NoFiles;

impl MediaFiles for NoFiles {
    fn digest(&self, _: &str) -> Result<String, String> {
        Ok(String::new())
    }
}

/// The languages that would not be read as they are; all of them if there are errors.
pub(super) fn mismatches(family: &Imported, text: &str) -> Vec<usize> {
    let mut faults = Vec::new();
    let documents: Vec<Arc<tree::Node>> = tree::parse(FileId(0), text, &mut faults);
    let (read, _) = read_families(&documents, &mut faults);
    // Name, category and allowed findings are the caller's; only what concerns content counts here.
    faults.clear();
    let labels = BTreeMap::new();
    let subject = Subject { name: "", provider: "", labels: &labels };
    let target = Target { subject, values: &[], named_parameters: true, room: &Room::default() };
    let found = read.first().map(|one| one.lower(&target, &NoFiles, &mut faults)).unwrap_or_default();
    faults.retain(|fault| fault.severity == Severity::Error && !matches!(fault.code, "LP003" | "LP007" | "LP008"));
    let same = |at: &usize| {
        let (Some(wanted), Some(found)) = (family.languages.get(*at), found.get(*at)) else { return false };
        wanted.language == found.key.language && comparable(&wanted.content) == comparable(&found.content)
    };
    (0..family.languages.len()).filter(|at| !faults.is_empty() || !same(at)).collect()
}

/// Content as far as it can be written: without what is known of files, and without media that an account only shows.
pub(super) fn comparable(content: &Content) -> Content {
    let mut content = content.clone();
    let cards = content.carousel.iter_mut().flat_map(|all| all.cards.iter_mut().map(|card| &mut card.header));
    for header in std::iter::once(&mut content.header).chain(cards).flatten() {
        if let HeaderKind::Media { sample, .. } = &mut header.kind {
            let given = sample.as_ref().and_then(reference).and_then(|text| media::source(text).ok());
            *sample = match given {
                Some(source) => Some(MediaSample { source, digest: None }),
                None => sample.take().filter(|sample| reference(sample).is_some()),
            };
        }
    }
    content
}
