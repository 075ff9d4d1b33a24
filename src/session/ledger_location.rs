//! Where a ledger's folder lies, as far as that tells whether the next run finds it again. Reads folders, judges nothing.

use camino::{Utf8Path, Utf8PathBuf};

use super::Session;
use crate::doctor::inspection::LedgerLocation;

/// Where the folder of ledgers lies, seen from the session's files.
pub fn ledger_location(session: &Session, ledgers: &Utf8Path) -> LedgerLocation {
    let base = session.workspace().map_or(session.directory(), |workspace| &workspace.base);
    of(&[session.directory(), base], ledgers)
}

fn of(workspace: &[&Utf8Path], ledgers: &Utf8Path) -> LedgerLocation {
    let ledgers = settled(ledgers);
    let own = checkout(&ledgers);
    for folder in workspace {
        let folder = settled(folder);
        // Without git, what came with the workspace goes with it.
        let root = checkout(&folder).unwrap_or(&folder);
        if ledgers.starts_with(root) {
            return if own.is_some_and(|own| own != root) {
                LedgerLocation::OwnCheckout
            } else {
                LedgerLocation::Checkout
            };
        }
    }
    if own.is_some() { LedgerLocation::OwnCheckout } else { LedgerLocation::Outside }
}

/// The checkout that a folder lies in. `.git` is a folder, or a file in further work trees.
fn checkout(folder: &Utf8Path) -> Option<&Utf8Path> {
    folder.ancestors().find(|folder| folder.join(".git").exists())
}

/// A path without symbolic links and dots, as far as it is there.
pub(super) fn settled(path: &Utf8Path) -> Utf8PathBuf {
    let absolute = camino::absolute_utf8(path).unwrap_or_else(|_| path.to_owned());
    let there = absolute.ancestors().find_map(|above| Some((above, above.canonicalize_utf8().ok()?)));
    match there {
        Some((above, real)) => absolute.strip_prefix(above).map_or(absolute.clone(), |rest| real.join(rest)),
        None => absolute,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn ledgers_are_in_the_checkout_in_one_of_their_own_or_elsewhere() {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap();
        let (work, away) = (root.join("code/templates"), root.join("volume/ledger"));
        fs::create_dir_all(&work).unwrap();
        let inside = work.join(".letterpress/ledger");
        // No git anywhere: the workspace alone comes and goes.
        assert_eq!(of(&[&work], &inside), LedgerLocation::Checkout);
        assert_eq!(of(&[&work], &root.join("code/ledger")), LedgerLocation::Outside);
        fs::create_dir(root.join("code/.git")).unwrap();
        assert_eq!(of(&[&work], &inside), LedgerLocation::Checkout);
        assert_eq!(
            of(&[&work], &work.join("../ledger")),
            LedgerLocation::Checkout,
            "beside the workspace, in its checkout"
        );
        assert_eq!(of(&[&work], &away), LedgerLocation::Outside);
        assert_eq!(of(&[&away, &work], &inside), LedgerLocation::Checkout, "the second folder counts, too");
        // A branch of its own, checked out where the ledger is looked for.
        fs::create_dir_all(&inside).unwrap();
        fs::write(inside.join(".git"), "gitdir: elsewhere").unwrap();
        assert_eq!(of(&[&work], &inside), LedgerLocation::OwnCheckout);
        fs::create_dir_all(root.join("volume/.git")).unwrap();
        assert_eq!(of(&[&work], &away), LedgerLocation::OwnCheckout);
    }
}
