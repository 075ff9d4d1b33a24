//! Circles: files that need each other, directly or through others.

use std::collections::BTreeSet;

use crate::sources::Sources;

/// Every circle with one line for each of its files, which says what it needs of the circle and where.
pub(crate) fn circles(sources: &Sources) -> Vec<Vec<String>> {
    let edges = sources.edges();
    let mut next: Vec<Vec<usize>> = vec![Vec::new(); sources.files().len()];
    edges.iter().for_each(|edge| next[edge.from].push(edge.to));
    let mut before: Vec<Vec<usize>> = vec![Vec::new(); sources.files().len()];
    edges.iter().for_each(|edge| before[edge.to].push(edge.from));
    let mut left: BTreeSet<usize> = (0..sources.files().len()).collect();
    let mut out = Vec::new();
    while let Some(start) = left.pop_first() {
        let (reached, reaching) = (reach(start, &next), reach(start, &before));
        let circle: BTreeSet<usize> = reached.intersection(&reaching).copied().collect();
        if circle.is_empty() {
            continue;
        }
        left.retain(|file| !circle.contains(file));
        let inside = edges.iter().filter(|edge| circle.contains(&edge.from) && circle.contains(&edge.to));
        let path = |file: usize| &sources.files()[file].path;
        out.push(inside.map(|edge| format!("src/{}:{} → src/{}", path(edge.from), edge.line, path(edge.to))).collect());
    }
    out
}

/// Everything that can be reached from a file in one step or more.
fn reach(start: usize, next: &[Vec<usize>]) -> BTreeSet<usize> {
    let mut seen = BTreeSet::new();
    let mut open = vec![start];
    while let Some(file) = open.pop() {
        open.extend(next[file].iter().copied().filter(|file| seen.insert(*file)));
    }
    seen
}
