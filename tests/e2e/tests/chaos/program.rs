//! One program under test: started, killed, started again as a supervisor would.

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use spillway_e2e::{Failure, process};
use tokio::process::{Child, Command};
use tokio::time::timeout;

/// A program that was told to stop has by then.
const STOP_PATIENCE: Duration = Duration::from_secs(30);

/// What to start.
pub struct Recipe {
    /// The program's file.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// Its environment, besides ours.
    pub environment: Vec<(&'static str, OsString)>,
    /// Where it writes what it prints.
    pub log: PathBuf,
}

/// A program that runs, unless it was killed. Dropping it kills it.
pub struct Program {
    recipe: Recipe,
    child: Child,
    pid: Arc<AtomicU32>,
}

impl Program {
    /// Starts it.
    ///
    /// # Errors
    /// It cannot be started.
    pub fn start(recipe: Recipe) -> Result<Self, Failure> {
        File::create(&recipe.log).map_err(|error| format!("{}: {error}", recipe.log.display()))?;
        let child = spawn(&recipe)?;
        let pid = Arc::new(AtomicU32::new(child.id().unwrap_or(0)));
        Ok(Self { recipe, child, pid })
    }

    /// The process id, which changes with each start.
    pub fn pid(&self) -> Arc<AtomicU32> {
        Arc::clone(&self.pid)
    }

    /// Sends it a signal.
    ///
    /// # Errors
    /// It does not run.
    pub fn signal(&self, signal: i32) -> Result<(), Failure> {
        process::signal(self.pid.load(Ordering::SeqCst), signal)
    }

    /// Stops it as `SIGSTOP` does, until what is returned is dropped.
    ///
    /// # Errors
    /// It does not run.
    pub fn freeze(&self) -> Result<process::Stopped, Failure> {
        process::Stopped::now(self.pid.load(Ordering::SeqCst))
    }

    /// `kill -9`, and once it is gone the next one.
    ///
    /// # Errors
    /// It ended before, or cannot be started again.
    pub async fn kill_and_restart(&mut self) -> Result<(), Failure> {
        self.check_alive()?;
        self.child.kill().await.map_err(|error| error.to_string())?;
        self.child = spawn(&self.recipe)?;
        self.pid.store(self.child.id().unwrap_or(0), Ordering::SeqCst);
        Ok(())
    }

    /// Tells it to stop and waits for that.
    ///
    /// # Errors
    /// It ended before, does not end in time, or ends with another code than 0.
    pub async fn stop(&mut self) -> Result<(), Failure> {
        self.check_alive()?;
        self.signal(libc::SIGTERM)?;
        let ended = timeout(STOP_PATIENCE, self.child.wait()).await;
        let status = ended.map_err(|_| format!("{} does not stop", self.recipe.program.display()))?;
        let status = status.map_err(|error| error.to_string())?;
        if status.success() { Ok(()) } else { Err(self.last_words(&status.to_string())) }
    }

    /// Whether it runs: nothing that is done to it may end it, but `kill -9`.
    ///
    /// # Errors
    /// It ended; the text holds the end of its log.
    pub fn check_alive(&mut self) -> Result<(), Failure> {
        match self.child.try_wait() {
            Ok(None) => Ok(()),
            Ok(Some(status)) => Err(self.last_words(&status.to_string())),
            Err(error) => Err(error.to_string()),
        }
    }

    fn last_words(&self, how: &str) -> Failure {
        let log = std::fs::read_to_string(&self.recipe.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().rev().take(20).collect();
        let end: Vec<&str> = lines.into_iter().rev().collect();
        format!("{} ended ({how}):\n{}", self.recipe.program.display(), end.join("\n"))
    }
}

fn spawn(recipe: &Recipe) -> Result<Child, Failure> {
    let output = || {
        let opened = OpenOptions::new().append(true).open(&recipe.log);
        opened.map_err(|error| format!("{}: {error}", recipe.log.display()))
    };
    let mut command = Command::new(&recipe.program);
    command.args(&recipe.arguments).envs(recipe.environment.iter().map(|(name, value)| (name, value)));
    command.stdin(Stdio::null()).stdout(output()?).stderr(output()?).kill_on_drop(true);
    command.spawn().map_err(|error| format!("cannot start {}: {error}", recipe.program.display()))
}
