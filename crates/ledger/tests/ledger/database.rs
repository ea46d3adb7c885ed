//! A test's database as any other program sees it: a file, or a database on the server that
//! `SPILLWAY_TEST_POSTGRES` names.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use spillway_ledger::Database;
use tempfile::TempDir;
use tokio_postgres::{Client, NoTls, SimpleQueryMessage};

/// Where a test's ledger keeps its rows. A file goes with this value.
pub struct Place {
    pub folder: TempDir,
    /// The address of its database, where it is on a server.
    pub address: Option<String>,
}

/// Where a server is, if tests are to run on one.
fn server() -> Option<String> {
    std::env::var("SPILLWAY_TEST_POSTGRES").ok().filter(|url| !url.is_empty())
}

/// Whether databases are files: for what only a file does.
pub fn on_sqlite() -> bool {
    server().is_none()
}

impl Place {
    /// An empty one.
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let Some(server) = server() else { return Self { folder, address: None } };
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let name = format!("ledger_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        connect(&server).await.batch_execute(&format!("CREATE DATABASE {name}")).await.unwrap();
        let (place, query) = server.split_once('?').unwrap_or((&server, ""));
        let (host, _) = place.rsplit_once('/').unwrap();
        Self { folder, address: Some(format!("{host}/{name}?{query}")) }
    }

    /// The file, where it is one.
    pub fn file(&self) -> PathBuf {
        self.folder.path().join("ledger.sqlite")
    }

    /// What a ledger is started with.
    pub fn database(&self) -> Database {
        match &self.address {
            Some(address) => Database::Postgres(address.parse().unwrap()),
            None => Database::Sqlite { file: self.file(), lock_wait: Duration::from_millis(20) },
        }
    }

    /// Runs statements.
    pub async fn script(&self, statements: &str) {
        match &self.address {
            Some(address) => connect(address).await.batch_execute(statements).await.unwrap(),
            None => rusqlite::Connection::open(self.file()).unwrap().execute_batch(statements).unwrap(),
        }
    }

    /// The rows of an answer, each column as text; a null is empty.
    pub async fn rows(&self, select: &str) -> Vec<Vec<String>> {
        match &self.address {
            Some(address) => rows_of_server(&connect(address).await, select).await,
            None => rows_of_file(&rusqlite::Connection::open(self.file()).unwrap(), select),
        }
    }

    /// One number out of the database.
    pub async fn number(&self, select: &str) -> i64 {
        self.rows(select).await[0][0].parse().unwrap()
    }
}

async fn connect(address: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(address, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

async fn rows_of_server(client: &Client, select: &str) -> Vec<Vec<String>> {
    let told = client.simple_query(select).await.unwrap();
    let row = |message| match message {
        SimpleQueryMessage::Row(row) => {
            Some((0..row.len()).map(|index| row.get(index).unwrap_or_default().to_owned()).collect())
        }
        _ => None,
    };
    told.into_iter().filter_map(row).collect()
}

fn rows_of_file(database: &rusqlite::Connection, select: &str) -> Vec<Vec<String>> {
    use rusqlite::types::Value;
    let mut statement = database.prepare(select).unwrap();
    let columns = statement.column_count();
    let text = |value| match value {
        Value::Null => String::new(),
        Value::Integer(number) => number.to_string(),
        Value::Real(number) => number.to_string(),
        Value::Text(text) => text,
        Value::Blob(_) => panic!("no column of ours is a blob"),
    };
    let row = |row: &rusqlite::Row<'_>| (0..columns).map(|index| row.get(index).map(text)).collect();
    statement.query_map([], row).unwrap().map(Result::unwrap).collect()
}
