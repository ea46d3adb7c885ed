//! A ledger, optimised, with a database of its own.

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use clap::ValueEnum;
use jiff::civil::Date;
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::client::{self, Ask};
use crate::gateway::root;
use crate::{Failure, process};

/// What gateways present.
pub const TOKEN: &str = "bench-ingest-token";
/// What whoever asks presents.
pub const MASTER_KEY: &str = "sk-bench-master";

/// How long sums may wait to be written, and how often they are asked for.
const SETTLED_WITHIN: Duration = Duration::from_secs(60);
const BETWEEN: Duration = Duration::from_millis(200);

/// Where a new server is, and the first process of it, as `tools/with-postgres.sh` tells.
const SERVER: &str = "SPILLWAY_TEST_POSTGRES";
const SERVER_PID: &str = "SPILLWAY_TEST_POSTGRES_PID";

/// A kind of database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// A file.
    Sqlite,
    /// A server.
    Postgres,
}

impl Kind {
    /// Both, in the order in which they are measured.
    pub const ALL: [Self; 2] = [Self::Sqlite, Self::Postgres];
}

impl fmt::Display for Kind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        })
    }
}

/// A ledger that runs.
pub struct Side {
    /// Its database.
    pub kind: Kind,
    /// Where it listens.
    pub address: SocketAddr,
    child: Child,
    file: PathBuf,
    /// With the file, unless that is to be kept.
    _folder: TempDir,
}

impl Side {
    /// Starts it; none where there is no server for its database. SQLite's file is `kept`, or goes with it.
    ///
    /// # Errors
    /// It does not start.
    pub async fn start(kind: Kind, kept: Option<&Path>) -> Result<Option<Self>, Failure> {
        // Beside the build, where there is room for millions of rows; a temporary folder may be memory.
        let target = root().join("target");
        let folder = tempfile::tempdir_in(target).map_err(|error| error.to_string())?;
        let mut command = Command::new(root().join("target/release/spillway-ledger"));
        command.args(["--listen", "127.0.0.1:0"]);
        command.env("SPILLWAY_LEDGER_TOKEN", TOKEN).env("SPILLWAY_MASTER_KEY", MASTER_KEY);
        command.env_remove("DATABASE_URL");
        let file = kept.map_or_else(|| folder.path().join("ledger.sqlite"), Path::to_owned);
        match (kind, std::env::var(SERVER)) {
            (Kind::Sqlite, _) => command.arg("--data").arg(&file),
            (Kind::Postgres, Ok(server)) => command.env("DATABASE_URL", server),
            (Kind::Postgres, Err(_)) => return Ok(None),
        };
        let mut child = command
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| format!("cannot start the ledger: {error}"))?;
        let address = listening(&mut child).await?;
        Ok(Some(Self { kind, address, child, file, _folder: folder }))
    }

    /// The ledger's process.
    ///
    /// # Errors
    /// It has ended.
    pub fn pid(&self) -> Result<u32, Failure> {
        self.child.id().ok_or_else(|| "the ledger has ended".to_owned())
    }

    /// CPU time that the ledger has taken, and the server that it writes to.
    ///
    /// # Errors
    /// One of them has ended.
    pub fn cpu(&self) -> Result<(Duration, Duration), Failure> {
        let ledger = process::cpu(self.pid()?)?;
        if self.kind == Kind::Sqlite {
            return Ok((ledger, Duration::ZERO));
        }
        let server = std::env::var(SERVER_PID).map_err(|_| format!("{SERVER_PID} is not set"))?;
        let server = server.parse().map_err(|_| format!("{SERVER_PID} is no process: {server}"))?;
        Ok((ledger, process::family_cpu(server)?))
    }

    /// Asks something.
    ///
    /// # Errors
    /// No answer, or none that is JSON with 200.
    pub async fn ask(&self, path: &str) -> Result<Value, Failure> {
        let answer = client::send(self.address, &Ask::get(path, MASTER_KEY)).await?;
        if answer.status == 200 {
            return Ok(answer.json());
        }
        Err(format!("{path}: HTTP {}: {}", answer.status, answer.text()))
    }

    /// Waits until the sums of these days tell of so many requests. (That each was stored as a row of its own is what
    /// deliveries were told; to count a million rows of one day takes a server longer than a question may.)
    ///
    /// # Errors
    /// They do not.
    pub async fn expect_requests(&self, expected: u64, [from, to]: [Date; 2]) -> Result<(), Failure> {
        let path = format!("/global/spend/report?start_date={from}&end_date={to}&group_by=api_key");
        let deadline = Instant::now() + SETTLED_WITHIN;
        loop {
            let report = self.ask(&path).await?;
            let keys = report.as_array().ok_or("the report is no list")?;
            let counted: u64 =
                keys.iter().filter_map(|key| key.get("requests").and_then(Value::as_u64)).sum();
            if counted == expected {
                return Ok(());
            }
            if Instant::now() >= deadline {
                return Err(format!("{expected} events, sums of {counted} requests"));
            }
            tokio::time::sleep(BETWEEN).await;
        }
    }

    /// Bytes of the database.
    ///
    /// # Errors
    /// It cannot be read.
    pub async fn database_bytes(&self) -> Result<u64, Failure> {
        if self.kind == Kind::Postgres {
            return Ok(0);
        }
        // What is not in the file yet stands in a log beside it.
        let beside = |end: &str| PathBuf::from(format!("{}{end}", self.file.display()));
        let files = ["", "-wal"].map(|end| std::fs::metadata(beside(end)).map_or(0, |file| file.len()));
        Ok(files.iter().sum())
    }

    /// Ends it, and its file.
    ///
    /// # Errors
    /// It had ended already.
    pub async fn stop(mut self) -> Result<(), Failure> {
        process::signal(self.pid()?, libc::SIGTERM)?;
        self.child.wait().await.map(drop).map_err(|error| error.to_string())
    }
}

/// Waits until it says where it listens, and reads on, so that it never waits for a full pipe.
async fn listening(child: &mut Child) -> Result<SocketAddr, Failure> {
    let errors = child.stderr.take().ok_or("the ledger has no standard error")?;
    let mut lines = BufReader::new(errors).lines();
    let line = lines.next_line().await.map_err(|error| error.to_string())?.unwrap_or_default();
    let said: Value = serde_json::from_str(&line).unwrap_or_default();
    let address = said.get("listen").and_then(Value::as_str).and_then(|address| address.parse().ok());
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    address.ok_or_else(|| format!("the ledger did not start: {line}"))
}
