//! Where a workspace keeps what it writes: ledgers, and the accounts of the sandbox. Neither leaves the workspace by a link
//! that somebody put into the checkout.

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};

use crate::{
    account_error::{AccountError, AccountErrorKind},
    file::Folder,
    ledger::Directory,
    workspace::{Account, Ledger, Workspace},
};

/// The folder of the sandbox, relative to the workspace.
const SANDBOX: &str = ".letterpress/sandbox";

/// Where the sandbox of a workspace keeps its accounts.
///
/// # Errors
/// A link on the way leads out of the workspace: they would be written elsewhere.
pub fn sandbox_root(directory: &Utf8Path) -> Result<Utf8PathBuf, AccountError> {
    let root = directory.join(SANDBOX);
    let kept = Folder::new(directory.as_std_path()).is_ok_and(|folder| folder.keeps(SANDBOX.as_ref()));
    // A folder that is not there is no link; what comes next says that it is missing.
    if kept || !directory.exists() {
        return Ok(root);
    }
    let message = format!("the sandbox cannot be used: {root} leads out of the workspace by a symbolic link");
    Err(AccountError::new(AccountErrorKind::Other, message))
}

/// The ledgers among which an account's is. One that is written as a path inside the workspace stays inside; one that is
/// written as a path that leads elsewhere lies there.
#[must_use]
pub fn ledgers(workspace: &Workspace, account: &Account) -> Directory {
    let Ledger::Directory(path) = account.ledger.as_ref().unwrap_or(&workspace.ledger);
    let plain = |part| matches!(part, Utf8Component::Normal(_) | Utf8Component::CurDir);
    match path.components().all(plain) {
        true => Directory::below(&workspace.base, path),
        false => Directory::new(workspace.ledger_directory(account)),
    }
}
