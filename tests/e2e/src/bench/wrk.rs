//! wrk, the load generator: one thread, `bench.lua`, and the line of JSON that it prints.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde::Deserialize;
use tokio::process::Command;

use super::data_file;
use crate::Failure;

const PROGRAM: &str = "wrk";
const SCRIPT: &str = "bench.lua";
/// Beyond the time of the load itself.
const PATIENCE: Duration = Duration::from_secs(20);

/// What wrk saw.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
pub struct Figures {
    /// Answers that came whole.
    pub requests: u64,
    /// How long it took, in microseconds.
    pub duration_us: f64,
    /// Half of the answers took at most this, in microseconds.
    pub p50_us: f64,
    /// Of 100 answers 99 took at most this, in microseconds.
    pub p99_us: f64,
    /// Answers with a status of 400 or more.
    pub not_2xx: u64,
    /// Connections that could not be made, written to or read from.
    pub broken: u64,
    /// Answers that did not come within wrk's own patience (2 s).
    pub timed_out: u64,
}

/// What is sent, and how.
#[derive(Clone, Copy, Debug)]
pub struct Load<'p> {
    /// Where to.
    pub path: &'p str,
    /// The file of the request's body.
    pub body: &'p Path,
    /// Headers besides, one a line.
    pub headers: &'p str,
    /// At once.
    pub connections: u32,
    /// For how long.
    pub seconds: u32,
}

/// Sends the request over and over.
///
/// # Errors
/// wrk cannot be run, nothing was answered, or an answer was not a success.
pub async fn run(to: SocketAddr, key: &str, load: &Load<'_>) -> Result<Figures, Failure> {
    let Load { path, body, headers, connections, seconds } = *load;
    let mut command = Command::new(PROGRAM);
    command.arg("--threads").arg("1").arg("--connections").arg(connections.to_string());
    command.arg("--duration").arg(format!("{seconds}s")).arg("--script").arg(data_file(SCRIPT));
    command.arg(format!("http://{to}")).env("BENCH_BODY", body).env("BENCH_KEY", key);
    command.env("BENCH_PATH", path).env("BENCH_HEADERS", headers);
    command.stdin(Stdio::null()).kill_on_drop(true);
    let patience = Duration::from_secs(seconds.into()) + PATIENCE;
    let ended = tokio::time::timeout(patience, command.output()).await;
    let output =
        ended.map_err(|_| format!("wrk still runs after {patience:?}"))?.map_err(|error| missing(&error))?;
    let printed = String::from_utf8_lossy(&output.stdout);
    let figures = read(&printed).ok_or_else(|| {
        format!(
            "wrk ({}) printed no figures: {printed}{}",
            output.status,
            String::from_utf8_lossy(&output.stderr)
        )
    })?;
    figures.check()
}

/// wrk's version, as it says it.
///
/// # Errors
/// wrk cannot be run.
pub async fn version() -> Result<String, Failure> {
    let said = Command::new(PROGRAM).arg("--version").output().await.map_err(|error| missing(&error))?;
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    said_version(&said).map(str::to_owned).ok_or_else(|| format!("not wrk, it says: {said}"))
}

impl Figures {
    fn check(self) -> Result<Self, Failure> {
        let Self { requests, not_2xx, broken, timed_out, .. } = self;
        if not_2xx + broken + timed_out > 0 {
            return Err(format!(
                "of {requests} answers {not_2xx} were no success; {broken} connections broke and {timed_out} \
                 answers did not come in time"
            ));
        }
        if requests == 0 { Err("nothing was answered".to_owned()) } else { Ok(self) }
    }
}

/// Of `wrk 4.2.0 [epoll] …`, or a distribution's `wrk debian/4.1.0-3 [epoll] …`.
fn said_version(said: &str) -> Option<&str> {
    let word = said.strip_prefix("wrk ")?.split_whitespace().next()?;
    word.rsplit('/').next()?.split('-').next()
}

fn read(printed: &str) -> Option<Figures> {
    printed.lines().find_map(|line| serde_json::from_str(line).ok())
}

fn missing(error: &std::io::Error) -> Failure {
    match error.kind() {
        ErrorKind::NotFound => "wrk is not on the PATH; install it (Debian: apt-get install wrk)".to_owned(),
        _ => format!("wrk cannot be run: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Figures, read, said_version};

    const PRINTED: &str = "Running 1s test @ http://127.0.0.1:1\n  1 threads and 16 connections\n\n\
        {\"requests\":9000,\"duration_us\":1000500,\"p50_us\":900,\"p99_us\":2100,\
        \"not_2xx\":0,\"broken\":0,\"timed_out\":0}\nRequests/sec:   8995.5\n";

    #[test]
    fn figures_stand_on_a_line_of_their_own() {
        let figures = read(PRINTED).unwrap();
        assert_eq!((figures.requests, figures.duration_us, figures.p99_us), (9_000, 1_000_500.0, 2_100.0));
        assert!(figures.check().is_ok());
        assert_eq!(read("Running 1s test\n"), None);
    }

    #[test]
    fn versions() {
        assert_eq!(said_version("wrk debian/4.1.0-3+b2 [epoll] Copyright"), Some("4.1.0"));
        assert_eq!(said_version("wrk 4.2.0 [epoll] Copyright"), Some("4.2.0"));
        assert_eq!(said_version("usage: work"), None);
    }

    #[test]
    fn whatever_is_no_success_fails() {
        let bad = Figures { requests: 10, not_2xx: 2, broken: 1, ..Figures::default() };
        assert_eq!(
            bad.check().unwrap_err(),
            "of 10 answers 2 were no success; 1 connections broke and 0 answers did not come in time"
        );
        assert_eq!(Figures::default().check().unwrap_err(), "nothing was answered");
    }
}
