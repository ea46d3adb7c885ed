//! Databases for tests, each of its own: files, or databases on the server that `SPILLWAY_TEST_POSTGRES` names.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tempfile::TempDir;

use super::Store;
use crate::db::{Connection, Database};

/// An empty database that goes with this value.
pub(crate) struct Fresh {
    pub(crate) database: Database,
    _folder: Option<TempDir>,
}

/// Where a server is, if tests are to run on one.
fn server() -> Option<String> {
    std::env::var("SPILLWAY_TEST_POSTGRES").ok().filter(|url| !url.is_empty())
}

/// Whether databases are files: for what only a file does.
pub(crate) fn on_sqlite() -> bool {
    server().is_none()
}

impl Fresh {
    /// A new one.
    pub(crate) fn new() -> Self {
        let Some(server) = server() else {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("ledger.sqlite");
            let database = Database::Sqlite { file, lock_wait: Duration::from_millis(20) };
            return Self { database, _folder: Some(folder) };
        };
        let address = std::thread::scope(|scope| scope.spawn(|| create(&server)).join().unwrap());
        Self { database: Database::Postgres(address.parse().unwrap()), _folder: None }
    }

    /// Does something with a connection of its own, on a thread of its own: connections block.
    pub(crate) fn run<T: Send>(&self, work: impl FnOnce(&Connection) -> T + Send) -> T {
        std::thread::scope(|scope| scope.spawn(|| work(&self.database.open().unwrap())).join().unwrap())
    }

    /// Changes something.
    pub(crate) fn script(&self, statements: &str) {
        self.run(|db| db.script(statements).unwrap());
    }

    /// One number out of the database.
    pub(crate) fn number(&self, select: &str) -> i64 {
        self.run(|db| db.one(select, &[], |row| row.get(0)).unwrap())
    }

    /// One text out of the database.
    pub(crate) fn text(&self, select: &str) -> String {
        self.run(|db| db.one(select, &[], |row| row.get(0)).unwrap())
    }
}

/// Makes a database on the server, which is thrown away after the tests; its address.
fn create(server: &str) -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let name = format!("test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let admin = Database::Postgres(server.parse().unwrap()).open().unwrap();
    admin.script(&format!("CREATE DATABASE {name}")).unwrap();
    let (place, query) = server.split_once('?').unwrap_or((server, ""));
    let (host, _) = place.rsplit_once('/').unwrap();
    format!("{host}/{name}?{query}")
}

/// A store, and its database beside it.
pub(crate) fn store() -> (Store, Fresh) {
    let fresh = Fresh::new();
    let database = fresh.database.clone();
    let store = std::thread::scope(|scope| scope.spawn(|| Store::open(&database)).join().unwrap());
    (store.unwrap(), fresh)
}

/// A database with the ledger's tables, and a connection that writes to it.
pub(crate) fn connection() -> (Fresh, Connection) {
    let fresh = Fresh::new();
    let connection = super::writer::open(&fresh.database).unwrap();
    (fresh, connection)
}
