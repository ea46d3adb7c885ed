//! Connections that only read: a few, each with a bound on its time.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags};
use tokio::sync::Semaphore;

use super::StoreError;

/// Queries at a time.
const CONNECTIONS: usize = 4;

/// How long a query waits for its turn.
const TURN_WAIT: Duration = Duration::from_secs(5);

/// How long a query may run.
const RUN_TIME: Duration = Duration::from_secs(10);

/// Virtual-machine instructions between two looks at the clock: well under a millisecond.
const INSTRUCTIONS: i32 = 10_000;

/// The pool. A connection that failed is not used again.
pub(super) struct Readers {
    file: PathBuf,
    lock_wait: Duration,
    run_time: Duration,
    turns: Arc<Semaphore>,
    idle: Arc<Mutex<Vec<Connection>>>,
}

impl Readers {
    /// A pool on this file; connections are opened when they are first needed.
    pub(super) fn of(file: &Path, lock_wait: Duration) -> Self {
        Self {
            file: file.to_owned(),
            lock_wait,
            run_time: RUN_TIME,
            turns: Arc::new(Semaphore::new(CONNECTIONS)),
            idle: Arc::default(),
        }
    }

    /// Runs a query on a thread where blocking is allowed. The turn is held until the query ends, even
    /// where nobody waits for it any more.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        query: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let turn = tokio::time::timeout(TURN_WAIT, Arc::clone(&self.turns).acquire_owned())
            .await
            .map_err(|_| StoreError::Busy)?
            .map_err(|_| StoreError::Closed)?;
        let idle = Arc::clone(&self.idle);
        let (file, lock_wait, run_time) = (self.file.clone(), self.lock_wait, self.run_time);
        let work = move || {
            let _turn = turn;
            let reused = lock(&idle).pop();
            let connection = reused.map_or_else(|| open(&file, lock_wait), Ok)?;
            let deadline = Instant::now() + run_time;
            connection.progress_handler(INSTRUCTIONS, Some(move || Instant::now() >= deadline));
            let answer = query(&connection)?;
            lock(&idle).push(connection);
            Ok(answer)
        };
        tokio::task::spawn_blocking(work).await.map_err(|error| StoreError::Database(error.to_string()))?
    }

    /// Lets no further query in, and closes what is open and idle.
    pub(super) fn close(&self) {
        self.turns.close();
        lock(&self.idle).clear();
    }
}

fn open(file: &Path, lock_wait: Duration) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags)?;
    connection.busy_timeout(lock_wait)?;
    Ok(connection)
}

/// The list is whole whenever the lock is free, also after a panic elsewhere.
fn lock(idle: &Mutex<Vec<Connection>>) -> MutexGuard<'_, Vec<Connection>> {
    idle.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENDLESS: &str =
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

    #[tokio::test]
    async fn a_query_that_runs_too_long_is_cut_off() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ledger.sqlite");
        Connection::open(&file).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
        let readers = Readers { run_time: Duration::from_millis(10), ..Readers::of(&file, Duration::ZERO) };
        let select =
            |sql: &'static str| readers.run(move |db| Ok(db.query_row(sql, [], |row| row.get::<_, i64>(0))?));
        assert_eq!(select(ENDLESS).await, Err(StoreError::TooLong));
        assert_eq!(select("SELECT count(*) FROM t").await, Ok(0));
        readers.close();
        assert_eq!(select("SELECT count(*) FROM t").await, Err(StoreError::Closed));
    }

    #[tokio::test]
    async fn a_reader_cannot_write() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ledger.sqlite");
        Connection::open(&file).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
        let readers = Readers::of(&file, Duration::ZERO);
        let written = readers.run(|db| Ok(db.execute("INSERT INTO t VALUES (1)", [])?)).await;
        let refused = "attempt to write a readonly database".to_owned();
        assert_eq!(written, Err(StoreError::Database(refused)));
    }
}
