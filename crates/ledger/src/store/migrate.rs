//! The schema, in numbered steps, of which each database has its own. SQLite keeps the number of the last step
//! taken in `PRAGMA user_version`, PostgreSQL in a table of ours.

use super::OpenError;
use crate::db::{Connection, Database, DbError, Dialect, params};

/// Step n brings a schema n to n + 1. A step that was released never changes; a change is a new step.
const SQLITE: &[&str] = &[
    include_str!("../../migrations/sqlite/0001_spend_and_guardrails.sql"),
    include_str!("../../migrations/sqlite/0002_keys_and_budgets.sql"),
    include_str!("../../migrations/sqlite/0003_rollups.sql"),
    include_str!("../../migrations/sqlite/0004_fewer_indexes.sql"),
    include_str!("../../migrations/sqlite/0005_waiting_sums.sql"),
    include_str!("../../migrations/sqlite/0006_blocked_by_guardrail.sql"),
    include_str!("../../migrations/sqlite/0007_lighter_writes.sql"),
    include_str!("../../migrations/sqlite/0008_key_aliases.sql"),
    include_str!("../../migrations/sqlite/0009_when_keys_were_named.sql"),
];

/// The steps of [`SQLITE`] for PostgreSQL.
const POSTGRES: &[&str] = &[
    include_str!("../../migrations/postgres/0001_spend_and_guardrails.sql"),
    include_str!("../../migrations/postgres/0002_keys_and_budgets.sql"),
    include_str!("../../migrations/postgres/0003_rollups.sql"),
    include_str!("../../migrations/postgres/0004_fewer_indexes.sql"),
    include_str!("../../migrations/postgres/0005_waiting_sums.sql"),
    include_str!("../../migrations/postgres/0006_blocked_by_guardrail.sql"),
    include_str!("../../migrations/postgres/0007_lighter_writes.sql"),
    include_str!("../../migrations/postgres/0008_key_aliases.sql"),
    include_str!("../../migrations/postgres/0009_when_keys_were_named.sql"),
];

const _: () = assert!(SQLITE.len() == POSTGRES.len(), "a schema has the same number in both");

/// Where PostgreSQL keeps the number. Its one row is what makes the tables beside it ours.
const VERSION_TABLE: &str = r#"CREATE TABLE "spillway_schema" ("version" BIGINT NOT NULL)"#;

/// Why a step was not taken.
enum StepError {
    Foreign,
    Database(DbError),
}

impl From<DbError> for StepError {
    fn from(error: DbError) -> Self {
        Self::Database(error)
    }
}

/// Takes the steps that the database has not taken, each in a transaction.
///
/// # Errors
/// [`OpenError::Newer`], [`OpenError::Foreign`], or the database's.
pub(super) fn run(connection: &Connection, database: &Database) -> Result<(), OpenError> {
    let steps = match connection.dialect() {
        Dialect::Sqlite => SQLITE,
        Dialect::Postgres => POSTGRES,
    };
    run_steps(connection, database, steps)
}

fn run_steps(connection: &Connection, database: &Database, steps: &[&str]) -> Result<(), OpenError> {
    for (step, number) in steps.iter().zip(1_u32..) {
        connection.transact(|db| take(db, step, number)).map_err(|error| match error {
            StepError::Foreign => OpenError::Foreign(database.to_string()),
            StepError::Database(error) => database.unusable(error),
        })?;
    }
    let known = u32::try_from(steps.len()).unwrap_or(u32::MAX);
    match version(connection).map_err(|error| database.unusable(error))? {
        Some(found) if found > known => Err(OpenError::Newer { found, known }),
        _ => Ok(()),
    }
}

/// Takes a step that was not taken. The number is read under the writer's lock: another process may have taken
/// the step since.
fn take(db: &Connection, step: &str, number: u32) -> Result<(), StepError> {
    let version = version(db)?;
    if version.is_none() && has_tables(db)? {
        return Err(StepError::Foreign);
    }
    if version.unwrap_or_default() < number {
        db.script(step)?;
        set_version(db, version.is_none(), number)?;
    }
    Ok(())
}

/// The schema's number, where a ledger has been here.
pub(super) fn version(db: &Connection) -> Result<Option<u32>, DbError> {
    match db.dialect() {
        Dialect::Sqlite => {
            let version: u32 = db.one("PRAGMA user_version", &[], |row| row.get(0))?;
            Ok((version > 0).then_some(version))
        }
        Dialect::Postgres => {
            let known = "SELECT to_regclass('spillway_schema') IS NOT NULL";
            if !db.one(known, &[], |row| row.get(0))? {
                return Ok(None);
            }
            db.first(r#"SELECT "version" FROM "spillway_schema""#, &[], |row| row.get(0))
        }
    }
}

fn set_version(db: &Connection, first: bool, number: u32) -> Result<(), DbError> {
    match (db.dialect(), first) {
        (Dialect::Sqlite, _) => db.script(&format!("PRAGMA user_version = {number}")),
        (Dialect::Postgres, true) => {
            db.script(VERSION_TABLE)?;
            db.execute(r#"INSERT INTO "spillway_schema" VALUES (?1)"#, &params![number]).map(drop)
        }
        (Dialect::Postgres, false) => {
            db.execute(r#"UPDATE "spillway_schema" SET "version" = ?1"#, &params![number]).map(drop)
        }
    }
}

fn has_tables(db: &Connection) -> Result<bool, DbError> {
    let tables = match db.dialect() {
        Dialect::Sqlite => "SELECT EXISTS (SELECT 1 FROM sqlite_master)",
        Dialect::Postgres => "SELECT EXISTS (SELECT 1 FROM pg_tables WHERE schemaname = current_schema())",
    };
    db.one(tables, &[], |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::Fresh;

    const FIRST: &str = "CREATE TABLE a (x INTEGER)";
    const SECOND: &str = "CREATE TABLE b (x INTEGER); INSERT INTO a VALUES (2)";

    /// Takes steps on an empty database, and tells its schema.
    fn migrated(fresh: &Fresh, steps: &[&str]) -> Result<Option<u32>, OpenError> {
        let connection = fresh.database.open()?;
        run_steps(&connection, &fresh.database, steps)?;
        Ok(version(&connection).unwrap())
    }

    #[test]
    fn each_step_is_taken_once() {
        let fresh = Fresh::new();
        assert_eq!(migrated(&fresh, &[FIRST]).unwrap(), Some(1));
        for _ in 0..2 {
            assert_eq!(migrated(&fresh, &[FIRST, SECOND]).unwrap(), Some(2));
        }
        assert_eq!(fresh.number("SELECT count(*) FROM a"), 1);
    }

    #[test]
    fn a_step_that_fails_leaves_the_schema_before_it() {
        let fresh = Fresh::new();
        let broken = "CREATE TABLE b (x INTEGER); INSERT INTO missing VALUES (1)";
        assert!(matches!(migrated(&fresh, &[FIRST, broken]), Err(OpenError::Database(..))));
        assert_eq!(fresh.run(|db| version(db).unwrap()), Some(1));
        migrated(&fresh, &[FIRST, SECOND]).unwrap();
    }

    #[test]
    fn a_later_schema_is_refused_and_not_changed() {
        let fresh = Fresh::new();
        migrated(&fresh, &[FIRST, SECOND]).unwrap();
        let error = migrated(&fresh, &[FIRST]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the database has schema 2, this program knows up to 1: run the spillway-ledger that wrote it, or a \
             later one"
        );
        assert_eq!(fresh.run(|db| version(db).unwrap()), Some(2));
    }

    #[test]
    fn another_programs_tables_are_refused() {
        let fresh = Fresh::new();
        fresh.script("CREATE TABLE theirs (x INTEGER)");
        let error = migrated(&fresh, &[FIRST]).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("{}: holds tables of another program; name a new or an empty one", fresh.database)
        );
    }
}
