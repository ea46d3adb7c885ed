//! A process as `/proc` shows it. Linux only, as the gateway's Envoy is.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use crate::Failure;

/// Where user and system time stand in `stat`, counted after the program's name.
const USER_TIME: usize = 11;

/// Where those of children that have ended stand.
const ENDED_TIME: usize = 13;

/// CPU time that all threads of a process have taken, in user and in system mode.
///
/// # Errors
/// There is no such process.
pub fn cpu(pid: u32) -> Result<Duration, Failure> {
    let stat = read(pid, "stat")?;
    of_ticks(ticks(&stat).ok_or_else(|| format!("/proc/{pid}/stat is not understood: {stat}"))?)
}

fn of_ticks(ticks: u64) -> Result<Duration, Failure> {
    #[allow(unsafe_code, reason = "a call of C")]
    // SAFETY: `sysconf` takes a number, returns a number, and touches no memory of ours.
    let a_second = unsafe { libc::sysconf(libc::_SC_CLK_TCK) };
    let a_second =
        u64::try_from(a_second).ok().filter(|ticks| *ticks > 0).ok_or("no clock ticks a second")?;
    Ok(Duration::from_micros(ticks.saturating_mul(1_000_000) / a_second))
}

/// CPU time that a process and all its descendants have taken, those that ended included.
///
/// # Errors
/// There is no such process.
pub fn family_cpu(pid: u32) -> Result<Duration, Failure> {
    let stat = read(pid, "stat")?;
    let ended = ticks_from(&stat, ENDED_TIME).ok_or_else(|| format!("/proc/{pid}/stat is not understood"))?;
    // A child that ends meanwhile is counted the next time.
    let living: Duration = children(pid)?.into_iter().filter_map(|child| family_cpu(child).ok()).sum();
    Ok(cpu(pid)? + living + of_ticks(ended)?)
}

/// Memory of a process and all its descendants that is in RAM, in bytes. What they share is counted for each.
///
/// # Errors
/// There is no such process.
pub fn family_resident_bytes(pid: u32) -> Result<u64, Failure> {
    let others = children(pid)?.into_iter().filter_map(|child| family_resident_bytes(child).ok());
    Ok(resident_bytes(pid)? + others.sum::<u64>())
}

/// Memory of a process that is in RAM, in bytes.
///
/// # Errors
/// There is no such process.
pub fn resident_bytes(pid: u32) -> Result<u64, Failure> {
    memory(pid, "VmRSS:")
}

/// The most memory that a process has had in RAM so far, in bytes.
///
/// # Errors
/// There is no such process.
pub fn peak_bytes(pid: u32) -> Result<u64, Failure> {
    memory(pid, "VmHWM:")
}

fn memory(pid: u32, field: &str) -> Result<u64, Failure> {
    let status = read(pid, "status")?;
    let kibibytes = status.lines().find_map(|line| line.strip_prefix(field)?.trim().strip_suffix(" kB"));
    let kibibytes: Option<u64> = kibibytes.and_then(|number| number.trim().parse().ok());
    kibibytes.map(|number| number * 1024).ok_or_else(|| format!("/proc/{pid}/status has no {field}"))
}

/// The program that a process runs.
///
/// # Errors
/// There is no such process.
pub fn program(pid: u32) -> Result<PathBuf, Failure> {
    fs::read_link(format!("/proc/{pid}/exe")).map_err(|error| format!("/proc/{pid}/exe: {error}"))
}

/// The child of a process whose program has this file name.
///
/// # Errors
/// It has none.
pub fn child(parent: u32, name: &str) -> Result<u32, Failure> {
    let children = children(parent)?;
    let named =
        |pid: &&u32| program(**pid).is_ok_and(|path| path.file_name().is_some_and(|file| file == name));
    children
        .iter()
        .find(named)
        .copied()
        .ok_or_else(|| format!("process {parent} has no child `{name}`: {children:?}"))
}

/// Every thread has children of its own.
fn children(parent: u32) -> Result<Vec<u32>, Failure> {
    let folder = format!("/proc/{parent}/task");
    let threads = fs::read_dir(&folder).map_err(|error| format!("{folder}: {error}"))?;
    let lists =
        threads.flatten().filter_map(|thread| fs::read_to_string(thread.path().join("children")).ok());
    let pids = lists.flat_map(|list| list.split_whitespace().map(str::parse).collect::<Vec<_>>());
    Ok(pids.flatten().collect())
}

/// Sends a signal to a process that a test has started.
///
/// # Errors
/// There is no such process.
pub fn signal(pid: u32, signal: i32) -> Result<(), Failure> {
    let target = i32::try_from(pid).map_err(|_| format!("not a pid: {pid}"))?;
    #[allow(unsafe_code, reason = "a call of C")]
    // SAFETY: `kill` has no memory effects.
    let sent = unsafe { libc::kill(target, signal) };
    if sent == 0 { Ok(()) } else { Err(format!("signal {signal} could not be sent to process {pid}")) }
}

/// Waits until somebody ends this program, by Ctrl-C or `SIGTERM`.
///
/// # Errors
/// Always: that it was stopped, or that signals cannot be waited for.
pub async fn stopped() -> Result<(), Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).map_err(|error| error.to_string())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted.map_err(|error| error.to_string())?,
        _ = terminate.recv() => {}
    }
    Err("stopped".to_owned())
}

/// A process that does nothing until this is dropped.
pub struct Stopped(u32);

impl Stopped {
    /// Stops it.
    ///
    /// # Errors
    /// There is no such process.
    pub fn now(pid: u32) -> Result<Self, Failure> {
        signal(pid, libc::SIGSTOP)?;
        Ok(Self(pid))
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        // It fails only for a process that is gone.
        let _ = signal(self.0, libc::SIGCONT);
    }
}

fn read(pid: u32, file: &str) -> Result<String, Failure> {
    let path = format!("/proc/{pid}/{file}");
    fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))
}

/// User and system time.
fn ticks(stat: &str) -> Option<u64> {
    ticks_from(stat, USER_TIME)
}

/// Two times that follow each other. The program's name, in brackets, may hold anything.
fn ticks_from(stat: &str, field: usize) -> Option<u64> {
    let (_, fields) = stat.rsplit_once(')')?;
    let mut times = fields.split_whitespace().skip(field).take(2).map(str::parse::<u64>);
    Some(times.next()?.ok()? + times.next()?.ok()?)
}

#[cfg(test)]
mod tests {
    use super::{child, cpu, family_cpu, family_resident_bytes, peak_bytes, program, resident_bytes, ticks};

    #[test]
    fn times_follow_a_name_that_may_hold_anything() {
        let stat = "7 (a) b (c) S 1 7 7 0 -1 4194560 1 2 3 4 120 35 9 9 20 0 1 0 1 2 3";
        assert_eq!(ticks(stat), Some(155));
        assert_eq!(ticks("7 (envoy) S 1"), None);
    }

    #[test]
    fn this_process() {
        let me = std::process::id();
        assert!(cpu(me).unwrap() <= family_cpu(me).unwrap());
        assert!(family_resident_bytes(me).unwrap() > 100_000);
        assert!(resident_bytes(me).unwrap() > 100_000);
        assert!(peak_bytes(me).unwrap() > 100_000);
        assert_eq!(program(me).unwrap(), std::env::current_exe().unwrap().canonicalize().unwrap());
        assert!(child(me, "nothing").unwrap_err().contains("has no child `nothing`"));
    }
}
