//! How much the files of a run may grow to: aliases, values, and texts that every language and account inherits take memory
//! that the size of a file does not show.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Bytes that may still be taken; shared by everything that takes them.
#[derive(Debug)]
pub struct Room(AtomicUsize);

impl Room {
    /// Bytes of a run: 40,000 templates of 3 KB each, in all languages and accounts.
    pub const RUN: usize = 128 << 20;

    /// So many bytes.
    #[must_use]
    pub const fn new(bytes: usize) -> Self {
        Self(AtomicUsize::new(bytes))
    }

    /// Takes bytes; false once there are no more, and from then on.
    pub fn take(&self, bytes: usize) -> bool {
        let less = |left: usize| Some(left.saturating_sub(bytes));
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less).is_ok_and(|left| left > bytes)
    }

    /// Whether there is nothing left.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.load(Ordering::Relaxed) == 0
    }
}

impl Default for Room {
    fn default() -> Self {
        Self::new(Self::RUN)
    }
}
