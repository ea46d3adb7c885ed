//! How large the database is, without counting.

use super::{Store, StoreError};
use crate::db::{Connection, DbError, Dialect, params};

/// The tables that grow with the traffic or with the keys.
const TABLES: [&str; 10] = [
    "LiteLLM_SpendLogs",
    "LiteLLM_SpendLogGuardrailIndex",
    "LiteLLM_DailyGuardrailMetrics",
    "LiteLLM_DailyUserSpend",
    "LiteLLM_DailyTeamSpend",
    "LiteLLM_DailyTagSpend",
    "LiteLLM_ErrorLogs",
    "LiteLLM_VerificationToken",
    "LiteLLM_TeamTable",
    "LiteLLM_UserTable",
];

/// What the database says of itself.
#[derive(Clone, Debug, Default)]
pub(crate) struct DatabaseSize {
    /// Of its file, or on the server.
    pub(crate) bytes: u64,
    /// Tables and about how many rows they have; one whose rows are not known without counting is left out.
    pub(crate) rows: Vec<(&'static str, u64)>,
}

impl Store {
    /// How large the database is.
    pub(crate) async fn size(&self) -> Result<DatabaseSize, StoreError> {
        self.readers.run(|db| Ok(size(db)?)).await
    }

    /// Batches that wait for the writer.
    pub(crate) fn waiting(&self) -> usize {
        self.writer.waiting()
    }

    /// How long commits of batches took.
    pub(crate) fn commits(&self) -> &crate::metrics::Histogram {
        self.writer.commits()
    }
}

fn size(db: &Connection) -> Result<DatabaseSize, DbError> {
    let bytes = match db.dialect() {
        Dialect::Sqlite => "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
        Dialect::Postgres => "SELECT pg_database_size(current_database())",
    };
    let mut rows = Vec::new();
    for table in TABLES {
        if let Some(count) = about(db, table)? {
            rows.push((table, count));
        }
    }
    Ok(DatabaseSize { bytes: db.one(bytes, &[], |row| row.get(0))?, rows })
}

/// SQLite's row ids are given in order, so the last one tells how many rows came in; tables that have none are left
/// out. PostgreSQL's estimate is of its last analysis.
fn about(db: &Connection, table: &str) -> Result<Option<u64>, DbError> {
    match db.dialect() {
        Dialect::Postgres => {
            let select =
                "SELECT CAST(greatest(reltuples, 0) AS BIGINT) FROM pg_class WHERE oid = to_regclass(?1)";
            db.first(select, &params![&format!("\"{table}\"")], |row| row.get(0))
        }
        Dialect::Sqlite => {
            let without = r#"SELECT "wr" FROM pragma_table_list WHERE "schema" = 'main' AND "name" = ?1"#;
            if db.first(without, &params![table], |row| row.get(0))?.unwrap_or(true) {
                return Ok(None);
            }
            db.one(&format!(r#"SELECT coalesce(max(rowid), 0) FROM "{table}""#), &[], |row| row.get(0))
        }
    }
}
