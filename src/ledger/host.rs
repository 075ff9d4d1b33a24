//! Who we are, and whether another process of this machine still lives.
//!
//! On Linux from `/proc`: the boot id names the running kernel, the pid namespace the container, and a process is known
//! by its number and its start, so that a reused number is not mistaken for it. Elsewhere `ps` tells the start of a
//! process. What cannot be found out counts as alive: then the lease has to run out.

use std::{env, fs, process::Command};

use serde::{Deserialize, Serialize};

/// A process, as far as others can look for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Process {
    /// The machine's name.
    pub host: String,
    /// The running kernel, where it tells: containers on one machine share it, a reboot changes it.
    pub kernel: Option<String>,
    /// The pid namespace: process numbers mean something only within one.
    pub space: Option<String>,
    /// Its number.
    pub pid: u32,
    /// When it started, in the system's own words.
    pub started: Option<String>,
    /// The user that runs it.
    pub user: String,
}

/// What is known of a process of another run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Liveness {
    /// It runs.
    Alive,
    /// It does not run any more.
    Dead,
    /// On this kernel, in another container: only the operating system's lock can tell.
    OtherContainer,
    /// On another machine, or before a reboot.
    Elsewhere,
}

impl Process {
    /// This process.
    #[must_use]
    pub fn this() -> Self {
        let pid = std::process::id();
        Self {
            host: host(),
            kernel: line("/proc/sys/kernel/random/boot_id"),
            space: fs::read_link("/proc/self/ns/pid").ok().map(|path| path.to_string_lossy().into_owned()),
            pid,
            started: started(pid),
            user: ["USER", "LOGNAME", "USERNAME"].iter().find_map(|name| set(name)).unwrap_or_else(|| "?".to_owned()),
        }
    }

    /// What is known here of this one.
    pub(super) fn liveness(&self, here: &Self) -> Liveness {
        match (&self.kernel, &here.kernel) {
            (Some(theirs), Some(ours)) if theirs != ours => return Liveness::Elsewhere,
            (Some(_), Some(_)) if self.space != here.space => return Liveness::OtherContainer,
            (Some(_), Some(_)) => {}
            _ if self.host != here.host || self.kernel != here.kernel => return Liveness::Elsewhere,
            _ => {}
        }
        match (started(self.pid), &self.started) {
            (None, Some(_)) => Liveness::Dead,
            (Some(now), Some(then)) if now != *then => Liveness::Dead,
            _ => Liveness::Alive,
        }
    }
}

fn set(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

fn line(path: &str) -> Option<String> {
    fs::read_to_string(path).ok().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn host() -> String {
    line("/proc/sys/kernel/hostname")
        .or_else(|| set("HOSTNAME"))
        .or_else(|| set("COMPUTERNAME"))
        .or_else(|| said("hostname", &[]))
        .unwrap_or_else(|| "unknown host".to_owned())
}

/// When a process started; `None` if there is none of that number, or if it has ended and nobody has noticed yet.
fn started(pid: u32) -> Option<String> {
    if !cfg!(target_os = "linux") {
        return said("ps", &["-o", "lstart=", "-p", &pid.to_string()]);
    }
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in parentheses may hold anything; state and start are the 1st and 20th field after it (proc(5)).
    let (_, rest) = stat.rsplit_once(')')?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    if matches!(fields.first(), Some(&("Z" | "X"))) {
        return None;
    }
    fields.get(19).map(|start| (*start).to_owned())
}

fn said(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned()).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_lives_and_an_ended_one_does_not() {
        let here = Process::this();
        assert_eq!(here.liveness(&here), Liveness::Alive);
        let mut child = Command::new("sleep").arg("60").spawn().unwrap();
        let other = Process { pid: child.id(), started: started(child.id()), ..here.clone() };
        assert_eq!(other.liveness(&here), Liveness::Alive);
        child.kill().unwrap();
        // Dead also while nobody has collected it.
        std::thread::sleep(std::time::Duration::from_millis(200));
        assert_eq!(other.liveness(&here), Liveness::Dead);
        child.wait().unwrap();
        assert_eq!(other.liveness(&here), Liveness::Dead);
        assert_eq!(Process { started: Some("long ago".into()), ..here.clone() }.liveness(&here), Liveness::Dead);
        let elsewhere = Process { kernel: Some("another".into()), ..here.clone() };
        assert_eq!(elsewhere.liveness(&here), Liveness::Elsewhere);
        let container = Process { space: Some("pid:[1]".into()), ..here.clone() };
        assert_eq!(container.liveness(&here), Liveness::OtherContainer);
    }
}
