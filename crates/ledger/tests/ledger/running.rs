//! A ledger of this test's own, in this process.

use std::path::PathBuf;
use std::time::Duration;

use hyper::Method;
use rusqlite::Connection;
use spillway_filter::event::{Batch, Event};
use spillway_ledger::{Handle, Ledger, Options, Secret};
use tempfile::TempDir;

use crate::http::{Answer, Http};

pub const TOKEN: &str = "ingest-token";
pub const KEY: &str = "sk-master";

/// A ledger on a free port, with its file in a folder that goes with it.
pub struct Running {
    pub http: Http,
    pub ledger: Handle,
    pub folder: TempDir,
}

impl Running {
    pub async fn start() -> Self {
        Self::with(|options| options).await
    }

    pub async fn with(change: impl FnOnce(Options) -> Options) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let usual = Options {
            ingest_token: Some(Secret::new(TOKEN).unwrap()),
            master_key: Some(Secret::new(KEY).unwrap()),
            lock_wait: Duration::from_millis(20),
            ..Options::new("127.0.0.1:0", folder.path().join("ledger.sqlite"))
        };
        let ledger = Ledger::start(change(usual)).await.unwrap();
        Self { http: Http::to(ledger.addr()), ledger, folder }
    }

    pub fn file(&self) -> PathBuf {
        self.folder.path().join("ledger.sqlite")
    }

    /// The file as any SQLite program opens it.
    pub fn database(&self) -> Connection {
        Connection::open(self.file()).unwrap()
    }

    pub async fn deliver(&self, events: &[Event]) -> Answer {
        deliver(&self.http, events).await.unwrap()
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.http.send(Method::GET, path, Some(KEY), "").await.unwrap()
    }
}

/// Posts a batch as a gateway does.
pub async fn deliver(http: &Http, events: &[Event]) -> Result<Answer, hyper_util::client::legacy::Error> {
    let batch = Batch { events: events.to_vec() };
    http.send(Method::POST, "/v1/events", Some(TOKEN), serde_json::to_vec(&batch).unwrap()).await
}

/// One number out of the database.
pub fn number(database: &Connection, select: &str) -> i64 {
    database.query_row(select, [], |row| row.get(0)).unwrap()
}
