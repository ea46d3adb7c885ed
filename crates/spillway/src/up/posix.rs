//! The system calls that the standard library has no safe name for.
#![allow(unsafe_code, reason = "they are calls of C")]

use std::io;

use tokio::process::{Child, Command};

/// Has the kernel send the child SIGTERM when this process ends in whatever way, so that a killed `up`
/// leaves nothing running. Call it from the thread that lives as long as the process: the kernel means the
/// thread that starts the child.
pub fn tie(command: &mut Command) {
    let parent = std::process::id();
    // SAFETY: between fork and exec only prctl, getppid and constructing an error without allocation run;
    // all are async-signal-safe.
    unsafe {
        command.pre_exec(move || {
            if libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGTERM) != 0 {
                return Err(io::Error::last_os_error());
            }
            // The parent may have died before the call: then nobody would ever send the signal.
            if u32::try_from(libc::getppid()) != Ok(parent) {
                return Err(io::Error::from(io::ErrorKind::BrokenPipe));
            }
            Ok(())
        });
    }
}

/// Asks a child that has not been waited for to stop.
pub fn terminate(child: &Child) {
    if let Some(Ok(pid)) = child.id().map(i32::try_from) {
        // SAFETY: kill touches no memory. `id` is `Some` only until the child is reaped, so the number
        // still means this child.
        unsafe {
            libc::kill(pid, libc::SIGTERM);
        }
    }
}

/// Whether whoever started us has us outlive the terminal, as `nohup` does.
pub fn hangup_is_ignored() -> bool {
    // SAFETY: all zeroes is a `sigaction`; the call only writes it, for no new one is given.
    unsafe {
        let mut now: libc::sigaction = std::mem::zeroed();
        libc::sigaction(libc::SIGHUP, std::ptr::null(), &raw mut now) == 0
            && now.sa_sigaction == libc::SIG_IGN
    }
}
