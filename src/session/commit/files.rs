//! Git's own files: ordinary ones of a sensible size.

use camino::Utf8Path;

use crate::file::{self, Fault};

/// The text of an ordinary file of at most so many bytes.
pub(super) fn text(path: &Utf8Path, most: u64) -> Result<String, Fault> {
    let bytes = file::read(path.as_std_path(), most)?;
    String::from_utf8(bytes).map_err(|error| Fault::Io(std::io::Error::other(error)))
}
