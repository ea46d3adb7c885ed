//! One child: how it is started, waited for and stopped.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};

use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};

use super::backoff::{self, Backoff};
use super::log::Log;
use super::{posix, wait};
use crate::console;
use crate::failure::{Doing, Failure};

/// Variables of our environment that children get. Providers' keys are not among them.
const INHERITED: [&str; 6] = ["PATH", "HOME", "TMPDIR", "LANG", "RUST_LOG", "RUST_BACKTRACE"];
/// Between a polite request to stop and the end.
const STOP_PATIENCE: Duration = Duration::from_secs(10);

/// For one that was started again; Envoy compiles the filter's module.
const RESTART_PATIENCE: Duration = Duration::from_secs(60);

/// What to start.
pub struct Recipe {
    /// For messages: `ledger`, `envoy`.
    pub name: &'static str,
    pub program: PathBuf,
    pub arguments: Vec<OsString>,
    /// Besides what is inherited.
    pub environment: Vec<(&'static str, String)>,
}

impl Recipe {
    /// This recipe with further arguments.
    pub fn with(mut self, arguments: Vec<OsString>) -> Self {
        self.arguments.extend(arguments);
        self
    }
}

/// A child that is running, or about to be started again.
pub struct Process {
    recipe: Recipe,
    log: Log,
    child: Child,
    started: Instant,
}

impl Process {
    /// Starts the program. Its output goes to the log; it ends when we do.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(recipe: Recipe, log: Log) -> Result<Self, Failure> {
        let child = spawn(&recipe, &log)?;
        Ok(Self { recipe, log, child, started: Instant::now() })
    }

    /// Its number, while it runs.
    pub fn pid(&self) -> Option<u32> {
        self.child.id()
    }

    /// Its log.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// Waits for its end, which nobody asked for, and tells how it ended.
    pub async fn ended(&mut self) -> Failure {
        let how = describe(self.child.wait().await);
        Failure::new(format!("{} {how}; {}", self.recipe.name, self.log.tail()))
    }

    /// Starts it again each time it dies, until that is no use. It is well when `path` answers at `address`.
    pub async fn keep_running(
        &mut self,
        (address, path): (SocketAddr, &str),
        mut backoff: Backoff,
    ) -> Failure {
        loop {
            let how = describe(self.child.wait().await);
            if let Err(failure) = self.start_again(how, &mut backoff).await {
                return failure;
            }
            console::say(&format!("{} was started again, pid {}", self.recipe.name, pid_text(self.pid())));
            tokio::select! {
                told = again(self.recipe.name, wait::answers(address, path), RESTART_PATIENCE) => match told {
                    Ok(line) => console::say(&line),
                    Err(line) => console::warn(&format!("{line}; {}", self.log.tail())),
                },
                // Waited for once more above, where it is told how.
                _ = self.child.wait() => {}
            }
        }
    }

    /// Starts it after a pause, and again where that does not succeed.
    ///
    /// # Errors
    /// When it is no use any more: `how` it ended, and its last words.
    async fn start_again(&mut self, mut how: String, backoff: &mut Backoff) -> Result<(), Failure> {
        let name = self.recipe.name;
        loop {
            let Some(pause) = backoff.after(self.started.elapsed()) else {
                return Err(Failure::new(format!("{name} {how} again and again; {}", self.log.tail())));
            };
            console::warn(&self.told(&how, pause, backoff));
            sleep(pause).await;
            self.started = Instant::now();
            match spawn(&self.recipe, &self.log) {
                Ok(child) => {
                    self.child = child;
                    return Ok(());
                }
                Err(failure) => how = format!("cannot be started ({failure})"),
            }
        }
    }

    /// What is told of its end. Why it ends is told once: its log has it.
    fn told(&self, how: &str, pause: Duration, backoff: &Backoff) -> String {
        let name = self.recipe.name;
        if backoff.is_hopeless_now() {
            let tail = self.log.tail();
            return format!(
                "{name} {how} again and again. The gateway goes on serving; {name} is started again with pauses up to {} s; {tail}",
                backoff::LONGEST.as_secs()
            );
        }
        let when = match pause.as_secs() {
            0 => String::new(),
            seconds => format!(" in {seconds} s"),
        };
        format!("{name} {how}; starting it again{when}")
    }

    /// Asks it to stop; kills it when it does not.
    pub async fn stop(&mut self) {
        posix::terminate(&self.child);
        if timeout(STOP_PATIENCE, self.child.wait()).await.is_err() {
            console::warn(&format!("{} does not stop; killing it", self.recipe.name));
            // An error means that it has just ended by itself.
            let _ = self.child.kill().await;
        }
    }
}

/// What is told of a process that was started again: that it serves, or, after `patience`, that it does not.
async fn again(name: &str, well: impl Future<Output = ()>, patience: Duration) -> Result<String, String> {
    match timeout(patience, well).await {
        Ok(()) => Ok(format!("{name} serves again")),
        Err(_) => Err(format!("{name} was started again and does not answer after {} s", patience.as_secs())),
    }
}

/// A process number for people; a dash for a process that has none.
pub fn pid_text(pid: Option<u32>) -> String {
    pid.map_or_else(|| "-".to_owned(), |pid| pid.to_string())
}

fn spawn(recipe: &Recipe, log: &Log) -> Result<Child, Failure> {
    let output = || log.append().doing(|| log.path().display().to_string());
    let mut command = Command::new(&recipe.program);
    command
        .args(&recipe.arguments)
        .env_clear()
        .envs(INHERITED.iter().filter_map(|name| Some((name, std::env::var_os(name)?))))
        .envs(recipe.environment.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .stdout(output()?)
        .stderr(output()?)
        // A Ctrl-C in the terminal is for us; the children are stopped in order.
        .process_group(0)
        .kill_on_drop(true);
    posix::tie(&mut command);
    command.spawn().doing(|| format!("starting {}", recipe.program.display()))
}

fn describe(ended: std::io::Result<ExitStatus>) -> String {
    match ended {
        Ok(status) => format!("ended ({status})"),
        Err(error) => format!("cannot be waited for ({error})"),
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::time::Duration;

    use super::{Backoff, Log, Process, Recipe};

    fn shell(name: &str, script: &str) -> Process {
        let path = std::env::temp_dir().join(format!("spillway-{name}-{}.log", std::process::id()));
        let recipe = Recipe {
            name: "child",
            program: PathBuf::from("/bin/sh"),
            arguments: vec!["-c".into(), script.into()],
            environment: vec![("GIVEN", "given".to_owned())],
        };
        Process::start(recipe, Log::start(path).unwrap()).unwrap()
    }

    fn remove_log(process: &Process) {
        std::fs::remove_file(process.log().path()).unwrap();
    }

    #[tokio::test]
    async fn an_end_is_told_with_the_last_words() {
        let mut process = shell("end", "echo out; echo err >&2; exit 3");
        let log = process.log().path().display().to_string();
        assert_eq!(
            process.ended().await.to_string(),
            format!("child ended (exit status: 3); the end of {log}:\n    out\n    err")
        );
        remove_log(&process);
    }

    #[tokio::test]
    async fn a_child_gets_what_it_is_given_and_no_keys() {
        // Cargo sets this one for its tests; it stands for every variable that is not passed on.
        assert!(std::env::var_os("CARGO_MANIFEST_DIR").is_some());
        let mut process = shell("environment", "echo \"$GIVEN ${CARGO_MANIFEST_DIR-nothing}\"");
        assert!(process.ended().await.to_string().ends_with("\n    given nothing"));
        remove_log(&process);
    }

    #[tokio::test]
    async fn a_child_serves_again_when_it_answers() {
        let well = super::again("child", std::future::ready(()), Duration::ZERO).await;
        assert_eq!(well.as_deref(), Ok("child serves again"));
        let unwell = super::again("child", std::future::pending(), Duration::from_millis(1)).await;
        assert_eq!(unwell, Err("child was started again and does not answer after 0 s".to_owned()));
    }

    /// Runs a child that ends at once, until that is given up or for half a second; how often its log says that it ran.
    async fn kept_running(name: &str, backoff: Backoff) -> (Option<String>, usize) {
        let mut process = shell(name, "echo ran; exit 3");
        let nobody = ([127, 0, 0, 1], 9).into();
        let backoff = backoff.beginning_with(Duration::from_micros(1));
        let kept = process.keep_running((nobody, "/health"), backoff);
        let failure = tokio::time::timeout(Duration::from_millis(500), kept).await.ok();
        let lives = std::fs::read_to_string(process.log().path()).unwrap().lines().count();
        remove_log(&process);
        (failure.map(|failure| failure.to_string()), lives)
    }

    #[tokio::test]
    async fn a_child_that_the_others_can_do_without_is_never_given_up() {
        let (failure, lives) = kept_running("kept", Backoff::without_end()).await;
        assert_eq!(failure, None);
        assert!(lives > 6, "{lives}");
    }

    #[tokio::test]
    async fn a_child_that_is_needed_is_given_up_with_its_last_words() {
        let (failure, lives) = kept_running("given-up", Backoff::that_gives_up()).await;
        let failure = failure.unwrap();
        assert!(failure.starts_with("child ended (exit status: 3) again and again; the end of"), "{failure}");
        assert_eq!(lives, 6);
    }

    #[tokio::test]
    async fn a_child_whose_program_has_gone_is_waited_for() {
        let mut process = shell("gone", "exit 3");
        process.recipe.program = PathBuf::from("/nowhere/at-all");
        let nobody = ([127, 0, 0, 1], 9).into();
        for (backoff, is_given_up) in [(Backoff::without_end(), false), (Backoff::that_gives_up(), true)] {
            let backoff = backoff.beginning_with(Duration::from_micros(1));
            let kept = process.keep_running((nobody, "/health"), backoff);
            let failure = tokio::time::timeout(Duration::from_millis(300), kept).await.ok();
            assert_eq!(failure.is_some(), is_given_up, "{failure:?}");
        }
        remove_log(&process);
    }

    #[tokio::test]
    async fn a_child_that_is_stopped_may_clean_up() {
        let mut process =
            shell("stop", "trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.01; done");
        while !process.log().tail().contains("up") {
            tokio::task::yield_now().await;
        }
        process.stop().await;
        assert!(process.log().tail().ends_with("bye"), "{}", process.log().tail());
        assert_eq!(process.pid(), None);
        remove_log(&process);
    }
}
