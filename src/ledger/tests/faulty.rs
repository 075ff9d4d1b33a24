//! A file system that fills up, or takes its process with it, at any of its writes.

use std::{
    fs::{self, File},
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use camino::Utf8Path;

use crate::ledger::{
    Directory,
    disk::{Disk, FileSystem},
};

/// What happens at the write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Break {
    /// The disk is full: it fails, and so does all that needs room from then on.
    Full,
    /// The same, with half of what was to be added on disk.
    FullHalfWay,
    /// The process dies before it.
    DieBefore,
    /// The process dies with half of what was to be added on disk.
    DieHalfWay,
    /// The process dies after it.
    DieAfter,
}

impl Break {
    pub(crate) const ALL: [Self; 5] =
        [Self::Full, Self::FullHalfWay, Self::DieBefore, Self::DieHalfWay, Self::DieAfter];
}

/// The panic that stands for the death of the process.
pub(crate) const DEATH: &str = "the process dies here";

/// Lets the lease that a killed run left behind say that its process is dead: here it is the test's own, which lives.
pub(crate) fn bury(directory: &Directory, waba_id: &str) {
    let path = directory.folder(waba_id).join("lease.json");
    if let Ok(Some(mut lease)) = directory.lease(waba_id) {
        lease.process.started = Some("before this test".into());
        fs::write(path, serde_json::to_vec(&lease).unwrap()).unwrap();
    }
}

/// Breaks at the write of that number, counted from 0.
#[derive(Debug)]
pub(crate) struct Faulty {
    at: usize,
    how: Break,
    writes: AtomicUsize,
    full: AtomicBool,
    dead: AtomicBool,
}

impl Faulty {
    pub(crate) fn new(at: usize, how: Break) -> Arc<Self> {
        let (writes, full, dead) = (AtomicUsize::new(0), AtomicBool::new(false), AtomicBool::new(false));
        Arc::new(Self { at, how, writes, full, dead })
    }

    /// Whether it came to the break.
    pub(crate) fn broke(&self) -> bool {
        self.full.load(Ordering::SeqCst) || self.dead.load(Ordering::SeqCst)
    }

    fn die(&self) -> ! {
        self.dead.store(true, Ordering::SeqCst);
        // Says nothing on stderr.
        std::panic::resume_unwind(Box::new(DEATH))
    }

    fn write(&self, needs_room: bool, half: impl FnOnce(), work: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
        // What runs while a dead process is cleared away must leave no trace.
        if self.dead.load(Ordering::SeqCst) {
            return Err(io::Error::other(DEATH));
        }
        if self.full.load(Ordering::SeqCst) {
            return if needs_room { Err(io::ErrorKind::StorageFull.into()) } else { work() };
        }
        if self.writes.fetch_add(1, Ordering::SeqCst) != self.at {
            return work();
        }
        match self.how {
            Break::Full | Break::FullHalfWay => {
                self.full.store(true, Ordering::SeqCst);
                if !needs_room {
                    return work();
                }
                if self.how == Break::FullHalfWay {
                    half();
                }
                Err(io::ErrorKind::StorageFull.into())
            }
            Break::DieBefore => self.die(),
            Break::DieHalfWay => {
                half();
                self.die()
            }
            Break::DieAfter => {
                let _ = work();
                self.die()
            }
        }
    }
}

impl Disk for Faulty {
    fn read(&self, path: &Utf8Path) -> io::Result<Option<Vec<u8>>> {
        FileSystem.read(path)
    }

    fn create_folder(&self, path: &Utf8Path) -> io::Result<()> {
        self.write(true, || {}, || FileSystem.create_folder(path))
    }

    fn replace(&self, path: &Utf8Path, bytes: &[u8]) -> io::Result<()> {
        self.write(true, || {}, || FileSystem.replace(path, bytes))
    }

    fn claim(&self, path: &Utf8Path, bytes: &[u8]) -> io::Result<()> {
        self.write(true, || {}, || FileSystem.claim(path, bytes))
    }

    fn append(&self, path: &Utf8Path, bytes: &[u8]) -> io::Result<()> {
        let half = || {
            let mut text = fs::read(path).unwrap_or_default();
            text.extend(&bytes[..bytes.len() / 2]);
            fs::write(path, text).unwrap();
        };
        self.write(true, half, || FileSystem.append(path, bytes))
    }

    fn cut(&self, path: &Utf8Path, length: u64) -> io::Result<()> {
        self.write(false, || {}, || FileSystem.cut(path, length))
    }

    fn rename(&self, from: &Utf8Path, to: &Utf8Path) -> io::Result<()> {
        self.write(false, || {}, || FileSystem.rename(from, to))
    }

    fn remove(&self, path: &Utf8Path) -> io::Result<()> {
        self.write(false, || {}, || FileSystem.remove(path))
    }

    fn lock(&self, path: &Utf8Path) -> io::Result<Option<File>> {
        FileSystem.lock(path)
    }
}
