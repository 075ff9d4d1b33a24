//! Folders that hold what letterpress remembers: nothing else is written there.

use camino::{Utf8Path, Utf8PathBuf};

use super::{Session, folders::ledgers, ledger_location::settled};
use crate::workspace::{Account, Workspace};

impl Session {
    /// The folder of ledgers, of whichever account of the workspace, or of the sandbox, that a path lies in or would lie in:
    /// what is there is theirs alone.
    #[must_use]
    pub fn state_around(&self, path: &Utf8Path) -> Option<Utf8PathBuf> {
        let path = settled(path);
        let own = settled(self.directory());
        let of = |workspace: &Workspace, account: &Account| {
            let folder = workspace.ledger_directory(account);
            // Where the workspace itself lies among the ledgers, only the account's own one is state.
            if own.starts_with(settled(&folder)) {
                ledgers(workspace, account).folder(&account.ledger_key)
            } else {
                folder
            }
        };
        let ledgers = self
            .workspace()
            .into_iter()
            .flat_map(|workspace| workspace.accounts.iter().map(move |account| of(workspace, account)));
        ledgers.chain(self.sandbox_root().ok()).find(|folder| path.starts_with(settled(folder)))
    }
}
