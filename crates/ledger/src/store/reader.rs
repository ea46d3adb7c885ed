//! Connections that only read: a few, each with a bound on its time.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;

use super::StoreError;
use crate::db::{Connection, Database};

/// Queries at a time.
const CONNECTIONS: usize = 4;

/// How long a query waits for its turn.
const TURN_WAIT: Duration = Duration::from_secs(5);

/// How long a query may run.
const RUN_TIME: Duration = Duration::from_secs(10);

/// The pool. A connection that failed is not used again.
pub(super) struct Readers {
    database: Database,
    run_time: Duration,
    turns: Arc<Semaphore>,
    idle: Arc<Mutex<Vec<Connection>>>,
}

impl Readers {
    /// A pool on this database; connections are opened when they are first needed.
    pub(super) fn of(database: &Database) -> Self {
        Self {
            database: database.clone(),
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
        let (database, run_time) = (self.database.clone(), self.run_time);
        let work = move || {
            let _turn = turn;
            // A server that was restarted has closed the connections to it.
            let reused = lock(&idle).pop().filter(|connection| !connection.is_lost());
            let connection = reused.map_or_else(|| database.open_read_only(run_time), Ok)?;
            connection.until(Instant::now() + run_time);
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

/// The list is whole whenever the lock is free, also after a panic elsewhere.
fn lock(idle: &Mutex<Vec<Connection>>) -> MutexGuard<'_, Vec<Connection>> {
    idle.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::{Fresh, on_sqlite};

    const ENDLESS: &str =
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

    #[tokio::test]
    async fn a_query_that_runs_too_long_is_cut_off() {
        let fresh = Fresh::new();
        fresh.script("CREATE TABLE t (x INTEGER)");
        let readers = Readers { run_time: Duration::from_millis(100), ..Readers::of(&fresh.database) };
        let select =
            |sql: &'static str| readers.run(move |db| Ok(db.one(sql, &[], |row| row.get::<i64>(0))?));
        assert_eq!(select(ENDLESS).await, Err(StoreError::TooLong));
        assert_eq!(select("SELECT count(*) FROM t").await, Ok(0));
        readers.close();
        assert_eq!(select("SELECT count(*) FROM t").await, Err(StoreError::Closed));
    }

    #[tokio::test]
    async fn a_reader_cannot_write() {
        let fresh = Fresh::new();
        fresh.script("CREATE TABLE t (x INTEGER)");
        let readers = Readers::of(&fresh.database);
        let written = readers.run(|db| Ok(db.execute("INSERT INTO t VALUES (1)", &[])?)).await;
        let refused = written.unwrap_err().to_string();
        assert!(
            refused.contains("readonly database") || refused.contains("read-only transaction"),
            "{refused}"
        );
    }

    #[tokio::test]
    async fn a_connection_that_the_server_has_closed_is_not_used_again() {
        if on_sqlite() {
            return;
        }
        let fresh = Fresh::new();
        let readers = Readers::of(&fresh.database);
        let others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
        for _ in 0..5 {
            let one = readers.run(|db| Ok(db.one("SELECT 1", &[], |row| row.get::<i64>(0))?));
            assert_eq!(one.await, Ok(1));
            // Returns when they are gone, or says false.
            let ended =
                format!("SELECT count(*) FILTER (WHERE NOT pg_terminate_backend(pid, 5000)) {others}");
            assert_eq!(fresh.number(&ended), 0);
        }
    }
}
