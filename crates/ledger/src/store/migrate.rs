//! The schema, in numbered steps. `PRAGMA user_version` is the number of the last step taken.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use super::OpenError;

/// Step n brings a schema n to n + 1. A step that was released never changes; a change is a new step.
const STEPS: &[&str] = &[
    include_str!("../../migrations/0001_spend_and_guardrails.sql"),
    include_str!("../../migrations/0002_keys_and_budgets.sql"),
];

/// Takes the steps that the file has not taken, each in a transaction.
///
/// # Errors
/// [`OpenError::Newer`], [`OpenError::Foreign`], or SQLite's.
pub(super) fn run(connection: &mut Connection, file: &Path) -> Result<(), OpenError> {
    run_steps(connection, file, STEPS)
}

fn run_steps(connection: &mut Connection, file: &Path, steps: &[&str]) -> Result<(), OpenError> {
    let failed = |error| OpenError::Database(file.to_owned(), error);
    for (step, number) in steps.iter().zip(1_u32..) {
        let transaction =
            connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
        // Read under the write lock: another process may have taken the step since.
        let version = version(&transaction).map_err(failed)?;
        if version == 0 && has_tables(&transaction).map_err(failed)? {
            return Err(OpenError::Foreign(file.to_owned()));
        }
        if version < number {
            transaction.execute_batch(step).map_err(failed)?;
            transaction.pragma_update(None, "user_version", number).map_err(failed)?;
            transaction.commit().map_err(failed)?;
        }
    }
    let known = u32::try_from(steps.len()).unwrap_or(u32::MAX);
    match version(connection).map_err(failed)? {
        found if found > known => Err(OpenError::Newer { found, known }),
        _ => Ok(()),
    }
}

/// The file's schema.
pub(super) fn version(connection: &Connection) -> rusqlite::Result<u32> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

fn has_tables(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row("SELECT EXISTS (SELECT 1 FROM sqlite_master)", [], |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn memory() -> Connection {
        Connection::open_in_memory().unwrap()
    }

    fn migrate(connection: &mut Connection, steps: &[&str]) -> Result<(), OpenError> {
        run_steps(connection, Path::new("ledger.sqlite"), steps)
    }

    const FIRST: &str = "CREATE TABLE a (x)";
    const SECOND: &str = "CREATE TABLE b (x); INSERT INTO a VALUES (2)";

    #[test]
    fn each_step_is_taken_once() {
        let mut db = memory();
        migrate(&mut db, &[FIRST]).unwrap();
        assert_eq!(version(&db).unwrap(), 1);
        for _ in 0..2 {
            migrate(&mut db, &[FIRST, SECOND]).unwrap();
        }
        assert_eq!(version(&db).unwrap(), 2);
        let rows: u32 = db.query_row("SELECT count(*) FROM a", [], |row| row.get(0)).unwrap();
        assert_eq!(rows, 1);
    }

    #[test]
    fn a_step_that_fails_leaves_the_schema_before_it() {
        let mut db = memory();
        let broken = "CREATE TABLE b (x); INSERT INTO missing VALUES (1)";
        assert!(matches!(migrate(&mut db, &[FIRST, broken]), Err(OpenError::Database(..))));
        assert_eq!(version(&db).unwrap(), 1);
        migrate(&mut db, &[FIRST, SECOND]).unwrap();
    }

    #[test]
    fn a_later_schema_is_refused_and_not_changed() {
        let mut db = memory();
        migrate(&mut db, &[FIRST, SECOND]).unwrap();
        let error = migrate(&mut db, &[FIRST]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the database has schema 2, this program knows up to 1: run the spillway-ledger that wrote it, or a \
             later one"
        );
        assert_eq!(version(&db).unwrap(), 2);
    }

    #[test]
    fn another_programs_file_is_refused() {
        let mut db = memory();
        db.execute_batch("CREATE TABLE theirs (x)").unwrap();
        let error = migrate(&mut db, &[FIRST]).unwrap_err();
        assert_eq!(error.to_string(), "ledger.sqlite: holds tables of another program; name a new file");
    }
}
