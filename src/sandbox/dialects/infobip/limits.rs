//! Infobip's limits (`x-throttling-info`, OpenAPI 3.210.0): 2,500 reads a second; 1,000 creates, 100 edits and 200 deletions
//! an hour.
//!
//! Counted in windows that begin with their first call; which kind of window Infobip has is not documented.

use super::service_exception::ServiceException;
use crate::sandbox::rules::{limits::FixedWindow, operation::Operation, store::Store};

const CREATES: FixedWindow = FixedWindow { name: "creates", seconds: 3600, most: 1000 };
const EDITS: FixedWindow = FixedWindow { name: "edits", seconds: 3600, most: 100 };
const DELETIONS: FixedWindow = FixedWindow { name: "deletions", seconds: 3600, most: 200 };
const READS: FixedWindow = FixedWindow { name: "reads", seconds: 1, most: 2500 };

/// Counts a call; refuses it when its window is full.
pub(super) fn count(store: &Store, account: &str, operation: Operation) -> Result<(), ServiceException> {
    let window = match operation {
        Operation::Create => CREATES,
        Operation::Edit => EDITS,
        Operation::Delete => DELETIONS,
        _ => READS,
    };
    if window.count(store, account)? { Ok(()) } else { Err(ServiceException::too_many()) }
}
