//! Layers: the order of the modules in docs/architecture.md.

use crate::sources::Sources;

/// The modules of the first table, in its order.
pub(crate) fn table(document: &str) -> Vec<String> {
    let rows = document.lines().skip_while(|line| !line.starts_with("| module |")).skip(2);
    let rows = rows.take_while(|line| line.starts_with('|'));
    let name = |row: &str| Some(row.split('`').nth(1)?.trim_end_matches('/').to_owned());
    rows.filter_map(name).collect()
}

/// Uses of a module by one that stands below it, and modules that the table does not name.
pub(crate) fn faults(sources: &Sources, table: &[String]) -> Vec<String> {
    // The row of a file is the longest one that names a module around it: `sandbox/rules` before `sandbox`.
    let row = |module: &[String]| {
        (1..=module.len()).rev().find_map(|end| table.iter().position(|row| *row == module[..end].join("/")))
    };
    let mut faults = Vec::new();
    for file in 0..sources.files().len() {
        let unknown = sources.module(file).first().filter(|_| row(sources.module(file)).is_none());
        let fault = unknown.map(|top| format!("{top}: the table in docs/architecture.md does not name this module"));
        faults.extend(fault.filter(|fault| !faults.contains(fault)));
    }
    for edge in sources.edges() {
        let (Some(from), Some(to)) = (row(sources.module(edge.from)), row(sources.module(edge.to))) else { continue };
        if from > to {
            let [file, used] = [edge.from, edge.to].map(|file| &sources.files()[file].path);
            let [from, to] = [from, to].map(|row| &table[row]);
            faults.push(format!("src/{file}:{}: {from} uses {to} (src/{used}), which stands above it", edge.line));
        }
    }
    faults
}
