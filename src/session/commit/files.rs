//! Reading git's own files: ordinary ones of a sensible size.

use camino::Utf8Path;

use crate::file;

/// Largest file of git that is read whole, bytes. An index of a million files has about 100 MB.
const MAX_BYTES: u64 = 512 * 1024 * 1024;

/// The text of an ordinary file.
pub(super) fn text(path: &Utf8Path) -> Option<String> {
    String::from_utf8(bytes(path)?).ok()
}

/// The bytes of an ordinary file of a sensible size.
pub(super) fn bytes(path: &Utf8Path) -> Option<Vec<u8>> {
    file::read(path.as_std_path(), MAX_BYTES).ok()
}
