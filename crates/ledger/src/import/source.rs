//! Pages of LiteLLM's tables.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{ImportError, PAGE};
use crate::calendar::date_of;
use crate::db::{Connection, Database, DbError, Flow, Param, PostgresUrl, Row, params};

/// How long the server may take for a page.
const PAGE_TIME: Duration = Duration::from_secs(120);

/// A time before every other.
const BEFORE_ALL: &str = "0001-01-01 00:00:00";

/// What a column's name begins with that is of the row's budget.
pub(super) const OF_BUDGET: &str = "budget.";

/// The table of budgets, which other tables name by `budget_id`.
const BUDGETS: &str = "LiteLLM_BudgetTable";

/// A table, and what is wanted of it.
pub(super) struct Table {
    /// Its name.
    pub(super) name: &'static str,
    /// Its primary key, a text.
    pub(super) id: &'static str,
    /// The column of times by which its rows are read, before their ids.
    pub(super) time: Option<&'static str>,
    /// The columns.
    pub(super) columns: &'static [&'static str],
    /// Columns of the budget that its `budget_id` names; they are told as [`OF_BUDGET`] and their name.
    pub(super) of_budget: &'static [&'static str],
}

/// LiteLLM's database. The server refuses every write on its connection.
pub(super) struct Source {
    db: Connection,
    address: String,
}

/// The rows of a table, in their order.
pub(super) struct Pages {
    select: String,
    /// The columns that make the order: times where there are any, then ids.
    order: Vec<&'static str>,
    /// Their values in the last row that was read; at first, ones that come before all others.
    after: Vec<String>,
    ended: bool,
    /// How many rows there are, as far as the server knows without counting.
    pub(super) about: u64,
}

impl Source {
    /// Connects.
    pub(super) fn open(url: &PostgresUrl) -> Result<Self, ImportError> {
        let address = url.to_string();
        match Database::Postgres(url.clone()).open_read_only(PAGE_TIME) {
            Ok(db) => Ok(Self { db, address }),
            Err(error) => Err(ImportError::Source(address, error.to_string())),
        }
    }

    /// The rows of a table; none where there is no such table.
    pub(super) fn pages(&self, table: &Table) -> Result<Option<Pages>, ImportError> {
        self.prepare(table).map_err(|error| self.failed(&error))
    }

    fn prepare(&self, table: &Table) -> Result<Option<Pages>, DbError> {
        let own = self.columns(table.name)?;
        let order: Vec<&'static str> = table.time.into_iter().chain([table.id]).collect();
        if order.iter().any(|column| !own.contains_key(*column)) {
            return Ok(None);
        }
        let budgets = if own.contains_key("budget_id") && !table.of_budget.is_empty() {
            self.columns(BUDGETS)?
        } else {
            BTreeMap::new()
        };
        let mut selected: Vec<String> = Vec::new();
        for name in table.columns {
            selected.push(format!(r#"{} AS "{name}""#, expression("row", name, &own)));
        }
        for name in table.of_budget {
            selected.push(format!(r#"{} AS "{OF_BUDGET}{name}""#, expression("budget", name, &budgets)));
        }
        let name = table.name;
        let joined = if budgets.contains_key("budget_id") {
            format!(r#"LEFT JOIN "{BUDGETS}" AS "budget" ON "budget"."budget_id" = "row"."budget_id""#)
        } else {
            String::new()
        };
        let columns =
            order.iter().map(|column| format!(r#""row"."{column}""#)).collect::<Vec<_>>().join(", ");
        let places = (1..=order.len()).map(|place| format!("?{place}")).collect::<Vec<_>>().join(", ");
        let select = format!(
            r#"SELECT {} FROM "{name}" AS "row" {joined} WHERE ({columns}) > ({places}) ORDER BY {columns} LIMIT {PAGE}"#,
            selected.join(", ")
        );
        let after = table.time.map(|_| BEFORE_ALL.to_owned()).into_iter().chain([String::new()]).collect();
        Ok(Some(Pages { select, order, after, ended: false, about: self.about(name)? }))
    }

    /// The day of the first request in the log.
    pub(super) fn first_logged_day(&self) -> Result<Option<String>, ImportError> {
        let first = |db: &Connection| -> Result<Option<String>, DbError> {
            if !self.columns("LiteLLM_SpendLogs")?.contains_key("startTime") {
                return Ok(None);
            }
            db.one(r#"SELECT min("startTime") FROM "LiteLLM_SpendLogs""#, &[], |row| row.get(0))
        };
        let first = first(&self.db).map_err(|error| self.failed(&error))?;
        Ok(first.map(|time| date_of(&time).to_owned()))
    }

    /// The names of a table's columns, and their types.
    fn columns(&self, table: &str) -> Result<BTreeMap<String, String>, DbError> {
        let select = "
            SELECT CAST(column_name AS TEXT), CAST(udt_name AS TEXT) FROM information_schema.columns
            WHERE table_schema = current_schema() AND table_name = ?1";
        let columns = self.db.all(select, &params![table], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(columns.into_iter().collect())
    }

    fn about(&self, table: &str) -> Result<u64, DbError> {
        let select =
            "SELECT CAST(greatest(reltuples, 0) AS BIGINT) FROM pg_class WHERE oid = to_regclass(?1)";
        let about = self.db.first(select, &params![&format!("\"{table}\"")], |row| row.get(0))?;
        Ok(about.unwrap_or_default())
    }

    fn failed(&self, error: &DbError) -> ImportError {
        ImportError::Source(self.address.clone(), error.to_string())
    }
}

/// A column in a form that can be read, whatever type an earlier or later LiteLLM gave it.
fn expression(table: &str, name: &str, columns: &BTreeMap<String, String>) -> String {
    let column = format!(r#""{table}"."{name}""#);
    match columns.get(name).map(String::as_str) {
        None => "CAST(NULL AS TEXT)".to_owned(),
        Some("numeric") => format!("CAST({column} AS DOUBLE PRECISION)"),
        Some(
            "text" | "varchar" | "bool" | "int2" | "int4" | "int8" | "float4" | "float8" | "timestamp"
            | "timestamptz" | "json" | "jsonb" | "_text",
        ) => column,
        Some(_) => format!("CAST({column} AS TEXT)"),
    }
}

impl Pages {
    /// The next page; none at the end.
    pub(super) fn next(&mut self, source: &Source) -> Result<Option<Vec<Row>>, ImportError> {
        if self.ended {
            return Ok(None);
        }
        let rows = self.read(source).map_err(|error| source.failed(&error))?;
        self.ended = rows.len() < PAGE;
        if let Some(last) = rows.last() {
            let place = self.order.iter().map(|column| last.get(*column)).collect::<Result<_, _>>();
            self.after = place.map_err(|error| source.failed(&error))?;
        }
        Ok((!rows.is_empty()).then_some(rows))
    }

    fn read(&self, source: &Source) -> Result<Vec<Row>, DbError> {
        let mut rows = Vec::new();
        let after: Vec<Param<'_>> = self.after.iter().map(Param::from).collect();
        source.db.each(&self.select, &after, |row| {
            rows.push(row);
            Ok(Flow::Continue(()))
        })?;
        Ok(rows)
    }
}
