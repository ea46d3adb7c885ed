//! Other people's programs, run to their end.

use std::process::{Output, Stdio};
use std::time::Duration;

use tokio::process::{Child, Command};

use crate::Failure;

/// Runs a program and everything that it starts; all that it printed. What is not over in time is ended.
///
/// # Errors
/// It did not start, did not end in time, or ended with another code than 0; the text holds what it printed.
pub async fn run(command: &mut Command, patience: Duration) -> Result<String, Failure> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    // A group of its own, so that what it starts can be ended with it.
    let program = command.as_std().get_program().to_string_lossy().into_owned();
    let child = command.process_group(0).kill_on_drop(true).spawn();
    let child = child.map_err(|error| format!("cannot start {program}: {error}"))?;
    let group = Group::of(&child);
    let ended = tokio::time::timeout(patience, child.wait_with_output()).await;
    drop(group);
    let output = ended.map_err(|_| format!("{program} is not done after {patience:?}"))?;
    let output = output.map_err(|error| error.to_string())?;
    let printed = printed(&output);
    if output.status.success() { Ok(printed) } else { Err(format!("{}\n{printed}", output.status)) }
}

/// The processes of a group; dropping it ends those that are left.
pub(crate) struct Group(Option<i32>);

impl Group {
    /// The group that this process was made the leader of.
    pub(crate) fn of(child: &Child) -> Self {
        Self(child.id().and_then(|pid| i32::try_from(pid).ok()))
    }
}

impl Drop for Group {
    #[allow(unsafe_code, reason = "a call of C")]
    fn drop(&mut self) {
        if let Some(leader) = self.0 {
            // SAFETY: `kill` has no memory effects. The group is the one that this program was made the leader of.
            unsafe { libc::kill(-leader, libc::SIGKILL) };
        }
    }
}

fn printed(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    format!("{}{}", text(&output.stdout), text(&output.stderr))
}
