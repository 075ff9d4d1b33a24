//! Tests of the lock: one holder, the dead and the late are taken over, and whoever lost it stops.

use std::{
    fs::{self, File},
    io,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    thread,
    time::Duration,
};

use camino::Utf8Path;
use jiff::{SignedDuration, Timestamp};

use super::{release, scratch};
use crate::ledger::{
    Clock, Directory, Lease, LedgerError, Process,
    disk::{Disk, FileSystem},
};

const MINUTES: SignedDuration = SignedDuration::from_secs(120);

/// A clock that a test moves, in seconds.
fn clock() -> (Arc<AtomicI64>, Clock) {
    let seconds = Arc::new(AtomicI64::new(1_000_000));
    let read = Arc::clone(&seconds);
    (seconds, Arc::new(move || Timestamp::from_second(read.load(Ordering::SeqCst)).unwrap()))
}

/// A file system without locks, as some network mounts are.
#[derive(Debug)]
struct WithoutLocks;

impl Disk for WithoutLocks {
    fn read(&self, path: &Utf8Path) -> io::Result<Option<Vec<u8>>> {
        FileSystem.read(path)
    }
    fn create_folder(&self, path: &Utf8Path) -> io::Result<()> {
        FileSystem.create_folder(path)
    }
    fn replace(&self, path: &Utf8Path, bytes: &[u8]) -> io::Result<()> {
        FileSystem.replace(path, bytes)
    }
    fn claim(&self, path: &Utf8Path, bytes: &[u8]) -> io::Result<()> {
        FileSystem.claim(path, bytes)
    }
    fn append(&self, path: &Utf8Path, bytes: &[u8]) -> io::Result<()> {
        FileSystem.append(path, bytes)
    }
    fn cut(&self, path: &Utf8Path, length: u64) -> io::Result<()> {
        FileSystem.cut(path, length)
    }
    fn rename(&self, from: &Utf8Path, to: &Utf8Path) -> io::Result<()> {
        FileSystem.rename(from, to)
    }
    fn remove(&self, path: &Utf8Path) -> io::Result<()> {
        FileSystem.remove(path)
    }
    fn lock(&self, _: &Utf8Path) -> io::Result<Option<File>> {
        Ok(None)
    }
}

/// Puts the lease of some other process there.
fn plant(directory: &Directory, process: Process, until: i64) -> Lease {
    let at = |second| Timestamp::from_second(second).unwrap();
    let lease = Lease {
        version: 1,
        id: "feedc0de0001".into(),
        purpose: "apply of shop".into(),
        process,
        since: at(until - 120),
        renewed: at(until - 120),
        until: at(until),
    };
    fs::create_dir_all(directory.folder("7")).unwrap();
    fs::write(directory.folder("7").join("lease.json"), serde_json::to_vec(&lease).unwrap()).unwrap();
    lease
}

fn elsewhere() -> Process {
    Process { kernel: Some("another".into()), host: "ci-7".into(), user: "runner".into(), ..Process::this() }
}

#[test]
fn a_second_holder_is_told_who_since_when_until_when_and_how_to_unlock() {
    for disk in [Arc::new(FileSystem) as Arc<dyn Disk>, Arc::new(WithoutLocks)] {
        let (_keep, directory) = scratch();
        let directory = directory.with_disk(disk);
        let held = directory.take("7", "apply of shop").unwrap();
        let lease = directory.lease("7").unwrap().unwrap();
        let text = directory.take("7", "apply of shop").unwrap_err().to_string();
        let pid = std::process::id();
        for part in [
            format!("process {pid} since 20"),
            format!("on {}", Process::this().host),
            "(apply of shop)".to_owned(),
            "until 20".to_owned(),
            "--lock-timeout".to_owned(),
            format!("letterpress ledger unlock {}", lease.id),
        ] {
            assert!(text.contains(&part), "{part}: {text}");
        }
        drop(held);
        assert!(directory.lease("7").unwrap().is_none());
        directory.take("7", "again").unwrap();
    }
}

#[test]
fn a_dead_process_of_this_host_is_taken_over_at_once() {
    let (_keep, directory) = scratch();
    let mut child = std::process::Command::new("true").spawn().unwrap();
    child.wait().unwrap();
    plant(&directory, Process { pid: child.id(), ..Process::this() }, i64::from(u32::MAX));
    let held = directory.take("7", "test").unwrap();
    assert_ne!(directory.lease("7").unwrap().unwrap().id, "feedc0de0001");
    drop(held);
    // Another container of this kernel would have the operating system's lock, if there is one.
    plant(&directory, Process { space: Some("pid:[1]".into()), ..Process::this() }, i64::from(u32::MAX));
    let without = directory.clone().with_disk(Arc::new(WithoutLocks));
    assert!(matches!(without.take("7", "test"), Err(LedgerError::Locked { .. })));
    directory.take("7", "test").unwrap();
    let left: Vec<_> = fs::read_dir(directory.folder("7")).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left, ["lock"], "nothing is left behind");
}

#[test]
fn another_host_is_waited_for_until_its_time_and_the_difference_of_clocks_are_over() {
    let (_keep, directory) = scratch();
    let (seconds, clock) = clock();
    let directory = directory.with_clock(clock, MINUTES);
    plant(&directory, elsewhere(), 1_000_100);
    for (second, free) in [(1_000_000, false), (1_000_100, false), (1_000_130, false), (1_000_131, true)] {
        seconds.store(second, Ordering::SeqCst);
        let taken = directory.take("7", "test");
        assert_eq!(taken.is_ok(), free, "{second}");
        if let Err(error) = taken {
            assert!(error.to_string().contains("on ci-7 as runner"), "{error}");
        }
    }
}

#[test]
fn a_holder_whose_lease_was_taken_unlocked_or_ran_out_writes_nothing_more() {
    let lost = |why: &str, lose: &dyn Fn(&Directory, &AtomicI64)| {
        let (_keep, directory) = scratch();
        let (seconds, clock) = clock();
        let directory = directory.with_clock(clock, MINUTES);
        let mut held = directory.take("7", "test").unwrap();
        held.record(Timestamp::UNIX_EPOCH, release()).unwrap();
        lose(&directory, &seconds);
        let text = held.record(Timestamp::UNIX_EPOCH, release()).unwrap_err().to_string();
        assert!(text.contains(why) && text.contains("nothing more is sent"), "{text}");
        assert!(matches!(held.finish(Timestamp::UNIX_EPOCH), Err(LedgerError::Lost { .. })));
        assert_eq!(directory.read("7").unwrap().unwrap().last_seq, 1);
    };
    lost("taken by process", &|directory, _| {
        plant(directory, elsewhere(), 2_000_000);
    });
    lost("unlocked", &|directory, _| {
        let id = directory.lease("7").unwrap().unwrap().id;
        directory.unlock("7", &id).unwrap();
    });
    lost("could not be renewed", &|_, seconds| seconds.store(1_000_120, Ordering::SeqCst));
}

#[test]
fn a_lease_that_is_not_ours_is_not_removed_in_the_end() {
    let (_keep, directory) = scratch();
    let held = directory.take("7", "test").unwrap();
    let other = plant(&directory, elsewhere(), i64::from(u32::MAX));
    drop(held);
    assert_eq!(directory.lease("7").unwrap(), Some(other));
}

#[test]
fn only_the_lock_of_that_id_is_unlocked() {
    let (_keep, directory) = scratch();
    let text = directory.unlock("7", "feedc0de0001").unwrap_err().to_string();
    assert_eq!(text, "WABA 7 is not locked");
    let lease = plant(&directory, elsewhere(), i64::from(u32::MAX));
    let text = directory.unlock("7", "feedc0de0002").unwrap_err().to_string();
    assert!(text.contains("under another id, feedc0de0001"), "{text}");
    assert_eq!(directory.unlock("7", "feedc0de0001").unwrap(), lease);
    directory.take("7", "test").unwrap();
}

#[test]
fn a_lease_is_renewed_while_it_is_held() {
    let (_keep, directory) = scratch();
    let directory = directory.with_clock(Arc::new(Timestamp::now), SignedDuration::from_millis(600));
    let mut held = directory.take("7", "test").unwrap();
    let first = directory.lease("7").unwrap().unwrap();
    thread::sleep(Duration::from_millis(1500));
    let later = directory.lease("7").unwrap().unwrap();
    assert_eq!(first.id, later.id);
    assert!(later.until > first.until && later.since == first.since, "{later}");
    held.record(Timestamp::UNIX_EPOCH, release()).unwrap();
}

#[test]
fn of_many_that_take_over_at_once_one_does() {
    for round in 0..20 {
        let (_keep, directory) = scratch();
        // Without the operating system's lock: only the lease decides.
        let directory = directory.with_disk(Arc::new(WithoutLocks));
        plant(&directory, elsewhere(), 0);
        let taken: Vec<_> = thread::scope(|scope| {
            let all: Vec<_> = (0..4).map(|_| scope.spawn(|| directory.take("7", "test"))).collect();
            all.into_iter().map(|one| one.join().unwrap()).collect()
        });
        // Whoever was put aside for a moment by another finds out before it writes.
        let mut held: Vec<_> = taken.into_iter().filter_map(Result::ok).collect();
        let able = held.iter_mut().filter_map(|held| held.record(Timestamp::UNIX_EPOCH, release()).ok()).count();
        assert!(able <= 1, "round {round}: {able} hold it");
    }
}
