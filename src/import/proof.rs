//! The proof of an import: the written text is read as any file would be and held against what the account holds.

use std::collections::BTreeMap;

use camino::Utf8Path;

use crate::{
    diagnostic::{FileId, Severity},
    source::{
        family::{Target, read_families},
        room::Room,
        selector::Subject,
        tree,
        values::Values,
        write::Imported,
    },
    template::{
        diff,
        normal::{NormalForm, Scope},
    },
    workspace::WorkspaceFiles,
};

/// Where the file says something else than the account: nothing, normally.
pub(super) fn differences(imported: &Imported, yaml: &str, root: &Utf8Path) -> Vec<String> {
    let mut faults = Vec::new();
    let documents = tree::parse(FileId(0), yaml, &mut faults);
    let (families, _) = read_families(&documents, &mut faults);
    let labels = BTreeMap::new();
    let values: [&Values; 0] = [];
    let subject = Subject { name: "", provider: "meta", labels: &labels };
    let target = Target { subject, values: &values, named_parameters: true, room: &Room::default() };
    let files = WorkspaceFiles::new(root);
    let lowered: Vec<_> = families.iter().flat_map(|family| family.lower(&target, &files, &mut faults)).collect();
    let mut out: Vec<String> = faults
        .into_iter()
        .filter(|fault| fault.severity == Severity::Error)
        .map(|fault| format!("{} ({})", fault.message, fault.code))
        .collect();
    for language in &imported.languages {
        let Some(found) = lowered.iter().find(|desired| desired.key.language == language.language) else {
            out.push(format!("{} is missing", language.language));
            continue;
        };
        let (held, read) = (NormalForm::of(&language.content), NormalForm::of(&found.content));
        let paths = diff::changes(&held, &read, Scope::WithSamples).into_iter();
        out.extend(paths.map(|change| format!("{}: {} differs", language.language, change.path)));
    }
    out
}
