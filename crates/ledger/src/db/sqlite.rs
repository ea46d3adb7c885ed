//! SQLite: a file, and statements that are kept prepared.

use std::cell::Cell;
use std::fs::OpenOptions;
use std::io;
use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};

use rusqlite::types::{ToSql, ToSqlOutput, Value as Owned, ValueRef};
use rusqlite::{Connection, OpenFlags};

use super::{DbError, Flow, Insert, OpenError, Param, Row, Value};

/// Statements kept prepared: each kind that a connection runs, with room.
const STATEMENTS: usize = 128;

/// Memory for pages of a connection that writes, in KiB. A batch touches a page of every index for nearly each of its
/// rows; those that do not fit are read and written several times.
const WRITER_CACHE_KIB: u32 = 32 << 10;

/// Memory for pages of a connection that reads; there are several.
const READER_CACHE_KIB: u32 = 16 << 10;

/// Pages of the log after which it is folded into the file, under much load: a page that many batches change is written
/// once.
const LONG_LOG_PAGES: u32 = 64 << 10;

/// Pages of the log after which it is folded into the file, under less load. A log that takes long to fill has left the
/// system's memory when it is written over, and each of its pages is read from the disk first.
const SHORT_LOG_PAGES: u32 = 4 << 10;

/// Rows of a second or two that are much load: the long log is full within some seconds.
const MANY_ROWS: usize = 16 << 10;

/// Virtual-machine instructions between two looks at the clock: well under a millisecond.
const INSTRUCTIONS: i32 = 10_000;

/// A connection to a file.
pub(crate) struct Sqlite {
    connection: Connection,
    /// See [`Sqlite::expect`].
    log_pages: Cell<u32>,
}

impl Sqlite {
    /// Opens the file to write to it; makes it and its folder where there is none.
    pub(super) fn open(file: &Path, lock_wait: Duration) -> Result<Self, OpenError> {
        create(file).map_err(|error| OpenError::Create(file.to_owned(), error))?;
        let failed = |error: rusqlite::Error| OpenError::sqlite(file, error.into());
        let connection = Connection::open(file).map_err(failed)?;
        connection.busy_timeout(lock_wait).map_err(failed)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        set_cache(&connection, WRITER_CACHE_KIB).map_err(failed)?;
        Ok(Self { connection, log_pages: Cell::default() })
    }

    /// Sets the journal. A file that is refused should stay as it was, so its schema is looked at before.
    pub(super) fn log_ahead(&self, file: &Path) -> Result<(), OpenError> {
        let failed = |error: rusqlite::Error| OpenError::sqlite(file, error.into());
        let set = self.connection.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0));
        let journal: String = set.map_err(failed)?;
        if journal != "wal" {
            return Err(OpenError::NoWriteAheadLog(file.to_owned()));
        }
        self.expect(0).map_err(|error| OpenError::sqlite(file, error))?;
        // FULL syncs the log at each commit, so an acknowledged batch outlives a power cut too. A gateway sends
        // batches, so that is one sync for many requests.
        self.connection.pragma_update(None, "synchronous", "FULL").map_err(failed)
    }

    /// Opens the file to read it.
    pub(super) fn open_read_only(file: &Path, lock_wait: Duration) -> Result<Self, DbError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(file, flags)?;
        connection.busy_timeout(lock_wait)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        set_cache(&connection, READER_CACHE_KIB)?;
        Ok(Self { connection, log_pages: Cell::default() })
    }

    /// Prepares for as many rows as there were in the last second or two: what the log may grow to.
    pub(super) fn expect(&self, rows: usize) -> Result<(), DbError> {
        let pages = if rows < MANY_ROWS { SHORT_LOG_PAGES } else { LONG_LOG_PAGES };
        if self.log_pages.replace(pages) != pages {
            self.connection.pragma_update(None, "wal_autocheckpoint", pages)?;
        }
        Ok(())
    }

    /// Cuts off what runs at that time.
    pub(super) fn until(&self, deadline: Instant) {
        self.connection.progress_handler(INSTRUCTIONS, Some(move || Instant::now() >= deadline));
    }

    pub(super) fn execute(&self, sql: &str, params: &[Param<'_>]) -> Result<u64, DbError> {
        let changed = self.connection.prepare_cached(sql)?.execute(rusqlite::params_from_iter(params))?;
        Ok(changed as u64)
    }

    /// A value that is that of the row before stays where it is: a copy costs as much as what is done with it, and rows
    /// of one batch are much alike.
    pub(super) fn execute_many<'p>(
        &self,
        sql: &str,
        rows: &[impl AsRef<[Param<'p>]>],
    ) -> Result<(), DbError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let (wanted, mut before) = (statement.parameter_count(), &[][..]);
        for row in rows.iter().map(AsRef::as_ref) {
            if row.len() != wanted {
                return Err(rusqlite::Error::InvalidParameterCount(row.len(), wanted).into());
            }
            for (place, value) in row.iter().enumerate() {
                if before.get(place) != Some(value) {
                    statement.raw_bind_parameter(place + 1, value)?;
                }
            }
            statement.raw_execute()?;
            before = row;
        }
        Ok(())
    }

    pub(super) fn insert<'p>(
        &self,
        insert: &Insert,
        rows: &[impl AsRef<[Param<'p>]>],
    ) -> Result<(), DbError> {
        let places: Vec<String> = (1..=insert.columns.len()).map(|number| format!("?{number}")).collect();
        self.execute_many(&insert.statement(&format!("VALUES ({})", places.join(", "))), rows)
    }

    pub(super) fn each(
        &self,
        sql: &str,
        params: &[Param<'_>],
        mut read: impl FnMut(Row) -> Result<Flow, DbError>,
    ) -> Result<(), DbError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let names: Rc<[String]> = statement.column_names().into_iter().map(str::to_owned).collect();
        let mut rows = statement.query(rusqlite::params_from_iter(params))?;
        while let Some(row) = rows.next()? {
            let values = (0..names.len()).map(|index| Ok(value(row.get_ref(index)?)));
            let values = values.collect::<rusqlite::Result<_>>()?;
            if read(Row::new(&names, values))?.is_break() {
                break;
            }
        }
        Ok(())
    }

    pub(super) fn script(&self, statements: &str) -> Result<(), DbError> {
        Ok(self.connection.execute_batch(statements)?)
    }

    /// Folds the write-ahead log into the file, so that a copy of the file alone is the whole ledger.
    pub(super) fn close(self) -> Result<(), DbError> {
        let folded = self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        self.connection.close().map_err(|(_, error)| error)?;
        Ok(folded?)
    }
}

fn set_cache(connection: &Connection, kibibytes: u32) -> rusqlite::Result<()> {
    // Negative: in KiB, not in pages.
    connection.pragma_update(None, "cache_size", -i64::from(kibibytes))
}

/// Makes the folder and an empty file that only its owner reads: rows name users, addresses and spend.
/// SQLite gives the log beside it the same permissions.
fn create(file: &Path) -> io::Result<()> {
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file).map(drop)
}

impl ToSql for Param<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Null => ToSqlOutput::Owned(Owned::Null),
            Self::Integer(number) => ToSqlOutput::Owned(Owned::Integer(*number)),
            Self::Real(number) => ToSqlOutput::Owned(Owned::Real(*number)),
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Self::List(items) => {
                let json = serde_json::to_string(items);
                ToSqlOutput::Owned(Owned::Text(
                    json.map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?,
                ))
            }
        })
    }
}

fn value(raw: ValueRef<'_>) -> Value {
    match raw {
        // No column of ours is a blob.
        ValueRef::Null | ValueRef::Blob(_) => Value::Null,
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Real(number) => Value::Real(number),
        ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::params;

    fn in_memory() -> Sqlite {
        Sqlite { connection: Connection::open_in_memory().unwrap(), log_pages: Cell::default() }
    }

    #[test]
    fn the_log_may_grow_under_load() {
        let db = in_memory();
        for (rows, pages) in [(0, 4_096), (16_383, 4_096), (16_384, 65_536), (90_000, 65_536), (1, 4_096)] {
            db.expect(rows).unwrap();
            let told = db.connection.query_row("PRAGMA wal_autocheckpoint", [], |row| row.get::<_, u32>(0));
            assert_eq!(told, Ok(pages), "{rows}");
        }
    }

    #[test]
    fn values_that_stay_are_those_of_each_row() {
        let db = in_memory();
        db.script(r#"CREATE TABLE "t" ("a", "b", "c")"#).unwrap();
        let insert = Insert::new("t", &["a", "b", "c"]);
        let rows = [
            params![1_u32, "x", "same"],
            params![1_u32, None::<&str>, "same"],
            params![2_u32, None::<&str>, "same"],
            params![2_u32, "", "other"],
            params![1.5, "", "other"],
        ];
        db.insert(&insert, &rows).unwrap();
        // Nothing of the last call is left.
        db.insert(&insert, &[params![None::<&str>, "y", None::<&str>]]).unwrap();
        let told = |select: &str| {
            let mut told = Vec::new();
            db.each(select, &[], |row| {
                told.push(row.get::<String>(0)?);
                Ok(Flow::Continue(()))
            })
            .unwrap();
            told
        };
        let all = r#"SELECT quote("a") || ' ' || quote("b") || ' ' || quote("c") FROM "t" ORDER BY rowid"#;
        let expected = [
            "1 'x' 'same'",
            "1 NULL 'same'",
            "2 NULL 'same'",
            "2 '' 'other'",
            "1.5 '' 'other'",
            "NULL 'y' NULL",
        ];
        assert_eq!(told(all), expected);
    }

    #[test]
    fn a_row_has_all_values() {
        let db = in_memory();
        db.script(r#"CREATE TABLE "t" ("a", "b")"#).unwrap();
        let insert = r#"INSERT INTO "t" VALUES (?1, ?2)"#;
        for rows in [vec![vec![]], vec![params![1_u32, 2_u32].to_vec(), params![1_u32].to_vec()]] {
            assert!(db.execute_many(insert, &rows).is_err());
        }
    }
}
